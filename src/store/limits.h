// Limits of the store. Every refusal names the limit it met.
#pragma once

#include <cstddef>
#include <cstdint>

namespace saola::store {

inline constexpr int kMaxReaders = 64;
inline constexpr std::size_t kMaxCachedStatements = 128;    // per connection
inline constexpr std::size_t kMaxSqlBytes = 1U << 20U;      // one statement
inline constexpr std::size_t kMaxParameters = 30'000;       // SQLite 32,766, PostgreSQL 65,535
inline constexpr std::size_t kMaxValueBytes = 256U << 20U;  // one text or blob
inline constexpr std::size_t kMaxWaitingWriters = 1024;
inline constexpr std::size_t kMaxGroupWrites = 64;          // write() calls that share one fsync
inline constexpr std::int64_t kMaxGroupAge_us = 5'000;      // then the group is committed
inline constexpr std::size_t kMaxParkedBytes = 64U << 20U;  // outer rows kept for a nested query
inline constexpr int kMaxSerializationRetries = 20;         // PostgreSQL
inline constexpr int kSerializationRetriesBeforeAlone = 3;  // then the write runs alone

}  // namespace saola::store

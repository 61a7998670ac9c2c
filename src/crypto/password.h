// Password hashing with Argon2id (RFC 9106) in the PHC string form. hash_password() and
// verify_password() cost about 64 MiB and 100 ms: call only from the worker pool; callers bound how
// many run at once. Stateless, thread-safe.
// Limits: kMaxPasswordBytes; a stored string that asks for more than kMaxMemoryBytes or
// kMaxOperations is never computed (a damaged row must not exhaust the machine).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace saola::crypto {

inline constexpr std::size_t kMaxPasswordBytes = 1024;
inline constexpr std::uint64_t kMaxMemoryBytes = 1ULL << 30U;
inline constexpr std::uint64_t kMaxOperations = 64;

struct PasswordCost {
    std::uint64_t operations = 3;
    std::uint64_t memory_bytes = 64ULL << 20U;
};

// kInvalidArgument: empty or over kMaxPasswordBytes, or a cost outside the limits.
// kResourceExhausted: the memory could not be had.
[[nodiscard]] Result<std::string> hash_password(std::string_view password,
                                                const PasswordCost& cost = {});
// False when it does not match and when `phc` is not an Argon2id string within the limits.
[[nodiscard]] bool verify_password(std::string_view phc, std::string_view password) noexcept;
// True when the stored cost is below `cost` in either dimension, or `phc` cannot be read.
[[nodiscard]] bool needs_rehash(std::string_view phc, const PasswordCost& cost = {}) noexcept;

}  // namespace saola::crypto

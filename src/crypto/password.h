// Password hashing with Argon2id (RFC 9106) in the PHC string form. hash() costs about 64 MiB and
// 100 ms: call only from the worker pool, callers bound how many run at once.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace saola::crypto {

struct PasswordCost {
    std::uint64_t operations = 3;
    std::uint64_t memory_bytes = 64ULL << 20U;
};

[[nodiscard]] Result<std::string> hash_password(std::string_view password, const PasswordCost& cost = {});
// kUnauthenticated when it does not match. needs_rehash: the stored cost is below `cost`.
[[nodiscard]] bool verify_password(std::string_view phc, std::string_view password) noexcept;
[[nodiscard]] bool needs_rehash(std::string_view phc, const PasswordCost& cost = {}) noexcept;

}  // namespace saola::crypto

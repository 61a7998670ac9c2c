// Passwords of local accounts: the policy, and Argon2id with a bound on how many run at once (each
// takes about 64 MiB and 100 ms). Blocking: call on the worker pool. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/password.h"

namespace saola::platform {

inline constexpr std::size_t kMinPasswordCharacters = 12;
inline constexpr std::size_t kMaxPasswordBytes = 1024;

// kInvalidArgument, field "password": too short, too long, common, or made of the account's name.
[[nodiscard]] Status check_password_policy(std::string_view password,
                                           std::string_view account_name);

struct HasherLimits {
    crypto::PasswordCost cost{};
    int max_at_once = 2;
    int max_wait_ms = 5'000;
};

class PasswordHasher {
public:
    explicit PasswordHasher(const HasherLimits& limits);
    ~PasswordHasher();
    // Makes the hash that stands in for missing accounts; before the first verify(), once.
    [[nodiscard]] Status prepare();
    // Text is normalised to NFC first: keyboards compose Vietnamese letters differently.
    // kResourceExhausted names max_at_once when no turn came within max_wait_ms.
    [[nodiscard]] Result<std::string> hash(std::string_view password);
    // An empty phc (no such account) costs the same time and is false.
    [[nodiscard]] Result<bool> verify(std::string_view phc, std::string_view password);
    [[nodiscard]] bool needs_rehash(std::string_view phc) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace saola::platform

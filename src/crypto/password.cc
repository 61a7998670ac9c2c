#include "crypto/password.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/check.h"

namespace saola::crypto {
namespace {

void require_sodium() noexcept {
    static const int ready = sodium_init();
    SAOLA_CHECK(ready >= 0);
}

// Takes "<key><digits>" from the front of text.
std::optional<std::uint64_t> take_number(std::string_view& text, std::string_view key) noexcept {
    if (!text.starts_with(key)) return std::nullopt;
    text.remove_prefix(key.size());
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

// The cost inside "$argon2id$v=19$m=65536,t=3,p=1$salt$hash" (m in KiB).
std::optional<PasswordCost> stored_cost(std::string_view phc) noexcept {
    const std::optional<std::uint64_t> version = take_number(phc, "$argon2id$v=");
    if (version != 19U) return std::nullopt;
    const std::optional<std::uint64_t> kib = take_number(phc, "$m=");
    const std::optional<std::uint64_t> operations = take_number(phc, ",t=");
    const std::optional<std::uint64_t> lanes = take_number(phc, ",p=");
    if (!kib || !operations || lanes != 1U || !phc.starts_with('$')) return std::nullopt;
    if (*kib > kMaxMemoryBytes / 1024 || *operations > kMaxOperations) return std::nullopt;
    return PasswordCost{.operations = *operations, .memory_bytes = *kib * 1024};
}

Status check_limits(std::string_view password, const PasswordCost& cost) {
    if (password.empty())
        return fail(ErrorKind::kInvalidArgument, "crypto.password_empty",
                    "the password must not be empty", "password");
    if (password.size() > kMaxPasswordBytes)
        return fail(ErrorKind::kInvalidArgument, "crypto.password_too_long",
                    "the password is too long", "password",
                    "max_password_bytes=" + std::to_string(kMaxPasswordBytes));
    if (cost.operations < crypto_pwhash_OPSLIMIT_MIN || cost.operations > kMaxOperations)
        return fail(ErrorKind::kInvalidArgument, "crypto.password_cost",
                    "the Argon2id operation count is out of range", "operations",
                    "max_operations=" + std::to_string(kMaxOperations));
    if (cost.memory_bytes < crypto_pwhash_MEMLIMIT_MIN || cost.memory_bytes > kMaxMemoryBytes)
        return fail(ErrorKind::kInvalidArgument, "crypto.password_cost",
                    "the Argon2id memory size is out of range", "memory_bytes",
                    "max_memory_bytes=" + std::to_string(kMaxMemoryBytes));
    return {};
}

}  // namespace

Result<std::string> hash_password(std::string_view password, const PasswordCost& cost) {
    SAOLA_TRY_STATUS(check_limits(password, cost));
    require_sodium();
    std::array<char, crypto_pwhash_STRBYTES> phc{};
    if (crypto_pwhash_str_alg(phc.data(), password.data(), password.size(), cost.operations,
                              static_cast<std::size_t>(cost.memory_bytes),
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(ErrorKind::kResourceExhausted, "crypto.password_memory",
                    "not enough memory to hash a password; try again", {},
                    "memory_bytes=" + std::to_string(cost.memory_bytes));
    return std::string(phc.data());
}

bool verify_password(std::string_view phc, std::string_view password) noexcept {
    if (phc.size() >= crypto_pwhash_STRBYTES || password.size() > kMaxPasswordBytes) return false;
    if (phc.find('\0') != std::string_view::npos || !stored_cost(phc)) return false;
    require_sodium();
    std::array<char, crypto_pwhash_STRBYTES> buffer{};  // the API wants a NUL-terminated string
    std::copy(phc.begin(), phc.end(), buffer.begin());
    return crypto_pwhash_str_verify(buffer.data(), password.data(), password.size()) == 0;
}

bool needs_rehash(std::string_view phc, const PasswordCost& cost) noexcept {
    const std::optional<PasswordCost> stored = stored_cost(phc);
    return !stored || stored->operations < cost.operations ||
           stored->memory_bytes / 1024 < cost.memory_bytes / 1024;
}

}  // namespace saola::crypto

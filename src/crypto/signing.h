// Ed25519 (RFC 8032) signatures, through libsodium. SigningKey holds the secret, zeroed on
// destruction; it lies in <data dir>/keys/signing.key (0600). Thread-safe after construction.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace saola::crypto {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

class SigningKey {
public:
    [[nodiscard]] static SigningKey generate();
    // Creates the file when it is missing; refuses one that others can read.
    [[nodiscard]] static Result<SigningKey> load_or_create(const std::string& path);
    [[nodiscard]] static SigningKey from_seed(const std::array<std::uint8_t, 32>& seed);
    SigningKey(const SigningKey&) = delete;
    SigningKey& operator=(const SigningKey&) = delete;
    SigningKey(SigningKey&& other) noexcept;
    SigningKey& operator=(SigningKey&& other) noexcept;
    ~SigningKey();

    [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
    [[nodiscard]] Signature sign(BytesView message) const;

private:
    SigningKey() = default;
    std::array<std::uint8_t, 64> secret_{};
    PublicKey public_key_{};
};

[[nodiscard]] bool verify(const PublicKey& key, BytesView message,
                          const Signature& signature) noexcept;

}  // namespace saola::crypto

// SHA-256 (FIPS 180-4), HMAC-SHA-256, constant-time comparison. Stateless or single-owner.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace saola::crypto {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(BytesView data) noexcept;
[[nodiscard]] Digest hmac_sha256(BytesView key, BytesView data) noexcept;
[[nodiscard]] bool equal_constant_time(BytesView a, BytesView b) noexcept;
[[nodiscard]] Result<Digest> sha256_file(const std::string& path);

class Sha256 {  // incremental
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    void update(BytesView data) noexcept;
    [[nodiscard]] Digest finish() noexcept;  // once

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace saola::crypto

#include "platform/throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/bytes.h"

namespace saola::platform {

RateTable::RateTable(const RateLimit& limit, const Clock& clock, Random& random, std::size_t slots)
    : limit_(limit), clock_(clock), slots_(std::max<std::size_t>(slots, 1)) {
    for (auto& secret : secret_) {
        std::array<std::uint8_t, 8> bytes{};
        random.fill(bytes);
        for (const std::uint8_t byte : bytes) secret = secret << 8U | byte;
    }
    for (auto& row : rows_) row.resize(slots_);
}

std::size_t RateTable::index(std::size_t row, std::string_view key) const {
    // FNV-1a with a secret start and a strong finish: the client cannot aim at a slot.
    std::uint64_t hash = 0xcbf29ce484222325ULL ^ secret_[row];
    for (const char c : key) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
    hash ^= secret_[1 - row];
    hash = (hash ^ (hash >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    hash = (hash ^ (hash >> 27U)) * 0x94d049bb133111ebULL;
    return static_cast<std::size_t>((hash ^ (hash >> 31U)) % slots_);
}

double RateTable::spent_now(Slot& slot, TimestampNs now_ns) const {
    slot.at_ns = std::min(slot.at_ns, now_ns);
    const double elapsed_s = static_cast<double>(now_ns - slot.at_ns) / 1e9;
    return std::max(0.0, slot.spent - elapsed_s * limit_.per_second);
}

std::int64_t RateTable::wait_s(std::string_view key, double cost, TimestampNs now_ns) const {
    double missing = HUGE_VAL;
    for (std::size_t row = 0; row < 2; ++row)
        missing =
            std::min(missing, spent_now(rows_[row][index(row, key)], now_ns) + cost - limit_.burst);
    if (missing <= 1e-9) return 0;
    const double wait = std::ceil(missing / std::max(limit_.per_second, 1e-6));
    return static_cast<std::int64_t>(std::clamp(wait, 1.0, 86'400.0));
}

std::int64_t RateTable::take(std::string_view key, double cost) {
    const std::lock_guard lock(mutex_);
    const TimestampNs now_ns = clock_.now_ns();
    const std::int64_t wait = wait_s(key, cost, now_ns);
    if (wait > 0) return wait;
    for (std::size_t row = 0; row < 2; ++row) {
        Slot& slot = rows_[row][index(row, key)];
        slot.spent = std::min(spent_now(slot, now_ns) + cost, limit_.burst);
        slot.at_ns = now_ns;
    }
    return 0;
}

std::int64_t RateTable::peek(std::string_view key, double cost) const {
    const std::lock_guard lock(mutex_);
    return wait_s(key, cost, clock_.now_ns());
}

void RateTable::give_back(std::string_view key, double amount) {
    const std::lock_guard lock(mutex_);
    const TimestampNs now_ns = clock_.now_ns();
    for (std::size_t row = 0; row < 2; ++row) {
        Slot& slot = rows_[row][index(row, key)];
        slot.spent = std::max(0.0, spent_now(slot, now_ns) - amount);
        slot.at_ns = now_ns;
    }
}

std::string address_key(std::string_view remote_address) {
    std::array<std::uint8_t, 16> bytes{};
    const std::string text(remote_address);
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
    constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) return to_hex(bytes);
    return to_hex(BytesView(bytes).first(8));
}

}  // namespace saola::platform

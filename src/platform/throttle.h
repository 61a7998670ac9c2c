// Token buckets in fixed memory: limits of requests and log-in attempts by account and by address.
// Two rows of slots are addressed by a keyed hash; a key is refused only when its slot in both rows
// is empty, so nobody can be shut out by one collision, and no flood of names can push another
// key's bucket out of the table. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace saola::platform {

struct RateLimit {
    double burst = 10;      // tokens of a full bucket
    double per_second = 1;  // refill
};

class RateTable {
public:
    RateTable(const RateLimit& limit, const Clock& clock, Random& random, std::size_t slots = 4096);

    // Takes `cost` tokens. Returns 0 when granted, else the seconds until it would be (at least 1).
    [[nodiscard]] std::int64_t take(std::string_view key, double cost = 1);
    // As take(), but takes nothing.
    [[nodiscard]] std::int64_t peek(std::string_view key, double cost = 1) const;
    void give_back(std::string_view key, double amount = 1);

private:
    struct Slot {
        double spent = 0;  // tokens missing from a full bucket at at_ns
        TimestampNs at_ns = 0;
    };
    [[nodiscard]] std::size_t index(std::size_t row, std::string_view key) const;
    // A slot of the future (the clock was set back) counts from now on: else it would stay spent
    // until the old time comes again.
    [[nodiscard]] double spent_now(Slot& slot, TimestampNs now_ns) const;
    [[nodiscard]] std::int64_t wait_s(std::string_view key, double cost, TimestampNs now_ns) const;

    const RateLimit limit_;
    const Clock& clock_;
    std::uint64_t secret_[2] = {0, 0};
    const std::size_t slots_;
    mutable std::mutex mutex_;
    mutable std::vector<Slot> rows_[2];
};

// The address as a key: IPv4 whole, IPv6 by its /64, which one customer usually holds.
[[nodiscard]] std::string address_key(std::string_view remote_address);

}  // namespace saola::platform

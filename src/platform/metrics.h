// Prometheus text exposition 0.0.4: counters, gauges and histograms with labels. Registration is
// rare and locked, updates are atomic. Names: saola_<module>_<what>_<unit>[_total].
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace saola::platform {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
public:
    void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const noexcept {
        return value_.load(std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint64_t> value_{0};
};

class Histogram {
public:
    explicit Histogram(std::vector<double> upper_bounds);
    void observe(double value) noexcept;
    [[nodiscard]] std::vector<std::uint64_t> buckets() const;  // cumulative, last is +Inf
    [[nodiscard]] const std::vector<double>& bounds() const { return bounds_; }
    [[nodiscard]] double sum() const noexcept;

private:
    std::vector<double> bounds_;
    std::vector<std::unique_ptr<std::atomic<std::uint64_t>>> counts_;
    std::atomic<double> sum_{0.0};
};

class Metrics {
public:
    virtual ~Metrics() = default;
    // The same name and labels give the same object. References live as long as Metrics.
    virtual Counter& counter(std::string_view name, std::string_view help, Labels labels = {}) = 0;
    virtual Histogram& histogram(std::string_view name, std::string_view help,
                                 std::vector<double> bounds, Labels labels = {}) = 0;
    virtual void gauge(std::string_view name, std::string_view help, std::function<double()> read,
                       Labels labels = {}) = 0;
    [[nodiscard]] virtual std::string expose() const = 0;
};
[[nodiscard]] std::unique_ptr<Metrics> make_metrics();

}  // namespace saola::platform

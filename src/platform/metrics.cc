#include "platform/metrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <mutex>

#include "base/check.h"

namespace saola::platform {
namespace {

bool is_name(std::string_view name, bool colon) {
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
    return std::all_of(name.begin(), name.end(), [colon](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || (colon && c == ':');
    });
}

void append_escaped(std::string& out, std::string_view text, bool quotes) {
    for (const char c : text) {
        if (c == '\\')
            out += "\\\\";
        else if (c == '\n')
            out += "\\n";
        else if (c == '"' && quotes)
            out += "\\\"";
        else
            out += c;
    }
}

void append_number(std::string& out, double value) {
    if (std::isnan(value)) {
        out += "NaN";
    } else if (std::isinf(value)) {
        out += value > 0 ? "+Inf" : "-Inf";
    } else {
        char buffer[64];
        const auto [end, code] = std::to_chars(buffer, buffer + sizeof buffer, value);
        out.append(buffer, code == std::errc{} ? end : buffer);
    }
}

// {a="x",b="y"} with `extra` (already written, like le="5") at the end; "" when there is nothing.
std::string label_text(const Labels& labels, std::string_view extra = {}) {
    if (labels.empty() && extra.empty()) return {};
    std::string out = "{";
    for (const auto& [name, value] : labels) {
        if (out.size() > 1) out += ',';
        out += name + "=\"";
        append_escaped(out, value, /*quotes=*/true);
        out += '"';
    }
    if (!extra.empty()) {
        if (out.size() > 1) out += ',';
        out += extra;
    }
    return out + '}';
}

enum class Kind : std::uint8_t { kCounter, kGauge, kHistogram };

struct Series {
    Labels labels;
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Histogram> histogram;
    std::function<double()> gauge;
};

struct Family {
    Kind kind = Kind::kCounter;
    std::string help;
    std::map<std::string, Series> series;  // by label text
};

void append_histogram(std::string& out, const std::string& name, const Series& series) {
    const auto buckets = series.histogram->buckets();
    const auto& bounds = series.histogram->bounds();
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        std::string le = "le=\"";
        append_number(le, i < bounds.size() ? bounds[i] : HUGE_VAL);
        out += name + "_bucket" + label_text(series.labels, le + '"') + ' ' +
               std::to_string(buckets[i]) + '\n';
    }
    out += name + "_sum" + label_text(series.labels) + ' ';
    append_number(out, series.histogram->sum());
    out += '\n' + name + "_count" + label_text(series.labels) + ' ' +
           std::to_string(buckets.back()) + '\n';
}

class Registry final : public Metrics {
public:
    Counter& counter(std::string_view name, std::string_view help, Labels labels) override {
        const std::lock_guard lock(mutex_);
        Series& series = find(name, help, Kind::kCounter, std::move(labels));
        if (!series.counter) series.counter = std::make_unique<Counter>();
        return *series.counter;
    }

    Histogram& histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                         Labels labels) override {
        const std::lock_guard lock(mutex_);
        Series& series = find(name, help, Kind::kHistogram, std::move(labels));
        if (!series.histogram) series.histogram = std::make_unique<Histogram>(std::move(bounds));
        return *series.histogram;
    }

    void gauge(std::string_view name, std::string_view help, std::function<double()> read,
               Labels labels) override {
        const std::lock_guard lock(mutex_);
        find(name, help, Kind::kGauge, std::move(labels)).gauge = std::move(read);
    }

    std::string expose() const override {
        const std::lock_guard lock(mutex_);
        std::string out;
        for (const auto& [name, family] : families_) {
            out += "# HELP " + name + ' ';
            append_escaped(out, family.help, /*quotes=*/false);
            out += "\n# TYPE " + name;
            out += family.kind == Kind::kCounter ? " counter\n"
                   : family.kind == Kind::kGauge ? " gauge\n"
                                                 : " histogram\n";
            for (const auto& [text, series] : family.series) {
                if (family.kind == Kind::kHistogram) {
                    append_histogram(out, name, series);
                    continue;
                }
                out += name + text + ' ';
                if (family.kind == Kind::kCounter)
                    out += std::to_string(series.counter->value());
                else
                    append_number(out, series.gauge());
                out += '\n';
            }
        }
        return out;
    }

private:
    Series& find(std::string_view name, std::string_view help, Kind kind, Labels labels) {
        SAOLA_CHECK(is_name(name, /*colon=*/true));
        for (const auto& [label, value] : labels) SAOLA_CHECK(is_name(label, /*colon=*/false));
        Family& family = families_[std::string(name)];
        if (family.series.empty()) {
            family.kind = kind;
            family.help = help;
        }
        SAOLA_CHECK(family.kind == kind);
        Series& series = family.series[label_text(labels)];
        series.labels = std::move(labels);
        return series;
    }

    mutable std::mutex mutex_;
    std::map<std::string, Family> families_;
};

}  // namespace

Histogram::Histogram(std::vector<double> upper_bounds) : bounds_(std::move(upper_bounds)) {
    SAOLA_CHECK(std::is_sorted(bounds_.begin(), bounds_.end()));
    for (std::size_t i = 0; i <= bounds_.size(); ++i)
        counts_.push_back(std::make_unique<std::atomic<std::uint64_t>>(0));
}

void Histogram::observe(double value) noexcept {
    const auto it = std::lower_bound(bounds_.begin(), bounds_.end(), value);
    const auto index = static_cast<std::size_t>(it - bounds_.begin());
    counts_[index]->fetch_add(1, std::memory_order_relaxed);
    double sum = sum_.load(std::memory_order_relaxed);
    while (!sum_.compare_exchange_weak(sum, sum + value, std::memory_order_relaxed)) {
    }
}

std::vector<std::uint64_t> Histogram::buckets() const {
    std::vector<std::uint64_t> out;
    std::uint64_t total = 0;
    for (const auto& count : counts_)
        out.push_back(total += count->load(std::memory_order_relaxed));
    return out;
}

double Histogram::sum() const noexcept { return sum_.load(std::memory_order_relaxed); }

std::unique_ptr<Metrics> make_metrics() { return std::make_unique<Registry>(); }

}  // namespace saola::platform

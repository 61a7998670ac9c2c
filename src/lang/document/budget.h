// What one reading may still cost: time, lines, nodes, table cells, and text that is repeated
// (merged cells, captions, titles over several columns). The first limit met stays met: loops stop
// on false, and the step that runs them returns status(). Without it a small file could ask for
// hours or for all memory. A value on the stack of one Reader::read call, used by its thread only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "contracts/document_reader.h"

namespace saola::lang {

class Budget {
public:
    Budget(const contracts::ReaderLimits& limits, const contracts::StopCheck& stopped)
        : limits_(limits),
          stopped_(stopped),
          deadline_(std::chrono::steady_clock::now() +
                    std::chrono::milliseconds(limits.max_time_ms)) {}

    // Each is false from the first limit met on. `time` looks at the clock, and whether the caller
    // gave up, at every kStride-th call.
    [[nodiscard]] bool time() {
        if (calls_++ % kStride != 0 || met_) return !met_;
        if (stopped_ && stopped_()) {
            met_ = Error{ErrorKind::kCancelled,
                         "document.cancelled",
                         "Reading the document was cancelled.",
                         {},
                         {}};
            return false;
        }
        if (std::chrono::steady_clock::now() < deadline_) return true;
        return refuse("document.read_timeout", "Reading the document took too long.",
                      "max_time_ms=", static_cast<std::uint64_t>(limits_.max_time_ms));
    }
    [[nodiscard]] bool lines(std::size_t total) {
        if (total <= limits_.max_lines) return !met_;
        return refuse("document.too_many_lines", "The document holds too many lines.",
                      "max_lines=", limits_.max_lines);
    }
    [[nodiscard]] bool nodes(std::size_t total) {
        if (total <= limits_.max_nodes) return !met_;
        return refuse("document.too_many_nodes", "The document holds too many paragraphs.",
                      "max_nodes=", limits_.max_nodes);
    }
    [[nodiscard]] bool cells(std::size_t total) {
        if (total <= limits_.max_table_cells) return !met_;
        return refuse("document.too_many_cells", "The tables of the document hold too many cells.",
                      "max_table_cells=", limits_.max_table_cells);
    }
    [[nodiscard]] bool add_cells(std::size_t more) { return cells(cells_ += more); }
    [[nodiscard]] bool repeat(std::size_t bytes) {
        repeated_ += bytes;
        if (repeated_ <= limits_.max_text_bytes) return !met_;
        return refuse("document.text_too_large",
                      "Merged cells and captions of the document repeat too much text.",
                      "max_text_bytes=", limits_.max_text_bytes);
    }
    [[nodiscard]] Status status() const {
        if (met_) return fail(Error(*met_));
        return {};
    }

private:
    static constexpr std::uint64_t kStride = 64;

    bool refuse(const char* code, const char* message, const char* limit, std::uint64_t value) {
        if (!met_)
            met_ = Error{ErrorKind::kTooLarge, code, message, {}, limit + std::to_string(value)};
        return false;
    }

    const contracts::ReaderLimits& limits_;
    const contracts::StopCheck& stopped_;
    std::chrono::steady_clock::time_point deadline_;
    std::uint64_t calls_ = 0;
    std::size_t cells_ = 0;
    std::size_t repeated_ = 0;
    std::optional<Error> met_;
};

}  // namespace saola::lang

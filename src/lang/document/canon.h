// The working form of a document's text and the way back to its bytes. Everything after this step
// reads the canonical text only, so results cannot depend on NFC or NFD, CRLF, BOM or exotic
// blanks. Values, used by one thread while a document is read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contracts/document.h"

namespace saola::lang {

using contracts::Span;
using contracts::Text;

// NFC, line ends "\n", blanks only ' ', '\t', '\n'; BOM, zero-width signs and soft hyphens dropped.
// `value` is the canonical text, `map` leads to the source. Fails on text that is not UTF-8.
[[nodiscard]] Result<Text> canonicalise(std::string_view source);

// What stands between two pieces of one text.
enum class Join : std::uint8_t { kBlank, kNewline, kNone };

// Builds a Text over canonical offsets from pieces of the canonical text: runs of blanks collapse,
// holes (footnote marks, page furniture) are left out.
class TextMaker {
public:
    // `holes`: sorted, not overlapping; both must outlive the maker.
    TextMaker(std::string_view canon, const std::vector<Span>& holes)
        : canon_(canon), holes_(&holes) {}
    void add(Span piece, Join join);
    [[nodiscard]] Text finish();

private:
    void put(std::uint32_t begin, std::uint32_t end);
    void add_run(std::uint32_t begin, std::uint32_t end);
    void join_gap(std::uint32_t begin);

    std::string_view canon_;
    const std::vector<Span>* holes_;
    Text text_;
    bool any_ = false;
    Join join_ = Join::kNone;
    bool pending_ = false;  // a blank waits for the next word
    std::uint32_t pending_begin_ = 0;
    std::uint32_t source_end_ = 0;  // where the last copied byte ended
};

// Turns canonical offsets into source offsets.
void to_source(const Text& canon, Text& text);
[[nodiscard]] Span to_source(const Text& canon, Span span);

}  // namespace saola::lang

// From canonical text to blocks: marks of footnotes and bookmarks, lines, page furniture,
// paragraphs put together again from wrapped lines, and the raw cells of tables. All offsets are
// canonical. Values, used by one thread while a document is read; every step is linear in the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/document.h"
#include "lang/document/budget.h"
#include "lang/document/canon.h"
#include "lang/document/labels.h"

namespace saola::lang {

struct FootnoteMark {  // "[footnoteRef:3]" or "[3: words]"
    std::string label;
    Span span;  // with its brackets
    Span body;  // the words of a definition
};

struct Marks {
    std::vector<Span> holes;  // what is taken out of running text: marks, page furniture
    std::vector<FootnoteMark> references;
    std::vector<FootnoteMark> definitions;
};
[[nodiscard]] Marks find_marks(std::string_view canon);

struct Line {
    Span span;                // trimmed; never empty
    bool tab = false;         // begins with a tab: an indented paragraph or a cell
    bool cell_only = false;   // a tab and nothing else: an empty cell (span is the tab)
    bool quoted = false;      // begins inside “ ... ”: words quoted from another text
    bool page_start = false;  // first line of a page
    std::uint32_t blank_before = 0;
    std::uint32_t chars = 0;
    std::uint32_t indent = 0;  // blanks before the first word
};

struct Layout {
    bool wrapped = false;      // lines are cut at a width, not at paragraph ends
    bool exact_width = false;  // a fixed-pitch wrap: a word went over only when it did not fit
    std::uint32_t width = 0;
    std::uint32_t usual_gap = 0;  // blank lines between two lines of one paragraph
};

struct Lines {
    std::vector<Line> lines;
    Layout layout;
};
// Also adds running titles and page numbers to marks.holes; their lines are not listed. Stops where
// the budget is spent: look at its status.
[[nodiscard]] Lines split_lines(std::string_view canon, Marks& marks,
                                const std::vector<std::uint32_t>& page_starts, Budget& budget);

struct Piece {
    Span span;
    Join join = Join::kBlank;  // how it follows the piece before
};

struct RawCell {
    std::vector<Piece> pieces;  // none: an empty cell
    Span span;
    // Known only from DOCX: grid column, columns spanned, continues the cell above.
    std::int32_t column = -1;
    std::uint32_t column_span = 1;
    bool continues = false;
};
struct RawRow {
    std::vector<RawCell> cells;
    Span span;
    float confidence = 1.0F;
    bool header = false;  // known from DOCX
};
enum class TableForm : std::uint8_t { kTabs, kBare, kPipes, kExact };
struct RawTable {
    TableForm form = TableForm::kTabs;
    std::vector<RawRow> rows;
    Span span;
};

struct Block {
    std::vector<Piece> pieces;  // empty for a table
    Label label;                // end counts from the first piece
    Span span;
    std::int32_t table = -1;
    std::size_t line = 0;
    bool caps = false;
    bool quoted = false;
    std::uint32_t blank_before = 0;
};

struct Blocks {
    std::vector<Block> blocks;
    std::vector<RawTable> tables;
};
// The blocks of the lines from `first` on. Stops where the budget is spent: look at its status.
// `exact`: tables whose cells are known (DOCX), in document order, offsets canonical.
[[nodiscard]] Blocks make_blocks(std::string_view canon, const Lines& lines, std::size_t first,
                                 const std::vector<RawTable>& exact, Budget& budget);

// Whether `next` goes on the paragraph that ends with `line`.
[[nodiscard]] bool continues(std::string_view canon, const Layout& layout, const Line& line,
                             const Line& next);
// A label that stands where a wrapped sentence goes on is no label.
[[nodiscard]] bool is_real_label(std::string_view canon, const Layout& layout, const Line* before,
                                 const Line& line, const Label& label);

[[nodiscard]] inline std::string_view view(std::string_view canon, Span span) {
    return canon.substr(span.begin, span.end - span.begin);
}

}  // namespace saola::lang

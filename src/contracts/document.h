// An official document as a tree, shared by the module that reads documents (lang) and the modules
// that use them (programme). Pure values.
//
// Positions: `source_text` is the document as text (for .txt the file's own bytes, for DOCX and PDF
// the text extracted from it, kept beside the original file). Every span counts bytes of
// source_text, half open. Node texts are NFC and unwrapped; Text::source() leads back from a range
// of the normalised text to the bytes it came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace saola::contracts {

struct Span {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    [[nodiscard]] bool empty() const noexcept { return begin >= end; }
    [[nodiscard]] bool contains(const Span& other) const noexcept {
        return begin <= other.begin && other.end <= end;
    }
    friend bool operator==(const Span&, const Span&) = default;
};

// Normalised text with its way back. `map` holds (offset in value, offset in source) pairs, sorted;
// between two pairs bytes run in parallel. A range never maps to less than the bytes it came from.
struct Text {
    struct Anchor {
        std::uint32_t value_offset = 0;
        std::uint32_t source_offset = 0;
        friend bool operator==(const Anchor&, const Anchor&) = default;
    };
    std::string value;
    std::vector<Anchor> map;
    Span span;  // of the whole text in source_text

    [[nodiscard]] Span source(std::size_t begin, std::size_t end) const noexcept;
};

enum class NodeKind : std::uint8_t {
    kDocument,  // the root
    kHead,      // issuer, number, place and date, type, title
    kPreamble,  // "Căn cứ ...", "Theo đề nghị ..."
    kPart,      // Phần
    kChapter,   // Chương
    kSection,   // Mục
    kArticle,   // Điều
    kClause,    // khoản: "1." below an article or a heading
    kPoint,     // điểm: "a)"
    kHeading,   // roman or arabic heading of reports and programmes: "III.", "2.1.", "Nội dung 1"
    kBullet,    // "-", "+", "o", "•"; label keeps the sign
    kParagraph,
    kTable,       // `table` indexes Document::tables
    kFootnote,    // label is its number
    kAppendix,    // Phụ lục
    kRecipients,  // Nơi nhận
    kSignature,
};
[[nodiscard]] std::string_view to_string(NodeKind kind) noexcept;

struct Node {
    NodeKind kind = NodeKind::kParagraph;
    std::string label;         // "III", "2.1", "a", "-", "Điều" nodes: "3"; "" when none
    Text text;                 // the node's own words, without label and children
    Span span;                 // the whole node with label and children
    std::int32_t parent = -1;  // index into Document::nodes
    std::vector<std::int32_t> children;
    std::int32_t table = -1;
    std::uint32_t line = 0;  // 1-based line of source_text where it begins
    std::uint32_t page = 0;  // 1-based page of a PDF, else 0
};

struct Cell {
    std::uint32_t column = 0;  // index into Table::columns
    std::uint32_t column_span = 1;
    Text text;                            // empty value for an empty cell
    bool carried = false;                 // merged cell: repeats the value of the row above
    std::vector<std::int32_t> footnotes;  // node indexes
};

enum class RowKind : std::uint8_t { kHeader, kBody, kGroup, kTotal };

struct Row {
    RowKind kind = RowKind::kBody;
    std::vector<Cell> cells;  // one per column, in column order, except spanned ones
    Span span;
    float confidence = 1.0F;  // how sure the reconstruction is; < 0.8 must be reviewed

    [[nodiscard]] const Cell* cell(std::uint32_t column) const noexcept;
};

struct Column {
    std::string title;  // path of header cells joined by " / ": "Doanh nghiệp / SC"
    std::string unit;   // from "(triệu đồng)" and the like, else ""
    Span span;          // of the header cell
};

struct Table {
    std::int32_t node = -1;
    std::string caption;  // nearest heading or appendix title above
    std::vector<Column> columns;
    std::vector<Row> rows;  // without header rows
    std::vector<Row> header;
    Span span;
    float confidence = 1.0F;
};

// One mention of another document (or of itself), resolved as far as the words allow.
struct Citation {
    std::string type;    // "Quyết định", "Luật", ...; "" when not said
    std::string number;  // "1234/QĐ-TTg" normalised (NFC, no blanks); "" when blank or absent
    std::optional<Date> date;
    std::string issuer;  // "Thủ tướng Chính phủ"; "" when not said
    std::string title;   // words that follow, when they name the document
    std::string clause;  // "khoản 2 Điều 14"; "" when the whole document is meant
    std::int32_t node = -1;
    Span span;
};

struct Head {
    std::string type;    // "Quyết định", "Thông tư", "Báo cáo", "Chương trình"
    std::string number;  // "" when blank (drafts)
    std::string issuer;
    std::string place;
    std::optional<Date> date;  // issued; partial when day or month is blank
    std::string title;
    std::string signer;
    bool draft = false;
    Span span, type_span, number_span, issuer_span, date_span, title_span, signer_span;
};

enum class Format : std::uint8_t { kText, kDocx, kPdf };

struct Document {
    Format format = Format::kText;
    std::string name;    // file name as given
    std::string sha256;  // hex, of the original file
    std::uint64_t original_bytes = 0;
    std::string source_text;  // valid UTF-8
    Head head;
    std::vector<Node> nodes;  // nodes[0] is the root; children come after their parent
    std::vector<Table> tables;
    std::vector<Citation> citations;
    std::vector<std::uint32_t> page_starts;  // source_text offset of each PDF page

    // "Phụ lục V, bảng 1, dòng 12, cột 6" / "Điều 3, khoản 2, điểm a" / "Mục III.2, gạch đầu dòng
    // 4": the place a person would look up.
    [[nodiscard]] std::string place(std::int32_t node) const;
    [[nodiscard]] std::string place(std::int32_t table, std::size_t row,
                                    std::uint32_t column) const;
    // Deepest node that contains the span; 0 when only the root does.
    [[nodiscard]] std::int32_t node_at(const Span& span) const;
    [[nodiscard]] std::string_view source(const Span& span) const;  // clamped
};

}  // namespace saola::contracts

#include "lang/document/tests/checks.h"

#include "base/text.h"
#include "lang/document/canon.h"
#include "lang/document/chars.h"

namespace saola::lang {
namespace {

using contracts::Document;
using contracts::Node;

std::string collapse(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (is_blank(c)) {
            if (!out.empty() && out.back() != ' ') out.push_back(' ');
        } else {
            out.push_back(c);
        }
    }
    return std::string(trimmed(out));
}
// Canonical, blanks collapsed: what a value must equal when read back from its bytes.
std::string normal(std::string_view text) {
    const auto canon = canonicalise(text);
    return canon ? collapse(canon->value) : std::string("(not UTF-8)");
}

// Piece by piece along the map: runs with a value must equal their bytes.
std::string check_text(const Document& document, const contracts::Text& text) {
    if (text.value.empty()) return {};
    if (text.map.size() < 2) return "text without a map: " + text.value;
    for (std::size_t i = 0; i + 1 < text.map.size(); ++i) {
        const auto& a = text.map[i];
        const auto& b = text.map[i + 1];
        if (b.value_offset < a.value_offset || b.source_offset < a.source_offset)
            return "map not sorted: " + text.value;
        if (b.value_offset > text.value.size() || b.source_offset > document.source_text.size())
            return "map out of range: " + text.value;
        const std::string_view value =
            std::string_view(text.value).substr(a.value_offset, b.value_offset - a.value_offset);
        if (value.empty() || trimmed(value).empty()) continue;
        const std::string_view source = document.source({a.source_offset, b.source_offset});
        if (normal(source) != collapse(value))
            return "value \"" + std::string(value) + "\" came from \"" + std::string(source) + "\"";
    }
    return {};
}

std::string check_children(const Document& document, const Node& node, std::size_t index) {
    std::uint32_t end = node.span.begin;
    for (const std::int32_t child : node.children) {
        const Node& inner = document.nodes[static_cast<std::size_t>(child)];
        const std::string where = "node " + std::to_string(child) + " in " + std::to_string(index);
        if (inner.parent != static_cast<std::int32_t>(index)) return where + ": wrong parent";
        if (child <= static_cast<std::int32_t>(index)) return where + ": stands before its parent";
        if (!node.span.contains(inner.span)) return where + ": outside its parent";
        if (inner.span.begin < end) return where + ": overlaps its sibling";
        end = inner.span.end;
    }
    return {};
}

}  // namespace

std::string broken_property(const Document& document) {
    if (document.nodes.empty()) return "no root";
    for (std::size_t i = 0; i < document.nodes.size(); ++i) {
        const Node& node = document.nodes[i];
        if (node.span.end > document.source_text.size() || node.span.begin > node.span.end)
            return "span out of range at " + std::to_string(i);
        if (std::string why = check_children(document, node, i); !why.empty()) return why;
        if (std::string why = check_text(document, node.text); !why.empty())
            return "node " + std::to_string(i) + ": " + why;
        if (!node.text.value.empty() && !node.span.contains(node.text.span))
            return "text outside node " + std::to_string(i);
    }
    for (const contracts::Table& table : document.tables) {
        for (const contracts::Row& row : table.rows) {
            for (const contracts::Cell& cell : row.cells) {
                if (cell.column + cell.column_span > table.columns.size())
                    return "cell beyond the columns";
                if (std::string why = check_text(document, cell.text); !why.empty())
                    return "cell: " + why;
                if (!cell.carried && !cell.text.value.empty() && !row.span.contains(cell.text.span))
                    return "cell outside its row";
            }
        }
    }
    std::uint32_t at = 0;
    const auto uncovered = [&](std::uint32_t to) {
        return !normal(document.source({at, to})).empty();
    };
    for (const std::int32_t child : document.nodes[0].children) {
        const Node& node = document.nodes[static_cast<std::size_t>(child)];
        if (uncovered(node.span.begin))
            return "bytes before node " + std::to_string(child) + " belong to no node";
        at = node.span.end;
    }
    if (uncovered(static_cast<std::uint32_t>(document.source_text.size())))
        return "bytes at the end belong to no node";
    return {};
}

}  // namespace saola::lang

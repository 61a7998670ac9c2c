#include "contracts/document.h"

#include <algorithm>
#include <iterator>

namespace saola::contracts {
namespace {

bool is_bullet(const Node& node) { return node.kind == NodeKind::kBullet; }

// Position of `node` among the siblings of its kind, from 1.
std::size_t ordinal(const Document& document, const Node& node, std::int32_t index) {
    if (node.parent < 0) return 1;
    const Node& parent = document.nodes[static_cast<std::size_t>(node.parent)];
    std::size_t count = 0;
    for (const std::int32_t child : parent.children) {
        if (document.nodes[static_cast<std::size_t>(child)].kind == node.kind) ++count;
        if (child == index) break;
    }
    return count;
}

// Words for one node of the path; "" when it adds nothing. `heading` collects "III" + "2".
std::string step(const Document& document, std::int32_t index, std::string& heading) {
    const Node& node = document.nodes[static_cast<std::size_t>(index)];
    const auto numbered = [&](std::string_view word) {
        return std::string(word) + " " +
               (node.label.empty() ? std::to_string(ordinal(document, node, index)) : node.label);
    };
    const bool digit = !node.label.empty() && node.label[0] >= '0' && node.label[0] <= '9';
    switch (node.kind) {
        case NodeKind::kDocument: return {};
        case NodeKind::kHead: return "Phần đầu văn bản";
        case NodeKind::kPreamble: return "Phần căn cứ";
        case NodeKind::kPart: return numbered("Phần");
        case NodeKind::kChapter: return numbered("Chương");
        case NodeKind::kSection: return numbered("Mục");
        case NodeKind::kArticle: return numbered("Điều");
        case NodeKind::kClause:
            if (heading.empty()) return numbered("khoản");
            heading += "." + node.label;
            return {};
        case NodeKind::kPoint: return numbered("điểm");
        case NodeKind::kHeading:
            if (node.label.find(' ') != std::string::npos) return node.label;  // "Nội dung 1"
            // "7.1" below "I" and "7" is I.7.1: a dotted label already says its parents.
            if (!heading.empty() && digit && node.label.find('.') != std::string::npos) {
                heading = heading.substr(0, heading.find('.')) + "." + node.label;
            } else {
                heading += (heading.empty() ? "" : ".") + node.label;
            }
            return {};
        case NodeKind::kBullet: {
            const bool nested = node.parent >= 0 &&
                                is_bullet(document.nodes[static_cast<std::size_t>(node.parent)]);
            return std::string(nested ? "ý " : "gạch đầu dòng ") +
                   std::to_string(ordinal(document, node, index));
        }
        case NodeKind::kParagraph: return "đoạn " + std::to_string(ordinal(document, node, index));
        case NodeKind::kTable: return "bảng " + std::to_string(ordinal(document, node, index));
        case NodeKind::kFootnote: return numbered("chú thích");
        case NodeKind::kAppendix:
            return node.label.empty() ? std::string("Văn bản kèm theo") : "Phụ lục " + node.label;
        case NodeKind::kRecipients: return "Nơi nhận";
        case NodeKind::kSignature: return "Phần ký";
    }
    return {};
}

}  // namespace

std::string_view to_string(NodeKind kind) noexcept {
    switch (kind) {
        case NodeKind::kDocument: return "document";
        case NodeKind::kHead: return "head";
        case NodeKind::kPreamble: return "preamble";
        case NodeKind::kPart: return "part";
        case NodeKind::kChapter: return "chapter";
        case NodeKind::kSection: return "section";
        case NodeKind::kArticle: return "article";
        case NodeKind::kClause: return "clause";
        case NodeKind::kPoint: return "point";
        case NodeKind::kHeading: return "heading";
        case NodeKind::kBullet: return "bullet";
        case NodeKind::kParagraph: return "paragraph";
        case NodeKind::kTable: return "table";
        case NodeKind::kFootnote: return "footnote";
        case NodeKind::kAppendix: return "appendix";
        case NodeKind::kRecipients: return "recipients";
        case NodeKind::kSignature: return "signature";
    }
    return "unknown";
}

// Runs between two anchors are parallel when both sides have the same length; otherwise (a
// collapsed run of blanks, a recomposed letter, a footnote taken out) a range that touches the run
// takes all of it.
Span Text::source(std::size_t begin, std::size_t end) const noexcept {
    end = std::min(end, value.size());
    begin = std::min(begin, end);
    if (map.empty()) {
        const auto clamp = [&](std::size_t at) {
            return static_cast<std::uint32_t>(std::min<std::size_t>(span.begin + at, span.end));
        };
        return {clamp(begin), clamp(end)};
    }
    const auto parallel = [](const Anchor& a, const Anchor& b) {
        return b.value_offset - a.value_offset == b.source_offset - a.source_offset;
    };
    Span out;
    // Start: the last anchor at or before `begin`, so that what was taken out before it stays out.
    auto after =
        std::upper_bound(map.begin(), map.end(), begin,
                         [](std::size_t at, const Anchor& a) { return at < a.value_offset; });
    if (after == map.begin()) {
        out.begin = span.begin;
    } else {
        const Anchor& from = *std::prev(after);
        const bool exact = after == map.end() || parallel(from, *after);
        out.begin = from.source_offset +
                    (exact ? static_cast<std::uint32_t>(begin - from.value_offset) : 0U);
    }
    // End: the first anchor at or after `end`.
    auto at = std::lower_bound(
        map.begin(), map.end(), end,
        [](const Anchor& a, std::size_t value_at) { return a.value_offset < value_at; });
    if (at == map.end()) {
        const Anchor& from = map.back();
        out.end = std::min<std::uint32_t>(
            span.end, from.source_offset + static_cast<std::uint32_t>(end - from.value_offset));
    } else if (at->value_offset == end || at == map.begin() || !parallel(*std::prev(at), *at)) {
        out.end = at->source_offset;
    } else {
        out.end = std::prev(at)->source_offset +
                  static_cast<std::uint32_t>(end - std::prev(at)->value_offset);
    }
    if (out.end < out.begin) out.end = out.begin;
    return out;
}

const Cell* Row::cell(std::uint32_t column) const noexcept {
    for (const Cell& candidate : cells) {
        if (candidate.column <= column && column < candidate.column + candidate.column_span) {
            return &candidate;
        }
    }
    return nullptr;
}

std::string Document::place(std::int32_t node) const {
    if (node < 0 || static_cast<std::size_t>(node) >= nodes.size()) return {};
    std::vector<std::int32_t> path;
    for (std::int32_t at = node; at >= 0; at = nodes[static_cast<std::size_t>(at)].parent) {
        path.push_back(at);
    }
    std::string out;
    std::string heading;
    const auto add = [&out](const std::string& words) {
        if (words.empty()) return;
        if (!out.empty()) out += ", ";
        out += words;
    };
    const auto flush = [&] {
        if (!heading.empty()) add("Mục " + heading);
        heading.clear();
    };
    for (std::size_t i = path.size(); i-- > 0;) {
        const std::string words = step(*this, path[i], heading);
        if (words.empty()) continue;
        flush();
        add(words);
    }
    flush();
    return out;
}

std::string Document::place(std::int32_t table, std::size_t row, std::uint32_t column) const {
    if (table < 0 || static_cast<std::size_t>(table) >= tables.size()) return {};
    std::string out = place(tables[static_cast<std::size_t>(table)].node);
    out += (out.empty() ? "" : ", ") + std::string("dòng ") + std::to_string(row + 1);
    out += ", cột " + std::to_string(column + 1);
    return out;
}

std::int32_t Document::node_at(const Span& span) const {
    if (nodes.empty()) return 0;
    std::int32_t at = 0;
    for (;;) {
        const auto& children = nodes[static_cast<std::size_t>(at)].children;
        // Siblings are in document order and do not overlap.
        auto it =
            std::upper_bound(children.begin(), children.end(), span.begin,
                             [this](std::uint32_t begin, std::int32_t child) {
                                 return begin < nodes[static_cast<std::size_t>(child)].span.begin;
                             });
        if (it == children.begin()) return at;
        const std::int32_t child = *std::prev(it);
        if (!nodes[static_cast<std::size_t>(child)].span.contains(span)) return at;
        at = child;
    }
}

std::string_view Document::source(const Span& span) const {
    const std::size_t begin = std::min<std::size_t>(span.begin, source_text.size());
    const std::size_t end = std::clamp<std::size_t>(span.end, begin, source_text.size());
    return std::string_view(source_text).substr(begin, end - begin);
}

}  // namespace saola::contracts

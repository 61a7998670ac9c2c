// Code lists: a table of numbered groups and their items, the products a programme names, and what
// other documents say about the size of a list ("11 nhóm ... và 35 nhóm ...").
#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "programme/extract/extract.h"
#include "programme/keys.h"

namespace saola::programme {
namespace {

using contracts::RowKind;

struct ListColumns {
    int number = -1, group = -1, item = -1;
};

// Two shapes: (number, group, item) with one row an item, or (number, name) with group rows.
std::optional<ListColumns> list_columns(const contracts::Table& table) {
    ListColumns out;
    if (table.columns.size() < 2 || table.columns.size() > 4) return std::nullopt;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::string title = folded_title(table.columns[i]);
        const int index = static_cast<int>(i);
        if (out.number < 0 && (title == "stt" || title == "tt" || title == "số tt")) {
            out.number = index;
        } else if (out.item < 0 &&
                   contains_any(title, {"sản phẩm", "dịch vụ", "tên mục", "nội dung danh mục"})) {
            out.item = index;
        } else if (out.group < 0 && contains_any(title, {"nhóm", "lĩnh vực"})) {
            out.group = index;
        } else {
            return std::nullopt;  // further columns: another kind of table
        }
    }
    if (out.number < 0 || out.item < 0) return std::nullopt;
    return out;
}

std::string cell_words(const contracts::Row& row, int column) {
    const contracts::Cell* cell =
        column < 0 ? nullptr : row.cell(static_cast<std::uint32_t>(column));
    return cell == nullptr ? std::string() : clean_title(cell->text.value);
}

struct ListState {
    std::string list;
    std::string group;
    std::string group_name;
    int groups = 0;
    int items = 0;
    float least = 0;  // confidence that the list as a whole earns
};
constexpr float kConsistentList = 0.85F;

struct Part {
    std::size_t begin = 0, end = 0;  // in the cell's text, closing marks left out
};

bool closes_item(std::string_view line) {
    return !line.empty() && (line.back() == '.' || line.back() == ';');
}

Part trimmed_part(std::string_view text, std::size_t begin, std::size_t end) {
    const std::string title = clean_title(text.substr(begin, end - begin));
    const std::size_t at = text.find(title, begin);
    return {at, at + title.size()};
}

// The items of one cell. Where lines close with "." or ";" an item goes on to the next closed line;
// where none does, every line is an item.
std::vector<Part> items_of(std::string_view text) {
    std::vector<Part> out;
    bool marks = false;
    for (std::size_t i = 1; i < text.size(); ++i)
        marks = marks || (text[i] == '\n' && closes_item(text::trim(text.substr(0, i))));
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && text[i] != '\n') continue;
        const std::string_view words = text::trim(text.substr(begin, i - begin));
        if (words.empty() || (marks && i < text.size() && !closes_item(words))) continue;
        const Part part = trimmed_part(text, begin, i);
        if (part.end > part.begin) out.push_back(part);
        begin = i + 1;
    }
    return out;
}

bool opens_small(std::string_view words) {
    if (words.empty()) return false;
    const unsigned char lead = static_cast<unsigned char>(words[0]);
    if (lead < 0x80) return lead >= 'a' && lead <= 'z';
    const std::string letter(words.substr(0, lead >= 0xE0 ? 3 : 2));
    return lower_in_place(letter) == letter;
}

// A list whose numbers run 1..n without a gap, whose rows all have group and items, and whose items
// all close with a mark, was cut into rows rightly: three signs that do not depend on each other.
bool consistent(const contracts::Table& table, const ListColumns& columns) {
    int next = 1;
    if (columns.group < 0) return false;
    for (const contracts::Row& row : table.rows) {
        if (row.kind == RowKind::kTotal || row.kind == RowKind::kHeader) continue;
        const contracts::Cell* items = row.cell(static_cast<std::uint32_t>(columns.item));
        if (cell_words(row, columns.number) != std::to_string(next++) ||
            cell_words(row, columns.group).empty())
            return false;
        if (items == nullptr || !closes_item(text::trim(items->text.value))) return false;
        for (const Part& part : items_of(items->text.value)) {
            // A capital opens an item and a small letter a wrapped line: else the cut is a guess.
            const std::string words = items->text.value.substr(part.begin, part.end - part.begin);
            if (opens_small(words)) return false;
            for (std::size_t i = words.find('\n'); i != std::string::npos;
                 i = words.find('\n', i + 1)) {
                if (!opens_small(text::trim(std::string_view(words).substr(i)))) return false;
            }
        }
    }
    return next > 3;
}

void propose_code(ExtractContext& context, const contracts::Row& row, std::string place, int column,
                  Part part, const std::string& subject, float least) {
    const contracts::Cell* cell = row.cell(static_cast<std::uint32_t>(column));
    const std::string title = cell->text.value.substr(part.begin, part.end - part.begin);
    Proposal out = proposal_at(context, cell->text, part.begin, part.end);
    out.kind = SubjectKind::kCode;
    out.subject = subject;
    out.predicate = "title";
    out.value = title;
    out.confidence = std::max(row.confidence, least);
    out.place = std::move(place);
    context.out.push_back(std::move(out));
}

Part whole(const contracts::Row& row, int column) {
    const std::string& text = row.cell(static_cast<std::uint32_t>(column))->text.value;
    return trimmed_part(text, 0, text.size());
}

// (number, name): a roman number or a group row opens a group.
void extract_flat_row(ExtractContext& context, const contracts::Row& row,
                      const ListColumns& columns, ListState& state, const std::string& place) {
    const std::string number = cell_words(row, columns.number);
    if (cell_words(row, columns.item).empty()) return;
    const bool roman = !number.empty() && number.find_first_not_of("IVXLC") == std::string::npos;
    const bool group = row.kind == RowKind::kGroup || roman;
    if (group) {
        ++state.groups;
        state.items = 0;
        state.group = roman ? number : std::to_string(state.groups);
    }
    const std::string code =
        group ? state.group
              : state.group + "." + (number.empty() ? std::to_string(state.items + 1) : number);
    if (!group) ++state.items;
    propose_code(context, row, place, columns.item, whole(row, columns.item),
                 state.list + "/" + code, 0);
}

// (number, group, items): the items of a group in one cell, or one to a row.
void extract_wide_row(ExtractContext& context, const contracts::Row& row,
                      const ListColumns& columns, ListState& state, const std::string& place,
                      const std::string& item_place) {
    const std::string name = cell_words(row, columns.group);
    const std::string number = cell_words(row, columns.number);
    if (!name.empty() && name != state.group_name) {
        ++state.groups;
        state.items = 0;
        state.group_name = name;
        state.group = number.empty() ? std::to_string(state.groups) : number;
        propose_code(context, row, place, columns.group, whole(row, columns.group),
                     state.list + "/" + state.group, state.least);
    }
    if (state.group.empty() || cell_words(row, columns.item).empty()) return;
    for (const Part& part :
         items_of(row.cell(static_cast<std::uint32_t>(columns.item))->text.value)) {
        ++state.items;
        propose_code(context, row, item_place, columns.item, part,
                     state.list + "/" + state.group + "." + std::to_string(state.items),
                     state.least);
    }
}

std::string list_key(const ExtractContext& context, int number) {
    return context.document_key + (number > 1 ? "." + std::to_string(number) : std::string());
}

void extract_list(ExtractContext& context, std::int32_t table_index, const ListColumns& columns,
                  int list_number) {
    const contracts::Table& table = context.document.tables[static_cast<std::size_t>(table_index)];
    ListState state;
    state.list = list_key(context, list_number);
    state.least = consistent(table, columns) ? kConsistentList : 0.0F;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const contracts::Row& row = table.rows[i];
        if (row.kind == RowKind::kTotal || row.kind == RowKind::kHeader) continue;
        const auto place = [&](int column) {
            return context.document.place(table_index, i, static_cast<std::uint32_t>(column));
        };
        if (columns.group < 0) {
            extract_flat_row(context, row, columns, state, place(columns.item));
        } else {
            extract_wide_row(context, row, columns, state, place(columns.group),
                             place(columns.item));
        }
    }
}

void propose_list(ExtractContext& context, std::int32_t table_index, const ListColumns& columns,
                  int list_number) {
    const contracts::Table& table = context.document.tables[static_cast<std::size_t>(table_index)];
    if (table.caption.empty()) return;
    // The caption is the nearest heading above; its bytes are those of that node's text.
    const contracts::Node* heading = nullptr;
    for (const contracts::Node& node : context.document.nodes) {
        if (node.text.span.begin > table.span.begin ||
            node.text.value.find(table.caption) == std::string::npos)
            continue;
        if (heading == nullptr || node.text.span.begin >= heading->text.span.begin) heading = &node;
    }
    if (heading == nullptr) return;
    const std::size_t at = heading->text.value.find(table.caption);
    Proposal out = proposal_at(context, heading->text, at, at + table.caption.size());
    out.kind = SubjectKind::kCodeList;
    out.subject = list_key(context, list_number);
    out.predicate = "title";
    out.value = table.caption;
    out.confidence =
        std::max(table.confidence, consistent(table, columns) ? kConsistentList : 0.0F);
    out.place = context.document.place(context.document.node_at(out.span));
    context.out.push_back(std::move(out));
}

// "A thay thế B (gồm 10 nhóm ...)": what follows describes A.
bool is_replaced(const contracts::Document& document, const contracts::Citation& citation) {
    constexpr std::uint32_t kLook = 40;
    const std::uint32_t begin = citation.span.begin > kLook ? citation.span.begin - kLook : 0;
    const std::vector<Word> words =
        split_words(text::fold(document.source({begin, citation.span.begin})));
    return std::ranges::any_of(
        std::array<std::string_view, 3>{"thay thế", "thay thế cho", "bãi bỏ"},
        [&](std::string_view verb) {
            const auto count = static_cast<std::size_t>(std::ranges::count(verb, ' ')) + 1;
            return words.size() >= count && match(words, words.size() - count, verb) == count;
        });
}

// "gồm 11 nhóm ... và 35 nhóm ..." after a citation: the size of that document's list.
void propose_list_sizes(ExtractContext& context) {
    for (const contracts::Citation& citation : context.document.citations) {
        if (citation.number.empty() || citation.node < 0 || citation.number.front() < '0' ||
            citation.number.front() > '9')
            continue;
        if (is_replaced(context.document, citation)) continue;
        const contracts::Node& node =
            context.document.nodes[static_cast<std::size_t>(citation.node)];
        const std::vector<Word> tokens = split_words(node.text.value);
        for (std::size_t i = 0; i + 4 < tokens.size(); ++i) {
            if (tokens[i].kind != Word::Kind::kNumber || tokens[i + 1].lower != "nhóm") continue;
            const contracts::Span first = node.text.source(tokens[i].begin, tokens[i].end);
            if (first.begin < citation.span.end || first.begin > citation.span.end + 250) continue;
            // Another citation between means that the sizes are its own.
            const bool between = std::ranges::any_of(
                context.document.citations, [&](const contracts::Citation& other) {
                    const bool own = other.span.begin > citation.span.begin &&
                                     other.span.end <= first.begin && !other.number.empty();
                    return own && !is_replaced(context.document, other);
                });
            if (between) break;
            std::size_t second = 0;
            for (std::size_t k = i + 2; k + 1 < tokens.size() && k < i + 12; ++k) {
                if (tokens[k].lower == "và" && tokens[k + 1].kind == Word::Kind::kNumber) {
                    second = k + 1;
                    break;
                }
            }
            if (second == 0) continue;
            for (const auto& [token, predicate] :
                 {std::pair{i, "group_count"}, std::pair{second, "item_count"}}) {
                Proposal out =
                    proposal_at(context, node.text, tokens[token].begin, tokens[token].end);
                out.kind = SubjectKind::kCodeList;
                out.subject = document_key(citation.number);
                out.predicate = predicate;
                out.value = tokens[token].number;
                out.unit = "count";
                out.confidence = 0.85F;
                out.place = context.document.place(citation.node);
                context.out.push_back(std::move(out));
            }
            break;
        }
    }
}

// "Tên sản phẩm ...:" followed by points: the products of the programme.
void propose_products(ExtractContext& context) {
    for (const contracts::Node& node : context.document.nodes) {
        const std::string folded = text::fold(node.text.value);
        if (folded.size() > 120 || !folded.starts_with("tên sản phẩm")) continue;
        for (const std::int32_t child : node.children) {
            const contracts::Node& point = context.document.nodes[static_cast<std::size_t>(child)];
            const std::string title = clean_title(point.text.value);
            const std::size_t at = point.text.value.find(title);
            if (title.empty() || title.size() > 200) continue;
            Proposal out = proposal_at(context, point.text, at, at + title.size());
            out.kind = SubjectKind::kProduct;
            out.subject = slug(title, 70);
            out.predicate = "title";
            out.value = title;
            out.confidence = 0.9F;
            out.place = context.document.place(child);
            context.out.push_back(std::move(out));
        }
    }
}

}  // namespace

void extract_code_lists(ExtractContext& context) {
    int lists = 0;
    for (std::size_t i = 0; i < context.document.tables.size(); ++i) {
        const auto columns = list_columns(context.document.tables[i]);
        if (!columns) continue;
        ++lists;
        propose_list(context, static_cast<std::int32_t>(i), *columns, lists);
        extract_list(context, static_cast<std::int32_t>(i), *columns, lists);
    }
    propose_list_sizes(context);
    propose_products(context);
}

}  // namespace saola::programme

// Code lists: a table of numbered groups and their items, the products a programme names, and what
// other documents say about the size of a list ("11 nhóm ... và 35 nhóm ...").
#include <algorithm>
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
        } else if (out.item < 0 && contains_any(title, {"sản phẩm", "dịch vụ", "tên mục", "nội dung danh mục"})) {
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
    const contracts::Cell* cell = column < 0 ? nullptr : row.cell(static_cast<std::uint32_t>(column));
    return cell == nullptr ? std::string() : clean_title(cell->text.value);
}

struct ListState {
    std::string list;
    std::string group;
    std::string group_name;
    int groups = 0;
    int items = 0;
};

void propose_code(ExtractContext& context, const contracts::Row& row, std::int32_t table, std::size_t index, int column,
                  const std::string& subject) {
    const contracts::Cell* cell = row.cell(static_cast<std::uint32_t>(column));
    const std::string title = clean_title(cell->text.value);
    const std::size_t at = cell->text.value.find(title);
    Proposal out = proposal_at(context, cell->text, at, at + title.size());
    out.kind = SubjectKind::kCode;
    out.subject = subject;
    out.predicate = "title";
    out.value = title;
    out.confidence = row.confidence;
    out.place = context.document.place(table, index, static_cast<std::uint32_t>(column));
    context.out.push_back(std::move(out));
}

void extract_list(ExtractContext& context, std::int32_t table_index, const ListColumns& columns, int list_number) {
    const contracts::Table& table = context.document.tables[static_cast<std::size_t>(table_index)];
    ListState state;
    state.list = context.document_key + (list_number > 1 ? "." + std::to_string(list_number) : std::string());
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const contracts::Row& row = table.rows[i];
        if (row.kind == RowKind::kTotal || row.kind == RowKind::kHeader) continue;
        const std::string number = cell_words(row, columns.number);
        const std::string item = cell_words(row, columns.item);
        const bool roman = !number.empty() && number.find_first_not_of("IVXLC") == std::string::npos;
        if (columns.group < 0) {
            if (item.empty()) continue;
            const bool group = row.kind == RowKind::kGroup || roman;
            if (group) {
                ++state.groups;
                state.items = 0;
                state.group = roman ? number : std::to_string(state.groups);
            }
            const std::string code = group ? state.group : state.group + "." + (number.empty() ? std::to_string(state.items + 1) : number);
            if (!group) ++state.items;
            propose_code(context, row, table_index, i, columns.item, state.list + "/" + code);
            continue;
        }
        const std::string name = cell_words(row, columns.group);
        if (!name.empty() && name != state.group_name) {
            ++state.groups;
            state.items = 0;
            state.group_name = name;
            state.group = number.empty() ? std::to_string(state.groups) : number;
            propose_code(context, row, table_index, i, columns.group, state.list + "/" + state.group);
        }
        if (item.empty() || state.group.empty()) continue;
        ++state.items;
        propose_code(context, row, table_index, i, columns.item, state.list + "/" + state.group + "." + std::to_string(state.items));
    }
}

void propose_list(ExtractContext& context, std::int32_t table_index, int list_number) {
    const contracts::Table& table = context.document.tables[static_cast<std::size_t>(table_index)];
    const auto& nodes = context.document.nodes;
    // The caption is the nearest heading above; its bytes are those of that node's text.
    for (const contracts::Node& node : nodes) {
        if (table.caption.empty() || node.text.value.find(table.caption) == std::string::npos) continue;
        const std::size_t at = node.text.value.find(table.caption);
        Proposal out = proposal_at(context, node.text, at, at + table.caption.size());
        out.kind = SubjectKind::kCodeList;
        out.subject = context.document_key + (list_number > 1 ? "." + std::to_string(list_number) : std::string());
        out.predicate = "title";
        out.value = table.caption;
        out.confidence = table.confidence;
        out.place = context.document.place(context.document.node_at(out.span));
        context.out.push_back(std::move(out));
        return;
    }
}

// "gồm 11 nhóm ... và 35 nhóm ..." after a citation: the size of that document's list.
void propose_list_sizes(ExtractContext& context) {
    for (const contracts::Citation& citation : context.document.citations) {
        if (citation.number.empty() || citation.node < 0 || citation.number.front() < '0' || citation.number.front() > '9') continue;
        const contracts::Node& node = context.document.nodes[static_cast<std::size_t>(citation.node)];
        const std::vector<Word> tokens = split_words(node.text.value);
        for (std::size_t i = 0; i + 4 < tokens.size(); ++i) {
            if (tokens[i].kind != Word::Kind::kNumber || tokens[i + 1].lower != "nhóm") continue;
            const contracts::Span first = node.text.source(tokens[i].begin, tokens[i].end);
            if (first.begin < citation.span.end || first.begin > citation.span.end + 250) continue;
            // Another citation between means that the sizes are its own.
            const bool between = std::ranges::any_of(context.document.citations, [&](const contracts::Citation& other) {
                return other.span.begin > citation.span.begin && other.span.end <= first.begin && !other.number.empty();
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
            for (const auto& [token, predicate] : {std::pair{i, "group_count"}, std::pair{second, "item_count"}}) {
                Proposal out = proposal_at(context, node.text, tokens[token].begin, tokens[token].end);
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
        propose_list(context, static_cast<std::int32_t>(i), lists);
        extract_list(context, static_cast<std::int32_t>(i), *columns, lists);
    }
    propose_list_sizes(context);
    propose_products(context);
}

}  // namespace saola::programme

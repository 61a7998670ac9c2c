#include "lang/document/render.h"

#include "lang/document/chars.h"

namespace saola::lang {
namespace {

using contracts::Document;
using contracts::Node;
using contracts::Row;
using contracts::RowKind;

constexpr std::size_t kOutlineBytes = 100;

Json span_json(const contracts::Span& span) {
    Json out = Json::array();
    out.push(std::int64_t{span.begin});
    out.push(std::int64_t{span.end});
    return out;
}
std::string_view kind_name(RowKind kind) {
    switch (kind) {
        case RowKind::kHeader: return "header";
        case RowKind::kBody: return "body";
        case RowKind::kGroup: return "group";
        case RowKind::kTotal: return "total";
    }
    return "body";
}
Json rows_json(const std::vector<Row>& rows) {
    Json out = Json::array();
    for (const Row& row : rows) {
        Json cells = Json::array();
        for (const contracts::Cell& cell : row.cells) {
            Json item = Json::object();
            item.set("column", std::int64_t{cell.column});
            if (cell.column_span > 1) item.set("column_span", std::int64_t{cell.column_span});
            item.set("text", cell.text.value).set("span", span_json(cell.text.span));
            if (cell.carried) item.set("carried", true);
            cells.push(std::move(item));
        }
        Json item = Json::object();
        item.set("kind", kind_name(row.kind))
            .set("confidence", static_cast<double>(row.confidence));
        item.set("span", span_json(row.span)).set("cells", std::move(cells));
        out.push(std::move(item));
    }
    return out;
}
Json table_json(const contracts::Table& table) {
    Json columns = Json::array();
    for (const contracts::Column& column : table.columns) {
        Json item = Json::object();
        item.set("title", column.title)
            .set("unit", column.unit)
            .set("span", span_json(column.span));
        columns.push(std::move(item));
    }
    Json out = Json::object();
    out.set("node", std::int64_t{table.node}).set("caption", table.caption);
    out.set("confidence", static_cast<double>(table.confidence)).set("columns", std::move(columns));
    out.set("header", rows_json(table.header)).set("rows", rows_json(table.rows));
    return out;
}
Json head_json(const contracts::Head& head) {
    Json out = Json::object();
    out.set("type", head.type)
        .set("number", head.number)
        .set("issuer", head.issuer)
        .set("place", head.place);
    out.set("date", head.date ? Json(to_iso(*head.date)) : Json());
    out.set("title", head.title).set("signer", head.signer).set("draft", head.draft);
    return out;
}
// Words cut at a character, on one line.
std::string shorten(std::string_view text, std::size_t bytes) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const CodePoint c = decode(text, i);
        if (i + c.length > bytes) return out + "…";
        out += c.value == U'\n' ? std::string_view(" ") : text.substr(i, c.length);
        i += c.length;
    }
    return out;
}
int depth_of(const Document& document, const Node& node) {
    int depth = 0;
    for (std::int32_t at = node.parent; at >= 0;
         at = document.nodes[static_cast<std::size_t>(at)].parent)
        ++depth;
    return depth;
}
// Nodes in reading order: footnotes stand after the tree in the list, but inside it by place.
void walk(const Document& document, std::vector<std::int32_t>& order) {
    std::vector<std::int32_t> open{0};
    while (!open.empty()) {
        const std::int32_t at = open.back();
        open.pop_back();
        order.push_back(at);
        const auto& children = document.nodes[static_cast<std::size_t>(at)].children;
        open.insert(open.end(), children.rbegin(), children.rend());
    }
}

}  // namespace

Json to_json(const Document& document) {
    Json nodes = Json::array();
    for (const Node& node : document.nodes) {
        Json item = Json::object();
        item.set("kind", contracts::to_string(node.kind))
            .set("label", node.label)
            .set("text", node.text.value);
        item.set("span", span_json(node.span))
            .set("parent", std::int64_t{node.parent})
            .set("line", std::int64_t{node.line});
        if (node.page > 0) item.set("page", std::int64_t{node.page});
        if (node.table >= 0) item.set("table", std::int64_t{node.table});
        nodes.push(std::move(item));
    }
    Json tables = Json::array();
    for (const contracts::Table& table : document.tables) tables.push(table_json(table));
    Json citations = Json::array();
    for (const contracts::Citation& citation : document.citations) {
        Json item = Json::object();
        item.set("type", citation.type).set("number", citation.number);
        item.set("date", citation.date ? Json(to_iso(*citation.date)) : Json());
        item.set("issuer", citation.issuer)
            .set("title", citation.title)
            .set("clause", citation.clause);
        item.set("node", std::int64_t{citation.node}).set("span", span_json(citation.span));
        citations.push(std::move(item));
    }
    Json out = Json::object();
    out.set("name", document.name)
        .set("sha256", document.sha256)
        .set("head", head_json(document.head));
    out.set("nodes", std::move(nodes))
        .set("tables", std::move(tables))
        .set("citations", std::move(citations));
    return out;
}

std::string to_outline(const Document& document) {
    std::vector<std::int32_t> order;
    walk(document, order);
    std::string out;
    for (const std::int32_t index : order) {
        const Node& node = document.nodes[static_cast<std::size_t>(index)];
        out.append(static_cast<std::size_t>(depth_of(document, node)) * 2, ' ');
        out += contracts::to_string(node.kind);
        if (!node.label.empty()) out += " [" + node.label + "]";
        if (node.table >= 0) {
            const contracts::Table& table = document.tables[static_cast<std::size_t>(node.table)];
            out += " " + std::to_string(table.rows.size()) + " x " +
                   std::to_string(table.columns.size());
        }
        if (!node.text.value.empty()) out += " " + shorten(node.text.value, kOutlineBytes);
        out += "\n";
    }
    return out;
}

std::string to_plain_text(const Document& document) {
    std::vector<std::int32_t> order;
    walk(document, order);
    std::string out;
    for (const std::int32_t index : order) {
        const Node& node = document.nodes[static_cast<std::size_t>(index)];
        if (node.table >= 0) {
            for (const Row& row : document.tables[static_cast<std::size_t>(node.table)].rows) {
                std::string line;
                for (const contracts::Cell& cell : row.cells)
                    line += (line.empty() ? "" : " | ") + shorten(cell.text.value, 4096);
                out += line + "\n";
            }
            continue;
        }
        if (node.text.value.empty() && node.label.empty()) continue;
        const std::string place = node.kind == contracts::NodeKind::kArticle    ? "Điều "
                                  : node.kind == contracts::NodeKind::kAppendix ? "Phụ lục "
                                                                                : "";
        if (!node.label.empty()) out += place + node.label + " ";
        out += node.text.value + "\n";
    }
    return out;
}

}  // namespace saola::lang

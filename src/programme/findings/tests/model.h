// Test support: a made-up official document as a model that a generator fills, mutators damage, and
// two printers turn into text (for the real reader) or into a contracts::Document (without it).
// No name, number or phrase is taken from a real document. Deterministic for a seed.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "programme/findings/finding.h"
#include "programme/quantity.h"

namespace saola::programme::findings::test {

using Random = std::mt19937_64;
[[nodiscard]] std::int64_t between(Random& random, std::int64_t low, std::int64_t high);
[[nodiscard]] std::string grouped(std::int64_t value);  // 12345 -> "12.345"

struct ModelRow {
    contracts::RowKind kind = contracts::RowKind::kBody;
    std::vector<std::string> cells;
};
struct ModelColumn {
    std::string group, leaf, unit;  // "Chi tiết", "Trong nước", "triệu đồng"
    [[nodiscard]] std::string title() const;
};
struct ModelTable {
    std::vector<ModelColumn> columns;
    std::vector<ModelRow> rows;
};
struct Block {
    contracts::NodeKind kind = contracts::NodeKind::kParagraph;
    std::string label, text;
    int depth = 1;  // below the root
    int table = -1;
    std::string role;  // what mutators look for: "orders.text", "change", ...
};
struct Model {
    std::string type, number, issuer, title;
    Date issued;
    std::vector<Block> blocks;
    std::vector<ModelTable> tables;

    [[nodiscard]] Block* find(std::string_view role);
    [[nodiscard]] ModelTable& table(std::string_view role) {
        return tables[static_cast<std::size_t>(find(role)->table)];
    }
};

struct Layout {
    bool wrap = false;  // break prose at about 70 columns
    bool tabs = true;   // table cells one a line behind a tab
};

[[nodiscard]] Model generate(Random& random);
[[nodiscard]] std::string print(const Model& model, const Layout& layout);
[[nodiscard]] contracts::Document build(const Model& model);

// Replaces the first occurrence; false when there is none.
bool replace(std::string& text, std::string_view from, std::string_view to);

struct Mutation {
    std::string rule;  // that must fire
    std::string name;
    bool (*damage)(Model&, Random&);  // false: not applicable to this document
    bool layout_safe = true;          // the damage survives printing and reading
};
[[nodiscard]] const std::vector<Mutation>& mutations();

}  // namespace saola::programme::findings::test

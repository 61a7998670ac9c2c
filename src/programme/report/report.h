// Reports: lists of the programme as tables. A model is built from a View (so it holds only what
// its actor may see), then filtered, searched, sorted, totalled and paged. Totals and other derived
// numbers are figures: their id is the query itself, so anyone can recompute them.
// Reports is thread-safe; models are immutable and cached by (name, version, as-of, visibility).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "platform/table.h"
#include "programme/query.h"
#include "programme/value.h"

namespace saola::programme {

struct ReportCell {
    AssertedValue value = Unknown{};
    std::string unit;
    const Fact* fact = nullptr;  // the assertion behind it, if there is one
    std::string figure;          // id of a derived figure, "" when none
    std::string link;
    std::vector<const Fact*> operands;  // of a derived cell
};

struct ReportRow {
    std::string id;
    std::vector<ReportCell> cells;
    bool synthetic = false;
    std::string organisation;  // key, for filter "organisation_key"
};

enum class TotalKind : std::uint8_t { kCount, kKnown, kUnknown, kSum };
struct TotalRule {
    std::string key;
    platform::LocalText label;
    TotalKind kind = TotalKind::kSum;
    std::string column;  // column summed or counted, "" for kCount
    std::string unit;
};

struct ReportModel {
    std::string name;
    platform::LocalText title;
    std::vector<platform::TableColumn> columns;
    std::vector<ReportRow> rows;  // default order
    std::vector<TotalRule> totals;
    std::shared_ptr<const View> view;                   // keeps the facts alive
    std::shared_ptr<const std::vector<Fact>> observed;  // and these, which are in no snapshot

    [[nodiscard]] int column(std::string_view key) const;  // -1 when absent
};

struct ReportRequest {
    std::string name;
    std::string as_of;                                         // "" now
    std::string q;                                             // search in all text cells
    std::string sort;                                          // "key", "-key" or ""
    std::vector<std::pair<std::string, std::string>> filters;  // column key = value
    std::size_t limit = 0;                                     // 0: all rows
    std::size_t offset = 0;
};

// A derived number: where it comes from and what it is now.
struct FigureSpec {
    std::string report, total, as_of, q;
    std::vector<std::pair<std::string, std::string>> filters;
};
[[nodiscard]] std::string figure_id(const FigureSpec& spec);
[[nodiscard]] Result<FigureSpec> parse_figure_id(std::string_view id);

struct Figure {
    std::string id;
    platform::LocalText title, formula;
    std::string expression;
    AssertedValue value;
    std::string unit;
    std::int64_t known_count = 0, unknown_count = 0;
    std::vector<Fact> operands;  // known and unknown ones
    std::string as_of;
};

// Words of rows as search reads them. What facts say never changes, so their folded words outlive
// the data versions: a search right after a write folds only what is new. Thread-safe.
class FoldedWords {
public:
    [[nodiscard]] std::string of(const ReportRow& row, bool marks);

private:
    std::mutex mutex_;
    std::array<std::unordered_map<std::string, std::string>, 2>
        by_assertion_;  // without and with tone marks
};

class Reports {
public:
    explicit Reports(const Query& query) : query_(query) {}

    [[nodiscard]] static const std::vector<std::string>& names();
    // kNotFound for an unknown report, kInvalidArgument for an unknown filter or sort column.
    [[nodiscard]] Result<platform::Table> run(const platform::Actor& actor,
                                              const ReportRequest& request) const;
    [[nodiscard]] Result<std::shared_ptr<const ReportModel>> model(const platform::Actor& actor,
                                                                   std::string_view name,
                                                                   std::string_view as_of) const;
    [[nodiscard]] Result<Figure> figure(const platform::Actor& actor, std::string_view id) const;
    [[nodiscard]] const Query& query() const { return query_; }

private:
    struct Prepared;
    [[nodiscard]] Result<std::shared_ptr<const Prepared>> prepared(const platform::Actor& actor,
                                                                   std::string_view name,
                                                                   std::string_view as_of) const;
    void keep(std::string key, std::shared_ptr<const Prepared> fresh) const;

    const Query& query_;
    mutable FoldedWords words_;
    mutable std::mutex mutex_;
    mutable std::vector<std::pair<std::string, std::shared_ptr<const Prepared>>>
        cache_;  // most recent first
};

// ---- builders, one a report ----
[[nodiscard]] ReportModel build_orders(const View& view);
[[nodiscard]] ReportModel build_budget(const View& view);
// `observed`: of each indicator the newest observation of the whole country, in order of subjects.
[[nodiscard]] ReportModel build_targets(const View& view,
                                        std::shared_ptr<const std::vector<Fact>> observed);
[[nodiscard]] ReportModel build_patents(const View& view);
[[nodiscard]] ReportModel build_standards(const View& view);
[[nodiscard]] ReportModel build_documents(const View& view);
[[nodiscard]] ReportModel build_deadlines(const View& view, Date today);
[[nodiscard]] ReportModel build_organisations(const View& view);
[[nodiscard]] ReportModel build_products(const View& view);
[[nodiscard]] ReportModel build_codes(const View& view);

// ---- shared by the builders ----
[[nodiscard]] ReportCell fact_cell(const Fact* fact);  // unknown when null
[[nodiscard]] ReportCell text_cell(std::string words, std::string link = {});
[[nodiscard]] ReportCell number_cell(std::int64_t number);
[[nodiscard]] platform::TableColumn column(std::string key, std::string vi, std::string en,
                                           platform::CellType type, std::string unit = {});
// One source entry a document: who reads an export can find the originals.
[[nodiscard]] std::vector<platform::TableSource> sources_of(const ReportModel& model);

}  // namespace saola::programme

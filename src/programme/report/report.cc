#include "programme/report/report.h"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "base/bytes.h"
#include "base/text.h"
#include "programme/limits.h"

namespace saola::programme {

// A model with what sorting and searching need, computed when first asked for.
struct Reports::Prepared {
    ReportModel model;
    std::vector<platform::TableSource> sources;
    mutable std::mutex mutex;
    mutable std::vector<std::string> folded, unmarked;         // per row
    mutable std::map<int, std::vector<std::uint32_t>> orders;  // column -> row indexes, ascending
};

namespace {

using platform::Cell;
using platform::CellType;
using platform::LocalText;

// Unknown sorts last in either direction; numbers by lower bound, dates by their ISO form.
struct SortKey {
    int group = 0;  // 0 known, 1 unknown
    Decimal lo, hi;
    std::string text;
};

SortKey sort_key(const ReportCell& cell) {
    SortKey key;
    if (const auto* number = std::get_if<Decimal>(&cell.value)) {
        key.lo = key.hi = *number;
    } else if (const auto* range = std::get_if<Range>(&cell.value)) {
        key.lo = range->lo ? *range->lo : range->hi.value_or(Decimal{});
        key.hi = range->hi ? *range->hi : key.lo;
    } else if (const auto* words = std::get_if<std::string>(&cell.value)) {
        key.text = text::sort_key_vi(*words);
    } else if (const auto* date = std::get_if<Date>(&cell.value)) {
        key.text = to_iso(*date);
    } else {
        key.group = 1;
    }
    return key;
}

std::vector<std::uint32_t> order_by(const ReportModel& model, int column) {
    const std::size_t count = model.rows.size();
    std::vector<SortKey> keys;
    keys.reserve(count);
    for (const ReportRow& row : model.rows)
        keys.push_back(sort_key(row.cells[static_cast<std::size_t>(column)]));
    std::vector<std::uint32_t> order(count);
    for (std::uint32_t i = 0; i < count; ++i) order[i] = i;
    std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
        const SortKey& x = keys[a];
        const SortKey& y = keys[b];
        if (x.group != y.group) return x.group < y.group;
        if (x.lo != y.lo) return x.lo < y.lo;
        if (x.hi != y.hi) return x.hi < y.hi;
        return x.text < y.text;
    });
    return order;
}

bool cell_equals(const ReportCell& cell, const std::string& wanted) {
    if (const auto* words = std::get_if<std::string>(&cell.value))
        return text::fold(*words) == text::fold(wanted);
    if (const auto* number = std::get_if<Decimal>(&cell.value))
        return number->to_string() == wanted;
    if (const auto* date = std::get_if<Date>(&cell.value)) return to_iso(*date) == wanted;
    if (std::holds_alternative<Unknown>(cell.value)) return wanted == "unknown";
    return to_display(cell.value) == wanted;
}

bool row_matches(const ReportModel& model, const ReportRow& row,
                 const std::pair<std::string, std::string>& filter) {
    if (filter.first == "organisation_key") {  // one key, or several apart by commas
        const std::string_view keys = filter.second;
        for (std::size_t begin = 0; begin <= keys.size();) {
            const std::size_t end = std::min(keys.find(',', begin), keys.size());
            if (keys.substr(begin, end - begin) == row.organisation) return true;
            begin = end + 1;
        }
        return false;
    }
    if (filter.first == "id") return row.id == filter.second;
    const int index = model.column(filter.first);
    return index >= 0 && cell_equals(row.cells[static_cast<std::size_t>(index)], filter.second);
}

Status check_filters(const ReportModel& model,
                     const std::vector<std::pair<std::string, std::string>>& filters) {
    if (filters.size() > kMaxFilters) {
        return fail(ErrorKind::kInvalidArgument, "programme.too_many_filters", "Too many filters.",
                    "filter", "max_filters=" + std::to_string(kMaxFilters));
    }
    for (const auto& [key, value] : filters) {
        if (key == "organisation_key" || key == "id" || model.column(key) >= 0) continue;
        std::string known;
        for (const auto& item : model.columns) known += (known.empty() ? "" : ", ") + item.key;
        return fail(ErrorKind::kInvalidArgument, "programme.unknown_filter",
                    "Report " + model.name + " has no column " + key + "; it has " + known + ".",
                    key);
    }
    return {};
}

Cell output_cell(const ReportCell& cell) {
    Cell out = to_cell(cell.value, cell.unit);
    if (cell.fact != nullptr) out.assertion = cell.fact->assertion.id;
    out.figure = cell.figure;
    out.link = cell.link;
    return out;
}

struct TotalValue {
    AssertedValue value;
    std::int64_t known = 0, unknown = 0;
    bool overflow = false;
};

TotalValue total_of(const ReportModel& model, const TotalRule& rule,
                    const std::vector<std::uint32_t>& rows) {
    TotalValue out;
    if (rule.kind == TotalKind::kCount) {
        out.value = Decimal(static_cast<std::int64_t>(rows.size()));
        out.known = static_cast<std::int64_t>(rows.size());
        return out;
    }
    const auto column = static_cast<std::size_t>(model.column(rule.column));
    IntervalSum sum;
    for (const std::uint32_t index : rows) sum.add(model.rows[index].cells[column].value);
    out.known = sum.known();
    out.unknown = sum.unknown();
    out.value = sum.value();
    out.overflow = sum.overflowed();
    if (rule.kind == TotalKind::kKnown) out.value = Decimal(sum.known());
    if (rule.kind == TotalKind::kUnknown) out.value = Decimal(sum.unknown());
    return out;
}

}  // namespace

std::string FoldedWords::of(const ReportRow& row, bool marks) {
    const auto fold = [&](const std::string& words) {
        return marks ? text::fold(words) : text::fold_unmarked(words);
    };
    auto& known = by_assertion_[marks ? 1 : 0];
    std::string out;
    const std::scoped_lock lock(mutex_);
    for (const ReportCell& cell : row.cells) {
        const auto* words = std::get_if<std::string>(&cell.value);
        if (words == nullptr || words->empty()) continue;
        if (!out.empty()) out += ' ';
        if (cell.fact == nullptr) {
            out += fold(*words);
            continue;
        }
        if (known.size() >= kMaxFoldedWords) known.clear();
        const auto [found, fresh] = known.try_emplace(cell.fact->assertion.id);
        if (fresh) found->second = fold(*words);
        out += found->second;
    }
    return out;
}

int ReportModel::column(std::string_view key) const {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].key == key) return static_cast<int>(i);
    }
    return -1;
}

ReportCell fact_cell(const Fact* fact) {
    ReportCell cell;
    if (fact == nullptr) return cell;
    cell.value = fact->assertion.value;
    cell.unit = fact->assertion.unit;
    cell.fact = fact;
    return cell;
}

ReportCell text_cell(std::string words, std::string link) {
    ReportCell cell;
    cell.value = std::move(words);
    cell.link = std::move(link);
    return cell;
}

ReportCell number_cell(std::int64_t number) {
    ReportCell cell;
    cell.value = Decimal(number);
    return cell;
}

platform::TableColumn column(std::string key, std::string vi, std::string en, CellType type,
                             std::string unit) {
    return {std::move(key), {std::move(vi), std::move(en)}, type, std::move(unit), true};
}

std::vector<platform::TableSource> sources_of(const ReportModel& model) {
    std::unordered_set<std::string_view> seen;
    for (const ReportRow& row : model.rows) {
        for (const ReportCell& cell : row.cells) {
            if (cell.fact != nullptr && !cell.fact->source.document.empty())
                seen.insert(cell.fact->source.document);
            for (const Fact* operand : cell.operands) seen.insert(operand->source.document);
        }
    }
    std::vector<std::string_view> documents(seen.begin(), seen.end());
    std::ranges::sort(documents);
    std::vector<platform::TableSource> out;
    for (const std::string_view key : documents)
        out.push_back({model.view->document_number(key), model.view->document_title(key), ""});
    return out;
}

const std::vector<std::string>& Reports::names() {
    static const std::vector<std::string> kNames{
        "orders",    "budget",    "targets",       "patents",  "standards",
        "documents", "deadlines", "organisations", "products", "codes"};
    return kNames;
}

namespace {

Result<ReportModel> build(const Query& query, std::string_view name, const View& view) {
    if (name == "orders") return build_orders(view);
    if (name == "budget") return build_budget(view);
    if (name == "targets") {
        SAOLA_TRY(std::vector<Fact> observed,
                  query.latest(view.actor(), SubjectKind::kIndicator, "", view.as_of()));
        return build_targets(view, std::make_shared<const std::vector<Fact>>(std::move(observed)));
    }
    if (name == "patents") return build_patents(view);
    if (name == "standards") return build_standards(view);
    if (name == "documents") return build_documents(view);
    if (name == "deadlines") {
        Date today = query.today();
        if (!view.as_of().empty()) {
            SAOLA_TRY(today, parse_iso_date(view.as_of()));
        }
        return build_deadlines(view, today);
    }
    if (name == "organisations") return build_organisations(view);
    if (name == "products") return build_products(view);
    return build_codes(view);
}

}  // namespace

Result<std::shared_ptr<const Reports::Prepared>> Reports::prepared(const platform::Actor& actor,
                                                                   std::string_view name,
                                                                   std::string_view as_of) const {
    if (std::ranges::find(names(), name) == names().end()) {
        return fail(ErrorKind::kNotFound, "programme.no_report",
                    "There is no report " + std::string(name) + ".", "name");
    }
    SAOLA_TRY(View view, query_.view(actor, as_of));
    const std::string key = std::string(name) + "|" + std::to_string(view.version()) + "|" +
                            view.as_of() + "|" + to_iso(query_.today()) + "|" + view.signature();
    {
        const std::scoped_lock lock(mutex_);
        for (std::size_t i = 0; i < cache_.size(); ++i) {
            if (cache_[i].first != key) continue;
            std::rotate(cache_.begin(), cache_.begin() + static_cast<std::ptrdiff_t>(i),
                        cache_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
            return cache_.front().second;
        }
    }
    auto fresh = std::make_shared<Prepared>();
    const auto shared = std::make_shared<const View>(std::move(view));
    SAOLA_TRY(fresh->model, build(query_, name, *shared));
    fresh->model.view = shared;
    fresh->sources = sources_of(fresh->model);
    keep(key, fresh);
    return fresh;
}

void Reports::keep(std::string key, std::shared_ptr<const Prepared> fresh) const {
    const auto cells = [](const Prepared& item) {
        return item.model.rows.size() * item.model.columns.size();
    };
    const std::int64_t version = fresh->model.view->version();
    const std::scoped_lock lock(mutex_);
    // What is out of date would keep old facts in memory.
    std::erase_if(cache_,
                  [&](const auto& item) { return item.second->model.view->version() < version; });
    cache_.insert(cache_.begin(), {std::move(key), std::move(fresh)});
    std::size_t kept = 0;
    std::size_t sum = 0;
    while (kept < cache_.size() && kept < kMaxCachedReports &&
           (kept == 0 || sum + cells(*cache_[kept].second) <= kMaxCachedCells)) {
        sum += cells(*cache_[kept++].second);
    }
    cache_.resize(kept);
}

Result<std::shared_ptr<const ReportModel>> Reports::model(const platform::Actor& actor,
                                                          std::string_view name,
                                                          std::string_view as_of) const {
    SAOLA_TRY(const std::shared_ptr<const Prepared> found, prepared(actor, name, as_of));
    return std::shared_ptr<const ReportModel>(found, &found->model);
}

namespace {

// Rows that the filters and the search leave, in the model's order.
template <class P>
Result<std::vector<std::uint32_t>> select_rows(
    const P& prepared, FoldedWords& folded,
    const std::vector<std::pair<std::string, std::string>>& filters, const std::string& q) {
    const ReportModel& model = prepared.model;
    SAOLA_TRY_STATUS(check_filters(model, filters));
    if (q.size() > kMaxQueryBytes) {
        return fail(ErrorKind::kInvalidArgument, "programme.query_too_long",
                    "The search is too long.", "q",
                    "max_query_bytes=" + std::to_string(kMaxQueryBytes));
    }
    const bool marks = text::has_marks(q);
    const std::string wanted = marks ? text::fold(q) : text::fold_unmarked(q);
    const std::vector<std::string>* words = nullptr;
    if (!wanted.empty()) {
        const std::scoped_lock lock(prepared.mutex);
        std::vector<std::string>& texts = marks ? prepared.folded : prepared.unmarked;
        if (texts.empty()) {
            for (const ReportRow& row : model.rows) texts.push_back(folded.of(row, marks));
        }
        words = &texts;  // filled once, immutable afterwards
    }
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = 0; i < model.rows.size(); ++i) {
        if (words != nullptr && (*words)[i].find(wanted) == std::string::npos) continue;
        const bool keep = std::ranges::all_of(
            filters, [&](const auto& filter) { return row_matches(model, model.rows[i], filter); });
        if (keep) out.push_back(i);
    }
    return out;
}

template <class P>
Status sort_rows(const P& prepared, const std::string& sort, std::vector<std::uint32_t>& rows) {
    if (sort.empty()) return {};
    const bool descending = sort.front() == '-';
    const std::string key = descending ? sort.substr(1) : sort;
    const int index = prepared.model.column(key);
    if (index < 0 || !prepared.model.columns[static_cast<std::size_t>(index)].sortable) {
        return fail(ErrorKind::kInvalidArgument, "programme.unknown_sort",
                    "Report " + prepared.model.name + " cannot be sorted by " + key + ".", "sort");
    }
    std::vector<std::uint32_t> rank(prepared.model.rows.size());
    {
        const std::scoped_lock lock(prepared.mutex);
        auto it = prepared.orders.find(index);
        if (it == prepared.orders.end())
            it = prepared.orders.emplace(index, order_by(prepared.model, index)).first;
        for (std::uint32_t i = 0; i < it->second.size(); ++i) rank[it->second[i]] = i;
    }
    const auto unknown = [&](std::uint32_t row) {
        return std::holds_alternative<Unknown>(
            prepared.model.rows[row].cells[static_cast<std::size_t>(index)].value);
    };
    std::ranges::sort(rows, [&](std::uint32_t a, std::uint32_t b) {
        if (unknown(a) != unknown(b)) return unknown(b);
        return descending ? rank[a] > rank[b] : rank[a] < rank[b];
    });
    return {};
}

}  // namespace

Result<platform::Table> Reports::run(const platform::Actor& actor,
                                     const ReportRequest& request) const {
    SAOLA_TRY(const std::shared_ptr<const Prepared> found,
              prepared(actor, request.name, request.as_of));
    const ReportModel& model = found->model;
    SAOLA_TRY(std::vector<std::uint32_t> rows,
              select_rows(*found, words_, request.filters, request.q));
    SAOLA_TRY_STATUS(sort_rows(*found, request.sort, rows));
    platform::Table table;
    table.meta.name = model.name;
    table.meta.title = model.title;
    table.meta.as_of = request.as_of.empty() ? to_iso(query_.today()) : request.as_of;
    table.meta.filters = request.filters;
    if (!request.q.empty()) table.meta.filters.emplace_back("q", request.q);
    table.meta.columns = model.columns;
    table.meta.row_count = static_cast<std::int64_t>(rows.size());
    table.meta.sources = found->sources;
    for (const TotalRule& rule : model.totals) {
        const TotalValue total = total_of(model, rule, rows);
        platform::TableTotal item;
        item.key = rule.key;
        item.label = rule.label;
        item.value = to_cell(total.value, rule.unit);
        item.value.figure =
            figure_id({model.name, rule.key, request.as_of, request.q, request.filters});
        item.unit = display_unit(rule.unit);
        item.unknown_count = total.unknown;
        table.meta.totals.push_back(std::move(item));
    }
    table.meta.synthetic =
        std::ranges::any_of(rows, [&](std::uint32_t i) { return model.rows[i].synthetic; });
    const std::size_t first = std::min(request.offset, rows.size());
    const std::size_t count =
        request.limit == 0 ? rows.size() - first : std::min(request.limit, rows.size() - first);
    for (std::size_t i = first; i < first + count; ++i) {
        const ReportRow& row = model.rows[rows[i]];
        platform::TableRow out;
        out.id = row.id;
        out.synthetic = row.synthetic;
        for (const ReportCell& cell : row.cells) out.cells.push_back(output_cell(cell));
        table.rows.push_back(std::move(out));
    }
    return table;
}

std::string figure_id(const FigureSpec& spec) {
    Json json = Json::object();
    json.set("r", spec.report).set("t", spec.total);
    if (!spec.as_of.empty()) json.set("d", spec.as_of);
    if (!spec.q.empty()) json.set("q", spec.q);
    if (!spec.filters.empty()) {
        Json filters = Json::array();
        for (const auto& [key, value] : spec.filters) {
            Json pair = Json::array();
            pair.push(key).push(value);
            filters.push(std::move(pair));
        }
        json.set("f", std::move(filters));
    }
    return to_base64url(as_bytes(json.canonical()));
}

Result<FigureSpec> parse_figure_id(std::string_view id) {
    const auto bad = [] {
        return fail(ErrorKind::kNotFound, "programme.no_figure", "There is no figure with this id.",
                    "id");
    };
    if (id.size() > 4'096) return bad();
    const auto bytes = from_base64url(id);
    if (!bytes) return bad();
    const auto json = Json::parse(as_text(*bytes));
    if (!json || !json->is_object()) return bad();
    FigureSpec out;
    out.report = json->get_string_or("r", "");
    out.total = json->get_string_or("t", "");
    out.as_of = json->get_string_or("d", "");
    out.q = json->get_string_or("q", "");
    if (const Json* filters = json->find("f"); filters != nullptr && filters->is_array()) {
        for (const Json& pair : filters->as_array()) {
            if (!pair.is_array() || pair.size() != 2 || !pair.as_array()[0].is_string() ||
                !pair.as_array()[1].is_string())
                return bad();
            out.filters.emplace_back(pair.as_array()[0].as_string(),
                                     pair.as_array()[1].as_string());
        }
    }
    return out;
}

Result<Figure> Reports::figure(const platform::Actor& actor, std::string_view id) const {
    SAOLA_TRY(const FigureSpec spec, parse_figure_id(id));
    SAOLA_TRY(const std::shared_ptr<const Prepared> found,
              prepared(actor, spec.report, spec.as_of));
    const ReportModel& model = found->model;
    const auto rule = std::ranges::find(model.totals, spec.total, &TotalRule::key);
    if (rule == model.totals.end())
        return fail(ErrorKind::kNotFound, "programme.no_figure", "There is no figure with this id.",
                    "id");
    SAOLA_TRY(const std::vector<std::uint32_t> rows,
              select_rows(*found, words_, spec.filters, spec.q));
    const TotalValue total = total_of(model, *rule, rows);
    Figure out;
    out.id = std::string(id);
    out.title = {model.title.vi + ": " + rule->label.vi, model.title.en + ": " + rule->label.en};
    out.value = total.value;
    out.unit = rule->unit;
    out.known_count = total.known;
    out.unknown_count = total.unknown;
    out.as_of = spec.as_of.empty() ? to_iso(query_.today()) : spec.as_of;
    const std::string rows_word = std::to_string(rows.size());
    const std::string column = rule->column.empty() ? "title" : rule->column;
    switch (rule->kind) {
        case TotalKind::kCount:
            out.formula = {"Đếm số dòng của danh sách", "Count of the rows of the list"};
            out.expression = "count(" + model.name + ") = " + rows_word;
            break;
        case TotalKind::kKnown:
            out.formula = {"Đếm số dòng đã biết giá trị", "Count of the rows whose value is known"};
            out.expression = "count_known(" + model.name + "." + column + ")";
            break;
        case TotalKind::kUnknown:
            out.formula = {"Đếm số dòng chưa rõ giá trị",
                           "Count of the rows whose value is unknown"};
            out.expression = "count_unknown(" + model.name + "." + column + ")";
            break;
        case TotalKind::kSum:
            out.formula = {
                "Cộng riêng các cận dưới và các cận trên; dòng chưa rõ được đếm riêng, không tính "
                "là 0",
                "Lower bounds and upper bounds are added apart; unknown rows are counted, never "
                "added as 0"};
            out.expression = "sum(" + model.name + "." + column + ") over " +
                             std::to_string(total.known) + " known, " +
                             std::to_string(total.unknown) + " unknown";
            if (total.overflow) {
                out.formula = {out.formula.vi + "; tổng quá lớn nên không tính được",
                               out.formula.en + "; the sum is too large to be computed"};
                out.expression += " (overflow)";
            }
            break;
    }
    int index = model.column(column);
    if (index < 0) index = 0;
    for (const std::uint32_t row : rows) {
        const ReportCell& cell = model.rows[row].cells[static_cast<std::size_t>(index)];
        if (cell.fact != nullptr) out.operands.push_back(*cell.fact);
        for (const Fact* operand : cell.operands) out.operands.push_back(*operand);
    }
    return out;
}

}  // namespace saola::programme

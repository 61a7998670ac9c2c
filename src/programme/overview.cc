// Overview, map and search: small answers made of reports, so they show what reports show.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "programme/api_support.h"
#include "programme/dataset.h"
#include "programme/keys.h"
#include "programme/views.h"

namespace saola::programme {
namespace {

// q as it stands behind "?q=" of a link.
std::string percent_encoded(std::string_view words) {
    std::string out;
    for (const char c : words) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            out += c;
        } else {
            constexpr std::string_view kHex = "0123456789ABCDEF";
            out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
        }
    }
    return out;
}

Json total_cell(const platform::Table& table, std::string_view key) {
    const Json json = platform::to_json(table.meta);
    const Json* totals = json.find("totals");
    if (totals == nullptr) return Json::object().set("unknown", true);
    for (const Json& total : totals->as_array()) {
        if (total.get_string_or("key", "") == key && total.find("cell") != nullptr)
            return *total.find("cell");
    }
    return Json::object().set("unknown", true);
}

Result<platform::Table> totals_of(const Service& service, const platform::Actor& actor,
                                  std::string name, std::string_view as_of) {
    ReportRequest request;
    request.name = std::move(name);
    request.as_of = std::string(as_of);
    request.limit = 1;
    SAOLA_TRY(platform::Table table, service.reports.run(actor, request));
    table.meta.sources.clear();  // total_cell() is about the totals
    table.meta.columns.clear();
    return table;
}

Json cell_of(const Fact& fact) {
    Json out = display_cell(fact.assertion.value, fact.assertion.unit);
    out.set("assertion", fact.assertion.id);
    return out;
}

// The rows of the targets report, by component.
std::map<std::string, Json> targets_json(const ReportModel& model, bool& synthetic) {
    const auto column = [&](const char* key) {
        return static_cast<std::size_t>(model.column(key));
    };
    std::map<std::string, Json> out;
    for (const ReportRow& row : model.rows) {
        const Fact* target = row.cells[column("target")].fact;
        const Fact* known = row.cells[column("known")].fact;
        const auto words = [&](const char* key) {
            const auto* found = std::get_if<std::string>(&row.cells[column(key)].value);
            return found != nullptr ? *found : std::string();
        };
        const std::string& subject = (target != nullptr ? target : known)->assertion.subject;
        const std::size_t slash = subject.find('/');
        synthetic = synthetic || row.synthetic;
        Json item = Json::object();
        item.set("indicator", subject.substr(slash + 1))
            .set("subject", subject)
            .set("title", words("title"))
            .set("horizon", words("horizon"));
        item.set("cell", target != nullptr ? cell_of(*target) : Json::object().set("unknown", true))
            .set("unit", words("unit"));
        Json level;
        if (known != nullptr) {
            const Assertion& k = known->assertion;
            level.set("cell", cell_of(*known))
                .set("unit", display_unit(k.unit))
                .set("as_of", valid_from(k))
                .set("assertion", k.id);
        }
        item.set("known", std::move(level));
        Json& list = out.try_emplace(subject.substr(0, slash), Json::array()).first->second;
        list.push(std::move(item));
    }
    return out;
}

Json components_json(const ReportModel& model, bool& synthetic) {
    const View& view = *model.view;
    std::map<std::string, std::int64_t> indicators;
    for (const std::string& subject : view.subjects(SubjectKind::kIndicator))
        ++indicators[subject.substr(0, subject.find('/'))];
    std::vector<std::pair<std::int64_t, std::string>> order;
    for (const std::string& key : view.subjects(SubjectKind::kComponent)) {
        const Fact* title = view.find(SubjectKind::kComponent, key, "title");
        if (title != nullptr) order.emplace_back(title->seq, key);
    }
    std::ranges::sort(order);
    if (indicators.contains("general")) order.emplace_back(0, "general");
    std::map<std::string, Json> targets = targets_json(model, synthetic);
    Json out = Json::array();
    for (const auto& [seq, key] : order) {
        const std::string title = key == "general"
                                      ? "Toàn Chương trình"
                                      : view.text(SubjectKind::kComponent, key, "title");
        Json item = Json::object();
        item.set("key", key)
            .set("title", Json::object()
                              .set("vi", title)
                              .set("en", key == "general" ? "Whole programme" : title));
        item.set("indicators", indicators[key]);
        const auto found = targets.find(key);
        item.set("targets", found == targets.end() ? Json::array() : std::move(found->second));
        out.push(std::move(item));
    }
    return out;
}

Result<Json> deadlines_json(const Service& service, const platform::Actor& actor,
                            std::string_view as_of) {
    SAOLA_TRY(const auto model, service.reports.model(actor, "deadlines", as_of));
    std::int64_t passed = 0;
    Json next;
    for (const ReportRow& row : model->rows) {
        const auto words = [&](std::size_t column) {
            const auto* found = std::get_if<std::string>(&row.cells[column].value);
            return found != nullptr ? *found : std::string();
        };
        if (words(3) == "passed") {
            ++passed;
        } else if (next.is_null()) {
            next = Json::object()
                       .set("due", to_display(row.cells[0].value))
                       .set("duty", words(1))
                       .set("organisation", words(2));
        }
    }
    return Json::object()
        .set("total", static_cast<std::int64_t>(model->rows.size()))
        .set("passed", passed)
        .set("next", std::move(next));
}

}  // namespace

Result<Json> overview_json(const Service& service, const platform::Actor& actor,
                           std::string_view as_of) {
    SAOLA_TRY(const auto targets, service.reports.model(actor, "targets", as_of));
    SAOLA_TRY(const platform::Table orders, totals_of(service, actor, "orders", as_of));
    SAOLA_TRY(const platform::Table patents, totals_of(service, actor, "patents", as_of));
    SAOLA_TRY(const platform::Table standards, totals_of(service, actor, "standards", as_of));
    const auto number = [&](std::string_view key) {
        const Json cell = total_cell(orders, key);
        const Json* v = cell.find("v");
        return v != nullptr && v->is_integer() ? *v : Json(0);
    };
    SAOLA_TRY(const FindingRows findings, service.findings.list(actor, {"open", "", "", ""}));
    Json quality = Json::object();
    quality.set("open", static_cast<std::int64_t>(findings.size()));
    for (const char* severity : {"error", "warning", "question"}) {
        quality.set(severity,
                    static_cast<std::int64_t>(std::ranges::count_if(
                        findings, [&](const auto& item) { return item->severity == severity; })));
    }
    SAOLA_TRY(Json deadlines, deadlines_json(service, actor, as_of));
    bool synthetic = orders.meta.synthetic || patents.meta.synthetic;
    Json components = components_json(*targets, synthetic);
    Json totals = Json::object();
    totals.set("tasks", number("count"))
        .set("priced", number("priced"))
        .set("unpriced", number("unpriced"))
        .set("budget", total_cell(orders, "budget"));
    totals.set("patents", total_cell(patents, "total"))
        .set("standards", total_cell(standards, "total"));
    totals.set("findings", std::move(quality)).set("deadlines", std::move(deadlines));
    Json out = Json::object();
    out.set("as_of", as_of.empty() ? to_iso(service.query.today()) : std::string(as_of))
        .set("synthetic", synthetic);
    out.set("components", std::move(components)).set("totals", std::move(totals));
    return out;
}

Result<Json> map_json(const Service& service, const platform::Actor& actor,
                      std::string_view indicator, std::string_view as_of) {
    if (indicator != "orders" && indicator != "budget") {
        return fail(ErrorKind::kInvalidArgument, "programme.bad_indicator",
                    "indicator is orders or budget.", "indicator");
    }
    SAOLA_TRY(const auto model, service.reports.model(actor, "orders", as_of));
    SAOLA_TRY(const ProvinceMap map, builtin_provinces());
    const auto budget_column = static_cast<std::size_t>(model->column("budget"));
    struct Sum {
        std::int64_t tasks = 0;
        IntervalSum budget;
    };
    std::map<std::string, Sum> sums;
    std::map<std::string, std::string> into;  // former provinces count where they are today
    for (const Former& former : map.formers) into[organisation_key(former.name)] = former.into;
    std::map<std::string, std::set<std::string>>
        parts;  // province -> organisation keys counted in it
    std::set<std::string> unplaced_names;
    Sum unplaced;
    for (const ReportRow& row : model->rows) {
        const auto place = into.find(row.organisation);
        Sum& sum = place == into.end() ? unplaced : sums[place->second];
        if (place != into.end()) parts[place->second].insert(row.organisation);
        if (place == into.end())
            unplaced_names.insert(model->view->organisation_name(row.organisation));
        ++sum.tasks;
        sum.budget.add(row.cells[budget_column].value);
    }
    const bool money = indicator == "budget";
    const auto cell_of = [&](const Sum& sum) {
        if (!money) return Json::object().set("v", sum.tasks);
        if (sum.tasks == 0) return Json::object().set("v", 0);
        const platform::Cell cell = to_cell(sum.budget.value(), "VND");
        if (const auto* number = std::get_if<Decimal>(&cell.value))
            return Json::object().set("v", decimal_json(*number));
        if (const auto* interval = std::get_if<platform::Interval>(&cell.value)) {
            return Json::object()
                .set("lo", interval->lo ? decimal_json(*interval->lo) : Json())
                .set("hi", interval->hi ? decimal_json(*interval->hi) : Json());
        }
        return Json::object().set("unknown", true);
    };
    const auto figure_of = [&](const std::string& key) {
        std::string keys = key;
        for (const std::string& part : parts[key]) keys += part == key ? "" : "," + part;
        return figure_id({"orders",
                          money ? "budget" : "count",
                          std::string(as_of),
                          "",
                          {{"organisation_key", keys}}});
    };
    Json provinces = Json::array();
    std::map<std::string, std::string> names;
    for (const Province& p : map.provinces) {
        names[p.key] = p.name;
        Json item = Json::object();
        item.set("code", p.code).set("name", p.name).set("row", p.row).set("column", p.column);
        provinces.push(item.set("value", cell_of(sums[p.key])).set("figure", figure_of(p.key)));
    }
    for (const Archipelago& a : map.archipelagos) {
        const auto owner = std::ranges::find(map.provinces, a.province, &Province::key);
        Json item = Json::object();
        item.set("code", owner == map.provinces.end() ? "" : owner->code)
            .set("name", a.name)
            .set("row", a.row)
            .set("column", a.column);
        item.set("value", cell_of(sums[a.province])).set("figure", figure_of(a.province));
        provinces.push(item.set("archipelago_of", names[a.province]));
    }
    Json formers = Json::array();
    for (const Former& former : map.formers)
        formers.push(Json::object().set("name", former.name).set("into", names[former.into]));
    Json others = Json::array();
    for (const std::string& name : unplaced_names) others.push(name);
    Json out = Json::object();
    out.set("indicator", indicator)
        .set("unit", money ? "million_vnd" : "count")
        .set("provinces", std::move(provinces))
        .set("formers", std::move(formers));
    return out.set(
        "unplaced",
        Json::object().set("value", cell_of(unplaced)).set("organisations", std::move(others)));
}

Result<Json> search_json(const Service& service, const platform::Actor& actor,
                         const std::string& q) {
    Json hits = Json::array();
    if (text::trim(q).empty()) return Json::object().set("hits", std::move(hits));
    struct Where {
        const char* report;
        const char* kind;
        std::size_t title;
        const char* link;
    };
    constexpr Where kWhere[] = {{"orders", "task", 2, "/programme/orders"},
                                {"documents", "document", 2, "/programme/documents/"},
                                {"targets", "indicator", 1, "/programme/targets"},
                                {"deadlines", "deadline", 1, "/programme/deadlines"},
                                {"budget", "budget_line", 2, "/programme/budget"},
                                {"products", "product", 0, "/programme/products"},
                                {"organisations", "organisation", 0, "/programme/organisations"}};
    for (const Where& where : kWhere) {
        ReportRequest request;
        request.name = where.report;
        request.q = q;
        request.limit = 10;
        SAOLA_TRY(const platform::Table table, service.reports.run(actor, request));
        for (const platform::TableRow& row : table.rows) {
            if (hits.size() >= kMaxSearchHits) break;
            std::string title;
            std::string snippet;
            for (std::size_t i = 0; i < row.cells.size(); ++i) {
                const auto* words = std::get_if<std::string>(&row.cells[i].value);
                if (words == nullptr) continue;
                if (i == where.title) title = *words;
                if (i != where.title && snippet.size() < 160)
                    snippet += (snippet.empty() ? "" : " · ") + *words;
            }
            const bool document = std::string_view(where.kind) == "document";
            Json hit = Json::object();
            hit.set("kind", where.kind)
                .set("id", row.id)
                .set("title", title.empty() ? row.id : title)
                .set("snippet", snippet);
            hits.push(hit.set("link", std::string(where.link) +
                                          (document ? row.id : "?q=" + percent_encoded(q))));
        }
    }
    return Json::object().set("hits", std::move(hits));
}

}  // namespace saola::programme

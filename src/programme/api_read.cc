// Routes that read lists: overview, reports, figures, assertions, findings, map, search.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "programme/api_support.h"
#include "programme/keys.h"
#include "programme/list_tables.h"
#include "programme/views.h"

namespace saola::programme {
namespace {

using net::Request;
using platform::Actor;

ReportRequest request_of(const Request& request, const Page& page) {
    ReportRequest out;
    out.name = param(request, "name");
    out.as_of = std::string(request.query_or("as_of", ""));
    out.q = std::string(request.query_or("q", ""));
    out.sort = std::string(request.query_or("sort", ""));
    out.limit = page.limit;
    out.offset = page.offset;
    for (const auto& [key, value] : request.query) {
        constexpr std::array<std::string_view, 7> kReserved{"as_of",  "q",      "sort", "limit",
                                                            "offset", "format", "lang"};
        if (std::ranges::find(kReserved, key) == kReserved.end() && !value.empty())
            out.filters.emplace_back(key, value);
    }
    return out;
}

Result<net::Response> answer_table(
    const Service& service, const Request& request,
    const std::function<Result<platform::Table>(ReportRequest)>& run) {
    SAOLA_TRY(const Page page, page_of(request));
    SAOLA_TRY(const platform::ListForm form, platform::list_form(request));
    ReportRequest wanted = request_of(request, page);
    // csv and xlsx carry every row of the filters, not one page.
    const bool json = form.format == platform::ListFormat::kJson;
    if (!json) wanted.limit = wanted.offset = 0;
    SAOLA_TRY(platform::Table table, run(std::move(wanted)));
    if (json) return net::Response::json(platform::to_json(table));
    return platform::send_table(service.platform, platform::stream_of(std::move(table)), form);
}

net::Handler table_handler(
    const Service& service,
    std::function<Result<platform::Table>(const Actor&, ReportRequest)> run) {
    return [&service, run = std::move(run)](const Request& request) {
        const Actor& actor = platform::actor_of(request);
        auto answer = answer_table(
            service, request, [&](ReportRequest wanted) { return run(actor, std::move(wanted)); });
        return answer ? std::move(*answer)
                      : net::Response::error(answer.error(), request.request_id);
    };
}

std::vector<platform::ParamSpec> list_params() {
    return {query_param("as_of", "as known on this day, 2026-06-30"),
            query_param("q", "words to search; tone marks are ignored when the query has none"),
            query_param("sort", "column key, -key downwards"),
            query_param("limit", "rows of one page", "integer"),
            query_param("offset", "first row", "integer"),
            query_param("format", "json, csv or xlsx"),
            query_param("lang", "headings of exports: vi or en")};
}

platform::Table findings_table(const FindingRows& list, const ReportRequest& request,
                               const View& view) {
    using platform::CellType;
    platform::Table table;
    table.meta.name = "findings";
    table.meta.title = {"Chất lượng số liệu", "Data quality"};
    table.meta.as_of = view.as_of();
    table.meta.filters = request.filters;
    table.meta.row_count = static_cast<std::int64_t>(list.size());
    table.meta.columns = {
        column("severity", "Mức", "Severity", CellType::kStatus),
        column("rule", "Mã quy tắc", "Rule id", CellType::kText),
        column("rule_vi", "Quy tắc", "Rule (Vietnamese)", CellType::kText),
        column("rule_en", "Quy tắc (tiếng Anh)", "Rule", CellType::kText),
        column("summary_vi", "Điểm không khớp", "Finding (Vietnamese)", CellType::kText),
        column("summary_en", "Điểm không khớp (tiếng Anh)", "Finding", CellType::kText),
        column("document", "Văn bản", "Document", CellType::kText),
        column("place", "Vị trí", "Place", CellType::kText),
        column("state", "Trạng thái", "State", CellType::kStatus)};
    for (platform::TableColumn& item : table.meta.columns)
        item.sortable = item.key == "severity" || item.key == "rule" || item.key == "state";
    const std::vector<RuleInfo> known = rules();
    const std::size_t first = std::min(request.offset, list.size());
    const std::size_t last =
        request.limit == 0 ? list.size() : std::min(list.size(), first + request.limit);
    for (std::size_t i = first; i < last; ++i) {
        const StoredFinding& f = *list[i];
        const auto rule = std::ranges::find(known, f.rule, &RuleInfo::id);
        platform::TableRow row;
        row.id = f.id;
        const auto add = [&](std::string words) {
            platform::Cell cell;
            cell.value = std::move(words);
            row.cells.push_back(std::move(cell));
        };
        add(f.severity);
        add(f.rule);
        add(rule == known.end() ? f.rule : std::string(rule->title_vi));
        add(rule == known.end() ? f.rule : std::string(rule->title_en));
        add(f.summary_vi);
        add(f.summary_en);
        add(f.quotes.empty() ? "" : view.document_number(f.quotes.front().document));
        add(f.quotes.empty() ? "" : f.quotes.front().place);
        add(f.state);
        table.rows.push_back(std::move(row));
    }
    return table;
}

Result<FindingFilter> finding_filter(const ReportRequest& request) {
    FindingFilter filter;
    struct Known {
        std::string_view key;
        std::string* slot;
        std::vector<std::string_view> words;  // empty: any
    };
    const std::array<Known, 4> known{
        {{"state", &filter.state, {"open", "accepted", "dismissed", "corrected"}},
         {"rule", &filter.rule, {}},
         {"severity", &filter.severity, {"error", "warning", "question"}},
         {"document", &filter.document, {}}}};
    for (const auto& [key, value] : request.filters) {
        const auto item = std::ranges::find(known, key, &Known::key);
        if (item == known.end()) {
            return fail(ErrorKind::kInvalidArgument, "programme.unknown_filter",
                        "Findings are filtered by state, rule, severity or document.", key);
        }
        if (!item->words.empty() && std::ranges::find(item->words, value) == item->words.end()) {
            return fail(ErrorKind::kInvalidArgument, "programme.bad_filter",
                        value + " is no " + key + " of findings.", key);
        }
        // People name a document by its number, which no key looks like.
        const bool number = key == "document" && slug(value, value.size()) != value;
        *item->slot = number ? document_key(value) : value;
    }
    return filter;
}

Status search_findings(const FindingStore& findings, const std::string& q, FindingRows& list) {
    if (q.size() > kMaxQueryBytes) {
        return fail(ErrorKind::kInvalidArgument, "programme.query_too_long",
                    "The search is too long.", "q",
                    "max_query_bytes=" + std::to_string(kMaxQueryBytes));
    }
    const bool marks = text::has_marks(q);
    const std::string wanted = marks ? text::fold(q) : text::fold_unmarked(q);
    if (wanted.empty()) return {};
    const std::vector<std::string> words = findings.folded(list, marks);
    FindingRows kept;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (words[i].find(wanted) != std::string::npos) kept.push_back(list[i]);
    }
    list = std::move(kept);
    return {};
}

Status sort_findings(const std::string& sort, FindingRows& list) {
    if (sort.empty()) return {};
    const bool down = sort.front() == '-';
    const std::string key = down ? sort.substr(1) : sort;
    if (key != "severity" && key != "rule" && key != "state") {
        return fail(ErrorKind::kInvalidArgument, "programme.unknown_sort",
                    "Findings are sorted by severity, rule or state.", "sort");
    }
    const auto word = [&](const auto& f) -> const std::string& {
        return key == "rule" ? f->rule : key == "state" ? f->state : f->severity;
    };
    std::ranges::stable_sort(list, [&](const auto& a, const auto& b) {
        return down ? word(b) < word(a) : word(a) < word(b);
    });
    return {};
}

}  // namespace

Result<platform::Table> findings_list(const Service& service, const Actor& actor,
                                      const ReportRequest& request) {
    SAOLA_TRY(const FindingFilter filter, finding_filter(request));
    SAOLA_TRY(FindingRows list, service.findings.list(actor, filter));
    SAOLA_TRY_STATUS(search_findings(service.findings, request.q, list));
    SAOLA_TRY_STATUS(sort_findings(request.sort, list));
    SAOLA_TRY(const View view, service.query.view(actor));
    platform::Table table = findings_table(list, request, view);
    if (!request.q.empty()) table.meta.filters.emplace_back("q", request.q);
    table.meta.as_of = to_iso(service.query.today());
    return table;
}

namespace {

Result<Json> history_json(const Service& service, const Actor& actor, const Request& request) {
    const std::string subject(request.query_or("subject", ""));
    const std::string predicate(request.query_or("predicate", ""));
    if (subject.empty())
        return fail(ErrorKind::kInvalidArgument, "programme.subject_missing",
                    "Name a subject: its key, or kind:key.", "subject");
    SAOLA_TRY(const View view, service.query.view(actor));
    std::vector<Fact> facts;
    const std::size_t colon = subject.find(':');
    const auto named = parse_subject_kind(subject.substr(0, colon));
    for (int k = 0; k <= static_cast<int>(SubjectKind::kCode) && facts.empty(); ++k) {
        const auto kind = static_cast<SubjectKind>(k);
        if (colon != std::string::npos && named && kind != *named) continue;
        const std::string key =
            colon != std::string::npos && named ? subject.substr(colon + 1) : subject;
        SAOLA_TRY(facts, service.query.history(actor, kind, key, predicate, kMaxPageRows));
    }
    std::vector<std::string> ids;
    for (const Fact& fact : facts) ids.push_back(fact.assertion.id);
    SAOLA_TRY(const auto later, service.query.superseded_by(actor, ids));
    Json list = Json::array();
    for (const Fact& fact : facts) {
        const auto correction = later.find(fact.assertion.id);
        list.push(assertion_json(
            fact, view, correction == later.end() ? std::string_view() : correction->second));
    }
    Json out = Json::object();
    out.set("assertions", std::move(list));
    return with_names(service, std::move(out));
}

constexpr std::string_view kAsOfWords = "as known on this day, 2026-06-30";

void add_list_routes(platform::Router& router, Service& service) {
    platform::RouteSpec overview = get_route(
        "overview", "getProgrammeOverview", "Components with targets, and the totals of every list",
        "ProgrammeOverview", [&service](const Request& r, const Actor& a) {
            return overview_json(service, a, r.query_or("as_of", ""));
        });
    overview.params = {query_param("as_of", std::string(kAsOfWords))};
    router.add(std::move(overview));

    platform::RouteSpec report = get_route(
        "reports/{name}", "getProgrammeReport",
        "A list as a table; further query parameters filter by column", "ProgrammeTable", {});
    report.handler =
        table_handler(service, [&service](const Actor& actor, const ReportRequest& request) {
            return service.reports.run(actor, request);
        });
    report.params = list_params();
    report.params.insert(report.params.begin(),
                         path_param("name",
                                    "orders, budget, targets, patents, standards, documents, "
                                    "deadlines, organisations, products or codes"));
    router.add(std::move(report));
}

void add_fact_routes(platform::Router& router, Service& service) {
    platform::RouteSpec figure =
        get_route("figures/{id}", "getProgrammeFigure",
                  "A derived number, recomputed, with its formula and assertions",
                  "ProgrammeFigure", [&service](const Request& r, const Actor& a) -> Result<Json> {
                      SAOLA_TRY(const Figure found, service.reports.figure(a, param(r, "id")));
                      SAOLA_TRY(const View view, service.query.view(a));
                      return with_names(service, figure_json(found, view));
                  });
    figure.params = {path_param("id", "figure id")};
    router.add(std::move(figure));

    platform::RouteSpec assertion = get_route(
        "assertions/{id}", "getProgrammeAssertion", "One fact with its source",
        "ProgrammeAssertion", [&service](const Request& r, const Actor& a) -> Result<Json> {
            SAOLA_TRY(const Fact fact, service.query.fact(a, param(r, "id")));
            SAOLA_TRY(const View view, service.query.view(a));
            SAOLA_TRY(const std::string later, service.query.superseded_by(a, fact.assertion.id));
            return with_names(service, assertion_json(fact, view, later));
        });
    assertion.params = {path_param("id", "assertion id")};
    router.add(std::move(assertion));

    platform::RouteSpec history = get_route(
        "assertions", "listProgrammeAssertions",
        "All facts of a subject, newest first, superseded ones included", "ProgrammeAssertions",
        [&service](const Request& r, const Actor& a) { return history_json(service, a, r); });
    history.params = {query_param("subject", "subject key, or kind:key"),
                      query_param("predicate", "only this predicate")};
    history.params[0].required = true;
    router.add(std::move(history));
}

void add_finding_routes(platform::Router& router, Service& service) {
    platform::RouteSpec findings = get_route("findings", "listProgrammeFindings",
                                             "What the quality rules found", "ProgrammeTable", {});
    findings.handler =
        table_handler(service, [&service](const Actor& actor, const ReportRequest& request) {
            return findings_list(service, actor, request);
        });
    findings.params = {
        query_param("state", "open, accepted, dismissed or corrected"),
        query_param("rule", "rule id"),
        query_param("severity", "error, warning or question"),
        query_param("document", "document key"),
        query_param("q", "words to search; tone marks are ignored when the query has none"),
        query_param("sort", "severity, rule or state; -key downwards"),
        query_param("limit", "rows of one page", "integer"),
        query_param("offset", "first row", "integer"),
        query_param("format", "json, csv or xlsx"),
        query_param("lang", "vi or en")};
    router.add(std::move(findings));

    platform::RouteSpec finding = get_route(
        "findings/{id}", "getProgrammeFinding", "One finding with its quotes and history",
        "ProgrammeFinding", [&service](const Request& r, const Actor& a) -> Result<Json> {
            SAOLA_TRY(const StoredFinding found, service.findings.find(a, param(r, "id")));
            SAOLA_TRY(const View view, service.query.view(a));
            return with_names(service, to_json(found, view));
        });
    finding.params = {path_param("id", "finding id")};
    router.add(std::move(finding));
}

void add_search_routes(platform::Router& router, Service& service) {
    platform::RouteSpec map = get_route(
        "map", "getProgrammeMap",
        "Orders by province on the tile grid, both archipelagos always there", "ProgrammeMap",
        [&service](const Request& r, const Actor& a) {
            return map_json(service, a, r.query_or("indicator", "orders"), r.query_or("as_of", ""));
        });
    map.params = {query_param("indicator", "orders or budget"),
                  query_param("as_of", std::string(kAsOfWords))};
    router.add(std::move(map));

    platform::RouteSpec search =
        get_route("search", "searchProgramme", "Words in every list", "ProgrammeSearch",
                  [&service](const Request& r, const Actor& a) {
                      return search_json(service, a, std::string(r.query_or("q", "")));
                  });
    search.params = {query_param("q", "words")};
    router.add(std::move(search));
}

}  // namespace

void add_read_routes(platform::Router& router, Service& service) {
    add_list_routes(router, service);
    add_fact_routes(router, service);
    add_finding_routes(router, service);
    add_search_routes(router, service);
}

}  // namespace saola::programme

// Health, metrics, modules, OpenAPI, audit, jobs, events.
#include <charconv>
#include <limits>
#include <mutex>

#include "platform/api.h"
#include "platform/api_schema.h"
#include "platform/audit.h"
#include "platform/jobs.h"
#include "platform/list_export.h"
#include "platform/metrics.h"
#include "platform/table.h"

namespace saola::platform {
namespace {

using net::Method;
using net::Request;
using net::Response;

constexpr std::int64_t kSecondNs = 1'000'000'000;

RouteSpec route(std::string path, std::string id, std::string summary, net::Handler handler) {
    RouteSpec spec;
    spec.path = std::move(path);
    spec.operation_id = std::move(id);
    spec.summary = std::move(summary);
    spec.tag = "platform";
    spec.handler = std::move(handler);
    return spec;
}

// ---- health -------------------------------------------------------------------------------------

// Checks are cheap but not free, and the route is open: they run at most once a second.
class HealthCache {
public:
    HealthCache(const Clock& clock, std::function<std::vector<HealthCheck>()> run)
        : clock_(clock), run_(std::move(run)) {}

    Response answer() {
        const std::lock_guard lock(mutex_);
        const TimestampNs now_ns = clock_.now_ns();
        if (at_ns_ == 0 || now_ns - at_ns_ >= kSecondNs || now_ns < at_ns_) {
            at_ns_ = now_ns;
            bool ok = true;
            Json checks = Json::array();
            for (const HealthCheck& check : run_()) {
                ok = ok && check.ok;
                checks.push(Json::object()
                                .set("name", check.name)
                                .set("ok", check.ok)
                                .set("detail", check.detail));
            }
            status_ = ok ? 200 : 503;
            body_ = Json::object().set("status", ok ? "ok" : "failing").set("checks", checks);
        }
        return Response::json(body_, status_);
    }

private:
    const Clock& clock_;
    const std::function<std::vector<HealthCheck>()> run_;
    std::mutex mutex_;
    TimestampNs at_ns_ = 0;
    int status_ = 200;
    Json body_;
};

void add_open_routes(Router& router, const ApiParts& parts) {
    auto cache = std::make_shared<HealthCache>(*parts.platform.clock, parts.health);
    auto health = route("/healthz", "getHealth", "Whether the service works; 503 when not",
                        [cache](const Request&) { return cache->answer(); });
    health.access = Access::kOpen;
    health.response_schema = typed("object");
    router.add(std::move(health));

    // Not open to the own machine either: a reverse proxy there speaks for the whole network, and
    // nothing in a request tells it from a local program.
    auto metrics =
        route("/metrics", "getMetrics", "Prometheus metrics; a token with scope metrics",
              [metrics = parts.platform.metrics](const Request&) {
                  Response response = Response::text(metrics->expose());
                  response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                  return response;
              });
    metrics.permission = Permission::kMetrics;
    metrics.response_content_type = "text/plain";
    router.add(std::move(metrics));

    auto openapi =
        route("/openapi.json", "getOpenApi", "This description",
              [&router, version = parts.version, text = std::make_shared<std::string>(),
               once = std::make_shared<std::once_flag>()](const Request&) {
                  std::call_once(*once, [&] { *text = router.openapi(version).dump(); });
                  Response response;
                  response.headers.set("Content-Type", "application/json; charset=utf-8");
                  response.body = *text;
                  return response;
              });
    openapi.access = Access::kOpen;
    openapi.response_schema = typed("object");
    router.add(std::move(openapi));

    Json list = Json::array();
    for (const auto& module : parts.modules)
        list.push(
            Json::object()
                .set("name", module->name())
                .set("title",
                     Json::object().set("vi", module->title_vi()).set("en", module->title_en())));
    const std::string modules_json =
        Json::object().set("modules", list).set("version", parts.version).dump();
    auto modules =
        route("/api/modules", "listModules", "Modules of this installation",
              [modules_json](const Request&) {
                  Response response;
                  response.headers.set("Content-Type", "application/json; charset=utf-8");
                  response.body = modules_json;
                  return response;
              });
    modules.access = Access::kOpen;
    modules.run_on = net::RunOn::kInline;
    modules.response_schema = typed("object");
    router.add(std::move(modules));
}

// ---- audit --------------------------------------------------------------------------------------

struct AuditFilter {
    std::string where = " WHERE 1 = 1";
    std::vector<store::Value> params;

    void add(std::string_view condition, store::Value value) {
        where += " AND ";
        where += condition;
        params.push_back(std::move(value));
    }
};

// A day is a day in Vietnam; `end` gives the moment it is over.
Result<TimestampNs> moment(std::string_view text, std::string field, bool end) {
    if (const auto exact = parse_rfc3339(text)) return *exact;
    const auto date = parse_iso_date(text);
    if (!date || date->day == 0)
        return fail(ErrorKind::kInvalidArgument, "audit.bad_time",
                    "Give a day like 2026-11-22 or an RFC 3339 time.", std::move(field));
    const std::int64_t days = days_from_epoch(*date) + (end ? 1 : 0);
    return (days * 86'400 - 7 * 3600) * kSecondNs - (end ? 1 : 0);
}

// Auditors of a subtree see the records that concern their organisations.
Result<AuditFilter> filter_of(const Request& request) {
    AuditFilter filter;
    const Actor& actor = actor_of(request);
    if (!actor.can(Permission::kReadAudit, "")) {
        std::set<std::string, std::less<>> allowed;
        for (const ResolvedGrant& grant : actor.resolved)
            if (role_allows(grant.role, Permission::kReadAudit))
                allowed.insert(grant.organisations.begin(), grant.organisations.end());
        std::string marks;
        for (const auto& key : allowed) {
            marks += marks.empty() ? "?" : ", ?";
            filter.params.emplace_back(key);
        }
        // '' would be the records of the whole installation: not theirs.
        filter.where =
            " WHERE organisation IN (" + (marks.empty() ? std::string("NULL") : marks) + ")";
    }
    if (const auto actor_name = request.query_or("actor", ""); !actor_name.empty())
        filter.add("actor_name = ?", std::string(actor_name));
    if (const auto action = request.query_or("action", ""); !action.empty()) {
        // "identity." means everything below it.
        if (action.ends_with('.')) {
            filter.add("action >= ?", std::string(action));
            filter.add("action < ?", std::string(action.substr(0, action.size() - 1)) + '/');
        } else {
            filter.add("action = ?", std::string(action));
        }
    }
    if (const auto from = request.query_or("from", ""); !from.empty()) {
        SAOLA_TRY(const TimestampNs at, moment(from, "from", /*end=*/false));
        filter.add("at_ns >= ?", at);
    }
    if (const auto to = request.query_or("to", ""); !to.empty()) {
        SAOLA_TRY(const TimestampNs at, moment(to, "to", /*end=*/true));
        filter.add("at_ns <= ?", at);
    }
    return filter;
}

TableMeta audit_meta(const Request& request) {
    TableMeta meta;
    meta.name = "audit";
    meta.title = {"Nhật ký kiểm toán", "Audit log"};
    for (const char* key : {"actor", "action", "from", "to"})
        if (const auto value = request.query_or(key, ""); !value.empty())
            meta.filters.emplace_back(key, std::string(value));
    const auto column = [&](std::string key, std::string vi, std::string en,
                            CellType type = CellType::kText) {
        meta.columns.push_back({.key = std::move(key),
                                .title = {std::move(vi), std::move(en)},
                                .type = type,
                                .unit = {},
                                .sortable = false});
    };
    column("sequence", "Số", "Number", CellType::kNumber);
    column("at", "Thời điểm", "Time");
    column("actor", "Người thực hiện", "Actor");
    column("action", "Hành động", "Action");
    column("object", "Đối tượng", "Object");
    column("organisation", "Tổ chức", "Organisation");
    column("remote_address", "Địa chỉ", "Address");
    column("detail", "Chi tiết", "Detail");
    column("hash", "Mã băm", "Hash");
    return meta;
}

// Records before `before`, newest first.
Result<std::vector<TableRow>> audit_rows(store::Sql& sql, const AuditFilter& filter,
                                         std::int64_t before, std::int64_t limit,
                                         std::int64_t offset) {
    std::vector<TableRow> rows;
    std::vector<store::Value> params = filter.params;
    params.insert(params.end(), {before, limit, offset});
    SAOLA_TRY_STATUS(sql.read([&](store::Connection& connection) {
        rows.clear();
        return connection.query(
            "SELECT sequence, at_ns, actor_name, action, object, organisation, remote_address, "
            "detail, hash "
            "FROM platform_audit" +
                filter.where + " AND sequence < ? ORDER BY sequence DESC LIMIT ? OFFSET ?",
            std::span<const store::Value>(params), [&](const store::Row& row) {
                TableRow out;
                out.id = std::to_string(row.integer(0));
                out.cells = {number_of(row.integer(0)), text_of(to_rfc3339(row.integer(1)))};
                for (int i = 2; i < 9; ++i) out.cells.push_back(text_of(std::string(row.text(i))));
                rows.push_back(std::move(out));
                return store::Step::kContinue;
            });
    }));
    return rows;
}

// The meta with the number of records that fit the filter.
Result<TableMeta> counted_meta(store::Sql& sql, const AuditFilter& filter, const Request& request) {
    TableMeta meta = audit_meta(request);
    SAOLA_TRY_STATUS(sql.read([&](store::Connection& connection) {
        return connection.query("SELECT COUNT(*) FROM platform_audit" + filter.where,
                                std::span<const store::Value>(filter.params),
                                [&](const store::Row& row) {
                                    meta.row_count = row.integer(0);
                                    return store::Step::kStop;
                                });
    }));
    return meta;
}

constexpr std::int64_t kAfterAll = std::numeric_limits<std::int64_t>::max();

Result<Json> audit_table(store::Sql& sql, const Clock& clock, const Request& request) {
    SAOLA_TRY(const Page page, page_of(request));
    SAOLA_TRY(const AuditFilter filter, filter_of(request));
    Table table;
    SAOLA_TRY(table.meta, counted_meta(sql, filter, request));
    table.meta.as_of = to_iso(date_in_vietnam(clock.now_ns()));
    SAOLA_TRY(table.rows, audit_rows(sql, filter, kAfterAll, page.limit, page.offset));
    return to_json(table);
}

// Read in pieces, so that neither memory nor a long transaction is needed; records that come
// meanwhile are newer than the first piece and stay out.
Result<TableStream> audit_stream(store::Sql& sql, const Request& request) {
    constexpr std::int64_t kPiece = 1'000;
    SAOLA_TRY(const AuditFilter filter, filter_of(request));
    TableStream out;
    SAOLA_TRY(out.meta, counted_meta(sql, filter, request));
    out.rows = [&sql, filter](const std::function<bool(const TableRow&)>& take) -> Status {
        std::int64_t before = kAfterAll;
        while (true) {
            SAOLA_TRY(const auto rows, audit_rows(sql, filter, before, kPiece, 0));
            for (const TableRow& row : rows)
                if (!take(row)) return {};
            if (static_cast<std::int64_t>(rows.size()) < kPiece) return {};
            before = std::get<Decimal>(rows.back().cells.front().value).unscaled();
        }
    };
    return out;
}

void add_audit_routes(Router& router, const ApiParts& parts) {
    auto list = route("/api/audit", "listAudit", "The audit log, newest first",
                      [sql = parts.platform.sql, clock = parts.platform.clock](const Request& r) {
                          const auto table = audit_table(*sql, *clock, r);
                          return table ? Response::json(*table)
                                       : Response::error(table.error(), r.request_id);
                      });
    list.permission = Permission::kReadAudit;
    list.params = page_params();
    for (const auto& [name, what] : std::initializer_list<std::pair<const char*, const char*>>{
             {"actor", "login name"},
             {"action", "exact, or a prefix that ends with a dot"},
             {"from", "day in Vietnam or RFC 3339 time"},
             {"to", "the same, inclusive"}})
        list.params.push_back({.name = name, .description = what, .schema = {}});
    list.response_schema = ref("Table");
    add_export(list, parts.platform,
               [sql = parts.platform.sql](const Request& r) { return audit_stream(*sql, r); });
    router.add(std::move(list));

    auto verify =
        route("/api/audit/verify", "verifyAudit", "Walk the whole hash chain",
              [audit = parts.platform.audit](const Request& r) {
                  const auto check = audit->check();
                  if (!check) return Response::error(check.error(), r.request_id);
                  Json out = Json::object().set("ok", check->ok).set("records", check->records);
                  out.set("head_hash", check->head_hash);
                  if (!check->ok)
                      out.set("first_bad", check->first_bad).set("problem", check->problem);
                  return Response::json(out);
              });
    verify.permission = Permission::kReadAudit;
    verify.response_schema = typed("object");
    router.add(std::move(verify));
}

// ---- jobs and events ----------------------------------------------------------------------------

Json job_json(const JobInfo& info) {
    Json out = Json::object()
                   .set("id", info.id)
                   .set("kind", info.kind)
                   .set("state", to_string(info.state));
    out.set("percent", info.percent).set("step", info.step).set("result", info.result);
    if (!info.error) return out.set("error", nullptr);
    Json error = Json::object().set("code", info.error->code).set("message", info.error->message);
    if (!info.error->field.empty()) error.set("field", info.error->field);
    if (!info.error->limit.empty()) error.set("limit", info.error->limit);
    return out.set("error", error);
}

Result<JobInfo> visible_job(const Jobs& jobs, const Request& request) {
    const auto info = jobs.find(request.params.at("id"));
    const Actor& actor = actor_of(request);
    if (!info || (info->owner != actor.id && !actor.can(Permission::kAdminister, "")))
        return fail(ErrorKind::kNotFound, "jobs.not_found",
                    "No such job; finished ones are kept for a while only.", "id");
    return *info;
}

void add_live_routes(Router& router, const ApiParts& parts) {
    Jobs* jobs = parts.platform.jobs;
    auto look = route("/api/jobs/{id}", "getJob", "State and result of background work",
                      [jobs](const Request& r) {
                          const auto info = visible_job(*jobs, r);
                          return info ? Response::json(job_json(*info))
                                      : Response::error(info.error(), r.request_id);
                      });
    look.response_schema = typed("object");
    router.add(std::move(look));

    auto cancel = route("/api/jobs/{id}", "cancelJob", "Ask background work to stop",
                        [jobs](const Request& r) {
                            const auto info = visible_job(*jobs, r);
                            if (!info) return Response::error(info.error(), r.request_id);
                            if (!jobs->cancel(info->id))
                                return Response::error({.kind = ErrorKind::kConflict,
                                                        .code = "jobs.finished",
                                                        .message = "The job has ended."},
                                                       r.request_id);
                            return Response::json(job_json(*jobs->find(info->id)));
                        });
    cancel.method = Method::kDelete;
    cancel.response_schema = typed("object");
    router.add(std::move(cancel));

    auto events =
        route("/api/events", "streamEvents", "Live updates (Server-Sent Events)",
              [hub = parts.platform.events, most = parts.streams_per_actor](const Request& r) {
                  const auto context = r.context;
                  const Actor* actor = &actor_of(r);
                  auto place = hub->reserve(actor->id, most);
                  if (!place) return Response::error(place.error(), r.request_id);
                  const std::string last(r.headers.get("Last-Event-ID"));
                  Response response;
                  response.on_sse = [hub, context, actor, last, place = std::move(*place)](
                                        std::shared_ptr<net::SseStream> stream) {
                      hub->subscribe(std::move(stream), *actor, last, place);
                  };
                  return response;
              });
    events.response_content_type = "text/event-stream";
    router.add(std::move(events));
}

Result<std::int64_t> number(const Request& request, std::string_view name, std::int64_t fallback,
                            std::int64_t lowest, std::int64_t highest) {
    const std::string_view text = request.query_or(name, "");
    if (text.empty()) return fallback;
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size() || value < lowest ||
        value > highest)
        return fail(ErrorKind::kInvalidArgument, "http.bad_page",
                    std::string(name) + " must be a whole number from " + std::to_string(lowest) +
                        " to " + std::to_string(highest) + ".",
                    std::string(name), "max_" + std::string(name) + "=" + std::to_string(highest));
    return value;
}

}  // namespace

Result<Page> page_of(const net::Request& request) {
    Page page;
    SAOLA_TRY(page.limit, number(request, "limit", 50, 1, kMaxPage));
    SAOLA_TRY(page.offset, number(request, "offset", 0, 0, 1'000'000'000));
    return page;
}

std::vector<ParamSpec> page_params() {
    const Json integer = typed("integer");
    return {{.name = "limit", .description = "rows, 1 to 500 (50)", .schema = integer},
            {.name = "offset", .description = "rows to skip", .schema = integer}};
}

void add_system_routes(Router& router, const ApiParts& parts) {
    add_open_routes(router, parts);
    add_audit_routes(router, parts);
    add_live_routes(router, parts);
}

}  // namespace saola::platform

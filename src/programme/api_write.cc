// Routes that change things: imports, decisions, releases. Each writes its audit record.
#include <algorithm>
#include <array>
#include <memory>

#include "base/log.h"
#include "base/text.h"
#include "net/multipart.h"
#include "platform/accounts.h"
#include "platform/jobs.h"
#include "programme/api_support.h"
#include "programme/list_tables.h"
#include "programme/views.h"

namespace saola::programme {
namespace {

using net::Request;
using platform::Actor;
using platform::Permission;

// "" when nothing in it can be read: a reason is for those who ask later.
std::string reason_of(const Json& body) {
    const std::string reason = body.get_string_or("reason", "");
    return text::shows_nothing(reason) ? std::string() : std::string(text::trim(reason));
}

struct Upload {
    std::vector<ImportFile> files;
    ImportOptions options;
};

Result<platform::Classification> classification_of(std::string_view word) {
    using platform::Classification;
    for (const Classification item :
         {Classification::kPublic, Classification::kInternal, Classification::kRestricted}) {
        if (word == platform::to_string(item)) return item;
    }
    return fail(ErrorKind::kInvalidArgument, "programme.bad_classification",
                "classification is public, internal or restricted.", "classification");
}

Result<Upload> read_upload(const Request& request) {
    SAOLA_TRY(const net::BodyView body, net::BodyView::open(request));
    net::MultipartLimits limits;
    limits.max_parts = kMaxImportFiles + 2;  // and the two text fields
    SAOLA_TRY(const std::vector<net::MultipartPart> parts,
              net::parse_multipart(request.headers.get("Content-Type"), body.text(), limits));
    Upload out;
    for (const net::MultipartPart& part : parts) {
        if (part.name == "files" && !part.filename.empty())
            out.files.push_back({part.filename, std::string(part.data)});
        if (part.name == "organisation")
            out.options.organisation = std::string(part.data.substr(0, 255));
        if (part.name == "classification" && !part.data.empty()) {
            SAOLA_TRY(out.options.classification, classification_of(part.data));
        }
    }
    if (out.files.empty() || out.files.size() > kMaxImportFiles) {
        return fail(
            ErrorKind::kInvalidArgument, "programme.no_files",
            "Send between 1 and " + std::to_string(kMaxImportFiles) + " files in field \"files\".",
            "files", "max_import_files=" + std::to_string(kMaxImportFiles));
    }
    return out;
}

// Jobs wait: rights that were taken meanwhile no longer count.
Result<Actor> may_still_import(const Service& service, const Actor& asked,
                               const ImportOptions& options) {
    Actor now;
    SAOLA_TRY_STATUS(service.platform.sql->read([&](store::Connection& connection) -> Status {
        SAOLA_TRY(now, platform::as_of_now(connection, asked));
        return {};
    }));
    if (!now.can(Permission::kImport))
        return fail(ErrorKind::kPermissionDenied, "identity.denied",
                    "You may no longer import documents.");
    SAOLA_TRY_STATUS(service.imports.check(now, options));
    return now;
}

Result<Json> start_import(Service& service, const Request& request, const Actor& actor) {
    SAOLA_TRY(Upload read, read_upload(request));
    SAOLA_TRY_STATUS(service.imports.check(actor, read.options));
    const auto upload = std::make_shared<Upload>(std::move(read));
    const auto body = [&service, asked = actor,
                       upload](platform::JobControl& control) -> Result<Json> {
        SAOLA_TRY(const Actor by, may_still_import(service, asked, upload->options));
        const Progress progress = [&](int percent, std::string_view step) {
            control.progress(percent, step);
            return !control.cancelled();
        };
        SAOLA_TRY(const std::string id,
                  service.imports.propose(by, std::move(upload->files), upload->options, progress,
                                          [&] { return control.cancelled(); }));
        publish_change(service, "imports", upload->options);
        return Json::object().set("import", id);
    };
    SAOLA_TRY(const std::string job,
              service.platform.jobs->submit("programme.import", actor.id, body));
    return Json::object().set("job", job);
}

// "rows" of a decision: a list of ids, or "all", which names none.
Status read_rows(const Json& body, ImportDecision& decision) {
    const Json* rows = body.find("rows");
    if (rows == nullptr)
        return fail(ErrorKind::kInvalidArgument, "programme.rows_missing",
                    "Name the rows: a list of ids, or \"all\".", "rows");
    if (rows->is_array()) {
        if (rows->size() == 0 || rows->size() > kMaxDecideRows) {
            return fail(
                ErrorKind::kInvalidArgument, "programme.rows_limit",
                "A decision names between 1 and " + std::to_string(kMaxDecideRows) + " rows.",
                "rows", "max_decide_rows=" + std::to_string(kMaxDecideRows));
        }
        for (const Json& id : rows->as_array()) {
            if (!id.is_string())
                return fail(ErrorKind::kInvalidArgument, "programme.bad_rows", "Row ids are text.",
                            "rows");
            decision.rows.push_back(id.as_string());
        }
    } else if (!rows->is_string() || rows->as_string() != "all") {
        return fail(ErrorKind::kInvalidArgument, "programme.bad_rows",
                    "rows is a list of ids, or \"all\".", "rows");
    }
    return {};
}

Result<Json> decide_rows(Service& service, const Request& request, const Actor& actor) {
    const std::string import = param(request, "id");
    SAOLA_TRY(const Json body, body_of(request));
    SAOLA_TRY(const ImportInfo info, service.imports.find(actor, import));
    SAOLA_TRY(const std::string word, body.get_string("decision", 16));
    ImportDecision decision;
    decision.reason = reason_of(body);
    if (word == "accept" || word == "reject") {
        decision.kind =
            word == "accept" ? ImportDecision::Kind::kAccept : ImportDecision::Kind::kReject;
        SAOLA_TRY_STATUS(read_rows(body, decision));
        if (word == "reject" && decision.reason.empty())
            return fail(ErrorKind::kInvalidArgument, "programme.reason_missing",
                        "Say why the rows are rejected.", "reason");
    } else if (word == "correct") {
        decision.kind = ImportDecision::Kind::kCorrect;
        SAOLA_TRY(const std::string id, body.get_string("row", 64));
        const Json* value = body.find("value");
        if (value == nullptr || decision.reason.empty())
            return fail(ErrorKind::kInvalidArgument, "programme.correction_missing",
                        "A correction has a value and a reason.", "value");
        SAOLA_TRY(const Imports::RowPage page,
                  service.imports.rows(actor, import, {"proposed", "", kMaxImportRows, 0}));
        for (const ImportRow& row : page.rows) {
            if (row.id != id) continue;
            SAOLA_TRY(AssertedValue parsed, value_from_cell(*value, row.fact.assertion.value));
            // People see and send million VND; facts are kept in VND.
            if (row.fact.assertion.unit == "VND") {
                SAOLA_TRY(parsed, multiply(parsed, 1'000'000));
            }
            decision.value = std::move(parsed);
        }
        if (!decision.value)
            return fail(ErrorKind::kNotFound, "programme.no_import_row",
                        "There is no such row waiting in this import.", "row");
        decision.rows.push_back(id);
    } else {
        return fail(ErrorKind::kInvalidArgument, "programme.bad_decision",
                    "decision is accept, reject or correct.", "decision");
    }
    SAOLA_TRY(const std::int64_t decided, service.imports.decide(actor, import, decision));
    // The decision stands whatever the rules meet: an error here would tell the client otherwise.
    if (decision.kind != ImportDecision::Kind::kReject) {
        const auto found = service.findings.refresh();
        if (!found)
            log::error("programme.findings_refresh",
                       {{"import", import}, {"error", found.error().message}});
    }
    publish_change(service, "facts", {info.classification, info.organisation});
    return Json::object().set("decided", decided);
}

Result<Json> decide_finding(Service& service, const Request& request, const Actor& actor) {
    SAOLA_TRY(const Json body, body_of(request));
    FindingDecision decision;
    SAOLA_TRY(decision.decision, body.get_string("decision", 16));
    decision.reason = reason_of(body);
    if (const Json* correction = body.find("correction");
        correction != nullptr && correction->is_object()) {
        SAOLA_TRY(decision.assertion, correction->get_string("assertion", 64));
        SAOLA_TRY(const Fact fact, service.query.fact(actor, decision.assertion));
        if (const Json* value = correction->find("value"); value != nullptr) {
            SAOLA_TRY(AssertedValue parsed, value_from_cell(*value, fact.assertion.value));
            if (fact.assertion.unit == "VND") {
                SAOLA_TRY(parsed, multiply(parsed, 1'000'000));
            }
            decision.value = std::move(parsed);
        }
    }
    const std::string id = param(request, "id");
    SAOLA_TRY_STATUS(service.findings.decide(actor, id, decision));
    SAOLA_TRY(const StoredFinding found, service.findings.find(actor, id));
    publish_change(service, "findings", {found.classification, found.organisation});
    SAOLA_TRY(const View view, service.query.view(actor));
    return with_names(service, to_json(found, view));
}

Json release_json(const ReleaseInfo& info, const std::string& public_key) {
    Json out = Json::object();
    out.set("id", info.id)
        .set("number", info.number)
        .set("created_at", to_rfc3339(info.created_at_ns))
        .set("note", info.note)
        .set("hash", info.hash);
    return out.set("previous", info.previous)
        .set("public_key", public_key)
        .set("counts", info.counts);
}

Result<Imports::RowQuery> row_query(const Request& request, const Page& page) {
    constexpr std::array<std::string_view, 5> kStates{"", "proposed", "accepted", "rejected",
                                                      "corrected"};
    Imports::RowQuery out{std::string(request.query_or("status", "")),
                          std::string(request.query_or("document", "")), page.limit, page.offset};
    if (std::ranges::find(kStates, out.status) != kStates.end()) return out;
    return fail(ErrorKind::kInvalidArgument, "programme.bad_status",
                "status is proposed, accepted, rejected or corrected.", "status");
}

void add_import_routes(platform::Router& router, Service& service) {
    platform::RouteSpec start = post_route(
        "imports", "startProgrammeImport", "Reads documents and proposes their facts, as a job",
        "ProgrammeJob",
        [&service](const Request& r, const Actor& a) { return start_import(service, r, a); },
        Permission::kImport, 202);
    start.max_body_bytes = kMaxImportBytes;
    start.request_content_type = "multipart/form-data";
    Json binary = Json::object().set("type", "string").set("format", "binary");
    Json files = Json::object().set(
        "files", Json::object().set("type", "array").set("items", std::move(binary)));
    Json levels = Json::array().push("public").push("internal").push("restricted");
    files.set("classification", Json::object().set("type", "string").set("enum", std::move(levels)))
        .set("organisation", Json::object().set("type", "string"));
    start.request_schema = Json::object().set("type", "object").set("properties", std::move(files));
    router.add(std::move(start));
    platform::RouteSpec all_imports = get_route(
        "imports", "listProgrammeImports", "Imports, newest first", "ProgrammeImports",
        [&service](const Request&, const Actor& a) -> Result<Json> {
            SAOLA_TRY(const std::vector<ImportInfo> list, service.imports.list(a, kMaxPageRows));
            Json imports = Json::array();
            for (const ImportInfo& info : list) imports.push(import_json(info));
            return with_names(service, Json::object().set("imports", std::move(imports)));
        });
    platform::add_export(all_imports, service.platform,
                         [&service](const Request& r) -> Result<platform::TableStream> {
                             const Actor& actor = platform::actor_of(r);
                             SAOLA_TRY(const std::vector<ImportInfo> all,
                                       service.imports.list(actor, platform::kMaxExportRows));
                             SAOLA_TRY(const View view, service.query.view(actor));
                             return platform::stream_of(imports_table(all, view));
                         });
    router.add(std::move(all_imports));
    platform::RouteSpec one =
        get_route("imports/{id}", "getProgrammeImport", "One import", "ProgrammeImport",
                  [&service](const Request& r, const Actor& a) -> Result<Json> {
                      SAOLA_TRY(const ImportInfo info, service.imports.find(a, param(r, "id")));
                      return with_names(service, import_json(info));
                  });
    one.params = {path_param("id", "import id")};
    router.add(std::move(one));
    platform::RouteSpec rows = get_route(
        "imports/{id}/rows", "listProgrammeImportRows", "Proposed rows beside their sources",
        "ProgrammeImportRows", [&service](const Request& r, const Actor& a) -> Result<Json> {
            SAOLA_TRY(const Page page, page_of(r));
            SAOLA_TRY(const ImportInfo info, service.imports.find(a, param(r, "id")));
            SAOLA_TRY(const Imports::RowQuery query, row_query(r, page));
            SAOLA_TRY(const Imports::RowPage found, service.imports.rows(a, info.id, query));
            SAOLA_TRY(const View view, service.query.view(a));
            Json list = Json::array();
            for (const ImportRow& row : found.rows) list.push(import_row_json(row, view));
            return with_names(
                service,
                Json::object().set("row_count", found.row_count).set("rows", std::move(list)));
        });
    rows.params = {path_param("id", "import id"),
                   query_param("status", "proposed, accepted, rejected or corrected"),
                   query_param("document", "document key"),
                   query_param("limit", "rows of one page", "integer"),
                   query_param("offset", "first row", "integer")};
    platform::add_export(
        rows, service.platform, [&service](const Request& r) -> Result<platform::TableStream> {
            SAOLA_TRY(Imports::RowQuery query, row_query(r, {}));
            return import_rows(service, platform::actor_of(r), param(r, "id"), std::move(query));
        });
    router.add(std::move(rows));
}

void add_decide_route(platform::Router& router, Service& service) {
    platform::RouteSpec decide = post_route(
        "imports/{id}/decide", "decideProgrammeImport",
        "Accepts, rejects or corrects proposed rows", "ProgrammeDecided",
        [&service](const Request& r, const Actor& a) { return decide_rows(service, r, a); },
        Permission::kReview);
    decide.params = {path_param("id", "import id")};
    decide.request_schema = schema_ref("ProgrammeDecision");
    router.add(std::move(decide));
}

}  // namespace

void add_write_routes(platform::Router& router, Service& service) {
    add_import_routes(router, service);
    add_decide_route(router, service);
    platform::RouteSpec finding = post_route(
        "findings/{id}/decide", "decideProgrammeFinding",
        "Accepts, dismisses, corrects or reopens a finding", "ProgrammeFinding",
        [&service](const Request& r, const Actor& a) { return decide_finding(service, r, a); },
        Permission::kReview);
    finding.params = {path_param("id", "finding id")};
    finding.request_schema = schema_ref("ProgrammeFindingDecision");
    router.add(std::move(finding));
    const auto public_key = [&service] {
        return to_hex(service.platform.signing_key->public_key());
    };
    platform::RouteSpec releases_list = get_route(
        "releases", "listProgrammeReleases", "Releases, newest first", "ProgrammeReleases",
        [&service, public_key](const Request&, const Actor&) -> Result<Json> {
            SAOLA_TRY(const std::vector<ReleaseInfo> list, service.releases.list());
            Json releases = Json::array();
            for (const ReleaseInfo& info : list) releases.push(release_json(info, public_key()));
            return Json::object().set("releases", std::move(releases));
        });
    platform::add_export(releases_list, service.platform,
                         [&service, public_key](const Request&) -> Result<platform::TableStream> {
                             SAOLA_TRY(const std::vector<ReleaseInfo> all, service.releases.list());
                             return platform::stream_of(releases_table(all, public_key()));
                         });
    router.add(std::move(releases_list));
    platform::RouteSpec create = post_route(
        "releases", "createProgrammeRelease", "Freezes a signed release", "ProgrammeRelease",
        [&service, public_key](const Request& r, const Actor& a) -> Result<Json> {
            SAOLA_TRY(const Json body, body_of(r));
            SAOLA_TRY(const ReleaseInfo info,
                      service.releases.create(a, body.get_string_or("note", "")));
            publish_change(service, "releases");
            return release_json(info, public_key());
        },
        Permission::kPublish, 201);
    create.request_schema = schema_ref("ProgrammeReleaseRequest");
    router.add(std::move(create));
    platform::RouteSpec download = get_route("releases/{id}", "downloadProgrammeRelease",
                                             "The release file, byte for byte", "", {});
    download.params = {path_param("id", "release id")};
    download.handler = [&service](const Request& request) {
        const auto content = service.releases.content(param(request, "id"));
        if (!content) return net::Response::error(content.error(), request.request_id);
        net::Response out;
        out.headers.set("Content-Type", "application/json");
        out.headers.set("Content-Disposition",
                        "attachment; filename=\"release-" + param(request, "id") + ".json\"");
        out.body = *content;
        return out;
    };
    router.add(std::move(download));
}

}  // namespace saola::programme

#include "programme/dataset.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <tuple>

#include "programme/import_codec.h"
#include "programme/keys.h"
#include "programme/limits.h"
#include "programme/value.h"

namespace saola::programme {
namespace {

constexpr std::string_view kFormat = "saola-dataset/1";

Result<Json> dataset_file(std::string_view source, std::string_view name) {
    JsonLimits limits;
    limits.max_bytes = 64U << 20U;
    limits.max_values = 5'000'000;
    if (source == "builtin") return Json::parse(builtin_file(name), limits);
    const std::string path = std::string(source) + "/" + std::string(name);
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return Json::object();
    SAOLA_TRY(const std::string bytes, read_file(path, limits.max_bytes));
    auto json = Json::parse(bytes, limits);
    if (!json)
        return fail(json.error().kind, json.error().code, path + ": " + json.error().message, path);
    return json;
}

bool held_already(const View& view, const Fact& fact) {
    const Assertion& a = fact.assertion;
    return std::ranges::any_of(view.facts(a.subject_kind, a.subject), [&](const Fact* other) {
        const Assertion& b = other->assertion;
        return b.predicate == a.predicate && b.period == a.period && b.unit == a.unit &&
               b.value == a.value;
    });
}

Result<std::vector<Fact>> new_facts(Service& service, const platform::Actor& actor,
                                    const Json& file, const View& view, Loaded& loaded) {
    std::vector<Fact> out;
    const Json* facts = file.find("facts");
    if (facts == nullptr || !facts->is_array()) return out;
    if (file.get_string_or("format", "") != kFormat) {
        return fail(ErrorKind::kUnsupported, "programme.dataset_format",
                    "facts.json is not of format " + std::string(kFormat) + ".", "format");
    }
    for (const Json& item : facts->as_array()) {
        SAOLA_TRY(Fact fact, fact_from_body(item));
        if (held_already(view, fact)) {
            ++loaded.same;
            continue;
        }
        Assertion& a = fact.assertion;
        a.id = new_ulid(*service.platform.clock, *service.platform.random);
        a.source = new_ulid(*service.platform.clock, *service.platform.random);
        fact.source.id = a.source;
        a.actor = actor.id;
        a.recorded_at_ns = service.platform.clock->now_ns();
        fact.source.retrieved_at_ns = a.recorded_at_ns;
        a.supersedes.clear();
        out.push_back(std::move(fact));
        ++loaded.facts;
    }
    return out;
}

Result<std::vector<StoredFinding>> carried_findings(const Json& file) {
    std::vector<StoredFinding> out;
    const Json* findings = file.find("findings");
    if (findings == nullptr || !findings->is_array()) return out;
    for (const Json& item : findings->as_array()) {
        SAOLA_TRY(StoredFinding finding, carried_finding(item));
        out.push_back(std::move(finding));
    }
    return out;
}

Status save_organisations(store::Connection& connection, const ProvinceMap& map, Loaded& loaded) {
    for (const Province& province : map.provinces) {
        SAOLA_TRY(
            const std::int64_t rows,
            connection.execute("INSERT INTO programme_organisation (key, name, kind, parent, "
                               "classification) VALUES (?,?,?,?,?)"
                               " ON CONFLICT (key) DO NOTHING",
                               {province.key, province.name, "province", "", std::int64_t{0}}));
        loaded.organisations += rows;
    }
    return {};
}

// A list is named by its document's number, or by the key of a document without one.
std::string list_key(const Json& lists, const std::string& name) {
    const std::string key = lists.get_string_or(name + "_key", "");
    return key.empty() ? document_key(lists.get_string_or(name, "")) : key;
}

// The mappings from one list to another.
Status save_list_mappings(store::Connection& connection, const Json& lists, Loaded& loaded) {
    const Json* mappings = lists.find("mappings");
    if (mappings == nullptr || !mappings->is_array()) return {};
    const std::string from = list_key(lists, "from");
    const std::string to = list_key(lists, "to");
    const std::string reason = lists.get_string_or("basis", "");
    for (const Json& item : mappings->as_array()) {
        SAOLA_TRY(const std::string kind, item.get_string("kind", 16));
        constexpr std::array<std::string_view, 6> kKinds{"same",    "split", "merged",
                                                         "dropped", "new",   "unknown"};
        if (std::ranges::find(kKinds, kind) == kKinds.end()) {
            return fail(ErrorKind::kInvalidArgument, "programme.bad_mapping",
                        "A mapping is same, split, merged, dropped, new or unknown.", "kind");
        }
        SAOLA_TRY(const std::int64_t rows,
                  connection.execute(
                      "INSERT INTO programme_code_mapping (list_from, code_from, list_to, code_to, "
                      "kind, basis) VALUES (?,?,?,?,?,?)"
                      " ON CONFLICT (list_from, code_from, list_to, code_to) DO UPDATE SET kind = "
                      "excluded.kind, basis = excluded.basis"
                      " WHERE programme_code_mapping.kind <> excluded.kind OR "
                      "programme_code_mapping.basis <> excluded.basis",
                      {from, item.get_string_or("from", ""), to, item.get_string_or("to", ""), kind,
                       item.get_string_or("basis", reason)}));
        loaded.mappings += rows;
    }
    return {};
}

Status save_mappings(store::Connection& connection, const Json& file, Loaded& loaded) {
    const Json* lists = file.find("lists");
    if (lists == nullptr || !lists->is_array()) return {};
    for (const Json& item : lists->as_array())
        SAOLA_TRY_STATUS(save_list_mappings(connection, item, loaded));
    return {};
}

// Those that everyone may read, whatever was decided about them here.
Status export_findings(Service& service, const std::string& dir) {
    SAOLA_TRY(FindingRows findings, service.findings.list(platform::Actor{}, {}));
    std::ranges::sort(findings, {}, [](const auto& f) { return std::tie(f->rule, f->id); });
    std::string out = "{\"format\":\"" + std::string(kFormat) + "\",\n\"findings\":[\n";
    for (std::size_t i = 0; i < findings.size(); ++i) {
        dataset_json(*findings[i]).dump_to(out);
        out += i + 1 < findings.size() ? ",\n" : "\n";
    }
    out += "]}\n";
    return write_file(dir + "/findings.json", out);
}

}  // namespace

bool is_prose(const Fact& fact) {
    const Assertion& a = fact.assertion;
    if (a.predicate == "objective" || a.predicate == "result") return true;
    const auto* words = std::get_if<std::string>(&a.value);
    // Names may be long (a law's title); a sentence of a plan is not a name.
    return words != nullptr && words->size() > 600;
}

Result<ProvinceMap> province_map(const Json& json) {
    ProvinceMap out;
    const auto list = [&](std::string_view name, const auto& take) -> Status {
        const Json* items = json.find(name);
        if (items == nullptr || !items->is_array()) return {};
        for (const Json& item : items->as_array()) SAOLA_TRY_STATUS(take(item));
        return {};
    };
    SAOLA_TRY_STATUS(list("provinces", [&](const Json& item) -> Status {
        Province p;
        SAOLA_TRY(p.code, item.get_string("code"));
        SAOLA_TRY(p.name, item.get_string("name"));
        SAOLA_TRY(p.row, item.get_integer("row"));
        SAOLA_TRY(p.column, item.get_integer("column"));
        p.key = organisation_key(p.name);
        out.provinces.push_back(std::move(p));
        return {};
    }));
    SAOLA_TRY_STATUS(list("archipelagos", [&](const Json& item) -> Status {
        Archipelago a;
        SAOLA_TRY(a.name, item.get_string("name"));
        SAOLA_TRY(const std::string province, item.get_string("province"));
        SAOLA_TRY(a.row, item.get_integer("row"));
        SAOLA_TRY(a.column, item.get_integer("column"));
        a.province = organisation_key(province);
        out.archipelagos.push_back(std::move(a));
        return {};
    }));
    SAOLA_TRY_STATUS(list("formers", [&](const Json& item) -> Status {
        Former f;
        SAOLA_TRY(f.name, item.get_string("name"));
        SAOLA_TRY(const std::string into, item.get_string("into"));
        f.into = organisation_key(into);
        out.formers.push_back(std::move(f));
        return {};
    }));
    return out;
}

Result<ProvinceMap> builtin_provinces() {
    SAOLA_TRY(const Json json, Json::parse(builtin_file("provinces.json")));
    return province_map(json);
}

Result<Loaded> load_dataset(Service& service, const platform::Actor& actor,
                            std::string_view source) {
    std::error_code error;
    if (source != "builtin" && !std::filesystem::is_directory(std::string(source), error)) {
        return fail(
            ErrorKind::kNotFound, "programme.no_dataset",
            std::string(source) + " is no folder; name one with facts.json, or \"builtin\".",
            "source");
    }
    SAOLA_TRY(const Json facts_file, dataset_file(source, "facts.json"));
    SAOLA_TRY(const Json finding_file, dataset_file(source, "findings.json"));
    SAOLA_TRY(const std::vector<StoredFinding> findings, carried_findings(finding_file));
    SAOLA_TRY(const Json province_file, dataset_file(source, "provinces.json"));
    SAOLA_TRY(const Json mapping_file, dataset_file(source, "mappings.json"));
    SAOLA_TRY(const ProvinceMap provinces, province_map(province_file));
    Loaded loaded;
    SAOLA_TRY(const View view, service.query.view(platform::system_actor()));
    SAOLA_TRY(const View open, service.query.view(platform::Actor{}));
    SAOLA_TRY(const std::vector<Fact> facts, new_facts(service, actor, facts_file, view, loaded));
    const Status saved = service.platform.sql->write([&](store::Connection& connection) -> Status {
        loaded.organisations = loaded.mappings = 0;
        SAOLA_TRY_STATUS(append_facts(connection, facts));
        SAOLA_TRY_STATUS(save_organisations(connection, provinces, loaded));
        SAOLA_TRY_STATUS(save_mappings(connection, mapping_file, loaded));
        SAOLA_TRY(loaded.findings, service.findings.carry(connection, findings, open));
        if (loaded.facts + loaded.organisations + loaded.mappings + loaded.findings == 0) return {};
        SAOLA_TRY_STATUS(bump_version(connection));
        platform::AuditRecord record;
        record.actor_id = actor.id;
        record.actor_name = actor.name;
        record.action = "programme.dataset.load";
        record.object = "dataset:" + std::string(source == "builtin" ? source : "folder");
        record.detail = Json::object();
        record.detail.set("facts", loaded.facts)
            .set("organisations", loaded.organisations)
            .set("mappings", loaded.mappings)
            .set("findings", loaded.findings);
        return service.platform.audit->append(connection, record);
    });
    if (!saved) return fail(saved.error());
    return loaded;
}

Status export_dataset(Service& service, const std::string& dir) {
    std::error_code error;
    std::filesystem::create_directories(dir, error);
    if (error)
        return fail(ErrorKind::kStorage, "programme.file_io",
                    "Cannot create " + dir + ": " + error.message() + ".", "out");
    // What an anonymous reader may see: a data set is published.
    SAOLA_TRY(const View view, service.query.view(platform::Actor{}));
    std::vector<const Fact*> facts;
    for (int kind = 0; kind <= static_cast<int>(SubjectKind::kCode); ++kind) {
        for (const std::string& subject : view.subjects(static_cast<SubjectKind>(kind))) {
            for (const Fact* fact : view.facts(static_cast<SubjectKind>(kind), subject)) {
                if (!is_prose(*fact)) facts.push_back(fact);
            }
        }
    }
    std::ranges::sort(facts, {}, &Fact::seq);
    std::string out = "{\"format\":\"" + std::string(kFormat) + "\",\n\"facts\":[\n";
    for (std::size_t i = 0; i < facts.size(); ++i) {
        Fact fact = *facts[i];
        fact.assertion.supersedes.clear();
        // A figure keeps its words as evidence; the words of a text fact are its value already.
        const bool number = !std::holds_alternative<std::string>(fact.assertion.value);
        if (!number) fact.assertion.stated.clear();
        fact.source.excerpt = number ? fact.assertion.stated : std::string();
        fact_body(fact).dump_to(out);
        out += i + 1 < facts.size() ? ",\n" : "\n";
    }
    out += "]}\n";
    SAOLA_TRY_STATUS(write_file(dir + "/facts.json", out));
    return export_findings(service, dir);
}

}  // namespace saola::programme

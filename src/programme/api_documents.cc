// Routes of documents: what is known of one, its text, and what is marked in it.
#include <algorithm>
#include <charconv>

#include "programme/api_support.h"
#include "programme/keys.h"
#include "programme/views.h"

namespace saola::programme {
namespace {

using net::Request;
using platform::Actor;

constexpr std::size_t kMaxOutlineText = 160;
constexpr std::size_t kMaxMarks = 20'000;

std::string short_text(std::string_view words) {
    if (words.size() <= kMaxOutlineText) return std::string(words);
    std::size_t size = kMaxOutlineText;
    while (size > 0 && (static_cast<unsigned char>(words[size]) & 0xC0U) == 0x80U) --size;
    return std::string(words.substr(0, size)) + "…";
}

Json outline_json(const contracts::Document& document) {
    Json out = Json::array();
    std::vector<std::int64_t> depth(document.nodes.size(), 0);
    for (std::size_t i = 1; i < document.nodes.size(); ++i) {
        const contracts::Node& node = document.nodes[i];
        if (node.parent > 0) depth[i] = depth[static_cast<std::size_t>(node.parent)] + 1;
        using contracts::NodeKind;
        const bool shown = node.kind != NodeKind::kParagraph && node.kind != NodeKind::kBullet &&
                           node.kind != NodeKind::kFootnote;
        if (!shown) continue;
        Json item = Json::object();
        item.set("node", static_cast<std::int64_t>(i))
            .set("kind", contracts::to_string(node.kind))
            .set("label", node.label)
            .set("text", short_text(node.text.value));
        item.set("depth", depth[i])
            .set("begin", std::int64_t{node.span.begin})
            .set("end", std::int64_t{node.span.end});
        out.push(item.set("place", document.place(static_cast<std::int32_t>(i))));
    }
    return out;
}

Json citations_json(const contracts::Document& document, const View& view) {
    Json out = Json::array();
    for (const contracts::Citation& citation : document.citations) {
        const std::string key = document_key(citation.number);
        const bool known = !key.empty() && !view.facts(SubjectKind::kDocument, key).empty();
        Json item = Json::object();
        item.set("number", citation.number.empty() ? citation.type : citation.number)
            .set("document", known ? Json(key) : Json());
        out.push(item.set("begin", std::int64_t{citation.span.begin})
                     .set("end", std::int64_t{citation.span.end}));
    }
    return out;
}

// Keys of the documents that `predicate` relates to `key`, forwards or backwards.
Json related(const View& view, std::string_view key,
             std::initializer_list<std::string_view> predicates, bool forwards) {
    Json out = Json::array();
    // What an organisation says of a document that is not its own does not change that document.
    const auto may_say = [&](const Fact& fact, const std::string& target) {
        if (fact.assertion.organisation.empty()) return true;
        const HeldFile* file = view.file(target);
        return file != nullptr && file->organisation == fact.assertion.organisation;
    };
    for (const std::string& subject : view.subjects(SubjectKind::kDocument)) {
        for (const Fact* fact : view.facts(SubjectKind::kDocument, subject)) {
            const auto* target = std::get_if<std::string>(&fact->assertion.value);
            if (target == nullptr ||
                std::ranges::find(predicates, fact->assertion.predicate) == predicates.end())
                continue;
            if (!may_say(*fact, *target)) continue;
            if (forwards && subject == key) out.push(*target);
            if (!forwards && *target == key) out.push(subject);
        }
    }
    return out;
}

// The file that ?sha256= names among the editions of a document, else the one that stands for it;
// nullptr when none is held.
Result<const HeldFile*> edition(const View& view, const std::string& key, const Request& request) {
    const std::string_view sha256 = request.query_or("sha256", "");
    if (sha256.empty()) return view.file(key);
    const HeldFile* file = view.file_by_hash(sha256);
    if (file == nullptr || file->document != key) {
        return fail(ErrorKind::kNotFound, "programme.no_edition",
                    "No file with this hash is held for this document among those you may see.",
                    "sha256");
    }
    return file;
}

Result<Json> document_json(const Service& service, const Actor& actor, const Request& request) {
    const std::string key = param(request, "key");
    SAOLA_TRY(const View view, service.query.view(actor));
    SAOLA_TRY(const HeldFile* file, edition(view, key, request));
    if (file == nullptr && view.facts(SubjectKind::kDocument, key).empty()) {
        return fail(ErrorKind::kNotFound, "programme.no_document",
                    "There is no document with this key among those you may see.", "key");
    }
    const auto words = [&](const char* predicate) {
        const std::string said = view.text(SubjectKind::kDocument, key, predicate);
        return said.empty() && file != nullptr ? file->head.get_string_or(predicate, "") : said;
    };
    const auto day = [&](const char* predicate) {
        const Fact* fact = view.find(SubjectKind::kDocument, key, predicate);
        const auto* date = fact != nullptr ? std::get_if<Date>(&fact->assertion.value) : nullptr;
        return date != nullptr ? Json(to_iso(*date)) : Json();
    };
    const bool draft = file != nullptr && file->head.get_bool_or("draft", false);
    const Json replaced = related(view, key, {"replaces", "repeals"}, false);
    Json out = Json::object();
    out.set("key", key)
        .set("type", words("type"))
        .set("number", words("number"))
        .set("issuer", words("issuer"))
        .set("issued", day("issued"));
    out.set("effective", day("effective")).set("title", words("title")).set("draft", draft);
    out.set("status", draft ? "draft" : replaced.size() > 0 ? "replaced" : "in_force_or_unknown");
    out.set("replaces", related(view, key, {"replaces", "repeals"}, true))
        .set("replaced_by", replaced)
        .set("amended_by", related(view, key, {"amends"}, false));
    out.set("held", file != nullptr)
        .set("sha256", file != nullptr ? file->sha256 : "")
        .set("format", file != nullptr ? file->format : "");
    if (file == nullptr) return out.set("citations", Json::array()).set("outline", Json::array());
    SAOLA_TRY(const auto document, service.documents.load(file->sha256, file->name));
    return out.set("citations", citations_json(*document, view))
        .set("outline", outline_json(*document));
}

Result<std::shared_ptr<const contracts::Document>> held_document(const Service& service,
                                                                 const View& view,
                                                                 const Request& request) {
    SAOLA_TRY(const HeldFile* file, edition(view, param(request, "key"), request));
    if (file == nullptr) {
        return fail(ErrorKind::kNotFound, "programme.not_held",
                    "The original of this document is not held here; import it to read it.", "key");
    }
    return service.documents.load(file->sha256, file->name);
}

Result<std::size_t> byte_offset(const Request& request, std::string_view name,
                                std::size_t fallback) {
    const std::string_view text = request.query_or(name, "");
    if (text.empty()) return fallback;
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return fail(ErrorKind::kInvalidArgument, "programme.bad_offset",
                    std::string(name) + " is a byte offset.", std::string(name));
    }
    return value;
}

Result<Json> text_json(const Service& service, const Actor& actor, const Request& request) {
    const std::string key = param(request, "key");
    SAOLA_TRY(const View view, service.query.view(actor));
    SAOLA_TRY(const auto document, held_document(service, view, request));
    const std::string& text = document->source_text;
    SAOLA_TRY(std::size_t begin, byte_offset(request, "begin", 0));
    SAOLA_TRY(std::size_t end, byte_offset(request, "end", text.size()));
    if (begin > end)
        return fail(ErrorKind::kInvalidArgument, "programme.bad_offset", "end is not before begin.",
                    "end");
    begin = std::min(begin, text.size());
    end = std::clamp(end, begin, std::min(text.size(), begin + kMaxTextSlice));
    const auto inside = [&](std::size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
    };
    while (begin > 0 && inside(begin)) --begin;
    while (inside(end)) ++end;
    Json out = Json::object();
    out.set("key", key)
        .set("sha256", document->sha256)
        .set("total_bytes", static_cast<std::int64_t>(text.size()))
        .set("begin", static_cast<std::int64_t>(begin));
    return out.set("end", static_cast<std::int64_t>(end))
        .set("text", std::string_view(text).substr(begin, end - begin));
}

Result<Json> marks_json(const Service& service, const Actor& actor, const Request& request) {
    const std::string key = param(request, "key");
    SAOLA_TRY(const View view, service.query.view(actor));
    SAOLA_TRY(const auto document, held_document(service, view, request));
    Json marks = Json::array();
    const auto add = [&](contracts::Span span, const char* kind, const std::string& id,
                         const std::string& label) {
        if (marks.size() >= kMaxMarks) return;
        marks.push(Json::object()
                       .set("begin", std::int64_t{span.begin})
                       .set("end", std::int64_t{span.end})
                       .set("kind", kind)
                       .set("id", id)
                       .set("label", label));
    };
    for (int k = 0; k <= static_cast<int>(SubjectKind::kCode); ++k) {
        const auto kind = static_cast<SubjectKind>(k);
        for (const std::string& subject : view.subjects(kind)) {
            for (const Fact* fact : view.facts(kind, subject)) {
                if (fact->source.span && fact->source.document_sha256 == document->sha256)
                    add(*fact->source.span, "assertion", fact->assertion.id,
                        fact->assertion.predicate);
            }
        }
    }
    SAOLA_TRY(const FindingRows findings, service.findings.list(actor, {"", "", "", key}));
    for (const auto& finding : findings) {
        for (const StoredQuote& quote : finding->quotes) {
            if (quote.sha256 == document->sha256)
                add(quote.span, "finding", finding->id, finding->rule);
        }
    }
    for (const contracts::Citation& citation : document->citations) {
        if (!citation.number.empty())
            add(citation.span, "citation", document_key(citation.number), citation.number);
    }
    return Json::object().set("marks", std::move(marks));
}

}  // namespace

void add_document_routes(platform::Router& router, Service& service) {
    platform::RouteSpec document = get_route(
        "documents/{key}", "getProgrammeDocument",
        "What is known of a document, and its outline when it is held", "ProgrammeDocument",
        [&service](const Request& r, const Actor& a) { return document_json(service, a, r); });
    const platform::ParamSpec sha256 = query_param(
        "sha256", "the edition with this hash, else the one that stands for the document");
    document.params = {path_param("key", "document key"), sha256};
    router.add(std::move(document));
    platform::RouteSpec text = get_route(
        "documents/{key}/text", "getProgrammeDocumentText",
        "Bytes of the source text, on character borders", "ProgrammeDocumentText",
        [&service](const Request& r, const Actor& a) { return text_json(service, a, r); });
    text.params = {path_param("key", "document key"), query_param("begin", "first byte", "integer"),
                   query_param("end", "byte after the last", "integer"), sha256};
    router.add(std::move(text));
    platform::RouteSpec marks = get_route(
        "documents/{key}/marks", "getProgrammeDocumentMarks",
        "Spans that facts, findings and citations stand on", "ProgrammeMarks",
        [&service](const Request& r, const Actor& a) { return marks_json(service, a, r); });
    marks.params = {path_param("key", "document key"), sha256};
    router.add(std::move(marks));
}

}  // namespace saola::programme

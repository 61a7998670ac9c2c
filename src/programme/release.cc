#include "programme/release.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "programme/import_codec.h"
#include "programme/limits.h"

namespace saola::programme {
namespace {

constexpr std::string_view kFormat = "saola-release/1";
constexpr std::string_view kDataChanged = "programme.data_changed";
constexpr std::string_view kNoPrevious =
    "0000000000000000000000000000000000000000000000000000000000000000";

// Only what an anonymous reader may see goes into a release.
platform::Actor public_actor() { return platform::Actor{}; }

Json facts_json(const View& view, std::int64_t& count, std::set<std::string>& ids) {
    Json out = Json::array();
    for (int kind = 0; kind <= static_cast<int>(SubjectKind::kCode); ++kind) {
        const auto subject_kind = static_cast<SubjectKind>(kind);
        for (const std::string& subject : view.subjects(subject_kind)) {
            for (const Fact* fact : view.facts(subject_kind, subject)) {
                if (fact->assertion.classification != platform::Classification::kPublic) continue;
                Json item = fact_body(*fact);
                item.set("id", fact->assertion.id)
                    .set("recorded_at", to_rfc3339(fact->assertion.recorded_at_ns));
                ids.insert(fact->assertion.id);
                out.push(std::move(item));
                ++count;
            }
        }
    }
    return out;
}

std::string hash_of(std::string_view bytes) {
    const crypto::Digest digest = crypto::sha256(as_bytes(bytes));
    return to_hex(BytesView(digest.data(), digest.size()));
}

tl::unexpected<Error> wrong(std::string code, std::string message) {
    return fail(ErrorKind::kUnprocessable, "programme.release_" + std::move(code),
                std::move(message));
}

Result<std::string> member(const Json& json, std::string_view key) {
    const Json* found = json.find(key);
    if (found == nullptr || !found->is_string())
        return wrong("form", "The release has no text member \"" + std::string(key) + "\".");
    return found->as_string();
}

// The number after the last release, and its hash.
Status link(store::Connection& connection, ReleaseInfo& info) {
    info.number = 1;
    info.previous = std::string(kNoPrevious);
    return connection.query(
        "SELECT release_no, hash FROM programme_release ORDER BY release_no DESC LIMIT 1", {},
        [&](const store::Row& row) {
            info.number = row.integer(0) + 1;
            info.previous = std::string(row.text(1));
            return store::Step::kStop;
        });
}

// The bytes of the release file; sets the hash that the next one links to.
Result<std::string> signed_file(Json payload, const crypto::SigningKey& key, ReleaseInfo& info) {
    const std::string bytes = payload.canonical();
    info.hash = hash_of(bytes);
    // The signature covers the hash as 64 hexadecimal characters, with its purpose in front.
    const std::string message = std::string(kFormat) + "\n" + info.hash;
    Json file = Json::object();
    file.set("release", std::move(payload))
        .set("hash", info.hash)
        .set("public_key", to_hex(key.public_key()));
    file.set("signature", to_hex(key.sign(as_bytes(message)))).set("anchor", nullptr);
    std::string content = file.canonical();
    if (content.size() > kMaxReleaseBytes) {
        return fail(ErrorKind::kTooLarge, "programme.release_too_large",
                    "The release is larger than one file may be.", "",
                    "max_release_bytes=" + std::to_string(kMaxReleaseBytes));
    }
    return content;
}

platform::AuditRecord record_of(const platform::Actor& actor, const ReleaseInfo& info) {
    platform::AuditRecord record;
    record.actor_id = actor.id;
    record.actor_name = actor.name;
    record.action = "programme.release.create";
    record.object = "release:" + info.id;
    record.detail = Json::object();
    record.detail.set("hash", info.hash).set("previous", info.previous).set("number", info.number);
    return record;
}

}  // namespace

Result<ReleaseInfo> Releases::create(const platform::Actor& actor, std::string_view note) {
    constexpr int kAttempts = 10;
    for (int attempt = 1;; ++attempt) {
        auto made = create_once(actor, note);
        if (made || made.error().code != kDataChanged || attempt == kAttempts) return made;
    }
}

Result<ReleaseInfo> Releases::create_once(const platform::Actor& actor, std::string_view note) {
    if (note.size() > kMaxReasonBytes) {
        return fail(ErrorKind::kTooLarge, "programme.note_too_long", "The note is too long.",
                    "note", "max_reason_bytes=" + std::to_string(kMaxReasonBytes));
    }
    if (!actor.can(platform::Permission::kPublish, "")) {
        return fail(
            ErrorKind::kPermissionDenied, "programme.not_national",
            "A release speaks for the whole programme: it needs a grant over the whole tree.");
    }
    SAOLA_TRY(const View view, query_.view(public_actor()));
    SAOLA_TRY(const FindingRows findings, findings_.list(public_actor(), {}));
    ReleaseInfo info;
    info.id = new_ulid(*platform_.clock, *platform_.random);
    info.created_at_ns = platform_.clock->now_ns();
    info.note = std::string(note);
    std::int64_t count = 0;
    std::set<std::string> ids;
    const Json facts = facts_json(view, count, ids);
    Json found = Json::array();
    for (const auto& finding : findings) {
        if (finding->classification != platform::Classification::kPublic) continue;
        Json item = to_json(*finding, view);
        found.push(std::move(item));
    }
    info.counts = Json::object();
    info.counts.set("facts", count).set("findings", static_cast<std::int64_t>(found.size()));
    std::string content;
    const Status saved = platform_.sql->write([&](store::Connection& connection) -> Status {
        // Facts and findings were read one after the other: they must be of one state of the data.
        SAOLA_TRY(const std::int64_t version, data_version(connection));
        if (version != view.version()) {
            return fail(ErrorKind::kConflict, std::string(kDataChanged),
                        "Facts changed again and again while the release was made; try it in a "
                        "quieter moment.");
        }
        SAOLA_TRY_STATUS(link(connection, info));
        Json payload = Json::object();
        payload.set("format", kFormat)
            .set("id", info.id)
            .set("number", info.number)
            .set("previous", info.previous);
        payload.set("created_at", to_rfc3339(info.created_at_ns))
            .set("note", info.note)
            .set("counts", info.counts);
        payload.set("facts", facts).set("findings", found);
        // What the audit log ended with before this release's own record: whoever holds the release
        // can tell later whether the log up to here was rewritten.
        SAOLA_TRY(const platform::AuditHead head, platform_.audit->head(connection));
        payload.set("audit",
                    Json::object().set("records", head.records).set("head_hash", head.hash));
        SAOLA_TRY(content, signed_file(std::move(payload), *platform_.signing_key, info));
        SAOLA_TRY(
            [[maybe_unused]] const std::int64_t rows,
            connection.execute("INSERT INTO programme_release (id, release_no, created_at, hash, "
                               "previous, note, counts, content) VALUES (?,?,?,?,?,?,?,?)",
                               {info.id, info.number, info.created_at_ns, info.hash, info.previous,
                                info.note, info.counts.dump(), content}));
        return platform_.audit->append(connection, record_of(actor, info));
    });
    if (!saved) return fail(saved.error());
    return info;
}

Result<std::vector<ReleaseInfo>> Releases::list() const {
    std::vector<ReleaseInfo> out;
    const Status read = platform_.sql->read([&](store::Connection& connection) {
        out.clear();
        return connection.query(
            "SELECT id, release_no, created_at, hash, previous, note, counts FROM "
            "programme_release ORDER BY release_no DESC",
            {}, [&](const store::Row& row) {
                ReleaseInfo info;
                info.id = std::string(row.text(0));
                info.number = row.integer(1);
                info.created_at_ns = row.integer(2);
                info.hash = std::string(row.text(3));
                info.previous = std::string(row.text(4));
                info.note = std::string(row.text(5));
                if (auto counts = Json::parse(row.text(6))) info.counts = std::move(*counts);
                out.push_back(std::move(info));
                return store::Step::kContinue;
            });
    });
    if (!read) return fail(read.error());
    return out;
}

Result<std::string> Releases::content(std::string_view id) const {
    std::string out;
    const Status read = platform_.sql->read([&](store::Connection& connection) {
        return connection.query("SELECT content FROM programme_release WHERE id = ?",
                                {std::string(id)}, [&](const store::Row& row) {
                                    out = std::string(row.text(0));
                                    return store::Step::kStop;
                                });
    });
    if (!read) return fail(read.error());
    if (out.empty())
        return fail(ErrorKind::kNotFound, "programme.no_release",
                    "There is no release with this id.", "id");
    return out;
}

namespace {

// A release file of the known form, in canonical bytes; what it claims is not yet checked.
Result<Json> parse_release(std::string_view bytes) {
    if (bytes.size() > kMaxReleaseBytes) {
        return fail(ErrorKind::kTooLarge, "programme.release_too_large",
                    "The file is larger than a release may be.", "",
                    "max_release_bytes=" + std::to_string(kMaxReleaseBytes));
    }
    JsonLimits limits;
    limits.max_bytes = kMaxReleaseBytes;
    limits.max_values = 20'000'000;
    auto file = Json::parse(bytes, limits);
    if (!file) return wrong("json", "The file is not JSON: " + file.error().message);
    if (!file->is_object())
        return wrong("form", "The file is not a release: it is no JSON object.");
    constexpr std::array<std::string_view, 5> kMembers{"anchor", "hash", "public_key", "release",
                                                       "signature"};
    for (const auto& [key, value] : file->as_object()) {
        if (std::ranges::find(kMembers, key) == kMembers.end())
            return wrong("form", "The file has a member that no release has: \"" + key + "\".");
    }
    const Json* anchor = file->find("anchor");
    if (anchor == nullptr || !anchor->is_null())
        return wrong("anchor", "Member \"anchor\" is reserved and must be null.");
    const Json* release = file->find("release");
    if (release == nullptr || !release->is_object())
        return wrong("form", "The file has no member \"release\".");
    SAOLA_TRY(const std::string format, member(*release, "format"));
    if (format != kFormat)
        return wrong("format", "Format " + format + " is unknown; this program checks " +
                                   std::string(kFormat) + ".");
    if (file->canonical() != bytes)
        return wrong("canonical",
                     "The bytes are not the canonical form (RFC 8785) of their content.");
    return std::move(*file);
}

}  // namespace

Result<Verified> verify_release(std::string_view bytes, std::string_view public_key) {
    SAOLA_TRY(const Json file, parse_release(bytes));
    const Json* release = file.find("release");
    SAOLA_TRY(const std::string hash, member(file, "hash"));
    SAOLA_TRY(const std::string key_text, member(file, "public_key"));
    SAOLA_TRY(const std::string signature_text, member(file, "signature"));
    const std::string computed = hash_of(release->canonical());
    if (computed != hash)
        return wrong("hash", "The content has hash " + computed + ", the file says " + hash + ".");
    const auto key_bytes = from_hex(key_text);
    const auto signature_bytes = from_hex(signature_text);
    if (!key_bytes || key_bytes->size() != 32)
        return wrong("public_key", "The public key is not 32 bytes in hexadecimal.");
    if (!signature_bytes || signature_bytes->size() != 64)
        return wrong("signature", "The signature is not 64 bytes in hexadecimal.");
    if (to_hex(*key_bytes) != key_text || to_hex(*signature_bytes) != signature_text)
        return wrong("canonical", "Hexadecimal members are written in lower case.");
    if (!public_key.empty() && public_key != key_text)
        return wrong("signer", "The release is signed by another key: " + key_text + ".");
    crypto::PublicKey key{};
    crypto::Signature signature{};
    std::ranges::copy(*key_bytes, key.begin());
    std::ranges::copy(*signature_bytes, signature.begin());
    const std::string message = std::string(kFormat) + "\n" + hash;
    if (!crypto::verify(key, as_bytes(message), signature))
        return wrong("signature", "The signature does not fit the content and the key.");
    Verified out;
    if (const Json* audit = release->find("audit");
        audit != nullptr) {  // the first releases had none
        const auto head = from_hex(audit->get_string_or("head_hash", "?"));
        out.audit_records = audit->get_integer_or("records", -1);
        out.audit_head = audit->get_string_or("head_hash", "");
        const bool fits =
            head && head->size() == (*out.audit_records == 0 ? 0U : 32U) && *out.audit_records >= 0;
        if (!fits) return wrong("form", "Member \"audit\" does not name the head of an audit log.");
    }
    out.hash = hash;
    out.public_key = key_text;
    SAOLA_TRY(out.previous, member(*release, "previous"));
    out.number = release->get_integer_or("number", 0);
    const Json* facts = release->find("facts");
    out.facts = facts != nullptr ? static_cast<std::int64_t>(facts->size()) : 0;
    return out;
}

}  // namespace saola::programme

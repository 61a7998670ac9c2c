// Releases: a frozen, signed, hash-linked snapshot of all public current facts, their sources and
// the findings. The bytes are canonical JSON (RFC 8785); see docs/formats/release.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "crypto/signing.h"
#include "platform/identity.h"
#include "platform/module.h"
#include "programme/finding_store.h"
#include "programme/query.h"

namespace saola::programme {

struct ReleaseInfo {
    std::string id, hash, previous, note;
    std::int64_t number = 0;
    TimestampNs created_at_ns = 0;
    Json counts;
};

class Releases {
public:
    Releases(const platform::Platform& platform, const Query& query, const FindingStore& findings)
        : platform_(platform), query_(query), findings_(findings) {}

    [[nodiscard]] Result<ReleaseInfo> create(const platform::Actor& actor, std::string_view note);
    [[nodiscard]] Result<std::vector<ReleaseInfo>> list() const;
    [[nodiscard]] Result<std::string> content(std::string_view id) const;  // the file's bytes

private:
    [[nodiscard]] Result<ReleaseInfo> create_once(const platform::Actor& actor,
                                                  std::string_view note);

    const platform::Platform& platform_;
    const Query& query_;
    const FindingStore& findings_;
};

struct Verified {
    std::string hash, previous, public_key;
    std::int64_t number = 0, facts = 0;
    std::optional<std::int64_t>
        audit_records;       // how far the audit log went; absent in old releases
    std::string audit_head;  // and the hash of its last record then
};
// Checks one release file offline: form, canonical bytes, hash, signature. kUnprocessable names the
// first wrong thing. `public_key` (hex), when given, must be the signer's.
[[nodiscard]] Result<Verified> verify_release(std::string_view bytes,
                                              std::string_view public_key = {});

}  // namespace saola::programme

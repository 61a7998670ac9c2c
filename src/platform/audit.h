// Hash-chained audit log: each record holds SHA-256(previous hash || canonical JSON of the record).
// append() runs inside the caller's transaction, so an action and its record stand or fall
// together. Thread-safe. Format: docs/formats/audit.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "platform/identity.h"
#include "store/sql.h"

namespace saola::platform {

struct AuditRecord {
    std::string actor_id;
    std::string actor_name;
    std::string action;        // "programme.import.accept"
    std::string object;        // "import:01J..."
    std::string organisation;  // whose row it concerns, "" when none
    std::string remote_address;
    Json detail;  // never a secret
};

inline constexpr std::size_t kMaxAuditDetailBytes = 64U << 10U;

struct AuditHead {
    std::int64_t records = 0;
    std::string hash;  // of the last record, hexadecimal; "" when there is none
};

// What a walk over the chain found.
struct AuditCheck {
    bool ok = true;
    std::int64_t records = 0;    // that fit, from the first on
    std::string head_hash;       // of the last record that fits, hexadecimal; "" when empty
    std::int64_t first_bad = 0;  // sequence number that does not fit, 0 when ok
    std::string problem;         // for people
};

class AuditLog {
public:
    virtual ~AuditLog() = default;
    [[nodiscard]] virtual Status append(store::Connection& transaction,
                                        const AuditRecord& record) = 0;
    // The last record as the caller's transaction sees it; no walk.
    [[nodiscard]] virtual Result<AuditHead> head(store::Connection& transaction) const = 0;
    // Walks the whole chain; kDataLoss names the first record that does not fit.
    [[nodiscard]] virtual Result<AuditCheck> verify() const = 0;
    // The same walk with its outcome as a value; an error only when the database cannot be read.
    [[nodiscard]] virtual Result<AuditCheck> check() const = 0;
};
[[nodiscard]] std::unique_ptr<AuditLog> make_audit_log(store::Sql& sql, const Clock& clock);

}  // namespace saola::platform

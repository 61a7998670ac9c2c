// Hash-chained audit log: each record holds SHA-256(previous hash || canonical JSON of the record).
// append() runs inside the caller's transaction, so an action and its record stand or fall together.
// Thread-safe. Format: docs/formats/audit.md.
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
    std::string action;          // "programme.import.accept"
    std::string object;          // "import:01J..."
    std::string organisation;    // whose row it concerns, "" when none
    std::string remote_address;
    Json detail;                 // never a secret
};

class AuditLog {
public:
    virtual ~AuditLog() = default;
    [[nodiscard]] virtual Status append(store::Connection& transaction, const AuditRecord& record) = 0;
    // Walks the whole chain; kDataLoss names the first record that does not fit.
    [[nodiscard]] virtual Result<std::int64_t> verify() const = 0;
};
[[nodiscard]] std::unique_ptr<AuditLog> make_audit_log(store::Sql& sql, const Clock& clock);

}  // namespace saola::platform

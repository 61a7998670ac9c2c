#include "platform/audit.h"

#include "crypto/hash.h"

namespace saola::platform {
namespace {

struct Stored {
    std::int64_t sequence = 0;
    std::int64_t at_ns = 0;
    AuditRecord record;
};

// docs/formats/audit.md: SHA-256 over the 32 bytes of the previous hash (zeros for the first
// record) and the canonical JSON (RFC 8785) of the record.
std::string chain_hash(const std::string& previous_hex, const Stored& stored) {
    Json json = Json::object();
    json.set("sequence", stored.sequence).set("at", to_rfc3339(stored.at_ns));
    json.set("actor_id", stored.record.actor_id).set("actor_name", stored.record.actor_name);
    json.set("action", stored.record.action).set("object", stored.record.object);
    json.set("organisation", stored.record.organisation);
    json.set("remote_address", stored.record.remote_address);
    json.set("detail", stored.record.detail);
    Bytes input(32, 0);
    if (const auto previous = from_hex(previous_hex); previous && previous->size() == 32)
        input = *previous;
    const std::string text = json.canonical();
    const BytesView view = as_bytes(text);
    input.insert(input.end(), view.begin(), view.end());
    return to_hex(crypto::sha256(input));
}

Result<AuditHead> read_head(store::Connection& connection) {
    AuditHead head;
    SAOLA_TRY_STATUS(connection.query("SELECT sequence, hash FROM platform_audit_head WHERE id = 1",
                                      {}, [&](const store::Row& row) {
                                          head = {row.integer(0), std::string(row.text(1))};
                                          return store::Step::kStop;
                                      }));
    return head;
}

// One step of the walk; false ends it with `check` telling why.
bool fits(AuditCheck& check, const store::Row& row) {
    Stored stored;
    stored.sequence = row.integer(0);
    const auto bad = [&](std::string problem) {
        check.ok = false;
        check.first_bad = check.records + 1;
        check.problem = std::move(problem);
        return false;
    };
    if (stored.sequence != check.records + 1)
        return bad("Record " + std::to_string(check.records + 1) + " is missing.");
    stored.at_ns = row.integer(1);
    stored.record.actor_id = row.text(2);
    stored.record.actor_name = row.text(3);
    stored.record.action = row.text(4);
    stored.record.object = row.text(5);
    stored.record.organisation = row.text(6);
    stored.record.remote_address = row.text(7);
    auto detail = Json::parse(row.text(8));
    if (!detail)
        return bad("Record " + std::to_string(stored.sequence) + " holds unreadable detail.");
    stored.record.detail = std::move(*detail);
    const std::string expected = chain_hash(check.head_hash, stored);
    if (row.text(9) != expected)
        return bad("Record " + std::to_string(stored.sequence) +
                   " does not match its hash: it, or one before it, was changed.");
    check.records = stored.sequence;
    check.head_hash = expected;
    return true;
}

class SqlAuditLog final : public AuditLog {
public:
    SqlAuditLog(store::Sql& sql, const Clock& clock) : sql_(sql), clock_(clock) {}

    Status append(store::Connection& transaction, const AuditRecord& record) override {
        const std::string detail = record.detail.canonical();
        if (detail.size() > kMaxAuditDetailBytes)
            return fail(ErrorKind::kTooLarge, "audit.detail_too_large",
                        "The detail of the audit record is too large.", "detail",
                        "max_audit_detail_bytes=" + std::to_string(kMaxAuditDetailBytes));
        // Written first: on PostgreSQL this takes the row lock that puts appends in one order.
        SAOLA_TRY_STATUS(transaction.execute(
            "UPDATE platform_audit_head SET sequence = sequence + 1 WHERE id = 1"));
        SAOLA_TRY(const AuditHead head, read_head(transaction));
        Stored stored{.sequence = head.records, .at_ns = clock_.now_ns(), .record = record};
        // The stored form is what is hashed, so that the walk reads back the same values.
        SAOLA_TRY(stored.record.detail, Json::parse(detail));
        const std::string hash = chain_hash(head.hash, stored);
        SAOLA_TRY_STATUS(transaction.execute(
            "INSERT INTO platform_audit (sequence, at_ns, actor_id, actor_name, action, object, "
            "organisation, remote_address, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            {stored.sequence, stored.at_ns, record.actor_id, record.actor_name, record.action,
             record.object, record.organisation, record.remote_address, detail, hash}));
        SAOLA_TRY_STATUS(
            transaction.execute("UPDATE platform_audit_head SET hash = ? WHERE id = 1", {hash}));
        return {};
    }

    Result<AuditHead> head(store::Connection& transaction) const override {
        return read_head(transaction);
    }

    Result<AuditCheck> check() const override {
        AuditCheck check;
        AuditHead head;
        SAOLA_TRY_STATUS(sql_.read([&](store::Connection& connection) -> Status {
            check = {};
            SAOLA_TRY(head, read_head(connection));
            return connection.query(
                "SELECT sequence, at_ns, actor_id, actor_name, action, object, organisation, "
                "remote_address, detail, hash FROM platform_audit ORDER BY sequence",
                {}, [&](const store::Row& row) {
                    return fits(check, row) ? store::Step::kContinue : store::Step::kStop;
                });
        }));
        if (check.ok && (head.records != check.records || head.hash != check.head_hash)) {
            check.ok = false;
            check.first_bad = check.records + 1;
            check.problem = "The log ends at record " + std::to_string(check.records) +
                            " but its head names record " + std::to_string(head.records) +
                            ": records were removed or added.";
        }
        return check;
    }

    Result<AuditCheck> verify() const override {
        SAOLA_TRY(AuditCheck result, check());
        if (result.ok) return result;
        return fail(ErrorKind::kDataLoss, "audit.chain_broken", result.problem,
                    "sequence=" + std::to_string(result.first_bad));
    }

private:
    store::Sql& sql_;
    const Clock& clock_;
};

}  // namespace

std::unique_ptr<AuditLog> make_audit_log(store::Sql& sql, const Clock& clock) {
    return std::make_unique<SqlAuditLog>(sql, clock);
}

}  // namespace saola::platform

#include "store/postgres/errors.h"

#include <algorithm>
#include <array>
#include <string>

#include "store/constraint_text.h"
#include "store/limits.h"

namespace saola::store::postgres {
namespace {

constexpr std::size_t kShownSqlBytes = 200;

struct Rule {
    std::string_view state;  // whole SQLSTATE or its class (2 characters)
    ErrorKind kind;
    std::string_view code;
    Failure failure = Failure::kStatement;
};

// First match wins: exact states before their class.
constexpr std::array kRules{
    Rule{"23505", ErrorKind::kConflict, "store.unique"},
    Rule{"23503", ErrorKind::kConflict, "store.foreign_key"},
    Rule{"23502", ErrorKind::kConflict, "store.not_null"},
    Rule{"23514", ErrorKind::kConflict, "store.check"},
    Rule{"23", ErrorKind::kConflict, "store.constraint"},
    Rule{"40001", ErrorKind::kUnavailable, "store.contention", Failure::kRetry},
    Rule{"40P01", ErrorKind::kUnavailable, "store.contention", Failure::kRetry},
    Rule{"42804", ErrorKind::kInvalidArgument, "store.type_mismatch"},
    Rule{"22", ErrorKind::kInvalidArgument, "store.type_mismatch"},
    Rule{"25006", ErrorKind::kInvalidArgument, "store.read_only"},
    Rule{"57014", ErrorKind::kCancelled, "store.timeout"},
    Rule{"57P", ErrorKind::kUnavailable, "store.unreachable", Failure::kConnection},
    Rule{"08", ErrorKind::kUnavailable, "store.unreachable", Failure::kConnection},
    Rule{"55P03", ErrorKind::kUnavailable, "store.busy"},
    Rule{"53100", ErrorKind::kStorage, "store.disk_full"},
    Rule{"53300", ErrorKind::kUnavailable, "store.too_many_connections"},
    Rule{"53", ErrorKind::kResourceExhausted, "store.memory"},
    Rule{"54", ErrorKind::kTooLarge, "store.value_too_large"},
    Rule{"58", ErrorKind::kStorage, "store.io"},
    Rule{"XX00", ErrorKind::kDataLoss, "store.damaged"},
    Rule{"42501", ErrorKind::kStorage, "store.privilege"},
    Rule{"25P02", ErrorKind::kConflict, "store.transaction_lost"},
};

std::string field(const PGresult* result, int code) {
    const char* const text = PQresultErrorField(result, code);
    return text == nullptr ? std::string() : std::string(text);
}

// "child.code" as SQLite names it, or the constraint's name where PostgreSQL knows no column.
std::string constraint_field(const PGresult* result) {
    const std::string column = field(result, PG_DIAG_COLUMN_NAME);
    const std::string named = column.empty() ? field(result, PG_DIAG_CONSTRAINT_NAME) : column;
    return field(result, PG_DIAG_TABLE_NAME) + "." + named;
}

std::string advice(std::string_view code) {
    if (code == "store.disk_full")
        return "; the database server's disk is full: free space there, then try again";
    if (code == "store.privilege") return "; grant the database user its rights on the schema";
    if (code == "store.damaged") return "; stop the server and restore it from a backup";
    return {};
}

}  // namespace

Session::Fault fault_of(const PGresult* result, std::string_view sql,
                        std::int64_t statement_timeout_ms) {
    const std::string state = field(result, PG_DIAG_SQLSTATE);
    const std::string message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (state == "0A000" && message.find("cached plan") != std::string::npos)
        return {Failure::kStalePlan,
                {ErrorKind::kUnavailable, "store.schema_changed",
                 "the schema changed meanwhile; try again"}};
    const auto* const rule = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& one) {
        return !state.empty() && state.starts_with(one.state);
    });
    if (rule == kRules.end() && !state.empty()) {
        const std::string place =
            sql.empty() ? std::string() : " in: " + std::string(sql.substr(0, kShownSqlBytes));
        return {Failure::kStatement, {ErrorKind::kInternal, "store.sql", message + place}};
    }
    if (rule == kRules.end())
        return {Failure::kConnection,
                {ErrorKind::kUnavailable, "store.unreachable",
                 "the database server was lost: " + std::string(PQresultErrorMessage(result))}};
    Error error{rule->kind, std::string(rule->code), message + advice(rule->code)};
    if (state.starts_with("23")) {
        error.field = constraint_field(result);
        error.message = constraint_text(error.code);
    }
    if (error.code == "store.timeout")
        error.limit = "statement_timeout_ms=" + std::to_string(statement_timeout_ms);
    return {rule->failure, std::move(error)};
}

}  // namespace saola::store::postgres

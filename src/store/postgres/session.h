// One libpq connection: settings, prepared statements, streaming, errors as Error. Owned by the
// pool of PostgresSql; used by one thread at a time. Every wait on the server is bounded.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/sql.h"

namespace saola::store::postgres {

struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ClearResult>;

// What a failure means for the transaction it happened in.
enum class Failure {
    kNone,
    kStatement,   // the statement is wrong or met a constraint
    kRetry,       // serialisation failure or deadlock: run the body again
    kStalePlan,   // the schema changed under a prepared statement: run the body again
    kConnection,  // the server is gone
};

class Session {
public:
    using Ptr = std::unique_ptr<Session>;
    struct Fault {
        Failure failure = Failure::kNone;
        Error error;
    };

    [[nodiscard]] static Result<std::unique_ptr<Session>> connect(const SqlOptions& options);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    // Our own statements (BEGIN ...), several at once. Returns the command tag of the last one.
    struct Simple {
        std::string tag;
    };
    [[nodiscard]] tl::expected<Simple, Fault> simple(const std::string& sql);
    // A statement of the common subset. Returns the number of changed rows.
    [[nodiscard]] tl::expected<std::int64_t, Fault> run(std::string_view sql,
                                                        std::span<const Value> params,
                                                        const RowCallback& on_row);
    [[nodiscard]] bool connected() const { return PQstatus(connection_) == CONNECTION_OK; }
    void forget_statements();
    [[nodiscard]] std::uint64_t rows_delivered() const { return rows_delivered_; }

private:
    struct Prepared {
        std::string name;
        int parameters = 0;
        std::list<std::string>::iterator age;
    };
    // A statement whose rows are being read. A statement that starts inside its row callback makes
    // it keep the rows that are still to come, because the wire carries one result at a time.
    struct Stream {
        std::deque<ResultPtr> kept;
        bool complete = false;  // everything was received
        bool overflow = false;  // more was to come than may be kept
    };
    struct Arguments;

    explicit Session(const SqlOptions& options) : options_(options) {}
    [[nodiscard]] Status configure();
    [[nodiscard]] tl::expected<const Prepared*, Fault> prepare(std::string_view sql,
                                                               const Arguments& arguments);
    [[nodiscard]] std::optional<Fault> evict_one();
    [[nodiscard]] std::optional<Fault> park();
    [[nodiscard]] tl::expected<ResultPtr, Fault> receive();
    [[nodiscard]] tl::expected<ResultPtr, Fault> next(Stream& stream);
    [[nodiscard]] tl::expected<std::int64_t, Fault> read_rows(Stream& stream,
                                                              const RowCallback& on_row);
    [[nodiscard]] std::optional<Fault> drain();
    [[nodiscard]] Fault fault(const PGresult* result, std::string_view sql) const;
    [[nodiscard]] Fault connection_fault(std::string_view detail) const;

    SqlOptions options_;
    PGconn* connection_ = nullptr;
    std::unordered_map<std::string, Prepared> prepared_;
    std::list<std::string> ages_;  // most recently used first
    std::uint64_t names_ = 0;
    std::uint64_t rows_delivered_ = 0;
    Stream* active_ = nullptr;
};

}  // namespace saola::store::postgres

#include "store/postgres/postgres_sql.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <random>
#include <thread>

#include "base/ids.h"
#include "base/log.h"
#include "store/body.h"
#include "store/limits.h"
#include "store/pool.h"
#include "store/postgres/session.h"
#include "store/postgres/writer_gate.h"
#include "store/values.h"

namespace saola::store {
namespace {

using postgres::Failure;
using postgres::Session;
using postgres::WriterGate;

constexpr std::int64_t kTokenTableLock = 0x5341'4f4c'42;
constexpr std::uint64_t kPruneEvery = 4096;               // commits
constexpr int kMaxReconnects = 2;                         // per call, when the server restarted
constexpr auto kCommitLookup = std::chrono::seconds(10);  // to learn the fate of a lost COMMIT

class PostgresConnection final : public Connection {
public:
    explicit PostgresConnection(Session& session) : session_(session) {}
    Result<std::int64_t> execute(std::string_view sql, std::span<const Value> params) override {
        return run(sql, params, {});
    }
    Status query(std::string_view sql, std::span<const Value> params,
                 const RowCallback& on_row) override {
        return run(sql, params, on_row).map([](std::int64_t) {});
    }
    [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }
    [[nodiscard]] Failure failure() const { return failure_; }

private:
    Result<std::int64_t> run(std::string_view sql, std::span<const Value> params,
                             const RowCallback& on_row) {
        if (failed_) return fail(transaction_lost(*failed_));
        SAOLA_TRY_STATUS(check_params(params));
        const tl::expected<std::int64_t, Session::Fault> changed =
            session_.run(sql, params, on_row);
        if (changed) return *changed;
        if (changed.error().failure != Failure::kNone) {
            failed_ = changed.error().error;
            failure_ = changed.error().failure;
        }
        return fail(changed.error().error);
    }
    Session& session_;
    std::optional<Error> failed_;
    Failure failure_ = Failure::kNone;
};

std::string random_prefix() {
    std::array<std::uint8_t, 12> bytes{};
    SystemRandom().fill(bytes);
    return to_hex(bytes) + "-";
}

class PostgresSql final : public Sql {
public:
    explicit PostgresSql(const SqlOptions& options)
        : options_(options),
          readers_("readers", static_cast<std::size_t>(options.readers),
                   options.statement_timeout_ms, [this] { return Session::connect(options_); }),
          writers_("writers", static_cast<std::size_t>(std::max(options.readers, 2)),
                   options.statement_timeout_ms, [this] { return Session::connect(options_); }),
          token_prefix_(random_prefix()) {}

    // Once, before the first write().
    [[nodiscard]] Status create_token_table();
    Status read(const Body& body) override {
        for (int attempt = 0;; ++attempt) {
            Outcome outcome = attempt_read(body);
            if (!outcome.again || attempt >= kMaxReconnects) return outcome.status;
        }
    }
    Status write(const Body& body) override;
    Dialect dialect() const override { return Dialect::kPostgres; }
    Status check() override {
        return read([](Connection& connection) -> Status {
            SAOLA_TRY(const std::int64_t one, connection.query_integer("SELECT 1"));
            return one == 1 ? Status()
                            : fail(ErrorKind::kInternal, "store.check", "SELECT 1 gave no 1");
        });
    }

private:
    struct Outcome {
        Status status;
        bool again = false;
        bool reconnect = false;  // `again` because the server was lost, not because of a conflict
    };
    using Sessions = Pool<Session>;

    static Result<Session::Ptr> begin(Sessions& pool, const std::string& text);
    static void finish(Sessions& pool, Session::Ptr session, Failure failure);
    Outcome attempt_read(const Body& body);
    Outcome attempt_write(const Body& body);
    Outcome commit(Session::Ptr session, const std::string& token);
    Outcome after_lost_commit(const std::string& token);
    std::string next_token();
    static std::string insert_token(const std::string& token);
    void prune_tokens(Session& session);

    const SqlOptions options_;
    Sessions readers_;
    Sessions writers_;
    WriterGate gate_;
    const std::string token_prefix_;  // unique to this object
    std::atomic<std::uint64_t> next_token_ = 0;
    std::atomic<std::uint64_t> commits_ = 0;
};

// An idle connection may have died with the server: then a fresh one is tried, once.
Result<Session::Ptr> PostgresSql::begin(Sessions& pool, const std::string& text) {
    for (int attempt = 0;; ++attempt) {
        SAOLA_TRY(Session::Ptr session, pool.take());
        const tl::expected<Session::Simple, Session::Fault> begun = session->simple(text);
        if (begun) return session;
        pool.drop(std::move(session));
        if (begun.error().failure != Failure::kConnection || attempt > 0)
            return fail(begun.error().error);
        pool.drop_idle();
    }
}

void PostgresSql::finish(Sessions& pool, Session::Ptr session, Failure failure) {
    if (failure == Failure::kConnection || !session->simple("ROLLBACK")) {
        pool.drop(std::move(session));
        pool.drop_idle();
        return;
    }
    if (failure == Failure::kStalePlan) session->forget_statements();
    pool.give_back(std::move(session));
}

PostgresSql::Outcome PostgresSql::attempt_read(const Body& body) {
    // The SELECT takes the snapshot: then it is the one at the time of the call.
    Result<Session::Ptr> begun =
        begin(readers_, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1");
    if (!begun) return {fail(begun.error())};
    PostgresConnection connection(**begun);
    const std::uint64_t before = (*begun)->rows_delivered();
    Status status = run_body(body, connection);
    if (status && connection.failed()) status = fail(*connection.failed());
    // A read body may collect rows: it runs again only when it has not seen any.
    const bool untouched = (*begun)->rows_delivered() == before;
    const bool again = !status && untouched &&
                       (connection.failure() == Failure::kStalePlan ||
                        connection.failure() == Failure::kConnection);
    finish(readers_, std::move(*begun), connection.failure());
    return {std::move(status), again};
}

Status PostgresSql::write(const Body& body) {
    std::minstd_rand jitter(static_cast<unsigned>(
        std::hash<std::thread::id>{}(std::this_thread::get_id()) & 0xffff'ffffU));
    int reconnects = 0;
    for (int attempt = 0; attempt < kMaxSerializationRetries; ++attempt) {
        if (!gate_.enter(/*alone=*/attempt >= kSerializationRetriesBeforeAlone))
            return fail(ErrorKind::kInternal, "store.nested_write",
                        "write() was called inside the body of a write()");
        Outcome outcome = attempt_write(body);
        gate_.leave();
        if (!outcome.again) return outcome.status;
        if (outcome.reconnect && ++reconnects > kMaxReconnects) return outcome.status;
        const unsigned most_ms = 1U << static_cast<unsigned>(std::min(attempt, 6));
        std::this_thread::sleep_for(std::chrono::microseconds(jitter() % (most_ms * 1000)));
    }
    return fail(ErrorKind::kUnavailable, "store.contention",
                "too many changes of the same data at the same time; try again", {},
                "max_serialization_retries=" + std::to_string(kMaxSerializationRetries));
}

// Each transaction leaves a token behind, in the round trip that begins it: see
// after_lost_commit().
PostgresSql::Outcome PostgresSql::attempt_write(const Body& body) {
    const std::string token = next_token();
    Result<Session::Ptr> begun =
        begin(writers_, "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE; " + insert_token(token));
    if (!begun) return {fail(begun.error())};
    PostgresConnection connection(**begun);
    Status status = run_body(body, connection);
    if (connection.failed() && status) status = fail(*connection.failed());
    if (status) return commit(std::move(*begun), token);
    const Failure failure = connection.failure();
    finish(writers_, std::move(*begun), failure);
    const bool lost = failure == Failure::kConnection;
    return {std::move(status), lost || failure == Failure::kRetry || failure == Failure::kStalePlan,
            lost};
}

PostgresSql::Outcome PostgresSql::commit(Session::Ptr session, const std::string& token) {
    const tl::expected<Session::Simple, Session::Fault> done = session->simple("COMMIT");
    if (done) {
        prune_tokens(*session);
        writers_.give_back(std::move(session));
        if (done->tag == "COMMIT") return {};
        return {fail(ErrorKind::kInternal, "store.transaction_lost",
                     "the server rolled the transaction back")};
    }
    const Session::Fault fault = done.error();
    finish(writers_, std::move(session), fault.failure);
    if (fault.failure == Failure::kConnection) return after_lost_commit(token);
    return {fail(fault.error), fault.failure == Failure::kRetry};
}

// The server was lost between COMMIT and its answer. Only the server knows what became of the
// transaction, and its number does not tell: after a crash the numbers of transactions that were
// not yet on disk are given out again. So its token is inserted once more. That fails when the
// transaction was committed, waits while it is still under way, and succeeds when it is gone - then
// it can never be committed later, and the body may run again.
PostgresSql::Outcome PostgresSql::after_lost_commit(const std::string& token) {
    const auto deadline = std::chrono::steady_clock::now() + kCommitLookup;
    while (std::chrono::steady_clock::now() < deadline) {
        const Result<Session::Ptr> session = Session::connect(options_);
        if (session) {
            const auto inserted = (*session)->simple(insert_token(token));
            const bool kept = !inserted && inserted.error().error.code == "store.unique";
            if (inserted || kept)
                log::warn("store.commit_looked_up", {{"kept", kept ? "true" : "false"}});
            if (kept) return {};
            if (inserted)
                return {fail(ErrorKind::kUnavailable, "store.unreachable",
                             "the database server was lost; nothing was kept, try again"),
                        /*again=*/true, /*reconnect=*/true};
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return {fail(ErrorKind::kUnavailable, "store.commit_unknown",
                 "the database server was lost during the commit and does not come back: whether "
                 "the change was kept can only be seen when it runs again")};
}

std::string PostgresSql::next_token() {
    return token_prefix_ + std::to_string(next_token_.fetch_add(1, std::memory_order_relaxed));
}

std::string PostgresSql::insert_token(const std::string& token) {
    return "INSERT INTO store_commit (token, at) VALUES ('" + token + "', now())";
}

// Outside of any transaction: it takes no part in serialisation. Tokens are needed for seconds.
void PostgresSql::prune_tokens(Session& session) {
    if (commits_.fetch_add(1, std::memory_order_relaxed) % kPruneEvery != 0) return;
    (void)session.simple("DELETE FROM store_commit WHERE at < now() - interval '1 hour'");
}

Status PostgresSql::create_token_table() {
    SAOLA_TRY(Session::Ptr session, writers_.take());
    // The lock: CREATE TABLE IF NOT EXISTS fails when two processes run it at the same moment.
    const auto created = session->simple(
        "BEGIN; SELECT pg_advisory_xact_lock(" + std::to_string(kTokenTableLock) +
        "); CREATE TABLE IF NOT EXISTS store_commit (token TEXT COLLATE \"C\" PRIMARY KEY, "
        "at TIMESTAMPTZ NOT NULL); COMMIT");
    if (!created) {
        writers_.drop(std::move(session));
        return fail(created.error().error);
    }
    writers_.give_back(std::move(session));
    return {};
}

}  // namespace

Result<std::unique_ptr<Sql>> open_postgres(const SqlOptions& options) {
    std::unique_ptr<PostgresSql> sql = std::make_unique<PostgresSql>(options);
    SAOLA_TRY_STATUS(sql->create_token_table());
    return sql;
}

}  // namespace saola::store

#include "store/postgres/session.h"

#include <poll.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/check.h"
#include "store/limits.h"
#include "store/postgres/errors.h"
#include "store/sql_text.h"

namespace saola::store::postgres {
namespace {

constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kText = 25;
constexpr Oid kFloat8 = 701;
// The server stops a statement at the time limit; if it stays silent this much longer it is lost.
constexpr std::int64_t kSilence_ms = 10'000;

class PostgresRow final : public Row {
public:
    explicit PostgresRow(const PGresult* result) : result_(result) {}
    int columns() const override { return PQnfields(result_); }
    bool is_null(int column) const override { return PQgetisnull(result_, 0, column) != 0; }
    std::int64_t integer(int column) const override {
        const std::string_view digits = text(column);
        std::int64_t out = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), out);
        if (error == std::errc() && end == digits.data() + digits.size()) return out;
        return static_cast<std::int64_t>(
            real(column));  // a double or numeric: as SQLite, truncated
    }
    double real(int column) const override {
        const std::string_view digits = text(column);
        double out = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), out);
        return out;
    }
    std::string_view text(int column) const override {
        const char* const data = PQgetvalue(result_, 0, column);
        if (PQftype(result_, column) == kBool && !is_null(column)) return *data == 't' ? "1" : "0";
        return {data, static_cast<std::size_t>(PQgetlength(result_, 0, column))};
    }
    Bytes blob(int column) const override {
        const std::string_view data = text(column);
        if (PQftype(result_, column) == kBytea && data.starts_with("\\x"))
            return from_hex(data.substr(2)).value_or(Bytes());
        return {data.begin(), data.end()};
    }

private:
    const PGresult* result_;
};

std::string number_text(double value) {
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    SAOLA_CHECK(error == std::errc());
    return {buffer.data(), end};
}

tl::unexpected<Error> bad_url(const std::string& why) {
    return fail(
        ErrorKind::kInvalidArgument, "store.url",
        "the database URL " + why +
            ". It is postgresql://user@host:port/database; in a password, write @ as %40, / "
            "as %2F, : as %3A, ? as %3F, # as %23 and % as %25, or keep it in ~/.pgpass",
        "url");
}

using ConnectOptions = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

// libpq repeats what it could not read, and reads part of a password with an unescaped sign as a
// host or a port: so a doubtful URL is refused here, and never repeated. Returns the password, "".
Result<std::string> check_url(const std::string& url) {
    const std::size_t begin = url.find("://") + 3;
    const std::size_t path = url.find_first_of("/?#", begin);
    const std::size_t at = url.find('@', begin);
    if (at != std::string::npos && (url.find('@', at + 1) != std::string::npos || at > path))
        return bad_url("has a sign in its password that must be escaped");
    const ConnectOptions options(PQconninfoParse(url.c_str(), nullptr), &PQconninfoFree);
    if (options == nullptr) return bad_url("cannot be read");
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option)
        if (std::string_view(option->keyword) == "password" && option->val != nullptr)
            return std::string(option->val);
    return std::string();
}

// libpq's words on one line, without the password.
std::string connect_problem(const char* words, const std::string& password) {
    std::string out(words);
    for (std::size_t at = 0;
         !password.empty() && (at = out.find(password, at)) != std::string::npos;)
        out.replace(at, password.size(), "***");
    std::string line;
    for (const char c : out) {
        if (c != '\n' && c != '\t')
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

}  // namespace

// Parameters as libpq wants them. Numbers travel as text, blobs as they are.
struct Session::Arguments {
    explicit Arguments(std::span<const Value> params) {
        numbers.reserve(params.size());  // pointers into it must stay valid
        for (const Value& value : params) std::visit([this](const auto& v) { add(v); }, value);
    }
    void add(std::monostate) { push(0, nullptr, 0, 0); }
    void add(std::int64_t value) {
        numbers.push_back(std::to_string(value));
        push(kInt8, numbers.back().c_str(), 0, 0);
    }
    void add(double value) {
        numbers.push_back(number_text(value));
        push(kFloat8, numbers.back().c_str(), 0, 0);
    }
    void add(const std::string& value) { push(kText, value.c_str(), 0, 0); }
    void add(const Bytes& value) {
        static constexpr char kEmpty = 0;
        push(kBytea, value.empty() ? &kEmpty : reinterpret_cast<const char*>(value.data()),
             static_cast<int>(value.size()), 1);
    }
    void push(Oid type, const char* value, int length, int format) {
        types.push_back(type);
        values.push_back(value);
        lengths.push_back(length);
        formats.push_back(format);
    }
    [[nodiscard]] int size() const { return static_cast<int>(values.size()); }

    std::vector<std::string> numbers;
    std::vector<Oid> types;
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
};

Session::~Session() { PQfinish(connection_); }

Result<std::unique_ptr<Session>> Session::connect(const SqlOptions& options) {
    SAOLA_TRY(const std::string password, check_url(options.url));
    std::unique_ptr<Session> session(new Session(options));
    // What stands before dbname can be overridden by the URL, what stands after cannot.
    constexpr std::array<const char*, 7> kKeys{"connect_timeout",
                                               "application_name",
                                               "tcp_user_timeout",
                                               "dbname",
                                               "client_encoding",
                                               "replication",
                                               nullptr};
    const std::array<const char*, 7> values{"5",    "saola", "30000", options.url.c_str(),
                                            "UTF8", "false", nullptr};
    session->connection_ = PQconnectdbParams(kKeys.data(), values.data(), /*expand_dbname=*/1);
    if (PQstatus(session->connection_) != CONNECTION_OK)
        return fail(ErrorKind::kUnavailable, "store.unreachable",
                    "the database server cannot be reached: " +
                        connect_problem(PQerrorMessage(session->connection_), password) +
                        "; check that it runs and that the database URL is right",
                    "url");
    PQsetNoticeProcessor(
        session->connection_, [](void*, const char*) {}, nullptr);
    SAOLA_TRY_STATUS(session->configure());
    return session;
}

// synchronous_commit is only ever made stricter: a server that also waits for its standbys may.
Status Session::configure() {
    const std::string ms = std::to_string(options_.statement_timeout_ms);
    const auto done = simple("SET statement_timeout = " + ms + "; SET lock_timeout = " + ms +
                             "; SET idle_in_transaction_session_timeout = 0; SET timezone = 'UTC'"
                             "; SET standard_conforming_strings = on; SET bytea_output = 'hex'"
                             "; SET extra_float_digits = 1; SET client_min_messages = warning"
                             "; SELECT set_config('synchronous_commit', 'on', false) WHERE "
                             "current_setting('synchronous_commit') IN ('off', 'local')");
    if (!done) return fail(done.error().error);
    return {};
}

Session::Fault Session::connection_fault(std::string_view detail) const {
    return {Failure::kConnection,
            {ErrorKind::kUnavailable, "store.unreachable",
             "the database server was lost (" + std::string(detail) + "); try again"}};
}

Session::Fault Session::fault(const PGresult* result, std::string_view sql) const {
    Fault out = fault_of(result, sql, options_.statement_timeout_ms);
    if (!connected()) out.failure = Failure::kConnection;
    return out;
}

// Waits for one result, at most as long as the server may take.
tl::expected<ResultPtr, Session::Fault> Session::receive() {
    using Clock = std::chrono::steady_clock;
    const auto deadline =
        Clock::now() + std::chrono::milliseconds(options_.statement_timeout_ms + kSilence_ms);
    while (PQisBusy(connection_) != 0) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) return tl::unexpected(connection_fault("no answer in time"));
        pollfd waiting{PQsocket(connection_), POLLIN, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
        if (ready < 0 && errno != EINTR) return tl::unexpected(connection_fault("poll failed"));
        if (ready > 0 && PQconsumeInput(connection_) == 0)
            return tl::unexpected(connection_fault(PQerrorMessage(connection_)));
    }
    return ResultPtr(PQgetResult(connection_));
}

tl::expected<ResultPtr, Session::Fault> Session::next(Stream& stream) {
    if (!stream.kept.empty()) {
        ResultPtr result = std::move(stream.kept.front());
        stream.kept.pop_front();
        return result;
    }
    if (stream.overflow)
        return tl::unexpected(
            Fault{Failure::kStatement,
                  {ErrorKind::kTooLarge,
                   "store.parked_rows",
                   "too many rows were left of a query when another began inside its callback",
                   {},
                   "max_parked_bytes=" + std::to_string(kMaxParkedBytes)}});
    if (stream.complete) return ResultPtr();
    return receive();
}

// Takes what the running query still has to deliver off the wire.
std::optional<Session::Fault> Session::park() {
    if (active_ == nullptr || active_->complete) return std::nullopt;
    std::size_t bytes = 0;
    while (true) {
        tl::expected<ResultPtr, Fault> result = receive();
        if (!result) return result.error();
        if (*result == nullptr) break;
        bytes += PQresultMemorySize(result->get());
        if (bytes > kMaxParkedBytes) active_->overflow = true;
        if (!active_->overflow) active_->kept.push_back(std::move(*result));
    }
    active_->complete = true;
    return std::nullopt;
}

std::optional<Session::Fault> Session::drain() {
    while (true) {
        const tl::expected<ResultPtr, Fault> result = receive();
        if (!result) return result.error();
        if (*result == nullptr) return std::nullopt;
    }
}

tl::expected<Session::Simple, Session::Fault> Session::simple(const std::string& sql) {
    if (PQsendQuery(connection_, sql.c_str()) == 0)
        return tl::unexpected(connection_fault(PQerrorMessage(connection_)));
    Simple out;
    std::optional<Fault> failed;
    while (true) {
        const tl::expected<ResultPtr, Fault> result = receive();
        if (!result) return tl::unexpected(result.error());
        PGresult* const raw = result->get();
        if (raw == nullptr) break;
        const ExecStatusType status = PQresultStatus(raw);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
            if (!failed) failed = fault(raw, sql);
            continue;
        }
        out.tag = PQcmdStatus(raw);
    }
    if (failed) return tl::unexpected(*failed);
    return out;
}

void Session::forget_statements() {
    prepared_.clear();
    ages_.clear();
    (void)simple("DEALLOCATE ALL");
}

std::optional<Session::Fault> Session::evict_one() {
    const auto oldest = prepared_.find(ages_.back());
    const auto done = simple("DEALLOCATE " + oldest->second.name);
    if (!done) return done.error();
    prepared_.erase(oldest);
    ages_.pop_back();
    return std::nullopt;
}

// A prepared statement belongs to its text and the types of its arguments (a NULL has none).
tl::expected<const Session::Prepared*, Session::Fault> Session::prepare(
    std::string_view sql, const Arguments& arguments) {
    std::string key(sql);
    for (const Oid type : arguments.types) key += static_cast<char>(type & 0x7fU);
    if (const auto found = prepared_.find(key); found != prepared_.end()) {
        ages_.splice(ages_.begin(), ages_, found->second.age);
        return &found->second;
    }
    if (const Status checked = check_statement(sql); !checked)
        return tl::unexpected(Fault{Failure::kNone, checked.error()});
    const PostgresText text = to_postgres(sql);
    if (text.parameters != arguments.size())
        return tl::unexpected(
            Fault{Failure::kNone,
                  {ErrorKind::kInternal, "store.parameters",
                   "the statement takes " + std::to_string(text.parameters) + " parameters, " +
                       std::to_string(arguments.size()) + " given: " + text.text.substr(0, 200),
                   "sql"}});
    if (prepared_.size() >= kMaxCachedStatements)
        if (std::optional<Fault> failed = evict_one()) return tl::unexpected(*failed);
    const std::string name = "s" + std::to_string(++names_);
    if (PQsendPrepare(connection_, name.c_str(), text.text.c_str(), arguments.size(),
                      arguments.types.data()) == 0)
        return tl::unexpected(connection_fault(PQerrorMessage(connection_)));
    const tl::expected<ResultPtr, Fault> result = receive();
    if (!result) return tl::unexpected(result.error());
    const bool good = PQresultStatus(result->get()) == PGRES_COMMAND_OK;
    if (std::optional<Fault> failed = drain()) return tl::unexpected(*failed);
    if (!good) return tl::unexpected(fault(result->get(), sql));
    ages_.push_front(key);
    return &prepared_.emplace(std::move(key), Prepared{name, text.parameters, ages_.begin()})
                .first->second;
}

tl::expected<std::int64_t, Session::Fault> Session::run(std::string_view sql,
                                                        std::span<const Value> params,
                                                        const RowCallback& on_row) {
    if (std::optional<Fault> failed = park()) return tl::unexpected(*failed);
    const Arguments arguments(params);
    const tl::expected<const Prepared*, Fault> prepared = prepare(sql, arguments);
    if (!prepared) return tl::unexpected(prepared.error());
    if (PQsendQueryPrepared(connection_, (*prepared)->name.c_str(), arguments.size(),
                            arguments.values.data(), arguments.lengths.data(),
                            arguments.formats.data(), /*resultFormat=*/0) == 0)
        return tl::unexpected(connection_fault(PQerrorMessage(connection_)));
    PQsetSingleRowMode(connection_);
    Stream stream;
    Stream* const outer = std::exchange(active_, &stream);
    tl::expected<std::int64_t, Fault> changed = read_rows(stream, on_row);
    active_ = outer;
    if (!changed && changed.error().failure == Failure::kStatement &&
        changed.error().error.code == "store.sql")
        changed.error().error.message += " in: " + std::string(sql.substr(0, 200));
    return changed;
}

tl::expected<std::int64_t, Session::Fault> Session::read_rows(Stream& stream,
                                                              const RowCallback& on_row) {
    std::int64_t changed = 0;
    bool stopped = false;
    std::optional<Fault> failed;
    while (true) {
        const tl::expected<ResultPtr, Fault> result = next(stream);
        if (!result) return tl::unexpected(result.error());
        const PGresult* const raw = result->get();
        if (raw == nullptr) break;
        switch (PQresultStatus(raw)) {
            case PGRES_SINGLE_TUPLE:
                // After a stop the rest is read and thrown away: to cancel the statement would undo
                // the transaction.
                if (stopped || !on_row) break;
                ++rows_delivered_;
                stopped = on_row(PostgresRow(raw)) == Step::kStop;
                break;
            case PGRES_TUPLES_OK:
            case PGRES_COMMAND_OK:
                changed = std::strtoll(PQcmdTuples(const_cast<PGresult*>(raw)), nullptr, 10);
                break;
            default:
                if (!failed) failed = fault(raw, {});
        }
    }
    if (failed) return tl::unexpected(*failed);
    return changed;
}

}  // namespace saola::store::postgres

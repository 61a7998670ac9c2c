#include "store/sqlite/connection.h"

#include <type_traits>

#include "store/body.h"
#include "store/values.h"

namespace saola::store::sqlite {
namespace {

class SqliteRow final : public Row {
public:
    explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
    int columns() const override { return sqlite3_column_count(statement_); }
    bool is_null(int column) const override {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    std::int64_t integer(int column) const override {
        return sqlite3_column_int64(statement_, column);
    }
    double real(int column) const override { return sqlite3_column_double(statement_, column); }
    std::string_view text(int column) const override {
        // column_text first: it may convert, and only then is the length known.
        const unsigned char* const data = sqlite3_column_text(statement_, column);
        if (data == nullptr) return {};
        return {reinterpret_cast<const char*>(data), size(column)};
    }
    Bytes blob(int column) const override {
        const void* const data = sqlite3_column_blob(statement_, column);
        const std::uint8_t* const bytes = static_cast<const std::uint8_t*>(data);
        return data == nullptr ? Bytes() : Bytes(bytes, bytes + size(column));
    }

private:
    [[nodiscard]] std::size_t size(int column) const {
        return static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    }
    sqlite3_stmt* statement_;
};

// The parameters outlive the statement's run: SQLITE_STATIC saves a copy of each value.
int bind(sqlite3_stmt* statement, int index, const Value& value) {
    return std::visit(
        [&](const auto& v) {
            using T = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<T, std::monostate>)
                return sqlite3_bind_null(statement, index);
            else if constexpr (std::is_same_v<T, std::int64_t>)
                return sqlite3_bind_int64(statement, index, v);
            else if constexpr (std::is_same_v<T, double>)
                return sqlite3_bind_double(statement, index, v);
            else if constexpr (std::is_same_v<T, std::string>)
                return sqlite3_bind_text64(statement, index, v.data(), v.size(), SQLITE_STATIC,
                                           SQLITE_UTF8);
            else if (v.empty())  // a null pointer would bind NULL
                return sqlite3_bind_zeroblob(statement, index, 0);
            else
                return sqlite3_bind_blob64(statement, index, v.data(), v.size(), SQLITE_STATIC);
        },
        value);
}

class Clock {  // the time limit holds while a statement runs, and no longer
public:
    explicit Clock(Database& database) : database_(database), outer_(database.start_clock()) {}
    ~Clock() { database_.restore_clock(outer_); }
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;

private:
    Database& database_;
    SteadyTime outer_;
};

}  // namespace

tl::unexpected<Error> SqliteConnection::failure(int rc, std::string_view sql) {
    failed_ = database_.error(rc, sql);
    return fail(*failed_);
}

Result<Database::Statement> SqliteConnection::prepare_and_bind(std::string_view sql,
                                                               std::span<const Value> params) {
    if (failed_) return fail(transaction_lost(*failed_));
    SAOLA_TRY_STATUS(check_params(params));
    Result<Database::Statement> prepared = database_.prepare(sql);
    if (!prepared) {
        // Text outside the common subset never reached the engine: the transaction is as it was.
        if (prepared.error().kind != ErrorKind::kInvalidArgument) failed_ = prepared.error();
        return prepared;
    }
    Database::Statement statement = std::move(*prepared);
    if (!writable_ && sqlite3_stmt_readonly(statement.get()) == 0)
        return fail(ErrorKind::kInvalidArgument, "store.read_only",
                    "this statement changes data and is not allowed in read()", "sql");
    const int wanted = sqlite3_bind_parameter_count(statement.get());
    if (static_cast<std::size_t>(wanted) != params.size())
        return fail(ErrorKind::kInternal, "store.parameters",
                    "the statement takes " + std::to_string(wanted) + " parameters, " +
                        std::to_string(params.size()) +
                        " given: " + std::string(sql.substr(0, 200)),
                    "sql");
    for (std::size_t i = 0; i < params.size(); ++i) {
        const int rc = bind(statement.get(), static_cast<int>(i) + 1, params[i]);
        if (rc != SQLITE_OK) return failure(rc, sql);
    }
    return statement;
}

Result<std::int64_t> SqliteConnection::execute(std::string_view sql,
                                               std::span<const Value> params) {
    SAOLA_TRY(const Database::Statement statement, prepare_and_bind(sql, params));
    const Clock clock(database_);
    const sqlite3_int64 before = sqlite3_total_changes64(database_.get());
    int rc = SQLITE_ROW;
    while (rc == SQLITE_ROW) rc = sqlite3_step(statement.get());
    if (rc != SQLITE_DONE) return failure(rc, sql);
    // changes64() still holds the previous statement's count after one that changes no row.
    if (sqlite3_total_changes64(database_.get()) == before) return 0;
    return sqlite3_changes64(database_.get());
}

Status SqliteConnection::query(std::string_view sql, std::span<const Value> params,
                               const RowCallback& on_row) {
    SAOLA_TRY(const Database::Statement statement, prepare_and_bind(sql, params));
    const Clock clock(database_);
    const SqliteRow row(statement.get());
    while (true) {
        const int rc = sqlite3_step(statement.get());
        if (rc == SQLITE_DONE) return {};
        if (rc != SQLITE_ROW) return failure(rc, sql);
        if (on_row(row) == Step::kStop) return {};
    }
}

}  // namespace saola::store::sqlite

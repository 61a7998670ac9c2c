// store::Connection over one sqlite::Database. Lives inside one read() or write() call.
#pragma once

#include <optional>

#include "store/sql.h"
#include "store/sqlite/database.h"

namespace saola::store::sqlite {

class SqliteConnection final : public Connection {
public:
    SqliteConnection(Database& database, bool writable)
        : database_(database), writable_(writable) {}
    using Connection::execute;
    using Connection::query;
    [[nodiscard]] Result<std::int64_t> execute(std::string_view sql,
                                               std::span<const Value> params) override;
    [[nodiscard]] Status query(std::string_view sql, std::span<const Value> params,
                               const RowCallback& on_row) override;

    // The first error of a statement: then the transaction must not be committed.
    [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }

private:
    [[nodiscard]] tl::unexpected<Error> failure(int rc, std::string_view sql);
    [[nodiscard]] Result<Database::Statement> prepare_and_bind(std::string_view sql,
                                                               std::span<const Value> params);
    Database& database_;
    bool writable_;
    std::optional<Error> failed_;
};

}  // namespace saola::store::sqlite

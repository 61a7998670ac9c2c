// store::Connection over one sqlite::Database. Lives inside one read() or write() call.
#pragma once

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

private:
    [[nodiscard]] Result<Database::Statement> prepare_and_bind(std::string_view sql,
                                                               std::span<const Value> params);
    Database& database_;
    bool writable_;
};

}  // namespace saola::store::sqlite

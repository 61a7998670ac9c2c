// SQL text of the common subset, made fit for one engine. Stateless, thread-safe; used when a
// statement is prepared, so its cost is paid once per statement and connection.
//
// The subset (see README.md): `?` parameters; column types BIGINT, INTEGER, TEXT, DOUBLE PRECISION,
// REAL, BLOB; no transaction control, PRAGMA, ATTACH or VACUUM in a body.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace saola::store {

// Statements of a script separated by `;`. Quotes and comments are respected; empty ones dropped.
[[nodiscard]] std::vector<std::string_view> split_statements(std::string_view script);

// kInvalidArgument when the text is not one statement of the subset.
[[nodiscard]] Status check_statement(std::string_view sql);

// CREATE/ALTER TABLE: BIGINT -> INTEGER, DOUBLE PRECISION -> REAL, and tables become STRICT, so
// that a value of the wrong type is refused as PostgreSQL refuses it. Other text is unchanged.
[[nodiscard]] std::string to_sqlite(std::string_view sql);

// `?` -> `$n`, comments dropped; in CREATE/ALTER TABLE: BLOB -> BYTEA, INTEGER -> BIGINT,
// REAL -> DOUBLE PRECISION, TEXT -> TEXT COLLATE "C" (byte order, as SQLite sorts), STRICT and
// WITHOUT ROWID dropped; CAST(x AS BLOB) -> BYTEA; `? IS NULL` -> CAST($n AS TEXT) IS NULL (an
// untyped NULL has no type there).
struct PostgresText {
    std::string text;
    int parameters = 0;
};
[[nodiscard]] PostgresText to_postgres(std::string_view sql);

}  // namespace saola::store

// Runs a transaction's body. One place, so that every engine treats a faulty body alike.
#pragma once

#include <exception>

#include "store/sql.h"

namespace saola::store {

// A body must not throw; one that does must not keep its connection or the writers' turn for ever.
[[nodiscard]] inline Status run_body(const Sql::Body& body, Connection& connection) {
    try {
        return body(connection);
    } catch (const std::exception& exception) {
        return fail(ErrorKind::kInternal, "store.body_threw",
                    std::string("the transaction was undone: ") + exception.what());
    }
}

// What later statements get after one failed in the same transaction, on every engine: PostgreSQL
// refuses them, and SQLite may have rolled back already and would commit them one by one.
[[nodiscard]] inline Error transaction_lost(const Error& first) {
    return {ErrorKind::kConflict, "store.transaction_lost",
            "an earlier statement of this transaction failed: " + to_string(first)};
}

}  // namespace saola::store

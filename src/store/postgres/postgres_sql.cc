#include "store/postgres/postgres_sql.h"

namespace saola::store {

Result<std::unique_ptr<Sql>> open_postgres(const SqlOptions&) {
    return fail(ErrorKind::kUnsupported, "store.postgres",
                "PostgreSQL is not built into this version; use sqlite:/path/file.db", "url");
}

}  // namespace saola::store

// The PostgreSQL engine: a bounded pool of libpq connections.
#pragma once

#include <memory>

#include "store/sql.h"

namespace saola::store {

// kUnavailable when the server cannot be reached; later losses of it are survived: each call
// connects again when it must.
[[nodiscard]] Result<std::unique_ptr<Sql>> open_postgres(const SqlOptions& options);

}  // namespace saola::store

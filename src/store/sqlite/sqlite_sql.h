// The SQLite engine: one writer (write_queue.h), a bounded pool of readers, one file.
#pragma once

#include <memory>
#include <string>

#include "store/sql.h"

namespace saola::store {

// `file`: a path, or ":memory:" for a database that lives and dies with the returned object.
// Creates the file (0600) when it is missing. Checks it when it was not closed cleanly.
[[nodiscard]] Result<std::unique_ptr<Sql>> open_sqlite(const std::string& file,
                                                       const SqlOptions& options);

}  // namespace saola::store

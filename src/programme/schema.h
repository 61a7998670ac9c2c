// Tables of module programme, in the common subset of SQLite and PostgreSQL.
#pragma once

#include <span>

#include "store/sql.h"

namespace saola::programme {

[[nodiscard]] std::span<const store::Migration> schema();

}  // namespace saola::programme

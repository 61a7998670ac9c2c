// Tables of the platform itself, as migrations of the module name "platform". Every table name
// starts with platform_, so that no product module's table can collide.
#pragma once

#include <span>

#include "store/sql.h"

namespace saola::platform {

[[nodiscard]] std::span<const store::Migration> platform_migrations();

}  // namespace saola::platform

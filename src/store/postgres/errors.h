// SQLSTATE to Error. Stateless.
#pragma once

#include <libpq-fe.h>

#include <string_view>

#include "store/postgres/session.h"

namespace saola::store::postgres {

[[nodiscard]] Session::Fault fault_of(const PGresult* result, std::string_view sql,
                                      std::int64_t statement_timeout_ms);

}  // namespace saola::store::postgres

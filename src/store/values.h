// Checks that every engine makes on parameters, so that they refuse the same input.
#pragma once

#include <span>

#include "store/sql.h"

namespace saola::store {

// kInvalidArgument: text that is not UTF-8 or holds a zero byte, a number that is not finite.
// kTooLarge: a value over kMaxValueBytes. kInvalidArgument: more than kMaxParameters.
[[nodiscard]] Status check_params(std::span<const Value> params);

}  // namespace saola::store

// What a broken constraint is called before people, on every engine: the engines' own sentences
// speak SQL. The column is in Error::field. Pure function.
#pragma once

#include <string>
#include <string_view>

namespace saola::store {

[[nodiscard]] inline std::string constraint_text(std::string_view code) {
    if (code == "store.unique") return "There is such an entry already; it was not stored twice.";
    if (code == "store.foreign_key")
        return "Another entry refers to this one, or the one it needs is missing.";
    if (code == "store.not_null") return "A value that is needed is missing.";
    return "The values do not fit together; nothing was stored.";
}

}  // namespace saola::store

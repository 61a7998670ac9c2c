// The append-only log of facts and their sources, as SQL. Everything derived (snapshots, the latest
// observation of each series) is rebuilt from here. Functions run inside the caller's transaction,
// so that a decision, its facts and its audit record stand or fall together. No state of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "programme/assertion.h"
#include "store/sql.h"

namespace saola::programme {

// An assertion with where it stands.
struct Fact {
    std::int64_t seq = 0;
    Assertion assertion;
    Source source;
};

// Predicate of reported series (many periods and organisations for one indicator). They are read
// through the `programme_latest` rollup and never loaded as a whole.
inline constexpr std::string_view kObserved = "observed";

// Appends facts in order; their sources are written first. Bumps the data version.
[[nodiscard]] Status append_facts(store::Connection& connection, const std::vector<Fact>& facts);
// Whether some assertion supersedes this one already.
[[nodiscard]] Result<bool> is_superseded(store::Connection& connection, const std::string& id);
// Changes whenever facts, documents, organisations or findings change; readers key caches by it.
[[nodiscard]] Result<std::int64_t> data_version(store::Connection& connection);
[[nodiscard]] Status bump_version(store::Connection& connection);
// Rebuilds programme_latest from the log (after a restore, or to check it).
[[nodiscard]] Status rebuild_latest(store::Connection& connection);

// "SELECT" list and FROM of facts joined with their sources; append WHERE and ORDER BY.
[[nodiscard]] std::string fact_select();
[[nodiscard]] Result<Fact> read_fact(const store::Row& row);
// Runs a statement made with fact_select(). A row that cannot be read is left out, logged and
// counted in `unreadable`: it must not take all the others away.
[[nodiscard]] Status query_facts(store::Connection& connection, std::string_view sql,
                                 std::span<const store::Value> params,
                                 const std::function<void(Fact)>& on_fact,
                                 std::size_t* unreadable = nullptr);

// Day from which a fact holds, for as-of reading: its own date, else the day it was recorded.
[[nodiscard]] Date valid_day(const Assertion& assertion);
[[nodiscard]] std::string valid_from(const Assertion& assertion);  // the same as ISO date

}  // namespace saola::programme

// Imports: files become proposed rows beside their sources; a person (or --accept, for rows sure
// enough) turns rows into assertions. Proposing and deciding are each one transaction, so a crash
// leaves a whole proposal or a whole decision. The same file again proposes nothing.
// Thread-safe: no state of its own.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "platform/audit.h"
#include "platform/identity.h"
#include "platform/module.h"
#include "programme/document_store.h"
#include "programme/extract/extract.h"
#include "programme/query.h"

namespace saola::programme {

struct ImportFile {
    std::string name;
    std::string bytes;
};

struct ImportOptions {
    platform::Classification classification = platform::Classification::kPublic;
    std::string organisation;  // owner of restricted documents, "" when none
};

struct ImportCounts {
    std::int64_t rows = 0, fresh = 0, changed = 0, conflict = 0, same = 0, low_confidence = 0;
    std::int64_t proposed = 0, accepted = 0, rejected = 0;
};

struct ImportInfo {
    std::string id, state, actor;
    TimestampNs created_at_ns = 0;
    struct File {
        std::string sha256, name, document;
    };
    std::vector<File> files;
    ImportCounts counts;
    platform::Classification classification = platform::Classification::kPublic;
    std::string organisation;
};

struct ImportRow {
    std::string id, state, change, document, previous, assertion;
    std::int64_t row_no = 0;
    Fact fact;  // as it would be (or was) recorded
};

// A decision on rows of one import.
struct ImportDecision {
    enum class Kind : std::uint8_t { kAccept, kReject, kCorrect };
    Kind kind = Kind::kAccept;
    std::vector<std::string> rows;  // ids; empty: every row still proposed
    float least_confidence = 0.0F;  // with all rows: leave those below as they are
    std::string document;           // with all rows: those of this document only, "" for every one
    std::string reason;
    std::optional<AssertedValue> value;  // kCorrect
};

using Progress = std::function<bool(int percent, std::string_view step)>;  // false: cancelled

class Imports {
public:
    Imports(const platform::Platform& platform, const Query& query, DocumentStore& documents)
        : platform_(platform), query_(query), documents_(documents) {}

    // Restricted documents have an owner, the owner exists, and nobody imports for an organisation
    // that is not theirs.
    [[nodiscard]] Status check(const platform::Actor& actor, const ImportOptions& options) const;
    // Reads, extracts and compares with what the actor sees; returns the import's id. `stopped` is
    // asked every few lines while a file is read: kCancelled, and nothing is proposed.
    [[nodiscard]] Result<std::string> propose(const platform::Actor& actor,
                                              std::vector<ImportFile> files,
                                              const ImportOptions& options,
                                              const Progress& progress = {},
                                              const contracts::StopCheck& stopped = {});
    // Returns the number of rows decided. kConflict when a named row was decided before,
    // kPermissionDenied when it belongs to an organisation the actor does not review for.
    [[nodiscard]] Result<std::int64_t> decide(const platform::Actor& actor,
                                              const std::string& import,
                                              const ImportDecision& decision);
    // Earlier imports of the same owner in which rows of the same files still wait: (import,
    // document).
    [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> waiting_before(
        const std::string& import) const;
    // Counts and state are those of the rows the actor may see.
    [[nodiscard]] Result<ImportInfo> find(const platform::Actor& actor,
                                          const std::string& import) const;
    [[nodiscard]] Result<std::vector<ImportInfo>> list(const platform::Actor& actor,
                                                       std::size_t limit) const;
    struct RowQuery {
        std::string status, document;
        std::size_t limit = 200, offset = 0;
        std::optional<std::int64_t> after{};  // only rows of a higher row_no, and no row_count
    };
    struct RowPage {
        std::int64_t row_count = 0;
        std::vector<ImportRow> rows;
    };
    [[nodiscard]] Result<RowPage> rows(const platform::Actor& actor, const std::string& import,
                                       const RowQuery& query) const;

private:
    struct Prepared;
    [[nodiscard]] Result<std::vector<Prepared>> read_files(
        std::vector<ImportFile> files, const Progress& progress,
        const contracts::StopCheck& stopped) const;
    [[nodiscard]] Status extract(const View& view, std::vector<Prepared>& files,
                                 const Progress& progress) const;
    [[nodiscard]] Status save(store::Connection& connection, const platform::Actor& actor,
                              const ImportOptions& options, const ImportInfo& info,
                              const std::vector<Prepared>& files,
                              const std::vector<ImportRow>& rows) const;
    [[nodiscard]] Result<std::vector<Fact>> record(store::Connection& connection,
                                                   const platform::Actor& actor,
                                                   const std::string& import,
                                                   const ImportDecision& decision,
                                                   std::vector<ImportRow>& chosen) const;
    [[nodiscard]] Result<std::vector<ImportInfo>> read_imports(const platform::Actor& actor,
                                                               const std::string& only,
                                                               std::size_t limit) const;
    [[nodiscard]] Result<std::set<std::string>> undecided_or_refused(
        const std::vector<Prepared>& files) const;
    [[nodiscard]] Result<std::vector<ImportRow>> compare(const View& view,
                                                         std::vector<Prepared>& files,
                                                         const ImportOptions& options,
                                                         std::int64_t& same) const;

    const platform::Platform& platform_;
    const Query& query_;
    DocumentStore& documents_;
};

}  // namespace saola::programme

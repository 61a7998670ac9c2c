#include "programme/examine.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "crypto/signing.h"

namespace saola::programme {
namespace {

using platform::CheckResult;
using platform::Examination;
using platform::Verdict;

constexpr std::size_t kNamed = 3;  // files named in one line
constexpr std::string_view kBackup = "Restore it from the last backup (docs/operations/server.md)";

bool is_hash(const std::string& name) {
    return name.size() == 64 && std::ranges::all_of(name, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::set<std::string> kept_files(const std::string& dir) {
    std::set<std::string> out;
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator(dir, problem)) {
        std::string name = entry.path().filename().string();
        if (is_hash(name)) out.insert(std::move(name));
    }
    return out;
}

// Hash -> name, of the documents the database says are kept.
Result<std::map<std::string, std::string>> known_files(store::Sql& sql) {
    std::map<std::string, std::string> out;
    SAOLA_TRY_STATUS(sql.read([&](store::Connection& connection) {
        out.clear();
        return connection.query("SELECT sha256, name FROM programme_file", {},
                                [&](const store::Row& row) {
                                    out.emplace(row.text(0), row.text(1));
                                    return store::Step::kContinue;
                                });
    }));
    return out;
}

// Null when the file cannot be read to its end.
std::optional<std::string> hash_of_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    crypto::Sha256 hash;
    std::array<char, 1U << 16U> part{};
    while (in.read(part.data(), part.size()) || in.gcount() > 0)
        hash.update(as_bytes({part.data(), static_cast<std::size_t>(in.gcount())}));
    if (!in.eof() || in.bad()) return std::nullopt;
    return to_hex(hash.finish());
}

std::string list_of(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), kNamed); ++i)
        out += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > kNamed) out += " and " + std::to_string(names.size() - kNamed) + " more";
    return out;
}

struct Reading {
    std::vector<std::string> missing, damaged;
    std::size_t read = 0, skipped = 0;
};

Reading read_originals(const Examination& given, const std::string& dir,
                       const std::map<std::string, std::string>& known) {
    Reading out;
    std::uint64_t budget = given.max_read_bytes;
    std::size_t done = 0;
    for (const auto& [hash, name] : known) {
        std::error_code problem;
        const std::string path = dir + "/" + hash;
        const std::uint64_t size = std::filesystem::file_size(path, problem);
        ++done;
        if (problem) {
            out.missing.push_back(name);
            continue;
        }
        if (size > budget) {
            ++out.skipped;
            continue;
        }
        budget -= size;
        if (given.progress)
            given.progress("originals " + std::to_string(done) + " of " +
                           std::to_string(known.size()));
        ++out.read;
        if (hash_of_file(path) != hash) out.damaged.push_back(name + " (" + path + ")");
    }
    return out;
}

CheckResult check_originals(const Examination& given) {
    const std::string dir = given.data_dir + "/documents";
    const std::set<std::string> kept = kept_files(dir);
    const std::string count = std::to_string(kept.size());
    std::map<std::string, std::string> known;
    if (given.sql != nullptr) {
        auto found = known_files(*given.sql);
        if (!found)
            return {"originals", Verdict::kFail, to_string(found.error()),
                    std::string(kBackup) + "."};
        known = std::move(*found);
    }
    const bool related =
        std::ranges::any_of(kept, [&](const auto& k) { return known.contains(k); });
    if (!kept.empty() && !related)
        return {"originals", Verdict::kFail,
                dir + " holds " + count + " originals, and the database " +
                    (given.sql == nullptr ? "is missing or empty"
                     : known.empty()      ? "knows no document"
                                          : "knows other documents only") +
                    ": it is not theirs",
                "Stop here and restore the database that belongs to them from the last backup "
                "(docs/operations/server.md); without one, import the originals again."};
    const Reading reading = read_originals(given, dir, known);
    if (!reading.missing.empty())
        return {"originals", Verdict::kFail, "missing in " + dir + ": " + list_of(reading.missing),
                std::string(kBackup) + ", or import the original again."};
    if (!reading.damaged.empty())
        return {"originals", Verdict::kFail,
                "no longer what was imported: " + list_of(reading.damaged),
                std::string(kBackup) + ", or remove the damaged file and import it again."};
    const std::string read = std::to_string(reading.read) + " of " + std::to_string(known.size());
    if (reading.skipped > 0)
        return {"originals",
                Verdict::kOk,
                read + " read and whole; `saola doctor --full` reads all of them",
                {}};
    return {"originals", Verdict::kOk, read + " read and whole", {}};
}

// The canonical form begins with the members anchor, hash and public_key.
std::string signer_of(std::string_view head) {
    constexpr std::string_view kMember = "\"public_key\":\"";
    const std::size_t at = head.find(kMember);
    return at == std::string_view::npos ? "" : std::string(head.substr(at + kMember.size(), 64));
}

CheckResult check_release_key(const Examination& given) {
    std::int64_t number = 0;
    std::string signer;
    const Status read = given.sql->read([&](store::Connection& connection) {
        return connection.query(
            "SELECT release_no, substr(content, 1, 400) FROM programme_release "
            "ORDER BY release_no DESC LIMIT 1",
            {}, [&](const store::Row& row) {
                number = row.integer(0);
                signer = signer_of(row.text(1));
                return store::Step::kStop;
            });
    });
    if (!read)
        return {"signing_key", Verdict::kFail, to_string(read.error()), std::string(kBackup) + "."};
    const std::string file = given.data_dir + "/keys/signing.key";
    const std::string which = "release " + std::to_string(number);
    if (number == 0) return {"signing_key", Verdict::kOk, "nothing is released yet", {}};
    if (given.key == nullptr)
        return {"signing_key", Verdict::kFail,
                file + " is lost, and " + which + " was signed with it",
                "Put keys/signing.key of the last backup back (mode 0600) before the next start: a "
                "new key would be made, and whoever checks releases would refuse it."};
    if (to_hex(given.key->public_key()) != signer)
        return {
            "signing_key", Verdict::kFail,
            file + " is not the key that signed " + which + " (" + signer.substr(0, 16) + "...)",
            "Put keys/signing.key of the last backup back. If it is lost for good, publish the "
            "new public key before the next release."};
    return {"signing_key", Verdict::kOk, "signed " + which, {}};
}

}  // namespace

std::vector<CheckResult> examine(const Examination& examination) {
    std::vector<CheckResult> out{check_originals(examination)};
    if (examination.sql != nullptr) out.push_back(check_release_key(examination));
    return out;
}

}  // namespace saola::programme

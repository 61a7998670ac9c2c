// The product's own data set: facts with document number and place, the findings about them,
// provinces and their tiles, and mappings between code lists. Written by `export --as dataset`,
// reviewed, and kept in data/programme/*.json; the same files are inside the binary ("builtin"). It
// holds names and figures, not the prose of documents: see is_prose().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "platform/identity.h"
#include "programme/service.h"

namespace saola::programme {

struct Loaded {
    std::int64_t facts = 0, same = 0, organisations = 0, mappings = 0, findings = 0;
};

// `source`: a folder, or "builtin". One transaction; loading again adds nothing.
[[nodiscard]] Result<Loaded> load_dataset(Service& service, const platform::Actor& actor,
                                          std::string_view source);
[[nodiscard]] Status export_dataset(Service& service, const std::string& dir);
// Predicates whose values are the document's own sentences; the data set leaves them out.
[[nodiscard]] bool is_prose(const Fact& fact);

// Files compiled in: "facts.json", "findings.json", "provinces.json", "mappings.json"; "" when
// there is none.
[[nodiscard]] std::string_view builtin_file(std::string_view name);

struct Province {
    std::string code, key, name;
    std::int64_t row = 0, column = 0;
};
struct Archipelago {
    std::string name, province;  // key of the province it belongs to
    std::int64_t row = 0, column = 0;
};
struct Former {
    std::string name, into;  // key of the province of today
};
struct ProvinceMap {
    std::vector<Province> provinces;
    std::vector<Archipelago> archipelagos;
    std::vector<Former> formers;
};
[[nodiscard]] Result<ProvinceMap> province_map(const Json& json);
[[nodiscard]] Result<ProvinceMap> builtin_provinces();

}  // namespace saola::programme

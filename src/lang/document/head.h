// The head of an official document: issuing body, number, place and date, type, title. Reads lines
// from the start up to the first clause, preamble or body paragraph. Offsets are canonical.
#pragma once

#include <string_view>

#include "contracts/document.h"
#include "lang/document/layout.h"

namespace saola::lang {

struct HeadResult {
    contracts::Head head;
    std::size_t lines = 0;  // how many lines belong to it
};
[[nodiscard]] HeadResult read_head(std::string_view canon, const std::vector<Line>& lines);

// "Căn cứ ...", "Theo đề nghị ...": the paragraphs before the operative part.
[[nodiscard]] bool is_preamble(std::string_view line);
// A short line that can be a person's name: two to six capitalised words.
[[nodiscard]] bool is_person_name(std::string_view line);

}  // namespace saola::lang

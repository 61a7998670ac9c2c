// What a format reader (text, DOCX, PDF) hands to the common part: text and what it knows beyond
// it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contracts/document.h"
#include "lang/document/layout.h"

namespace saola::lang {

struct Extracted {
    contracts::Format format = contracts::Format::kText;
    std::string text;                        // becomes Document::source_text
    std::vector<std::uint32_t> page_starts;  // offsets in text
    float table_confidence = 1.0F;           // at most this for every row (PDF)
    std::vector<RawTable> tables;            // exact cells (DOCX), offsets in text
};

}  // namespace saola::lang

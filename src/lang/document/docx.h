// DOCX (Office Open XML) to text with exact tables. libzip and pugixml are included only in
// docx.cc.
#pragma once

#include <string_view>

#include "base/result.h"
#include "contracts/document_reader.h"
#include "lang/document/extracted.h"

namespace saola::lang {

// Errors: kUnsupported (no word document inside, encrypted), kTooLarge (limit named),
// kInvalidArgument (damaged).
[[nodiscard]] Result<Extracted> extract_docx(std::string_view bytes,
                                             const contracts::ReaderLimits& limits);

}  // namespace saola::lang

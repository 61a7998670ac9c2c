// PDF to text through the helper program saola-pdf, which runs as a child process: see
// docs/decisions/0004-pdf-in-its-own-process.md.
#pragma once

#include <string_view>

#include "base/result.h"
#include "lang/document/extracted.h"
#include "lang/document/reader.h"

namespace saola::lang {

// Errors: kUnsupported (encrypted, helper not installed), kTooLarge (limit named), kInvalidArgument
// (damaged, no text in it), kCancelled (time limit, or `stopped` said so).
[[nodiscard]] Result<Extracted> extract_pdf(std::string_view bytes, const ReaderOptions& options,
                                            const contracts::StopCheck& stopped = {});

}  // namespace saola::lang

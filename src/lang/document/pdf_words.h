// The words of a PDF as saola-pdf writes them (docs/formats/pdf-words.md), and the text made of
// them: lines, and tables found by the columns their words stand in. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contracts/document_reader.h"
#include "lang/document/extracted.h"

namespace saola::lang {

struct PdfWord {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;
    std::string text;
};
struct PdfPage {
    double width = 0;
    double height = 0;
    std::vector<PdfWord> words;
};

// Errors: kUnsupported (encrypted), kInvalidArgument (damaged), kTooLarge (pages, text).
[[nodiscard]] Result<std::vector<PdfPage>> parse_pdf_words(std::string_view frames,
                                                           const contracts::ReaderLimits& limits);
[[nodiscard]] Result<Extracted> compose_pdf(const std::vector<PdfPage>& pages,
                                            const contracts::ReaderLimits& limits);

}  // namespace saola::lang

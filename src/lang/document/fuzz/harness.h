// Shared by the fuzz programs: small limits, and an abort when a property of a document is broken.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lang/document/pdf_words.h"
#include "lang/document/reader.h"
#include "lang/document/tests/checks.cc"  // NOLINT: one definition per fuzz program

namespace saola::lang {

inline ReaderOptions fuzz_options() {
    ReaderOptions options;
    options.limits.max_unpacked_bytes = 4U << 20U;
    options.limits.max_text_bytes = 1U << 20U;
    options.pdf_helper = "/nonexistent";
    return options;
}
inline void check(const Result<contracts::Document>& document) {
    if (!document) return;
    const std::string why = broken_property(*document);
    if (why.empty()) return;
    std::fprintf(stderr, "broken: %s\n", why.c_str());
    std::abort();
}
inline void fuzz_text(std::string_view bytes) { check(Reader(fuzz_options()).read("f", bytes)); }
inline void fuzz_docx(std::string_view bytes) { fuzz_text(bytes); }
inline void fuzz_pdf(std::string_view bytes) {
    const auto pages = parse_pdf_words(bytes, fuzz_options().limits);
    if (!pages) return;
    const auto text = compose_pdf(*pages, fuzz_options().limits);
    if (text) fuzz_text(text->text);
}

}  // namespace saola::lang

// Shared by the fuzz programs: small limits, and an abort when a property of a document is broken.
#pragma once

#include <cstdint>
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
// The bytes as the only part of an archive, so that mutations reach the XML and not just a
// checksum.
inline std::string stored_zip(std::string_view name, std::string_view part) {
    std::uint32_t crc = ~0U;
    for (const char c : part) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ (0xEDB88320U & (0U - (crc & 1U)));
    }
    const auto number = [](std::uint64_t value, int bytes) {
        std::string out;
        for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFFU);
        return out;
    };
    const std::string sizes = number(~crc, 4) + number(part.size(), 4) + number(part.size(), 4) +
                              number(name.size(), 2) + number(0, 2);
    const std::string local = "PK\x03\x04" + number(20, 2) + number(0, 2) + number(0, 2) +
                              number(0, 4) + sizes + std::string(name) + std::string(part);
    const std::string central = "PK\x01\x02" + number(20, 2) + number(20, 2) + number(0, 2) +
                                number(0, 2) + number(0, 4) + sizes + number(0, 2) + number(0, 2) +
                                number(0, 2) + number(0, 4) + number(0, 4) + std::string(name);
    return local + central + "PK\x05\x06" + number(0, 4) + number(1, 2) + number(1, 2) +
           number(central.size(), 4) + number(local.size(), 4) + number(0, 2);
}
inline void fuzz_docx(std::string_view bytes) {
    if (bytes.starts_with("PK")) return fuzz_text(bytes);
    fuzz_text(stored_zip("word/document.xml", bytes));
}
inline void fuzz_pdf(std::string_view bytes) {
    const auto pages = parse_pdf_words(bytes, fuzz_options().limits);
    if (!pages) return;
    const auto text = compose_pdf(*pages, fuzz_options().limits);
    if (text) fuzz_text(text->text);
}

}  // namespace saola::lang

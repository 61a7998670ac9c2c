// Fuzzes the reader on bytes as the answer of the PDF helper; every document read must keep its
// properties.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "lang/document/fuzz/harness.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    saola::lang::fuzz_pdf(std::string_view(reinterpret_cast<const char*>(data), size));
    return 0;
}

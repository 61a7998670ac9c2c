// The data set inside the binary. .incbin keeps large files out of the compiler; CMake names the
// folder and makes this unit depend on the files.
#include <cstddef>
#include <string_view>

#include "programme/dataset.h"

#define SAOLA_EMBED(symbol, file)                                                            \
    __asm__(".section .rodata\n.global " #symbol "_begin\n.global " #symbol "_end\n" #symbol \
            "_begin:\n.incbin \"" SAOLA_PROGRAMME_DATA "/" file "\"\n" #symbol               \
            "_end:\n.byte 0\n.previous\n");                                                  \
    extern "C" {                                                                             \
    extern const char symbol##_begin[];                                                      \
    extern const char symbol##_end[];                                                        \
    }

SAOLA_EMBED(saola_programme_facts, "facts.json")
SAOLA_EMBED(saola_programme_findings, "findings.json")
SAOLA_EMBED(saola_programme_provinces, "provinces.json")
SAOLA_EMBED(saola_programme_mappings, "mappings.json")

namespace saola::programme {

std::string_view builtin_file(std::string_view name) {
    const auto view = [](const char* begin, const char* end) {
        return std::string_view(begin, static_cast<std::size_t>(end - begin));
    };
    if (name == "facts.json") return view(saola_programme_facts_begin, saola_programme_facts_end);
    if (name == "findings.json")
        return view(saola_programme_findings_begin, saola_programme_findings_end);
    if (name == "provinces.json")
        return view(saola_programme_provinces_begin, saola_programme_provinces_end);
    if (name == "mappings.json")
        return view(saola_programme_mappings_begin, saola_programme_mappings_end);
    return {};
}

}  // namespace saola::programme

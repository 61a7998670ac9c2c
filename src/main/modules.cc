#include "main/modules.h"

#include <algorithm>

#include "platform/args.h"

#ifdef SAOLA_MODULE_LANG
#include "lang/document/reader.h"
#include "lang/module.h"
#endif
#ifdef SAOLA_MODULE_PROGRAMME
#include "programme/module.h"
#endif

namespace saola {

std::vector<std::unique_ptr<platform::Module>> make_modules() {
    std::vector<std::unique_ptr<platform::Module>> modules;
#ifdef SAOLA_MODULE_LANG
    modules.push_back(lang::make_module());
#endif
#ifdef SAOLA_MODULE_PROGRAMME
    modules.push_back(programme::make_module());
#endif
    return modules;
}

const contracts::DocumentReader* document_reader() {
#ifdef SAOLA_MODULE_LANG
    static const lang::Reader reader;
    return &reader;
#else
    return nullptr;
#endif
}

Result<std::vector<std::unique_ptr<platform::Module>>> choose_modules(std::string_view names) {
    auto all = make_modules();
    if (names.empty()) return all;
    std::vector<std::string> known;
    for (const auto& module : all) known.emplace_back(module->name());
    std::vector<std::string> wanted;
    while (!names.empty()) {
        const std::size_t comma = names.find(',');
        wanted.emplace_back(names.substr(0, comma));
        names.remove_prefix(comma == std::string_view::npos ? names.size() : comma + 1);
    }
    for (const auto& name : wanted) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        const std::string near = platform::nearest(name, known);
        return fail(ErrorKind::kInvalidArgument, "command.unknown_module",
                    "No module \"" + name + "\" is built in." +
                        (near.empty() ? "" : " Did you mean " + near + "?"),
                    "--modules");
    }
    std::erase_if(all, [&](const auto& module) {
        return std::find(wanted.begin(), wanted.end(), module->name()) == wanted.end();
    });
    return all;
}

}  // namespace saola

// Product module `lang`: in this release the reader of official documents and the command
// `saola lang read`. No routes, no tables.
#pragma once

#include <memory>

#include "contracts/document_reader.h"
#include "platform/module.h"

namespace saola::lang {

class LangModule final : public platform::Module {
public:
    [[nodiscard]] std::string_view name() const override { return "lang"; }
    [[nodiscard]] std::string_view title_vi() const override { return "Ngôn ngữ và pháp luật"; }
    [[nodiscard]] std::string_view title_en() const override { return "Language and law"; }
    [[nodiscard]] Status configure(const platform::Platform& platform) override;
    [[nodiscard]] std::vector<platform::Command> commands() override;
};

[[nodiscard]] std::unique_ptr<platform::Module> make_module();
// The reader main hands to the other modules (platform::Platform::documents).
[[nodiscard]] std::unique_ptr<contracts::DocumentReader> make_reader();

}  // namespace saola::lang

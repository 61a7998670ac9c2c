// The reader of official documents: text, DOCX and PDF into contracts::Document. One object serves
// all threads; it holds only limits.
#pragma once

#include <memory>
#include <string>

#include "contracts/document_reader.h"

namespace saola::lang {

struct ReaderOptions {
    contracts::ReaderLimits limits;
    std::string pdf_helper;  // path of saola-pdf; "" looks beside the running program
};

class Reader final : public contracts::DocumentReader {
public:
    explicit Reader(ReaderOptions options = {}) : options_(std::move(options)) {}
    [[nodiscard]] Result<contracts::Document> read(
        std::string_view name, std::string_view bytes,
        const contracts::StopCheck& stopped = {}) const override;

private:
    ReaderOptions options_;
};

}  // namespace saola::lang

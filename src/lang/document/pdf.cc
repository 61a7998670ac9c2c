#include "lang/document/pdf.h"

namespace saola::lang {

Result<Extracted> extract_pdf(std::string_view, const ReaderOptions&) {
    return fail(ErrorKind::kUnsupported, "document.pdf", "PDF is not read yet.");
}

}  // namespace saola::lang

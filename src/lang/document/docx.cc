#include "lang/document/docx.h"

namespace saola::lang {

Result<Extracted> extract_docx(std::string_view, const contracts::ReaderLimits&) {
    return fail(ErrorKind::kUnsupported, "document.docx", "DOCX is not read yet.");
}

}  // namespace saola::lang

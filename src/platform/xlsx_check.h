// Proves that an XLSX file just written is whole: every part of the ZIP inflates to the size and
// CRC its directory states and is an XML document that ends with its root element. libxlsxwriter
// does not report a full disk while it fills its temporary files; this check does. Stateless,
// thread-safe, constant memory.
#pragma once

#include <string>

#include "base/result.h"

namespace saola::platform {

// Error kStorage "platform.xlsx_incomplete" when the file is cut or cannot be read.
[[nodiscard]] Status check_xlsx(const std::string& path);

}  // namespace saola::platform

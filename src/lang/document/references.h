// The grammar of references to documents: types, numbers, dates, issuing bodies. Shared by the head
// reader and the citation finder. Works on NFC text; stateless; every function looks at a bounded
// number of bytes after `at`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace saola::lang {

struct DateMatch {
    Date date;  // partial when day or month is blank
    std::size_t end = 0;
};
// "ngày 12 tháng 6 năm 2025", "ngày 12/6/2025", "tháng 6 năm 2025", "tháng 10/2025",
// "ngày     tháng    năm 2025". `at` stands on "ngày" or "tháng".
[[nodiscard]] std::optional<DateMatch> match_date(std::string_view text, std::size_t at);

struct NumberMatch {
    std::string number;  // without blanks; "" when the digits are blank ("   /QĐ-TTg")
    std::size_t end = 0;
};
// "1234/QĐ-TTg", "57-NQ/TW", "93/2025/QH15"; `blank`: also "/2025/TT-ABC" without its digits.
[[nodiscard]] std::optional<NumberMatch> match_number(std::string_view text, std::size_t at,
                                                      bool blank);
// What follows the digits of a number: "/2025/NĐ-CP"; end offset, or npos.
[[nodiscard]] std::size_t match_number_tail(std::string_view text, std::size_t at);

struct TypeMatch {
    std::string_view type;  // "Quyết định"
    std::size_t end = 0;
};
// A document type at `at`, in mixed case or capitals; the longest that fits.
[[nodiscard]] std::optional<TypeMatch> match_type(std::string_view text, std::size_t at,
                                                  bool capitals);

// End of the name of an issuing body that begins at `at` ("Thủ tướng Chính phủ", "Bộ trưởng Bộ Y
// tế"), or npos.
[[nodiscard]] std::size_t match_issuer(std::string_view text, std::size_t at);
// A line in capitals that names an issuing body.
[[nodiscard]] bool is_issuer_line(std::string_view line);

}  // namespace saola::lang

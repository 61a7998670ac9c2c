#include "lang/document/references.h"

#include <algorithm>
#include <array>

#include "lang/document/chars.h"

namespace saola::lang {
namespace {

constexpr std::size_t kMaxIssuerBytes = 160;

// Blanks and what people type for a blank to fill in: dots, underscores, "…".
std::size_t skip_filler(std::string_view text, std::size_t at) {
    for (;;) {
        if (at < text.size() && (is_blank(text[at]) || text[at] == '.' || text[at] == '_')) {
            ++at;
        } else if (text.substr(at).starts_with("…")) {
            at += std::string_view("…").size();
        } else {
            return at;
        }
    }
}

bool take_word(std::string_view text, std::size_t& at, std::string_view lower_word) {
    if (!starts_nocase(text.substr(at, lower_word.size() + 8), lower_word) ||
        !word_ends(text, at + lower_word.size()))
        return false;
    at += lower_word.size();
    return true;
}

// Up to `width` digits; -1 when none.
int take_number(std::string_view text, std::size_t& at, std::size_t width) {
    std::size_t end = at;
    int value = 0;
    while (end < text.size() && end - at < width && is_digit(text[end]))
        value = value * 10 + (text[end++] - '0');
    if (end == at || (end < text.size() && is_digit(text[end]))) return -1;
    at = end;
    return value;
}

std::optional<DateMatch> finish(int year, int month, int day, std::size_t end) {
    if (year < 1900 || year > 2200 || month > 12 || day > 31) return std::nullopt;
    const Date date{year, static_cast<std::uint8_t>(month),
                    static_cast<std::uint8_t>(month == 0 ? 0 : day)};
    if (!is_valid(date)) return std::nullopt;
    return DateMatch{date, end};
}

// "/6/2025", "-6-2025", ".6.2025", "/2025" after the first number.
std::optional<DateMatch> finish_numeric(std::string_view text, std::size_t at, int first,
                                        bool has_day) {
    if (at >= text.size() || (text[at] != '/' && text[at] != '-' && text[at] != '.'))
        return std::nullopt;
    const char sign = text[at];
    ++at;
    if (!has_day) {
        const int year = take_number(text, at, 4);
        return year < 0 ? std::nullopt : finish(year, first, 0, at);
    }
    const int month = take_number(text, at, 2);
    if (month < 1 || at >= text.size() || text[at] != sign) return std::nullopt;
    ++at;
    const int year = take_number(text, at, 4);
    return year < 0 ? std::nullopt : finish(year, month, first, at);
}

bool is_code_char(char32_t c) {
    return is_letter(c) || c == U'-' || c == U'&' || (c < 0x80 && is_digit(static_cast<char>(c)));
}

// "QĐ-TTg", "TTr- STNMT": starts with a capital, at least two signs.
std::size_t code_end(std::string_view text, std::size_t at, bool& dash) {
    if (at >= text.size() || !is_upper(decode(text, at).value)) return std::string_view::npos;
    std::size_t end = at;
    std::size_t signs = 0;
    while (end < text.size() && signs < 24) {
        const CodePoint c = decode(text, end);
        if (!is_code_char(c.value)) break;
        if (c.value == U'-') {
            dash = true;
            const bool gap = end + 2 < text.size() && text[end + 1] == ' ' &&
                             is_upper(decode(text, end + 2).value);
            if (gap && signs > 0) end += 1;
        }
        end += c.length;
        ++signs;
    }
    while (end > at && (text[end - 1] == '-' || text[end - 1] == '&')) --end;
    return signs >= 2 ? end : std::string_view::npos;
}

constexpr std::array<std::string_view, 36> kTypes = {"Thông tư liên tịch",
                                                     "Nghị quyết liên tịch",
                                                     "Thông báo kết luận",
                                                     "Bộ luật",
                                                     "Hiến pháp",
                                                     "Pháp lệnh",
                                                     "Nghị quyết",
                                                     "Nghị định",
                                                     "Quyết định",
                                                     "Chỉ thị",
                                                     "Thông tư",
                                                     "Thông báo",
                                                     "Kết luận",
                                                     "Kế hoạch",
                                                     "Công văn",
                                                     "Công điện",
                                                     "Tờ trình",
                                                     "Báo cáo",
                                                     "Chương trình",
                                                     "Đề án",
                                                     "Hướng dẫn",
                                                     "Quy định",
                                                     "Quy chế",
                                                     "Điều lệ",
                                                     "Chiến lược",
                                                     "Quy hoạch",
                                                     "Sắc lệnh",
                                                     "Sắc luật",
                                                     "Văn bản",
                                                     "Biên bản",
                                                     "Dự án",
                                                     "Phương án",
                                                     "Luật",
                                                     "Lệnh",
                                                     "Thư",
                                                     "Giấy mời"};
constexpr std::array<std::string_view, 36> kTypesLower = {"thông tư liên tịch",
                                                          "nghị quyết liên tịch",
                                                          "thông báo kết luận",
                                                          "bộ luật",
                                                          "hiến pháp",
                                                          "pháp lệnh",
                                                          "nghị quyết",
                                                          "nghị định",
                                                          "quyết định",
                                                          "chỉ thị",
                                                          "thông tư",
                                                          "thông báo",
                                                          "kết luận",
                                                          "kế hoạch",
                                                          "công văn",
                                                          "công điện",
                                                          "tờ trình",
                                                          "báo cáo",
                                                          "chương trình",
                                                          "đề án",
                                                          "hướng dẫn",
                                                          "quy định",
                                                          "quy chế",
                                                          "điều lệ",
                                                          "chiến lược",
                                                          "quy hoạch",
                                                          "sắc lệnh",
                                                          "sắc luật",
                                                          "văn bản",
                                                          "biên bản",
                                                          "dự án",
                                                          "phương án",
                                                          "luật",
                                                          "lệnh",
                                                          "thư",
                                                          "giấy mời"};

// How names of bodies begin.
constexpr std::array<std::string_view, 40> kBodies = {"thủ tướng",
                                                      "phó thủ tướng",
                                                      "chính phủ",
                                                      "quốc hội",
                                                      "ủy ban thường vụ quốc hội",
                                                      "uỷ ban thường vụ quốc hội",
                                                      "bộ chính trị",
                                                      "ban bí thư",
                                                      "ban chấp hành",
                                                      "ban chỉ đạo",
                                                      "ban tổ chức",
                                                      "thường trực",
                                                      "bộ trưởng",
                                                      "thứ trưởng",
                                                      "chủ tịch",
                                                      "phó chủ tịch",
                                                      "tổng bí thư",
                                                      "ủy ban",
                                                      "uỷ ban",
                                                      "hội đồng",
                                                      "thống đốc",
                                                      "ngân hàng nhà nước",
                                                      "tòa án",
                                                      "toà án",
                                                      "viện kiểm sát",
                                                      "viện trưởng",
                                                      "kiểm toán",
                                                      "tổng kiểm toán",
                                                      "tổng thanh tra",
                                                      "thanh tra",
                                                      "tỉnh ủy",
                                                      "thành ủy",
                                                      "văn phòng",
                                                      "tổng cục",
                                                      "cục trưởng",
                                                      "viện hàn lâm",
                                                      "sở",
                                                      "tổ công tác",
                                                      "giám đốc",
                                                      "ubnd"};

}  // namespace

std::optional<DateMatch> match_date(std::string_view text, std::size_t at) {
    text = text.substr(0, std::min(text.size(), at + 120));
    int day = 0;
    if (take_word(text, at, "ngày")) {
        at = skip_filler(text, at);
        const int first = take_number(text, at, 2);
        if (first >= 0) {
            if (auto date = finish_numeric(text, at, first, true)) return date;
            day = first;
            at = skip_filler(text, at);
        }
    }
    if (!take_word(text, at, "tháng")) return std::nullopt;
    at = skip_filler(text, at);
    int month = take_number(text, at, 2);
    if (month >= 0) {
        if (auto date = finish_numeric(text, at, month, false)) {
            date->date.day = 0;
            if (day > 0) return finish(date->date.year, month, day, date->end);
            return date;
        }
        at = skip_filler(text, at);
    } else {
        month = 0;
    }
    if (at < text.size() && text[at] == ',') at = skip_filler(text, at + 1);
    if (!take_word(text, at, "năm")) return std::nullopt;
    at = skip_filler(text, at);
    const int year = take_number(text, at, 4);
    return year < 0 ? std::nullopt : finish(year, month, day, at);
}

std::size_t match_number_tail(std::string_view text, std::size_t at) {
    if (at >= text.size()) return std::string_view::npos;
    bool dash = false;
    if (text[at] == '-') {
        const std::size_t first = code_end(text, at + 1, dash);
        if (first == std::string_view::npos || first >= text.size() || text[first] != '/')
            return std::string_view::npos;
        return code_end(text, first + 1, dash);
    }
    if (text[at] != '/') return std::string_view::npos;
    std::size_t from = at + 1;
    std::size_t year_end = from;
    const int year = take_number(text, year_end, 4);
    if (year >= 1900 && year < 2200 && year_end < text.size() && text[year_end] == '/')
        from = year_end + 1;
    return code_end(text, from, dash);
}

std::optional<NumberMatch> match_number(std::string_view text, std::size_t at, bool blank) {
    text = text.substr(0, std::min(text.size(), at + 120));
    std::size_t end = at;
    while (end < text.size() && end - at < 7 && is_digit(text[end])) ++end;
    const bool digits = end > at;
    if (!digits && !blank) return std::nullopt;
    if (!digits) end = skip_filler(text, at);
    if (digits && end < text.size() && text[end] >= 'a' && text[end] <= 'z') ++end;
    const std::size_t tail = match_number_tail(text, end);
    if (tail == std::string_view::npos || tail <= end) return std::nullopt;
    NumberMatch match;
    match.end = tail;
    if (digits) {
        for (const char c : text.substr(at, tail - at)) {
            if (!is_blank(c)) match.number.push_back(c);
        }
    }
    return match;
}

std::optional<TypeMatch> match_type(std::string_view text, std::size_t at, bool capitals) {
    const std::string_view rest = text.substr(at, 64);
    for (std::size_t i = 0; i < kTypes.size(); ++i) {
        const std::size_t size = kTypes[i].size();
        const bool hit =
            capitals ? starts_nocase(rest, kTypesLower[i]) : rest.starts_with(kTypes[i]);
        if (hit && word_ends(text, at + size)) return TypeMatch{kTypes[i], at + size};
    }
    return std::nullopt;
}

std::size_t match_issuer(std::string_view text, std::size_t at) {
    if (at >= text.size() || !is_upper(decode(text, at).value)) return std::string_view::npos;
    const std::string_view rest = text.substr(at, kMaxIssuerBytes);
    const bool ministry = starts_nocase(rest, "bộ ") && !starts_nocase(rest, "bộ luật");
    const bool known =
        ministry || std::any_of(kBodies.begin(), kBodies.end(), [&](std::string_view body) {
            return starts_nocase(rest, body) && word_ends(rest, body.size());
        });
    if (!known) return std::string_view::npos;
    // The name goes on over capitalised words and the small words inside names; it ends at
    // punctuation or at the verb that follows.
    static constexpr std::array<std::string_view, 34> kStops = {
        "ban hành", "quy định", "phê duyệt", "về",        "đã",      "có",         "giao",
        "là",       "trình",    "sửa",       "hướng dẫn", "công bố", "quyết định", "nay",
        "tại",      "cho",      "để",        "được",      "theo",    "hết",        "thông qua",
        "chủ trì",  "kết luận", "xem xét",   "năm",       "ngày",    "khóa",       "khoá",
        "do",       "ký",       "sẽ",        "thực hiện", "bổ sung", "đối với"};
    std::size_t end = 0;
    std::size_t at_word = 0;
    while (at_word < rest.size()) {
        std::size_t stop = at_word;
        while (stop < rest.size() && !is_blank(rest[stop]) &&
               std::string_view(",;.:()[]\"").find(rest[stop]) == std::string_view::npos)
            ++stop;
        const std::string_view word = rest.substr(at_word, stop - at_word);
        if (word.empty() || word.starts_with("”") || word.starts_with("–")) break;
        const bool stopped = std::any_of(kStops.begin(), kStops.end(), [&](std::string_view s) {
            return rest.substr(at_word).starts_with(s) && word_ends(rest, at_word + s.size());
        });
        if (stopped || (word == "và" && match_type(rest, std::min(rest.size(), stop + 1), false)))
            break;
        end = stop;
        // "Bộ Khoa học, Công nghệ và Môi trường" keeps its comma; a comma before a small word ends.
        if (stop < rest.size() && rest[stop] == ',' && stop + 2 < rest.size() &&
            rest[stop + 1] == ' ' && is_upper(decode(rest, stop + 2).value) &&
            match_issuer(rest, stop + 2) == std::string_view::npos && ministry) {
            at_word = stop + 2;
            continue;
        }
        if (stop >= rest.size() || !is_blank(rest[stop])) break;
        at_word = stop + 1;
    }
    return end == 0 ? std::string_view::npos : at + end;
}

bool is_issuer_line(std::string_view line) {
    if (!is_caps(line) || line.size() > 200) return false;
    if (starts_nocase(line, "bộ ") && !starts_nocase(line, "bộ luật")) return true;
    return std::any_of(kBodies.begin(), kBodies.end(), [&](std::string_view body) {
        return starts_nocase(line, body) && word_ends(line, body.size());
    });
}

}  // namespace saola::lang

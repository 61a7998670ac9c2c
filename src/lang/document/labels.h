// The grammar of numbering in official documents: recognises the label at the start of a line.
// Purely lexical; whether the line really starts a new element is decided in layout.cc. Stateless.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace saola::lang {

// In order of usual nesting.
enum class Style : std::uint8_t {
    kNone,
    kAppendix,  // Phụ lục II
    kPart,      // Phần thứ nhất
    kChapter,   // Chương III
    kSection,   // Mục 2
    kArticle,   // Điều 5
    kCapital,   // A. B.
    kRoman,     // III.
    kArabic,    // 2.
    kDotted2,   // 2.1.
    kDotted3,   // 2.1.3. and deeper
    kAlpha,     // a)
    kContent,   // Nội dung 1, Nhiệm vụ 2
    kDash,      // -
    kPlus,      // +
    kCircle,    // o
    kDot,       // • and other signs
    kParen,     // (1)
};
[[nodiscard]] constexpr bool is_bullet_style(Style style) { return style >= Style::kDash; }

struct Label {
    Style style = Style::kNone;
    std::string text;     // "III", "2.1", "a", "-", "Nội dung 1"
    std::size_t end = 0;  // offset in the line where the element's own words begin
    bool alone = false;   // nothing follows on the line
    explicit operator bool() const { return style != Style::kNone; }
};

// `line` is NFC and trimmed.
[[nodiscard]] Label parse_label(std::string_view line);

}  // namespace saola::lang

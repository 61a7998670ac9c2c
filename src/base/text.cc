#include "base/text.h"

#include <unicode/coll.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <array>
#include <memory>

#include "base/check.h"

namespace saola::text {
namespace {

const icu::Normalizer2& nfc() {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* instance = icu::Normalizer2::getNFCInstance(status);
    SAOLA_CHECK(U_SUCCESS(status));
    return *instance;
}
const icu::Normalizer2& nfd() {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* instance = icu::Normalizer2::getNFDInstance(status);
    SAOLA_CHECK(U_SUCCESS(status));
    return *instance;
}

icu::UnicodeString normalised(const icu::Normalizer2& form, std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString source = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    icu::UnicodeString out = form.normalize(source, status);
    SAOLA_CHECK(U_SUCCESS(status));
    return out;
}

std::string utf8(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

bool is_blank(UChar32 c) { return c == 0x00A0 || u_isUWhiteSpace(c) != 0; }
bool is_tone(UChar32 c) {
    return c == 0x300 || c == 0x301 || c == 0x303 || c == 0x309 || c == 0x323;
}

icu::UnicodeString collapse_blanks(const icu::UnicodeString& text) {
    icu::UnicodeString out;
    bool pending = false;
    for (std::int32_t i = 0; i < text.length();) {
        const UChar32 c = text.char32At(i);
        i += U16_LENGTH(c);
        if (is_blank(c)) {
            pending = !out.isEmpty();
            continue;
        }
        if (pending) out.append(UChar32{' '});
        pending = false;
        out.append(c);
    }
    return out;
}

// Works on NFD lower case. In an open syllable ending oa, oe or uy the old style puts the tone on
// the first vowel ("hòa"), the new style on the second ("hoà"): move it to the second. "qu" is a
// consonant, so "quý" keeps its place in both styles.
icu::UnicodeString place_tones(const icu::UnicodeString& text) {
    icu::UnicodeString out;
    const std::int32_t n = text.length();
    for (std::int32_t i = 0; i < n; ++i) {
        const char16_t c = text[i];
        const bool pattern = i + 2 < n && (c == u'o' || c == u'u') && is_tone(text[i + 1]) &&
                             ((c == u'o' && (text[i + 2] == u'a' || text[i + 2] == u'e')) ||
                              (c == u'u' && text[i + 2] == u'y'));
        const bool after_q = i > 0 && text[i - 1] == u'q';
        const bool closed =
            pattern && i + 3 < n &&
            (u_isalpha(text[i + 3]) != 0 || u_charType(text[i + 3]) == U_NON_SPACING_MARK);
        if (pattern && !after_q && !closed) {
            out.append(c);
            out.append(text[i + 2]);
            out.append(text[i + 1]);
            i += 2;
        } else {
            out.append(c);
        }
    }
    return out;
}

icu::UnicodeString folded_nfd(std::string_view text) {
    icu::UnicodeString lower = normalised(nfc(), text).toLower(icu::Locale("vi"));
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString decomposed = nfd().normalize(collapse_blanks(lower), status);
    SAOLA_CHECK(U_SUCCESS(status));
    return place_tones(decomposed);
}

// One collator per thread: icu::Collator is not safe for concurrent use without cloning.
icu::Collator& collator() {
    thread_local const std::unique_ptr<icu::Collator> instance = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<icu::Collator> made(
            icu::Collator::createInstance(icu::Locale("vi"), status));
        SAOLA_CHECK(U_SUCCESS(status) && made);
        return made;
    }();
    return *instance;
}

icu::UnicodeString wide(std::string_view text) {
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto length = static_cast<std::int64_t>(text.size());
    for (std::int64_t i = 0; i < length;) {
        UChar32 c = 0;
        U8_NEXT(bytes, i, length, c);
        if (c < 0) return false;
    }
    return true;
}

bool is_nfc(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const bool result =
        nfc().isNormalizedUTF8(
            icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), status) != 0;
    return U_SUCCESS(status) && result;
}

std::string to_nfc(std::string_view text) { return utf8(normalised(nfc(), text)); }

std::string fold(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString out = nfc().normalize(folded_nfd(text), status);
    SAOLA_CHECK(U_SUCCESS(status));
    return utf8(out);
}

std::string fold_unmarked(std::string_view text) {
    const icu::UnicodeString decomposed = folded_nfd(text);
    icu::UnicodeString out;
    for (std::int32_t i = 0; i < decomposed.length();) {
        const UChar32 c = decomposed.char32At(i);
        i += U16_LENGTH(c);
        if (u_charType(c) == U_NON_SPACING_MARK) continue;
        out.append(c == 0x111 ? UChar32{'d'} : c);
    }
    return utf8(out);
}

bool has_marks(std::string_view text) {
    const icu::UnicodeString decomposed = normalised(nfd(), text);
    for (std::int32_t i = 0; i < decomposed.length();) {
        const UChar32 c = decomposed.char32At(i);
        i += U16_LENGTH(c);
        if (c == 0x110 || c == 0x111 || u_charType(c) == U_NON_SPACING_MARK) return true;
    }
    return false;
}

int compare_vi(std::string_view a, std::string_view b) {
    UErrorCode status = U_ZERO_ERROR;
    const UCollationResult result = collator().compare(wide(a), wide(b), status);
    return result == UCOL_LESS ? -1 : result == UCOL_GREATER ? 1 : 0;
}

std::string sort_key_vi(std::string_view text) {
    const icu::UnicodeString source = wide(text);
    const std::int32_t need = collator().getSortKey(source, nullptr, 0);
    std::string key(static_cast<std::size_t>(need), '\0');
    collator().getSortKey(source, reinterpret_cast<std::uint8_t*>(key.data()), need);
    if (!key.empty()) key.pop_back();  // the terminating zero
    return key;
}

bool shows_nothing(std::string_view text) {
    const icu::UnicodeString source = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    for (std::int32_t i = 0; i < source.length();) {
        const UChar32 c = source.char32At(i);
        i += U16_LENGTH(c);
        constexpr UChar32 kBrailleBlank = 0x2800;
        const bool hidden = is_blank(c) || u_iscntrl(c) != 0 || c == kBrailleBlank ||
                            u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
        if (!hidden) return false;
    }
    return true;
}

std::string_view trim(std::string_view text) noexcept {
    constexpr std::string_view kNbsp = "\xC2\xA0";
    for (;;) {
        const std::size_t before = text.size();
        while (!text.empty() &&
               (text.front() == ' ' || (text.front() >= '\t' && text.front() <= '\r')))
            text.remove_prefix(1);
        while (!text.empty() &&
               (text.back() == ' ' || (text.back() >= '\t' && text.back() <= '\r')))
            text.remove_suffix(1);
        if (text.starts_with(kNbsp)) text.remove_prefix(kNbsp.size());
        if (text.ends_with(kNbsp)) text.remove_suffix(kNbsp.size());
        if (text.size() == before) return text;
    }
}

}  // namespace saola::text

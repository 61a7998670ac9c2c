#include "lang/document/docx_numbering.h"

#include <algorithm>
#include <array>

#include "lang/document/chars.h"

namespace saola::lang {
namespace {

constexpr std::size_t kLevels = 9;

std::string roman(std::int64_t value) {
    static constexpr std::array<std::pair<int, const char*>, 13> kParts = {{{1000, "M"},
                                                                            {900, "CM"},
                                                                            {500, "D"},
                                                                            {400, "CD"},
                                                                            {100, "C"},
                                                                            {90, "XC"},
                                                                            {50, "L"},
                                                                            {40, "XL"},
                                                                            {10, "X"},
                                                                            {9, "IX"},
                                                                            {5, "V"},
                                                                            {4, "IV"},
                                                                            {1, "I"}}};
    if (value < 1 || value > 3999) return std::to_string(value);
    std::string out;
    for (const auto& [part, letters] : kParts) {
        for (; value >= part; value -= part) out += letters;
    }
    return out;
}

std::string letters(std::int64_t value) {
    if (value < 1 || value > 780) return std::to_string(value);
    // Word repeats the letter: 27 is "aa".
    return std::string(static_cast<std::size_t>((value - 1) / 26 + 1),
                       static_cast<char>('a' + (value - 1) % 26));
}

}  // namespace

std::string format_number(std::int64_t value, const std::string& format) {
    if (format == "lowerLetter") return letters(value);
    if (format == "upperLetter") {
        std::string out = letters(value);
        std::transform(out.begin(), out.end(), out.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
        return out;
    }
    if (format == "upperRoman") return roman(value);
    if (format == "lowerRoman") return lower(roman(value));
    if (format == "decimalZero" && value < 10) return "0" + std::to_string(value);
    return std::to_string(value);
}

const std::pair<std::string, int>* Numbering::of_style(const std::string& style) const {
    const auto found = styles_.find(style);
    return found == styles_.end() ? nullptr : &found->second;
}

std::string Numbering::next(const std::string& id, int level) {
    const auto found = lists_.find(id);
    if (found == lists_.end() || level < 0 || level >= static_cast<int>(kLevels)) return {};
    const NumberingList& list = found->second;
    const auto own = list.levels.find(level);
    if (own == list.levels.end() || own->second.format == "none") return {};
    auto& counters = counters_[list.start_overrides.empty() ? "a" + list.abstract_id : "n" + id];
    if (counters.empty()) counters.assign(kLevels, -1);
    const auto start = [&](int at) {
        const auto forced = list.start_overrides.find(at);
        if (forced != list.start_overrides.end()) return forced->second;
        const auto said = list.levels.find(at);
        return said == list.levels.end() ? std::int64_t{1} : said->second.start;
    };
    for (int i = 0; i < level; ++i) {
        if (counters[static_cast<std::size_t>(i)] < 0)
            counters[static_cast<std::size_t>(i)] = start(i);
    }
    auto& mine = counters[static_cast<std::size_t>(level)];
    mine = mine < 0 ? start(level) : mine + 1;
    std::fill(counters.begin() + level + 1, counters.end(), -1);
    if (own->second.format == "bullet") {
        const std::string& sign = own->second.text;
        if (sign == "-" || sign == "+" || sign == "o" || sign == "*" || sign == "–") return sign;
        return sign.empty() ? std::string() : "•";
    }
    std::string out;
    const std::string& text = own->second.text;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 1 < text.size() && text[i + 1] >= '1' && text[i + 1] <= '9') {
            const int at = text[i + 1] - '1';
            const auto other = list.levels.find(at);
            out += format_number(std::max<std::int64_t>(counters[static_cast<std::size_t>(at)], 0),
                                 other == list.levels.end() ? "decimal" : other->second.format);
            ++i;
        } else {
            out.push_back(text[i]);
        }
    }
    return out;
}

}  // namespace saola::lang

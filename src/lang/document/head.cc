#include "lang/document/head.h"

#include <algorithm>
#include <array>

#include "lang/document/chars.h"
#include "lang/document/references.h"

namespace saola::lang {
namespace {

constexpr std::size_t kMaxHeadLines = 60;
constexpr std::uint32_t kMaxHeadLineChars = 220;
constexpr std::size_t kMaxTitleLines = 12;

class HeadReader {
public:
    HeadReader(std::string_view canon, const std::vector<Line>& lines)
        : canon_(canon), lines_(lines) {}

    HeadResult run() {
        std::size_t i = 0;
        for (; i < lines_.size() && i < kMaxHeadLines; ++i) {
            if (lines_[i].cell_only) continue;
            if (!take(i)) break;
        }
        if (!evidence_) return {};
        finish_title();
        Head& head = result_.head;
        head.draft = head.draft || number_blank_;
        if (i > 0) head.span = {lines_[0].span.begin, lines_[i - 1].span.end};
        result_.lines = i;
        return std::move(result_);
    }

private:
    using Head = contracts::Head;

    Span span_of(std::size_t line, std::size_t from, std::size_t to) const {
        const std::uint32_t base = lines_[line].span.begin;
        return {base + static_cast<std::uint32_t>(from), base + static_cast<std::uint32_t>(to)};
    }
    // False when the line is no part of the head.
    bool take(std::size_t i) {
        const std::string_view line = view(canon_, lines_[i].span);
        if (is_preamble(line)) return false;
        const bool nation = starts_nation(line) != std::string_view::npos;
        if (!nation && take_number_line(i, line)) return true;
        if (starts_nocase(line, "dự thảo") && lines_[i].chars <= 30) {
            evidence_ = result_.head.draft = true;
            return true;
        }
        if (nation || starts_nocase(line, "độc lập")) return take_nation(i, line);
        if (is_rule(line)) return true;
        if (line.front() == '(' && in_title_) return take_title(i, line);
        if (lines_[i].chars > kMaxHeadLineChars) return false;
        const Label label = parse_label(line);
        if (label && !is_bullet_style(label.style) && !(label.style == Style::kCapital))
            return false;
        if (label && result_.head.type.empty()) return false;
        if (take_date(i, line)) return true;
        if (result_.head.type.empty()) return take_before_type(i, line);
        return take_title(i, line);
    }
    static bool is_rule(std::string_view line) {
        return std::all_of(line.begin(), line.end(), [](char c) {
            return c == '_' || c == '-' || c == '*' || c == ' ' || c == '=';
        });
    }
    static std::size_t starts_nation(std::string_view line) {
        const std::string folded = lower(line.substr(0, 600));
        for (const std::string_view words :
             {"cộng hòa xã hội chủ nghĩa", "cộng hoà xã hội chủ nghĩa",
              "việt nam dân chủ cộng h"}) {
            if (const std::size_t at = folded.find(words); at != std::string::npos) return at;
        }
        return std::string_view::npos;
    }
    bool take_nation(std::size_t i, std::string_view line) {
        evidence_ = true;
        std::size_t at = starts_nation(line);
        if (at == std::string_view::npos) return true;
        while (at > 0 && (is_blank(line[at - 1]) || line[at - 1] == '|')) --at;
        if (at > 0 && is_caps(line.substr(0, at))) set_issuer(i, 0, at);
        return true;
    }
    void set_issuer(std::size_t i, std::size_t from, std::size_t to) {
        Head& head = result_.head;
        const std::string_view words = view(canon_, span_of(i, from, to));
        if (!head.issuer.empty() && issuer_line_ + 1 == i && head.type.empty()) {
            head.issuer += " " + std::string(words);  // a name over two lines
            head.issuer_span.end = span_of(i, from, to).end;
        } else if (head.issuer.empty()) {
            head.issuer = std::string(words);
            head.issuer_span = span_of(i, from, to);
        }
        issuer_line_ = i;
        evidence_ = true;
    }
    bool take_number_line(std::size_t i, std::string_view line) {
        const std::string folded = lower(line.substr(0, 400));
        std::size_t at = 0;
        if (folded.starts_with("luật số")) at = std::string_view("luật ").size();
        if (!std::string_view(folded).substr(at).starts_with("số")) return false;
        at += std::string_view("số").size();
        while (at < line.size() && (is_blank(line[at]) || line[at] == ':')) ++at;
        const auto number = match_number(line, at, true);
        if (!number) return false;
        evidence_ = true;
        if (result_.head.number_span.empty()) {
            result_.head.number = number->number;
            number_blank_ = number->number.empty();
            result_.head.number_span = span_of(i, at, number->end);
        }
        if (number->end < line.size()) (void)take_place_date(i, line, number->end);
        return true;
    }
    bool take_date(std::size_t i, std::string_view line) {
        if (lines_[i].chars > 90 || result_.head.date) return false;
        return take_place_date(i, line, 0);
    }
    // "Hà Nội, ngày 12 tháng 6 năm 2025" from `from` to the end of the line.
    bool take_place_date(std::size_t i, std::string_view line, std::size_t from) {
        const std::string folded = lower(line.substr(0, 600));
        const std::size_t at = folded.find("ngày", from);
        if (at == std::string::npos || folded.size() != line.substr(0, 600).size()) return false;
        const auto date = match_date(line, at);
        if (!date || trimmed(line.substr(date->end)).size() > 3) return false;
        std::string_view place = trimmed(line.substr(from, at - from));
        while (!place.empty() && (place.front() == '|' || place.front() == ' '))
            place.remove_prefix(1);
        if (!place.ends_with(',') && from == 0) return false;
        if (place.ends_with(',')) place.remove_suffix(1);
        if (result_.head.date) return true;
        result_.head.place = std::string(trimmed(place));
        result_.head.date = date->date;
        result_.head.date_span = span_of(i, at, date->end);
        if (date->date.day == 0) result_.head.draft = true;
        evidence_ = true;
        return true;
    }
    bool take_before_type(std::size_t i, std::string_view line) {
        if (!is_caps(line)) {
            // Something before the type that is no head at all: a body without a head.
            if (lines_[i].chars > 120 || is_terminated(line)) return false;
            return true;
        }
        if (const auto type = match_type(line, 0, true)) {
            const std::string_view rest = trimmed(line.substr(type->end));
            if (rest == ":") return false;
            result_.head.type = std::string(type->type);
            result_.head.type_span = span_of(i, 0, type->end);
            evidence_ = true;
            if (!rest.empty()) title_.push_back(span_of(i, type->end, line.size()));
            in_title_ = true;
            return true;
        }
        if (const std::size_t pipe = line.find('|');
            pipe != std::string_view::npos && is_issuer_line(trimmed(line.substr(0, pipe)))) {
            set_issuer(i, 0, trimmed(line.substr(0, pipe)).size());
        } else if (is_issuer_line(line) || issuer_line_ + 1 == i) {
            set_issuer(i, 0, line.size());
        }
        return true;
    }
    bool take_title(std::size_t i, std::string_view line) {
        const Head& head = result_.head;
        if (is_issuer_line(line) && !title_.empty() && !wraps(i)) {
            in_title_ = false;
            if (head.issuer.empty() || lower(head.issuer) == lower(line)) {
                set_issuer(i, 0, line.size());
            } else if (issuer_line_ + 1 != i) {
                issuer_line_ = i;
            }
            return true;
        }
        if (issuer_line_ + 1 == i && is_caps(line) && !in_title_)
            return true;  // issuer over two lines
        if (!in_title_ || title_.size() >= kMaxTitleLines) return false;
        if (is_terminated(line) || lines_[i].chars > kMaxHeadLineChars) return false;
        const bool caps = is_caps(line);
        if (!title_.empty()) {
            const std::string_view before = view(canon_, title_.back());
            if (is_caps(before) && !caps && line.front() != '(' && !starts_nocase(line, "v/v") &&
                !starts_nocase(line, "về "))
                return false;
            if (!caps && lines_[i].tab) return false;
            if (!caps && !starts_lower(line) && !is_open(before) && lines_[i].chars > 100)
                return false;
        } else if (!caps && (lines_[i].tab || lines_[i].chars > 200)) {
            return false;
        }
        title_.push_back(lines_[i].span);
        return true;
    }
    // The title line before is cut, so this one goes on even if it looks like a body's name.
    bool wraps(std::size_t i) const { return i > 0 && is_open(view(canon_, lines_[i - 1].span)); }

    void finish_title() {
        static const std::vector<Span> kNoHoles;
        TextMaker maker(canon_, kNoHoles);
        for (const Span& span : title_) maker.add(span, Join::kBlank);
        Text title = maker.finish();
        result_.head.title = std::move(title.value);
        result_.head.title_span = title.span;
    }

    std::string_view canon_;
    const std::vector<Line>& lines_;
    HeadResult result_;
    std::vector<Span> title_;
    bool evidence_ = false;
    bool in_title_ = false;
    bool number_blank_ = false;
    std::size_t issuer_line_ = static_cast<std::size_t>(-2);
};

}  // namespace

HeadResult read_head(std::string_view canon, const std::vector<Line>& lines) {
    return HeadReader(canon, lines).run();
}

bool is_preamble(std::string_view line) {
    static constexpr std::array<std::string_view, 9> kWords = {
        "căn cứ",          "thực hiện ", "theo đề nghị",  "xét đề nghị", "xét tờ trình",
        "sau khi xem xét", "trên cơ sở", "theo quy định", "theo đề xuất"};
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](std::string_view word) { return starts_nocase(line, word); });
}

bool is_person_name(std::string_view line) {
    line = trimmed(line);
    if (line.size() > 60 || line.empty()) return false;
    std::size_t words = 0;
    while (!line.empty()) {
        const std::string_view word = first_word(line);
        if (!is_upper(decode(word, 0).value) || is_caps(word)) return false;
        for (std::size_t i = 0; i < word.size();) {
            const CodePoint c = decode(word, i);
            if (!is_letter(c.value)) return false;
            i += c.length;
        }
        ++words;
        line = trimmed(line.substr(word.size()));
    }
    return words >= 2 && words <= 6;
}

}  // namespace saola::lang

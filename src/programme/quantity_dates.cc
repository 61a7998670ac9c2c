// Dates written in Vietnamese prose: the second half of quantity.h.
#include "programme/quantity.h"
#include "programme/quantity_tokens.h"

namespace saola::programme {
namespace {

class DateScanner {
public:
    explicit DateScanner(std::string_view text) : text_(text), tokens_(tokenize(text)) {}

    std::vector<DateMention> run() {
        std::vector<DateMention> out;
        for (std::size_t i = 0; i < tokens_.size() && out.size() < kMaxQuantities;) {
            std::size_t next = i + 1;
            if (auto mention = read(i, next)) out.push_back(*mention);
            i = next;
        }
        return out;
    }

private:
    [[nodiscard]] bool slash(std::size_t i) const {
        return i < tokens_.size() && tokens_[i].kind == TokenKind::kSign &&
               text_[tokens_[i].begin] == '/' && !tokens_[i].spaced;
    }
    [[nodiscard]] bool word(std::size_t i, std::string_view expected) const {
        return i < tokens_.size() && tokens_[i].kind == TokenKind::kWord &&
               folded(text_, tokens_[i]) == expected;
    }
    // A plain whole number of at most `digits` digits.
    [[nodiscard]] std::optional<int> number(std::size_t i, std::size_t digits) const {
        if (i >= tokens_.size() || tokens_[i].kind != TokenKind::kNumber || !tokens_[i].plain)
            return std::nullopt;
        if (tokens_[i].end - tokens_[i].begin > digits) return std::nullopt;
        return static_cast<int>(tokens_[i].value.unscaled());
    }
    [[nodiscard]] std::optional<int> year(std::size_t i) const {
        const auto value = number(i, 4);
        if (!value || tokens_[i].end - tokens_[i].begin != 4 || *value < 1000) return std::nullopt;
        return value;
    }
    [[nodiscard]] bool glued(std::size_t i) const {
        return i < tokens_.size() && !tokens_[i].spaced;
    }

    DateMention make(std::size_t first, std::size_t last, int year_value, int month,
                     int day) const {
        DateMention out;
        out.date = {year_value, static_cast<std::uint8_t>(month), static_cast<std::uint8_t>(day)};
        out.valid = month >= 1 && is_valid(out.date);
        out.begin = tokens_[first].begin;
        out.end = tokens_[last].end;
        return out;
    }

    std::optional<DateMention> read(std::size_t i, std::size_t& next) const {
        // Inside a document number ("193/2025/QH15") there is no date.
        if (i > 0 && slash(i - 1)) return std::nullopt;
        if (word(i, "ngày") || word(i, "tháng")) return read_words(i, next);
        return read_short(i, i, next);
    }

    // "12/6/2025" or "6/2025" at token i; the mention begins at token `first`.
    std::optional<DateMention> read_short(std::size_t first, std::size_t i,
                                          std::size_t& next) const {
        const auto a = number(i, 2);
        if (!a || !slash(i + 1) || !glued(i + 2)) return std::nullopt;
        const auto b = number(i + 2, 2);
        if (b && slash(i + 3) && glued(i + 4)) {
            const auto y = year(i + 4);
            if (!y || (slash(i + 5) && glued(i + 6))) return std::nullopt;
            next = i + 5;
            return make(first, i + 4, *y, *b, *a);
        }
        const auto y = year(i + 2);
        if (!y || slash(i + 3) || *y < 1900 || *y > 2100) return std::nullopt;
        next = i + 3;
        return make(first, i + 2, *y, *a, 0);
    }

    std::optional<DateMention> read_words(std::size_t i, std::size_t& next) const {
        if (auto mention = read_short(i, i + 1, next)) return mention;
        std::size_t at = i;
        int day = 0;
        if (word(at, "ngày")) {
            const auto value = number(at + 1, 2);
            if (!value) return std::nullopt;
            day = *value;
            if (day == 0) day = 99;  // "ngày 00" is stated and impossible
            at += 2;
        }
        if (!word(at, "tháng")) return std::nullopt;
        const auto month = number(at + 1, 2);
        if (!month) return std::nullopt;
        std::size_t last = at + 3;
        auto y = word(at + 2, "năm") ? year(at + 3) : std::nullopt;
        if (!y && slash(at + 2)) y = year(at + 3);
        if (!y) return std::nullopt;
        next = last + 1;
        return make(i, last, *y, *month, day);
    }

    std::string_view text_;
    std::vector<Token> tokens_;
};

}  // namespace

std::vector<DateMention> find_dates(std::string_view text) { return DateScanner(text).run(); }

}  // namespace saola::programme

// Words, numbers and signs of a text for quantity.cc. Internal. Stateless.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"

namespace saola::programme {

enum class TokenKind : std::uint8_t { kWord, kNumber, kSign };

struct Token {
    TokenKind kind = TokenKind::kWord;
    std::size_t begin = 0, end = 0;
    Decimal value;       // kNumber
    bool plain = false;  // kNumber: digits alone, no dot or comma
    bool spaced = true;  // blank, or start of text, before it
};

[[nodiscard]] std::vector<Token> tokenize(std::string_view text);
// Lower case as text::fold, of one word.
[[nodiscard]] std::string folded(std::string_view text, const Token& token);

}  // namespace saola::programme

#include "lang/document/canon.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "lang/document/chars.h"

namespace saola::lang {
namespace {

bool is_combining(char32_t c) { return c >= 0x300 && c <= 0x36F; }

// Code points that are their own NFC and never combine with what stands before them.
bool is_stable(char32_t c) {
    return c < 0x300 || (c >= 0x1E00 && c < 0x1F00) || (c >= 0x2010 && c <= 0x2027) ||
           (c >= 0x2030 && c <= 0x205E) || (c >= 0x20A0 && c <= 0x20BF) ||
           (c >= 0x2190 && c <= 0x2328) || (c >= 0x2400 && c <= 0x27FF);
}

// Replacement for blanks and invisible signs: ' ', '\n', '\0' (drop), or 1 (keep as it is).
char replacement(char32_t c) {
    if (c == U'\t' || c == U'\n') return 1;
    if (c == 0x0B || c == 0x0C || c == 0x85 || c == 0x2028 || c == 0x2029) return '\n';
    if (c < 0x20 || (c >= 0x7F && c <= 0xA0)) return ' ';
    if ((c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000) return ' ';
    if (c == 0xFEFF || (c >= 0x200B && c <= 0x200F) || c == 0x2060 || c == 0xAD) return '\0';
    if (c >= 0x202A && c <= 0x202E) return '\0';  // direction overrides
    return 1;
}

class Canoniser {
public:
    explicit Canoniser(std::string_view source) : source_(source) {
        text_.value.reserve(source.size());
    }

    Text run() {
        text_.map.push_back(at(0));  // or a range before the first anchor would lead to all of it
        std::size_t i = 0;
        while (i < source_.size()) i = step(i);
        text_.map.push_back(at(source_.size()));
        text_.span = {0, static_cast<std::uint32_t>(source_.size())};
        return std::move(text_);
    }

private:
    static constexpr std::size_t kMaxCached = 4096;

    Text::Anchor at(std::size_t source) const {
        return {static_cast<std::uint32_t>(text_.value.size()), static_cast<std::uint32_t>(source)};
    }
    // Bytes [i, j) become `with`; anchors on both sides mark the run as not parallel.
    void replace(std::size_t i, std::size_t j, std::string_view with) {
        text_.map.push_back(at(i));
        text_.value.append(with);
        text_.map.push_back(at(j));
    }
    std::size_t step(std::size_t i) {
        const CodePoint c = decode(source_, i);
        const std::size_t next = i + c.length;
        if (c.value == U'\r') {
            const bool pair = next < source_.size() && source_[next] == '\n';
            replace(i, pair ? next + 1 : next, "\n");
            return pair ? next + 1 : next;
        }
        const char with = replacement(c.value);
        if (with == '\0') {
            replace(i, next, {});
            return next;
        }
        if (with != 1) {
            replace(i, next, with == ' ' ? " " : "\n");
            return next;
        }
        return cluster(i, next, is_stable(c.value));
    }
    // A starter with its combining marks, or a run of code points NFC may rearrange.
    std::size_t cluster(std::size_t i, std::size_t j, bool stable) {
        while (j < source_.size() && static_cast<unsigned char>(source_[j]) >= 0x80U) {
            const CodePoint c = decode(source_, j);
            if (replacement(c.value) != 1 || (is_stable(c.value) && !is_combining(c.value))) break;
            stable = false;
            j += c.length;
        }
        const std::string_view bytes = source_.substr(i, j - i);
        if (stable) {
            text_.value.append(bytes);
            return j;
        }
        const std::string& composed = normalise(bytes);
        if (composed == bytes) {
            text_.value.append(bytes);
        } else {
            replace(i, j, composed);
        }
        return j;
    }
    const std::string& normalise(std::string_view bytes) {
        if (bytes.size() > 32 || cache_.size() >= kMaxCached) {
            scratch_ = text::to_nfc(bytes);
            return scratch_;
        }
        auto [it, fresh] = cache_.try_emplace(std::string(bytes));
        if (fresh) it->second = text::to_nfc(bytes);
        return it->second;
    }

    std::string_view source_;
    Text text_;
    std::string scratch_;
    std::unordered_map<std::string, std::string> cache_;
};

void push(std::vector<Text::Anchor>& map, Text::Anchor anchor) {
    if (map.empty() || !(map.back() == anchor)) map.push_back(anchor);
}

}  // namespace

Result<Text> canonicalise(std::string_view source) {
    if (!text::is_valid_utf8(source)) {
        return fail(
            ErrorKind::kUnsupported, "document.not_utf8",
            "The file is neither PDF nor DOCX, and as text it is not UTF-8. Save it as UTF-8 "
            "(Unicode) text, DOCX or PDF.");
    }
    if (source.find('\0') != std::string_view::npos) {
        return fail(
            ErrorKind::kUnsupported, "document.not_text",
            "The file holds a NUL byte, which no text has. Save it as UTF-8 text, DOCX or PDF.");
    }
    return Canoniser(source).run();
}

void TextMaker::add(Span piece, Join join) {
    const std::string_view text = canon_;
    join_ = any_ ? join : Join::kNone;
    if (any_ && join == Join::kBlank && !pending_) {
        pending_ = true;
        pending_begin_ = source_end_;
    }
    auto hole = std::upper_bound(holes_->begin(), holes_->end(), piece.begin,
                                 [](std::uint32_t at, const Span& h) { return at < h.end; });
    std::uint32_t at = piece.begin;
    while (at < piece.end) {
        if (hole != holes_->end() && hole->begin <= at) {
            at = std::max(at, hole->end);
            ++hole;
            continue;
        }
        std::uint32_t end = piece.end;
        if (hole != holes_->end()) end = std::min(end, hole->begin);
        while (at < end) {
            const bool blank = is_blank(text[at]);
            std::uint32_t stop = at;
            while (stop < end && is_blank(text[stop]) == blank) ++stop;
            if (!blank) {
                add_run(at, stop);
            } else if (any_ && !pending_) {
                pending_ = true;
                pending_begin_ = at;
            }
            at = stop;
        }
    }
}

void TextMaker::join_gap(std::uint32_t begin) {
    const auto size = [this] { return static_cast<std::uint32_t>(text_.value.size()); };
    const std::uint32_t from = pending_ ? pending_begin_ : source_end_;
    if (join_ == Join::kNewline || pending_) {
        const char sign = join_ == Join::kNewline ? '\n' : ' ';
        if (!(from == source_end_ && begin - from == 1 && canon_[from] == sign)) {
            push(text_.map, {size(), source_end_});
            text_.value.push_back(sign);
            push(text_.map, {size(), begin});
        } else {
            text_.value.push_back(sign);
        }
    } else if (begin != source_end_) {
        push(text_.map, {size(), source_end_});
        push(text_.map, {size(), begin});
    }
}

void TextMaker::add_run(std::uint32_t begin, std::uint32_t end) {
    if (!any_) {
        text_.map.push_back({0, begin});
        text_.span.begin = begin;
        any_ = true;
    } else {
        join_gap(begin);
    }
    pending_ = false;
    join_ = Join::kNone;
    put(begin, end);
}

void TextMaker::put(std::uint32_t begin, std::uint32_t end) {
    text_.value.append(canon_.substr(begin, end - begin));
    source_end_ = end;
}

Text TextMaker::finish() {
    if (any_) {
        text_.span.end = source_end_;
        push(text_.map, {static_cast<std::uint32_t>(text_.value.size()), source_end_});
    }
    return std::move(text_);
}

Span to_source(const Text& canon, Span span) {
    if (span.begin >= span.end) {
        const Span point = canon.source(span.begin, span.begin);
        return {point.begin, point.begin};
    }
    return canon.source(span.begin, span.end);
}

void to_source(const Text& canon, Text& text) {
    if (text.map.empty()) {
        text.span = to_source(canon, text.span);
        return;
    }
    std::vector<Text::Anchor> out;
    out.reserve(text.map.size());
    for (std::size_t i = 0; i + 1 < text.map.size(); ++i) {
        const Text::Anchor from = text.map[i];
        const Text::Anchor to = text.map[i + 1];
        const std::uint32_t length = to.value_offset - from.value_offset;
        if (length == 0) continue;
        const bool parallel = length == to.source_offset - from.source_offset;
        const Span span = canon.source(from.source_offset, to.source_offset);
        push(out, {from.value_offset, span.begin});
        if (parallel) {
            auto it = std::upper_bound(
                canon.map.begin(), canon.map.end(), from.source_offset,
                [](std::uint32_t at, const Text::Anchor& a) { return at < a.value_offset; });
            for (; it != canon.map.end() && it->value_offset < to.source_offset; ++it) {
                push(out, {from.value_offset + (it->value_offset - from.source_offset),
                           it->source_offset});
            }
        }
        push(out, {to.value_offset, span.end});
    }
    text.map = std::move(out);
    text.span = to_source(canon, text.span);
}

}  // namespace saola::lang

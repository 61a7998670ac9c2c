#include "lang/document/pdf_words.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace saola::lang {
namespace {

constexpr double kColumnGap = 1.2;    // of the word height: wider blanks part two columns
constexpr double kRowPitch = 1.24;    // lines further apart than this begin a new row of a table
constexpr double kBlankPitch = 1.75;  // and than this a new paragraph of text
constexpr std::size_t kMinTableLines = 2;
constexpr float kTableConfidence = 0.75F;  // columns told from places only: always for review

tl::unexpected<Error> damaged() {
    return fail(ErrorKind::kInvalidArgument, "document.damaged",
                "The PDF file is damaged: its pages cannot be read.");
}

// Cursor over the frames; every read is checked.
class Frames {
public:
    explicit Frames(std::string_view text) : text_(text) {}
    bool word(std::string_view expected) {
        if (!text_.substr(at_).starts_with(expected)) return false;
        at_ += expected.size();
        return true;
    }
    bool number(double& out) {
        const auto result = std::from_chars(text_.data() + at_, text_.data() + text_.size(), out);
        if (result.ec != std::errc() || !std::isfinite(out) || std::fabs(out) > 1e7) return false;
        at_ = static_cast<std::size_t>(result.ptr - text_.data());
        return true;
    }
    bool count(std::size_t& out) {
        const auto result = std::from_chars(text_.data() + at_, text_.data() + text_.size(), out);
        if (result.ec != std::errc()) return false;
        at_ = static_cast<std::size_t>(result.ptr - text_.data());
        return true;
    }
    bool bytes(std::size_t size, std::string& out) {
        if (size > text_.size() - at_) return false;
        out = std::string(text_.substr(at_, size));
        at_ += size;
        return true;
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

bool read_word(Frames& in, PdfWord& out) {
    std::size_t size = 0;
    return in.word("w ") && in.number(out.left) && in.word(" ") && in.number(out.top) &&
           in.word(" ") && in.number(out.right) && in.word(" ") && in.number(out.bottom) &&
           in.word(" ") && in.count(size) && in.word(" ") && in.bytes(size, out.text) &&
           in.word("\n");
}

struct Segment {
    double left = 0;
    double right = 0;
    std::string text;
    std::vector<const PdfWord*> words;
};
struct Band {  // one line of print over the whole width
    double top = 0;
    double height = 0;
    std::vector<Segment> segments;
};

std::vector<Band> bands_of(const PdfPage& page) {
    std::vector<const PdfWord*> words;
    for (const PdfWord& word : page.words) {
        if (!word.text.empty() && word.bottom > word.top) words.push_back(&word);
    }
    const auto middle = [](const PdfWord* word) { return (word->top + word->bottom) / 2; };
    std::stable_sort(words.begin(), words.end(),
                     [&](const PdfWord* a, const PdfWord* b) { return middle(a) < middle(b); });
    std::vector<Band> bands;
    std::size_t i = 0;
    while (i < words.size()) {
        std::size_t end = i + 1;
        const double height = words[i]->bottom - words[i]->top;
        while (end < words.size() && middle(words[end]) - middle(words[i]) < height * 0.45) ++end;
        std::stable_sort(words.begin() + static_cast<std::ptrdiff_t>(i),
                         words.begin() + static_cast<std::ptrdiff_t>(end),
                         [](const PdfWord* a, const PdfWord* b) { return a->left < b->left; });
        Band band;
        band.top = words[i]->top;
        for (; i < end; ++i) {
            const PdfWord& word = *words[i];
            band.height = std::max(band.height, word.bottom - word.top);
            if (band.segments.empty() ||
                word.left - band.segments.back().right > kColumnGap * (word.bottom - word.top)) {
                band.segments.push_back({word.left, word.right, word.text, {&word}});
            } else {
                band.segments.back().text +=
                    (word.left - band.segments.back().right > 0.05 * band.height ? " " : "") +
                    word.text;
                band.segments.back().right = std::max(band.segments.back().right, word.right);
                band.segments.back().words.push_back(&word);
            }
        }
        bands.push_back(std::move(band));
    }
    return bands;
}

struct Range {
    double left = 0;
    double right = 0;
};
// Columns: what the segments of the fullest lines cover.
std::vector<Range> columns_of(const std::vector<Band>& bands, std::size_t from, std::size_t to) {
    std::size_t most = 0;
    for (std::size_t i = from; i < to; ++i) most = std::max(most, bands[i].segments.size());
    std::vector<Range> ranges;
    for (std::size_t i = from; i < to; ++i) {
        if (bands[i].segments.size() < most) continue;
        for (const Segment& segment : bands[i].segments)
            ranges.push_back({segment.left, segment.right});
    }
    std::sort(ranges.begin(), ranges.end(),
              [](const Range& a, const Range& b) { return a.left < b.left; });
    std::vector<Range> columns;
    for (const Range& range : ranges) {
        if (!columns.empty() && range.left <= columns.back().right) {
            columns.back().right = std::max(columns.back().right, range.right);
        } else {
            columns.push_back(range);
        }
    }
    return columns;
}
std::size_t column_at(const std::vector<Range>& columns, const PdfWord& segment) {
    std::size_t best = 0;
    double best_distance = 1e9;
    const double middle = (segment.left + segment.right) / 2;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const double distance = middle < columns[c].left    ? columns[c].left - middle
                                : middle > columns[c].right ? middle - columns[c].right
                                                            : 0;
        if (distance < best_distance) {
            best_distance = distance;
            best = c;
        }
    }
    return best;
}

class Composer {
public:
    explicit Composer(const contracts::ReaderLimits& limits) : limits_(limits) {}

    Result<Extracted> run(const std::vector<PdfPage>& pages) {
        out_.format = contracts::Format::kPdf;
        out_.table_confidence = kTableConfidence;
        for (const PdfPage& page : pages) {
            out_.page_starts.push_back(static_cast<std::uint32_t>(out_.text.size()));
            compose(bands_of(page));
            if (out_.text.size() > limits_.max_text_bytes) {
                return fail(ErrorKind::kTooLarge, "document.text_too_large",
                            "The document holds too much text.", {},
                            "max_text_bytes=" + std::to_string(limits_.max_text_bytes));
            }
        }
        if (out_.text.empty()) {
            return fail(ErrorKind::kUnsupported, "document.no_text",
                        "The PDF holds pictures of pages and no text. Run it through OCR first.");
        }
        return std::move(out_);
    }

private:
    void compose(const std::vector<Band>& bands) {
        std::size_t i = 0;
        while (i < bands.size()) {
            const std::size_t end = table_end(bands, i);
            if (end > i) {
                table(bands, i, end);
                i = end;
            } else {
                line(bands, i++);
            }
        }
    }
    // A table: lines of several segments, from a line of three or more, or of two that begin with
    // an index; lines of one segment between them are wrapped cells when they stand inside a
    // column.
    static std::size_t table_end(const std::vector<Band>& bands, std::size_t from) {
        if (bands[from].segments.size() < 2) return from;
        std::size_t wide = 0;
        std::size_t full = 0;
        std::size_t last = from;
        double right = 0;
        double left = 1e9;
        for (std::size_t i = from; i < bands.size(); ++i) {
            const Band& band = bands[i];
            if (i > from && band.top - bands[i - 1].top > 4 * band.height) break;
            if (band.segments.size() >= 2) {
                ++wide;
                full += band.segments.size() >= 3 ? 1U : 0U;
                last = i + 1;
                left = std::min(left, band.segments.front().left);
                right = std::max(right, band.segments.back().right);
            } else if (band.segments[0].right - band.segments[0].left > 0.7 * (right - left)) {
                break;  // a line of text as wide as the table
            }
        }
        return wide >= kMinTableLines && full >= 2 ? last : from;
    }
    void table(const std::vector<Band>& bands, std::size_t from, std::size_t to) {
        const std::vector<Range> columns = columns_of(bands, from, to);
        if (!out_.text.empty() && !out_.text.ends_with("\n\n")) out_.text += '\n';
        std::vector<std::string> cells(columns.size());
        const auto flush = [&] {
            for (const std::string& cell : cells) out_.text += "\t" + cell + "\n";
            out_.text += '\n';
            cells.assign(columns.size(), {});
        };
        for (std::size_t i = from; i < to; ++i) {
            if (i > from && bands[i].top - bands[i - 1].top > kRowPitch * bands[i].height) flush();
            // Word by word: in narrow columns two cells stand as close as two words.
            std::size_t last = columns.size();
            for (const Segment& segment : bands[i].segments) {
                for (const PdfWord* word : segment.words) {
                    const std::size_t column = column_at(columns, *word);
                    std::string& cell = cells[column];
                    cell += (cell.empty() ? "" : column == last ? " " : "\n") + word->text;
                    last = column;
                }
            }
        }
        flush();
        previous_top_ = -1;
    }
    void line(const std::vector<Band>& bands, std::size_t i) {
        const Band& band = bands[i];
        if (i > 0 && previous_top_ >= 0 && band.top - previous_top_ > kBlankPitch * band.height)
            out_.text += '\n';
        previous_top_ = band.top;
        for (std::size_t s = 0; s < band.segments.size(); ++s)
            out_.text += (s == 0 ? "" : "  ") + band.segments[s].text;
        out_.text += '\n';
    }

    const contracts::ReaderLimits& limits_;
    Extracted out_;
    double previous_top_ = -1;
};

}  // namespace

Result<std::vector<PdfPage>> parse_pdf_words(std::string_view frames,
                                             const contracts::ReaderLimits& limits) {
    Frames in(frames);
    if (!in.word("SAOLA-PDF 1\n")) return damaged();
    if (in.word("status encrypted\n")) {
        return fail(ErrorKind::kUnsupported, "document.encrypted",
                    "The PDF is protected by a password. Remove it and try again.");
    }
    std::size_t count = 0;
    if (!in.word("pages ") || !in.count(count) || !in.word("\n")) return damaged();
    if (count > limits.max_pages) {
        return fail(ErrorKind::kTooLarge, "document.too_many_pages", "The PDF has too many pages.",
                    {}, "max_pages=" + std::to_string(limits.max_pages));
    }
    std::vector<PdfPage> pages(count);
    std::size_t bytes = 0;
    for (PdfPage& page : pages) {
        std::size_t words = 0;
        if (!in.word("page ") || !in.number(page.width) || !in.word(" ") ||
            !in.number(page.height) || !in.word(" ") || !in.count(words) || !in.word("\n"))
            return damaged();
        for (std::size_t i = 0; i < words; ++i) {
            PdfWord word;
            if (!read_word(in, word)) return damaged();
            if (!text::is_valid_utf8(word.text)) return damaged();
            std::replace_if(
                word.text.begin(), word.text.end(),
                [](char c) {
                    return c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\0';
                },
                ' ');
            word.text = text::to_nfc(word.text);
            bytes += word.text.size() + 1;
            if (bytes > limits.max_text_bytes) {
                return fail(ErrorKind::kTooLarge, "document.text_too_large",
                            "The document holds too much text.", {},
                            "max_text_bytes=" + std::to_string(limits.max_text_bytes));
            }
            page.words.push_back(std::move(word));
        }
    }
    if (!in.word("status ok\nend\n")) return damaged();
    return pages;
}

Result<Extracted> compose_pdf(const std::vector<PdfPage>& pages,
                              const contracts::ReaderLimits& limits) {
    return Composer(limits).run(pages);
}

}  // namespace saola::lang

#include <algorithm>
#include <map>

#include "lang/document/chars.h"
#include "lang/document/layout.h"

namespace saola::lang {
namespace {

constexpr std::uint32_t kMinPageLines = 20;   // page numbers stand at least so many lines apart
constexpr std::uint32_t kMaxWrapWidth = 140;  // longer lines are paragraphs, not wrapped lines
constexpr std::uint32_t kMaxPageGap = 8;      // blank lines a page break may add
constexpr std::uint32_t kMaxQuoteBytes = 40U << 10U;

// Ranges between “ and ”; the text of an amended clause keeps its numbering but is not ours.
std::vector<Span> find_quotes(std::string_view canon) {
    static constexpr std::string_view kOpen = "“";
    static constexpr std::string_view kClose = "”";
    std::vector<Span> out;
    std::uint32_t open = 0;
    bool inside = false;
    for (std::size_t i = canon.find("\xE2\x80"); i != std::string_view::npos;
         i = canon.find("\xE2\x80", i + 3)) {
        const auto at = static_cast<std::uint32_t>(i);
        const std::string_view sign = canon.substr(i, 3);
        if (sign == kOpen) {
            open = at;
            inside = true;
        } else if (sign == kClose && inside) {
            inside = false;
            if (at - open <= kMaxQuoteBytes) out.push_back({open, at});
        }
    }
    return out;
}

class Splitter {
public:
    Splitter(std::string_view canon, const Marks& marks, const std::vector<std::uint32_t>& pages,
             Budget& budget)
        : canon_(canon),
          marks_(marks),
          pages_(pages),
          budget_(budget),
          quotes_(find_quotes(canon)) {}

    std::vector<Line> run() {
        std::uint32_t at = 0;
        const auto size = static_cast<std::uint32_t>(canon_.size());
        while (at < size && budget_.time() && budget_.lines(lines_.size())) {
            const std::uint32_t end = line_end(at);
            add(at, end);
            at = end + 1;
        }
        return std::move(lines_);
    }

private:
    // End of the line that begins at `at`; a newline inside a footnote definition does not end it.
    std::uint32_t line_end(std::uint32_t at) {
        for (std::size_t i = canon_.find('\n', at); i != std::string_view::npos;
             i = canon_.find('\n', i + 1)) {
            const auto here = static_cast<std::uint32_t>(i);
            while (definition_ < marks_.definitions.size() &&
                   marks_.definitions[definition_].span.end <= here)
                ++definition_;
            if (definition_ >= marks_.definitions.size() ||
                marks_.definitions[definition_].span.begin > here)
                return here;
            i = marks_.definitions[definition_].span.end - 1;
        }
        return static_cast<std::uint32_t>(canon_.size());
    }
    void add(std::uint32_t begin, std::uint32_t end) {
        std::uint32_t first = begin;
        while (first < end && is_blank(canon_[first])) ++first;
        std::uint32_t last = end;
        while (last > first && is_blank(canon_[last - 1])) --last;
        const bool tab = begin < end && canon_[begin] == '\t';
        const bool page = page_ < pages_.size() && pages_[page_] <= end;
        while (page_ < pages_.size() && pages_[page_] <= end) ++page_;
        page_pending_ = page_pending_ || page;
        if (first == last && !tab) {
            ++blanks_;
            return;
        }
        Line line;
        line.tab = tab;
        line.cell_only = first == last;
        line.span = line.cell_only ? Span{begin, begin + 1} : Span{first, last};
        line.indent = first - begin;
        line.blank_before = lines_.empty() ? 0 : blanks_;
        line.chars = static_cast<std::uint32_t>(length_in_chars(view(canon_, line.span)));
        line.page_start = page_pending_;
        while (quote_ < quotes_.size() && quotes_[quote_].end < line.span.begin) ++quote_;
        line.quoted = quote_ < quotes_.size() && quotes_[quote_].begin < line.span.begin &&
                      line.span.begin < quotes_[quote_].end;
        page_pending_ = false;
        blanks_ = 0;
        lines_.push_back(line);
    }

    std::string_view canon_;
    const Marks& marks_;
    const std::vector<std::uint32_t>& pages_;
    Budget& budget_;
    std::vector<Span> quotes_;
    std::vector<Line> lines_;
    std::size_t definition_ = 0;
    std::size_t quote_ = 0;
    std::size_t page_ = 0;
    bool page_pending_ = true;
    std::uint32_t blanks_ = 0;
};

// The number of a line that is only a page number: "12", "- 12 -", "Trang 12", "12/40"; else 0.
int page_number(std::string_view line) {
    if (line.size() > 20) return 0;
    if (starts_nocase(line, "trang ")) line = trimmed(line.substr(6));
    while (!line.empty() && (line.front() == '-' || line.front() == ' ')) line.remove_prefix(1);
    const std::size_t slash = line.find('/');
    if (slash != std::string_view::npos && all_digits(trimmed(line.substr(slash + 1))))
        line = line.substr(0, slash);
    while (!line.empty() && (line.back() == '-' || line.back() == ' ')) line.remove_suffix(1);
    if (!all_digits(line) || line.size() > 4) return 0;
    int value = 0;
    for (const char c : line) value = value * 10 + (c - '0');
    return value;
}

// Page numbers rise by one and stand far apart; row numbers of a table stand close together.
void mark_page_numbers(std::string_view canon, const std::vector<Line>& lines, bool paged,
                       std::vector<bool>& out) {
    std::map<int, std::pair<std::size_t, std::size_t>> chains;  // next value -> (last line, length)
    std::vector<std::int64_t> previous(lines.size(), -1);
    std::vector<std::size_t> length(lines.size(), 0);
    std::size_t best = 0;
    std::size_t best_at = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].tab || lines[i].chars > 20) continue;
        const int value = page_number(view(canon, lines[i].span));
        if (value == 0) continue;
        const bool edge = lines[i].page_start ||
                          (i + 1 < lines.size() && lines[i + 1].page_start) ||
                          i + 1 == lines.size();
        if (paged && !edge) continue;
        length[i] = 1;
        const auto it = chains.find(value);
        if (it != chains.end() && i - it->second.first >= (paged ? 1U : kMinPageLines)) {
            previous[i] = static_cast<std::int64_t>(it->second.first);
            length[i] = it->second.second + 1;
        }
        chains[value + 1] = {i, length[i]};
        if (length[i] > best) {
            best = length[i];
            best_at = i;
        }
    }
    if (best < (paged ? 2U : 3U)) return;
    if (!paged) {  // they begin low and run through the whole text, or they are no page numbers
        auto first = static_cast<std::int64_t>(best_at);
        while (previous[static_cast<std::size_t>(first)] >= 0)
            first = previous[static_cast<std::size_t>(first)];
        if (page_number(view(canon, lines[static_cast<std::size_t>(first)].span)) > 3) return;
        if ((best_at - static_cast<std::size_t>(first)) * 5 < lines.size() * 3) return;
    }
    for (auto at = static_cast<std::int64_t>(best_at); at >= 0;
         at = previous[static_cast<std::size_t>(at)]) {
        out[static_cast<std::size_t>(at)] = true;
    }
}

// A line that repeats at the top or foot of most pages is a running title.
void mark_running_titles(std::string_view canon, const std::vector<Line>& lines, std::size_t pages,
                         std::vector<bool>& out) {
    if (pages < 3) return;
    std::map<std::string, std::vector<std::size_t>, std::less<>> seen;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool edge = lines[i].page_start || (i > 0 && lines[i - 1].page_start && out[i - 1]) ||
                          (i + 1 < lines.size() && lines[i + 1].page_start);
        if (edge && lines[i].chars <= 100)
            seen[std::string(view(canon, lines[i].span))].push_back(i);
    }
    for (const auto& [text, at] : seen) {
        if (at.size() * 2 < pages || at.size() < 3) continue;
        for (const std::size_t i : at) out[i] = true;
    }
}

// Takes marked lines out of the list and makes them holes; blank lines around them count as one
// gap.
void take_out(std::vector<Line>& lines, const std::vector<bool>& marked, Marks& marks) {
    std::vector<Line> kept;
    kept.reserve(lines.size());
    bool after = false;
    bool page = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (marked[i]) {
            marks.holes.push_back(lines[i].span);
            after = true;
            page = page || lines[i].page_start;
            continue;
        }
        kept.push_back(lines[i]);
        if (page) kept.back().page_start = true;
        if (after) kept.back().blank_before = 0;  // a page break is no paragraph break
        after = page = false;
    }
    lines = std::move(kept);
    std::sort(marks.holes.begin(), marks.holes.end(),
              [](const Span& a, const Span& b) { return a.begin < b.begin; });
}

// Pairs of neighbouring lines where a sentence surely goes on: what separates them is the gap
// inside paragraphs, and how long they are is the width.
Layout measure(std::string_view canon, const std::vector<Line>& lines) {
    Layout layout;
    std::size_t pairs = 0;
    std::size_t going_on = 0;
    std::map<std::uint32_t, std::size_t> gaps;
    std::vector<std::uint32_t> lengths;
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
        const Line& a = lines[i];
        const Line& b = lines[i + 1];
        if (a.tab || b.tab) continue;
        ++pairs;
        if (is_terminated(view(canon, a.span)) || !starts_lower(view(canon, b.span)) ||
            a.chars > kMaxWrapWidth)
            continue;
        if (parse_label(view(canon, b.span))) continue;
        ++going_on;
        ++gaps[b.blank_before];
        lengths.push_back(a.chars);
    }
    const auto long_lines = static_cast<std::size_t>(std::count_if(
        lines.begin(), lines.end(), [](const Line& line) { return line.chars > kMaxWrapWidth; }));
    if (lengths.size() < 4 || going_on * 8 < pairs || long_lines * 20 > lines.size()) return layout;
    layout.wrapped = true;
    std::sort(lengths.begin(), lengths.end());
    layout.width = lengths[lengths.size() - 1 - lengths.size() / 50];
    layout.usual_gap = std::max_element(gaps.begin(), gaps.end(), [](const auto& a, const auto& b) {
                           return a.second < b.second;
                       })->first;
    std::size_t tight = 0;
    const std::uint32_t longest = lengths.back();
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
        const Line& a = lines[i];
        const Line& b = lines[i + 1];
        if (a.tab || b.tab || is_terminated(view(canon, a.span)) ||
            !starts_lower(view(canon, b.span)))
            continue;
        if (a.chars > kMaxWrapWidth || parse_label(view(canon, b.span))) continue;
        tight += a.chars + 1 + length_in_chars(first_word(view(canon, b.span))) > longest ? 1U : 0U;
    }
    layout.exact_width = tight * 50 >= going_on * 49;
    if (layout.exact_width) layout.width = longest;
    return layout;
}

}  // namespace

Lines split_lines(std::string_view canon, Marks& marks,
                  const std::vector<std::uint32_t>& page_starts, Budget& budget) {
    Lines out;
    out.lines = Splitter(canon, marks, page_starts, budget).run();
    if (!budget.status()) return out;
    std::vector<bool> marked(out.lines.size(), false);
    mark_page_numbers(canon, out.lines, page_starts.size() > 1, marked);
    mark_running_titles(canon, out.lines, page_starts.size(), marked);
    if (std::find(marked.begin(), marked.end(), true) != marked.end())
        take_out(out.lines, marked, marks);
    out.layout = measure(canon, out.lines);
    return out;
}

bool continues(std::string_view canon, const Layout& layout, const Line& line, const Line& next) {
    const std::string_view a = view(canon, line.span);
    const std::string_view b = view(canon, next.span);
    if (next.tab || next.cell_only || line.cell_only) return false;
    if (is_caps(a) != is_caps(b) && is_caps(a)) return false;  // a title, then its text
    const bool lower = starts_lower(b);
    const bool ended = is_terminated(a);
    const std::uint32_t need =
        line.chars + 1 + static_cast<std::uint32_t>(length_in_chars(first_word(b)));
    if (!layout.wrapped) {
        if (next.blank_before > 0) return false;
        // A hand-wrapped passage in a document of long lines.
        const bool hand = line.chars >= 60 && line.chars <= 110;
        if (lower) return !ended || (hand && !a.ends_with('.'));
        if (is_open(a)) return true;
        return !ended && hand && line.chars >= 66 && next.chars <= 110 && !is_caps(b) && !line.tab;
    }
    const std::uint32_t width = layout.width;
    const bool far = next.blank_before > layout.usual_gap;
    const bool is_long = need * 100 >= width * 85;
    if (layout.exact_width && !far) return need > width && line.chars <= width;
    if (is_caps(a) && is_caps(b)) return false;  // lines of a title are put together by the tree
    if (far)
        return is_long && !ended && next.blank_before <= layout.usual_gap + kMaxPageGap &&
               (lower || need * 100 >= width * 90);
    if (lower) return !ended || (is_long && !a.ends_with('.')) || need > width;
    if (is_open(a)) return true;
    // "Các nhiệm vụ chủ yếu:" opens a list; it never ends a sentence begun above.
    if (b.ends_with(':') && next.chars * 2 < width && need <= width) return false;
    if (!ended) return is_long;
    if (a.ends_with(':')) return need * 100 >= width * 93 && next.chars * 2 > width;
    if (a.ends_with(';'))
        return is_long && need * 100 >= width * 88;  // the next item would have a label
    return need > width + width / 50;
}

bool is_real_label(std::string_view canon, const Layout& layout, const Line* before,
                   const Line& line, const Label& label) {
    if (!label || line.quoted) return false;
    if (before == nullptr || before->cell_only) return true;
    const std::string_view a = view(canon, before->span);
    const std::string_view words =
        view(canon, line.span)
            .substr(std::min(label.end, line.span.end - std::size_t{line.span.begin}));
    const std::uint32_t usual = layout.wrapped ? layout.usual_gap : 0;
    if (line.blank_before > usual || is_terminated(a)) {
        if (label.style != Style::kParen || !layout.wrapped || line.blank_before > usual)
            return true;
        // "(2)" of a list inside a sentence that happens to begin a line.
        const std::uint32_t need =
            before->chars + 1 +
            static_cast<std::uint32_t>(length_in_chars(first_word(view(canon, line.span))));
        return need <= layout.width;
    }
    const std::uint32_t need =
        before->chars + 1 +
        static_cast<std::uint32_t>(length_in_chars(first_word(view(canon, line.span))));
    if (layout.exact_width) {
        // Where nothing was cut a new line is a new element; where it was, a dash may be a dash.
        if (need <= layout.width) return true;
        if (label.style == Style::kDash || label.style == Style::kPlus) return starts_upper(words);
    }
    if (is_open(a) && !is_caps(a)) return false;
    if (is_bullet_style(label.style) && label.style != Style::kParen) return !starts_lower(words);
    if (label.style == Style::kParen) return !(layout.wrapped && need * 100 >= layout.width * 93);
    return true;
}

}  // namespace saola::lang

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "lang/document/chars.h"
#include "lang/document/layout.h"
#include "lang/document/references.h"

namespace saola::lang {
namespace {

constexpr std::size_t kProbeRows = 8;      // rows looked at before a run of tabs is called a table
constexpr std::size_t kMaxProbes = 32;     // times a line may be probed, on average
constexpr std::size_t kMaxRowLines = 400;  // lines of one row
constexpr std::size_t kMaxHeaderLines = 30;  // header lines of a table without tabs
constexpr std::uint32_t kMaxRowGap = 3;      // blank lines between two rows

bool is_structure(Style style) {
    return style == Style::kAppendix || style == Style::kPart || style == Style::kChapter ||
           style == Style::kArticle;
}

struct RowLines {
    std::size_t first = 0;
    std::size_t last = 0;  // exclusive
    std::size_t cells = 0;
    bool structure = false;  // a continuation line that is a heading: not a cell
    std::uint32_t longest = 0;
    bool sentence = false;  // a cell that ends like a sentence
};

class Builder {
public:
    Builder(std::string_view canon, const Lines& lines, std::size_t first,
            const std::vector<RawTable>& exact, Budget& budget)
        : canon_(canon),
          lines_(std::span(lines.lines).subspan(first)),
          layout_(lines.layout),
          exact_(exact),
          budget_(budget) {}

    Blocks run() {
        std::size_t i = 0;
        while (i < lines_.size() && budget_.time() && budget_.nodes(out_.blocks.size())) {
            const std::size_t next = table_at(i);
            i = next > i ? next : paragraph(i);
        }
        return std::move(out_);
    }

private:
    std::string_view words(std::size_t line) const { return view(canon_, lines_[line].span); }

    std::size_t table_at(std::size_t i) {
        if (next_exact_ < exact_.size()) {
            while (next_exact_ < exact_.size() &&
                   exact_[next_exact_].span.end <= lines_[i].span.begin)
                ++next_exact_;
            if (next_exact_ < exact_.size() &&
                exact_[next_exact_].span.begin <= lines_[i].span.begin)
                return exact_table(i);
        }
        if (!exact_.empty()) return i;  // DOCX: a tab is only an indent
        if (lines_[i].tab) return tab_table(i);
        if (words(i).front() == '|') return pipe_table(i);
        return bare_table(i);
    }
    std::size_t exact_table(std::size_t i) {
        const Span span = exact_[next_exact_].span;
        push(exact_[next_exact_], i);
        ++next_exact_;
        while (i < lines_.size() && lines_[i].span.begin < span.end) ++i;
        return i;
    }
    void push(RawTable table, std::size_t line) {
        Block block;
        block.table = static_cast<std::int32_t>(out_.tables.size());
        block.span = table.span;
        block.line = line;
        block.blank_before = lines_[line].blank_before;
        out_.tables.push_back(std::move(table));
        out_.blocks.push_back(std::move(block));
    }

    RowLines row_at(std::size_t i) const {
        RowLines row{i, i, 0, false, 0, false};
        while (row.last < lines_.size() && row.last - i < kMaxRowLines) {
            const Line& line = lines_[row.last];
            if (row.last > i && line.blank_before > 0) break;
            if (line.tab) {
                ++row.cells;
            } else if (row.last == i) {
                break;
            } else {
                const Label label = parse_label(words(row.last));
                row.structure = row.structure || is_structure(label.style) ||
                                label.style == Style::kRoman || label.style == Style::kArabic ||
                                starts_nocase(words(row.last), "nơi nhận");
            }
            row.longest = std::max(row.longest, line.chars);
            row.sentence = row.sentence || (line.chars > 40 && is_terminated(words(row.last)));
            ++row.last;
        }
        return row;
    }
    bool looks_like_table(std::size_t i, std::size_t& width) {
        std::vector<RowLines> rows;
        std::size_t at = i;
        while (at < lines_.size() && rows.size() < kProbeRows) {
            if (!lines_[at].tab || (at > i && lines_[at].blank_before > kMaxRowGap)) break;
            rows.push_back(row_at(at));
            at = rows.back().last;
        }
        probed_ += at - i;
        if (rows.size() < 2 || rows[0].cells < 2 || rows[0].structure || rows[0].longest > 200 ||
            rows[0].sentence)
            return false;
        std::map<std::size_t, std::size_t> counts;
        std::size_t wide = 0;
        std::size_t broken = 0;
        for (std::size_t r = 1; r < rows.size(); ++r) {
            if (rows[r].structure) ++broken;
            if (rows[r].cells < 2) continue;
            ++wide;
            ++counts[rows[r].cells];
        }
        if (wide * 2 < rows.size() - 1 || broken * 2 > rows.size() - 1 || counts.empty())
            return false;
        const auto mode =
            std::max_element(counts.begin(), counts.end(),
                             [](const auto& a, const auto& b) { return a.second < b.second; });
        width = std::max(mode->first, rows[0].cells);
        return mode->second * 2 >= wide;
    }
    std::size_t tab_table(std::size_t i) {
        std::size_t width = 0;
        // Each line may be probed a bounded number of times, so that the whole stays linear.
        if (i < no_table_before_ || probed_ > kMaxProbes * lines_.size()) return i;
        if (!looks_like_table(i, width)) {
            no_table_before_ = i + 1;
            while (no_table_before_ < lines_.size() && lines_[no_table_before_].tab &&
                   lines_[no_table_before_].blank_before == 0) {
                ++no_table_before_;
            }
            return i;
        }
        RawTable table;
        table.form = TableForm::kTabs;
        std::size_t at = i;
        while (at < lines_.size()) {
            const Line& line = lines_[at];
            if (at > i && line.blank_before > kMaxRowGap) break;
            if (!line.tab) {
                // A blank line inside a cell splits its row: take the rest only if it completes it.
                if (table.rows.empty() || table.rows.back().cells.size() >= width ||
                    !completes(at, width - table.rows.back().cells.size()))
                    break;
                at = append_rest(table.rows.back(), at);
                continue;
            }
            RowLines row = row_at(at);
            if (row.structure) row.last = cut_structure(row);
            if (row.cells > 2 * width + 2) break;  // indented prose after the table
            table.rows.push_back(raw_row(row));
            at = row.last;
            if (at < lines_.size() && row.structure && !lines_[at].tab) break;
        }
        table.span = {table.rows.front().span.begin, table.rows.back().span.end};
        push(std::move(table), i);
        return at;
    }
    // The last row may run into the heading that follows the table without a blank line.
    std::size_t cut_structure(const RowLines& row) const {
        for (std::size_t i = row.first + 1; i < row.last; ++i) {
            if (!lines_[i].tab &&
                (is_structure(parse_label(words(i)).style) || starts_nocase(words(i), "nơi nhận")))
                return i;
        }
        return row.last;
    }
    bool completes(std::size_t i, std::size_t missing) const {
        std::size_t cells = 0;
        for (std::size_t at = i; at < lines_.size() && at - i < kMaxRowLines; ++at) {
            if (at > i && lines_[at].blank_before > 0) break;
            if (at == i &&
                (lines_[at].blank_before > 1 || is_structure(parse_label(words(at)).style)))
                return false;
            if (lines_[at].tab) ++cells;
        }
        return cells == missing;
    }
    std::size_t append_rest(RawRow& row, std::size_t i) {
        row.confidence = 0.6F;
        std::size_t at = i;
        while (at < lines_.size() && (at == i || lines_[at].blank_before == 0)) add_line(row, at++);
        row.span.end = row.cells.back().span.end;
        return at;
    }
    void add_line(RawRow& row, std::size_t i) {
        const Line& line = lines_[i];
        if (line.tab || row.cells.empty()) {
            RawCell cell;
            cell.span = line.span;
            if (!line.cell_only) cell.pieces.push_back({line.span, Join::kNone});
            row.cells.push_back(std::move(cell));
            return;
        }
        add_piece(row.cells.back(), line.span);
    }
    // Lines of one cell: a new paragraph stays on its own line, a wrapped line is joined.
    void add_piece(RawCell& cell, Span span) {
        Join join = Join::kNone;
        if (!cell.pieces.empty()) {
            const std::string_view before = view(canon_, cell.pieces.back().span);
            const std::string_view next = view(canon_, span);
            join = is_terminated(before) && !starts_lower(next) ? Join::kNewline : Join::kBlank;
        }
        cell.pieces.push_back({span, join});
        cell.span.end = span.end;
    }
    RawRow raw_row(const RowLines& range) {
        RawRow row;
        for (std::size_t i = range.first; i < range.last; ++i) add_line(row, i);
        row.span = {row.cells.front().span.begin, row.cells.back().span.end};
        return row;
    }

    std::size_t pipe_table(std::size_t i) {
        std::size_t at = i;
        RawTable table;
        table.form = TableForm::kPipes;
        while (at < lines_.size() && words(at).front() == '|' && !lines_[at].tab &&
               (at == i || lines_[at].blank_before <= 1)) {
            RawRow row;
            row.span = lines_[at].span;
            std::uint32_t from = row.span.begin + 1;
            while (from < row.span.end) {
                std::uint32_t to = from;
                while (to < row.span.end && canon_[to] != '|') ++to;
                Span cell{from, to};
                while (cell.begin < cell.end && is_blank(canon_[cell.begin])) ++cell.begin;
                while (cell.end > cell.begin && is_blank(canon_[cell.end - 1])) --cell.end;
                RawCell raw;
                raw.span = cell;
                if (!cell.empty()) raw.pieces.push_back({cell, Join::kNone});
                row.cells.push_back(std::move(raw));
                from = to + 1;
            }
            if (!row.cells.empty()) table.rows.push_back(std::move(row));
            ++at;
        }
        if (table.rows.size() < 2) return i;
        table.span = {table.rows.front().span.begin, table.rows.back().span.end};
        push(std::move(table), i);
        return at;
    }

    // Number of a row in a table without tabs: "3", "3." or -1.
    static int row_number(std::string_view line) {
        if (line.ends_with('.')) line.remove_suffix(1);
        if (!all_digits(line) || line.size() > 3) return -1;
        int value = 0;
        for (const char c : line) value = value * 10 + (c - '0');
        return value;
    }
    static bool is_index_title(std::string_view line) {
        static constexpr std::array<std::string_view, 6> kTitles = {"tt",    "stt",       "số tt",
                                                                    "s.t.t", "số thứ tự", "tt."};
        return line.size() <= 20 &&
               std::any_of(kTitles.begin(), kTitles.end(),
                           [&](std::string_view title) { return equals_nocase(line, title); });
    }
    bool ends_bare_table(std::size_t i) const {
        const std::string_view line = words(i);
        return lines_[i].tab || lines_[i].blank_before > layout_.usual_gap + 1 ||
               is_structure(parse_label(line).style) || starts_nocase(line, "ghi chú:") ||
               starts_nocase(line, "nơi nhận") || is_index_title(line);
    }
    std::size_t bare_table(std::size_t i) {
        if (!is_index_title(words(i))) return i;
        std::size_t first = i + 1;
        while (first < lines_.size() && first - i <= kMaxHeaderLines &&
               row_number(words(first)) != 1) {
            if (ends_bare_table(first) || lines_[first].chars > 160) return i;
            ++first;
        }
        if (first >= lines_.size() || first - i > kMaxHeaderLines || first < i + 2) return i;
        RawTable table;
        table.form = TableForm::kBare;
        RawRow row;
        int number = 0;
        bool figures = false;
        std::size_t at = i;
        for (; at < lines_.size(); ++at) {
            if (at > first && ends_bare_table(at)) break;
            const int value = at >= first ? row_number(words(at)) : -1;
            // A number starts a row when words follow it; with a gap only in a table of words.
            const bool before_words = at + 1 < lines_.size() && starts_upper(words(at + 1));
            const bool next_number =
                value == number + 1 || (value > number && value <= number + 5 && !figures);
            if (value > 0 && before_words && next_number) {
                finish_row(table, row);
                number = value;
            } else if (value >= 0) {
                figures = true;
            }
            RawCell cell;
            cell.span = lines_[at].span;
            cell.pieces.push_back({cell.span, Join::kNone});
            row.cells.push_back(std::move(cell));
        }
        finish_row(table, row);
        table.span = {table.rows.front().span.begin, table.rows.back().span.end};
        push(std::move(table), i);
        return at;
    }
    static void finish_row(RawTable& table, RawRow& row) {
        if (row.cells.empty()) return;
        row.span = {row.cells.front().span.begin, row.cells.back().span.end};
        table.rows.push_back(std::move(row));
        row = RawRow();
    }

    std::size_t paragraph(std::size_t i) {
        const Line* before = i > 0 ? &lines_[i - 1] : nullptr;
        Block block;
        block.line = i;
        block.quoted = lines_[i].quoted;
        block.blank_before = lines_[i].blank_before;
        block.caps = is_caps(words(i));
        Label label = parse_label(words(i));
        if (is_real_label(canon_, layout_, before, lines_[i], label))
            block.label = std::move(label);
        block.pieces.push_back({lines_[i].span, Join::kNone});
        std::size_t at = i + 1;
        for (; at < lines_.size() && goes_on(block, at) && budget_.time(); ++at) {
            const std::string_view last = words(at - 1);
            // "as-a-" + "Service": the hyphen belongs to the word; a lone dash keeps its blanks.
            const bool hyphen =
                last.ends_with('-') && last.size() > 1 && !is_blank(last[last.size() - 2]);
            block.pieces.push_back({lines_[at].span, hyphen ? Join::kNone : Join::kBlank});
        }
        block.span = {block.pieces.front().span.begin, block.pieces.back().span.end};
        out_.blocks.push_back(std::move(block));
        return at;
    }
    // "Bộ trưởng Bộ X ban hành Thông tư ...": a paragraph of its own after the last reason's comma.
    static bool enacts(std::string_view line) {
        const std::size_t end = match_issuer(line, 0);
        if (end == std::string_view::npos) return false;
        const std::string_view rest = trimmed(line.substr(end));
        return rest.starts_with("ban hành") || rest.starts_with("quyết định");
    }
    bool goes_on(const Block& block, std::size_t at) const {
        if (!continues(canon_, layout_, lines_[at - 1], lines_[at])) {
            // A label that is no label continues the sentence it interrupts.
            if (lines_[at].tab || lines_[at].cell_only ||
                lines_[at].blank_before > (layout_.wrapped ? layout_.usual_gap : 0))
                return false;
            const Label label = parse_label(words(at));
            return label && !is_real_label(canon_, layout_, &lines_[at - 1], lines_[at], label) &&
                   !lines_[at].quoted;
        }
        if (words(at - 1).ends_with(',') && enacts(words(at))) return false;
        // An appendix, article or chapter line alone is complete; its title follows as its own
        // block.
        if (block.label.alone && block.pieces.size() == 1) return false;
        const Label label = parse_label(words(at));
        if (is_real_label(canon_, layout_, &lines_[at - 1], lines_[at], label)) return false;
        return !is_index_title(words(at)) && words(at).front() != '|' &&
               !starts_nocase(words(at), "nơi nhận");
    }

    std::string_view canon_;
    std::span<const Line> lines_;
    const Layout& layout_;
    const std::vector<RawTable>& exact_;
    Budget& budget_;
    std::size_t next_exact_ = 0;
    std::size_t no_table_before_ = 0;
    std::size_t probed_ = 0;
    Blocks out_;
};

}  // namespace

Blocks make_blocks(std::string_view canon, const Lines& lines, std::size_t first,
                   const std::vector<RawTable>& exact, Budget& budget) {
    return Builder(canon, lines, first, exact, budget).run();
}

}  // namespace saola::lang

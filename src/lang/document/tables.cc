#include "lang/document/tables.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "lang/document/chars.h"

namespace saola::lang {
namespace {

using contracts::Cell;
using contracts::Column;
using contracts::Row;
using contracts::RowKind;
using contracts::Table;

constexpr std::size_t kMaxColumns = 256;

struct Value {
    Text text;
    Span span;
    bool empty = true;
    bool numeric = false;
    const RawCell* raw = nullptr;
};
struct ValueRow {
    std::vector<Value> cells;
    Span span;
    float confidence = 1.0F;
    bool header = false;
};

bool is_total_label(std::string_view text) {
    static constexpr std::array<std::string_view, 5> kWords = {"tổng cộng", "tổng số",
                                                               "tổng kinh phí", "cộng", "tổng"};
    text = trimmed(text);
    if (text.size() > 60) return false;
    for (const std::string_view word : kWords) {
        if (!starts_nocase(text, word)) continue;
        const std::string_view rest = trimmed(text.substr(word.size()));
        if (rest.empty() || rest.front() == ':' || rest.front() == '(' || rest.front() == '.' ||
            word.size() > 6)
            return true;
    }
    return false;
}

bool is_index_title(std::string_view text) {
    static constexpr std::array<std::string_view, 6> kTitles = {"tt",    "stt",       "số tt",
                                                                "s.t.t", "số thứ tự", "tt."};
    return std::any_of(kTitles.begin(), kTitles.end(),
                       [&](std::string_view t) { return equals_nocase(trimmed(text), t); });
}

std::string_view without_dot(std::string_view text) {
    text = trimmed(text);
    while (!text.empty() && (text.back() == '.' || text.back() == ')')) text.remove_suffix(1);
    return text;
}

class TableBuilder {
public:
    TableBuilder(std::string_view canon, const std::vector<Span>& holes, const RawTable& raw,
                 Budget& budget)
        : canon_(canon), holes_(holes), raw_(raw), budget_(budget) {}

    Table run() {
        for (const RawRow& row : raw_.rows) {
            if (!budget_.time()) return std::move(table_);
            rows_.push_back(values(row));
        }
        table_.span = raw_.span;
        find_width();
        if (!budget_.add_cells(rows_.size() * width_)) return std::move(table_);
        find_header();
        build_header();
        profile();
        for (std::size_t r = header_rows_; r < rows_.size() && budget_.time(); ++r) place(rows_[r]);
        find_kinds();
        if (raw_.form != TableForm::kExact) carry_leading();
        if (raw_.form != TableForm::kExact) carry_trailing();
        find_units();
        float sum = 0;
        for (const Row& row : table_.rows) sum += row.confidence;
        if (!table_.rows.empty()) sum /= static_cast<float>(table_.rows.size());
        table_.confidence =
            std::min(header_confidence_, table_.rows.empty() ? header_confidence_ : sum);
        return std::move(table_);
    }

private:
    ValueRow values(const RawRow& raw) {
        ValueRow row;
        row.span = raw.span;
        row.confidence = raw.confidence;
        row.header = raw.header;
        for (const RawCell& cell : raw.cells) {
            Value value;
            value.raw = &cell;
            value.span = cell.span;
            TextMaker maker(canon_, holes_);
            for (const Piece& piece : cell.pieces) maker.add(piece.span, piece.join);
            value.text = maker.finish();
            if (value.text.value.empty()) value.text.span = {cell.span.begin, cell.span.begin};
            value.empty = value.text.value.empty();
            value.numeric = is_numeric_cell(value.text.value);
            row.cells.push_back(std::move(value));
        }
        return row;
    }

    // Number of columns: from the grid when known, else what most rows have.
    void find_width() {
        width_ = 1;
        if (raw_.form == TableForm::kExact) {
            for (const RawRow& row : raw_.rows) {
                for (const RawCell& cell : row.cells) {
                    width_ = std::max<std::size_t>(
                        width_, static_cast<std::size_t>(cell.column) + cell.column_span);
                }
            }
            width_ = std::min(width_, kMaxColumns);
            return;
        }
        std::map<std::size_t, std::size_t> counts;
        for (std::size_t r = 1; r < rows_.size(); ++r) {
            if (rows_[r].cells.size() > 1) ++counts[std::min(rows_[r].cells.size(), kMaxColumns)];
        }
        std::size_t best = 0;
        for (const auto& [count, times] : counts) {
            if (times >= best) {
                best = times;
                width_ = count;
            }
        }
        if (raw_.form == TableForm::kBare) {
            width_ = std::min(rows_.front().cells.size(), kMaxColumns);
        } else {
            width_ = std::min(std::max(width_, rows_.front().cells.size()), kMaxColumns);
        }
    }

    static bool is_year(std::string_view text) {
        return text.size() == 4 && all_digits(text) &&
               (text.starts_with("19") || text.starts_with("20"));
    }
    static bool no_figures(const ValueRow& row) {
        return std::none_of(row.cells.begin(), row.cells.end(),
                            [](const Value& v) { return v.numeric && !is_year(v.text.value); });
    }
    // "(1) (2) (3)" or "A B 1 2" below the titles.
    static bool is_numbering(const ValueRow& row) {
        if (row.cells.size() < 3) return false;
        int last = 0;
        std::size_t numbers = 0;
        for (const Value& value : row.cells) {
            std::string_view text = without_dot(value.text.value);
            if (!text.empty() && text.front() == '(') text.remove_prefix(1);
            if (text.size() == 1 && text[0] >= 'A' && text[0] <= 'C') continue;
            if (!all_digits(text) || text.size() > 2 || std::stoi(std::string(text)) != last + 1)
                return false;
            ++last;
            ++numbers;
        }
        return numbers >= 2 && numbers + 2 >= row.cells.size();
    }
    void find_header() {
        header_rows_ = 0;
        if (raw_.form == TableForm::kExact) {
            while (header_rows_ < rows_.size() && rows_[header_rows_].header) ++header_rows_;
            if (header_rows_ == 0 && rows_.size() > 1 && no_figures(rows_[0])) header_rows_ = 1;
            if (header_rows_ == 1 && rows_.size() > 2 && second_level_exact(rows_[0], rows_[1]))
                header_rows_ = 2;
        } else if (!rows_.empty() && no_figures(rows_[0]) &&
                   (rows_.size() > 1 || raw_.form == TableForm::kBare)) {
            header_rows_ = 1;
            const bool wide = rows_.size() > 2 && rows_[1].cells.size() > 1;
            if (wide && rows_[0].cells.size() < width_ && no_figures(rows_[1]) &&
                starts_below(rows_[1]))
                header_rows_ = 2;
        }
        if (header_rows_ > 0 && header_rows_ < rows_.size() && is_numbering(rows_[header_rows_]))
            ++header_rows_;
    }
    static bool second_level_exact(const ValueRow& top, const ValueRow& next) {
        const bool spans = std::any_of(top.cells.begin(), top.cells.end(),
                                       [](const Value& v) { return v.raw->column_span > 1; });
        const bool merged = std::any_of(next.cells.begin(), next.cells.end(),
                                        [](const Value& v) { return v.raw->continues; });
        return spans && no_figures(next) &&
               (merged || (!next.cells.empty() && next.cells[0].empty));
    }
    // A second header row has blanks where the titles above reach down, or completes the width.
    bool starts_below(const ValueRow& row) const {
        if (row.cells.size() == width_ && row.cells[0].empty) return true;
        return row.cells.size() < width_ && rows_[0].cells.size() + row.cells.size() > width_ &&
               !row.cells[0].empty;
    }

    Cell header_cell(const Value& value, std::size_t column, std::size_t span) const {
        Cell cell;
        cell.column = static_cast<std::uint32_t>(column);
        cell.column_span = static_cast<std::uint32_t>(span);
        cell.text = value.text;
        return cell;
    }
    void build_header() {
        table_.columns.assign(width_, Column{});
        if (header_rows_ == 0) {
            header_confidence_ = 0.7F;
            return;
        }
        std::vector<std::vector<std::size_t>> starts(
            header_rows_);  // per row: columns spanned by each cell
        if (raw_.form == TableForm::kExact) {
            exact_header();
            return;
        }
        const ValueRow& top = rows_[0];
        const bool two = header_rows_ >= 2 && !is_numbering(rows_[1]);
        std::vector<std::size_t> spans(top.cells.size(), 1);
        if (two) spans = spread(top, rows_[1]);
        if (!two && top.cells.size() < width_) header_confidence_ = 0.5F;
        Row row;
        row.kind = RowKind::kHeader;
        row.span = top.span;
        std::size_t column = 0;
        for (std::size_t i = 0; i < top.cells.size() && column < width_; ++i) {
            const std::size_t span = std::max<std::size_t>(1, std::min(spans[i], width_ - column));
            row.cells.push_back(header_cell(top.cells[i], column, span));
            for (std::size_t c = column; c < column + span; ++c) title(c, top.cells[i]);
            column += span;
        }
        table_.header.push_back(std::move(row));
        if (two) second_row(rows_[1], spans);
        for (std::size_t r = two ? 2 : 1; r < header_rows_; ++r) {
            Row extra;
            extra.kind = RowKind::kHeader;
            extra.span = rows_[r].span;
            for (std::size_t i = 0; i < rows_[r].cells.size() && i < width_; ++i)
                extra.cells.push_back(header_cell(rows_[r].cells[i], i, 1));
            table_.header.push_back(std::move(extra));
        }
    }
    void title(std::size_t column, const Value& value) {
        if (value.empty) return;
        if (!budget_.repeat(value.text.value.size())) return;
        Column& target = table_.columns[column];
        if (!target.title.empty()) target.title += " / ";
        std::string words = value.text.value;
        std::replace(words.begin(), words.end(), '\n', ' ');
        target.title += words;
        target.span = value.text.span;
    }
    // How many columns each title of the first header row covers, given the second row.
    std::vector<std::size_t> spread(const ValueRow& top, const ValueRow& low) {
        std::vector<std::size_t> spans(top.cells.size(), 1);
        if (low.cells.size() <
            width_) {  // cells below merged titles vanished: the last titles are split
            const std::size_t split = top.cells.size() + low.cells.size() - width_;
            const std::size_t first = top.cells.size() - split;
            divide(low, 0, low.cells.size(), first, split, spans);
            header_confidence_ = std::min(header_confidence_, 0.6F);
            return spans;
        }
        // Runs of empty and of filled cells, in order: an empty cell is the lower half of a title
        // of its own, a filled run is shared by as many titles as remain before the next empty
        // cell.
        std::size_t leading = 0;
        while (leading < low.cells.size() && low.cells[leading].empty) ++leading;
        std::size_t trailing = 0;
        while (trailing + leading < low.cells.size() &&
               low.cells[low.cells.size() - 1 - trailing].empty)
            ++trailing;
        const std::size_t filled = low.cells.size() - leading - trailing;
        const bool inner =
            std::any_of(low.cells.begin() + static_cast<std::ptrdiff_t>(leading),
                        low.cells.begin() + static_cast<std::ptrdiff_t>(leading + filled),
                        [](const Value& v) { return v.empty; });
        if (leading + trailing >= top.cells.size() || filled == 0 || inner) {
            header_confidence_ = std::min(header_confidence_, 0.4F);
            if (inner) split_inner(low, spans);
            return spans;
        }
        divide(low, leading, filled, leading, top.cells.size() - leading - trailing, spans);
        return spans;
    }
    // Empty cells also in the middle: each filled run belongs to one title.
    void split_inner(const ValueRow& low, std::vector<std::size_t>& spans) {
        std::vector<std::size_t> runs;
        for (std::size_t c = 0; c < low.cells.size(); ++c) {
            const bool joins = c > 0 && !low.cells[c].empty && !low.cells[c - 1].empty;
            if (joins) {
                ++runs.back();
            } else {
                runs.push_back(1);
            }
        }
        if (runs.size() != spans.size()) return;
        spans = runs;
        header_confidence_ = 0.9F;
    }
    // Shares `count` lower cells from `from` among `titles` titles: where the words begin to repeat
    // a new title begins ("SC GPHI SC GPHI"); else evenly, which is a guess.
    void divide(const ValueRow& low, std::size_t from, std::size_t count, std::size_t first,
                std::size_t titles, std::vector<std::size_t>& spans) {
        if (titles == 1) {
            spans[first] = count;
            return;
        }
        std::vector<std::size_t> groups;
        std::set<std::string> seen;
        for (std::size_t i = from; i < from + count; ++i) {
            const std::string word = lower(low.cells[i].text.value);
            if (groups.empty() || !seen.insert(word).second) {
                groups.push_back(0);
                seen = {word};
            }
            ++groups.back();
        }
        if (groups.size() == titles) {
            std::copy(groups.begin(), groups.end(),
                      spans.begin() + static_cast<std::ptrdiff_t>(first));
            return;
        }
        header_confidence_ = std::min(header_confidence_, count % titles == 0 ? 0.6F : 0.4F);
        for (std::size_t t = 0; t < titles; ++t) {
            spans[first + t] =
                std::max<std::size_t>(1, count / titles + (t < count % titles ? 1 : 0));
        }
    }
    void second_row(const ValueRow& low, const std::vector<std::size_t>& spans) {
        Row row;
        row.kind = RowKind::kHeader;
        row.span = low.span;
        std::vector<std::size_t> columns;
        if (low.cells.size() == width_) {
            for (std::size_t c = 0; c < width_; ++c) columns.push_back(c);
        } else {
            std::size_t column = 0;
            for (const std::size_t span : spans) {
                for (std::size_t c = column; span > 1 && c < column + span; ++c)
                    columns.push_back(c);
                column += span;
            }
        }
        for (std::size_t i = 0; i < low.cells.size() && i < columns.size() && columns[i] < width_;
             ++i) {
            row.cells.push_back(header_cell(low.cells[i], columns[i], 1));
            title(columns[i], low.cells[i]);
        }
        table_.header.push_back(std::move(row));
    }
    void exact_header() {
        for (std::size_t r = 0; r < header_rows_; ++r) {
            Row row;
            row.kind = RowKind::kHeader;
            row.span = rows_[r].span;
            const bool numbering = r > 0 && is_numbering(rows_[r]);
            for (const Value& value : rows_[r].cells) {
                const auto column = static_cast<std::size_t>(value.raw->column);
                if (column >= width_) continue;
                const std::size_t span =
                    std::min<std::size_t>(value.raw->column_span, width_ - column);
                row.cells.push_back(header_cell(value, column, span));
                for (std::size_t c = column;
                     !numbering && !value.raw->continues && c < column + span; ++c)
                    title(c, value);
            }
            table_.header.push_back(std::move(row));
        }
    }

    // Share of figures and of filled cells per column, from rows whose cells are all there.
    void profile() {
        figures_.assign(width_, 0.0);
        filled_.assign(width_, 0.0);
        std::vector<std::size_t> filled(width_, 0);
        std::size_t complete = 0;
        for (std::size_t r = header_rows_; r < rows_.size(); ++r) {
            if (rows_[r].cells.size() != width_) continue;
            ++complete;
            for (std::size_t c = 0; c < width_; ++c) {
                if (rows_[r].cells[c].empty) continue;
                ++filled[c];
                figures_[c] += rows_[r].cells[c].numeric ? 1.0 : 0.0;
            }
        }
        for (std::size_t c = 0; c < width_; ++c) {
            if (filled[c] > 0) figures_[c] /= static_cast<double>(filled[c]);
            if (complete > 0)
                filled_[c] = static_cast<double>(filled[c]) / static_cast<double>(complete);
        }
        complete_ = complete;
    }

    void place(const ValueRow& source) {
        Row row;
        row.span = source.span;
        row.confidence = source.confidence;
        if (raw_.form == TableForm::kExact) {
            place_exact(source, row);
        } else if (source.cells.size() == width_) {
            for (std::size_t c = 0; c < width_; ++c)
                row.cells.push_back(header_cell(source.cells[c], c, 1));
        } else if (source.cells.size() == 1 && raw_.form != TableForm::kBare) {
            row.cells.push_back(header_cell(source.cells[0], 0, width_));
        } else if (source.cells.size() > width_) {
            place_many(source, row);
        } else {
            place_few(source, row);
        }
        if (raw_.form == TableForm::kBare)
            row.confidence = std::min(row.confidence, source.cells.size() == width_ ? 0.85F : 0.7F);
        row.confidence = std::min(row.confidence, 1.0F);
        table_.rows.push_back(std::move(row));
    }
    void carry(const Cell& above, Cell& cell) {
        if (!budget_.repeat(cost(above.text))) return;
        cell.text = above.text;
        cell.carried = true;
    }
    static std::size_t cost(const Text& text) {
        return text.value.size() + text.map.size() * sizeof(Text::Anchor);
    }
    void place_exact(const ValueRow& source, Row& row) {
        for (const Value& value : source.cells) {
            const auto column = static_cast<std::size_t>(value.raw->column);
            if (column >= width_) continue;
            Cell cell = header_cell(value, column,
                                    std::min<std::size_t>(value.raw->column_span, width_ - column));
            if (value.raw->continues && !table_.rows.empty()) {
                const Cell* above = table_.rows.back().cell(cell.column);
                if (above != nullptr && above->column == cell.column) carry(*above, cell);
            }
            row.cells.push_back(std::move(cell));
        }
    }
    // More cells than columns: the last cell holds several paragraphs; which ones is a guess.
    void place_many(const ValueRow& source, Row& row) {
        for (std::size_t c = 0; c + 1 < width_; ++c)
            row.cells.push_back(header_cell(source.cells[c], c, 1));
        TextMaker maker(canon_, holes_);
        for (std::size_t i = width_ - 1; i < source.cells.size(); ++i) {
            for (std::size_t p = 0; p < source.cells[i].raw->pieces.size(); ++p) {
                const Piece& piece = source.cells[i].raw->pieces[p];
                maker.add(piece.span, p == 0 ? Join::kNewline : piece.join);
            }
        }
        Value rest;
        rest.text = maker.finish();
        row.cells.push_back(header_cell(rest, width_ - 1, 1));
        // With two or three columns only the last can have grown: its lines are its paragraphs.
        row.confidence =
            std::min(row.confidence, raw_.form == TableForm::kBare && width_ <= 3 ? 0.7F : 0.3F);
    }

    double fits(const Value& value, std::size_t column) const {
        if (value.empty) return 0;
        const bool figures = complete_ > 0 ? figures_[column] > 0.5 : column != 1;
        const bool sure = complete_ > 0 && (figures_[column] > 0.8 || figures_[column] < 0.2);
        const double weight = sure ? 2.0 : 1.0;
        return value.numeric == figures ? weight : -weight;
    }
    // Fewer cells than columns: cells merged (total rows) or lost.
    void place_few(const ValueRow& source, Row& row) {
        const std::size_t n = source.cells.size();
        std::size_t label = 0;
        while (label < n && source.cells[label].empty) ++label;
        const bool total = label < n && is_total_label(source.cells[label].text.value);
        if (total && raw_.form != TableForm::kBare) {
            place_total(source, row, label);
            return;
        }
        std::vector<std::size_t> columns(n);
        const bool unique = align(source, columns);
        for (std::size_t i = 0; i < n; ++i)
            row.cells.push_back(header_cell(source.cells[i], columns[i], 1));
        fill_gaps(row);
        row.confidence = std::min(row.confidence, unique ? 0.6F : 0.4F);
    }
    // Either the label spans the columns before the figures, or cells at the end were lost.
    void place_total(const ValueRow& source, Row& row, std::size_t label) {
        const std::size_t n = source.cells.size();
        const std::size_t shift = width_ - n;
        double left = 0;
        double right = 0;
        std::size_t figures = 0;
        for (std::size_t i = label + 1; i < n; ++i) {
            if (source.cells[i].empty) continue;
            ++figures;
            left += fits(source.cells[i], i);
            right += fits(source.cells[i], i + shift);
        }
        left += fits(source.cells[label], label);
        const bool use_right = right > left || (right == left && label == 0);
        for (std::size_t i = 0; i < n; ++i) {
            const bool after = use_right && i > label;
            const std::size_t span = use_right && i == label ? shift + 1 : 1;
            row.cells.push_back(header_cell(source.cells[i], after ? i + shift : i, span));
        }
        fill_gaps(row);
        const bool sure =
            figures > 0 && (use_right ? right - left >= 1.0 || label == 0 : left - right >= 2.0);
        row.confidence = std::min(row.confidence, sure ? 0.9F : 0.5F);
    }
    // Places cells in rising columns so that figures stand in columns of figures. True when the
    // best placing is the only one.
    bool align(const ValueRow& source, std::vector<std::size_t>& columns) const {
        const std::size_t n = source.cells.size();
        constexpr double kBad = -1e9;
        std::vector<std::vector<double>> best(n + 1, std::vector<double>(width_ + 1, kBad));
        std::vector<std::vector<unsigned>> ways(n + 1, std::vector<unsigned>(width_ + 1, 0));
        for (std::size_t c = 0; c <= width_; ++c) {
            best[0][c] = 0;
            ways[0][c] = 1;
        }
        for (std::size_t i = 1; i <= n; ++i) {
            for (std::size_t c = i; c <= width_; ++c) {
                const double skip = c > i ? best[i][c - 1] - filled_[c - 1] : kBad;
                const double take = best[i - 1][c - 1] + fits(source.cells[i - 1], c - 1);
                best[i][c] = std::max(skip, take);
                unsigned count = 0;
                if (take >= best[i][c] - 1e-6) count += ways[i - 1][c - 1];
                if (c > i && skip >= best[i][c] - 1e-6) count += ways[i][c - 1];
                ways[i][c] = std::min(count, 2U);
            }
        }
        std::size_t c = width_;
        for (std::size_t i = n; i > 0; --i) {
            while (c > i && best[i][c - 1] - filled_[c - 1] >= best[i][c] - 1e-6) --c;
            columns[i - 1] = c - 1;
            --c;
        }
        return ways[n][width_] == 1;
    }
    // Columns without a cell get an empty one, at the place where it would stand.
    void fill_gaps(Row& row) const {
        std::vector<Cell> full;
        std::size_t column = 0;
        std::uint32_t at = row.span.begin;
        const auto fill = [&](std::size_t until) {
            for (; column < until; ++column) {
                Cell cell;
                cell.column = static_cast<std::uint32_t>(column);
                cell.text.span = {at, at};
                full.push_back(std::move(cell));
            }
        };
        for (Cell& cell : row.cells) {
            fill(cell.column);
            column = cell.column + cell.column_span;
            at = std::max(at, cell.text.span.end);
            full.push_back(std::move(cell));
        }
        fill(width_);
        row.cells = std::move(full);
    }

    void find_kinds() {
        std::size_t arabic = 0;
        for (const Row& row : table_.rows) {
            if (!row.cells.empty() && all_digits(without_dot(row.cells[0].text.value))) ++arabic;
        }
        for (Row& row : table_.rows) {
            std::size_t filled = 0;
            std::size_t last = 0;
            bool total = false;
            for (std::size_t i = 0; i < row.cells.size(); ++i) {
                const std::string& text = row.cells[i].text.value;
                if (text.empty() || row.cells[i].carried) continue;
                if (filled < 2 && is_total_label(text)) total = true;
                ++filled;
                last = i;
            }
            if (filled == 0) continue;
            const std::string first(without_dot(row.cells[0].text.value));
            const bool outline =
                roman_value(first) > 0 || (first.size() == 1 && first[0] >= 'A' && first[0] <= 'H');
            const bool alone =
                filled == 1 && !is_numeric_cell(row.cells[last].text.value) && !all_digits(first);
            if (total && filled > 1) {
                row.kind = RowKind::kTotal;
            } else if (alone && (row.cells.size() == 1 || last <= 1)) {
                row.kind = RowKind::kGroup;
            } else if (outline && filled == 2 && last == 1 && arabic > 0) {
                row.kind = RowKind::kGroup;
            }
        }
    }

    bool has_index() const {
        if (!table_.columns.empty() && is_index_title(table_.columns[0].title)) return true;
        return !figures_.empty() && figures_[0] > 0.8;
    }
    // Empty cells at the start of a row that has no number of its own are merged with those above.
    void carry_leading() {
        const bool index = has_index();
        for (std::size_t r = 1; r < table_.rows.size(); ++r) {
            Row& row = table_.rows[r];
            const Row& above = table_.rows[r - 1];
            if (row.kind != RowKind::kBody || above.kind != RowKind::kBody) continue;
            if (row.cells.size() != width_ || above.cells.size() != width_ ||
                raw_.form == TableForm::kBare)
                continue;
            std::size_t lead = 0;
            while (lead < width_ && row.cells[lead].text.value.empty()) ++lead;
            if (lead == 0 || lead == width_) continue;
            if (index && lead == 1) {  // a missing number, or a merged number: not known
                row.confidence = std::min(row.confidence, 0.7F);
                continue;
            }
            for (std::size_t c = 0; c < lead; ++c) {
                if (!above.cells[c].text.value.empty()) carry(above.cells[c], row.cells[c]);
            }
        }
    }
    // A later column that is filled on the first row of every merged block and never below it is
    // merged like the leading columns.
    void carry_trailing() {
        for (std::size_t c = 1; c < width_; ++c) {
            std::size_t blocks = 0;
            std::size_t filled = 0;
            bool below = false;
            for (std::size_t r = 0; r < table_.rows.size() && !below; ++r) {
                const Row& row = table_.rows[r];
                if (row.kind != RowKind::kBody || row.cells.size() != width_) continue;
                if (row.cells[0].carried) {
                    below = row.cells[c].carried || !row.cells[c].text.value.empty();
                } else if (r + 1 < table_.rows.size() && !table_.rows[r + 1].cells.empty() &&
                           table_.rows[r + 1].cells[0].carried) {
                    ++blocks;
                    filled += row.cells[c].text.value.empty() ? 0U : 1U;
                }
            }
            if (below || blocks < 3 || filled != blocks) continue;
            for (std::size_t r = 1; r < table_.rows.size(); ++r) {
                Row& row = table_.rows[r];
                if (row.kind != RowKind::kBody || row.cells.size() != width_ ||
                    !row.cells[0].carried)
                    continue;
                carry(table_.rows[r - 1].cells[c], row.cells[c]);
                row.confidence = std::min(row.confidence, 0.9F);
            }
        }
    }
    void find_units() {
        for (Column& column : table_.columns) column.unit = find_unit(column.title);
    }

    std::string_view canon_;
    const std::vector<Span>& holes_;
    const RawTable& raw_;
    Budget& budget_;
    std::vector<ValueRow> rows_;
    Table table_;
    std::size_t width_ = 1;
    std::size_t header_rows_ = 0;
    float header_confidence_ = 1.0F;
    std::vector<double> figures_;
    std::vector<double> filled_;
    std::size_t complete_ = 0;
};

}  // namespace

Table build_table(std::string_view canon, const std::vector<Span>& holes, const RawTable& raw,
                  Budget& budget) {
    return TableBuilder(canon, holes, raw, budget).run();
}

std::string find_unit(std::string_view title) {
    static constexpr std::array<std::string_view, 26> kUnits = {
        "triệu đồng", "tỷ đồng", "tỉ đồng", "nghìn đồng", "ngàn đồng", "đồng",      "nghìn tỷ đồng",
        "triệu usd",  "tỷ usd",  "usd",     "%",          "tháng",     "năm",       "ngày",
        "người",      "km",      "km2",     "ha",         "tấn",       "nghìn tấn", "triệu tấn",
        "m2",         "m3",      "mw",      "tr.đ",       "trđ"};
    const auto known = [&](std::string_view words) -> std::string {
        words = trimmed(words);
        for (const std::string_view prefix :
             {"đơn vị tính:", "đơn vị:", "đvt:", "đơn vị tính", "đvt"}) {
            if (starts_nocase(words, prefix)) {
                words = trimmed(words.substr(prefix.size()));
                break;
            }
        }
        const std::string folded = lower(words);
        return std::find(kUnits.begin(), kUnits.end(), folded) != kUnits.end() ? folded
                                                                               : std::string();
    };
    for (std::size_t open = title.find('('); open != std::string_view::npos;
         open = title.find('(', open + 1)) {
        const std::string_view inside = title.substr(open + 1, 60);
        const std::size_t close = inside.find(')');
        if (close == std::string_view::npos) continue;
        if (std::string unit = known(inside.substr(0, close)); !unit.empty()) return unit;
    }
    const std::string folded = lower(title);
    for (const std::string_view prefix : {"đơn vị tính:", "đơn vị:", "đvt:"}) {
        const std::size_t at = folded.find(prefix);
        if (at != std::string::npos) return known(std::string_view(folded).substr(at));
    }
    return {};
}

}  // namespace saola::lang

#include "programme/findings/context.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "crypto/hash.h"

namespace saola::programme::findings {
namespace {

using contracts::Document;
using contracts::Node;
using contracts::NodeKind;

bool is_prose(NodeKind kind) {
    switch (kind) {
        case NodeKind::kDocument:
        case NodeKind::kHead:
        case NodeKind::kTable:
        case NodeKind::kRecipients:
        case NodeKind::kSignature: return false;
        default: return true;
    }
}

bool opens_section(NodeKind kind) {
    switch (kind) {
        case NodeKind::kPart:
        case NodeKind::kChapter:
        case NodeKind::kSection:
        case NodeKind::kArticle:
        case NodeKind::kHeading:
        case NodeKind::kPoint:
        case NodeKind::kAppendix: return true;
        default: return false;
    }
}

// "đến năm 2030", "đến 2030": the year aimed at; 0 when none. The last one counts.
int stated_horizon(std::string_view folded) {
    int year = 0;
    for (const std::string_view cue : {"đến năm ", "tới năm ", "đến hết năm ", "vào năm "}) {
        for (std::size_t at = folded.find(cue); at != std::string_view::npos;
             at = folded.find(cue, at + 1)) {
            const std::string_view digits = folded.substr(at + cue.size(), 4);
            if (digits.size() == 4 &&
                digits.find_first_not_of("0123456789") == std::string_view::npos)
                year = std::max(year, std::stoi(std::string(digits)));
        }
    }
    return year;
}

// The sentence, or the paragraph it closes, points to an appendix: "(Phụ lục IV)".
std::string referenced_appendix(const std::string& sentence, const std::string& whole) {
    for (const std::string* words : {&sentence, &whole}) {
        const std::string_view cue = "phụ lục ";
        const std::size_t at = words->rfind(cue);
        if (at == std::string::npos) continue;
        const std::size_t begin = at + cue.size();
        std::size_t end = begin;
        while (end < words->size() && (((*words)[end] >= 'a' && (*words)[end] <= 'z') ||
                                       ((*words)[end] >= '0' && (*words)[end] <= '9')))
            ++end;
        if (end > begin) return words->substr(begin, end - begin);
    }
    return {};
}

bool same_place(const Quantity& q, std::size_t begin, std::size_t end) {
    return q.begin >= begin && q.end <= end;
}

}  // namespace

bool CellView::blank() const { return cell == nullptr || text::trim(cell->text.value).empty(); }
bool CellView::number() const { return value && !std::holds_alternative<Unknown>(value->value); }

Context::Context(const FindingInput& input) : input_(input) {
    for (std::size_t i = 0; i < input.documents.size(); ++i) {
        add_sentences(i);
        add_tables(i);
    }
}

void Context::add_sentences(std::size_t document_index) {
    const Document& doc = document(document_index);
    int section_horizon = 0;
    for (std::size_t n = 0; n < doc.nodes.size(); ++n) {
        const Node& node = doc.nodes[n];
        if (opens_section(node.kind)) section_horizon = 0;
        if (!is_prose(node.kind) || node.text.value.empty()) continue;
        const std::string& value = node.text.value;
        const std::vector<Quantity> quantities = find_quantities(value);
        const std::vector<DateMention> dates = find_dates(value);
        const std::string whole = text::fold(value);
        const std::string appendix = appendix_of(document_index, static_cast<std::int32_t>(n));
        const int above = stated_horizon(whole);
        // A line that only announces a horizon sets it for what follows.
        if (above != 0 && (whole.ends_with(':') || whole.size() < 60)) section_horizon = above;
        for (std::size_t at = 0; at < value.size();) {
            const auto [begin, end] = sentence_around(value, at);
            if (end > begin) {
                Sentence s;
                s.document = document_index;
                s.node = static_cast<std::int32_t>(n);
                s.begin = begin;
                s.end = end;
                s.folded = text::fold(value.substr(begin, end - begin));
                for (const Quantity& q : quantities)
                    if (same_place(q, begin, end)) s.quantities.push_back(q);
                for (const DateMention& d : dates)
                    if (d.begin >= begin && d.end <= end) s.dates.push_back(d);
                s.appendix = appendix;
                s.refers = referenced_appendix(s.folded, whole);
                s.horizon = stated_horizon(s.folded);
                s.horizon_own = s.horizon != 0;
                if (s.horizon == 0) s.horizon = section_horizon;
                sentences_.push_back(std::move(s));
            }
            at = std::max(end, at) + 1;
        }
    }
}

void Context::add_tables(std::size_t document_index) {
    const Document& doc = document(document_index);
    for (std::size_t t = 0; t < doc.tables.size(); ++t) {
        const contracts::Table& raw = doc.tables[t];
        TableView view;
        view.document = document_index;
        view.table = t;
        view.folded_caption = text::fold(raw.caption);
        view.appendix = appendix_of(document_index, raw.node);
        for (const contracts::Column& column : raw.columns) {
            ColumnView c;
            c.folded = text::fold(column.title);
            const std::size_t slash = c.folded.rfind(" / ");
            c.leaf = slash == std::string::npos ? c.folded : c.folded.substr(slash + 3);
            c.group = slash == std::string::npos ? "" : c.folded.substr(0, slash);
            c.index = c.leaf == "stt" || c.leaf == "tt" || c.leaf == "số tt" ||
                      c.leaf == "số thứ tự" || c.leaf == "no";
            view.columns.push_back(c);
        }
        for (const contracts::Row& row : raw.rows) {
            std::vector<CellView> cells(raw.columns.size());
            for (std::size_t c = 0; c < cells.size(); ++c) {
                cells[c].cell = row.cell(static_cast<std::uint32_t>(c));
                if (cells[c].cell != nullptr && cells[c].cell->column != c) cells[c].cell = nullptr;
                if (cells[c].cell != nullptr)
                    cells[c].value = read_cell(cells[c].cell->text.value, raw.columns[c].unit);
            }
            view.rows.push_back(std::move(cells));
        }
        for (std::size_t c = 0; c < view.columns.size(); ++c) {
            std::size_t filled = 0, numbers = 0, years = 0;
            for (std::size_t r = 0; r < view.rows.size(); ++r) {
                const CellView& cell = view.rows[r][c];
                if (raw.rows[r].kind != contracts::RowKind::kBody || cell.blank()) continue;
                ++filled;
                if (cell.value) ++numbers;
                const auto* one = cell.value ? std::get_if<Decimal>(&cell.value->value) : nullptr;
                if (one != nullptr && one->is_integer() && *one >= Decimal(1900) &&
                    *one <= Decimal(2100))
                    ++years;
            }
            ColumnView& column = view.columns[c];
            column.numeric = filled >= 2 && numbers * 10 >= filled * 7 && !column.index;
            column.year = column.numeric && years == filled &&
                          (column.folded.find("năm") != std::string::npos || filled >= 4);
        }
        tables_.push_back(std::move(view));
    }
}

std::string_view Context::words(const Sentence& s) const {
    return std::string_view(node(s).text.value).substr(s.begin, s.end - s.begin);
}

std::string Context::between(const Sentence& s, std::size_t begin, std::size_t end) const {
    begin = std::max(begin, s.begin);
    end = std::min(end, s.end);
    if (begin >= end) return {};
    return text::fold(std::string_view(node(s).text.value).substr(begin, end - begin));
}

Quote Context::quote_span(std::size_t document_index, const contracts::Span& span,
                          std::string place, std::string role) const {
    return {document_index, span, std::string(document(document_index).source(span)),
            std::move(place), std::move(role)};
}
Quote Context::quote(const Sentence& s, std::size_t begin, std::size_t end,
                     std::string role) const {
    return quote_span(s.document, node(s).text.source(begin, end),
                      document(s.document).place(s.node), std::move(role));
}
Quote Context::quote(const Sentence& s, const Quantity& q, std::string role) const {
    return quote(s, q.full_begin, q.full_end, std::move(role));
}
Quote Context::quote(const TableView& t, std::size_t row, std::size_t column,
                     std::string role) const {
    const CellView& cell = t.rows[row][column];
    const contracts::Document& doc = document(t.document);
    const contracts::Row& raw = doc.tables[t.table].rows[row];
    std::string place =
        doc.place(static_cast<std::int32_t>(t.table), row, static_cast<std::uint32_t>(column));
    if (cell.cell == nullptr || cell.cell->text.value.empty())
        return quote_span(t.document, raw.span, std::move(place), std::move(role));
    return quote_span(t.document, cell.cell->text.source(0, cell.cell->text.value.size()),
                      std::move(place), std::move(role));
}
Quote Context::quote_node(std::size_t document_index, std::int32_t index, std::string role) const {
    const contracts::Document& doc = document(document_index);
    const Node& node = doc.nodes[static_cast<std::size_t>(index)];
    contracts::Span span = node.span;
    // Label and the first words: enough to recognise the line.
    std::size_t cut = std::min<std::size_t>(node.text.value.size(), 80);
    while (cut < node.text.value.size() &&
           (static_cast<unsigned char>(node.text.value[cut]) & 0xC0U) == 0x80U)
        ++cut;
    if (cut > 0) span.end = std::max(node.text.source(0, cut).end, span.begin);
    span.end = std::min(span.end, node.span.end);
    return quote_span(document_index, span, doc.place(index), std::move(role));
}

std::string Context::name(std::size_t document_index) const {
    const contracts::Head& head = document(document_index).head;
    if (!head.number.empty()) return text::fold(head.number);
    if (!head.title.empty()) return text::fold(head.type + " " + head.title);
    return "document";
}

std::string Context::appendix_of(std::size_t document_index, std::int32_t index) const {
    const Document& doc = document(document_index);
    while (index >= 0) {
        const Node& node = doc.nodes[static_cast<std::size_t>(index)];
        if (node.kind == NodeKind::kAppendix) return text::fold(node.label);
        index = node.parent;
    }
    return {};
}

// Folded words, so that wrapping and Unicode form do not change the identity of a finding.
std::string fingerprint_of(const Finding& finding, std::size_t occurrence) {
    std::string identity = finding.rule + "\n" + finding.subject;
    for (const Quote& quote : finding.quotes) identity += "\n" + text::fold(quote.text);
    if (occurrence > 0) identity += "\n#" + std::to_string(occurrence + 1);
    return to_hex(crypto::sha256(as_bytes(identity)));
}

bool Context::points_to(const Sentence& s, const TableView& t) const {
    if (t.appendix.empty() || s.document != t.document || s.appendix == t.appendix) return false;
    return s.refers == t.appendix;
}

const Sentence* Context::sentence_at(std::size_t document_index, std::int32_t index,
                                     const contracts::Span& span) const {
    // Sentences stand in the order of documents and nodes.
    auto at = std::lower_bound(
        sentences_.begin(), sentences_.end(), std::pair(document_index, index),
        [](const Sentence& s, const auto& key) { return std::pair(s.document, s.node) < key; });
    for (; at != sentences_.end() && at->document == document_index && at->node == index; ++at) {
        const contracts::Span range = node(*at).text.source(at->begin, at->end);
        if (range.begin <= span.begin && span.begin < range.end) return &*at;
    }
    return nullptr;
}

void Report::add(Finding finding) {
    if (count_ >= kMaxFindings || finding.quotes.empty()) return;
    for (const Quote& quote : finding.quotes)
        if (quote.text.empty()) return;
    finding.rule = rule_.id;
    finding.rule_version = rule_.version;
    finding.fingerprint = fingerprint_of(finding, 0);
    out_.push_back(std::move(finding));
    ++count_;
}

void Report::add(std::string subject, std::string vi, std::string en, std::string computation,
                 std::vector<Quote> quotes, std::optional<Severity> severity) {
    Finding finding;
    finding.severity = severity.value_or(rule_.severity);
    finding.subject = std::move(subject);
    finding.summary_vi = std::move(vi);
    finding.summary_en = std::move(en);
    finding.computation = std::move(computation);
    finding.quotes = std::move(quotes);
    add(std::move(finding));
}

bool contains_any(std::string_view folded, std::initializer_list<std::string_view> words) {
    const auto letter = [](char c) {
        return (static_cast<unsigned char>(c) & 0x80U) != 0 || (c >= 'a' && c <= 'z') ||
               (c >= '0' && c <= '9');
    };
    for (const std::string_view word : words)
        for (std::size_t at = folded.find(word); at != std::string_view::npos;
             at = folded.find(word, at + 1)) {
            const std::size_t end = at + word.size();
            if ((at == 0 || !letter(folded[at - 1])) &&
                (end == folded.size() || !letter(folded[end])))
                return true;
        }
    return false;
}

std::vector<std::string> split_words(std::string_view folded) {
    std::vector<std::string> out;
    std::string word;
    for (const char c : folded) {
        const bool part = (static_cast<unsigned char>(c) & 0x80U) != 0 || (c >= 'a' && c <= 'z') ||
                          (c >= '0' && c <= '9');
        if (part) word += c;
        if (!part && !word.empty()) out.push_back(std::exchange(word, {}));
    }
    if (!word.empty()) out.push_back(word);
    return out;
}

Decimal absolute(const Decimal& value) {
    return value < Decimal(0) ? Decimal(-value.unscaled(), value.scale()) : value;
}
std::optional<Decimal> minus(const Decimal& a, const Decimal& b) {
    const auto out = a.subtract(b);
    return out ? std::optional(*out) : std::nullopt;
}
std::optional<Decimal> plus(const Decimal& a, const Decimal& b) {
    const auto out = a.add(b);
    return out ? std::optional(*out) : std::nullopt;
}
std::string show(const Decimal& value) { return value.to_vietnamese(); }
std::string show(const Range& range) {
    if (range.lo && range.hi && *range.lo == *range.hi) return show(*range.lo);
    return (range.lo ? show(*range.lo) : "…") + " – " + (range.hi ? show(*range.hi) : "…");
}

Bounds bounds_of(const CellView& cell) {
    if (!cell.number()) return {};
    if (const auto* one = std::get_if<Decimal>(&cell.value->value)) return {*one, *one};
    const auto& range = std::get<Range>(cell.value->value);
    return {range.lo, range.hi};
}

RowSum sum_rows(const TableView& table, const contracts::Table& raw, std::size_t column,
                std::size_t begin, std::size_t end) {
    RowSum out;
    for (std::size_t r = begin; r < end && r < table.rows.size(); ++r) {
        const CellView& cell = table.rows[r][column];
        if (raw.rows[r].kind != contracts::RowKind::kBody) continue;
        if (cell.cell != nullptr && cell.cell->carried) continue;
        const Bounds b = bounds_of(cell);
        if (!b.lo || !b.hi) {
            ++out.unknown;
            continue;
        }
        const auto lo = plus(out.lo, *b.lo);
        const auto hi = plus(out.hi, *b.hi);
        if (!lo || !hi) {
            out.overflow = true;
            return out;
        }
        out.lo = *lo;
        out.hi = *hi;
        ++out.known;
        out.rows.push_back(r);
    }
    return out;
}

bool is_additive(const ColumnView& column) {
    if (!column.numeric || column.index || column.year) return false;
    return !contains_any(column.folded, {"thời gian", "thời hạn", "tỷ lệ", "tỉ lệ", "đơn giá",
                                         "bình quân", "trung bình", "mức độ", "hệ số"}) &&
           column.folded.find('%') == std::string::npos;
}

std::vector<Total> totals_of(const Context& context, const TableView& table) {
    std::vector<Total> out;
    const contracts::Table& raw = table.raw(context.input());
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        if (raw.rows[r].kind != contracts::RowKind::kTotal) continue;
        std::size_t begin = r;
        while (begin > 0 && raw.rows[begin - 1].kind != contracts::RowKind::kTotal) --begin;
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            if (!is_additive(table.columns[c])) continue;
            const Bounds stated = bounds_of(table.rows[r][c]);
            if (!stated.lo || stated.lo != stated.hi) continue;
            RowSum all = sum_rows(table, raw, c, 0, r);
            RowSum part = sum_rows(table, raw, c, begin, r);
            const auto fits = [&](const RowSum& s) {
                return s.known > 0 && !s.overflow && s.lo <= *stated.lo && *stated.lo <= s.hi;
            };
            // A total on top adds what follows; a subtotal what stands since the last one.
            RowSum chosen = all;
            if (all.known == 0)
                chosen = sum_rows(table, raw, c, r + 1, table.rows.size());
            else if (!fits(all) && (fits(part) || begin == 0))
                chosen = part;
            if (chosen.known < 2 || chosen.overflow) continue;
            out.push_back({r, c, *stated.lo, std::move(chosen)});
        }
    }
    return out;
}

}  // namespace saola::programme::findings

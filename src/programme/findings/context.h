// What the rules see: documents with their prose cut into sentences with quantities and dates,
// their tables with read cells, and helpers to quote. Built once per run, then read only. Spans and
// quoted texts always come from the source bytes. Limits: kMaxFindings per rule.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "programme/findings/finding.h"
#include "programme/quantity.h"

namespace saola::programme::findings {

inline constexpr std::size_t kMaxFindings = 1'000;  // per rule; further ones are not reported

// One sentence of a node's text, offsets into Text::value.
struct Sentence {
    std::size_t document = 0;
    std::int32_t node = 0;
    std::size_t begin = 0, end = 0;
    std::string folded;                // text::fold of it
    std::vector<Quantity> quantities;  // offsets into Text::value too
    std::vector<DateMention> dates;
    int horizon = 0;           // year the sentence aims at ("đến năm 2030"), 0 when none
    bool horizon_own = false;  // said in the sentence itself, not above it
    std::string appendix;      // label of the appendix it stands in, "" when none
    std::string refers;        // label of the appendix it, or its paragraph, points to
};

struct CellView {
    const contracts::Cell* cell = nullptr;  // nullptr: no cell stands there (spanned)
    std::optional<CellValue> value;         // nullopt: words
    [[nodiscard]] bool blank() const;       // nothing written
    [[nodiscard]] bool number() const;      // a known number or range
};

struct ColumnView {
    std::string folded;    // title
    std::string leaf;      // last component of the title, folded
    std::string group;     // what stands before the leaf, folded; "" when none
    bool index = false;    // numbers the rows (STT)
    bool numeric = false;  // most filled cells are numbers
    bool year = false;     // holds years
};

struct TableView {
    std::size_t document = 0;
    std::size_t table = 0;
    std::string folded_caption;
    std::string appendix;  // label of the appendix it stands in, "" when none
    std::vector<ColumnView> columns;
    std::vector<std::vector<CellView>> rows;  // rows x columns
    [[nodiscard]] const contracts::Table& raw(const FindingInput& input) const {
        return input.documents[document]->tables[table];
    }
};

class Context {
public:
    explicit Context(const FindingInput& input);

    [[nodiscard]] const FindingInput& input() const { return input_; }
    [[nodiscard]] const contracts::Document& document(std::size_t i) const {
        return *input_.documents[i];
    }
    [[nodiscard]] const std::vector<Sentence>& sentences() const { return sentences_; }
    [[nodiscard]] const std::vector<TableView>& tables() const { return tables_; }
    [[nodiscard]] const contracts::Node& node(const Sentence& s) const {
        return document(s.document).nodes[static_cast<std::size_t>(s.node)];
    }
    [[nodiscard]] std::string_view words(const Sentence& s) const;
    // Words of the sentence between two offsets of Text::value, folded.
    [[nodiscard]] std::string between(const Sentence& s, std::size_t begin, std::size_t end) const;

    [[nodiscard]] Quote quote(const Sentence& s, std::size_t begin, std::size_t end,
                              std::string role) const;
    [[nodiscard]] Quote quote(const Sentence& s, const Quantity& q, std::string role) const;
    [[nodiscard]] Quote quote(const TableView& t, std::size_t row, std::size_t column,
                              std::string role) const;
    [[nodiscard]] Quote quote_span(std::size_t document, const contracts::Span& span,
                                   std::string place, std::string role) const;
    [[nodiscard]] Quote quote_node(std::size_t document, std::int32_t node, std::string role) const;
    // Stable name of a document: its number, else its title, else its words.
    [[nodiscard]] std::string name(std::size_t document) const;
    // The nearest appendix label above a node, "" when none.
    [[nodiscard]] std::string appendix_of(std::size_t document, std::int32_t node) const;

    // The sentence, or the paragraph it stands in, refers to the appendix of the table ("(Phụ lục
    // IV)") from outside of it.
    // The sentence of a node that holds the span, nullptr when none does.
    [[nodiscard]] const Sentence* sentence_at(std::size_t document, std::int32_t node,
                                              const contracts::Span& span) const;
    [[nodiscard]] bool points_to(const Sentence& s, const TableView& t) const;

private:
    void add_sentences(std::size_t document);
    void add_tables(std::size_t document);

    const FindingInput& input_;
    std::vector<Sentence> sentences_;
    std::vector<TableView> tables_;
};

// Collects the findings of one rule.
class Report {
public:
    Report(const RuleInfo& rule, std::vector<Finding>& out) : rule_(rule), out_(out) {}
    // Adds nothing when a quote is empty or the limit is reached. Fills rule, version, fingerprint.
    void add(Finding finding);
    void add(std::string subject, std::string vi, std::string en, std::string computation,
             std::vector<Quote> quotes, std::optional<Severity> severity = std::nullopt);

private:
    const RuleInfo& rule_;
    std::vector<Finding>& out_;
    std::size_t count_ = 0;
};

// The same words found twice are two findings: the second is told apart by its occurrence.
[[nodiscard]] std::string fingerprint_of(const Finding& finding, std::size_t occurrence);

using Evaluator = void (*)(const Context&, Report&);
struct Rule {
    RuleInfo info;
    Evaluator run;
};
// The declarative table of rules, in the order of reporting.
[[nodiscard]] const std::vector<Rule>& rule_table();

// Evaluators, one per rule.
void total_rows(const Context&, Report&);
void total_columns(const Context&, Report&);
void total_text(const Context&, Report&);
void text_table(const Context&, Report&);
void text_rows(const Context&, Report&);
void change_difference(const Context&, Report&);
void change_percent(const Context&, Report&);
void range_collapsed(const Context&, Report&);
void numbering_gap(const Context&, Report&);
void numbering_duplicate(const Context&, Report&);
void target_conflict(const Context&, Report&);
void unit_outlier(const Context&, Report&);
void bound_contradiction(const Context&, Report&);
void list_superseded(const Context&, Report&);
void list_version(const Context&, Report&);
void value_missing(const Context&, Report&);
void deadline_passed(const Context&, Report&);
void budget_advance(const Context&, Report&);
void budget_overspend(const Context&, Report&);
void reference_two_forms(const Context&, Report&);
void date_impossible(const Context&, Report&);
void duplicate_order(const Context&, Report&);

// Shared small tools.
[[nodiscard]] bool contains_any(std::string_view folded,
                                std::initializer_list<std::string_view> words);  // whole words
[[nodiscard]] std::vector<std::string> split_words(std::string_view folded);
[[nodiscard]] Decimal absolute(const Decimal& value);
[[nodiscard]] std::optional<Decimal> minus(const Decimal& a, const Decimal& b);
[[nodiscard]] std::optional<Decimal> plus(const Decimal& a, const Decimal& b);
[[nodiscard]] std::string show(const Decimal& value);  // Vietnamese form
[[nodiscard]] std::string show(const Range& range);

struct Bounds {  // a cell as an interval; unknown when lo and hi are absent
    std::optional<Decimal> lo, hi;
};
[[nodiscard]] Bounds bounds_of(const CellView& cell);

// Interval sum of rows of one column.
struct RowSum {
    Decimal lo, hi;
    std::size_t known = 0, unknown = 0;
    bool overflow = false;
    std::vector<std::size_t> rows;  // those that were added
};
[[nodiscard]] RowSum sum_rows(const TableView& table, const contracts::Table& raw,
                              std::size_t column, std::size_t begin, std::size_t end);
// The last total row, and the sum it should state; nullopt when the table has no total row.
struct Total {
    std::size_t row = 0;
    std::size_t column = 0;
    Decimal stated;
    RowSum sum;
};
[[nodiscard]] std::vector<Total> totals_of(const Context& context, const TableView& table);
// Columns worth adding up.
[[nodiscard]] bool is_additive(const ColumnView& column);

}  // namespace saola::programme::findings

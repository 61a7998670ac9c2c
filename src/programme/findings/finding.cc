#include "programme/findings/finding.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "programme/findings/context.h"

namespace saola::programme {
namespace findings {

namespace {

// Figures against each other: totals, text and table, recomputed changes.
std::vector<Rule> figure_rules() {
    using enum Severity;
    return {
        {{"total.rows", 1, kError, "Tổng không bằng cộng các dòng", "Total differs from its rows",
          "So dòng tổng với tổng các dòng, cận dưới và cận trên riêng, đếm dòng chưa có số. Im "
          "lặng khi tổng nằm trong khoảng cộng được hoặc sai số làm tròn.",
          "Compares a total row with the sum of its rows, lower and upper bounds apart, counting "
          "rows without a figure. Quiet when the total lies within the sum or its rounding."},
         total_rows},
        {{"total.columns", 1, kError, "Tổng của dòng không bằng các cột",
          "Row total differs from its parts",
          "So cột tổng với các cột thành phần trên từng dòng. Im lặng khi đa số dòng không theo "
          "quan hệ đó.",
          "Compares the total column with its parts in each row. Quiet unless most rows follow "
          "that relation."},
         total_columns},
        {{"total.text", 1, kError, "Tổng trong lời không bằng các phần",
          "Prose total differs from its parts",
          "So “X, trong đó A và B” với A + B. Im lặng khi các phần khác đơn vị hoặc chỉ kể một "
          "phần.",
          "Compares “X, of which A and B” with A + B. Quiet when units differ or only some parts "
          "are named."},
         total_text},
        {{"text.table", 1, kError, "Lời và bảng khác nhau", "Text and table differ",
          "So số trong câu dẫn tới phụ lục với dòng tổng của bảng ở đó, theo tên cột. Im lặng khi "
          "số bằng một tổng, được làm tròn, hoặc không nhắc tên cột.",
          "Compares figures of a sentence that points to an appendix with the totals there, by "
          "column name. Quiet when it equals a total, is rounded, or names no column."},
         text_table},
        {{"text.rows", 1, kError, "Số đếm trong lời khác số dòng",
          "Stated count differs from the rows",
          "So “N nhiệm vụ (Phụ lục …)” với số dòng có “Tên nhiệm vụ”.",
          "Compares “N tasks (Appendix …)” with the rows that have a “task name”."},
         text_rows},
        {{"change.difference", 1, kError, "Chênh lệch tính lại không khớp",
          "Recomputed difference disagrees",
          "Tính lại “từ A lên B, tăng C”. Im lặng khi C = |B − A|.",
          "Recomputes “from A to B, up C”. Quiet when C = |B − A|."},
         change_difference},
        {{"change.percent", 1, kError, "Tỷ lệ tính lại không khớp",
          "Recomputed percentage disagrees",
          "Tính lại tỷ lệ tăng, giảm từ hai mức. Im lặng trong nửa đơn vị cuối; “khoảng” được một "
          "đơn vị.",
          "Recomputes the percentage from the two levels. Quiet within half of the last place; "
          "“about” allows a whole one."},
         change_percent},
        {{"range.collapsed", 1, kWarning, "Khoảng bị gộp thành một số",
          "A range shown as one value",
          "Tổng một số trong khi các dòng ghi khoảng. Im lặng khi mọi dòng là một số.",
          "A single total over rows that hold ranges. Quiet when every row is one number."},
         range_collapsed},
    };
}

// Numbering, targets, units and bounds.
std::vector<Rule> order_rules() {
    using enum Severity;
    return {
        {{"numbering.gap", 1, kWarning, "Đánh số bị nhảy", "Gap in numbering",
          "Điều, khoản, điểm, đề mục, phụ lục, “Nội dung n” và cột STT phải liên tục. Im lặng khi "
          "đánh lại từ đầu.",
          "Articles, clauses, points, headings, appendices, “Nội dung n” and row numbers must "
          "follow on. Quiet when a list starts anew."},
         numbering_gap},
        {{"numbering.duplicate", 1, kWarning, "Trùng số thứ tự", "Duplicate number",
          "Như trên: một số dùng hai lần trong một danh sách.",
          "As above: one number used twice in a list."},
         numbering_duplicate},
        {{"target.conflict", 1, kWarning, "Mục tiêu mâu thuẫn", "Conflicting targets",
          "So các mục tiêu cùng động từ, đối tượng, đơn vị và mốc năm, kể cả giữa các văn bản.",
          "Compares targets with the same verb, thing, unit and year, across documents too."},
         target_conflict},
        {{"unit.outlier", 1, kWarning, "Sai đơn vị trong cột", "Wrong unit in a column",
          "Một số lệch khoảng 1.000 lần so với phần còn lại của cột, hoặc ô ghi đơn vị khác. Im "
          "lặng khi cột ít hơn 5 số.",
          "A figure about 1,000 times off the rest of its column, or a cell in another unit. Quiet "
          "below 5 figures."},
         unit_outlier},
        {{"bound.contradiction", 1, kError, "Cận tự mâu thuẫn", "Contradictory bounds",
          "Khoảng ghi ngược, vừa tối đa vừa tối thiểu, hoặc tối thiểu lớn hơn tối đa của cùng một "
          "chỉ tiêu.",
          "A reversed range, an upper and lower bound at once, or a minimum above the maximum of "
          "the same thing."},
         bound_contradiction},
    };
}

// Documents and lists cited, missing values, dates, money and orders.
std::vector<Rule> reference_rules() {
    using enum Severity;
    return {
        {{"list.superseded", 1, kWarning, "Dẫn văn bản đã bị thay thế",
          "Superseded document cited as in force",
          "Văn bản được nêu là đã thay thế lại được dùng làm căn cứ. Im lặng khi câu nói về việc "
          "thay thế hoặc văn bản ra đời trước đó.",
          "A document stated to be replaced is cited as a basis. Quiet where the replacement is "
          "told or the citing document is older."},
         list_superseded},
        {{"list.version", 1, kQuestion, "Số liệu theo danh mục cũ",
          "Figures under an old catalogue",
          "Số liệu tính theo danh mục đã bị thay thế bởi danh mục có số nhóm khác.",
          "Figures scoped by a catalogue that was replaced by one with another number of groups."},
         list_version},
        {{"value.missing", 1, kQuestion, "Thiếu giá trị", "Missing value",
          "Ô trống hoặc “-” trong cột mà ít nhất ba phần tư đã có giá trị. Im lặng với ô gộp và "
          "cột Ghi chú.",
          "An empty cell or “-” where at least three quarters of the column are filled. Quiet for "
          "merged cells and notes."},
         value_missing},
        {{"deadline.passed", 1, kWarning, "Quá hạn", "Deadline passed",
          "Thời hạn đã qua mà chưa có ghi nhận hoàn thành. Im lặng khi có khẳng định “completed” "
          "hoặc “reported”.",
          "A deadline before today without an assertion that it was met. Quiet when one says "
          "“completed” or “reported”."},
         deadline_passed},
        {{"budget.advance_over_cap", 1, kError, "Ứng trước vượt mức trần", "Advance above the cap",
          "So mức ứng trước (câu hoặc bảng) với mức trần nêu trong văn bản. Im lặng khi không văn "
          "bản nào nêu mức trần.",
          "Compares advances, in prose or tables, with the cap the documents set. Quiet when no "
          "document sets one."},
         budget_advance},
        {{"budget.overspend", 1, kError, "Giải ngân vượt hoặc không có kế hoạch",
          "Spending above or without a plan", "So cột giải ngân với cột kế hoạch, phân bổ.",
          "Compares the spent column with the planned or allocated one."},
         budget_overspend},
        {{"reference.two_forms", 1, kQuestion, "Một văn bản, hai cách dẫn",
          "One document cited in two forms",
          "Cùng số hiệu khác ngày, hoặc cùng loại, số và ngày nhưng khác ký hiệu. Im lặng với cơ "
          "quan địa phương vì số không duy nhất.",
          "Same number with different dates, or same type, number and date in another form. Quiet "
          "for local offices, whose numbers are not unique."},
         reference_two_forms},
        {{"date.impossible", 1, kError, "Ngày không thể có", "Impossible date",
          "Ngày không có trong lịch; hiệu lực trước ngày ban hành.",
          "A date that does not exist; effective before issued."},
         date_impossible},
        {{"duplicate.order", 1, kQuestion, "Nhiệm vụ gần trùng tên", "Nearly equal orders",
          "So tên nhiệm vụ theo tập từ, từ 0,8 trở lên. Im lặng với tên dưới 5 từ.",
          "Compares task titles by their words, from 0.8 up. Quiet below 5 words."},
         duplicate_order},
    };
}

}  // namespace

const std::vector<Rule>& rule_table() {
    static const std::vector<Rule> kRules = [] {
        std::vector<Rule> all;
        for (std::vector<Rule> part : {figure_rules(), order_rules(), reference_rules()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return kRules;
}

}  // namespace findings

std::string_view to_string(Severity severity) noexcept {
    switch (severity) {
        case Severity::kError: return "error";
        case Severity::kWarning: return "warning";
        case Severity::kQuestion: return "question";
    }
    return "unknown";
}

std::vector<RuleInfo> rules() {
    std::vector<RuleInfo> out;
    for (const findings::Rule& rule : findings::rule_table()) out.push_back(rule.info);
    return out;
}

std::vector<Finding> find_defects(const FindingInput& input) {
    const findings::Context context(input);
    std::vector<Finding> out;
    for (const findings::Rule& rule : findings::rule_table()) {
        std::vector<Finding> found;
        findings::Report report(rule.info, found);
        rule.run(context, report);
        std::stable_sort(found.begin(), found.end(), [](const Finding& a, const Finding& b) {
            const Quote& x = a.quotes.front();
            const Quote& y = b.quotes.front();
            return std::tie(x.document, x.span.begin, x.span.end) <
                   std::tie(y.document, y.span.begin, y.span.end);
        });
        std::map<std::string, std::size_t> seen;
        for (Finding& finding : found)
            if (const std::size_t before = seen[finding.fingerprint]++; before > 0)
                finding.fingerprint = findings::fingerprint_of(finding, before);
        out.insert(out.end(), std::make_move_iterator(found.begin()),
                   std::make_move_iterator(found.end()));
    }
    return out;
}

}  // namespace saola::programme

// Budget figures of prose ("bố trí 2.000 tỷ đồng cho ..."), and the limits that rules use ("ứng
// trước không quá 50%").
#include <algorithm>
#include <array>

#include "base/text.h"
#include "programme/extract/extract.h"
#include "programme/keys.h"

namespace saola::programme {
namespace {

struct StageWords {
    std::string_view words;
    std::string_view stage;
};
// The verb or noun nearest before a sum tells what kind of sum it is.
constexpr std::array<StageWords, 20> kStages{{
    {"chưa phân bổ", "unallocated"},
    {"chưa bố trí", "unallocated"},
    {"còn", "unallocated"},
    {"bổ sung", "supplemented"},
    {"bố trí", "allocated"},
    {"phân bổ", "allocated"},
    {"cấp", "allocated"},
    {"dự toán", "planned"},
    {"kinh phí dự kiến", "planned"},
    {"dự kiến", "planned"},
    {"kế hoạch", "planned"},
    {"giải ngân", "disbursed"},
    {"cam kết", "committed"},
    {"quyết toán", "accepted"},
    {"hỗ trợ", "support"},
    {"tổng mức đầu tư", "investment"},
    {"đầu tư", "investment"},
    {"quy mô", "investment"},
    {"cùng với", "unallocated"},
    {"doanh thu", "revenue"},
}};

std::string stage_before(const std::vector<Word>& tokens, std::size_t from, std::size_t index) {
    for (std::size_t i = index; i-- > from;) {
        for (const StageWords& item : kStages) {
            if (match(tokens, i, item.words) > 0) return std::string(item.stage);
        }
    }
    return {};
}

// The year the sum belongs to: named in its sentence before it, else after it, else at the start of
// the paragraph.
std::string year_of(const std::vector<Word>& tokens, std::size_t first, std::size_t last,
                    std::size_t index) {
    const auto year_at = [&](std::size_t i) -> std::string {
        if (i + 1 >= tokens.size() || tokens[i].lower != "năm" ||
            tokens[i + 1].kind != Word::Kind::kNumber)
            return {};
        const Decimal& n = tokens[i + 1].number;
        return n.is_integer() && n.unscaled() > 1900 && n.unscaled() < 2200 ? n.to_string()
                                                                            : std::string();
    };
    for (std::size_t i = index; i-- > first;) {
        if (std::string year = year_at(i); !year.empty()) return year;
    }
    for (std::size_t i = index; i < last; ++i) {
        if (std::string year = year_at(i); !year.empty()) return year;
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(first, 6); ++i) {
        if (std::string year = year_at(i); !year.empty()) return year;
    }
    return {};
}

// What the money is for: the words from the start of the clause to the sum, and on to the next
// comma: a name of the line, bounded.
std::pair<std::size_t, std::size_t> line_words(const std::vector<Word>& tokens, std::size_t first,
                                               std::size_t last, const StatedQuantity& quantity) {
    const auto breaks = [&](std::size_t i) {
        return tokens[i].kind == Word::Kind::kSign &&
               (tokens[i].lower == "," || tokens[i].lower == ";" || tokens[i].lower == ":" ||
                tokens[i].lower == "(");
    };
    std::size_t from = quantity.first;
    while (from > first && !breaks(from - 1) && quantity.first - from < 25) --from;
    if (tokens[from].kind == Word::Kind::kSign && from + 1 < quantity.first) ++from;
    std::size_t to = quantity.last;
    while (to < last && !breaks(to) && to - quantity.last < 25) ++to;
    if (to > from && tokens[to - 1].kind == Word::Kind::kSign && to - 1 > quantity.last) --to;
    return {from, to};
}

void extract_sums(ExtractContext& context, const contracts::Node& node,
                  const std::vector<Word>& tokens) {
    const std::string& words = node.text.value;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto quantity = quantity_at(tokens, words, i);
        if (!quantity || quantity->unit != "VND") continue;
        const auto [first, last] = sentence_of(tokens, words, i);
        const std::string stage = stage_before(tokens, first, i);
        const std::string year = year_of(tokens, first, last, i);
        const auto [from, to] = line_words(tokens, first, last, *quantity);
        const std::string name =
            words.substr(tokens[from].begin, tokens[to - 1].end - tokens[from].begin);
        // The sum itself is no part of the key: a corrected sum is the same line.
        const std::string key_words =
            words.substr(tokens[from].begin, tokens[i].begin - tokens[from].begin) +
            (to > quantity->last ? words.substr(tokens[quantity->last].begin,
                                                tokens[to - 1].end - tokens[quantity->last].begin)
                                 : std::string());
        const std::string subject = (year.empty() ? std::string() : year + "/") +
                                    slug(key_words, 50) + "-" + short_hash(key_words).substr(0, 6);
        const std::string place = context.document.place(
            context.document.node_at(node.text.source(tokens[i].begin, tokens[i].end)));
        Proposal amount =
            proposal_at(context, node.text, tokens[i].begin, tokens[quantity->number_last - 1].end);
        amount.kind = SubjectKind::kBudgetLine;
        amount.subject = subject;
        amount.predicate = stage.empty() ? "amount" : stage;
        amount.value = quantity->value;
        amount.unit = "VND";
        amount.period = year;
        amount.confidence = stage.empty() ? 0.7F : 0.85F;
        amount.place = place;
        const float confidence = amount.confidence;
        context.out.push_back(std::move(amount));
        Proposal title = proposal_at(context, node.text, tokens[from].begin, tokens[to - 1].end);
        title.kind = SubjectKind::kBudgetLine;
        title.subject = subject;
        title.predicate = "title";
        title.value = name;
        title.confidence = confidence;
        title.place = place;
        context.out.push_back(std::move(title));
    }
}

struct Parameter {
    std::string_view words;
    std::string_view key;
};
constexpr std::array<Parameter, 4> kParameters{{
    {"ứng trước", "advance-cap"},
    {"tạm ứng", "advance-cap"},
    {"dự phòng", "contingency-cap"},
    {"chi ngân sách nhà nước", "state-budget-share"},
}};

// A percentage in the sentence of one of the parameter words, and the share of the budget a text
// demands ("ít nhất 15% ngân sách nhà nước").
void extract_parameters(ExtractContext& context, const contracts::Node& node,
                        const std::vector<Word>& tokens) {
    const std::string& words = node.text.value;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto quantity = quantity_at(tokens, words, i);
        if (!quantity || quantity->unit != "%") continue;
        const auto [first, last] = sentence_of(tokens, words, i);
        std::string key;
        for (const Parameter& item : kParameters) {
            if (find_phrase(tokens, item.words, first, last)) {
                key = item.key;
                break;
            }
        }
        const bool share = match(tokens, quantity->last, "ngân sách nhà nước") > 0;
        if (key.empty() && share) key = "state-budget-share";
        if (key.empty()) continue;
        Proposal row =
            proposal_at(context, node.text, tokens[i].begin, tokens[quantity->number_last - 1].end);
        row.kind = SubjectKind::kProgramme;
        row.subject = "parameter/" + key;
        row.predicate = "limit";
        row.value = quantity->value;
        row.unit = "%";
        row.confidence = quantity->qualified ? 0.9F : 0.7F;
        row.place = context.document.place(context.document.node_at(row.span));
        context.out.push_back(std::move(row));
    }
}

}  // namespace

void extract_budget(ExtractContext& context) {
    for (const contracts::Node& node : context.document.nodes) {
        const bool table =
            node.kind == contracts::NodeKind::kTable || node.kind == contracts::NodeKind::kHead;
        if (table || node.text.value.empty() || node.text.value.size() > 50'000) continue;
        const std::vector<Word> tokens = split_words(node.text.value);
        extract_sums(context, node, tokens);
        extract_parameters(context, node, tokens);
    }
}

}  // namespace saola::programme

// Targets of a programme: "đến năm 2030 ... tối thiểu 80% công nghệ lõi" under a component
// programme. An item of a list of goals that states no figure is a target too, of unknown value.
#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "programme/extract/extract.h"
#include "programme/keys.h"
#include "programme/limits.h"

namespace saola::programme {
namespace {

constexpr std::string_view kGeneral = "general";
constexpr std::string_view kMastery = "core-technology-mastery";
constexpr std::uint32_t kMaxTitleBytes = 160;
constexpr std::uint32_t kMinGoalBytes = 30;
constexpr float kGoalConfidence = 0.82F;
constexpr float kCountedConfidence = 0.8F;

constexpr std::array<std::string_view, 4> kComponentWords{"chương trình thành phần", "hợp phần",
                                                          "dự án thành phần", "tiểu dự án"};

std::optional<Component> component_of(const contracts::Node& node) {
    if (node.text.value.empty() || node.text.value.size() > 400) return std::nullopt;
    const std::vector<Word> tokens = split_words(node.text.value);
    for (const std::string_view words : kComponentWords) {
        const std::size_t count = match(tokens, 0, words);
        if (count == 0 || count + 1 >= tokens.size() || tokens[count].kind != Word::Kind::kNumber)
            continue;
        const std::string& sign = tokens[count + 1].lower;
        if (sign != ":" && sign != "." && sign != "-" && sign != "–") continue;
        const std::string title =
            clean_title(std::string_view(node.text.value).substr(tokens[count + 1].end));
        if (title.empty()) return std::nullopt;
        return Component{slug(title, 70), title};
    }
    return std::nullopt;
}

bool is_roman(const std::string& label) {
    return !label.empty() && label.find_first_not_of("IVXLC") == std::string::npos;
}

std::string year_text(const Word& token) {
    if (token.kind != Word::Kind::kNumber || !token.number.is_integer()) return {};
    const std::int64_t year = token.number.unscaled();
    return year > 1990 && year < 2200 ? token.number.to_string() : std::string();
}

// "đến năm 2027" within [first, last); "" when absent.
std::string horizon_in(const std::vector<Word>& tokens, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
        for (const std::string_view words : {"đến năm", "vào năm", "tới năm", "giai đoạn đến"}) {
            const std::size_t count = match(tokens, i, words);
            if (count == 0 || i + count >= tokens.size()) continue;
            if (std::string year = year_text(tokens[i + count]); !year.empty()) return year;
        }
    }
    return {};
}

bool stop_word(const std::string& word) {
    static constexpr std::array<std::string_view, 30> kStops{
        "và",   "trong", "cho",  "của", "đến", "thuộc", "được", "đáp",   "đạt", "trên",
        "phục", "về",    "với",  "vào", "để",  "theo",  "tới",  "hoặc",  "ở",   "tầm",
        "do",   "từ",    "hình", "có",  "gồm", "nhu",   "quy",  "trước", "sau", "khi"};
    return std::ranges::find(kStops, word) != kStops.end();
}

bool skipped_word(const std::string& word) {
    static constexpr std::array<std::string_view, 22> kSkips{
        "các",   "những", "một",  "số",  "tối",  "thiểu", "đa",   "ít",   "nhất", "khoảng", "gần",
        "không", "quá",   "dưới", "hơn", "được", "hoàn",  "toàn", "việt", "nam",  "vững",   "chắc"};
    return std::ranges::find(kSkips, word) != kSkips.end();
}

// Words right after the quantity, to the next stop: what is counted.
std::string noun_after(const std::vector<Word>& tokens, std::size_t from, std::size_t last) {
    std::string out;
    int words = 0;
    for (std::size_t i = from; i < last && words < 7; ++i) {
        const Word& token = tokens[i];
        if (token.kind != Word::Kind::kWord) break;
        if (skipped_word(token.lower)) continue;
        if (words > 0 && stop_word(token.lower)) break;
        if (words == 0 && stop_word(token.lower) && token.lower != "quy") break;
        out += (out.empty() ? "" : " ") + token.lower;
        ++words;
    }
    return out;
}

// Words right before the quantity, back to the start of the clause: the action or the measure.
std::string lead_before(const std::vector<Word>& tokens, std::size_t first, std::size_t index) {
    std::vector<std::string> words;
    for (std::size_t i = index; i-- > first && words.size() < 8;) {
        const Word& token = tokens[i];
        if (token.kind == Word::Kind::kSign) {
            if (!words.empty() || token.lower == "," || token.lower == ";" || token.lower == ":")
                break;
            continue;  // "≥", ">"
        }
        if (token.kind == Word::Kind::kNumber) break;
        if (skipped_word(token.lower) || (words.empty() && stop_word(token.lower))) continue;
        words.push_back(token.lower);
    }
    std::string out;
    for (auto it = words.rbegin(); it != words.rend(); ++it) out += (out.empty() ? "" : " ") + *it;
    return out;
}

std::string without_words_of(const std::string& phrase, const std::string& title) {
    std::set<std::string> known;
    for (const Word& token : split_words(title)) known.insert(token.lower);
    std::string out;
    for (const Word& token : split_words(phrase)) {
        if (!known.contains(token.lower)) out += (out.empty() ? "" : " ") + token.lower;
    }
    return out.empty() ? phrase : out;
}

// The indicator's name inside its component: the two measures that every component shares have
// fixed names, the rest are named by their words.
std::string shared_measure(std::string_view words) {
    const std::string folded = text::fold(words);
    if (folded.find(text::fold("nội địa hóa")) != std::string::npos) return "localisation";
    const bool mastery = folded.find("làm chủ") != std::string::npos &&
                         folded.find("công nghệ lõi") != std::string::npos;
    return mastery ? std::string(kMastery) : std::string();
}

std::string measure_key(const std::string& lead, const std::string& noun,
                        const std::string& component_title) {
    if (std::string shared = shared_measure(lead + " " + noun); !shared.empty()) return shared;
    const std::string noun_only = without_words_of(noun, component_title);
    std::string key = slug(noun.empty() ? lead : lead + " " + noun_only, 60);
    return key.empty() ? "measure" : key;
}

bool counts_something(const std::vector<Word>& tokens, std::size_t first,
                      const StatedQuantity& quantity) {
    static constexpr std::array<std::string_view, 12> kVerbs{
        "xây dựng", "vận hành", "thiết lập",  "ban hành", "triển khai", "hình thành",
        "đào tạo",  "có",       "phát triển", "cung cấp", "làm chủ",    "hoàn thành"};
    if (quantity.first > first) {
        static constexpr std::array<std::string_view, 10> kParts{
            "của", "thuộc", "gồm", "trong", "từng", "các", "tới", "đến", "qua", "cả"};
        if (std::ranges::find(kParts, tokens[quantity.first - 1].lower) != kParts.end())
            return false;
    }
    const std::size_t from = quantity.first > first + 6 ? quantity.first - 6 : first;
    return std::ranges::any_of(kVerbs, [&](std::string_view verb) {
        return find_phrase(tokens, verb, from, quantity.first).has_value();
    });
}

float target_confidence(const std::vector<Word>& tokens, std::size_t first,
                        const StatedQuantity& quantity) {
    const bool measured = quantity.unit != "count" || quantity.qualified;
    if (measured && !(quantity.unit == "count" && quantity.about)) return 0.88F;
    if (quantity.multiplied) return 0.85F;
    return counts_something(tokens, first, quantity) ? 0.8F : 0.0F;
}

struct Clause {
    std::size_t first = 0, last = 0;  // tokens
};

bool ends_clause(const Word& token) {
    return token.lower == "," || token.lower == ":" || token.lower == "(";
}

// Token after the comma before `index`; words in brackets are stepped over.
std::size_t clause_begin(const std::vector<Word>& tokens, std::size_t first, std::size_t index) {
    int depth = 0;
    for (std::size_t i = index; i-- > first;) {
        if (tokens[i].lower == ")") ++depth;
        if (depth == 0 && ends_clause(tokens[i])) return i + 1;
        if (tokens[i].lower == "(") --depth;
    }
    return first;
}

// The clause that a target's title shows: its sentence, cut at the commas around when the sentence
// is long or states several figures.
Clause title_clause(const std::vector<Word>& tokens, std::size_t first, std::size_t last,
                    const StatedQuantity& quantity) {
    Clause out{first, last};
    std::size_t figures = 0;
    for (std::size_t i = first; i < last; ++i)
        figures += tokens[i].kind == Word::Kind::kNumber ? 1U : 0U;
    if (figures > 1 || tokens[last - 1].end - tokens[first].begin > kMaxTitleBytes) {
        out.first = clause_begin(tokens, first, quantity.first);
        for (std::size_t i = quantity.last; i < last; ++i) {
            if (ends_clause(tokens[i])) {
                out.last = i;
                break;
            }
        }
    }
    while (out.first < quantity.first && tokens[out.first].kind == Word::Kind::kSign) ++out.first;
    return out;
}

// The opening clause of a goal without a figure; a short one takes the next clause with it.
Clause goal_clause(const std::vector<Word>& tokens, std::size_t first, std::size_t last) {
    while (first < last && tokens[first].kind == Word::Kind::kSign) ++first;
    Clause out{first, first};
    while (out.last < last && tokens[out.last].end - tokens[first].begin <= kMaxTitleBytes) {
        if (ends_clause(tokens[out.last]) &&
            tokens[out.last].begin - tokens[first].begin >= kMinGoalBytes)
            break;
        ++out.last;
    }
    const auto hangs = [](const Word& token) {  // "..., bao gồm": the words open a list
        return token.kind == Word::Kind::kSign || token.lower == "gồm" || token.lower == "bao" ||
               token.lower == "như";
    };
    while (out.last > out.first && hangs(tokens[out.last - 1])) --out.last;
    return out;
}

struct TargetState {
    Component component{std::string(kGeneral), ""};
    std::string horizon;
    bool goals = false;     // below a heading that names goals ("Mục tiêu đến năm ...")
    std::size_t scope = 0;  // number of component programmes the document declares
};

// What the document is about, not what it aims at: "sản xuất 06 công nghệ chiến lược" in a
// programme of six components.
bool states_scope(const std::vector<Word>& tokens, const StatedQuantity& quantity,
                  const TargetState& state) {
    const auto* number = std::get_if<Decimal>(&quantity.value);
    if (number == nullptr || quantity.unit != "count" || quantity.qualified || state.scope < 2)
        return false;
    if (*number != Decimal{static_cast<std::int64_t>(state.scope)}) return false;
    return std::ranges::any_of(
        std::array<std::string_view, 6>{"nhóm", "sản phẩm", "công nghệ", "lĩnh vực", "chương trình",
                                        "hợp phần"},
        [&](std::string_view words) { return match(tokens, quantity.last, words) > 0; });
}

// "ít nhất 01 doanh nghiệp đạt định giá trên 01 tỷ USD": the second figure says which ones are
// counted by the first.
bool describes_counted(const std::vector<Word>& tokens, std::size_t first,
                       const StatedQuantity& quantity) {
    const std::size_t begin = clause_begin(tokens, first, quantity.first);
    for (std::size_t i = begin; i < quantity.first; ++i) {
        if (tokens[i].kind != Word::Kind::kNumber) continue;
        return std::ranges::any_of(
            std::array<std::string_view, 5>{"định giá", "quy mô", "trị giá", "vốn hóa", "giá trị"},
            [&](std::string_view words) {
                return find_phrase(tokens, words, i, quantity.first).has_value();
            });
    }
    return false;
}

// "ban hành tối thiểu 10 tiêu chuẩn và 03 quy chuẩn": the second count goes with the verb of the
// first. Returns the token of that first count.
std::optional<std::size_t> counted_with(const std::vector<Word>& tokens, std::size_t first,
                                        const StatedQuantity& quantity,
                                        const std::optional<StatedQuantity>& before) {
    if (!before || before->first < first || before->unit != "count" || quantity.unit != "count" ||
        quantity.qualified)
        return std::nullopt;
    if (tokens[quantity.first - 1].lower != "và") return std::nullopt;
    const std::size_t begin = clause_begin(tokens, before->last, quantity.first);
    return begin == before->last ? std::optional(before->first) : std::nullopt;
}

void propose_title(ExtractContext& context, const contracts::Node& node,
                   const std::vector<Word>& tokens, Clause clause, const Proposal& of) {
    const std::uint32_t begin = tokens[clause.first].begin;
    const std::uint32_t end = tokens[clause.last - 1].end;
    Proposal title = proposal_at(context, node.text, begin, end);
    title.kind = SubjectKind::kIndicator;
    title.subject = of.subject;
    title.predicate = "title";
    title.value = clean_title(std::string_view(node.text.value).substr(begin, end - begin));
    title.period = of.period;
    title.confidence = of.confidence;
    title.place = of.place;
    context.out.push_back(std::move(title));
}

// Whether the quantity is a target; `before` is the one that the node stated before it.
bool propose_target(ExtractContext& context, const contracts::Node& node,
                    const std::vector<Word>& tokens, const StatedQuantity& quantity,
                    const std::optional<StatedQuantity>& before, const TargetState& state,
                    const std::string& horizon) {
    const std::string& words = node.text.value;
    const auto [first, last] = sentence_of(tokens, words, quantity.first);
    if (states_scope(tokens, quantity, state) || describes_counted(tokens, first, quantity))
        return false;
    float confidence = target_confidence(tokens, first, quantity);
    const auto with =
        confidence > 0.0F ? std::nullopt : counted_with(tokens, first, quantity, before);
    if (with) confidence = kCountedConfidence;
    if (confidence <= 0.0F) return false;
    const std::string noun = noun_after(tokens, quantity.last, last);
    const std::string lead = lead_before(tokens, first, with.value_or(quantity.first));
    if (noun.empty() && lead.empty()) return false;
    std::string measure = measure_key(lead, noun, state.component.title);
    // "làm chủ hoàn toàn 100%, từ thiết kế đến chế tạo các công nghệ lõi sau: ..."
    const std::size_t stop = find_phrase(tokens, ":", quantity.last, last).value_or(last);
    const bool mastered = quantity.unit == "%" && find_phrase(split_words(lead), "làm chủ");
    if (mastered && find_phrase(tokens, "công nghệ lõi", quantity.last, stop)) measure = kMastery;
    Proposal row = proposal_at(context, node.text, tokens[quantity.first].begin,
                               tokens[quantity.number_last - 1].end);
    row.kind = SubjectKind::kIndicator;
    row.subject = state.component.key + "/" + measure;
    row.predicate = "target";
    row.value = quantity.value;
    row.unit = quantity.unit;
    row.period = horizon;
    row.confidence = confidence;
    row.place = context.document.place(context.document.node_at(row.span));
    context.out.push_back(row);
    propose_title(context, node, tokens, title_clause(tokens, first, last, quantity), row);
    return true;
}

// "+ Làm chủ vững chắc công nghệ thiết kế": a goal of the year above it, and no figure says how
// much.
void propose_goal(ExtractContext& context, const contracts::Node& node,
                  const std::vector<Word>& tokens, const TargetState& state) {
    if (node.kind != contracts::NodeKind::kBullet || tokens.size() < 4 ||
        node.text.value.ends_with(':'))
        return;
    const auto [first, last] = sentence_of(tokens, node.text.value, 0);
    const Clause clause = goal_clause(tokens, first, last);
    if (clause.last < clause.first + 3) return;
    const std::string_view words =
        std::string_view(node.text.value)
            .substr(tokens[clause.first].begin,
                    tokens[clause.last - 1].end - tokens[clause.first].begin);
    const std::string shared = shared_measure(words);
    Proposal row =
        proposal_at(context, node.text, tokens[clause.first].begin, tokens[clause.last - 1].end);
    row.kind = SubjectKind::kIndicator;
    row.subject = state.component.key + "/" + (shared.empty() ? slug(words, 60) : shared);
    row.predicate = "target";
    row.value = Unknown{};
    row.unit = shared.empty() ? "" : "%";
    row.period = state.horizon;
    row.confidence = kGoalConfidence;
    row.place = context.document.place(context.document.node_at(row.span));
    context.out.push_back(row);
    propose_title(context, node, tokens, clause, row);
}

// "trong top 5 quốc gia": a rank to reach.
std::optional<StatedQuantity> rank_at(const std::vector<Word>& tokens, std::size_t index) {
    if (index == 0 || tokens[index].kind != Word::Kind::kNumber || tokens[index - 1].lower != "top")
        return std::nullopt;
    StatedQuantity out;
    out.value = Range{std::nullopt, tokens[index].number};
    out.unit = "rank";
    out.qualified = true;
    out.first = index;
    out.last = out.number_last = index + 1;
    return out;
}

bool year_like(const StatedQuantity& quantity) {
    const auto in_years = [](const Decimal& n) {
        return n.is_integer() && n.unscaled() >= 1990 && n.unscaled() <= 2100;
    };
    if (quantity.unit != "count" || quantity.multiplied) return false;
    if (const auto* number = std::get_if<Decimal>(&quantity.value)) return in_years(*number);
    if (const auto* range = std::get_if<Range>(&quantity.value)) {
        return range->lo && range->hi ? in_years(*range->lo) && in_years(*range->hi)
                                      : in_years(range->lo ? *range->lo : *range->hi);
    }
    return false;
}

void targets_of_node(ExtractContext& context, const contracts::Node& node,
                     const TargetState& state) {
    const std::vector<Word> tokens = split_words(node.text.value);
    std::optional<StatedQuantity> before;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        auto quantity = quantity_at(tokens, node.text.value, i);
        if (!quantity) quantity = rank_at(tokens, i);
        if (!quantity || year_like(*quantity)) continue;
        const auto [first, last] = sentence_of(tokens, node.text.value, i);
        std::string horizon = horizon_in(tokens, first, last);
        if (horizon.empty()) horizon = state.horizon;
        if (!horizon.empty() &&
            propose_target(context, node, tokens, *quantity, before, state, horizon))
            before = quantity;
        i = std::max(i, quantity->number_last - 1);
    }
    if (!before && state.goals && !state.horizon.empty())
        propose_goal(context, node, tokens, state);
}

// Whether the node or one above it is titled as a list of goals.
bool names_goals(const contracts::Document& document, std::int32_t index) {
    for (; index > 0; index = document.nodes[static_cast<std::size_t>(index)].parent) {
        const std::string& words = document.nodes[static_cast<std::size_t>(index)].text.value;
        if (words.size() <= kMaxTitleBytes && find_phrase(split_words(words), "mục tiêu"))
            return true;
    }
    return false;
}

void propose_component(ExtractContext& context, const contracts::Node& node,
                       const Component& component) {
    const std::size_t at = node.text.value.find(component.title);
    if (at == std::string::npos) return;
    Proposal row = proposal_at(context, node.text, at, at + component.title.size());
    row.kind = SubjectKind::kComponent;
    row.subject = component.key;
    row.predicate = "title";
    row.value = component.title;
    row.confidence = 0.95F;
    row.place = context.document.place(context.document.node_at(node.span));
    context.out.push_back(std::move(row));
}

bool resets_horizon(const contracts::Node& node) {
    using contracts::NodeKind;
    switch (node.kind) {
        case NodeKind::kHeading:
        case NodeKind::kPoint:
        case NodeKind::kClause:
        case NodeKind::kArticle:
        case NodeKind::kSection:
        case NodeKind::kChapter:
        case NodeKind::kPart:
        case NodeKind::kAppendix: return true;
        default: return false;
    }
}

}  // namespace

std::vector<Component> find_components(const contracts::Document& document) {
    std::vector<Component> out;
    for (const contracts::Node& node : document.nodes) {
        if (auto component = component_of(node)) out.push_back(std::move(*component));
    }
    return out;
}

void extract_targets(ExtractContext& context) {
    // Only a document that sets components or names targets sets targets; a report restates them.
    TargetState state;
    state.scope = find_components(context.document).size();
    const bool in_programme = state.scope > 0;
    for (const std::int32_t index : reading_order(context.document)) {
        const contracts::Node& node = context.document.nodes[static_cast<std::size_t>(index)];
        if (auto component = component_of(node)) {
            state.component = *component;
            state.horizon.clear();
            propose_component(context, node, *component);
            continue;
        }
        if (node.text.value.empty() || node.text.value.size() > 20'000) continue;
        if (node.kind == contracts::NodeKind::kHeading && is_roman(node.label))
            state.component = {std::string(kGeneral), ""};
        const std::vector<Word> tokens = split_words(node.text.value);
        const bool short_node = tokens.size() <= 10;
        const std::string horizon = horizon_in(tokens, 0, std::min<std::size_t>(tokens.size(), 7));
        if (short_node && !horizon.empty()) {
            state.horizon = horizon;
            state.goals = names_goals(context.document, index);
            continue;
        }
        if (resets_horizon(node)) state.horizon.clear();
        const bool head = node.kind == contracts::NodeKind::kHead ||
                          node.kind == contracts::NodeKind::kTable ||
                          node.kind == contracts::NodeKind::kDocument ||
                          node.kind == contracts::NodeKind::kPreamble;
        if (in_programme && !head) targets_of_node(context, node, state);
    }
}

}  // namespace saola::programme

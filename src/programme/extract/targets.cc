// Targets of a programme: "đến năm 2030 ... tối thiểu 80% công nghệ lõi" under a component programme.
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

constexpr std::array<std::string_view, 4> kComponentWords{"chương trình thành phần", "hợp phần", "dự án thành phần",
                                                          "tiểu dự án"};

std::optional<Component> component_of(const contracts::Node& node) {
    if (node.text.value.empty() || node.text.value.size() > 400) return std::nullopt;
    const std::vector<Word> tokens = split_words(node.text.value);
    for (const std::string_view words : kComponentWords) {
        const std::size_t count = match(tokens, 0, words);
        if (count == 0 || count + 1 >= tokens.size() || tokens[count].kind != Word::Kind::kNumber) continue;
        const std::string& sign = tokens[count + 1].lower;
        if (sign != ":" && sign != "." && sign != "-" && sign != "–") continue;
        const std::string title = clean_title(std::string_view(node.text.value).substr(tokens[count + 1].end));
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
        "và", "trong", "cho", "của", "đến", "thuộc", "được", "đáp", "đạt", "trên", "phục", "về", "với", "vào", "để",
        "theo", "tới", "hoặc", "ở", "tầm", "do", "từ", "hình", "có", "gồm", "nhu", "quy", "trước", "sau", "khi"};
    return std::ranges::find(kStops, word) != kStops.end();
}

bool skipped_word(const std::string& word) {
    static constexpr std::array<std::string_view, 22> kSkips{
        "các", "những", "một", "số", "tối", "thiểu", "đa", "ít", "nhất", "khoảng", "gần", "không", "quá", "dưới",
        "hơn", "được", "hoàn", "toàn", "việt", "nam", "vững", "chắc"};
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
            if (!words.empty() || token.lower == "," || token.lower == ";" || token.lower == ":") break;
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
std::string measure_key(const std::string& lead, const std::string& noun, const std::string& component_title) {
    const std::string both = text::fold(lead + " " + noun);
    const std::string localisation = text::fold("nội địa hóa");
    if (both.find(localisation) != std::string::npos) return "localisation";
    if (both.find("làm chủ") != std::string::npos && both.find("công nghệ lõi") != std::string::npos) return "core-technology-mastery";
    const std::string noun_only = without_words_of(noun, component_title);
    std::string key = slug(noun.empty() ? lead : lead + " " + noun_only, 60);
    return key.empty() ? "measure" : key;
}

bool counts_something(const std::vector<Word>& tokens, std::size_t first, const StatedQuantity& quantity) {
    static constexpr std::array<std::string_view, 12> kVerbs{
        "xây dựng", "vận hành", "thiết lập", "ban hành", "triển khai", "hình thành", "đào tạo", "có", "phát triển",
        "cung cấp", "làm chủ", "hoàn thành"};
    if (quantity.first > first) {
        static constexpr std::array<std::string_view, 9> kParts{"của", "thuộc", "gồm", "trong", "từng", "các", "tới", "qua", "cả"};
        if (std::ranges::find(kParts, tokens[quantity.first - 1].lower) != kParts.end()) return false;
    }
    const std::size_t from = quantity.first > first + 6 ? quantity.first - 6 : first;
    return std::ranges::any_of(kVerbs, [&](std::string_view verb) {
        return find_phrase(tokens, verb, from, quantity.first).has_value();
    });
}

float target_confidence(const std::vector<Word>& tokens, std::size_t first, const StatedQuantity& quantity) {
    const bool measured = quantity.unit != "count" || quantity.qualified;
    if (measured && !(quantity.unit == "count" && quantity.about)) return 0.88F;
    if (quantity.multiplied) return 0.85F;
    return counts_something(tokens, first, quantity) ? 0.8F : 0.0F;
}

struct Clause {
    std::size_t first = 0, last = 0;  // tokens
};

// The clause that a target's title shows: its sentence, cut at the commas around when it is long.
Clause title_clause(const std::vector<Word>& tokens, std::size_t first, std::size_t last, const StatedQuantity& quantity) {
    Clause out{first, last};
    const auto bytes = [&] { return tokens[out.last - 1].end - tokens[out.first].begin; };
    const auto comma = [&](std::size_t i) {
        return tokens[i].lower == "," || tokens[i].lower == ":" || tokens[i].lower == "(" ;
    };
    if (bytes() > 160) {
        for (std::size_t i = quantity.first; i-- > first;) {
            if (comma(i)) {
                out.first = i + 1;
                break;
            }
        }
        for (std::size_t i = quantity.last; i < last; ++i) {
            if (comma(i)) {
                out.last = i;
                break;
            }
        }
    }
    while (out.first < quantity.first && tokens[out.first].kind == Word::Kind::kSign) ++out.first;
    return out;
}

struct TargetState {
    Component component{std::string(kGeneral), ""};
    std::string horizon;
};

void propose_target(ExtractContext& context, const contracts::Node& node, const std::vector<Word>& tokens,
                    const StatedQuantity& quantity, const TargetState& state, const std::string& horizon) {
    const std::string& words = node.text.value;
    const auto [first, last] = sentence_of(tokens, words, quantity.first);
    const float confidence = target_confidence(tokens, first, quantity);
    if (confidence <= 0.0F) return;
    const std::string noun = noun_after(tokens, quantity.last, last);
    const std::string lead = lead_before(tokens, first, quantity.first);
    if (noun.empty() && lead.empty()) return;
    const std::string subject = state.component.key + "/" + measure_key(lead, noun, state.component.title);
    Proposal row = proposal_at(context, node.text, tokens[quantity.first].begin, tokens[quantity.number_last - 1].end);
    row.kind = SubjectKind::kIndicator;
    row.subject = subject;
    row.predicate = "target";
    row.value = quantity.value;
    row.unit = quantity.unit;
    row.period = horizon;
    row.confidence = confidence;
    row.place = context.document.place(context.document.node_at(row.span));
    const std::string place = row.place;
    context.out.push_back(std::move(row));
    const Clause clause = title_clause(tokens, first, last, quantity);
    Proposal title = proposal_at(context, node.text, tokens[clause.first].begin, tokens[clause.last - 1].end);
    title.kind = SubjectKind::kIndicator;
    title.subject = subject;
    title.predicate = "title";
    title.value = clean_title(std::string_view(words).substr(tokens[clause.first].begin, tokens[clause.last - 1].end - tokens[clause.first].begin));
    title.period = horizon;
    title.confidence = confidence;
    title.place = place;
    context.out.push_back(std::move(title));
}

bool year_like(const StatedQuantity& quantity) {
    const auto in_years = [](const Decimal& n) { return n.is_integer() && n.unscaled() >= 1990 && n.unscaled() <= 2100; };
    if (quantity.unit != "count" || quantity.multiplied) return false;
    if (const auto* number = std::get_if<Decimal>(&quantity.value)) return in_years(*number);
    if (const auto* range = std::get_if<Range>(&quantity.value)) {
        return range->lo && range->hi ? in_years(*range->lo) && in_years(*range->hi)
                                      : in_years(range->lo ? *range->lo : *range->hi);
    }
    return false;
}

void targets_of_node(ExtractContext& context, const contracts::Node& node, const TargetState& state) {
    const std::vector<Word> tokens = split_words(node.text.value);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto quantity = quantity_at(tokens, node.text.value, i);
        if (!quantity || year_like(*quantity)) continue;
        const auto [first, last] = sentence_of(tokens, node.text.value, i);
        std::string horizon = horizon_in(tokens, first, last);
        if (horizon.empty()) horizon = state.horizon;
        if (!horizon.empty()) propose_target(context, node, tokens, *quantity, state, horizon);
        i = std::max(i, quantity->number_last - 1);
    }
}

void propose_component(ExtractContext& context, const contracts::Node& node, const Component& component) {
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
    bool in_programme = !find_components(context.document).empty();
    for (const std::int32_t index : reading_order(context.document)) {
        const contracts::Node& node = context.document.nodes[static_cast<std::size_t>(index)];
        if (auto component = component_of(node)) {
            state.component = *component;
            state.horizon.clear();
            propose_component(context, node, *component);
            continue;
        }
        if (node.text.value.empty() || node.text.value.size() > 20'000) continue;
        if (node.kind == contracts::NodeKind::kHeading && is_roman(node.label)) state.component = {std::string(kGeneral), ""};
        const std::vector<Word> tokens = split_words(node.text.value);
        const bool short_node = tokens.size() <= 10;
        const std::string horizon = horizon_in(tokens, 0, std::min<std::size_t>(tokens.size(), 7));
        if (short_node && !horizon.empty()) {
            state.horizon = horizon;
            continue;
        }
        if (resets_horizon(node)) state.horizon.clear();
        const bool head = node.kind == contracts::NodeKind::kHead || node.kind == contracts::NodeKind::kTable ||
                          node.kind == contracts::NodeKind::kDocument || node.kind == contracts::NodeKind::kPreamble;
        if (in_programme && !head) targets_of_node(context, node, state);
    }
}

}  // namespace saola::programme

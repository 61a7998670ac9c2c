// Levels already reached: "Trong lĩnh vực X, ... đã làm chủ khoảng 65% công nghệ lõi". The clause
// of the figure says which component it is about; when it names none, the opening words of the
// paragraph do. Single syllables prove nothing in Vietnamese ("động", "mạng"): only neighbouring
// words of a title and name-like words (acronyms, foreign words) count.
#include <algorithm>
#include <array>

#include "programme/extract/extract.h"

namespace saola::programme {
namespace {

constexpr float kSure = 0.82F;   // may be accepted in bulk
constexpr float kUnsure = 0.5F;  // a person decides
constexpr double kNameWeight = 1.5;

struct Stretch {
    std::size_t first = 0, last = 0;  // tokens, half open
};

bool is_sign(const Word& token) { return token.kind == Word::Kind::kSign; }

bool ends_clause(const Word& token) {
    return is_sign(token) && (token.lower == "," || token.lower == ";" || token.lower == ":");
}

struct Term {
    std::string words;
    bool name = false;
};

// A Vietnamese syllable has one group of vowels: "camera" and "blockchain" have more.
bool foreign(std::string_view word) {
    int groups = 0;
    bool vowel_before = false;
    for (const char c : word) {
        if (c < 'a' || c > 'z') return false;
        const bool vowel = std::string_view("aeiouy").find(c) != std::string_view::npos;
        groups += vowel && !vowel_before ? 1 : 0;
        vowel_before = vowel;
    }
    return groups >= 2;
}

bool acronym(std::string_view written) {
    bool digit = false;
    bool letter = false;
    for (const char c : written) {
        const bool upper = c >= 'A' && c <= 'Z';
        const bool number = c >= '0' && c <= '9';
        if (!upper && !number) return false;
        digit = digit || number;
        letter = letter || upper;
    }
    return letter && (digit || written.size() >= 2);
}

// The words of a stretch; "" where a sign parts two of them.
std::vector<Term> terms_of(const std::vector<Word>& tokens, std::string_view text, Stretch at) {
    std::vector<Term> out;
    for (std::size_t i = at.first; i < at.last; ++i) {
        if (is_sign(tokens[i])) {
            out.push_back({});
            continue;
        }
        const std::string_view written =
            text.substr(tokens[i].begin, tokens[i].end - tokens[i].begin);
        out.push_back({tokens[i].lower, acronym(written) || foreign(tokens[i].lower)});
    }
    return out;
}

// Whether a word goes on with a name: not a connector, not the end of a stretch.
bool goes_on(std::string_view word) {
    static constexpr std::array<std::string_view, 12> kConnectors{
        "và", "hoặc", "của", "trong", "cho", "tại", "đã", "được", "với", "thì", "là", "đạt"};
    return !word.empty() && std::ranges::find(kConnectors, word) == kConnectors.end();
}

struct Score {
    double points = 0;
    bool other_thing = false;  // a name of the title goes on differently: "robot công nghiệp"
};

bool has_pair(const std::vector<Term>& terms, const std::string& first, const std::string& second) {
    for (std::size_t i = 0; i + 1 < terms.size(); ++i) {
        if (terms[i].words == first && terms[i + 1].words == second) return true;
    }
    return false;
}

Score score_of(const std::vector<Term>& title, const std::vector<Term>& said) {
    Score out;
    bool pair = false;
    bool differs = false;
    for (std::size_t i = 0; i < title.size(); ++i) {
        if (title[i].words.empty()) continue;
        const std::string next = i + 1 < title.size() ? title[i + 1].words : std::string();
        if (!next.empty() && has_pair(said, title[i].words, next)) {
            out.points += 1;
            pair = true;
        }
        if (!title[i].name) continue;
        const auto found = std::ranges::find(said, title[i].words, &Term::words);
        if (found == said.end()) continue;
        out.points += kNameWeight;
        const auto after = found + 1;
        differs = differs || (after != said.end() && goes_on(next) && goes_on(after->words) &&
                              after->words != next);
    }
    out.other_thing = differs && !pair;
    return out;
}

struct Choice {
    int component = -1;
    float confidence = 0;
};

Choice choose(const std::vector<std::vector<Term>>& titles, const std::vector<Term>& said) {
    Choice out;
    double best = 0;
    double second = 0;
    bool other_thing = false;
    for (std::size_t c = 0; c < titles.size(); ++c) {
        const Score score = score_of(titles[c], said);
        if (score.points > best) {
            second = best;
            best = score.points;
            other_thing = score.other_thing;
            out.component = static_cast<int>(c);
        } else {
            second = std::max(second, score.points);
        }
    }
    if (best < 1) return {};
    const bool sure = best >= kNameWeight && best >= 2 * second && !other_thing;
    out.confidence = sure ? kSure : kUnsure;
    return out;
}

Stretch clause_of(const std::vector<Word>& tokens, std::string_view text, std::size_t index) {
    const auto [first, last] = sentence_of(tokens, text, index);
    Stretch out{index, index};
    while (out.first > first && !ends_clause(tokens[out.first - 1])) --out.first;
    while (out.last < last && !ends_clause(tokens[out.last])) ++out.last;
    return out;
}

// "Trong lĩnh vực X, ...", "Đối với X: ...", "Về X, ...": X; empty when the paragraph opens
// otherwise.
Stretch opening_of(const std::vector<Word>& tokens) {
    for (const std::string_view words : {"trong lĩnh vực", "lĩnh vực", "đối với", "về"}) {
        const std::size_t count = match(tokens, 0, words);
        if (count == 0) continue;
        std::size_t last = count;
        while (last < tokens.size() && !ends_clause(tokens[last])) ++last;
        return last < tokens.size() ? Stretch{count, last} : Stretch{};
    }
    return {};
}

// The clause rules where it is sure; else the opening, doubted when the two disagree.
Choice settle(Choice clause, Choice opening) {
    if (clause.confidence >= kSure || opening.component < 0) return clause;
    const bool agree = clause.component < 0 || clause.component == opening.component;
    return {opening.component, agree ? opening.confidence : kUnsure};
}

std::string level_in(const std::vector<Word>& tokens, Stretch at) {
    for (const std::string_view words : {"nội địa hóa", "nội địa hoá"}) {
        if (find_phrase(tokens, words, at.first, at.last)) return "localisation";
    }
    const bool mastery = find_phrase(tokens, "làm chủ", at.first, at.last) &&
                         find_phrase(tokens, "công nghệ lõi", at.first, at.last);
    return mastery ? "core-technology-mastery" : std::string();
}

void levels_of_node(ExtractContext& context, const contracts::Node& node,
                    const std::vector<std::vector<Term>>& titles) {
    const std::string& words = node.text.value;
    const std::vector<Word> tokens = split_words(words);
    const Choice opening = choose(titles, terms_of(tokens, words, opening_of(tokens)));
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto quantity = quantity_at(tokens, words, i);
        if (!quantity || quantity->unit != "%") continue;
        const Stretch clause = clause_of(tokens, words, i);
        const std::string level = level_in(tokens, clause);
        if (level.empty()) continue;
        const Choice choice = settle(choose(titles, terms_of(tokens, words, clause)), opening);
        if (choice.component < 0) continue;  // about none of the components
        Proposal row =
            proposal_at(context, node.text, tokens[i].begin, tokens[quantity->number_last - 1].end);
        row.kind = SubjectKind::kIndicator;
        row.subject =
            context.components[static_cast<std::size_t>(choice.component)].key + "/" + level;
        row.predicate = "known";
        row.value = quantity->value;
        row.unit = "%";
        row.confidence = choice.confidence;
        row.place = context.document.place(context.document.node_at(row.span));
        context.out.push_back(std::move(row));
    }
}

}  // namespace

void extract_known_levels(ExtractContext& context) {
    // A document that sets the components sets targets; others report what was reached.
    if (context.components.empty() || !find_components(context.document).empty()) return;
    std::vector<std::vector<Term>> titles;
    for (const Component& component : context.components) {
        const std::vector<Word> tokens = split_words(component.title);
        titles.push_back(terms_of(tokens, component.title, {0, tokens.size()}));
    }
    for (const contracts::Node& node : context.document.nodes) {
        if (!node.text.value.empty() && node.text.value.size() <= 8'000)
            levels_of_node(context, node, titles);
    }
}

}  // namespace saola::programme

// Targets: two values for one subject and horizon, and bounds that cannot hold together.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "programme/findings/context.h"

namespace saola::programme::findings {
namespace {

constexpr std::size_t kVerbWords = 2;

// Words that end what is counted: what follows says where, how or for what.
bool ends_noun(const std::string& word) {
    static const std::set<std::string> kEnds = {"và",    "hoặc", "trong", "về",   "cho",   "có",
                                                "đạt",   "để",   "tại",   "từ",   "vào",   "đến",
                                                "trên",  "với",  "của",   "theo", "phục",  "được",
                                                "thuộc", "mỗi",  "so",    "sau",  "trước", "ở"};
    return kEnds.contains(word);
}

// "kỹ sư" of "kỹ sư và chuyên gia trình độ cao".
std::string head_noun(const Quantity& q) {
    std::string out;
    for (const std::string& word : split_words(text::fold(q.noun))) {
        if (ends_noun(word)) break;
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

// What is done to it: the words right before the amount, "đào tạo" of "Đào tạo tối thiểu 500 kỹ
// sư".
std::string verb_before(const Context& context, const Sentence& s, std::size_t i) {
    const Quantity& q = s.quantities[i];
    const std::size_t begin = i > 0 ? s.quantities[i - 1].full_end : s.begin;
    std::string words = context.between(s, begin, q.full_begin);
    const std::size_t cut = words.find_last_of(",;:(");
    if (cut != std::string::npos) words = words.substr(cut + 1);
    std::vector<std::string> list = split_words(words);
    std::string out;
    for (std::size_t k = list.size() > kVerbWords ? list.size() - kVerbWords : 0; k < list.size();
         ++k)
        out += (out.empty() ? "" : " ") + list[k];
    return out;
}

struct Target {
    const Sentence* sentence = nullptr;
    const Quantity* quantity = nullptr;
    Range range;
    Qualifier qualifier = Qualifier::kNone;
};

struct Key {
    std::string verb, noun, unit;
    int horizon = 0;
    auto operator<=>(const Key&) const = default;
};

std::string shown(const Key& key) {
    std::string out = key.verb + " … " + (key.unit.empty() ? "" : key.unit + " ") + key.noun;
    return out + (key.horizon == 0 ? "" : " (" + std::to_string(key.horizon) + ")");
}

// Quantities that set a target for a year, by what they are about.
std::map<Key, std::vector<Target>> targets_of(const Context& context) {
    std::map<Key, std::vector<Target>> out;
    for (const Sentence& s : context.sentences()) {
        if (s.horizon == 0) continue;
        for (std::size_t i = 0; i < s.quantities.size(); ++i) {
            const Quantity& q = s.quantities[i];
            if (q.kind != QuantityKind::kAmount || q.qualifier == Qualifier::kAbout) continue;
            const auto range = q.interval();
            Key key{verb_before(context, s, i), head_noun(q), q.unit, s.horizon};
            // Enough words to know that two mentions mean one thing.
            if (!range || key.noun.empty() || split_words(key.verb).size() < kVerbWords ||
                split_words(key.noun).size() < 2)
                continue;
            out[key].push_back({&s, &q, *range, q.qualifier});
        }
    }
    return out;
}

// A list below headings of different subjects ("Chương trình thành phần 2") may repeat its words.
std::int32_t section_of(const Context& context, const Sentence& s) {
    const contracts::Document& doc = context.document(s.document);
    std::int32_t top = 0;
    for (std::int32_t n = s.node; n > 0; n = doc.nodes[static_cast<std::size_t>(n)].parent) {
        const auto kind = doc.nodes[static_cast<std::size_t>(n)].kind;
        if (kind != contracts::NodeKind::kBullet && kind != contracts::NodeKind::kParagraph &&
            kind != contracts::NodeKind::kPoint) {
            top = n;
            break;
        }
    }
    return top;
}

bool lower_bound_kind(Qualifier q) { return q == Qualifier::kAtLeast || q == Qualifier::kOver; }
bool upper_bound_kind(Qualifier q) { return q == Qualifier::kAtMost || q == Qualifier::kUnder; }

}  // namespace

void target_conflict(const Context& context, Report& report) {
    for (const auto& [key, targets] : targets_of(context)) {
        for (std::size_t i = 1; i < targets.size(); ++i) {
            const Target& a = targets.front();
            const Target& b = targets[i];
            if (a.range == b.range) continue;
            // At least against at most is the business of bound.contradiction.
            if ((lower_bound_kind(a.qualifier) && upper_bound_kind(b.qualifier)) ||
                (upper_bound_kind(a.qualifier) && lower_bound_kind(b.qualifier)))
                continue;
            report.add(shown(key),
                       "Hai mục tiêu khác nhau cho cùng chỉ tiêu “" + shown(key) +
                           "”: " + show(a.quantity->lo) + " và " + show(b.quantity->lo),
                       "Two targets for one indicator: " + show(a.quantity->lo) + " and " +
                           show(b.quantity->lo),
                       show(a.range) + " ≠ " + show(b.range),
                       {context.quote(*a.sentence, *a.quantity, "stated"),
                        context.quote(*b.sentence, *b.quantity, "other")});
        }
    }
}

void bound_contradiction(const Context& context, Report& report) {
    for (const Sentence& s : context.sentences()) {
        for (const Quantity& q : s.quantities) {
            const bool reversed = q.range && q.hi < q.lo;
            const bool clash = (upper_bound_kind(q.outer) && lower_bound_kind(q.qualifier)) ||
                               (lower_bound_kind(q.outer) && upper_bound_kind(q.qualifier));
            if (!reversed && !clash) continue;
            const std::string written(std::string_view(context.node(s).text.value)
                                          .substr(q.full_begin, q.full_end - q.full_begin));
            report.add(context.name(s.document) + "/" + text::fold(written),
                       reversed ? "Khoảng ghi ngược: " + show(q.lo) + " lớn hơn " + show(q.hi)
                                : "Vừa là cận trên vừa là cận dưới: “" + written + "”",
                       reversed ? "Reversed range: " + show(q.lo) + " is greater than " + show(q.hi)
                                : "An upper and a lower bound at once: “" + written + "”",
                       reversed ? show(q.lo) + " > " + show(q.hi) : written,
                       {context.quote(s, q, "stated")});
        }
        // "tối thiểu 80 ... tối đa 60" of the same unit and thing in one sentence.
        for (std::size_t i = 0; i < s.quantities.size(); ++i)
            for (std::size_t k = i + 1; k < s.quantities.size() && k <= i + 2; ++k) {
                const Quantity& a = s.quantities[i];
                const Quantity& b = s.quantities[k];
                const bool down = lower_bound_kind(a.qualifier) && upper_bound_kind(b.qualifier);
                const bool up = upper_bound_kind(a.qualifier) && lower_bound_kind(b.qualifier);
                if ((!down && !up) || a.unit != b.unit) continue;
                const std::string link = context.between(s, a.full_end, b.full_begin);
                const std::string noun_a = head_noun(a);
                const bool same = noun_a.empty() || head_noun(b).empty() || noun_a == head_noun(b);
                if (!same || link.find(';') != std::string::npos ||
                    link.find(':') != std::string::npos)
                    continue;
                // Only a plain pair "… và/nhưng/, …": otherwise the second bound is of something
                // else.
                std::string rest = link.starts_with(noun_a) ? link.substr(noun_a.size()) : link;
                const auto words = split_words(rest);
                if (words.size() > 2) continue;
                const auto low = down ? a.base_lo() : b.base_lo();
                const auto high = down ? b.base_hi() : a.base_hi();
                if (!low || !high || *low <= *high) continue;
                report.add(
                    context.name(s.document) + "/" + noun_a + "/" + a.lo.to_string() + "/" +
                        b.lo.to_string(),
                    "Cận dưới " + show(*low) + " lớn hơn cận trên " + show(*high),
                    "The lower bound " + show(*low) + " exceeds the upper bound " + show(*high),
                    show(*low) + " > " + show(*high),
                    {context.quote(s, a, "stated"), context.quote(s, b, "other")});
            }
    }
    for (const auto& [key, targets] : targets_of(context))
        for (const Target& a : targets)
            for (const Target& b : targets) {
                if (!lower_bound_kind(a.qualifier) || !upper_bound_kind(b.qualifier) ||
                    a.sentence == b.sentence)
                    continue;
                if (!a.range.lo || !b.range.hi || *a.range.lo <= *b.range.hi) continue;
                if (a.sentence->document == b.sentence->document &&
                    section_of(context, *a.sentence) != section_of(context, *b.sentence))
                    continue;
                report.add(shown(key),
                           "“" + shown(key) + "”: tối thiểu " + show(*a.range.lo) +
                               " nhưng tối đa " + show(*b.range.hi),
                           "At least " + show(*a.range.lo) + " but at most " + show(*b.range.hi),
                           show(*a.range.lo) + " > " + show(*b.range.hi),
                           {context.quote(*a.sentence, *a.quantity, "stated"),
                            context.quote(*b.sentence, *b.quantity, "other")});
            }
}

}  // namespace saola::programme::findings

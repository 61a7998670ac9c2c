// Deadlines: a duty with a date - who leads it, what it is, until when, in which clause.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "programme/extract/extract.h"
#include "programme/keys.h"

namespace saola::programme {
namespace {

constexpr std::array<std::string_view, 9> kDutyWords{"thời hạn",       "hoàn thành",  "chậm nhất",
                                                     "trước ngày",     "trong tháng", "trước tháng",
                                                     "không muộn hơn", "hạn cuối",    "xong trước"};

// The words right before a date that make it a limit.
constexpr std::array<std::string_view, 9> kLimitWords{"trước ngày",
                                                      "trước",
                                                      "trong",
                                                      "chậm nhất ngày",
                                                      "chậm nhất là ngày",
                                                      "đến hết ngày",
                                                      "đến hết",
                                                      "không muộn hơn ngày",
                                                      "ngày"};

bool stands_before(const std::vector<Word>& tokens, std::size_t index, std::string_view phrase) {
    const auto words = static_cast<std::size_t>(std::ranges::count(phrase, ' ')) + 1;
    return index >= words && match(tokens, index - words, phrase) == words;
}

// "trước ngày Thông tư này có hiệu lực" and dates of cited documents are no duties.
std::optional<FoundDate> limit_date(const std::vector<Word>& tokens) {
    for (std::size_t i = tokens.size(); i-- > 0;) {
        const auto date = date_at(tokens, i);
        if (!date) continue;
        // date_at also matches inside a longer date: prefer the start of it.
        const bool inside = i >= 2 && date_at(tokens, i - 1).has_value() &&
                            date_at(tokens, i - 1)->last == date->last;
        if (inside) continue;
        const bool limit = std::ranges::any_of(kLimitWords, [&](std::string_view words) {
            return words != "ngày" && stands_before(tokens, i, words);
        });
        if (limit) return date;
    }
    return std::nullopt;
}

struct Lead {
    std::size_t begin = 0, end = 0;  // bytes
};

// The words before "chủ trì", from the start of their sentence, without ", với vai trò ...,".
std::optional<Lead> lead_of(const std::vector<Word>& tokens, std::string_view text) {
    const auto at = find_phrase(tokens, "chủ trì");
    if (!at || *at == 0) return std::nullopt;
    const std::size_t first = sentence_of(tokens, text, *at).first;
    if (first >= *at) return std::nullopt;
    std::size_t last = *at;
    if (const auto role = find_phrase(tokens, "với vai trò", first, last)) last = *role;
    while (last > first && tokens[last - 1].kind == Word::Kind::kSign) --last;
    if (last == first) return std::nullopt;
    return Lead{tokens[first].begin, tokens[last - 1].end};
}

// The duty's name: the heading it stands under, else the first words after "chủ trì".
const contracts::Text* title_text(const ExtractContext& context, const contracts::Node& node) {
    const auto& nodes = context.document.nodes;
    for (std::int32_t up = node.parent; up > 0; up = nodes[static_cast<std::size_t>(up)].parent) {
        const contracts::Node& above = nodes[static_cast<std::size_t>(up)];
        const bool heading = above.kind == contracts::NodeKind::kHeading ||
                             above.kind == contracts::NodeKind::kClause ||
                             above.kind == contracts::NodeKind::kArticle;
        if (heading && !above.text.value.empty())
            return above.text.value.size() < 300 ? &above.text : nullptr;
    }
    return nullptr;
}

void extract_node(ExtractContext& context, const contracts::Node& node) {
    const std::string& words = node.text.value;
    const std::vector<Word> tokens = split_words(words);
    const bool duty = std::ranges::any_of(kDutyWords, [&](std::string_view phrase) {
        return find_phrase(tokens, phrase).has_value();
    });
    if (!duty) return;
    const auto date = limit_date(tokens);
    if (!date) return;
    const auto lead = lead_of(tokens, words);
    const contracts::Text* title = title_text(context, node);
    const float confidence = lead ? 0.9F : 0.6F;
    const std::string place = context.document.place(context.document.node_at(node.span));
    const std::string name = title != nullptr ? clean_title(title->value) : words.substr(0, 120);
    const std::string subject =
        slug(name, 60) + "-" + short_hash(name + to_iso(date->date)).substr(0, 6);
    Proposal due =
        proposal_at(context, node.text, tokens[date->first].begin, tokens[date->last - 1].end);
    due.kind = SubjectKind::kDeadline;
    due.subject = subject;
    due.predicate = "due";
    due.value = date->date;
    due.confidence = confidence;
    due.place = place;
    context.out.push_back(std::move(due));
    if (lead) {
        Proposal who = proposal_at(context, node.text, lead->begin, lead->end);
        who.kind = SubjectKind::kDeadline;
        who.subject = subject;
        who.predicate = "lead";
        who.value = words.substr(lead->begin, lead->end - lead->begin);
        who.confidence = confidence;
        who.place = place;
        context.out.push_back(std::move(who));
    }
    if (title != nullptr) {
        propose_text(context, SubjectKind::kDeadline, subject, "title", *title, place, confidence);
    } else {
        const auto [first, last] = sentence_of(tokens, words, date->first);
        Proposal what = proposal_at(context, node.text, tokens[first].begin, tokens[last - 1].end);
        what.kind = SubjectKind::kDeadline;
        what.subject = subject;
        what.predicate = "title";
        what.value = words.substr(tokens[first].begin, tokens[last - 1].end - tokens[first].begin);
        what.confidence = confidence;
        what.place = place;
        context.out.push_back(std::move(what));
    }
}

}  // namespace

void extract_deadlines(ExtractContext& context) {
    for (const contracts::Node& node : context.document.nodes) {
        const bool prose = node.kind == contracts::NodeKind::kParagraph ||
                           node.kind == contracts::NodeKind::kBullet ||
                           node.kind == contracts::NodeKind::kClause ||
                           node.kind == contracts::NodeKind::kPoint ||
                           node.kind == contracts::NodeKind::kHeading;
        if (prose && !node.text.value.empty() && node.text.value.size() < 20'000)
            extract_node(context, node);
    }
}

}  // namespace saola::programme

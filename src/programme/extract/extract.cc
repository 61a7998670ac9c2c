#include "programme/extract/extract.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/text.h"
#include "programme/keys.h"
#include "programme/limits.h"

namespace saola::programme {

Proposal proposal_at(const ExtractContext& context, const contracts::Text& text, std::size_t begin,
                     std::size_t end) {
    Proposal out;
    out.span = text.source(begin, end);
    out.stated = std::string(context.document.source(out.span));
    return out;
}

void propose_text(ExtractContext& context, SubjectKind kind, std::string subject,
                  std::string predicate, const contracts::Text& text, std::string place,
                  float confidence, std::string organisation) {
    std::string_view value = text::trim(text.value);
    if (value.empty()) return;
    const auto begin = static_cast<std::size_t>(value.data() - text.value.data());
    std::size_t size = std::min(value.size(), kMaxTextBytes);
    while (size > 0 && size < value.size() &&
           (static_cast<unsigned char>(value[size]) & 0xC0U) == 0x80U)
        --size;
    Proposal row = proposal_at(context, text, begin, begin + size);
    row.kind = kind;
    row.subject = std::move(subject);
    row.predicate = std::move(predicate);
    row.value = std::string(value.substr(0, size));
    row.confidence = confidence;
    row.organisation = std::move(organisation);
    row.place = std::move(place);
    context.out.push_back(std::move(row));
}

std::string clean_title(std::string_view words) {
    words = text::trim(words);
    while (!words.empty() && (words.back() == '.' || words.back() == ';' || words.back() == ':' ||
                              words.back() == ',')) {
        words = text::trim(words.substr(0, words.size() - 1));
    }
    return std::string(words);
}

std::string folded_title(const contracts::Column& column) { return text::fold(column.title); }

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(
        words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

std::vector<std::int32_t> reading_order(const contracts::Document& document) {
    std::vector<std::int32_t> out(document.nodes.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::int32_t>(i);
    std::ranges::stable_sort(out, {}, [&](std::int32_t i) {
        return document.nodes[static_cast<std::size_t>(i)].span.begin;
    });
    return out;
}

std::vector<Proposal> extract_all(const contracts::Document& document,
                                  std::vector<Component> components) {
    std::vector<Proposal> rows;
    ExtractContext context{document, document_key(document), std::move(components), rows};
    for (Component& found : find_components(document)) {
        const bool known = std::ranges::any_of(
            context.components, [&](const Component& c) { return c.key == found.key; });
        if (!known) context.components.push_back(std::move(found));
    }
    extract_document_facts(context);
    extract_code_lists(context);
    extract_orders(context);
    extract_patents(context);
    extract_standards(context);
    extract_targets(context);
    extract_known_levels(context);
    extract_deadlines(context);
    extract_budget(context);
    // Within one document an identical fact said twice at the same place is one fact.
    std::vector<Proposal> unique;
    std::set<std::tuple<std::uint32_t, std::uint32_t, SubjectKind, std::string, std::string,
                        std::string>>
        seen;
    for (Proposal& row : rows) {
        if (seen.emplace(row.span.begin, row.span.end, row.kind, row.subject, row.predicate,
                         row.period)
                .second) {
            unique.push_back(std::move(row));
        }
    }
    return unique;
}

}  // namespace saola::programme

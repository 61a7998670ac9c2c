// Documents: the one being read, those it cites, tables of legal texts, and which text replaces,
// amends or ends which.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "programme/extract/extract.h"
#include "programme/keys.h"

namespace saola::programme {
namespace {

using contracts::Citation;
using contracts::Span;

// Facts whose text is not a Text of the tree but a span of the source (head parts, citations).
Proposal at_span(const ExtractContext& context, Span span, std::string subject,
                 std::string predicate, AssertedValue value, float confidence) {
    Proposal out;
    out.kind = SubjectKind::kDocument;
    out.subject = std::move(subject);
    out.predicate = std::move(predicate);
    out.value = std::move(value);
    out.confidence = confidence;
    out.span = span;
    out.stated = std::string(context.document.source(span));
    out.place = context.document.place(context.document.node_at(span));
    return out;
}

void propose_head(ExtractContext& context) {
    const contracts::Head& head = context.document.head;
    const std::string& key = context.document_key;
    const auto text_fact = [&](std::string predicate, const std::string& value, Span span) {
        if (value.empty() || span.empty()) return;
        context.out.push_back(at_span(context, span, key, std::move(predicate), value, 1.0F));
    };
    text_fact("type", head.type, head.type_span);
    if (!head.number.empty() && head.number.front() >= '0' && head.number.front() <= '9') {
        text_fact("number", head.number, head.number_span);
    }
    text_fact("issuer", head.issuer, head.issuer_span);
    text_fact("title", head.title, head.title_span);
    text_fact("signer", head.signer, head.signer_span);
    if (head.date && !head.date_span.empty()) {
        context.out.push_back(at_span(context, head.date_span, key, "issued", *head.date, 1.0F));
    }
}

bool usable_number(const std::string& number) {
    return !number.empty() && number.front() >= '0' && number.front() <= '9' &&
           number.find('/') != std::string::npos;
}

// Each cited document once: what its first mention says, later mentions add what was missing and
// keep a different date as a fact of its own.
void propose_citations(ExtractContext& context) {
    std::map<std::string, std::set<std::string>> said;  // key -> predicate|value already proposed
    for (const Citation& citation : context.document.citations) {
        if (!usable_number(citation.number)) continue;
        const std::string key = document_key(citation.number);
        if (key == context.document_key) continue;
        const float confidence = citation.type.empty() ? 0.7F : 0.9F;
        const auto once = [&](std::string predicate, AssertedValue value,
                              const std::string& identity) {
            if (!said[key].insert(predicate + "|" + identity).second) return;
            context.out.push_back(at_span(context, citation.span, key, std::move(predicate),
                                          std::move(value), confidence));
        };
        if (said[key].empty()) {
            once("number", citation.number, "");
            if (!citation.type.empty()) once("type", citation.type, "");
        }
        if (citation.date) once("issued", *citation.date, to_iso(*citation.date));
        if (!citation.issuer.empty()) once("issuer", citation.issuer, "");
        if (!citation.title.empty() && citation.title.size() < 400)
            once("title", citation.title, "");
    }
}

std::string relation_target(const Citation& citation) {
    return usable_number(citation.number) ? document_key(citation.number) : std::string();
}

// "<A> thay thế <B>", "<A> sửa đổi, bổ sung <B>", "<B> hết hiệu lực": words between two citations
// of one node, or after one.
void propose_relations(ExtractContext& context) {
    std::map<std::int32_t, std::vector<const Citation*>> by_node;
    for (const Citation& citation : context.document.citations)
        by_node[citation.node].push_back(&citation);
    for (auto& [node, list] : by_node) {
        std::ranges::sort(list, {}, [](const Citation* c) { return c->span.begin; });
        for (std::size_t i = 0; i < list.size(); ++i) {
            const std::string target = relation_target(*list[i]);
            if (target.empty()) continue;
            const std::uint32_t from =
                i > 0 ? list[i - 1]->span.end
                      : (list[i]->span.begin > 200 ? list[i]->span.begin - 200 : 0);
            const std::string before =
                text::fold(context.document.source({from, list[i]->span.begin}));
            const bool direct_subject =
                i > 0 && before.size() < 400 && before.find(". ") == std::string::npos;
            std::string subject =
                direct_subject ? relation_target(*list[i - 1]) : context.document_key;
            if (subject.empty()) subject = context.document_key;
            std::string predicate;
            if (before.ends_with("thay thế") || before.ends_with("thay thế cho"))
                predicate = "replaces";
            if (before.ends_with("bãi bỏ")) predicate = "repeals";
            if (before.ends_with("sửa đổi, bổ sung") || before.ends_with("sửa đổi bổ sung"))
                predicate = "amends";
            if (!predicate.empty() && subject != target) {
                context.out.push_back(
                    at_span(context, {from, list[i]->span.end}, subject, predicate, target, 0.85F));
            }
            const std::uint32_t until =
                i + 1 < list.size() ? list[i + 1]->span.begin : list[i]->span.end + 400;
            const std::string after =
                text::fold(context.document.source({list[i]->span.end, until}));
            const std::size_t ends = after.find("hết hiệu lực");
            if (ends != std::string::npos &&
                after.substr(0, ends).find(". ") == std::string::npos &&
                target != context.document_key) {
                context.out.push_back(at_span(context, list[i]->span, context.document_key,
                                              "replaces", target, 0.85F));
            }
        }
    }
}

// "có hiệu lực (thi hành) kể từ ngày ..." of the document itself.
void propose_effective(ExtractContext& context) {
    for (const contracts::Node& node : context.document.nodes) {
        if (node.text.value.empty() || node.text.value.size() > 2'000) continue;
        const std::vector<Word> tokens = split_words(node.text.value);
        const auto at = find_phrase(tokens, "có hiệu lực");
        if (!at || !(find_phrase(tokens, "này", 0, *at))) continue;
        for (std::size_t i = *at; i < tokens.size() && i < *at + 8; ++i) {
            const auto date = date_at(tokens, i);
            if (!date || date->date.day == 0) continue;
            Proposal row = proposal_at(context, node.text, tokens[date->first].begin,
                                       tokens[date->last - 1].end);
            row.kind = SubjectKind::kDocument;
            row.subject = context.document_key;
            row.predicate = "effective";
            row.value = date->date;
            row.confidence = 0.95F;
            row.place = context.document.place(context.document.node_at(row.span));
            context.out.push_back(std::move(row));
            return;
        }
    }
}

// ---- tables of legal texts: a name with its number in parentheses, and a date of effect ----

struct LegalColumns {
    int name = -1, effective = -1;
};

LegalColumns legal_columns(const contracts::Table& table) {
    LegalColumns out;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::string title = folded_title(table.columns[i]);
        if (out.name < 0 && contains_any(title, {"tên văn bản", "văn bản"}))
            out.name = static_cast<int>(i);
        if (out.effective < 0 && contains_any(title, {"hiệu lực"}))
            out.effective = static_cast<int>(i);
    }
    return out;
}

std::optional<FoundDate> first_date(const std::vector<Word>& tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (auto date = date_at(tokens, i)) return date;
    }
    return std::nullopt;
}

// Numbers "93/2025/QH15", "353/2025/NĐ-CP" in a cell, with their byte range.
struct FoundNumber {
    std::string number;
    std::size_t begin = 0, end = 0;
};
std::vector<FoundNumber> document_numbers(std::string_view words) {
    std::vector<FoundNumber> out;
    for (std::size_t i = 0; i < words.size();) {
        const bool starts =
            words[i] >= '0' && words[i] <= '9' &&
            (i == 0 || words[i - 1] == ' ' || words[i - 1] == '(' || words[i - 1] == '\n');
        if (!starts) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < words.size() && words[end] != ' ' && words[end] != ')' && words[end] != ',' &&
               words[end] != ';')
            ++end;
        const std::string_view part = words.substr(i, end - i);
        const std::size_t slash = part.rfind('/');
        const bool letters = slash != std::string_view::npos && slash + 1 < part.size() &&
                             !(part[slash + 1] >= '0' && part[slash + 1] <= '9');
        if (letters) out.push_back({std::string(part), i, end});
        i = end;
    }
    return out;
}

void extract_legal_row(ExtractContext& context, std::int32_t table_index, std::size_t index,
                       const LegalColumns& columns) {
    const contracts::Row& row =
        context.document.tables[static_cast<std::size_t>(table_index)].rows[index];
    const contracts::Cell* name = row.cell(static_cast<std::uint32_t>(columns.name));
    if (row.kind != contracts::RowKind::kBody || name == nullptr || name->text.value.empty() ||
        name->carried)
        return;
    const std::vector<FoundNumber> numbers = document_numbers(name->text.value);
    if (numbers.empty()) return;
    // Several numbers in one cell: which title or date belongs to which is a person's decision.
    const float confidence = numbers.size() == 1 ? row.confidence : 0.6F;
    const std::string& words = name->text.value;
    const std::string place = context.document.place(table_index, index, name->column);
    for (const FoundNumber& found : numbers) {
        const std::string key = document_key(found.number);
        Proposal number = proposal_at(context, name->text, found.begin, found.end);
        number.kind = SubjectKind::kDocument;
        number.subject = key;
        number.predicate = "number";
        number.value = found.number;
        number.confidence = confidence;
        number.place = place;
        context.out.push_back(number);
        const std::size_t bracket = words.rfind('(', found.begin);
        if (bracket != std::string::npos && bracket > 0) {
            Proposal title = proposal_at(context, name->text, 0, bracket);
            title.kind = SubjectKind::kDocument;
            title.subject = key;
            title.predicate = "title";
            title.value = clean_title(std::string_view(words).substr(0, bracket));
            title.confidence = confidence;
            title.place = place;
            context.out.push_back(std::move(title));
        }
        if (columns.effective < 0) continue;
        const contracts::Cell* cell = row.cell(static_cast<std::uint32_t>(columns.effective));
        if (cell == nullptr) continue;
        const std::vector<Word> tokens = split_words(cell->text.value);
        const auto date = first_date(tokens);
        if (!date) continue;
        Proposal effective =
            proposal_at(context, cell->text, tokens[date->first].begin, tokens[date->last - 1].end);
        effective.kind = SubjectKind::kDocument;
        effective.subject = key;
        effective.predicate = "effective";
        effective.value = date->date;
        effective.confidence = confidence;
        effective.place = context.document.place(table_index, index, cell->column);
        context.out.push_back(std::move(effective));
    }
}

}  // namespace

void extract_document_facts(ExtractContext& context) {
    propose_head(context);
    propose_effective(context);
    for (std::size_t t = 0; t < context.document.tables.size(); ++t) {
        const LegalColumns columns = legal_columns(context.document.tables[t]);
        if (columns.name < 0 || columns.effective < 0) continue;
        for (std::size_t i = 0; i < context.document.tables[t].rows.size(); ++i) {
            extract_legal_row(context, static_cast<std::int32_t>(t), i, columns);
        }
    }
    propose_citations(context);
    propose_relations(context);
}

}  // namespace saola::programme

// From a read document to proposed facts. Each extractor knows a SHAPE (a table with these kinds of
// columns, a duty with a date), never a particular document: no literal of one stands in the code.
// Pure functions over contracts::Document; deterministic; independent of file names and wrapping.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contracts/document.h"
#include "programme/assertion.h"
#include "programme/extract/scan.h"

namespace saola::programme {

// A row a person accepts or refuses. `confidence` >= 0.8 may be accepted in bulk.
struct Proposal {
    SubjectKind kind = SubjectKind::kTask;
    std::string subject;
    std::string predicate;
    AssertedValue value;
    std::string unit;
    std::string period;
    std::string stated;  // exactly the bytes of the span for numbers and dates
    float confidence = 1.0F;
    std::string organisation;  // owner of the row, for visibility
    contracts::Span span;
    std::string place;
};

struct Component {  // a component programme, known from this or an earlier document
    std::string key;
    std::string title;
};

struct ExtractContext {
    const contracts::Document& document;
    std::string document_key;
    std::vector<Component> components;  // known so far; extract_targets adds those it finds
    std::vector<Proposal>& out;
};

void extract_document_facts(ExtractContext& context);  // head, citations, effectivity, legal tables
void extract_orders(ExtractContext& context);
void extract_patents(ExtractContext& context);
void extract_standards(ExtractContext& context);
void extract_code_lists(ExtractContext& context);
void extract_targets(ExtractContext& context);
void extract_known_levels(ExtractContext& context);
void extract_deadlines(ExtractContext& context);
void extract_budget(ExtractContext& context);

// Component programmes a document declares ("Chương trình thành phần 2: ...").
[[nodiscard]] std::vector<Component> find_components(const contracts::Document& document);
// All extractors in their order. `components` are those known from other documents.
[[nodiscard]] std::vector<Proposal> extract_all(const contracts::Document& document,
                                                std::vector<Component> components);

// ---- shared by the extractors ----

// A proposal for a part [begin, end) of a node's or cell's text; stated = the source bytes there.
[[nodiscard]] Proposal proposal_at(const ExtractContext& context, const contracts::Text& text,
                                   std::size_t begin, std::size_t end);
// Adds a text fact whose value is the whole text, cut to the limit at a character border.
void propose_text(ExtractContext& context, SubjectKind kind, std::string subject,
                  std::string predicate, const contracts::Text& text, std::string place,
                  float confidence, std::string organisation = {});
// `words` without leading numbering and closing dots: "1. Phạm vi." -> "Phạm vi".
[[nodiscard]] std::string clean_title(std::string_view words);
// Folded title of a column, for comparing with words.
[[nodiscard]] std::string folded_title(const contracts::Column& column);
[[nodiscard]] bool contains_any(std::string_view text,
                                std::initializer_list<std::string_view> words);
// Nodes in reading order, tables' and footnotes' nodes included.
[[nodiscard]] std::vector<std::int32_t> reading_order(const contracts::Document& document);

}  // namespace saola::programme

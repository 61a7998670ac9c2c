#include "lang/document/reader.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "lang/document/budget.h"
#include "lang/document/canon.h"
#include "lang/document/chars.h"
#include "lang/document/citations.h"
#include "lang/document/docx.h"
#include "lang/document/extracted.h"
#include "lang/document/head.h"
#include "lang/document/pdf.h"
#include "lang/document/references.h"
#include "lang/document/tree.h"

namespace saola::lang {
namespace {

using contracts::Document;
using contracts::ReaderLimits;

Result<Extracted> extract(std::string_view bytes, const ReaderOptions& options,
                          const contracts::StopCheck& stopped) {
    if (bytes.starts_with("%PDF-") ||
        (bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos))
        return extract_pdf(bytes, options, stopped);
    if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06"))
        return extract_docx(bytes, options.limits);
    if (bytes.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) {
        return fail(ErrorKind::kUnsupported, "document.ole",
                    "The file is an old Word document (.doc) or a document protected by a "
                    "password. Remove the password "
                    "and save it as DOCX or PDF.");
    }
    Extracted out;
    out.text = std::string(bytes);
    return out;
}

// Exact tables of DOCX in canonical offsets. Both texts are NFC already apart from rare signs.
void to_canon(const Text& canon, std::vector<RawTable>& tables) {
    std::vector<Text::Anchor> back;  // source -> canonical
    back.reserve(canon.map.size());
    for (const Text::Anchor& anchor : canon.map)
        back.push_back({anchor.source_offset, anchor.value_offset});
    const auto move = [&](std::uint32_t at) {
        auto it = std::upper_bound(
            back.begin(), back.end(), at,
            [](std::uint32_t v, const Text::Anchor& a) { return v < a.value_offset; });
        if (it == back.begin()) return at;
        const Text::Anchor& from = *std::prev(it);
        std::uint32_t out = from.source_offset + (at - from.value_offset);
        if (it != back.end()) out = std::min(out, it->source_offset);
        return out;
    };
    const auto move_span = [&](Span& span) { span = {move(span.begin), move(span.end)}; };
    for (RawTable& table : tables) {
        move_span(table.span);
        for (RawRow& row : table.rows) {
            move_span(row.span);
            for (RawCell& cell : row.cells) {
                move_span(cell.span);
                for (Piece& piece : cell.pieces) move_span(piece.span);
            }
        }
    }
}

void map_table(const Text& canon, contracts::Table& table) {
    table.span = to_source(canon, table.span);
    for (contracts::Column& column : table.columns) column.span = to_source(canon, column.span);
    for (auto* rows : {&table.header, &table.rows}) {
        for (contracts::Row& row : *rows) {
            row.span = to_source(canon, row.span);
            for (contracts::Cell& cell : row.cells) to_source(canon, cell.text);
        }
    }
}

// All offsets so far are canonical; make them offsets of source_text.
void map_back(const Text& canon, Document& document) {
    for (contracts::Node& node : document.nodes) {
        node.span = to_source(canon, node.span);
        to_source(canon, node.text);
    }
    document.nodes[0].span = {0, static_cast<std::uint32_t>(document.source_text.size())};
    for (contracts::Table& table : document.tables) map_table(canon, table);
    contracts::Head& head = document.head;
    for (Span* span : {&head.span, &head.type_span, &head.number_span, &head.issuer_span,
                       &head.date_span, &head.title_span, &head.signer_span}) {
        *span = to_source(canon, *span);
    }
}

// Lines and pages of the nodes in one walk over the text.
void number_lines(Document& document) {
    std::vector<std::uint32_t> starts{0};
    const std::string& text = document.source_text;
    for (std::size_t i = text.find('\n'); i != std::string::npos; i = text.find('\n', i + 1))
        starts.push_back(static_cast<std::uint32_t>(i + 1));
    const auto position = [](const std::vector<std::uint32_t>& sorted, std::uint32_t at) {
        return static_cast<std::uint32_t>(std::upper_bound(sorted.begin(), sorted.end(), at) -
                                          sorted.begin());
    };
    for (contracts::Node& node : document.nodes) {
        node.line = position(starts, node.span.begin);
        if (!document.page_starts.empty())
            node.page = std::max(1U, position(document.page_starts, node.span.begin));
    }
}

// A head often names the body in capitals; the document's own mixed-case spelling reads better and
// equals what citations carry. Without a spelling elsewhere the capitals stay.
void spell_issuer(Document& document) {
    contracts::Head& head = document.head;
    if (head.issuer.empty()) {
        // "Bộ trưởng Bộ X ban hành Thông tư ...": the enacting words name the body.
        for (const contracts::Node& node : document.nodes) {
            if (node.kind != contracts::NodeKind::kParagraph || node.parent < 0) continue;
            if (document.nodes[static_cast<std::size_t>(node.parent)].kind !=
                contracts::NodeKind::kPreamble)
                continue;
            const std::size_t end = match_issuer(node.text.value, 0);
            if (end == std::string_view::npos) continue;
            const std::string_view rest = trimmed(std::string_view(node.text.value).substr(end));
            if (!rest.starts_with("ban hành") && !rest.starts_with("quyết định")) continue;
            head.issuer = node.text.value.substr(0, end);
            head.issuer_span = node.text.source(0, end);
            return;
        }
        return;
    }
    if (!is_caps(head.issuer)) return;
    const std::string wanted = lower(head.issuer);
    for (const contracts::Node& node : document.nodes) {
        const std::string& text = node.text.value;
        if (text.size() < wanted.size() || is_caps(text)) continue;
        const std::string folded = lower(text);
        if (folded.size() != text.size()) continue;
        const std::size_t at = folded.find(wanted);
        if (at == std::string::npos || !word_starts(text, at) ||
            !word_ends(text, at + wanted.size()))
            continue;
        const std::string spelled = text.substr(at, wanted.size());
        if (is_caps(spelled) || !starts_upper(spelled)) continue;
        head.issuer = spelled;
        return;
    }
}

Result<Document> build(std::string_view name, std::string_view bytes, Extracted extracted,
                       const ReaderLimits& limits, Budget& budget) {
    if (extracted.text.size() > limits.max_text_bytes) {
        return fail(ErrorKind::kTooLarge, "document.text_too_large",
                    "The document holds too much text.", {},
                    "max_text_bytes=" + std::to_string(limits.max_text_bytes));
    }
    Document document;
    document.format = extracted.format;
    document.name = std::string(name);
    document.sha256 = to_hex(crypto::sha256(as_bytes(bytes)));
    document.original_bytes = bytes.size();
    document.source_text = std::move(extracted.text);
    document.page_starts = std::move(extracted.page_starts);
    SAOLA_TRY(const Text canon, canonicalise(document.source_text));
    Marks marks = find_marks(canon.value);
    const Lines lines = split_lines(canon.value, marks, document.page_starts, budget);
    SAOLA_TRY_STATUS(budget.status());
    HeadResult head = read_head(canon.value, lines.lines);
    document.head = std::move(head.head);
    to_canon(canon, extracted.tables);
    std::erase_if(extracted.tables, [&](const RawTable& table) {
        return head.lines > 0 && table.span.begin < document.head.span.end;
    });
    Blocks blocks = make_blocks(canon.value, lines, head.lines, extracted.tables, budget);
    SAOLA_TRY_STATUS(budget.status());
    SAOLA_TRY_STATUS(
        build_tree(canon.value, marks, lines, head.lines, std::move(blocks), budget, document));
    for (contracts::Table& table : document.tables) {
        table.confidence = std::min(table.confidence, extracted.table_confidence);
        for (contracts::Row& row : table.rows)
            row.confidence = std::min(row.confidence, extracted.table_confidence);
    }
    map_back(canon, document);
    number_lines(document);
    find_citations(document, budget);
    SAOLA_TRY_STATUS(budget.status());
    spell_issuer(document);
    return document;
}

}  // namespace

Result<Document> Reader::read(std::string_view name, std::string_view bytes,
                              const contracts::StopCheck& stopped) const {
    if (bytes.size() > options_.limits.max_file_bytes) {
        return fail(ErrorKind::kTooLarge, "document.file_too_large",
                    "The file has " + std::to_string(bytes.size()) + " bytes, more than is read.",
                    {}, "max_file_bytes=" + std::to_string(options_.limits.max_file_bytes));
    }
    Budget budget(options_.limits, stopped);  // the time runs from here: extraction counts too
    SAOLA_TRY(Extracted extracted, extract(bytes, options_, stopped));
    return build(name, bytes, std::move(extracted), options_.limits, budget);
}

}  // namespace saola::lang

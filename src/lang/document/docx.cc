#include "lang/document/docx.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <pugixml.hpp>
#include <set>

#include "lang/document/chars.h"
#include "lang/document/docx_numbering.h"
#include "lang/document/zip.h"

namespace saola::lang {
namespace {

constexpr int kMaxDepth = 48;            // nesting of elements followed inside a paragraph or table
constexpr std::uint32_t kMaxGrid = 256;  // columns of a table

using Xml = pugi::xml_node;

bool is(const Xml& node, const char* name) { return std::strcmp(node.name(), name) == 0; }
std::string value_of(const Xml& node, const char* child) {
    return node.child(child).attribute("w:val").value();
}
// A switch like <w:vanish/>: on unless it says 0 or false.
bool is_on(const Xml& node) {
    if (!node) return false;
    const std::string value = node.attribute("w:val").value();
    return value != "0" && value != "false" && value != "off";
}

tl::unexpected<Error> damaged(const std::string& part) {
    return fail(ErrorKind::kInvalidArgument, "document.damaged",
                "The DOCX file is damaged: " + part + " is not well-formed.");
}

// pugixml knows only the five built-in entities and skips any document type declaration, so that
// entity expansion cannot happen.
Status parse(pugi::xml_document& xml, const std::string& bytes, const std::string& part) {
    const pugi::xml_parse_result result =
        xml.load_buffer(bytes.data(), bytes.size(), pugi::parse_default | pugi::parse_ws_pcdata);
    if (!result) return damaged(part);
    return {};
}

void read_levels(const Xml& from, std::map<int, NumberingLevel>& levels) {
    for (const Xml& level : from.children("w:lvl")) {
        NumberingLevel out;
        out.format = value_of(level, "w:numFmt");
        out.text = value_of(level, "w:lvlText");
        out.start = level.child("w:start").attribute("w:val").as_llong(1);
        levels[level.attribute("w:ilvl").as_int()] = std::move(out);
    }
}

void read_numbering(const Xml& root, Numbering& numbering) {
    std::map<std::string, std::map<int, NumberingLevel>> abstract;
    for (const Xml& node : root.children("w:abstractNum"))
        read_levels(node, abstract[node.attribute("w:abstractNumId").value()]);
    for (const Xml& node : root.children("w:num")) {
        NumberingList list;
        list.abstract_id = value_of(node, "w:abstractNumId");
        list.levels = abstract[list.abstract_id];
        for (const Xml& change : node.children("w:lvlOverride")) {
            const int level = change.attribute("w:ilvl").as_int();
            if (const Xml start = change.child("w:startOverride"))
                list.start_overrides[level] = start.attribute("w:val").as_llong(1);
            read_levels(change, list.levels);
        }
        numbering.add(node.attribute("w:numId").value(), std::move(list));
    }
}

void read_styles(const Xml& root, Numbering& numbering) {
    std::map<std::string, Xml> styles;
    for (const Xml& style : root.children("w:style"))
        styles[style.attribute("w:styleId").value()] = style;
    for (const auto& [id, style] : styles) {
        Xml at = style;
        for (int depth = 0; at && depth < 12; ++depth) {
            const Xml properties = at.child("w:pPr").child("w:numPr");
            if (properties) {
                numbering.set_style(id, value_of(properties, "w:numId"),
                                    properties.child("w:ilvl").attribute("w:val").as_int(0));
                break;
            }
            const auto base = styles.find(value_of(at, "w:basedOn"));
            at = base == styles.end() ? Xml() : base->second;
        }
    }
}

class Extractor {
public:
    Extractor(const contracts::ReaderLimits& limits, Numbering& numbering, const Xml& footnotes)
        : limits_(limits), numbering_(numbering) {
        for (const Xml& note : footnotes.children("w:footnote"))
            notes_[note.attribute("w:id").value()] = note;
    }

    Result<Extracted> run(const Xml& body) {
        out_.format = contracts::Format::kDocx;
        blocks(body, 0);
        if (too_large_) {
            return fail(ErrorKind::kTooLarge, "document.text_too_large",
                        "The document holds too much text.", {},
                        "max_text_bytes=" + std::to_string(limits_.max_text_bytes));
        }
        return std::move(out_);
    }

private:
    std::uint32_t size() const { return static_cast<std::uint32_t>(out_.text.size()); }
    bool full() {
        too_large_ = too_large_ || out_.text.size() > limits_.max_text_bytes ||
                     note_bytes_ > limits_.max_text_bytes;
        return too_large_;
    }

    // Wrappers whose content counts as if they were not there; deleted and moved-away text is
    // skipped.
    static bool is_wrapper(const Xml& node) {
        for (const char* name : {"w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:moveTo",
                                 "w:smartTag", "w:hyperlink", "w:fldSimple", "w:dir", "w:bdo"}) {
            if (is(node, name)) return true;
        }
        return false;
    }
    void blocks(const Xml& parent, int depth) {
        if (depth > kMaxDepth) return;
        for (const Xml& node : parent.children()) {
            if (full()) return;
            if (is(node, "w:p")) {
                const std::string text = paragraph(node);
                out_.text += text;
                out_.text += '\n';
            } else if (is(node, "w:tbl")) {
                table(node, depth + 1);
            } else if (is_wrapper(node)) {
                blocks(node, depth + 1);
            }
        }
    }

    std::string paragraph(const Xml& node) {
        std::string text;
        std::vector<std::string> notes;
        runs(node, text, notes, 0);
        // A leading tab would read as a cell.
        const std::size_t first = text.find_first_not_of(" \t");
        text.erase(0, first == std::string::npos ? text.size() : first);
        if (!trimmed(text).empty()) text = label(node) + text;
        for (const std::string& note : notes) text += " " + note;
        return text;
    }
    std::string label(const Xml& node) {
        const Xml properties = node.child("w:pPr");
        const Xml own = properties.child("w:numPr");
        std::string list = value_of(own, "w:numId");
        int level = own.child("w:ilvl").attribute("w:val").as_int(0);
        if (!own) {
            const auto* style = numbering_.of_style(value_of(properties, "w:pStyle"));
            if (style == nullptr) return {};
            list = style->first;
            level = style->second;
        }
        if (is_on(properties.child("w:rPr").child("w:del"))) return {};
        const std::string text = numbering_.next(list, level);
        return text.empty() ? text : text + " ";
    }
    void runs(const Xml& parent, std::string& text, std::vector<std::string>& notes, int depth) {
        if (depth > kMaxDepth) return;
        for (const Xml& node : parent.children()) {
            if (is(node, "w:r")) {
                run(node, text, notes);
            } else if (is_wrapper(node)) {
                runs(node, text, notes, depth + 1);
            }
        }
    }
    void run(const Xml& node, std::string& text, std::vector<std::string>& notes) {
        if (is_on(node.child("w:rPr").child("w:vanish"))) return;
        for (const Xml& part : node.children()) {
            if (is(part, "w:t")) {
                std::string words = part.text().get();
                std::replace_if(
                    words.begin(), words.end(),
                    [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
                text += words;
            } else if (is(part, "w:tab")) {
                text += ' ';
            } else if (is(part, "w:br") || is(part, "w:cr")) {
                const std::string type = part.attribute("w:type").value();
                if (type.empty() || type == "textWrapping") text += '\n';
            } else if (is(part, "w:noBreakHyphen")) {
                text += '-';
            } else if (is(part, "w:footnoteReference")) {
                footnote(part.attribute("w:id").value(), text, notes);
            }
        }
    }
    void footnote(const std::string& id, std::string& text, std::vector<std::string>& notes) {
        const auto found = notes_.find(id);
        if (found == notes_.end() || inside_note_ || full()) return;
        inside_note_ = true;
        const std::string number = std::to_string(++note_count_);
        std::string words;
        for (const Xml& line : found->second.children("w:p")) {
            const std::string one = paragraph(line);
            if (!trimmed(one).empty())
                words += (words.empty() ? "" : "\n") + std::string(trimmed(one));
        }
        inside_note_ = false;
        // The mark ends at its closing bracket: stray brackets would end it early.
        if (std::count(words.begin(), words.end(), '[') !=
            std::count(words.begin(), words.end(), ']')) {
            std::replace(words.begin(), words.end(), '[', '(');
            std::replace(words.begin(), words.end(), ']', ')');
        }
        note_bytes_ += words.size();  // one note may be referred to any number of times
        text += "[footnoteRef:" + number + "]";
        notes.push_back("[" + number + ": " + words + "]");
    }

    void table(const Xml& node, int depth) {
        if (depth > kMaxDepth) return;
        if (!out_.text.empty() && !out_.text.ends_with("\n\n")) out_.text += '\n';
        RawTable table;
        table.form = TableForm::kExact;
        rows(node, table, depth);
        if (!table.rows.empty()) {
            table.span = {table.rows.front().span.begin, table.rows.back().span.end};
            out_.tables.push_back(std::move(table));
        }
        out_.text += '\n';
    }
    void rows(const Xml& parent, RawTable& table, int depth) {
        if (depth > kMaxDepth) return;
        for (const Xml& node : parent.children()) {
            if (full()) return;
            if (is_wrapper(node)) {
                rows(node, table, depth + 1);
            } else if (is(node, "w:tr") && !node.child("w:trPr").child("w:del")) {
                row(node, table, depth);
            }
        }
    }
    void row(const Xml& node, RawTable& table, int depth) {
        RawRow row;
        if (!table.rows.empty()) out_.text += '\n';
        row.header = is_on(node.child("w:trPr").child("w:tblHeader"));
        std::uint32_t column =
            node.child("w:trPr").child("w:gridBefore").attribute("w:val").as_uint(0);
        cells(node, row, column, depth);
        if (row.cells.empty()) return;
        row.span = {row.cells.front().span.begin,
                    std::max(row.cells.back().span.end, row.cells.front().span.begin)};
        table.rows.push_back(std::move(row));
    }
    void cells(const Xml& parent, RawRow& row, std::uint32_t& column, int depth) {
        if (depth > kMaxDepth) return;
        for (const Xml& node : parent.children()) {
            if (is_wrapper(node)) {
                cells(node, row, column, depth + 1);
            } else if (is(node, "w:tc") && column < kMaxGrid) {
                cell(node, row, column, depth);
            }
        }
    }
    void cell(const Xml& node, RawRow& row, std::uint32_t& column, int depth) {
        RawCell cell;
        const Xml properties = node.child("w:tcPr");
        cell.column = static_cast<std::int32_t>(column);
        cell.column_span = std::clamp(properties.child("w:gridSpan").attribute("w:val").as_uint(1),
                                      1U, kMaxGrid - column);
        const Xml merge = properties.child("w:vMerge");
        cell.continues = merge && std::string(merge.attribute("w:val").value()) != "restart";
        column += cell.column_span;
        out_.text += '\t';
        cell.span = {size() - 1, size()};
        cell_lines(node, cell, depth);
        if (cell.pieces.empty()) {
            out_.text += '\n';
        } else {
            cell.span = {cell.pieces.front().span.begin, cell.pieces.back().span.end};
        }
        row.cells.push_back(std::move(cell));
    }
    // Paragraphs of a cell, also of tables inside it, one line each.
    void cell_lines(const Xml& node, RawCell& cell, int depth) {
        if (depth > kMaxDepth) return;
        for (const Xml& part : node.children()) {
            if (full()) return;
            if (is(part, "w:p")) {
                add_lines(paragraph(part), cell);
            } else if (is_wrapper(part) || is(part, "w:tbl") || is(part, "w:tr") ||
                       is(part, "w:tc")) {
                cell_lines(part, cell, depth + 1);
            }
        }
    }
    void add_lines(const std::string& text, RawCell& cell) {
        std::size_t at = 0;
        while (at <= text.size()) {
            std::size_t end = text.find('\n', at);
            if (end == std::string::npos) end = text.size();
            // A footnote keeps its lines together: a bracket open at the end of the line.
            const std::string_view shown = std::string_view(text).substr(at, end - at);
            const std::size_t note = shown.rfind('[');
            if (note != std::string_view::npos && shown.find(']', note) == std::string_view::npos)
                end = text.size();
            const std::string_view line = trimmed(std::string_view(text).substr(at, end - at));
            if (!line.empty()) {
                const std::uint32_t begin = size();
                out_.text += line;
                Join join = Join::kNone;
                if (!cell.pieces.empty()) {
                    const Span last = cell.pieces.back().span;
                    const std::string_view before =
                        std::string_view(out_.text).substr(last.begin, last.end - last.begin);
                    join = is_terminated(before) && !starts_lower(line) ? Join::kNewline
                                                                        : Join::kBlank;
                }
                cell.pieces.push_back({{begin, size()}, join});
                out_.text += '\n';
            }
            at = end + 1;
        }
    }

    const contracts::ReaderLimits& limits_;
    Numbering& numbering_;
    std::map<std::string, Xml> notes_;
    Extracted out_;
    int note_count_ = 0;
    std::uint64_t note_bytes_ = 0;
    bool inside_note_ = false;
    bool too_large_ = false;
};

std::string main_part(ZipReader& zip) {
    const auto relations = zip.part("_rels/.rels");
    pugi::xml_document xml;
    if (relations && parse(xml, *relations, "_rels/.rels")) {
        for (const Xml& relation : xml.document_element().children("Relationship")) {
            if (std::string(relation.attribute("Type").value()).ends_with("/officeDocument")) {
                std::string target = relation.attribute("Target").value();
                if (target.starts_with('/')) target.erase(0, 1);
                return target;
            }
        }
    }
    return "word/document.xml";
}

// A part that may be absent; damaged ones count as absent except the main one.
Status optional_part(ZipReader& zip, const std::string& name, pugi::xml_document& xml) {
    const auto bytes = zip.part(name);
    if (!bytes)
        return bytes.error().kind == ErrorKind::kTooLarge ? Status(fail(bytes.error())) : Status{};
    (void)xml.load_buffer(bytes->data(), bytes->size(),
                          pugi::parse_default | pugi::parse_ws_pcdata);
    return {};
}

}  // namespace

Result<Extracted> extract_docx(std::string_view bytes, const contracts::ReaderLimits& limits) {
    SAOLA_TRY(ZipReader zip, ZipReader::open(bytes, limits));
    const std::string name = main_part(zip);
    const auto main = zip.part(name);
    if (!main && main.error().kind == ErrorKind::kNotFound) {
        return fail(ErrorKind::kUnsupported, "document.not_docx",
                    "The archive holds no Word document. Only DOCX, PDF and text are read.");
    }
    if (!main) return fail(main.error());
    pugi::xml_document document;
    SAOLA_TRY_STATUS(parse(document, *main, name));
    const Xml body = document.child("w:document").child("w:body");
    if (!body)
        return fail(ErrorKind::kUnsupported, "document.not_docx",
                    "The archive holds no Word document. Only DOCX, PDF and text are read.");
    const std::string folder = name.substr(0, name.find_last_of('/') + 1);
    pugi::xml_document numbering_xml;
    pugi::xml_document styles_xml;
    pugi::xml_document notes_xml;
    SAOLA_TRY_STATUS(optional_part(zip, folder + "numbering.xml", numbering_xml));
    SAOLA_TRY_STATUS(optional_part(zip, folder + "styles.xml", styles_xml));
    SAOLA_TRY_STATUS(optional_part(zip, folder + "footnotes.xml", notes_xml));
    Numbering numbering;
    read_numbering(numbering_xml.document_element(), numbering);
    read_styles(styles_xml.document_element(), numbering);
    Result<Extracted> out = Extractor(limits, numbering, notes_xml.document_element()).run(body);
    if (out && !std::all_of(out->text.begin(), out->text.end(), [](char c) { return c != '\0'; }))
        return damaged(name);
    return out;
}

}  // namespace saola::lang

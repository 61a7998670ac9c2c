// Text writer of platform::Table for terminals. Numbers are never cut, a cut number would be a
// wrong number; text shares what is left of the width and ends with an ellipsis where it is cut.
// Where the columns do not fit, each row is written as a block of "title: value" lines. Widths come
// from the first kSampleRows rows; wider numbers further down push their line out.
#include <algorithm>

#include "base/text.h"
#include "platform/table.h"
#include "platform/table_export.h"

namespace saola::platform {
namespace {

constexpr std::size_t kSampleRows = 500;
constexpr std::size_t kMinTextWidth = 8;
constexpr std::size_t kFlushBytes = 16U << 10U;

// NFC on one line, so that one code point is one column of the terminal.
std::string one_line(std::string_view text) {
    std::string out = text::to_nfc(text);
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return out;
}

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string cut(const std::string& text, std::size_t width) {
    if (columns_of(text) <= width) return text;
    std::string out;
    std::size_t used = 0;
    for (const char c : text) {
        const bool starts = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        if (starts && ++used >= width) break;
        out += c;
    }
    return out + "…";
}

bool is_numeric(CellType type) { return type == CellType::kNumber || type == CellType::kInterval; }
bool is_fixed(CellType type) { return is_numeric(type) || type == CellType::kDate; }

struct Layout {
    std::vector<std::string> titles;
    std::vector<std::size_t> widths;
    bool blocks = false;
};

std::string title_of(const TableColumn& column, Language language) {
    const std::string unit = unit_label(column.unit, language);
    return one_line(pick(column.title, language) + (unit.empty() ? "" : " (" + unit + ")"));
}

// Gives the fixed columns what they need and divides the rest: the narrowest text columns first.
Layout make_layout(const TableMeta& meta, const std::vector<TableRow>& sample, Language language,
                   std::size_t width) {
    Layout layout;
    const std::size_t count = meta.columns.size();
    std::vector<std::size_t> wanted(count);
    std::size_t rest = width;
    std::vector<std::size_t> flexible;
    for (std::size_t i = 0; i < count; ++i) {
        layout.titles.push_back(title_of(meta.columns[i], language));
        const bool fixed = is_fixed(meta.columns[i].type);
        wanted[i] = fixed ? std::min<std::size_t>(columns_of(layout.titles[i]), 12)
                          : columns_of(layout.titles[i]);
        for (const TableRow& row : sample)
            wanted[i] =
                std::max(wanted[i], columns_of(one_line(format_cell(row.cells[i], language))));
        const std::size_t need = (fixed ? wanted[i] : 0) + (i > 0 ? 2 : 0);
        layout.blocks = layout.blocks || need > rest;
        rest -= std::min(rest, need);
        if (!fixed) flexible.push_back(i);
    }
    layout.widths = wanted;
    std::stable_sort(flexible.begin(), flexible.end(),
                     [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
    for (std::size_t k = 0; k < flexible.size(); ++k) {
        const std::size_t share = rest / (flexible.size() - k);
        layout.widths[flexible[k]] = std::min(wanted[flexible[k]], share);
        layout.blocks = layout.blocks || (share < kMinTextWidth && share < wanted[flexible[k]]);
        rest -= layout.widths[flexible[k]];
    }
    return layout;
}

void append_padded(std::string& out, const std::string& text, std::size_t width, bool right) {
    const std::size_t used = columns_of(text);
    const std::string pad(used < width ? width - used : 0, ' ');
    out += right ? pad + text : text + pad;
}

void end_line(std::string& out) {
    while (!out.empty() && out.back() == ' ') out.pop_back();
    out += '\n';
}

void append_line(std::string& out, const TableMeta& meta, const std::vector<std::string>& cells,
                 const Layout& layout, bool cut_all) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) out += "  ";
        const bool whole = is_fixed(meta.columns[i].type) && !cut_all;
        append_padded(out, whole ? cells[i] : cut(cells[i], layout.widths[i]), layout.widths[i],
                      is_numeric(meta.columns[i].type));
    }
    end_line(out);
}

void append_block(std::string& out, const std::vector<std::string>& cells, const Layout& layout) {
    for (std::size_t i = 0; i < cells.size(); ++i) out += layout.titles[i] + ": " + cells[i] + "\n";
    out += "\n";
}

void append_header(std::string& out, const TableMeta& meta, const Layout& layout,
                   Language language) {
    const bool vi = language == Language::kVi;
    out += one_line(pick(meta.title, language)) + "\n";
    if (!meta.as_of.empty()) out += (vi ? "Tính đến " : "As of ") + meta.as_of + "\n";
    for (const auto& [key, value] : meta.filters)
        out += (vi ? "Lọc: " : "Filter: ") + key + " = " + one_line(value) + "\n";
    if (meta.synthetic) out += vi ? "DỮ LIỆU GIẢ LẬP\n" : "SYNTHETIC DATA\n";
    out += "\n";
    if (layout.blocks) return;
    append_line(out, meta, layout.titles, layout, /*cut_all=*/true);
    for (std::size_t i = 0; i < layout.widths.size(); ++i)
        out += std::string(layout.widths[i], '-') + (i + 1 < layout.widths.size() ? "  " : "");
    out += "\n";
}

void append_totals(std::string& out, const TableMeta& meta, Language language) {
    const bool vi = language == Language::kVi;
    if (!meta.totals.empty()) out += "\n";
    for (const TableTotal& total : meta.totals) {
        const std::string unit = unit_label(total.unit, language);
        out += one_line(pick(total.label, language)) + ": " + format_cell(total.value, language) +
               (unit.empty() ? "" : " " + unit);
        if (total.unknown_count > 0)
            out += " (" + std::to_string(total.unknown_count) + (vi ? " chưa rõ)" : " unknown)");
        out += "\n";
    }
}

}  // namespace

Status write_text(const TableMeta& meta, const RowSource& rows, Language language, int width,
                  const Sink& sink) {
    std::vector<TableRow> sample;
    std::optional<Layout> layout;
    std::string buffer;
    const auto begin = [&] {
        layout = make_layout(meta, sample, language, static_cast<std::size_t>(std::max(width, 20)));
        append_header(buffer, meta, *layout, language);
    };
    const auto append = [&](const TableRow& row) {
        std::vector<std::string> cells;
        for (const Cell& cell : row.cells) cells.push_back(one_line(format_cell(cell, language)));
        if (layout->blocks)
            append_block(buffer, cells, *layout);
        else
            append_line(buffer, meta, cells, *layout, /*cut_all=*/false);
    };
    const auto flush_sample = [&] {
        begin();
        for (const TableRow& row : sample) append(row);
        sample.clear();
    };
    Status status;
    SAOLA_TRY_STATUS(rows([&](const TableRow& row) {
        status = check_row(meta, row);
        if (!status) return false;
        if (!layout) {
            sample.push_back(row);
            if (sample.size() == kSampleRows) flush_sample();
        } else {
            append(row);
        }
        if (buffer.size() >= kFlushBytes) {
            status = sink(buffer);
            buffer.clear();
        }
        return status.has_value();
    }));
    SAOLA_TRY_STATUS(std::move(status));
    if (!layout) flush_sample();
    append_totals(buffer, meta, language);
    return sink(buffer);
}

}  // namespace saola::platform

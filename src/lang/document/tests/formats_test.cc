// DOCX and PDF: the same structure as the text, exact cells, limits, damaged and hostile files.
#include <gtest/gtest.h>
#include <zip.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "lang/document/pdf_words.h"
#include "lang/document/reader.h"
#include "lang/document/render.h"
#include "lang/document/tests/checks.h"

namespace saola::lang {
namespace {

using namespace contracts;

const std::string kNs = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

// A ZIP file with the given parts; `password` encrypts them.
std::string zip_file(const std::vector<std::pair<std::string, std::string>>& parts,
                     const char* password = nullptr) {
    const std::string path = testing::TempDir() + "saola_lang_test.zip";
    std::remove(path.c_str());
    int error = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
    EXPECT_NE(archive, nullptr);
    for (const auto& [name, bytes] : parts) {
        const zip_int64_t index = zip_file_add(
            archive, name.c_str(), zip_source_buffer(archive, bytes.data(), bytes.size(), 0), 0);
        if (password != nullptr)
            zip_file_set_encryption(archive, static_cast<zip_uint64_t>(index), ZIP_EM_AES_256,
                                    password);
    }
    EXPECT_EQ(zip_close(archive), 0);
    std::ifstream in(path, std::ios::binary);
    std::string out{std::istreambuf_iterator<char>(in), {}};
    std::remove(path.c_str());
    return out;
}
std::string para(const std::string& text) {
    return "<w:p><w:r><w:t xml:space=\"preserve\">" + text + "</w:t></w:r></w:p>";
}
std::string numbered(int level, const std::string& text) {
    return "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"" + std::to_string(level) +
           "\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>" + text + "</w:t></w:r></w:p>";
}
std::string cell(const std::string& text, const std::string& properties = {}) {
    return "<w:tc><w:tcPr>" + properties + "</w:tcPr>" + para(text) + "</w:tc>";
}
std::string docx(const std::string& body, const std::string& notes = {}) {
    const std::string numbering =
        "<w:numbering " + kNs +
        "><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt "
        "w:val=\"upperRoman\"/><w:lvlText w:val=\"%1.\"/></w:lvl>"
        "<w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText "
        "w:val=\"%2.\"/></w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId "
        "w:val=\"0\"/></w:num></w:numbering>";
    return zip_file({{"word/document.xml", "<?xml version=\"1.0\"?><w:document " + kNs +
                                               "><w:body>" + body + "</w:body></w:document>"},
                     {"word/numbering.xml", numbering},
                     {"word/footnotes.xml", "<w:footnotes " + kNs + ">" + notes + "</w:footnotes>"},
                     {"word/vbaProject.bin", "macro"}});
}
Document read(const std::string& bytes) {
    auto document = Reader().read("x", bytes);
    EXPECT_TRUE(document.has_value()) << (document ? "" : to_string(document.error()));
    if (!document) return {};
    EXPECT_EQ(broken_property(*document), "");
    return std::move(*document);
}
ErrorKind refused(const std::string& bytes, const ReaderOptions& options = {}) {
    const auto document = Reader(options).read("x", bytes);
    EXPECT_FALSE(document.has_value());
    return document ? ErrorKind::kInternal : document.error().kind;
}

TEST(Docx, SameStructureAsText) {
    const std::string body = para("BÁO CÁO") + para("TÌNH HÌNH NĂM") + numbered(0, "KẾT QUẢ") +
                             numbered(1, "Chỉ đạo") + para("Đã ban hành 12 văn bản.") +
                             numbered(1, "Tổ chức") + para("- Việc một;") + para("- Việc hai.") +
                             numbered(0, "KIẾN NGHỊ") + para("Không có.");
    const std::string text =
        "BÁO CÁO\nTÌNH HÌNH NĂM\nI. KẾT QUẢ\n1. Chỉ đạo\nĐã ban hành 12 văn bản.\n2. Tổ chức\n- "
        "Việc một;\n- Việc hai.\nII. KIẾN NGHỊ\nKhông có.\n";
    EXPECT_EQ(to_outline(read(docx(body))), to_outline(read(text)));
}
TEST(Docx, MergedCellsAreExact) {
    const std::string down = "<w:vMerge/>";
    const std::string start = "<w:vMerge w:val=\"restart\"/>";
    const std::string wide = "<w:gridSpan w:val=\"2\"/>";
    const std::string table = "<w:tbl><w:tr>" + cell("STT", start) + cell("Đơn vị", start) +
                              cell("Kinh phí (triệu đồng)", wide) + "</w:tr><w:tr>" +
                              cell("", down) + cell("", down) + cell("2025") + cell("2026") +
                              "</w:tr><w:tr>" + cell("1") + cell("Sở A", start) + cell("10") +
                              cell("") + "</w:tr><w:tr>" + cell("2") + cell("", down) + cell("") +
                              cell("30") + "</w:tr><w:tr>" + cell("Tổng cộng", wide) + cell("10") +
                              cell("30") + "</w:tr></w:tbl>";
    const Document document = read(docx(para("Mở đầu.") + table));
    ASSERT_EQ(document.tables.size(), 1U);
    const Table& found = document.tables[0];
    ASSERT_EQ(found.columns.size(), 4U);
    EXPECT_EQ(found.columns[2].title, "Kinh phí (triệu đồng) / 2025");
    EXPECT_EQ(found.columns[3].unit, "triệu đồng");
    ASSERT_EQ(found.rows.size(), 3U);
    EXPECT_TRUE(found.rows[1].cell(1)->carried);
    EXPECT_EQ(found.rows[1].cell(1)->text.value, "Sở A");
    EXPECT_EQ(found.rows[1].cell(2)->text.value, "");
    EXPECT_EQ(found.rows[1].cell(3)->text.value, "30");
    EXPECT_EQ(document.source(found.rows[1].cell(3)->text.span), "30");
    EXPECT_EQ(found.rows[2].kind, RowKind::kTotal);
    EXPECT_EQ(found.rows[2].cell(3)->text.value, "30");
}
TEST(Docx, FootnotesAndTrackedChanges) {
    const std::string body =
        "<w:p><w:r><w:t>Việc</w:t></w:r><w:del><w:r><w:delText> "
        "cũ</w:delText></w:r></w:del><w:ins><w:r><w:t xml:space=\"preserve\"> "
        "mới</w:t></w:r></w:ins>"
        "<w:r><w:footnoteReference w:id=\"5\"/></w:r><w:r><w:t>.</w:t></w:r></w:p>";
    const Document document =
        read(docx(body, "<w:footnote w:id=\"5\">" + para("Ghi [chú") + "</w:footnote>"));
    ASSERT_EQ(document.nodes.size(), 3U);
    EXPECT_EQ(document.nodes[1].text.value, "Việc mới.");
    EXPECT_EQ(document.nodes[2].kind, NodeKind::kFootnote);
    EXPECT_EQ(document.nodes[2].text.value, "Ghi (chú");
}
TEST(Docx, HostileFilesAreRefusedByName) {
    const std::string good = docx(para("Một."));
    EXPECT_EQ(refused(good.substr(0, good.size() / 2)), ErrorKind::kInvalidArgument);
    EXPECT_EQ(refused(zip_file({{"a.txt", "x"}})), ErrorKind::kUnsupported);
    EXPECT_EQ(refused(zip_file({{"word/document.xml", "<w:document"}})),
              ErrorKind::kInvalidArgument);
    EXPECT_EQ(refused(zip_file({{"word/document.xml", "<w:document/>"}}, "secret")),
              ErrorKind::kUnsupported);
    const auto bomb =
        Reader().read("x", zip_file({{"word/document.xml", std::string(40U << 20U, ' ')}}));
    ASSERT_FALSE(bomb.has_value());
    EXPECT_EQ(bomb.error().limit, "max_compression_ratio=200");
    ReaderOptions small;
    small.limits.max_unpacked_bytes = 1000;
    const auto large =
        Reader(small).read("x", zip_file({{"word/document.xml", std::string(2000, 'x')}}));
    ASSERT_FALSE(large.has_value());
    EXPECT_EQ(large.error().limit, "max_unpacked_bytes=1000");
    small = {};
    small.limits.max_part_bytes = 1000;
    const auto part =
        Reader(small).read("x", zip_file({{"word/document.xml", std::string(2000, 'x')}}));
    ASSERT_FALSE(part.has_value());
    EXPECT_EQ(part.error().limit, "max_part_bytes=1000");
    // No entity is ever expanded.
    const Document entities = read(zip_file(
        {{"word/document.xml", "<!DOCTYPE a [<!ENTITY b \"bbbb\">]><w:document " + kNs +
                                   "><w:body>" + para("x &b; y") + "</w:body></w:document>"}}));
    EXPECT_EQ(entities.source_text.find("bbbb"), std::string::npos);
}

// What would take hours or all memory if each line, or each mention of a note, cost the whole
// again.
TEST(Docx, WorkStaysInProportionToTheFile) {
    std::string lines;
    for (int i = 0; i < 60'000; ++i)
        lines += "<w:r><w:t>" + std::to_string(i * 7'919 % 100'003) + "</w:t><w:br/></w:r>";
    const std::string one = para("Bảng 1") + "<w:tbl><w:tr>" + cell("TT") + cell("Việc") +
                            "</w:tr><w:tr><w:tc><w:p>" + lines + "</w:p></w:tc>" + cell("b") +
                            "</w:tr></w:tbl>";
    EXPECT_EQ(read(docx(one)).tables.size(), 1U);
    std::string note;
    for (unsigned i = 0; note.size() < 100'000; ++i)
        note += std::to_string(i * 2'654'435'761U) + " ";  // packs badly
    std::string mentions;
    for (int i = 0; i < 2'000; ++i) mentions += "<w:r><w:footnoteReference w:id=\"1\"/></w:r>";
    const auto many =
        Reader().read("x", docx("<w:p><w:r><w:t>a</w:t></w:r>" + mentions + "</w:p>",
                                "<w:footnote w:id=\"1\">" + para(note) + "</w:footnote>"));
    ASSERT_FALSE(many.has_value());
    EXPECT_EQ(many.error().limit, "max_text_bytes=" + std::to_string(16U << 20U));
}

// A PDF by hand: one page, one font, words at the given places.
std::string pdf(const std::string& content) {
    return "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 "
           "R]/Count 1>>endobj\n"
           "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 "
           "R/Resources<</Font<</F 5 0 R>>>>>>endobj\n4 0 obj<</Length " +
           std::to_string(content.size()) + ">>stream\n" + content +
           "\nendstream endobj\n5 0 "
           "obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n";
}
std::string at(int x, int y, const std::string& text) {
    return "BT /F 12 Tf " + std::to_string(x) + " " + std::to_string(y) + " Td (" + text +
           ") Tj ET\n";
}
ReaderOptions with_helper(const std::string& path = SAOLA_PDF_HELPER_PATH) {
    ReaderOptions options;
    options.pdf_helper = path;
    return options;
}
TEST(Pdf, TextAndTable) {
    const std::string content = at(50, 750, "1. Alpha beta.") + at(50, 730, "a\\) Gamma;") +
                                at(50, 690, "STT") + at(150, 690, "Name") + at(350, 690, "Sum") +
                                at(50, 670, "1") + at(150, 670, "One") + at(350, 670, "10") +
                                at(50, 650, "2") + at(150, 650, "Two") + at(350, 650, "20");
    const auto document = Reader(with_helper()).read("x.pdf", pdf(content));
    ASSERT_TRUE(document.has_value()) << to_string(document.error());
    EXPECT_EQ(broken_property(*document), "");
    EXPECT_EQ(document->page_starts.size(), 1U);
    ASSERT_EQ(document->tables.size(), 1U);
    ASSERT_EQ(document->tables[0].rows.size(), 2U) << document->source_text;
    EXPECT_EQ(document->tables[0].rows[1].cell(1)->text.value, "Two");
    EXPECT_EQ(document->tables[0].rows[1].cell(2)->text.value, "20");
    EXPECT_LT(document->tables[0].rows[1].confidence, 0.8F);
    EXPECT_EQ(document->nodes[1].label, "1");
    EXPECT_EQ(document->nodes[1].page, 1U);
}
TEST(Pdf, DamagedMissingAndUnruly) {
    EXPECT_EQ(refused("%PDF-1.7 nothing more", with_helper()), ErrorKind::kInvalidArgument);
    EXPECT_EQ(refused(pdf(""), with_helper()), ErrorKind::kUnsupported);  // no text in it
    EXPECT_EQ(refused(pdf(""), with_helper("/nonexistent/saola-pdf")), ErrorKind::kUnsupported);
    EXPECT_EQ(refused(pdf(""), with_helper("/bin/cat")),
              ErrorKind::kInvalidArgument);  // answers nonsense
    ReaderOptions endless = with_helper("/usr/bin/yes");
    endless.limits.max_text_bytes = 1U << 20U;
    EXPECT_EQ(refused(pdf(""), endless), ErrorKind::kTooLarge);
}
TEST(Pdf, FramesAreChecked) {
    const ReaderLimits limits;
    const std::string good =
        "SAOLA-PDF 1\npages 1\npage 600 800 1\nw 10 10 30 20 3 abc\nstatus ok\nend\n";
    ASSERT_TRUE(parse_pdf_words(good, limits).has_value());
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(parse_pdf_words(good.substr(0, size), limits).has_value()) << size;
    EXPECT_EQ(parse_pdf_words("SAOLA-PDF 1\nstatus encrypted\nend\n", limits).error().kind,
              ErrorKind::kUnsupported);
    EXPECT_EQ(parse_pdf_words("SAOLA-PDF 1\npages 99999999\n", limits).error().limit,
              "max_pages=2000");
    EXPECT_FALSE(
        parse_pdf_words("SAOLA-PDF 1\npages 1\npage 600 800 1\nw 10 10 30 20 99 abc\n", limits)
            .has_value());
}

}  // namespace
}  // namespace saola::lang

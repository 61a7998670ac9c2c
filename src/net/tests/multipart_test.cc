#include "net/multipart.h"

#include <gtest/gtest.h>

#include "base/ids.h"

namespace saola::net {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=XX";

std::string part(const std::string& disposition, const std::string& data) {
    return "--XX\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + data + "\r\n";
}

TEST(Multipart, PartsWithNamesTypesAndData) {
    const std::string body =
        part("name=\"note\"", "xin chào") +
        "--XX\r\ncontent-type: application/pdf\r\n"
        "content-disposition: form-data; name=files; filename=\"Quyết định.pdf\"\r\n\r\n"
        "%PDF\r\n--X\r\n\r\n--XX--\r\n";
    const auto parts = parse_multipart(kType, body);
    ASSERT_TRUE(parts) << to_string(parts.error());
    ASSERT_EQ(parts->size(), 2U);
    EXPECT_EQ((*parts)[0].name, "note");
    EXPECT_EQ((*parts)[0].filename, "");
    EXPECT_EQ((*parts)[0].data, "xin chào");
    EXPECT_EQ((*parts)[1].name, "files");
    EXPECT_EQ((*parts)[1].filename, "Quyết định.pdf");
    EXPECT_EQ((*parts)[1].content_type, "application/pdf");
    EXPECT_EQ((*parts)[1].data, "%PDF\r\n--X\r\n");
    EXPECT_GE((*parts)[1].data.data(), body.data());  // a view, not a copy
    EXPECT_LE((*parts)[1].data.data(), body.data() + body.size());
}

TEST(Multipart, FileNamesLoseTheirFolders) {
    const std::vector<std::pair<std::string, std::string>> cases{{"../../etc/passwd", "passwd"},
                                                                 {"C:\\\\dir\\\\x.docx", "x.docx"},
                                                                 {"C:\\dir\\x.docx", "x.docx"},
                                                                 {"a\\\"b.txt", "a\"b.txt"},
                                                                 {"..", ""},
                                                                 {"dir/", ""},
                                                                 {"a\x01\tb", "ab"},
                                                                 {"tệp.txt", "tệp.txt"}};
    for (const auto& [sent, expected] : cases) {
        const auto parts =
            parse_multipart(kType, part("name=\"f\"; filename=\"" + sent + "\"", "x") + "--XX--");
        ASSERT_TRUE(parts) << sent << " " << to_string(parts.error());
        EXPECT_EQ(parts->front().filename, expected) << sent;
    }
}

TEST(Multipart, EmptyFormsPartsPreambleAndPadding) {
    EXPECT_EQ(parse_multipart(kType, "--XX--")->size(), 0U);
    EXPECT_EQ(parse_multipart(kType, part("name=a", "") + "--XX--")->front().data, "");
    EXPECT_EQ(parse_multipart(kType, "text\r\n" + part("name=a", "1") + "--XX--\r\nrest")->size(),
              1U);
    EXPECT_EQ(parse_multipart(
                  kType, "--XX \t\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XX--")
                  ->front()
                  .data,
              "1");
    EXPECT_EQ(parse_multipart("Multipart/Form-Data;charset=utf-8 ; BOUNDARY=\"X X\"",
                              "--X X\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--X X--")
                  ->front()
                  .data,
              "1");
}

TEST(Multipart, MalformedBodies) {
    const std::string good = part("name=a", "1");
    for (const std::string& body :
         {std::string(), good, good + "--XX", good + "--XXY\r\n", good + "--XX-",
          std::string("--XX\r\n\r\ndata\r\n--XX--"), std::string("--XX\r\nA: b\r\n\r\n1\r\n--XX--"),
          std::string("--XX\r\nno colon\r\n\r\n1\r\n--XX--"),
          part("filename=\"x\"", "1") + "--XX--", part("name=\"open", "1") + "--XX--",
          part("name=\"\xff\"", "1") + "--XX--",
          std::string("--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--XX--"),
          std::string("--XX\r\nContent-Disposition: form-data; name=a\r\n")}) {
        const auto parts = parse_multipart(kType, body);
        ASSERT_FALSE(parts) << body;
        EXPECT_EQ(parts.error().code, "multipart.malformed") << body;
    }
    for (const char* type : {"", "text/plain", "multipart/form-data",
                             "multipart/form-data; boundary=", "multipart/mixed; boundary=XX",
                             "multipart/form-data; xboundary=XX"}) {
        const auto parts = parse_multipart(type, good + "--XX--");
        ASSERT_FALSE(parts) << type;
        EXPECT_EQ(parts.error().kind, ErrorKind::kUnsupported) << type;
    }
}

TEST(Multipart, LimitsAreNamed) {
    MultipartLimits limits;
    limits.max_parts = 2;
    limits.max_part_header_bytes = 100;
    limits.max_part_bytes = 10;
    limits.max_name_bytes = 5;
    const auto limit_of = [&](const std::string& body) {
        const auto parts = parse_multipart(kType, body + "--XX--", limits);
        return parts ? std::string("accepted") : parts.error().limit;
    };
    const std::string one = part("name=a", "0123456789");
    EXPECT_EQ(limit_of(one + one), "accepted");
    EXPECT_EQ(limit_of(one + one + one), "max_parts=2");
    EXPECT_EQ(limit_of(part("name=a", "0123456789x")), "max_part_bytes=10");
    EXPECT_EQ(limit_of(part("name=abcdef", "")), "max_name_bytes=5");
    EXPECT_EQ(limit_of(part("name=a; filename=abcdef", "")), "max_name_bytes=5");
    EXPECT_EQ(limit_of(part("name=a; x=" + std::string(100, 'x'), std::string(200, 'y'))),
              "max_part_header_bytes=100");
}

// Every cut of a good body is refused, and random data between boundaries comes back unchanged.
TEST(Multipart, RandomDataRoundTripsAndCutsAreRefused) {
    SeededRandom random(7);
    for (int round = 0; round < 200; ++round) {
        std::string data(random.below(300), '\0');
        for (char& c : data) c = "\r\n-X"[random.below(4)];
        if (data.find("\r\n--XX") != std::string::npos || data.starts_with("--XX")) continue;
        const std::string body = part("name=a", data) + "--XX--";
        const auto parts = parse_multipart(kType, body);
        ASSERT_TRUE(parts);
        ASSERT_EQ(parts->front().data, data);
        const std::size_t cut = random.below(body.size());
        EXPECT_FALSE(parse_multipart(kType, std::string_view(body).substr(0, cut)));
    }
}

}  // namespace
}  // namespace saola::net

#include "net/http.h"

#include <gtest/gtest.h>

#include "net/response_head.h"
#include "net/uri.h"

namespace saola::net {
namespace {

TEST(Headers, NamesIgnoreCase) {
    Headers headers;
    headers.add("Set-Cookie", "a=1");
    headers.add("set-cookie", "b=2");
    headers.add("X", "1");
    EXPECT_EQ(headers.get("SET-COOKIE"), "a=1");
    EXPECT_EQ(headers.get("none"), "");
    headers.set("SET-cookie", "c=3");
    EXPECT_EQ(headers.all().size(), 2U);
    EXPECT_EQ(headers.get("set-cookie"), "c=3");
    headers.set("y", "2");
    EXPECT_EQ(headers.get("Y"), "2");
}

TEST(Response, ErrorDocument) {
    const Error error{ErrorKind::kTooLarge, "import.file_too_large", "Too large.", "files",
                      "max_file_bytes=5"};
    const Response response = Response::error(error, "01ABC");
    EXPECT_EQ(response.status, 413);
    EXPECT_EQ(response.body,
              R"({"error":{"code":"import.file_too_large","message":"Too large.",)"
              R"("field":"files","limit":"max_file_bytes=5","request_id":"01ABC"}})");
    EXPECT_EQ(Response::error({ErrorKind::kNotFound, "a.b", "c"}).body,
              R"({"error":{"code":"a.b","message":"c"}})");
}

TEST(Uri, TargetsDecode) {
    const auto decoded = decode_target("/a%20b/%E1%BA%A1?x=1&y=%2F+%2B&x=2&&z&=v");
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->path, "/a b/ạ");
    const std::map<std::string, std::string, std::less<>> expected{
        {"x", "2"}, {"y", "/ +"}, {"z", ""}, {"", "v"}};
    EXPECT_EQ(decoded->query, expected);
    EXPECT_EQ(decode_target("/a+b")->path, "/a+b");
    EXPECT_EQ(decode_target("https://host:1/x?y=z")->path, "/x");
    EXPECT_EQ(decode_target("http://host")->path, "/");
    EXPECT_EQ(decode_target("/a/.../..b/b..")->path, "/a/.../..b/b..");
    EXPECT_EQ(decode_target("*")->path, "*");
}

TEST(Uri, BadTargetsNameTheField) {
    for (const char* target :
         {"",       "a",      "/%",    "/%4",     "/%4g",       "/%00",   "/%1f",
          "/%7f",   "/..",    "/a/..", "/../a",   "/.",         "/a/./b", "/%2E%2e",
          "/a%2fb", "/a%5cb", "/%ff",  "/%C0%AF", "/%ED%A0%80", "/a#b",   "ftp://h/a"}) {
        const auto decoded = decode_target(target);
        ASSERT_FALSE(decoded) << target;
        EXPECT_EQ(decoded.error().field, "path") << target;
    }
    for (const char* target : {"/?a=%", "/?%00=1", "/?a=%C3"}) {
        const auto decoded = decode_target(target);
        ASSERT_FALSE(decoded) << target;
        EXPECT_EQ(decoded.error().field, "query") << target;
    }
    std::string many = "/?";
    for (int i = 0; i < 129; ++i) many += "a=1&";
    EXPECT_EQ(decode_target(many).error().limit, "max_query_params=128");
}

TEST(Uri, Cookies) {
    EXPECT_EQ(find_cookie("a=1; b=2;c=3", "b"), "2");
    EXPECT_EQ(find_cookie("a=1; b=2;c=3", "c"), "3");
    EXPECT_EQ(find_cookie("ab=1; b=\"q\"", "b"), "q");
    EXPECT_EQ(find_cookie("b=x=y", "b"), "x=y");
    EXPECT_EQ(find_cookie("b", "b"), "");
    EXPECT_EQ(find_cookie("", "b"), "");
    EXPECT_EQ(find_cookie("b=1; b=2", "b"), "1");
    EXPECT_EQ(find_cookie("B=1", "b"), "");
}

TEST(ResponseHead, Reasons) {
    EXPECT_EQ(reason_phrase(200), "OK");
    EXPECT_EQ(reason_phrase(507), "Insufficient Storage");
    EXPECT_EQ(reason_phrase(431), "Request Header Fields Too Large");
    EXPECT_EQ(reason_phrase(299), "Unknown");
}

}  // namespace
}  // namespace saola::net

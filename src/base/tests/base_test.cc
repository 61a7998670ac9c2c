#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/decimal.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/text.h"

namespace saola {
namespace {

TEST(Decimal, ReadsVietnameseGrouping) {
    EXPECT_EQ(Decimal::parse_vietnamese("1.436.130").value(), Decimal(1436130));
    EXPECT_EQ(Decimal::parse_vietnamese("12.253,4").value(), Decimal(122534, 1));
    EXPECT_EQ(Decimal::parse_vietnamese("5.000").value(), Decimal(5000));
    EXPECT_EQ(Decimal::parse_vietnamese("08").value(), Decimal(8));
    EXPECT_EQ(Decimal::parse_vietnamese("4,05").value().to_string(), "4.05");
    for (const char* bad :
         {"", "-", "1.43", "1..000", ".000", "1.000.00", "1,2,3", "1,", "12a", "1.0000", "1,000.5"})
        EXPECT_FALSE(Decimal::parse_vietnamese(bad)) << bad;
}

TEST(Decimal, PrintsVietnamese) {
    EXPECT_EQ(Decimal(1436130).to_vietnamese(), "1.436.130");
    EXPECT_EQ(Decimal(122534, 1).to_vietnamese(), "12.253,4");
    EXPECT_EQ(Decimal(-500).to_vietnamese(), "-500");
    EXPECT_EQ(Decimal(5, 3).to_string(), "0.005");
    EXPECT_EQ(Decimal(-5, 3).to_string(), "-0.005");
}

TEST(Decimal, ComputesExactlyAndReportsOverflow) {
    EXPECT_EQ(Decimal(1, 1).add(Decimal(2, 1)).value(), Decimal(3, 1));
    EXPECT_EQ(Decimal(605).divide(Decimal(2241), 4).value(), Decimal(2700, 4));
    EXPECT_EQ(Decimal(-1).divide(Decimal(3), 2).value(), Decimal(-33, 2));
    EXPECT_EQ(Decimal(1).divide(Decimal(8), 2).value(), Decimal(13, 2));
    EXPECT_FALSE(Decimal(INT64_MAX).add(Decimal(1)));
    EXPECT_FALSE(Decimal(INT64_MAX).multiply(Decimal(10)));
    EXPECT_FALSE(Decimal(1).divide(Decimal(0), 2));
    EXPECT_TRUE(Decimal(15, 1) > Decimal(1) && Decimal(15, 1) < Decimal(2));
}

TEST(Json, RefusesWhatIsOverALimitAndNamesIt) {
    EXPECT_EQ(Json::parse("[[[]]]", {.max_depth = 2}).error().limit, "max_depth=2");
    EXPECT_EQ(Json::parse("[1,2,3]", {.max_values = 3}).error().limit, "max_values=3");
    EXPECT_EQ(Json::parse("[1]", {.max_bytes = 2}).error().limit, "max_bytes=2");
    EXPECT_EQ(Json::parse(R"({"a":1,"a":2})").error().code, "json.duplicate_key");
    EXPECT_FALSE(Json::parse("{\"a\":}"));
    EXPECT_FALSE(Json::parse("[1] x"));
    EXPECT_FALSE(Json::parse("\"\xFF\""));
    EXPECT_FALSE(Json::parse(""));
}

TEST(Json, KeepsOrderIntegersAndNesting) {
    const Json json =
        Json::parse(R"({"b":[1,{"c":[]},-9007199254740993],"a":"đ\u0111","z":1.5e3})").value();
    EXPECT_EQ(json.dump(), R"({"b":[1,{"c":[]},-9007199254740993],"a":"đđ","z":1500})");
}

TEST(Json, CanonicalFormOfRfc8785) {
    // The sample of RFC 8785 section 3.2.2 and 3.2.3.
    const Json json =
        Json::parse(
            "{\"numbers\":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"
            "\"string\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/"
            "\",\"literals\":[null,true,false]}")
            .value();
    EXPECT_EQ(
        json.canonical(),
        "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
        "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
    const Json keys = Json::parse(
                          "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,"
                          "\"\\u0080\":6,\"\\u00f6\":7}")
                          .value();
    EXPECT_EQ(keys.canonical(),
              "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\uFB33\":3}");
}

TEST(Text, FoldsTonePlacementAndForm) {
    EXPECT_EQ(text::fold("Hòa  Bình"), text::fold("hoà bình"));
    EXPECT_EQ(text::fold("Thúy"), text::fold("thuý"));
    EXPECT_EQ(text::fold("quý"), "quý");
    EXPECT_EQ(text::fold("hoàn"), "hoàn");
    EXPECT_EQ(text::fold("xoèn"), "xoèn");
    EXPECT_EQ(text::fold("Toa\u0300"), "toà");
    EXPECT_EQ(text::fold_unmarked("Đường Hòa Bình"), "duong hoa binh");
    EXPECT_TRUE(text::has_marks("đ"));
    EXPECT_FALSE(text::has_marks("duong"));
}

TEST(Text, SortsByVietnameseRules) {
    EXPECT_LT(text::compare_vi("Da Nang", "Đà Nẵng"), 0);
    EXPECT_LT(text::compare_vi("Dz", "Đa"), 0);
    EXPECT_LT(text::sort_key_vi("Cần Thơ"), text::sort_key_vi("Đà Nẵng"));
}

TEST(Text, ToldInvalidUtf8) {
    EXPECT_TRUE(text::is_valid_utf8("Đà Nẵng"));
    EXPECT_FALSE(text::is_valid_utf8("\xC0\x80"));
    EXPECT_FALSE(text::is_valid_utf8("\xED\xA0\x80"));
    EXPECT_FALSE(text::is_valid_utf8("a\xC3"));
}

TEST(Clock, DatesAndTimes) {
    EXPECT_EQ(to_iso(last_day(parse_iso_date("2024-02").value())), "2024-02-29");
    EXPECT_EQ(to_iso(first_day(parse_iso_date("2026").value())), "2026-01-01");
    EXPECT_FALSE(parse_iso_date("2026-02-30"));
    EXPECT_FALSE(parse_iso_date("2026-13"));
    EXPECT_EQ(to_rfc3339(0), "1970-01-01T00:00:00.000000000Z");
    EXPECT_EQ(parse_rfc3339("2026-11-22T13:00:00+07:00").value(),
              parse_rfc3339("2026-11-22T06:00:00Z").value());
    EXPECT_EQ(to_iso(date_in_vietnam(parse_rfc3339("2026-11-21T17:30:00Z").value())), "2026-11-22");
    EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59.5Z").value(), -500'000'000);
    EXPECT_FALSE(parse_rfc3339("2026-11-22T06:00:00"));
}

TEST(Ids, UlidsSortByTime) {
    SeededRandom random(1);
    ManualClock clock(1'000'000);
    const std::string first = new_ulid(clock, random);
    clock.advance(5'000'000);
    const std::string second = new_ulid(clock, random);
    EXPECT_TRUE(is_ulid(first));
    EXPECT_LT(first, second);
    EXPECT_FALSE(is_ulid("8ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
}

TEST(Bytes, HexAndBase64UrlRoundTrip) {
    for (std::size_t n = 0; n < 40; ++n) {
        Bytes bytes(n);
        SeededRandom(n).fill(bytes);
        EXPECT_EQ(from_hex(to_hex(bytes)).value(), bytes);
        EXPECT_EQ(from_base64url(to_base64url(bytes)).value(), bytes);
    }
    EXPECT_EQ(to_base64url(as_bytes("f")), "Zg");
    EXPECT_FALSE(from_base64url("Zh"));  // unused bits set
    EXPECT_FALSE(from_base64url("Z"));
    EXPECT_FALSE(from_hex("0g"));
}

TEST(Text, ShowsNothing) {
    for (const char* blank : {"", " ", "\t\r\n", "\u00a0\u3000\u2003", "\u200b\u200d\ufeff",
                              "\u2800", "\u00ad", "\x01"})
        EXPECT_TRUE(text::shows_nothing(blank)) << blank;
    for (const char* seen : {".", " a ", "\u200bđ", "0"}) EXPECT_FALSE(text::shows_nothing(seen));
}

}  // namespace
}  // namespace saola

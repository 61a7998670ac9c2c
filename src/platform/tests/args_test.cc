#include "platform/args.h"

#include <gtest/gtest.h>

#include "platform/module.h"

namespace saola::platform {
namespace {

ArgsSpec spec() {
    return {.summary = "Prints a report.",
            .options = {{.name = "name",
                         .help = "which report",
                         .required = true,
                         .positional = true,
                         .choices = {"orders", "budget"}},
                        {.name = "files", .help = "more", .positional = true, .repeated = true},
                        {.name = "format",
                         .help = "output",
                         .value_name = "FORMAT",
                         .fallback = "text",
                         .choices = {"text", "json"}},
                        {.name = "limit", .help = "rows", .value_name = "N", .fallback = "50"},
                        {.name = "accept", .help = "accept all rows"},
                        {.name = "tag", .help = "labels", .value_name = "TAG", .repeated = true}},
            .examples = {"saola programme report orders --format json"}};
}

Result<Args> parse(std::vector<std::string> words) { return Args::parse(spec(), words); }

TEST(Args, ReadsOptionsFlagsAndPositionals) {
    const auto args =
        parse({"orders", "--format=json", "a", "--accept", "b", "--tag", "x", "--tag=y"});
    ASSERT_TRUE(args) << to_string(args.error());
    EXPECT_EQ(args->value("name"), "orders");
    EXPECT_EQ(args->value("format"), "json");
    EXPECT_TRUE(args->given("accept"));
    EXPECT_EQ(args->values("files"), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(args->values("tag"), (std::vector<std::string>{"x", "y"}));
    EXPECT_EQ(args->integer("limit", 1, 100).value(), 50);
    EXPECT_FALSE(args->given("limit"));
}

TEST(Args, DoubleDashEndsOptionsAndNumbersAreValues) {
    const auto args = parse({"budget", "--", "--accept", "-5"});
    ASSERT_TRUE(args);
    EXPECT_EQ(args->values("files"), (std::vector<std::string>{"--accept", "-5"}));
    EXPECT_FALSE(args->given("accept"));
    EXPECT_EQ(parse({"budget", "-5"})->value("files"), "-5");
}

TEST(Args, ErrorsNameTheOptionAndSuggest) {
    const auto check = [](std::vector<std::string> words, std::string field, std::string part) {
        const auto args = parse(std::move(words));
        ASSERT_FALSE(args);
        EXPECT_EQ(args.error().kind, ErrorKind::kInvalidArgument);
        EXPECT_EQ(args.error().field, field);
        EXPECT_NE(args.error().message.find(part), std::string::npos) << args.error().message;
    };
    check({}, "NAME", "missing");
    check({"orders", "--fromat", "json"}, "--fromat", "Did you mean --format?");
    check({"orders", "--zzzzzz"}, "--zzzzzz", "See --help");
    check({"orders", "--format"}, "--format", "needs a value");
    check({"orders", "--format", "jsno"}, "--format", "Did you mean json?");
    check({"orders", "--format", "json", "--format", "text"}, "--format", "more than once");
    check({"orders", "--accept=1"}, "--accept", "takes no value");
    check({"ordres"}, "NAME", "Did you mean orders?");
    check({"orders", "-q"}, "--q", "Unknown option");
}

TEST(Args, IntegerChecksRangeAndForm) {
    for (const char* bad_value : {"0", "101", "5x", "", "99999999999999999999"}) {
        const auto args = parse({"orders", std::string("--limit=") + bad_value});
        ASSERT_TRUE(args);
        const auto number = args->integer("limit", 1, 100);
        ASSERT_FALSE(number) << bad_value;
        EXPECT_EQ(number.error().field, "--limit");
    }
}

TEST(Args, HelpComesBeforeChecksAndShowsAnExample) {
    EXPECT_TRUE(parse({"--nonsense", "--help"})->help());
    const std::string text = help_text(spec(), "saola programme report");
    for (const char* part :
         {"Usage: saola programme report NAME [FILES...] [OPTIONS]", "--format FORMAT",
          "(text|json) [text]", "--data-dir DIR", "Example:\n  saola programme report"})
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(Args, BoundsAreNamed) {
    const auto many = parse(std::vector<std::string>(kMaxArguments + 1, "orders"));
    ASSERT_FALSE(many);
    EXPECT_EQ(many.error().limit, "max_arguments=1024");
    const auto longer = parse({"orders", std::string(kMaxArgumentBytes + 1, 'x')});
    ASSERT_FALSE(longer);
    EXPECT_EQ(longer.error().limit, "max_argument_bytes=65536");
}

TEST(Args, CommandStartGivesExitStatus) {
    CommandContext context{.args = {"--help"}, .open = {}, .program = "saola programme report"};
    int status = -1;
    testing::internal::CaptureStdout();
    EXPECT_FALSE(parse_command(spec(), context, status));
    EXPECT_NE(testing::internal::GetCapturedStdout().find("Usage:"), std::string::npos);
    EXPECT_EQ(status, 0);
    context.args = {"orders", "--bad"};
    testing::internal::CaptureStderr();
    EXPECT_FALSE(parse_command(spec(), context, status));
    EXPECT_NE(testing::internal::GetCapturedStderr().find("--bad"), std::string::npos);
    EXPECT_EQ(status, 2);
}

TEST(Nearest, FindsSlipsOnly) {
    const std::vector<std::string> words = {"serve", "doctor", "admin", "version", "programme"};
    EXPECT_EQ(nearest("sevre", words), "serve");
    EXPECT_EQ(nearest("docter", words), "doctor");
    EXPECT_EQ(nearest("program", words), "programme");
    EXPECT_EQ(nearest("xyzzy", words), "");
    EXPECT_EQ(nearest("", words), "");
    EXPECT_EQ(nearest(std::string(500, 's'), words), "");
}

}  // namespace
}  // namespace saola::platform

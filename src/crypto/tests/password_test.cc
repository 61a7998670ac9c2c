#include "crypto/password.h"

#include <gtest/gtest.h>

#include <string>

namespace saola::crypto {
namespace {

constexpr PasswordCost kCheap{.operations = 1, .memory_bytes = 8U << 10U};

TEST(Password, HashVerifies) {
    const std::string phc = hash_password("mật khẩu dài", kCheap).value();
    EXPECT_TRUE(phc.starts_with("$argon2id$v=19$m=8,t=1,p=1$")) << phc;
    EXPECT_TRUE(verify_password(phc, "mật khẩu dài"));
    EXPECT_FALSE(verify_password(phc, "mật khẩu dàI"));
    EXPECT_FALSE(verify_password(phc, ""));
    EXPECT_NE(phc, hash_password("mật khẩu dài", kCheap).value()) << "salts must differ";
}

TEST(Password, KeepsBytesAfterZero) {
    const std::string with_zero("a\0b", 3);
    const std::string phc = hash_password(with_zero, kCheap).value();
    EXPECT_TRUE(verify_password(phc, with_zero));
    EXPECT_FALSE(verify_password(phc, "a"));
}

// Made with another implementation: the reference libargon2, t=2, m=64 KiB, p=1, 16-byte salt
// "saola-salt-00001".
TEST(Password, VerifiesAForeignHash) {
    constexpr std::string_view kForeign =
        "$argon2id$v=19$m=64,t=2,p=1$c2FvbGEtc2FsdC0wMDAwMQ$"
        "1vjFhYmqhQcxEYFiFfbFF6IM0SCBgRl9gA2tWQCffRs";
    EXPECT_TRUE(verify_password(kForeign, "correct horse"));
    EXPECT_FALSE(verify_password(kForeign, "correct horsf"));
}

TEST(Password, RefusesWhatIsOverTheLimits) {
    const Result<std::string> long_one =
        hash_password(std::string(kMaxPasswordBytes + 1, 'x'), kCheap);
    ASSERT_FALSE(long_one);
    EXPECT_EQ(long_one.error().limit, "max_password_bytes=1024");
    EXPECT_FALSE(hash_password("", kCheap));
    EXPECT_FALSE(hash_password("x", {.operations = 65, .memory_bytes = 8192}));
    EXPECT_FALSE(hash_password("x", {.operations = 1, .memory_bytes = (1ULL << 30U) + 1024}));
    EXPECT_FALSE(hash_password("x", {.operations = 0, .memory_bytes = 8192}));
}

TEST(Password, NeverComputesADamagedString) {
    const std::string tail = "$c2FvbGEtc2FsdC0wMDAwMQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for (const std::string& bad :
         {std::string(), std::string("x"), std::string(4096, '$'),
          "$argon2i$v=19$m=8,t=1,p=1" + tail, "$argon2id$v=19$m=4294967295,t=1,p=1" + tail,
          "$argon2id$v=19$m=8,t=99999999,p=1" + tail, "$argon2id$v=16$m=8,t=1,p=1" + tail,
          "$argon2id$v=19$m=99999999999999999999999,t=1,p=1" + tail}) {
        EXPECT_FALSE(verify_password(bad, "x")) << bad;
        EXPECT_TRUE(needs_rehash(bad)) << bad;
    }
}

TEST(Password, RehashOnlyWhenTheStoredCostIsLower) {
    const std::string phc =
        hash_password("x", {.operations = 2, .memory_bytes = 64U << 10U}).value();
    EXPECT_FALSE(needs_rehash(phc, {.operations = 2, .memory_bytes = 64U << 10U}));
    EXPECT_FALSE(needs_rehash(phc, {.operations = 1, .memory_bytes = 64U << 10U}));
    EXPECT_TRUE(needs_rehash(phc, {.operations = 3, .memory_bytes = 64U << 10U}));
    EXPECT_TRUE(needs_rehash(phc, {.operations = 2, .memory_bytes = 128U << 10U}));
}

}  // namespace
}  // namespace saola::crypto

#include "crypto/hash.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace saola::crypto {
namespace {

std::string hex(const Digest& digest) { return to_hex(BytesView(digest)); }
Bytes repeat(std::uint8_t value, std::size_t count) { return Bytes(count, value); }

// FIPS 180-4 examples (NIST CSRC, SHA256.pdf) and the one-million-a vector of FIPS 180-2.
TEST(Sha256, Fips180Vectors) {
    EXPECT_EQ(hex(sha256(as_bytes("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256(repeat('a', 1'000'000))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, IncrementalEqualsOneShotForEverySplit) {
    const Bytes data = repeat(0x5a, 200);
    for (std::size_t cut = 0; cut <= data.size(); ++cut) {
        Sha256 hash;
        hash.update(BytesView(data).first(cut));
        hash.update(BytesView(data).subspan(cut));
        EXPECT_EQ(hash.finish(), sha256(data)) << cut;
    }
    Sha256 moved_from;
    moved_from.update(as_bytes("ab"));
    Sha256 moved = std::move(moved_from);
    moved.update(as_bytes("c"));
    EXPECT_EQ(moved.finish(), sha256(as_bytes("abc")));
}

TEST(Sha256, FilesOverOneChunk) {
    const std::string path = testing::TempDir() + "saola_hash_" + std::to_string(::getpid());
    const std::string text(700'001, 'a');
    std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(sha256_file(path).value(), sha256(as_bytes(text)));
    std::filesystem::remove(path);
    const Result<Digest> missing = sha256_file(path);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound);
    EXPECT_EQ(sha256_file(testing::TempDir()).error().kind, ErrorKind::kStorage);
}

// RFC 4231, test cases 1-4, 6, 7.
TEST(HmacSha256, Rfc4231Vectors) {
    EXPECT_EQ(hex(hmac_sha256(repeat(0x0b, 20), as_bytes("Hi There"))),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(hmac_sha256(repeat(0xaa, 20), repeat(0xdd, 50))),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    Bytes key;
    for (std::uint8_t i = 1; i <= 25; ++i) key.push_back(i);
    EXPECT_EQ(hex(hmac_sha256(key, repeat(0xcd, 50))),
              "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    EXPECT_EQ(hex(hmac_sha256(repeat(0xaa, 131),
                              as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    EXPECT_EQ(hex(hmac_sha256(
                  repeat(0xaa, 131),
                  as_bytes("This is a test using a larger than block-size key and a larger than "
                           "block-size data. The key needs to be hashed before being used by the "
                           "HMAC algorithm."))),
              "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
    EXPECT_EQ(hex(hmac_sha256({}, {})),
              "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(ConstantTime, ComparesContentAndLength) {
    EXPECT_TRUE(equal_constant_time(as_bytes("token"), as_bytes("token")));
    EXPECT_FALSE(equal_constant_time(as_bytes("token"), as_bytes("tokeN")));
    EXPECT_FALSE(equal_constant_time(as_bytes("token"), as_bytes("toke")));
    EXPECT_TRUE(equal_constant_time({}, {}));
}

}  // namespace
}  // namespace saola::crypto

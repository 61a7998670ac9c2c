#include "crypto/signing.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace saola::crypto {
namespace {

namespace fs = std::filesystem;

template <std::size_t N>
std::array<std::uint8_t, N> array_of(std::string_view hex) {
    const Bytes bytes = from_hex(hex).value();
    EXPECT_EQ(bytes.size(), N);
    std::array<std::uint8_t, N> out{};
    std::copy_n(bytes.begin(), std::min(N, bytes.size()), out.begin());
    return out;
}

struct Vector {
    const char* seed;
    const char* public_key;
    const char* message;
    const char* signature;
};

// RFC 8032 section 7.1: TEST 1, 2, 3 and TEST SHA(abc).
constexpr Vector kRfc8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fe"
     "ebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431"
     "e0303dca179c138ac17ad9bef1177331a704"},
};

TEST(Signing, Rfc8032Vectors) {
    for (const Vector& v : kRfc8032) {
        const SigningKey key = SigningKey::from_seed(array_of<32>(v.seed));
        const Bytes message = from_hex(v.message).value();
        EXPECT_EQ(to_hex(key.public_key()), v.public_key);
        EXPECT_EQ(to_hex(key.sign(message)), v.signature);
        EXPECT_TRUE(verify(array_of<32>(v.public_key), message, array_of<64>(v.signature)));
    }
}

TEST(Signing, EveryFlippedBitIsRefused) {
    const SigningKey key = SigningKey::from_seed(array_of<32>(kRfc8032[2].seed));
    const Bytes message{0xaf, 0x82};
    const Signature good = key.sign(message);
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        Signature bad = good;
        bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ (1U << (bit % 8)));
        EXPECT_FALSE(verify(key.public_key(), message, bad)) << bit;
    }
    EXPECT_FALSE(verify(key.public_key(), Bytes{0xaf, 0x83}, good));
    EXPECT_FALSE(verify(SigningKey::generate().public_key(), message, good));
    EXPECT_FALSE(verify(PublicKey{}, message, good));
}

TEST(Signing, MoveKeepsTheKeyAndGenerateDiffers) {
    SigningKey first = SigningKey::generate();
    const PublicKey key = first.public_key();
    SigningKey second = std::move(first);
    EXPECT_TRUE(verify(key, as_bytes("x"), second.sign(as_bytes("x"))));
    EXPECT_NE(SigningKey::generate().public_key(), key);
}

class KeyFile : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "saola_key_XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        dir_ = pattern;
        path_ = dir_ + "/keys/signing.key";
    }
    void TearDown() override { fs::remove_all(dir_); }
    void write(std::string_view text, ::mode_t mode = 0600) {
        fs::create_directories(dir_ + "/keys");
        std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
        ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
    }
    std::string dir_;
    std::string path_;
};

TEST_F(KeyFile, IsCreatedPrivateAndReadBack) {
    const PublicKey created = SigningKey::load_or_create(path_).value().public_key();
    struct stat info {};
    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0600U);
    ASSERT_EQ(::stat((dir_ + "/keys").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0700U);
    EXPECT_EQ(SigningKey::load_or_create(path_).value().public_key(), created);
    EXPECT_EQ(std::distance(fs::directory_iterator(dir_ + "/keys"), fs::directory_iterator()), 1)
        << "no temporary file may stay behind";
}

TEST_F(KeyFile, HoldsTheSeedInTheDocumentedForm) {
    write(std::string("saola-ed25519-seed-v1 ") + kRfc8032[1].seed + "\n", 0400);
    EXPECT_EQ(to_hex(SigningKey::load_or_create(path_).value().public_key()),
              kRfc8032[1].public_key);
}

TEST_F(KeyFile, IsRefusedWhenOthersCanReachIt) {
    const std::string text = std::string("saola-ed25519-seed-v1 ") + kRfc8032[1].seed + "\n";
    for (const ::mode_t mode : {0640U, 0604U, 0660U, 0601U}) {
        write(text, mode);
        const Result<SigningKey> key = SigningKey::load_or_create(path_);
        ASSERT_FALSE(key) << mode;
        EXPECT_EQ(key.error().kind, ErrorKind::kPermissionDenied);
        EXPECT_NE(key.error().message.find("chmod 600"), std::string::npos);
    }
}

TEST_F(KeyFile, ADamagedFileIsNeverReplaced) {
    const std::string seed = kRfc8032[1].seed;
    for (const std::string& bad :
         {std::string(), std::string("saola-ed25519-seed-v1 "),
          "saola-ed25519-seed-v2 " + seed + "\n", "saola-ed25519-seed-v1 " + seed + "x",
          "saola-ed25519-seed-v1 " + seed.substr(1) + "g\n"}) {
        write(bad);
        const Result<SigningKey> key = SigningKey::load_or_create(path_);
        ASSERT_FALSE(key) << bad;
        EXPECT_EQ(key.error().kind, ErrorKind::kDataLoss);
        EXPECT_EQ(fs::file_size(path_), bad.size());
    }
}

TEST_F(KeyFile, ThreadsThatStartTogetherGetOneKey) {
    fs::create_directories(dir_ + "/keys");
    std::vector<PublicKey> keys(8);
    std::vector<std::thread> threads;
    for (PublicKey& key : keys)
        threads.emplace_back(
            [this, &key] { key = SigningKey::load_or_create(path_).value().public_key(); });
    for (std::thread& thread : threads) thread.join();
    for (const PublicKey& key : keys) EXPECT_EQ(key, keys.front());
}

}  // namespace
}  // namespace saola::crypto

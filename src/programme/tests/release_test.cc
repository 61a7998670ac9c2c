// Releases: what is signed verifies, and no changed byte does.
#include "programme/release.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "base/bytes.h"
#include "crypto/hash.h"
#include "platform/host.h"
#include "programme/module.h"
#include "programme/service.h"

namespace saola::programme {
namespace {

namespace fs = std::filesystem;

// An installation without documents, with one task and its budget.
class ReleaseTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "saola-release-XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        dir_ = pattern;
        std::vector<std::unique_ptr<platform::Module>> modules;
        modules.push_back(make_module());
        auto host = platform::Host::open({dir_, "", "test", nullptr}, std::move(modules));
        ASSERT_TRUE(host) << host.error().message;
        host_ = std::move(*host);
        service_ = std::make_unique<Service>(host_->platform());
        ASSERT_TRUE(service_->platform.sql->write([](store::Connection& connection) -> Status {
            SAOLA_TRY_STATUS(
                append_facts(connection, {fact("title", std::string("Đo gió ở Sở Mẫu")),
                                          fact("budget", Range{Decimal{5}, Decimal{8}})}));
            return bump_version(connection);
        }));
    }
    void TearDown() override {
        service_.reset();
        host_.reset();
        std::error_code error;
        fs::remove_all(dir_, error);
    }
    static Fact fact(const std::string& predicate, AssertedValue value) {
        Fact out;
        out.assertion.id = "a-" + predicate;
        out.assertion.source = out.source.id = "s-" + predicate;
        out.assertion.subject = "so-mau/1";
        out.assertion.predicate = predicate;
        out.assertion.value = std::move(value);
        out.source.document = "1-bc-mau";
        out.source.place = "Phụ lục I, dòng 1";
        return out;
    }
    std::string released(const std::string& note) {
        const auto info = service_->releases.create(platform::system_actor(), note);
        EXPECT_TRUE(info) << (info ? "" : info.error().message);
        return info ? service_->releases.content(info->id).value_or("") : "";
    }

    std::string dir_;
    std::unique_ptr<platform::Host> host_;
    std::unique_ptr<Service> service_;
};

TEST_F(ReleaseTest, VerifiesAndLinksToTheOneBefore) {
    const auto first = verify_release(released("một"), "");
    const auto second = verify_release(released("hai"), "");
    ASSERT_TRUE(first) << first.error().message;
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(first->facts, 2);
    EXPECT_EQ(second->number, first->number + 1);
    EXPECT_EQ(second->previous, first->hash);
    EXPECT_TRUE(verify_release(released("ba"), first->public_key));
    const auto stranger = verify_release(released("bốn"), std::string(64, '0'));
    ASSERT_FALSE(stranger);
    EXPECT_EQ(stranger.error().code, "programme.release_signer");
}

// Each write adds a fact and a finding that leans on it: no release may hold the one without the
// other.
TEST_F(ReleaseTest, IsOfOneStateOfTheData) {
    std::atomic<bool> stop{false};
    std::thread writer([&] {
        for (int i = 0; i < 60 && !stop; ++i) {
            Fact added = fact("note" + std::to_string(i), std::string("Ghi chú"));
            const std::string body =
                R"({"assertions":[")" + added.assertion.id + R"("],"quotes":[]})";
            const Status done =
                service_->platform.sql->write([&](store::Connection& connection) -> Status {
                    SAOLA_TRY_STATUS(append_facts(connection, {added}));
                    SAOLA_TRY_STATUS(connection.execute(
                        "INSERT INTO programme_finding (id, rule, rule_version, severity, state, "
                        "present, document, body, first_seen, last_seen,"
                        " classification, organisation) VALUES (?, 'r', 1, 'error', 'open', 1, '', "
                        "?, 1, 1, 0, '')",
                        {"f" + std::to_string(i), body}));
                    return bump_version(connection);
                });
            ASSERT_TRUE(done) << done.error().message;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    });
    int torn = 0;
    for (int i = 0; i < 25; ++i) {
        const auto info = service_->releases.create(platform::system_actor(), "");
        if (!info) {
            EXPECT_EQ(info.error().code, "programme.data_changed");
            continue;
        }
        // The two facts of the set-up have no finding.
        torn += info->counts.get_integer_or("facts", 0) !=
                        info->counts.get_integer_or("findings", 0) + 2
                    ? 1
                    : 0;
    }
    stop = true;
    writer.join();
    EXPECT_EQ(torn, 0);
}

TEST(DataDirectoryTest, AFirstStartThatEndedEarlyMayBeTriedAgain) {
    std::string pattern = (fs::temp_directory_path() / "saola-begun-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    const auto open = [&] { return platform::Host::open({pattern, "", "test", nullptr}, {}); };
    fs::create_directory(pattern + "/spool");
    std::ofstream(pattern + "/lock") << "1\n";
    std::ofstream(pattern + "/other") << "x";
    const auto foreign = open();
    ASSERT_FALSE(foreign);
    EXPECT_EQ(foreign.error().code, "data_dir.not_ours");
    fs::remove(pattern + "/other");
    const auto begun = open();
    EXPECT_TRUE(begun) << begun.error().message;
    std::error_code error;
    fs::remove_all(pattern, error);
}

// The member of the file that a byte belongs to, "" for the signs between members.
std::string member_at(const std::string& content, std::size_t at) {
    for (const std::string name : {"anchor", "hash", "public_key", "signature"}) {
        // Canonical members are sorted: "release" stands between public_key and signature.
        const std::size_t key = name == "signature" ? content.rfind("\"signature\":\"")
                                                    : content.find("\"" + name + "\":");
        const std::size_t begin = key + name.size() + 4;
        const std::size_t size = name == "signature" ? 128 : 64;
        if (name != "anchor" && at >= begin && at < begin + size) return name;
    }
    const std::size_t release = content.find("\"release\":{") + 10;
    const std::size_t end = content.rfind(",\"signature\"");
    return at >= release && at < end ? "release" : "";
}

TEST_F(ReleaseTest, RefusesEveryChangedByteAndNamesTheFirstFault) {
    const std::string content = released("thử");
    const auto good = verify_release(content, "");
    ASSERT_TRUE(good) << good.error().message;
    std::map<std::string, std::set<std::string>> faults;
    for (std::size_t i = 0; i < content.size(); ++i) {
        for (const unsigned bit : {1U << (i % 8), 0x20U}) {
            std::string changed = content;
            changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ bit);
            const auto verified = verify_release(changed, "");
            ASSERT_FALSE(verified) << "byte " << i << " bit " << bit << " of " << content.size();
            ASSERT_TRUE(verified.error().code.starts_with("programme.release_"))
                << verified.error().code;
            ASSERT_FALSE(verified.error().message.empty());
            faults[member_at(content, i)].insert(verified.error().code.substr(18));
        }
    }
    // A changed hash is named as such, a changed signature or key as not fitting, a changed content
    // by the hash it no longer has, unless the file is no longer JSON, text of that kind or
    // canonical.
    using Words = std::set<std::string>;
    EXPECT_EQ(faults["hash"], (Words{"json", "hash"}));
    EXPECT_EQ(faults["public_key"], (Words{"json", "canonical", "public_key", "signature"}));
    EXPECT_EQ(faults["signature"], (Words{"json", "canonical", "signature"}));
    EXPECT_TRUE(faults["release"].contains("hash"));
    EXPECT_FALSE(faults["release"].contains("signature"));
}

// The same release with another payload, signed anew by the same key.
std::string signed_again(const std::string& content, const crypto::SigningKey& key,
                         const std::function<void(Json::Object&)>& change) {
    Json file = *Json::parse(content);
    Json* const payload = file.find("release");
    change(payload->as_object());
    const std::string hash = to_hex(crypto::sha256(as_bytes(payload->canonical())));
    file.set("hash", hash)
        .set("signature", to_hex(key.sign(as_bytes(std::string("saola-release/1\n") + hash))));
    return file.canonical();
}

TEST_F(ReleaseTest, NamesTheHeadOfTheAuditLog) {
    const auto before = service_->platform.audit->verify();
    const std::string first = released("một");
    const auto verified = verify_release(first, "");
    ASSERT_TRUE(verified) << verified.error().message;
    EXPECT_EQ(verified->audit_records, before->records);
    EXPECT_EQ(verified->audit_head, before->head_hash);
    const auto after = service_->platform.audit->verify();
    const auto second = verify_release(released("hai"), "");
    EXPECT_EQ(second->audit_records, before->records + 1);
    EXPECT_EQ(second->audit_head, after->head_hash);
    // A release of before that, without the member, verifies as it always did.
    const crypto::SigningKey& key = *service_->platform.signing_key;
    const auto old = verify_release(signed_again(first, key,
                                                 [](Json::Object& payload) {
                                                     std::erase_if(payload, [](const auto& item) {
                                                         return item.first == "audit";
                                                     });
                                                 }),
                                    verified->public_key);
    ASSERT_TRUE(old) << old.error().message;
    EXPECT_FALSE(old->audit_records);
    const auto odd = verify_release(signed_again(first, key,
                                                 [](Json::Object& payload) {
                                                     for (auto& [name, value] : payload)
                                                         if (name == "audit")
                                                             value =
                                                                 Json::object().set("records", 7);
                                                 }),
                                    "");
    ASSERT_FALSE(odd);
    EXPECT_EQ(odd.error().code, "programme.release_form");
}

TEST_F(ReleaseTest, RefusesACutOrLongerFile) {
    const std::string content = released("thử");
    EXPECT_FALSE(verify_release("", ""));
    EXPECT_FALSE(verify_release(content + "\n", ""));
    for (std::size_t size = 0; size < content.size(); size += 7) {
        EXPECT_FALSE(verify_release(content.substr(0, size), "")) << size;
    }
}

}  // namespace
}  // namespace saola::programme

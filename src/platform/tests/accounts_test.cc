// Identity on a real database (SQLite in a temporary directory): throttle, passwords, accounts,
// sessions, tokens, the setup link, the gate, and the audit chain.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>

#include "platform/audit.h"
#include "platform/gate.h"
#include "platform/schema.h"
#include "platform/sessions.h"

namespace saola::platform {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr TimestampNs kStart = 1'790'000'000 * kSecond;
constexpr const char* kPassword = "ba con trâu đi lạc";

class IdentityTest : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "saola-identity-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        dir_ = pattern;
        open();
    }
    void TearDown() override {
        sessions_.reset();
        sql_.reset();
        std::filesystem::remove_all(dir_);
    }
    void open() {
        auto sql = store::open_sql({.url = "sqlite:" + dir_ + "/t.db"});
        ASSERT_TRUE(sql) << to_string(sql.error());
        sql_ = std::move(*sql);
        ASSERT_TRUE(store::migrate(*sql_, "platform", platform_migrations()));
        events_ = make_event_hub();
        audit_ = make_audit_log(*sql_, clock_);
        hasher_ = std::make_unique<PasswordHasher>(
            HasherLimits{.cost = {.operations = 1, .memory_bytes = 64U << 10U}});
        ASSERT_TRUE(hasher_->prepare());
        const Directory::Parts parts{.sql = *sql_,
                                     .clock = clock_,
                                     .random = random_,
                                     .audit = *audit_,
                                     .events = *events_,
                                     .hasher = *hasher_};
        directory_ = std::make_unique<Directory>(parts);
        sessions_ = std::make_unique<Sessions>(parts, *directory_,
                                               make_local_authenticator(*sql_, *hasher_));
    }
    Act system() { return {.actor = system_, .remote_address = "10.0.0.1"}; }
    Account account(std::string name, std::vector<Grant> grants) {
        auto made = directory_->create_account(system(), {.name = std::move(name),
                                                          .password = kPassword,
                                                          .display_name = "",
                                                          .grants = std::move(grants)});
        EXPECT_TRUE(made) << to_string(made.error());
        return made.value_or(Account{});
    }
    void organisation(std::string key, std::string parent) {
        const auto made = directory_->create_organisation(
            system(),
            {.key = std::move(key), .name = "Tên", .kind = "agency", .parent = std::move(parent)});
        EXPECT_TRUE(made) << to_string(made.error());
    }
    std::shared_ptr<Actor> sign_in(const std::string& name) {
        auto in = sessions_->login(name, kPassword, "10.0.0.9");
        EXPECT_TRUE(in) << to_string(in.error().error);
        if (!in) return nullptr;
        secret_ = in->secret;
        return in->actor;
    }
    void tamper(std::string_view statement) {
        ASSERT_TRUE(sql_->write([&](store::Connection& c) -> Status {
            SAOLA_TRY_STATUS(c.execute(statement));
            return {};
        }));
    }

    // Changes the password of `id`, which takes long, and does `meanwhile` while it is hashed.
    Result<Account> change_password_slowly(const Act& act, const std::string& id,
                                           const std::function<void()>& meanwhile) {
        PasswordHasher slow({.cost = {.operations = 12, .memory_bytes = 64U << 20U}});
        Directory::Parts parts{.sql = *sql_,
                               .clock = clock_,
                               .random = random_,
                               .audit = *audit_,
                               .events = *events_,
                               .hasher = slow};
        Directory directory(parts);
        std::atomic<bool> done{false};
        Result<Account> changed;
        std::thread thread([&] {
            changed = directory.change_account(act, id, {.password = "một câu dài khác hẳn"});
            done = true;
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(60));
        meanwhile();
        EXPECT_FALSE(done) << "hashing was over too soon to tell anything";
        thread.join();
        return changed;
    }

    std::string dir_;
    ManualClock clock_{kStart};
    SystemRandom random_;
    std::unique_ptr<store::Sql> sql_;
    std::unique_ptr<EventHub> events_;
    std::unique_ptr<AuditLog> audit_;
    std::unique_ptr<PasswordHasher> hasher_;
    std::unique_ptr<Directory> directory_;
    std::unique_ptr<Sessions> sessions_;
    const Actor system_ = system_actor();
    std::string secret_;
};

TEST(RateTable, RefillsIsBoundedAndToldApart) {
    ManualClock clock{kStart};
    SeededRandom random(1);
    RateTable table({.burst = 3, .per_second = 0.5}, clock, random);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(table.take("a"), 0);
    EXPECT_EQ(table.take("a"), 2);
    EXPECT_EQ(table.take("b"), 0);
    clock.advance(2 * kSecond);
    EXPECT_EQ(table.peek("a"), 0);
    EXPECT_EQ(table.take("a"), 0);
    EXPECT_EQ(table.take("a"), 2);
    table.give_back("a");
    EXPECT_EQ(table.take("a"), 0);
    // A flood of other keys neither frees a spent key nor, at once, shuts everybody out.
    for (int i = 0; i < 3; ++i) static_cast<void>(table.take("victim"));
    for (int i = 0; i < 300; ++i) static_cast<void>(table.take("flood" + std::to_string(i)));
    EXPECT_GT(table.take("victim"), 0);
    int shut_out = 0;
    for (int i = 0; i < 1000; ++i)
        shut_out += table.peek("innocent" + std::to_string(i)) > 0 ? 1 : 0;
    EXPECT_LT(shut_out, 10);
}

TEST(RateTable, AClockThatGoesBackLocksNobodyOut) {
    ManualClock clock{kStart + 86'400 * kSecond};
    SeededRandom random(1);
    RateTable table({.burst = 1, .per_second = 1}, clock, random);
    EXPECT_EQ(table.take("a"), 0);
    clock.set(kStart);  // a day back
    EXPECT_EQ(table.take("a"), 1);
    clock.advance(kSecond);
    EXPECT_EQ(table.take("a"), 0);
}

TEST(RateTable, Ipv6IsTakenByItsNetwork) {
    EXPECT_EQ(address_key("2001:db8:1:2::1"), address_key("2001:db8:1:2:ffff::9"));
    EXPECT_NE(address_key("2001:db8:1:2::1"), address_key("2001:db8:1:3::1"));
    EXPECT_NE(address_key("::ffff:10.0.0.1"), address_key("::ffff:10.0.0.2"));
    EXPECT_NE(address_key("10.0.0.1"), address_key("10.0.0.2"));
}

TEST(PasswordPolicy, RefusesWeakAndAcceptsPhrases) {
    for (const char* weak :
         {"short", "mười một ký", "aaaaaaaaaaaa", "abcabcabcabc", "123456789012", "password1234",
          "P@ssw0rd2026!", "matkhau123456", "Admin@123456", "lan.nguyen2026", "abcdefghijklm"})
        EXPECT_FALSE(check_password_policy(weak, "lan.nguyen")) << weak;
    for (const char* fine :
         {"ba con trâu đi lạc", "correct horse battery", "Tr0ng-rừng-có-saola", "mười hai chữ"})
        EXPECT_TRUE(check_password_policy(fine, "lan.nguyen")) << fine;
    EXPECT_EQ(check_password_policy(std::string(2000, 'x') + "yz", "a").error().limit,
              "max_password_bytes=1024");
    EXPECT_FALSE(check_password_policy("\xff\xfe binary binary", "a"));
}

TEST_F(IdentityTest, PasswordsMatchInEitherUnicodeForm) {
    const auto phc = hasher_->hash(
        "tr\xC3\xA2u \xC4\x91i l\xE1\xBA\xA1"
        "c r\xE1\xBB\x93i");  // composed
    ASSERT_TRUE(phc);
    EXPECT_TRUE(hasher_
                    ->verify(*phc,
                             "tra\xCC\x82u \xC4\x91i la\xCC\xA3"
                             "c ro\xCC\x82\xCC\x80i")
                    .value());
    EXPECT_FALSE(hasher_->verify(*phc, "trau di lac roi").value());
    EXPECT_FALSE(hasher_->verify("", "no account has this password").value());
}

TEST_F(IdentityTest, HasherRefusesWhenNoTurnComes) {
    PasswordHasher slow({.cost = {.operations = 40, .memory_bytes = 32U << 20U},
                         .max_at_once = 1,
                         .max_wait_ms = 1});
    std::vector<std::thread> threads;
    std::atomic<int> refused{0};
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] {
            const auto done = slow.hash("x");
            if (!done && done.error().limit == "max_password_hashes_at_once=1") ++refused;
        });
    for (auto& thread : threads) thread.join();
    EXPECT_GE(refused, 1);
}

TEST_F(IdentityTest, SignsInAndOutAndForgetsAtOnce) {
    account("lan", {{Role::kViewer, ""}});
    const auto actor = sign_in("LAN ");
    ASSERT_NE(actor, nullptr);
    EXPECT_EQ(actor->csrf_token.size(), 43U);
    auto again = sessions_->resolve_session(secret_);
    ASSERT_TRUE(again && *again);
    EXPECT_EQ((*again)->session_id, actor->session_id);
    EXPECT_EQ((*again)->csrf_token, actor->csrf_token);
    EXPECT_EQ(*sessions_->resolve_session(std::string(43, 'A')), nullptr);
    EXPECT_EQ(*sessions_->resolve_session(secret_ + "A"), nullptr);
    ASSERT_TRUE(sessions_->logout({.actor = *actor, .remote_address = ""}));
    EXPECT_EQ(*sessions_->resolve_session(secret_), nullptr);
}

TEST_F(IdentityTest, WhatExistsTwiceIsRefusedInOurWords) {
    organisation("bo-a", "");
    const Account lan = account("lan", {{Role::kViewer, "bo-a"}});
    const auto same_name = directory_->create_account(
        system(), {.name = "LAN", .password = kPassword, .display_name = "", .grants = {}});
    EXPECT_EQ(same_name.error().code, "identity.name_taken");
    const auto same_key = directory_->create_organisation(
        system(), {.key = "bo-a", .name = "Tên", .kind = "agency", .parent = ""});
    EXPECT_EQ(same_key.error().code, "identity.key_taken");
    const std::vector<Grant> twice = {{Role::kViewer, "bo-a"}, {Role::kViewer, "bo-a"}};
    AccountChange change;
    change.grants = twice;
    const auto changed = directory_->change_account(system(), lan.id, change);
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code, "identity.duplicate_grant");
    const auto made = directory_->create_account(
        system(), {.name = "mai", .password = kPassword, .display_name = "", .grants = twice});
    EXPECT_EQ(made.error().code, "identity.duplicate_grant");
    for (const auto& error : {same_name.error(), same_key.error(), changed.error(), made.error()}) {
        EXPECT_EQ(error.kind, ErrorKind::kConflict);
        for (const char* word : {"UNIQUE", "constraint", "platform_"})
            EXPECT_EQ(to_string(error).find(word), std::string::npos) << to_string(error);
    }
    const auto blank = directory_->create_organisation(
        system(), {.key = "bo-b", .name = " \u200b\u3000 ", .kind = "agency", .parent = ""});
    EXPECT_EQ(blank.error().code, "identity.empty_name");
}

TEST_F(IdentityTest, SecretsAreNotInTheDatabase) {
    account("lan", {{Role::kAdmin, ""}});
    const auto actor = sign_in("lan");
    const auto token =
        sessions_->create_token({.actor = *actor, .remote_address = ""}, "t", {"read"}, 1);
    const auto link = sessions_->create_setup_link(system());
    ASSERT_TRUE(token && link);
    std::string all;
    for (const char* table : {"platform_session", "platform_token", "platform_setup_link",
                              "platform_account", "platform_audit"})
        ASSERT_TRUE(sql_->read([&](store::Connection& c) {
            return c.query("SELECT * FROM " + std::string(table), {}, [&](const store::Row& row) {
                for (int i = 0; i < row.columns(); ++i) all += std::string(row.text(i)) + "\n";
                return store::Step::kContinue;
            });
        }));
    for (const std::string& secret :
         {secret_, token->secret, token->secret.substr(6), *link, std::string(kPassword)})
        EXPECT_EQ(all.find(secret), std::string::npos);
    EXPECT_NE(all.find("$argon2id$"), std::string::npos);
}

TEST_F(IdentityTest, SessionsEndByIdleAndAbsoluteTime) {
    account("lan", {{Role::kViewer, ""}});
    ASSERT_NE(sign_in("lan"), nullptr);
    clock_.advance((2 * 3600 - 1) * kSecond);
    EXPECT_NE(*sessions_->resolve_session(secret_), nullptr);
    clock_.advance((2 * 3600 + 1) * kSecond);
    EXPECT_EQ(*sessions_->resolve_session(secret_), nullptr);
    ASSERT_NE(sign_in("lan"), nullptr);
    for (int hour = 0; hour < 11; ++hour) {
        clock_.advance(3600 * kSecond);
        EXPECT_NE(*sessions_->resolve_session(secret_), nullptr) << hour;
    }
    clock_.advance(3600 * kSecond);
    EXPECT_EQ(*sessions_->resolve_session(secret_), nullptr);
    ASSERT_TRUE(sessions_->sweep());
    std::int64_t left = 1;
    ASSERT_TRUE(sql_->read([&](store::Connection& c) -> Status {
        SAOLA_TRY(left, c.query_integer("SELECT COUNT(*) FROM platform_session"));
        return {};
    }));
    EXPECT_EQ(left, 0);
}

TEST_F(IdentityTest, OldestSessionEndsOverTheLimit) {
    account("lan", {{Role::kViewer, ""}});
    ASSERT_NE(sign_in("lan"), nullptr);
    const std::string first = secret_;
    for (int i = 0; i < 20; ++i) {
        clock_.advance(60 * kSecond);
        ASSERT_NE(sign_in("lan"), nullptr);
    }
    EXPECT_EQ(*sessions_->resolve_session(first), nullptr);
    EXPECT_NE(*sessions_->resolve_session(secret_), nullptr);
}

TEST_F(IdentityTest, WrongUnknownAndDisabledAnswerAlikeAndAreThrottled) {
    account("root", {{Role::kAdmin, ""}});
    account("lan", {{Role::kViewer, ""}});
    const auto off = account("off", {{Role::kViewer, ""}});
    ASSERT_TRUE(directory_->change_account(
        system(), off.id, {.display_name = {}, .password = {}, .disabled = true, .grants = {}}));
    for (const char* name : {"lan", "nobody", "off"}) {
        const auto in = sessions_->login(
            name, std::string(name) == "off" ? kPassword : "wrong password", "10.1.1.1");
        ASSERT_FALSE(in);
        EXPECT_EQ(in.error().error.code, "identity.bad_credentials");
        EXPECT_EQ(in.error().error.message, "The name or the password is wrong.");
    }
    int refused = 0;
    for (int i = 0; i < 12; ++i) {
        const auto in = sessions_->login("lan", "wrong password", "10.2.0." + std::to_string(i));
        ASSERT_FALSE(in);
        if (in.error().retry_after_s > 0) ++refused;
    }
    EXPECT_EQ(refused, 12 - 7);  // eight attempts an account, one was spent above
    // The right password does not help from elsewhere; later it does.
    EXPECT_GT(sessions_->login("lan", kPassword, "10.3.0.1").error().retry_after_s, 0);
    clock_.advance(31 * kSecond);
    EXPECT_TRUE(sessions_->login("lan", kPassword, "10.3.0.1"));
    // Others cannot lock the owner out of the address used last.
    for (int i = 0; i < 12; ++i)
        static_cast<void>(sessions_->login("lan", "wrong password", "10.4.0.1"));
    EXPECT_TRUE(sessions_->login("lan", kPassword, "10.3.0.1"));
    int by_address = 0;
    for (int i = 0; i < 40; ++i)
        by_address +=
            sessions_->login("n" + std::to_string(i), "x", "10.5.0.1").error().retry_after_s > 0
                ? 1
                : 0;
    EXPECT_EQ(by_address, 10);  // thirty an address
}

TEST_F(IdentityTest, TokensCarryScopesAndExpire) {
    account("lan", {{Role::kAdmin, ""}, {Role::kCoordinator, ""}});
    const auto actor = sign_in("lan");
    const Act act{.actor = *actor, .remote_address = ""};
    const auto token = sessions_->create_token(act, "script", {"read", "import", "read"}, 2);
    ASSERT_TRUE(token) << to_string(token.error());
    EXPECT_TRUE(token->secret.starts_with("saola_"));
    EXPECT_EQ(token->scopes, (std::vector<std::string>{"import", "read"}));
    const auto resolved = *sessions_->resolve_token(token->secret);
    ASSERT_NE(resolved, nullptr);
    EXPECT_TRUE(resolved->can(Permission::kImport));
    EXPECT_FALSE(resolved->can(Permission::kAdminister));
    EXPECT_TRUE(resolved->session_id.empty());
    EXPECT_EQ(sessions_->create_token({.actor = *resolved, .remote_address = ""}, "t", {"read"}, 1)
                  .error()
                  .code,
              "identity.session_needed");
    EXPECT_EQ(sessions_->create_token(act, "t", {}, 1).error().field, "scopes");
    EXPECT_EQ(sessions_->create_token(act, "t", {"root"}, 1).error().field, "scopes");
    EXPECT_EQ(sessions_->create_token(act, "t", {"read"}, 366).error().limit, "max_token_days=365");
    clock_.advance(2 * 86'400 * kSecond);
    EXPECT_EQ(*sessions_->resolve_token(token->secret), nullptr);
    const auto other = sessions_->create_token(act, "b", {"read"}, 1);
    ASSERT_NE(*sessions_->resolve_token(other->secret), nullptr);
    ASSERT_TRUE(sessions_->delete_token(act, other->id));
    EXPECT_EQ(*sessions_->resolve_token(other->secret), nullptr);
    EXPECT_EQ(sessions_->delete_token(act, other->id).error().kind, ErrorKind::kNotFound);
}

TEST_F(IdentityTest, SetupLinkWorksOnceWithinADay) {
    const auto old = sessions_->create_setup_link(system());
    const auto link = sessions_->create_setup_link(system());
    ASSERT_TRUE(old && link);
    EXPECT_FALSE(sessions_->setup_link_valid(*old).value());
    EXPECT_TRUE(sessions_->setup_link_valid(*link).value());
    const NewAccount me{
        .name = "minh", .password = kPassword, .display_name = "Minh", .grants = {}};
    EXPECT_EQ(sessions_
                  ->use_setup_link(
                      *link, {.name = "minh", .password = "weak", .display_name = "", .grants = {}},
                      "::1")
                  .error()
                  .error.code,
              "identity.weak_password");
    const auto in = sessions_->use_setup_link(*link, me, "::1");
    ASSERT_TRUE(in) << to_string(in.error().error);
    EXPECT_TRUE(in->actor->can(Permission::kAdminister, ""));
    EXPECT_TRUE(in->actor->can(Permission::kReview, ""));
    EXPECT_EQ(
        sessions_
            ->use_setup_link(
                *link, {.name = "eve", .password = kPassword, .display_name = "", .grants = {}},
                "::1")
            .error()
            .error.code,
        "identity.bad_setup_link");
    const auto late = sessions_->create_setup_link(system());
    clock_.advance(24 * 3600 * kSecond);
    EXPECT_FALSE(sessions_->setup_link_valid(*late).value());
}

TEST_F(IdentityTest, SubtreeAdministratorsStayInTheirSubtree) {
    organisation("a", "");
    organisation("a-1", "a");
    organisation("b", "");
    account("root", {{Role::kAdmin, ""}});
    account("lan", {{Role::kAdmin, "a"}});
    const auto theirs = account("an", {{Role::kViewer, "a-1"}});
    const auto foreign = account("binh", {{Role::kViewer, "b"}});
    const auto mixed = account("chi", {{Role::kViewer, "a"}, {Role::kViewer, "b"}});
    const auto lan = sign_in("lan");
    const Act act{.actor = *lan, .remote_address = ""};
    std::string seen;
    const auto visible = directory_->accounts(*lan);
    for (const auto& item : *visible) seen += item.name + " ";
    EXPECT_EQ(seen, "an lan ");
    const auto grant = [&](const std::string& id, std::vector<Grant> grants) {
        return directory_->change_account(
            act, id,
            {.display_name = {}, .password = {}, .disabled = {}, .grants = std::move(grants)});
    };
    EXPECT_TRUE(grant(theirs.id, {{Role::kReviewer, "a"}}));
    EXPECT_EQ(grant(theirs.id, {{Role::kViewer, "b"}}).error().kind, ErrorKind::kPermissionDenied);
    EXPECT_EQ(grant(theirs.id, {{Role::kAdmin, ""}}).error().kind, ErrorKind::kPermissionDenied);
    EXPECT_EQ(grant(foreign.id, {{Role::kViewer, "a"}}).error().kind, ErrorKind::kNotFound);
    EXPECT_EQ(grant(mixed.id, {{Role::kViewer, "a"}}).error().kind, ErrorKind::kNotFound);
    EXPECT_TRUE(directory_->create_organisation(
        act, {.key = "a-2", .name = "x", .kind = "agency", .parent = "a"}));
    EXPECT_FALSE(directory_->create_organisation(
        act, {.key = "c", .name = "x", .kind = "agency", .parent = ""}));
    EXPECT_EQ(directory_->change_organisation(act, "a-1", {}, {}, "b").error().kind,
              ErrorKind::kPermissionDenied);
    EXPECT_EQ(directory_->change_organisation(act, "b", "y", {}, {}).error().kind,
              ErrorKind::kNotFound);
}

TEST_F(IdentityTest, ChangesAtOnceDoNotUndoEachOther) {
    account("root", {{Role::kAdmin, ""}});
    const auto an = account("an", {{Role::kViewer, ""}});
    const auto changed = change_password_slowly(system(), an.id, [&] {
        ASSERT_TRUE(directory_->change_account(
            system(), an.id,
            {.display_name = "An Bình", .disabled = true, .reason = " nghỉ việc "}));
    });
    ASSERT_TRUE(changed) << to_string(changed.error());
    EXPECT_TRUE(changed->disabled);
    const auto found = directory_->find_by_name("an");
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->disabled);
    EXPECT_EQ(found->display_name, "An Bình");
    std::string detail;
    ASSERT_TRUE(sql_->read([&](store::Connection& c) {
        return c.query("SELECT detail FROM platform_audit WHERE detail LIKE '%reason%'", {},
                       [&](const store::Row& row) {
                           detail += row.text(0);
                           return store::Step::kContinue;
                       });
    }));
    EXPECT_NE(detail.find("\"reason\":\"nghỉ việc\""), std::string::npos) << detail;
    const auto refused = directory_->change_account(
        system(), an.id, {.disabled = false, .reason = std::string(2'001, 'x')});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().limit, "max_reason_bytes=2000");
}

TEST_F(IdentityTest, RightsAreThoseOfTheMomentOfTheChange) {
    organisation("a", "");
    account("root", {{Role::kAdmin, ""}});
    const auto lan = account("lan", {{Role::kAdmin, "a"}});
    const auto an = account("an", {{Role::kViewer, "a"}});
    const auto by = sign_in("lan");
    const Act act{.actor = *by, .remote_address = ""};
    const auto grants = [&](const std::string& id, std::vector<Grant> wanted) {
        ASSERT_TRUE(directory_->change_account(system(), id, {.grants = std::move(wanted)}));
    };
    // The account is raised above its administrator while the new password is hashed.
    const auto raised = change_password_slowly(act, an.id, [&] {
        grants(an.id, {{Role::kAdmin, ""}});
    });
    ASSERT_FALSE(raised);
    EXPECT_EQ(raised.error().kind, ErrorKind::kNotFound);
    EXPECT_TRUE(sessions_->login("an", kPassword, "10.0.0.9"));
    // The administrator loses the right.
    grants(an.id, {{Role::kViewer, "a"}});
    const auto lost = change_password_slowly(act, an.id, [&] {
        grants(lan.id, {{Role::kViewer, "a"}});
    });
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().kind, ErrorKind::kNotFound);
}

TEST_F(IdentityTest, WorkThatWaitedHasTheRightsOfItsOwnTime) {
    account("root", {{Role::kAdmin, ""}});
    const auto lan = account("lan", {{Role::kReporter, ""}});
    const auto then = sign_in("lan");
    const auto now = [&] {
        Result<Actor> found;
        static_cast<void>(sql_->read([&](store::Connection& connection) -> Status {
            found = as_of_now(connection, *then);
            return {};
        }));
        return found;
    };
    EXPECT_TRUE(now()->can(Permission::kImport, ""));
    ASSERT_TRUE(directory_->change_account(system(), lan.id,
                                           {.grants = std::vector<Grant>{{Role::kViewer, ""}}}));
    EXPECT_FALSE(now()->can(Permission::kImport));
    EXPECT_TRUE(then->can(Permission::kImport));
    ASSERT_TRUE(directory_->change_account(system(), lan.id, {.disabled = true}));
    EXPECT_EQ(now().error().kind, ErrorKind::kPermissionDenied);
}

TEST_F(IdentityTest, ReadingGoesOnWhenLastSeenCannotBeWritten) {
    account("lan", {{Role::kViewer, ""}});
    ASSERT_NE(sign_in("lan"), nullptr);
    const std::string first = secret_;
    clock_.advance(kSecond);
    ASSERT_NE(sign_in("lan"), nullptr);
    // The second of two sessions seen at one moment can no longer be written.
    tamper("CREATE UNIQUE INDEX one_at_a_time ON platform_session (last_seen_at)");
    clock_.advance(120 * kSecond);
    ASSERT_TRUE(sessions_->resolve_session(first));
    const auto actor = sessions_->resolve_session(secret_);
    ASSERT_TRUE(actor) << to_string(actor.error());
    EXPECT_NE(*actor, nullptr);
}

TEST_F(IdentityTest, MovingAnOrganisationMovesWhatIsSeen) {
    organisation("a", "");
    organisation("b", "");
    organisation("child", "a");
    account("lan", {{Role::kViewer, "a"}});
    ASSERT_TRUE(sign_in("lan")->sees(Classification::kRestricted, "child"));
    ASSERT_TRUE((*sessions_->resolve_session(secret_))->sees(Classification::kRestricted, "child"));
    EXPECT_EQ(directory_->change_organisation(system(), "a", {}, {}, "child").error().code,
              "identity.tree_loop");
    ASSERT_TRUE(directory_->change_organisation(system(), "child", {}, {}, "b"));
    EXPECT_FALSE(
        (*sessions_->resolve_session(secret_))->sees(Classification::kRestricted, "child"));
}

TEST_F(IdentityTest, TheLastAdministratorStays) {
    const auto root = account("root", {{Role::kAdmin, ""}});
    const auto change = [&](AccountChange wanted) {
        return directory_->change_account(system(), root.id, wanted);
    };
    EXPECT_EQ(
        change({.display_name = {}, .password = {}, .disabled = true, .grants = {}}).error().code,
        "identity.last_admin");
    EXPECT_EQ(
        change({.display_name = {}, .password = {}, .disabled = {}, .grants = std::vector<Grant>{}})
            .error()
            .code,
        "identity.last_admin");
    account("other", {{Role::kAdmin, ""}});
    EXPECT_TRUE(change({.display_name = {}, .password = {}, .disabled = true, .grants = {}}));
}

TEST_F(IdentityTest, ChangingThePasswordEndsOtherSessions) {
    account("lan", {{Role::kViewer, ""}});
    ASSERT_NE(sign_in("lan"), nullptr);
    const std::string other = secret_;
    const auto mine = sign_in("lan");
    const Act act{.actor = *mine, .remote_address = ""};
    EXPECT_EQ(sessions_->change_password(act, "wrong one here", "another good phrase").error().code,
              "identity.wrong_password");
    ASSERT_TRUE(sessions_->change_password(act, kPassword, "another good phrase"));
    EXPECT_EQ(*sessions_->resolve_session(other), nullptr);
    EXPECT_NE(*sessions_->resolve_session(secret_), nullptr);
    EXPECT_FALSE(sessions_->login("lan", kPassword, "10.0.0.9"));
    EXPECT_TRUE(sessions_->login("lan", "another good phrase", "10.0.0.9"));
}

TEST_F(IdentityTest, AuditStandsOrFallsWithItsAction) {
    organisation("a", "");
    const std::int64_t before = audit_->verify()->records;
    EXPECT_FALSE(directory_->create_organisation(
        system(), {.key = "a", .name = "x", .kind = "agency", .parent = ""}));
    EXPECT_EQ(audit_->verify()->records, before);
    EXPECT_FALSE(sql_->write([&](store::Connection& c) -> Status {
        SAOLA_TRY_STATUS(audit_->append(c, {.actor_id = "x",
                                            .actor_name = "x",
                                            .action = "t",
                                            .object = "",
                                            .organisation = "",
                                            .remote_address = "",
                                            .detail = Json::object()}));
        return fail(ErrorKind::kConflict, "t.no", "no");
    }));
    EXPECT_EQ(audit_->verify()->records, before);
    organisation("b", "");
    EXPECT_EQ(audit_->verify()->records, before + 1);
}

TEST_F(IdentityTest, AuditFindsEveryKindOfTampering) {
    for (const char* key : {"a", "b", "c", "d"}) organisation(key, "");
    const auto whole = audit_->check();
    ASSERT_TRUE(whole && whole->ok);
    EXPECT_EQ(whole->records, 4);
    EXPECT_EQ(whole->head_hash.size(), 64U);
    const auto expect_bad = [&](std::string_view statement, std::int64_t first_bad) {
        std::filesystem::copy_file(dir_ + "/t.db", dir_ + "/keep.db",
                                   std::filesystem::copy_options::overwrite_existing);
        tamper(statement);
        const auto check = audit_->check();
        ASSERT_TRUE(check);
        EXPECT_FALSE(check->ok) << statement;
        EXPECT_EQ(check->first_bad, first_bad) << statement;
        EXPECT_EQ(audit_->verify().error().kind, ErrorKind::kDataLoss);
    };
    expect_bad("UPDATE platform_audit_head SET hash = 'x'", 5);
    expect_bad("DELETE FROM platform_audit WHERE sequence = 4", 4);
    expect_bad("UPDATE platform_audit SET detail = '{}' WHERE sequence = 3", 3);
    expect_bad("UPDATE platform_audit SET at_ns = at_ns + 1 WHERE sequence = 2", 2);
    expect_bad("UPDATE platform_audit SET actor_name = 'nobody' WHERE sequence = 1", 1);
    expect_bad("DELETE FROM platform_audit WHERE sequence = 1", 1);
}

// The example of docs/formats/audit.md, computed there by other means (sha256sum).
TEST_F(IdentityTest, AuditHashIsAsDocumented) {
    ASSERT_TRUE(sql_->write([&](store::Connection& c) {
        return audit_->append(c, {.actor_id = "system",
                                  .actor_name = "system",
                                  .action = "identity.setup_link.create",
                                  .object = "",
                                  .organisation = "",
                                  .remote_address = "",
                                  .detail = Json::object().set("ghi_chú", "đầu tiên").set("a", 1)});
    }));
    EXPECT_EQ(audit_->check()->head_hash,
              "621130d6a6f2b047a90f0f0986ef49691a75282af45606d4bf70aed113a6a1d6");
}

TEST_F(IdentityTest, AuditRefusesHugeDetail) {
    const Status done = sql_->write([&](store::Connection& c) {
        return audit_->append(c, {.actor_id = "",
                                  .actor_name = "",
                                  .action = "t",
                                  .object = "",
                                  .organisation = "",
                                  .remote_address = "",
                                  .detail = Json(std::string(70'000, 'x'))});
    });
    EXPECT_EQ(done.error().limit, "max_audit_detail_bytes=65536");
}

class GateTest : public IdentityTest {
protected:
    std::optional<net::Response> check(const net::Request& request,
                                       std::optional<Permission> permission = {},
                                       Access access = Access::kSignedIn) {
        RouteSpec spec;
        spec.access = access;
        spec.permission = permission;
        if (!gate_)
            gate_ = std::make_unique<Gatekeeper>(
                *sessions_, clock_, random_,
                GateOptions{.requests_per_second = 1, .refused_per_second = 1});
        return gate_->check(request, spec);
    }
    net::Request request(net::Method method = net::Method::kGet) {
        net::Request out;
        out.method = method;
        out.path = "/api/x";
        out.remote_address = "10.0.0.9";
        out.headers.set("Host", "saola.example:8080");
        if (!secret_.empty()) out.headers.set("Cookie", "a=b; saola_session=" + secret_);
        return out;
    }
    std::unique_ptr<Gatekeeper> gate_;
};

TEST_F(GateTest, UnsafeRequestsNeedTokenAndOrigin) {
    account("lan", {{Role::kViewer, ""}});
    EXPECT_EQ(check(request())->status, 401);
    const auto actor = sign_in("lan");
    const auto read = request();
    EXPECT_FALSE(check(read));
    EXPECT_EQ(actor_of(read).name, "lan");
    auto post = request(net::Method::kPost);
    EXPECT_EQ(check(post)->status, 403);
    post.headers.set("X-CSRF-Token", actor->csrf_token.substr(0, 42) + "?");
    EXPECT_EQ(check(post)->status, 403);
    post.headers.set("X-CSRF-Token", actor->csrf_token);
    EXPECT_FALSE(check(post));
    for (const char* site : {"cross-site", "same-site"}) {
        post.headers.set("Sec-Fetch-Site", site);
        EXPECT_EQ(check(post)->status, 403) << site;
        EXPECT_EQ(check(post, {}, Access::kOpen)->status, 403) << site;  // also the log-in form
    }
    post.headers.set("Sec-Fetch-Site", "same-origin");
    EXPECT_FALSE(check(post));
    for (const char* origin : {"http://evil.example", "null", "http://saola.example:8081",
                               "http://saola.example:8080.evil"}) {
        post.headers.set("Origin", origin);
        EXPECT_EQ(check(post)->status, 403) << origin;
    }
    post.headers.set("Origin", "http://saola.example:8080");
    EXPECT_FALSE(check(post));
}

TEST_F(GateTest, PermissionBearerAndRateLimits) {
    account("lan", {{Role::kReviewer, ""}});
    const auto actor = sign_in("lan");
    EXPECT_EQ(check(request(), Permission::kAdminister)->status, 403);
    EXPECT_FALSE(check(request(), Permission::kReview));
    const auto token =
        sessions_->create_token({.actor = *actor, .remote_address = ""}, "t", {"read"}, 1);
    secret_.clear();
    auto bearer = request(net::Method::kPost);
    bearer.headers.set("Authorization", "Bearer " + token->secret);
    EXPECT_FALSE(check(bearer, Permission::kRead));  // no cookie, no CSRF token needed
    EXPECT_EQ(check(bearer, Permission::kReview)->status, 403);
    int limited = 0;
    for (int i = 0; i < 12; ++i)
        if (const auto answer = check(bearer)) {
            EXPECT_EQ(answer->status, 429);
            EXPECT_FALSE(answer->headers.get("Retry-After").empty());
            ++limited;
        }
    EXPECT_EQ(limited, 12 - 6);  // ten in a burst, four were spent above
    auto wrong = request();
    wrong.remote_address = "10.9.9.9";
    wrong.headers.set("Authorization", "Bearer saola_" + std::string(43, 'x'));
    for (int i = 0; i < 10; ++i) EXPECT_EQ(check(wrong)->status, 401);
    EXPECT_EQ(check(wrong)->status, 429);
}

TEST_F(GateTest, AFloodOfStrangersCostsNobodyElseBehindTheAddress) {
    account("lan", {{Role::kViewer, ""}});
    ASSERT_NE(sign_in("lan"), nullptr);
    auto flood = request();
    flood.headers.set("Cookie", "saola_session=" + std::string(43, 'x'));
    int limited = 0;
    for (int i = 0; i < 200; ++i) {
        const auto answer = check(flood);
        ASSERT_TRUE(answer);
        limited += answer->status == 429 ? 1 : 0;
    }
    EXPECT_EQ(limited, 190);
    EXPECT_FALSE(check(request()));  // the same address, with a session
    clock_.advance(10 * kSecond);    // and no identity left in the cache
    for (int i = 0; i < 200; ++i) EXPECT_TRUE(check(flood));
    EXPECT_FALSE(check(request()));
    // Who signed in from here before may do so again; a stranger to the address must wait.
    for (int i = 0; i < 200; ++i)
        static_cast<void>(sessions_->login("khach" + std::to_string(i), "x", "10.0.0.9"));
    account("mai", {{Role::kViewer, ""}});
    EXPECT_EQ(sessions_->login("mai", kPassword, "10.0.0.9").error().error.code,
              "identity.too_many_attempts");
    EXPECT_TRUE(sessions_->login("lan", kPassword, "10.0.0.9"));
}

TEST_F(GateTest, HeadersOfPagesAndData) {
    net::Request r;
    r.tls = true;
    net::Response page = net::Response::text("x");
    page.headers.set("Content-Type", "text/html; charset=utf-8");
    add_common_headers(r, page);
    const std::string policy(page.headers.get("Content-Security-Policy"));
    EXPECT_NE(policy.find("default-src 'self'"), std::string::npos);
    EXPECT_NE(policy.find("script-src 'self';"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_NE(policy.find("style-src 'self';"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(page.headers.get("Strict-Transport-Security"), "max-age=31536000");
    net::Response data = net::Response::json(Json::object());
    r.tls = false;
    add_common_headers(r, data);
    EXPECT_EQ(data.headers.get("Cache-Control"), "no-store");
    EXPECT_EQ(data.headers.get("X-Content-Type-Options"), "nosniff");
    EXPECT_TRUE(data.headers.get("Strict-Transport-Security").empty());
}

}  // namespace
}  // namespace saola::platform

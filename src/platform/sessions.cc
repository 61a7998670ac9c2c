#include "platform/sessions.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/log.h"
#include "base/text.h"
#include "crypto/hash.h"

namespace saola::platform {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kCacheNs = 5 * kSecond;
constexpr std::int64_t kTouchNs = 60 * kSecond;  // how exact "last seen" is kept
constexpr std::size_t kMaxTrusted = 20'000;

tl::unexpected<Error> bad_credentials() {
    return fail(ErrorKind::kUnauthenticated, "identity.bad_credentials",
                "The name or the password is wrong.");
}

tl::unexpected<Refusal> refuse(Error error) {
    return tl::unexpected<Refusal>(Refusal{std::move(error), 0});
}

tl::unexpected<Refusal> wait(std::int64_t seconds, std::string limit) {
    Refusal refusal;
    refusal.retry_after_s = seconds;
    refusal.error = {
        .kind = ErrorKind::kResourceExhausted,
        .code = "identity.too_many_attempts",
        .message = "Too many attempts; try again in " + std::to_string(seconds) + " s.",
        .limit = std::move(limit)};
    return tl::unexpected<Refusal>(std::move(refusal));
}

std::string hash_of(std::string_view secret) { return to_hex(crypto::sha256(as_bytes(secret))); }

// What concerns an account concerns no organisation.
AuditRecord record_of(const Act& act, std::string action, std::string object, Json detail) {
    return record_of(act, std::move(action), std::move(object), {}, std::move(detail));
}

std::string join(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t blank = text.find(' ');
        out.emplace_back(text.substr(0, blank));
        text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
    }
    return out;
}

class LocalAuthenticator final : public Authenticator {
public:
    LocalAuthenticator(store::Sql& sql, PasswordHasher& hasher) : sql_(sql), hasher_(hasher) {}
    std::string_view name() const override { return "local"; }

    Result<std::string> authenticate(std::string_view account_name,
                                     std::string_view secret) override {
        std::string id;
        std::string phc;
        bool disabled = true;
        SAOLA_TRY_STATUS(sql_.read([&](store::Connection& connection) {
            return connection.query(
                "SELECT id, password, disabled FROM platform_account WHERE name = ?",
                {fold_account_name(account_name)}, [&](const store::Row& row) {
                    id = row.text(0);
                    phc = row.text(1);
                    disabled = row.integer(2) != 0;
                    return store::Step::kStop;
                });
        }));
        SAOLA_TRY(const bool matches, hasher_.verify(phc, secret));
        if (!matches || disabled) return bad_credentials();
        if (hasher_.needs_rehash(phc)) rehash(id, phc, secret);
        return id;
    }

private:
    void rehash(const std::string& id, const std::string& old, std::string_view secret) {
        const auto fresh = hasher_.hash(secret);
        const Status done = fresh ? sql_.write([&](store::Connection& transaction) -> Status {
            SAOLA_TRY_STATUS(transaction.execute(
                "UPDATE platform_account SET password = ? WHERE id = ? AND password = ?",
                {*fresh, id, old}));
            return {};
        })
                                  : Status(fail(fresh.error()));
        if (!done) log::warn("identity.rehash_failed", {{"error", to_string(done.error())}});
    }

    store::Sql& sql_;
    PasswordHasher& hasher_;
};

std::shared_ptr<Actor> make_actor(const Account& account, const OrganisationTree& tree) {
    auto actor = std::make_shared<Actor>();
    actor->id = account.id;
    actor->name = account.name;
    actor->display_name = account.display_name;
    actor->grants = account.grants;
    resolve_grants(*actor, tree);
    return actor;
}

// Bound to the session's secret and stored nowhere.
std::string csrf_of(std::string_view session_secret) {
    return to_base64url(
        crypto::hmac_sha256(as_bytes(session_secret), as_bytes("saola csrf token")));
}

struct FoundSession {
    std::string id, account;
    std::int64_t last_seen_at = 0, expires_at = 0;
};

}  // namespace

std::unique_ptr<Authenticator> make_local_authenticator(store::Sql& sql, PasswordHasher& hasher) {
    return std::make_unique<LocalAuthenticator>(sql, hasher);
}

Sessions::Sessions(Directory::Parts parts, Directory& directory,
                   std::unique_ptr<Authenticator> authenticator, SessionLimits limits)
    : parts_(parts),
      directory_(directory),
      authenticator_(std::move(authenticator)),
      limits_(limits),
      by_account_(limits.login_by_account, parts.clock, parts.random),
      by_address_(limits.login_by_address, parts.clock, parts.random),
      by_trusted_pair_(limits.login_by_account, parts.clock, parts.random) {
    directory_.on_change([this](std::string_view account_id) { forget(account_id); });
}

std::string Sessions::new_secret() {
    std::array<std::uint8_t, 32> bytes{};
    parts_.random.fill(bytes);
    return to_base64url(bytes);
}

Checked<SignedIn> Sessions::login(std::string_view name, std::string_view password,
                                  const std::string& remote_address) {
    const std::string account = fold_account_name(name.substr(0, 128));
    const std::string address = address_key(remote_address);
    bool trusted = false;
    {
        const std::lock_guard lock(mutex_);
        const auto it = trusted_.find(account);
        trusted = it != trusted_.end() && it->second == address;
    }
    // Who signed in from here before is not shut out by what others behind this address try.
    if (const auto seconds = trusted ? 0 : by_address_.take(address); seconds > 0)
        return wait(seconds, "login_attempts_per_address=" +
                                 std::to_string(static_cast<int>(limits_.login_by_address.burst)));
    RateTable& table = trusted ? by_trusted_pair_ : by_account_;
    if (const auto seconds = table.take(account); seconds > 0)
        return wait(seconds, "login_attempts_per_account=" +
                                 std::to_string(static_cast<int>(limits_.login_by_account.burst)));
    auto id = authenticator_->authenticate(account, password);
    if (!id) {
        if (id.error().kind == ErrorKind::kUnauthenticated) {
            // What was typed may be a password in the wrong box: the name is not recorded.
            Actor nobody;
            const Act act{.actor = nobody, .remote_address = remote_address};
            const Status noted = parts_.sql.write([&](store::Connection& transaction) {
                return parts_.audit.append(
                    transaction, record_of(act, "identity.login.refused", "", Json::object()));
            });
            if (!noted) return refuse(noted.error());
        }
        return refuse(std::move(id.error()));
    }
    auto signed_in = open_session(*id, remote_address, "identity.login");
    if (!signed_in) return refuse(std::move(signed_in.error()));
    table.give_back(account);
    if (!trusted) by_address_.give_back(address);
    const std::lock_guard lock(mutex_);
    if (trusted_.size() >= kMaxTrusted) trusted_.clear();
    trusted_[account] = address;
    return std::move(*signed_in);
}

Result<SignedIn> Sessions::open_session(const std::string& account_id,
                                        const std::string& remote_address,
                                        std::string_view action) {
    SignedIn out;
    out.secret = new_secret();
    const std::string session_id = new_ulid(parts_.clock, parts_.random);
    const TimestampNs now_ns = parts_.clock.now_ns();
    SAOLA_TRY_STATUS(parts_.sql.write([&](store::Connection& transaction) -> Status {
        SAOLA_TRY(const auto account, load_account(transaction, "id", account_id));
        if (!account || account->disabled) return bad_credentials();
        SAOLA_TRY(const OrganisationTree tree, load_tree(transaction));
        out.actor = make_actor(*account, tree);
        SAOLA_TRY_STATUS(transaction.execute(
            "DELETE FROM platform_session WHERE account = ? AND hash NOT IN (SELECT hash FROM "
            "(SELECT hash FROM platform_session WHERE account = ? ORDER BY created_at DESC LIMIT "
            "?) keep)",
            {account_id, account_id, limits_.max_sessions_per_account - 1}));
        SAOLA_TRY_STATUS(
            transaction.execute("INSERT INTO platform_session (hash, id, account, created_at, "
                                "last_seen_at, expires_at, remote_address) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                                {hash_of(out.secret), session_id, account_id, now_ns, now_ns,
                                 now_ns + limits_.absolute_s * kSecond, remote_address}));
        return parts_.audit.append(
            transaction, record_of({.actor = *out.actor, .remote_address = remote_address},
                                   std::string(action), "session:" + session_id, Json::object()));
    }));
    out.actor->session_id = session_id;
    out.actor->csrf_token = csrf_of(out.secret);
    return out;
}

Status Sessions::logout(const Act& act) {
    if (act.actor.session_id.empty())
        return fail(ErrorKind::kInvalidArgument, "identity.no_session",
                    "An API token has no session to end.");
    SAOLA_TRY_STATUS(parts_.sql.write([&](store::Connection& transaction) -> Status {
        SAOLA_TRY_STATUS(transaction.execute("DELETE FROM platform_session WHERE id = ?",
                                             {act.actor.session_id}));
        return parts_.audit.append(
            transaction,
            record_of(act, "identity.logout", "session:" + act.actor.session_id, Json::object()));
    }));
    forget(act.actor.id);
    parts_.events.drop_session(act.actor.session_id);
    return {};
}

std::shared_ptr<Actor> Sessions::cached(const std::string& hash) {
    const std::lock_guard lock(mutex_);
    const auto it = cache_.find(hash);
    if (it == cache_.end()) return nullptr;
    const TimestampNs left_ns = it->second.until_ns - parts_.clock.now_ns();
    if (left_ns > 0 && left_ns <= kCacheNs)
        return it->second.actor;  // more: the clock was set back
    cache_.erase(it);
    return nullptr;
}

void Sessions::remember(const std::string& hash, const std::shared_ptr<Actor>& actor,
                        std::uint64_t generation, TimestampNs expires_at) {
    const std::lock_guard lock(mutex_);
    if (generation != generation_) return;  // something was revoked while this was being read
    if (cache_.size() >= limits_.max_cached) cache_.clear();
    cache_[hash] = {actor, std::min(expires_at, parts_.clock.now_ns() + kCacheNs)};
}

void Sessions::forget(std::string_view account_id) {
    const std::lock_guard lock(mutex_);
    ++generation_;
    std::erase_if(cache_, [&](const auto& item) {
        return account_id.empty() || item.second.actor->id == account_id;
    });
}

// Not worth a refusal: on a full disk people must still be able to read.
void Sessions::touch(const std::string& hash, TimestampNs now_ns) {
    const Status seen = parts_.sql.write([&](store::Connection& transaction) -> Status {
        SAOLA_TRY_STATUS(transaction.execute(
            "UPDATE platform_session SET last_seen_at = ? WHERE hash = ?", {now_ns, hash}));
        return {};
    });
    if (!seen) log::warn("identity.last_seen_failed", {{"error", to_string(seen.error())}});
}

Result<std::shared_ptr<Actor>> Sessions::resolve_session(std::string_view secret) {
    if (secret.size() != 43) return std::shared_ptr<Actor>();
    const std::string hash = hash_of(secret);
    if (auto known = cached(hash)) return known;
    std::uint64_t generation = 0;
    {
        const std::lock_guard lock(mutex_);
        generation = generation_;
    }
    const TimestampNs now_ns = parts_.clock.now_ns();
    FoundSession found;
    std::shared_ptr<Actor> actor;
    SAOLA_TRY_STATUS(parts_.sql.read([&](store::Connection& connection) -> Status {
        SAOLA_TRY_STATUS(connection.query(
            "SELECT id, account, last_seen_at, expires_at FROM platform_session WHERE hash = ?",
            {hash}, [&](const store::Row& row) {
                found = {std::string(row.text(0)), std::string(row.text(1)), row.integer(2),
                         row.integer(3)};
                return store::Step::kStop;
            }));
        if (found.id.empty() || now_ns >= found.expires_at ||
            now_ns >= found.last_seen_at + limits_.idle_s * kSecond)
            return {};
        SAOLA_TRY(const auto account, load_account(connection, "id", found.account));
        if (!account || account->disabled) return {};
        SAOLA_TRY(const OrganisationTree tree, load_tree(connection));
        actor = make_actor(*account, tree);
        return {};
    }));
    if (actor == nullptr) return actor;
    actor->session_id = found.id;
    actor->csrf_token = csrf_of(secret);
    if (now_ns - found.last_seen_at >= kTouchNs) touch(hash, now_ns);
    remember(hash, actor, generation, found.expires_at);
    return actor;
}

Result<std::shared_ptr<Actor>> Sessions::resolve_token(std::string_view secret) {
    if (secret.size() != kTokenPrefix.size() + 43 || !secret.starts_with(kTokenPrefix))
        return std::shared_ptr<Actor>();
    const std::string hash = hash_of(secret);
    if (auto known = cached(hash)) return known;
    std::uint64_t generation = 0;
    {
        const std::lock_guard lock(mutex_);
        generation = generation_;
    }
    std::string account_id;
    std::string scopes;
    std::int64_t expires_at = 0;
    std::shared_ptr<Actor> actor;
    SAOLA_TRY_STATUS(parts_.sql.read([&](store::Connection& connection) -> Status {
        SAOLA_TRY_STATUS(connection.query(
            "SELECT account, scopes, expires_at FROM platform_token WHERE hash = ?", {hash},
            [&](const store::Row& row) {
                account_id = row.text(0);
                scopes = row.text(1);
                expires_at = row.integer(2);
                return store::Step::kStop;
            }));
        if (account_id.empty() || parts_.clock.now_ns() >= expires_at) return {};
        SAOLA_TRY(const auto account, load_account(connection, "id", account_id));
        if (!account || account->disabled) return {};
        SAOLA_TRY(const OrganisationTree tree, load_tree(connection));
        auto made = make_actor(*account, tree);
        for (auto& scope : split(scopes)) made->scopes.insert(std::move(scope));
        resolve_grants(*made, tree);
        if (!made->scopes.empty()) actor = std::move(made);
        return {};
    }));
    if (actor != nullptr) remember(hash, actor, generation, expires_at);
    return actor;
}

Result<std::vector<ApiToken>> Sessions::tokens(const Actor& by) const {
    std::vector<ApiToken> all;
    SAOLA_TRY_STATUS(parts_.sql.read([&](store::Connection& connection) {
        all.clear();
        return connection.query(
            "SELECT id, name, scopes, created_at, expires_at FROM platform_token WHERE account = ? "
            "ORDER BY id",
            {by.id}, [&](const store::Row& row) {
                all.push_back({.id = std::string(row.text(0)),
                               .name = std::string(row.text(1)),
                               .scopes = split(row.text(2)),
                               .created_at = row.integer(3),
                               .expires_at = row.integer(4),
                               .secret = {}});
                return store::Step::kContinue;
            });
    }));
    return all;
}

Result<ApiToken> Sessions::create_token(const Act& act, std::string name,
                                        std::vector<std::string> scopes,
                                        std::int64_t expires_days) {
    if (act.actor.session_id.empty() && act.actor.id != "system")
        return fail(ErrorKind::kPermissionDenied, "identity.session_needed",
                    "API tokens are made in a signed-in session, not with a token.");
    name = text::to_nfc(text::trim(name));
    if (text::shows_nothing(name) || name.size() > 200)
        return fail(ErrorKind::kInvalidArgument, "identity.bad_token_name",
                    "Give the token a name of 1 to 200 bytes.", "name", "max_token_name_bytes=200");
    if (scopes.empty())
        return fail(ErrorKind::kInvalidArgument, "identity.no_scopes", "Name at least one scope.",
                    "scopes");
    std::sort(scopes.begin(), scopes.end());
    scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
    for (const auto& scope : scopes)
        if (!parse_permission(scope))
            return fail(
                ErrorKind::kInvalidArgument, "identity.unknown_scope",
                "Scopes are read, import, review, publish, read_audit, administer, metrics.",
                "scopes");
    if (expires_days < 1 || expires_days > limits_.max_token_days)
        return fail(ErrorKind::kInvalidArgument, "identity.bad_expiry",
                    "expires_days is out of range.", "expires_days",
                    "max_token_days=" + std::to_string(limits_.max_token_days));
    const TimestampNs now_ns = parts_.clock.now_ns();
    ApiToken token{.id = new_ulid(parts_.clock, parts_.random),
                   .name = std::move(name),
                   .scopes = std::move(scopes),
                   .created_at = now_ns,
                   .expires_at = now_ns + expires_days * 86'400 * kSecond,
                   .secret = std::string(kTokenPrefix) + new_secret()};
    SAOLA_TRY_STATUS(parts_.sql.write([&](store::Connection& transaction) -> Status {
        SAOLA_TRY(const std::int64_t count,
                  transaction.query_integer("SELECT COUNT(*) FROM platform_token WHERE account = ?",
                                            {act.actor.id}));
        if (count >= limits_.max_tokens_per_account)
            return fail(ErrorKind::kResourceExhausted, "identity.too_many_tokens",
                        "Delete a token first.", {},
                        "max_tokens_per_account=" + std::to_string(limits_.max_tokens_per_account));
        SAOLA_TRY_STATUS(transaction.execute(
            "INSERT INTO platform_token (id, account, name, hash, scopes, created_at, expires_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            {token.id, act.actor.id, token.name, hash_of(token.secret), join(token.scopes),
             token.created_at, token.expires_at}));
        return parts_.audit.append(
            transaction,
            record_of(act, "identity.token.create", "token:" + token.id,
                      Json::object().set("name", token.name).set("scopes", join(token.scopes))));
    }));
    return token;
}

Status Sessions::delete_token(const Act& act, std::string_view id) {
    const std::string key(id);
    SAOLA_TRY_STATUS(parts_.sql.write([&](store::Connection& transaction) -> Status {
        SAOLA_TRY(const std::int64_t gone,
                  transaction.execute("DELETE FROM platform_token WHERE id = ? AND account = ?",
                                      {key, act.actor.id}));
        if (gone == 0)
            return fail(ErrorKind::kNotFound, "identity.no_token", "No such token of yours.", "id");
        return parts_.audit.append(
            transaction, record_of(act, "identity.token.delete", "token:" + key, Json::object()));
    }));
    forget(act.actor.id);
    parts_.events.drop_actor(
        act.actor.id);  // a stream may have been opened with it; others reconnect
    return {};
}

Result<std::string> Sessions::create_setup_link(const Act& act) {
    const std::string secret = new_secret();
    const TimestampNs now_ns = parts_.clock.now_ns();
    SAOLA_TRY_STATUS(parts_.sql.write([&](store::Connection& transaction) -> Status {
        SAOLA_TRY_STATUS(transaction.execute("DELETE FROM platform_setup_link"));
        SAOLA_TRY_STATUS(transaction.execute(
            "INSERT INTO platform_setup_link (hash, created_at, expires_at) VALUES (?, ?, ?)",
            {hash_of(secret), now_ns, now_ns + limits_.setup_link_s * kSecond}));
        return parts_.audit.append(
            transaction, record_of(act, "identity.setup_link.create", "", Json::object()));
    }));
    return secret;
}

Result<bool> Sessions::setup_link_valid(std::string_view secret) const {
    std::int64_t found = 0;
    SAOLA_TRY_STATUS(parts_.sql.read([&](store::Connection& connection) -> Status {
        SAOLA_TRY(found,
                  connection.query_integer(
                      "SELECT COUNT(*) FROM platform_setup_link WHERE hash = ? AND expires_at > ?",
                      {hash_of(secret), parts_.clock.now_ns()}));
        return {};
    }));
    return found > 0;
}

Checked<SignedIn> Sessions::use_setup_link(std::string_view secret, NewAccount given,
                                           const std::string& remote_address) {
    if (const auto seconds = by_address_.take(address_key(remote_address)); seconds > 0)
        return wait(seconds, "login_attempts_per_address=" +
                                 std::to_string(static_cast<int>(limits_.login_by_address.burst)));
    const auto no_link = [] {
        return fail(
            ErrorKind::kUnauthenticated, "identity.bad_setup_link",
            "The link is wrong, used or older than a day; make one with `saola admin setup-link`.",
            "token");
    };
    const auto valid = setup_link_valid(secret);
    if (!valid) return refuse(valid.error());
    if (!*valid) return refuse(no_link().value());
    // The first person holds every right; roles can be divided once there are more people.
    given.grants = {{Role::kAdmin, ""}, {Role::kCoordinator, ""}};
    auto prepared = directory_.prepare(std::move(given));
    if (!prepared) return refuse(std::move(prepared.error()));
    Actor self;
    self.id = prepared->account.id;
    self.name = prepared->account.name;
    const Status made = parts_.sql.write([&](store::Connection& transaction) -> Status {
        // Deleting the row is what uses the link up: of two requests at once, one deletes nothing.
        SAOLA_TRY(
            const std::int64_t used,
            transaction.execute("DELETE FROM platform_setup_link WHERE hash = ? AND expires_at > ?",
                                {hash_of(secret), parts_.clock.now_ns()}));
        if (used == 0) return no_link();
        SAOLA_TRY_STATUS(
            directory_.insert_account(transaction, prepared->account, prepared->password_hash));
        return parts_.audit.append(
            transaction,
            record_of({.actor = self, .remote_address = remote_address}, "identity.setup",
                      "account:" + self.id, Json::object().set("name", self.name)));
    });
    if (!made) return refuse(made.error());
    auto signed_in = open_session(self.id, remote_address, "identity.login");
    if (!signed_in) return refuse(std::move(signed_in.error()));
    return std::move(*signed_in);
}

Status Sessions::change_password(const Act& act, std::string_view current, std::string_view next) {
    if (act.actor.session_id.empty())
        return fail(ErrorKind::kPermissionDenied, "identity.session_needed",
                    "A password is changed in a signed-in session, not with a token.");
    if (const auto seconds = by_account_.take(act.actor.name); seconds > 0)
        return fail(wait(seconds, "password_attempts_per_account").value().error);
    auto id = authenticator_->authenticate(act.actor.name, current);
    if (!id && id.error().kind == ErrorKind::kUnauthenticated)
        return fail(ErrorKind::kUnprocessable, "identity.wrong_password",
                    "The current password is wrong.", "current");
    if (!id) return fail(std::move(id.error()));
    SAOLA_TRY_STATUS(check_password_policy(next, act.actor.name));
    SAOLA_TRY(const std::string hash, parts_.hasher.hash(next));
    SAOLA_TRY_STATUS(parts_.sql.write([&](store::Connection& transaction) -> Status {
        SAOLA_TRY_STATUS(transaction.execute(
            "UPDATE platform_account SET password = ?, updated_at = ? WHERE id = ?",
            {hash, parts_.clock.now_ns(), act.actor.id}));
        SAOLA_TRY_STATUS(
            transaction.execute("DELETE FROM platform_session WHERE account = ? AND id <> ?",
                                {act.actor.id, act.actor.session_id}));
        return parts_.audit.append(
            transaction,
            record_of(act, "identity.password.change", "account:" + act.actor.id, Json::object()));
    }));
    by_account_.give_back(act.actor.name);
    forget(act.actor.id);
    parts_.events.drop_actor(act.actor.id);
    return {};
}

Status Sessions::sweep() {
    const TimestampNs now_ns = parts_.clock.now_ns();
    const TimestampNs idle_before = now_ns - limits_.idle_s * kSecond;
    std::set<std::string, std::less<>> live;
    std::set<std::string, std::less<>> owners;
    std::int64_t dead = 0;
    SAOLA_TRY_STATUS(parts_.sql.read([&](store::Connection& connection) -> Status {
        live.clear();
        owners.clear();
        dead = 0;
        SAOLA_TRY_STATUS(
            connection.query("SELECT id, expires_at, last_seen_at FROM platform_session", {},
                             [&](const store::Row& row) {
                                 if (row.integer(1) > now_ns && row.integer(2) > idle_before)
                                     live.emplace(row.text(0));
                                 else
                                     ++dead;
                                 return store::Step::kContinue;
                             }));
        return connection.query("SELECT account FROM platform_token WHERE expires_at <= ?",
                                {now_ns}, [&](const store::Row& row) {
                                    owners.emplace(row.text(0));
                                    return store::Step::kContinue;
                                });
    }));
    if (dead > 0 || !owners.empty())
        SAOLA_TRY_STATUS(parts_.sql.write([&](store::Connection& transaction) -> Status {
            SAOLA_TRY_STATUS(transaction.execute(
                "DELETE FROM platform_session WHERE expires_at <= ? OR last_seen_at <= ?",
                {now_ns, idle_before}));
            SAOLA_TRY_STATUS(
                transaction.execute("DELETE FROM platform_token WHERE expires_at <= ?", {now_ns}));
            return {};
        }));
    // Also catches a stream that was opened while its session was being ended. One opened after
    // `live` was read is dropped too at worst, and reconnects.
    parts_.events.drop_if([&](const Actor& actor) {
        return actor.session_id.empty() ? owners.contains(actor.id)
                                        : !live.contains(actor.session_id);
    });
    return {};
}

}  // namespace saola::platform

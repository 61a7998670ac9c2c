// Signing in: sessions, API tokens, and the one-time link that makes the first administrator.
// Secrets leave this class once, when made; the database holds their SHA-256 only. Resolved
// identities are cached for kCacheSeconds (one process owns a data directory; several processes on
// one PostgreSQL see a revocation after that time at the latest).
// Blocking (SQL, Argon2): call on the worker pool. Thread-safe. Limits: SessionLimits.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "platform/accounts.h"
#include "platform/throttle.h"

namespace saola::platform {

struct SessionLimits {
    std::int64_t absolute_s = 12 * 3600;
    std::int64_t idle_s = 2 * 3600;
    std::int64_t setup_link_s = 24 * 3600;
    std::int64_t max_sessions_per_account = 20;  // the oldest ends
    std::int64_t max_tokens_per_account = 50;
    std::int64_t max_token_days = 365;
    std::size_t max_cached = 20'000;
    RateLimit login_by_account{.burst = 8, .per_second = 1.0 / 30};
    RateLimit login_by_address{.burst = 30, .per_second = 1.0 / 5};
};
inline constexpr std::string_view kTokenPrefix = "saola_";

struct SignedIn {
    std::string secret;  // value of the session cookie
    std::shared_ptr<Actor> actor;
};

struct ApiToken {
    std::string id;
    std::string name;
    std::vector<std::string> scopes;
    TimestampNs created_at = 0;
    TimestampNs expires_at = 0;
    std::string secret;  // only in the answer of create_token()
};

// Establishes which account somebody is. Local passwords are the only one now; OIDC will be
// another.
class Authenticator {
public:
    virtual ~Authenticator() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    // The account id, or kUnauthenticated. Must take the same time whether the name exists or not.
    [[nodiscard]] virtual Result<std::string> authenticate(std::string_view account_name,
                                                           std::string_view secret) = 0;
};
[[nodiscard]] std::unique_ptr<Authenticator> make_local_authenticator(store::Sql& sql,
                                                                      PasswordHasher& hasher);

// A refusal by rate limit carries how long to wait.
struct Refusal {
    Error error;
    std::int64_t retry_after_s = 0;  // 0: not a matter of time
};
template <class T>
using Checked = tl::expected<T, Refusal>;

class Sessions {
public:
    Sessions(Directory::Parts parts, Directory& directory,
             std::unique_ptr<Authenticator> authenticator, SessionLimits limits = {});

    // Identical answers, in identical time, for a wrong password, an unknown name and a disabled
    // account. Attempts are limited per account and per address; the address from which an account
    // last signed in has a limit of its own, so that neither attempts from elsewhere nor those of
    // others behind the same address lock its owner out.
    [[nodiscard]] Checked<SignedIn> login(std::string_view name, std::string_view password,
                                          const std::string& remote_address);
    [[nodiscard]] Status logout(const Act& act);
    // nullptr when the secret is unknown, expired, or its account disabled.
    [[nodiscard]] Result<std::shared_ptr<Actor>> resolve_session(std::string_view secret);
    [[nodiscard]] Result<std::shared_ptr<Actor>> resolve_token(std::string_view secret);

    [[nodiscard]] Result<std::vector<ApiToken>> tokens(const Actor& by) const;
    // `scopes` are names of permissions, at least one. Tokens cannot make tokens.
    [[nodiscard]] Result<ApiToken> create_token(const Act& act, std::string name,
                                                std::vector<std::string> scopes,
                                                std::int64_t expires_days);
    [[nodiscard]] Status delete_token(const Act& act, std::string_view id);

    // A new link ends the ones before it. Returns the secret.
    [[nodiscard]] Result<std::string> create_setup_link(const Act& act);
    [[nodiscard]] Result<bool> setup_link_valid(std::string_view secret) const;
    // Makes an administrator and coordinator over the whole tree, ends the link, signs in.
    [[nodiscard]] Checked<SignedIn> use_setup_link(std::string_view secret, NewAccount account,
                                                   const std::string& remote_address);

    // kUnprocessable when `current` is wrong. Ends the other sessions of the account.
    [[nodiscard]] Status change_password(const Act& act, std::string_view current,
                                         std::string_view next);

    // Removes what has expired and ends its streams. Called every minute.
    [[nodiscard]] Status sweep();
    void forget(std::string_view account_id);  // "" forgets every cached identity

private:
    struct Cached {
        std::shared_ptr<Actor> actor;
        TimestampNs until_ns = 0;
    };
    [[nodiscard]] std::shared_ptr<Actor> cached(const std::string& hash);
    void remember(const std::string& hash, const std::shared_ptr<Actor>& actor,
                  std::uint64_t generation, TimestampNs expires_at);
    [[nodiscard]] Result<SignedIn> open_session(const std::string& account_id,
                                                const std::string& remote_address,
                                                std::string_view action);
    void touch(const std::string& hash, TimestampNs now_ns);
    [[nodiscard]] std::string new_secret();

    Directory::Parts parts_;
    Directory& directory_;
    std::unique_ptr<Authenticator> authenticator_;
    const SessionLimits limits_;
    RateTable by_account_;
    RateTable by_address_;
    RateTable by_trusted_pair_;
    std::mutex mutex_;  // guards the three below
    std::map<std::string, Cached, std::less<>> cache_;
    std::uint64_t generation_ = 0;                // of the cache; forget() makes a new one
    std::map<std::string, std::string> trusted_;  // account name -> address of last sign-in
};

}  // namespace saola::platform

// Accounts, organisations and grants: what the administrator changes. Every change is checked
// against the acting person's rights, written with its audit record in one transaction, and ends
// the event streams and cached identities it touches. Blocking (SQL, Argon2): call on the worker
// pool. Thread-safe. Limits: DirectoryLimits; refusals name them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "platform/audit.h"
#include "platform/events.h"
#include "platform/identity.h"
#include "platform/passwords.h"
#include "store/sql.h"

namespace saola::platform {

struct Account {
    std::string id;
    std::string name;
    std::string display_name;
    bool disabled = false;
    TimestampNs created_at = 0;
    std::vector<Grant> grants;
};

struct NewAccount {
    std::string name;  // folded to lower case; [a-z0-9][a-z0-9._@-]{1,63}
    std::string password;
    std::string display_name;
    std::vector<Grant> grants;
};

struct AccountChange {
    std::optional<std::string> display_name{};
    std::optional<std::string> password{};
    std::optional<bool> disabled{};
    std::optional<std::vector<Grant>> grants{};
    std::string reason{};  // kept in the audit log
};

struct Organisation {
    std::string key;  // [a-z0-9][a-z0-9-]{0,63}, never changes
    std::string name;
    std::string kind;    // ministry, province, agency, institute, company, other
    std::string parent;  // "" directly below the root
};

// Whether the tree holds an organisation of this key.
[[nodiscard]] Result<bool> organisation_exists(store::Connection& connection, std::string_view key);

struct DirectoryLimits {
    std::int64_t max_accounts = 20'000;
    std::int64_t max_organisations = 10'000;
    std::size_t max_grants_per_account = 64;
    std::size_t max_name_bytes = 400;
    std::size_t max_reason_bytes = 2'000;
    int max_depth = 16;  // of the organisation tree
};

// Who acts, from where; for the audit log.
struct Act {
    const Actor& actor;
    std::string remote_address;
};

// Display names by account id, for lists of who did what; an id without an account is left out.
[[nodiscard]] Result<std::map<std::string, std::string, std::less<>>> display_names(
    store::Sql& sql, const std::set<std::string, std::less<>>& ids);

class Directory {
public:
    struct Parts {
        store::Sql& sql;
        const Clock& clock;
        Random& random;
        AuditLog& audit;
        EventHub& events;
        PasswordHasher& hasher;
        DirectoryLimits limits{};
    };
    explicit Directory(Parts parts);

    // Called after a change with the account it concerns, "" for all. Set once, before use.
    void on_change(std::function<void(std::string_view account_id)> forget);

    // An administrator over the whole tree sees and changes every account; one over a subtree those
    // whose grants all lie in it. Nobody hands out a grant outside the own administered subtree.
    [[nodiscard]] Result<std::vector<Account>> accounts(const Actor& by) const;
    [[nodiscard]] Result<Account> create_account(const Act& act, NewAccount account);
    // Writes the given fields only, and judges the rights of both accounts as they are then.
    // kConflict when it would leave no enabled administrator over the whole tree.
    [[nodiscard]] Result<Account> change_account(const Act& act, std::string_view id,
                                                 const AccountChange& change);
    [[nodiscard]] Result<Account> find_by_name(std::string_view name) const;
    [[nodiscard]] Result<std::int64_t> count_accounts() const;

    [[nodiscard]] Result<std::vector<Organisation>> organisations() const;
    [[nodiscard]] Result<Organisation> create_organisation(const Act& act,
                                                           Organisation organisation);
    // `parent` moves the whole subtree; kConflict when that would make a loop.
    [[nodiscard]] Result<Organisation> change_organisation(
        const Act& act, std::string_view key, const std::optional<std::string>& name,
        const std::optional<std::string>& kind, const std::optional<std::string>& parent);

    // Writes an account inside the caller's transaction (first administrator, tests).
    [[nodiscard]] Status insert_account(store::Connection& transaction, const Account& account,
                                        std::string_view password_hash);
    // Checks and completes a new account outside any transaction: folded name, policy, hash.
    struct Prepared {
        Account account;
        std::string password_hash;
    };
    [[nodiscard]] Result<Prepared> prepare(NewAccount account);

private:
    void changed(std::string_view account_id);
    struct PreparedChange {  // what needs no transaction
        std::string display_name, password_hash, reason;
    };
    [[nodiscard]] Result<PreparedChange> prepare_change(const Actor& by, std::string_view id,
                                                        const AccountChange& change);
    // kNotFound when it does not exist or `by` does not administer it.
    [[nodiscard]] Result<Account> administered(store::Connection& connection, const Actor& by,
                                               std::string_view id) const;
    [[nodiscard]] Status check_grants(store::Connection& connection, const Actor& by,
                                      const std::vector<Grant>& grants) const;
    [[nodiscard]] bool administers(const Actor& by, const Account& account) const;

    Parts parts_;
    std::function<void(std::string_view)> forget_;
};

// Who acts with the rights of this moment: some may have been taken since the request was let in.
// kPermissionDenied when the account was disabled. The command line has no account and keeps its
// own.
[[nodiscard]] Result<Actor> as_of_now(store::Connection& connection, const Actor& by);

// Shared with sessions.cc.
[[nodiscard]] Result<std::optional<Account>> load_account(store::Connection& connection,
                                                          std::string_view column,
                                                          std::string_view value);
[[nodiscard]] Result<OrganisationTree> load_tree(store::Connection& connection);
[[nodiscard]] std::string fold_account_name(std::string_view name);
[[nodiscard]] Json grants_json(const std::vector<Grant>& grants);
[[nodiscard]] AuditRecord record_of(const Act& act, std::string action, std::string object,
                                    std::string organisation, Json detail);

}  // namespace saola::platform

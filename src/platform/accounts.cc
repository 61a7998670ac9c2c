#include "platform/accounts.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"

namespace saola::platform {
namespace {

constexpr std::array<std::string_view, 6> kKinds = {"ministry",  "province", "agency",
                                                    "institute", "company",  "other"};

tl::unexpected<Error> invalid(std::string code, std::string message, std::string field,
                              std::string limit = {}) {
    return fail(ErrorKind::kInvalidArgument, "identity." + code, std::move(message),
                std::move(field), std::move(limit));
}

tl::unexpected<Error> denied(std::string message) {
    return fail(ErrorKind::kPermissionDenied, "identity.denied", std::move(message));
}

bool is_word(std::string_view text, std::string_view signs, std::size_t shortest) {
    if (text.size() < shortest || text.size() > 64) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!plain && (i == 0 || signs.find(c) == std::string_view::npos)) return false;
    }
    return true;
}

Result<std::string> clean_name(std::string_view text, std::string field, std::size_t max_bytes) {
    if (!text::is_valid_utf8(text))
        return invalid("bad_text", "The text is not valid UTF-8.", field);
    std::string name = text::to_nfc(text::trim(text));
    if (text::shows_nothing(name)) return invalid("empty_name", "A name is needed.", field);
    if (name.size() > max_bytes)
        return invalid("name_too_long", "The name is too long.", field,
                       "max_name_bytes=" + std::to_string(max_bytes));
    for (const char c : name)
        if (static_cast<unsigned char>(c) < 0x20)
            return invalid("bad_text", "Control characters are not allowed.", field);
    return name;
}

Status check_kind(std::string_view kind) {
    if (std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end()) return {};
    return invalid("bad_kind",
                   "kind must be ministry, province, agency, institute, company or other.", "kind");
}

Status write_grants(store::Connection& transaction, std::string_view account,
                    const std::vector<Grant>& grants) {
    SAOLA_TRY_STATUS(transaction.execute("DELETE FROM platform_grant WHERE account = ?",
                                         {std::string(account)}));
    for (const Grant& grant : grants)
        SAOLA_TRY_STATUS(transaction.execute(
            "INSERT INTO platform_grant (account, role, organisation) VALUES (?, ?, ?)",
            {std::string(account), std::string(to_string(grant.role)), grant.organisation}));
    return {};
}

Result<std::vector<Grant>> read_grants(store::Connection& connection, std::string_view account) {
    std::vector<Grant> grants;
    SAOLA_TRY_STATUS(
        connection.query("SELECT role, organisation FROM platform_grant WHERE account = ? ORDER BY "
                         "role, organisation",
                         {std::string(account)}, [&](const store::Row& row) {
                             if (const auto role = parse_role(row.text(0)))
                                 grants.push_back({*role, std::string(row.text(1))});
                             return store::Step::kContinue;
                         }));
    return grants;
}

Status end_sessions(store::Connection& transaction, std::string_view account) {
    SAOLA_TRY_STATUS(transaction.execute("DELETE FROM platform_session WHERE account = ?",
                                         {std::string(account)}));
    return {};
}

// An administrator resets a password because the account may be in other hands: what those hands
// made for themselves must not outlive it.
Status end_tokens(store::Connection& transaction, std::string_view account) {
    SAOLA_TRY_STATUS(transaction.execute("DELETE FROM platform_token WHERE account = ?",
                                         {std::string(account)}));
    return {};
}

// The last one who can hand out roles over the whole tree must stay.
Status keep_an_administrator(store::Connection& transaction) {
    SAOLA_TRY(const std::int64_t left,
              transaction.query_integer(
                  "SELECT COUNT(*) FROM platform_grant g JOIN platform_account a "
                  "ON a.id = g.account WHERE g.role = 'admin' AND g.organisation = '' "
                  "AND a.disabled = 0"));
    if (left > 0) return {};
    return fail(
        ErrorKind::kConflict, "identity.last_admin",
        "This would leave nobody who administers the whole tree; give that role to someone first.");
}

bool administers_all(const Account& account) {
    return std::any_of(account.grants.begin(), account.grants.end(), [](const Grant& grant) {
        return grant.role == Role::kAdmin && grant.organisation.empty();
    });
}

Json change_detail(const Account& account, const AccountChange& change, const std::string& reason) {
    Json detail = Json::object().set("name", account.name);
    if (change.display_name) detail.set("display_name", account.display_name);
    if (change.password) detail.set("password", "changed");
    if (change.disabled) detail.set("disabled", account.disabled);
    if (change.grants) detail.set("grants", grants_json(account.grants));
    if (!reason.empty()) detail.set("reason", reason);
    return detail;
}

std::optional<Organisation> find_in(const std::vector<Organisation>& all, std::string_view key) {
    for (const auto& organisation : all)
        if (organisation.key == key) return organisation;
    return std::nullopt;
}

// Depth of `key` below the root; a loop counts as endless.
int depth_of(const std::vector<Organisation>& all, std::string key) {
    std::map<std::string, std::string> parents;
    for (const auto& organisation : all) parents[organisation.key] = organisation.parent;
    int depth = 0;
    for (; !key.empty(); ++depth) {
        if (depth > static_cast<int>(all.size())) return std::numeric_limits<int>::max();
        key = parents[key];
    }
    return depth;
}

Result<std::vector<Organisation>> read_organisations(store::Connection& connection) {
    std::vector<Organisation> all;
    SAOLA_TRY_STATUS(
        connection.query("SELECT organisation_key, name, kind, parent FROM platform_organisation "
                         "ORDER BY organisation_key",
                         {}, [&](const store::Row& row) {
                             all.push_back({std::string(row.text(0)), std::string(row.text(1)),
                                            std::string(row.text(2)), std::string(row.text(3))});
                             return store::Step::kContinue;
                         }));
    return all;
}

// Two who make the same at the same moment (PostgreSQL): the one who comes second meets the table's
// constraint, and is told what the check before it would have said.
Status taken_if_unique(Status written, Error taken) {
    if (!written && written.error().code == "store.unique") return fail(std::move(taken));
    return written;
}

Error name_taken() {
    return {.kind = ErrorKind::kConflict,
            .code = "identity.name_taken",
            .message = "An account with this name exists.",
            .field = "name"};
}

Error key_taken() {
    return {.kind = ErrorKind::kConflict,
            .code = "identity.key_taken",
            .message = "An organisation with this key exists.",
            .field = "key"};
}

}  // namespace

Json grants_json(const std::vector<Grant>& grants) {
    Json list = Json::array();
    for (const Grant& grant : grants)
        list.push(Json::object()
                      .set("role", to_string(grant.role))
                      .set("organisation", grant.organisation));
    return list;
}

AuditRecord record_of(const Act& act, std::string action, std::string object,
                      std::string organisation, Json detail) {
    return {.actor_id = act.actor.id,
            .actor_name = act.actor.name,
            .action = std::move(action),
            .object = std::move(object),
            .organisation = std::move(organisation),
            .remote_address = act.remote_address,
            .detail = std::move(detail)};
}

std::string fold_account_name(std::string_view name) {
    std::string out(text::trim(name));
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

Result<std::map<std::string, std::string, std::less<>>> display_names(
    store::Sql& sql, const std::set<std::string, std::less<>>& ids) {
    std::map<std::string, std::string, std::less<>> names;
    SAOLA_TRY_STATUS(sql.read([&](store::Connection& connection) -> Status {
        names.clear();
        for (const std::string& id : ids) {
            SAOLA_TRY_STATUS(
                connection.query("SELECT display_name FROM platform_account WHERE id = ?", {id},
                                 [&](const store::Row& row) {
                                     names.emplace(id, row.text(0));
                                     return store::Step::kStop;
                                 }));
        }
        return {};
    }));
    return names;
}

Result<std::optional<Account>> load_account(store::Connection& connection, std::string_view column,
                                            std::string_view value) {
    std::optional<Account> account;
    const std::string sql =
        "SELECT id, name, display_name, disabled, created_at FROM platform_account WHERE " +
        std::string(column) + " = ?";
    SAOLA_TRY_STATUS(connection.query(sql, {std::string(value)}, [&](const store::Row& row) {
        account = Account{.id = std::string(row.text(0)),
                          .name = std::string(row.text(1)),
                          .display_name = std::string(row.text(2)),
                          .disabled = row.integer(3) != 0,
                          .created_at = row.integer(4),
                          .grants = {}};
        return store::Step::kStop;
    }));
    if (account) {
        SAOLA_TRY(account->grants, read_grants(connection, account->id));
    }
    return account;
}

Result<OrganisationTree> load_tree(store::Connection& connection) {
    OrganisationTree tree;
    SAOLA_TRY_STATUS(connection.query("SELECT organisation_key, parent FROM platform_organisation",
                                      {}, [&](const store::Row& row) {
                                          tree.add(std::string(row.text(0)),
                                                   std::string(row.text(1)));
                                          return store::Step::kContinue;
                                      }));
    return tree;
}

Result<Actor> as_of_now(store::Connection& connection, const Actor& by) {
    Actor now = by;
    SAOLA_TRY(const std::optional<Account> account, load_account(connection, "id", by.id));
    if (!account) return now;
    if (account->disabled) return denied("Your account was disabled.");
    SAOLA_TRY(const OrganisationTree tree, load_tree(connection));
    now.grants = account->grants;
    resolve_grants(now, tree);
    return now;
}

Directory::Directory(Parts parts) : parts_(parts) {}

void Directory::on_change(std::function<void(std::string_view)> forget) {
    forget_ = std::move(forget);
}

void Directory::changed(std::string_view account_id) {
    if (forget_) forget_(account_id);
    if (account_id.empty())
        parts_.events.drop_everyone();
    else
        parts_.events.drop_actor(account_id);
}

Status Directory::check_grants(store::Connection& connection, const Actor& by,
                               const std::vector<Grant>& grants) const {
    if (grants.size() > parts_.limits.max_grants_per_account)
        return invalid(
            "too_many_grants", "Too many grants for one account.", "grants",
            "max_grants_per_account=" + std::to_string(parts_.limits.max_grants_per_account));
    SAOLA_TRY(const auto all, read_organisations(connection));
    std::set<std::pair<Role, std::string_view>> seen;
    for (const Grant& grant : grants) {
        if (!seen.emplace(grant.role, grant.organisation).second)
            return fail(ErrorKind::kConflict, "identity.duplicate_grant",
                        "The role " + std::string(to_string(grant.role)) +
                            " is given twice over the same organisation.",
                        "grants");
        if (!grant.organisation.empty() && !find_in(all, grant.organisation))
            return invalid(
                "unknown_organisation",
                "No organisation has the key \"" + grant.organisation.substr(0, 80) + "\".",
                "grants");
        if (!by.can(Permission::kAdminister, grant.organisation))
            return denied("You may hand out roles only below organisations that you administer.");
    }
    return {};
}

bool Directory::administers(const Actor& by, const Account& account) const {
    if (by.can(Permission::kAdminister, "")) return true;
    return !account.grants.empty() &&
           std::all_of(account.grants.begin(), account.grants.end(), [&](const Grant& g) {
               return by.can(Permission::kAdminister, g.organisation);
           });
}

Result<std::vector<Account>> Directory::accounts(const Actor& by) const {
    std::vector<Account> all;
    SAOLA_TRY_STATUS(parts_.sql.read([&](store::Connection& connection) -> Status {
        std::map<std::string, std::vector<Grant>> grants;
        SAOLA_TRY_STATUS(connection.query(
            "SELECT account, role, organisation FROM platform_grant ORDER BY account, role, "
            "organisation",
            {}, [&](const store::Row& row) {
                if (const auto role = parse_role(row.text(1)))
                    grants[std::string(row.text(0))].push_back({*role, std::string(row.text(2))});
                return store::Step::kContinue;
            }));
        all.clear();
        return connection.query(
            "SELECT id, name, display_name, disabled, created_at FROM platform_account ORDER BY "
            "name",
            {}, [&](const store::Row& row) {
                Account account{.id = std::string(row.text(0)),
                                .name = std::string(row.text(1)),
                                .display_name = std::string(row.text(2)),
                                .disabled = row.integer(3) != 0,
                                .created_at = row.integer(4),
                                .grants = grants[std::string(row.text(0))]};
                if (administers(by, account)) all.push_back(std::move(account));
                return store::Step::kContinue;
            });
    }));
    return all;
}

Result<Directory::Prepared> Directory::prepare(NewAccount given) {
    Prepared prepared;
    Account& account = prepared.account;
    account.name = fold_account_name(given.name);
    if (!is_word(account.name, "._@-", 2))
        return invalid("bad_name",
                       "A login name has 2 to 64 letters a-z, digits, and . _ @ - inside.", "name");
    const std::string_view shown = given.display_name.empty() ? account.name : given.display_name;
    SAOLA_TRY(account.display_name,
              clean_name(shown, "display_name", parts_.limits.max_name_bytes));
    SAOLA_TRY_STATUS(check_password_policy(given.password, account.name));
    SAOLA_TRY(prepared.password_hash, parts_.hasher.hash(given.password));
    account.id = new_ulid(parts_.clock, parts_.random);
    account.created_at = parts_.clock.now_ns();
    account.grants = std::move(given.grants);
    return prepared;
}

Status Directory::insert_account(store::Connection& transaction, const Account& account,
                                 std::string_view password_hash) {
    SAOLA_TRY(const std::int64_t count,
              transaction.query_integer("SELECT COUNT(*) FROM platform_account"));
    if (count >= parts_.limits.max_accounts)
        return fail(ErrorKind::kResourceExhausted, "identity.too_many_accounts",
                    "No more accounts can be created.", {},
                    "max_accounts=" + std::to_string(parts_.limits.max_accounts));
    SAOLA_TRY(const std::int64_t same,
              transaction.query_integer("SELECT COUNT(*) FROM platform_account WHERE name = ?",
                                        {account.name}));
    if (same > 0) return fail(name_taken());
    SAOLA_TRY_STATUS(
        transaction.execute("INSERT INTO platform_account (id, name, display_name, password, "
                            "disabled, created_at, updated_at) "
                            "VALUES (?, ?, ?, ?, 0, ?, ?)",
                            {account.id, account.name, account.display_name,
                             std::string(password_hash), account.created_at, account.created_at}));
    return write_grants(transaction, account.id, account.grants);
}

Result<Account> Directory::create_account(const Act& act, NewAccount given) {
    if (given.grants.empty() && !act.actor.can(Permission::kAdminister, ""))
        return invalid("grants_needed",
                       "Give the account a role in an organisation that you administer.", "grants");
    // Before the password is hashed: a refusal must not cost that much. Asked again when written.
    SAOLA_TRY_STATUS(parts_.sql.read([&](store::Connection& connection) {
        return check_grants(connection, act.actor, given.grants);
    }));
    SAOLA_TRY(const Prepared prepared, prepare(std::move(given)));
    const Account& account = prepared.account;
    const Status written = parts_.sql.write([&](store::Connection& transaction) -> Status {
        SAOLA_TRY(const Actor by, as_of_now(transaction, act.actor));
        if (account.grants.empty() && !by.can(Permission::kAdminister, ""))
            return denied("You may no longer create accounts.");
        SAOLA_TRY_STATUS(check_grants(transaction, by, account.grants));
        SAOLA_TRY_STATUS(insert_account(transaction, account, prepared.password_hash));
        return parts_.audit.append(
            transaction,
            record_of(act, "identity.account.create", "account:" + account.id,
                      account.grants.empty() ? "" : account.grants.front().organisation,
                      Json::object()
                          .set("name", account.name)
                          .set("grants", grants_json(account.grants))));
    });
    SAOLA_TRY_STATUS(taken_if_unique(written, name_taken()));
    return account;
}

Result<Account> Directory::administered(store::Connection& connection, const Actor& by,
                                        std::string_view id) const {
    SAOLA_TRY(std::optional<Account> account, load_account(connection, "id", id));
    if (!account || !administers(by, *account))
        return fail(ErrorKind::kNotFound, "identity.no_account", "No such account.", "id");
    return std::move(*account);
}

Result<Directory::PreparedChange> Directory::prepare_change(const Actor& by, std::string_view id,
                                                            const AccountChange& change) {
    Account account;
    SAOLA_TRY_STATUS(parts_.sql.read([&](store::Connection& connection) -> Status {
        SAOLA_TRY(account, administered(connection, by, id));
        if (!change.grants) return {};
        return check_grants(connection, by, *change.grants);
    }));
    PreparedChange prepared;
    if (!text::shows_nothing(change.reason))
        prepared.reason = text::to_nfc(text::trim(change.reason));
    if (!text::is_valid_utf8(change.reason) ||
        prepared.reason.size() > parts_.limits.max_reason_bytes)
        return invalid("bad_reason", "The reason is too long, or no valid UTF-8.", "reason",
                       "max_reason_bytes=" + std::to_string(parts_.limits.max_reason_bytes));
    if (change.display_name) {
        SAOLA_TRY(prepared.display_name,
                  clean_name(*change.display_name, "display_name", parts_.limits.max_name_bytes));
    }
    if (change.password) {
        SAOLA_TRY_STATUS(check_password_policy(*change.password, account.name));
        SAOLA_TRY(prepared.password_hash, parts_.hasher.hash(*change.password));
    }
    return prepared;
}

Result<Account> Directory::change_account(const Act& act, std::string_view id,
                                          const AccountChange& change) {
    // Hashing takes a good part of a second, so it happens before the transaction. What others
    // change meanwhile must neither be lost nor escape the check of rights: both are in the write.
    SAOLA_TRY(const PreparedChange prepared, prepare_change(act.actor, id, change));
    const std::string key(id);
    Account account;
    SAOLA_TRY_STATUS(parts_.sql.write([&](store::Connection& transaction) -> Status {
        SAOLA_TRY(const Actor by, as_of_now(transaction, act.actor));
        SAOLA_TRY(account, administered(transaction, by, id));
        const bool was_administrator = !account.disabled && administers_all(account);
        if (change.grants) {
            SAOLA_TRY_STATUS(check_grants(transaction, by, *change.grants));
            account.grants = *change.grants;
            SAOLA_TRY_STATUS(write_grants(transaction, key, account.grants));
        }
        if (change.display_name) account.display_name = prepared.display_name;
        if (change.disabled) account.disabled = *change.disabled;
        SAOLA_TRY_STATUS(transaction.execute(
            "UPDATE platform_account SET display_name = ?, disabled = ?, updated_at = ? WHERE id = "
            "?",
            {account.display_name, std::int64_t{account.disabled}, parts_.clock.now_ns(), key}));
        if (change.password) {
            SAOLA_TRY_STATUS(
                transaction.execute("UPDATE platform_account SET password = ? WHERE id = ?",
                                    {prepared.password_hash, key}));
            SAOLA_TRY_STATUS(end_tokens(transaction, key));
        }
        if (change.password || account.disabled) SAOLA_TRY_STATUS(end_sessions(transaction, key));
        if (was_administrator) SAOLA_TRY_STATUS(keep_an_administrator(transaction));
        return parts_.audit.append(
            transaction,
            record_of(act, "identity.account.change", "account:" + key,
                      account.grants.empty() ? "" : account.grants.front().organisation,
                      change_detail(account, change, prepared.reason)));
    }));
    changed(key);
    return account;
}

Result<Account> Directory::find_by_name(std::string_view name) const {
    std::optional<Account> account;
    SAOLA_TRY_STATUS(parts_.sql.read([&](store::Connection& connection) -> Status {
        SAOLA_TRY(account, load_account(connection, "name", fold_account_name(name)));
        return {};
    }));
    if (!account)
        return fail(ErrorKind::kNotFound, "identity.no_account", "No account has this name.",
                    "name");
    return *account;
}

Result<std::int64_t> Directory::count_accounts() const {
    std::int64_t count = 0;
    SAOLA_TRY_STATUS(parts_.sql.read([&](store::Connection& connection) -> Status {
        SAOLA_TRY(count, connection.query_integer("SELECT COUNT(*) FROM platform_account"));
        return {};
    }));
    return count;
}

Result<std::vector<Organisation>> Directory::organisations() const {
    std::vector<Organisation> all;
    SAOLA_TRY_STATUS(parts_.sql.read([&](store::Connection& connection) -> Status {
        SAOLA_TRY(all, read_organisations(connection));
        return {};
    }));
    return all;
}

Result<bool> organisation_exists(store::Connection& connection, std::string_view key) {
    SAOLA_TRY(const std::int64_t found,
              connection.query_integer(
                  "SELECT COUNT(*) FROM platform_organisation WHERE organisation_key = ?",
                  {std::string(key)}));
    return found > 0;
}

Result<Organisation> Directory::create_organisation(const Act& act, Organisation given) {
    if (!is_word(given.key, "-", 1))
        return invalid("bad_key", "A key has 1 to 64 letters a-z, digits, and - inside.", "key");
    SAOLA_TRY(given.name, clean_name(given.name, "name", parts_.limits.max_name_bytes));
    SAOLA_TRY_STATUS(check_kind(given.kind));
    if (!act.actor.can(Permission::kAdminister, given.parent))
        return denied("You may add organisations only below one that you administer.");
    const Status written = parts_.sql.write([&](store::Connection& transaction) -> Status {
        SAOLA_TRY(const auto all, read_organisations(transaction));
        if (static_cast<std::int64_t>(all.size()) >= parts_.limits.max_organisations)
            return fail(ErrorKind::kResourceExhausted, "identity.too_many_organisations",
                        "No more organisations can be created.", {},
                        "max_organisations=" + std::to_string(parts_.limits.max_organisations));
        if (find_in(all, given.key)) return fail(key_taken());
        if (!given.parent.empty() && !find_in(all, given.parent))
            return invalid("unknown_organisation", "The parent does not exist.", "parent");
        if (depth_of(all, given.parent) >= parts_.limits.max_depth)
            return invalid("tree_too_deep", "The tree would become too deep.", "parent",
                           "max_depth=" + std::to_string(parts_.limits.max_depth));
        SAOLA_TRY_STATUS(transaction.execute(
            "INSERT INTO platform_organisation (organisation_key, name, kind, parent, created_at) "
            "VALUES (?, ?, ?, ?, ?)",
            {given.key, given.name, given.kind, given.parent, parts_.clock.now_ns()}));
        return parts_.audit.append(transaction, record_of(act, "identity.organisation.create",
                                                          "organisation:" + given.key, given.key,
                                                          Json::object()
                                                              .set("name", given.name)
                                                              .set("kind", given.kind)
                                                              .set("parent", given.parent)));
    });
    SAOLA_TRY_STATUS(taken_if_unique(written, key_taken()));
    // Grants above it now cover it: identities resolve anew, streams may go on (they gain, not
    // lose).
    if (forget_) forget_("");
    return given;
}

Result<Organisation> Directory::change_organisation(const Act& act, std::string_view key,
                                                    const std::optional<std::string>& name,
                                                    const std::optional<std::string>& kind,
                                                    const std::optional<std::string>& parent) {
    Organisation result;
    const auto no_such = [] {
        return fail(ErrorKind::kNotFound, "identity.no_organisation", "No such organisation.",
                    "key");
    };
    if (!act.actor.can(Permission::kAdminister, key)) return no_such();
    std::string new_name;
    if (name) {
        SAOLA_TRY(new_name, clean_name(*name, "name", parts_.limits.max_name_bytes));
    }
    if (kind) SAOLA_TRY_STATUS(check_kind(*kind));
    if (parent && !act.actor.can(Permission::kAdminister, *parent))
        return denied("You may move an organisation only below one that you administer.");
    SAOLA_TRY_STATUS(parts_.sql.write([&](store::Connection& transaction) -> Status {
        SAOLA_TRY(auto all, read_organisations(transaction));
        const auto found = find_in(all, key);
        if (!found) return no_such();
        result = *found;
        if (name) result.name = new_name;
        if (kind) result.kind = *kind;
        if (parent) result.parent = *parent;
        if (!result.parent.empty() && !find_in(all, result.parent))
            return invalid("unknown_organisation", "The parent does not exist.", "parent");
        for (auto& organisation : all)
            if (organisation.key == key) organisation = result;
        for (const auto& organisation : all)
            if (depth_of(all, organisation.key) > parts_.limits.max_depth)
                return fail(ErrorKind::kConflict, "identity.tree_loop",
                            "The move would make a loop or a tree that is too deep.", "parent",
                            "max_depth=" + std::to_string(parts_.limits.max_depth));
        SAOLA_TRY_STATUS(
            transaction.execute("UPDATE platform_organisation SET name = ?, kind = ?, parent = ? "
                                "WHERE organisation_key = ?",
                                {result.name, result.kind, result.parent, result.key}));
        return parts_.audit.append(transaction, record_of(act, "identity.organisation.change",
                                                          "organisation:" + result.key, result.key,
                                                          Json::object()
                                                              .set("name", result.name)
                                                              .set("kind", result.kind)
                                                              .set("parent", result.parent)));
    }));
    if (parent) changed("");
    return result;
}

}  // namespace saola::platform

// Who is asking, and what they may see. Accounts, sessions, API tokens, organisations, roles.
// Actor is a snapshot taken when a request is authenticated; modules check it and pass it on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace saola::platform {

// Ordered only by name; what a role may do is in can().
enum class Role : std::uint8_t { kViewer, kReporter, kReviewer, kCoordinator, kAuditor, kAdmin };
[[nodiscard]] std::string_view to_string(Role role) noexcept;
[[nodiscard]] std::optional<Role> parse_role(std::string_view text) noexcept;

enum class Classification : std::uint8_t { kPublic = 0, kInternal = 1, kRestricted = 2 };
[[nodiscard]] std::string_view to_string(Classification value) noexcept;

enum class Permission : std::uint8_t {
    kRead,        // see rows within scope
    kImport,      // propose rows                    reporter, reviewer, coordinator, admin
    kReview,      // accept, dismiss, correct        reviewer, coordinator
    kPublish,     // release, publish                coordinator
    kReadAudit,   // audit log                       auditor, admin
    kAdminister,  // accounts, organisations, roles  admin
    kMetrics,     // /metrics                        admin
};
inline constexpr int kPermissionCount = 7;
// "read", "import", "review", "publish", "read_audit", "administer", "metrics": also the scopes of
// API tokens.
[[nodiscard]] std::string_view to_string(Permission permission) noexcept;
[[nodiscard]] std::optional<Permission> parse_permission(std::string_view text) noexcept;
[[nodiscard]] bool role_allows(Role role, Permission permission) noexcept;

// A role held over an organisation and everything below it. organisation "" = the whole tree.
struct Grant {
    Role role = Role::kViewer;
    std::string organisation;
};

// Parents and children by organisation key ("bo-khcn"), which is the identity of an organisation
// everywhere in Saola. "" is the root above all. Value type.
class OrganisationTree {
public:
    void add(std::string key, std::string parent);
    [[nodiscard]] bool contains(std::string_view key) const;
    // The organisation and everything below it; empty when the key is not known.
    [[nodiscard]] std::set<std::string, std::less<>> subtree(std::string_view key) const;

private:
    std::map<std::string, std::vector<std::string>, std::less<>> children_;
    std::set<std::string, std::less<>> known_;
};

// A grant with its subtree spelled out, so that a check is one look-up.
struct ResolvedGrant {
    Role role = Role::kViewer;
    bool everywhere = false;
    std::set<std::string, std::less<>> organisations;
};

struct Actor final : net::RequestContext {
    std::string id;    // account id (ULID), "system" for the CLI on its own data directory
    std::string name;  // login name
    std::string display_name;
    std::vector<Grant> grants;
    std::set<std::string, std::less<>>
        scopes;              // API token: allowed permissions; empty: all of the roles
    std::string session_id;  // "" for tokens and the CLI
    std::string csrf_token;
    std::vector<ResolvedGrant> resolved;  // of grants, by resolve_grants()
    // Keys of all organisations at or below the grants, resolved when authenticated; `everywhere`
    // when some grant covers the whole tree.
    std::set<std::string, std::less<>> organisations;
    bool everywhere = false;

    [[nodiscard]] bool can(Permission permission) const;  // anywhere
    // Over this organisation. "" is a row of the whole programme: only a grant over the whole tree.
    [[nodiscard]] bool can(Permission permission, std::string_view organisation) const;
    // Row visibility: public to every actor; internal to every signed-in actor; restricted only to
    // actors with a grant over the row's organisation (or everywhere). An API token without the
    // scope "read" sees public rows only. A query layer that filters in SQL uses `everywhere`,
    // `organisations` and sees(kInternal, "") and must select the same rows.
    [[nodiscard]] bool sees(Classification classification, std::string_view organisation) const;

private:
    [[nodiscard]] bool scope_allows(Permission permission) const;
};
// Fills resolved, organisations and everywhere from grants. A grant over an unknown key gives
// nothing.
void resolve_grants(Actor& actor, const OrganisationTree& tree);

// The actor of an authenticated request; abort (bug) when the route did not require one.
[[nodiscard]] const Actor& actor_of(const net::Request& request);
// The CLI on its own data directory: coordinator and admin over the whole tree.
[[nodiscard]] Actor system_actor();

}  // namespace saola::platform

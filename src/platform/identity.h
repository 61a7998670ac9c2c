// Who is asking, and what they may see. Accounts, sessions, API tokens, organisations, roles.
// Actor is a snapshot taken when a request is authenticated; modules check it and pass it on.
#pragma once

#include <cstdint>
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
};

// A role held over an organisation and everything below it. organisation "" = the whole tree.
struct Grant {
    Role role = Role::kViewer;
    std::string organisation;
};

struct Actor final : net::RequestContext {
    std::string id;              // account id (ULID), "system" for the CLI on its own data directory
    std::string name;            // login name
    std::string display_name;
    std::vector<Grant> grants;
    std::set<std::string, std::less<>> scopes;   // API token: allowed permissions; empty: all of the roles
    std::string session_id;      // "" for tokens and the CLI
    std::string csrf_token;
    // Ids of all organisations at or below the grants, resolved when authenticated; `everywhere`
    // when some grant covers the whole tree.
    std::set<std::string, std::less<>> organisations;
    bool everywhere = false;

    [[nodiscard]] bool can(Permission permission) const;                       // anywhere
    [[nodiscard]] bool can(Permission permission, std::string_view organisation) const;
    // Row visibility: public to every actor; internal to every signed-in actor; restricted only to
    // actors with a grant over the row's organisation (or everywhere).
    [[nodiscard]] bool sees(Classification classification, std::string_view organisation) const;
};

// The actor of an authenticated request; abort (bug) when the route did not require one.
[[nodiscard]] const Actor& actor_of(const net::Request& request);
[[nodiscard]] Actor system_actor();

}  // namespace saola::platform

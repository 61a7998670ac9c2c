#include "platform/identity.h"

#include <array>

#include "base/check.h"

namespace saola::platform {
namespace {

constexpr std::array<std::string_view, 6> kRoleNames = {"viewer",      "reporter", "reviewer",
                                                        "coordinator", "auditor",  "admin"};
constexpr std::array<std::string_view, kPermissionCount> kPermissionNames = {
    "read", "import", "review", "publish", "read_audit", "administer", "metrics"};

}  // namespace

std::string_view to_string(Role role) noexcept {
    return kRoleNames[static_cast<std::size_t>(role)];
}

std::optional<Role> parse_role(std::string_view text) noexcept {
    for (std::size_t i = 0; i < kRoleNames.size(); ++i)
        if (kRoleNames[i] == text) return static_cast<Role>(i);
    return std::nullopt;
}

std::string_view to_string(Permission permission) noexcept {
    return kPermissionNames[static_cast<std::size_t>(permission)];
}

std::optional<Permission> parse_permission(std::string_view text) noexcept {
    for (std::size_t i = 0; i < kPermissionNames.size(); ++i)
        if (kPermissionNames[i] == text) return static_cast<Permission>(i);
    return std::nullopt;
}

std::string_view to_string(Classification value) noexcept {
    switch (value) {
        case Classification::kPublic: return "public";
        case Classification::kInternal: return "internal";
        case Classification::kRestricted: return "restricted";
    }
    return "restricted";
}

bool role_allows(Role role, Permission permission) noexcept {
    switch (permission) {
        case Permission::kRead: return true;
        case Permission::kImport:
            return role == Role::kReporter || role == Role::kReviewer ||
                   role == Role::kCoordinator || role == Role::kAdmin;
        case Permission::kReview: return role == Role::kReviewer || role == Role::kCoordinator;
        case Permission::kPublish: return role == Role::kCoordinator;
        case Permission::kReadAudit: return role == Role::kAuditor || role == Role::kAdmin;
        case Permission::kAdminister:
        case Permission::kMetrics: return role == Role::kAdmin;
    }
    return false;
}

bool Actor::scope_allows(Permission permission) const {
    return scopes.empty() || scopes.contains(to_string(permission));
}

bool Actor::can(Permission permission) const {
    if (!scope_allows(permission)) return false;
    for (const Grant& grant : grants)
        if (role_allows(grant.role, permission)) return true;
    return false;
}

bool Actor::can(Permission permission, std::string_view organisation) const {
    if (!scope_allows(permission)) return false;
    for (const ResolvedGrant& grant : resolved) {
        if (!role_allows(grant.role, permission)) continue;
        if (grant.everywhere || grant.organisations.contains(organisation)) return true;
    }
    return false;
}

bool Actor::sees(Classification classification, std::string_view organisation) const {
    if (classification == Classification::kPublic) return true;
    if (id.empty() || !scope_allows(Permission::kRead)) return false;
    if (classification == Classification::kInternal) return true;
    return everywhere || organisations.contains(organisation);
}

void resolve_grants(Actor& actor, const OrganisationTree& tree) {
    actor.resolved.clear();
    actor.organisations.clear();
    actor.everywhere = false;
    const bool reads = actor.scopes.empty() || actor.scopes.contains(to_string(Permission::kRead));
    for (const Grant& grant : actor.grants) {
        ResolvedGrant resolved{
            .role = grant.role, .everywhere = grant.organisation.empty(), .organisations = {}};
        if (resolved.everywhere) {
            actor.everywhere = actor.everywhere || reads;
        } else {
            resolved.organisations = tree.subtree(grant.organisation);
            if (reads)
                actor.organisations.insert(resolved.organisations.begin(),
                                           resolved.organisations.end());
        }
        actor.resolved.push_back(std::move(resolved));
    }
}

const Actor& actor_of(const net::Request& request) {
    const auto* actor = dynamic_cast<const Actor*>(request.context.get());
    SAOLA_CHECK(actor != nullptr);
    return *actor;
}

Actor system_actor() {
    Actor actor;
    actor.id = "system";
    actor.name = "system";
    actor.display_name = "Saola";
    for (const Role role : {Role::kCoordinator, Role::kAdmin}) actor.grants.push_back({role, ""});
    resolve_grants(actor, OrganisationTree{});
    return actor;
}

void OrganisationTree::add(std::string key, std::string parent) {
    children_[std::move(parent)].push_back(key);
    known_.insert(std::move(key));
}

bool OrganisationTree::contains(std::string_view key) const { return known_.contains(key); }

std::set<std::string, std::less<>> OrganisationTree::subtree(std::string_view key) const {
    std::set<std::string, std::less<>> found;
    if (!known_.contains(key)) return found;
    std::vector<std::string> open{std::string(key)};
    while (!open.empty()) {
        std::string next = std::move(open.back());
        open.pop_back();
        // A loop cannot be stored, but a walk over one must end all the same.
        if (!found.insert(next).second) continue;
        if (const auto it = children_.find(next); it != children_.end())
            open.insert(open.end(), it->second.begin(), it->second.end());
    }
    return found;
}

}  // namespace saola::platform

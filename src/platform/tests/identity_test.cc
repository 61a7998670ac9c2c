#include "platform/identity.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/ids.h"

namespace saola::platform {
namespace {

TEST(Role, NamesRoundTrip) {
    for (int i = 0; i < 6; ++i) {
        const auto role = static_cast<Role>(i);
        EXPECT_EQ(parse_role(to_string(role)), role);
    }
    for (int i = 0; i < kPermissionCount; ++i) {
        const auto permission = static_cast<Permission>(i);
        EXPECT_EQ(parse_permission(to_string(permission)), permission);
    }
    EXPECT_FALSE(parse_role("root"));
    EXPECT_FALSE(parse_permission(""));
}

// The table of the design, written out by hand; role_allows() must be it.
TEST(Role, AllowsExactlyTheTable) {
    const std::vector<std::pair<Role, std::string>> table = {
        {Role::kViewer, "r------"},      {Role::kReporter, "ri-----"}, {Role::kReviewer, "riv----"},
        {Role::kCoordinator, "rivp---"}, {Role::kAuditor, "r---a--"},  {Role::kAdmin, "ri--aAm"}};
    const std::string letters = "rivpaAm";
    for (const auto& [role, row] : table)
        for (int i = 0; i < kPermissionCount; ++i)
            EXPECT_EQ(role_allows(role, static_cast<Permission>(i)),
                      row[static_cast<std::size_t>(i)] == letters[static_cast<std::size_t>(i)])
                << to_string(role) << " " << i;
}

struct World {
    std::vector<std::string> keys;
    std::vector<int> parent;  // index, -1: directly below the root
    OrganisationTree tree;
};

World random_world(SeededRandom& random) {
    World world;
    const auto count = 1 + random.below(25);
    for (std::uint64_t i = 0; i < count; ++i) {
        world.keys.push_back("o" + std::to_string(i));
        world.parent.push_back(i == 0 || random.below(4) == 0 ? -1
                                                              : static_cast<int>(random.below(i)));
    }
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = i;
    for (std::size_t i = count - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);
    for (const std::size_t i : order)
        world.tree.add(world.keys[i], world.parent[i] < 0
                                          ? ""
                                          : world.keys[static_cast<std::size_t>(world.parent[i])]);
    return world;
}

// The oracle climbs from the row's organisation to the root, the code under test walks down.
bool covers(const World& world, const std::string& granted, const std::string& row) {
    if (granted.empty()) return true;
    auto it = std::find(world.keys.begin(), world.keys.end(), row);
    if (it == world.keys.end()) return false;
    for (int at = static_cast<int>(it - world.keys.begin()); at >= 0;
         at = world.parent[static_cast<std::size_t>(at)])
        if (world.keys[static_cast<std::size_t>(at)] == granted) return true;
    return false;
}

TEST(ActorProperty, SeesAndCanAgreeWithTheNaiveOracle) {
    int visible = 0;
    int hidden = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        SeededRandom random(seed);
        const World world = random_world(random);
        Actor actor;
        actor.id = "someone";
        for (std::uint64_t i = random.below(4); i > 0; --i) {
            const auto pick = random.below(world.keys.size() + 2);
            const std::string where = pick < world.keys.size()    ? world.keys[pick]
                                      : pick == world.keys.size() ? ""
                                                                  : "gone";
            if (where.empty() && random.below(3) != 0) continue;
            actor.grants.push_back({static_cast<Role>(random.below(6)), where});
        }
        const bool scoped = random.below(3) == 0;
        if (scoped)
            for (int i = 0; i < kPermissionCount; ++i)
                if (random.below(2) == 0)
                    actor.scopes.emplace(to_string(static_cast<Permission>(i)));
        resolve_grants(actor, world.tree);

        std::vector<std::string> rows = world.keys;
        rows.insert(rows.end(), {"", "unknown"});
        const auto scope = [&](Permission p) {
            return actor.scopes.empty() || actor.scopes.contains(to_string(p));
        };
        for (const std::string& row : rows) {
            bool expect_sees = false;
            for (const Grant& grant : actor.grants)
                expect_sees = expect_sees || covers(world, grant.organisation, row);
            expect_sees = expect_sees && scope(Permission::kRead);
            EXPECT_EQ(actor.sees(Classification::kRestricted, row), expect_sees)
                << "seed " << seed << " row " << row;
            // A filter written in SQL uses these two members and must agree.
            EXPECT_EQ(actor.everywhere || actor.organisations.contains(row), expect_sees)
                << "seed " << seed;
            EXPECT_EQ(actor.sees(Classification::kInternal, row), scope(Permission::kRead))
                << "seed " << seed;
            EXPECT_TRUE(actor.sees(Classification::kPublic, row));
            (expect_sees ? visible : hidden)++;
            for (int i = 0; i < kPermissionCount; ++i) {
                const auto permission = static_cast<Permission>(i);
                bool expect_can = false;
                bool anywhere = false;
                for (const Grant& grant : actor.grants) {
                    if (!role_allows(grant.role, permission)) continue;
                    anywhere = true;
                    expect_can = expect_can || covers(world, grant.organisation, row);
                }
                EXPECT_EQ(actor.can(permission, row), expect_can && scope(permission))
                    << "seed " << seed << " row " << row;
                EXPECT_EQ(actor.can(permission), anywhere && scope(permission)) << "seed " << seed;
            }
        }
    }
    EXPECT_GT(visible, 500);
    EXPECT_GT(hidden, 500);
}

TEST(Actor, NobodySeesPublicOnlyAndTheSystemSeesAll) {
    const Actor nobody;
    EXPECT_TRUE(nobody.sees(Classification::kPublic, "a"));
    EXPECT_FALSE(nobody.sees(Classification::kInternal, "a"));
    EXPECT_FALSE(nobody.can(Permission::kRead));
    const Actor system = system_actor();
    EXPECT_TRUE(system.sees(Classification::kRestricted, ""));
    for (int i = 0; i < kPermissionCount; ++i)
        EXPECT_TRUE(system.can(static_cast<Permission>(i), "anything"));
}

TEST(OrganisationTree, SubtreeEndsOnALoop) {
    OrganisationTree tree;
    tree.add("a", "b");
    tree.add("b", "a");
    EXPECT_EQ(tree.subtree("a").size(), 2U);
    EXPECT_TRUE(tree.subtree("").empty());
}

TEST(ActorDeathTest, AskingWithoutAnActorIsABug) {
    const net::Request request;
    EXPECT_DEATH(static_cast<void>(actor_of(request)), "actor");
}

}  // namespace
}  // namespace saola::platform

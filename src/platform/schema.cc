#include "platform/schema.h"

#include <array>

namespace saola::platform {
namespace {

// Times are nanoseconds UTC. Secrets (session, token, setup link) are stored as SHA-256 only.
constexpr std::string_view kIdentity = R"sql(
CREATE TABLE platform_organisation (
    organisation_key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE platform_account (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    password TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE TABLE platform_grant (
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    organisation TEXT NOT NULL,
    PRIMARY KEY (account, role, organisation)
);
CREATE TABLE platform_session (
    hash TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    remote_address TEXT NOT NULL
);
CREATE INDEX platform_session_account ON platform_session (account, created_at);
CREATE TABLE platform_token (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX platform_token_account ON platform_token (account, created_at);
CREATE TABLE platform_setup_link (
    hash TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
)sql";

// The head row is updated with every append: its row lock puts appends in one order on PostgreSQL,
// and a log whose tail was cut off no longer fits it.
constexpr std::string_view kAudit = R"sql(
CREATE TABLE platform_audit (
    sequence BIGINT PRIMARY KEY,
    at_ns BIGINT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    organisation TEXT NOT NULL,
    remote_address TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX platform_audit_action ON platform_audit (action, sequence);
CREATE INDEX platform_audit_actor ON platform_audit (actor_name, sequence);
CREATE INDEX platform_audit_organisation ON platform_audit (organisation, sequence);
CREATE TABLE platform_audit_head (
    id BIGINT PRIMARY KEY,
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO platform_audit_head (id, sequence, hash) VALUES (1, 0, '');
)sql";

constexpr std::array<store::Migration, 2> kMigrations = {{
    {.version = 1, .name = "identity", .sql = kIdentity},
    {.version = 2, .name = "audit", .sql = kAudit},
}};

}  // namespace

std::span<const store::Migration> platform_migrations() { return kMigrations; }

}  // namespace saola::platform

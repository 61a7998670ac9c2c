// Sign-in, tokens, accounts, organisations.
#include "platform/api.h"
#include "platform/api_schema.h"
#include "platform/identity_tables.h"
#include "platform/list_export.h"

namespace saola::platform {
namespace {

using net::Method;
using net::Request;
using net::Response;

Response answer(const Request& request, Result<Json> result, int status = 200) {
    if (!result) return Response::error(result.error(), request.request_id);
    return Response::json(*result, status);
}

Json me_json(const Actor& actor) {
    Json permissions = Json::array();
    for (int i = 0; i < kPermissionCount; ++i)
        if (actor.can(static_cast<Permission>(i)))
            permissions.push(to_string(static_cast<Permission>(i)));
    return Json::object()
        .set("id", actor.id)
        .set("name", actor.name)
        .set("display_name", actor.display_name)
        .set("grants", grants_json(actor.grants))
        .set("permissions", permissions)
        .set("csrf_token", actor.csrf_token);
}

Json account_json(const Account& account) {
    return Json::object()
        .set("id", account.id)
        .set("name", account.name)
        .set("display_name", account.display_name)
        .set("disabled", account.disabled)
        .set("created_at", to_rfc3339(account.created_at))
        .set("grants", grants_json(account.grants));
}

Json organisation_json(const Organisation& organisation) {
    return Json::object()
        .set("key", organisation.key)
        .set("name", organisation.name)
        .set("kind", organisation.kind)
        .set("parent", organisation.parent);
}

Json token_json(const ApiToken& token) {
    Json scopes = Json::array();
    for (const auto& scope : token.scopes) scopes.push(scope);
    Json out = Json::object().set("id", token.id).set("name", token.name).set("scopes", scopes);
    out.set("created_at", to_rfc3339(token.created_at))
        .set("expires_at", to_rfc3339(token.expires_at));
    if (!token.secret.empty()) out.set("token", token.secret);
    return out;
}

void set_cookie(const Request& request, Response& response, std::string_view value, int max_age_s) {
    std::string cookie(kSessionCookie);
    cookie += '=';
    cookie += value;
    cookie += "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(max_age_s);
    if (request.tls) cookie += "; Secure";
    response.headers.add("Set-Cookie", cookie);
}

Response signed_in(const Request& request, const Checked<SignedIn>& result, int status = 200) {
    if (!result) return refusal_response(result.error(), request.request_id);
    Response response = Response::json(me_json(*result->actor), status);
    set_cookie(request, response, result->secret, 12 * 3600);
    return response;
}

Act act_of(const Request& request) {
    return {.actor = actor_of(request), .remote_address = request.remote_address};
}

Result<std::vector<Grant>> parse_grants(const Json& json) {
    const auto bad = [] {
        return fail(ErrorKind::kInvalidArgument, "identity.bad_grants",
                    "grants is a list of {\"role\",\"organisation\"}; roles are viewer, reporter, "
                    "reviewer, "
                    "coordinator, auditor, admin.",
                    "grants");
    };
    std::vector<Grant> grants;
    if (!json.is_array() || json.size() > 1000) return bad();
    for (const Json& item : json.as_array()) {
        const auto role = parse_role(item.get_string_or("role", ""));
        const Json* organisation = item.find("organisation");
        if (!role || (organisation != nullptr && !organisation->is_string())) return bad();
        grants.push_back({*role, item.get_string_or("organisation", "")});
    }
    return grants;
}

Result<std::optional<std::string>> optional_text(const Json& body, std::string_view key) {
    if (body.find(key) == nullptr) return std::optional<std::string>();
    SAOLA_TRY(std::string text, body.get_string(key));
    return std::optional<std::string>(std::move(text));
}

Result<NewAccount> parse_new_account(const Json& body) {
    NewAccount account;
    SAOLA_TRY(account.name, body.get_string("name", 200));
    SAOLA_TRY(account.password, body.get_string("password"));
    account.display_name = body.get_string_or("display_name", "");
    if (const Json* grants = body.find("grants")) {
        SAOLA_TRY(account.grants, parse_grants(*grants));
    }
    return account;
}

Result<AccountChange> parse_change(const Json& body) {
    AccountChange change;
    SAOLA_TRY(change.display_name, optional_text(body, "display_name"));
    SAOLA_TRY(change.password, optional_text(body, "password"));
    if (body.find("disabled") != nullptr) {
        SAOLA_TRY(change.disabled, body.get_bool("disabled"));
    }
    if (const Json* grants = body.find("grants")) {
        SAOLA_TRY(change.grants, parse_grants(*grants));
    }
    change.reason = body.get_string_or("reason", "");
    return change;
}

RouteSpec route(Method method, std::string path, std::string id, std::string summary,
                net::Handler handler) {
    RouteSpec spec;
    spec.method = method;
    spec.path = std::move(path);
    spec.operation_id = std::move(id);
    spec.summary = std::move(summary);
    spec.tag = "platform";
    spec.handler = std::move(handler);
    spec.max_body_bytes = 64U << 10U;
    return spec;
}

void add_schemas(Router& router) {
    const Json text = typed("string");
    Json roles = Json::array();
    for (int i = 0; i < 6; ++i) roles.push(to_string(static_cast<Role>(i)));
    Json scopes = Json::array();
    for (int i = 0; i < kPermissionCount; ++i) scopes.push(to_string(static_cast<Permission>(i)));
    const Json permission = typed("string").set("enum", scopes);
    const Json permissions = typed("array").set("items", permission);
    const Json grants = typed("array").set("items", ref("Grant"));
    router.add_schema("Grant", object_schema({{"!role", typed("string").set("enum", roles)},
                                              {"!organisation", text}}));
    router.add_schema("Me", object_schema({{"!id", text},
                                           {"!name", text},
                                           {"!display_name", text},
                                           {"!grants", grants},
                                           {"!permissions", permissions},
                                           {"!csrf_token", text}}));
    router.add_schema("Account", object_schema({{"!id", text},
                                                {"!name", text},
                                                {"!display_name", text},
                                                {"!disabled", typed("boolean")},
                                                {"!created_at", text},
                                                {"!grants", grants}}));
    router.add_schema(
        "Organisation",
        object_schema({{"!key", text}, {"!name", text}, {"!kind", text}, {"!parent", text}}));
    router.add_schema("ApiToken", object_schema({{"!id", text},
                                                 {"!name", text},
                                                 {"!scopes", permissions},
                                                 {"!created_at", text},
                                                 {"!expires_at", text},
                                                 {"token", text}}));
}

void add_sign_in(Router& router, Sessions& sessions) {
    const Json text = typed("string");
    auto login = route(Method::kPost, "/api/login", "login", "Sign in with name and password",
                       [&sessions](const Request& r) {
                           const auto body = json_body(r);
                           if (!body) return Response::error(body.error(), r.request_id);
                           const auto name = body->get_string("name");
                           const auto password = body->get_string("password");
                           if (!name) return Response::error(name.error(), r.request_id);
                           if (!password) return Response::error(password.error(), r.request_id);
                           return signed_in(r, sessions.login(*name, *password, r.remote_address));
                       });
    login.access = Access::kOpen;
    login.request_schema = object_schema({{"!name", text}, {"!password", text}});
    login.response_schema = ref("Me");
    router.add(std::move(login));

    auto logout = route(Method::kPost, "/api/logout", "logout", "End this session",
                        [&sessions](const Request& r) {
                            if (const Status done = sessions.logout(act_of(r)); !done)
                                return Response::error(done.error(), r.request_id);
                            Response response = Response::json(Json::object());
                            set_cookie(r, response, "", 0);
                            return response;
                        });
    logout.response_schema = typed("object");
    router.add(std::move(logout));

    auto me = route(Method::kGet, "/api/me", "getMe", "Who I am and what I may do",
                    [](const Request& r) { return Response::json(me_json(actor_of(r))); });
    me.response_schema = ref("Me");
    router.add(std::move(me));

    auto password =
        route(Method::kPost, "/api/me/password", "changeMyPassword",
              "Change my password; ends my other sessions", [&sessions](const Request& r) {
                  const auto body = json_body(r);
                  if (!body) return Response::error(body.error(), r.request_id);
                  const auto current = body->get_string("current");
                  const auto next = body->get_string("password");
                  if (!current) return Response::error(current.error(), r.request_id);
                  if (!next) return Response::error(next.error(), r.request_id);
                  const Status done = sessions.change_password(act_of(r), *current, *next);
                  return done ? Response::json(Json::object())
                              : Response::error(done.error(), r.request_id);
              });
    password.request_schema = object_schema({{"!current", text}, {"!password", text}});
    password.response_schema = typed("object");
    router.add(std::move(password));
}

void add_setup(Router& router, Sessions& sessions) {
    const Json text = typed("string");
    auto look = route(Method::kGet, "/api/setup", "getSetup", "Whether a one-time link is valid",
                      [&sessions](const Request& r) {
                          const auto valid = sessions.setup_link_valid(r.query_or("token", ""));
                          if (!valid) return Response::error(valid.error(), r.request_id);
                          return Response::json(Json::object().set("valid", *valid));
                      });
    look.access = Access::kOpen;
    look.params = {
        {.name = "token", .description = "from the link", .schema = {}, .required = true}};
    look.response_schema = object_schema({{"!valid", typed("boolean")}});
    router.add(std::move(look));

    auto use = route(
        Method::kPost, "/api/setup", "setup", "Create the first administrator with a one-time link",
        [&sessions](const Request& r) {
            const auto body = json_body(r);
            if (!body) return Response::error(body.error(), r.request_id);
            const auto token = body->get_string("token");
            if (!token) return Response::error(token.error(), r.request_id);
            auto account = parse_new_account(*body);
            if (!account) return Response::error(account.error(), r.request_id);
            return signed_in(
                r, sessions.use_setup_link(*token, std::move(*account), r.remote_address), 201);
        });
    use.access = Access::kOpen;
    use.request_schema = object_schema(
        {{"!token", text}, {"!name", text}, {"!password", text}, {"display_name", text}});
    use.response_schema = ref("Me");
    router.add(std::move(use));
}

void add_tokens(Router& router, const Platform& platform, Sessions& sessions) {
    auto list = route(Method::kGet, "/api/tokens", "listTokens", "My API tokens",
                      [&sessions](const Request& r) {
                          const auto tokens = sessions.tokens(actor_of(r));
                          if (!tokens) return Response::error(tokens.error(), r.request_id);
                          Json items = Json::array();
                          for (const auto& token : *tokens) items.push(token_json(token));
                          return Response::json(Json::object().set("tokens", items));
                      });
    list.response_schema = list_of("tokens", "ApiToken");
    add_export(list, platform, [&sessions](const Request& r) -> Result<TableStream> {
        SAOLA_TRY(const auto tokens, sessions.tokens(actor_of(r)));
        return stream_of(tokens_table(tokens));
    });
    router.add(std::move(list));

    auto create = route(
        Method::kPost, "/api/tokens", "createToken", "Make an API token; its secret is shown once",
        [&sessions](const Request& r) -> Response {
            const auto make = [&]() -> Result<Json> {
                SAOLA_TRY(const Json body, json_body(r));
                SAOLA_TRY(std::string name, body.get_string("name"));
                SAOLA_TRY(const std::int64_t days, body.get_integer("expires_days"));
                std::vector<std::string> scopes;
                if (const Json* given = body.find("scopes"); given != nullptr && given->is_array())
                    for (const Json& scope : given->as_array())
                        scopes.push_back(scope.is_string() ? scope.as_string() : "");
                SAOLA_TRY(const ApiToken token, sessions.create_token(act_of(r), std::move(name),
                                                                      std::move(scopes), days));
                return token_json(token);
            };
            return answer(r, make(), 201);
        });
    create.request_schema =
        object_schema({{"!name", typed("string")},
                       {"!scopes", typed("array").set("items", typed("string"))},
                       {"!expires_days", typed("integer").set("minimum", 1).set("maximum", 365)}});
    create.response_schema = ref("ApiToken");
    router.add(std::move(create));

    auto remove = route(Method::kDelete, "/api/tokens/{id}", "deleteToken",
                        "Revoke an API token of mine", [&sessions](const Request& r) {
                            const Status done = sessions.delete_token(act_of(r), r.params.at("id"));
                            return done ? Response::json(Json::object())
                                        : Response::error(done.error(), r.request_id);
                        });
    remove.response_schema = typed("object");
    router.add(std::move(remove));
}

void add_accounts(Router& router, const Platform& platform, Directory& directory) {
    auto list = route(Method::kGet, "/api/accounts", "listAccounts", "Accounts I administer",
                      [&directory](const Request& r) {
                          const auto accounts = directory.accounts(actor_of(r));
                          if (!accounts) return Response::error(accounts.error(), r.request_id);
                          Json items = Json::array();
                          for (const auto& account : *accounts) items.push(account_json(account));
                          return Response::json(Json::object().set("accounts", items));
                      });
    list.permission = Permission::kAdminister;
    list.response_schema = list_of("accounts", "Account");
    add_export(list, platform, [&directory](const Request& r) -> Result<TableStream> {
        SAOLA_TRY(const auto accounts, directory.accounts(actor_of(r)));
        return stream_of(accounts_table(accounts));
    });
    router.add(std::move(list));

    const Json text = typed("string");
    const Json grants = typed("array").set("items", ref("Grant"));
    auto create = route(Method::kPost, "/api/accounts", "createAccount", "Create an account",
                        [&directory](const Request& r) {
                            const auto make = [&]() -> Result<Json> {
                                SAOLA_TRY(const Json body, json_body(r));
                                SAOLA_TRY(NewAccount account, parse_new_account(body));
                                SAOLA_TRY(const Account made,
                                          directory.create_account(act_of(r), std::move(account)));
                                return account_json(made);
                            };
                            return answer(r, make(), 201);
                        });
    create.permission = Permission::kAdminister;
    create.request_schema = object_schema(
        {{"!name", text}, {"!password", text}, {"display_name", text}, {"grants", grants}});
    create.response_schema = ref("Account");
    router.add(std::move(create));

    auto change = route(
        Method::kPatch, "/api/accounts/{id}", "changeAccount",
        "Change name, password, roles, or disable; ends the account's sessions where that matters",
        [&directory](const Request& r) {
            const auto make = [&]() -> Result<Json> {
                SAOLA_TRY(const Json body, json_body(r));
                SAOLA_TRY(const AccountChange wanted, parse_change(body));
                SAOLA_TRY(const Account account,
                          directory.change_account(act_of(r), r.params.at("id"), wanted));
                return account_json(account);
            };
            return answer(r, make());
        });
    change.permission = Permission::kAdminister;
    change.request_schema = object_schema({{"display_name", text},
                                           {"password", text},
                                           {"disabled", typed("boolean")},
                                           {"grants", grants}});
    change.response_schema = ref("Account");
    router.add(std::move(change));
}

void add_organisations(Router& router, const Platform& platform, Directory& directory) {
    auto list = route(Method::kGet, "/api/organisations", "listOrganisations",
                      "The tree of organisations", [&directory](const Request& r) {
                          const auto all = directory.organisations();
                          if (!all) return Response::error(all.error(), r.request_id);
                          Json items = Json::array();
                          for (const auto& organisation : *all)
                              items.push(organisation_json(organisation));
                          return Response::json(Json::object().set("organisations", items));
                      });
    list.permission = Permission::kRead;
    list.response_schema = list_of("organisations", "Organisation");
    add_export(list, platform, [&directory](const Request&) -> Result<TableStream> {
        SAOLA_TRY(const auto all, directory.organisations());
        return stream_of(organisations_table(all));
    });
    router.add(std::move(list));

    const Json text = typed("string");
    auto create = route(Method::kPost, "/api/organisations", "createOrganisation",
                        "Add an organisation", [&directory](const Request& r) {
                            const auto make = [&]() -> Result<Json> {
                                SAOLA_TRY(const Json body, json_body(r));
                                Organisation given;
                                SAOLA_TRY(given.key, body.get_string("key"));
                                SAOLA_TRY(given.name, body.get_string("name"));
                                SAOLA_TRY(given.kind, body.get_string("kind"));
                                given.parent = body.get_string_or("parent", "");
                                SAOLA_TRY(const Organisation made,
                                          directory.create_organisation(act_of(r), given));
                                return organisation_json(made);
                            };
                            return answer(r, make(), 201);
                        });
    create.permission = Permission::kAdminister;
    create.request_schema =
        object_schema({{"!key", text}, {"!name", text}, {"!kind", text}, {"parent", text}});
    create.response_schema = ref("Organisation");
    router.add(std::move(create));

    auto change = route(Method::kPatch, "/api/organisations/{key}", "changeOrganisation",
                        "Rename or move an organisation", [&directory](const Request& r) {
                            const auto make = [&]() -> Result<Json> {
                                SAOLA_TRY(const Json body, json_body(r));
                                SAOLA_TRY(const auto name, optional_text(body, "name"));
                                SAOLA_TRY(const auto kind, optional_text(body, "kind"));
                                SAOLA_TRY(const auto parent, optional_text(body, "parent"));
                                SAOLA_TRY(const Organisation done,
                                          directory.change_organisation(
                                              act_of(r), r.params.at("key"), name, kind, parent));
                                return organisation_json(done);
                            };
                            return answer(r, make());
                        });
    change.permission = Permission::kAdminister;
    change.request_schema = object_schema({{"name", text}, {"kind", text}, {"parent", text}});
    change.response_schema = ref("Organisation");
    router.add(std::move(change));
}

}  // namespace

Result<Json> json_body(const net::Request& request) {
    if (!request.headers.get("Content-Type").starts_with("application/json"))
        return fail(ErrorKind::kUnsupported, "http.not_json", "Send the body as application/json.",
                    "Content-Type");
    SAOLA_TRY(Json body, Json::parse(request.body));
    if (!body.is_object())
        return fail(ErrorKind::kInvalidArgument, "http.not_an_object",
                    "The body must be a JSON object.");
    return body;
}

void add_identity_routes(Router& router, const ApiParts& parts) {
    add_schemas(router);
    add_sign_in(router, parts.sessions);
    add_setup(router, parts.sessions);
    add_tokens(router, parts.platform, parts.sessions);
    add_accounts(router, parts.platform, parts.directory);
    add_organisations(router, parts.platform, parts.directory);
}

}  // namespace saola::platform

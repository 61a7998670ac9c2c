#include "platform/identity_tables.h"

#include "platform/list_export.h"

namespace saola::platform {
namespace {

Table begin(std::string name, LocalText title, std::size_t rows, std::vector<TableColumn> columns) {
    Table table;
    table.meta.name = std::move(name);
    table.meta.title = std::move(title);
    table.meta.columns = std::move(columns);
    table.meta.row_count = static_cast<std::int64_t>(rows);
    table.rows.reserve(rows);
    return table;
}

TableRow row_of(std::string id, std::vector<std::string> words) {
    TableRow row;
    row.id = std::move(id);
    for (std::string& word : words) row.cells.push_back(text_of(std::move(word)));
    return row;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : "; ") + word;
    return out;
}

// "admin: *; viewer: so-mau": the star is the whole tree.
std::string grants_of(const Account& account) {
    std::vector<std::string> words;
    for (const Grant& grant : account.grants)
        words.push_back(std::string(to_string(grant.role)) + ": " +
                        (grant.organisation.empty() ? "*" : grant.organisation));
    return joined(words);
}

}  // namespace

Table accounts_table(const std::vector<Account>& accounts) {
    Table table =
        begin("accounts", {"Tài khoản", "Accounts"}, accounts.size(),
              {plain_column("name", "Tên đăng nhập", "Login name"),
               plain_column("display_name", "Tên hiển thị", "Display name"),
               plain_column("grants", "Vai trò: tổ chức", "Role: organisation"),
               plain_column("state", "Trạng thái", "State", CellType::kStatus),
               plain_column("created_at", "Tạo lúc", "Created"), plain_column("id", "Mã", "Id")});
    for (const Account& account : accounts)
        table.rows.push_back(
            row_of(account.id, {account.name, account.display_name, grants_of(account),
                                account.disabled ? "disabled" : "active",
                                to_rfc3339(account.created_at), account.id}));
    return table;
}

Table organisations_table(const std::vector<Organisation>& organisations) {
    Table table =
        begin("organisation-tree", {"Cây tổ chức", "Tree of organisations"}, organisations.size(),
              {plain_column("key", "Khóa", "Key"), plain_column("name", "Tên", "Name"),
               plain_column("kind", "Loại", "Kind", CellType::kStatus),
               plain_column("parent", "Thuộc", "Below")});
    for (const Organisation& item : organisations)
        table.rows.push_back(row_of(item.key, {item.key, item.name, item.kind, item.parent}));
    return table;
}

Table tokens_table(const std::vector<ApiToken>& tokens) {
    Table table =
        begin("tokens", {"Khóa truy cập API", "API tokens"}, tokens.size(),
              {plain_column("name", "Tên", "Name"), plain_column("scopes", "Phạm vi", "Scopes"),
               plain_column("created_at", "Tạo lúc", "Created"),
               plain_column("expires_at", "Hết hạn", "Expires"), plain_column("id", "Mã", "Id")});
    for (const ApiToken& token : tokens)
        table.rows.push_back(
            row_of(token.id, {token.name, joined(token.scopes), to_rfc3339(token.created_at),
                              to_rfc3339(token.expires_at), token.id}));
    return table;
}

}  // namespace saola::platform

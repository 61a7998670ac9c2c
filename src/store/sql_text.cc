#include "store/sql_text.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "store/limits.h"

namespace saola::store {
namespace {

enum class Kind { kWord, kNumber, kQuoted, kComment, kSpace, kSymbol };

struct Token {
    Kind kind = Kind::kSymbol;
    std::string_view text;
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool is_word(char c) { return is_word_start(c) || is_digit(c) || c == '$'; }

std::size_t quoted_end(std::string_view sql, std::size_t at) {
    const char quote = sql[at];
    for (std::size_t i = at + 1; i < sql.size(); ++i) {
        if (sql[i] != quote) continue;
        if (i + 1 < sql.size() && sql[i + 1] == quote)
            ++i;  // a doubled quote stands for itself
        else
            return i + 1;
    }
    return sql.size();
}

// The token at `at`. Unterminated quotes and comments reach to the end: the engine reports them.
Token token_at(std::string_view sql, std::size_t at) {
    const auto until = [&](auto&& accept) {
        std::size_t end = at + 1;
        while (end < sql.size() && accept(sql[end])) ++end;
        return sql.substr(at, end - at);
    };
    const char c = sql[at];
    if (is_space(c)) return {Kind::kSpace, until(is_space)};
    if (is_word_start(c)) return {Kind::kWord, until(is_word)};
    if (is_digit(c)) return {Kind::kNumber, until(is_digit)};
    if (c == '\'' || c == '"') return {Kind::kQuoted, sql.substr(at, quoted_end(sql, at) - at)};
    if (sql.substr(at, 2) == "--")
        return {Kind::kComment, until([](char next) { return next != '\n'; })};
    if (sql.substr(at, 2) == "/*") {
        const std::size_t end = sql.find("*/", at + 2);
        return {Kind::kComment, sql.substr(at, end == std::string_view::npos ? end : end + 2 - at)};
    }
    return {Kind::kSymbol, sql.substr(at, 1)};
}

std::vector<Token> tokens_of(std::string_view sql) {
    std::vector<Token> out;
    for (std::size_t at = 0; at < sql.size(); at += out.back().text.size())
        out.push_back(token_at(sql, at));
    return out;
}

bool same_word(std::string_view a, std::string_view upper) {
    return a.size() == upper.size() &&
           std::equal(a.begin(), a.end(), upper.begin(), [](char x, char y) {
               return static_cast<char>(std::toupper(static_cast<unsigned char>(x))) == y;
           });
}
bool is(const Token& token, std::string_view upper) {
    return (token.kind == Kind::kWord || token.kind == Kind::kSymbol) &&
           same_word(token.text, upper);
}
bool means_nothing(const Token& token) {
    return token.kind == Kind::kSpace || token.kind == Kind::kComment;
}

// Index of the next token that is neither blank nor comment, from `from` on.
std::size_t next_index(const std::vector<Token>& tokens, std::size_t from) {
    while (from < tokens.size() && means_nothing(tokens[from])) ++from;
    return from;
}

bool is_any(const Token& token, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return is(token, word); });
}

// For each token: does it stand where a column definition names its type? In CREATE TABLE that is
// the word after the column's name, in ALTER TABLE the word after ADD [COLUMN] name. A column that
// is called "text" is therefore left alone.
std::vector<bool> type_positions(const std::vector<Token>& tokens) {
    std::vector<bool> out(tokens.size(), false);
    std::size_t at = next_index(tokens, 0);
    if (at == tokens.size()) return out;
    const bool create = is(tokens[at], "CREATE");
    if (!create && !is(tokens[at], "ALTER")) return out;
    at = next_index(tokens, at + 1);
    if (at < tokens.size() && is_any(tokens[at], {"TEMP", "TEMPORARY"}))
        at = next_index(tokens, at + 1);
    if (at == tokens.size() || !is(tokens[at], "TABLE")) return out;

    int depth = 0;
    int words = -1;  // significant tokens since a column definition began; -1 outside of one
    for (at = next_index(tokens, at + 1); at < tokens.size(); at = next_index(tokens, at + 1)) {
        const Token& token = tokens[at];
        if (create && depth == 0 && is(token, "AS")) return out;  // CREATE TABLE ... AS SELECT
        if (is(token, "(")) {
            if (++depth == 1 && create) words = 0;
            continue;
        }
        if (is(token, ")")) --depth;
        if (is(token, ",") && depth == 1 && create) {
            words = 0;
            continue;
        }
        if (!create && depth == 0 && is(token, "ADD")) {
            words = 0;
            continue;
        }
        if (words < 0 || (!create && words == 0 && is(token, "COLUMN"))) continue;
        if (words == 0 && token.kind == Kind::kWord &&
            is_any(token, {"PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT"}))
            words = -1;  // a table constraint
        else if (++words == 2) {
            out[at] = token.kind == Kind::kWord;
            words = -1;
        }
    }
    return out;
}

// Appends the type at `at` in the engine's spelling; returns the index of its last token.
template <std::size_t N>
std::size_t append_type(std::string& out, const std::vector<Token>& tokens, std::size_t at,
                        const std::array<std::array<std::string_view, 2>, N>& map) {
    std::size_t last = at;
    std::string name(tokens[at].text);
    if (is(tokens[at], "DOUBLE")) {
        const std::size_t second = next_index(tokens, at + 1);
        if (second < tokens.size() && is(tokens[second], "PRECISION")) {
            last = second;
            name = "DOUBLE PRECISION";
        }
    }
    for (const auto& [from, to] : map)
        if (same_word(name, from)) {
            out += to;
            return last;
        }
    out += name;
    return last;
}

constexpr std::array<std::array<std::string_view, 2>, 3> kSqliteTypes{
    {{"BIGINT", "INTEGER"}, {"DOUBLE PRECISION", "REAL"}, {"BYTEA", "BLOB"}}};
constexpr std::array<std::array<std::string_view, 2>, 5> kPostgresTypes{
    {{"BLOB", "BYTEA"},
     {"INTEGER", "BIGINT"},
     {"INT", "BIGINT"},
     {"REAL", "DOUBLE PRECISION"},
     {"TEXT", "TEXT COLLATE \"C\""}}};

void trim_end(std::string& text) {
    while (!text.empty() && (is_space(text.back()) || text.back() == ';')) text.pop_back();
}

}  // namespace

std::vector<std::string_view> split_statements(std::string_view script) {
    std::vector<std::string_view> out;
    std::size_t begin = 0;
    bool content = false;
    std::size_t at = 0;
    while (at < script.size()) {
        const Token token = token_at(script, at);
        if (is(token, ";")) {
            if (content) out.push_back(script.substr(begin, at - begin));
            begin = at + 1;
            content = false;
        } else if (!means_nothing(token)) {
            content = true;
        }
        at += token.text.size();
    }
    if (content) out.push_back(script.substr(begin));
    return out;
}

Status check_statement(std::string_view sql) {
    if (sql.size() > kMaxSqlBytes)
        return fail(ErrorKind::kInvalidArgument, "store.statement_too_long",
                    "the SQL statement is too long", "sql",
                    "max_sql_bytes=" + std::to_string(kMaxSqlBytes));
    if (split_statements(sql).size() != 1)
        return fail(ErrorKind::kInvalidArgument, "store.one_statement",
                    "exactly one SQL statement is expected", "sql");
    const std::vector<Token> tokens = tokens_of(sql);
    const Token& first = tokens[next_index(tokens, 0)];
    if (is_any(first, {"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE",
                       "ATTACH", "DETACH", "PRAGMA", "VACUUM", "SET", "RESET"}))
        return fail(ErrorKind::kInvalidArgument, "store.statement_not_allowed",
                    std::string(first.text) +
                        " is not allowed here: the store begins and ends the transactions",
                    "sql");
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
        if (is(tokens[i], "?") && tokens[i + 1].kind == Kind::kNumber)
            return fail(ErrorKind::kInvalidArgument, "store.numbered_parameter",
                        "numbered parameters are not supported; use plain ?", "sql");
    return {};
}

std::string to_sqlite(std::string_view sql) {
    const std::vector<Token> tokens = tokens_of(sql);
    const std::vector<bool> types = type_positions(tokens);
    if (std::none_of(types.begin(), types.end(), [](bool is_type) { return is_type; }))
        return std::string(sql);
    std::string out;
    bool strict = false;
    bool without_rowid = false;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].kind == Kind::kComment) {
            out += ' ';
            continue;
        }
        strict = strict || is(tokens[i], "STRICT");
        without_rowid = without_rowid || is(tokens[i], "ROWID");
        if (types[i])
            i = append_type(out, tokens, i, kSqliteTypes);
        else
            out += tokens[i].text;
    }
    trim_end(out);
    if (is(tokens[next_index(tokens, 0)], "CREATE") && !strict)
        out += without_rowid ? ", STRICT" : " STRICT";
    return out;
}

PostgresText to_postgres(std::string_view sql) {
    const std::vector<Token> tokens = tokens_of(sql);
    const std::vector<bool> types = type_positions(tokens);
    const bool ddl = std::any_of(types.begin(), types.end(), [](bool is_type) { return is_type; });
    std::string out;
    int parameters = 0;
    int depth = 0;
    bool after_as = false;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        if (means_nothing(token)) {
            out += ' ';
            continue;
        }
        if (is(token, "(")) ++depth;
        if (is(token, ")")) --depth;
        if (is(token, "?")) {
            const std::string name = "$" + std::to_string(++parameters);
            const std::size_t next = next_index(tokens, i + 1);
            const bool tested = next < tokens.size() && is(tokens[next], "IS");
            out += tested ? "CAST(" + name + " AS TEXT)" : name;
        } else if (types[i])
            i = append_type(out, tokens, i, kPostgresTypes);
        else if (after_as && is(token, "BLOB"))
            out += "BYTEA";
        else if (!ddl || depth != 0 || !is_any(token, {"STRICT", "WITHOUT", "ROWID", ","}))
            out += token.text;
        after_as = is(token, "AS");
    }
    trim_end(out);
    return {std::move(out), parameters};
}

}  // namespace saola::store

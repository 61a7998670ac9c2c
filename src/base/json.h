// JSON value with exact integers, a bounded parser and two writers. The parser (nlohmann SAX) is
// included only in json.cc, so that seeing this header costs a module nothing.
// Objects keep insertion order; duplicate keys are refused. Numbers: integers that fit int64 stay
// exact; others are double. Value type, not synchronised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace saola {

struct JsonLimits {
    std::size_t max_bytes = 1U << 20U;
    std::size_t max_depth = 64;
    std::size_t max_values = 200'000;
};

class Json {
public:
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;

    Json() = default;  // null
    Json(std::nullptr_t) {}
    Json(bool value) : value_(value) {}
    Json(int value) : value_(static_cast<std::int64_t>(value)) {}
    Json(std::int64_t value) : value_(value) {}
    Json(std::uint64_t value);  // over INT64_MAX becomes a double
    Json(double value) : value_(value) {}
    Json(const char* value) : value_(std::string(value)) {}
    Json(std::string_view value) : value_(std::string(value)) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(Array value) : value_(std::move(value)) {}
    Json(Object value) : value_(std::move(value)) {}
    [[nodiscard]] static Json array() { return Json(Array{}); }
    [[nodiscard]] static Json object() { return Json(Object{}); }

    [[nodiscard]] static Result<Json> parse(std::string_view text, const JsonLimits& limits = {});

    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
    [[nodiscard]] bool is_bool() const { return std::holds_alternative<bool>(value_); }
    [[nodiscard]] bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
    [[nodiscard]] bool is_number() const {
        return is_integer() || std::holds_alternative<double>(value_);
    }
    [[nodiscard]] bool is_string() const { return std::holds_alternative<std::string>(value_); }
    [[nodiscard]] bool is_array() const { return std::holds_alternative<Array>(value_); }
    [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(value_); }

    // Unchecked-kind accessors abort (SAOLA_CHECK) on the wrong kind: test first, or use get_*.
    [[nodiscard]] bool as_bool() const;
    [[nodiscard]] std::int64_t as_integer() const;
    [[nodiscard]] double as_double() const;  // integer or double
    [[nodiscard]] const std::string& as_string() const;
    [[nodiscard]] const Array& as_array() const;
    [[nodiscard]] Array& as_array();
    [[nodiscard]] const Object& as_object() const;
    [[nodiscard]] Object& as_object();

    // Object member or nullptr (also when this is not an object).
    [[nodiscard]] const Json* find(std::string_view key) const;
    [[nodiscard]] Json* find(std::string_view key);
    // Sets or replaces a member; null becomes an object first. Returns *this for chaining.
    Json& set(std::string_view key, Json value);
    Json& push(Json value);                  // null becomes an array first
    [[nodiscard]] std::size_t size() const;  // array elements or object members, else 0

    // Checked member access for input; errors name the field.
    [[nodiscard]] Result<std::string> get_string(std::string_view key,
                                                 std::size_t max_bytes = 4096) const;
    [[nodiscard]] Result<std::int64_t> get_integer(std::string_view key) const;
    [[nodiscard]] Result<bool> get_bool(std::string_view key) const;
    [[nodiscard]] std::string get_string_or(std::string_view key, std::string_view fallback) const;
    [[nodiscard]] std::int64_t get_integer_or(std::string_view key, std::int64_t fallback) const;
    [[nodiscard]] bool get_bool_or(std::string_view key, bool fallback) const;

    [[nodiscard]] std::string dump(int indent = -1) const;  // insertion order; indent < 0: one line
    void dump_to(std::string& out) const;                   // appends, one line
    // RFC 8785 JSON Canonicalization Scheme (keys by UTF-16 code units, ES6 numbers).
    [[nodiscard]] std::string canonical() const;

    friend bool operator==(const Json&, const Json&) = default;

private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

// Appends text as a JSON string with its quotes (control characters escaped, UTF-8 kept).
void append_json_string(std::string& out, std::string_view text);

}  // namespace saola

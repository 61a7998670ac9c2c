#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/check.h"

namespace saola {
namespace {

// Builds a Json from nlohmann's SAX events and stops at the first limit that is met.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
public:
    Builder(const JsonLimits& limits, Json& root) : limits_(limits), root_(root) {}

    bool null() override { return add(Json()); }
    bool boolean(bool value) override { return add(Json(value)); }
    bool number_integer(number_integer_t value) override { return add(Json(std::int64_t{value})); }
    bool number_unsigned(number_unsigned_t value) override {
        return add(Json(std::uint64_t{value}));
    }
    bool number_float(number_float_t value, const string_t&) override {
        if (!std::isfinite(value)) return refuse("json.number", "a number is out of range");
        return add(Json(value));
    }
    bool string(string_t& value) override { return add(Json(std::move(value))); }
    bool binary(binary_t&) override { return refuse("json.syntax", "binary value"); }
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& value) override {
        if (stack_.back()->find(value) != nullptr)
            return refuse("json.duplicate_key",
                          "the key \"" + value + "\" stands twice in one object");
        keys_.back() = std::move(value);
        return true;
    }
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception&) override {
        return refuse("json.syntax", "not valid JSON near byte " + std::to_string(position));
    }

    [[nodiscard]] const Error& error() const { return error_; }

private:
    bool refuse(std::string code, std::string message, std::string limit = {}) {
        if (error_.code.empty())
            error_ = Error{limit.empty() ? ErrorKind::kInvalidArgument : ErrorKind::kTooLarge,
                           std::move(code),
                           std::move(message),
                           {},
                           std::move(limit)};
        return false;
    }
    // Containers live inside their parents, so a pointer stays valid while its parent is not grown;
    // a parent grows only after its last child was closed.
    Json* place(Json value) {
        if (stack_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Json& parent = *stack_.back();
        if (parent.is_array()) return &parent.as_array().emplace_back(std::move(value));
        return &parent.as_object().emplace_back(std::move(keys_.back()), std::move(value)).second;
    }
    bool count() {
        if (++values_ <= limits_.max_values) return true;
        return refuse("json.too_many_values", "the JSON text has too many values",
                      "max_values=" + std::to_string(limits_.max_values));
    }
    bool add(Json value) {
        if (!count()) return false;
        place(std::move(value));
        return true;
    }
    bool open(Json container) {
        if (!count()) return false;
        if (stack_.size() >= limits_.max_depth)
            return refuse("json.too_deep", "the JSON text is nested too deeply",
                          "max_depth=" + std::to_string(limits_.max_depth));
        stack_.push_back(place(std::move(container)));
        keys_.emplace_back();
        return true;
    }
    bool close() {
        stack_.pop_back();
        keys_.pop_back();
        return true;
    }

    const JsonLimits& limits_;
    Json& root_;
    std::vector<Json*> stack_;
    std::vector<std::string> keys_;
    std::size_t values_ = 0;
    Error error_;
};

void append_integer(std::string& out, std::int64_t value) {
    char buffer[24];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
    out.append(buffer, end.ptr);
}

// ECMAScript Number::toString (RFC 8785 section 3.2.2.3): shortest digits that round-trip.
void append_double(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    if (value == 0) {
        out += '0';
        return;
    }
    char buffer[40];
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
    std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));
    if (text.front() == '-') {
        out += '-';
        text.remove_prefix(1);
    }
    const std::size_t e = text.find('e');
    std::string digits(text.substr(0, e));
    digits.erase(std::remove(digits.begin(), digits.end(), '.'), digits.end());
    std::string_view exponent = text.substr(e + 1);
    if (exponent.front() == '+') exponent.remove_prefix(1);
    int power = 0;
    std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
    const int n = power + 1;  // position of the decimal point relative to the digits
    const int k = static_cast<int>(digits.size());
    if (k <= n && n <= 21) {
        out += digits;
        out.append(static_cast<std::size_t>(n - k), '0');
    } else if (0 < n && n <= 21) {
        out.append(digits, 0, static_cast<std::size_t>(n));
        out += '.';
        out.append(digits, static_cast<std::size_t>(n));
    } else if (-6 < n && n <= 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-n), '0');
        out += digits;
    } else {
        out += digits[0];
        if (k > 1) {
            out += '.';
            out.append(digits, 1);
        }
        out += 'e';
        out += n - 1 < 0 ? '-' : '+';
        append_integer(out, std::abs(n - 1));
    }
}

std::u16string utf16_units(std::string_view text) {
    std::u16string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        std::uint32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
        for (std::size_t j = 1; j < length && i + j < text.size(); ++j)
            code = (code << 6U) | (static_cast<unsigned char>(text[i + j]) & 0x3FU);
        i += length;
        if (code < 0x10000) {
            out.push_back(static_cast<char16_t>(code));
        } else {
            code -= 0x10000;
            out.push_back(static_cast<char16_t>(0xD800 + (code >> 10U)));
            out.push_back(static_cast<char16_t>(0xDC00 + (code & 0x3FFU)));
        }
    }
    return out;
}

struct WriteStyle {
    int indent = -1;
    bool canonical = false;
};

void new_line(std::string& out, int indent, int depth) {
    if (indent < 0) return;
    out += '\n';
    out.append(static_cast<std::size_t>(indent) * static_cast<std::size_t>(depth), ' ');
}

void write(std::string& out, const Json& json, const WriteStyle& style, int depth) {
    if (json.is_null()) {
        out += "null";
    } else if (json.is_bool()) {
        out += json.as_bool() ? "true" : "false";
    } else if (json.is_integer()) {
        // Canonical form must read as the same double everywhere: beyond 2^53 JCS wants a string,
        // which our formats use; here the double's digits are what every JCS peer would write.
        constexpr std::int64_t kExact = std::int64_t{1} << 53U;
        const std::int64_t value = json.as_integer();
        if (style.canonical && (value > kExact || value < -kExact))
            append_double(out, static_cast<double>(value));
        else
            append_integer(out, value);
    } else if (json.is_number()) {
        append_double(out, json.as_double());
    } else if (json.is_string()) {
        append_json_string(out, json.as_string());
    } else if (json.is_array()) {
        out += '[';
        bool first = true;
        for (const Json& item : json.as_array()) {
            if (!first) out += ',';
            first = false;
            new_line(out, style.indent, depth + 1);
            write(out, item, style, depth + 1);
        }
        if (!first) new_line(out, style.indent, depth);
        out += ']';
    } else {
        std::vector<const Json::Member*> members;
        for (const Json::Member& member : json.as_object()) members.push_back(&member);
        if (style.canonical)
            std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) {
                return utf16_units(a->first) < utf16_units(b->first);
            });
        out += '{';
        bool first = true;
        for (const Json::Member* member : members) {
            if (!first) out += ',';
            first = false;
            new_line(out, style.indent, depth + 1);
            append_json_string(out, member->first);
            out += style.indent < 0 ? ":" : ": ";
            write(out, member->second, style, depth + 1);
        }
        if (!first) new_line(out, style.indent, depth);
        out += '}';
    }
}

tl::unexpected<Error> field_error(std::string_view key, std::string_view expected) {
    return fail(ErrorKind::kInvalidArgument, "json.field",
                "the field \"" + std::string(key) + "\" must be " + std::string(expected),
                std::string(key));
}

}  // namespace

Json::Json(std::uint64_t value) {
    if (value <= static_cast<std::uint64_t>(INT64_MAX))
        value_ = static_cast<std::int64_t>(value);
    else
        value_ = static_cast<double>(value);
}

Result<Json> Json::parse(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.max_bytes)
        return fail(ErrorKind::kTooLarge, "json.too_large", "the JSON text is too long", {},
                    "max_bytes=" + std::to_string(limits.max_bytes));
    Json root;
    Builder builder(limits, root);
    try {
        if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder))
            return fail(builder.error());
    } catch (const std::exception& e) {
        return fail(ErrorKind::kInvalidArgument, "json.syntax", e.what());
    }
    return root;
}

bool Json::as_bool() const {
    SAOLA_CHECK(is_bool());
    return std::get<bool>(value_);
}
std::int64_t Json::as_integer() const {
    SAOLA_CHECK(is_integer());
    return std::get<std::int64_t>(value_);
}
double Json::as_double() const {
    SAOLA_CHECK(is_number());
    return is_integer() ? static_cast<double>(std::get<std::int64_t>(value_))
                        : std::get<double>(value_);
}
const std::string& Json::as_string() const {
    SAOLA_CHECK(is_string());
    return std::get<std::string>(value_);
}
const Json::Array& Json::as_array() const {
    SAOLA_CHECK(is_array());
    return std::get<Array>(value_);
}
Json::Array& Json::as_array() {
    SAOLA_CHECK(is_array());
    return std::get<Array>(value_);
}
const Json::Object& Json::as_object() const {
    SAOLA_CHECK(is_object());
    return std::get<Object>(value_);
}
Json::Object& Json::as_object() {
    SAOLA_CHECK(is_object());
    return std::get<Object>(value_);
}

const Json* Json::find(std::string_view key) const {
    if (!is_object()) return nullptr;
    for (const Member& member : as_object())
        if (member.first == key) return &member.second;
    return nullptr;
}
Json* Json::find(std::string_view key) {
    return const_cast<Json*>(static_cast<const Json*>(this)->find(key));
}

Json& Json::set(std::string_view key, Json value) {
    if (is_null()) value_ = Object{};
    if (Json* old = find(key))
        *old = std::move(value);
    else
        as_object().emplace_back(std::string(key), std::move(value));
    return *this;
}
Json& Json::push(Json value) {
    if (is_null()) value_ = Array{};
    as_array().push_back(std::move(value));
    return *this;
}
std::size_t Json::size() const {
    if (is_array()) return as_array().size();
    return is_object() ? as_object().size() : 0;
}

Result<std::string> Json::get_string(std::string_view key, std::size_t max_bytes) const {
    const Json* value = find(key);
    if (value == nullptr || !value->is_string()) return field_error(key, "a string");
    if (value->as_string().size() > max_bytes)
        return fail(ErrorKind::kTooLarge, "json.field_too_long",
                    "the field \"" + std::string(key) + "\" is too long", std::string(key),
                    "max_bytes=" + std::to_string(max_bytes));
    return value->as_string();
}
Result<std::int64_t> Json::get_integer(std::string_view key) const {
    const Json* value = find(key);
    if (value == nullptr || !value->is_integer()) return field_error(key, "an integer");
    return value->as_integer();
}
Result<bool> Json::get_bool(std::string_view key) const {
    const Json* value = find(key);
    if (value == nullptr || !value->is_bool()) return field_error(key, "true or false");
    return value->as_bool();
}
std::string Json::get_string_or(std::string_view key, std::string_view fallback) const {
    const Json* value = find(key);
    return value != nullptr && value->is_string() ? value->as_string() : std::string(fallback);
}
std::int64_t Json::get_integer_or(std::string_view key, std::int64_t fallback) const {
    const Json* value = find(key);
    return value != nullptr && value->is_integer() ? value->as_integer() : fallback;
}
bool Json::get_bool_or(std::string_view key, bool fallback) const {
    const Json* value = find(key);
    return value != nullptr && value->is_bool() ? value->as_bool() : fallback;
}

std::string Json::dump(int indent) const {
    std::string out;
    write(out, *this, WriteStyle{indent, false}, 0);
    return out;
}
void Json::dump_to(std::string& out) const { write(out, *this, WriteStyle{}, 0); }
std::string Json::canonical() const {
    std::string out;
    write(out, *this, WriteStyle{-1, true}, 0);
    return out;
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\b': out += "\\b"; break;
            case '\f': out += "\\f"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    char buffer[8];
                    std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(c));
                    out += buffer;
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

}  // namespace saola

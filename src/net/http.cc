#include "net/http.h"

#include <algorithm>

#include "net/uri.h"

namespace saola::net {
namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_name(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string_view to_string(Method method) noexcept {
    switch (method) {
        case Method::kGet: return "GET";
        case Method::kHead: return "HEAD";
        case Method::kPost: return "POST";
        case Method::kPut: return "PUT";
        case Method::kPatch: return "PATCH";
        case Method::kDelete: return "DELETE";
        case Method::kOptions: return "OPTIONS";
    }
    return "GET";
}

std::string_view Headers::get(std::string_view name) const noexcept {
    for (const auto& [key, value] : items_) {
        if (same_name(key, name)) return value;
    }
    return {};
}

std::string Headers::list(std::string_view name) const {
    std::string out;
    for (const auto& [key, value] : items_) {
        if (!same_name(key, name)) continue;
        if (!out.empty()) out += ',';
        out += value;
    }
    return out;
}

void Headers::set(std::string_view name, std::string_view value) {
    const auto first = std::find_if(items_.begin(), items_.end(),
                                    [&](const auto& item) { return same_name(item.first, name); });
    if (first == items_.end()) {
        add(name, value);
        return;
    }
    first->second = value;
    items_.erase(std::remove_if(std::next(first), items_.end(),
                                [&](const auto& item) { return same_name(item.first, name); }),
                 items_.end());
}

void Headers::add(std::string_view name, std::string_view value) {
    items_.emplace_back(name, value);
}

std::string_view Request::query_or(std::string_view name, std::string_view fallback) const {
    const auto found = query.find(name);
    return found == query.end() ? fallback : std::string_view(found->second);
}

std::string_view Request::cookie(std::string_view name) const {
    for (const auto& [key, value] : headers.all()) {
        if (!same_name(key, "cookie")) continue;
        if (const std::string_view found = find_cookie(value, name); !found.empty()) return found;
    }
    return {};
}

Response Response::json(const Json& value, int status) {
    Response response;
    response.status = status;
    response.headers.add("Content-Type", "application/json; charset=utf-8");
    value.dump_to(response.body);
    return response;
}

Response Response::text(std::string body, int status) {
    Response response;
    response.status = status;
    response.headers.add("Content-Type", "text/plain; charset=utf-8");
    response.body = std::move(body);
    return response;
}

Response Response::error(const Error& error, std::string_view request_id) {
    Json detail = Json::object();
    detail.set("code", error.code).set("message", error.message);
    if (!error.field.empty()) detail.set("field", error.field);
    if (!error.limit.empty()) detail.set("limit", error.limit);
    if (!request_id.empty()) detail.set("request_id", request_id);
    Json document = Json::object();
    document.set("error", std::move(detail));
    return json(document, http_status(error.kind));
}

}  // namespace saola::net

// JSON Schema pieces for the platform's own routes. Pure functions, internal to src/platform.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"

namespace saola::platform {

inline Json typed(std::string_view type) { return Json::object().set("type", type); }
inline Json ref(std::string_view name) {
    return Json::object().set("$ref", "#/components/schemas/" + std::string(name));
}
inline Json list_of(std::string_view key, std::string_view schema) {
    return typed("object").set("properties",
                               Json::object().set(key, typed("array").set("items", ref(schema))));
}

// {"name": "type", ...} with the names that start with '!' required.
inline Json object_schema(std::initializer_list<std::pair<std::string_view, Json>> fields) {
    Json properties = Json::object();
    Json required = Json::array();
    for (const auto& [name, schema] : fields) {
        const bool needed = name.starts_with('!');
        const std::string_view key = needed ? name.substr(1) : name;
        properties.set(key, schema);
        if (needed) required.push(key);
    }
    Json out = typed("object");
    if (required.size() > 0) out.set("required", required);
    return out.set("properties", properties);
}

}  // namespace saola::platform

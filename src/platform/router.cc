#include "platform/router.h"

#include <array>
#include <exception>
#include <map>
#include <set>
#include <span>

#include "base/check.h"
#include "base/log.h"

namespace saola::platform {
namespace {

constexpr std::size_t kMethods = 7;
constexpr std::size_t kMaxSegments = 16;  // deeper paths are no routes of ours

std::size_t index_of(net::Method method) { return static_cast<std::size_t>(method); }

// Splits "/a/b" into {"a", "b"}; "/" is empty. False when there are more than kMaxSegments.
bool split(std::string_view path, std::vector<std::string_view>& out) {
    if (!path.empty() && path.front() == '/') path.remove_prefix(1);
    while (!path.empty()) {
        if (out.size() == kMaxSegments) return false;
        const std::size_t slash = path.find('/');
        out.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return true;
        path.remove_prefix(slash + 1);
        if (path.empty()) out.push_back({});  // a trailing slash is another path
    }
    return true;
}

bool is_param(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

net::Response not_found(const net::Request& request) {
    return net::Response::error({.kind = ErrorKind::kNotFound,
                                 .code = "http.not_found",
                                 .message = "Nothing is at this path.",
                                 .field = request.path.substr(0, 200)},
                                request.request_id);
}

}  // namespace

struct Router::Tree {
    struct Route {
        net::Handler handler;
        net::RunOn run_on = net::RunOn::kInline;
        std::uint64_t max_body_bytes = 0;
        std::vector<std::string> param_names;
    };
    struct Node {
        std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
        std::unique_ptr<Node> param;
        std::array<std::unique_ptr<Route>, kMethods> routes;
        net::Handler not_allowed;  // set when any route is

        [[nodiscard]] bool has_route() const { return static_cast<bool>(not_allowed); }
    };

    Node root;
    net::Handler fallback;

    // Depth-first, literal before parameter; `values` holds the parameter segments of the way.
    static const Node* find(const Node& node, std::span<const std::string_view> rest,
                            std::vector<std::string_view>& values) {
        if (rest.empty()) return node.has_route() ? &node : nullptr;
        if (const auto it = node.literals.find(rest.front()); it != node.literals.end())
            if (const Node* found = find(*it->second, rest.subspan(1), values)) return found;
        if (node.param == nullptr || rest.front().empty()) return nullptr;
        values.push_back(rest.front());
        if (const Node* found = find(*node.param, rest.subspan(1), values)) return found;
        values.pop_back();
        return nullptr;
    }
};

Router::Router() = default;
Router::~Router() = default;

void Router::add(RouteSpec spec) {
    SAOLA_CHECK(tree_ == nullptr);
    SAOLA_CHECK(!spec.path.empty() && spec.path.front() == '/');
    SAOLA_CHECK(spec.handler != nullptr && !spec.operation_id.empty());
    if (spec.access == Access::kSignedIn) spec.run_on = net::RunOn::kBlocking;
    specs_.push_back(std::move(spec));
}

void Router::add_schema(std::string name, Json schema) {
    for (const auto& [known, value] : schemas_) {
        if (known != name) continue;
        SAOLA_CHECK(value == schema);
        return;
    }
    schemas_.emplace_back(std::move(name), std::move(schema));
}

void Router::set_gate(Gate gate) { gate_ = std::move(gate); }
void Router::set_finish(Finish finish) { finish_ = std::move(finish); }
void Router::set_fallback(net::Handler handler) { fallback_ = std::move(handler); }

net::Handler Router::guarded(const RouteSpec& spec) const {
    return [this, &spec](const net::Request& request) {
        net::Response response;
        try {
            if (auto answer = gate_ ? gate_(request, spec) : std::nullopt)
                response = std::move(*answer);
            else
                response = spec.handler(request);
        } catch (const std::exception& problem) {
            // Ours do not throw; what a library throws past us becomes an answer, not an abort.
            log::error("http.handler_threw", {{"operation", spec.operation_id},
                                              {"request_id", request.request_id},
                                              {"what", problem.what()}});
            response = net::Response::error(
                {.kind = ErrorKind::kInternal,
                 .code = "http.internal",
                 .message = "Internal error; tell the operator the request id."},
                request.request_id);
        }
        if (finish_) finish_(request, response);
        return response;
    };
}

void Router::seal() {
    SAOLA_CHECK(tree_ == nullptr);
    tree_ = std::make_unique<Tree>();
    std::set<std::string_view> operations;
    std::map<Tree::Node*, std::string> allowed;
    for (const RouteSpec& spec : specs_) {
        SAOLA_CHECK(operations.insert(spec.operation_id).second);
        std::vector<std::string_view> segments;
        SAOLA_CHECK(split(spec.path, segments));
        auto route = std::make_unique<Tree::Route>();
        Tree::Node* node = &tree_->root;
        for (const std::string_view segment : segments) {
            if (is_param(segment)) {
                route->param_names.emplace_back(segment.substr(1, segment.size() - 2));
                if (node->param == nullptr) node->param = std::make_unique<Tree::Node>();
                node = node->param.get();
            } else {
                auto& child = node->literals[std::string(segment)];
                if (child == nullptr) child = std::make_unique<Tree::Node>();
                node = child.get();
            }
        }
        route->handler = guarded(spec);
        route->run_on = spec.run_on;
        route->max_body_bytes = spec.max_body_bytes;
        auto& place = node->routes[index_of(spec.method)];
        SAOLA_CHECK(place == nullptr);
        place = std::move(route);
        std::string& list = allowed[node];
        if (!list.empty()) list += ", ";
        list += net::to_string(spec.method);
        if (spec.method == net::Method::kGet) list += ", HEAD";
    }
    for (auto& [node, list] : allowed) {
        node->not_allowed = [this, methods = list](const net::Request& request) {
            net::Response response =
                net::Response::error({.kind = ErrorKind::kInvalidArgument,
                                      .code = "http.method_not_allowed",
                                      .message = "This path allows " + methods + "."},
                                     request.request_id);
            response.status = 405;
            response.headers.set("Allow", methods);
            if (finish_) finish_(request, response);
            return response;
        };
    }
    tree_->fallback = [this](const net::Request& request) {
        net::Response response = fallback_ ? fallback_(request) : not_found(request);
        if (finish_) finish_(request, response);
        return response;
    };
}

net::RouteMatch Router::match(net::Method method, std::string_view path) const {
    SAOLA_CHECK(tree_ != nullptr);
    net::RouteMatch match;
    match.handler = &tree_->fallback;
    std::vector<std::string_view> segments;
    segments.reserve(kMaxSegments);
    if (!split(path, segments)) return match;
    std::vector<std::string_view> values;
    const Tree::Node* node = Tree::find(tree_->root, segments, values);
    if (node == nullptr) return match;
    match.path_exists = true;
    const Tree::Route* route = node->routes[index_of(method)].get();
    if (route == nullptr && method == net::Method::kHead)
        route = node->routes[index_of(net::Method::kGet)].get();
    if (route == nullptr) {
        match.handler = &node->not_allowed;
        return match;
    }
    match.handler = &route->handler;
    match.run_on = route->run_on;
    match.max_body_bytes = route->max_body_bytes;
    for (std::size_t i = 0; i < values.size(); ++i)
        match.params.emplace(route->param_names[i], values[i]);
    return match;
}

}  // namespace saola::platform

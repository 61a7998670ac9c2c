#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "lang/document/chars.h"
#include "lang/document/layout.h"

namespace saola::lang {
namespace {

constexpr std::string_view kReference = "[footnoteRef:";
constexpr std::string_view kBookmark = "[bookmark:";
constexpr std::uint32_t kMaxDefinitionBytes = 64U << 10U;

// Matching ']' of every '[' in one pass.
std::unordered_map<std::uint32_t, std::uint32_t> match_brackets(std::string_view canon) {
    std::unordered_map<std::uint32_t, std::uint32_t> match;
    std::vector<std::uint32_t> open;
    for (std::size_t i = canon.find_first_of("[]"); i != std::string_view::npos;
         i = canon.find_first_of("[]", i + 1)) {
        const auto at = static_cast<std::uint32_t>(i);
        if (canon[i] == '[') {
            open.push_back(at);
        } else if (!open.empty()) {
            match.emplace(open.back(), at);
            open.pop_back();
        }
    }
    return match;
}

std::size_t digits_end(std::string_view canon, std::size_t at) {
    std::size_t end = at;
    while (end < canon.size() && end < at + 6 && is_digit(canon[end])) ++end;
    return end;
}

}  // namespace

Marks find_marks(std::string_view canon) {
    Marks marks;
    const auto match = match_brackets(canon);
    std::unordered_set<std::string> announced;  // a definition needs its reference before it
    std::uint32_t skip_until = 0;
    for (std::size_t i = canon.find('['); i != std::string_view::npos; i = canon.find('[', i + 1)) {
        const auto at = static_cast<std::uint32_t>(i);
        const std::string_view rest = canon.substr(i);
        const auto closing = match.find(at);
        if (closing == match.end() || at < skip_until) continue;
        const std::uint32_t end = closing->second + 1;
        if (rest.starts_with(kReference)) {
            const std::size_t from = i + kReference.size();
            const std::size_t to = digits_end(canon, from);
            if (to == from || to + 1 != end) continue;
            std::string label(canon.substr(from, to - from));
            announced.insert(label);
            marks.references.push_back({std::move(label), {at, end}, {}});
            marks.holes.push_back({at, end});
        } else if (rest.starts_with(kBookmark)) {
            if (end - at > 200) continue;
            marks.holes.push_back({at, end});
        } else {
            const std::size_t to = digits_end(canon, i + 1);
            if (to == i + 1 || to >= canon.size() || canon[to] != ':' ||
                end - at > kMaxDefinitionBytes)
                continue;
            std::string label(canon.substr(i + 1, to - i - 1));
            if (!announced.contains(label)) continue;
            announced.erase(label);
            marks.definitions.push_back(
                {std::move(label), {at, end}, {static_cast<std::uint32_t>(to + 1), end - 1}});
            marks.holes.push_back({at, end});
        }
        skip_until = end;
    }
    return marks;
}

}  // namespace saola::lang

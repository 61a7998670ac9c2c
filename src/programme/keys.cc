#include "programme/keys.h"

#include <array>

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/hash.h"

namespace saola::programme {

std::string slug(std::string_view text, std::size_t max_bytes) {
    const std::string folded = text::fold_unmarked(text);
    std::string out;
    for (const char c : folded) {
        const bool keep = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (keep) {
            out.push_back(c);
        } else if (!out.empty() && out.back() != '-') {
            out.push_back('-');
        }
    }
    if (out.size() > max_bytes) {
        const std::size_t cut = out.rfind('-', max_bytes);
        out.resize(cut == std::string::npos || cut == 0 ? max_bytes : cut);
    }
    while (!out.empty() && out.back() == '-') out.pop_back();
    return out;
}

std::string short_hash(std::string_view text) {
    const crypto::Digest digest = crypto::sha256(as_bytes(text::fold(text)));
    return to_hex(BytesView(digest.data(), 5));
}

std::string organisation_key(std::string_view name) {
    std::string key = slug(name);
    constexpr std::array<std::string_view, 4> kPrefixes{"ubnd-", "tinh-", "thanh-pho-", "tp-"};
    for (const std::string_view prefix : kPrefixes) {
        if (key.starts_with(prefix) && key.size() > prefix.size()) key.erase(0, prefix.size());
    }
    return key;
}

std::string document_key(std::string_view number) { return slug(number, 60); }

std::string document_key(const contracts::Document& document) {
    if (!document.head.number.empty()) {
        // A draft leaves the number blank ("/QĐ-TTg"): such a number names nothing.
        const char first = document.head.number.front();
        if (first >= '0' && first <= '9') return document_key(document.head.number);
    }
    const std::string words = document.head.type + " " + document.head.title;
    std::string key = slug(words, 60);
    if (key.empty()) return "sha256-" + document.sha256.substr(0, 16);
    return key + "-" + short_hash(words).substr(0, 6);
}

std::string task_key(std::string_view organisation, std::string_view title) {
    return organisation_key(organisation) + "/" + short_hash(title);
}

}  // namespace saola::programme

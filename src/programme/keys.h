// Stable keys of subjects: the same thing named in two documents gets the same key, whatever the
// file name, the line wrapping or the Unicode form. See docs/formats/programme.md. Pure,
// thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "contracts/document.h"

namespace saola::programme {

// "Bộ Khoa học và Công nghệ" -> "bo-khoa-hoc-va-cong-nghe"; at most `max_bytes`, cut at a word.
[[nodiscard]] std::string slug(std::string_view text, std::size_t max_bytes = 80);
// First 10 hexadecimal digits of SHA-256 of the folded text.
[[nodiscard]] std::string short_hash(std::string_view text);

// Organisations: the slug of the name without "Tỉnh", "Thành phố", "TP." before a province, so that
// "Tỉnh Phú Thọ" and "Phú Thọ" meet.
[[nodiscard]] std::string organisation_key(std::string_view name);
// "1234/QĐ-TTg" -> "1234-qd-ttg".
[[nodiscard]] std::string document_key(std::string_view number);
// Of a read document: its number; else type, title and a short hash when it carries no number.
[[nodiscard]] std::string document_key(const contracts::Document& document);
// Tasks: organisation and title decide.
[[nodiscard]] std::string task_key(std::string_view organisation, std::string_view title);

}  // namespace saola::programme

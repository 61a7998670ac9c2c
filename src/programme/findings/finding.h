// What does not add up: the result of a quality rule over documents and assertions. Pure values.
// A rule holds no literal of any particular document; a finding quotes every operand with its span
// and shows the computation, so that a reader can check it without the platform.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "contracts/document.h"
#include "programme/assertion.h"

namespace saola::programme {

enum class Severity : std::uint8_t { kError, kWarning, kQuestion };
[[nodiscard]] std::string_view to_string(Severity severity) noexcept;

struct Quote {
    std::size_t document = 0;  // index into FindingInput::documents
    contracts::Span span;      // in source_text
    std::string text;          // exactly source(span)
    std::string place;         // for people
    std::string role;          // "stated", "row", "other", "limit", "previous"
};

struct Finding {
    std::string rule;  // "total.sum"
    int rule_version = 1;
    Severity severity = Severity::kError;
    std::string subject;     // what it is about, stable across runs (for the fingerprint)
    std::string summary_vi;  // one sentence for people, with the numbers
    std::string summary_en;
    std::string computation;              // "2281 + 160 = 2441; stated 2.440; difference 1"
    std::vector<Quote> quotes;            // at least one; both operands wherever there are two
    std::vector<std::string> assertions;  // ids concerned, when known
    std::string fingerprint;  // SHA-256 of rule, subject and quoted texts: same finding, same id
};

struct FindingInput {
    std::vector<const contracts::Document*> documents;
    std::vector<Assertion> assertions;  // current ones
    Date today;                         // injected
};

struct RuleInfo {
    std::string id;  // "total.sum"
    int version = 1;
    Severity severity = Severity::kError;
    std::string title_vi, title_en;
    std::string explains_vi, explains_en;  // what it compares and when it stays quiet
};

// All rules, in a stable order. Deterministic: the same input gives the same findings in the same
// order, independent of file names, line wrapping and Unicode form.
[[nodiscard]] std::vector<RuleInfo> rules();
[[nodiscard]] std::vector<Finding> find_defects(const FindingInput& input);

}  // namespace saola::programme

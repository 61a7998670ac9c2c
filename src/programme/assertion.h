// The facts of the programme: append-only assertions, each with its source. Everything else
// (reports, totals, status) is derived from them by formula. Pure values.
//
// Bitemporal: `period`/`as_of` say when a value holds in the world, `recorded_at_ns` when the
// platform learnt it. A correction never changes an assertion; it adds one that supersedes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/result.h"
#include "contracts/document.h"
#include "platform/identity.h"

namespace saola::programme {

enum class SubjectKind : std::uint8_t {
    kProgramme,
    kComponent,
    kProduct,
    kTask,
    kMilestone,
    kIndicator,
    kBudgetLine,
    kOrganisation,
    kDocument,
    kDeadline,
    kPatentCount,
    kStandardCount,
    kCodeList,
    kCode,
};
[[nodiscard]] std::string_view to_string(SubjectKind kind) noexcept;
[[nodiscard]] std::optional<SubjectKind> parse_subject_kind(std::string_view text) noexcept;

// Value of an assertion. Unknown is a value of its own: "-" or an empty cell in the document.
struct Unknown {
    friend bool operator==(const Unknown&, const Unknown&) = default;
};
struct Range {  // closed; a missing bound is open ("at least 80 %")
    std::optional<Decimal> lo;
    std::optional<Decimal> hi;
    friend bool operator==(const Range&, const Range&) = default;
};
using AssertedValue = std::variant<Unknown, Decimal, Range, std::string, Date>;

// Units are stored in base form: money in VND (million and billion of the document are multiplied
// out), durations in months, shares in "%". The words of the source stay in `stated`.
struct Assertion {
    std::string id;  // ULID
    SubjectKind subject_kind = SubjectKind::kTask;
    std::string subject;    // stable key inside its kind, see docs/formats/programme.md
    std::string predicate;  // "budget", "duration", "title", "target", "count" ...
    AssertedValue value;
    std::string unit;           // "VND", "month", "%", "count", "" for text
    std::string period;         // "2015", "2025-06/2026-04", "" when none
    std::optional<Date> as_of;  // date of the source document, or said in it
    TimestampNs recorded_at_ns = 0;
    std::string source;  // source id, see Source; "" only for the data set before import
    std::string actor;   // who accepted it
    float confidence = 1.0F;
    std::string supersedes;  // id of the assertion this one corrects
    std::string stated;      // as written: "5.000 - 10.000"
    platform::Classification classification = platform::Classification::kPublic;
    std::string organisation;  // owning organisation key, "" when none
    bool synthetic = false;
};

// Where a fact stands: always resolvable to bytes of a stored document, or to a clause of a
// document that this installation does not hold (data set without originals).
struct Source {
    std::string id;
    std::string document;  // document key: normalised "type number" or sha256 when unnumbered
    std::string document_sha256;  // "" when the original is not held
    std::string place;            // "Phụ lục V, dòng 12, cột 6"
    std::optional<contracts::Span> span;
    std::string excerpt;  // the span's text, bounded to 500 bytes
    TimestampNs retrieved_at_ns = 0;
};

}  // namespace saola::programme

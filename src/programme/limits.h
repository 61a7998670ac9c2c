// Every bound of module programme. A refusal names the limit it met.
#pragma once

#include <cstddef>
#include <cstdint>

namespace saola::programme {

inline constexpr std::size_t kMaxImportFiles = 64;                    // per import
inline constexpr std::uint64_t kMaxImportBytes = 256ULL << 20U;       // all files of one import
inline constexpr std::size_t kMaxImportRows = 200'000;                // proposed rows of one import
inline constexpr std::size_t kMaxTextBytes = 8'192;                   // one text value
inline constexpr std::size_t kMaxStoredTextBytes = 65'536;            // one text value in the log
inline constexpr std::int64_t kMaxAmountVnd = 1'000'000'000'000'000;  // one corrected amount: 10^15
inline constexpr std::int64_t kMaxNumber = 1'000'000'000'000;  // any other corrected number: 10^12
inline constexpr std::uint8_t kMaxNumberScale = 6;             // decimals of a corrected number
inline constexpr std::size_t kMaxExcerptBytes = 500;
inline constexpr std::size_t kMaxStatedBytes = 500;
inline constexpr std::size_t kMaxPageRows = 1'000;  // one page of a JSON list
inline constexpr std::size_t kDefaultPageRows = 200;
inline constexpr std::size_t kMaxFilters = 16;
inline constexpr std::size_t kMaxQueryBytes = 200;  // q=
inline constexpr std::size_t kMaxReasonBytes = 2'000;
inline constexpr std::size_t kMaxSearchHits = 50;
inline constexpr std::size_t kMaxTextSlice = 256U << 10U;  // one answer of documents/{key}/text
inline constexpr std::size_t kMaxSnapshots = 6;            // as-of snapshots kept in memory
inline constexpr std::size_t kMaxCachedReports = 64;
inline constexpr std::size_t kMaxCachedCells = 400'000;  // of all cached reports, about 100 MB
inline constexpr std::size_t kMaxFoldedWords = 200'000;  // texts kept as search reads them
inline constexpr std::size_t kMaxCachedDocuments = 16;   // parsed documents kept in memory
inline constexpr std::size_t kMaxDecideRows = 10'000;    // ids in one decision
inline constexpr std::size_t kMaxCorrectable = 100;      // facts offered for correction
inline constexpr std::size_t kMaxReleaseBytes = 256U << 20U;
inline constexpr float kAcceptConfidence = 0.8F;  // --accept takes rows from here on

}  // namespace saola::programme

// Puts blocks into the tree of an official document: parts, articles, clauses, headings, bullets,
// appendices, recipients, signature, footnotes, tables. Offsets stay canonical until reader.cc
// turns them into source offsets.
#pragma once

#include <string_view>

#include "base/result.h"
#include "contracts/document.h"
#include "lang/document/budget.h"
#include "lang/document/layout.h"

namespace saola::lang {

// Fills document.nodes, tables and what the signature says of the head. Errors: kTooLarge of the
// budget.
[[nodiscard]] Status build_tree(std::string_view canon, const Marks& marks, const Lines& lines,
                                std::size_t head_lines, Blocks blocks, Budget& budget,
                                contracts::Document& document);

}  // namespace saola::lang

// Visible labels of automatic numbering in DOCX (w:numPr through numbering.xml and styles.xml).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace saola::lang {

struct NumberingLevel {
    std::string format = "decimal";  // w:numFmt
    std::string text;                // w:lvlText: "%1.", "Điều %1.", "-"
    std::int64_t start = 1;
};
struct NumberingList {
    std::string abstract_id;  // lists of one abstract share their counters
    std::map<int, NumberingLevel> levels;
    std::map<int, std::int64_t> start_overrides;  // a list that counts on its own
};

// Counts through a document; used by one thread. Levels are 0..8.
class Numbering {
public:
    void add(std::string id, NumberingList list) { lists_[std::move(id)] = std::move(list); }
    void set_style(std::string style, std::string list, int level) {
        styles_[std::move(style)] = {std::move(list), level};
    }
    [[nodiscard]] const std::pair<std::string, int>* of_style(const std::string& style) const;
    // The next label of this list and level, "" when it shows none.
    [[nodiscard]] std::string next(const std::string& list, int level);

private:
    std::map<std::string, NumberingList> lists_;
    std::map<std::string, std::pair<std::string, int>> styles_;
    std::map<std::string, std::vector<std::int64_t>> counters_;  // -1: not begun
};

// "3", "c", "III", "03" for 3.
[[nodiscard]] std::string format_number(std::int64_t value, const std::string& format);

}  // namespace saola::lang

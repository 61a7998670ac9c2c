// References between documents and dates: replaced documents, counts under an old catalogue, two
// forms of one reference, impossible dates, passed deadlines.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "programme/findings/context.h"

namespace saola::programme::findings {
namespace {

using contracts::Citation;

bool is_full(const Date& date) { return date.day != 0 && date.month != 0; }

std::string number_key(const std::string& number) { return text::fold(number); }
std::string leading_digits(const std::string& number) {
    std::size_t end = 0;
    while (end < number.size() && number[end] >= '0' && number[end] <= '9') ++end;
    std::string digits = number.substr(0, end);
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    return digits;
}
bool has_suffix(const std::string& number) {
    return number.find('/') != std::string::npos || number.find('-') != std::string::npos;
}

// Offices of this kind exist in every province: their numbers are unique only within one of them.
bool is_local(const std::string& number) {
    const std::string folded = text::fold(number);
    for (const std::string_view mark : {"ubnd", "hđnd", "skhcn", "/tu", "-tu", "sở"})
        if (folded.find(mark) != std::string::npos) return true;
    return false;
}

struct Mention {
    std::size_t document = 0;
    const Citation* citation = nullptr;
    const Sentence* sentence = nullptr;  // nullptr: in a table or the head
};

std::vector<Mention> mentions_of(const Context& context) {
    std::vector<Mention> out;
    for (std::size_t d = 0; d < context.input().documents.size(); ++d)
        for (const Citation& citation : context.document(d).citations)
            out.push_back({d, &citation, nullptr});
    return out;
}

Quote quote_of(const Context& context, const Mention& m, std::string role) {
    return context.quote_span(
        m.document, m.citation->span,
        m.citation->node >= 0 ? context.document(m.document).place(m.citation->node) : "",
        std::move(role));
}

// "A thay thế B", "B hết hiệu lực", "bãi bỏ B": B is replaced, here, by A where it is named.
struct Replacement {
    Mention old_one, new_one;
    std::string old_number, new_number;
};

std::string source_between(const Context& context, std::size_t document, std::uint32_t begin,
                           std::uint32_t end) {
    if (begin >= end || end - begin > 1'000) return {};
    return text::fold(context.document(document).source({begin, end}));
}

std::vector<Replacement> replacements_of(const Context& context,
                                         const std::vector<Mention>& mentions) {
    std::vector<Replacement> out;
    for (std::size_t i = 0; i < mentions.size(); ++i) {
        const Mention& m = mentions[i];
        if (m.citation->number.empty()) continue;
        const contracts::Document& doc = context.document(m.document);
        const std::uint32_t from = m.citation->span.begin > 60 ? m.citation->span.begin - 60 : 0;
        std::string before = source_between(context, m.document, from, m.citation->span.begin);
        const std::string after = source_between(
            context, m.document, m.citation->span.end,
            std::min<std::uint32_t>(m.citation->span.end + 400,
                                    static_cast<std::uint32_t>(doc.source_text.size())));
        const std::string sentence = after.substr(0, after.find_first_of(";."));
        const bool replaced = before.ends_with("thay thế") || before.ends_with("thay thế cho") ||
                              before.ends_with("bãi bỏ");
        const bool ends = sentence.find("hết hiệu lực") != std::string::npos &&
                          sentence.size() < 260 && before.find("thay") == std::string::npos;
        if (!replaced && !ends) continue;
        Replacement r{m, m, number_key(m.citation->number), number_key(doc.head.number)};
        // The replacing document is the one cited just before, in the same sentence.
        if (replaced && i > 0 && mentions[i - 1].document == m.document &&
            !mentions[i - 1].citation->number.empty()) {
            const std::string link = source_between(
                context, m.document, mentions[i - 1].citation->span.end, m.citation->span.begin);
            if (!link.empty() && link.find(';') == std::string::npos &&
                link.find(". ") == std::string::npos) {
                r.new_one = mentions[i - 1];
                r.new_number = number_key(mentions[i - 1].citation->number);
            }
        }
        if (r.old_number != r.new_number) out.push_back(std::move(r));
    }
    return out;
}

bool speaks_of_past(const std::string& around) {
    for (const std::string_view words :
         {"thay thế", "hết hiệu lực", "bãi bỏ", "trước đây", "trước ngày", "đã được sửa đổi"})
        if (around.find(words) != std::string::npos) return true;
    return false;
}

// The row or sentence carries another date before the replacement: what is told happened under the
// old document while it was in force.
bool acted_before(const Context& context, const Mention& m, const Date& since) {
    const contracts::Document& doc = context.document(m.document);
    contracts::Span around = m.citation->span;
    if (const Sentence* s = context.sentence_at(m.document, m.citation->node, m.citation->span))
        around = context.node(*s).text.source(s->begin, s->end);
    for (const contracts::Table& table : doc.tables)
        if (table.span.contains(m.citation->span))
            for (const contracts::Row& row : table.rows)
                if (row.span.contains(m.citation->span)) around = row.span;
    const std::string before = text::to_nfc(doc.source({around.begin, m.citation->span.begin}));
    const std::string after = text::to_nfc(doc.source({m.citation->span.end, around.end}));
    for (const std::string& words : {before, after})
        for (const DateMention& d : find_dates(words))
            if (d.valid && is_full(d.date) && d.date < since) return true;
    return false;
}

}  // namespace

// A document stated to be replaced is cited elsewhere as the basis of action.
void list_superseded(const Context& context, Report& report) {
    const std::vector<Mention> mentions = mentions_of(context);
    std::set<std::pair<std::size_t, std::string>> done;
    for (const Replacement& r : replacements_of(context, mentions)) {
        for (const Mention& m : mentions) {
            if (number_key(m.citation->number) != r.old_number ||
                (m.document == r.old_one.document && m.citation == r.old_one.citation))
                continue;
            const contracts::Document& doc = context.document(m.document);
            const std::uint32_t begin =
                m.citation->span.begin > 90 ? m.citation->span.begin - 90 : 0;
            const std::string before =
                source_between(context, m.document, begin, m.citation->span.begin);
            const std::string after = source_between(
                context, m.document, m.citation->span.end,
                std::min<std::uint32_t>(m.citation->span.end + 160,
                                        static_cast<std::uint32_t>(doc.source_text.size())));
            if (speaks_of_past(before) || speaks_of_past(after)) continue;
            // As in force: someone acts under it or plans to; a report that it was once issued does
            // not.
            bool acts = false;
            for (const std::string_view cue : {"căn cứ", "theo", "thực hiện", "triển khai",
                                               "quy định tại", "tại", "theo quy định"})
                acts = acts || before.ends_with(cue) ||
                       before.ends_with(std::string(cue) + " quy định tại");
            // A document dated before the replacement could not know it.
            const auto& head = doc.head.date;
            const auto& since = r.new_one.citation->date;
            if (head && since && is_full(*head) && is_full(*since) && *head < *since) continue;
            if (since && acted_before(context, m, *since)) continue;
            if (!acts || !done.emplace(m.document, r.old_number).second) continue;
            report.add(
                context.name(m.document) + "/" + r.old_number,
                "Dẫn chiếu " + m.citation->number +
                    " như còn hiệu lực, trong khi văn bản này đã được thay thế",
                "Cites " + m.citation->number + " as in force although it is stated to be replaced",
                r.old_number + " → " + r.new_number,
                {quote_of(context, m, "stated"), quote_of(context, r.old_one, "other")});
        }
    }
}

namespace {

std::string initials(const std::vector<std::string>& words, std::size_t from) {
    std::string out;
    for (std::size_t i = from; i < words.size(); ++i) {
        const std::string plain = text::fold_unmarked(words[i]);
        if (!plain.empty()) out += plain.front();
    }
    return out;
}

// "nhóm cncl" and "nhóm công nghệ chiến lược" count the same thing.
bool same_noun(const std::string& a, const std::string& b) {
    const auto wa = split_words(a);
    const auto wb = split_words(b);
    if (wa.size() < 2 || wb.size() < 2 || wa[0] != wb[0]) return false;
    const auto shorter = [](const std::vector<std::string>& s, const std::vector<std::string>& l) {
        const std::string letters = initials(l, 1);
        return s[1].size() >= 2 && text::fold_unmarked(s[1]) == letters.substr(0, s[1].size()) &&
               s[1].size() >= std::min<std::size_t>(letters.size(), 3);
    };
    if (wa[1] == wb[1]) return wa.size() < 3 || wb.size() < 3 || wa[2] == wb[2] || wa[1].size() > 2;
    return shorter(wa, wb) || shorter(wb, wa);
}

struct Count {
    const Sentence* sentence = nullptr;
    const Quantity* quantity = nullptr;
};

// Counts said of a citation: "(gồm 11 nhóm ... và 35 nhóm ...)" after it, before the next citation.
std::vector<Count> counts_after(const Context& context, const std::vector<Mention>& mentions,
                                std::size_t i) {
    std::vector<Count> out;
    const Mention& m = mentions[i];
    const Sentence* s = context.sentence_at(m.document, m.citation->node, m.citation->span);
    if (s == nullptr) return out;
    const contracts::Text& words = context.node(*s).text;
    for (const Quantity& q : s->quantities) {
        const contracts::Span span = words.source(q.begin, q.end);
        if (span.begin < m.citation->span.end) continue;
        if (i + 1 < mentions.size() && mentions[i + 1].document == m.document &&
            span.begin > mentions[i + 1].citation->span.begin)
            break;
        const std::string link =
            source_between(context, m.document, m.citation->span.end, span.begin);
        if (link.find("gồm") == std::string::npos || q.kind != QuantityKind::kAmount ||
            !q.unit.empty() || q.noun.empty() || q.range)
            continue;
        out.push_back({s, &q});
    }
    return out;
}

}  // namespace

// Counts made under a catalogue that was replaced by one with another number of groups.
void list_version(const Context& context, Report& report) {
    const std::vector<Mention> mentions = mentions_of(context);
    std::set<std::string> done;
    for (const Replacement& r : replacements_of(context, mentions)) {
        std::vector<Count> old_counts, new_counts;
        for (std::size_t i = 0; i < mentions.size(); ++i) {
            const std::string number = number_key(mentions[i].citation->number);
            if (number != r.old_number && number != r.new_number) continue;
            for (const Count& count : counts_after(context, mentions, i))
                (number == r.old_number ? old_counts : new_counts).push_back(count);
        }
        for (const Count& fresh : new_counts)
            for (const Count& old : old_counts) {
                if (old.quantity->lo == fresh.quantity->lo ||
                    !same_noun(text::fold(old.quantity->noun), text::fold(fresh.quantity->noun)))
                    continue;
                for (const Sentence& s : context.sentences()) {
                    if (s.document != r.old_one.document || &s == old.sentence ||
                        &s == fresh.sentence)
                        continue;
                    for (const Quantity& q : s.quantities) {
                        if (q.lo != old.quantity->lo || q.range ||
                            !same_noun(text::fold(q.noun), text::fold(old.quantity->noun)))
                            continue;
                        // Only where the figure scopes a statistic, not where it tells the list's
                        // own history.
                        if (!contains_any(context.between(s, s.begin, q.begin),
                                          {"liên quan đến", "theo", "thuộc", "đối với", "trong"}))
                            continue;
                        const std::string key =
                            context.name(s.document) + "/" + old.quantity->lo.to_string() + "/" +
                            std::to_string(s.node) + "/" + std::to_string(q.begin);
                        if (!done.insert(key).second) continue;
                        report.add(context.name(s.document) + "/" + old.quantity->lo.to_string() +
                                       " " + text::fold(q.noun),
                                   "Số liệu tính theo " + show(q.lo) + " " + q.noun +
                                       " của danh mục cũ; danh mục thay thế có " +
                                       show(fresh.quantity->lo),
                                   "Counted under the old list of " + show(q.lo) +
                                       "; the list that replaces it has " +
                                       show(fresh.quantity->lo),
                                   show(q.lo) + " (" + r.old_number + ") ≠ " +
                                       show(fresh.quantity->lo) + " (" + r.new_number + ")",
                                   {context.quote(s, q, "stated"),
                                    context.quote(*fresh.sentence, *fresh.quantity, "other"),
                                    quote_of(context, r.old_one, "limit")});
                    }
                }
            }
    }
}

void reference_two_forms(const Context& context, Report& report) {
    const std::vector<Mention> mentions = mentions_of(context);
    std::map<std::string, std::vector<const Mention*>> by_number, by_date;
    for (const Mention& m : mentions) {
        const Citation& c = *m.citation;
        if (c.number.empty() || !c.date || !is_full(*c.date)) continue;
        if (has_suffix(c.number) && !is_local(c.number))
            by_number[number_key(c.number)].push_back(&m);
        if (!leading_digits(c.number).empty())
            by_date[text::fold(c.type) + "/" + leading_digits(c.number) + "/" + to_iso(*c.date)]
                .push_back(&m);
    }
    for (const auto& [number, list] : by_number) {
        for (std::size_t i = 1; i < list.size(); ++i) {
            if (list[i]->citation->date == list[0]->citation->date) continue;
            report.add(
                number, "Văn bản " + list[0]->citation->number + " được dẫn với hai ngày khác nhau",
                "Document " + list[0]->citation->number + " is cited with two dates",
                to_iso(*list[0]->citation->date) + " ≠ " + to_iso(*list[i]->citation->date),
                {quote_of(context, *list[0], "stated"), quote_of(context, *list[i], "other")},
                Severity::kError);
            break;
        }
    }
    for (const auto& [key, list] : by_date) {
        for (std::size_t i = 1; i < list.size(); ++i) {
            const std::string& a = list[0]->citation->number;
            const std::string& b = list[i]->citation->number;
            if (number_key(a) == number_key(b) || (is_local(a) && is_local(b))) continue;
            report.add(
                key, "Một văn bản được dẫn theo hai cách: " + a + " và " + b,
                "One document is cited in two forms: " + a + " and " + b, a + " ≠ " + b,
                {quote_of(context, *list[0], "stated"), quote_of(context, *list[i], "other")});
            break;
        }
    }
}

namespace {

void effective_before_issued(const Context& context, Report& report) {
    for (std::size_t d = 0; d < context.input().documents.size(); ++d) {
        const contracts::Head& head = context.document(d).head;
        if (!head.date || !is_full(*head.date) || head.date_span.empty()) continue;
        for (const Sentence& s : context.sentences()) {
            if (s.document != d || s.folded.find("có hiệu lực") == std::string::npos ||
                s.dates.empty())
                continue;
            if (s.folded.find("này có hiệu lực") == std::string::npos) continue;
            const DateMention& date = s.dates.front();
            if (!date.valid || !is_full(date.date) || !(date.date < *head.date)) continue;
            report.add(context.name(d) + "/effective",
                       "Ngày có hiệu lực " + to_iso(date.date) + " trước ngày ban hành " +
                           to_iso(*head.date),
                       "Effective " + to_iso(date.date) + ", before it was issued on " +
                           to_iso(*head.date),
                       to_iso(date.date) + " < " + to_iso(*head.date),
                       {context.quote(s, date.begin, date.end, "stated"),
                        context.quote_span(d, head.date_span, "", "other")});
        }
    }
}

}  // namespace

void date_impossible(const Context& context, Report& report) {
    const auto add = [&](std::size_t document, const std::string& written, Quote quote) {
        report.add(context.name(document) + "/" + text::fold(written),
                   "Ngày không có trong lịch: “" + written + "”", "No such date: “" + written + "”",
                   written, {std::move(quote)});
    };
    for (const Sentence& s : context.sentences())
        for (const DateMention& d : s.dates)
            if (!d.valid)
                add(s.document,
                    std::string(std::string_view(context.node(s).text.value)
                                    .substr(d.begin, d.end - d.begin)),
                    context.quote(s, d.begin, d.end, "stated"));
    for (const TableView& table : context.tables())
        for (std::size_t r = 0; r < table.rows.size(); ++r)
            for (std::size_t c = 0; c < table.columns.size(); ++c) {
                const contracts::Cell* cell = table.rows[r][c].cell;
                if (cell == nullptr || cell->carried) continue;
                for (const DateMention& d : find_dates(cell->text.value))
                    if (!d.valid) {
                        Quote quote = context.quote(table, r, c, "stated");
                        quote.span = cell->text.source(d.begin, d.end);
                        quote.text =
                            std::string(context.document(table.document).source(quote.span));
                        add(table.document, cell->text.value.substr(d.begin, d.end - d.begin),
                            std::move(quote));
                    }
            }
    effective_before_issued(context, report);
}

namespace {

// Assertions say which deadlines were met: one subject with this due date and a state that ends it.
bool is_met(const Context& context, const Date& due, const std::string& written) {
    std::set<std::string> subjects;
    for (const Assertion& a : context.input().assertions) {
        const auto* date = std::get_if<Date>(&a.value);
        if (a.subject_kind == SubjectKind::kDeadline && a.predicate == "due" && date != nullptr &&
            *date == due &&
            (a.stated.empty() ||
             text::fold(written).find(text::fold(a.stated)) != std::string::npos ||
             text::fold(a.stated).find(text::fold(written)) != std::string::npos))
            subjects.insert(a.subject);
    }
    for (const Assertion& a : context.input().assertions)
        if (a.subject_kind == SubjectKind::kDeadline &&
            (a.predicate == "completed" || a.predicate == "reported") &&
            subjects.contains(a.subject))
            return true;
    return false;
}

}  // namespace

void deadline_passed(const Context& context, Report& report) {
    const Date& today = context.input().today;
    if (today.year == 0) return;
    for (const Sentence& s : context.sentences()) {
        const auto kind = context.node(s).kind;
        if (kind == contracts::NodeKind::kPreamble || kind == contracts::NodeKind::kFootnote)
            continue;
        for (const DateMention& d : s.dates) {
            if (!d.valid || d.date.month == 0) continue;
            // The cue stands close before the date: "hoàn thành trước ngày", "thời hạn ...: trong
            // tháng".
            std::size_t from = d.begin > s.begin + 160 ? d.begin - 160 : s.begin;
            const std::string& value = context.node(s).text.value;
            while (from > s.begin && (static_cast<unsigned char>(value[from]) & 0xC0U) == 0x80U)
                --from;
            const std::string before = context.between(s, from, d.begin);
            if (!contains_any(before, {"hoàn thành", "thời hạn", "chậm nhất", "hạn gửi", "hạn nộp",
                                       "hạn cuối", "xong"}))
                continue;
            if (contains_any(before, {"đã hoàn thành", "có hiệu lực", "căn cứ", "đã gửi", "kể từ"}))
                continue;
            if (!contains_any(before.substr(before.size() > 40 ? before.size() - 40 : 0),
                              {"trước", "trong", "đến", "là", "chậm nhất", "vào", "hạn"}))
                continue;
            const bool exclusive = before.ends_with("trước");
            const Date last = exclusive ? first_day(d.date) : last_day(d.date);
            if (exclusive ? !(last <= today) : !(last < today)) continue;
            const std::string written = value.substr(d.begin, d.end - d.begin);
            if (is_met(context, d.date, written)) continue;
            report.add(context.name(s.document) + "/" + s.folded,
                       "Đã quá hạn " + written + ", chưa có báo cáo hoàn thành",
                       "The deadline " + to_iso(d.date) + " has passed without a report",
                       to_iso(last) + (exclusive ? " ≤ " : " < ") + to_iso(today),
                       {context.quote(s, s.begin, s.end, "stated"),
                        context.quote(s, d.begin, d.end, "limit")});
        }
    }
}

}  // namespace saola::programme::findings

// Patents, standards, products and code lists.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "programme/report/report.h"

namespace saola::programme {
namespace {

using platform::CellType;

const Fact* at_period(const View& view, SubjectKind kind, const std::string& subject,
                      std::string_view predicate, const std::string& period) {
    const Fact* found = nullptr;
    for (const Fact* fact : view.facts(kind, subject)) {
        if (fact->assertion.predicate == predicate && fact->assertion.period == period)
            found = fact;
    }
    return found;
}

struct PatentColumn {
    std::string_view subject, key, vi, en;
};
constexpr std::array<PatentColumn, 9> kPatentColumns{{
    {"enterprise/sc", "enterprise_sc", "Doanh nghiệp - sáng chế", "Enterprises - inventions"},
    {"enterprise/gphi", "enterprise_gphi", "Doanh nghiệp - giải pháp hữu ích",
     "Enterprises - utility solutions"},
    {"institute/sc", "institute_sc", "Viện, trường - sáng chế", "Institutes - inventions"},
    {"institute/gphi", "institute_gphi", "Viện, trường - giải pháp hữu ích",
     "Institutes - utility solutions"},
    {"individual/sc", "individual_sc", "Cá nhân - sáng chế", "Individuals - inventions"},
    {"individual/gphi", "individual_gphi", "Cá nhân - giải pháp hữu ích",
     "Individuals - utility solutions"},
    {"total/sc", "total_sc", "Tổng - sáng chế", "Total - inventions"},
    {"total/gphi", "total_gphi", "Tổng - giải pháp hữu ích", "Total - utility solutions"},
    {"total/total", "total", "Tổng", "Total"},
}};

// "1" < "2" < "10", "I" < "II", "1.2" < "1.10": codes by their numbers.
std::vector<std::int64_t> code_order(std::string_view code) {
    std::vector<std::int64_t> out;
    std::string part;
    const auto flush = [&] {
        std::int64_t value = 0;
        if (!part.empty() && part.find_first_not_of("0123456789") == std::string::npos &&
            part.size() < 10) {
            value = std::stoll(part);
        } else {
            constexpr std::array<std::pair<char, int>, 6> kRoman{
                {{'I', 1}, {'V', 5}, {'X', 10}, {'L', 50}, {'C', 100}, {'D', 500}}};
            int before = 0;
            for (auto it = part.rbegin(); it != part.rend(); ++it) {
                const auto found =
                    std::ranges::find(kRoman, *it, [](const auto& item) { return item.first; });
                const int digit = found == kRoman.end() ? 0 : found->second;
                value += digit < before ? -digit : digit;
                before = std::max(before, digit);
            }
        }
        out.push_back(value);
        part.clear();
    };
    for (const char c : code) {
        if (c == '.') {
            flush();
        } else {
            part.push_back(c);
        }
    }
    flush();
    return out;
}

}  // namespace

ReportModel build_patents(const View& view) {
    ReportModel model;
    model.name = "patents";
    model.title = {"Bằng sáng chế và giải pháp hữu ích", "Patents and utility solutions"};
    model.columns = {column("year", "Năm", "Year", CellType::kText)};
    std::set<std::string> years;
    for (const PatentColumn& item : kPatentColumns) {
        model.columns.push_back(column(std::string(item.key), std::string(item.vi),
                                       std::string(item.en), CellType::kNumber, "count"));
        model.totals.push_back({std::string(item.key),
                                {std::string(item.vi), std::string(item.en)},
                                TotalKind::kSum,
                                std::string(item.key),
                                "count"});
        for (const Fact* fact : view.facts(SubjectKind::kPatentCount, item.subject)) {
            if (!fact->assertion.period.empty()) years.insert(fact->assertion.period);
        }
    }
    for (const std::string& year : years) {
        ReportRow row;
        row.id = year;
        row.cells.push_back(text_cell(year));
        for (const PatentColumn& item : kPatentColumns) {
            const Fact* fact = at_period(view, SubjectKind::kPatentCount, std::string(item.subject),
                                         "count", year);
            row.cells.push_back(fact_cell(fact));
            if (fact != nullptr) row.synthetic = row.synthetic || fact->assertion.synthetic;
        }
        model.rows.push_back(std::move(row));
    }
    return model;
}

ReportModel build_standards(const View& view) {
    ReportModel model;
    model.name = "standards";
    model.title = {"Tiêu chuẩn theo nhóm công nghệ", "Standards by technology group"};
    model.columns = {
        column("group", "Nhóm", "Group", CellType::kText),
        column("national", "Tiêu chuẩn quốc gia (TCVN)", "National standards", CellType::kNumber,
               "count"),
        column("foreign", "Tiêu chuẩn quốc tế, khu vực, nước ngoài",
               "International, regional and foreign standards", CellType::kNumber, "count"),
        column("total", "Tổng", "Total", CellType::kNumber, "count")};
    std::vector<std::pair<std::int64_t, std::string>> order;
    for (const std::string& subject : view.subjects(SubjectKind::kStandardCount)) {
        if (subject != "total")
            order.emplace_back(view.facts(SubjectKind::kStandardCount, subject).front()->seq,
                               subject);
    }
    std::ranges::sort(order);
    for (const auto& [seq, subject] : order) {
        ReportRow row;
        row.id = subject;
        row.cells = {fact_cell(view.find(SubjectKind::kStandardCount, subject, "title"))};
        for (const char* predicate : {"national", "foreign", "total"}) {
            row.cells.push_back(
                fact_cell(view.find(SubjectKind::kStandardCount, subject, predicate)));
        }
        model.rows.push_back(std::move(row));
    }
    for (const char* key : {"national", "foreign", "total"}) {
        const auto& c = model.columns[static_cast<std::size_t>(model.column(key))];
        model.totals.push_back({key, c.title, TotalKind::kSum, key, "count"});
    }
    return model;
}

ReportModel build_products(const View& view) {
    ReportModel model;
    model.name = "products";
    model.title = {"Sản phẩm công nghệ chiến lược", "Strategic products"};
    model.columns = {column("title", "Sản phẩm", "Product", CellType::kText),
                     column("group", "Nhóm", "Group", CellType::kText),
                     column("origin", "Nguồn", "Origin", CellType::kStatus),
                     column("document", "Văn bản", "Document", CellType::kText),
                     column("indicators", "Số chỉ tiêu", "Indicators", CellType::kNumber, "count")};
    const auto add = [&](std::string id, const Fact* title, std::string group, const char* origin,
                         std::int64_t indicators) {
        if (title == nullptr) return;
        ReportRow row;
        row.id = std::move(id);
        const std::string& document = title->source.document;
        row.cells = {fact_cell(title), text_cell(std::move(group)), text_cell(origin),
                     text_cell(view.document_number(document), "/programme/documents/" + document),
                     number_cell(indicators)};
        row.synthetic = title->assertion.synthetic;
        model.rows.push_back(std::move(row));
    };
    std::map<std::string, std::int64_t> indicators;
    for (const std::string& subject : view.subjects(SubjectKind::kIndicator))
        ++indicators[subject.substr(0, subject.find('/'))];
    for (const std::string& subject : view.subjects(SubjectKind::kComponent)) {
        add("component/" + subject, view.find(SubjectKind::kComponent, subject, "title"), "",
            "programme", indicators[subject]);
    }
    for (const std::string& subject : view.subjects(SubjectKind::kCode)) {
        const std::size_t slash = subject.rfind('/');
        const std::size_t dot = subject.rfind('.');
        if (dot == std::string::npos || slash == std::string::npos || dot < slash) continue;
        add("code/" + subject, view.find(SubjectKind::kCode, subject, "title"),
            view.text(SubjectKind::kCode, subject.substr(0, dot), "title"), "catalogue", 0);
    }
    model.totals = {{"count", {"Số sản phẩm", "Products"}, TotalKind::kCount, "", "count"}};
    return model;
}

ReportModel build_codes(const View& view) {
    ReportModel model;
    model.name = "codes";
    model.title = {"Danh mục và chuyển đổi giữa các phiên bản",
                   "Code lists and mappings between versions"};
    model.columns = {
        column("list", "Danh mục", "List", CellType::kText),
        column("code", "Mã", "Code", CellType::kText),
        column("title", "Tên", "Title", CellType::kText),
        column("level", "Cấp", "Level", CellType::kStatus),
        column("mapping", "Chuyển sang danh mục mới", "Mapping to the new list", CellType::kStatus),
        column("mapped_list", "Danh mục mới", "New list", CellType::kText),
        column("mapped_to", "Mã mới", "New code", CellType::kText),
        column("basis", "Căn cứ", "Basis", CellType::kText)};
    std::vector<std::pair<std::pair<std::string, std::vector<std::int64_t>>, std::string>> order;
    for (const std::string& subject : view.subjects(SubjectKind::kCode)) {
        const std::size_t slash = subject.rfind('/');
        if (slash != std::string::npos)
            order.push_back(
                {{subject.substr(0, slash), code_order(subject.substr(slash + 1))}, subject});
    }
    std::ranges::sort(order);
    for (const auto& [key, subject] : order) {
        const std::string& list = key.first;
        const std::string code = subject.substr(list.size() + 1);
        const auto add = [&](const CodeMapping* mapping) {
            ReportRow row;
            row.id = subject + (mapping != nullptr ? ">" + mapping->list_to + "/" + mapping->code_to
                                                   : std::string());
            row.cells = {text_cell(view.document_number(list), "/programme/documents/" + list),
                         text_cell(code),
                         fact_cell(view.find(SubjectKind::kCode, subject, "title")),
                         text_cell(code.find('.') == std::string::npos ? "group" : "item")};
            if (mapping == nullptr) {
                row.cells.insert(row.cells.end(),
                                 {text_cell(""), text_cell(""), text_cell(""), text_cell("")});
            } else {
                row.cells.insert(
                    row.cells.end(),
                    {text_cell(mapping->kind), text_cell(view.document_number(mapping->list_to)),
                     mapping->code_to.empty() ? ReportCell{} : text_cell(mapping->code_to),
                     text_cell(mapping->basis)});
            }
            model.rows.push_back(std::move(row));
        };
        bool mapped = false;
        for (const CodeMapping& mapping : view.mappings()) {
            if (mapping.list_from != list || mapping.code_from != code) continue;
            mapped = true;
            add(&mapping);
        }
        if (!mapped) add(nullptr);
    }
    model.totals = {{"count", {"Số dòng", "Rows"}, TotalKind::kCount, "", "count"}};
    return model;
}

}  // namespace saola::programme

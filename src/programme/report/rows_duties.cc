// Targets, documents and deadlines.
#include <algorithm>
#include <map>
#include <set>

#include "programme/report/report.h"
#include "programme/targets.h"

namespace saola::programme {
namespace {

using platform::CellType;

// Latest date by which a partial date must hold: the last day of its month or year.
std::int64_t last_day_number(const Date& date) { return days_from_epoch(last_day(date)); }

}  // namespace

ReportModel build_targets(const View& view, std::shared_ptr<const std::vector<Fact>> observed) {
    ReportModel model;
    model.name = "targets";
    model.title = {"Chỉ tiêu đến năm 2027 và 2030", "Targets to 2027 and 2030"};
    model.columns = {
        column("component", "Chương trình thành phần", "Component programme", CellType::kText),
        column("title", "Chỉ tiêu", "Target", CellType::kText),
        column("horizon", "Đến năm", "By year", CellType::kText),
        column("target", "Giá trị", "Value", CellType::kInterval),
        column("unit", "Đơn vị", "Unit", CellType::kText),
        column("known", "Đã biết", "Known so far", CellType::kInterval),
        column("place", "Vị trí", "Place", CellType::kText)};
    std::map<std::string_view, const Fact*> latest;
    for (const Fact& fact : *observed) latest[fact.assertion.subject] = &fact;
    for (const std::string& subject : view.subjects(SubjectKind::kIndicator)) {
        const std::string component = subject.substr(0, subject.find('/'));
        const Fact* component_title = view.find(SubjectKind::kComponent, component, "title");
        const auto seen = latest.find(subject);
        for (const TargetRow& item : target_rows(view, subject)) {
            const Fact& fact = item.source();
            const Fact* known =
                item.known == nullptr && seen != latest.end() ? seen->second : item.known;
            ReportRow row;
            row.id = fact.assertion.id;
            row.synthetic = fact.assertion.synthetic;
            row.cells = {
                component_title != nullptr ? fact_cell(component_title)
                                           : text_cell("Toàn Chương trình"),
                item.title != nullptr ? fact_cell(item.title) : text_cell(measure_name(subject).vi),
                text_cell(item.period()),
                fact_cell(item.target),
                text_cell(display_unit(fact.assertion.unit)),
                fact_cell(known),
                text_cell(fact.source.place)};
            model.rows.push_back(std::move(row));
        }
    }
    // Different measures never add up: only their number is a total.
    model.totals = {
        {"count", {"Số chỉ tiêu", "Targets"}, TotalKind::kCount, "", "count"},
        {"known", {"Đã có số liệu", "With a known value"}, TotalKind::kKnown, "known", "count"}};
    model.observed = std::move(observed);
    return model;
}

ReportModel build_documents(const View& view) {
    ReportModel model;
    model.name = "documents";
    model.title = {"Văn bản", "Documents"};
    model.columns = {column("number", "Số, ký hiệu", "Number", CellType::kLink),
                     column("type", "Loại", "Type", CellType::kText),
                     column("title", "Trích yếu", "Title", CellType::kText),
                     column("issuer", "Cơ quan ban hành", "Issuer", CellType::kText),
                     column("issued", "Ngày ban hành", "Issued", CellType::kDate),
                     column("effective", "Ngày hiệu lực", "Effective", CellType::kDate),
                     column("status", "Tình trạng", "Status", CellType::kStatus),
                     column("replaced_by", "Bị thay thế bởi", "Replaced by", CellType::kText),
                     column("held", "Bản gốc", "Original held", CellType::kStatus)};
    std::map<std::string, std::string> replaced_by;
    for (const std::string& subject : view.subjects(SubjectKind::kDocument)) {
        for (const Fact* fact : view.facts(SubjectKind::kDocument, subject)) {
            const auto* target = std::get_if<std::string>(&fact->assertion.value);
            if (target != nullptr &&
                (fact->assertion.predicate == "replaces" || fact->assertion.predicate == "repeals"))
                replaced_by[*target] = subject;
        }
    }
    std::set<std::string> keys;
    for (std::string& key : view.subjects(SubjectKind::kDocument)) keys.insert(std::move(key));
    for (const HeldFile* file : view.files()) keys.insert(file->document);
    for (const std::string& key : keys) {
        const HeldFile* file = view.file(key);
        const bool draft = file != nullptr && file->head.get_bool_or("draft", false);
        ReportRow row;
        row.id = key;
        const auto cell = [&](const char* predicate) {
            return fact_cell(view.find(SubjectKind::kDocument, key, predicate));
        };
        ReportCell number = cell("number");
        if (number.fact == nullptr) number = text_cell("");
        number.link = "/programme/documents/" + key;
        ReportCell title = cell("title");
        if (title.fact == nullptr && file != nullptr) title = text_cell(view.document_title(key));
        const auto replaced = replaced_by.find(key);
        row.cells = {
            number,
            cell("type"),
            title,
            cell("issuer"),
            cell("issued"),
            cell("effective"),
            text_cell(draft                           ? "draft"
                      : replaced != replaced_by.end() ? "replaced"
                                                      : "in_force_or_unknown"),
            text_cell(replaced != replaced_by.end() ? view.document_number(replaced->second)
                                                    : std::string()),
            text_cell(file != nullptr ? "held" : "cited")};
        model.rows.push_back(std::move(row));
    }
    // Held documents first, then by number.
    std::ranges::stable_sort(model.rows, [](const ReportRow& a, const ReportRow& b) {
        return std::get<std::string>(a.cells[8].value) > std::get<std::string>(b.cells[8].value);
    });
    model.totals = {{"count", {"Số văn bản", "Documents"}, TotalKind::kCount, "", "count"}};
    return model;
}

ReportModel build_deadlines(const View& view, Date today) {
    ReportModel model;
    model.name = "deadlines";
    model.title = {"Thời hạn", "Deadlines"};
    model.columns = {column("due", "Hạn", "Due", CellType::kDate),
                     column("title", "Việc", "Duty", CellType::kText),
                     column("lead", "Chủ trì", "Lead", CellType::kText),
                     column("state", "Tình trạng", "State", CellType::kStatus),
                     column("days_left", "Số ngày còn lại", "Days left", CellType::kNumber, "day"),
                     column("place", "Vị trí", "Place", CellType::kText)};
    const std::int64_t now = days_from_epoch(today);
    for (const std::string& subject : view.subjects(SubjectKind::kDeadline)) {
        const Fact* due = view.find(SubjectKind::kDeadline, subject, "due");
        const auto* date = due != nullptr ? std::get_if<Date>(&due->assertion.value) : nullptr;
        if (date == nullptr) continue;
        const std::int64_t left = last_day_number(*date) - now;
        ReportRow row;
        row.id = subject;
        row.synthetic = due->assertion.synthetic;
        row.cells = {fact_cell(due),
                     fact_cell(view.find(SubjectKind::kDeadline, subject, "title")),
                     fact_cell(view.find(SubjectKind::kDeadline, subject, "lead")),
                     text_cell(left < 0     ? "passed"
                               : left <= 30 ? "near"
                                            : "open"),
                     number_cell(left),
                     text_cell(due->source.place)};
        model.rows.push_back(std::move(row));
    }
    std::ranges::stable_sort(
        model.rows, {}, [](const ReportRow& row) { return std::get<Decimal>(row.cells[4].value); });
    model.totals = {{"count", {"Số thời hạn", "Deadlines"}, TotalKind::kCount, "", "count"}};
    return model;
}

}  // namespace saola::programme

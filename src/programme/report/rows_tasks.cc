// Orders, budget and organisations.
#include <algorithm>
#include <map>

#include "programme/report/report.h"

namespace saola::programme {
namespace {

using platform::CellType;

// Subjects in the order in which they were recorded: the order of the document's rows.
std::vector<std::string> recorded_order(const View& view, SubjectKind kind) {
    std::vector<std::pair<std::int64_t, std::string>> order;
    for (std::string& subject : view.subjects(kind)) {
        const std::vector<const Fact*> facts = view.facts(kind, subject);
        order.emplace_back(facts.front()->seq, std::move(subject));
    }
    std::ranges::sort(order);
    std::vector<std::string> out;
    for (auto& [seq, subject] : order) out.push_back(std::move(subject));
    return out;
}

bool synthetic(const std::vector<const Fact*>& facts) {
    return std::ranges::any_of(facts, [](const Fact* fact) { return fact->assertion.synthetic; });
}

}  // namespace

ReportModel build_orders(const View& view) {
    ReportModel model;
    model.name = "orders";
    model.title = {"Đặt hàng nhiệm vụ", "Ordered tasks"};
    model.columns = {column("no", "STT", "No.", CellType::kNumber),
                     column("organisation", "Đơn vị", "Organisation", CellType::kText),
                     column("title", "Tên nhiệm vụ", "Task", CellType::kText),
                     column("objective", "Mục tiêu", "Objective", CellType::kText),
                     column("result", "Kết quả dự kiến", "Expected result", CellType::kText),
                     column("budget", "Dự kiến kinh phí (triệu đồng)",
                            "Estimated budget (million VND)", CellType::kInterval, "million_vnd"),
                     column("duration", "Thời gian thực hiện (tháng)", "Duration (months)",
                            CellType::kInterval, "month"),
                     column("letter", "Công văn", "Letter", CellType::kText)};
    for (const std::string& subject : recorded_order(view, SubjectKind::kTask)) {
        const Fact* title = view.find(SubjectKind::kTask, subject, "title");
        if (title == nullptr) continue;
        ReportRow row;
        row.id = subject;
        row.organisation = subject.substr(0, subject.find('/'));
        row.synthetic = synthetic(view.facts(SubjectKind::kTask, subject));
        row.cells = {number_cell(static_cast<std::int64_t>(model.rows.size()) + 1),
                     fact_cell(view.find(SubjectKind::kTask, subject, "organisation")),
                     fact_cell(title),
                     fact_cell(view.find(SubjectKind::kTask, subject, "objective")),
                     fact_cell(view.find(SubjectKind::kTask, subject, "result")),
                     fact_cell(view.find(SubjectKind::kTask, subject, "budget")),
                     fact_cell(view.find(SubjectKind::kTask, subject, "duration")),
                     fact_cell(view.find(SubjectKind::kTask, subject, "letter"))};
        model.rows.push_back(std::move(row));
    }
    model.totals = {
        {"count", {"Số nhiệm vụ", "Tasks"}, TotalKind::kCount, "", "count"},
        {"priced", {"Đã có dự toán", "Priced"}, TotalKind::kKnown, "budget", "count"},
        {"unpriced", {"Chưa có dự toán", "Not priced"}, TotalKind::kUnknown, "budget", "count"},
        {"budget",
         {"Tổng kinh phí dự kiến", "Total estimated budget"},
         TotalKind::kSum,
         "budget",
         "VND"}};
    return model;
}

ReportModel build_budget(const View& view) {
    ReportModel model;
    model.name = "budget";
    model.title = {"Kinh phí", "Budget"};
    model.columns = {column("year", "Năm", "Year", CellType::kText),
                     column("stage", "Loại", "Stage", CellType::kStatus),
                     column("title", "Khoản", "Line", CellType::kText),
                     column("amount", "Số tiền (triệu đồng)", "Amount (million VND)",
                            CellType::kInterval, "million_vnd"),
                     column("document", "Văn bản", "Document", CellType::kText),
                     column("place", "Vị trí", "Place", CellType::kText)};
    for (const std::string& subject : recorded_order(view, SubjectKind::kBudgetLine)) {
        for (const Fact* fact : view.facts(SubjectKind::kBudgetLine, subject)) {
            if (fact->assertion.unit != "VND") continue;
            ReportRow row;
            row.id = fact->assertion.id;
            row.synthetic = fact->assertion.synthetic;
            row.organisation = fact->assertion.organisation;
            const ReportCell year =
                fact->assertion.period.empty() ? ReportCell{} : text_cell(fact->assertion.period);
            row.cells = {year,
                         text_cell(fact->assertion.predicate),
                         fact_cell(view.find(SubjectKind::kBudgetLine, subject, "title")),
                         fact_cell(fact),
                         text_cell(view.document_number(fact->source.document),
                                   "/programme/documents/" + fact->source.document),
                         text_cell(fact->source.place)};
            model.rows.push_back(std::move(row));
        }
    }
    // Sums of different stages overlap (allocated is part of planned), so there is no grand total.
    model.totals = {{"count", {"Số khoản", "Lines"}, TotalKind::kCount, "", "count"}};
    return model;
}

ReportModel build_organisations(const View& view) {
    ReportModel model;
    model.name = "organisations";
    model.title = {"Cơ quan, địa phương", "Organisations"};
    model.columns = {
        column("name", "Tên", "Name", CellType::kText),
        column("kind", "Loại", "Kind", CellType::kStatus),
        column("parent", "Cấp trên", "Parent", CellType::kText),
        column("tasks", "Số nhiệm vụ đặt hàng", "Ordered tasks", CellType::kNumber, "count"),
        column("budget", "Kinh phí đặt hàng (triệu đồng)", "Ordered budget (million VND)",
               CellType::kInterval, "million_vnd"),
        column("unpriced", "Chưa có dự toán", "Not priced", CellType::kNumber, "count")};
    struct Orders {
        std::int64_t tasks = 0;
        IntervalSum sum;
        std::vector<const Fact*> operands;
    };
    std::map<std::string, Orders> orders;
    for (const std::string& subject : view.subjects(SubjectKind::kTask)) {
        if (view.find(SubjectKind::kTask, subject, "title") == nullptr) continue;
        Orders& item = orders[subject.substr(0, subject.find('/'))];
        ++item.tasks;
        const Fact* budget = view.find(SubjectKind::kTask, subject, "budget");
        const AssertedValue value =
            budget != nullptr ? budget->assertion.value : AssertedValue{Unknown{}};
        item.sum.add(value);
        if (budget != nullptr) item.operands.push_back(budget);
    }
    for (const OrganisationRow& organisation : view.organisations()) {
        const Orders& item = orders[organisation.key];
        ReportRow row;
        row.id = organisation.key;
        row.organisation = organisation.key;
        ReportCell tasks = number_cell(item.tasks);
        ReportCell budget;
        ReportCell unpriced = number_cell(item.sum.unknown());
        budget.unit = "VND";
        if (item.tasks > 0) {
            const std::vector<std::pair<std::string, std::string>> filter{
                {"organisation_key", organisation.key}};
            tasks.figure = figure_id({"orders", "count", view.as_of(), "", filter});
            budget.value = item.sum.value();
            budget.figure = figure_id({"orders", "budget", view.as_of(), "", filter});
            budget.operands = item.operands;
            unpriced.figure = figure_id({"orders", "unpriced", view.as_of(), "", filter});
        }
        row.cells = {
            fact_cell(view.find(SubjectKind::kOrganisation, organisation.key, "name")),
            text_cell(organisation.kind),
            text_cell(organisation.parent.empty() ? ""
                                                  : view.organisation_name(organisation.parent)),
            tasks,
            budget,
            unpriced};
        if (row.cells[0].fact == nullptr) row.cells[0] = text_cell(organisation.name);
        model.rows.push_back(std::move(row));
    }
    model.totals = {
        {"count", {"Số cơ quan, địa phương", "Organisations"}, TotalKind::kCount, "", "count"},
        {"tasks", {"Số nhiệm vụ đặt hàng", "Ordered tasks"}, TotalKind::kSum, "tasks", "count"}};
    return model;
}

}  // namespace saola::programme

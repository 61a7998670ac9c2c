#include "programme/findings/tests/model.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace saola::programme::findings::test {
namespace {

using contracts::NodeKind;
using contracts::RowKind;

const std::vector<std::string>& nouns() {
    static const std::vector<std::string> kWords = {
        "cầu cảng", "kho lạnh", "vườn ươm", "lò nung",  "trạm bơm",   "đường ống",  "tàu cá",
        "bể lọc",   "máy xay",  "nhà kính", "đèn biển", "kênh mương", "giống lúa",  "vải sợi",
        "gốm sứ",   "tinh dầu", "cối đá",   "xe đạp",   "đập tràn",   "chuồng trại"};
    return kWords;
}
const std::vector<std::string>& verbs() {
    static const std::vector<std::string> kWords = {
        "Khảo sát",  "Phục dựng", "Cải tạo",   "Chế tác",    "Đo đạc",
        "Quy hoạch", "Nâng cấp",  "Bảo dưỡng", "Thử nghiệm", "Lắp đặt"};
    return kWords;
}
const std::vector<std::string>& places() {
    static const std::vector<std::string> kWords = {
        "vùng trũng", "ven sông",   "miền đồi", "hải đảo", "làng nghề",
        "thung lũng", "cao nguyên", "cửa biển", "bán đảo", "rừng ngập mặn"};
    return kWords;
}
template <class T>
const T& pick(Random& random, const std::vector<T>& list) {
    return list[static_cast<std::size_t>(
        between(random, 0, static_cast<std::int64_t>(list.size()) - 1))];
}

std::string long_date(const Date& d) {
    return "ngày " + std::to_string(d.day) + " tháng " + std::to_string(d.month) + " năm " +
           std::to_string(d.year);
}
std::string short_date(const Date& d) {
    return std::to_string(d.day) + "/" + std::to_string(d.month) + "/" + std::to_string(d.year);
}
Date any_date(Random& random, int year) {
    return {year, static_cast<std::uint8_t>(between(random, 1, 12)),
            static_cast<std::uint8_t>(between(random, 1, 28))};
}

std::string task_title(Random& random, std::size_t i) {
    // Row-specific words keep clean titles apart.
    return verbs()[i % verbs().size()] + " " + nouns()[(i * 7 + i / 10) % nouns().size()] + " và " +
           pick(random, nouns()) + " tại " + places()[(i * 3 + i / 5) % places().size()] +
           " phía " + pick(random, std::vector<std::string>{"đông", "tây", "nam", "bắc"}) +
           " cụm " + nouns()[(i * 11 + 5) % nouns().size()];
}

class Generator {
public:
    explicit Generator(Random& random) : random_(random) {}

    Model run() {
        const int year = static_cast<int>(between(random_, 2021, 2026));
        model_.type = "BÁO CÁO";
        model_.number = std::to_string(between(random_, 10, 900)) + "/BC-" +
                        pick(random_, std::vector<std::string>{"HTX", "TCL", "VKS", "PMQ"});
        model_.issuer = "Tổng cục " + pick(random_, nouns());
        model_.title = "Tình hình phát triển " + pick(random_, nouns());
        model_.issued = any_date(random_, year);
        heading("I", "KẾT QUẢ THỰC HIỆN", 1);
        results(year);
        heading("II", "MỤC TIÊU", 1);
        targets();
        heading("III", "TỔ CHỨC THỰC HIỆN", 1);
        tasks(year);
        orders();
        yearly(year);
        standards();
        spending();
        return std::move(model_);
    }

private:
    void add(NodeKind kind, std::string label, std::string text, int depth, std::string role = "",
             int table = -1) {
        model_.blocks.push_back(
            {kind, std::move(label), std::move(text), depth, table, std::move(role)});
    }
    void heading(std::string label, std::string text, int depth) {
        add(NodeKind::kHeading, std::move(label), std::move(text), depth);
    }

    void results(int year) {
        order_count_ = static_cast<std::size_t>(between(random_, 9, 22));
        heading("1", "Văn bản chỉ đạo", 2);
        old_groups_ = between(random_, 14, 19);
        new_groups_ = old_groups_ - between(random_, 1, 4);
        old_list_ = std::to_string(between(random_, 100, 900)) + "/QĐ-TCL";
        new_list_ = std::to_string(between(random_, 1000, 1900)) + "/QĐ-TCL";
        old_date_ = any_date(random_, year - 2);
        new_date_ = any_date(random_, year - 1);
        add(NodeKind::kParagraph, "",
            "Tổng cục đã trình Quyết định số " + new_list_ + " ngày " + short_date(new_date_) +
                " (gồm " + std::to_string(new_groups_) +
                " nhóm nghề truyền thống) thay thế Quyết định số " + old_list_ + " ngày " +
                short_date(old_date_) + " (gồm " + std::to_string(old_groups_) +
                " nhóm nghề truyền thống).",
            3, "lists");
        add(NodeKind::kParagraph, "",
            "Các đơn vị thực hiện Quyết định số " + new_list_ + " ngày " + short_date(new_date_) +
                " theo đúng tiến độ.",
            3, "basis");
        add(NodeKind::kParagraph, "",
            "Số liệu thống kê theo " + std::to_string(new_groups_) +
                " nhóm nghề truyền thống được cập nhật hằng quý.",
            3, "scope");
        heading("2", "Kết quả cụ thể", 2);
        add(NodeKind::kParagraph, "", "@orders", 3, "orders.text");
        const std::int64_t a = between(random_, 300, 4000);
        const std::int64_t b = a + between(random_, 40, a);
        const std::int64_t p = ((b - a) * 1000 / a + 5) / 10;
        add(NodeKind::kParagraph, "",
            "Trong kỳ, số hồ sơ được tiếp nhận đã tăng từ " + grouped(a) + " hồ sơ lên " +
                grouped(b) + " hồ sơ, tăng " + grouped(b - a) + " hồ sơ, tương đương khoảng " +
                std::to_string(p) + "%.",
            3, "change");
        add(NodeKind::kParagraph, "", "@standards", 3, "standards.text");
        heading("3", "Nhận xét", 2);
        add(NodeKind::kParagraph, "",
            "Công tác phối hợp giữa các đơn vị có tiến bộ, song vẫn còn chậm ở một số khâu.", 3);
    }

    void targets() {
        const std::int64_t people = between(random_, 20, 90) * 100;
        const std::int64_t share = between(random_, 40, 85);
        const int horizon = static_cast<int>(between(random_, 2028, 2032));
        const std::string until = "đến năm " + std::to_string(horizon);
        heading("1", "Mục tiêu chung", 2);
        add(NodeKind::kBullet, "-",
            "Phấn đấu " + until + " đào tạo tối thiểu " + grouped(people) +
                " thợ lành nghề trong cả nước.",
            3, "target.general");
        add(NodeKind::kBullet, "-",
            "Mở rộng từ " + std::to_string(between(random_, 3, 5)) + " đến " +
                std::to_string(between(random_, 7, 12)) + " xưởng mẫu " + until + ".",
            3, "target.range");
        heading("2", "Mục tiêu cụ thể", 2);
        add(NodeKind::kBullet, "-", "Mục tiêu " + until + ":", 3);
        add(NodeKind::kBullet, "+",
            "Đào tạo tối thiểu " + grouped(people) + " thợ lành nghề, ưu tiên người trẻ.", 4,
            "target.special");
        add(NodeKind::kBullet, "+",
            "Chế biến sâu tối thiểu " + std::to_string(share) + "% sản lượng gỗ rừng trồng.", 4,
            "target.share");
        add(NodeKind::kBullet, "+",
            "Giảm hao hụt, tối thiểu " + std::to_string(between(random_, 5, 9)) + "% và tối đa " +
                std::to_string(between(random_, 15, 30)) + "%.",
            4, "target.bounds");
    }

    void tasks(int year) {
        heading("1", "Phân công", 2);
        const std::array<std::string, 4> letters = {"a", "b", "c", "d"};
        for (std::size_t i = 0; i < letters.size(); ++i)
            add(NodeKind::kPoint, letters[i],
                verbs()[i] + " " + nouns()[i + 3] + " theo phân công của Tổng cục.", 3,
                "point." + letters[i]);
        heading("2", "Thời hạn", 2);
        add(NodeKind::kParagraph, "",
            "Các đơn vị gửi báo cáo, hoàn thành trước " + long_date(any_date(random_, 2031)) + ".",
            3, "deadline");
        heading("3", "Tài chính", 2);
        add(NodeKind::kParagraph, "",
            "Đơn vị chủ trì được ứng trước không quá " +
                std::to_string(between(random_, 3, 6) * 10) + "% kinh phí được giao để triển khai.",
            3, "cap");
        add(NodeKind::kParagraph, "",
            "Hướng dẫn chi tiết tại Thông tư số " + std::to_string(between(random_, 10, 99)) + "/" +
                std::to_string(year - 1) + "/TT-BQL ngày " +
                short_date(any_date(random_, year - 1)) + ".",
            3, "circular");
        heading("4", "Nội dung thực hiện", 2);
        for (int i = 1; i <= 4; ++i)
            add(NodeKind::kBullet, "-",
                "Nội dung " + std::to_string(i) + ": " + verbs()[static_cast<std::size_t>(i) + 3] +
                    " " + nouns()[static_cast<std::size_t>(i) + 8] + " trên địa bàn.",
                3, "content." + std::to_string(i));
    }

    int begin_appendix(const std::string& label, const std::string& title,
                       const std::string& role) {
        add(NodeKind::kAppendix, label, title, 1);
        model_.tables.emplace_back();
        const int index = static_cast<int>(model_.tables.size()) - 1;
        add(NodeKind::kTable, "", "", 2, role, index);
        return index;
    }

    void orders() {
        ModelTable& table = model_.tables[static_cast<std::size_t>(
            begin_appendix("I", "DANH MỤC NHIỆM VỤ ĐỀ XUẤT", "orders"))];
        table.columns = {{"", "STT", ""},
                         {"", "Đơn vị", ""},
                         {"", "Tên nhiệm vụ", ""},
                         {"", "Dự kiến kinh phí", "triệu đồng"},
                         {"", "Thời gian thực hiện", "tháng"}};
        std::int64_t total = 0;
        for (std::size_t i = 0; i < order_count_; ++i) {
            const std::int64_t budget = between(random_, 20, 200) * 100;
            total += budget;
            table.rows.push_back({RowKind::kBody,
                                  {std::to_string(i + 1) + ".", "Chi cục " + pick(random_, nouns()),
                                   task_title(random_, i), grouped(budget),
                                   std::to_string(between(random_, 3, 8) * 6)}});
        }
        table.rows.push_back({RowKind::kTotal, {"", "", "Tổng cộng", grouped(total), ""}});
        replace(model_.find("orders.text")->text, "@orders",
                "Các đơn vị đã đề xuất " + std::to_string(order_count_) +
                    " nhiệm vụ mới với tổng kinh phí dự kiến " + grouped(total) +
                    " triệu đồng (Phụ lục I).");
    }

    void yearly(int year) {
        ModelTable& table = model_.tables[static_cast<std::size_t>(
            begin_appendix("II", "SỐ GIẤY CHỨNG NHẬN ĐÃ CẤP THEO NĂM", "yearly"))];
        table.columns = {{"", "STT", ""},
                         {"", "Năm", ""},
                         {"Hợp tác xã", "Loại A", ""},
                         {"Hợp tác xã", "Loại B", ""},
                         {"Cá nhân", "Loại A", ""},
                         {"Cá nhân", "Loại B", ""},
                         {"Tổng", "Loại A", ""},
                         {"Tổng", "Loại B", ""},
                         {"Tổng", "Tổng", ""}};
        std::array<std::int64_t, 7> sums{};
        const auto cells_of = [](const std::array<std::int64_t, 7>& v,
                                 std::vector<std::string> head) {
            for (const std::int64_t x : v) head.push_back(std::to_string(x));
            return head;
        };
        const int count = static_cast<int>(between(random_, 6, 11));
        for (int i = 0; i < count; ++i) {
            const std::int64_t a = between(random_, 5, 40), b = between(random_, 5, 40),
                               c = between(random_, 5, 40), d = between(random_, 5, 40);
            const std::array<std::int64_t, 7> v = {a, b, c, d, a + c, b + d, a + b + c + d};
            for (std::size_t k = 0; k < v.size(); ++k) sums[k] += v[k];
            table.rows.push_back({RowKind::kBody, cells_of(v, {std::to_string(i + 1) + ".",
                                                               std::to_string(year - count + i)})});
        }
        table.rows.push_back({RowKind::kTotal, cells_of(sums, {"", "Tổng số:"})});
    }

    void standards() {
        ModelTable& table = model_.tables[static_cast<std::size_t>(
            begin_appendix("III", "SỐ LƯỢNG QUY CÁCH THEO NHÓM NGHỀ", "standards"))];
        table.columns = {{"", "STT", ""},
                         {"", "Nhóm nghề", ""},
                         {"", "Số lượng quy cách", ""},
                         {"Chi tiết", "Nội địa", ""},
                         {"Chi tiết", "Nhập ngoại", ""}};
        std::int64_t own = 0, foreign = 0;
        const std::int64_t count = between(random_, 6, 10);
        for (std::int64_t i = 0; i < count; ++i) {
            const std::int64_t a = between(random_, 12, 90), b = between(random_, 12, 90);
            own += a;
            foreign += b;
            table.rows.push_back(
                {RowKind::kBody,
                 {std::to_string(i + 1) + ".", "Nghề " + nouns()[static_cast<std::size_t>(i)],
                  std::to_string(a + b), std::to_string(a), std::to_string(b)}});
        }
        table.rows.push_back({RowKind::kTotal,
                              {"", "Tổng số:", std::to_string(own + foreign), std::to_string(own),
                               std::to_string(foreign)}});
        replace(model_.find("standards.text")->text, "@standards",
                "Đến nay đã có " + std::to_string(own + foreign) + " quy cách, trong đó " +
                    std::to_string(own) + " quy cách nội địa và " + std::to_string(foreign) +
                    " quy cách nhập ngoại (Phụ lục III).");
    }

    void spending() {
        ModelTable& table = model_.tables[static_cast<std::size_t>(
            begin_appendix("IV", "TÌNH HÌNH GIẢI NGÂN", "spending"))];
        table.columns = {{"", "STT", ""},
                         {"", "Dự án", ""},
                         {"", "Kế hoạch giao", "triệu đồng"},
                         {"", "Đã tạm ứng", "triệu đồng"},
                         {"", "Đã giải ngân", "triệu đồng"}};
        std::array<std::int64_t, 3> sums{};
        const std::int64_t count = between(random_, 6, 12);
        for (std::int64_t i = 0; i < count; ++i) {
            const std::int64_t plan = between(random_, 30, 120) * 100;
            const std::array<std::int64_t, 3> v = {plan, plan * between(random_, 5, 29) / 100,
                                                   plan * between(random_, 30, 99) / 100};
            for (std::size_t k = 0; k < 3; ++k) sums[k] += v[k];
            table.rows.push_back({RowKind::kBody,
                                  {std::to_string(i + 1) + ".",
                                   "Sửa chữa " + nouns()[static_cast<std::size_t>(i) + 4] +
                                       " khu " + std::to_string(i + 1),
                                   grouped(v[0]), grouped(v[1]), grouped(v[2])}});
        }
        table.rows.push_back(
            {RowKind::kTotal,
             {"", "Tổng số:", grouped(sums[0]), grouped(sums[1]), grouped(sums[2])}});
    }

    Random& random_;
    Model model_;
    std::size_t order_count_ = 0;
    std::int64_t old_groups_ = 0, new_groups_ = 0;
    std::string old_list_, new_list_;
    Date old_date_, new_date_;
};

std::string upper_label(const Block& block) {
    switch (block.kind) {
        case NodeKind::kHeading:
        case NodeKind::kClause: return block.label + ". ";
        case NodeKind::kPoint: return block.label + ") ";
        case NodeKind::kBullet: return block.label + " ";
        case NodeKind::kAppendix: return "Phụ lục " + block.label + "\n";
        default: return "";
    }
}

std::string wrapped(const std::string& text) {
    std::string out;
    std::size_t column = 0;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = text.find(' ', at);
        if (end == std::string::npos) end = text.size();
        // A line never begins with what would read as a mark.
        const bool mark = at < text.size() && (text[at] == '-' || text[at] == '+' ||
                                               (text[at] >= '0' && text[at] <= '9'));
        if (column > 70 && !mark) {
            out += '\n';
            column = 0;
        } else if (at > 0) {
            out += ' ';
        }
        out += text.substr(at, end - at);
        column += end - at + 1;
        at = end + 1;
    }
    return out;
}

// Collects source text and remembers where things went.
class Builder {
public:
    explicit Builder(const Model& model) : model_(model) {}

    contracts::Document run() {
        doc_.name = "made-up.txt";
        doc_.nodes.emplace_back();
        doc_.nodes[0].kind = NodeKind::kDocument;
        head();
        std::vector<std::int32_t> path = {0};
        for (const Block& block : model_.blocks) {
            path.resize(std::min(path.size(), static_cast<std::size_t>(block.depth)));
            const std::int32_t parent = path.back();
            const auto index = static_cast<std::int32_t>(doc_.nodes.size());
            contracts::Node node;
            node.kind = block.kind;
            node.label = block.label;
            node.parent = parent;
            doc_.nodes.push_back(node);
            doc_.nodes[static_cast<std::size_t>(parent)].children.push_back(index);
            const auto begin = here();
            text_ += upper_label(block);
            contracts::Text words = put(block.text);
            if (block.table >= 0) table(block, index);
            text_ += "\n";
            contracts::Node& stored = doc_.nodes[static_cast<std::size_t>(index)];
            stored.text = std::move(words);
            stored.span = {begin, here() - 1};
            path.push_back(index);
            cite(index);
        }
        doc_.nodes[0].span = {0, here()};
        doc_.source_text = std::move(text_);
        return std::move(doc_);
    }

private:
    [[nodiscard]] std::uint32_t here() const { return static_cast<std::uint32_t>(text_.size()); }
    contracts::Text put(const std::string& words) {
        contracts::Text out;
        out.value = words;
        out.span.begin = here();
        text_ += words;
        out.span.end = here();
        return out;
    }
    void head() {
        contracts::Head& head = doc_.head;
        head.type = model_.type;
        head.number = model_.number;
        head.issuer = model_.issuer;
        head.title = model_.title;
        head.date = model_.issued;
        text_ += model_.issuer + "\nSố: " + model_.number + "\n";
        head.date_span.begin = here();
        text_ += long_date(model_.issued);
        head.date_span.end = here();
        text_ += "\n" + model_.type + "\n" + model_.title + "\n\n";
    }
    void table(const Block& block, std::int32_t node) {
        const ModelTable& model = model_.tables[static_cast<std::size_t>(block.table)];
        contracts::Table out;
        out.node = node;
        out.span.begin = here();
        for (const ModelColumn& column : model.columns) {
            const contracts::Text text = put(column.title());
            text_ += "\n";
            out.columns.push_back({column.title(), column.unit, text.span});
        }
        for (const ModelRow& row : model.rows) {
            contracts::Row r;
            r.kind = row.kind;
            r.span.begin = here();
            for (std::size_t c = 0; c < row.cells.size(); ++c) {
                text_ += "\t";
                contracts::Cell cell;
                cell.column = static_cast<std::uint32_t>(c);
                cell.text = put(row.cells[c]);
                r.cells.push_back(std::move(cell));
                text_ += "\n";
            }
            r.span.end = here();
            out.rows.push_back(std::move(r));
        }
        out.span.end = here();
        const contracts::Node& above =
            doc_.nodes[static_cast<std::size_t>(doc_.nodes[static_cast<std::size_t>(node)].parent)];
        out.caption = above.text.value;
        doc_.nodes[static_cast<std::size_t>(node)].table =
            static_cast<std::int32_t>(doc_.tables.size());
        doc_.tables.push_back(std::move(out));
    }
    // "Quyết định số 12/QĐ-ABC ngày 1/2/2024"
    void cite(std::int32_t index) {
        const contracts::Node& node = doc_.nodes[static_cast<std::size_t>(index)];
        const std::string& value = node.text.value;
        for (const std::string type : {"Quyết định", "Thông tư"}) {
            const std::string cue = type + " số ";
            for (std::size_t at = value.find(cue); at != std::string::npos;
                 at = value.find(cue, at + 1)) {
                contracts::Citation citation;
                citation.type = type;
                std::size_t end = value.find_first_of(" ,.;)", at + cue.size());
                citation.number = value.substr(at + cue.size(), end - at - cue.size());
                for (const DateMention& d : find_dates(value))
                    if (d.begin >= end && d.begin <= end + 8) {
                        citation.date = d.date;
                        end = d.end;
                    }
                citation.node = index;
                citation.span = node.text.source(at, end);
                doc_.citations.push_back(std::move(citation));
            }
        }
        std::stable_sort(doc_.citations.begin(), doc_.citations.end(),
                         [](const auto& a, const auto& b) { return a.span.begin < b.span.begin; });
    }

    const Model& model_;
    contracts::Document doc_;
    std::string text_;
};

}  // namespace

std::int64_t between(Random& random, std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
}
std::string grouped(std::int64_t value) { return Decimal(value).to_vietnamese(); }
std::string ModelColumn::title() const { return (group.empty() ? "" : group + " / ") + leaf; }

Block* Model::find(std::string_view role) {
    for (Block& block : blocks)
        if (block.role == role) return &block;
    return nullptr;
}

bool replace(std::string& text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    if (at == std::string::npos) return false;
    text.replace(at, from.size(), to);
    return true;
}

Model generate(Random& random) { return Generator(random).run(); }
contracts::Document build(const Model& model) { return Builder(model).run(); }

std::string print(const Model& model, const Layout& layout) {
    std::string out = model.issuer + "\nSố: " + model.number + "\nHà Thành, " +
                      long_date(model.issued) + "\n\n" + model.type + "\n" + model.title + "\n\n";
    for (const Block& block : model.blocks) {
        if (block.kind == NodeKind::kAppendix) out += "\n\n\n";
        const std::string line = upper_label(block) + block.text;
        if (block.table < 0)
            out += (layout.wrap && block.kind != NodeKind::kAppendix ? wrapped(line) : line) + "\n";
        if (block.table < 0) continue;
        const ModelTable& table = model.tables[static_cast<std::size_t>(block.table)];
        const auto row = [&](const std::vector<std::string>& cells) {
            for (const std::string& cell : cells) out += "\t" + cell + "\n";
            out += "\n";
        };
        bool grouped_header = false;
        for (const ModelColumn& column : table.columns)
            grouped_header = grouped_header || !column.group.empty();
        std::vector<std::string> top, below;
        std::string last = "\n";
        for (const ModelColumn& column : table.columns) {
            const std::string unit = column.unit.empty() ? "" : " (" + column.unit + ")";
            if (column.group.empty()) {
                top.push_back(column.leaf + unit);
                below.push_back("");
            } else {
                if (column.group != last) top.push_back(column.group);
                below.push_back(column.leaf + unit);
            }
            last = column.group.empty() ? "\n" : column.group;
        }
        row(top);
        if (grouped_header) row(below);
        for (const ModelRow& r : table.rows) {
            std::vector<std::string> cells = r.cells;
            row(cells);
        }
    }
    return out;
}

}  // namespace saola::programme::findings::test

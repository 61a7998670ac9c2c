#include "lang/document/tree.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "lang/document/chars.h"
#include "lang/document/head.h"
#include "lang/document/tables.h"

namespace saola::lang {
namespace {

using contracts::Document;
using contracts::Node;
using contracts::NodeKind;

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kAttachmentLook = 8;  // blocks from a title in capitals to "(Kèm theo ...)"
constexpr std::uint32_t kMaxHeadingChars = 220;

int rank(Style style) {
    switch (style) {
        case Style::kPart: return 10;
        case Style::kChapter: return 20;
        case Style::kSection: return 30;
        case Style::kArticle: return 40;
        case Style::kCapital: return 45;
        case Style::kRoman: return 50;
        case Style::kArabic: return 60;
        case Style::kDotted2: return 62;
        case Style::kDotted3: return 64;
        case Style::kAlpha: return 70;
        case Style::kContent: return 80;
        case Style::kDash: return 90;
        case Style::kPlus: return 91;
        case Style::kCircle: return 92;
        case Style::kDot: return 93;
        case Style::kParen: return 94;
        default: return 0;
    }
}

class TreeBuilder {
public:
    TreeBuilder(std::string_view canon, const Marks& marks, const Lines& lines, Blocks blocks,
                Budget& budget, Document& document)
        : canon_(canon),
          marks_(marks),
          lines_(lines),
          blocks_(std::move(blocks)),
          budget_(budget),
          document_(document) {}

    void run(std::size_t head_lines) {
        Node root;
        root.kind = NodeKind::kDocument;
        root.span = {0, static_cast<std::uint32_t>(canon_.size())};
        document_.nodes.push_back(std::move(root));
        stack_.push_back({0, -1, Style::kNone});
        add_head(head_lines);
        while (at_ < blocks_.blocks.size() && budget_.time() &&
               budget_.nodes(document_.nodes.size()))
            block();
        find_headings();
        add_footnotes();
        close_spans();
    }

private:
    struct Open {
        std::int32_t node = 0;
        int rank = 0;
        Style style = Style::kNone;
    };
    enum class Zone : std::uint8_t { kBody, kPreamble, kRecipients, kSignature };

    std::string_view words(const Block& block) const {
        return block.pieces.empty() ? std::string_view() : view(canon_, block.pieces.front().span);
    }
    Node& node(std::int32_t index) { return document_.nodes[static_cast<std::size_t>(index)]; }

    std::int32_t add(NodeKind kind, std::string label, std::int32_t parent, Span span) {
        const auto index = static_cast<std::int32_t>(document_.nodes.size());
        Node made;
        made.kind = kind;
        made.label = std::move(label);
        made.parent = parent;
        made.span = span;
        made.text.span = {span.end, span.end};
        document_.nodes.push_back(std::move(made));
        node(parent).children.push_back(index);
        return index;
    }
    Text text_of(const Block& block, std::size_t skip) const {
        TextMaker maker(canon_, marks_.holes);
        for (std::size_t i = 0; i < block.pieces.size(); ++i) {
            Span span = block.pieces[i].span;
            if (i == 0)
                span.begin = std::min<std::uint32_t>(span.end,
                                                     span.begin + static_cast<std::uint32_t>(skip));
            maker.add(span, block.pieces[i].join);
        }
        Text text = maker.finish();
        if (text.value.empty()) text.span = {block.span.end, block.span.end};
        return text;
    }
    std::int32_t add_block(NodeKind kind, std::string label, std::int32_t parent,
                           const Block& block, std::size_t skip) {
        const std::int32_t index = add(kind, std::move(label), parent, block.span);
        node(index).text = text_of(block, skip);
        return index;
    }

    void add_head(std::size_t head_lines) {
        if (head_lines == 0) return;
        const Span first = lines_.lines[0].span;
        const std::int32_t head =
            add(NodeKind::kHead, {}, 0, {first.begin, lines_.lines[head_lines - 1].span.end});
        for (std::size_t i = 0; i < head_lines; ++i) {
            Block block;
            block.span = lines_.lines[i].span;
            block.pieces.push_back({block.span, Join::kNone});
            if (!lines_.lines[i].cell_only) add_block(NodeKind::kParagraph, {}, head, block, 0);
        }
    }

    void block() {
        const Block& block = blocks_.blocks[at_];
        if (block.table >= 0) {
            table(block);
            ++at_;
            return;
        }
        if (lines_only_tab(block)) {
            ++at_;
            return;
        }
        if (block.label.style == Style::kAppendix && !block.quoted) {
            appendix(block);
            return;
        }
        if (starts_nocase(words(block), "nơi nhận")) {
            open_zone(Zone::kRecipients, NodeKind::kRecipients, block);
            recipients(block);
            return;
        }
        if (block.caps && attachment_ahead()) {
            attachment();
            return;
        }
        if (zone_ == Zone::kRecipients && recipients(block)) return;
        if (zone_ != Zone::kRecipients && zone_ != Zone::kSignature) {
            if (signs(block)) open_zone(Zone::kSignature, NodeKind::kSignature, block);
        }
        if (zone_ == Zone::kSignature && signature(block)) return;
        if (zone_ == Zone::kBody && stack_.size() == 1 && !block.label &&
            is_preamble(words(block)) && !seen_structure_) {
            open_zone(Zone::kPreamble, NodeKind::kPreamble, block);
        }
        if (zone_ == Zone::kPreamble && preamble(block)) return;
        zone_ = Zone::kBody;
        if (block.label) {
            labelled(block);
        } else {
            paragraph(block);
        }
        ++at_;
    }
    bool lines_only_tab(const Block& block) const { return trimmed(words(block)).empty(); }

    void open_zone(Zone zone, NodeKind kind, const Block& block) {
        zone_ = zone;
        // Zones hang on the appendix or attachment they stand in, else on the root.
        while (stack_.size() > 1 && stack_.back().rank > 0) stack_.pop_back();
        zone_node_ = add(kind, {}, stack_.back().node, block.span);
    }
    bool preamble(const Block& block) {
        if (block.label && !is_bullet_style(block.label.style)) return false;
        add_block(NodeKind::kParagraph, {}, zone_node_, block, 0);
        ++at_;
        // "QUYẾT ĐỊNH:" closes the preamble when what follows is no longer a reason.
        return true;
    }
    bool recipients(const Block& block) {
        const std::string_view line = words(block);
        const bool first = node(zone_node_).children.empty() && starts_nocase(line, "nơi nhận");
        const bool entry = block.label && is_bullet_style(block.label.style);
        if (!first && !entry) {
            // A list without dashes: short lines that end with ";".
            if (!(trimmed(line).ends_with(';') && line.size() < 200)) {
                if (looks_signed(block)) {
                    open_zone(Zone::kSignature, NodeKind::kSignature, block);
                } else {
                    zone_ = Zone::kBody;
                }
                return false;
            }
        }
        if (entry && !first) {
            add_block(NodeKind::kBullet, block.label.text, zone_node_, block, block.label.end);
        } else {
            add_block(NodeKind::kParagraph, {}, zone_node_, block, 0);
        }
        ++at_;
        return true;
    }
    // Titles in capitals, "(Đã ký)", a name.
    bool looks_signed(const Block& block) const {
        const std::string_view line = words(block);
        if (block.label || line.size() > 160) return false;
        return is_caps(line) || is_person_name(line) || starts_nocase(line, "(đã ký)") ||
               starts_nocase(line, "đã ký");
    }
    // A signature begins after the closing "./." or in the recipients' neighbourhood.
    bool signs(const Block& block) const {
        return ended_ && looks_signed(block) && !is_title_of_rest();
    }
    bool is_title_of_rest() const {  // capitals followed by more text than a signature has
        return at_ + 1 < blocks_.blocks.size() && blocks_.blocks[at_ + 1].table >= 0;
    }
    bool signature(const Block& block) {
        if (!looks_signed(block)) {
            zone_ = Zone::kBody;
            ended_ = false;
            return false;
        }
        const std::int32_t index = add_block(NodeKind::kParagraph, {}, zone_node_, block, 0);
        const std::string_view line = words(block);
        contracts::Head& head = document_.head;
        if (is_person_name(line) && in_main_text() && head.signer.empty()) {
            head.signer = node(index).text.value;
            head.signer_span = node(index).text.span;
        } else if (is_caps(line) && in_main_text() && !signing_body_) {
            signing_body_ = true;
            if (head.issuer.empty()) {
                head.issuer = node(index).text.value;
                head.issuer_span = node(index).text.span;
            }
        }
        ++at_;
        return true;
    }
    bool in_main_text() const { return stack_.size() == 1; }

    // Caps lines from here on, then "(Kèm theo ...)" or "(Ban hành kèm theo ...)".
    bool attachment_ahead() const {
        for (std::size_t i = at_; i < blocks_.blocks.size() && i < at_ + kAttachmentLook; ++i) {
            const Block& block = blocks_.blocks[i];
            if (block.table >= 0) return false;
            const std::string_view line = words(block);
            if (i > at_ && line.front() == '(' && line.size() > 12) {
                const std::string start = lower(line.substr(0, 64));
                return start.find("kèm theo") != std::string::npos;
            }
            if (!block.caps || block.label) return false;
        }
        return false;
    }
    void attachment() {
        start_appendix({}, blocks_.blocks[at_]);
        titles(stack_.back().node, /*notes=*/true);
    }
    void start_appendix(std::string label, const Block& block) {
        stack_.resize(1);
        zone_ = Zone::kBody;
        ended_ = false;
        seen_structure_ = true;
        const std::int32_t index = add(NodeKind::kAppendix, std::move(label), 0, block.span);
        stack_.push_back({index, 0, Style::kAppendix});
    }
    void appendix(const Block& block) {
        start_appendix(block.label.text, block);
        const std::int32_t index = stack_.back().node;
        node(index).text = text_of(block, block.label.end);
        ++at_;
        if (node(index).text.value.empty()) titles(index, /*notes=*/false);
    }
    // The lines of a title: capitals over several lines, or one line that is no paragraph.
    void titles(std::int32_t index, bool notes) {
        Block all;
        std::vector<Block> before;
        while (at_ < blocks_.blocks.size()) {
            const Block& block = blocks_.blocks[at_];
            if (block.table >= 0 || block.label || block.quoted) break;
            const std::string_view line = words(block);
            if (line.empty() || line.front() == '(' || starts_nocase(line, "nơi nhận")) break;
            const bool draft = notes && starts_nocase(line, "dự thảo") && line.size() < 20;
            const bool first = all.pieces.empty();
            if (!is_caps(line)) {
                if (!first || is_terminated(line) || line.size() > 240 || block.pieces.size() > 2)
                    break;
                if (is_preamble(line)) break;
            }
            if (!draft) {
                for (const Piece& piece : block.pieces)
                    all.pieces.push_back(
                        {piece.span, all.pieces.empty() ? Join::kNone : Join::kBlank});
            } else {
                document_.head.draft = true;
                before.push_back(block);
            }
            ++at_;
            if (!is_caps(line)) break;
        }
        for (const Block& block : before) add_block(NodeKind::kParagraph, {}, index, block, 0);
        if (all.pieces.empty()) return;
        all.span = {all.pieces.front().span.begin, all.pieces.back().span.end};
        node(index).text = text_of(all, 0);
        node(index).span.end = std::max(node(index).span.end, all.span.end);
    }

    bool below_article() const {
        return std::any_of(stack_.begin(), stack_.end(),
                           [](const Open& o) { return o.style == Style::kArticle; });
    }
    bool below_heading() const {
        return std::any_of(stack_.begin(), stack_.end(), [](const Open& o) {
            return o.style == Style::kRoman || o.style == Style::kCapital ||
                   o.style == Style::kArabic;
        });
    }
    NodeKind kind_of(const Block& block) const {
        switch (block.label.style) {
            case Style::kPart: return NodeKind::kPart;
            case Style::kChapter: return NodeKind::kChapter;
            case Style::kSection: return NodeKind::kSection;
            case Style::kArticle: return NodeKind::kArticle;
            case Style::kAlpha: return NodeKind::kPoint;
            case Style::kArabic: {
                if (below_article()) return NodeKind::kClause;
                // A heading is short and is no sentence; "3. Thời gian thực hiện: 2025-2030." is
                // one.
                const std::string_view last = view(canon_, block.pieces.back().span);
                const bool sentence = is_terminated(last) && !trimmed(last).ends_with(':');
                return sentence || length_in_chars(canon_.substr(
                                       block.span.begin, block.span.end - block.span.begin)) >
                                       kMaxHeadingChars
                           ? NodeKind::kClause
                           : NodeKind::kHeading;
            }
            case Style::kDash:
            case Style::kPlus:
            case Style::kCircle:
            case Style::kDot:
            case Style::kParen: return NodeKind::kBullet;
            default: return NodeKind::kHeading;
        }
    }
    // Pops what the new element closes, and returns its parent.
    void make_room(Style style) {
        const int mine = rank(style);
        if (!is_bullet_style(style)) {
            while (stack_.size() > 1 && stack_.back().rank >= mine) stack_.pop_back();
            return;
        }
        // Bullets: a sign already open goes on at its level, a new one opens a level below; "-"
        // never stands below "+".
        std::size_t at = stack_.size();
        while (at > 1 && is_bullet_style(stack_[at - 1].style)) {
            if (stack_[at - 1].style == style) {
                stack_.resize(at - 1);
                return;
            }
            --at;
        }
        while (stack_.size() > 1 && is_bullet_style(stack_.back().style) && style == Style::kDash &&
               stack_.back().style != Style::kParen)
            stack_.pop_back();
        while (stack_.size() > 1 && stack_.back().style == Style::kCircle && style == Style::kPlus)
            stack_.pop_back();
    }
    void labelled(const Block& block) {
        const Style style = block.label.style;
        if (!is_bullet_style(style)) seen_structure_ = true;
        make_room(style);
        if (stack_.size() > kMaxDepth) stack_.resize(kMaxDepth);
        const NodeKind kind = kind_of(block);
        const std::int32_t index =
            add_block(kind, block.label.text, stack_.back().node, block, block.label.end);
        stack_.push_back({index, rank(style), style});
        ended_ = ends(block);
        const bool titled =
            kind == NodeKind::kPart || kind == NodeKind::kChapter || kind == NodeKind::kSection;
        if (titled && node(index).text.value.empty()) {
            ++at_;
            titles(index, /*notes=*/false);
            --at_;
        } else if (titled || (style == Style::kRoman && block.caps)) {
            title_goes_on(index);
        }
    }
    // A title in capitals cut over several lines.
    void title_goes_on(std::int32_t index) {
        Block all = blocks_.blocks[at_];
        const std::size_t skip = all.label.end;
        const std::size_t first = all.pieces.size();
        while (at_ + 1 < blocks_.blocks.size()) {
            const Block& next = blocks_.blocks[at_ + 1];
            const bool usual = next.blank_before <= lines_.layout.usual_gap;
            if (next.table >= 0 || next.label || !next.caps || !all.caps || !usual || next.quoted)
                break;
            for (const Piece& piece : next.pieces) all.pieces.push_back({piece.span, Join::kBlank});
            ++at_;
        }
        if (all.pieces.size() == first) return;
        all.span.end = all.pieces.back().span.end;
        node(index).text = text_of(all, skip);
        node(index).span = all.span;
    }
    bool ends(const Block& block) const {
        const std::string_view last = trimmed(view(canon_, block.pieces.back().span));
        return last.ends_with("./.") || last.ends_with("./");
    }
    void paragraph(const Block& block) {
        // A paragraph after a bullet belongs to it only when the bullet announces it with a colon.
        while (stack_.size() > 1 && is_bullet_style(stack_.back().style)) {
            const Node& top = node(stack_.back().node);
            const bool announced =
                top.text.value.ends_with(':') &&
                std::all_of(top.children.begin(), top.children.end(), [this](std::int32_t child) {
                    return node(child).kind == NodeKind::kParagraph;
                });
            if (announced) break;
            stack_.pop_back();
        }
        add_block(NodeKind::kParagraph, {}, stack_.back().node, block, 0);
        ended_ = ends(block);
    }

    void table(const Block& block) {
        const RawTable& raw = blocks_.tables[static_cast<std::size_t>(block.table)];
        if (sign_off_table(raw)) return;
        while (stack_.size() > 1 && is_bullet_style(stack_.back().style)) stack_.pop_back();
        zone_ = Zone::kBody;
        const std::int32_t index = add(NodeKind::kTable, {}, stack_.back().node, block.span);
        contracts::Table made = build_table(canon_, marks_.holes, raw, budget_);
        made.node = index;
        made.caption = caption(index);
        if (std::string unit = unit_before(index); !unit.empty()) {
            for (contracts::Column& column : made.columns) {
                if (column.unit.empty()) column.unit = unit;
            }
        }
        node(index).table = static_cast<std::int32_t>(document_.tables.size());
        document_.tables.push_back(std::move(made));
    }
    // The last page's two columns: "Nơi nhận: ..." beside the signature.
    bool sign_off_table(const RawTable& raw) {
        if (raw.rows.empty() || raw.rows.front().cells.empty() ||
            raw.rows.front().cells.front().pieces.empty())
            return false;
        if (!starts_nocase(view(canon_, raw.rows.front().cells.front().pieces.front().span),
                           "nơi nhận"))
            return false;
        std::vector<Block> lines;
        for (const RawRow& row : raw.rows) {
            for (const RawCell& cell : row.cells) {
                for (const Piece& piece : cell.pieces) {
                    Block line;
                    line.pieces.push_back({piece.span, Join::kNone});
                    line.span = piece.span;
                    line.caps = is_caps(view(canon_, piece.span));
                    line.label = parse_label(view(canon_, piece.span));
                    lines.push_back(std::move(line));
                }
            }
        }
        const auto here = blocks_.blocks.begin() + static_cast<std::ptrdiff_t>(at_) + 1;
        blocks_.blocks.insert(here, lines.begin(), lines.end());
        return true;
    }
    std::string caption(std::int32_t table) {
        std::int32_t at = node(table).parent;
        while (at > 0 && node(at).text.value.empty()) at = node(at).parent;
        const std::string& title = at > 0 ? node(at).text.value : document_.head.title;
        return budget_.repeat(title.size()) ? title : std::string();
    }
    std::string unit_before(std::int32_t table) {
        const auto& siblings = node(node(table).parent).children;
        if (siblings.size() < 2) return {};
        const Node& before = node(siblings[siblings.size() - 2]);
        return before.kind == NodeKind::kParagraph && before.text.value.size() < 80
                   ? find_unit(before.text.value)
                   : std::string();
    }

    // "6. Chương trình thành phần 6: ... (UAV)." closes like a sentence, but what it holds below it
    // shows a heading.
    void find_headings() {
        for (std::size_t i = 0; i < document_.nodes.size(); ++i) {
            Node& n = document_.nodes[i];
            if (n.kind != NodeKind::kClause || node(n.parent).kind == NodeKind::kArticle) continue;
            const bool holds =
                std::any_of(n.children.begin(), n.children.end(), [this](std::int32_t child) {
                    const NodeKind kind = node(child).kind;
                    return kind == NodeKind::kPoint || kind == NodeKind::kHeading;
                });
            if (holds) n.kind = NodeKind::kHeading;
        }
    }

    // Footnotes hang on the deepest node that contains their words, in order of position.
    void add_footnotes() {
        compute_spans();
        for (const FootnoteMark& mark : marks_.references)
            references_.emplace(mark.label, mark.span);
        for (const FootnoteMark& mark : marks_.definitions) {
            if (!budget_.time()) return;
            const std::int32_t owner = deepest(mark.span);
            const auto index = static_cast<std::int32_t>(document_.nodes.size());
            Node made;
            made.kind = NodeKind::kFootnote;
            made.label = mark.label;
            made.parent = owner;
            made.span = mark.span;
            made.text = footnote_text(mark.body);
            document_.nodes.push_back(std::move(made));
            auto& children = node(owner).children;
            const auto before = std::upper_bound(children.begin(), children.end(), mark.span.begin,
                                                 [this](std::uint32_t begin, std::int32_t child) {
                                                     return begin < node(child).span.begin;
                                                 });
            children.insert(before, index);
            reference_cells(mark.label, index);
        }
    }
    Text footnote_text(Span body) const {
        TextMaker maker(canon_, kNoHoles);
        std::uint32_t at = body.begin;
        std::string_view before;
        while (at < body.end) {
            std::uint32_t end = at;
            while (end < body.end && canon_[end] != '\n') ++end;
            const std::string_view line = trimmed(canon_.substr(at, end - at));
            if (!line.empty()) {
                const bool joined =
                    !is_terminated(before) && starts_lower(line) && !parse_label(line);
                maker.add({at, end}, joined ? Join::kBlank : Join::kNewline);
                before = line;
            }
            at = end + 1;
        }
        Text text = maker.finish();
        if (text.value.empty()) text.span = {body.begin, body.begin};
        return text;
    }
    void reference_cells(const std::string& label, std::int32_t index) {
        const auto found = references_.find(label);
        if (found == references_.end()) return;
        const Span at = found->second;
        const std::int32_t owner = deepest(at);
        if (node(owner).table < 0) return;
        auto& rows = document_.tables[static_cast<std::size_t>(node(owner).table)].rows;
        const auto after = std::upper_bound(
            rows.begin(), rows.end(), at.begin,
            [](std::uint32_t begin, const contracts::Row& row) { return begin < row.span.begin; });
        if (after == rows.begin()) return;
        contracts::Cell* best = nullptr;
        for (contracts::Cell& cell : std::prev(after)->cells) {
            if (!cell.carried && cell.text.span.begin <= at.begin) best = &cell;
        }
        if (best != nullptr) best->footnotes.push_back(index);
    }
    std::int32_t deepest(Span span) { return document_.node_at(span); }

    void compute_spans() {
        for (std::size_t i = document_.nodes.size(); i-- > 1;) {
            const Span span = document_.nodes[i].span;
            Span& parent = node(document_.nodes[i].parent).span;
            parent.begin = std::min(parent.begin, span.begin);
            parent.end = std::max(parent.end, span.end);
        }
    }
    // Words that belong to no node (page furniture, stray marks) go to the node before them.
    void close_spans() {
        for (std::size_t i = 0; i < document_.nodes.size(); ++i)
            stretch(static_cast<std::int32_t>(i));
    }
    void stretch(std::int32_t index) {
        const Node& n = node(index);
        const bool covers = n.kind == NodeKind::kDocument;
        for (std::size_t c = 0; c < n.children.size(); ++c) {
            Node& child = node(n.children[c]);
            if (child.kind == NodeKind::kFootnote) continue;
            std::uint32_t end =
                c + 1 < n.children.size() ? node(n.children[c + 1]).span.begin : n.span.end;
            if (n.text.span.begin >= child.span.end) end = std::min(end, n.text.span.begin);
            while (end > child.span.end && is_blank(canon_[end - 1])) --end;
            if (end > child.span.end) child.span.end = end;
            if (c == 0 && covers) {
                std::uint32_t begin = 0;
                while (begin < child.span.begin && is_blank(canon_[begin])) ++begin;
                child.span.begin = begin;
            }
        }
    }

    inline static const std::vector<Span> kNoHoles;
    std::string_view canon_;
    const Marks& marks_;
    const Lines& lines_;
    Blocks blocks_;
    Budget& budget_;
    Document& document_;
    std::vector<Open> stack_;
    std::size_t at_ = 0;
    std::unordered_map<std::string, Span> references_;  // first mark of each footnote
    Zone zone_ = Zone::kBody;
    std::int32_t zone_node_ = 0;
    bool ended_ = false;  // the text before closed with "./."
    bool seen_structure_ = false;
    bool signing_body_ = false;
};

}  // namespace

Status build_tree(std::string_view canon, const Marks& marks, const Lines& lines,
                  std::size_t head_lines, Blocks blocks, Budget& budget,
                  contracts::Document& document) {
    std::size_t cells = 0;
    for (const RawTable& table : blocks.tables) {
        for (const RawRow& row : table.rows) cells += row.cells.size();
    }
    if (!budget.cells(cells) ||
        !budget.nodes(blocks.blocks.size() + head_lines + marks.definitions.size()))
        return budget.status();
    TreeBuilder(canon, marks, lines, std::move(blocks), budget, document).run(head_lines);
    return budget.status();
}

}  // namespace saola::lang

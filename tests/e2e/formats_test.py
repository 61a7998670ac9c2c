"""One document as text, DOCX and PDF: the same tree up to spans, and the same facts proposed. The document is made up;
the PDF is printed by Chromium from a plain page."""
import html
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from saola_process import ROOT, call

MAKE_DOCX = ROOT / "src" / "lang" / "document" / "tests" / "make_docx.py"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")

# Lines of the body; a list is a table. Numbers stand in the text in each format, so labels are words of it.
MODEL = [
    "TỔNG CỤC THỬ NGHIỆM",
    "Số: 27/QĐ-TCTN",
    "Hà Thành, ngày 14 tháng 2 năm 2033",
    "QUYẾT ĐỊNH",
    "Phê duyệt Chương trình đò máy",
    "Điều 1. Phê duyệt Chương trình đò máy kèm theo Quyết định này.",
    "Điều 2. Quyết định này có hiệu lực kể từ ngày ký ban hành.",
    "1. Các đơn vị gửi báo cáo trước ngày 15 tháng 6 năm 2034.",
    "2. Quyết định này thay thế Quyết định số 11/QĐ-TCTN ngày 3 tháng 1 năm 2030.",
    "Phụ lục I",
    "CHƯƠNG TRÌNH ĐÒ MÁY",
    "I. MỤC TIÊU",
    "1. Chương trình thành phần 1: Đò máy chạy điện",
    "a) Mục tiêu",
    "- Mục tiêu đến năm 2041:",
    "+ Làm chủ tối thiểu 45% công nghệ lõi của đò máy;",
    "+ Có ít nhất 12 bến mẫu;",
    "+ Mở thêm bến đò ở các xã ven sông.",
    "b) Sản phẩm dự kiến",
    "- Đò nhỏ;",
    "- Đò lớn.",
    "2. Chương trình thành phần 2: Bè nứa",
    "a) Mục tiêu",
    "- Mục tiêu đến năm 2041:",
    "+ Triển khai tối thiểu 30 bè thí điểm.",
    "Phụ lục II",
    "DANH MỤC NHIỆM VỤ ĐỀ XUẤT",
    [["STT", "Đơn vị", "Tên nhiệm vụ", "Dự kiến kinh phí (triệu đồng)", "Thời gian thực hiện (tháng)"],
     ["1", "Sở Đường sông", "Nghiên cứu mái chèo hợp kim nhẹ", "1.250", "24"],
     ["2", "Sở Bến bãi", "Đo dòng chảy mùa lũ", "300 - 450", "12"],
     ["3", "Sở Đường sông", "Thử nghiệm phao tự thổi", "-", "36"]],
]


def as_text():
    out = []
    for item in MODEL:
        out.append("".join("".join(f"\t{cell}\n" for cell in row) + "\n" for row in item) if isinstance(item, list) else item)
    return "\n".join(out) + "\n"


def as_html():
    body = []
    for item in MODEL:
        if isinstance(item, list):
            rows = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in item)
            body.append(f"<table>{rows}</table>")
        else:
            body.append(f"<p>{html.escape(item)}</p>")
    style = "body{font:11pt 'DejaVu Sans';line-height:1.4}p{margin:0 0 8pt}td{border:1px solid;padding:3pt 10pt;vertical-align:top;white-space:nowrap}"
    return f"<!doctype html><meta charset=utf-8><title>x</title><style>@page{{size:A3;margin:20mm}}{style}</style>" + "".join(body)


def print_pdf(page, pdf, home):
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--print-to-pdf-no-header", f"--user-data-dir={home}"]
    subprocess.run([BROWSER, *options, f"--print-to-pdf={pdf}", page.as_uri()], check=True, capture_output=True, timeout=120,
                   env={**os.environ, "HOME": str(home)})


def tree(document):
    """(depth, kind, label, words) of every node, and the cells of every table: no spans, no pages."""
    nodes = document["nodes"]
    depth = []
    out = []
    for node in nodes:
        depth.append(0 if node["parent"] < 0 else depth[node["parent"]] + 1)
        out.append((depth[-1], node["kind"], node["label"], node["text"]))
    tables = [[[cell["text"] for cell in row["cells"]] for row in table["rows"]] for table in document["tables"]]
    return out, tables


class Formats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="saola-formats-")
        folder = pathlib.Path(cls.folder.name)
        cls.files = {"text": folder / "a.txt", "docx": folder / "a.docx"}
        cls.files["text"].write_text(as_text(), encoding="utf-8")
        model = json.dumps([{"table": item} if isinstance(item, list) else item for item in MODEL])
        subprocess.run([sys.executable, MAKE_DOCX, cls.files["docx"]], input=model, text=True, check=True)
        if BROWSER:
            page = folder / "a.html"
            page.write_text(as_html(), encoding="utf-8")
            cls.files["pdf"] = folder / "a.pdf"
            print_pdf(page, cls.files["pdf"], folder / "home")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def read(self, kind):
        done = call("lang", "read", self.files[kind], "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def facts(self, kind):
        with tempfile.TemporaryDirectory() as data:
            done = call("programme", "import", self.files[kind], "--format", "json", data_dir=data)
            self.assertEqual(done.returncode, 0, done.stderr)
            rows = json.loads(done.stdout)["waiting"]
        keys = ("predicate", "value", "unit", "period")
        return sorted(json.dumps([row["subject"]["kind"], row["subject"]["key"], *(row[key] for key in keys), row["source"]["place"]],
                                 ensure_ascii=False) for row in rows)

    def formats(self):
        if not BROWSER:
            self.skipTest("no Chromium to print the PDF")
        return ("docx", "pdf")

    def test_the_tree_is_the_same(self):
        nodes, tables = tree(self.read("text"))
        self.assertGreater(len(nodes), 25)
        self.assertEqual([len(table) for table in tables], [3])
        for kind in self.formats():
            with self.subTest(format=kind):
                other, cells = tree(self.read(kind))
                self.assertEqual(other, nodes)
                self.assertEqual(cells, tables)

    def test_the_facts_are_the_same(self):
        facts = self.facts("text")
        for words in ("core-technology-mastery", "1250", "2034-06-15", "11-qd-tctn"):
            self.assertTrue(any(words in fact for fact in facts), words)
        for kind in self.formats():
            with self.subTest(format=kind):
                self.assertEqual(self.facts(kind), facts)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/python3
"""Exports read back by foreign programs: openpyxl, gnumeric's ssconvert and LibreOffice must all see
exactly the numbers of the JSON form, in CSV and XLSX alike.
Usage: table_export_test.py BUILD_DIR. Readers that are not installed are skipped with a message."""
import csv
import datetime
import decimal
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import openpyxl

ROWS = 400
LAYOUT = ["no", "organisation", "title", "budget_lo", "budget_hi", "share", "due", "state", "unknown"]
NUMERIC = ["no", "budget_lo", "budget_hi", "share"]


def number(value):
    return None if value is None or value == "" else decimal.Decimal(repr(value) if isinstance(value, float) else str(value))


def expected_rows(folder):
    table = json.loads((folder / "table.json").read_text(encoding="utf-8"))
    rows = []
    for row in table["rows"]:
        cells, out = row["cells"], {}
        for column in table["columns"]:
            cell = cells[column["key"]]
            if column["type"] == "interval":
                out[column["key"] + "_lo"], out[column["key"] + "_hi"] = number(cell.get("lo")), number(cell.get("hi"))
            elif column["type"] == "number":
                out[column["key"]] = number(cell.get("v"))
            else:
                out[column["key"]] = cell.get("v", "")
        out["unknown"] = "; ".join(k for k, c in cells.items() if c.get("unknown"))
        rows.append(out)
    return rows


def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def check_numbers(name, rows, expected):
    assert len(rows) == len(expected), f"{name}: {len(rows)} rows, expected {len(expected)}"
    count = 0
    for index, (row, want) in enumerate(zip(rows, expected)):
        for key in NUMERIC:
            value = row[LAYOUT.index(key)]
            assert number(value) == want[key], f"{name}: row {index} {key}: {value!r} != {want[key]}"
            count += want[key] is not None
    print(f"ok {name}: {count} numeric cells identical")


def check_openpyxl(path, expected):
    book = openpyxl.load_workbook(path)
    sheet, about = book.worksheets
    assert sheet.freeze_panes == "A2", sheet.freeze_panes
    assert sheet.auto_filter.ref == f"A1:J{ROWS + 1}", sheet.auto_filter.ref
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    for index, (row, want) in enumerate(zip(rows, expected)):
        for key in NUMERIC:
            value = row[LAYOUT.index(key)]
            assert value is None or isinstance(value, (int, float)), f"row {index} {key} is {value!r}"
        due = row[LAYOUT.index("due")]
        if isinstance(due, datetime.datetime):
            due = due.date().isoformat()
        assert due == want["due"], (index, due, want["due"])
        for key in ("title", "state", "unknown"):
            assert (row[LAYOUT.index(key)] or "") == want[key], (index, key, row)
    check_numbers("openpyxl", rows, expected)
    words = {str(cell) for row in about.iter_rows(values_only=True) for cell in row if cell is not None}
    for word in ("Bảng đo", "2026-01-31", "01/QĐ-XYZ", "=A1", "Có dữ liệu giả lập, không phải số liệu thật"):
        assert word in words, (word, words)
    formulas = [c for s in book.worksheets for r in s.iter_rows() for c in r if c.data_type == "f"]
    assert not formulas, formulas
    assert sheet["A1"].value == "STT" and sheet["D1"].value == "Kinh phí – từ (triệu đồng)", sheet["D1"].value




def check_stored(name, folder, converted, expected):
    """The converter opened our file and saved its own XLSX: its stored numbers are compared."""
    sheet = openpyxl.load_workbook(folder / converted).worksheets[0]
    check_numbers(name, list(sheet.iter_rows(min_row=2, values_only=True)), expected)


def main():
    build = pathlib.Path(sys.argv[1])
    bench = build / "table_bench"
    if not bench.exists():
        print(f"SKIP {bench} is not built")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.check_call([bench, "sample", "7", str(ROWS), name])
        expected = expected_rows(folder)
        rows = read_csv(folder / "table.csv")
        assert rows[0] == LAYOUT + ["synthetic"], rows[0]
        check_numbers("csv", rows[1:], expected)
        check_openpyxl(folder / "table.xlsx", expected)
        if shutil.which("ssconvert"):
            subprocess.run(["ssconvert", "table.xlsx", "gnumeric.xlsx"], cwd=folder, check=True, capture_output=True)
            check_stored("ssconvert", folder, "gnumeric.xlsx", expected)
        else:
            print("SKIP ssconvert is not installed")
        if shutil.which("soffice"):
            env = {**os.environ, "HOME": name}
            subprocess.run(["soffice", "--headless", "--convert-to", "ods", "table.xlsx"], cwd=folder, env=env,
                           check=True, capture_output=True, timeout=120)
            subprocess.run(["soffice", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", "lo", "table.ods"],
                           cwd=folder, env=env, check=True, capture_output=True, timeout=120)
            check_stored("libreoffice", folder, "lo/table.xlsx", expected)
        else:
            print("SKIP libreoffice is not installed")
    return 0


if __name__ == "__main__":
    sys.exit(main())

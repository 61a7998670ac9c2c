#!/usr/bin/python3
"""Rival of table_bench xlsx: the same shape of table through openpyxl's write-only mode.
Usage: table_openpyxl.py ROWS FILE; prints one JSON line."""
import datetime
import json
import os
import random
import resource
import sys
import time

import openpyxl


def main():
    rows, path = int(sys.argv[1]), sys.argv[2]
    rng = random.Random(1)
    begin = time.monotonic()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Số liệu")
    sheet.append(["STT", "Đơn vị", "Tên nhiệm vụ", "Từ", "Đến", "Tỷ lệ", "Hạn", "Trạng thái", "Chưa rõ", "Giả lập"])
    for number in range(1, rows + 1):
        lo = rng.randrange(10**12)
        sheet.append([number, f"Đơn vị số {rng.randrange(40)}", "Xây dựng nền tảng số phục vụ quản lý và điều hành",
                      lo, lo + rng.randrange(500000), rng.randrange(-10**6, 10**6) / 10,
                      datetime.date(1990 + rng.randrange(60), 1 + rng.randrange(12), 1 + rng.randrange(28)),
                      "mở", "", "có"])
    book.save(path)
    seconds = time.monotonic() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"writer": "openpyxl " + openpyxl.__version__, "rows": rows, "columns": 10,
                      "seconds": round(seconds, 3), "peak_mb": round(peak, 1),
                      "file_mb": round(os.path.getsize(path) / 1048576, 2)}))


if __name__ == "__main__":
    main()

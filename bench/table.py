#!/usr/bin/python3
"""XLSX export: 100,000 rows through saola and through openpyxl in the same run, two rounds.
Usage: bench/table.py BUILD_DIR [OUT.json]. Exit status 1 over the budget (3 s, 100 MB)."""
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

ROWS, MAX_SECONDS, MAX_MB = 100_000, 3.0, 100.0


def main():
    build = pathlib.Path(sys.argv[1])
    rival = pathlib.Path(__file__).with_name("rivals") / "table_openpyxl.py"
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for round_number in (1, 2):
            for command in ([build / "table_bench", "xlsx"], ["/usr/bin/python3", rival]):
                line = subprocess.check_output([*map(str, command), str(ROWS), f"{folder}/out.xlsx"], text=True)
                runs.append({"round": round_number, **json.loads(line)})
    ours = [run for run in runs if run["writer"] == "saola"]
    passed = all(run["seconds"] < MAX_SECONDS and run["peak_mb"] < MAX_MB for run in ours)
    result = {"bench": "table_xlsx", "command": "bench/table.py", "machine": platform.machine(),
              "cores": os.cpu_count(), "load": os.getloadavg()[0], "budget_seconds": MAX_SECONDS,
              "budget_peak_mb": MAX_MB, "passed": passed, "runs": runs}
    text = json.dumps(result, indent=1)
    print(text)
    if len(sys.argv) > 2:
        pathlib.Path(sys.argv[2]).write_text(text + "\n", encoding="utf-8")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())

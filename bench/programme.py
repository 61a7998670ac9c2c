#!/usr/bin/python3
"""Dashboard queries over 10^6 synthetic observations, on SQLite and PostgreSQL, with hand-written SQL beside.

Usage: bench/programme.py BUILD_DIR [--observations 1000000] [--rounds 200] [--engine sqlite|postgres|both]
       [--out bench/results/programme.json] [--keep DIR]
Loads a temporary data directory through the module's own append path, then times each query in the
server, from request to the bytes of the answer. "_as_of_new_day" asks for a day that is in no cache;
"_after_write" asks right after the data changed. Prints JSON {machine, load, budget_ms, passed, runs};
a run is {engine, rows, load_seconds, queries: {name: {p50_ms, p95_ms, max_ms, cpu_p50_ms, cpu_p95_ms, n,
bytes}}, rival}. The cpu figures are processor time of the answering thread, without the database server:
what stays comparable when the machine does other work at the same time.
Exit status 1 when a query's p95 is over the budget, 2 when a program is missing.
example: bench/programme.py build/release --engine sqlite --observations 20000
"""
import argparse
import json
import os
import pathlib
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUDGET_MS = 50.0

# What a programmer would write against the same tables, for one actor that may see everything.
RIVALS = {
    "orders_sorted": """
        SELECT subject, MAX(CASE predicate WHEN 'title' THEN json_extract(value, '$.v') END),
               MAX(CASE predicate WHEN 'organisation' THEN json_extract(value, '$.v') END),
               MAX(CASE predicate WHEN 'objective' THEN json_extract(value, '$.v') END),
               MAX(CASE predicate WHEN 'result' THEN json_extract(value, '$.v') END),
               MAX(CASE predicate WHEN 'letter' THEN json_extract(value, '$.v') END),
               MAX(CASE predicate WHEN 'budget' THEN CAST(json_extract(value, '$.lo') AS INTEGER) END) AS lo,
               MAX(CASE predicate WHEN 'budget' THEN CAST(json_extract(value, '$.hi') AS INTEGER) END) AS hi
        FROM programme_assertion WHERE kind = 'task' AND observed = 0 AND id NOT IN
             (SELECT supersedes FROM programme_assertion WHERE supersedes > '')
        GROUP BY subject ORDER BY lo DESC LIMIT 200""",
    "targets_after_write": """
        SELECT subject, MAX(period), json_extract(value, '$.v') FROM programme_assertion
        WHERE observed = 1 AND kind = 'indicator' AND predicate = 'observed' AND organisation = ''
        GROUP BY subject""",
}


def rival(database, queries, rounds):
    """The same question as plain SQL through Python's sqlite3, answer serialised as JSON as well."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    out = {}
    for name, sql in RIVALS.items():
        taken = []
        for _ in range(rounds + 1):
            begin = time.perf_counter()
            json.dumps(connection.execute(sql).fetchall())
            taken.append((time.perf_counter() - begin) * 1000)
        ours = queries[name]["p50_ms"]
        median = statistics.median(taken[1:])
        out[name] = {"p50_ms": round(median, 3), "n": rounds, "ours_p50_ms": ours,
                     "rival_over_ours": round(median / max(ours, 0.001), 2)}
    connection.close()
    return out


def call(command):
    return json.loads(subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE,
                                     text=True).stdout)


def measure(args, engine, folder):
    binary = args.build / "programme_bench"
    data = pathlib.Path(folder) / engine
    with_server = [ROOT / "tools" / "with-postgres"] if engine == "postgres" else []
    url = ' --url "$SAOLA_TEST_POSTGRES_URL"' if engine == "postgres" else ""
    script = (f'"$1" load "$2" --observations {args.observations}{url} > "$2.load" && '
              f'"$1" run "$2" --rounds {args.rounds}{url}')
    run = call([*with_server, "bash", "-c", script, "bash", binary, data])
    loaded = json.loads(data.with_suffix(".load").read_text())
    run["load_seconds"] = round(loaded["load_seconds"], 1)
    run["facts"] = loaded["facts"]
    if engine == "sqlite":
        run["database_mb"] = round((data / "saola.db").stat().st_size / 1048576, 1)
        run["rival"] = rival(data / "saola.db", run["queries"], 10)
    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--observations", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--engine", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--keep", help="use this folder, and keep the data in it")
    args = parser.parse_args()
    if not (args.build / "programme_bench").exists():
        print(f"{args.build}/programme_bench is missing: build it first", file=sys.stderr)
        return 2
    load, runs = [round(os.getloadavg()[0], 2)], []
    with tempfile.TemporaryDirectory(prefix="saola-programme-bench-") as temporary:
        for engine in ["sqlite", "postgres"] if args.engine == "both" else [args.engine]:
            runs.append(measure(args, engine, args.keep or temporary))
            load.append(round(os.getloadavg()[0], 2))
    over = [f"{run['engine']}: {name} {query['p95_ms']} ms" for run in runs
            for name, query in run["queries"].items() if query["p95_ms"] >= BUDGET_MS]
    result = {"bench": "programme", "command": "bench/programme.py", "machine": platform.machine(),
              "cores": os.cpu_count(), "date": time.strftime("%Y-%m-%d"), "load": load,
              "budget_ms": BUDGET_MS, "passed": not over, "over_budget": over, "runs": runs}
    text = json.dumps(result, indent=1, ensure_ascii=False)
    print(text)
    if args.out:
        args.out.write_text(text + "\n", encoding="utf-8")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())

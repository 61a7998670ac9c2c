#!/usr/bin/python3
"""Dashboard queries over 10^6 synthetic observations: the real service, on SQLite and PostgreSQL.

Usage: bench/programme.py BUILD_DIR [--observations 1000000] [--rounds 100] [--engine sqlite|postgres|both]
       [--out bench/results/programme.json] [--keep DIR]
Fills a temporary data directory through the module's own append path, starts `saola serve` on it and asks
over HTTP, in turn as somebody who sees everything and as a viewer of one ministry. server_* is the time
the server itself logs for the request (session, query, JSON), wall_* what the client waits. Checks first
that the answers are what plain SQL gives. "_on_a_new_day" asks as of a day that is in no cache,
"_after_a_write" right after an accepted correction of a budget. The rival is SQL by hand for the same
question: Python's sqlite3 with json.dumps, and psql with its own \\timing.
Prints JSON {machine, load, budget_ms, passed, over_budget, runs}. Exit status 1 when a p95 of the server's
time is over the budget or an answer is wrong, 2 when a program is missing.
example: bench/programme.py build/release --engine sqlite --observations 20000
"""
import argparse
import collections
import http.client
import json
import os
import pathlib
import platform
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUDGET_MS = 50.0
OWN = "don-vi-01"  # the viewer's ministry, whose rows are restricted
KINDS = ("orders", "budget", "targets", "patents", "standards", "documents", "deadlines", "organisations", "products", "codes")
SORTED = {"orders": "-budget", "budget": "-amount", "targets": "title", "documents": "title", "deadlines": "-due", "codes": "title"}
FILTERED = {"orders": "organisation=Đơn vị giả số 7", "budget": "year=2021", "targets": "horizon=2027", "documents": "type=Quyết định",
            "deadlines": "state=passed", "products": "origin=catalogue", "codes": "level=group"}

CURRENT = "a.id NOT IN (SELECT supersedes FROM programme_assertion WHERE supersedes <> '')"
VISIBLE = f"(a.classification < 2 OR a.organisation = '{OWN}')"
INDICATOR = "thanh-phan-1/chi-tieu-007"
# What a programmer would write for the same tables; {} is the expression that reads a JSON member.
RIVALS = {
    "orders": """SELECT subject, MAX(CASE predicate WHEN 'title' THEN value END), MAX(CASE predicate WHEN 'organisation' THEN value END),
        MAX(CASE predicate WHEN 'objective' THEN value END), MAX(CASE predicate WHEN 'result' THEN value END),
        MAX(CASE predicate WHEN 'budget' THEN value END), MAX(CASE predicate WHEN 'letter' THEN value END)
        FROM programme_assertion a WHERE kind = 'task' AND observed = 0 AND """ + CURRENT + " GROUP BY subject ORDER BY MIN(seq) LIMIT 200",
    "targets": """SELECT subject, MAX(period), value FROM programme_assertion a WHERE seq IN (SELECT seq FROM (SELECT seq, ROW_NUMBER() OVER
        (PARTITION BY subject ORDER BY period DESC, seq DESC) AS place FROM programme_assertion WHERE observed = 1 AND kind = 'indicator'
        AND predicate = 'observed' AND organisation = '') newest WHERE place = 1) GROUP BY subject, value""",
    "series": f"""SELECT a.*, s.document, s.place, s.excerpt FROM programme_assertion a LEFT JOIN programme_source s ON s.id = a.source
        WHERE kind = 'indicator' AND subject = '{INDICATOR}' AND predicate = 'observed' ORDER BY seq DESC LIMIT 1000""",
}


class Database:
    """The same SQL on both engines, to check answers and as the rival."""

    def __init__(self, data, url):
        self.url = url
        self.file = None if url else sqlite3.connect(f"file:{data}/saola.db?mode=ro", uri=True)

    def rows(self, sql):
        if self.file:
            return [[str(value) for value in row] for row in self.file.execute(sql)]
        out = subprocess.run(["psql", "-XAt", "-F", "\t", self.url, "-c", sql], check=True, stdout=subprocess.PIPE, text=True).stdout
        return [line.split("\t") for line in out.splitlines()]

    def number(self, sql):
        return int(self.rows(sql)[0][0])

    def settle(self):
        """What autovacuum does within minutes of a load."""
        if self.url:
            subprocess.run(["psql", "-Xq", self.url, "-c", "VACUUM ANALYZE"], check=True)

    def timed(self, sql, rounds):
        if self.file:
            taken = []
            for _ in range(rounds):
                begin = time.perf_counter()
                json.dumps(self.file.execute(sql).fetchall())
                taken.append((time.perf_counter() - begin) * 1000)
            return taken
        script = "\\timing on\n" + (sql.replace("\n", " ") + ";\n") * rounds
        out = subprocess.run(["psql", "-XAt", self.url], input=script, check=True, stdout=subprocess.PIPE, text=True).stdout
        return [float(ms) for ms in re.findall(r"^Time: ([\d.]+) ms", out, re.M)]

    def size_mb(self, data):
        if self.url:
            return round(self.number("SELECT pg_database_size(current_database())") / 1048576, 1)
        return round((data / "saola.db").stat().st_size / 1048576, 1)


class Service:
    """`saola serve` on the data, with its request log read for the server's own times."""

    def __init__(self, binary, data, url):
        self.log_path = pathlib.Path(str(data) + ".log")
        self.log = self.log_path.open("wb")
        more = ["--database-url", url] if url else []
        self.process = subprocess.Popen([binary, "serve", "--data-dir", data, "--port", "0", "--rate-limit", "100000", *more],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"https?://[^ :]+:(\d+)", line)
        if found is None:
            raise RuntimeError("saola serve did not start: " + line + self.log_path.read_text())
        self.port = int(found.group(1))
        self.reader = self.log_path.open("rb")

    def durations(self):
        """Milliseconds by request id, of what was logged since the last call."""
        time.sleep(0.05)
        out = {}
        for line in self.reader.read().splitlines():
            entry = json.loads(line)
            if "duration_us" in entry:
                out[entry["request_id"]] = int(entry["duration_us"]) / 1000
        return out

    def memory_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return {name.lower(): round(int(re.search(name + r":\s+(\d+)", status).group(1)) / 1024, 1) for name in ("VmRSS", "VmHWM")}

    def cpu_ms(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


class Asker:
    """One account on one kept connection."""

    def __init__(self, service, token):
        self.token = token
        self.connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=120)

    def request(self, method, path, body=None):
        """(JSON, request id, milliseconds, bytes)"""
        headers = {"Authorization": "Bearer " + self.token}
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            headers["Content-Type"] = "application/json"
        begin = time.perf_counter()
        self.connection.request(method, "/api/programme/" + urllib.parse.quote(path, safe="/?&=-:%"), body=data, headers=headers)
        response = self.connection.getresponse()
        answer = response.read()
        taken = (time.perf_counter() - begin) * 1000
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {answer[:300]}")
        return answer, response.headers["X-Request-Id"], taken

    def read(self, path):
        return json.loads(self.request("GET", path)[0])


def prepare(args, data, url):
    """Accounts, organisations and a few imported documents, then the made-up facts."""
    sys.path.insert(0, str(ROOT / "tests" / "e2e"))
    os.environ["SAOLA_BINARY"] = str(args.build / "saola")
    from programme_support import first_account, make_account, orders_document
    from saola_process import Server
    chance = random.Random(1)
    with Server(data, *(["--database-url", url] if url else [])) as server:
        admin = first_account(server)
        for number in range(1, 40):
            key = f"don-vi-{number:02}"
            admin.request("POST", "/api/organisations", {"key": key, "name": f"Đơn vị giả số {number}", "kind": "ministry", "parent": ""})
        member = make_account(server, admin, "nguoi.xem", [{"role": "viewer", "organisation": OWN}])
        for number in range(8):
            rows = [(f"Sở Mẫu {i % 7}", f"Việc {number}-{i} của người làm thử", chance.randint(100, 9000), 12) for i in range(40)]
            admin.accept_all([(f"giay-{number}.txt", orders_document(f"{number + 1}/BC-TCT", rows, total=12345))])
        tokens = [who.request("POST", "/api/tokens", {"name": "bench", "scopes": scopes, "expires_days": 1})[2]["token"]
                  for who, scopes in ((admin, ["read", "review"]), (member, ["read"]))]
    loaded = subprocess.run([args.build / "programme_bench", data, "--observations", str(args.observations), *(["--url", url] if url else [])],
                            check=True, stdout=subprocess.PIPE, text=True).stdout
    return tokens, json.loads(loaded)


def total(table, key):
    return next(item["cell"] for item in table["totals"] if item["key"] == key)


def check(database, everything, member):
    """Answers beside plain SQL; the list of those that differ."""
    wrong = []

    def same(what, ours, theirs):
        if ours != theirs:
            wrong.append(f"{what}: {str(ours)[:200]}, SQL says {str(theirs)[:200]}")

    for who, asker, seen in (("all", everything, "1 = 1"), (OWN, member, VISIBLE)):
        orders = asker.read("reports/orders?limit=1")
        where = f"FROM programme_assertion a WHERE kind = 'task' AND {CURRENT} AND {seen}"
        same(f"{who}: orders", total(orders, "count")["v"], database.number(f"SELECT COUNT(DISTINCT subject) {where} AND predicate = 'title'"))
        values = [json.loads(row[0]) for row in database.rows(f"SELECT value {where} AND predicate = 'budget'")]
        for bound in ("lo", "hi"):
            cell = total(orders, "budget")
            known = [int(v.get(bound) or v.get("v")) for v in values if v["k"] != "unknown"]
            same(f"{who}: budget {bound}", cell.get(bound, cell.get("v")), sum(known) // 1_000_000)
        for as_of in ("", "2021-07-15"):
            newest = f"observed = 1 AND organisation = '' AND {seen}" + (f" AND valid_from <= '{as_of}'" if as_of else "")
            sql = f"""SELECT subject, id FROM (SELECT a.subject, a.id, ROW_NUMBER() OVER (PARTITION BY a.subject ORDER BY a.period DESC, a.seq DESC)
                      AS place FROM programme_assertion a WHERE {newest}) newest WHERE place = 1"""
            targets = {row[0] for row in database.rows("SELECT subject FROM programme_assertion a WHERE predicate = 'target' AND kind = 'indicator'"
                                                       + (f" AND valid_from <= '{as_of}'" if as_of else ""))}
            rows = asker.read("reports/targets?limit=1000" + (f"&as_of={as_of}" if as_of else ""))["rows"]
            shown = {row["cells"]["known"]["assertion"] for row in rows if "assertion" in row["cells"]["known"]}
            same(f"{who}: known levels {as_of}", sorted(shown), sorted(row[1] for row in database.rows(sql) if row[0] in targets))
        series = asker.read(f"assertions?subject=indicator:{INDICATOR}&predicate=observed")["assertions"]
        ids = [row[0] for row in database.rows(f"SELECT a.id FROM programme_assertion a WHERE kind = 'indicator' AND subject = '{INDICATOR}' AND "
                                               f"predicate = 'observed' AND {seen} ORDER BY seq DESC LIMIT 1000")]
        same(f"{who}: series", [item["id"] for item in series], ids)
        corrected = {row[0] for row in database.rows("SELECT supersedes FROM programme_assertion WHERE supersedes <> '' AND "
                                                     f"kind = 'indicator' AND subject = '{INDICATOR}'")}
        same(f"{who}: corrections", {item["id"] for item in series if item["superseded_by"]}, corrected & set(ids))
        foreign = [item for item in series if item["classification"] == "restricted" and item["organisation"] != OWN]
        same(f"{who}: restricted rows of others", bool(foreign), asker is everything and bool(ids))
        same(f"{who}: findings", asker.read("findings?limit=1")["row_count"] > 0, True)
    same("findings", everything.read("findings?limit=1")["row_count"], database.number("SELECT COUNT(*) FROM programme_finding WHERE present = 1"))
    return wrong


class Bench:
    def __init__(self, service, everything, member, rounds):
        self.service, self.askers, self.rounds = service, (everything, member), rounds
        self.queries = {}

    def measure(self, name, path, rounds=0, before=None):
        """`path` is a string, or a function of the round's number."""
        rounds = rounds or self.rounds
        wall, ids, size = [], [], 0
        self.service.durations()
        spent = 0.0
        for number in range(-4, rounds):  # two rounds of each account to warm up
            if before:
                before()
            target = path if isinstance(path, str) else path(number + 4)
            used = self.service.cpu_ms()
            body, request_id, taken = self.askers[number % 2].request("GET", target)
            if number >= 0:
                spent += self.service.cpu_ms() - used
                wall.append(taken)
                ids.append(request_id)
                size = max(size, len(body))
        logged = self.service.durations()
        server = sorted(logged[item] for item in ids)
        wall.sort()
        at = lambda values, share: round(values[round(share * (len(values) - 1))], 3)
        self.queries[name] = {"server_p50_ms": at(server, 0.5), "server_p95_ms": at(server, 0.95), "server_max_ms": at(server, 1), "wall_p50_ms": at(wall, 0.5),
                              "wall_p95_ms": at(wall, 0.95), "process_cpu_ms": round(spent / rounds, 2), "n": rounds, "bytes": size}
        print(f"  {name}: {self.queries[name]}", file=sys.stderr)


def any_day(number):
    return f"{2019 + number % 7}-{1 + number // 7 % 12:02}-{1 + number % 28:02}"


def measure_lists(bench):
    everything = bench.askers[0]
    bench.measure("overview", "overview")
    for name in KINDS:
        bench.measure(name, f"reports/{name}?limit=200")
        if name in SORTED:
            bench.measure(name + "_sorted_page_2", f"reports/{name}?limit=200&offset=200&sort={SORTED[name]}")
        if name in FILTERED:
            bench.measure(name + "_filtered", f"reports/{name}?limit=200&{FILTERED[name]}")
    bench.measure("orders_searched", "reports/orders?limit=200&q=ve tinh")
    bench.measure("map", "map?indicator=budget")
    bench.measure("search", "search?q=ve tinh")
    bench.measure("findings", "findings?limit=200")
    bench.measure("findings_filtered", "findings?limit=200&severity=error&rule=total.rows")
    bench.measure("findings_searched", "findings?limit=200&q=tong so")
    finding = everything.read("findings?limit=1")["rows"][0]["id"]
    bench.measure("finding", "findings/" + finding)
    figure = total(everything.read("reports/orders?limit=1"), "budget")["figure"]
    bench.measure("figure_of_all_orders", "figures/" + figure)


def measure_details(bench):
    everything = bench.askers[0]
    rows = everything.read("reports/orders?limit=200&organisation=Đơn vị giả số 7")["rows"]
    bench.measure("assertion", lambda n: "assertions/" + rows[n % len(rows)]["cells"]["title"]["assertion"])
    bench.measure("subject_of_a_task", lambda n: "assertions?subject=task:" + rows[n % len(rows)]["id"])
    series = lambda n: f"thanh-phan-{n % 250 % 6}/chi-tieu-{n % 250:03}"
    bench.measure("series_of_one_indicator", lambda n: f"assertions?subject=indicator:{series(n)}&predicate=observed")
    bench.measure("document", "documents/1-bc-tct")
    bench.measure("document_marks", "documents/1-bc-tct/marks")


def measure_days_and_writes(bench):
    everything = bench.askers[0]
    fewer = max(20, bench.rounds // 2)
    for index, (name, path) in enumerate((("overview", "overview?"), ("orders", "reports/orders?limit=200&"), ("targets", "reports/targets?limit=200&"),
                                          ("budget", "reports/budget?limit=200&"), ("deadlines", "reports/deadlines?limit=200&"), ("map", "map?indicator=budget&"))):
        bench.measure(name + "_on_a_new_day", lambda n, path=path, index=index: f"{path}as_of={any_day(n + 97 * index)}", fewer)
    open_findings = collections.deque(row["id"] for row in everything.read("findings?limit=1000&rule=total.rows")["rows"] if row["id"].startswith("synthetic"))
    seen = set()

    def correct():
        """Corrects a budget through a finding, and asks whether the correction shows at once."""
        while True:
            finding = open_findings.popleft()
            assertion = everything.read("findings/" + finding)["assertions"][0]
            if assertion not in seen and "lo" in everything.read("assertions/" + assertion)["value"]:
                break
        seen.add(assertion)
        everything.request("POST", f"findings/{finding}/decide", {"decision": "correct", "reason": "đo tốc độ",
                                                                  "correction": {"assertion": assertion, "value": {"lo": 1_000, "hi": 2_000}}})

    for name, path in (("overview", "overview"), ("orders", "reports/orders?limit=200"), ("targets", "reports/targets?limit=200"), ("search", "search?q=ve tinh"),
                       ("findings", "findings?limit=200")):
        bench.measure(name + "_after_a_write", path, fewer, correct)


def mixed(service, tokens, seconds=10):
    """Four clients at once ask for anything; what the server says it took."""
    paths = ["overview", "map?indicator=orders", "search?q=ve tinh", "findings?limit=200"] + [f"reports/{name}?limit=200" for name in KINDS]
    service.durations()
    deadline = time.monotonic() + seconds

    def ask(number):
        chance, asker = random.Random(number), Asker(service, tokens[number % 2])
        while time.monotonic() < deadline:
            asker.request("GET", chance.choice(paths))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = sorted(service.durations().values())
    return {"clients": 4, "requests": len(taken), "server_p50_ms": statistics.median(taken), "server_p95_ms": taken[int(len(taken) * 0.95)]}


def measure(args, engine, folder, url):
    data = pathlib.Path(folder) / engine
    tokens, loaded = prepare(args, data, url)
    database = Database(data, url)
    database.settle()
    service = Service(args.build / "saola", data, url)
    try:
        everything, member = (Asker(service, token) for token in tokens)
        begin = time.perf_counter()
        everything.read("overview")
        run = {"engine": engine, **loaded, "database_mb": database.size_mb(data), "first_request_ms": round((time.perf_counter() - begin) * 1000, 1),
               "wrong_answers": check(database, everything, member)}
        bench = Bench(service, everything, member, args.rounds)
        measure_lists(bench)
        measure_details(bench)
        run["mixed"] = mixed(service, tokens)
        measure_days_and_writes(bench)
        run["wrong_answers"] += check(database, everything, member)
        run["service_memory_mb"] = service.memory_mb()
        run["queries"] = bench.queries
    finally:
        service.stop()
    names = {"orders": "orders", "targets": "targets_after_a_write", "series": "series_of_one_indicator"}
    run["rival"] = {}
    for name, sql in RIVALS.items():
        taken = database.timed(sql, 11)[1:]
        ours = run["queries"][names[name]]["server_p50_ms"]
        run["rival"][names[name]] = {"sql_p50_ms": round(statistics.median(taken), 3), "ours_p50_ms": ours, "n": len(taken)}
    return run


def with_postgres(work):
    """Runs work(url) beside a private PostgreSQL."""
    process = subprocess.Popen([ROOT / "tools" / "with-postgres", "bash", "-c", 'echo "$SAOLA_TEST_POSTGRES_URL"; exec cat'],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        return work(process.stdout.readline().strip())
    finally:
        process.stdin.close()
        process.wait(60)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--observations", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--engine", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--keep", help="use this folder, and keep the data in it")
    args = parser.parse_args()
    args.build = args.build.resolve()
    for program in ("programme_bench", "saola"):
        if not (args.build / program).exists():
            print(f"{args.build}/{program} is missing: build it first", file=sys.stderr)
            return 2
    load, runs = [round(os.getloadavg()[0], 2)], []
    with tempfile.TemporaryDirectory(prefix="saola-programme-bench-") as temporary:
        folder = args.keep or temporary
        for engine in ["sqlite", "postgres"] if args.engine == "both" else [args.engine]:
            runs.append(with_postgres(lambda url: measure(args, "postgres", folder, url)) if engine == "postgres" else measure(args, engine, folder, ""))
            load.append(round(os.getloadavg()[0], 2))
    over = [f"{run['engine']}: {name} {query['server_p95_ms']} ms" for run in runs
            for name, query in run["queries"].items() if query["server_p95_ms"] >= BUDGET_MS]
    right = not any(run["wrong_answers"] for run in runs)
    result = {"bench": "programme", "command": "bench/programme.py", "machine": platform.machine(), "cores": os.cpu_count(), "date": time.strftime("%Y-%m-%d"),
              "load": load, "budget_ms": BUDGET_MS, "passed": not over and right, "over_budget": over, "runs": runs}
    text = json.dumps(result, indent=1, ensure_ascii=False)
    print(text)
    if args.out:
        args.out.write_text(text + "\n", encoding="utf-8")
    return 0 if result["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())

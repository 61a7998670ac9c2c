#!/usr/bin/python3
"""Two organisations never see each other's restricted rows: a property over random trees, from outside.
The strong form is tested: whatever one organisation imports as restricted, every answer the other
gets is byte for byte what it was before. SAOLA_BINARY chooses the program, SAOLA_ACCESS_SEEDS how many trees."""
import http.client
import json
import os
import pathlib
import random
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from programme_support import first_account, make_account, orders_document  # noqa: E402
from programme_test import xlsx_numbers  # noqa: E402
from saola_process import BINARY, Server, call  # noqa: E402

REPORTS = ("orders", "budget", "targets", "patents", "standards", "documents", "deadlines", "organisations", "products", "codes")
SECRET = ("zirconi", "quasar", "tritium", "osmium")


def everything(client, words):
    """All that an account can read of the programme, as one comparable value."""
    seen = {}
    figures = set()
    for name in REPORTS:
        table = client.read(f"reports/{name}?limit=1000")
        seen[name] = table
        figures |= {item["cell"]["figure"] for item in table["totals"]}
        seen[name + ".csv"] = client.get(f"reports/{name}?format=csv")[2].decode()
        seen[name + ".xlsx"] = xlsx_numbers(client.get(f"reports/{name}?format=xlsx")[2])
    for indicator in ("orders", "budget"):
        seen["map " + indicator] = client.read("map?indicator=" + indicator)
    for figure in sorted(figures):
        seen["figure " + figure] = client.read("figures/" + figure)
    seen["overview"] = client.read("overview")
    seen["findings"] = client.read("findings?limit=1000")
    for row in seen["findings"]["rows"]:
        found = client.read("findings/" + row["id"])
        found.pop("last_seen")  # when the rules ran
        seen["finding " + row["id"]] = found
    seen["findings.csv"] = client.get("findings?format=csv")[2].decode()
    seen["imports"] = client.read("imports")
    for item in seen["imports"]["imports"]:
        seen["rows " + item["id"]] = client.read(f"imports/{item['id']}/rows?limit=1000")
    for row in seen["documents"]["rows"]:
        key = urllib.parse.quote(row["id"], safe="")
        seen["document " + key] = client.read("documents/" + key)
        seen["history " + key] = client.read("assertions?subject=document:" + key)
        for part in ("text", "marks"):
            status, _, body = client.get(f"documents/{key}/{part}")
            seen[f"{part} {key}"] = body if status == 200 else status
    for word in words:
        seen["search " + word] = client.read("search?q=" + word)
    for row in seen["orders"]["rows"]:
        seen["task " + row["id"]] = client.read("assertions?subject=task:" + urllib.parse.quote(row["id"], safe=""))
    return seen


class Stream(threading.Thread):
    """Collects what an account's event stream says."""

    def __init__(self, client):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", client.server.port, timeout=60)
        self.connection.request("GET", "/api/events", headers={"Cookie": client.cookie})
        self.response = self.connection.getresponse()
        self.text = ""
        self.start()

    def run(self):
        try:
            for line in self.response:
                self.text += line.decode()
        except (OSError, ValueError, AttributeError):
            pass


class Access(unittest.TestCase):
    maxDiff = 2000

    def tree(self, chance, admin):
        """Random organisations; two of them of which neither lies above the other."""
        parents = {"a": "", "b": ""}
        for index in range(chance.randint(2, 5)):
            parents[f"c{index}"] = chance.choice(["", *parents])
        for key, parent in parents.items():
            status, _, body = admin.request("POST", "/api/organisations", {"key": key, "name": "Đơn vị " + key, "kind": "agency", "parent": parent})
            self.assertEqual(status, 201, body)

        def above(key):
            return [key, *above(parents[key])] if key else []

        pairs = [(x, y) for x in parents for y in parents if x not in above(y) and y not in above(x)]
        return chance.choice(pairs)

    def orders(self, chance, word):
        units = ["Sở Mẫu", "Chi cục Gió", "Hà Nội"]
        out = []
        for index in range(chance.randint(2, 5)):
            budget = chance.choice([None, chance.randint(100, 900), (chance.randint(100, 400), chance.randint(500, 900))])
            out.append((chance.choice(units), f"Nhiệm vụ {word} số {index}", budget, chance.randint(3, 24)))
        return out

    def test_restricted_rows_change_nothing_for_others(self):
        for seed in range(1, int(os.environ.get("SAOLA_ACCESS_SEEDS", "2")) + 1):
            with self.subTest(seed=seed), tempfile.TemporaryDirectory(prefix="saola-access-") as folder, Server(folder) as server:
                self.one_tree(random.Random(seed), server)

    def one_tree(self, chance, server):
        admin = first_account(server)
        mine, theirs = self.tree(chance, admin)
        role = chance.choice(["reviewer", "coordinator"])
        a = make_account(server, admin, "nguoi.mot", [{"role": role, "organisation": mine}])
        b = make_account(server, admin, "nguoi.hai", [{"role": "reviewer", "organisation": theirs}])
        common = self.orders(chance, "chung")
        admin.accept_all([("chung.txt", orders_document("1/BC-TCT", common, total=12345))])
        own = orders_document("2/BC-TCT", self.orders(chance, SECRET[1]), total=1, title="Việc " + SECRET[1])
        b.accept_all([("rieng.txt", own)], classification="restricted", organisation=theirs)
        before = everything(b, SECRET)
        self.assertIn(SECRET[1], json.dumps(before))  # theirs is there to be seen
        stream = Stream(b)
        # A secret of its own, and a newer, different edition of what everyone knows, that cites theirs.
        secret = orders_document("3/BC-TCT", self.orders(chance, SECRET[0]), total=77, title="Việc " + SECRET[0],
                                 tail="Thực hiện Quyết định số 555/QĐ-TCT ngày 01 tháng 02 năm 2026.\n")
        edition = orders_document("1/BC-TCT", [(unit, task, 31337, 99) for unit, task, _, _ in common], total=999, title="Việc " + SECRET[2], day=(1, 6, 2026))
        made = a.accept_all([("mat.txt", secret), ("mat2.txt", edition)], classification="restricted", organisation=mine)
        a_sees = everything(a, SECRET)
        self.assertIn(SECRET[0], json.dumps(a_sees))
        self.assertNotIn(SECRET[1], json.dumps({k: v for k, v in a_sees.items() if k != "search " + SECRET[1]}))
        after = everything(b, SECRET)
        for key in before:
            self.assertEqual(after.get(key), before[key], key)
        self.assertEqual(set(after), set(before))
        self.by_id(a_sees, a, b, made, before)
        time.sleep(0.3)
        self.assertNotIn("programme.changed", stream.text)
        for word in (SECRET[0], SECRET[2], made):
            self.assertNotIn(word, stream.text)
        self.same_file_of_both(secret, b, theirs, a, mine)
        self.outsiders(admin, a, mine, theirs)

    def by_id(self, a_sees, a, b, made, before):
        """What one names by its id, the other does not find; figures are over the reader's own rows."""
        gone = [f"imports/{made}", f"imports/{made}/rows", "documents/3-bc-tct", "documents/3-bc-tct/text", "documents/3-bc-tct/marks"]
        known = json.dumps(before)
        gone += ["findings/" + row["id"] for row in a_sees["findings"]["rows"] if row["id"] not in known]
        for row in a_sees["orders"]["rows"]:
            for cell in row["cells"].values():
                if "assertion" in cell and cell["assertion"] not in known:
                    gone.append("assertions/" + cell["assertion"])
        self.assertGreater(len(gone), 8)
        for path in gone:
            self.assertEqual(a.get(path)[0], 200, path)
            self.assertEqual(b.get(path)[0], 404, path)
        for body in ({"rows": "all", "decision": "accept"}, {"rows": "all", "decision": "reject", "reason": "x"}):
            self.assertEqual(b.post(f"imports/{made}/decide", body)[0], 404)
        for item in a_sees["orders"]["totals"]:
            mine = b.read("figures/" + item["cell"]["figure"])["value"]
            wanted = next(t["cell"] for t in before["orders"]["totals"] if t["key"] == item["key"])
            self.assertEqual({k: wanted[k] for k in mine}, mine)

    def same_file_of_both(self, secret, b, theirs, a, mine):
        """The very file the other holds is as new to me as any."""
        imported = b.propose([("toi-cung-co.txt", secret)], classification="restricted", organisation=theirs)
        counts = b.read("imports/" + imported)["counts"]
        self.assertEqual((counts["conflict"], counts["changed"]), (0, 0))
        self.assertIn(SECRET[0], json.dumps(b.read(f"imports/{imported}/rows?limit=1000")))
        self.assertEqual(b.post(f"imports/{imported}/decide", {"rows": "all", "decision": "accept"})[2]["decided"], counts["new"])
        self.assertEqual(b.get("documents/3-bc-tct/text")[0], 200)
        self.assertEqual(a.get("imports/" + imported)[0], 404)

    def facts(self, chance, indicators, organisation, classification, first_month):
        """Reported levels of every indicator, as a data set has them."""
        out = []
        for indicator in indicators:
            for month in range(first_month, first_month + 6):
                out.append({"kind": "indicator", "subject": indicator, "predicate": "observed", "value": {"k": "number", "v": str(chance.randint(1, 10**6))},
                            "unit": "count", "period": f"2025-{month:02}", "as_of": f"2025-{month:02}-28", "organisation": organisation,
                            "classification": classification, "source": {"document": "4-bc-tct", "place": "Dòng " + str(month)}})
        return out

    def load(self, folder, data_dir, facts):
        path = pathlib.Path(folder) / "set"
        path.mkdir(exist_ok=True)
        (path / "facts.json").write_text(json.dumps({"format": "saola-dataset/1", "facts": facts}), encoding="utf-8")
        done = call("programme", "load", path, data_dir=data_dir)
        self.assertEqual(done.returncode, 0, done.stderr)

    def levels(self, client, indicators):
        """All that an account can read of indicators, today and on some days."""
        seen = everything(client, SECRET[:1])
        for day in ("2025-03-15", "2025-09-15", "2030-01-01"):
            for path in (f"reports/targets?as_of={day}", f"overview?as_of={day}", f"reports/targets?as_of={day}&sort=-known"):
                seen[path] = client.read(path)
        for indicator in indicators:
            key = urllib.parse.quote(indicator, safe="")
            seen["history " + key] = client.read("assertions?subject=indicator:" + key)
        return seen

    def test_restricted_observations_change_nothing_for_others(self):
        for seed in range(1, int(os.environ.get("SAOLA_ACCESS_SEEDS", "2")) + 1):
            with self.subTest(seed=seed), tempfile.TemporaryDirectory(prefix="saola-access-") as folder:
                self.one_series(random.Random(seed), folder)

    def one_series(self, chance, folder):
        data_dir = pathlib.Path(folder) / "data"
        indicators = [f"phan-{n % 2}/muc-{n}" for n in range(4)]
        public = [{"kind": "component", "subject": f"phan-{n}", "predicate": "title", "value": {"k": "text", "v": f"Phần {n}"}} for n in range(2)]
        public += [{"kind": "indicator", "subject": indicator, "predicate": "target", "value": {"k": "number", "v": "10"}, "unit": "count",
                    "period": "2030", "as_of": "2025-01-01"} for indicator in indicators]
        public += self.facts(chance, indicators[:3], "", 0, 1)
        self.load(folder, data_dir, public)
        with Server(data_dir) as server:
            admin = first_account(server)
            mine, theirs = self.tree(chance, admin)
            a = make_account(server, admin, "nguoi.mot", [{"role": "viewer", "organisation": mine}])
            b = make_account(server, admin, "nguoi.hai", [{"role": "viewer", "organisation": theirs}])
        self.load(folder, data_dir, self.facts(chance, indicators, theirs, 2, 4))
        with Server(data_dir) as a.server:
            b.server = admin.server = a.server
            before = self.levels(b, indicators)
        known = json.dumps(before)
        self.assertIn('"restricted"', known)  # theirs is there to be seen
        # Of the same series: mine, and the whole country's as only those with a grant over all may see it.
        self.load(folder, data_dir, self.facts(chance, indicators, mine, 2, 5) + self.facts(chance, indicators, "", 2, 6))
        with Server(data_dir) as a.server:
            b.server = admin.server = a.server
            after = self.levels(b, indicators)
            for key in before:
                self.assertEqual(after.get(key), before[key], key)
            secret = 0
            for who, least in ((a, 24), (admin, 72)):
                rows = [row for indicator in indicators for row in
                        who.read("assertions?subject=indicator:" + urllib.parse.quote(indicator, safe=""))["assertions"]]
                hidden = [row for row in rows if row["id"] not in known]
                self.assertGreaterEqual(len([row for row in rows if row["classification"] == "restricted"]), least)
                for row in hidden:
                    self.assertEqual(who.get("assertions/" + row["id"])[0], 200)
                    self.assertEqual(b.get("assertions/" + row["id"])[0], 404)
                secret += len(hidden)
            self.assertGreater(secret, 48)
            # The administrator's known level is the newest of all, theirs the newest they may see.
            levels = [{row["id"]: row["cells"]["known"].get("assertion") for row in who.read("reports/targets")["rows"]} for who in (admin, b)]
            self.assertTrue(all(levels[0][row] not in (None, levels[1][row]) for row in levels[0]), levels)

    def outsiders(self, admin, a, mine, theirs):
        """Nobody imports for others; a token without scope read and a release hold public rows only."""
        document = [("x.txt", orders_document("8/BC-TCT", [("Sở Mẫu", "Việc lạ", 5, 5)]))]
        status, _, body = a.upload(document, classification="restricted", organisation=theirs)
        self.assertEqual((status, body["error"]["field"]), (403, "organisation"))
        self.assertEqual(a.upload(document, classification="restricted")[0], 400)
        made = admin.post("releases", {"note": "công khai"})[2]
        content = admin.request("GET", "/api/programme/releases/" + made["id"])[2]
        text = json.dumps(content, ensure_ascii=False)
        self.assertIn("chung", text)
        for word in SECRET:
            self.assertNotIn(word, text)


if __name__ == "__main__":
    if not os.access(BINARY, os.X_OK):
        sys.exit(f"{BINARY} is missing: build it, or name it with SAOLA_BINARY")
    unittest.main()

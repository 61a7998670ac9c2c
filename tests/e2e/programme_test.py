#!/usr/bin/python3
"""The programme's HTTP API from outside, route by route: numbers, not only shapes. Documents are made
up here; the built-in data set gives the lists. SAOLA_BINARY chooses the program; with
SAOLA_TEST_POSTGRES_URL the main flow runs a second time on PostgreSQL."""
import csv
import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from programme_support import (Client, Schemas, first_account, make_account, multipart, orders_document, re, sign_in,
                               spans_of)  # noqa: E402
from saola_process import BINARY, Server, call  # noqa: E402

ROWS = [("Chi cục Gió", "Đo gió trên cao", 2500, 12), ("Chi cục Gió", "Vẽ bản đồ gió", (4000, 5000), 18),
        ("Sở Đếm cá", "Đếm cá ở hồ lớn", None, 6)]
DOCUMENT = orders_document("71/BC-TCT", ROWS, total=7000)
KEY = "71-bc-tct"


def total(table, key):
    return next(item for item in table["totals"] if item["key"] == key)


def xlsx_numbers(data):
    """Every number of every sheet."""
    out = []
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        for name in sorted(book.namelist()):
            if name.startswith("xl/worksheets/sheet"):
                cells = re.findall(r"<c ([^>]*)>(?:<f>[^<]*</f>)?<v>([^<]*)</v>", book.read(name).decode())
                out += [float(value) for attributes, value in cells if 't="' not in attributes]
    return out


class Case(unittest.TestCase):
    options = ()
    builtin = False

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="saola-programme-")
        if cls.builtin:
            loaded = call("programme", "load", "builtin", data_dir=cls.folder.name)
            assert loaded.returncode == 0, loaded.stderr
        cls.server = Server(cls.folder.name, *cls.options).__enter__()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.addClassCleanup(cls.server.stop)
        cls.admin = first_account(cls.server)
        cls.schemas = Schemas(cls.server)

    def refused(self, answer, status, field=None, limit=None):
        self.assertEqual(answer[0], status, str(answer[2])[:500])
        error = answer[2]["error"]
        self.assertTrue(error["code"] and error["message"] and error["request_id"], error)
        if field:
            self.assertEqual(error["field"], field, error)
        if limit:
            self.assertIn(limit, error["limit"], error)


class Lists(Case):
    """Read routes over the built-in data set."""
    builtin = True

    def test_overview_is_the_sum_of_its_lists(self):
        overview = self.admin.read("overview")
        self.schemas.check_operation("overview", overview)
        totals = overview["totals"]
        orders = self.admin.read("reports/orders?limit=1000")
        budgets = [row["cells"]["budget"] for row in orders["rows"]]
        priced = [cell for cell in budgets if not cell.get("unknown")]
        self.assertEqual(totals["tasks"], len(budgets))
        self.assertEqual((totals["priced"], totals["unpriced"]), (len(priced), len(budgets) - len(priced)))
        self.assertEqual(totals["budget"]["lo"], sum(cell.get("lo", cell.get("v")) for cell in priced))
        self.assertEqual(totals["budget"]["hi"], sum(cell.get("hi", cell.get("v")) for cell in priced))
        patents = self.admin.read("reports/patents?limit=1000")
        known = [row["cells"]["total"]["v"] for row in patents["rows"] if "v" in row["cells"]["total"]]
        self.assertEqual(totals["patents"]["v"], sum(known))
        deadlines = self.admin.read("reports/deadlines?limit=1000")
        self.assertEqual(totals["deadlines"]["total"], deadlines["row_count"])
        passed = sum(row["cells"]["state"]["v"] == "passed" for row in deadlines["rows"])
        self.assertEqual(totals["deadlines"]["passed"], passed)
        targets = self.admin.read("reports/targets?limit=1000")
        self.assertEqual(sum(len(item["targets"]) for item in overview["components"]), targets["row_count"])
        empty = self.admin.read("overview?as_of=1990-01-01")
        self.assertEqual((empty["totals"]["tasks"], empty["components"]), (0, []))
        self.refused(self.admin.get("overview?as_of=hom-qua"), 400, "as_of")

    def test_every_report_counts_filters_sorts_and_pages(self):
        for name in ("orders", "budget", "targets", "patents", "standards", "documents", "deadlines", "organisations",
                     "products", "codes"):
            with self.subTest(name):
                table = self.admin.read(f"reports/{name}?limit=1000")
                self.schemas.check_operation("reports/{name}", table)
                self.assertEqual(table["name"], name)
                self.assertGreater(table["row_count"], 0)
                self.assertEqual(len(table["rows"]), table["row_count"])
                keys = [column["key"] for column in table["columns"]]
                ids = [row["id"] for row in table["rows"]]
                self.assertEqual(len(set(ids)), len(ids))
                for row in table["rows"]:
                    self.assertEqual(set(row["cells"]), set(keys))
                paged = []
                for offset in range(0, len(ids), 5):
                    paged += [row["id"] for row in self.admin.read(f"reports/{name}?limit=5&offset={offset}")["rows"]]
                self.assertEqual(paged, ids)
                self.assertEqual(self.admin.read(f"reports/{name}?offset=100000")["rows"], [])
                self.check_sort(name, table)
                self.check_filter(name, table)
                self.check_totals(name, table)

    def check_sort(self, name, table):
        for column in table["columns"]:
            if not column["sortable"] or column["type"] not in ("number", "interval", "date"):
                continue
            for sign in ("", "-"):
                cells = [row["cells"][column["key"]] for row in
                         self.admin.read(f"reports/{name}?limit=1000&sort={sign}{column['key']}")["rows"]]
                known = [cell for cell in cells if not cell.get("unknown")]
                self.assertEqual(cells[len(known):], [cell for cell in cells if cell.get("unknown")])  # unknown last
                values = [cell["v"] if "v" in cell else cell["lo"] if cell["lo"] is not None else cell["hi"] for cell in known]
                self.assertEqual(values, sorted(values, reverse=bool(sign)), column["key"])

    def check_filter(self, name, table):
        column = next(c for c in table["columns"] if c["type"] in ("text", "status"))["key"]
        words = next((row["cells"][column]["v"] for row in table["rows"] if "v" in row["cells"][column]), None)
        if not words:
            return
        wanted = sorted(row["id"] for row in table["rows"] if row["cells"][column].get("v") == words)
        found = self.admin.read(f"reports/{name}?limit=1000&{column}={urllib.parse.quote(words)}")
        self.assertEqual(sorted(row["id"] for row in found["rows"]), wanted)
        self.assertEqual(found["filters"], {column: words})
        self.assertEqual(self.admin.read(f"reports/{name}?{column}=khong-co-dau")["row_count"], 0)

    def check_totals(self, name, table):
        for item in table["totals"]:
            figure = self.admin.read("figures/" + item["cell"]["figure"])
            self.schemas.check_operation("figures/{id}", figure)
            for part in ("v", "lo", "hi"):
                self.assertEqual(figure["value"].get(part), item["cell"].get(part), (name, item["key"]))
            self.assertEqual(figure["unknown_count"], item["unknown_count"])
            for assertion in figure["assertions"][:2]:
                self.assertEqual(self.admin.read("assertions/" + assertion["id"])["value"], assertion["value"])

    def test_totals_of_a_filter_are_of_its_rows(self):
        table = self.admin.read("reports/orders?limit=1000")
        name = table["rows"][0]["cells"]["organisation"]["v"]
        rows = [row["cells"]["budget"] for row in table["rows"] if row["cells"]["organisation"].get("v") == name]
        known = [cell for cell in rows if not cell.get("unknown")]
        found = self.admin.read("reports/orders?organisation=" + urllib.parse.quote(name))
        self.assertEqual(total(found, "count")["cell"]["v"], len(rows))
        cell = total(found, "budget")["cell"]
        self.assertEqual(cell.get("lo", cell.get("v")), sum(c.get("lo", c.get("v")) for c in known))
        figure = self.admin.read("figures/" + cell["figure"])
        self.assertEqual(len(figure["assertions"]), len(rows))

    def test_exports_hold_the_numbers_of_the_filter(self):
        table = self.admin.read("reports/orders?limit=1000")
        _, headers, data = self.admin.get("reports/orders?format=csv&limit=3")
        self.assertTrue(headers["Content-Type"].startswith("text/csv"))
        self.assertIn("orders.csv", headers["Content-Disposition"])
        lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        self.assertEqual([line["title"] for line in lines if line["no"]], [row["cells"]["title"]["v"] for row in table["rows"]])
        for part in ("lo", "hi"):  # every row of the filter, not one page
            known = [line["budget_" + part] for line in lines if line["no"] and line["budget_" + part]]
            self.assertEqual(sum(map(float, known)), total(table, "budget")["cell"][part])
        status, headers, data = self.admin.get("reports/patents?format=xlsx")
        self.assertEqual((status, headers["Content-Type"]),
                         (200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
        numbers = xlsx_numbers(data)
        patents = self.admin.read("reports/patents?limit=1000")
        wanted = [row["cells"]["total"]["v"] for row in patents["rows"] if "v" in row["cells"]["total"]]
        for value in wanted + [total(patents, "total")["cell"]["v"]]:
            self.assertIn(float(value), numbers)
        self.assertEqual([p.name for p in pathlib.Path(self.folder.name, "spool").iterdir()], [])  # nothing is left behind

    def test_wrong_parameters_name_field_and_limit(self):
        for path, field, limit in (("reports/orders?limit=1001", "limit", "max_limit=1000"), ("reports/orders?limit=0", "limit", "min_limit=1"),
                                   ("reports/orders?limit=-1", "limit", None), ("reports/orders?offset=x", "offset", None),
                                   ("reports/orders?sort=nothing", "sort", None), ("reports/orders?colour=red", "colour", None),
                                   ("reports/orders?format=pdf", "format", None), ("reports/orders?lang=fr", "lang", None),
                                   ("reports/orders?as_of=2026-13-01", "as_of", None), ("reports/orders?as_of=2026-06", "as_of", None),
                                   ("reports/orders?q=" + "a" * 201, "q", "max_query_bytes=200"), ("search?q=" + "a" * 201, "q", "max_query_bytes=200"),
                                   ("findings?state=lost", "state", None), ("findings?colour=red", "colour", None), ("findings?sort=place", "sort", None),
                                   ("map?indicator=joy", "indicator", None), ("assertions", "subject", None)):
            with self.subTest(path):
                self.refused(self.admin.get(path), 400, field, limit)
        for path in ("reports/nothing", "figures/bm90aGluZw", "figures/!!", "assertions/01ARZ3NDEKTSV4RRFFQ69G5FAV",
                     "documents/khong-co", "documents/khong-co/text", "documents/khong-co/marks", "imports/x", "imports/x/rows",
                     "findings/x", "releases/x"):
            with self.subTest(path):
                self.refused(self.admin.get(path), 404)

    def test_map_places_every_order_once(self):
        for indicator in ("orders", "budget"):
            answer = self.admin.read("map?indicator=" + indicator)
            self.schemas.check_operation("map", answer)
            tiles = [p for p in answer["provinces"] if "archipelago_of" not in p]
            self.assertEqual(len(tiles), 34)
            self.assertEqual(len(answer["provinces"]) - len(tiles), 2)  # Hoàng Sa, Trường Sa
            self.assertEqual(len({(p["row"], p["column"]) for p in answer["provinces"]}), len(answer["provinces"]))
            if indicator == "orders":
                count = sum(p["value"]["v"] for p in tiles) + answer["unplaced"]["value"]["v"]
                self.assertEqual(count, self.admin.read("overview")["totals"]["tasks"])
            for tile in tiles:
                value = self.admin.read("figures/" + tile["figure"])["value"]
                shown = tile["value"]
                if shown != {"v": 0}:
                    self.assertEqual({k: value.get(k) for k in shown}, shown, tile["name"])

    def test_search_ignores_tones_only_when_the_query_has_none(self):
        rows = self.admin.read("reports/orders?limit=1000")["rows"]
        title = next(row for row in rows if "tiếng" in row["cells"]["title"]["v"].lower() or "nghiên" in row["cells"]["title"]["v"].lower())
        plain = self.admin.read("search?q=" + urllib.parse.quote("nghien cuu"))
        marked = self.admin.read("search?q=" + urllib.parse.quote("nghiên cứu"))
        self.schemas.check_operation("search", plain)
        self.assertTrue({hit["id"] for hit in marked["hits"]} <= {hit["id"] for hit in plain["hits"]})
        self.assertTrue(plain["hits"], title)
        for hit in plain["hits"]:
            self.assertTrue(hit["link"].startswith("/programme/"))
            self.assertNotRegex(hit["link"], r"[\s<>\"]")
        self.assertEqual(self.admin.read("search?q=" + urllib.parse.quote("nghiển cửu"))["hits"], [])
        self.assertEqual(self.admin.read("search?q=")["hits"], [])

    def test_history_of_a_subject(self):
        row = self.admin.read("reports/orders?limit=1")["rows"][0]
        answer = self.admin.read("assertions?subject=task:" + urllib.parse.quote(row["id"], safe=""))
        self.schemas.check_operation("assertions", answer)
        self.assertIn(row["cells"]["title"]["v"], [a["value"].get("v") for a in answer["assertions"] if a["predicate"] == "title"])
        only = self.admin.read("assertions?predicate=title&subject=" + urllib.parse.quote(row["id"], safe=""))
        self.assertEqual({a["predicate"] for a in only["assertions"]}, {"title"})

    def test_who_may_what(self):
        for path in ("overview", "reports/orders", "imports", "releases", "search?q=a"):
            self.assertEqual(Client(self.server).get(path)[0], 401, path)
        viewer = make_account(self.server, self.admin, "chi.xem", [{"role": "viewer", "organisation": ""}])
        self.assertEqual(viewer.upload([("a.txt", DOCUMENT)])[0], 403)
        self.assertEqual(viewer.post("releases", {"note": "x"})[0], 403)
        self.assertEqual(viewer.post("imports/x/decide", {"rows": "all", "decision": "accept"})[0], 403)
        self.assertEqual(viewer.post("findings/x/decide", {"decision": "accept"})[0], 403)


class Flow(Case):
    """Import to release: one story on an empty installation."""

    def test_from_upload_to_verified_release(self):
        admin = self.admin
        self.refused_uploads()
        made = admin.propose([("mau.txt", DOCUMENT)])
        info = admin.read("imports/" + made)
        self.schemas.check_operation("imports/{id}", info)
        self.assertEqual((info["state"], info["documents"][0]["key"], info["documents"][0]["name"]), ("proposed", KEY, "mau.txt"))
        self.assertEqual(admin.read("imports")["imports"][0], info)
        rows = admin.read(f"imports/{made}/rows?limit=1000")
        self.schemas.check_operation("imports/{id}/rows", rows)
        self.assertEqual((rows["row_count"], info["counts"]["rows"], info["counts"]["new"]), (len(rows["rows"]),) * 3)
        self.check_spans(rows)
        self.assertEqual(admin.read("reports/orders")["row_count"], 0)  # nothing counts before a person accepts
        self.decide(made, rows["rows"])
        self.orders_now(lo=6700, hi=7700)
        self.finding()
        self.document()
        self.release()
        self.editions()

    def refused_uploads(self):
        admin = self.admin
        self.refused(admin.upload([]), 400, "files", "max_import_files=64")
        self.refused(admin.upload([("a.txt", "x")], classification="secret"), 400, "classification")
        self.refused(admin.upload([("a.txt", "x")], classification="restricted"), 400, "organisation")
        self.refused(admin.request("POST", "/api/programme/imports", b"x", {"Content-Type": "text/plain"}), 415)
        kind, body = multipart([("a.txt", "x")], {})
        self.refused(admin.request("POST", "/api/programme/imports", body[:-20], {"Content-Type": kind}), 400)
        status, _, job = admin.upload([("a.pdf", b"%PDF-1.4 broken")])
        self.assertEqual(status, 202)
        failed = admin.job(job["job"])
        self.assertEqual(failed["state"], "failed")
        self.assertIn("a.pdf", failed["error"]["message"])
        answer = admin.request("POST", "/api/programme/imports", None, {"Content-Type": kind, "Content-Length": str(1 << 40)})
        self.assertEqual(answer[0], 413, answer)
        self.assertIn("max_body_bytes", answer[2]["error"]["limit"])

    def check_spans(self, answer):
        found = spans_of(answer)
        self.assertGreater(len(found), 15)
        for key, span, stated in found:
            text = self.source(key) if self.held else DOCUMENT.encode()
            self.assertEqual(text[span["begin"]:span["end"]].decode(), stated)

    held = False

    def source(self, key):
        return self.admin.read(f"documents/{key}/text")["text"].encode()

    def decide(self, made, rows):
        admin = self.admin
        where = {(row["subject"]["title"], row["predicate"], row["stated"]): row for row in rows}
        budget = next(row for (_, predicate, stated), row in where.items() if (predicate, stated) == ("budget", "2.500"))
        other = next(row for (_, predicate, stated), row in where.items() if (predicate, stated) == ("duration", "6"))
        path = f"imports/{made}/decide"
        for body, field in (({"rows": "all"}, "decision"), ({"rows": "all", "decision": "burn"}, "decision"), ({"decision": "accept"}, "rows"),
                            ({"rows": [], "decision": "accept"}, "rows"), ({"rows": [7], "decision": "accept"}, "rows"),
                            ({"rows": [other["id"]], "decision": "reject"}, "reason"), ({"row": budget["id"], "decision": "correct", "reason": "x"}, "value"),
                            ({"row": budget["id"], "decision": "correct", "value": {"lo": 3, "hi": 2}, "reason": "x"}, "value"),
                            ({"row": budget["id"], "decision": "correct", "value": {"v": "ba"}, "reason": "x"}, None)):
            self.refused(admin.post(path, body), 400, field)
        self.refused(admin.post(path, {"rows": ["x"], "decision": "accept"}), 404, "rows")
        self.refused(admin.post("imports/x/decide", {"rows": "all", "decision": "accept"}), 404)
        self.assertEqual(admin.post(path, {"row": budget["id"], "decision": "correct", "value": {"v": 2700}, "reason": "đính chính"})[2], {"decided": 1})
        self.assertEqual(admin.post(path, {"rows": [other["id"]], "decision": "reject", "reason": "sai dòng"})[2], {"decided": 1})
        self.refused(admin.post(path, {"rows": [other["id"]], "decision": "accept"}), 409, "rows")
        self.assertEqual(admin.read("imports/" + made)["state"], "partly")
        for state, count in (("corrected", 1), ("rejected", 1), ("proposed", len(rows) - 2)):
            self.assertEqual(admin.read(f"imports/{made}/rows?status={state}")["row_count"], count)
        self.refused(admin.get(f"imports/{made}/rows?status=lost"), 400, "status")
        self.assertEqual(admin.post(path, {"rows": "all", "decision": "accept"})[2], {"decided": len(rows) - 2})
        info = admin.read("imports/" + made)
        self.assertEqual((info["state"], info["counts"]["accepted"], info["counts"]["rejected"]), ("accepted", len(rows) - 1, 1))
        again = admin.read("imports/" + admin.propose([("nua.txt", DOCUMENT)]))
        self.assertLessEqual(again["counts"]["rows"], 1)  # at most the figure that was corrected

    def orders_now(self, lo, hi):
        table = self.admin.read("reports/orders")
        self.assertEqual([(total(table, key)["cell"]["v"]) for key in ("count", "priced", "unpriced")], [3, 2, 1])
        cell = total(table, "budget")["cell"]
        self.assertEqual((cell["lo"], cell["hi"]), (lo, hi))
        figure = self.admin.read("figures/" + cell["figure"])
        values = [a["value"] for a in figure["assertions"]]
        self.assertEqual(sum(v.get("lo", v.get("v", 0)) for v in values), lo)
        corrected = next(a for a in figure["assertions"] if a["value"] == {"v": 2700})
        self.assertEqual((corrected["stated"], corrected["unit"]), ("2.500", "million_vnd"))
        rows = self.admin.read("reports/orders?q=do%20gio")["rows"]
        self.assertIn("Đo gió trên cao", [row["cells"]["title"]["v"] for row in rows])
        self.assertEqual(self.admin.read("reports/orders?q=" + urllib.parse.quote("đo giò"))["row_count"], 0)

    def finding(self):
        admin = self.admin
        table = admin.read("findings")
        self.schemas.check_operation("findings", table)
        self.assertEqual(admin.read("overview")["totals"]["findings"]["open"], table["row_count"])
        row = next(r for r in table["rows"] if r["cells"]["rule"]["v"] in ("range.collapsed", "total.sum"))
        found = admin.read("findings/" + row["id"])
        self.schemas.check_operation("findings/{id}", found)
        for quote in found["quotes"]:
            self.assertEqual(DOCUMENT.encode()[quote["begin"]:quote["end"]].decode(), quote["text"])
        self.assertIn("7.000", [quote["text"] for quote in found["quotes"]])
        path = f"findings/{row['id']}/decide"
        self.refused(admin.post(path, {"decision": "dismiss"}), 400, "reason")
        self.refused(admin.post(path, {"decision": "sell", "reason": "x"}), 400, "decision")
        self.refused(admin.post(path, {"decision": "dismiss", "reason": "x" * 2001}), 413, "reason", "max_reason_bytes=2000")
        self.refused(admin.post(path, {"decision": "correct", "reason": "x"}), 400, "correction")
        status, _, after = admin.post(path, {"decision": "dismiss", "reason": "đã hỏi lại"})
        self.assertEqual((status, after["state"], after["history"][-1]["reason"]), (200, "dismissed", "đã hỏi lại"))
        self.assertEqual(admin.read("findings?state=open")["row_count"], table["row_count"] - 1)
        self.assertEqual(admin.read("findings?state=dismissed")["rows"][0]["id"], row["id"])
        self.assertEqual(admin.read("findings?document=" + KEY)["row_count"], table["row_count"])
        self.assertEqual(admin.read("findings?document=khac")["row_count"], 0)
        self.assertEqual(admin.post(path, {"decision": "reopen", "reason": "xem lại"})[2]["state"], "open")
        self.correct_a_fact(path)
        lines = admin.get("findings?format=csv")[2].decode("utf-8-sig")
        self.assertIn(row["cells"]["summary_vi"]["v"], lines)

    def correct_a_fact(self, path):
        facts = self.admin.read("assertions?predicate=stated_total&subject=programme:" + urllib.parse.quote("orders/" + KEY, safe=""))["assertions"]
        self.assertEqual([a["value"] for a in facts], [{"v": 7000}])
        status, _, after = self.admin.post(path, {"decision": "correct", "reason": "theo bản gốc", "correction": {"assertion": facts[0]["id"], "value": {"lo": 6700, "hi": 7700}}})
        self.assertEqual((status, after["state"]), (200, "corrected"))
        facts = self.admin.read("assertions?predicate=stated_total&subject=programme:" + urllib.parse.quote("orders/" + KEY, safe=""))["assertions"]
        self.assertEqual([a["value"] for a in facts], [{"lo": 6700, "hi": 7700}, {"v": 7000}])  # history stays, newest first
        self.assertEqual((facts[0]["supersedes"], facts[1]["superseded_by"]), (facts[1]["id"], facts[0]["id"]))
        again = {"decision": "correct", "reason": "x", "correction": {"assertion": facts[1]["id"], "value": {"v": 1}}}
        self.refused(self.admin.post(path, again), 409, "assertion")

    def document(self):
        admin, source = self.admin, DOCUMENT.encode()
        answer = admin.read("documents/" + KEY)
        self.schemas.check_operation("documents/{key}", answer)
        self.assertEqual((answer["number"], answer["issued"], answer["held"], answer["format"]), ("71/BC-TCT", "2026-03-12", True, "text"))
        for node in answer["outline"]:
            self.assertLess(node["begin"], node["end"])
            self.assertLessEqual(node["end"], len(source))
        whole = admin.read(f"documents/{KEY}/text")
        self.schemas.check_operation("documents/{key}/text", whole)
        self.assertEqual((whole["text"].encode(), whole["total_bytes"]), (source, len(source)))
        for begin, end in ((0, 3), (1, 2), (5, 400), (30, 31), (len(source) - 3, len(source) + 50), (200, 200)):
            part = admin.read(f"documents/{KEY}/text?begin={begin}&end={end}")
            self.assertEqual(part["text"].encode(), source[part["begin"]:part["end"]])  # whole characters, true offsets
            self.assertLessEqual(part["begin"], begin)
            self.assertGreaterEqual(part["end"], min(end, len(source)))
            self.assertLess(begin - part["begin"], 4)
        self.refused(admin.get(f"documents/{KEY}/text?begin=-1"), 400, "begin")
        self.refused(admin.get(f"documents/{KEY}/text?begin=9&end=3"), 400, "end")
        marks = admin.read(f"documents/{KEY}/marks")
        self.schemas.check_operation("documents/{key}/marks", marks)
        kinds = {mark["kind"] for mark in marks["marks"]}
        self.assertEqual(kinds, {"assertion", "finding", "citation"})
        for mark in marks["marks"]:
            if mark["kind"] == "assertion" and mark["label"] == "budget":
                self.assertIn(source[mark["begin"]:mark["end"]].decode(), ("2.500", "4.000 - 5.000", "-"))
                self.assertEqual(admin.read("assertions/" + mark["id"])["source"]["span"], {"begin": mark["begin"], "end": mark["end"]})
        type(self).held = True
        self.check_spans(admin.read("figures/" + total(admin.read("reports/orders"), "budget")["cell"]["figure"]) |
                         {"more": admin.read("assertions?subject=document:" + KEY), "rows": admin.read(f"imports/{admin.read('imports')['imports'][-1]['id']}/rows")})

    def release(self):
        admin = self.admin
        self.refused(admin.post("releases", {"note": "x" * 2001}), 413, "note", "max_reason_bytes=2000")
        status, _, first = admin.post("releases", {"note": "bản một"})
        self.assertEqual((status, first["number"], first["previous"]), (201, 1, "0" * 64))
        self.schemas.check_operation("releases", first, "post")
        second = admin.post("releases", {"note": "bản hai"})[2]
        self.assertEqual((second["number"], second["previous"]), (2, first["hash"]))
        self.assertEqual([r["id"] for r in admin.read("releases")["releases"]], [second["id"], first["id"]])
        connection_headers = {"Accept": "application/json"}
        status, headers, content = admin.request("GET", "/api/programme/releases/" + second["id"], headers=connection_headers)
        self.assertIn("attachment", headers["Content-Disposition"])
        self.assertEqual((content["hash"], len(content["release"]["facts"])), (second["hash"], second["counts"]["facts"]))
        raw = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "release.json"
            path.write_text(raw, encoding="utf-8")
            checked = call("programme", "verify", path)
            self.assertEqual(checked.returncode, 0, checked.stderr)
            path.write_text(raw.replace("2700000000", "2600000000", 1), encoding="utf-8")
            self.assertNotEqual(raw, path.read_text(encoding="utf-8"))
            self.assertNotEqual(call("programme", "verify", path).returncode, 0)
        self.assertTrue(admin.request("GET", "/api/audit/verify")[2]["ok"])


    def editions(self):
        admin, sentence = self.admin, "Các đơn vị đã đề xuất nhiệm vụ mới."
        old = admin.read("documents/" + KEY)["sha256"]
        self.assertIn(sentence, DOCUMENT)
        admin.accept_all([("moi.txt", DOCUMENT.replace(sentence, "Nay " + sentence))])
        self.assertNotEqual(admin.read("documents/" + KEY)["sha256"], old)
        figure = admin.read("figures/" + total(admin.read("reports/orders"), "budget")["cell"]["figure"])
        fact = next(a for a in figure["assertions"] if a["stated"] == "4.000 - 5.000")
        document, span = fact["source"]["document"], fact["source"]["span"]
        self.assertEqual((document["sha256"], document["held"]), (old, True))
        path = f"documents/{KEY}/text?begin={span['begin']}&end={span['end']}"
        answer = admin.read(path + "&sha256=" + old)
        self.schemas.check_operation("documents/{key}/text", answer)
        self.assertEqual((answer["text"], answer["sha256"]), (fact["stated"], old))
        self.assertNotEqual(admin.read(path)["text"], fact["stated"])
        self.assertEqual(admin.read(f"documents/{KEY}?sha256={old}")["sha256"], old)
        for query, marked in (("?sha256=" + old, True), ("", False)):
            self.assertEqual(fact["id"] in [mark["id"] for mark in admin.read(f"documents/{KEY}/marks{query}")["marks"]], marked)
        for place in ("", "/text", "/marks"):
            self.refused(admin.get(f"documents/{KEY}{place}?sha256={'0' * 64}"), 404, "sha256")


class Attacks(Case):
    """What a tester with the roles of one organisation tried."""

    def test_what_one_organisation_may_not(self):
        admin = self.admin
        for key in ("org-a", "org-b"):
            self.assertEqual(admin.request("POST", "/api/organisations", {"key": key, "name": "Chi cục Gió", "kind": "agency", "parent": ""})[0], 201)
        other = make_account(self.server, admin, "b.dieu.phoi", [{"role": "coordinator", "organisation": "org-b"}])
        made = admin.propose([("mau.txt", DOCUMENT)])
        path = f"imports/{made}/decide"
        rows = admin.read(f"imports/{made}/rows?limit=1000")["rows"]
        title = next(row for row in rows if row["predicate"] == "title" and row["subject"]["kind"] == "task")
        budget = next(row for row in rows if row["predicate"] == "budget" and row["stated"] == "2.500")

        def correct(row, value):
            return admin.post(path, {"decision": "correct", "row": row["id"], "value": value, "reason": "thử"})

        self.refused(correct(title, {"v": "a" * 100_000}), 413, "value", "max_text_bytes")
        self.refused(correct(title, {"v": " "}), 400, "value")
        self.refused(correct(title, {"v": 5}), 400, "value")
        self.refused(correct(budget, {"v": -5}), 400, "value")
        self.refused(correct(budget, {"v": 9_000_000_000_000}), 400, "value", "max_value")
        admin.read("reports/orders")
        self.refused(other.post(path, {"rows": [title["id"]], "decision": "accept"}), 403, "rows")
        self.assertEqual(other.post(path, {"rows": "all", "decision": "accept"})[2], {"decided": 0})
        self.assertEqual(other.post("releases", {"note": "của b"})[0], 403)
        self.refused(admin.post(path, {"rows": [title["id"]] * 2, "decision": "accept"}), 400, "rows")
        # A file that waits is no document for those who only read.
        reader = make_account(self.server, admin, "chi.doc", [{"role": "viewer", "organisation": ""}])
        self.assertEqual(reader.get("documents/" + KEY)[0], 404)
        admin.post(path, {"rows": "all", "decision": "accept"})
        self.assertIn("2.500", reader.read(f"documents/{KEY}/text")["text"])
        findings = admin.read("findings")["rows"]
        self.refused(other.post(f"findings/{findings[0]['id']}/decide", {"decision": "dismiss", "reason": "x"}), 403)
        # Nor does an upload replace it, unreviewed, or accepted by another organisation alone.
        forged = orders_document("71/BC-TCT", [("Chi cục Gió", "Đo gió trên cao", 9999, 12)], title="Bản giả", day=(1, 1, 2099))
        forgery = other.propose([("gia.txt", forged)], organisation="org-b")
        self.assertIn("2.500", admin.read(f"documents/{KEY}/text")["text"])
        other.post(f"imports/{forgery}/decide", {"rows": "all", "decision": "accept"})
        self.assertIn("2.500", reader.read(f"documents/{KEY}/text")["text"])
        facts = admin.read("assertions?predicate=budget&subject=" + urllib.parse.quote("task:" + budget["subject"]["key"], safe=""))["assertions"]
        self.assertIsNone(next(fact for fact in facts if fact["value"] == {"v": 2500})["superseded_by"])
        # Both are kept; the programme's own figure is the one that reports show.
        self.assertIn({"v": 9999}, [fact["value"] for fact in facts])
        for who in (admin, reader, other):
            shown = [row["cells"]["budget"].get("v") for row in who.read("reports/orders")["rows"]]
            self.assertIn(2500, shown)
            self.assertNotIn(9999, shown)
        # Rows for an organisation that does not exist would fall to whoever makes one of that name.
        self.refused(admin.upload([("mau.txt", DOCUMENT)], classification="restricted", organisation="khong-co"), 404, "organisation")
        failed = admin.job(admin.upload([("nul.txt", DOCUMENT.replace("Gió", "Gi\0ó"))])[2]["job"])
        self.assertEqual((failed["state"], failed["error"]["code"]), ("failed", "document.not_text"), failed)
        self.assertIn("nul.txt", failed["error"]["message"])


class Files(unittest.TestCase):
    """Files that commands read and write."""

    def test_links_pipes_modes_and_outputs(self):
        with tempfile.TemporaryDirectory(prefix="saola-files-") as folder:
            root = pathlib.Path(folder)
            data, documents = root / "data", root / "in"
            documents.mkdir()
            (documents / "mau.txt").write_text(DOCUMENT, encoding="utf-8")
            (root / "secret.txt").write_text("bí mật", encoding="utf-8")
            (documents / "link.txt").symlink_to(root / "secret.txt")
            os.mkfifo(documents / "pipe.txt")
            made = call("programme", "import", documents, "--accept", data_dir=data)
            self.assertEqual(made.returncode, 0, made.stderr)
            for name in ("link.txt", "pipe.txt"):
                self.assertIn("skipped, not a regular file", made.stderr)
                self.assertIn(name, made.stderr)
            kept = data / "documents"
            self.assertEqual(kept.stat().st_mode & 0o777, 0o700)
            self.assertEqual({path.stat().st_mode & 0o777 for path in kept.iterdir()}, {0o600})
            self.assertNotEqual(call("programme", "release", "--out", root / "none" / "x", data_dir=data).returncode, 0)
            self.assertEqual(call("programme", "release", "--out", root / "r.json", data_dir=data).returncode, 0)
            self.assertEqual(json.loads((root / "r.json").read_text(encoding="utf-8"))["release"]["number"], 1)  # the refused one left none
            self.assertIn("the signer was NOT checked", call("programme", "verify", root / "r.json").stdout)

    def test_a_missing_original_leaves_the_others_checked(self):
        with tempfile.TemporaryDirectory(prefix="saola-missing-") as folder:
            root = pathlib.Path(folder)
            data, documents = root / "data", root / "in"
            documents.mkdir()
            for number in ("1/BC-TCT", "2/BC-TCT"):
                rows = [("Sở Mẫu", f"Việc {number}", 100, 6), ("Sở Mẫu", f"Việc khác {number}", 200, 6)]
                (documents / (number[0] + ".txt")).write_text(orders_document(number, rows, total=999), encoding="utf-8")
            call("programme", "import", documents, "--accept", data_dir=data)

            def numbers(done):
                found = json.loads(done.stdout)["findings"]
                return {quote["document"]["number"] for finding in found for quote in finding["quotes"]}

            self.assertEqual(numbers(call("programme", "findings", "--format", "json", data_dir=data)), {"1/BC-TCT", "2/BC-TCT"})
            lost = hashlib.sha256((documents / "1.txt").read_bytes()).hexdigest()
            (data / "documents" / lost).unlink()
            done = call("programme", "findings", "--format", "json", data_dir=data)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(numbers(done), {"2/BC-TCT"})
            with Server(data) as server:
                admin = first_account(server)
                self.assertEqual(server.get("/healthz")[0], 200)
                admin.accept_all([("3.txt", orders_document("3/BC-TCT", [("Sở Mẫu", "Việc ba", 5, 6)]))])
                deadline = time.monotonic() + 20
                while server.get("/healthz")[0] == 200 and time.monotonic() < deadline:
                    time.sleep(0.5)
                status, _, health = server.get("/healthz")
            self.assertEqual(status, 503)
            self.assertIn("1 originals", json.dumps(health))


class Editions(unittest.TestCase):
    """The command line over several imports of one document."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="saola-editions-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def bring(self, text, *options):
        (self.root / "mau.txt").write_text(text, encoding="utf-8")
        made = call("programme", "import", self.root / "mau.txt", "--format", "json", *options, data_dir=self.root / "data")
        self.assertEqual(made.returncode, 0, made.stderr)
        return json.loads(made.stdout)

    def budgets(self):
        made = call("programme", "report", "orders", "--format", "json", data_dir=self.root / "data")
        return [row["cells"]["budget"] for row in json.loads(made.stdout)["rows"]]

    def test_a_look_first_does_not_keep_accept_from_accepting(self):
        waiting = self.bring(DOCUMENT)["counts"]
        self.assertGreater(waiting["proposed"], 10)
        self.assertEqual(self.budgets(), [])
        self.bring(DOCUMENT, "--accept")
        self.assertEqual(len(self.budgets()), len(ROWS))

    def test_what_waits_is_not_proposed_again_by_another_edition(self):
        first = self.bring(DOCUMENT)["counts"]["rows"]
        again = self.bring(DOCUMENT.replace("Các đơn vị đã đề xuất", "Nhiều đơn vị đã đề xuất"))["counts"]
        self.assertLess(again["rows"], first / 2, again)

    def test_a_new_edition_replaces_a_figure_of_the_same_length(self):
        self.bring(DOCUMENT, "--accept")
        changed = self.bring(DOCUMENT.replace("2.500", "2.600"), "--accept")
        self.assertEqual((changed["counts"]["changed"], changed["counts"]["conflict"]), (1, 0), changed["counts"])
        shown = [cell.get("v") for cell in self.budgets()]
        self.assertIn(2600, shown)
        self.assertNotIn(2500, shown)


@unittest.skipUnless(os.environ.get("SAOLA_TEST_POSTGRES_URL"), "SAOLA_TEST_POSTGRES_URL is not set: run under tools/with-postgres")
class FlowOnPostgres(Flow):
    options = ("--database-url", os.environ.get("SAOLA_TEST_POSTGRES_URL", ""))


class Killed(unittest.TestCase):
    """kill -9 while an import is accepted: afterwards it is wholly proposed or wholly accepted."""

    def test_kill_during_accept(self):
        rows = [(f"Chi cục Số {i % 7}", f"Nhiệm vụ số {i} về đo đạc", 1000 + i, 12) for i in range(100)]
        outcomes = set()
        for wait_ms in (0, 30, 120, 400):
            with tempfile.TemporaryDirectory(prefix="saola-killed-") as folder, Server(folder) as server:
                admin = first_account(server)
                made = admin.propose([("dai.txt", orders_document("9/BC-TCT", rows))])
                count = admin.read("imports/" + made)["counts"]["rows"]
                self.assertGreater(count, 500)
                sender = subprocess.Popen([sys.executable, "-c", KILL_SENDER, str(server.port), made, admin.cookie, admin.csrf])
                sender_started = time.monotonic()
                while time.monotonic() - sender_started < 0.15 + wait_ms / 1000:
                    time.sleep(0.001)
                server.process.kill()
                server.process.wait()
                sender.wait()
                with Server(folder) as again:
                    admin.server = again
                    info = admin.read("imports/" + made)
                    counts = info["counts"]
                    self.assertIn((counts["accepted"], counts["proposed"]), ((0, count), (count, 0)))
                    outcomes.add(info["state"])
                    self.assertEqual(admin.read("reports/orders")["row_count"], 100 if info["state"] == "accepted" else 0)
                    self.assertTrue(admin.request("GET", "/api/audit/verify")[2]["ok"])
                    if info["state"] == "proposed":
                        self.assertEqual(admin.post(f"imports/{made}/decide", {"rows": "all", "decision": "accept"})[2], {"decided": count})
                        self.assertEqual(admin.read("reports/orders")["row_count"], 100)
        self.assertTrue(outcomes)


KILL_SENDER = """
import http.client, json, sys
port, made, cookie, csrf = sys.argv[1:]
c = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
try:
    c.request("POST", f"/api/programme/imports/{made}/decide", json.dumps({"rows": "all", "decision": "accept"}),
              {"Content-Type": "application/json", "Cookie": cookie, "X-CSRF-Token": csrf})
    c.getresponse().read()
except OSError:
    pass
except http.client.HTTPException:
    pass
"""

if __name__ == "__main__":
    if not os.access(BINARY, os.X_OK):
        sys.exit(f"{BINARY} is missing: build it, or name it with SAOLA_BINARY")
    unittest.main()

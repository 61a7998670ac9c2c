#!/usr/bin/python3
"""Every list leaves as CSV and XLSX, on its own route, with its filters and for the same people; never a secret.
The routes are found in /openapi.json, none is left out because nobody thought of it."""
import csv
import io
import json
import pathlib
import re
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from programme_support import first_account, make_account, orders_document  # noqa: E402
from programme_test import xlsx_numbers  # noqa: E402
from saola_process import PASSWORD, Server, call  # noqa: E402

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Answers that hold arrays and are no list of rows.
NO_LIST = {"/api/me", "/api/modules", "/api/programme/overview", "/api/programme/map", "/api/programme/search",
           "/api/programme/figures/{id}", "/api/programme/assertions", "/api/programme/assertions/{id}", "/api/programme/findings/{id}",
           "/api/programme/documents/{key}", "/api/programme/documents/{key}/marks", "/api/programme/imports/{id}"}


def lines_of(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


class Exports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="saola-exports-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        with Server(cls.folder) as server:
            first_account(server)
        # As many records as need several pieces; only the chain does not hold then.
        with sqlite3.connect(cls.folder / "saola.db") as database:
            database.executemany(
                "INSERT INTO platform_audit (sequence, at_ns, actor_id, actor_name, action, object, organisation, remote_address, detail, hash) "
                "VALUES (?, 1, 'x', ?, 'thu.ghi', '', '', '', '{}', '')", [(1000 + i, "le" if i % 2 else "chan") for i in range(2501)])
            database.execute("UPDATE platform_audit_head SET sequence = 3500")
        cls.server = Server(cls.folder).__enter__()
        cls.addClassCleanup(cls.server.stop)
        cls.server.login("quan.tri")
        from programme_support import Client  # noqa: PLC0415
        cls.admin = Client(cls.server, cls.server.cookie, cls.server.csrf)
        status, _, body = cls.admin.request("POST", "/api/organisations", {"key": "so-mau", "name": "=Sở Mẫu", "kind": "agency", "parent": ""})
        assert status == 201, body
        cls.viewer = make_account(cls.server, cls.admin, "nguoi.xem", [{"role": "viewer", "organisation": "so-mau"}])
        status, _, token = cls.admin.request("POST", "/api/tokens", {"name": "kich ban", "scopes": ["read"], "expires_days": 3})
        assert status == 201, token
        cls.secret = token["token"]
        rows = [("Sở Mẫu", "Đo gió", 2500, 12), ("Sở Mẫu", "Đếm cá", (100, 300), 6)]
        cls.made = cls.admin.propose([("mau.txt", orders_document("1/BC-TCT", rows))])
        status, _, body = cls.admin.post("releases", {"note": "Quý một"})
        assert status == 201, body

    def both(self, path, client=None):
        """The rows of the CSV; the workbook beside it opens and has as many."""
        client = client or self.admin
        sign = "&" if "?" in path else "?"
        status, headers, data = client.request("GET", f"{path}{sign}format=csv&lang=en")
        self.assertEqual(status, 200, data)
        self.assertTrue(headers["Content-Type"].startswith("text/csv"))
        self.assertIn(".csv", headers["Content-Disposition"])
        rows = lines_of(data)
        status, headers, book = client.request("GET", f"{path}{sign}format=xlsx&lang=en")
        self.assertEqual((status, headers["Content-Type"]), (200, XLSX), str(book)[:300])
        xlsx_numbers(book)
        try:
            import openpyxl  # noqa: PLC0415
        except ImportError:
            return rows
        sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
        self.assertEqual(sheet.max_row, len(rows) + 1)
        return rows

    def test_every_list_has_both(self):
        document = self.server.get("/openapi.json")[2]
        schemas = document["components"]["schemas"]

        def holds_rows(schema):
            schema = schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
            return any("items" in member for member in schema.get("properties", {}).values())

        lists = []
        for path, methods in document["paths"].items():
            answer = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {}).get("application/json", {})
            if path not in NO_LIST and holds_rows(answer.get("schema", {})):
                lists.append(path)
                self.assertIn("format", [p["name"] for p in methods["get"].get("parameters", [])], path + " has no export")
        self.assertGreaterEqual(len(lists), 9, lists)

    def test_the_rows_are_those_of_the_list(self):
        read = lambda path: self.admin.request("GET", path)[2]  # noqa: E731
        accounts = {item["name"]: item for item in read("/api/accounts")["accounts"]}
        rows = {row["name"]: row for row in self.both("/api/accounts")}
        self.assertEqual(set(rows), set(accounts))
        self.assertEqual(rows["nguoi.xem"]["grants"], "viewer: so-mau")
        self.assertEqual(rows["nguoi.xem"]["state"], "active")
        self.assertIn("admin: *", rows["quan.tri"]["grants"])
        self.assertEqual([row["name"] for row in self.both("/api/organisations")], ["'=Sở Mẫu"])  # no formula
        self.assertEqual([(row["name"], row["scopes"]) for row in self.both("/api/tokens")], [("kich ban", "read")])
        imports = self.admin.read("imports")["imports"]
        rows = self.both("/api/programme/imports")
        self.assertEqual([row["id"] for row in rows], [item["id"] for item in imports])
        self.assertEqual(int(rows[0]["proposed"]), imports[0]["counts"]["proposed"])
        releases = self.admin.read("releases")["releases"]
        self.assertEqual([(row["note"], row["hash"]) for row in self.both("/api/programme/releases")], [(r["note"], r["hash"]) for r in releases])

    def test_rows_of_an_import_with_their_filters(self):
        path = f"/api/programme/imports/{self.made}/rows"
        listed = self.admin.read(f"imports/{self.made}/rows?limit=1000")["rows"]
        rows = self.both(path + "?limit=1")  # an export is the whole list, not a page
        self.assertEqual([row["id"] for row in rows], [item["id"] for item in listed])
        budgets = [row["value"] for row in rows if row["predicate"] == "budget"]
        self.assertEqual(sorted(budgets), ["100–300", "2,500"])
        self.assertEqual(self.both(path + "?status=accepted"), [])
        self.assertEqual(len(self.both(path + "?status=proposed")), len(listed))
        self.assertEqual(self.admin.request("GET", path + "?format=csv&status=lost")[0], 400)
        self.assertEqual(self.admin.request("GET", "/api/programme/imports/x/rows?format=csv")[0], 404)

    def test_the_audit_log_in_pieces_with_its_filters(self):
        rows = self.both("/api/audit?action=thu.ghi")
        self.assertEqual([int(row["sequence"]) for row in rows], list(range(3500, 999, -1)))
        self.assertEqual({row["actor"] for row in self.both("/api/audit?action=thu.&actor=le")}, {"le"})
        whole = self.admin.request("GET", "/api/audit?limit=1")[2]["row_count"]
        self.assertEqual(len(lines_of(self.admin.request("GET", "/api/audit?format=csv")[2])), whole)
        self.assertEqual(self.admin.request("GET", "/api/audit?format=csv&from=x")[0], 400)

    def test_who_may_not_read_the_list_may_not_export_it(self):
        for path in ("/api/audit", "/api/accounts"):
            for form in ("csv", "xlsx"):
                self.assertEqual(self.viewer.request("GET", f"{path}?format={form}")[0], 403, path)
        self.assertEqual(self.both("/api/tokens", self.viewer), [])
        for path in ("/api/audit", "/api/accounts", "/api/organisations", "/api/programme/imports", "/api/programme/releases"):
            status, _, body = self.admin.request("GET", path + "?format=pdf")
            self.assertEqual((status, body["error"]["field"]), (400, "format"), path)

    def test_no_secret_leaves_and_no_file_stays(self):
        said = b""
        for path in ("/api/accounts", "/api/tokens", "/api/audit", "/api/organisations"):
            said += self.admin.request("GET", path + "?format=csv")[2]
        for secret in (self.secret, self.secret[6:], PASSWORD, "argon2", self.admin.cookie.split("=", 1)[1]):
            self.assertNotIn(secret.encode(), said)
        self.assertEqual(list((self.folder / "spool").iterdir()), [])


class Commands(unittest.TestCase):
    """import, report, findings, release and verify answer in four forms, export writes its lists in them."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="saola-forms-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = self.folder / "data"
        rows = [("Sở Mẫu", "Đo gió", 2500, 12), ("Sở Mẫu", "Đếm cá", 300, 6)]
        (self.folder / "mau.txt").write_text(orders_document("1/BC-TCT", rows, total=9999), encoding="utf-8")
        self.ok("import", self.folder / "mau.txt", "--accept")

    def ok(self, *words):
        done = call("programme", *words, data_dir=self.data)
        self.assertIn(done.returncode, (0, 7), done.stderr)
        return done.stdout

    def test_four_forms_of_each_answer(self):
        self.ok("release", "--out", self.folder / "r.json")
        keys = {"import": "predicate", "report": "title", "findings": "rule", "release": "hash", "verify": "public_key"}
        words = {"import": [self.folder / "mau.txt"], "report": ["orders"], "findings": [], "release": [], "verify": [self.folder / "r.json"]}
        for word, key in keys.items():
            with self.subTest(word):
                help_text = call("programme", word, "--help").stdout
                self.assertRegex(help_text, r"--format FORMAT.*\(text\|json\|csv\|xlsx\)")
                self.assertIn("--output FILE", help_text)
                given = [word, *words[word]]
                self.assertTrue(self.ok(*given, "--format", "text"))
                self.assertIsInstance(json.loads(self.ok(*given, "--format", "json")), dict)
                table = lines_of(self.ok(*given, "--format", "csv").encode())
                self.assertIn(key, self.ok(*given, "--format", "csv").splitlines()[0])
                path = self.folder / (word + ".xlsx")
                self.assertEqual(self.ok(*given, "--format", "xlsx", "--output", path), "")
                self.assertTrue(path.read_bytes().startswith(b"PK"))
                xlsx_numbers(path.read_bytes())
                for form in ("text", "json", "csv"):
                    self.assertEqual(self.ok(*given, "--format", form, "--output", self.folder / "answer"), "")
                    self.assertGreater((self.folder / "answer").stat().st_size, 2)
                if word in ("report", "findings"):
                    self.assertGreater(len(table), 0)

    def test_a_workbook_may_be_redirected(self):
        import subprocess  # noqa: PLC0415

        from saola_process import BINARY  # noqa: PLC0415
        done = subprocess.run([BINARY, "programme", "report", "orders", "--format", "xlsx", "--data-dir", self.data], capture_output=True, check=True)
        self.assertIn(2500.0, xlsx_numbers(done.stdout))

    def test_a_release_that_could_not_be_told_is_not_made(self):
        before = len(json.loads(self.ok("release", "--format", "json"))["hash"])
        done = call("programme", "release", "--output", self.folder / "none" / "x", data_dir=self.data)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(before, 64)
        self.assertEqual(json.loads(self.ok("release", "--format", "json", "--note", "hai"))["number"], 2)

    def test_export_is_public_unless_asked(self):
        self.ok("import", self.secret("2/BC-TCT", "zirconi"), "--accept", "--classification", "internal")
        call("admin", "organisation", "add", "so-mau", "--name", "Sở Mẫu", "--kind", "agency", data_dir=self.data)
        self.ok("import", self.secret("3/BC-TCT", "quasar"), "--accept", "--classification", "restricted", "--organisation", "so-mau")
        seen = {}
        for level in (None, "internal", "restricted"):
            out = self.folder / f"out-{level}"
            self.ok("export", "--out", out, *(["--classification", level] if level else []))
            seen[level] = "".join(path.read_text(encoding="utf-8") for path in out.glob("*.csv"))
            self.assertFalse((out / "release.json").exists())
            self.assertTrue((out / "orders.xlsx").exists() and (out / "orders.json").exists())
        self.assertIn("Đo gió", seen[None])
        found = {level: [word in text for word in ("zirconi", "quasar")] for level, text in seen.items()}
        self.assertEqual(found, {None: [False, False], "internal": [True, False], "restricted": [True, True]})
        self.assertEqual(json.loads(self.ok("release", "--format", "json"))["number"], 1)  # no export published one

    def secret(self, number, word):
        path = self.folder / (word + ".txt")
        path.write_text(orders_document(number, [("Sở Mẫu", "Việc " + word, 77, 5)]), encoding="utf-8")
        return path

    def test_export_in_one_form_and_with_a_release(self):
        out = self.folder / "out"
        self.ok("export", "--out", out, "--format", "csv", "--release")
        self.assertEqual({path.suffix for path in out.iterdir()}, {".csv", ".json"})
        self.assertRegex(self.ok("verify", out / "release.json"), r"ok: release 1\b")
        self.assertEqual([path.name for path in out.glob("*.json")], ["release.json"])
        self.assertTrue(re.search("data set", call("programme", "export", "--out", out, "--as", "dataset", "--format", "csv", data_dir=self.data).stderr))


if __name__ == "__main__":
    unittest.main()

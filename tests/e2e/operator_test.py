#!/usr/bin/python3
"""What the people who run Saola meet: reverse proxies, slips in options, lost and damaged files, a full
disk, a stop in the middle of work. Each says what is wrong and what to do, and no secret is repeated.
SAOLA_BINARY chooses the program."""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from programme_support import Client, first_account, make_account, orders_document  # noqa: E402
from saola_process import PASSWORD, Server, call  # noqa: E402

DOCUMENT = orders_document("71/BC-TCT", [("Chi cục Gió", "Đo gió trên cao", 2500, 12), ("Sở Đếm cá", "Đếm cá ở hồ lớn", 700, 6)], total=4100)
OTHER = orders_document("72/BC-TCT", [("Sở Đếm cá", "Đếm chim ở hồ nhỏ", 900, 9)], total=900)
PUBLIC = "203.0.113.9"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="saola-operator-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = self.folder / "data"

    def refused(self, done, status, *words):
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)


class Proxy(Folder):
    def sign_in(self, server, **headers):
        server.cookie = server.csrf = ""
        body = json.dumps({"name": "quan.tri", "password": PASSWORD}).encode()
        status, answer, _ = server.request("POST", "/api/login", body, {"Content-Type": "application/json", **headers})
        self.assertEqual(status, 200)
        return answer

    def test_a_trusted_proxy_tells_address_and_scheme(self):
        forwarded = {"X-Forwarded-For": f"1.1.1.1, {PUBLIC}", "X-Forwarded-Proto": "https"}
        for options, address, secure in (((), "127.0.0.1", False), (("--trusted-proxy", "10.0.0.0/8"), "127.0.0.1", False),
                                         (("--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "127.0.0.1"), PUBLIC, True)):
            with self.subTest(options=options), Server(None, *options) as server:
                server.setup()
                answer = self.sign_in(server, **forwarded)
                self.assertEqual("; Secure" in answer["Set-Cookie"], secure)
                self.assertEqual("Strict-Transport-Security" in answer, secure)
                self.assertEqual(server.login("quan.tri")[0], 200)
                rows = server.get("/api/audit?limit=2&action=identity.login")[2]["rows"]
                self.assertEqual(rows[1]["cells"]["remote_address"]["v"], address)
                self.assertEqual(rows[0]["cells"]["remote_address"]["v"], "127.0.0.1")

    def test_limits_by_address_use_what_the_proxy_says(self):
        with Server(None, "--trusted-proxy", "127.0.0.1") as server:
            server.setup()
            server.cookie = server.csrf = ""

            def tries(address, count):
                body = json.dumps({"name": "ai.do", "password": "x" * 12}).encode()
                sent = {"Content-Type": "application/json", "X-Forwarded-For": address}
                return [server.request("POST", "/api/login", body.replace(b"ai.do", b"ai%d" % i), sent) for i in range(count)]

            last = tries("198.51.100.1", 33)[-1]
            self.assertEqual(last[0], 429, last[2])
            self.assertIn("login_attempts_per_address", last[2]["error"]["limit"])
            self.assertEqual(tries("198.51.100.2", 1)[0][0], 401)

    def test_bad_values_are_named(self):
        for value in ("proxy.example", "10.0.0.5/8", "10.0.0.0/40", "0.0.0.0/0", "::/0"):
            self.refused(call("serve", "--port", "0", "--trusted-proxy", value, data_dir=self.data, timeout_s=20), 2, "--trusted-proxy", value)
        self.assertFalse(self.data.exists())


class Limits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(None, "--streams", "2").__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.admin = first_account(cls.server)

    def test_event_streams_of_a_person(self):
        def stream(client):
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
            connection.request("GET", "/api/events", headers={"Cookie": client.cookie})
            return connection, connection.getresponse()

        other = make_account(self.server, self.admin, "nguoi.khac", [{"role": "viewer", "organisation": ""}])
        held = [stream(self.admin) for _ in range(2)]
        self.assertEqual([answer.status for _, answer in held], [200, 200])
        connection, third = stream(self.admin)
        error = json.loads(third.read())["error"]
        self.assertEqual((third.status, error["limit"]), (429, "max_streams_per_person=2"), error)
        held += [(connection, third), stream(other)]
        self.assertEqual(held[-1][1].status, 200)
        held[0][0].close()  # a closed tab gives its place back
        held[0][1].close()
        deadline = time.monotonic() + 10
        status = 0
        while status != 200 and time.monotonic() < deadline:
            time.sleep(0.1)
            held.append(stream(self.admin))
            status = held[-1][1].status
        self.assertEqual(status, 200)
        for connection, answer in held:
            answer.close()
            connection.close()

    def test_metrics_need_a_token_with_that_scope(self):
        stranger = Client(self.server)
        for headers in ({}, {"X-Forwarded-For": "127.0.0.1"}, {"Host": "localhost"}):
            self.assertEqual(stranger.request("GET", "/metrics", None, headers)[0], 401)
        viewer = make_account(self.server, self.admin, "nguoi.xem", [{"role": "viewer", "organisation": ""}])
        self.assertEqual(viewer.request("GET", "/metrics")[0], 403)
        for scope, status in (("metrics", 200), ("read", 403)):
            made = self.admin.request("POST", "/api/tokens", {"name": scope, "scopes": [scope], "expires_days": 1})[2]
            token = Client(self.server, bearer=made["token"])
            answer = token.request("GET", "/metrics")
            self.assertEqual(answer[0], status, answer[2])
            self.assertEqual(token.request("GET", "/api/accounts")[0], 403)
        self.assertEqual(self.admin.request("GET", "/metrics")[0], 200)

    def test_what_exists_twice_is_a_conflict_in_our_words(self):
        def conflict(path, body, code, method="POST"):
            status, _, answer = self.admin.request(method, path, body)
            self.assertEqual((status, answer["error"]["code"]), (409, code), answer)
            for word in ("UNIQUE", "constraint", "platform_", "INSERT"):
                self.assertNotIn(word, json.dumps(answer))

        organisation = {"key": "so-ca", "name": "Sở Đếm cá", "kind": "agency"}
        self.assertEqual(self.admin.request("POST", "/api/organisations", organisation)[0], 201)
        conflict("/api/organisations", organisation, "identity.key_taken")
        grant = {"role": "viewer", "organisation": "so-ca"}
        account = {"name": "trung.ten", "password": PASSWORD, "grants": [grant]}
        made = self.admin.request("POST", "/api/accounts", account)
        self.assertEqual(made[0], 201, made[2])
        conflict("/api/accounts", account, "identity.name_taken")
        conflict("/api/accounts", {**account, "name": "khac", "grants": [grant, grant]}, "identity.duplicate_grant")
        conflict("/api/accounts/" + made[2]["id"], {"grants": [grant, grant]}, "identity.duplicate_grant", "PATCH")

    def test_reasons_that_say_nothing_are_refused(self):
        made = self.admin.propose([("a.txt", DOCUMENT)])
        row = self.admin.read(f"imports/{made}/rows")["rows"][0]["id"]
        self.admin.post(f"imports/{made}/decide", {"rows": "all", "decision": "accept"})
        findings = self.admin.read("findings")["rows"]
        self.assertTrue(findings, "the total of the document is wrong on purpose")
        for blank in ("", "   ", "\t\n", "\u00a0\u3000", "\u200b\u2060", "\u2800"):
            for decision in ("dismiss", "correct", "reopen"):
                answer = self.admin.post(f"findings/{findings[0]['id']}/decide", {"decision": decision, "reason": blank})
                self.assertEqual((answer[0], answer[2]["error"]["field"]), (400, "reason"), answer[2])
        again = self.admin.propose([("b.txt", OTHER)])
        rows = self.admin.read(f"imports/{again}/rows")["rows"]
        for body in ({"rows": [rows[0]["id"]], "decision": "reject"}, {"row": rows[0]["id"], "decision": "correct", "value": {"v": 1}}):
            self.assertEqual(self.admin.post(f"imports/{again}/decide", {**body, "reason": " \u200b "})[0], 400)
        long = self.admin.post(f"findings/{findings[0]['id']}/decide", {"decision": "dismiss", "reason": "dài" * 2000})
        self.assertEqual((long[0], long[2]["error"]["limit"]), (413, "max_reason_bytes=2000"))
        self.assertTrue(row)


class Slips(Folder):
    def test_reading_commands_make_no_data_directory(self):
        release = self.folder / "r.json"
        for words in (("programme", "report", "orders"), ("programme", "findings"), ("programme", "release"),
                      ("programme", "export", "--out", self.folder / "out"), ("admin", "organisation", "list"),
                      ("admin", "verify-audit"), ("admin", "set-password", "lan")):
            with self.subTest(command=words):
                done = call(*words, data_dir=self.data, stdin=PASSWORD + "\n")
                self.refused(done, 4, str(self.data), "--data-dir", "saola programme load builtin")
                self.assertFalse(self.data.exists())
        self.data.mkdir()
        self.refused(call("programme", "report", "orders", data_dir=self.data), 4, str(self.data))
        self.assertEqual(list(self.data.iterdir()), [])
        self.assertFalse(release.exists() or (self.folder / "out").exists())
        self.assertEqual(call("programme", "load", "builtin", data_dir=self.data).returncode, 0)
        self.assertEqual(call("programme", "report", "orders", data_dir=self.data).returncode, 0)

    def test_public_url(self):
        for url in ("javascript:alert(1)", "javascript://x/%0aalert(1)", "ftp://saola.example", "saola.example", "//saola.example", "",
                    "https://", "https://lan:mat-khau@saola.example", "https://saola.example/saola", "https://saola.example/?a",
                    "https://saola.example#x", "https://saola.example:0", "https://saola.example:port", "http://[::1", "http://a b",
                    "http://x\\@y", "http://" + "a" * 2000):
            for words in (("serve", "--port", "0"), ("admin", "setup-link")):
                with self.subTest(url=url[:50], command=words):
                    done = call(*words, "--public-url", url, data_dir=self.data, timeout_s=20)
                    self.refused(done, 2, "--public-url")
                    self.assertNotIn("mat-khau", done.stderr)
                    self.assertFalse(self.data.exists())
        for url, shown in (("https://saola.example.vn/", "https://saola.example.vn/setup?token="),
                           ("HTTP://10.0.0.5:8080", "http://10.0.0.5:8080/setup?token="), ("http://[::1]:80", "http://[::1]:80/setup?token=")):
            done = call("admin", "setup-link", "--public-url", url, data_dir=self.data)
            self.assertTrue(done.stdout.startswith(shown), done.stdout + done.stderr)

    def test_a_password_in_the_database_url_is_never_repeated(self):
        port = free_port()
        for rest in (f"lan:bi-mat@127.0.0.1:{port}/x", "lan:bi%zzmat@127.0.0.1/x", "lan:bi@mat@127.0.0.1/x", "lan:bi/mat@127.0.0.1/x",
                     "lan:bi?mat@127.0.0.1/x", "lan:bi#mat@127.0.0.1/x", "lan:bi-mat@127.0.0.1:99999/x",
                     "lan@127.0.0.1:99999/x?password=bi-mat"):
            for words in (("serve", "--port", "0"), ("admin", "setup-link"), ("doctor", "--port", str(port))):
                self.data.mkdir(exist_ok=True)
                done = call(*words, data_dir=self.data, timeout_s=30, SAOLA_DATABASE_URL="postgresql://" + rest)
                said = done.stdout + done.stderr
                self.assertNotEqual(done.returncode, 0, said)
                self.assertNotRegex(said.replace("--database-url", ""), r"bi\W|\Wmat\b|bimat|bi-mat|%zz", (words, rest))
                self.assertRegex(said, r"PostgreSQL|database URL")
                shutil.rmtree(self.data)

    def test_tls_files_that_cannot_be_used(self):
        (self.folder / "c.pem").write_text("no certificate", encoding="utf-8")
        for cert, named in (("none.pem", "none.pem"), ("c.pem", "c.pem")):
            done = call("serve", "--port", "0", "--tls-cert", self.folder / cert, "--tls-key", self.folder / "k.pem", data_dir=self.data)
            self.refused(done, 2, named)
            self.assertFalse(self.data.exists(), "a bad certificate is found before anything is made")


class Doctor(Folder):
    def checks(self, *words, status=None):
        done = call("doctor", "--format", "json", *(words or ("--port", free_port())), data_dir=self.data)
        self.assertIn(done.returncode, (0, 1) if status is None else (status,), done.stdout + done.stderr)
        return {check["name"]: check for check in json.loads(done.stdout)["checks"]}

    def failing(self, name, *words):
        found = self.checks(status=1)[name]
        self.assertEqual(found["verdict"], "fail", found)
        self.assertTrue(found["advice"], found)
        for word in words:
            self.assertIn(word, found["detail"] + " " + found["advice"])

    def load(self):
        (self.folder / "a.txt").write_text(DOCUMENT, encoding="utf-8")
        done = call("programme", "import", self.folder / "a.txt", "--accept", data_dir=self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        return next(p for p in (self.data / "documents").iterdir() if len(p.name) == 64)

    def test_a_whole_installation(self):
        self.load()
        call("programme", "release", data_dir=self.data)
        checks = self.checks(status=0)
        for name in ("modes", "database", "integrity", "schema", "audit", "originals", "signing_key", "settings", "tls"):
            self.assertEqual(checks[name]["verdict"], "ok", checks[name])
        self.assertIn("1 of 1", checks["originals"]["detail"])
        self.assertRegex(checks["audit"]["detail"], r"head [0-9a-f]{64}")

    def test_a_database_that_is_not_that_of_the_originals(self):
        self.load()
        whole = self.folder / "whole.db"
        shutil.move(self.data / "saola.db", whole)
        self.failing("originals", "missing or empty", "backup")
        (self.data / "saola.db").touch(0o600)
        self.failing("originals", "missing or empty", "backup")
        self.assertEqual((self.data / "saola.db").stat().st_size, 0, "doctor changed the database")
        other = self.folder / "other"
        call("admin", "setup-link", data_dir=other)
        shutil.copy(other / "saola.db", self.data / "saola.db")
        self.failing("originals", "knows no document", "backup")
        (self.folder / "b.txt").write_text(OTHER, encoding="utf-8")
        call("programme", "import", self.folder / "b.txt", data_dir=other)
        shutil.copy(other / "saola.db", self.data / "saola.db")
        self.failing("originals", "other documents", "backup")
        shutil.copy(whole, self.data / "saola.db")
        self.assertEqual(self.checks(status=0)["originals"]["verdict"], "ok")

    def test_a_database_of_another_program(self):
        import sqlite3
        self.data.mkdir(mode=0o700)
        with sqlite3.connect(self.data / "saola.db") as database:
            database.execute("CREATE TABLE x (a)")
        database.close()
        (self.data / "saola.db").chmod(0o600)
        self.failing("schema", "another program")

    def test_lost_and_foreign_signing_key(self):
        self.load()
        call("programme", "release", data_dir=self.data)
        key = self.data / "keys" / "signing.key"
        kept = key.read_bytes()
        key.unlink()
        self.failing("signing_key", "lost", "release 1", "backup")
        self.assertFalse(key.exists(), "doctor made a new key")
        self.refused(call("programme", "release", data_dir=self.data), 10, str(key), "backup")
        self.assertFalse(key.exists(), "a command made a new key")
        done = call("admin", "setup-link", data_dir=self.data)  # as a start of the server: makes one, and says so
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("new_signing_key", done.stderr)
        self.failing("signing_key", "not the key that signed release 1", "backup")
        key.write_bytes(kept)
        self.assertEqual(self.checks(status=0)["signing_key"]["verdict"], "ok")

    def test_damaged_and_missing_originals(self):
        original = self.load()
        bytes_before = original.read_bytes()
        original.write_bytes(bytes_before[:-1] + b"?")
        self.failing("originals", "no longer what was imported", original.name, "import it again")
        original.unlink()
        (self.folder / "b.txt").write_text(OTHER, encoding="utf-8")
        call("programme", "import", self.folder / "b.txt", data_dir=self.data)
        self.failing("originals", "missing", "a.txt", "import the original again")
        self.assertEqual(call("programme", "import", self.folder / "a.txt", data_dir=self.data).returncode, 0)
        self.assertEqual(self.checks(status=0)["originals"]["verdict"], "ok")

    def test_modes(self):
        self.load()
        for name, mode in (("keys", 0o755), ("keys/signing.key", 0o644), ("saola.db", 0o640), ("documents", 0o711)):
            before = (self.data / name).stat().st_mode & 0o777
            (self.data / name).chmod(mode)
            self.failing("modes", str(self.data / name), "chmod")
            (self.data / name).chmod(before)
        if os.geteuid() == 0:
            os.chown(self.data / "saola.db", 1, 1)
            self.failing("modes", str(self.data / "saola.db"), "chown")

    def test_configuration(self):
        port = str(free_port())
        for words, name, verdict in ((("--listen", "0.0.0.0:" + port), "settings", "warn"), (("--public-url", "https://x.vn", "--port", port), "settings", "warn"),
                                     (("--public-url", "https://x.vn", "--trusted-proxy", "127.0.0.1", "--port", port), "settings", "ok"),
                                     (("--public-url", "javascript:1", "--port", port), "settings", "fail"), (("--trusted-proxy", "x", "--port", port), "settings", "fail"),
                                     (("--tls-cert", "/no", "--tls-key", "/no", "--port", port), "tls", "fail"), (("--tls-cert", "/no", "--port", port), "tls", "fail"),
                                     (("--listen", "192.0.2.1:" + port), "port", "fail"), (("--listen", "[::1]:" + port), "port", "ok")):
            with self.subTest(words=words):
                check = self.checks(*words)[name]
                self.assertEqual(check["verdict"], verdict, check)
                self.assertEqual(bool(check["advice"]), verdict != "ok")
        self.assertFalse(self.data.exists())

    def test_a_database_server_that_does_not_answer(self):
        url = f"postgresql://saola@127.0.0.1:{free_port()}/saola"
        database = self.checks("--port", free_port(), "--database-url", url, status=1)["database"]
        self.assertEqual(database["verdict"], "fail", database)
        self.assertIn("PostgreSQL", database["advice"])
        self.assertFalse(self.data.exists())

    def test_a_full_disk(self):
        mount = self.folder / "small"
        mount.mkdir()
        if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mount], capture_output=True, check=False).returncode:
            self.skipTest("needs the right to mount a small disk")
        self.addCleanup(subprocess.run, ["umount", str(mount)], check=False)
        self.data = mount / "d"
        self.assertEqual(call("admin", "setup-link", data_dir=self.data).returncode, 0)
        with open(mount / "fill", "wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"x" * 4096):
                pass
        self.refused(call("admin", "setup-link", data_dir=self.data), 9, "full", "Free space")
        checks = self.checks(status=1)
        self.assertEqual(checks["disk"]["verdict"], "fail")
        for check in checks.values():
            self.assertNotIn("backup", check["advice"], "a full disk is no reason to restore anything")


class Truth(Folder):
    def sql(self, statement):
        with contextlib.closing(sqlite3.connect(self.data / "saola.db")) as database, database:
            database.execute(statement)

    def test_an_import_that_is_accepted_before_the_rules_fail(self):
        for name, text in (("a.txt", DOCUMENT), ("b.txt", OTHER)):
            (self.folder / name).write_text(text, encoding="utf-8")
        self.assertEqual(call("programme", "import", self.folder / "a.txt", "--accept", data_dir=self.data).returncode, 0)
        self.sql("CREATE TRIGGER no_findings BEFORE UPDATE ON programme_finding BEGIN SELECT RAISE(ABORT, 'no'); END")
        done = call("programme", "import", self.folder / "b.txt", "--accept", "--format", "json", data_dir=self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("accepted, but the quality rules did not run", done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual((told["state"], told["findings"]), ("accepted", None))
        self.assertTrue(told["findings_error"]["code"] and told["findings_error"]["message"])
        orders = json.loads(call("programme", "report", "orders", "--format", "json", data_dir=self.data).stdout)
        self.assertEqual(orders["row_count"], 3)
        self.sql("DROP TRIGGER no_findings")
        again = json.loads(call("programme", "import", self.folder / "b.txt", "--accept", "--format", "json", data_dir=self.data).stdout)
        self.assertGreater(again["findings"], 0)
        self.assertNotIn("findings_error", again)

    def test_a_release_names_the_head_of_the_audit_log(self):
        call("admin", "organisation", "add", "so-ca", "--name", "Sở", data_dir=self.data)
        before = call("admin", "verify-audit", data_dir=self.data).stdout
        release = self.folder / "release.json"
        self.assertEqual(call("programme", "release", "--out", release, data_dir=self.data).returncode, 0)
        told = json.loads(call("programme", "verify", release, "--format", "json").stdout)
        self.assertEqual(before, f"The audit log is whole: {told['audit']['records']} records.\nHead: {told['audit']['head_hash']}\n")
        self.assertIn("head " + told["audit"]["head_hash"], call("programme", "verify", release).stdout)
        changed = release.read_text(encoding="utf-8").replace(told["audit"]["head_hash"], "0" * 64)
        release.write_text(changed, encoding="utf-8")
        self.assertEqual(call("programme", "verify", release).returncode, 7)

    def test_a_stop_in_the_middle_of_an_import(self):
        with Server(self.data) as server:
            admin = first_account(server)
            text = orders_document("73/BC-TCT", [("Chi cục Gió", "Đo gió trên cao", 2500, 12)], tail="a b c d e f g h\n" * 700_000)
            status, _, body = admin.upload([("dai.txt", text)])
            self.assertEqual(status, 202, body)
            deadline = time.monotonic() + 10
            while admin.request("GET", "/api/jobs/" + body["job"])[2]["state"] == "queued" and time.monotonic() < deadline:
                time.sleep(0.02)
            begin = time.monotonic()
            self.assertIn(server.stop(), (0, 8))
            self.assertLess(time.monotonic() - begin, 12)
        self.assertEqual(call("admin", "verify-audit", data_dir=self.data).returncode, 0)


if __name__ == "__main__":
    unittest.main()

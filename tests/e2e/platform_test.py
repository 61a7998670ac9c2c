#!/usr/bin/python3
"""The platform from outside: starts the real binary on a free port with a fresh data directory.
SAOLA_BINARY chooses the program (default build/release/saola)."""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SAOLA_BINARY") or str(ROOT / "build" / "release" / "saola")
PASSWORD = "ba con trâu đi lạc"


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]


class Client:
    """One browser-like session: keeps the cookie, sends the CSRF token on unsafe requests."""

    def __init__(self, port):
        self.port, self.cookie, self.csrf, self.bearer = port, None, None, None

    def call(self, method, path, body=None, headers=None, csrf=True):
        head = dict(headers or {})
        if self.cookie:
            head["Cookie"] = f"saola_session={self.cookie}"
        if self.bearer:
            head["Authorization"] = f"Bearer {self.bearer}"
        if csrf and self.csrf and method != "GET":
            head["X-CSRF-Token"] = self.csrf
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            head.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, data, head)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        for item in answer.headers.get_all("Set-Cookie") or []:
            match = re.match(r"saola_session=([^;]*)", item)
            if match:
                self.cookie = match.group(1) or None
        if answer.status < 300 and path in ("/api/login", "/api/setup", "/api/me") and b"csrf_token" in answer.body:
            self.csrf = answer.json["csrf_token"]
        return answer

    def get(self, path, **kw):
        return self.call("GET", path, **kw)

    def post(self, path, body=None, **kw):
        return self.call("POST", path, {} if body is None else body, **kw)


class Server:
    def __init__(self, data_dir, *options, scheme="http"):
        self.data_dir = data_dir
        self.log = open(f"{data_dir}.log", "ab")
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data-dir", data_dir, "--listen", "127.0.0.1:0", *options],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        match = re.search(scheme + r"://127\.0\.0\.1:(\d+)", line)
        if not match:
            raise AssertionError(f"did not start: {line!r} {pathlib.Path(data_dir + '.log').read_text()[-2000:]}")
        self.port = int(match.group(1))

    def setup_token(self):
        self.process.stdout.readline()
        return re.search(r"/setup\?token=(\S+)", self.process.stdout.readline()).group(1)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        self.log.close()
        return self.process.returncode


def command(*args, **kw):
    return subprocess.run([BINARY, *args], capture_output=True, text=True, timeout=60, **kw)


class Events(threading.Thread):
    """Reads an event stream until it ends; events as (type, data)."""

    def __init__(self, client):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=30)
        self.connection.request("GET", "/api/events", headers={"Cookie": f"saola_session={client.cookie}"})
        self.response = self.connection.getresponse()
        self.ended = threading.Event()
        self.start()

    def run(self):
        try:
            while self.response.readline():
                pass
        except OSError:
            pass
        self.ended.set()


class PlatformCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.mkdtemp(prefix="saola-platform-")
        cls.data_dir = cls.temporary + "/data"
        cls.server = Server(cls.data_dir)
        cls.token = cls.server.setup_token()
        cls.admin = Client(cls.server.port)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        shutil.rmtree(cls.temporary)


class Setup(PlatformCase):
    def test_one_time_link_makes_the_administrator_once(self):
        client = self.admin
        self.assertEqual(client.get("/api/me").status, 401)
        self.assertEqual(client.get(f"/api/setup?token={self.token}").json, {"valid": True})
        self.assertEqual(client.get("/api/setup?token=wrong").json, {"valid": False})
        weak = client.post("/api/setup", {"token": self.token, "name": "minh", "password": "password1234"})
        self.assertEqual((weak.status, weak.code), (400, "identity.weak_password"))
        made = client.post("/api/setup", {"token": self.token, "name": "minh", "password": PASSWORD, "display_name": "Lê Minh"})
        self.assertEqual(made.status, 201, made.body)
        cookie = made.headers["Set-Cookie"]
        self.assertIn("HttpOnly", cookie)
        self.assertIn("SameSite=Strict", cookie)
        self.assertNotIn("Secure", cookie)  # plain HTTP on loopback
        me = client.get("/api/me").json
        self.assertEqual((me["name"], me["display_name"]), ("minh", "Lê Minh"))
        self.assertIn("administer", me["permissions"])
        self.assertEqual(client.get(f"/api/setup?token={self.token}").json, {"valid": False})
        again = Client(client.port).post("/api/setup", {"token": self.token, "name": "eve", "password": PASSWORD})
        self.assertEqual((again.status, again.code), (401, "identity.bad_setup_link"))


class SignedIn(PlatformCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        made = cls.admin.post("/api/setup", {"token": cls.token, "name": "minh", "password": PASSWORD})
        assert made.status == 201, made.body

    def account(self, name, grants):
        made = self.admin.post("/api/accounts", {"name": name, "password": PASSWORD, "grants": grants})
        self.assertEqual(made.status, 201, made.body)
        client = Client(self.server.port)
        self.assertEqual(client.post("/api/login", {"name": name, "password": PASSWORD}).status, 200)
        return client, made.json["id"]

    def test_csrf_is_refused_twice_over(self):
        without = self.admin.post("/api/tokens", {"name": "x", "scopes": ["read"], "expires_days": 1}, csrf=False)
        self.assertEqual((without.status, without.code), (403, "identity.csrf"))
        for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            for path in ("/api/tokens", "/api/login"):
                answer = self.admin.post(path, {"name": "x"}, headers=headers)
                self.assertEqual((answer.status, answer.code), (403, "identity.cross_site"))
        form = self.admin.post("/api/tokens", {"name": "x"}, headers={"Content-Type": "text/plain"})
        self.assertEqual(form.status, 415)

    def test_tokens_and_scopes(self):
        made = self.admin.post("/api/tokens", {"name": "report", "scopes": ["read"], "expires_days": 30})
        self.assertEqual(made.status, 201, made.body)
        script = Client(self.server.port)
        script.bearer = made.json["token"]
        self.assertTrue(script.bearer.startswith("saola_"))
        self.assertEqual(script.get("/api/me").json["permissions"], ["read"])
        self.assertEqual(script.get("/api/accounts").status, 403)
        self.assertEqual(script.get("/api/organisations").status, 200)
        self.assertEqual(script.post("/api/tokens", {"name": "y", "scopes": ["read"], "expires_days": 1}).status, 403)
        listed = [t for t in self.admin.get("/api/tokens").json["tokens"] if t["id"] == made.json["id"]]
        self.assertEqual(listed[0]["scopes"], ["read"])
        self.assertNotIn("token", listed[0])
        self.assertEqual(self.admin.call("DELETE", f"/api/tokens/{made.json['id']}").status, 200)
        self.assertEqual(script.get("/api/me").status, 401)

    def test_roles(self):
        self.assertEqual(self.admin.post("/api/organisations", {"key": "bo-a", "name": "Bộ A", "kind": "ministry"}).status, 201)
        viewer, viewer_id = self.account("xem", [{"role": "viewer", "organisation": "bo-a"}])
        auditor, _ = self.account("soat", [{"role": "auditor", "organisation": ""}])
        for path in ("/api/accounts", "/api/audit", "/api/audit/verify"):
            self.assertEqual(viewer.get(path).status, 403, path)
        self.assertEqual(auditor.get("/api/audit").status, 200)
        self.assertEqual(auditor.get("/api/accounts").status, 403)
        self.assertEqual(viewer.post("/api/organisations", {"key": "x", "name": "x", "kind": "other"}).status, 403)
        changed = self.admin.call("PATCH", f"/api/accounts/{viewer_id}", {"grants": [{"role": "auditor", "organisation": ""}]})
        self.assertEqual(changed.status, 200, changed.body)
        self.assertEqual(viewer.get("/api/audit").status, 200)
        self.admin.call("PATCH", f"/api/accounts/{viewer_id}", {"disabled": True})
        self.assertEqual(viewer.get("/api/me").status, 401)

    def test_audit_table_names_who_did_what(self):
        table = self.admin.get("/api/audit?action=identity.&limit=5").json
        self.assertEqual(table["name"], "audit")
        self.assertGreater(table["row_count"], 0)
        self.assertLessEqual(len(table["rows"]), 5)
        first = self.admin.get(f"/api/audit?limit=1&offset={table['row_count'] - 1}").json["rows"][0]
        self.assertEqual(first["cells"]["action"]["v"], "identity.setup_link.create")
        self.assertNotIn(PASSWORD, json.dumps(self.admin.get("/api/audit?limit=500").json, ensure_ascii=False))
        bad = self.admin.get("/api/audit?limit=5000")
        self.assertEqual((bad.status, bad.json["error"]["limit"]), (400, "max_limit=500"))
        self.assertTrue(self.admin.get("/api/audit/verify").json["ok"])

    def test_logins_are_throttled(self):
        client = Client(self.server.port)
        answers = [client.post("/api/login", {"name": "khach", "password": "wrong wrong wrong"}) for _ in range(12)]
        self.assertEqual({a.status for a in answers}, {401, 429})
        self.assertEqual(answers[0].code, "identity.bad_credentials")
        self.assertGreater(int(answers[-1].headers["Retry-After"]), 0)
        self.assertIn("login_attempts_per_account", answers[-1].json["error"]["limit"])

    def test_openapi_is_valid(self):
        document = self.admin.get("/openapi.json").json
        self.assertEqual(document["openapi"], "3.1.0")
        operations, refs = [], []

        def walk(node):
            if isinstance(node, dict):
                if isinstance(node.get("$ref"), str):
                    refs.append(node["$ref"])
                for value in node.values():
                    walk(value)
            elif isinstance(node, list):
                for value in node:
                    walk(value)

        walk(document)
        for ref in set(refs):
            place = document
            for part in ref.removeprefix("#/").split("/"):
                self.assertIn(part, place, ref)
                place = place[part]
        for path, item in document["paths"].items():
            for method, operation in item.items():
                operations.append(operation["operationId"])
                self.assertIn("200", operation["responses"])
                named = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
                self.assertEqual(named, set(re.findall(r"{(\w+)}", path)), f"{method} {path}")
        self.assertEqual(len(operations), len(set(operations)))
        self.assertIn("Table", document["components"]["schemas"])
        self.assertIn("getMe", operations)

    def test_described_routes_answer(self):
        """No described GET without parameters answers 404 or 500."""
        for path, item in self.admin.get("/openapi.json").json["paths"].items():
            if "get" in item and "{" not in path and path != "/api/events":
                self.assertNotIn(self.admin.get(path).status, (404, 405, 500), path)

    def test_metrics(self):
        for _ in range(3):
            self.admin.get("/api/me")
        answer = self.admin.get("/metrics")
        self.assertEqual(answer.status, 200)
        text = answer.body.decode()
        for line in text.splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) \S+ .+|[a-zA-Z_:]\w*(\{(\w+="([^"\\]|\\.)*",?)+\})? (-?[\d.e+-]+|[+-]Inf|NaN))$')
        count = re.search(r'saola_http_requests_total\{method="GET",status="2xx"\} (\d+)', text)
        self.assertGreaterEqual(int(count.group(1)), 3)
        self.assertEqual(Client(self.server.port).get("/metrics").status, 401)
        if shutil.which("promtool"):
            checked = subprocess.run(["promtool", "check", "metrics"], input=answer.body, capture_output=True, timeout=30)
            self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_event_streams_end_with_the_session(self):
        client, account = self.account("song", [{"role": "viewer", "organisation": ""}])
        stream = Events(client)
        self.assertEqual(stream.response.status, 200)
        self.assertTrue(stream.response.headers["Content-Type"].startswith("text/event-stream"))
        time.sleep(0.3)
        self.assertFalse(stream.ended.is_set())
        client.post("/api/logout")
        self.assertTrue(stream.ended.wait(5), "log-out must end the stream")
        client.post("/api/login", {"name": "song", "password": PASSWORD})
        stream = Events(client)
        self.admin.call("PATCH", f"/api/accounts/{account}", {"disabled": True})
        self.assertTrue(stream.ended.wait(5), "disabling must end the stream")
        self.assertEqual(Client(self.server.port).get("/api/events").status, 401)

    def test_security_headers_and_console_paths(self):
        page = self.admin.get("/", headers={"Accept": "text/html"})
        self.assertEqual(page.status, 200)
        policy = page.headers["Content-Security-Policy"]
        self.assertIn("default-src 'self'", policy)
        self.assertRegex(policy, r"script-src 'self'(;|$)")
        self.assertRegex(policy, r"style-src 'self'(;|$)")
        self.assertNotIn("unsafe", policy)
        self.assertIn("frame-ancestors 'none'", policy)
        routed = self.admin.get("/programme/orders", headers={"Accept": "text/html,*/*"})
        self.assertEqual((routed.status, routed.body), (200, page.body))
        for answer in (page, self.admin.get("/api/me"), self.admin.get("/api/nothing")):
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertTrue(answer.headers["Referrer-Policy"])
            self.assertTrue(answer.headers["X-Request-Id"])
        missing = self.admin.get("/api/nothing", headers={"Accept": "text/html"})
        self.assertEqual((missing.status, missing.code), (404, "http.not_found"))
        self.assertEqual(self.admin.get("/assets/none.js").status, 404)
        wrong = self.admin.call("DELETE", "/api/me")
        self.assertEqual((wrong.status, wrong.headers["Allow"]), (405, "GET, HEAD"))

    def test_console_files_revalidate(self):
        page = self.admin.get("/", headers={"Accept": "text/html"})
        if "ETag" not in page.headers:
            self.skipTest("the binary was built without the console")
        again = self.admin.get("/", headers={"If-None-Match": page.headers["ETag"]})
        self.assertEqual((again.status, again.body), (304, b""))
        self.assertEqual(page.headers["Cache-Control"], "no-cache")
        name = re.search(rb'/assets/[^"]+\.js', page.body).group(0).decode()
        asset = self.admin.get(name)
        self.assertIn("immutable", asset.headers["Cache-Control"])
        packed = self.admin.get(name, headers={"Accept-Encoding": "gzip, br"})
        if packed.headers["Content-Encoding"] == "br" and shutil.which("brotli"):
            plain = subprocess.run(["brotli", "-dc"], input=packed.body, capture_output=True, timeout=30).stdout
            self.assertEqual(plain, asset.body)

    def test_second_instance_is_refused(self):
        second = command("serve", "--data-dir", self.data_dir, "--port", "0")
        self.assertEqual(second.returncode, 5, second.stderr)
        self.assertIn("in use by process", second.stderr)
        admin = command("admin", "setup-link", "--data-dir", self.data_dir)
        self.assertEqual(admin.returncode, 5, admin.stderr)
        self.assertEqual(self.admin.get("/healthz").json["status"], "ok")

    def test_port_in_use_is_named(self):
        with tempfile.TemporaryDirectory() as other:
            taken = command("serve", "--data-dir", other + "/d", "--port", str(self.server.port))
            self.assertEqual(taken.returncode, 5, taken.stderr)
            self.assertIn(str(self.server.port), taken.stderr)

    def test_doctor_sees_the_running_server(self):
        report = command("doctor", "--data-dir", self.data_dir, "--format", "json", "--port", str(self.server.port))
        checks = {c["name"]: c for c in json.loads(report.stdout)["checks"]}
        self.assertEqual(checks["lock"]["verdict"], "warn")
        self.assertEqual(checks["port"]["verdict"], "ok")
        self.assertEqual(report.returncode, 0, report.stdout)


class Stopping(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.mkdtemp(prefix="saola-platform-")
        self.data_dir = self.temporary + "/data"

    def tearDown(self):
        shutil.rmtree(self.temporary)

    def test_graceful_stop_keeps_everything_and_ends_streams(self):
        server = Server(self.data_dir)
        token = server.setup_token()
        client = Client(server.port)
        client.post("/api/setup", {"token": token, "name": "minh", "password": PASSWORD})
        stream = Events(client)
        begin = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - begin, 10)
        self.assertTrue(stream.ended.wait(5))
        server = Server(self.data_dir)  # no setup link this time, and the session still holds
        client.port = server.port
        self.assertEqual(client.get("/api/me").json["name"], "minh")
        server.stop()
        self.assertIn("serve.stopped", pathlib.Path(self.data_dir + ".log").read_text())
        self.assertNotIn(token, pathlib.Path(self.data_dir + ".log").read_text())

    def test_tampering_with_the_database_is_detected(self):
        made = command("admin", "create-account", "minh", "--role", "admin", "--data-dir", self.data_dir, input=PASSWORD + "\n")
        self.assertEqual(made.returncode, 0, made.stderr)
        for key in ("a", "b"):
            command("admin", "organisation", "add", key, "--name", "Tổ chức", "--data-dir", self.data_dir)
        whole = command("admin", "verify-audit", "--data-dir", self.data_dir)
        self.assertEqual(whole.returncode, 0)
        self.assertRegex(whole.stdout, r"^The audit log is whole: 3 records\.\nHead: [0-9a-f]{64}\n$")
        with sqlite3.connect(self.data_dir + "/saola.db") as database:
            database.execute("UPDATE platform_audit SET actor_name = 'someone else' WHERE sequence = 2")
        database.close()
        broken = command("admin", "verify-audit", "--data-dir", self.data_dir)
        self.assertEqual(broken.returncode, 10, broken.stderr)
        self.assertIn("sequence=2", broken.stderr)
        doctor = command("doctor", "--data-dir", self.data_dir, "--format", "json", "--port", "1")
        self.assertEqual(doctor.returncode, 1)
        checks = {c["name"]: c["verdict"] for c in json.loads(doctor.stdout)["checks"]}
        self.assertEqual(checks["audit"], "fail")
        server = Server(self.data_dir)
        client = Client(server.port)
        client.post("/api/login", {"name": "minh", "password": PASSWORD})
        answer = client.get("/api/audit/verify").json
        self.assertEqual((answer["ok"], answer["first_bad"]), (False, 2))
        server.stop()


class Tls(unittest.TestCase):
    def test_secure_cookie_and_hsts(self):
        if not shutil.which("openssl"):
            self.skipTest("openssl is not installed")
        with tempfile.TemporaryDirectory() as folder:
            key, cert = folder + "/key.pem", folder + "/cert.pem"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                            "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
                           check=True, capture_output=True, timeout=60)
            alone = command("serve", "--data-dir", folder + "/d", "--tls-cert", cert)
            self.assertEqual((alone.returncode, "--tls-key" in alone.stderr), (2, True))
            server = Server(folder + "/d", "--tls-cert", cert, "--tls-key", key, scheme="https")
            try:
                token = server.setup_token()
                connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=30,
                                                         context=ssl.create_default_context(cafile=cert))
                connection.request("POST", "/api/setup", json.dumps({"token": token, "name": "minh", "password": PASSWORD}),
                                   {"Content-Type": "application/json"})
                answer = Answer(connection.getresponse())
                connection.close()
                self.assertEqual(answer.status, 201, answer.body)
                self.assertIn("; Secure", answer.headers["Set-Cookie"])
                self.assertIn("max-age=", answer.headers["Strict-Transport-Security"])
            finally:
                self.assertEqual(server.stop(), 0)


class CommandLine(unittest.TestCase):
    def test_every_command_answers_help_with_an_example(self):
        for words in (["serve"], ["doctor"], ["version"], ["admin"], ["admin", "create-account"], ["admin", "set-password"],
                      ["admin", "setup-link"], ["admin", "organisation"], ["admin", "verify-audit"]):
            answer = command(*words, "--help")
            self.assertEqual(answer.returncode, 0, words)
            self.assertIn("Example", answer.stdout, words)
        top = command("--help")
        self.assertEqual(top.returncode, 0)
        modules = re.findall(r"^  (\w+) ", top.stdout, re.M)
        for module in set(modules) - {"serve", "doctor", "version", "admin", "saola"}:
            inside = command(module, "--help")
            for word in re.findall(r"^  (\w[\w-]*) ", inside.stdout.split("Example")[0], re.M):
                answer = command(module, word, "--help")
                self.assertEqual((answer.returncode, "Example" in answer.stdout), (0, True), f"{module} {word}")

    def test_slips_get_a_suggestion_and_status_2(self):
        for words, hint in ((["sevre"], "Did you mean serve?"), (["serve", "--prot", "1"], "Did you mean --port?"),
                            (["admin", "setuplink"], "Did you mean setup-link?"), (["doctor", "--fromat=json"], "Did you mean --format?")):
            answer = command(*words)
            self.assertEqual(answer.returncode, 2, words)
            self.assertIn(hint, answer.stderr)

    def test_doctor_names_what_is_wrong(self):
        with tempfile.TemporaryDirectory() as folder:
            fine = command("doctor", "--data-dir", folder + "/new", "--port", "1")
            self.assertIn("data_dir", fine.stdout)
            (pathlib.Path(folder) / "file").write_text("x")
            wrong = command("doctor", "--data-dir", folder + "/file", "--format", "json")
            self.assertEqual(wrong.returncode, 1)
            failing = [c for c in json.loads(wrong.stdout)["checks"] if c["verdict"] == "fail"]
            self.assertEqual(failing[0]["name"], "data_dir")
            self.assertTrue(failing[0]["advice"])

    def test_doctor_sees_a_damaged_database(self):
        with tempfile.TemporaryDirectory() as folder:
            data = folder + "/d"
            command("admin", "setup-link", "--data-dir", data)
            with open(data + "/saola.db", "r+b") as file:
                file.write(b"\0" * 4096)
            report = command("doctor", "--data-dir", data, "--format", "json")
            self.assertEqual(report.returncode, 1, report.stdout)
            self.assertIn("fail", {c["verdict"] for c in json.loads(report.stdout)["checks"] if c["name"] in ("database", "integrity")})


if __name__ == "__main__":
    if not os.access(BINARY, os.X_OK):
        sys.exit(f"{BINARY} is missing: build it, or name it with SAOLA_BINARY")
    unittest.main()

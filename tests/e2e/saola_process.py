"""The real program for black-box tests: commands, and a server on a free loopback port with its first
administrator made through the one-time link. Everything lies in a temporary directory and is gone after
the test; the server's log is shown when a test fails. Standard library only."""
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("SAOLA_BINARY", str(ROOT / "build" / "release" / "saola"))
PASSWORD = "mot mat khau du dai 2030"


def call(*words, data_dir=None, stdin="", timeout_s=120, **environment):
    """Runs `saola WORDS...`; data_dir goes by SAOLA_DATA_DIR."""
    env = {**os.environ, **environment}
    env.pop("SAOLA_DATA_DIR", None)
    if data_dir is not None:
        env["SAOLA_DATA_DIR"] = str(data_dir)
    return subprocess.run(
        [BINARY, *map(str, words)], input=stdin, capture_output=True, text=True, check=False, timeout=timeout_s, env=env
    )


class Server:
    """`with Server() as server:`; server.get("/healthz") gives (status, headers, body)."""

    def __init__(self, data_dir=None, *options):
        self.temporary = tempfile.TemporaryDirectory(prefix="saola-e2e-") if data_dir is None else None
        self.data_dir = self.temporary.name if data_dir is None else str(data_dir)
        self.options = options
        self.port, self.setup_token, self.process = 0, "", None
        self.cookie = self.csrf = ""

    def __enter__(self):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data-dir", self.data_dir, "--port", "0", *self.options],
            stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        line = self.process.stdout.readline()
        match = re.search(r"https?://[^ :]+:(\d+)", line)
        if match is None:
            self.stop()
            self.log.seek(0)
            raise RuntimeError(f"saola serve did not start: {line}{self.log.read().decode(errors='replace')}")
        self.port = int(match.group(1))
        return self

    def __exit__(self, *_):
        self.stop()
        if self.temporary:
            self.temporary.cleanup()

    def stop(self, number=signal.SIGTERM):
        """Ends the server; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        return self.process.returncode

    def setup(self, name="quan.tri"):
        """Makes the first administrator with the link the server printed, and signs in."""
        deadline = time.monotonic() + 10
        token = ""
        while not token and time.monotonic() < deadline:
            match = re.search(r"/setup\?token=(\S+)", self.process.stdout.readline())
            token = match.group(1) if match else ""
        status, headers, me = self.post("/api/setup", {"token": token, "name": name, "password": PASSWORD, "display_name": name})
        if status not in (200, 201):
            raise RuntimeError(f"setup: {status} {me}")
        self.remember(headers, me)
        return me

    def login(self, name, password=PASSWORD):
        status, headers, me = self.post("/api/login", {"name": name, "password": password})
        if status == 200:
            self.remember(headers, me)
        return status, me

    def remember(self, headers, me):
        match = re.search(r"saola_session=[^;]+", headers.get("Set-Cookie", ""))
        self.cookie, self.csrf = (match.group(0) if match else ""), me.get("csrf_token", "")

    def request(self, method, path, body=None, headers=None):
        """(status, headers, body); a JSON body comes decoded. Carries the session when there is one."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Cookie": self.cookie} if self.cookie else {}
        if self.csrf and method not in ("GET", "HEAD"):
            sent["X-CSRF-Token"] = self.csrf
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        try:
            connection.request(method, path, body=body, headers={**sent, **(headers or {})})
            response = connection.getresponse()
            data = response.read()
        finally:
            connection.close()
        if "json" in response.headers.get("Content-Type", ""):
            data = json.loads(data)
        return response.status, response.headers, data

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    def post(self, path, body=None):
        return self.request("POST", path, body=body)

"""The commands as a newcomer meets them: every --help has an example, typos get a suggestion, the data
directory is honoured, doctor says what to do. Commands are found from the help texts, none is listed here."""
import json
import os
import pathlib
import re
import socket
import tempfile
import unittest

from saola_process import Server, call


def commands_in(text):
    """The words under `Commands:` of a help text."""
    block = text.split("Commands:\n", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^  ([a-z][a-z-]*)", block, re.M)


def all_commands():
    """Each command as its words: ("serve",), ("programme", "report"), ..."""
    for word in commands_in(call("--help").stdout):
        help_text = call(word, "--help").stdout
        if "Commands:\n" in help_text:
            yield (word,)
            for inner in commands_in(help_text):
                yield (word, inner)
        else:
            yield (word,)


class Help(unittest.TestCase):
    def test_every_command_answers_with_an_example(self):
        commands = list(all_commands())
        self.assertGreater(len(commands), 8, commands)
        with tempfile.TemporaryDirectory() as folder:
            data_dir = pathlib.Path(folder) / "untouched"
            for words in commands:
                with self.subTest(command=" ".join(words)):
                    done = call(*words, "--help", data_dir=data_dir)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertRegex(done.stdout, r"(?m)^Usage: saola ")
                    self.assertRegex(done.stdout, r"(?m)^ *saola " + " ".join(words[:1]))
                    self.assertIn("xample", done.stdout)
                    if "Commands:" not in done.stdout:
                        self.assertIn("--data-dir", done.stdout)
            self.assertFalse(data_dir.exists(), "--help made a data directory")

    def test_nothing_said_is_a_usage_error(self):
        done = call()
        self.assertEqual(done.returncode, 2)
        self.assertIn("Commands:", done.stdout + done.stderr)

    def test_version(self):
        for words in (("version",), ("--version",)):
            self.assertRegex(call(*words).stdout, r"^saola \d+\.\d+\.\d+\n$")


class Typos(unittest.TestCase):
    def refused(self, words, suggestion):
        with tempfile.TemporaryDirectory() as folder:
            done = call(*words, data_dir=folder)
            self.assertEqual(done.returncode, 2, f"{words}: {done.stdout}{done.stderr}")
            self.assertIn(suggestion, done.stderr)
            self.assertEqual(done.stdout, "")
            self.assertEqual(os.listdir(folder), [], "a refused command wrote into the data directory")

    def test_command(self):
        self.refused(("serv",), "serve")
        self.refused(("docter",), "doctor")
        self.refused(("admin", "setup-lnik"), "setup-link")

    def test_command_of_a_module(self):
        for word in commands_in(call("programme", "--help").stdout):
            self.refused(("programme", word[:-1] + "qq" if len(word) > 5 else word + "q"), word)

    def test_option(self):
        self.refused(("serve", "--prot", "1"), "--port")
        self.refused(("doctor", "--fromat=json"), "--format")
        self.refused(("serve", "--port", "eighty"), "eighty")
        self.refused(("serve", "--modules", "program"), "programme")

    def test_value_from_a_list(self):
        self.refused(("programme", "report", "order"), "orders")
        self.refused(("programme", "report", "orders", "--format", "jsn"), "json")

    def test_option_without_its_value(self):
        self.refused(("doctor", "--data-dir"), "--data-dir needs a value")
        self.refused(("serve", "--data-dir", "--help"), "--data-dir needs a value")


class DataDirectory(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_option_and_environment(self):
        by_option, by_environment = self.folder / "option", self.folder / "environment"
        self.assertEqual(call("admin", "setup-link", data_dir=by_environment).returncode, 0)
        self.assertTrue((by_environment / "saola.db").exists())
        done = call("admin", "setup-link", "--data-dir", by_option, data_dir=by_environment / "not")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((by_option / "saola.db").exists())
        self.assertFalse((by_environment / "not").exists(), "the option must win over the environment")

    def test_only_its_owner_may_read_it(self):
        call("admin", "setup-link", data_dir=self.folder / "new")
        self.assertEqual((self.folder / "new").stat().st_mode & 0o077, 0)

    def test_a_second_instance_is_refused(self):
        with Server(self.folder) as server:
            for words in (("serve", "--port", "0"), ("admin", "organisation", "list")):
                done = call(*words, data_dir=self.folder, timeout_s=20)
                self.assertEqual(done.returncode, 5, done.stdout + done.stderr)
                self.assertIn(str(self.folder), done.stderr)
            self.assertEqual(server.get("/healthz")[0], 200)
            self.assertEqual(server.stop(), 0)
        self.assertEqual(call("admin", "organisation", "list", data_dir=self.folder).returncode, 0)

    def test_a_directory_that_cannot_be_made(self):
        (self.folder / "file").write_text("x", encoding="utf-8")
        done = call("admin", "setup-link", data_dir=self.folder / "file" / "below")
        self.assertNotIn(done.returncode, (0, 70), done.stderr)
        self.assertIn("file", done.stderr)

    def test_a_taken_port(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            done = call("serve", "--port", taken.getsockname()[1], data_dir=self.folder, timeout_s=20)
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn(str(taken.getsockname()[1] if taken.fileno() >= 0 else ""), done.stderr)


class Doctor(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.folder.chmod(0o700)

    def checks(self, *words):
        done = call("doctor", "--format", "json", *words, data_dir=self.folder)
        report = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if report["ok"] else 1)
        return {check["name"]: check for check in report["checks"]}

    def free_port(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    def test_a_sound_installation(self):
        call("admin", "setup-link", data_dir=self.folder)
        checks = self.checks("--port", self.free_port())
        for name in ("data_dir", "database", "integrity", "audit", "port", "console"):
            self.assertEqual(checks[name]["verdict"], "ok", checks[name])

    def test_what_is_wrong_comes_with_advice(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = self.checks("--port", taken.getsockname()[1])["port"]
        self.assertEqual(port["verdict"], "fail")
        self.assertIn("--port", port["advice"])
        self.folder.chmod(0o755)
        checks = self.checks("--port", self.free_port())
        self.assertEqual(checks["data_dir"]["verdict"], "warn")
        self.assertIn("chmod 700", checks["data_dir"]["advice"])

    def test_a_damaged_database(self):
        call("admin", "setup-link", data_dir=self.folder)
        database = self.folder / "saola.db"
        database.write_bytes(b"this is no database" * 1000)
        checks = self.checks("--port", self.free_port())
        self.assertEqual(checks["database"]["verdict"], "fail")
        self.assertIn("backup", checks["database"]["advice"])

    def test_a_running_server(self):
        with Server(self.folder) as server:
            checks = self.checks("--port", server.port)
            self.assertEqual(checks["port"]["verdict"], "ok")
            self.assertIn("in use", checks["lock"]["detail"] + checks["lock"]["advice"])


class FirstStart(unittest.TestCase):
    def test_one_time_link(self):
        with Server() as server:
            me = server.setup("quan.tri")
            self.assertIn("admin", [grant["role"] for grant in me["grants"]])
            status, _, signed_in = server.get("/api/me")
            self.assertEqual((status, signed_in["name"]), (200, "quan.tri"))
            server.cookie = server.csrf = ""
            self.assertEqual(server.get("/api/me")[0], 401)
            status, _, error = server.post("/api/setup", {"token": "x" * 43, "name": "b", "password": "mot mat khau khac 1", "display_name": "b"})
            self.assertIn(status, (401, 403, 404, 409, 410), error)
            self.assertEqual(server.login("quan.tri")[0], 200)
            self.assertEqual(server.login("quan.tri", "sai mat khau roi")[0], 401)


if __name__ == "__main__":
    unittest.main()

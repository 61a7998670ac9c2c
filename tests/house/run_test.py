"""./run and ./test as a newcomer meets them: help, typos, and a machine on which nothing can be installed."""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def call(*words, **environment):
    return subprocess.run(
        [str(w) for w in words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, **environment},
    )


class Commands(unittest.TestCase):
    def test_help_has_an_example(self):
        for command in ("./run", "./test"):
            done = call(command, "--help")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"{command} --", done.stdout)

    def test_a_typo_is_refused(self):
        done = call("./run", "--prot", "80")
        self.assertEqual(done.returncode, 1)
        self.assertIn("unknown option '--prot'", done.stderr)
        self.assertIn("./run --help", done.stderr)
        done = call("./run", "--port", "eighty")
        self.assertEqual(done.returncode, 1)
        self.assertIn("not 'eighty'", done.stderr)
        done = call("/usr/bin/python3", "tools/run_tests.py", "--only", "unti")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no step 'unti'", done.stderr)

    def test_ci_calls_the_tests_and_nothing_else(self):
        lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
        self.assertEqual(len(lines), 2)
        self.assertTrue(lines[1].startswith("exec ") and lines[1].endswith('/../test"'))


class BareMachine(unittest.TestCase):
    """Stand-ins for dpkg-query, id and sudo make this machine look bare."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tools = pathlib.Path(folder.name)
        self.tool("dpkg-query", "exit 0")
        self.tool("id", "echo 1000")
        for name in ("bash", "dirname", "nproc", "sed", "tr", "sort", "comm", "wc", "mkdir", "tail", "grep", "env", "cat"):
            os.symlink(f"/usr/bin/{name}", self.tools / name)

    def tool(self, name, body):
        path = self.tools / name
        path.write_text(f"#!/bin/bash\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def test_neither_root_nor_sudo(self):
        done = call("/usr/bin/bash", "./run", "--build-only", PATH=str(self.tools))
        self.assertEqual(done.returncode, 1)
        self.assertIn("neither root nor sudo", done.stderr)
        self.assertIn("apt-get install --no-install-recommends", done.stderr)
        self.assertIn("libboost1.81-dev", done.stderr)
        self.assertNotIn("postgresql-15", done.stderr)  # needed only by ./test

    def test_no_network(self):
        self.tool("sudo", 'case $1 in apt-get) echo "E: Failed to fetch the list" >&2; exit 100;; tee) /usr/bin/cat >/dev/null;; esac')
        done = call("/usr/bin/bash", "./run", "--build-only", PATH=str(self.tools))
        self.assertEqual(done.returncode, 1)
        self.assertIn("Installing", done.stdout)
        self.assertIn("E: Failed to fetch the list", done.stderr)
        self.assertIn("Check the network", done.stderr)
        self.assertIn("build/packages.log", done.stderr)


if __name__ == "__main__":
    unittest.main()

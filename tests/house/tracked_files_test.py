"""What is committed: no path or package host of one machine, valid JSON and YAML, scripts that can be run."""
import json
import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LARGEST_BYTES = 1_500_000
BINARY = (".png", ".jpg", ".woff2", ".docx", ".pdf", ".xlsx", ".zip", ".ico", ".bin", ".db")
# Written in pieces, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(^|[^\w.$}/-])/(" + "|".join(["wo" + "rk", "fa" + "rm", "ho" + "me/[a-z]", "ro" + r"ot/\."]) + r")/?[\w.]")
PACKAGE_HOST = re.compile(r"\b(deb|registry|security|archive|mirror)s?\.[a-z0-9-]+\.(org|com|net)\b")


def tracked():
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [name.decode() for name in listing.split(b"\0") if name and (ROOT / name.decode()).is_file()]


def texts():
    for name in tracked():
        if not name.endswith(BINARY) and "/corpus/" not in name:
            yield name, (ROOT / name).read_text(encoding="utf-8")


class TrackedFiles(unittest.TestCase):
    def find(self, pattern, skip=()):
        found = []
        for name, text in texts():
            if name in skip:
                continue
            for number, line in enumerate(text.splitlines(), 1):
                if pattern.search(line):
                    found.append(f"{name}:{number}: {line.strip()[:120]}")
        return found

    def test_no_path_of_one_machine(self):
        self.assertEqual(self.find(MACHINE_PATH), [])

    def test_no_package_host(self):
        self.assertEqual(self.find(PACKAGE_HOST, skip=("web/package-lock.json",)), [])

    def test_the_lock_file_names_only_the_public_registry(self):
        path = ROOT / "web" / "package-lock.json"
        if not path.exists():
            self.skipTest("web/package-lock.json is not there yet")
        public = "https://registry.npmjs" + ".org/"
        hosts = {p.get("resolved", public) for p in json.loads(path.read_text(encoding="utf-8"))["packages"].values()}
        self.assertEqual([h for h in hosts if not h.startswith((public, "node_modules/"))], [])

    def test_the_patterns_find_what_they_should(self):
        for text in ("see /" + "work/main", '"/' + 'home/minh/x"'):
            self.assertRegex(text, MACHINE_PATH)
        for text in ("docs/work/x", "a framework/base", "https://example.org/work/x"):
            self.assertNotRegex(text, MACHINE_PATH)
        self.assertRegex("deb" + ".debian.org", PACKAGE_HOST)

    def test_json_is_valid(self):
        for name, text in texts():
            if name.endswith(".json"):
                with self.subTest(file=name):
                    json.loads(text)

    def test_yaml_is_plain(self):
        """No YAML reader is at hand without another package: at least no tab and no stray brace."""
        for name, text in texts():
            if name.endswith((".yml", ".yaml")) or name == ".clang-format":
                with self.subTest(file=name):
                    self.assertNotIn("\t", text)
                    for line in text.splitlines():
                        self.assertRegex(line, r"^\s*(#.*|-.*|[\w.\"'/ -]+:.*|\.\.\.)?$")

    def test_nothing_large_and_no_link(self):
        for name in tracked():
            path = ROOT / name
            with self.subTest(file=name):
                self.assertFalse(path.is_symlink())
                self.assertLessEqual(path.stat().st_size, LARGEST_BYTES)

    def test_a_script_can_be_run(self):
        for name, text in texts():
            if text.startswith("#!") and (name.startswith(("tools/", ".ci/")) or "/" not in name):
                with self.subTest(file=name):
                    self.assertTrue(os.access(ROOT / name, os.X_OK), "chmod +x is missing")

    def test_no_data_of_an_installation(self):
        bad = [n for n in tracked() if re.search(r"(^|/)(saola\.db|signing\.key|lock)$|\.db-(wal|shm)$|^-", n)]
        self.assertEqual(bad, [], "a data directory was committed")

    def test_lines_end_plainly(self):
        bad = [name for name, text in texts() if "\r\n" in text or (text and not text.endswith(("\n", "}", "]")))]
        self.assertEqual(bad, [], "Windows line ends, or no newline at the end of the file")


if __name__ == "__main__":
    unittest.main()

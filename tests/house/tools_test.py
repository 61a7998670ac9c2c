"""The tools that judge the others: the compile-cost limits fail when they should, and no report is miscounted."""
import json
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import compile_cost  # noqa: E402
import test_results  # noqa: E402


class CompileCost(unittest.TestCase):
    def check(self, records, beast=(), factor=1.0):
        with tempfile.TemporaryDirectory() as folder:
            build = pathlib.Path(folder)
            lines = [
                {"unit": f"/x/src/{unit}", "output": f"{unit}.o", "user_s": user, "system_s": 0.1, "peak_mb": peak}
                for unit, user, peak in records
            ]
            (build / "compile_cost.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
            commands = [{"command": f"g++ -c /x/src/{unit} -o {unit}.o"} for unit, _, _ in records]
            (build / "compile_commands.json").write_text(json.dumps(commands), encoding="utf-8")
            return compile_cost.check(build, factor=factor, beast=list(beast))[1]

    def test_within_the_limits(self):
        self.assertEqual(self.check([("base/a.cc", 19.9, 699), ("net/beast/b.cc", 24.9, 650)], beast=["x"] * 8), [])

    def test_slow_unit(self):
        self.assertIn("src/base/a.cc: 20.5 s", self.check([("base/a.cc", 20.5, 100)])[0])
        self.assertIn("src/net/beast/b.cc: 26.0 s", self.check([("net/beast/b.cc", 26.0, 100)])[0])

    def test_slow_machine_is_no_failure(self):
        self.assertEqual(self.check([("base/a.cc", 30.0, 100)], factor=1.6), [])

    def test_memory(self):
        self.assertIn("701 MB", self.check([("base/a.cc", 1.0, 701)])[0])

    def test_too_many_beast_units(self):
        self.assertIn("9 units include Beast", self.check([("base/a.cc", 1.0, 100)], beast=["x"] * 9)[0])

    def test_whole_build(self):
        units = [(f"base/a{i}.cc", 15.0, 100) for i in range(50)]
        self.assertIn("a clean release build needs", self.check(units)[0])

    def test_only_the_last_record_of_a_unit_counts(self):
        self.assertEqual(self.check([("base/a.cc", 30.0, 100), ("base/a.cc", 1.0, 100)]), [])

    def test_the_launcher_records_and_passes_the_status_on(self):
        import subprocess
        launcher = ["/usr/bin/python3", str(ROOT / "tools" / "compile_cost.py")]
        with tempfile.TemporaryDirectory() as folder:
            good, bad = pathlib.Path(folder, "good.cc"), pathlib.Path(folder, "bad.cc")
            good.write_text("int main() { return 0; }\n", encoding="utf-8")
            bad.write_text("int main() { return }\n", encoding="utf-8")
            for source, status in ((good, 0), (bad, 1)):
                done = subprocess.run([*launcher, "g++-12", "-c", str(source), "-o", f"{source}.o"], cwd=folder,
                                      capture_output=True, check=False)
                self.assertEqual(done.returncode, status)
            lines = pathlib.Path(folder, "compile_cost.jsonl").read_text(encoding="utf-8").splitlines()
            self.assertEqual(len(lines), 1)
            self.assertGreater(json.loads(lines[0])["peak_mb"], 5)


class Counts(unittest.TestCase):
    def report(self, text):
        file = tempfile.NamedTemporaryFile("w", suffix=".report", encoding="utf-8")
        self.addCleanup(file.close)
        file.write(text)
        file.flush()
        return file.name

    def counts(self, tally):
        return tally.passed, tally.failed, tally.skipped

    def test_ctest(self):
        path = self.report(
            '<testsuite><testcase name="a" status="run"/><testcase name="b" status="fail"><system-out>why</system-out></testcase>'
            '<testcase name="c" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>'
            '<testcase name="d" status="notrun"><skipped message="Unable to find executable"/></testcase></testsuite>'
        )
        self.assertEqual(self.counts(test_results.from_ctest(path)), (1, 2, 1))

    def test_gtest(self):
        cases = [
            {"name": "a", "status": "RUN", "result": "COMPLETED"},
            {"name": "b", "status": "RUN", "result": "COMPLETED", "failures": [{"failure": "x"}]},
            {"name": "c", "status": "RUN", "result": "SKIPPED", "skipped": [{"message": "no database"}]},
        ]
        path = self.report(json.dumps({"testsuites": [{"name": "S", "testsuite": cases}]}))
        self.assertEqual(self.counts(test_results.from_gtest(path)), (1, 1, 1))

    def test_vitest(self):
        cases = [{"status": s, "fullName": s, "failureMessages": ["m"]} for s in ("passed", "failed", "pending")]
        report = {"testResults": [{"name": "x.ts", "status": "failed", "assertionResults": cases},
                                  {"name": "y.ts", "status": "failed", "message": "syntax", "assertionResults": []}]}
        self.assertEqual(self.counts(test_results.from_vitest(self.report(json.dumps(report)))), (1, 2, 1))

    def test_playwright(self):
        tests = [{"status": s, "results": [], "annotations": []} for s in ("expected", "unexpected", "flaky", "skipped")]
        report = {"suites": [{"title": "f", "suites": [{"title": "g", "specs": [{"title": "t", "tests": tests}]}]}]}
        self.assertEqual(self.counts(test_results.from_playwright(self.report(json.dumps(report)))), (1, 2, 1))


if __name__ == "__main__":
    unittest.main()

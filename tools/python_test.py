#!/usr/bin/env python3
"""Runs one Python test file and writes its counts as JSON: python_test.py FILE REPORT. Used by run_tests.py;
a person runs the file itself: /usr/bin/python3 tests/e2e/commands_test.py -v

A file holds unittest cases, or is a plain script that is called with the release build folder, prints
"ok NAME..." and "SKIP REASON" lines, and ends with another status than 0 (or a traceback) when it fails."""
import importlib.util
import json
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Recorder(unittest.TextTestResult):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def run_cases(path):
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    result = unittest.TextTestRunner(verbosity=2, resultclass=Recorder).run(suite)
    broken = result.failures + result.errors
    broken += [(test, "passed, but is marked as an expected failure") for test in result.unexpectedSuccesses]
    return {
        "passed": result.passed,
        "failures": [(str(test), text) for test, text in broken],
        "skipped": [(str(test), reason) for test, reason in result.skipped],
        "notes": list(getattr(module, "NOTES", [])),  # figures a test file wants to show
    }


def run_script(path):
    done = subprocess.run([sys.executable, str(path), str(ROOT / "build" / "release")], capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr, sep="\n")
    lines = done.stdout.splitlines()
    good = [line for line in lines if line.startswith("ok ")]
    skipped = [(path.stem, line[5:]) for line in lines if line.startswith("SKIP ")]
    failures = [(path.stem, done.stderr or done.stdout)] if done.returncode else []
    if not good and not skipped and not failures:
        failures = [(path.stem, "the script checked nothing")]
    return {"passed": len(good), "failures": failures, "skipped": skipped, "notes": [line[3:] for line in good]}


def main():
    path, report = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    cases = re.search(r"^class \w+\(.*(TestCase|Case)\)", path.read_text(encoding="utf-8"), re.M)
    counts = run_cases(path) if cases else run_script(path)
    report.write_text(json.dumps(counts), encoding="utf-8")
    return 1 if counts["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())

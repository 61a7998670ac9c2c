#!/usr/bin/env python3
"""Runs one unittest file and writes its counts as JSON: python_test.py FILE REPORT. Used by run_tests.py;
a person runs the file itself: /usr/bin/python3 tests/e2e/commands_test.py -v"""
import importlib.util
import json
import pathlib
import sys
import unittest


class Recorder(unittest.TextTestResult):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def main():
    path, report = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    result = unittest.TextTestRunner(verbosity=2, resultclass=Recorder).run(suite)
    broken = result.failures + result.errors
    broken += [(test, "passed, but is marked as an expected failure") for test in result.unexpectedSuccesses]
    report.write_text(
        json.dumps(
            {
                "passed": result.passed,
                "failures": [(str(test), text) for test, text in broken],
                "skipped": [(str(test), reason) for test, reason in result.skipped],
                "notes": list(getattr(module, "NOTES", [])),  # figures a test file wants to show
            }
        ),
        encoding="utf-8",
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

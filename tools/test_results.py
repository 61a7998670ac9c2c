"""Counts of test cases from the reports of ctest, googletest, Python's unittest, vitest and Playwright."""
import dataclasses
import json
import pathlib
import re
import xml.etree.ElementTree as ElementTree


@dataclasses.dataclass
class Tally:
    """Cases of one step; `failures` holds (name, what happened), `notes` lines worth showing."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list = dataclasses.field(default_factory=list)
    notes: list = dataclasses.field(default_factory=list)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.failures += other.failures
        self.notes += other.notes
        return self

    def ok(self):
        self.passed += 1
        return self

    def fail(self, name, text):
        self.failed += 1
        self.failures.append((name, text.strip()))
        return self

    def skip(self, name, reason):
        self.skipped += 1
        self.notes.append(f"skipped {name}: {reason}")
        return self


def tail(text, lines=12):
    return "\n".join(text.strip().splitlines()[-lines:])


def from_ctest(path):
    """JUnit file of `ctest --output-junit`."""
    tally = Tally()
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name, status = case.get("name", "?").split("  # ")[0], case.get("status", "")
        output = case.findtext("system-out") or ""
        if status == "run":
            tally.ok()
        elif status in ("notrun", "disabled"):
            skipped = case.find("skipped")
            message = skipped.get("message", "") if skipped is not None else status
            if "SKIP" in message or status == "disabled":
                said = [x.strip() for x in output.splitlines() if x.strip() and not re.match(r"\[|Note:|Running|.*: Skipped", x)]
                tally.skip(name, said[-1] if said else "no reason given")
            else:  # the program is missing or could not start: never a silent skip
                tally.fail(name, message or "did not run")
        else:
            tally.fail(name, tail(output))
    return tally


def from_gtest(path):
    """File of `--gtest_output=json:`."""
    tally = Tally()
    for suite in json.loads(pathlib.Path(path).read_text(encoding="utf-8"))["testsuites"]:
        for case in suite["testsuite"]:
            name = f"{suite['name']}.{case['name']}"
            if case.get("failures"):
                tally.fail(name, tail(case["failures"][0]["failure"]))
            elif case.get("result") == "SKIPPED":
                reason = (case.get("skipped") or [{}])[0].get("message", "")
                tally.skip(name, reason.strip().splitlines()[-1] if reason.strip() else "no reason given")
            elif case.get("status") == "RUN":
                tally.ok()
    return tally


def from_python(path):
    """File written by tools/python_test.py."""
    report = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    tally = Tally(passed=report["passed"], notes=report["notes"])
    for name, text in report["failures"]:
        tally.fail(name, tail(text))
    for name, reason in report["skipped"]:
        tally.skip(name, reason)
    return tally


def from_vitest(path):
    tally = Tally()
    for suite in json.loads(pathlib.Path(path).read_text(encoding="utf-8"))["testResults"]:
        if suite.get("status") == "failed" and not suite["assertionResults"]:
            tally.fail(pathlib.Path(suite["name"]).name, suite.get("message", "the file did not load"))
        for case in suite["assertionResults"]:
            if case["status"] == "passed":
                tally.ok()
            elif case["status"] == "failed":
                tally.fail(case["fullName"], tail("\n".join(case.get("failureMessages", []))))
            else:
                tally.skip(case["fullName"], case["status"])
    return tally


def from_playwright(path):
    tally = Tally()
    report = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    for error in report.get("errors", []):
        tally.fail("playwright", tail(error.get("message", "")))

    def walk(suite, titles):
        for spec in suite.get("specs", []):
            for test in spec["tests"]:
                name = " > ".join([*titles, spec["title"]])
                status = test["status"]
                if status == "expected":
                    tally.ok()
                elif status == "skipped":
                    reasons = [a.get("description", "") for a in test.get("annotations", [])]
                    tally.skip(name, "; ".join(filter(None, reasons)) or "no reason given")
                else:  # unexpected, or flaky: a test that needs a second try is a failure
                    errors = [e.get("message", "") for r in test["results"] for e in r.get("errors", [])]
                    tally.fail(name, f"{status}: " + tail("\n".join(errors), 20))
        for inner in suite.get("suites", []):
            walk(inner, [*titles, inner["title"]])

    for suite in report.get("suites", []):
        walk(suite, [suite["title"]])
    return tally

"""The steps of ./test, in order. Each returns a Tally; StepFailed says that it could not even begin.
All output of the programs goes to build/test-logs/<step>.log."""
import concurrent.futures
import dataclasses
import glob
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
from typing import Callable

import compile_cost
from test_results import Tally, from_ctest, from_gtest, from_playwright, from_python, from_vitest, tail

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LOGS = BUILD / "test-logs"
RELEASE = BUILD / "release"
JOBS = str(os.cpu_count() or 2)
PYTHON = "/usr/bin/python3"
WITH_POSTGRES = ROOT / "tools" / "with-postgres"


class StepFailed(Exception):
    """The step could not begin (a build broke, a program is missing); the text says why."""


@dataclasses.dataclass
class Step:
    name: str
    summary: str
    run: Callable
    fast: bool = False
    on_demand: bool = False
    needs: str = ""  # the step that builds what this one runs


def run(log, command, timeout_s=1800, env=None, cwd=ROOT):
    """Runs a command in a process group of its own with output appended to the log.
    Returns (status, what it printed); status 124 when the time limit ended it."""
    path = LOGS / f"{log}.log"
    with open(path, "a", encoding="utf-8") as out:
        out.write(f"$ {' '.join(map(str, command))}\n")
        out.flush()
        begin = out.tell()
        process = subprocess.Popen(
            [str(c) for c in command], stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})}, cwd=cwd, start_new_session=True,
        )
        try:
            status = process.wait(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            status = 124
            out.write(f"\nstopped after the limit of {timeout_s} s\n")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    with open(path, "rb") as out:
        out.seek(begin)
        return status, out.read().decode("utf-8", "replace")


def must(log, command, **kwargs):
    status, text = run(log, command, **kwargs)
    if status != 0:
        wrong = [line for line in text.splitlines() if "error" in line.lower() or "FAILED" in line][:10]
        raise StepFailed("\n".join(wrong) + f"\n...\n{tail(text)}\nall of it: build/test-logs/{log}.log")
    return text


def postgres(command):
    """The command with a private PostgreSQL beside it, where this system has one."""
    return [WITH_POSTGRES, *command] if WITH_POSTGRES.exists() else command


def test_environment():
    shared = os.environ.get("SAOLA_SHARED_DIR") or str(ROOT.parent / "shared")
    return {"SAOLA_BINARY": os.environ.get("SAOLA_BINARY", str(RELEASE / "saola")), "SAOLA_SHARED_DIR": shared, "PYTHONPATH": str(ROOT / "tests")}


# --- build -----------------------------------------------------------------------------------------


def step_build(_):
    must("build", ["cmake", "--preset", "ci"])
    must("build", ["cmake", "--build", RELEASE, "-j", JOBS], timeout_s=3600)
    return Tally().ok()


def step_cost(_):
    lines, errors = compile_cost.check(RELEASE)
    tally = Tally(notes=lines)
    for error in errors:
        tally.fail("compile cost", error)
    return tally if errors else tally.ok()


def step_subset(_):
    """One module alone: configures without the others, and links and works without them."""
    tally = Tally()
    must("subset", ["cmake", "-S", ROOT, "-B", BUILD / "subset", "-G", "Ninja", "-DCMAKE_CXX_COMPILER=g++-12",
                    "-DSAOLA_MODULES=lang", "-DSAOLA_TESTS=OFF", "-DSAOLA_BENCH=OFF"])
    must("subset", ["cmake", "--build", RELEASE, "--target", "saola_only_lang", "-j", JOBS])
    alone = RELEASE / "saola_only_lang"
    with tempfile.TemporaryDirectory() as data_dir:
        cases = [  # command, exit status, what it says
            (["doctor", "--data-dir", data_dir, "--port", "1024"], None, "pdf_reader"),
            (["programme", "report", "orders"], 2, "unknown command"),
            (["serve", "--modules", "programme", "--data-dir", data_dir], 2, "No module"),
            (["admin", "organisation", "list", "--data-dir", data_dir], 4, "data_dir.empty"),
        ]
        for words, expected, said in cases:
            status, text = run("subset", [alone, *words], timeout_s=60)
            if said in text and expected in (None, status):
                tally.ok()
            else:
                tally.fail("saola_only_lang " + " ".join(words), f"status {status}\n{tail(text)}")
    return tally


# --- unit and contract tests -----------------------------------------------------------------------


def step_unit(_):
    report = LOGS / "ctest.xml"
    report.unlink(missing_ok=True)
    status, text = run(
        "unit",
        postgres(["ctest", "--test-dir", RELEASE, "-j", JOBS, "--timeout", "300", "--output-on-failure", "--output-junit", report]),
        env=test_environment(),
    )
    if not report.exists():
        raise StepFailed(f"ctest made no report (status {status})\n{tail(text)}")
    tally = from_ctest(report)
    if status != 0 and not tally.failed:
        tally.fail("ctest", f"status {status}\n{tail(text)}")
    return tally


def gtest_program(program, name, env, timeout_s, prefix):
    """Runs one test program once and counts its cases; a crash is one failure."""
    log, report = f"{name}-{program.name}", LOGS / f"{name}-{program.name}.json"
    report.unlink(missing_ok=True)
    command = postgres([*prefix, program, f"--gtest_output=json:{report}"])
    status, text = run(log, command, timeout_s=timeout_s, env={**test_environment(), **env})
    tally = from_gtest(report) if report.exists() and status in (0, 1) else Tally()
    if tally.failed or (status == 0 and tally.passed + tally.skipped):
        return tally
    sanitizer = [line for line in text.splitlines() if "ERROR:" in line or "runtime error" in line or "WARNING: Thread" in line]
    return tally.fail(log, "\n".join(sanitizer[:5]) + f"\nexit status {status}\n{tail(text, 25)}")


def gtest_programs(folder, name, env, timeout_s, prefix=()):
    programs = sorted(p for p in pathlib.Path(folder).glob("saola_*_test") if os.access(p, os.X_OK) and p.is_file())
    if not programs:
        raise StepFailed(f"no test program in {folder}")
    tally = Tally()
    with concurrent.futures.ThreadPoolExecutor(int(JOBS)) as pool:
        for one in pool.map(lambda p: gtest_program(p, name, env, timeout_s, prefix), programs):
            tally.add(one)
    return tally


def step_clang(_):
    """The whole tree with the second compiler; its programs are those of the steps asan and fuzz."""
    must("clang", ["cmake", "--preset", "asan"])
    must("clang", ["cmake", "--build", BUILD / "asan", "-j", JOBS], timeout_s=3600)
    return Tally().ok()


def step_asan(_):
    return gtest_programs(BUILD / "asan", "asan", {
        "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    }, 1800)


def step_tsan(_):
    # setarch -R: the run-time library of g++ 12 does not know the wide address layout of newer kernels.
    must("tsan", ["cmake", "--preset", "tsan"])
    must("tsan", ["cmake", "--build", BUILD / "tsan", "--target", "saola_tests", "-j", JOBS], timeout_s=3600)
    return gtest_programs(BUILD / "tsan", "tsan", {"TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1"}, 1800, ["setarch", "-R"])


# --- Python: house rules, black box, promises ---------------------------------------------------------


def python_files(step, pattern, timeout_s, wrap=lambda command: command):
    tally = Tally()
    files = sorted(glob.glob(str(ROOT / pattern)))
    if not files:
        raise StepFailed(f"no test file {pattern}")
    for file in files:
        stem = pathlib.Path(file).stem
        report = LOGS / f"{step}-{stem}.json"
        report.unlink(missing_ok=True)
        status, text = run(step, wrap([PYTHON, ROOT / "tools" / "python_test.py", file, report]),
                           timeout_s=timeout_s, env=test_environment())
        if report.exists():
            tally.add(from_python(report))
        else:
            tally.fail(f"{step} {stem}", f"exit status {status}\n{tail(text)}")
    return tally


def step_house(_):
    return python_files("house", "tests/house/*_test.py", 600)


def step_e2e(_):
    return python_files("e2e", "tests/e2e/*_test.py", 900, postgres)


# --- console -----------------------------------------------------------------------------------------


def npm_report(script, report, reader, extra, timeout_s):
    """Runs an npm script that writes a JSON report, and counts its cases."""
    report.unlink(missing_ok=True)
    env = {**test_environment(), "PLAYWRIGHT_JSON_OUTPUT_NAME": str(report), "CI": "1"}
    command = ["npm", "--prefix", ROOT / "web", "run", "--silent", script, "--", "--reporter=json", *extra]
    status, text = run("web", command, env=env, timeout_s=timeout_s)
    if not report.exists():
        return Tally().fail(f"npm run {script}", f"no report, status {status}\n{tail(text, 25)}")
    tally = reader(report)
    if status != 0 and not tally.failed:
        tally.fail(f"npm run {script}", f"status {status}\n{tail(text, 25)}")
    return tally


def step_web(_):
    tally, vitest, playwright = Tally(), LOGS / "vitest.json", LOGS / "playwright.json"
    for script in ("typecheck", "lint", "api:check"):
        status, text = run("web", ["npm", "--prefix", ROOT / "web", "run", "--silent", script], env=test_environment())
        tally.ok() if status == 0 else tally.fail(f"npm run {script}", tail(text, 25))
    tally.add(npm_report("unit", vitest, from_vitest, [f"--outputFile={vitest}"], 300))
    return tally.add(npm_report("e2e", playwright, from_playwright, [], 1500))


# --- fuzzing -----------------------------------------------------------------------------------------


def fuzz_one(target, seconds):
    """One fuzz program with its committed corpus; what it finds new stays under build/."""
    library, stem = target.name.removeprefix("fuzz_").split("_", 1)
    seeds = sorted(ROOT.glob(f"src/{library}/**/fuzz/corpus/{stem}"))
    grown, artifacts = BUILD / "fuzz-corpus" / target.name, BUILD / "fuzz-artifacts" / target.name
    for folder in (grown, artifacts):
        folder.mkdir(parents=True, exist_ok=True)
    status, text = run(
        f"fuzz-{target.name}",
        [target, f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1",
         f"-artifact_prefix={artifacts}/", grown, *seeds],
        timeout_s=seconds + 300, env=test_environment(),
    )
    runs = next((line.split()[-1] for line in text.splitlines() if "number_of_executed_units" in line), "0")
    return target.name, status, runs, len(seeds), text


def fuzz(seconds):
    targets = sorted(p for p in (BUILD / "asan").glob("fuzz_*") if p.is_file() and os.access(p, os.X_OK))
    if not targets:
        raise StepFailed("no fuzz program was built")
    tally = Tally()
    with concurrent.futures.ThreadPoolExecutor(int(JOBS)) as pool:
        for name, status, runs, seeds, text in pool.map(lambda t: fuzz_one(t, seconds), targets):
            tally.notes.append(f"{name}: {runs} inputs in {seconds:.0f} s")
            if not seeds:
                tally.fail(name, "no committed corpus: add src/<library>/.../fuzz/corpus/<name>/")
            elif status != 0:
                tally.fail(name, tail(text, 25))
            else:
                tally.ok()
    return tally


def step_fuzz(options):
    return fuzz(options.fuzz_seconds)


def step_fuzz_long(options):
    return fuzz(int(options.minutes * 60))


# --- package -----------------------------------------------------------------------------------------

PACKAGE_FILES = ("./usr/bin/saola", "./lib/systemd/system/saola.service", "./usr/share/saola/programme/")


def step_package(_):
    folder = BUILD / "package"
    shutil.rmtree(folder, ignore_errors=True)
    must("package", ["cpack", "-G", "DEB", "--config", RELEASE / "CPackConfig.cmake", "-B", folder])
    tally = Tally()
    packages = list(folder.glob("*.deb"))
    if len(packages) != 1:
        return tally.fail("one package", f"found {[p.name for p in packages]}")
    listing = must("package", ["dpkg-deb", "-c", packages[0]])
    names = {line.split()[-1] for line in listing.splitlines() if line.startswith(("-", "d", "l"))}
    for wanted in PACKAGE_FILES:
        tally.ok() if wanted in names else tally.fail(f"the package holds {wanted}", listing)
    depends = must("package", ["dpkg-deb", "-f", packages[0], "Depends"])
    tally.ok() if "libsqlite3-0" in depends else tally.fail("the package names its libraries", depends)
    tally.notes.append(f"{packages[0].name}: {packages[0].stat().st_size / 1e6:.1f} MB")
    return tally


STEPS = [
    Step("build", "release build with -Werror (g++ 12)", step_build, fast=True),
    Step("cost", "compile time and memory of each unit", step_cost, fast=True, needs="build"),
    Step("house", "layer rules, style, documents, commands", step_house, fast=True, needs="build"),
    Step("unit", "unit and contract tests (SQLite and PostgreSQL)", step_unit, fast=True, needs="build"),
    Step("subset", "one module alone, without the others", step_subset, needs="build"),
    Step("e2e", "black box: the real program over loopback", step_e2e, needs="build"),
    Step("web", "console: types, unit tests, browser tests", step_web, needs="build"),
    Step("package", "Debian package", step_package, needs="build"),
    Step("clang", "build with -Werror (clang 16), sanitizers and fuzz programs", step_clang),
    Step("asan", "unit and contract tests with address and undefined-behaviour sanitizers", step_asan, needs="clang"),
    Step("fuzz", "fuzz smoke run of every parser", step_fuzz, needs="clang"),
    Step("tsan", "unit and contract tests with the thread sanitizer", step_tsan, on_demand=True),
    Step("fuzz-long", "each parser for --minutes", step_fuzz_long, on_demand=True, needs="clang"),
]

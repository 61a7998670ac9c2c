#!/usr/bin/env python3
"""./test - runs the tests of Saola and sums them up.

  ./test                          everything (about 30 minutes cold on two cores)
  ./test --fast                   style, build, unit and contract tests only
  ./test --only e2e               one step (repeat for more; the build that it needs comes first)
  ./test --only tsan              thread sanitizer, on demand
  ./test --only fuzz-long --minutes 60
  ./test --list                   the steps

Details of each step lie in build/test-logs/. The last line is: N passed, N failed, N skipped.
Exit status: 0 all passed, 1 something failed, 2 wrong use."""
import argparse
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import test_steps  # noqa: E402  (needs the path above)
from test_results import Tally  # noqa: E402

MARK = "SAOLA_TEST_RUN"  # every process of a run carries it: what is left over can be found


def left_over():
    """Processes of this run that still live: [(pid, command)]."""
    mark, found = f"{MARK}={os.environ[MARK]}".encode(), []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if command.strip():  # a zombie has none
                    found.append((int(entry.name), command.strip()))
        except (OSError, ValueError):
            continue
    return found


def stop_left_over(tally):
    """A test that leaves a server running is a failed test; the server is stopped all the same."""
    time.sleep(0.5)
    found = left_over()
    for pid, command in found:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    if found:
        return tally.fail("no process is left running", "\n".join(f"{pid}: {command[:150]}" for pid, command in found))
    return tally.ok()


def tree_state():
    return subprocess.run(
        ["git", "status", "--porcelain"], cwd=test_steps.ROOT, capture_output=True, text=True, check=False
    ).stdout


def show(step, tally, seconds):
    state = "FAILED" if tally.failed else "ok"
    print(f"    {state}: {tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped in {seconds:.0f} s", flush=True)
    for note in tally.notes[:12]:
        print(f"      {note}")
    if len(tally.notes) > 12:
        print(f"      ... {len(tally.notes) - 12} more notes in build/test-logs/{step.name}.notes")
    for name, text in tally.failures[:20]:
        print(f"    FAILED {name}\n" + "\n".join("      " + line for line in text.splitlines()))
    (test_steps.LOGS / f"{step.name}.notes").write_text("\n".join(tally.notes), encoding="utf-8")


def run_step(step, options):
    print(f"==> {step.name}: {step.summary}", flush=True)
    start = time.monotonic()
    try:
        tally = step.run(options)
    except test_steps.StepFailed as error:
        tally = Tally().fail(step.name, str(error))
    except Exception as error:  # a broken step is a failed step, and the rest still runs
        tally = Tally().fail(step.name, f"{type(error).__name__}: {error}")
    seconds = time.monotonic() - start
    show(step, tally, seconds)
    return tally, seconds


def choose(options):
    steps = {step.name: step for step in test_steps.STEPS}
    for name in options.only or []:
        if name not in steps:
            sys.exit(f"./test: no step '{name}'; the steps are: {' '.join(steps)}")
    if options.only:
        wanted = set(options.only)
        wanted |= {steps[name].needs for name in wanted if steps[name].needs}
        return [step for step in test_steps.STEPS if step.name in wanted]
    return [s for s in test_steps.STEPS if not s.on_demand and (s.fast or not options.fast)]


def main():
    parser = argparse.ArgumentParser(prog="./test", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="STEP", help="run this step only (may be repeated)")
    parser.add_argument("--fast", action="store_true", help="the quick steps only")
    parser.add_argument("--list", action="store_true", help="list the steps")
    parser.add_argument("--minutes", type=float, default=60, help="time per parser of fuzz-long (default 60)")
    parser.add_argument("--fuzz-seconds", type=int, default=10, help="time per parser of the fuzz smoke run (default 10)")
    options = parser.parse_args()
    if options.list:
        for step in test_steps.STEPS:
            print(f"{step.name:<12} {step.summary}{' (on demand)' if step.on_demand else ''}")
        return 0
    chosen = choose(options)
    os.environ[MARK] = f"{os.getpid()}-{time.time_ns()}"
    test_steps.LOGS.mkdir(parents=True, exist_ok=True)
    for old in test_steps.LOGS.glob("*.log"):
        old.unlink()
    before, total, times, broken = tree_state(), Tally(), [], set()
    for step in chosen:
        if step.needs in broken:
            print(f"==> {step.name}: not run, since the step {step.needs} failed", flush=True)
            continue
        tally, seconds = run_step(step, options)
        times.append((step.name, seconds, tally))
        total.add(tally)
        if tally.failed:
            broken.add(step.name)
    stop_left_over(total)
    if tree_state() == before:
        total.ok()
    else:
        total.fail("the working tree stays as it was", tree_state())
    print("\nstep          seconds  passed  failed  skipped")
    for name, seconds, tally in times:
        print(f"{name:<12} {seconds:8.0f} {tally.passed:7d} {tally.failed:7d} {tally.skipped:8d}")
    for name, text in total.failures:
        print(f"FAILED {name}: {text.splitlines()[0] if text else ''}")
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped", flush=True)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())

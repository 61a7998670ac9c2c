#!/usr/bin/env python3
"""What each translation unit costs to compile, and the limits on it (docs/capacity/platform.md).

As compiler launcher (CMAKE_CXX_COMPILER_LAUNCHER): runs the compiler given after it and appends one
line of JSON (unit, user and system CPU seconds, peak memory) to compile_cost.jsonl in the build folder.

  tools/compile_cost.py --check build/release

prints the summary and exits 1 when a unit or the whole build is over its limit. CPU seconds are
divided by how slow this machine is now: a reference unit (11 standard headers) takes 0.85 s on the
machine the limits were set on. A slow or busy machine therefore does not fail falsely."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

UNIT_CPU_S = 20.0
BEAST_UNIT_CPU_S = 25.0  # units inside src/net/beast
UNIT_PEAK_MB = 700
BEAST_UNITS = 8
MODULE_MEDIAN_CPU_S = 1.5
BUILD_WALL_S = 360.0  # clean release build of `saola` on two cores
CORES = 2
REFERENCE_CPU_S = 0.85
REFERENCE = "".join(
    f"#include <{h}>\n"
    for h in "string vector map unordered_map memory functional algorithm chrono optional variant iostream".split()
) + "int main() { return 0; }\n"


def output_of(command):
    return command[command.index("-o") + 1] if "-o" in command else ""


def launch(command):
    """Runs the compiler, records its cost when it compiled one unit, and passes its status on."""
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    if status == 0 and "-c" in command:
        record = {
            "unit": command[command.index("-c") + 1],
            "output": output_of(command),
            "user_s": round(usage.ru_utime, 3),
            "system_s": round(usage.ru_stime, 3),
            "peak_mb": round(usage.ru_maxrss / 1024),
        }
        with open("compile_cost.jsonl", "a", encoding="utf-8") as log:  # O_APPEND: lines stay whole
            log.write(json.dumps(record) + "\n")
    return os.waitstatus_to_exitcode(status)


def slowness():
    """How much slower than the reference machine one core is while all are busy (median of 3 rounds)."""
    rounds = []
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "reference.cc"
        source.write_text(REFERENCE, encoding="utf-8")
        command = ["g++-12", "-std=c++20", "-O2", "-g1", "-c", str(source), "-o", "/dev/null"]
        for _ in range(3):
            running = [os.posix_spawnp(command[0], command, os.environ) for _ in range(os.cpu_count() or 1)]
            used = [os.wait4(pid, 0)[2].ru_utime for pid in running]
            rounds.append(sum(used) / len(used))
    return max(1.0, sorted(rounds)[1] / REFERENCE_CPU_S)


def latest_records(build):
    """The last record of each object file that the build still knows."""
    records = {}
    path = build / "compile_cost.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        record = json.loads(line)
        records[record["output"]] = record
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    known = {output_of(c["command"].split()) for c in commands}
    return {output: r for output, r in records.items() if output in known}


def beast_units(build):
    """Object files that include Beast, from the dependencies ninja recorded."""
    deps = subprocess.run(["ninja", "-C", str(build), "-t", "deps"], capture_output=True, text=True, check=True).stdout
    units, current = set(), ""
    for line in deps.splitlines():
        if line and not line.startswith(" "):
            current = line.split(":")[0]
        elif "/boost/beast/" in line:
            units.add(current)
    return sorted(units)


def check(build, factor=None, beast=None):
    """Returns (lines of the summary, list of violations)."""
    factor = factor or slowness()
    records = latest_records(build)
    beast = beast_units(build) if beast is None else beast
    errors, total = [], 0.0
    modules = []
    for output, record in sorted(records.items()):
        unit = record["unit"].split("/src/", 1)[-1]
        user = record["user_s"] / factor
        limit = BEAST_UNIT_CPU_S if unit.startswith("net/beast/") else UNIT_CPU_S
        if user > limit:
            errors.append(f"src/{unit}: {user:.1f} s of CPU to compile, the limit is {limit:.0f} s")
        if record["peak_mb"] > UNIT_PEAK_MB:
            errors.append(f"src/{unit}: {record['peak_mb']} MB to compile, the limit is {UNIT_PEAK_MB} MB")
        if "_test.dir" not in output and "bench" not in output:
            total += user + record["system_s"] / factor
        if unit.split("/")[0] in ("lang", "programme") and "/tests/" not in unit and "/bench/" not in unit:
            modules.append(user)
    if len(beast) > BEAST_UNITS:
        errors.append(f"{len(beast)} units include Beast, the limit is {BEAST_UNITS}: {' '.join(beast)}")
    median = sorted(modules)[len(modules) // 2] if modules else 0.0
    if total / CORES > BUILD_WALL_S:
        errors.append(f"a clean release build needs {total / CORES:.0f} s on {CORES} cores, the limit is {BUILD_WALL_S:.0f} s")
    worst = sorted(records.values(), key=lambda r: -r["user_s"])[:5]
    lines = [
        f"{len(records)} units, machine {factor:.2f} x slower than the reference",
        f"release build without tests: {total:.0f} s of CPU, about {total / CORES:.0f} s on {CORES} cores"
        f" (limit {BUILD_WALL_S:.0f} s)",
        f"module units: median {median:.2f} s (target {MODULE_MEDIAN_CPU_S} s); units with Beast: {len(beast)}"
        f" (limit {BEAST_UNITS})",
    ] + [
        f"  {r['user_s'] / factor:5.1f} s {r['peak_mb']:4d} MB  {r['unit'].split('/src/', 1)[-1]}" for r in worst
    ]
    return lines, errors


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        lines, errors = check(pathlib.Path(sys.argv[2]))
        print("\n".join(lines + errors))
        return 1 if errors else 0
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        return launch(sys.argv[1:])
    print(__doc__)
    return 0 if sys.argv[1:] in (["--help"], ["-h"]) else 2


if __name__ == "__main__":
    sys.exit(main())

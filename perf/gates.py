#!/usr/bin/env python3
"""Compares what a tick and an order cost with perf/baseline.json.

Everything here is counted and not timed, so it is the same on a busy machine: instructions
(callgrind), allocations, system calls (strace), bytes and records. A count above its band fails; one
below it asks for a new baseline, so that what was won is kept. `--record` writes the baseline anew:
do that in a commit of its own that says why the numbers moved. Without valgrind or strace their
gates are skipped, loudly. The counts belong to the compiler, the libraries and the processor's
features that they were recorded with; elsewhere they are printed and judged by nobody. Ends with 0,
1 when a gate fails, 77 when nothing could be counted or judged.
"""

import argparse
import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SKIPPED = 77
TIMEOUT_SECONDS = 120
# Calls by which something leaves the process or reaches the disk.
CALLS = "write,writev,pwrite64,fsync,fdatasync,sync_file_range,sendto,sendmsg"

# Counts that have no baseline yet get this band.
BANDS = {
    "instructions": 0.02,
    # A container that grows once in the run moves this by some thousandths; a new allocation in
    # every tenth order moves it by more.
    "allocations": 0.002,
    "calls": 0.05,
    "bytes": 0.0,
    "records": 0.0,
}


def fail(text):
    print(f"gates: {text}", file=sys.stderr)
    sys.exit(1)


# By these the C library, OpenSSL and simdjson choose what they run.
FEATURES = {"avx2", "avx512f", "avx512vl", "bmi2", "erms", "fsrm", "sha_ni", "vaes"}
PACKAGES = ("libc6", "libstdc++6", "libcaf-dev", "librocksdb-dev", "libsimdjson-dev", "libssl3",
            "valgrind")


def first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    except OSError:
        return ""
    return (done.stdout.splitlines() or [""])[0]


def surroundings():
    """What the counts depend on besides the code."""
    flags = set()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("flags"):
                flags = set(line.split(":", 1)[1].split())
                break
    except OSError:
        pass
    out = {"compiler": first_line(["c++", "--version"]), "machine": platform.machine(),
           "features": " ".join(sorted(FEATURES & flags))}
    for package in PACKAGES:
        out[package] = first_line(["dpkg-query", "-W", "-f", "${Version}\\n", package])
    return out


class Counter:
    """Runs `bellwether-perf count` plain, under callgrind and under strace."""

    def __init__(self, program):
        self.program = program
        self.valgrind = shutil.which("valgrind")
        self.strace = shutil.which("strace")

    def run(self, command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
        if done.returncode != 0:
            fail(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-500:]}")
        return done

    def arguments(self, **options):
        out = [self.program, "count"]
        for name, value in options.items():
            out += [f"--{name.replace('_', '-')}", str(value)]
        return out

    def plain(self, **options):
        return json.loads(self.run(self.arguments(**options)).stdout)

    def instructions(self, **options):
        with tempfile.TemporaryDirectory() as folder:
            command = [
                self.valgrind, "--tool=callgrind", "--collect-atstart=no",
                "--toggle-collect=*process_frames*", f"--callgrind-out-file={folder}/out",
            ]
            if shutil.which("setarch"):
                command = ["setarch", platform.machine(), "-R"] + command
            done = self.run(command + self.arguments(**options))
        found = re.search(r"Collected\s*:\s*(\d+)", done.stderr)
        if not found or int(found.group(1)) == 0:
            fail("callgrind collected nothing; is process_frames inlined away?")
        return int(found.group(1))

    def calls(self, **options):
        with tempfile.TemporaryDirectory() as folder:
            table = f"{folder}/calls"
            self.run([self.strace, "-f", "-c", "-e", f"trace={CALLS}", "-o", table]
                     + self.arguments(**options))
            out = {}
            for line in Path(table).read_text().splitlines():
                words = line.split()
                if len(words) >= 5 and words[3].isdigit() and words[-1] != "total":
                    out[words[-1]] = int(words[3])
        return out


def count_all(counter):
    """Every gate's value by name."""
    out = {}
    skipped = []
    quotes, mixed, every = 1000, 2000, 10
    for path in ("straight", "actors"):
        ticks = counter.plain(path=path, ticks=quotes)
        orders = counter.plain(path=path, ticks=mixed, every=every, warm_up=1000)
        per_tick = ticks["allocations"] / quotes
        out[f"allocations_per_tick_{path}"] = per_tick
        left = orders["allocations"] - per_tick * (mixed - orders["orders"])
        out[f"allocations_per_order_{path}"] = round(left / orders["orders"], 2)
        if path == "actors":
            out["records_per_order"] = round(orders["records"] / orders["orders_with_warm_up"], 2)
            out["bytes_of_order_records"] = orders["bytes_of_order_records"]
        if not counter.valgrind:
            continue
        tick = counter.instructions(path=path, ticks=quotes, warm_up=1000) / quotes
        out[f"instructions_per_tick_{path}"] = round(tick)
        total = counter.instructions(path=path, ticks=500, every=every, warm_up=1000)
        out[f"instructions_per_order_{path}"] = round((total - tick * 450) / 50)
    if not counter.valgrind:
        skipped.append("instructions: install valgrind")
    if counter.strace:
        for policy in ("process", "gate"):
            few = counter.calls(path="actors", log=policy, ticks=200, every=10, warm_up=100)
            many = counter.calls(path="actors", log=policy, ticks=1200, every=10, warm_up=100)
            more = sum(many.values()) - sum(few.values())
            out[f"calls_per_order_{policy}"] = round(more / 100, 2)
    else:
        skipped.append("system calls: install strace")
    return out, skipped


def band_of(name, baseline):
    kind = name.split("_")[0]
    return baseline.get("bands", BANDS).get(kind, BANDS[kind])


def judge(values, baseline):
    """Lines to print, and whether all is well."""
    good = True
    lines = []
    for name, value in sorted(values.items()):
        recorded = baseline.get("values", {}).get(name)
        if recorded is None:
            lines.append(f"NEW   {name}: {value}; record it with --record")
            good = False
            continue
        band = band_of(name, baseline)
        low, high = recorded * (1 - band), recorded * (1 + band)
        word = "ok" if low <= value <= high else "MORE" if value > high else "LESS"
        good = good and word == "ok"
        change = (value / recorded - 1) * 100 if recorded else 0.0
        lines.append(f"{word:5} {name}: {value}, recorded {recorded} ({change:+.1f} %, "
                     f"band {band * 100:.1f} %)")
    return lines, good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(HERE.parent / "build/release/bellwether-perf"))
    parser.add_argument("--baseline", default=str(HERE / "baseline.json"))
    parser.add_argument("--record", action="store_true", help="write the baseline anew")
    options = parser.parse_args()
    if not Path(options.program).exists():
        fail(f"{options.program} is not there; build bellwether-perf first")
    path = Path(options.baseline)
    old = json.loads(path.read_text()) if path.exists() else {}
    if not old and not options.record:
        print(f"gates: SKIPPED, {path} is not there; --record writes it")
        return SKIPPED
    values, skipped = count_all(Counter(options.program))
    for each in skipped:
        print(f"SKIPPED {each}")
    if options.record:
        kept = {**old.get("values", {}), **values} if skipped else values
        path.write_text(json.dumps(
            {"schema_version": 1, "bands": old.get("bands", BANDS), "values": kept,
             "recorded_with": surroundings()},
            indent=2, sort_keys=True) + "\n")
        print(f"gates: recorded {len(values)} values in {path}")
        return 0
    lines, good = judge(values, old)
    print("\n".join(lines))
    now, then = surroundings(), old.get("recorded_with", {})
    others = [f"{name}: {now[name] or 'unknown'}, recorded with {then.get(name) or 'unknown'}"
              for name in now if now[name] != then.get(name)]
    if others:
        print("SKIPPED: the counts are of other surroundings\n  " + "\n  ".join(others))
        return SKIPPED
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Checks the systemd samples in packaging/: that systemd takes them, that every timer has its
service and a time that systemd can read, and that every command in them is one of the program's,
with the options that it has.

    scripts/check_units.py                        without the program
    scripts/check_units.py --binary build/release/bellwether
"""

import argparse
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

INSTALLED = "/usr/bin/bellwether"
PACKAGING = pathlib.Path(__file__).resolve().parent.parent / "packaging"


def settings(unit, key):
    return [m.group(1) for m in re.finditer(rf"^{key}=(.*)$", unit.read_text(), re.M)]


def calls(unit):
    """The words behind the program's path, of every command of the unit."""
    for line in settings(unit, "ExecStart") + settings(unit, "ExecStartPre"):
        words = shlex.split(line.lstrip("+-!@:").replace("$$", "$"))
        if "-c" in words:  # A shell's command line.
            words = shlex.split(words[words.index("-c") + 1])
        for k, word in enumerate(words):
            if word == INSTALLED:
                yield words[k + 1:]


def service_of(timer):
    named = settings(timer, "Unit")
    name = named[0] if named else timer.name.replace(".timer", ".service")
    return PACKAGING / re.sub(r"@[^.]*\.", "@.", name)


def check_timers(problems):
    for timer in sorted(PACKAGING.glob("*.timer")):
        if not service_of(timer).exists():
            problems.append(f"{timer.name}: its service {service_of(timer).name} is not here")
        times = settings(timer, "OnCalendar")
        if not times:
            problems.append(f"{timer.name}: OnCalendar is missing")
        if settings(timer, "Persistent") not in (["true"], ["yes"]):
            problems.append(f"{timer.name}: without Persistent=true a night's sleep loses the job")
        for time in times:
            if not re.search(r" (America/(New_York|Chicago)|UTC)$", time):
                problems.append(f"{timer.name}: OnCalendar={time}: name a zone; the machine's own "
                                "is anybody's guess")


def check_commands(binary, problems):
    for unit in sorted(PACKAGING.glob("*.service")):
        for words in calls(unit):
            command = []
            for word in words:
                if word.startswith("-"):
                    break
                command.append(word)
            help_text = subprocess.run([binary, *command, "--help"], capture_output=True, text=True)
            # A command takes the options of the one that it is part of.
            above = subprocess.run([binary, command[0], "--help"], capture_output=True, text=True)
            if help_text.returncode != 0:
                problems.append(f"{unit.name}: there is no command {' '.join(command)}")
                continue
            for word in words:
                if word.startswith("--") and not re.search(
                        rf"{word}\b", help_text.stdout + above.stdout):
                    problems.append(f"{unit.name}: {' '.join(command)} has no option {word}")


def check_by_systemd(problems):
    tool = shutil.which("systemd-analyze")
    if tool is None:
        print("systemd-analyze is not here: the units are not read by systemd itself")
        return
    with tempfile.TemporaryDirectory() as folder:
        copies = []
        for unit in sorted(PACKAGING.glob("bellwether*.timer")) + sorted(
                PACKAGING.glob("bellwether*.service")):
            copy = pathlib.Path(folder) / unit.name
            # Nothing is installed on the machine that checks.
            copy.write_text(unit.read_text().replace(INSTALLED, "/bin/true"))
            copies.append(str(copy))
        # A manager of its own is not always to be had; what it says of the files is what counts.
        said = subprocess.run([tool, "verify", "--man=no", *copies], capture_output=True, text=True)
        problems += [line for line in said.stderr.splitlines() if "bellwether" in line]
        for timer in sorted(PACKAGING.glob("*.timer")):
            for time in settings(timer, "OnCalendar"):
                if subprocess.run([tool, "calendar", time], capture_output=True).returncode != 0:
                    problems.append(f"{timer.name}: systemd cannot read OnCalendar={time}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", help="the program, to compare its commands and options")
    given = parser.parse_args()
    problems = []
    check_timers(problems)
    check_by_systemd(problems)
    if given.binary:
        check_commands(given.binary, problems)
    for each in problems:
        print("error:", each)
    print("units:", "ok" if not problems else f"{len(problems)} findings")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Every test that docs/invariants.md names exists. Exit code 1 names those that do not."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "invariants.md"
TEST = re.compile(r"^(?:TEST|TEST_F|TEST_P)\(\s*(\w+),\s*(\w+)\)", re.MULTILINE)
NAME = re.compile(r"`(\w+\.\w+)`")
ROWS = 26


def main() -> int:
    known = set()
    for file in (ROOT / "tests").rglob("*.cpp"):
        known |= {".".join(found) for found in TEST.findall(file.read_text())}
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| **")]
    wrong = []
    for row in rows:
        what, _, shown = [cell.strip() for cell in row.strip("|").split("|")]
        names = NAME.findall(shown)
        if not names:
            wrong.append(f"{what}: no test is named")
        wrong += [f"{what}: there is no test {name}" for name in names if name not in known]
    if len(rows) != ROWS:
        wrong.append(f"{len(rows)} rows, and there are {ROWS} invariants")
    for line in wrong:
        print(f"{PAGE.relative_to(ROOT)}: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

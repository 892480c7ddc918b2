#!/usr/bin/env python3
"""The good tree passes; in the bad tree each kind of violation is found exactly once."""

import collections
import re
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPT = HERE.parents[1] / "scripts" / "check_layers.py"

# Kind of finding -> where the bad tree has it.
EXPECTED = {
    "undeclared": "domain/undeclared.cpp:1",
    "never included": "core/never_included.cpp:1",
    "parent path": "domain/parent_path.cpp:1",
    "no folder": "core/no_folder.cpp:1",
    "caf": "domain/caf.cpp:1",
    "protocol": "domain/protocol.cpp:1",
    "vendor": "domain/vendor.cpp:1",
    "vendor in header": "net/vendor_in_header.hpp:2",
    "unknown header": "core/unknown_header.cpp:1",
    "venue": "venue/venue.cpp:1",
    "sdk": "strategies/sdk/sdk.hpp:2",
    "unknown library": "strategies/CMakeLists.txt:1",
    "level": "feeds/CMakeLists.txt:1",
    "cycle": "actors/CMakeLists.txt:1",
}


def run(tree):
    return subprocess.run(
        [sys.executable, "-B", str(SCRIPT), str(HERE / tree)], capture_output=True, text=True
    )


class CheckLayersTest(unittest.TestCase):
    def test_good_tree_passes(self):
        result = run("good")
        self.assertEqual(result.stdout, "layers: ok\n")
        self.assertEqual(result.returncode, 0)

    def test_bad_tree_has_each_kind_once(self):
        result = run("bad")
        self.assertEqual(result.returncode, 1, result.stderr)
        found = collections.defaultdict(list)
        for line in result.stdout.splitlines():
            where, kind = re.match(r"(.+?:\d+): error: \[(.+?)\] ", line).groups()
            found[kind].append(where)
        self.assertEqual(dict(found), {kind: [where] for kind, where in EXPECTED.items()})

    def test_every_kind_of_the_script_is_covered(self):
        source = SCRIPT.read_text(encoding="utf-8")
        kinds = set(re.findall(r'return "([a-z ]+)", f', source))
        kinds |= set(re.findall(r'self\.report\(\s*\*[^"]*?"([a-z ]+)"', source))
        self.assertEqual(kinds, set(EXPECTED))

    def test_undeclared_finding_names_what_is_declared(self):
        self.assertIn(
            "domain may not include net; declared: core messages", run("bad").stdout
        )


if __name__ == "__main__":
    unittest.main()

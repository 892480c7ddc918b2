#!/usr/bin/env python3
"""Each rule of the ban list fires on one line of a small tree, where it may not, and stays silent
where it may. The tree is written for each test."""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "tidy.py"

# rule | file where it is banned | line | file where the same line is fine (or None)
TABLE = [
    ("clock", "domain/a.cpp", "auto t = std::chrono::steady_clock::now();", "core/clock.cpp"),
    ("clock", "domain/a.cpp", "auto t = std::time(nullptr);", "tests/a_test.cpp"),
    ("random", "venue/a.cpp", "std::mt19937_64 engine;", "core/prng.hpp"),
    ("random", "venue/a.cpp", "std::random_device d;", "perf/a.cpp"),
    ("thread", "net/a.cpp", "std::thread worker;", "app/a.cpp"),
    ("thread", "actors/a.cpp", "auto f = std::async(g);", "tests/a_test.cpp"),
    ("sleep", "tests/a_test.cpp", "std::this_thread::sleep_for(d);", "app/a.cpp"),
    ("spawn", "actors/a.cpp", "system.spawn<caf::detached>(f);", "actors/node_children.cpp"),
    ("spawn", "actors/a.cpp", "self->spawn(f);", "tests/a_test.cpp"),
    ("unbounded wait", "actors/a.cpp", "self->request(x, caf::infinite, y);", "tests/a_test.cpp"),
    ("dialect", "actors/a.cpp", "caf::reacts_to<int>", "messages/caf_dialect.hpp"),
    ("environment", "app/a.cpp", 'getenv("X");', "config/secrets.cpp"),
    ("pointer key", "domain/a.cpp", "std::map<order*, int> m;", "tests/a_test.cpp"),
    ("floating point", "domain/a.cpp", "double x = 1;", "venue/market_generator.cpp"),
    ("floating point", "venue/accounts.cpp", "float x = 1;", "ops/a.cpp"),
    ("append only", "storage/rocksdb_audit_log.cpp", "db->Delete(o, k);", "net/a.cpp"),
    ("append only", "storage/a.cpp", "db->SingleDelete(o, k);", "storage/projection.cpp"),
    ("append only", "storage/a.cpp", "batch.DeleteRange(c, a, b);", "tests/a_test.cpp"),
    ("append only", "storage/a.cpp", "db->Merge(o, k, v);", "storage/projection_a.cpp"),
    ("append only", "storage/a.cpp", "db->DropColumnFamily(handle);", None),
    ("append only", "storage/a.cpp", "options.compaction_filter = &f;", None),
    ("append only", "storage/a.cpp", "options.ttl = 60;", None),
    ("append only", "storage/a.cpp", "rocksdb::RepairDB(name);", None),
    ("hash order", "domain/a.cpp", "std::unordered_map<int, int> m; for (auto& e : m) {}",
     "app/a.cpp"),
    ("line length", "domain/a.cpp", "int " + "x" * 100 + ";", None),
    ("file length", "domain/a.cpp", "int x;\n" * 601, None),
    ("file length", "actors/risk_gate_actor.cpp", "int x;\n" * 251, "actors/node_children.cpp"),
    ("dead header", "domain/a.hpp", "#pragma once", None),
]  # fmt: skip


def run(files):
    """Exit code and the (file, line, rule) of each finding; the last line of the output."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n", encoding="utf-8")
        result = subprocess.run(
            [sys.executable, "-B", str(SCRIPT), folder], capture_output=True, text=True
        )
    lines = result.stdout.splitlines()
    findings = [re.match(r"(.+?):(\d+): error: \[(.+?)\]", line) for line in lines]
    findings = [(m.group(1), int(m.group(2)), m.group(3)) for m in findings if m]
    return result.returncode, findings, lines[-1] if lines else result.stderr


class TidyTest(unittest.TestCase):
    def test_each_rule_fires_once_where_it_is_banned(self):
        for rule, banned, line, _ in TABLE:
            with self.subTest(rule=rule, line=line[:60]):
                code, findings, _ = run({banned: line})
                self.assertEqual(findings, [(banned, 1, rule)])
                self.assertEqual(code, 1)

    def test_each_rule_is_silent_where_it_is_allowed(self):
        for rule, _, line, allowed in TABLE:
            if allowed:
                with self.subTest(rule=rule, line=line[:60]):
                    user = {"tests/user_test.cpp": f'#include "{allowed}"'}
                    code, findings, _ = run({allowed: line} | user)
                    self.assertEqual((code, findings), (0, []))

    def test_comments_and_literals_are_not_code(self):
        text = '// a double\n/* getenv\n rand() */\nauto s = "float"; auto r = R"(double "x)";'
        self.assertEqual(run({"domain/a.cpp": text})[:2], (0, []))

    def test_digit_separators_do_not_open_a_literal(self):
        text = "int a = 1'000'000; double b; int c = 2'000;"
        self.assertEqual(run({"domain/a.cpp": text})[1], [("domain/a.cpp", 1, "floating point")])

    def test_exception_with_reason_is_counted(self):
        for text in ("double x;  // tidy-ok: the port wants it",
                     "// tidy-ok: the port wants it\ndouble x;"):
            code, findings, last = run({"domain/a.cpp": text})
            self.assertEqual((code, findings), (0, []))
            self.assertEqual(last, "tidy: 0 findings, 1 exceptions")

    def test_exception_needs_a_reason(self):
        findings = run({"domain/a.cpp": "double x;  // tidy-ok:"})[1]
        self.assertEqual(findings, [("domain/a.cpp", 1, "exception")])

    def test_exception_that_nothing_needs_is_an_error(self):
        findings = run({"domain/a.cpp": "int x;  // tidy-ok: once upon a time"})[1]
        self.assertEqual(findings, [("domain/a.cpp", 1, "exception")])

    def test_unordered_member_declared_in_the_header(self):
        files = {
            "domain/a.hpp": "struct a { std::unordered_set<int> ids_; };",
            "domain/a.cpp": '#include "domain/a.hpp"\nfor (int id : self.ids_) {}',
        }
        self.assertEqual(run(files)[1], [("domain/a.cpp", 2, "hash order")])

    def test_two_types_of_one_name_are_found_in_both_files(self):
        twin = "namespace bw {\nstruct row {\n  int x;\n};\n}"
        findings = run({"domain/a.cpp": twin, "storage/b.cpp": twin})[1]
        both = [(file, 2, "two types") for file in ("domain/a.cpp", "storage/b.cpp")]
        self.assertEqual(findings, both)
        findings = run({"domain/a.cpp": twin, "tests/a_test.cpp": twin})[1]
        self.assertEqual(len(findings), 2, "a test is linked with what it tests")

    def test_types_that_cannot_meet_may_share_a_name(self):
        twin = "namespace bw {\nstruct row {};\n}"
        for other in (
            "namespace bw {\nnamespace {\nstruct row {};\n}\n}",
            "namespace bw::venue {\nstruct row {};\n}",
            "namespace bw {\nstruct table {\n  struct row {};\n};\n}",
            "namespace bw {\nstruct row;\nstruct row::part : base {};\nvoid f(struct row x) {}\n}",
        ):
            files = {"domain/a.cpp": twin, "storage/b.cpp": other}
            self.assertEqual(run(files)[:2], (0, []), other)
        self.assertEqual(run({"tests/a/a.cpp": twin, "tests/b/b.cpp": twin})[:2], (0, []))


if __name__ == "__main__":
    unittest.main()

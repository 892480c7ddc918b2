#!/usr/bin/env python3
"""Checks the ban list, the size limits, that every header is included somewhere and that no two
files define a type of one name: the linker keeps one of the two, and nobody is told.

Comments and string literals are not looked at. A line that has to break a rule says why, at its
end or on the line before it: `// tidy-ok: reason`. Exceptions are counted and printed; one that
nothing needs is an error. For the limits of a whole file the exception stands on its first line.
"""

import argparse
import os
import re
import sys
from pathlib import Path

FOLDERS = [
    "core", "messages", "net", "domain", "strategies", "feeds", "broker", "storage", "analytics",
    "venue", "ops", "config", "actors", "backtest", "app", "tests", "perf",
]
SUFFIXES = {".hpp", ".cpp", ".ipp", ".h", ".c"}
SKIPPED_FOLDERS = {"build", "node_modules", "layers"}

FILE_LINES = 600
ACTOR_LINES = 250
COLUMNS = 100

TESTS = ("tests/", "perf/")


class Ban:
    """A pattern, the path prefixes that may use it, and what to use instead."""

    def __init__(self, name, pattern, allowed, instead):
        self.name = name
        self.pattern = re.compile(pattern)
        self.allowed = tuple(allowed)
        self.instead = instead


BANS = [
    Ban(
        "clock",
        r"_clock::now\b|\bstd::time\s*\(|\btime\s*\(\s*(nullptr|NULL|0)\s*\)"
        r"|\bgettimeofday\b|\bclock_gettime\b",
        ("core/clock.cpp",) + TESTS,
        "an injected clock, or `now` as an argument",
    ),
    Ban(
        "random",
        r"\bs?rand\s*\(|\brandom_device\b|\bmt19937|\bstd::\w+_distribution\b|\bstd::shuffle\b",
        ("core/prng.",) + TESTS,
        "core/prng",
    ),
    Ban(
        "thread",
        r"\bstd::j?thread\b(?!::)|\bstd::async\b|\bpthread_create\b",
        ("app/", "backtest/search.cpp") + TESTS,
        "the threads that app starts, or a detached actor",
    ),
    Ban(
        "sleep",
        r"\bsleep_(for|until)\b|\bu?sleep\s*\(|\bnanosleep\b",
        ("app/", "perf/"),
        "a timer, or the manual clock in a test",
    ),
    Ban(
        "spawn",
        r"\bcaf::detached\b|(\.|->)spawn\s*[<(]",
        ("actors/node_truth.cpp", "actors/node_leaves.cpp", "actors/node_children.cpp",
         "actors/supervisor_actor.cpp") + TESTS,
        "the factories of actors/node",
    ),
    Ban(
        "unbounded wait",
        r"\bcaf::infinite\b|\baout\s*\(",
        TESTS,
        "ask with a timeout; core/log",
    ),
    Ban(
        "dialect",
        r"\breplies_to\b|\breacts_to\b|\btyped_actor\s*<|\bCAF_ADD_|\batom_constant\b"
        r"|\bCAF_ERROR_CODE_ENUM\b",
        ("messages/caf_dialect.hpp",) + TESTS,
        "the words of messages/caf_dialect.hpp",
    ),
    Ban(
        "environment",
        r"\b(secure_)?getenv\b",
        ("config/",) + TESTS,
        "config/secrets",
    ),
    Ban(
        "pointer key",
        r"\b(map|set)\s*<[^,<>]*\*\s*[,>]",
        ("app/",) + TESTS,
        "an id as the key: pointers have no stable order",
    ),
    Ban(
        "floating point",
        r"\b(double|float)\b",
        ("strategies/", "analytics/", "core/histogram", "core/metrics", "ops/", "backtest/search_")
        + TESTS,
        "price, quantity, money",
    ),
]
# Parts of venue/ that model a market may compute with floating point.
FLOATING_POINT_IN_VENUE = re.compile(r"^venue/\w*(generator|fill_model)\w*\.")

AUDIT_LOG = "storage/"
# A projection can be rebuilt from the log at any time, and is.
NOT_THE_AUDIT_LOG = "storage/projection"
AUDIT_BAN = Ban(
    "append only",
    r"(\.|->)\s*(Single)?Delete\s*\(|\bDeleteRange\b|\bMerge\s*\(|\bDropColumnFamil"
    r"|\bcompaction_filter|\bCompactionFilter|\bttl\b|\bDBWithTTL\b|\bDestroyDB\b|\bRepairDB\b",
    (),
    "nothing: the audit log only grows",
)

EXCEPTION = re.compile(r"//\s*tidy-ok:[ \t]*(.*)$")
TOKENS = re.compile(
    r'R"(?P<delimiter>[^()\s\\]{0,16})\(.*?\)(?P=delimiter)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'"
    r"|//[^\n]*"
    r"|/\*.*?\*/",
    re.DOTALL,
)
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
UNORDERED = re.compile(r"\bunordered_(?:multi)?(?:map|set)\s*<[^;{}()]*>\s+(\w+)\s*(?:;|=|\{|BW_)")
# What the search for types walks along: namespaces, definitions of types, other braces.
STEPS = re.compile(
    r"\bnamespace(?P<space>\s+[\w:]+)?\s*\{"
    r"|\b(?:struct|class|union|enum(?:\s+class)?)\s+(?P<type>\w+)(?:\s+final)?"
    r"\s*(?::(?!:)[^;{}()]*)?\{"
    r"|[{}]"
)


def types_of(code):
    """(line, qualified name) of each type that a file defines directly in named namespaces."""
    stack = []  # Names of namespaces; None for any other block.
    for step in STEPS.finditer(code):
        if step.group(0) == "}":
            stack = stack[:-1]
        elif step.group(0).startswith("namespace"):
            stack.append((step.group("space") or "").strip() or None)
        else:
            if step.group("type") and stack and None not in stack:
                line = code.count("\n", 0, step.start()) + 1
                yield line, "::".join([*stack, step.group("type")])
            stack.append(None)


def code_of(text):
    """The text without comments and with empty literals; line numbers stay."""

    def blank(match):
        token = match.group(0)
        filler = "\n" * token.count("\n")
        return filler if token.startswith("/") else '""' + filler

    return TOKENS.sub(blank, text)


class Checker:
    def __init__(self, root):
        self.root = root
        self.findings = []
        self.exceptions = []
        self.texts = {}  # Relative path -> text.
        self.dead = set()
        self.types = {}  # Qualified name -> files that define it.

    def run(self):
        for folder in FOLDERS:
            for where, folders, files in os.walk(self.root / folder):
                folders[:] = sorted(f for f in folders if f not in SKIPPED_FOLDERS)
                for file in sorted(files):
                    path = Path(where, file)
                    if path.suffix in SUFFIXES:
                        name = path.relative_to(self.root).as_posix()
                        self.texts[name] = path.read_text(encoding="utf-8", errors="replace")
        self.dead = self.dead_headers()
        for name, text in self.texts.items():
            for _, type_name in types_of(code_of(text)):
                self.types.setdefault(type_name, set()).add(name)
        for name, text in self.texts.items():
            self.check_file(name, text)
        return self.findings

    def check_file(self, name, text):
        lines = text.splitlines()
        found = {}  # Line -> texts.
        for line, finding in self.problems(name, text, lines):
            found.setdefault(line, []).append(finding)
        for number, reason in self.exceptions_of(lines):
            # A comment that fills its line speaks for the next one as well.
            speaks_for = [number]
            if lines[number - 1].lstrip().startswith("//"):
                speaks_for.append(number + 1)
            used = [line for line in speaks_for if found.pop(line, None)]
            if not reason:
                self.findings.append(f"{name}:{number}: error: [exception] tidy-ok without reason")
            elif used:
                self.exceptions.append(f"{name}:{number}: {reason}")
            else:
                self.findings.append(f"{name}:{number}: error: [exception] nothing needs it")
        for line in sorted(found):
            for finding in found[line]:
                self.findings.append(f"{name}:{line}: error: {finding}")

    @staticmethod
    def exceptions_of(lines):
        for number, line in enumerate(lines, 1):
            match = EXCEPTION.search(line)
            if match:
                yield number, match.group(1).strip()

    def problems(self, name, text, lines):
        """(line, finding) pairs of one file."""
        limit = ACTOR_LINES if re.match(r"actors/\w+_actor\.(cpp|hpp)$", name) else FILE_LINES
        if len(lines) > limit:
            yield 1, f"[file length] {len(lines)} lines, at most {limit}: split by idea"
        if name in self.dead:
            yield 1, "[dead header] nobody includes it; delete it"
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS:
                yield number, f"[line length] {len(line)} columns, at most {COLUMNS}"

        code = code_of(text)
        bans = [ban for ban in BANS if not self.is_allowed(ban, name)]
        if name.startswith(AUDIT_LOG) and not name.startswith(NOT_THE_AUDIT_LOG):
            bans.append(AUDIT_BAN)
        for number, line in enumerate(code.split("\n"), 1):
            for ban in bans:
                match = ban.pattern.search(line)
                if match:
                    yield number, f"[{ban.name}] {match.group(0).strip()}; use {ban.instead}"
        yield from self.hash_order(name, code)
        yield from self.two_types(name, code)

    def two_types(self, name, code):
        """Types that another file of the same program defines; tests are programs of their own."""
        for line, type_name in types_of(code):
            others = sorted(self.types[type_name] - {name})
            if name.startswith("tests/"):
                others = [other for other in others if not other.startswith("tests/")]
            if others:
                yield line, f"[two types] {type_name} is also in {others[0]}; rename one"

    @staticmethod
    def is_allowed(ban, name):
        if ban.name == "floating point" and FLOATING_POINT_IN_VENUE.match(name):
            return True
        return name.startswith(ban.allowed)

    def hash_order(self, name, code):
        """Loops over containers that this file or its header declares as unordered."""
        if name.startswith(("app/",) + TESTS):
            return
        declared = set(UNORDERED.findall(code))
        header = re.sub(r"\.cpp$", ".hpp", name)
        if header != name and header in self.texts:
            declared.update(UNORDERED.findall(code_of(self.texts[header])))
        if not declared:
            return
        names = "|".join(sorted(map(re.escape, declared)))
        loop = re.compile(
            rf"\bfor\s*\([^;]*:\s*(?:\w+(?:\.|->))*({names})\s*\)|\b({names})\s*\.\s*c?begin\s*\("
        )
        for number, line in enumerate(code.split("\n"), 1):
            match = loop.search(line)
            if match:
                container = match.group(1) or match.group(2)
                yield number, f"[hash order] {container}; use a sorted vector or a dense index"

    def dead_headers(self):
        """Headers that no source includes, by their path or from their own folder."""
        included = set()
        for name, text in self.texts.items():
            folder = name.rsplit("/", 1)[0]
            for target in INCLUDE.findall(text):
                included.add(target)
                included.add(f"{folder}/{target}")
        return {n for n in self.texts if n.endswith((".hpp", ".h")) and n not in included}


def main():
    parser = argparse.ArgumentParser(description="Checks the ban list and the limits.")
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).resolve().parents[1])
    root = parser.parse_args().root.resolve()
    checker = Checker(root)
    findings = checker.run()
    for finding in findings:
        print(finding)
    for exception in checker.exceptions:
        print(f"exception: {exception}")
    print(f"tidy: {len(findings)} findings, {len(checker.exceptions)} exceptions")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Checks that every folder includes only what it may.

The DEPS of each bw_library(...) call are the one truth about the folders; this script compares
them with every #include, and every third-party header with the table of who may name it. Nothing
needs to be built. Prints one line a finding and ends with 1, or `layers: ok`.
"""

import argparse
import os
import re
import sys
from pathlib import Path

# Folder -> level. A library depends only on lower levels; `protocol` is the upper half of messages.
LEVELS = {
    "core": 0,
    "messages": 1,
    "protocol": 1.5,
    "net": 2,
    "domain": 2,
    "strategies": 3,
    "feeds": 3,
    "broker": 3,
    "storage": 3,
    "analytics": 3,
    "venue": 3,
    "ops": 3,
    "config": 4,
    "actors": 5,
    "backtest": 5,
    "app": 6,
}
# May include everything and are included by nobody else.
FREE_FOLDERS = ("tests", "perf")
SKIPPED_FOLDERS = {"build", ".git", "node_modules", "docs", "layers"}
SUFFIXES = {".hpp", ".cpp", ".ipp", ".h"}

# Headers of messages/ that belong to the protocol library.
PROTOCOL_STEMS = {"caf_dialect", "type_ids", "actor_interfaces", "registration"}
PROTOCOL_FOLDERS = {"actors", "app"}

# The node's order logic. The embedded exchange has its own, or it would repeat the node's mistakes.
NOT_FOR_VENUE = {
    "domain/order_state_machine",
    "domain/order_ledger",
    "domain/position_book",
    "domain/risk_rules",
    "domain/reconciler",
}

# Third-party header (a pattern for the included path) -> folders or file stems that may name it.
# The first pattern that matches decides.
VENDORS = [
    (r"caf/", None),  # Together with the protocol headers, see check_protocol.
    (r"spdlog/", {"core"}),
    (r"fmt/", {"core"}),
    (r"(concurrentqueue/|(blocking)?concurrentqueue\.h)", {"core"}),
    (r"boost/asio(/|\.hpp)", {"net", "app"}),
    (r"boost/", {"net"}),
    (r"openssl/", {"net", "storage"}),
    (r"date/", {"domain/zone_time"}),
    (r"dlfcn\.h", {"strategies/plugin_loader"}),
    (r"simdjson", {"feeds", "broker", "venue"}),
    (r"zstd", {"feeds", "storage"}),
    (r"rocksdb/", {"storage"}),
    (r"sqlite3", {"storage"}),
    (r"nlohmann/", {"analytics", "venue", "ops", "app"}),
    (r"(kainjow/)?mustache", {"analytics"}),
    (r"zlib\.h", {"venue"}),
    (r"prometheus/", {"ops"}),
    (r"curl/", {"ops"}),
    (r"systemd/", {"ops"}),
    (r"toml\+\+|toml\.hpp", {"config"}),
    (r"CLI/", {"app"}),
    (r"(gtest|gmock|benchmark)/", set()),
]
# Folders of the system's own headers; any other <folder/header> must be in the table above.
SYSTEM_FOLDERS = {"sys", "netinet", "arpa", "net", "linux", "asm", "experimental"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
KEYWORDS = {"FOLDER", "SRCS", "DEPS", "LIBS", "PRIVATE_LIBS"}


class Checker:
    def __init__(self, root):
        self.root = root
        self.findings = []
        self.deps = {}  # Library -> names in its DEPS.
        self.folder_of = {}  # Library -> folder.
        self.declared = {}  # Library -> where its bw_library call stands.

    def report(self, path, line, kind, text):
        self.findings.append(f"{path.relative_to(self.root)}:{line}: error: [{kind}] {text}")

    def run(self):
        for path in sorted(self.root.glob("*/CMakeLists.txt")):
            self.read_libraries(path)
        self.check_levels()
        self.check_cycles()
        for path in self.sources():
            self.check_file(path)
        return self.findings

    # The libraries.

    def read_libraries(self, path):
        text = re.sub(r"#[^\n]*", "", path.read_text(encoding="utf-8"))
        for call in re.finditer(r"\bbw_library\s*\(([^)]*)\)", text):
            words = call.group(1).split()
            name, lists, key = words[0], {}, None
            for word in words[1:]:
                if word in KEYWORDS:
                    key = word
                else:
                    lists.setdefault(key, []).append(word)
            self.deps[name] = lists.get("DEPS", [])
            self.folder_of[name] = path.parent.name
            self.declared[name] = (path, text.count("\n", 0, call.start()) + 1)

    def check_levels(self):
        for name, deps in self.deps.items():
            where = self.declared[name]
            if name not in LEVELS:
                self.report(*where, "unknown library", f"{name} has no level in this script")
                continue
            for dep in deps:
                if dep not in self.deps or dep not in LEVELS:
                    self.report(*where, "unknown library", f"{name} depends on unknown {dep}")
                elif LEVELS[dep] >= LEVELS[name] and not self.reaches(dep, name):
                    self.report(
                        *where, "level", f"{name} may not depend on {dep}: not a lower level"
                    )

    def reaches(self, start, goal):
        seen, todo = set(), [start]
        while todo:
            name = todo.pop()
            if name == goal:
                return True
            if name not in seen:
                seen.add(name)
                todo.extend(self.deps.get(name, []))
        return False

    def check_cycles(self):
        done = set()

        def visit(name, trail):
            if name in trail:
                loop = trail[trail.index(name):] + [name]
                self.report(*self.declared[loop[0]], "cycle", " -> ".join(loop))
            elif name not in done:
                for dep in self.deps.get(name, []):
                    visit(dep, trail + [name])
                done.add(name)

        for name in self.deps:
            visit(name, [])

    def allowed_folders(self, folder):
        result = {folder}
        for name, home in self.folder_of.items():
            if home == folder:
                result.update(self.folder_of.get(dep, dep) for dep in self.deps[name])
        return result

    # The sources.

    def sources(self):
        for folder in sorted(self.folders()):
            for where, folders, files in os.walk(self.root / folder):
                folders[:] = sorted(f for f in folders if f not in SKIPPED_FOLDERS)
                for file in sorted(files):
                    path = Path(where, file)
                    if path.suffix in SUFFIXES:
                        yield path

    def folders(self):
        return set(self.folder_of.values()) | {
            f for f in FREE_FOLDERS if (self.root / f).is_dir()
        }

    def check_file(self, path):
        relative = path.relative_to(self.root)
        folder = relative.parts[0]
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            if match:
                quoted, target = match.group(1) == '"', match.group(2)
                problem = self.problem(relative, folder, quoted, target)
                if problem:
                    self.report(path, number, *problem)

    def problem(self, file, folder, quoted, target):
        """(kind, text) of what is wrong with one include, or None."""
        first = target.split("/")[0]
        in_sdk = file.parts[:2] == ("strategies", "sdk")
        if ".." in target.split("/"):
            return "parent path", f'"{target}": no .. in an include'
        if quoted and "/" not in target:
            if in_sdk and (self.root / file.parent / target).is_file():
                return None
            return "no folder", f'"{target}": write the folder, as in "{folder}/{target}"'
        known = self.folders() | set(LEVELS) | set(FREE_FOLDERS)
        if first in known and (quoted or target.endswith(".hpp")):
            return self.project_problem(file, folder, in_sdk, target, first)
        if folder in FREE_FOLDERS:
            return None
        return self.vendor_problem(file, folder, quoted, target, first)

    def project_problem(self, file, folder, in_sdk, target, first):
        stem = target.rsplit(".", 1)[0]
        if first in ("app",) + FREE_FOLDERS and folder != first and folder not in FREE_FOLDERS:
            return "never included", f"{folder} may not include {first}: nobody may"
        if folder in FREE_FOLDERS:
            return None
        if in_sdk and not target.startswith("strategies/sdk/"):
            return "sdk", f"strategies/sdk may include only itself, not {target}"
        if is_protocol(target) and not may_name_caf(file):
            return "protocol", f"{folder} may not include {target}: actors and app only"
        if folder == "venue" and stem in NOT_FOR_VENUE:
            return "venue", f"venue may not include {target}: it has its own order logic"
        allowed = self.allowed_folders(folder)
        if first not in allowed:
            declared = " ".join(sorted(allowed - {folder})) or "nothing"
            return "undeclared", f"{folder} may not include {first}; declared: {declared}"
        return None

    def vendor_problem(self, file, folder, quoted, target, first):
        stem = str(file.with_suffix(""))
        for pattern, allowed in VENDORS:
            if not re.match(pattern, target):
                continue
            if allowed is None:
                if not may_name_caf(file):
                    return "caf", f"{folder} may not include <{target}>: actors and protocol only"
            elif folder not in allowed and stem not in allowed:
                where = ", ".join(sorted(allowed)) or "tests only"
                return "vendor", f"{folder} may not include <{target}>; allowed: {where}"
            if file.suffix == ".hpp" and LEVELS.get(folder, 0) >= 2:
                if not (folder == "actors" and first == "caf"):
                    return "vendor in header", f"<{target}> belongs into a .cpp"
            return None
        if "/" in target and (quoted or first not in SYSTEM_FOLDERS):
            return "unknown header", f"{target} is neither the project's nor in the vendor table"
        return None


def is_protocol(target):
    parts = target.split("/")
    return parts[0] == "messages" and parts[-1].rsplit(".", 1)[0] in PROTOCOL_STEMS


def may_name_caf(file):
    return file.parts[0] in PROTOCOL_FOLDERS or is_protocol(str(file))


def main():
    parser = argparse.ArgumentParser(description="Checks the include rule of the project.")
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).resolve().parents[1])
    root = parser.parse_args().root.resolve()
    findings = Checker(root).run()
    for finding in findings:
        print(finding)
    if findings:
        return 1
    print("layers: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())

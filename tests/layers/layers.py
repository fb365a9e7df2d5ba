#!/usr/bin/env python3
"""The layer gate: a room includes itself and the rooms above it in ROOMS, nothing includes in a circle, and the library reaches
for nothing but the C library, files (zone data) and jansson. `--self-test` plants violations and expects each to be found."""
import pathlib
import re
import sys
import tempfile

ROOMS = ["base", "time", "calendar", "condition", "impact", "workflow", "sla", "policy", "case", "report"]

# No <time.h>, <locale.h>, <ctype.h>, <threads.h>, <signal.h>: no clock, no locale, no threads.
SYSTEM_HEADERS = frozenset("""
    assert.h errno.h inttypes.h limits.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h
    fcntl.h sys/stat.h sys/types.h unistd.h jansson.h
""".split())

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.M)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)


def room_of(path):
    """The room of a path relative to the root, or None for the umbrella."""
    parts = path.parts
    if parts[0] == "include":
        return path.stem if len(parts) == 3 else None
    return parts[1] if len(parts) > 2 else None


def includes(path):
    """(line, quoted name or None, system name or None) of each #include; comments do not count, line numbers stay."""
    text = COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), path.read_text())
    return [(text.count("\n", 0, match.start()) + 1, match[1], match[2]) for match in INCLUDE.finditer(text)]


def resolve(root, file, name):
    """Where a quoted include leads, relative to the root; public headers name their neighbours, sources name room/file."""
    public = file.parts[0] == "include"
    for candidate in [file.parent / name] if public else [pathlib.Path("src") / name, pathlib.Path("include") / name]:
        if (root / candidate).is_file() and ".." not in candidate.parts:
            return candidate
    return None


def circles(edges):
    """The circles in a graph, each as the list of its nodes."""
    found, state, stack = [], {}, []

    def visit(node):
        state[node] = "open"
        stack.append(node)
        for follower in edges.get(node, ()):
            if state.get(follower) == "open":
                found.append(stack[stack.index(follower):] + [follower])
            elif follower not in state:
                visit(follower)
        stack.pop()
        state[node] = "done"

    for node in sorted(edges):
        if node not in state:
            visit(node)
    return found


def faults(root):
    result, edges = [], {}
    files = sorted(path.relative_to(root) for folder in ("include", "src") for path in (root / folder).rglob("*.[ch]"))
    for file in files:
        room = room_of(file)
        umbrella = file == pathlib.Path("include/csupport.h")
        if not umbrella and room not in ROOMS:
            result.append(f"{file}: '{room}' is no room of the list; rooms are {' '.join(ROOMS)}")
            continue
        for line, quoted, system in includes(root / file):
            where = f"{file}:{line}"
            if system is not None:
                public_needs = file.parts[0] != "include" or system in ("stddef.h", "stdint.h")
                if system not in SYSTEM_HEADERS or not public_needs:
                    result.append(f"{where}: <{system}> is not among the headers that the library may use here")
                continue
            target = resolve(root, file, quoted)
            if target is None or target.suffix != ".h":
                result.append(f'{where}: "{quoted}" is no header of the project, named as room/file.h or csupport/file.h')
                continue
            edges.setdefault(str(file), []).append(str(target))
            if target == pathlib.Path("include/csupport.h"):
                result.append(f"{where}: the umbrella is for users, not for the library")
            elif not umbrella:
                there = room_of(target)
                if there not in ROOMS or ROOMS.index(there) > ROOMS.index(room):
                    result.append(f"{where}: {room} includes {quoted}, which is of a later room ({there})")
    result += ["a circle: " + " -> ".join(circle) for circle in circles(edges)]
    return result, len(files), sum(map(len, edges.values()))


def self_test():
    good = {
        "include/csupport.h": '#include "csupport/base.h"\n#include "csupport/time.h"\n',
        "include/csupport/base.h": "#include <stddef.h>\n#include <stdint.h>\n",
        "include/csupport/time.h": '#include "base.h"\n',
        "src/base/memory.h": '#include "csupport/base.h"\n/* #include "case/case.h" */\n',
        "src/base/memory.c": '#include "base/memory.h"\n#include <string.h>\n',
        "src/time/zone.c": '#include "base/memory.h"\n#include "csupport/time.h"\n// #include "policy/policy.h"\n',
    }
    planted = {
        "upward between rooms": {"src/base/bad.c": '#include "time/zone.h"\n', "src/time/zone.h": "\n"},
        "upward to a public header": {"src/base/bad.c": '#include "csupport/time.h"\n'},
        "upward between public headers": {"include/csupport/base.h": '#include "time.h"\n'},
        "a circle in one room": {"src/base/a.h": '#include "base/b.h"\n', "src/base/b.h": '#include "base/a.h"\n'},
        "a header that includes itself": {"src/base/a.h": '#include "base/a.h"\n'},
        "the umbrella from inside": {"src/time/bad.c": '#include "csupport.h"\n'},
        "an unknown room": {"src/helpers/bad.c": "\n"},
        "a source outside the rooms": {"src/bad.c": "\n"},
        "a name without its room": {"src/base/bad.c": '#include "memory.h"\n'},
        "a way around the rooms": {"src/base/bad.c": '#include "../time/zone.h"\n', "src/time/zone.h": "\n"},
        "a source included": {"src/base/bad.c": '#include "base/memory.c"\n'},
        "a clock": {"src/base/bad.c": "#include <time.h>\n"},
        "the locale, spaced out": {"src/base/bad.c": " # include <locale.h>\n"},
        "jansson in a public header": {"include/csupport/time.h": "#include <jansson.h>\n"},
    }

    def run(tree):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in tree.items():
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return faults(pathlib.Path(folder))[0]

    missed = [f"the good tree: {fault}" for fault in run(good)]
    missed += [f"not caught: {name}" for name, change in planted.items() if not run({**good, **change})]
    print(f"{len(planted)} planted violations, {len(missed)} of the self-test's expectations failed")
    return missed


def main():
    if sys.argv[1:] == ["--self-test"]:
        found = self_test()
    else:
        found, files, edges = faults(pathlib.Path(__file__).resolve().parents[2])
        print(f"{files} files, {edges} includes among them, {len(found)} violations")
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

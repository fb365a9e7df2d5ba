#!/usr/bin/env python3
"""Plants one fault after another in the library and demands that the tests notice.

mutants.json lists the faults: a text of a source file, which must stand there once, what to put in its place, and the test that must
fail: a law ("law 3": the laws test, held to that law alone) or a test program ("case/clock"). For each fault only its file is
compiled again; the test is linked against that and the rest of an existing build. Without a fault every test must pass.

    tests/mutants/mutants.py --build build [--only NAME] [--survey]
    tests/mutants/mutants.py --texts

--texts only looks whether every text still stands where it is said to, so that the list keeps up with the library.
--survey runs every law and the listed programs on each fault and prints which ones notice: for choosing the entry.
"""
import argparse
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LAWS = {f"law {n}": ("case/laws", {"CSUP_TEST_LAW": str(n)}) for n in (1, 2, 3, 4, 7)}
PROGRAMS = ["case/clock", "case/case", "case/promise", "case/snapshot", "case/failmalloc", "case/exhaustive", "case/rules"]
SECONDS = 120  # a fault may make a test run for ever, which is noticed too


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


class Build:
    """An existing build folder, from which objects are taken."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        entries = json.loads((self.folder / "compile_commands.json").read_text())
        self.commands = {os.path.relpath(entry["file"], ROOT): entry for entry in entries}

    def compile(self, source, mutated, target):
        entry = self.commands[source]
        words = shlex.split(entry["command"])
        words = [word for word in words if word != "-Werror"]
        words[words.index("-o") + 1] = str(target)
        words[words.index("-c") + 1] = str(mutated)
        for flag in ("-MD", "-MMD"):
            if flag in words:
                words.remove(flag)
        for flag in ("-MT", "-MF"):
            if flag in words:
                at = words.index(flag)
                del words[at : at + 2]
        # Headers beside the source are found by their own room's path, as before.
        result = run(words, cwd=entry["directory"])
        if result.returncode != 0:
            raise SystemExit(f"does not compile:\n{result.stdout}")

    def link(self, test, replaced, target):
        """The objects given come first, so that the archive's own are not asked for."""
        room, name = test.split("/")
        main = self.folder / f"tests/CMakeFiles/test_{room}_{name}_test.dir/{test}_test.c.o"
        words = shlex.split(self.commands[f"tests/{test}_test.c"]["command"])
        sanitizers = [word for word in words if word.startswith(("-fsanitize", "--coverage"))]
        command = [words[0], *sanitizers, str(main), *map(str, replaced), str(self.folder / "tests/libtest_support.a"),
                   str(self.folder / "tests/libcsupport_inside.a"), "-lcmocka", "-ljansson", "-lm", "-o", str(target)]
        result = run(command)
        if result.returncode != 0:
            raise SystemExit(f"does not link:\n{result.stdout}")


def judge(build, test, replaced, folder):
    """Whether the test fails, and what it says."""
    program, extra = LAWS.get(test, (test, {}))
    target = folder / program.replace("/", "_")
    build.link(program, replaced, target)
    environment = dict(os.environ, CSUP_TEST_SEED="1", **extra)
    environment.setdefault("CSUP_TEST_SCALE", "0.1")
    try:
        result = run([str(target)], env=environment, timeout=SECONDS, cwd=folder)
    except subprocess.TimeoutExpired:
        return True, f"no end after {SECONDS} s"
    said = result.stdout.strip().splitlines()
    return result.returncode != 0, said[-1] if said else ""


def times(fault):
    """How often the text that the fault replaces stands in its file."""
    return (ROOT / fault["file"]).read_text().count(fault["text"])


def check_texts(faults):
    wrong = [fault for fault in faults if times(fault) != 1]
    for fault in wrong:
        print(f"{fault['name']}: the text stands {times(fault)} times in {fault['file']}, not once")
    print(f"{len(faults)} faults, {len(wrong)} without their place")
    return 1 if wrong else 0


def plant(build, fault, folder):
    source = ROOT / fault["file"]
    text = source.read_text()
    mutated = folder / source.name
    mutated.write_text(text.replace(fault["text"], fault["instead"]))
    target = folder / (source.name + ".o")
    build.compile(fault["file"], mutated, target)
    return [target]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("--only", help="a part of the names of the faults to plant")
    parser.add_argument("--survey", action="store_true")
    parser.add_argument("--texts", action="store_true")
    options = parser.parse_args()
    faults = json.loads((HERE / "mutants.json").read_text())
    wrong = check_texts(faults)
    if wrong or options.texts:
        return wrong
    build = Build(options.build)
    missed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for test in sorted({fault["test"] for fault in faults}):
            failed, said = judge(build, test, [], folder)
            if failed:
                raise SystemExit(f"{test} fails without any fault: {said}")
        print(f"without a fault every test passes; {len(faults)} faults", flush=True)
        for fault in faults:
            if options.only and options.only not in fault["name"]:
                continue
            replaced = plant(build, fault, folder)
            if options.survey:
                seen = [test for test in [*LAWS, *PROGRAMS]
                        if f"tests/{LAWS.get(test, (test,))[0]}_test.c" in build.commands and judge(build, test, replaced, folder)[0]]
                print(f"{fault['name']}: {', '.join(seen) or 'NOBODY'}", flush=True)
                continue
            failed, said = judge(build, fault["test"], replaced, folder)
            print(f"{'caught' if failed else 'MISSED'}  {fault['test']:16} {fault['name']}", flush=True)
            missed += not failed
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

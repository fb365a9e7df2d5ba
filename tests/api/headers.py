#!/usr/bin/env python3
"""Every header compiles alone and twice: public ones as C11 and as C++17 with no search path but include/ (the umbrella with none
at all), inner ones as C11. All warnings are errors."""
import argparse
import pathlib
import shlex
import subprocess
import sys

WARNINGS = "-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wundef -Werror".split()
LANGUAGES = {"C11": ["-x", "c", "-std=c11", "-Wstrict-prototypes"],
             "C++17": ["-x", "c++", "-std=c++17", "-Wold-style-cast", "-Wzero-as-null-pointer-constant"]}


def compile_alone(compiler, language, header, arguments):
    source = f'#include "{header}"\n#include "{header}"\nextern int csup_one_declaration;\n'
    command = [compiler, *LANGUAGES[language], *WARNINGS, *arguments, "-fsyntax-only", "-"]
    result = subprocess.run(command, input=source, capture_output=True, text=True)
    return [] if result.returncode == 0 else [f"{header} as {language}:\n{result.stderr}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--c-compiler", required=True)
    parser.add_argument("--cxx-compiler", required=True)
    parser.add_argument("--inner-flags", default="", help="flags that find jansson")
    options = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parents[2]
    include, source = f"-I{root}/include", f"-I{root}/src"
    faults, count = [], 0
    for header in sorted((root / "include").rglob("*.h")):
        umbrella = header.parent.name == "include"
        name, path = (str(header), []) if umbrella else (str(header.relative_to(root / "include")), [include])
        faults += compile_alone(options.c_compiler, "C11", name, path)
        faults += compile_alone(options.cxx_compiler, "C++17", name, path)
        count += 2
    for header in sorted((root / "src").rglob("*.h")):
        flags = [include, source, *shlex.split(options.inner_flags)]
        faults += compile_alone(options.c_compiler, "C11", str(header.relative_to(root / "src")), flags)
        count += 1
    print(f"{count} compilations, {len(faults)} failed")
    for fault in faults:
        print(fault)
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())

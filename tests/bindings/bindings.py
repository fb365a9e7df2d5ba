#!/usr/bin/env python3
"""Runs the bindings of examples/ in their languages.

    bindings.py LANGUAGE conformance|errors|example|damage --library FILE --work FOLDER     one thing, against a library just built
    bindings.py installed --build FOLDER --work FOLDER [LANGUAGE ..]     everything, against that build when it is installed

`conformance` folds tests/conformance through the binding, `errors` tries what goes wrong, `example` runs the first command of the
README beside the binding and compares what it prints, `damage` changes a byte of what is expected, which the conformance run must notice.
A language that is not installed is skipped with 77, or fails when the
environment says CSUPPORT_BINDINGS_REQUIRED=1. To add a language, add a row to LANGUAGES.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Language:
    """`conformance` and `errors` are commands of the shell, run in a folder with links to the project's `examples` and `tests`."""

    def __init__(self, folder, program, conformance, errors, package=None, lacking=None):
        self.folder = ROOT / "examples" / folder  # of the README
        self.program = program                    # what must be installed
        self.commands = {"conformance": conformance, "errors": errors}
        self.package, self.package_lacking = package, lacking  # a command that fails when more must be installed, and what that is

    def lacking(self):
        """What keeps it from running here; None for nothing."""
        if not shutil.which(self.program):
            return f"{self.program} is not installed"
        if self.package and subprocess.run(self.package, shell=True, cwd=self.folder, capture_output=True, check=False).returncode:
            return self.package_lacking
        return None


CPP = "c++ -std=c++17 tests/bindings/{0}.cpp $(pkg-config --cflags --libs libcsupport) -o {0} && ./{0} tests/conformance"
LANGUAGES = {
    "cpp": Language("cpp", "c++", CPP.format("cpp_conformance"), CPP.format("cpp_test")),
    "python": Language("python", "python3", "python3 tests/bindings/python_conformance.py tests/conformance", "python3 tests/bindings/python_test.py"),
    "node": Language("node", "node", "node tests/bindings/node_conformance.mjs tests/conformance", "node tests/bindings/node_test.mjs",
                     "node --input-type=module -e \"import 'koffi'\"", "koffi is not installed: npm ci --prefix examples/node"),
    "lua": Language("lua", "luajit", "luajit tests/bindings/lua_conformance.lua tests/conformance", "luajit tests/bindings/lua_test.lua",
                    "cc --version && pkg-config --version", "cc or pkg-config is not installed, which LuaJIT's declarations are made with"),
    "ruby": Language("ruby", "ruby", "ruby -w tests/bindings/ruby_conformance.rb tests/conformance", "ruby -w tests/bindings/ruby_test.rb",
                     "ruby -e 'require \"ffi\"; require \"minitest\"'", "Ruby's ffi or minitest is not installed"),
}


def skip(reason):
    required = os.environ.get("CSUPPORT_BINDINGS_REQUIRED") == "1"
    print(f"FAILED, for this run wants every language: {reason}" if required else f"skipped: {reason}")
    sys.exit(1 if required else 77)


def preloaded(library):
    """A library with a sanitizer wants its runtime to be the first in the process, which the interpreter does not know."""
    needed = subprocess.run(["ldd", library], capture_output=True, text=True, check=False).stdout
    if "libtsan" in needed:
        print("skipped: interpreters and compilers do not survive ThreadSanitizer, with which this library is built")
        sys.exit(77)
    runtimes = [found[1] for found in re.finditer(r"^\s*libasan\S* => (\S+)", needed, flags=re.M)]
    # What interpreters and compilers keep until their end is not the library's leak; its own tests look for those. And Ruby's
    # threads have signal stacks of their own, which the runtime would take for its own.
    return {"LD_PRELOAD": " ".join(runtimes), "ASAN_OPTIONS": "detect_leaks=0:use_sigaltstack=0"} if runtimes else {}


class Place:
    """Where the library is, and a folder to run commands in."""

    def __init__(self, work, library=None, prefix=None):
        self.work = pathlib.Path(work).resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        for folder in ("examples", "tests"):
            link = self.work / folder
            link.unlink(missing_ok=True)
            link.symlink_to(ROOT / folder)
        self.environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
        self.environment.pop("CSUPPORT_LIBRARY", None)
        if prefix:
            library = next(prefix.rglob("libcsupport.so"))
            self.environment["PKG_CONFIG_PATH"] = str(next(prefix.rglob("libcsupport.pc")).parent)
            self.environment["LD_LIBRARY_PATH"] = str(library.parent)
        else:
            library = pathlib.Path(library).resolve()
            (self.work / "libcsupport.pc").write_text(
                f"Name: libcsupport\nDescription: as just built\nVersion: 0\nCflags: -I{ROOT}/include\nLibs: -L{library.parent} -lcsupport\n")
            self.environment.update(PKG_CONFIG_PATH=str(self.work), CSUPPORT_LIBRARY=str(library), LD_LIBRARY_PATH=str(library.parent))
        self.environment.update(preloaded(library))

    def run(self, command, **options):
        print(f"$ {command}", flush=True)
        return subprocess.run(command, shell=True, cwd=self.work, env=self.environment, check=False, **options)

    def example(self, language):
        block = re.search(r"^```console\n\$ (.*)\n((?:.*\n)*?)```$", (language.folder / "README.md").read_text(encoding="utf-8"), flags=re.M)
        done = self.run(block[1], capture_output=True, text=True, encoding="utf-8")
        quiet = not done.stderr or "LD_PRELOAD" in self.environment  # then the linker speaks of the runtime
        good = done.returncode == 0 and quiet and done.stdout == block[2]
        print("prints what the README says" if good else
              f"exits with {done.returncode} and prints\n{done.stdout}{done.stderr}\nwhere {language.folder.name}/README.md says\n{block[2]}")
        return good

    def damage(self, language):
        """Whether the conformance run fails, and says where, when an expected file is wrong in one byte, or short of its last line."""
        whole, command = ROOT / "tests/conformance", language.commands["conformance"].replace("tests/conformance", "damaged")
        for file in ("decisions.jsonl", "status.jsonl", "refused.jsonl", "assessments.jsonl"):
            folder = next(path.parent for path in sorted(whole.glob(f"*/{file}")))
            for harm in (lambda text: text.replace(b":", b";", 1), lambda text: text[:text[:-1].rfind(b"\n") + 1]):
                damaged = self.work / "damaged"
                shutil.rmtree(damaged, ignore_errors=True)
                shutil.copytree(folder, damaged / folder.name)
                path = damaged / folder.name / file
                path.write_bytes(harm(path.read_bytes()))
                done = self.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace")
                command = command.rsplit(" && ", 1)[-1]  # what is compiled is compiled once
                if done.returncode == 0 or f"{file}:" not in done.stdout + done.stderr:
                    print(f"exits with {done.returncode} when {folder.name}/{file} is damaged, and says\n{done.stdout}{done.stderr}")
                    return False
        print("notices each damaged file")
        return True

    def good(self, name, what):
        language = LANGUAGES[name]
        if what == "damage":
            return self.damage(language)
        return self.example(language) if what == "example" else self.run(language.commands[what]).returncode == 0


def installed(options):
    prefix = pathlib.Path(options.work).resolve() / "prefix"
    shutil.rmtree(prefix, ignore_errors=True)
    subprocess.run([options.cmake, "--install", options.build, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
    place, faults, lacking = Place(options.work, prefix=prefix), [], []
    for name in options.what or LANGUAGES:
        reason = LANGUAGES[name].lacking()
        lacking += [reason] if reason else []
        faults += [] if reason else [f"{name}: {what}" for what in ("conformance", "errors", "example") if not place.good(name, what)]
    for fault in faults:
        print(f"FAILED: {fault}")
    if lacking and not faults:
        skip("; ".join(lacking))
    return 1 if faults else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("language", choices=[*LANGUAGES, "installed"])
    parser.add_argument("what", nargs="*")
    parser.add_argument("--library", dest="built")
    parser.add_argument("--build")
    parser.add_argument("--work", required=True)
    parser.add_argument("--cmake", default="cmake")
    options = parser.parse_args()
    if options.language == "installed":
        return installed(options)
    reason = LANGUAGES[options.language].lacking()
    if reason:
        skip(reason)
    place = Place(options.work, library=options.built)
    return 0 if all([place.good(options.language, what) for what in options.what]) else 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""The package as a stranger gets it: builds the library (shared or static) with nothing else, installs it to a prefix, and there

* a C11 and a C++17 program do not compile without pkg-config's flags, and do not link without its libraries;
* both compile, link and run through pkg-config, and through find_package;
* find_package does not find it without the prefix;
* headers, soname, pkg-config version and, in a static build, the private dependency are as promised;
* the whole prefix can be moved and still works.
"""
import argparse
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

STRICT = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror".split()


class Failure(Exception):
    pass


def run(command, expect_failure=None, **options):
    """Runs; with expect_failure, a pattern, the command must fail and say so."""
    print("$", shlex.join(map(str, command)), flush=True)
    try:
        result = subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, **options)
    except FileNotFoundError as error:
        raise Failure(str(error)) from error
    if expect_failure is None and result.returncode:
        raise Failure(f"exit {result.returncode}:\n{result.stdout}")
    if expect_failure is not None:
        if not result.returncode:
            raise Failure("it succeeded, and should not have")
        if not re.search(expect_failure, result.stdout):
            raise Failure(f"it failed, but not for the reason '{expect_failure}':\n{result.stdout}")
        print(f"  fails as it should: {expect_failure}")
    return result.stdout


class Package:
    def __init__(self, options):
        self.options = options
        self.static = options.kind == "static"
        self.here = pathlib.Path(__file__).resolve().parent
        self.root = self.here.parents[1]
        self.work = pathlib.Path(options.work).resolve() / options.kind
        self.prefix = self.work / "prefix"

    def install(self):
        options = self.options
        for folder in (self.prefix, self.work / "moved", self.work / "programs"):
            shutil.rmtree(folder, ignore_errors=True)
        run([options.cmake, "-G", options.generator, "-S", self.root, "-B", self.work / "library", "-DCMAKE_BUILD_TYPE=Debug",
             f"-DCMAKE_C_COMPILER={options.c_compiler}", f"-DBUILD_SHARED_LIBS={'OFF' if self.static else 'ON'}",
             "-DCSUPPORT_BUILD_TESTS=OFF", "-DCSUPPORT_BUILD_DOCS=OFF", "-DCSUPPORT_BUILD_BENCHMARKS=OFF"])
        run([options.cmake, "--build", self.work / "library", "--parallel", "2"])
        run([options.cmake, "--install", self.work / "library", "--prefix", self.prefix])

    def check_files(self):
        wanted = {path.relative_to(self.root) for path in (self.root / "include").rglob("*.h")}
        found = {path.relative_to(self.prefix) for path in (self.prefix / "include").rglob("*") if path.is_file()}
        if wanted != found:
            raise Failure(f"installed headers differ from the source's: {sorted(map(str, wanted ^ found))}")
        self.one("LICENSE")
        library = self.one("libcsupport.a" if self.static else "libcsupport.so")
        if not self.static:
            major = self.options.version.split(".")[0]
            dynamic = run(["readelf", "-d", library])
            if f"[libcsupport.so.{major}]" not in dynamic:
                raise Failure(f"the soname is not libcsupport.so.{major}:\n{dynamic}")
            self.one(f"libcsupport.so.{major}")
        others = [str(path) for path in self.prefix.rglob("*csupport*") if path.suffix == (".so" if self.static else ".a")]
        if others:
            raise Failure(f"the other kind of library is installed too: {others}")
        demo = self.root / "examples" / "demo"
        if demo.is_dir():
            run([self.prefix / "bin" / "csup", "status", demo / "policy.json", demo / "journal.jsonl"])

    def one(self, name):
        found = list(self.prefix.rglob(name))
        if len(found) != 1:
            raise Failure(f"{len(found)} files {name} in {self.prefix}")
        return found[0]

    def environment(self, prefix):
        path = self.one("libcsupport.pc").parent.relative_to(self.prefix)
        environment = dict(os.environ, PKG_CONFIG_PATH=str(prefix / path))
        environment.pop("LD_LIBRARY_PATH", None)
        return environment

    def pkg_config(self, prefix, *arguments):
        command = [self.options.pkg_config, *(["--static"] if self.static else []), *arguments, "libcsupport"]
        return run(command, env=self.environment(prefix)).split()

    def programs(self):
        options = self.options
        return [("C11", options.c_compiler, "consumer.c", ["-std=c11"]), ("C++17", options.cxx_compiler, "consumer.cpp", ["-std=c++17"])]

    def through_pkg_config(self, prefix, proofs):
        out = self.work / "programs"
        out.mkdir(parents=True, exist_ok=True)
        version = self.pkg_config(prefix, "--modversion")
        if version != [self.options.version]:
            raise Failure(f"pkg-config says version {version}")
        cflags, libs = self.pkg_config(prefix, "--cflags"), self.pkg_config(prefix, "--libs")
        if ("-ljansson" in libs) != self.static:
            raise Failure(f"jansson is {'missing from' if self.static else 'a matter of'} --libs: {libs}")
        for name, compiler, source, standard in self.programs():
            program = out / f"{name}-{prefix.name}"
            build = [compiler, *standard, *STRICT, self.here / source, "-o", program]
            clean = dict(os.environ)
            for variable in ("CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH"):
                clean.pop(variable, None)
            if proofs:
                if self.system_wide(compiler, clean):
                    print("libcsupport is installed system-wide: that nothing compiles without the flags cannot be shown here")
                else:
                    run(build, expect_failure=r"csupport\.h", env=clean)
                    run([*build, *cflags], expect_failure="undefined reference to `csup_", env=clean)
                    if self.static:
                        without = [flag for flag in libs if flag != "-ljansson"]
                        run([*build, *cflags, *without], expect_failure="undefined reference to `json", env=clean)
            run([*build, *cflags, *libs, *([] if self.static else [f"-Wl,-rpath,{self.lib_folder(prefix)}"])], env=clean)
            run([program, self.options.version], env=self.environment(prefix))
            print(f"  {name} through pkg-config: runs")

    def lib_folder(self, prefix):
        return prefix / self.one("libcsupport.a" if self.static else "libcsupport.so").parent.relative_to(self.prefix)

    def system_wide(self, compiler, environment):
        result = subprocess.run([compiler, "-x", "c", "-fsyntax-only", "-"], input="#include <csupport.h>\n", text=True,
                                capture_output=True, env=environment)
        return result.returncode == 0

    def through_find_package(self, prefix, proofs):
        options = self.options
        build = self.work / "programs" / f"cmake-{prefix.name}"
        shutil.rmtree(build, ignore_errors=True)
        configure = [options.cmake, "-G", options.generator, "-S", self.here, "-B", build, "-DCMAKE_BUILD_TYPE=Debug",
                     f"-DCMAKE_C_COMPILER={options.c_compiler}", f"-DCMAKE_CXX_COMPILER={options.cxx_compiler}"]
        if proofs and not self.system_wide(options.c_compiler, os.environ):
            run(configure, expect_failure="csupport-config.cmake")
            shutil.rmtree(build)
        run([*configure, f"-DCMAKE_PREFIX_PATH={prefix}"])
        run([options.cmake, "--build", build, "--parallel", "2"])
        for program in ("consumer_c", "consumer_cxx"):
            run([build / program, options.version])
            print(f"  {program} through find_package: runs")

    def test(self):
        self.install()
        self.check_files()
        self.through_pkg_config(self.prefix, proofs=True)
        self.through_find_package(self.prefix, proofs=True)
        moved = self.work / "moved"
        shutil.copytree(self.prefix, moved, symlinks=True)
        hidden = self.work / "hidden"
        self.prefix.rename(hidden)
        try:
            self.prefix, original = moved, self.prefix
            self.through_pkg_config(moved, proofs=False)
            self.through_find_package(moved, proofs=False)
        finally:
            hidden.rename(original)
        print(f"the {self.options.kind} package works, and moved")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["shared", "static"])
    for name in ("work", "version", "cmake", "generator", "c-compiler", "cxx-compiler", "pkg-config"):
        parser.add_argument(f"--{name}", required=True)
    try:
        Package(parser.parse_args()).test()
    except Failure as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

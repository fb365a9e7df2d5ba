#!/usr/bin/env python3
"""The examples as a stranger builds them: this build is installed into a prefix, their folders are copied away from the project, and the
commands of their READMEs are run there, as they stand, with nothing but pkg-config told about the prefix. What a README says that a
command prints is what it prints."""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

BLOCK = re.compile(r"^```shell-session\n(?P<body>.*?)^```$", re.S | re.M)


def steps(readme):
    """(command, what it prints) of each "$ " line in the blocks that only an installed library can run."""
    found = []
    for block in BLOCK.finditer(readme):
        for line in block["body"].splitlines():
            if line.startswith("$ "):
                found.append([line[2:], []])
            else:
                found[-1][1].append(line)
    return found


def matches(wanted, printed):
    pattern = "".join("(?:.*\n)*?" if line.strip() == "..." else re.escape(line) + "\n" for line in wanted)
    return re.fullmatch(pattern, printed) is not None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("work", "build", "cmake", "compiler", "pkg-config"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    root, work = pathlib.Path(__file__).resolve().parents[2], pathlib.Path(options.work)
    shutil.rmtree(work, ignore_errors=True)
    prefix, examples = work / "prefix", work / "examples"
    subprocess.run([options.cmake, "--install", options.build, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
    shutil.copytree(root / "examples", examples)
    # `cc` and `pkg-config` are what the build uses, whatever they are called there.
    programs = work / "bin"
    programs.mkdir()
    for name, target in (("cc", options.compiler), ("pkg-config", options.pkg_config)):
        (programs / name).symlink_to(shutil.which(target))
    package = next(prefix.rglob("libcsupport.pc"))
    environment = {key: value for key, value in os.environ.items() if key not in ("CPATH", "C_INCLUDE_PATH", "LIBRARY_PATH")}
    environment.update(PATH=f"{programs}{os.pathsep}{os.environ['PATH']}", PKG_CONFIG_PATH=str(package.parent),
                       LD_LIBRARY_PATH=str(next(prefix.rglob("libcsupport.so")).parent), HELPDESK_DB=str(work / "helpdesk.db"))

    faults, count = [], 0
    has_sqlite = subprocess.run([options.pkg_config, "--exists", "sqlite3 >= 3.37"]).returncode == 0
    for example in ("embed", "helpdesk"):
        if example == "helpdesk" and not has_sqlite:
            print("helpdesk is left out: there is no SQLite")
            continue
        found = steps((examples / example / "README.md").read_text())
        if not any("pkg-config --cflags --libs libcsupport" in command for command, _ in found):
            faults.append(f"{example}: its README does not say how it is built")
        for command, wanted in found:
            result = subprocess.run(["sh", "-c", command], cwd=examples / example, env=environment, stdin=subprocess.DEVNULL,
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
            count += 1
            print(f"{example}: $ {command}\n{result.stdout}", end="")
            if result.returncode:
                faults.append(f"{example}: '{command}' exits {result.returncode}:\n{result.stdout}")
            elif not matches(wanted, result.stdout):
                faults.append(f"{example}: '{command}' does not print what its README says")
    lines = len((examples / "embed" / "embed.c").read_text().splitlines())
    if lines > 80:
        faults.append(f"embed.c has {lines} lines; the smallest host has at most 80")
    for fault in faults:
        print(f"FAULT: {fault}")
    print(f"{count} commands run against the installed library")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Compiles and runs what README.md and docs/*.md show. By the fence's word:

c        With a main: a whole program, compiled with all warnings as errors, linked and run; it must exit 0, and a `text` block that
         follows it at once is exactly what it prints. Without: declarations when it has an #include, else the inside of a function.
json     Valid JSON without duplicate keys; an object with a member "csupport" is a policy, of which csup check has nothing to say.
jsonl    One valid JSON value a line.
console  Each line after "$ " is run by sh in the project's folder with csup on the PATH; the lines that follow are exactly what it
         prints ("..." alone on a line stands for any lines), and its exit status is 0 unless a line "# exits N" follows the command.
replay   A story under the default policy, told in the blocks of one page: lines with "event" or "events" happen, a line "# until INSTANT"
         lets time pass, and the lines with "decision" are all that is decided in this block, in order; each may leave out members.
mermaid  After a comment <!-- $ COMMAND --> it is exactly what the command prints.
sh       Only README.md's Quick start has these: exactly two, each of one line.

README.md's first block of C is a part of the smallest host, examples/embed/embed.c, line by line. The commands of one page that call
helpdesk share a database, which is empty at the page's beginning.

Other words (text, dot, cmake, ...) are shown to people only.
"""
import argparse
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

WARNINGS = "-std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror".split()
INSIDE = "-Wno-unused-variable -Wno-unused-but-set-variable -Wno-unused-parameter -Wno-unused-function".split()
FENCE = re.compile(r"^(?P<indent> {0,3})```(?P<word>[\w+-]*)[^\n]*\n(?P<body>.*?)^ {0,3}```[ \t]*$", re.S | re.M)


def blocks(text):
    """(line, word, body, text between the block before and this one) of each fenced block."""
    found, before = [], 0
    for match in FENCE.finditer(text):
        body = re.sub(f"^{match['indent']}", "", match["body"], flags=re.M)
        found.append((text.count("\n", 0, match.start()) + 1, match["word"], body, text[before:match.start()]))
        before = match.end()
    return found


def quick_start_faults(readme):
    section = re.search(r"^## Quick start$(.*?)(?=^## |\Z)", readme, flags=re.S | re.M)
    if not section:
        return ["README.md has no section 'Quick start'"]
    shell = [body for _, word, body, _ in blocks(section[1]) if word == "sh"]
    faults = []
    if len(shell) != 2 or any(len(body.splitlines()) != 1 for body in shell):
        faults.append("README.md: 'Quick start' must have exactly two sh blocks of one line each")
    if len([word for _, word, _, _ in blocks(readme) if word == "sh"]) != len(shell):
        faults.append("README.md: an sh block outside 'Quick start'; use a console block, which is run")
    return faults


def host_faults(readme, host):
    """The first block of C that the readme shows is what the smallest host does."""
    shown = next((body for _, word, body, _ in blocks(readme) if word == "c"), None)
    if shown is None or shown not in host:
        return ["README.md: the first block of C is not in examples/embed/embed.c"]
    return []


def json_value(text):
    def unique(pairs):
        keys = [key for key, _ in pairs]
        if len(keys) != len(set(keys)):
            raise ValueError(f"a duplicate key in {keys}")
        return dict(pairs)

    return json.loads(text, object_pairs_hook=unique)


def commands(body):
    """(command, wanted exit status, wanted output) of a console block."""
    found = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], 0, []])
        elif not found:
            raise ValueError("output before the first '$ '")
        elif re.fullmatch(r"# exits \d+", line) and not found[-1][2]:
            found[-1][1] = int(line.split()[-1])
        else:
            found[-1][2].append(line)
    if not found:
        raise ValueError("no command")
    return found


def shows(shown, decision):
    return all(name in decision and decision[name] == value for name, value in shown.items())


def same_output(wanted, printed):
    pattern = "".join("(?:.*\n)*?" if line.strip() == "..." else re.escape(line) + "\n" for line in wanted)
    return re.fullmatch(pattern, "".join(line.rstrip() + "\n" for line in printed.splitlines())) is not None


class Checker:
    def __init__(self, options, root, work):
        self.options, self.root, self.work = options, root, work
        self.faults, self.counts = [], {}
        self.environment = dict(os.environ)
        for program in filter(None, (options.csup, options.helpdesk)):
            if not os.access(program, os.X_OK):
                raise SystemExit(f"{program} is not built")
            self.environment["PATH"] = f"{pathlib.Path(program).parent}{os.pathsep}{self.environment['PATH']}"

    def fault(self, where, text):
        self.faults.append(f"{where}: {text}")

    def run(self, command, **options):
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=self.environment, timeout=300, **options)

    def c(self, where, body, expected):
        program = re.search(r"\bint main\(", body)
        source = self.work / "snippet.c"
        if program or "#include" in body:
            source.write_text(body)
        else:
            source.write_text(f'#include <csupport.h>\n#include <stdio.h>\n#include <string.h>\nvoid snippet(void);\n'
                              f'void snippet(void) {{\n{body}}}\n')
        command = [self.options.compiler, *WARNINGS, *shlex.split(self.options.flags), f"-I{self.root}/include", str(source)]
        library = pathlib.Path(self.options.built)
        if program:
            command += ["-o", str(self.work / "snippet"), str(library), f"-Wl,-rpath,{library.parent}",
                        *shlex.split(self.options.libraries)]
        else:
            command += [*INSIDE, "-fsyntax-only"]
        result = self.run(command)
        if result.returncode:
            return self.fault(where, f"does not compile:\n{result.stdout}")
        if program:
            result = self.run([str(self.work / "snippet")], cwd=self.root)
            if result.returncode:
                self.fault(where, f"exits {result.returncode}:\n{result.stdout}")
            elif expected is not None and not same_output(expected.splitlines(), result.stdout):
                self.fault(where, f"prints\n{result.stdout}where the page says\n{expected}")

    def json(self, where, body, _):
        try:
            value = json_value(body)
        except ValueError as error:
            return self.fault(where, f"not JSON: {error}")
        if isinstance(value, dict) and "csupport" in value and self.options.csup:
            path = self.work / "policy.json"
            path.write_text(body)
            result = self.run([self.options.csup, "check", str(path)])
            if result.returncode:
                self.fault(where, f"csup check says of this policy:\n{result.stdout}")

    def jsonl(self, where, body, _):
        for line in body.splitlines():
            try:
                json_value(line)
            except ValueError as error:
                self.fault(where, f"not JSON: {error}: {line}")

    def console(self, where, body, _):
        try:
            found = commands(body)
        except ValueError as error:
            return self.fault(where, str(error))
        for command, status, output in found:
            if "helpdesk " in command and not self.options.helpdesk:
                self.counts["left out, for helpdesk is not built"] = self.counts.get("left out, for helpdesk is not built", 0) + 1
                continue
            result = self.run(["sh", "-c", command], cwd=self.root)
            if result.returncode != status:
                self.fault(where, f"'{command}' exits {result.returncode}, not {status}:\n{result.stdout}")
            elif not same_output(output, result.stdout):
                wanted = "\n".join(output)
                self.fault(where, f"'{command}' prints\n{result.stdout}where the page says\n{wanted}")

    def replay(self, where, body, _):
        shown, until = [], []
        for line in body.splitlines():
            passed = re.fullmatch(r"# until (\S+)", line)
            try:
                value = None if passed else json_value(line)
            except ValueError as error:
                return self.fault(where, f"neither JSON nor '# until INSTANT': {error}: {line}")
            if passed:
                until = ["--until", passed[1]]
            elif "decision" in value:
                shown.append(value)
            elif shown:
                return self.fault(where, f"an event after decisions: begin another block: {line}")
            else:
                self.story.append(line)
        if not self.options.csup:
            return None
        journal = self.work / "story.jsonl"
        journal.write_text("".join(f"{line}\n" for line in self.story))
        result = self.run([self.options.csup, "replay", "default", str(journal), *until])
        if result.returncode:
            return self.fault(where, f"csup refuses this:\n{result.stdout}")
        decided = [json_value(line) for line in result.stdout.splitlines()][self.told:]
        self.told += len(decided)
        for wanted, decision in zip(shown, decided):
            if not shows(wanted, decision):
                return self.fault(where, f"decided is\n{json.dumps(decision)}\nwhere the page says\n{json.dumps(wanted)}")
        if len(shown) != len(decided):
            rest = "\n".join(json.dumps(decision) for decision in decided[len(shown):])
            return self.fault(where, f"{len(shown)} decisions are shown, there are {len(decided)}:\n{rest}")
        return None

    def page(self, name, text):
        self.story, self.told = [], 0
        for leftover in self.work.glob("helpdesk.db*"):
            leftover.unlink()
        self.environment["HELPDESK_DB"] = str(self.work / "helpdesk.db")
        found = blocks(text)
        for index, (line, word, body, before) in enumerate(found):
            self.counts[word] = self.counts.get(word, 0) + 1
            follower = found[index + 1] if index + 1 < len(found) else None
            expected = follower[2] if follower and follower[1] == "text" and not follower[3].strip() else None
            kind = {"c": self.c, "json": self.json, "jsonl": self.jsonl, "console": self.console, "replay": self.replay}.get(word)
            if kind:
                kind(f"{name}:{line}", body, expected)
            command = re.search(r"<!-- \$ (.+) -->\s*\Z", before) if word == "mermaid" else None
            if command:
                self.console(f"{name}:{line}", f"$ {command[1]}\n{body}", None)
            elif word == "":
                self.fault(f"{name}:{line}", "a code block without a language; write ```text if it is none")


def self_test():
    program = '#include <stdio.h>\nint main(void) {\n  puts("3");\n  return 0;\n}\n'
    good = [
        ("README.md", f"```c\n{program}```\n\n```text\n3\n```\n"),
        ("README.md", "```c\nint x = 1;\n(void)x;\n```\n```json\n{\"a\": [1]}\n```\n```jsonl\n{}\n[]\n```\n"),
        ("README.md", "```console\n$ echo one; echo two\n...\ntwo\n$ exit 3\n# exits 3\n```\n```dot\nnonsense {\n```\n"),
        ("README.md", "```mermaid\nb\n```\n<!-- $ echo a; echo b -->\n\n```mermaid\na\nb\n```\n"),
    ]
    event, decision = '{"event":"opened"}', '{"decision":"moved","to":"new"}'
    good.append(("README.md", f"```replay\n{event}\n{decision}\n```\n```replay\n# until 2026-03-02T09:00:00Z\n```\n"))
    bad = [
        "```c\nint x = ;\n```\n", "```c\nreturn undeclared;\n```\n", "```c\n#include <stdio.h>\nint f(void)\n```\n",
        f"```c\n{program}```\n```text\n4\n```\n", "```c\nint main(void) {\n  return 1;\n}\n```\n",
        "```json\n{\"a\": 1,}\n```\n", "```json\n{\"a\": 1, \"a\": 2}\n```\n", "```jsonl\n{}\n{\n```\n",
        "```console\n$ echo one\ntwo\n```\n", "```console\n$ false\n```\n", "```console\nno command\n```\n", "```\nno word\n```\n",
        "<!-- $ echo a -->\n```mermaid\nb\n```\n",
        "```replay\nevent\n```\n", f"```replay\n{decision}\n{event}\n```\n", f"```replay\n{event}\n```\n",
        f"```replay\n{event}\n{decision}\n{decision}\n```\n", f"```replay\n{event}\n{decision.replace('new', 'open')}\n```\n",
        f"```replay\n{event}\n{decision}\n```\n```replay\n{event}\n{decision}\n```\n",
    ]
    quick = "## Quick start\n\n```sh\na\n```\n\n```sh\nb\n```\n\n## Next\n"
    missed = [f"good: {fault}" for fault in quick_start_faults(quick)]
    missed += [f"not caught: {text!r}" for text in ("## Other\n", quick.replace("b\n", "b\nc\n"), quick + "```sh\nc\n```\n",
                                                    quick.replace("```sh\na\n```", "")) if not quick_start_faults(text)]
    shown = "```c\nint a;\n```\n```c\nint b;\n```\n"
    missed += [f"good: {fault}" for fault in host_faults(shown, "int x;\nint a;\n")]
    missed += [f"not caught: {host!r}" for host in ("int b;\n", "int a = 1;\n") if not host_faults(shown, host)]
    root = pathlib.Path(__file__).resolve().parents[2]
    options = argparse.Namespace(compiler="cc", flags="", library="", libraries="", csup=None, helpdesk=None)

    def faults(name, text):
        with tempfile.TemporaryDirectory() as folder:
            # Nothing here calls the library: an empty object stands in for it.
            empty = pathlib.Path(folder, "empty.o")
            subprocess.run(["cc", "-x", "c", "-c", "-", "-o", str(empty)], input="extern int x;\n", text=True, check=True)
            options.built = str(empty)
            # Whatever it is asked, this one always decides the same.
            options.csup = str(pathlib.Path(folder, "csup"))
            pathlib.Path(options.csup).write_text('#!/bin/sh\necho \'{"seq":1,"decision":"moved","to":"new"}\'\n')
            os.chmod(options.csup, 0o700)
            checker = Checker(options, root, pathlib.Path(folder))
            checker.page(name, text)
            return checker.faults

    missed += [f"good: {fault}" for name, text in good for fault in faults(name, text)]
    missed += [f"not caught: {text!r}" for text in bad if not faults("README.md", text)]
    print(f"{len(bad) + 6} planted faults, {len(missed)} of the self-test's expectations failed")
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--compiler")
    parser.add_argument("--library", dest="built", help="libcsupport as built")
    parser.add_argument("--flags", default="", help="the build's own compiler flags")
    parser.add_argument("--libraries", default="", help="what a static libcsupport needs")
    parser.add_argument("--csup", help="the program csup as built")
    parser.add_argument("--helpdesk", help="the program helpdesk as built")
    options = parser.parse_args()
    if options.self_test:
        faults = self_test()
    else:
        root = pathlib.Path(__file__).resolve().parents[2]
        # What the bindings' READMEs show is run where their languages are: tests/bindings.
        sys.path.insert(0, str(root / "tests/bindings"))
        elsewhere = {language.folder for language in __import__("bindings").LANGUAGES.values()}
        examples = [page for page in sorted((root / "examples").rglob("*.md")) if not elsewhere & set(page.parents)]
        pages = [root / "README.md", *sorted((root / "docs").rglob("*.md")), *examples]
        with tempfile.TemporaryDirectory() as folder:
            checker = Checker(options, root, pathlib.Path(folder))
            for page in pages:
                checker.page(str(page.relative_to(root)), page.read_text())
        readme = (root / "README.md").read_text()
        faults = quick_start_faults(readme) + host_faults(readme, (root / "examples/embed/embed.c").read_text()) + checker.faults
        print(f"{len(pages)} pages, " + ", ".join(f"{count} {word}" for word, count in sorted(checker.counts.items())))
        if not options.csup:
            print("csup is not built: policies are checked as JSON only")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

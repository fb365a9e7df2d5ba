#!/usr/bin/env python3
"""The API's gates.

listing   include/csupport.h, preprocessed flat, equals the committed tests/api/csupport.cdef: the page on which every change of
          the API is seen. It also follows the API's own rules (fixed-width types, pinned numbers, no struct by value, ...).
exports   what the headers mark with CSUP_API = what they declare = src/csupport.map = what the shared library exports.
symbols   the library's objects export nothing without the prefix, keep no variable, and call no clock, no locale, ...
comments  every constant of an enumeration has its own documentation, which Doxygen does not ask for where the enumeration has no name.
load      LuaJIT's ffi.cdef and Python's cffi load the listing as it is (each if it is installed).
selftest  the gates catch planted faults.

`listing --update` and `exports --update` write the listing and the map anew; the diff is then yours to defend in review.
"""
import argparse
import difflib
import pathlib
import re
import subprocess
import sys

SKIPPED = 77
MOST_FUNCTIONS = 89
MAP_NODE = "LIBCSUPPORT_0"

ALLOWED_TYPE = re.compile(r"(?:u?int(?:8|16|32|64)_t|size_t|char|void|csup_\w+)$")
BUILT_IN_TYPE = re.compile(r"\b(?:int|long|short|unsigned|signed|float|double|_Bool|bool|time_t|ssize_t|wchar_t)\b")

# What the library must never reach for: a clock, the environment's mood, other threads, chance, the end of the process.
FORBIDDEN_CALLS = frozenset("""
    time clock clock_gettime gettimeofday timespec_get localtime localtime_r gmtime gmtime_r mktime timegm tzset strftime strptime
    setlocale newlocale uselocale localeconv nl_langinfo strcoll
    pthread_create thrd_create fork vfork execve execv execvp system popen signal sigaction setjmp longjmp
    rand srand random srandom rand_r drand48 arc4random getrandom getentropy
    setenv putenv unsetenv exit _exit abort quick_exit atexit socket connect printf puts putchar perror strtok strerror
""".split())


def preprocess(root, compiler):
    command = [compiler, "-E", "-P", "-DCSUP_CDEF", str(root / "include/csupport.h")]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{result.stderr}")
    return result.stdout


def declarations(listing):
    """The listing's top-level declarations, white space made single."""
    depth, start, found = 0, 0, []
    for index, character in enumerate(listing):
        depth += (character == "{") - (character == "}")
        if character == ";" and depth == 0:
            found.append(" ".join(listing[start:index].split()))
            start = index + 1
    if listing[start:].strip():
        raise SystemExit(f"not a declaration: {listing[start:].strip()[:80]}")
    return found


PROTOTYPE = re.compile(r"^(?!typedef\b)(?P<result>[^{}()]*?)(?P<name>\w+) ?\((?P<parameters>.*)\)$")


def prototypes(listing):
    return {match["name"] for match in map(PROTOTYPE.match, declarations(listing)) if match}


def structs_with_members(listing):
    return [match[1] for match in (re.match(r"typedef struct (\w+) ?\{", text) for text in declarations(listing)) if match]


def rule_faults(listing):
    """Departures from the rules that the API set itself."""
    faults = []
    found = declarations(listing)
    structs = {match[1] for match in (re.match(r"typedef struct \w+ .*?(\w+)$", text) for text in found) if match}

    def check_type(text, where):
        bare = re.sub(r"\b(?:const|struct)\b", " ", text).replace("*", " ").split()
        if BUILT_IN_TYPE.search(text) or not bare or not ALLOWED_TYPE.match(bare[0]):
            faults.append(f"{where}: '{text.strip()}' is not of a fixed-width type")

    for text in found:
        if re.search(r"\bunion\b", text):
            faults.append(f"union: {text[:60]}")
        if "..." in text:
            faults.append(f"varargs: {text[:60]}")
        if re.search(r"\b(?:inline|static|__\w+)\b", text):
            faults.append(f"inline, static or a compiler's own word: {text[:60]}")
        if text.startswith("enum"):
            body = re.match(r"enum ?\{(.*)\}$", text)
            if not body:
                faults.append(f"an enumeration must be anonymous, beside its int32_t typedef: {text[:60]}")
                continue
            for constant in filter(None, (part.strip() for part in body[1].split(","))):
                if not re.match(r"CSUP_[A-Z0-9_]+ = -?\d+$", constant):
                    faults.append(f"the constant '{constant}' has no pinned number or not the prefix CSUP_")
            continue
        match = PROTOTYPE.match(text)
        if match:
            name = match["name"]
            if not name.startswith("csup_"):
                faults.append(f"{name}: without the prefix csup_")
            check_type(match["result"], name)
            parameters = match["parameters"]
            if "(" in parameters:
                faults.append(f"{name}: a callback")
            for parameter in [] if parameters == "void" else parameters.split(","):
                check_type(parameter, name)
            for part in [match["result"], *parameters.split(",")]:
                words = re.sub(r"\bconst\b", " ", part).split()
                if words and words[0] in structs and "*" not in part:
                    faults.append(f"{name}: '{part.strip()}' passes a struct by value")
            continue
        match = re.match(r"typedef (?:struct (\w+) ?(?:\{(.*)\} ?)?)?(.*)$", text)
        if not match:
            faults.append(f"not understood: {text[:60]}")
            continue
        tag, members, rest = match[1], match[2], match[3]
        new_name = rest.split()[-1]
        if not new_name.startswith("csup_"):
            faults.append(f"{new_name}: without the prefix csup_")
        if tag is None:
            check_type(rest, new_name)
        for member in filter(None, (part.strip() for part in (members or "").split(";"))):
            if "(" in member:
                if tag != "csup_allocator":
                    faults.append(f"{tag}: the callback '{member}'")
            elif ":" in member:
                faults.append(f"{tag}: the bit field '{member}'")
            else:
                check_type(member, tag)
    functions = prototypes(listing)
    if len(functions) > MOST_FUNCTIONS:
        faults.append(f"{len(functions)} public functions; at most {MOST_FUNCTIONS} are wanted")
    return faults


def difference(old, new, old_name, new_name):
    return list(difflib.unified_diff(old.splitlines(), new.splitlines(), old_name, new_name, lineterm=""))


def listing_gate(root, compiler, update):
    committed = root / "tests/api/csupport.cdef"
    now = preprocess(root, compiler)
    if update:
        committed.write_text(now)
    faults = rule_faults(now)
    old = committed.read_text() if committed.exists() else ""
    layouts = (root / "tests/api/layout_test.c").read_text()
    faults += [f"{name}: its layout is not pinned in tests/api/layout_test.c" for name in structs_with_members(now)
               if f"LAYOUT({name}," not in layouts]
    changes = difference(old, now, "tests/api/csupport.cdef", "include/csupport.h, preprocessed")
    if changes:
        faults += changes + ["If the API is meant to change: tests/api/api.py listing --update, and say it in CHANGELOG.md under ABI."]
    print(f"{len(prototypes(now))} functions in {len(now.splitlines())} lines")
    return faults


def marked(root):
    """The functions that the headers mark as public."""
    names = []
    for header in sorted((root / "include").rglob("*.h")):
        text = re.sub(r"/\*.*?\*/|//[^\n]*|^\s*#[^\n]*", " ", header.read_text(), flags=re.S | re.M)
        names += re.findall(r"\bCSUP_API\b[^;(]*?\b(\w+)\s*\(", text)
    return names


def map_text(names):
    lines = "".join(f"    {name};\n" for name in sorted(names))
    return f"{MAP_NODE} {{\n  global:\n{lines}  local:\n    *;\n}};\n"


def map_names(text):
    body = re.search(r"global:(.*?)local:\s*\*;", re.sub(r"#[^\n]*|/\*.*?\*/", " ", text, flags=re.S), flags=re.S)
    if not body:
        raise SystemExit("src/csupport.map: no 'global: ... local: *;'")
    return [name.strip() for name in body[1].split(";") if name.strip()]


def comment_faults(header, text):
    """The constants in a header that no /** comment */ before or /**< comment */ behind explains."""
    faults = []
    for match in re.finditer(r"\benum\s*\{(.*?)\}\s*;", text, flags=re.S):
        before = False
        pieces = re.findall(r"/\*\*(<?)(.*?)\*/|/\*.*?\*/|(\w+)\s*(?:=\s*[^,/}]+)?,?", match[1], flags=re.S)
        for index, (_, comment, name) in enumerate(pieces):
            if not name:
                before = bool(comment.strip()) and not pieces[index][0]
                continue
            behind = index + 1 < len(pieces) and pieces[index + 1][0] == "<" and pieces[index + 1][1].strip()
            if not before and not behind:
                faults.append(f"{header}: {name} is not documented")
            before = False
    return faults


def comments_gate(root):
    headers = sorted((root / "include").rglob("*.h"))
    return [fault for header in headers for fault in comment_faults(header.relative_to(root), header.read_text())]


def nm(arguments):
    result = subprocess.run(["nm", *arguments], capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"nm {' '.join(arguments)}:\n{result.stderr}")
    return result.stdout.splitlines()


def exported(library):
    symbols = [line.split() for line in nm(["-D", "--defined-only", library])]
    return [name.split("@")[0] for _, kind, name in symbols if kind != "A"]


def set_faults(named):
    """Faults of a list of (name, names) that must all be the same set, each without doubles."""
    faults = []
    for source, names in named:
        faults += [f"{source}: {name} twice" for name in sorted({name for name in names if names.count(name) > 1})]
    everything = sorted(set().union(*(names for _, names in named)))
    for name in everything:
        without = [source for source, names in named if name not in names]
        if without:
            faults.append(f"{name}: not in {', nor in '.join(without)}")
    return faults


def exports_gate(root, compiler, library, update):
    if update:
        (root / "src/csupport.map").write_text(map_text(set(marked(root))))
    named = [("the headers (CSUP_API)", marked(root)),
             ("the listing", sorted(prototypes(preprocess(root, compiler)))),
             ("src/csupport.map", map_names((root / "src/csupport.map").read_text()))]
    if library:
        named.append((f"{pathlib.Path(library).name} (nm -D)", exported(library)))
    else:
        print("a static build: the library's own exports are not looked at")
    print(", ".join(f"{source}: {len(names)}" for source, names in named))
    return set_faults(named)


def symbol_faults(symbols):
    """Faults of (kind, name, section) triples as nm gives them; a small letter is a symbol of one file alone."""
    faults = []
    for kind, name, section in symbols:
        if kind in "Uwv":
            if name in FORBIDDEN_CALLS:
                faults.append(f"calls {name}")
            continue
        if kind.isupper() and not name.startswith("csup_"):
            faults.append(f"defines {name}, which lacks the prefix csup_")
        if re.match(r"\.(?:data(?!\.rel\.ro)|bss|tdata|tbss)|\*COM\*", section):
            faults.append(f"defines {name} in {section}: a variable that outlives the call")
    return faults


def symbols_gate(objects):
    if not objects:
        raise SystemExit("no objects given")
    faults, count = [], 0
    for item in objects:
        rows = [[field.strip() for field in line.split("|")] for line in nm(["--format=sysv", item])]
        symbols = [(row[2], row[0], row[6]) for row in rows if len(row) == 7 and row[0] != "Name"]
        count += len(symbols)
        faults += [f"{pathlib.Path(item).name} {fault}" for fault in symbol_faults(symbols)]
    if not count:
        raise SystemExit("no symbols found")
    print(f"{count} symbols in {len(objects)} objects")
    return faults


def load_gate(root):
    path = root / "tests/api/csupport.cdef"
    faults, tried = [], []
    try:
        result = subprocess.run(["luajit", "-e", "require('ffi').cdef(io.open(arg[1]):read('*a'))".replace("arg[1]", repr(str(path)))],
                                capture_output=True, text=True)
        tried.append("LuaJIT")
        if result.returncode:
            faults.append(f"LuaJIT: {result.stderr.strip()}")
    except FileNotFoundError:
        print("LuaJIT is not installed")
    try:
        import cffi
        tried.append("cffi")
        try:
            cffi.FFI().cdef(path.read_text())
        except Exception as error:  # whatever it raises is the finding
            faults.append(f"cffi: {error}")
    except ImportError:
        print("Python's cffi is not installed")
    if not tried:
        print("skipped: none of the loaders is installed")
        sys.exit(SKIPPED)
    print(f"loaded by {' and '.join(tried)}")
    return faults


def selftest():
    good = """typedef int32_t csup_kind; enum { CSUP_KIND_A = 1, CSUP_KIND_B = -2 };
        typedef struct csup_thing csup_thing; typedef struct csup_value { int64_t at; const char *name; char text[8]; } csup_value;
        typedef struct csup_allocator { void *context; void *(*resize)(void *context, size_t size); } csup_allocator;
        const char *csup_version(void); int32_t csup_thing_do(csup_thing *thing, const csup_value *value, size_t count);"""
    faults = rule_faults(good)
    assert not faults, faults
    assert prototypes(good) == {"csup_version", "csup_thing_do"}
    assert structs_with_members(good) == ["csup_value", "csup_allocator"]
    planted = [
        "long csup_bad(void);", "int32_t bad(void);", "int32_t csup_bad(csup_value value);", "csup_value csup_bad(void);",
        "int32_t csup_bad(const char *format, ...);", "enum { CSUP_BAD };", "enum csup_bad { CSUP_BAD = 1 };", "enum { BAD = 1 };",
        "typedef struct csup_bad { int32_t flag : 1; } csup_bad;", "typedef struct csup_bad { union { int32_t a; int64_t b; } u; } csup_bad;",
        "typedef struct csup_bad { void (*call)(void); } csup_bad;", "typedef struct csup_bad { double share; } csup_bad;",
        "typedef int bad_t;", "int32_t csup_bad(time_t at);", "int32_t csup_bad(void (*call)(void));",
        "static inline int32_t csup_bad(int32_t x);", "int32_t csup_bad(unsigned flags);",
        "".join(f"void csup_f{number}(void);" for number in range(MOST_FUNCTIONS)),
    ]
    for text in planted:
        assert rule_faults(good + text), f"not caught: {text[:80]}"
    assert difference("a\n", "b\n", "x", "y") and not difference("a\n", "a\n", "x", "y")
    assert map_names(map_text({"csup_b", "csup_a"})) == ["csup_a", "csup_b"]
    documented = "enum {\n  CSUP_A = 0, /**< One. */\n  /** Two, so. */\n  CSUP_B = 1, CSUP_C = -2 /**< Three. */\n};"
    assert not comment_faults("x.h", documented), comment_faults("x.h", documented)
    assert len(comment_faults("x.h", documented.replace("/**< One. */", ""))) == 1
    assert len(comment_faults("x.h", documented.replace("/** Two, so. */", "/* Two */"))) == 1
    assert len(comment_faults("x.h", "enum { CSUP_A = 0, CSUP_B = 1 };")) == 2
    same = ["csup_a", "csup_b"]
    assert not set_faults([("x", same), ("y", same)])
    assert set_faults([("x", same), ("y", ["csup_a"])]) == ["csup_b: not in y"]
    assert set_faults([("x", ["csup_a"]), ("y", same)]) == ["csup_b: not in x"]
    assert set_faults([("x", same + ["csup_a"]), ("y", same)]) == ["x: csup_a twice"]
    assert not symbol_faults([("T", "csup_a", ".text"), ("U", "malloc", ""), ("R", "csup_table", ".rodata"), ("t", "helper", ".text"),
                              ("D", "csup_names", ".data.rel.ro.local"), ("d", "words", ".data.rel.ro")])
    for symbol in [("T", "helper", ".text"), ("D", "csup_state", ".data"), ("b", "cache", ".bss"), ("d", "next.0", ".data"),
                   ("C", "csup_common", "*COM*"), ("b", "last", ".tbss"), ("U", "time", ""), ("U", "setlocale", "")]:
        assert symbol_faults([symbol]), f"not caught: {symbol}"
    print(f"{len(planted) + 16} planted faults caught")
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gate", choices=["listing", "exports", "symbols", "comments", "load", "selftest"])
    parser.add_argument("objects", nargs="*", help="object files (symbols)")
    parser.add_argument("--compiler", default="gcc")
    parser.add_argument("--library", dest="built", help="the shared library (exports)")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parents[2]
    gates = {"listing": lambda: listing_gate(root, options.compiler, options.update),
             "exports": lambda: exports_gate(root, options.compiler, options.built, options.update),
             "symbols": lambda: symbols_gate(options.objects), "comments": lambda: comments_gate(root),
             "load": lambda: load_gate(root), "selftest": selftest}
    faults = gates[options.gate]()
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

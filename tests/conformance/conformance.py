#!/usr/bin/env python3
"""The conformance cases of this folder, seen from `csup` and from the oracle.

    conformance.py --csup PROGRAM [CASE ..]            the program and the oracle must give what the files expect; the test
    conformance.py --csup PROGRAM --update [CASE ..]   writes what the program gives into the files, to be read by a person

README.md says what the files are. The oracle (tests/oracle) shares no code with the library.
"""
import argparse
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tests/oracle"))

from decisions import decision_text  # noqa: E402
from moments import instant_of, instant_text  # noqa: E402
from oracle import Journal, status_of  # noqa: E402
from policy import Policy  # noqa: E402

INPUT = {"policy.json", "journal.jsonl", "at.txt", "vectors.txt", "README.md"}
OUTPUT = {"decisions.jsonl", "status.jsonl", "refused.jsonl", "assessments.jsonl"}
BEGINNING = re.compile(r'\{"case":"([^"\\]+)","at":"([^"\\]+)"')
BANDS = ("severity", "urgency", "priority", "impact_score", "urgency_score")


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def lines_of(path):
    """The lines of a file; none when it is absent."""
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    if not text.endswith("\n") or "\n\n" in text or "\r" in text:
        raise SystemExit(f"{path}: each line must end with a line feed, and none be blank")
    return text.split("\n")[:-1]


def last_instant(folder, refused):
    """The end of a folder, as a text."""
    if (folder / "at.txt").exists():
        return lines_of(folder / "at.txt")[0]
    accepted = [line for number, line in enumerate(lines_of(folder / "journal.jsonl"), 1) if number not in refused]
    return max((BEGINNING.match(line).group(2) for line in accepted), key=instant_of)


def built_in_model():
    """The built-in impact model, which the oracle wants to see in the policy: data, read from where it is kept."""
    source = (ROOT / "src/impact/default_model.c").read_text(encoding="utf-8")
    literals = re.findall(r'^ *("(?:[^"\\]|\\.)*")', source.split("default_model[] =")[1], flags=re.M)
    return json.loads("".join(json.loads(literal) for literal in literals))


# ---- the program


def program(folder, csup):
    """What the program makes of a folder: file name -> lines."""

    def call(*arguments):
        done = subprocess.run([csup, *map(str, arguments)], capture_output=True, timeout=120, check=False)
        if done.returncode > 1:
            raise SystemExit(f"{folder.name}: {' '.join(map(str, arguments))}: {done.stderr.decode()}")
        return done.stdout.decode().split("\n")[:-1], done.stderr.decode().split("\n")[:-1]  # not at every line separator of Unicode

    policy = folder / "policy.json" if (folder / "policy.json").exists() else "default"
    journal = folder / "journal.jsonl"
    until = lines_of(folder / "at.txt")
    out, complaints = call("replay", policy, journal, *(["--until", *until] if until else []))
    made = {"decisions.jsonl": out, "refused.jsonl": []}
    for complaint in complaints:
        found = re.match(r".*/journal\.jsonl:(\d+)[:\d]*: .*?(CSUP_E_[A-Z]+): ", complaint)
        if found:
            made["refused.jsonl"].append(compact({"line": int(found[1]), "status": found[2]}))
    made["status.jsonl"], _ = call("status", policy, journal, *(["--at", *until] if until else []))
    made["assessments.jsonl"] = []
    for vector in lines_of(folder / "vectors.txt"):
        done = subprocess.run([csup, "score", str(policy), vector], capture_output=True, timeout=120, check=False)
        if done.returncode:
            status = re.search(r"CSUP_E_[A-Z]+", done.stderr.decode())[0]
            made["assessments.jsonl"].append(compact({"vector": None, "status": status}))
            continue
        score = json.loads(done.stdout)
        line = {"vector": score["vector"], **{name: [score[name][end] for end in ("low", "value", "high")] for name in BANDS},
                "confidence": score["confidence"], "next_question": score["next_question"]}
        made["assessments.jsonl"].append(compact(line))
    return made


# ---- the oracle


def oracle_assessment(model, text):
    """An assessment line; None for a vector that the library must refuse, for what reason is the library's business."""
    codes = {d["name"]: {level["code"]: level["name"] for level in d["levels"]} for d in model.dimensions}
    head, *metrics = text.split("/")
    answers = {}
    if head != f"{model.code}:1" or len(metrics) != len(model.dimensions):
        return None
    for metric, dimension in zip(metrics, model.dimensions):
        found = re.fullmatch(r"([^:]+):([^?!]+)([?!]?)", metric)
        if not found or found[1] != dimension["code"] or found[2] == "X" and found[3]:
            return None
        if found[2] == "X":
            continue
        if found[2] not in codes[dimension["name"]]:
            return None
        answers[dimension["name"]] = (codes[dimension["name"]][found[2]], {"": "stated", "?": "assumed", "!": "verified"}[found[3]])
    ends = [model.assess(model.chosen(answers, unknowns), {}) for unknowns in ("low", "default", "high")]
    shown = {"severity": lambda r: f"S{r['severity'] + 1}", "urgency": lambda r: f"U{r['urgency'] + 1}", "priority": lambda r: r["priority"],
             "impact_score": lambda r: r["impact_score"], "urgency_score": lambda r: r["urgency_score"]}
    return compact({"vector": text, **{name: [shown[name](end) for end in ends] for name in BANDS},
                    "confidence": model.confidence(answers), "next_question": model.next_question(answers, {})})


def oracle(folder):
    """What the oracle makes of a folder. Statuses come as objects, for their members have no order here."""
    path = folder / "policy.json" if (folder / "policy.json").exists() else ROOT / "examples/policies/default.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document.setdefault("impact", built_in_model())
    policy, decided = Policy(document), []
    journal = Journal(policy, lambda decision: decided.append(decision_text(decision)))
    for number, line in enumerate(lines_of(folder / "journal.jsonl"), 1):
        journal.line(number, line)
    refused = [compact({"line": number, "status": "CSUP_E_" + status}) for number, status in journal.refused]
    end = instant_of(last_instant(folder, {number for number, _ in journal.refused}))
    journal.end(end)
    statuses = [json.loads(json.dumps(status_of(case, end))) for case in journal.cases.values()]
    # No facts in a status: answers, and the texts of fields that no rule mentions.
    rules = compact({section: value for section, value in document.items() if section != "fields"})
    texts = {name for name, kind in document.get("fields", {}).items() if kind == "text" and f'"{name}"' not in rules}
    return {"unkept": texts | set(policy.model.levels), "decisions.jsonl": decided, "refused.jsonl": refused, "status.jsonl": statuses,
            "assessments.jsonl": [oracle_assessment(policy.model, vector) for vector in lines_of(folder / "vectors.txt")]}


def plain_status(status, unkept=()):
    """A status as comparable members: facts and clocks one by one, absent ones left out."""
    status, facts = dict(status), status.get("facts", {})
    for name, value in facts.items():
        if value is not None and name not in status and name not in unkept:
            status[f"fact {name}"] = sorted(value) if isinstance(value, list) else value
    for row in status.pop("clocks", []):
        status[f"clock {row['kind']} {row['clock']}"] = row
    status.pop("facts", None)
    return status


# ---- the comparison


def first_difference(name, who, wanted, found):
    for index in range(max(len(wanted), len(found))):
        want, got = (lines[index] if index < len(lines) else "(nothing)" for lines in (wanted, found))
        if want != got:
            return [f"{name}: line {index + 1} is expected to be\n  {want}\nbut {who} says\n  {got}"]
    return []


def compare(folder, csup):
    expected = {file: lines_of(folder / file) for file in OUTPUT}
    faults = [f"{folder.name}: {path.name} is none of the files" for path in folder.iterdir() if path.name not in INPUT | OUTPUT]
    for file, made in program(folder, csup).items():
        faults += first_difference(f"{folder.name}/{file}", "csup", expected[file], made)
    made = oracle(folder)
    faults += first_difference(f"{folder.name}/decisions.jsonl", "the oracle", expected["decisions.jsonl"], made["decisions.jsonl"])
    faults += first_difference(f"{folder.name}/refused.jsonl", "the oracle", expected["refused.jsonl"], made["refused.jsonl"])
    for line, found in itertools.zip_longest(expected["status.jsonl"], made["status.jsonl"]):
        want, got = plain_status(json.loads(line or "{}")), plain_status(found or {}, made["unkept"])
        faults += [f"{folder.name}/status.jsonl: {member} of {want.get('case')} is {want.get(member)}, but the oracle says {got.get(member)}"
                   for member in sorted(set(want) | set(got)) if want.get(member) != got.get(member)]
    scored = [None if '"status"' in line else line for line in expected["assessments.jsonl"]]
    return faults + first_difference(f"{folder.name}/assessments.jsonl", "the oracle", scored, made["assessments.jsonl"])


def update(folder, csup):
    for file, made in program(folder, csup).items():
        if made or file in ("decisions.jsonl", "status.jsonl"):
            (folder / file).write_text("".join(line + "\n" for line in made), encoding="utf-8")
        else:
            (folder / file).unlink(missing_ok=True)


def names_of(header, beginning):
    text = (ROOT / "include/csupport" / header).read_text(encoding="utf-8")
    return [name.lower() for name in re.findall(rf"\b{beginning}([A-Z_]+) = -?\d+", text)]


def lacking(folders):
    """What no case has, of all that the headers declare."""
    events, decisions, refused = set(), set(), set()
    for folder in folders:
        numbers = {json.loads(line)["line"] for line in lines_of(folder / "refused.jsonl")}
        refused |= {json.loads(line)["status"] for line in lines_of(folder / "refused.jsonl")}
        decisions |= {json.loads(line)["decision"] for line in lines_of(folder / "decisions.jsonl")}
        for number, line in enumerate(lines_of(folder / "journal.jsonl"), 1):
            if number not in numbers:
                data = json.loads(line)
                events |= {event["event"] for event in data.get("events", [data])}
    wanted = {"CSUP_E_" + status for status in ("ARGUMENT", "RANGE", "SYNTAX", "UNKNOWN", "ORDER", "REFUSED")}
    return ([f"no case has the event {name}" for name in names_of("workflow.h", "CSUP_EVENT_") if name not in events]
            + [f"no case has the decision {name}" for name in names_of("case.h", "CSUP_DECISION_") if name not in decisions]
            + [f"no line is refused with {status}" for status in sorted(wanted - refused)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--csup", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    folders = [HERE / name for name in options.cases] or sorted(path.parent for path in HERE.glob("*/journal.jsonl"))
    if not folders:
        raise SystemExit("there are no cases")
    if options.update:
        for folder in folders:
            update(folder, options.csup)
    faults = [fault for folder in folders for fault in compare(folder, options.csup)]
    faults += [] if options.cases else lacking(folders)
    for fault in faults:
        print(fault, file=sys.stderr)
    lines = sum(len(lines_of(folder / "decisions.jsonl")) for folder in folders)
    print(f"{len(folders)} cases, {lines} decisions, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""Folds tests/conformance through examples/python/csupport.py: `python_conformance.py FOLDER_OF_CASES`. The algorithm is in the
README there. Exits with 1 and says where when a byte differs.
"""
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples/python"))
import csupport  # noqa: E402

BEGINNING = re.compile(rb'\{"case":"([^"]*)","at":"([^"]*)"')


def lines_of(path):
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


class Fold:
    """One folder, folded in one of three ways."""

    def __init__(self, folder, way):
        self.folder, self.way = folder, way
        self.policy = csupport.Policy((folder / "policy.json").read_bytes() if (folder / "policy.json").exists() else None)
        self.cases, self.decisions, self.refused, self.last = {}, [], [], None

    def wake(self, case, until):
        """Advances a case through all its wake-ups until an instant."""
        while (wakeup := case.next_wakeup()) is not None and wakeup <= until:
            decided = case.advance(wakeup)
            assert decided, f"{self.folder.name}: the wake-up at {wakeup} decides nothing"
            self.decisions += decided

    def keep(self):
        """Every case goes through its snapshot."""
        for name, case in self.cases.items():
            saved = case.save()
            case.close()
            self.cases[name] = csupport.Case(self.policy, saved)
            assert self.cases[name].save() == saved, f"{self.folder.name}: another snapshot after a load"

    def line(self, number, line):
        begins = BEGINNING.match(line)
        name = begins[1] if begins else None
        case = self.cases.get(name) or csupport.Case(self.policy)
        try:
            if self.way == "woken" and name in self.cases:
                self.wake(case, csupport.instant(begins[2]))
            self.decisions += case.apply(line)
        except csupport.Error as error:
            self.refused.append(compact({"line": number, "status": error.status}))
        else:
            self.cases[name] = case
            self.last = max(self.last or csupport.instant(begins[2]), csupport.instant(begins[2]))

    def run(self):
        wanted_refused = lines_of(self.folder / "refused.jsonl")
        passed_over = {json.loads(line)["line"] for line in wanted_refused} if self.way == "woken" else set()
        for number, line in enumerate(lines_of(self.folder / "journal.jsonl"), 1):
            if number not in passed_over:
                self.line(number, line)
            if self.way == "kept":
                self.keep()
        for text in lines_of(self.folder / "at.txt"):
            self.last = csupport.instant(text)
        for case in self.cases.values():
            if self.way == "woken":
                self.wake(case, self.last)
                assert case.advance(self.last) == [], f"{self.folder.name}: something was decided that no wake-up announced"
            else:
                self.decisions += case.advance(self.last)
        self.compare("decisions.jsonl", [decision.text.encode() for decision in self.decisions])
        self.compare("status.jsonl", [case.status(self.last).text.encode() for case in self.cases.values()])
        self.compare("refused.jsonl", wanted_refused if self.way == "woken" else self.refused)
        self.compare("assessments.jsonl", [self.assess(vector.decode()) for vector in lines_of(self.folder / "vectors.txt")])

    def assess(self, vector):
        try:
            score = self.policy.score(vector)
        except csupport.Error as error:
            return compact({"vector": None, "status": error.status})
        assert score["vector"] == vector, f"{self.folder.name}: {vector} has become {score['vector']}"
        del score["next_question_text"]
        return compact(score)

    def compare(self, file, found):
        wanted = lines_of(self.folder / file)
        for index in range(max(len(wanted), len(found))):
            want, got = (lines[index] if index < len(lines) else b"(nothing)" for lines in (wanted, found))
            if want != got:
                sys.exit(f"{self.folder.name}/{file}:{index + 1}, {self.way}: expected\n  {want.decode()}\nfound\n  {got.decode()}")


def main():
    folders = sorted(path.parent for path in pathlib.Path(sys.argv[1]).glob("*/journal.jsonl"))
    assert folders, f"no cases in {sys.argv[1]}"
    for folder in folders:
        for way in ("plain", "kept", "woken"):
            Fold(folder, way).run()
    print(f"{len(folders)} cases, each plain, kept and woken: the same bytes")


main()

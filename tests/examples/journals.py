#!/usr/bin/env python3
"""Replays examples/journals/<policy>.jsonl under examples/policies/<policy>.json and compares what csup decides, byte for byte, with
<policy>.expected. There, lines that begin with # say in words why each due is that due. The oracle, which shares no code with the
library, must decide the same. Every example policy has a worked journal.
"""
import json
import pathlib
import re
import subprocess
import sys

CSUP, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
ORACLE = ROOT / "tests/oracle/oracle.py"


def built_in_model():
    """The default impact model, which the oracle wants to see in the policy: data, read from where it is kept."""
    source = (ROOT / "src/impact/default_model.c").read_text()
    literals = re.findall(r'^ *("(?:[^"\\]|\\.)*")', source.split("default_model[] =")[1], flags=re.M)
    return json.loads("".join(json.loads(literal) for literal in literals))


def decided(*command):
    result = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, timeout=120)
    if result.returncode or result.stderr:
        return f"exits {result.returncode}: {result.stderr}", []
    return None, result.stdout.splitlines()


def differences(name, wanted, who, found):
    fault, lines = found
    if fault:
        return [f"{name}: {who} {fault}"]
    for number, (want, got) in enumerate(zip(wanted, lines), 1):
        if want != got:
            return [f"{name}: decision {number} is expected to be\n  {want}\nbut {who} says\n  {got}"]
    if len(wanted) != len(lines):
        return [f"{name}: {len(wanted)} decisions are expected, {who} makes {len(lines)}"]
    return []


def main():
    journals = sorted((ROOT / "examples/journals").glob("*.jsonl"))
    policies = {path.stem for path in (ROOT / "examples/policies").glob("*.json")}
    model, faults, count = built_in_model(), [], 0
    work = pathlib.Path(sys.argv[3])
    work.mkdir(parents=True, exist_ok=True)
    faults += [f"the policy {name} has no worked journal" for name in sorted(policies - {path.stem for path in journals})]
    for journal in journals:
        name = journal.stem
        policy = ROOT / f"examples/policies/{name}.json"
        expected = (ROOT / f"examples/journals/{name}.expected").read_text().splitlines()
        wanted = [line for line in expected if line and not line.startswith("#")]
        if len(wanted) == len(expected):
            faults.append(f"{name}.expected has no word about its arithmetic")
        faults += differences(name, wanted, "csup", decided(CSUP, "replay", policy, journal))
        whole = json.loads(policy.read_text())
        whole.setdefault("impact", model)
        copy = work / f"{name}.json"
        copy.write_text(json.dumps(whole))
        found = decided(sys.executable, ORACLE, "replay", copy, journal)
        faults += differences(name, wanted, "the oracle", found)
        count += len(wanted)
    print(f"{len(journals)} journals, {count} decisions")
    for fault in faults:
        print(fault)
    return 1 if faults or not journals else 0


if __name__ == "__main__":
    sys.exit(main())

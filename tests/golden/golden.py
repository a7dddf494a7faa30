#!/usr/bin/env python3
"""Runs scenarios and holds their digests against those recorded in digests.txt.

golden.py --nexus PROGRAM SCENARIO   one scenario: a second process, in which every packet is
                                     encoded and decoded on its way, must give the recorded digest
                                     too; another seed must give another digest; negative scenarios
                                     must be caught for exactly the reasons they name.
golden.py --approve                  records what build/release/bin/nexus gives today and prints
                                     what changed: say why in the commit message.
Exit status: 0 as recorded, 1 not, 2 usage.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECORD = ROOT / "tests/golden/digests.txt"
OTHER_SEED = 2**40 + 7
SHOWN = "scenarios/demo/first_light.toml"  # README opens with its report


def scenarios() -> list[str]:
    folders = ("demo", "fast", "negative")
    found = [p for f in folders for p in sorted((ROOT / "scenarios" / f).glob("*.toml"))]
    return [p.relative_to(ROOT).as_posix() for p in found]


def recorded() -> dict[str, str]:
    if not RECORD.exists():
        return {}
    lines = [line for line in RECORD.read_text().splitlines() if line and line[0] != "#"]
    return dict(reversed(line.split()) for line in lines)


def run(nexus: str, scenario: str, *arguments: str) -> tuple[int, dict]:
    with tempfile.TemporaryDirectory() as folder:
        command = [nexus, "sim", "run", scenario, "--json", "--no-trace", "--out", folder]
        done = subprocess.run(command + list(arguments), cwd=ROOT, text=True, capture_output=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{scenario}: exit status {done.returncode}\n{done.stderr}")
    return done.returncode, json.loads(done.stdout)


def faults_of(scenario: str, status: int, report: dict) -> list[str]:
    """What is wrong with how the run was judged."""
    violated = sorted(n for n, i in report["invariants"].items() if i["violated"] > 0)
    failed = [e["text"] for e in report["expectations"] if not e["held"]]
    if not scenario.startswith("scenarios/negative/"):
        return [f"failed: {violated + failed}"] if status != 0 or violated or failed else []
    expected = sorted(report["expected_violations"])
    wrong = []
    if status != 1:
        wrong.append(f"exit status: expected 1, got {status}: it must be caught")
    if violated != expected:
        wrong.append(f"invariants violated: expected {expected}, got {violated}")
    if not expected and not failed:
        wrong.append("neither an invariant nor an expectation failed")
    return wrong


def check(nexus: str, scenario: str) -> int:
    status, report = run(nexus, scenario)
    wrong = faults_of(scenario, status, report)
    digest = report["digest"]
    if digest != recorded().get(scenario):
        wrong.append(f"digest: recorded {recorded().get(scenario)}, got {digest}")
    if scenario == SHOWN and f"digest {digest[:12]}" not in (ROOT / "README.md").read_text():
        wrong.append(f"README.md shows another run: its digest is not {digest[:12]}")
    again = run(nexus, scenario, "--reencode")[1]["digest"]
    if again != digest:
        wrong.append(f"digest of a second process with reencoded packets: {again}, not {digest}")
    if run(nexus, scenario, "--seed", str(OTHER_SEED))[1]["digest"] == digest:
        wrong.append(f"seed {OTHER_SEED} gives the same digest")
    for line in wrong:
        print(f"{scenario}: {line}\n  replay: nexus sim run {scenario}")
    return 1 if wrong else 0


def approve() -> int:
    nexus = str(ROOT / "build/release/bin/nexus")
    before, after = recorded(), {}
    for scenario in scenarios():
        status, report = run(nexus, scenario)
        for line in faults_of(scenario, status, report):
            print(f"warning: {scenario}: {line}")
        after[scenario] = report["digest"]
        if before.get(scenario) != report["digest"]:
            print(f"{scenario}: {before.get(scenario, 'new')} -> {report['digest']}")
    for scenario in before.keys() - after.keys():
        print(f"{scenario}: gone")
    text = "# Digest of every scenario's events. Changed by tools/test --approve only.\n"
    RECORD.write_text(text + "".join(f"{after[s]} {s}\n" for s in after))
    return 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--nexus")
    parser.add_argument("--approve", action="store_true")
    parser.add_argument("scenario", nargs="?")
    arguments = parser.parse_args()
    if arguments.approve:
        return approve()
    if not arguments.nexus or not arguments.scenario:
        parser.error("expected --nexus PROGRAM and SCENARIO")
    return check(arguments.nexus, arguments.scenario)


if __name__ == "__main__":
    sys.exit(main())

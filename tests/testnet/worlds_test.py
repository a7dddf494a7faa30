#!/usr/bin/env python3
"""One scenario file, simulated and as real processes: what it expects holds in both worlds or in
neither. See testnet.py."""

import json
import pathlib
import subprocess
import sys
import tempfile

from testnet import arguments, check, main

PATIENCE_S = 600

HEAD = """
[scenario]
name = "worlds"
duration = "{duration}s"
grace = "{grace}s"

[network]
latency = "uniform"
uniform_delay = "10ms"

[validators]
count = 4

[protocol]
view_timeout_ms = 500
"""

# Two of four validators die for good: the chain stands still, the load goes on.
STALLED = HEAD.format(duration=12, grace=3) + """
[load]
sources = 1
accounts = 10
steps = { 0s = 20 }

[[fault]]
at = "6s"
kind = "crash"
targets = ["validator-2", "validator-3"]

[expect]
all = [
    "finalized_blocks >= 20",
    "finalized_ratio >= 0.9",
    "lost < 60",
    "height_spread <= 1",
    "longest_commit_gap_ms < 8000",
]
"""

# A community, whose agent dies and comes back, as in scenarios/fast/sovereign_restart.toml.
COMMUNITY = HEAD.format(duration=20, grace=8) + """
[[sovereign]]
name = "Aldea"
treasury = 50_000
missions = 3
mission_interval = "3s"
mission_slots = 2
mission_reward = 500

[[population]]
name = "settlers"
count = 4
join_within = "3s"
think = "300ms"
work = "1s"

[load]
sources = 1
accounts = 10
steps = { 0s = 20 }
stop = "18s"

[[fault]]
at = "5s"
kind = "crash"
target = "Aldea"
lasts = "2s"

[expect]
all = [
"""
TRUE = [
    "finalized_blocks >= 40", "faults_fired >= 1", "sovereigns_registered == 1", "members == 4",
    "missions_completed == 6", "credentials == 6", "assets == 1", "proofs_verified >= 20",
    "finalized_ratio >= 0.9", "lost <= 30", "evidence == 0", "lies_caught == 0",
    "height_spread <= 1", "messages > 100", "invariants_violated == 0",
]
FALSE = [
    "sovereigns_registered == 0", "members >= 5", "missions_completed > 6", "credentials == 0",
    "proofs_verified == 0", "finalized_ratio > 1", "finalized_ratio < 0.9", "lies_caught > 0",
    "messages == 0",
]


def run(nexus: str, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run([nexus, *words], capture_output=True, text=True, timeout=PATIENCE_S,
                          check=False)


def reports(nexus: str, scenario: str, exit_code: int) -> dict:
    """The reports of both worlds, which must end with this exit code."""
    with tempfile.TemporaryDirectory(prefix="nexus-testnet-") as name:
        folder = pathlib.Path(name)
        file = folder / "worlds.toml"
        file.write_text(scenario)
        result = {}
        for world, words in (("simulation", ("sim", "run")),
                             ("testnet", ("testnet", "run", "--folder", str(folder / "net")))):
            out = folder / world
            done = run(nexus, *words, str(file), "--out", str(out))
            check(done.returncode == exit_code, f"{world}: expected exit code {exit_code}, got "
                                                f"{done.returncode}: {done.stdout}{done.stderr}")
            result[world] = json.loads((out / "report.json").read_text())
        return result


def verdicts(report: dict) -> dict:
    return {each["text"]: each["held"] for each in report["expectations"]}


def a_chain_that_stands_still_fails_in_both(nexus: str) -> None:
    for world, report in reports(nexus, STALLED, 1).items():
        check(verdicts(report) == {"finalized_blocks >= 20": True, "finalized_ratio >= 0.9": False,
                                   "lost < 60": False, "height_spread <= 1": True,
                                   "longest_commit_gap_ms < 8000": False},
              f"{world}: {report['expectations']}")
        down = [each["name"] for each in report["nodes"] if each["down"]]
        check(down == ["validator-2", "validator-3"], f"{world}: down at the end: {down}")
        offered = {each["second"]: each["offered"] for each in report["timeline"]}
        check(offered.get(10, 0) >= 15, f"{world}: the load went on: {offered}")


def community(expected: list) -> str:
    return COMMUNITY + "".join(f'    "{each}",\n' for each in expected) + "]\n"


def what_communities_do_holds_in_both(nexus: str) -> None:
    for world, report in reports(nexus, community(TRUE), 0).items():
        check(all(verdicts(report).values()), f"{world}: {report['expectations']}")
        check(report["transactions"]["by_kind"]["sovereign_register"] == 1,
              f"{world}: founded once, and counted: {report['transactions']}")
        check(report["probes"].get("view_entered", 0) > 0, f"{world}: {report['probes']}")


def what_does_not_hold_fails_in_both(nexus: str) -> None:
    for world, report in reports(nexus, community(FALSE), 1).items():
        check(not any(verdicts(report).values()), f"{world}: {report['expectations']}")


def refuses_violations_that_only_a_simulator_sees(nexus: str) -> None:
    with tempfile.TemporaryDirectory(prefix="nexus-testnet-") as name:
        folder = pathlib.Path(name)
        file = folder / "worlds.toml"
        file.write_text(HEAD.format(duration=5, grace=1)
                        + '[expect]\nviolations = ["supply", "light_clients"]\n')
        done = run(nexus, "testnet", "run", str(file), "--folder", str(folder / "net"))
        check(done.returncode == 2, f"exit code {done.returncode}")
        check("expect.violations" in done.stderr and 'got "light_clients"' in done.stderr,
              done.stderr)
        check(not (folder / "net").exists(), "nothing is started")


if __name__ == "__main__":
    parsed = arguments(__doc__).parse_args()
    sys.exit(main({test.__name__: test for test in (
        a_chain_that_stands_still_fails_in_both, what_communities_do_holds_in_both,
        what_does_not_hold_fails_in_both, refuses_violations_that_only_a_simulator_sees)},
        parsed.nexus))

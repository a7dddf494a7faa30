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


if __name__ == "__main__":
    parsed = arguments(__doc__).parse_args()
    sys.exit(main({test.__name__: test for test in (
        a_chain_that_stands_still_fails_in_both,)}, parsed.nexus))

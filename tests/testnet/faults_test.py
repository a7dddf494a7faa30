#!/usr/bin/env python3
"""Faults of the network, without root: links made worse on a live testnet, and a scenario whose
faults fire in processes as they do in a simulation. See testnet.py."""

import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

from testnet import Testnet, arguments, check, main

PATIENCE_S = 600

# Each fault alone on its links, so that each has its own packets to touch.
SCENARIO = """
[scenario]
name = "faults"
duration = "16s"
grace = "5s"

[network]
latency = "uniform"
uniform_delay = "20ms"
bandwidth = "100Mbps"

[validators]
count = 4

[protocol]
view_timeout_ms = 1000

[load]
sources = 1
accounts = 8
steps = { 0s = 20 }

[[fault]]
at = "1s"
kind = "delay"
from = ["validator-0"]
to = ["validator-1"]
delay = "30ms"
lasts = "9s"

[[fault]]
at = "1s"
kind = "loss"
from = ["validator-1"]
to = ["validator-2"]
rate = "30%"
lasts = "9s"

[[fault]]
at = "1s"
kind = "duplicate"
rate = "10%"
lasts = "9s"

[[fault]]
at = "1s"
kind = "reorder"
target = "leader"
rate = "20%"
lasts = "9s"

[[fault]]
at = "1s"
kind = "bandwidth"
target = "validator-2"
bandwidth = "5Mbps"
lasts = "9s"

[[fault]]
at = "1s"
kind = "slow"
target = "validator-3"
factor = 4
lasts = "9s"

[[fault]]
at = "2s"
kind = "block"
targets = ["validator-3", "validator-0"]
lasts = "4s"

[[fault]]
at = "11s"
kind = "partition"
groups = [[], ["validator-1"]]

[[fault]]
at = "13s"
kind = "heal"

[[fault]]
at = "14s"
kind = "crash"
target = "validator-2"
lasts = "1s"

[expect]
all = ["finalized_blocks >= 10", "faults_fired >= 10"]
"""
KINDS = ["bandwidth", "block", "crash", "delay", "duplicate", "heal", "loss", "partition",
         "reorder", "slow"]


def faults(net: Testnet) -> dict:
    """Those in force, by kind."""
    return {each["kind"]: each for each in net.do("status")["faults"]}


def links_get_worse_and_heal(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.until_height(3)
        check(all(each["packets_shaped"] == 0 for each in net.validators().values()),
              "a network that is left alone shapes nothing")
        net.do("link", "validator-0,validator-1", "validator-2", "--delay", "40ms", "--loss", "20%")
        said = net.do("link", "all", "all", "--duplicate", "10%", "--reorder", "10%")
        check(len(said["faults"]) == 4, f"all that was asked for is in force: {said}")
        net.until(lambda: all(faults(net)[kind]["packets"] > 0
                              for kind in ("delay", "loss", "duplicate", "reorder")),
                  "every fault touches packets")
        net.until(lambda: sum(each["dropped_shaped"] for each in net.validators().values()) > 0,
                  "lost packets are counted")
        net.until_height(net.height() + 5)

        # A process that starts again obeys, and its count goes on.
        net.do("kill", "validator-0")
        counted = touched(net, "validator-0")
        net.do("restart", "validator-0")
        net.until(lambda: goes_on(touched(net, "validator-0"), counted), "the restarted one obeys")

        net.do("link", "validator-0,validator-1", "validator-2", "--delay", "10ms")
        check(len(net.do("status")["faults"]) == 4, "a new delay takes the place of the old")
        check(net.do("heal")["faults"] == [], "healed")
        net.until(lambda: settled(net), "nothing is shaped after the end of all faults")
        net.until_height(net.height() + 5)
        for name, each in net.validators().items():
            check(each["alarms"] == 0, f"{name} raised an alarm")
            check(each["evidence"] == 0, f"{name} saw a double vote")


def touched(net: Testnet, process: str) -> dict:
    """Packets of one process, by the number of the fault that touched them."""
    lines = (net.folder / process / "touched").read_text().splitlines()
    return {number: int(count) for number, count in map(str.split, lines)}


def goes_on(now: dict, before: dict) -> bool:
    """True once every count has risen. None may ever fall."""
    check(all(now.get(number, 0) >= count for number, count in before.items()),
          f"a count fell: {before}, then {now}")
    return all(now.get(number, 0) > count for number, count in before.items())


def settled(net: Testnet) -> bool:
    """True if no validator shapes a packet while a block is made."""
    before = {name: each["packets_shaped"] for name, each in net.validators().items()}
    net.until_height(net.height() + 2)
    return before == {name: each["packets_shaped"] for name, each in net.validators().items()}


def a_deaf_validator_falls_behind_and_comes_back(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.until_height(3)
        net.do("link", "all", "validator-3", "--block")
        net.until(lambda: faults(net)["loss"]["packets"] > 0, "the block touches packets")
        behind = net.height("validator-3")
        others = ["validator-0", "validator-1", "validator-2"]
        net.until_height(net.height() + 10, others)
        check(net.height("validator-3") <= behind + 2, "who hears nothing makes no blocks")
        check(net.validators()["validator-3"]["peers"] == 3, "its links stand all the same")
        net.do("heal")
        net.until_height(net.height(), ["validator-3"])


def latency_is_that_of_the_scenario(nexus: str) -> None:
    with tempfile.TemporaryDirectory(prefix="nexus-testnet-") as folder:
        scenario = pathlib.Path(folder) / "far.toml"
        text = SCENARIO.split("[[fault]]")[0].replace("20ms", "150ms")
        scenario.write_text(text)
        with Testnet(nexus, scenario, ("--shape",)) as net:
            net.until_height(6)
            net.do("restart", "validator-1")  # and it keeps its distance
            net.until_height(net.height() + 6)
            commits = net.folder / "validator-0/validator-0/commits.txt"
            for line in commits.read_text().splitlines():
                proposed, committed = line.split()[3:5]
                # A block travels, and two rounds of votes: no machine is faster than that.
                took = (int(committed) - int(proposed)) / 1e6
                check(took >= 2 * 150, f"final after {took} ms, over links of 150 ms: {line}")


def refuses_what_makes_no_sense(nexus: str) -> None:
    with Testnet(nexus) as net:
        check("expected --delay" in net.refused("link", "all", "all"), "a link told nothing")
        check("such as 50ms" in net.refused("link", "all", "all", "--delay", "50"), "no unit")
        check("out of range" in net.refused("link", "all", "all", "--delay", "25h"), "too long")
        check("no process or member" in net.refused("link", "nobody", "all", "--block"),
              "an unknown name")
        check("on one side" in net.refused("partition", "validator-0|validator-0"),
              "a member on two sides")
        check(net.do("status")["faults"] == [], "what was refused is not in force")

        net.do("link", "validator-0", "validator-1", "--delay", "40ms")
        before = (net.folder / "faults.toml").read_text()
        for words in (("validator-0", "validator-1", "--delay", "40ms", "--loss", "200%"),
                      ("validator-0", "validator-1", "--delay", "25h", "--loss", "1%"),
                      ("validator-0", "validator-1", "--block", "--delay", "1ms"),
                      ("validator-0", "validator-0", "--delay", "1ms"),
                      ("", "validator-1", "--delay", "1ms"), (",", "all", "--block"),
                      ("validator-0", "nobody", "--delay", "1ms")):
            net.refused("link", *words)
            check((net.folder / "faults.toml").read_text() == before,
                  f"link {words} was refused, and changed faults.toml")
        net.refused("partition", "validator-0,validator-1|nobody")
        check((net.folder / "faults.toml").read_text() == before, "a cut that was refused")


def no_change_is_lost(nexus: str) -> None:
    with Testnet(nexus) as net:
        names = sorted(net.processes())
        links = [(one, other) for one in names for other in names if one != other][:24]
        changes = [net.spawn("link", one, other, "--delay", "1ms") for one, other in links]
        for change in changes:
            check(change.wait(PATIENCE_S) == 0, f"a change fails: {change.stderr.read()}")
        told = net.do("status")["faults"]
        check(len(told) == len(links), f"{len(links)} links were changed at once, {len(told)} are")
        check(len({each["number"] for each in told}) == len(links), f"numbers are unique: {told}")


def a_broken_file_of_faults_changes_nothing(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.do("link", "validator-0", "all", "--delay", "1ms")
        file = net.folder / "faults.toml"
        right = file.read_text()
        net.until(lambda: faults(net)["delay"]["packets"] > 0, "the delay touches packets")
        file.write_text(right + "[[fault]\n")
        log = net.folder / "validator-0/log"
        net.until(lambda: "faults.toml:" in log.read_text(errors="replace"), "it complains")
        check("stay in force" in log.read_text(errors="replace"), "and says what it does")
        before = touched(net, "validator-0")
        net.until(lambda: goes_on(touched(net, "validator-0"), before), "it obeys as before")
        net.refused("link", "validator-1", "all", "--delay", "1ms")
        check(file.read_text() == right + "[[fault]\n", "nobody repairs it by guessing")
        file.write_text(right)
        check(net.do("heal")["faults"] == [], "once it is right again, it can be changed")


def run(nexus: str, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run([nexus, *words], capture_output=True, text=True, timeout=PATIENCE_S,
                          check=False)


def a_scenarios_faults_fire_in_both_worlds(nexus: str) -> None:
    with tempfile.TemporaryDirectory(prefix="nexus-testnet-") as name:
        folder = pathlib.Path(name)
        scenario = folder / "faults.toml"
        scenario.write_text(SCENARIO)
        worlds = {
            "simulation": run(nexus, "sim", "run", str(scenario), "--out", str(folder / "sim")),
            "testnet": run(nexus, "testnet", "run", str(scenario), "--folder",
                           str(folder / "net"), "--out", str(folder / "real"))}
        for world, done in worlds.items():
            check(done.returncode == 0, f"{world}: exit code {done.returncode}: "
                                        f"{done.stdout}{done.stderr}")
        for world in ("sim", "real"):
            report = json.loads((folder / world / "report.json").read_text())
            fired = {each["kind"]: each["affected"] for each in report["faults"]}
            check(sorted(fired) == KINDS, f"{world}: {fired}")
            check(all(fired.values()), f"{world}: a fault that touched nothing: {fired}")
        check(not (folder / "net").exists(), "a run leaves no testnet")


def standing_still(pid: int, seconds: float) -> float:
    """Which share of the time a process is stopped."""
    stat = pathlib.Path(f"/proc/{pid}/stat")
    samples = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        samples.append(stat.read_text().rsplit(")", 1)[1].split()[0] == "T")
        time.sleep(random.uniform(0.001, 0.005))  # no beat with the turns of the process
    return sum(samples) / len(samples)


def a_slow_process_stands_still_most_of_the_time(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.do("down")
        scenario = net.root / "slow.toml"
        head = SCENARIO.split("[[fault]]")[0].replace('"16s"', '"9s"').replace('"5s"', '"2s"')
        scenario.write_text(head + '[[fault]]\nat = "1s"\nkind = "slow"\nfactor = 5\n'
                            'target = "validator-1"\nlasts = "6s"\n')
        run_of_it = net.spawn("run", str(scenario), "--out", str(net.root / "report"))
        net.until(lambda: net.run("status").returncode == 0 and net.height() >= 3, "it runs")
        pids = {name: int((net.folder / name / "pid").read_text()) for name in net.validators()}
        net.until(lambda: standing_still(pids["validator-1"], 0.1) > 0, "it is made slow")
        share = standing_still(pids["validator-1"], 2)
        check(0.6 < share < 0.95, f"five times slower: it stands still {share:.2f} of the time")
        check(standing_still(pids["validator-2"], 0.5) == 0, "nobody else does")
        net.until(lambda: standing_still(pids["validator-1"], 0.5) == 0, "it goes on in the end")
        net.until_height(net.height() + 2, ["validator-1"])
        check(run_of_it.wait(PATIENCE_S) == 0, run_of_it.stderr.read())
        fault, = json.loads((net.root / "report/report.json").read_text())["faults"]
        check(fault["affected"] > 50, f"its stops are counted: {fault}")

        # One that nothing ends but the end of a run without a grace.
        scenario.write_text(head.replace('"9s"', '"4s"').replace('grace = "2s"', 'grace = "0s"')
                            + '[[fault]]\nat = "1s"\nkind = "slow"\nfactor = 5\n'
                            'target = "validator-1"\n')
        done = net.run("run", str(scenario), "--out", str(net.root / "second"))
        check(done.returncode == 0, done.stderr)
        fault, = json.loads((net.root / "second/report.json").read_text())["faults"]
        check(fault["affected"] > 50, f"and those until the end: {fault}")


def refuses_faults_of_simulations_only(nexus: str) -> None:
    with tempfile.TemporaryDirectory(prefix="nexus-testnet-") as name:
        folder = pathlib.Path(name)
        scenario = folder / "slow.toml"
        scenario.write_text(SCENARIO.split("[[fault]]")[0] + '[[fault]]\nat = "1s"\n'
                            'kind = "slow"\ntarget = "validator-1"\nfactor = 2000\n')
        line = scenario.read_text().splitlines().index("[[fault]]") + 1
        done = run(nexus, "testnet", "run", str(scenario), "--folder", str(folder / "net"))
        check(done.returncode == 2, f"exit code {done.returncode}")
        check(f"slow.toml:{line}:" in done.stderr, done.stderr)
        check(not (folder / "net").exists(), "nothing is started")


if __name__ == "__main__":
    parsed = arguments(__doc__).parse_args()
    sys.exit(main({test.__name__: test for test in (
        links_get_worse_and_heal, a_deaf_validator_falls_behind_and_comes_back,
        latency_is_that_of_the_scenario, refuses_what_makes_no_sense, no_change_is_lost,
        a_broken_file_of_faults_changes_nothing,
        a_scenarios_faults_fire_in_both_worlds, a_slow_process_stands_still_most_of_the_time,
        refuses_faults_of_simulations_only)},
        parsed.nexus))

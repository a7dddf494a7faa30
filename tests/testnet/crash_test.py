#!/usr/bin/env python3
"""Kills processes of a testnet at random under load, for as long as --seconds says, cuts the
network and takes a disk now and then. In the end every invariant must hold over all disks: one
chain, valid from its genesis; nothing that a client saw finalized is lost; no validator has signed
two contents for one matter; no member has raised an alarm or caught another at a lie, in any of its
lives. At most f validators are down, or may not vote yet after they have lost their disk, at any
time, so the chain must go on.

What a wiped validator signed before is gone with its disk. What remains are the others: whoever
hears a second vote raises an alarm, and certificates hold the votes that counted. A view stays
open long enough for a second vote where the chain stands still, so some disks are lost while
another validator is down.

With --prune validators keep few blocks, so that who comes back finds all, some or none of what it
needs with its peers, and takes a state over where there is none. In the end nobody has the oldest
blocks any more; the check begins at a checkpoint, and everything that a client saw finalized above
it must be in a block.

Not a wall-time test: however slow the machine is, only waits that never end fail. The seed decides
who is hit by what; when it hits is up to the machine.
"""

import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

from testnet import (PATIENCE_S, SCENARIO, Failure, Testnet, arguments, check,
                     finalized_heights, write_pruned_scenario)

VALIDATORS = 4
# Before, a process is still filling what it may fill: pools, caches, buffers of the disk.
FLAT_AFTER_S = 1200
GROWTH_MAX = 32 << 20
# With --prune: a few seconds of the chain, about as long as somebody is away.
CHECKPOINT_BLOCKS = 4
BLOCKS_KEPT = 8


class Memory:
    """Resident memory of every process over time. Kills make a validator's start anew, so what must
    be flat is the largest of any process."""

    def __init__(self, net: Testnet):
        self.net = net
        self.begin = time.monotonic()
        self.samples = []  # seconds since the begin, height, bytes by process

    def take(self) -> None:
        processes = self.net.processes()
        heights = [member.get("height", 0) for each in processes.values()
                   for member in each["members"]]
        self.samples.append({"at_s": round(time.monotonic() - self.begin, 1),
                             "height": max(heights),
                             "bytes": {name: each["memory_bytes"]
                                       for name, each in processes.items()}})

    def largest(self, begin: float, end: float) -> int | None:
        """The largest of any process between two fractions of the time; nothing if no sample was
        taken there, in a short run."""
        length = self.samples[-1]["at_s"]
        return max((max(sample["bytes"].values()) for sample in self.samples
                    if begin * length <= sample["at_s"] <= end * length), default=None)

    def thinned(self, count: int) -> list:
        step = max(len(self.samples) // count, 1)
        return self.samples[::step]


class Crasher:
    """Hurts one validator after the other and lets each come back."""

    def __init__(self, net: Testnet, seed: int, spare: bool):
        self.net = net
        self.draw = random.Random(seed)
        self.victims = VALIDATORS - 1 if spare else VALIDATORS
        self.done = {"kill": 0, "kill at once again": 0, "cut": 0, "pause": 0, "wipe": 0,
                     "wipe in a standstill": 0}

    def step(self) -> None:
        victim = f"validator-{self.draw.randrange(self.victims)}"
        others = [f"validator-{i}" for i in range(VALIDATORS) if f"validator-{i}" != victim]
        what = self.draw.choices(list(self.done), weights=[6, 3, 2, 1, 3, 3])[0]
        before = self.net.height()
        if what == "wipe in a standstill":
            down = [name for name in others if int(name[-1]) < self.victims]
            self.wipe_in_a_standstill(victim, self.draw.choice(down))
            self.done[what] += 1
            return
        if what == "wipe":
            self.net.do("wipe", victim)
        elif what == "cut":
            self.net.do("partition", ",".join(others) + "|" + victim)
        elif what == "pause":
            self.net.do("pause", victim)
        else:
            self.net.do("kill", victim)
        if what == "kill at once again":
            # Recovery itself is interrupted: at any moment from its first to well after its last.
            for _ in range(3):
                self.kill_while_it_starts(victim)
        self.net.until_height(before + 2, others)
        if what == "cut":
            self.net.do("heal")
        elif what == "pause":
            self.net.do("resume", victim)
        elif what != "wipe":
            self.net.do("restart", victim)
        self.await_recovery(victim)
        self.done[what] += 1

    def kill_while_it_starts(self, victim: str) -> None:
        """Not by a command: those wait for a restart, and that one until the process is up."""
        pid_file = self.net.folder / victim / "pid"
        before = pid_file.read_text()
        restart = self.net.spawn("restart", victim)
        end = time.monotonic() + PATIENCE_S
        while pid_file.read_text() == before:
            check(time.monotonic() < end, f"{victim} is not started")
            time.sleep(0.001)
        time.sleep(self.draw.random() * 0.4)
        os.kill(int(pid_file.read_text()), signal.SIGKILL)
        said = restart.communicate(timeout=PATIENCE_S)[1]
        check(restart.returncode == 0 or "died when it was started, by signal 9" in said,
              f"restart of a process that is killed: exit code {restart.returncode}: {said}")

    def wipe_in_a_standstill(self, victim: str, down: str) -> None:
        """The others wait for the victim's vote while it loses its disk, in a view in which it has
        voted: it must not answer, until the one who is down can tell it how far it was."""
        self.net.do("kill", down)
        time.sleep(self.draw.random() * 2)
        self.net.do("wipe", victim)
        time.sleep(self.draw.random() * 2)
        check(self.net.validators()[victim].get("voting", 0) == 0,
              f"{victim} votes though {down} has not answered")
        self.net.do("restart", down)
        self.await_recovery(victim)
        self.await_recovery(down)

    def await_recovery(self, name: str) -> None:
        """The next one must not be hurt before this one counts again."""
        self.net.until(lambda: self.net.validators()[name].get("voting") == 1, f"{name} votes")
        self.net.until_height(self.net.height() + 2, [name])


def take_a_state_over(net: Testnet) -> None:
    """Whoever is wiped now needs blocks that nobody has any more."""
    name = "validator-0"
    # Everybody has dropped blocks at some checkpoint up to here.
    net.until_height(BLOCKS_KEPT + 2 * CHECKPOINT_BLOCKS)
    net.do("wipe", name)
    net.until(lambda: net.validators()[name].get("voting") == 1, f"{name} votes")
    net.until_height(net.height() + 2, [name])
    lines = [json.loads(line) for line in net.run("logs", name, "--json").stdout.splitlines()]
    last = max(i for i, line in enumerate(lines) if line["event"] == "journal_lost")
    check(any(line["event"] == "state_sync_done" for line in lines[last:]),
          f"{name} has its state from a peer: {lines[last:]}")


def seen_finalized(net: Testnet) -> list[int]:
    """The heights of all transactions that clients have written down as finalized."""
    return [height for record in net.folder.glob("*/*/finalized.txt")
            for height in finalized_heights(record)]


def check_above_the_base(net: Testnet) -> dict:
    """Checks a chain without its oldest blocks. That what clients saw finalized above the base is
    in blocks, the checker says; here, that it has looked for all of it."""
    before = seen_finalized(net)
    checked = net.do("check")
    after = seen_finalized(net)  # clients may still be writing
    base = checked["base"]
    check(base > 0, f"no block was dropped: {json.dumps(checked, indent=1)}")
    looked = checked["invariants"]["no_lost_transaction"]["checked"]
    least, most = (sum(height > base for height in heights) for heights in (before, after))
    check(0 < least <= looked <= most < len(after),
          f"of {len(after)} transactions {least} to {most} were seen finalized above height {base};"
          f" {looked} were looked for")
    return checked


def run(nexus: str, seconds: float, seed: int, rate: int, spare: bool, prune: bool,
        folder: str | None) -> None:
    with tempfile.TemporaryDirectory(prefix="nexus-crash-") as place:
        scenario = SCENARIO
        if prune:
            scenario = pathlib.Path(place) / "pruned.toml"
            write_pruned_scenario(scenario, CHECKPOINT_BLOCKS, BLOCKS_KEPT)
        run_scenario(nexus, scenario, seconds, seed, rate, spare, prune, folder)


def run_scenario(nexus: str, scenario: pathlib.Path, seconds: float, seed: int, rate: int,
                 spare: bool, prune: bool, folder: str | None) -> None:
    with Testnet(nexus, scenario) as net:
        net.until_height(3)
        crasher = Crasher(net, seed, spare)
        memory = Memory(net)
        end = time.monotonic() + seconds
        load = net.start_load(rate)
        try:
            while time.monotonic() < end:
                if load.poll() is not None:
                    load = net.start_load(rate)
                crasher.step()
                memory.take()
            if prune:
                take_a_state_over(net)
            net.until_height(net.height() + 5)
        finally:
            net.stop_load(load)
        validators = net.validators()
        for name, each in validators.items():  # of all its lives
            check(each["alarms"] == 0, f"{name} raised an alarm")
            check(each["evidence"] == 0, f"{name} saw a double vote")
        net.do("kill", *validators)
        checked = check_above_the_base(net) if prune else net.do("check")
        check(checked["holds"], json.dumps(checked, indent=1))
        counts = {name: each["checked"] for name, each in checked["invariants"].items()}
        for name in ("agreement", "validity", "no_lost_transaction", "no_double_sign",
                     "no_alarm"):
            check(counts[name] > 0, f"{name} had nothing to check")
        version = subprocess.run([net.nexus, "--version"], capture_output=True, text=True,
                                 check=True).stdout.strip()
        report = {"program": version, "seconds": seconds, "seed": seed, "rate": rate,
                  "never_hurt": f"validator-{VALIDATORS - 1}" if spare else "nobody",
                  "faults": crasher.done, "base": checked["base"],
                  "not_covered": checked["not_covered"], "height": checked["height"],
                  "transactions": checked["transactions"],
                  "checks": counts,
                  "memory_bytes_max": {"second quarter": memory.largest(0.25, 0.5),
                                       "last quarter": memory.largest(0.75, 1)},
                  "samples": memory.thinned(60)}
        if seconds >= FLAT_AFTER_S:
            grown = memory.largest(0.75, 1) - memory.largest(0.25, 0.5)
            check(grown < GROWTH_MAX, f"memory is not flat: {grown} bytes more at the end")
        text = json.dumps(report, indent=2)
        print(text)
        if folder:
            with open(folder, "w", encoding="utf-8") as file:
                file.write(text + "\n")


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--rate", type=int, default=50, help="transactions a second")
    parser.add_argument("--spare", action="store_true",
                        help="never hurt the last validator: its memory is that of one life")
    parser.add_argument("--prune", action="store_true",
                        help=f"keep {BLOCKS_KEPT} blocks, and a state every {CHECKPOINT_BLOCKS}")
    parser.add_argument("--report", help="file to write the result to")
    parsed = parser.parse_args()
    print(f"replay: {sys.argv[0]} --seconds {parsed.seconds:g} --seed {parsed.seed} "
          f"--rate {parsed.rate}{' --spare' if parsed.spare else ''}"
          f"{' --prune' if parsed.prune else ''}", flush=True)
    try:
        run(parsed.nexus, parsed.seconds, parsed.seed, parsed.rate, parsed.spare,
            parsed.prune, parsed.report)
    except Failure as failure:
        print(f"FAILED  {failure}")
        sys.exit(1)
    print("ok      crash_test")

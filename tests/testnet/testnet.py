"""A testnet for tests: starts the real binary, waits, asks, and always takes it down.

Every wait has a generous limit, which is reached only when something is broken: no test measures
time.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "scenarios/demo/local_testnet.toml"
PATIENCE_S = 60
# Pace is compared within one run, on whatever machine, with whatever else it does: a ratio, no wall
# time. Attackers take processor time too, on two cores from four validators.
WINDOW_MS = 5000
PACE_MIN = 0.25


class Failure(Exception):
    """What a test found wrong."""


def check(holds: bool, what: str) -> None:
    if not holds:
        raise Failure(what)


class Testnet:
    """One testnet in a folder of its own. Use as a context."""

    def __init__(self, nexus: str, scenario: pathlib.Path = SCENARIO, options: tuple = ()):
        self.nexus = str(pathlib.Path(nexus).resolve())
        self.scenario = scenario
        self.options = options
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="nexus-testnet-"))
        self.folder = self.root / "net"

    def __enter__(self):
        try:
            self.do("up", str(self.scenario), *self.options)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.folder.exists():
            self.run("down")
        shutil.rmtree(self.root, ignore_errors=True)

    def run(self, command: str, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [self.nexus, "testnet", command, *words, "--folder", str(self.folder)],
            capture_output=True, text=True, timeout=10 * PATIENCE_S, check=False)

    def spawn(self, command: str, *words: str) -> subprocess.Popen:
        """The same in the background."""
        return subprocess.Popen(
            [self.nexus, "testnet", command, *words, "--folder", str(self.folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def do(self, command: str, *words: str) -> dict:
        """Runs a command that must succeed; what it prints as JSON."""
        done = self.run(command, *words, "--json")
        check(done.returncode == 0,
              f"nexus testnet {command} {' '.join(words)}: exit code {done.returncode}: "
              f"{done.stderr}{self.logs()}")
        return json.loads(done.stdout)

    def refused(self, command: str, *words: str) -> str:
        """Runs a command that must be refused as invalid input; what it says."""
        done = self.run(command, *words)
        check(done.returncode == 2, f"nexus testnet {command} {' '.join(words)}: expected exit "
                                    f"code 2, got {done.returncode}: {done.stdout}{done.stderr}")
        return done.stderr

    def start_load(self, rate: int, seconds: int = 3600) -> subprocess.Popen:
        """Open-loop load in the background. What it says to a person goes to `said`."""
        # A file: nobody reads while it runs, and a pipe would fill.
        said = tempfile.TemporaryFile("w+")
        load = subprocess.Popen(
            [self.nexus, "load", "--folder", str(self.folder), "--rate", str(rate), "--for",
             str(seconds), "--out", str(self.root / "load")],
            stdout=subprocess.DEVNULL, stderr=said)
        load.said = said
        return load

    @staticmethod
    def stop_load(load: subprocess.Popen) -> None:
        """Lets it write down what it has seen, and ends it."""
        load.terminate()
        try:
            load.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            load.kill()
            load.wait()
            raise Failure("nexus load does not end") from None

    def logs(self) -> str:
        """What processes said, for the message of a failure."""
        texts = []
        for path in sorted([*self.folder.glob("*/log"), *self.folder.glob("*/output")]):
            text = path.read_text(errors="replace")[-2000:]
            if text:
                texts.append(f"--- {path.parent.name} {path.name}\n{text}")
        return "\n" + "\n".join(texts)

    def processes(self) -> dict:
        """By name."""
        return {each["name"]: each for each in self.do("status")["processes"]}

    def validators(self) -> dict:
        """Status of each validator, by name."""
        return {name: each["members"][0] | {"state": each["state"],
                                            "memory_bytes": each["memory_bytes"]}
                for name, each in self.processes().items() if name.startswith("validator-")}

    def height(self, name: str | None = None) -> int:
        """Of one validator, or the highest."""
        validators = self.validators()
        if name is not None:
            return validators[name].get("height", 0)
        return max(each.get("height", 0) for each in validators.values())

    def until(self, holds, what: str, patience_s: float = PATIENCE_S) -> None:
        """Waits until `holds()` is true."""
        end = time.monotonic() + patience_s
        while not holds():
            check(time.monotonic() < end,
                  f"{what}: not within {patience_s} s; {self.run('status').stdout}{self.logs()}")
            time.sleep(0.1)

    def until_height(self, height: int, names=None, patience_s: float = PATIENCE_S) -> None:
        """Waits until these validators, or all, have finalized this height."""
        def reached():
            validators = self.validators()
            return all(validators[name].get("height", 0) >= height
                       for name in names or validators)
        self.until(reached, f"{names or 'all'} at height {height}", patience_s)

    def pids(self) -> list[int]:
        return [int(path.read_text()) for path in self.folder.glob("*/pid")]

    def port(self, member: str) -> int:
        import tomllib
        network = tomllib.loads((self.folder / "network.toml").read_text())
        return network["members"][member]["port"]

    def ports(self) -> list[int]:
        import tomllib
        network = tomllib.loads((self.folder / "network.toml").read_text())
        return [each["port"] for each in network["members"].values() if "port" in each] + list(
            network["metrics_ports"].values())


def write_pruned_scenario(path: pathlib.Path, checkpoint_blocks: int, blocks_kept: int) -> None:
    """The small network, whose validators drop old blocks."""
    text = SCENARIO.read_text().replace("../data", str(SCENARIO.parents[1] / "data"))
    path.write_text(f"{text}\n[blocks]\ncheckpoint_blocks = {checkpoint_blocks}\n"
                    f"blocks_kept = {blocks_kept}\n")


def finalized_heights(record: pathlib.Path) -> list[int]:
    """The heights of the transactions that a client has written down as finalized. It may be
    writing: a line without an end is left out."""
    return [int(line.split()[1]) for line in record.read_text().splitlines(keepends=True)
            if line.endswith("\n")]


def pace(net: Testnet, victim: str) -> float:
    """Blocks a second that a validator finalizes, over a window from now on. It tells its height
    twice a second, with the time at which it looked: that time counts, not when it was read."""
    begin = net.validators()[victim]
    end = begin

    def is_over() -> bool:
        nonlocal end
        end = net.validators()[victim]
        return end["now_ms"] - begin["now_ms"] >= WINDOW_MS

    net.until(is_over, f"{victim} tells how far it is for {WINDOW_MS} ms")
    return 1000 * (end["height"] - begin["height"]) / (end["now_ms"] - begin["now_ms"])


def keeps_pace(net: Testnet, victim: str, before: float) -> None:
    """Under attack. A second window, if the first is at the edge: something else may have had the
    machine."""
    during = [pace(net, victim)]
    if during[0] < PACE_MIN * before:
        during.append(pace(net, victim))
    said = (f"{before:.2f} blocks a second, "
            f"{', then '.join(f'{each:.2f}' for each in during)} under attack")
    print(f"        {said}", flush=True)
    check(during[-1] >= PACE_MIN * before,
          f"{victim} finalized {said}: expected at least {PACE_MIN} of the pace before")


def lives(pid: int) -> bool:
    """True if the process runs; one that only waits for its parent's notice does not."""
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def listens(port: int) -> bool:
    """True if somebody accepts connections on this port of the loopback interface."""
    import socket
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def arguments(description: str):
    import argparse
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--nexus", default=os.environ.get(
        "NEXUS", str(ROOT / "build/release/bin/nexus")), help="the binary")
    return parser


def main(tests: dict, nexus: str) -> int:
    """Runs tests by name; prints each and what failed. The exit code."""
    failed = 0
    for name, test in tests.items():
        try:
            test(nexus)
            print(f"ok      {name}", flush=True)
        except Failure as failure:
            failed += 1
            print(f"FAILED  {name}: {failure}", flush=True)
    return 1 if failed else 0

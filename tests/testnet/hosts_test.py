#!/usr/bin/env python3
"""A network across hosts, as docs/testnet.md describes it: five network namespaces of this machine,
each with an address, a bridge between them, and nothing on a disk that belongs to another host.
Needs the rights to make namespaces; without them it says so, and is skipped. See testnet.py.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request

from testnet import PATIENCE_S, SCENARIO, arguments, check, main

SKIPPED = 77  # what tests/testnet/CMakeLists.txt says
SERVERS = {"validator-0": 1, "validator-1": 2, "validator-2": 3, "validator-3": 4,
           "sovereign-afropolitan": 5, "sovereign-bowtiedjungle": 5, "sovereign-build-republic": 5}
CLIENTS = {"contributors": 5, "load": 5}
PLACES = SERVERS | CLIENTS  # host by process
NET = f"10.{os.getpid() % 200 + 20}.{os.getpid() // 200 % 250}"


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Hosts:
    """Five namespaces that reach one another, and this machine, through a bridge."""

    def __init__(self):
        self.prefix = f"nx{os.getpid()}"
        self.bridge = f"{self.prefix}b"
        self.names = {number: f"{self.prefix}h{number}" for number in range(1, 6)}

    def __enter__(self):
        try:
            ip("link", "add", self.bridge, "type", "bridge")
            ip("addr", "add", f"{NET}.254/24", "dev", self.bridge)
            ip("link", "set", self.bridge, "up")
            for number, name in self.names.items():
                outside = f"{self.prefix}v{number}"
                ip("netns", "add", name)
                ip("link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", name)
                ip("link", "set", outside, "master", self.bridge, "up")
                ip("-n", name, "addr", "add", f"{NET}.{number}/24", "dev", "eth0")
                ip("-n", name, "link", "set", "lo", "up")
                ip("-n", name, "link", "set", "eth0", "up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in self.names.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
        subprocess.run(["ip", "link", "del", self.bridge], capture_output=True, check=False)

    def cable(self, number: int, state: str) -> None:
        ip("link", "set", f"{self.prefix}v{number}", state)


class Network:
    """The processes of one network, each on its host, with the files that are that host's."""

    def __init__(self, nexus: str, hosts: Hosts, root: pathlib.Path):
        self.nexus, self.hosts, self.root = str(pathlib.Path(nexus).resolve()), hosts, root
        self.running = {}
        made = root / "made"
        words = [f"--at={name}={NET}.{host}:{7000 + i}"
                 for i, (name, host) in enumerate(SERVERS.items())]
        subprocess.run([self.nexus, "testnet", "generate", str(SCENARIO), "--folder", str(made),
                        "--metrics-host", "0.0.0.0", *words], check=True, capture_output=True)
        self.metrics = tomllib.loads((made / "network.toml").read_text())["metrics_ports"]
        for number in hosts.names:
            here = self.host(number)
            here.mkdir(parents=True)
            for shared in ("scenario.toml", "network.toml"):
                shutil.copy(made / shared, here / shared)
        for process, number in PLACES.items():
            shutil.move(made / process, self.host(number) / process)
        shutil.rmtree(made)

    def host(self, number: int) -> pathlib.Path:
        return self.root / f"host-{number}" / "net"

    def folder(self, process: str) -> pathlib.Path:
        return self.host(PLACES[process]) / process

    def start(self, process: str) -> None:
        name = self.hosts.names[PLACES[process]]
        self.running[process] = subprocess.Popen(
            ["ip", "netns", "exec", name, self.nexus, "node", "--config",
             str(self.folder(process) / "node.toml")],
            stdout=subprocess.DEVNULL, stderr=(self.root / f"{process}.stderr").open("a"))

    def stop(self, process: str, how: signal.Signals) -> int:
        self.running[process].send_signal(how)
        return self.running.pop(process).wait(PATIENCE_S)

    def height(self, process: str) -> int:
        """Of a validator, as it tells it to anybody who asks: here to this machine."""
        where = f"http://{NET}.{PLACES[process]}:{self.metrics[process]}/metrics"
        try:
            with urllib.request.urlopen(where, timeout=5) as answer:
                lines = answer.read().decode().splitlines()
        except OSError:
            return 0
        return next(int(line.rsplit(" ", 1)[1]) for line in lines
                    if line.startswith("nexus_height{"))

    def until(self, holds, what: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds():
            check(time.monotonic() < end, f"{what}: not within {PATIENCE_S} s; {self.words()}")
            time.sleep(0.2)

    def until_height(self, height: int, names) -> None:
        self.until(lambda: all(self.height(name) >= height for name in names),
                   f"{list(names)} at height {height}")

    def words(self) -> str:
        logs = [*self.root.glob("*.stderr"), *self.root.glob("host-*/net/*/log")]
        return "\n".join(f"--- {path}\n{path.read_text(errors='replace')[-1500:]}" for path in logs)

    def end(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()


def goes_across_hosts(nexus: str) -> None:
    with tempfile.TemporaryDirectory(prefix="nexus-hosts-") as name, Hosts() as hosts:
        net = Network(nexus, hosts, pathlib.Path(name))
        try:
            lives_across_hosts(net)
        finally:
            net.end()


def lives_across_hosts(net: Network) -> None:
    validators = [process for process in SERVERS if process.startswith("validator-")]
    for number in net.hosts.names:
        keys = {path.parent.name for path in net.host(number).glob("*/keys.toml")}
        check(keys == {process for process, host in PLACES.items() if host == number},
              f"host {number} has its own keys and no others: {keys}")
    for process in reversed(PLACES):  # who dials comes before who listens
        net.start(process)
    net.until_height(5, validators)
    seen = net.folder("load") / "load-0/finalized.txt"
    net.until(lambda: seen.exists() and seen.stat().st_size > 0, "a client on another host")

    others = validators[:3]
    net.hosts.cable(4, "down")
    before = max(map(net.height, others))
    net.until_height(before + 10, others)
    net.hosts.cable(4, "up")
    net.until_height(max(map(net.height, others)), ["validator-3"])

    code = net.stop("validator-0", signal.SIGKILL)
    check(code == -signal.SIGKILL, f"it ran until then: exit code {code}")
    before = max(map(net.height, validators[1:]))
    net.until_height(before + 5, validators[1:])
    net.start("validator-0")
    net.until_height(max(map(net.height, validators[1:])), ["validator-0"])

    for process in PLACES:
        check(net.stop(process, signal.SIGTERM) == 0, f"{process} ends in order: {net.words()}")
    together = net.root / "together"
    together.mkdir()
    for shared in ("scenario.toml", "network.toml"):
        shutil.copy(net.host(1) / shared, together / shared)
    for process in PLACES:
        shutil.move(net.folder(process), together / process)
    done = subprocess.run([net.nexus, "testnet", "check", "--folder", str(together), "--json"],
                          capture_output=True, text=True, timeout=10 * PATIENCE_S, check=False)
    check(done.returncode == 0, f"the disks of all hosts: {done.stdout}{done.stderr}")
    checked = json.loads(done.stdout)
    check(checked["height"] >= before and
          checked["invariants"]["no_lost_transaction"]["checked"] > 0, f"{checked}")


def may_make_namespaces() -> bool:
    try:
        with Hosts():
            return True
    except (OSError, subprocess.CalledProcessError) as why:
        said = why.stderr.decode() if isinstance(why, subprocess.CalledProcessError) else why
        print(f"skipped: no network namespaces here: {said}")
        return False


if __name__ == "__main__":
    parsed = arguments(__doc__).parse_args()
    if not may_make_namespaces():
        sys.exit(SKIPPED)
    sys.exit(main({goes_across_hosts.__name__: goes_across_hosts}, parsed.nexus))

#!/usr/bin/env python3
"""What commands do where something goes wrong, and what they leave. See testnet.py."""

import pathlib
import random
import shutil
import signal
import sys
import time
import tomllib
import urllib.request

from testnet import PATIENCE_S, SCENARIO, Testnet, arguments, check, listens, lives, main


def a_start_that_fails_says_so(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.until_height(3)
        config = net.folder / "validator-3/node.toml"
        right = config.read_text()
        config.write_text(right + 'log_level = "silly"\n')
        for command in ("restart", "wipe"):
            said = net.refused(command, "validator-3")
            check("validator-3 died when it was started, with exit code 2" in said
                  and f"{config}:" in said and 'got "silly"' in said, f"{command}: {said}")
            check("finalized" not in said, f"nothing of its earlier lives: {said}")
        check(net.processes()["validator-3"]["state"] == "down", "and it is down")
        config.write_text(right)
        net.do("restart", "validator-3", "contributors")
        states = {name: each["state"] for name, each in net.processes().items()}
        check(set(states.values()) == {"running"}, f"who is said to be started runs: {states}")

        # It gets as far as its disk.
        net.do("kill", "validator-0", "validator-1")
        data = net.folder / "validator-0/validator-0/data"
        shutil.rmtree(data)
        shutil.copytree(net.folder / "validator-1/validator-1/data", data)
        said = net.refused("restart", "validator-0")
        check("died when it was started" in said and "expected the data of validator-0" in said,
              f"a disk of another: {said}")


def a_run_ends_if_a_process_does_not_come_back(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.do("down")
        scenario = net.root / "stay_down.toml"
        text = SCENARIO.read_text().replace("../data", str(SCENARIO.parents[1] / "data"))
        scenario.write_text(text + '\n[[fault]]\nat = "4s"\nkind = "crash"\n'
                            'target = "validator-2"\nlasts = "4s"\n')
        run = net.spawn("run", str(scenario), "--out", str(net.root / "report"))
        net.until(lambda: net.run("status").returncode == 0
                  and net.processes()["validator-2"]["state"] == "down"
                  and net.height("validator-2") > 0, "the crash")
        with (net.folder / "validator-2/node.toml").open("a") as file:
            file.write('log_level = "silly"\n')
        said = run.communicate(timeout=PATIENCE_S)[1]
        check(run.returncode == 2 and "validator-2 died when it was started" in said
              and 'got "silly"' in said, f"exit code {run.returncode}: {said}")
        check(not net.folder.exists(), "and leaves nothing")


def up_and_run_heed_an_interrupt(nexus: str) -> None:
    for command in (("up",), ("run", "--out", "REPORT")):
        with Testnet(nexus) as net:
            net.do("down")
            words = [str(net.root / "report") if each == "REPORT" else each for each in command]
            started = net.spawn(words[0], str(net.scenario), *words[1:])
            while not net.pids():
                check(started.poll() is None, f"{command}: {started}")
                time.sleep(0.001)
            pids = net.pids()
            started.send_signal(signal.SIGINT)
            said = started.communicate(timeout=PATIENCE_S)[1]
            check(started.returncode == 2 and "interrupted" in said,
                  f"{command}: exit code {started.returncode}: {said}")
            check(not net.folder.exists() and not any(map(lives, pids)), f"{command} leaves it")


def down_clears_what_was_never_finished(nexus: str) -> None:
    draw = random.Random(1)
    with Testnet(nexus) as net:
        net.do("down")
        for _ in range(8):  # killed at any moment, from before the folder to after the first block
            up = net.spawn("up", str(net.scenario))
            time.sleep(draw.random() * 0.08)
            pids = net.pids()
            up.kill()
            up.communicate()
            down = net.run("down")
            held = [each.name for each in net.folder.iterdir()] if net.folder.exists() else []
            check(down.returncode == 0 or held in ([], ["lock"]), f"{held}: {down.stderr}")
            shutil.rmtree(net.folder, ignore_errors=True)
            net.until(lambda: not any(map(lives, pids)), "its processes are gone")
            check(list(net.root.iterdir()) == [], f"something stays: {list(net.root.iterdir())}")

        def begin() -> None:
            net.do("generate", str(net.scenario))
            (net.folder / "network.toml").rename(net.folder / ".network.toml.partial")
            shutil.rmtree(net.folder / "validator-3")

        begin()
        said = net.refused("up", str(net.scenario))
        check("never finished" in said and "down --folder" in said, said)
        net.do("down")
        check(list(net.root.iterdir()) == [], f"something stays: {list(net.root.iterdir())}")

        for foreign in ("notes.txt", "validator-0/notes.txt", "photos/summer/1.jpg",
                        "validator-0/validator-0/first_start.txt"):
            begin()
            path = net.folder / foreign
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("mine")
            said = net.refused("down")
            check("expected the file of a testnet" in said, f"{foreign}: {said}")
            check(path.exists() and (net.folder / "contributors").exists(), f"{foreign} stays")
            shutil.rmtree(net.folder)

        begin()
        (net.folder / "lock").write_text("4711 backup\n")
        net.refused("down")
        check((net.folder / "contributors").exists(), "a folder that no command of ours claimed")
        shutil.rmtree(net.folder)


def latest_is_touched_where_it_is_ours_only(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.do("down")
        photos = net.root / "photos"
        photos.mkdir()
        beside = net.root / "latest"
        beside.symlink_to("photos")
        net.do("generate", str(net.scenario))
        net.do("down")
        check(beside.readlink().name == "photos", "a link beside a folder of one's own")

        net.folder = net.root / "out/testnet/net"
        net.folder.parent.mkdir(parents=True)
        latest = net.folder.parent / "latest"
        net.do("generate", str(net.scenario))
        check(not latest.is_symlink(), "what is only generated is not the latest to run")
        net.do("down")
        for before in (None, "gone"):  # none, and one of a testnet that is gone
            if before is not None:
                latest.symlink_to(before)
            net.do("up", str(net.scenario))
            check(latest.resolve() == net.folder.resolve(), "latest is the one that was started")
            net.do("down")
            check(not latest.is_symlink(), "and goes with it")
        for foreign in (photos, pathlib.Path("album")):  # elsewhere, and a folder of no testnet
            (net.folder.parent / foreign).mkdir(exist_ok=True)
            latest.symlink_to(foreign)
            net.do("up", str(net.scenario))
            check(latest.readlink() == foreign, f"{foreign} of somebody else after up")
            net.do("down")
            check(latest.readlink() == foreign, f"{foreign} of somebody else after down")
            latest.unlink()


def commands_want_names(nexus: str) -> None:
    with Testnet(nexus) as net:
        for command in ("kill", "restart", "wipe", "pause", "resume"):
            for nobody in ("", ",", "|", " "):
                said = net.refused(command, nobody)
                wanted = "there is no process" if nobody == " " else "got none"
                check(wanted in said, f"{command} '{nobody}': {said}")
        states = {each["state"] for each in net.processes().values()}
        check(states == {"running"}, f"and did nothing: {states}")


def metrics_listen_where_they_are_told(nexus: str) -> None:
    with Testnet(nexus, options=("--metrics-host", "127.0.0.2")) as net:
        network = tomllib.loads((net.folder / "network.toml").read_text())
        port = network["metrics_ports"]["validator-0"]
        with urllib.request.urlopen(f"http://127.0.0.2:{port}/metrics", timeout=10) as answer:
            check(b"nexus_height" in answer.read(), "the metrics at the address that was asked for")
        check(not listens(port), "and not at another")
        net.do("down")
        for host in ("", "a b", '"'):
            said = net.refused("generate", str(net.scenario), "--metrics-host", host)
            check("--metrics-host" in said, said)


if __name__ == "__main__":
    parsed = arguments(__doc__).parse_args()
    sys.exit(main({test.__name__: test for test in (
        a_start_that_fails_says_so, a_run_ends_if_a_process_does_not_come_back,
        up_and_run_heed_an_interrupt, down_clears_what_was_never_finished,
        latest_is_touched_where_it_is_ours_only, commands_want_names,
        metrics_listen_where_they_are_told)}, parsed.nexus))

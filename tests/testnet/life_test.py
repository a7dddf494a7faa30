#!/usr/bin/env python3
"""The life of a testnet from up to down: kills, restarts, cuts, wipes. See testnet.py."""

import datetime
import json
import shutil
import subprocess
import sys
import urllib.request

from testnet import Testnet, arguments, check, lives, listens, main


def goes_through_faults(nexus: str) -> None:
    with Testnet(nexus) as net:
        everybody = sorted(net.validators())
        net.until_height(5)

        net.do("kill", "validator-3")
        check(net.processes()["validator-3"]["state"] == "down", "a killed process is down")
        others = everybody[:3]
        net.until_height(net.height() + 5, others)

        net.do("restart", "validator-3")
        net.until_height(net.height(), ["validator-3"])
        net.until_height(net.height() + 5)

        net.do("pause", "validator-0")
        check(net.processes()["validator-0"]["state"] == "paused", "a paused process says so")
        net.until_height(net.height() + 5, everybody[1:])
        net.do("resume", "validator-0")
        net.until_height(net.height(), ["validator-0"])

        net.do("wipe", "validator-1")
        net.until_height(net.height(), ["validator-1"])
        net.until_height(net.height() + 5)

        for name, each in net.validators().items():
            check(each["alarms"] == 0, f"{name} raised an alarm")
            check(each["evidence"] == 0, f"{name} saw a double vote")


def a_cut_without_quorum_stops_the_chain_until_it_heals(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.until_height(3)
        net.do("partition", "validator-0,validator-1|validator-2,validator-3")
        net.until(lambda: all(each["peers"] == 0 or each["state"] == "cut off"
                              for each in net.validators().values()), "the cut")
        # What was under way when the cut came may still finish: then nothing more may.
        net.until(lambda: stands_still(net), "no quorum, no blocks")
        before = net.height()
        net.do("heal")
        net.until_height(before + 5)


def a_sovereign_comes_back_to_its_community(nexus: str) -> None:
    with Testnet(nexus) as net:
        name = next(each for each in sorted(net.processes()) if each.startswith("sovereign-"))

        def told(what: str) -> int:
            return net.processes()[name]["members"][0].get(what, 0)

        net.until(lambda: told("finalized_transactions") >= 5, "it is founded, and more")
        net.do("kill", name)
        end = told("now_ms")
        net.do("restart", name)
        # What it says from here on is of its second life.
        net.until(lambda: told("now_ms") > end, "it runs again")
        net.until(lambda: told("finalized_transactions") >= 4
                  and told("finalized_transactions") == told("submitted_transactions"),
                  "what it sends after a restart is finalized")

        def goes_on() -> bool:
            text = (net.folder / name / name / "measured.txt").read_text()
            founds = any(f"kind {kind} " in text
                         for kind in ("sovereign_register", "schema_publish", "asset_register"))
            return "kind mission_" in text and not founds

        net.until(goes_on, "it goes on with its missions, and founds nothing twice", 20)


def stands_still(net: Testnet) -> bool:
    """True if no validator finalizes anything for a second and a half."""
    import time
    before = {name: each["height"] for name, each in net.validators().items()}
    time.sleep(1.5)
    return before == {name: each["height"] for name, each in net.validators().items()}


def one_side_with_a_quorum_goes_on(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.until_height(3)
        net.do("partition", "validator-0,validator-1,validator-2|validator-3")
        net.until_height(net.height() + 5, ["validator-0", "validator-1", "validator-2"])
        check(net.height("validator-3") < net.height(), "who is cut off hears nothing")
        net.do("heal")
        net.until_height(net.height(), ["validator-3"])


def down_leaves_nothing(nexus: str) -> None:
    with Testnet(nexus) as net:
        pids, ports = net.pids(), net.ports()
        check(len(pids) == len(net.processes()) and all(map(lives, pids)), "all processes live")
        net.until(lambda: all(map(listens, ports)), "every server and metrics port is open")
        said = net.do("down")
        check(len(said["processes"]) == len(pids), "down names what it stopped")
        check(not any(map(lives, pids)), "a process outlived down")
        check(not any(map(listens, ports)), "a port outlived down")
        check(not net.folder.exists(), "the folder outlived down")
        check(list(net.root.iterdir()) == [], "something stayed beside the folder")


def commands_refuse_what_makes_no_sense(nexus: str) -> None:
    with Testnet(nexus) as net:
        check("holds a testnet already" in net.refused("up", str(net.scenario)),
              "up into a folder that is in use")
        check("there is no process or member" in net.refused("kill", "nobody"), "an unknown name")
        check("two sides" in net.refused("partition", "validator-0"), "a cut with one side")
        check("genesis" in net.refused("add", "validator-0"), "a new validator")
        net.do("kill", "validator-0")
        check("does not run" in net.refused("pause", "validator-0"), "to pause what is down")


def tells_of_itself(nexus: str) -> None:
    import tomllib
    with Testnet(nexus) as net:
        net.until_height(3)
        network = tomllib.loads((net.folder / "network.toml").read_text())
        port = network["metrics_ports"]["validator-0"]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        values = {line.split("{")[0]: line.rsplit(" ", 1)[1]
                  for line in text.splitlines() if not line.startswith("#")}
        check(int(values["nexus_height"]) >= 3, f"the height in {text}")
        check("# TYPE nexus_height gauge" in text, "a type for each metric")
        for told in ("handling_seconds", "commit_latency_seconds", "journal_write_seconds",
                     "block_write_seconds"):
            check(int(values[f"nexus_{told}_count"]) >= 3, f"{told} are counted: {text}")
        kept = int(values["nexus_blocks_stored"])  # told a moment before or after the height
        check(abs(kept - int(values["nexus_height"])) <= 1, f"none is dropped: {text}")
        check("nexus_role_mailbox" in values and "nexus_broker_mailbox" in values, "mailboxes")
        check('probe="' in text, "what the protocol counts")
        net.until(lambda: net.processes()["load"]["members"][0]["finalized_transactions"] > 0,
                  "the load's transactions are finalized")


def log_lines(net: Testnet, *words: str) -> list[dict]:
    """Lines of `nexus testnet logs`, each of which must be a JSON object with its head."""
    done = net.run("logs", *words, "--json")
    check(done.returncode == 0, f"logs {words}: {done.stderr}")
    check(done.stderr == "", f"every line is one of a log, nothing else was said: {done.stderr}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    for line in lines:
        check(list(line)[:4] == ["time", "level", "member", "event"], f"the head of {line}")
        when = datetime.datetime.strptime(line["time"], "%Y-%m-%dT%H:%M:%S.%fZ")
        age = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - when
        check(abs(age.total_seconds()) < 600, f"the time of {line} is that of the machine, in UTC")
    check(lines == sorted(lines, key=lambda line: line["time"]), "lines come by time")
    return lines


def events(lines: list[dict], name: str) -> list[dict]:
    return [line for line in lines if line["event"] == name]


def logs_tell_what_happened(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.until_height(10)
        net.until(lambda: events(log_lines(net, "validator-3"), "finalized"), "it finalizes")
        net.do("kill", "validator-3")
        before = log_lines(net, "validator-3")
        for name in ("start", "recovered", "listening", "ready", "peer_up", "finalized"):
            check(events(before, name), f"a line {name} in {before}")
        check(events(before, "recovered")[0]["height"] == 0, f"an empty disk: {before}")
        reached = events(before, "finalized")[-1]["height"]
        net.until(lambda: any(line["peer"] == "validator-3"
                              for line in events(log_lines(net, "validator-0"), "peer_down")),
                  "another one tells that it is gone")

        config = net.folder / "validator-3/node.toml"
        config.write_text(config.read_text() + 'log_level = "debug"\n')
        net.do("restart", "validator-3")
        net.until_height(net.height(), ["validator-3"])
        net.do("restart", "validator-3")
        after = log_lines(net, "validator-3")[len(before):]
        begun = events(after, "recovered")[0]
        check(begun["height"] >= reached and begun["journal_records"] > 0,
              f"what it had on its disk: {begun}, and had told: {reached}")
        check(begun["blocks_to_execute"] == begun["height"] - begun["checkpoint"], f"{begun}")
        check(events(after, "ready")[0]["height"] >= begun["height"], f"it goes on: {after}")
        check({"view", "leader"} <= set(events(after, "view")[0]), "views, at debug")
        stop = events(after, "stop")
        check(len(stop) == 1 and stop[0]["exit_code"] == 0 and stop[0]["why"] == "signal",
              f"a stop in order says so: {stop}")
        check(not events(before, "stop"), "SIGKILL leaves no time for a word")

        warnings = log_lines(net, "validator-0", "--level", "warning")
        check(warnings and {line["level"] for line in warnings} <= {"warning", "error"},
              f"only what matters so much: {warnings}")
        both = log_lines(net, "validator-0", "validator-1", "--level", "info", "--lines", "7")
        check(len(both) == 7, f"so many of the last: {both}")
        of_all = {line["member"] for line in log_lines(net, "contributors")}
        of_one = {line["member"] for line in log_lines(net, "settlers-3")}
        check(of_one == {"contributors", "settlers-3"} and of_one < of_all,
              f"a member without the others of its process: {of_one}, {of_all}")
        shown = net.run("logs", "validator-3", "--lines", "1000").stdout
        check(" info    validator-3 start version=" in shown, f"for a person: {shown}")


def logs_follow_and_refuse(nexus: str) -> None:
    with Testnet(nexus) as net:
        follow = subprocess.Popen(
            [net.nexus, "testnet", "logs", "validator-0", "--follow", "--json", "--lines", "0",
             "--folder", str(net.folder)], stdout=subprocess.PIPE, text=True)
        heights = []
        while len(heights) < 3:
            line = json.loads(follow.stdout.readline())
            heights += [line["height"]] if line["event"] == "finalized" else []
        check(heights == sorted(set(heights)), f"each once, as they come: {heights}")
        # A log that rotates: the process goes on in the old file, and then there is a new one.
        log = net.folder / "validator-0/log"
        log.rename(log.with_name("log.1"))
        net.do("restart", "validator-0")
        while json.loads(follow.stdout.readline())["event"] != "start":
            pass
        net.do("down")
        check(follow.wait(60) == 0, "it ends with the testnet")

    with Testnet(nexus) as net:
        for lines in ("-3", "1.5", "many", "99999999999"):
            said = net.refused("logs", "validator-0", f"--lines={lines}")
            check("--lines: expected a whole number" in said and f"got {lines}" in said, said)
        said = net.refused("logs", "validator-0", "--level", "loud")
        check("expected one of debug, info, warning, error; got loud" in said, said)
        # What a process says elsewhere is kept, and pointed to.
        (net.folder / "validator-1/output").write_text("Assertion failed\n")
        check("validator-1/output" in net.run("logs", "validator-1").stderr, "where the rest is")


def a_mix_of_transactions_has_effect(nexus: str) -> None:
    with Testnet(nexus) as net:
        out = net.root / "load"
        mix = "transfer=40,mission_create=10,mission_apply=30,credential_anchor=20"
        for run in range(2):  # the second finds what the first has set up
            done = subprocess.run(
                [net.nexus, "load", "--folder", str(net.folder), "--rate", "40", "--for", "4",
                 "--mix", mix, "--bytes", "256", "--out", str(out), "--json"],
                capture_output=True, text=True, timeout=120, check=False)
            check(done.returncode == 0, f"load {run}: {done.stdout[-2000:]}{done.stderr}")
            counts = json.loads((out / "report.json").read_text())["transactions"]
            kinds = set(counts["by_kind"])
            check(kinds == {"payment", "mission_create", "mission_apply", "credential_anchor"},
                  f"all kinds of the mix, and nothing of what set them up: {counts}")
            check(sum(counts["by_kind"].values()) == 160, f"40 a second: {counts}")
            check(counts["rejected_by_kind"] == {}, f"each has effect: {counts}")
        unknown = subprocess.run(
            [net.nexus, "load", "--folder", str(net.folder), "--rate", "1", "--mix", "gift=1"],
            capture_output=True, text=True, timeout=60, check=False)
        check(unknown.returncode == 2 and "mission_apply" in unknown.stderr,
              f"a kind that there is not: {unknown}")


def check_finds_what_is_wrong(nexus: str) -> None:
    with Testnet(nexus) as net:
        finalized = net.folder / "load/load-0/finalized.txt"
        net.until(lambda: finalized.exists() and finalized.stat().st_size > 0, "a final transfer")
        right = net.do("check")
        check(right["holds"] and right["invariants"]["no_lost_transaction"]["checked"] > 0,
              f"all is well on a live testnet: {right}")
        net.do("kill", "load")
        with finalized.open("a") as file:
            file.write("0" * 64 + "\n")
        done = net.run("check", "--json")
        check(done.returncode == 1, f"a lost transaction: exit code {done.returncode}")
        wrong = json.loads(done.stdout)["invariants"]
        check(wrong["no_lost_transaction"]["violated"] == 1, f"a lost transaction: {wrong}")
        check(sum(each["violated"] for each in wrong.values()) == 1, f"and nothing else: {wrong}")

        net.do("kill", "validator-0", "validator-1")
        shutil.rmtree(net.folder / "validator-0/validator-0/data")
        shutil.copytree(net.folder / "validator-1/validator-1/data",
                        net.folder / "validator-0/validator-0/data")
        check("expected the data of validator-0" in net.refused("check"),
              "the disk of another validator")


if __name__ == "__main__":
    parsed = arguments(__doc__).parse_args()
    sys.exit(main({test.__name__: test for test in (
        goes_through_faults, a_sovereign_comes_back_to_its_community,
        a_cut_without_quorum_stops_the_chain_until_it_heals, one_side_with_a_quorum_goes_on,
        down_leaves_nothing, commands_refuse_what_makes_no_sense, tells_of_itself,
        logs_tell_what_happened, logs_follow_and_refuse,
        a_mix_of_transactions_has_effect, check_finds_what_is_wrong)}, parsed.nexus))

#!/usr/bin/env python3
"""The life of a testnet from up to down: kills, restarts, cuts, wipes. See testnet.py."""

import datetime
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.request

from testnet import (PATIENCE_S, Testnet, arguments, check, finalized_heights, listens, lives,
                     main, write_pruned_scenario)

IN_NO_BLOCK = "0" * 64  # the id of a transaction that nobody has sent


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

        check(all(each["voting"] == 1 for each in net.validators().values()), "everybody votes")
        net.do("wipe", "validator-1")
        net.until_height(net.height(), ["validator-1"])
        net.until(lambda: net.validators()["validator-1"].get("voting") == 1, "a wiped one votes")
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
        check(not net.do("status")["quorum"], "no side has a quorum")
        check({each["state"] for each in net.processes().values()} == {"cut off"},
              "everybody is cut off from a quorum")
        check("no quorum: validators that run and reach one another hold 200 of 400" in
              net.run("status").stdout, net.run("status").stdout)
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

        founding = ("sovereign_register", "schema_publish", "asset_register")
        net.until(lambda: told("finalized_transactions") >= 5, "it is founded, and more")
        net.until(lambda: "sovereign_register" in finalized_kinds(net, name), "it wrote that down")
        net.do("kill", name)
        before = finalized_kinds(net, name)
        end = told("now_ms")
        net.do("restart", name)
        # What it says from here on is of its second life.
        net.until(lambda: told("now_ms") > end, "it runs again")
        net.until(lambda: told("finalized_transactions") >= 4
                  and told("finalized_transactions") == told("submitted_transactions"),
                  "what it sends after a restart is finalized")

        # What it has measured is of both lives.
        def goes_on() -> bool:
            now = finalized_kinds(net, name)
            check(all(now.get(kind, 0) >= count for kind, count in before.items()),
                  f"a restart forgot: {before}, then {now}")
            check(all(now.get(kind, 0) <= 1 for kind in founding),
                  f"it founds something twice: {before}, then {now}")
            grown = sum(now.values()) - sum(before.values())
            return grown >= 4 and missions(now) > missions(before)

        net.until(goes_on, "it goes on with its missions", 20)


def finalized_kinds(net: Testnet, client: str) -> dict:
    """What a client has seen finalized, by kind."""
    lines = (net.folder / client / client / "measured.txt").read_text().splitlines()
    words = [line.split() for line in lines]
    return {kind: int(count) for what, kind, count in words if what == "kind"}


def missions(kinds: dict) -> int:
    return sum(count for kind, count in kinds.items() if kind.startswith("mission_"))


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
        check(net.do("status")["quorum"], "one side has a quorum")
        states = {name: each["state"] for name, each in net.processes().items()}
        check([name for name, state in states.items() if state == "cut off"] == ["validator-3"],
              f"who is with a quorum is not cut off, who is not is: {states}")
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


def one_command_at_a_time_changes_a_testnet(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.do("down")
        ups = [net.spawn("up", str(net.scenario)) for _ in range(3)]
        codes = sorted(each.wait(PATIENCE_S) for each in ups)
        said = "".join(each.stderr.read() for each in ups)
        check(codes == [0, 2, 2], f"one of three comes up: {codes}: {said}")
        check("nexus testnet up" in said or "holds a testnet already" in said, said)
        net.until_height(net.height() + 2)
        # All of them change the same process: whoever comes last, it runs, and runs once.
        for each in [net.spawn("restart", "validator-1") for _ in range(3)]:
            check(each.wait(PATIENCE_S) == 0, f"restarts wait: {each.stderr.read()}")
        net.until_height(net.height() + 2)

        pids = net.pids()
        downs = [net.spawn("down") for _ in range(3)]
        codes = sorted(each.wait(PATIENCE_S) for each in downs)
        check(codes == [0, 2, 2], f"one of three takes it down: {codes}")
        check(not any(map(lives, pids)), "a process outlived down")
        check(list(net.root.iterdir()) == [], f"something stays: {list(net.root.iterdir())}")


def down_ends_a_run(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.do("down")
        run = net.spawn("run", str(net.scenario), "--out", str(net.root / "report"))
        net.until(lambda: net.run("status").returncode == 0 and net.height() >= 3, "the run runs")
        pids = net.pids()
        check("holds a testnet already" in net.refused("up", str(net.scenario)), "up beside a run")
        net.do("down")
        check(run.wait(PATIENCE_S) == 2, f"a run that was ended: exit code {run.returncode}")
        check("interrupted" in run.stderr.read(), "the run says why")
        check(not any(map(lives, pids)) and not net.folder.exists(), "the testnet outlived down")
        check(list((net.root / "report").iterdir()) == [], "half a report")


def one_load_at_a_time(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.until_height(3)
        seen = net.folder / "load/load-0/finalized.txt"
        load = net.start_load(20)
        net.until(lambda: seen.exists() and "nexus load" in (net.folder / "load/lock").read_text(),
                  "the load runs")
        other = subprocess.run([net.nexus, "load", "--folder", str(net.folder), "--rate", "1",
                                "--for", "1", "--out", str(net.root / "other")],
                               capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        check(other.returncode == 2 and f"process {load.pid} (nexus load)" in other.stderr,
              f"a second load: {other}")
        check(not (net.root / "other").exists(), "a load that was refused writes nothing")
        for command in ("restart", "wipe"):
            said = net.refused(command, "load")
            check(f"process {load.pid} (nexus load)" in said, f"{command} load: {said}")
        check(load.poll() is None and seen.exists(), "the first one goes on")

        net.do("down")
        check(load.wait(PATIENCE_S) == 2, f"a load without a network: exit code {load.returncode}")
        load.said.seek(0)
        said = load.said.read()
        check("taken down" in said and "nexus testnet down" in said, f"the load says why: {said}")
        check(list(net.root.iterdir()) == [], f"no report: {list(net.root.iterdir())}")


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
        check("nexus_role_mailbox" in values and "nexus_outbox" in values, "mailboxes")
        check('probe="' in text, "what the protocol counts")
        net.until(lambda: net.processes()["load"]["members"][0]["finalized_transactions"] > 0,
                  "the load's transactions are finalized")


def top_tells_every_second(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.until_height(3)
        top = net.run("top", "--count", "3", "--json")
        check(top.returncode == 0, f"top: exit code {top.returncode}: {top.stderr}")
        told = [json.loads(line) for line in top.stdout.splitlines()]
        check(len(told) == 3, f"an object a line: {top.stdout}")
        for each in told:
            processes = {process["name"]: process for process in each["processes"]}
            check(set(processes) == set(net.processes()), f"every process: {each}")
            keys = {"state", "height", "view", "lag", "peers", "mempool", "transactions", "cpu_s",
                    "memory_bytes"}
            first = processes["validator-0"]
            check(keys <= set(first), f"the numbers of the table: {first}")
            check(first["height"] + first["lag"] == each["height"] >= 3, f"the height: {each}")
            check(each["quorum"] is True and each["faults"] == [], f"the network: {each}")
        check(told[-1]["height"] > told[0]["height"], f"the chain grows: {told}")
        check(told[-1]["blocks_per_second"] > 0, f"and says how fast: {told}")


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


def alarms_outlive_their_process(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.until_height(3)
        right = net.do("check")["invariants"]["no_alarm"]
        check(right["checked"] == len(net.processes()) and right["violated"] == 0,
              f"the records of all processes are read: {right}")
        # What a life before has written down.
        with (net.folder / "validator-2/alarms.jsonl").open("a") as file:
            file.write('{"member":"validator-2","kind":"evidence","text":"two votes","count":3}\n')
        net.do("kill", "validator-2")
        for command in ("restart", "wipe"):
            net.do(command, "validator-2")
            net.until(lambda: net.validators()["validator-2"].get("evidence") == 3,
                      "the counter goes on")
            net.until_height(net.height(), ["validator-2"])
            done = net.run("check", "--json")
            check(done.returncode == 1, f"an alarm of an earlier life: exit code {done.returncode}")
            wrong = json.loads(done.stdout)["invariants"]["no_alarm"]
            check(wrong["violated"] == 1 and "two votes, 3 times" in wrong["examples"][0],
                  f"an alarm of an earlier life: {wrong}")


def a_wipe_forgets_no_finalized_transaction(nexus: str) -> None:
    with Testnet(nexus) as net:
        name = next(each for each in sorted(net.processes()) if each.startswith("sovereign-"))
        record = net.folder / name / name / "finalized.txt"
        net.until(lambda: record.exists() and len(record.read_text().splitlines()) >= 3,
                  "a sovereign has seen transactions finalized")
        before = record.read_text()
        with record.open("a") as file:
            file.write(IN_NO_BLOCK + " 1\n")
        net.do("wipe", name)
        check(record.read_text().startswith(before), "the record survives")
        done = net.run("check", "--json")
        wrong = json.loads(done.stdout)["invariants"]["no_lost_transaction"]
        check(done.returncode == 1 and wrong["violated"] == 1,
              f"what was lost before the wipe is found after it: {wrong}")


def check_finds_what_is_wrong(nexus: str) -> None:
    with Testnet(nexus) as net:
        finalized = net.folder / "load/load-0/finalized.txt"
        net.until(lambda: finalized.exists() and finalized.stat().st_size > 0, "a final transfer")
        right = net.do("check")
        check(right["holds"] and right["invariants"]["no_lost_transaction"]["checked"] > 0,
              f"all is well on a live testnet: {right}")
        net.do("kill", "load")
        with finalized.open("a") as file:
            file.write(IN_NO_BLOCK + " 1\n")
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


def a_lost_disk_is_noticed(nexus: str) -> None:
    with Testnet(nexus) as net:
        net.until_height(5)
        check(not list(net.folder.glob("**/first_start")), "who has started is not new any more")
        net.do("kill", "validator-2", "validator-3")
        shutil.rmtree(net.folder / "validator-2/validator-2/data")
        net.do("restart", "validator-2")
        net.until(lambda: net.validators()["validator-2"]["peers"] > 0, "it has others to ask")
        net.until(lambda: stands_still(net), "it does not vote: one of three cannot answer")
        check(net.validators()["validator-2"]["voting"] == 0, "and says so")
        net.do("restart", "validator-3")
        net.until_height(net.height() + 5)
        net.until(lambda: net.validators()["validator-2"]["voting"] == 1, "now it votes")
        lines = log_lines(net, "validator-2")
        check(events(lines, "journal_lost") and events(lines, "votes_again"), f"told: {lines}")


def excuses_only_what_may_be_dropped(net: Testnet, before: dict) -> None:
    """Forges records of the load on a pruned chain that stands still. `before`: its check."""
    record = net.folder / "load/load-0/finalized.txt"
    base = before["base"]
    net.until(lambda: finalized_heights(record)[-1] > base,
              f"the load has written down what it saw above {base}")
    clients = [name for name in net.processes() if not name.startswith("validator-")]
    net.do("kill", *clients)  # nobody but this writes records from here on
    heights = finalized_heights(record)
    check(min(heights) <= base < max(heights) <= before["height"],
          f"the heights that the load saw lie around {base}: {heights}")
    seen = net.do("check")

    def left_out(checked: dict) -> int:
        return sum(int(each.split()[0]) for each in checked["not_covered"]
                   if "transactions that clients saw finalized" in each)

    with record.open("a") as file:  # of a version that wrote no heights; in a block that is gone
        file.write(f"{IN_NO_BLOCK}\n{IN_NO_BLOCK} {base}\n")
    checked = net.do("check")
    check(checked["holds"] and left_out(checked) == left_out(seen) + 2,
          f"what may be in a dropped block is not covered, and nothing is lost: {checked}")
    with record.open("a") as file:
        file.write(f"{IN_NO_BLOCK} {base + 1}\n")
    done = net.run("check", "--json")
    checked = json.loads(done.stdout)
    wrong = checked["invariants"]["no_lost_transaction"]
    check(done.returncode == 1 and wrong["violated"] == 1,
          f"what must be in a block that is left is lost: {checked}")
    check(left_out(checked) == left_out(seen) + 2, f"and is not excused: {checked}")


def check_begins_at_a_checkpoint_where_blocks_are_dropped(nexus: str) -> None:
    folder = pathlib.Path(tempfile.mkdtemp(prefix="nexus-pruned-"))
    try:
        scenario = folder / "pruned.toml"
        # More blocks than lie between two checkpoints, so that some are left above the oldest.
        write_pruned_scenario(scenario, checkpoint_blocks=8, blocks_kept=12)
        with Testnet(nexus, scenario) as net:
            net.until_height(40)
            net.do("kill", *net.validators())
            checked = net.do("check")
            check(checked["holds"], json.dumps(checked, indent=1))
            check(8 <= checked["base"] < checked["height"], f"it begins above genesis: {checked}")
            check("blocks up to height" in checked["not_covered"][0], f"and says so: {checked}")
            for name in ("agreement", "validity", "certificates", "supply", "ownership"):
                check(checked["invariants"][name]["checked"] > 0, f"{name} had nothing to check")
            text = net.run("check").stdout
            check("not covered: blocks up to height" in text, f"for people too: {text}")
            excuses_only_what_may_be_dropped(net, checked)
    finally:
        shutil.rmtree(folder)


def check_leaves_out_the_disk_of_who_fell_behind(nexus: str) -> None:
    with tempfile.TemporaryDirectory(prefix="nexus-pruned-") as folder:
        scenario = pathlib.Path(folder) / "pruned.toml"
        write_pruned_scenario(scenario, checkpoint_blocks=4, blocks_kept=6)
        with Testnet(nexus, scenario) as net:
            net.until_height(10)
            net.do("kill", "validator-3")
            others = [name for name in net.validators() if name != "validator-3"]
            net.until_height(net.height() + 16, others)
            checked = net.do("check")  # its checkpoints lead nowhere: what followed is dropped
            check(checked["holds"], json.dumps(checked, indent=1))
            check("no_lost_transaction" in checked["invariants"], f"nothing is skipped: {checked}")
            check(any("blocks of validator-3" in each for each in checked["not_covered"]),
                  f"its own blocks are on no other disk: {checked['not_covered']}")


if __name__ == "__main__":
    parsed = arguments(__doc__).parse_args()
    sys.exit(main({test.__name__: test for test in (
        goes_through_faults, a_sovereign_comes_back_to_its_community,
        a_cut_without_quorum_stops_the_chain_until_it_heals, one_side_with_a_quorum_goes_on,
        down_leaves_nothing, one_command_at_a_time_changes_a_testnet, down_ends_a_run,
        one_load_at_a_time, commands_refuse_what_makes_no_sense, tells_of_itself,
        top_tells_every_second, logs_tell_what_happened, logs_follow_and_refuse,
        a_mix_of_transactions_has_effect, alarms_outlive_their_process,
        a_wipe_forgets_no_finalized_transaction, check_finds_what_is_wrong, a_lost_disk_is_noticed,
        check_begins_at_a_checkpoint_where_blocks_are_dropped,
        check_leaves_out_the_disk_of_who_fell_behind)}, parsed.nexus))

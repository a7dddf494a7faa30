#!/usr/bin/env python3
"""What commands do where something goes wrong, and what they leave. See testnet.py."""

import shutil
import sys

from testnet import PATIENCE_S, SCENARIO, Testnet, arguments, check, main


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


if __name__ == "__main__":
    parsed = arguments(__doc__).parse_args()
    sys.exit(main({test.__name__: test for test in (
        a_start_that_fails_says_so, a_run_ends_if_a_process_does_not_come_back)}, parsed.nexus))

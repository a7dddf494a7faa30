#!/usr/bin/env python3
"""A member attacks one validator of a live testnet: a validator is killed, and an attacker with its
key goes through the handshake and then does what no honest node does, as fast as it can. The victim
must stay alive, hold a bounded amount of memory and go on finalizing with those that are left, at a
fair part of its pace; when the member is honest again, it catches up."""

import json
import os
import subprocess
import sys
import threading
import time

from testnet import PATIENCE_S, ROOT, Testnet, arguments, check, keeps_pace, main, pace

ATTACKER = "validator-3"
VICTIM = "validator-0"
OTHERS = ["validator-0", "validator-1", "validator-2"]
MEMORY_GROWTH_MAX = 96 << 20
# Those that only a member itself can have sent: banned for a minute, at the first try, for one of
# these. A frame that is too long ends the connection and no more, for whoever sits in between can
# have made it so. A vote comes from its signer: to repeat one of another is as bad as to change it.
BANNED = {"endless": ["MessageTooLong"], "malformed": ["Malformed"],
          "replay": ["MalformedMessage"], "forge_votes": ["BadSignature"],
          "forge_transactions": ["BadSignature"],
          "forge": ["Malformed", "MalformedMessage", "BadSignature"]}


def bans(net: Testnet) -> list:
    """Whom the victim has banned, and why."""
    done = net.run("logs", VICTIM, "--json")
    check(done.returncode == 0, f"logs: {done.stderr}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [(line["peer"], line["why"]) for line in lines if line["event"] == "ban"]


def attack(nexus: str, name: str) -> None:
    with Testnet(nexus) as net:
        net.until_height(5)
        pid = (net.folder / VICTIM / "pid").read_text()
        net.do("kill", ATTACKER)
        net.until_height(net.height() + 2, OTHERS)
        calm = pace(net, VICTIM)
        before = net.validators()[VICTIM]
        most = 0

        def watch() -> None:
            nonlocal most
            while process.poll() is None:
                most = max(most, net.validators()[VICTIM]["memory_bytes"])
                time.sleep(0.2)

        with subprocess.Popen([attacker, str(net.folder), ATTACKER, VICTIM, name],
                              stdout=subprocess.PIPE, text=True) as process:
            watcher = threading.Thread(target=watch)
            watcher.start()
            try:
                keeps_pace(net, VICTIM, calm)
                check(process.poll() is None, f"the attacker ended: {process.returncode}")
            finally:
                process.terminate()
                watcher.join()
            deeds = json.loads(process.communicate(timeout=PATIENCE_S)[0])
        after = net.validators()[VICTIM]
        print(f"        {name}: {deeds}, height {before['height']} to {after['height']}, memory "
              f"{before['memory_bytes'] >> 20} to {most >> 20} MiB", flush=True)
        check(deeds["connections"] > 0 and deeds["bytes"] > 0, f"the attack reached it: {deeds}")
        check((net.folder / VICTIM / "pid").read_text() == pid, "it was started anew")
        check(most > 0, "its memory was looked at")
        check(most - before["memory_bytes"] < MEMORY_GROWTH_MAX,
              f"its memory grew from {before['memory_bytes']} to {most} bytes")
        check(after["alarms"] == 0 and after["evidence"] == 0, "it raised an alarm")
        check(after["bans"] - before["bans"] == (1 if name in BANNED else 0),
              f"bans: {before['bans']}, then {after['bans']}")
        reasons = [why for peer, why in bans(net) if peer == ATTACKER]
        check(len(bans(net)) == len(reasons) == (1 if name in BANNED else 0) and
              all(why in BANNED[name] for why in reasons), f"bans in its log: {bans(net)}")
        if name in BANNED:
            check(deeds["connections"] == 1 or after["refused"] > before["refused"],
                  "a ban keeps it out")
        net.do("restart", ATTACKER)
        net.until_height(net.height() + 3, OTHERS)
        net.until_height(net.height(), [ATTACKER], 2 * PATIENCE_S)


def attack_by(name: str):
    def test(nexus: str) -> None:
        attack(nexus, name)
    return test


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--attacker", default=os.environ.get(
        "ATTACKER", str(ROOT / "build/release/bin/hostile_member")), help="the attacker's binary")
    parser.add_argument("--only", help="one attack")
    parsed = parser.parse_args()
    attacker = parsed.attacker
    names = [parsed.only] if parsed.only else [
        "replay", "forge", "forge_votes", "ask_and_not_read", "endless", "malformed", "oversize",
        "ping", "forge_transactions"]
    sys.exit(main({f"survives_{name}": attack_by(name) for name in names}, parsed.nexus))

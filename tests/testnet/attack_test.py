#!/usr/bin/env python3
"""Strangers attack one validator of a live testnet. It must stay alive, keep its peers, hold a
bounded amount of memory and go on finalizing, at a fair part of its pace during the attack, and
after it."""

import json
import random
import socket
import struct
import sys
import threading

from testnet import Failure, Testnet, arguments, check, keeps_pace, main, pace

VICTIM = "validator-0"  # everybody dials it
MEMORY_GROWTH_MAX = 64 << 20
LINES_AT_ONCE = 100  # of one event; then one in 5 s


def connect(port: int) -> socket.socket | None:
    """A connection, or nothing if it is turned away."""
    attacker = socket.socket()
    attacker.settimeout(10)
    try:
        attacker.connect(("127.0.0.1", port))
    except OSError:
        attacker.close()
        return None
    return attacker


def send(attacker: socket.socket | None, data: bytes) -> bool:
    """False once the victim has ended the connection."""
    try:
        attacker.sendall(data)
        return True
    except (OSError, AttributeError):
        return False


def ends(attacker: socket.socket | None) -> bool:
    """True if the victim closes the connection, whatever it says before."""
    if attacker is None:
        return True
    attacker.settimeout(30)
    try:
        while attacker.recv(65536):
            pass
        return True
    except TimeoutError:
        return False
    except OSError:
        return True
    finally:
        attacker.close()


def slow_loris(port: int, stop: threading.Event) -> None:
    """Many connections that each send a byte now and then, and never a whole frame."""
    attackers: list = []
    while not stop.is_set():
        attackers = [each for each in attackers if send(each, b"\x00")]
        while len(attackers) < 100:
            attackers.append(connect(port))
        stop.wait(0.2)
    for each in attackers:
        if each is not None:
            each.close()


def half_open(port: int, stop: threading.Event) -> None:
    """Connections that say nothing at all and are not closed."""
    attackers = []
    while not stop.is_set():
        attackers.append(connect(port))
        attackers = attackers[-500:]
        stop.wait(0.01)


def flood(port: int, stop: threading.Event) -> None:
    """Connections as fast as they can be made, each closed at once."""
    while not stop.is_set():
        attacker = connect(port)
        if attacker is not None:
            attacker.close()


def oversize(port: int, stop: threading.Event) -> None:
    """Frames that say they are long, and as many bytes as the victim takes."""
    while not stop.is_set():
        attacker = connect(port)
        send(attacker, struct.pack(">I", 0xFFFFFFFF))
        while not stop.is_set() and send(attacker, bytes(1 << 16)):
            pass
        if attacker is not None:
            attacker.close()


def garbage(port: int, stop: threading.Event) -> None:
    """Frames of the right length with anything in them."""
    draw = random.Random(7)
    while not stop.is_set():
        attacker = connect(port)
        for _ in range(4):
            body = draw.randbytes(draw.randint(0, 256))
            if not send(attacker, struct.pack(">I", len(body)) + body):
                break
        if attacker is not None:
            attacker.close()


def attack(nexus: str, attackers: list) -> None:
    with Testnet(nexus) as net:
        net.until_height(2)
        calm = pace(net, VICTIM)
        check(calm > 0, f"{VICTIM} finalizes nothing before the attack")
        port = net.port(VICTIM)
        pid = int((net.folder / VICTIM / "pid").read_text())
        before = net.validators()[VICTIM]
        stop = threading.Event()
        threads = [threading.Thread(target=each, args=(port, stop)) for each in attackers]
        for thread in threads:
            thread.start()
        try:
            keeps_pace(net, VICTIM, calm)
            during = net.validators()[VICTIM]
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        check(int((net.folder / VICTIM / "pid").read_text()) == pid, "it was started anew")
        grown = during["memory_bytes"] - before["memory_bytes"]
        check(grown < MEMORY_GROWTH_MAX, f"its memory grew by {grown} bytes")
        check(during["strangers"] <= 64 + 3, f"it holds {during['strangers']} strangers")
        touched = sum(during[name] - before[name] for name in ("refused", "handshakes_failed"))
        check(touched > 0, "the attack did not reach it")
        net.until_height(net.height() + 5)
        after = net.validators()[VICTIM]
        check(after["peers"] >= 3, f"it has lost peers: {after['peers']}")
        check(after["links_lost"] == before["links_lost"], "it has lost links")
        check(after["alarms"] == 0 and after["evidence"] == 0, "it raised an alarm")
        tells_of_strangers_but_not_of_each(net, after["refused"] + after["handshakes_failed"])


def tells_of_strangers_but_not_of_each(net: Testnet, count: int) -> None:
    """The victim's log counts every stranger, and has a line of a few."""
    events = ("connection_refused", "handshake_failed")

    def lines() -> list[dict]:
        done = net.run("logs", VICTIM, "--json")
        check(done.returncode == 0 and done.stderr == "", f"logs: {done.stderr}")
        return [line for line in map(json.loads, done.stdout.splitlines())
                if line["event"] in events or line.get("of") in events]

    def told() -> int:
        return sum(line.get("suppressed", 0) + (line["event"] in events) for line in lines())

    net.until(lambda: told() >= count, f"its log counts {count} strangers")
    written = len(lines())
    check(written < 2 * (LINES_AT_ONCE + 60), f"{written} lines of {count} strangers")


def survives_a_slow_loris(nexus: str) -> None:
    attack(nexus, [slow_loris])


def survives_half_open_connections(nexus: str) -> None:
    attack(nexus, [half_open])


def survives_a_flood_of_connections(nexus: str) -> None:
    attack(nexus, [flood])


def survives_frames_that_are_too_long(nexus: str) -> None:
    attack(nexus, [oversize])


def survives_garbage(nexus: str) -> None:
    attack(nexus, [garbage])


def survives_all_at_once(nexus: str) -> None:
    attack(nexus, [slow_loris, half_open, flood, oversize, garbage])


def ends_what_does_not_get_on(nexus: str) -> None:
    """One connection of each kind: the victim itself must end it."""
    with Testnet(nexus) as net:
        net.until_height(2)
        port = net.port(VICTIM)
        openings = {"silence": b"", "half a length": b"\x00\x00",
                    "half a frame": struct.pack(">I", 64) + bytes(10),
                    "a length of 4 GiB": struct.pack(">I", 0xFFFFFFFF),
                    "garbage": struct.pack(">I", 32) + bytes(range(32)),
                    "an empty frame": struct.pack(">I", 0)}
        attackers = {}
        for name, opening in openings.items():
            attackers[name] = connect(port)
            send(attackers[name], opening)
        for name, attacker in attackers.items():
            if not ends(attacker):
                raise Failure(f"{name}: the connection is still open")


if __name__ == "__main__":
    parsed = arguments(__doc__).parse_args()
    sys.exit(main({test.__name__: test for test in (
        ends_what_does_not_get_on, survives_a_slow_loris, survives_half_open_connections,
        survives_a_flood_of_connections, survives_frames_that_are_too_long, survives_garbage,
        survives_all_at_once)}, parsed.nexus))

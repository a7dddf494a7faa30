#!/usr/bin/env python3
"""Draws a flame graph of what perf recorded.

    perf record -e cpu-clock -F 199 --call-graph dwarf,16384 -p PID -- sleep 20
    perf script | tools/flame_graph.py --title "a validator that follows" > graph.svg

Each box is a function and as wide as its share of the samples, callees above callers, brothers by
name. Boxes narrower than --least percent are left out. A pointer over a box shows the whole name.
"""

import argparse
import html
import re
import sys
from collections.abc import Iterable

WIDTH, ROW, PAD, CHARACTER = 1200, 17, 8, 6.6
FRAME = re.compile(r"^\s*[0-9a-f]+ (.*?)(?:\+0x[0-9a-f]+)? \((?:.*/)?([^/]*?)(?:\.so.*)?\)$")
NESTED = re.compile(r"<[^<>]*>|\([^()]*\)")


class Node:
    """A function below the one that called it."""

    def __init__(self) -> None:
        self.samples = 0
        self.callees: dict[str, Node] = {}

    def callee(self, name: str) -> "Node":
        return self.callees.setdefault(name, Node())

    def depth(self, least: float) -> int:
        return 1 + max((each.depth(least) for each in self.callees.values()
                        if each.samples >= least), default=0)


def short(name: str) -> str:
    """The name of a function without what its templates and parameters are."""
    name = name.replace("(anonymous namespace)::", "").replace("operator()", "operator{}")
    while (inner := NESTED.sub("", name)) != name:
        name = inner
    return name.split(" ")[-1] if " " in name and "operator" not in name else name


def stacks(lines: Iterable[str]) -> Iterable[list[str]]:
    """The stacks of `perf script`, callers first, each with the thread's name at its bottom."""
    thread, frames = "", []
    for line in lines:
        if not line.strip():
            if frames:
                yield [thread, *reversed(frames)]
            frames = []
        elif not line[0].isspace():
            thread = line.split()[0]
        elif match := FRAME.match(line.rstrip("\n")):
            name = short(match[1]) if match[1] != "[unknown]" else f"in {match[2]}"
            if not frames or frames[-1] != name:
                frames.append(name)
    if frames:
        yield [thread, *reversed(frames)]


def color(name: str) -> str:
    """The same for the same name: warm for the program, blue for its libraries' C functions."""
    number = sum((i + 1) * ord(c) for i, c in enumerate(name)) % 60
    return f"hsl({20 + number * 0.6:.0f},85%,{62 + number % 12}%)" if "::" in name \
        else f"hsl({195 + number * 0.5:.0f},45%,{68 + number % 10}%)"


def draw(node: Node, name: str, x: float, row: int, scale: float, total: int, least: float,
         rows: int, out: list[str]) -> None:
    width = node.samples * scale
    y = PAD + ROW * (rows - row)
    label = name if len(name) * CHARACTER < width - 6 else \
        name[:max(int((width - 12) / CHARACTER), 0)] + ".." if width > 40 else ""
    out.append(
        f'<g><title>{html.escape(name)}: {100 * node.samples / total:.1f} %</title>'
        f'<rect x="{x:.1f}" y="{y}" width="{max(width - 0.5, 0.5):.1f}" height="{ROW - 1}" '
        f'fill="{color(name)}"/><text x="{x + 3:.1f}" y="{y + 12}">{html.escape(label)}</text></g>')
    for callee, below in sorted(node.callees.items()):
        if below.samples >= least:
            draw(below, callee, x, row + 1, scale, total, least, rows, out)
            x += below.samples * scale


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--title", default="")
    parser.add_argument("--least", type=float, default=0.4, help="percent (0.4)")
    parsed = parser.parse_args()
    root = Node()
    for stack in stacks(sys.stdin):
        root.samples += 1
        node = root
        for name in stack:
            node = node.callee(name)
            node.samples += 1
    if root.samples == 0:
        sys.exit("flame_graph.py: expected samples with stacks on standard input, got none")
    least = root.samples * parsed.least / 100
    rows = root.depth(least)
    out: list[str] = []
    draw(root, f"all, {root.samples} samples", PAD, 1, (WIDTH - 2 * PAD) / root.samples,
         root.samples, least, rows, out)
    height = 3 * PAD + ROW * (rows + 1)
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
          f'font-family="monospace" font-size="11"><rect width="{WIDTH}" height="{height}" '
          f'fill="white"/><text x="{PAD}" y="{PAD + 10}" font-weight="bold">'
          f'{html.escape(parsed.title)}</text>')
    print("\n".join(out))
    print("</svg>")


if __name__ == "__main__":
    main()

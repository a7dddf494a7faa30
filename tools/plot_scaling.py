#!/usr/bin/env python3
"""Draws what proofs cost against how many cycles they prove, from results of zkvm_prover_bench.

plot_scaling.py RESULT.json... OUT.svg

Each case is drawn at the median of its repetitions over all files, and printed as a row of a
Markdown table.
"""

import json
import re
import statistics
import sys
from math import log10
from pathlib import Path

WIDTH, HEIGHT = 760, 330
LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT, GAP = 60, 40, 290, 230, 90
COLOURS = {1: "#b5552b", 2: "#2b6cb5"}


def read(paths):
    """{(log2 cycles, threads): {counter: median}} with zero knowledge and the profile fast."""
    samples = {}
    for path in paths:
        for run in json.loads(Path(path).read_text())["benchmarks"]:
            found = re.match(
                r"zkvm/prove/(?:mixed|scaling|long)/log:(\d+)/threads:(\d+)/zk:1/profile:1/",
                run["name"])
            if found and run["run_type"] == "iteration":
                case = (int(found[1]), int(found[2]))
                run["seconds"] = run["real_time"] / 1000
                samples.setdefault(case, []).append(run)
    names = ("seconds", "cycles", "cells", "arena_MiB", "peak_MiB", "segments", "proof_bytes")
    return {
        case: {name: statistics.median(run[name] for run in runs) for name in names}
        for case, runs in sorted(samples.items())
    }


def print_table(cases):
    print("| cycles | segments | cells | 1 thread | kHz | 2 threads | kHz | M cells/s | arena |"
          " proof |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for log in sorted({log for log, _ in cases}):
        rows = [cases.get((log, threads)) for threads in (1, 2)]
        known = next(row for row in rows if row)
        cells = [f"2^{log}", f"{known['segments']:.0f}", f"{known['cells'] / 1e6:.1f} M"]
        for row in rows:
            cells.append(f"{row['seconds']:.2f} s" if row else "")
            cells.append(f"{row['cycles'] / row['seconds'] / 1e3:.0f}" if row else "")
        last = rows[1] or rows[0]
        cells.append(f"{last['cells'] / last['seconds'] / 1e6:.0f}")
        cells.append(f"{known['arena_MiB'] / 1024:.2f} GiB")
        cells.append(f"{known['proof_bytes'] / 1e6:.2f} MB")
        print("| " + " | ".join(cells) + " |")


class Panel:
    """One plot: logarithmic axes, a line for each number of threads."""

    def __init__(self, left, title, cases, value):
        self.left, self.title, self.value = left, title, value
        self.lines = {}
        for (log, threads), case in cases.items():
            self.lines.setdefault(threads, []).append((log, value(case)))
        logs = [log for log, _ in cases]
        values = [value(case) for case in cases.values()]
        self.logs = (min(logs), max(logs))
        self.low, self.high = self.decades(values)

    @staticmethod
    def decades(values):
        low = high = 1.0
        while low > min(values):
            low /= 10
        while low * 10 <= min(values):
            low *= 10
        high = low
        while high < max(values):
            high *= 10
        return low, high

    def x(self, log):
        first, last = self.logs
        return self.left + PLOT_WIDTH * (log - first) / max(1, last - first)

    def y(self, value):
        share = (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return TOP + PLOT_HEIGHT * (1 - share)

    def draw(self):
        bottom = TOP + PLOT_HEIGHT
        yield f'<text x="{self.left}" y="{TOP - 14}" class="title">{self.title}</text>'
        for log in range(self.logs[0], self.logs[1] + 1, 2):
            yield (f'<text x="{self.x(log):.1f}" y="{bottom + 18}" class="tick" '
                   f'text-anchor="middle">2<tspan dy="-5" font-size="8">{log}</tspan></text>')
        value = self.low
        while value <= self.high * 1.0001:
            y = self.y(value)
            yield (f'<line x1="{self.left}" x2="{self.left + PLOT_WIDTH}" y1="{y:.1f}" '
                   f'y2="{y:.1f}" class="grid"/>')
            yield (f'<text x="{self.left - 8}" y="{y + 4:.1f}" class="tick" '
                   f'text-anchor="end">{value:g}</text>')
            value *= 10
        for threads, points in sorted(self.lines.items()):
            colour = COLOURS[threads]
            path = " ".join(f"{self.x(log):.1f},{self.y(value):.1f}" for log, value in points)
            yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
            for log, value in points:
                yield (f'<circle cx="{self.x(log):.1f}" cy="{self.y(value):.1f}" r="3" '
                       f'fill="{colour}"/>')


def draw(cases):
    second = LEFT + PLOT_WIDTH + GAP
    panels = [
        Panel(LEFT, "seconds to prove, against cycles", cases, lambda case: case["seconds"]),
        Panel(second, "GiB of memory for columns, against cycles", cases,
              lambda case: case["arena_MiB"] / 1024),
    ]
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
           f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">')
    yield ("<style>.title{font-size:13px;font-weight:bold;fill:#222}.tick{fill:#444}"
           ".grid{stroke:#ddd}</style>")
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    for panel in panels:
        yield from panel.draw()
    for at, threads in enumerate(sorted(COLOURS)):
        x = LEFT + 120 * at
        yield f'<rect x="{x}" y="{HEIGHT - 22}" width="18" height="4" fill="{COLOURS[threads]}"/>'
        name = "1 thread" if threads == 1 else f"{threads} threads"
        yield f'<text x="{x + 24}" y="{HEIGHT - 16}">{name}</text>'
    yield "</svg>"


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    cases = read(sys.argv[1:-1])
    if not cases:
        sys.exit("no case of zkvm/prove in these files")
    print_table(cases)
    Path(sys.argv[-1]).write_text("\n".join(draw(cases)) + "\n")


if __name__ == "__main__":
    main()

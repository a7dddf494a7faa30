#!/usr/bin/env python3
"""Checks that clang-format 19 would leave every C++ file as it is; with --fix, lets it write.

Usage: format.py [--fix] [file...]; by default all C++ files of the repository. Another version of
clang-format breaks lines differently, so it is refused instead of asked.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import tree  # noqa: E402

VERSION = "19"


def find_clang_format() -> str:
    """The program; exits with a line that says what is wrong if there is none of our version."""
    program = shutil.which(f"clang-format-{VERSION}") or shutil.which("clang-format")
    if program is None:
        sys.exit(f"format.py: error: no clang-format-{VERSION} here; tools/test installs it")
    said = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    if not re.search(rf"\bversion {VERSION}\.", said):
        sys.exit(f"format.py: error: clang-format {VERSION} is needed, {program} is {said.strip()}")
    return program


def run(program: str, options: list[str], names: list[str], root: pathlib.Path) -> tuple[int, str]:
    done = subprocess.run([program, *options, "--", *names], check=False, capture_output=True,
                          text=True, cwd=root)
    return done.returncode, done.stderr


def main() -> int:
    root = pathlib.Path(__file__).resolve().parents[2]
    names = [name for name in sys.argv[1:] if name != "--fix"]
    if names:
        names = [os.path.abspath(name) for name in names if name.endswith(tree.CPP_SUFFIXES)]
    else:
        names = tree.cpp_files(root)
    program = find_clang_format()
    options = ["-i"] if "--fix" in sys.argv[1:] else ["--dry-run", "-Werror"]
    workers = os.cpu_count() or 1
    # Batches: few enough to start few processes, enough to keep every core busy to the end.
    batches = [batch for i in range(4 * workers) if (batch := names[i::4 * workers])]
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        results = list(pool.map(lambda batch: run(program, options, batch, root), batches))
    sys.stderr.write("".join(said for _, said in results))
    failed = any(code != 0 for code, _ in results)
    if failed:
        print("format.py: tools/check/format.py --fix writes the expected format", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

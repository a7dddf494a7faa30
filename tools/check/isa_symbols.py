#!/usr/bin/env python3
"""Checks that objects compiled for one instruction set lend no code to the rest of the program.

Inline functions and templates are emitted in each object that uses them, and the linker keeps one
copy for all. A copy from an AVX-512 object would run everywhere, and die on a machine without. So
every function that such an object defines for others must carry the tag of its instruction set in
its name, as a template over the tag does.
Usage: isa_symbols.py NM TAG OBJECT...
"""
import subprocess
import sys

# Functions that the linker can see, strong and weak; data is the same for all instruction sets.
FUNCTIONS = "TWi"


def breaches(listing: str, tag: str) -> list[str]:
    """The functions in the output of nm that the linker may hand to others."""
    found = []
    for line in listing.splitlines():
        fields = line.split(None, 2)
        is_definition = len(fields) == 3 and len(fields[1]) == 1
        if is_definition and fields[1] in FUNCTIONS and not is_tagged(fields[2], tag):
            found.append(fields[2])
    return found


def is_tagged(name: str, tag: str) -> bool:
    """Whether a mangled name has the tag as a word: `6Avx512` is its length and itself."""
    return f"{len(tag)}{tag}" in name


def main() -> int:
    nm, tag, *objects = sys.argv[1:]
    errors = []
    for path in objects:
        listing = subprocess.run([nm, "--defined-only", path], check=True, capture_output=True,
                                 text=True).stdout
        errors += [f"{path}: error: defines {name}, which has no {tag} in its name"
                   for name in breaches(listing, tag)]
    if not objects:
        errors.append("isa_symbols.py: error: no object")
    print("\n".join(errors), file=sys.stderr, end="\n" if errors else "")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())

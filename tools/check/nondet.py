#!/usr/bin/env python3
"""Finds calls whose result differs between runs, processes, machines or libraries.

One seed must give the same bytes everywhere, so each of these is banned and has a replacement. A
ban is a pattern on the code without comments and strings; exceptions stand in nondet.toml, each
with a reason.
Usage: nondet.py [root]; the root is by default the repository that holds this script.
"""
import pathlib
import re
import sys
import tomllib
from typing import NamedTuple

sys.dont_write_bytecode = True
import tree  # noqa: E402

EVERYWHERE = ("base/", "consensus/", "zkvm/", "graph/", "actors/", "sim/", "tools/", "tests/")
# Tools and tests may compute a mean with a logarithm: nobody replays what they print.
REPLAYED = EVERYWHERE[:6]

# A call, not a member function or a function of another namespace: `log(x)`, `::log(x)`, not
# `field.log(x)`, `Field::log(x)`. What follows a type is a declaration: `Field pow(...)`.
CALL = (r"(?:\bstd::|(?<![\w>:])::"
        r"|(?:^|[=(,{};!?|~%+/\[-]|(?<!:):|\s[<>*&]+(?=\s)|\b(?:return|case|else|throw))\s*)")
POINTER = (r"<\s*(?:std::(?:pair|tuple)<[^<>]*\*"
           r"|(?:const\s+)?[\w:]+(?:<[^<>]*>)?(?:\s+const)?\s*\*(?:\s*const)?\s*[,>])")
CLOCK = "take the time as an argument (Instant); an actor asks its Clock port"


class Ban(NamedTuple):
    name: str
    words: str  # a pattern of whole words, one of which is in all that `pattern` finds
    pattern: re.Pattern
    instead: str
    under: tuple[str, ...] = EVERYWHERE


def ban(name: str, words: str, pattern: str, instead: str,
        under: tuple[str, ...] = EVERYWHERE) -> Ban:
    """A ban; in its pattern `WORDS` stands for one of the words."""
    full = pattern.replace("WORDS", f"(?:{words})")
    return Ban(name, words, re.compile(full, re.MULTILINE), instead, under)


BANS = [
    ban("rand", r"s?rand|rand_r|[dlm]rand48|random", CALL + r"WORDS\s*\(",
        "draw from a named nexus::Prng"),
    ban("random_device", r"random_device", r"\bWORDS\b",
        "derive a nexus::Prng from the seed and a name"),
    ban("std engine", r"mt19937(?:_64)?|minstd_rand0?|default_random_engine", r"\bstd::WORDS\b",
        "draw from a named nexus::Prng: one generator, one way to seed it"),
    ban("std distribution", r"\w+_distribution", r"\bstd::WORDS\b",
        "Prng::below, between or exponential: a distribution's draws are up to each library"),
    ban("std::shuffle", r"(?:random_)?shuffle|sample", r"\bstd::(?:ranges::)?WORDS\b",
        "Prng::shuffle: the order std::shuffle makes is up to each library"),
    ban("absl random", r"(?:Insecure)?BitGen(?:Ref)?|Uniform|Bernoulli", r"\babsl::WORDS\b",
        "draw from a named nexus::Prng: Abseil's generators are seeded by the process"),
    ban("system_clock", r"system_clock", r"\bWORDS\b", CLOCK),
    ban("steady_clock", r"steady_clock", r"\bWORDS\b", CLOCK),
    ban("high_resolution_clock", r"high_resolution_clock", r"\bWORDS\b", CLOCK),
    ban("time", r"time|clock_gettime|gettimeofday|timespec_get|localtime(?:_r)?|clock|Now"
        r"|GetCurrentTimeNanos",
        r"\b(?:std|absl)::WORDS\s*\(|(?<![\w.>:])(?:::)?(?:clock_\w+|gettimeofday|timespec_get"
        r"|localtime(?:_r)?)\s*\(|(?<![\w.>:])(?:::)?time\s*\(\s*(?:nullptr|NULL|0|&\s*\w+)\s*\)",
        CLOCK),
    ban("build time", r"__(?:DATE|TIME|TIMESTAMP)__", r"\bWORDS\b",
        "print the commit: it names the program"),
    ban("getenv", r"(?:secure_)?getenv", r"\bWORDS\s*\(",
        "take it as an argument, a scenario or an option"),
    ban("thread identity", r"this_thread|gettid", r"\bWORDS\b",
        "a NodeId names an actor, a timer waits"),
    ban("std::unordered", r"unordered_(?:multi)?(?:map|set)", r"\bstd::WORDS\b",
        "absl::btree_map or _set where it is iterated, absl::flat_hash_map or _set for lookup"),
    ban("std::hash", r"hash", r"\bstd::WORDS\b",
        "base/hash.hpp for a value that counts, AbslHashValue for a table"),
    ban("absl::Hash", r"Hash(?:Of)?", r"\babsl::WORDS\b",
        "base/hash.hpp: absl::Hash is salted by the process"),
    ban("pointer key", r"(?:multi)?(?:map|set)|btree_(?:multi)?(?:map|set)|less",
        r"\b(?:std|absl)::WORDS" + POINTER,
        "key by an id: the order of addresses differs from run to run"),
    ban("libm", r"(?:a?(?:sin|cos|tan)h?|atan2|exp|exp2|expm1|log|log2|log10|log1p|pow|cbrt|hypot"
        r"|erfc?|[lt]gamma)[fl]?", CALL + r"WORDS\s*\(",
        "integer arithmetic (Prng::exponential shows how): libm differs in the last bit by version",
        REPLAYED),
]
WORD = re.compile(r"\w+")
BANNED_WORD = re.compile("|".join(f"(?P<ban{i}>{ban.words})" for i, ban in enumerate(BANS)))

HASH_TABLE = re.compile(r"\babsl::(?:flat|node)_hash_(?:map|set)\s*<")
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
FOR = re.compile(r"\bfor\s*\(")
RANGE = re.compile(r"(?<!:):(?!:)(?:.*\W)?(\w+)(?:\(\))?\s*$", re.DOTALL)
BEGIN = re.compile(r"\b(\w+)(?:\(\))?(?:\.|->)c?r?begin\s*\(")
HASH_ITERATION = "hash table iteration"


def suspects(code: str) -> list[Ban]:
    """The bans that have a word in common with the code: only their patterns are worth a search."""
    groups = {match.lastgroup for word in set(WORD.findall(code))
              if (match := BANNED_WORD.fullmatch(word))}
    return [BANS[int(group.removeprefix("ban"))] for group in groups]


def closing(code: str, start: int, pair: str) -> int:
    """The position behind the bracket that closes the one just before `start`."""
    depth, end = 1, start
    while depth and end < len(code):
        depth += (code[end] == pair[0]) - (code[end] == pair[1])
        end += 1
    return end


def hash_tables(code: str) -> set[str]:
    """Names of the variables, members and functions declared with an Abseil hash table as type."""
    names: set[str] = set()
    aliases = []
    if "_hash_" not in code:
        return names
    for match in HASH_TABLE.finditer(code):
        end = closing(code, match.end(), "<>")
        if declared := re.match(r"\s*(?:const\b)?[&*]?\s*(\w+)\s*[;={(,)]", code[end:end + 200]):
            names.add(declared.group(1))
        elif alias := re.search(r"\busing\s+(\w+)\s*=\s*$", code[:match.start()][-200:]):
            aliases.append(alias.group(1))
    for alias in aliases:
        names |= set(re.findall(rf"\b{alias}\b(?:\s+const)?[&*]?\s+(\w+)\s*[;={{(,)]", code))
    return names


def iterations(code: str) -> list[tuple[int, str]]:
    """Where the code iterates something by range or from `begin()`, and the name of it."""
    found = [(match.start(), match.group(1)) for match in BEGIN.finditer(code)]
    for match in FOR.finditer(code):
        inside = code[match.end():closing(code, match.end(), "()") - 1]
        if ranged := RANGE.search(inside):
            found.append((match.start(), ranged.group(1)))
    return found


class Nondet:
    """The bans, and the files of one tree to hold against them."""

    def __init__(self, root: pathlib.Path):
        self.root = root
        rules = root / "tools/check/nondet.toml"
        self.allowed = tomllib.loads(rules.read_text()).get("allow", [])
        self.needed: set[tuple[int, str]] = set()
        self.text: dict[str, str] = {}
        self.code: dict[str, str] = {}
        self.tables: dict[str, set[str]] = {}

    def errors(self) -> list[str]:
        paths = [p for p in tree.cpp_files(self.root) if p.startswith(EVERYWHERE)]
        self.text = {path: (self.root / path).read_text() for path in paths}
        self.code = {path: tree.code_of(text) for path, text in self.text.items()}
        self.tables = {path: hash_tables(code) for path, code in self.code.items()}
        found = [e for path in paths for e in self.file_errors(path)]
        return found + self.allow_list_errors()

    def file_errors(self, path: str) -> list[str]:
        code = self.code[path]
        hits = [(match.end(), ban.name, f"{ban.name} is banned: {ban.instead}")
                for ban in suspects(code) if path.startswith(ban.under)
                for match in ban.pattern.finditer(code)]
        hits += [(at, HASH_ITERATION, f"iterates `{name}`: the order of a hash table differs from "
                  "process to process; use absl::btree_map or absl::btree_set")
                 for at, name in self.table_iterations(path)]
        return [f"{path}:{code.count(chr(10), 0, at) + 1}: error: {problem}"
                for at, name, problem in sorted(hits) if not self.is_allowed(path, name)]

    def table_iterations(self, path: str) -> list[tuple[int, str]]:
        code, names = self.code[path], set(self.tables[path])
        for header in INCLUDE.findall(self.text[path]):
            # Only the file's own header declares its private members: `accounts_` of another class
            # is not this file's `accounts_`.
            own = header.rsplit(".", 1)[0] == path.rsplit(".", 1)[0]
            names |= {n for n in self.tables.get(header, ()) if own or not n.endswith("_")}
        return [(at, name) for at, name in iterations(code) if name in names] if names else []

    def is_allowed(self, path: str, ban_name: str) -> bool:
        allowed = False
        for i, entry in enumerate(self.allowed):
            where = entry["path"]
            fits = path.startswith(where) if where.endswith("/") else path == where
            if fits and ban_name in entry["bans"]:
                self.needed.add((i, ban_name))
                allowed = True
        return allowed

    def allow_list_errors(self) -> list[str]:
        known = {ban.name for ban in BANS} | {HASH_ITERATION}
        found = []
        for i, entry in enumerate(self.allowed):
            where = f"tools/check/nondet.toml:1: error: {entry['path']}"
            if not entry.get("reason"):
                found.append(f"{where} has no reason")
            for name in entry["bans"]:
                if name not in known:
                    found.append(f"{where} names the unknown ban `{name}`")
                elif (i, name) not in self.needed:
                    found.append(f"{where} does not need `{name}`: remove it from the list")
        return found


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    errors = Nondet(root.resolve()).errors()
    print("\n".join(errors), file=sys.stderr, end="\n" if errors else "")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())

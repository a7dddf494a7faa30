#!/usr/bin/env python3
"""Checks sizes, comments, names and kinds of every file, whatever its language.

Prints each breach as `file:line: error: ...`, and exits 1 if there is one. What is known to be over
a budget stands in ratchet.toml.
Usage: style.py [root]; the root is by default the repository that holds this script.
"""
import os
import pathlib
import re
import subprocess
import sys
import tomllib

sys.dont_write_bytecode = True
import functions  # noqa: E402
import tree  # noqa: E402

COLUMNS = 100
FILE_LINES = 600
TEST_LINES = 1000
FUNCTION_LINES = 70
BLOB_KIB = 256

# Bytes that a program recorded: rules about texts do not apply, unless somebody wrote the file.
RECORDED = ("tests/golden/", "tests/vectors/", "tests/fuzz/corpus/", "scenarios/data/")
LARGE = ("tests/golden/", "scenarios/data/")
WRITTEN = tree.CPP_SUFFIXES + (".py", ".md", ".cmake", "CMakeLists.txt")
HASH_COMMENTED = (".py", ".sh", ".cmake", ".toml", ".supp", ".txt")
CODE = tree.CPP_SUFFIXES + HASH_COMMENTED
EXTENSIONS = CODE + (".md", ".json", ".csv", ".html", ".css", ".js", ".ts", ".svg", ".proto", ".S",
                     ".ld")
SCRIPTS = {".ci/run", "tools/run", "tools/test", "tools/bench", "tools/hooks/pre-commit"}
NAMES = SCRIPTS | {".clang-format", ".clang-tidy", ".gitignore", "LICENSE"}

MACHINE_PATH = re.compile(r"(?<![\w.\-/])/(?:work|home|root|Users)/[\w.]|\b[A-Z]:\\Users\\")
MARKER = re.compile(r"\bTODO\b(?!\(#\d+\))|\b(?:FIXME|XXX|HACK)\b")
# "used to" is history only behind who did it: "the key used to sign" says what a key is for.
HISTORY = re.compile(
    r"\b(?:previously|formerly|no longer(?! than| for)|not any ?more|for now"
    r"|used to (?:be|have)|(?:it|this|that|we|they|there|which) used to)\b"
    .replace(" ", r"[\s/*#]+"), re.IGNORECASE)
HASH_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    r'|(?<![\\$\w{])(?P<comment>\#[^\n]*)')
TRAILING = re.compile(r"[ \t\r\f\v](?=\n)")
FENCED = re.compile(r"^[ ]*(```|~~~).*?^[ ]*\1", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^# ", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
NOT_NEWLINE = re.compile(r"[^\n]+")


def line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def comments_of(path: str, text: str) -> str:
    """Only the comments of the text, each on its line; nothing where we cannot tell them."""
    if path.endswith(tree.CPP_SUFFIXES):
        return tree.comments_of(text)
    lines = [""] * line_of(text, len(text))
    if path.endswith(HASH_COMMENTED) or text.startswith("#!"):
        for match in HASH_TOKEN.finditer(text):
            if match.group("comment"):
                lines[line_of(text, match.start()) - 1] = match.group("comment")
    return "\n".join(lines)


Subject = tuple[str, str, str]  # rule, path, and for a function its name


class Style:
    """The rules, and the files of one tree to hold against them."""

    def __init__(self, root: pathlib.Path):
        self.root = root
        self.found: list[str] = []
        self.over: dict[Subject, tuple[int, int]] = {}  # line and size of what is over a budget

    def errors(self) -> list[str]:
        for path in tree.files(self.root):
            self.check(path)
        self.check_ratchet()
        return self.found

    def error(self, path: str, line: int, problem: str) -> None:
        self.found.append(f"{path}:{line}: error: {problem}")

    def check(self, path: str) -> None:
        data = (self.root / path).read_bytes()
        if len(data) > BLOB_KIB * 1024 and not path.startswith(LARGE):
            self.error(path, 1, f"{len(data) // 1024} KiB: more than {BLOB_KIB}; generate it, or "
                                "store it compressed")
        if path.startswith(RECORDED) and not path.endswith(WRITTEN):
            return
        if path not in NAMES and not path.endswith(EXTENSIONS):
            self.error(path, 1, "a kind of file that style.py does not know: add its extension")
        if os.access(self.root / path, os.X_OK) and not data.startswith(b"#!"):
            self.error(path, 1, "executable, but no script")
        try:
            text = data.decode()
        except UnicodeDecodeError:
            self.error(path, 1, "not UTF-8")
            return
        self.check_text(path, text)
        self.check_comments(path, text)
        if path.endswith(".md"):
            self.check_markdown(path, text)
        elif path.endswith(tree.CPP_SUFFIXES):
            self.check_cpp(path, text)

    def check_text(self, path: str, text: str) -> None:
        lines = text.split("\n")
        if lines.pop() or not text.strip():
            self.error(path, len(lines) + 1, "no newline at the end, or an empty file")
        if max(map(len, lines), default=0) > COLUMNS:
            for number, line in enumerate(lines, 1):
                if len(line) > COLUMNS and not self.may_be_long(path, line):
                    self.error(path, number, f"{len(line)} columns: more than {COLUMNS}")
        for match in TRAILING.finditer(text):
            self.error(path, line_of(text, match.start()), "white space at the end of the line")
        for match in MACHINE_PATH.finditer(text):
            self.error(path, line_of(text, match.start()), "a path of somebody's machine")
        if len(lines) > self.file_budget(path) and (path.endswith(CODE) or path in SCRIPTS):
            self.over["file", path, ""] = (1, len(lines))

    @staticmethod
    def file_budget(path: str) -> int:
        return TEST_LINES if path.startswith("tests/") else FILE_LINES

    @staticmethod
    def may_be_long(path: str, line: str) -> bool:
        is_data = path.endswith((".json", ".csv", ".svg", ".html", ".clang-format", ".clang-tidy"))
        is_table = path.endswith(".md") and line.startswith("|")
        return is_data or is_table or "://" in line or line.startswith("#include")

    def check_comments(self, path: str, text: str) -> None:
        if not MARKER.search(text) and not HISTORY.search(text):
            return  # most files; telling comments from code takes longer
        comments = comments_of(path, text)
        for match in MARKER.finditer(comments):
            self.error(path, line_of(comments, match.start()),
                       f"{match.group()}: open an issue and write TODO(#number)")
        for match in HISTORY.finditer(comments):
            self.error(path, line_of(comments, match.start()),
                       f"`{' '.join(re.findall('[a-z]+', match.group(), re.IGNORECASE))}`: "
                       "a comment says what is, git what was")

    def check_markdown(self, path: str, text: str) -> None:
        prose = FENCED.sub(lambda m: NOT_NEWLINE.sub("", m.group()), text)
        headings = [line_of(prose, match.start()) for match in HEADING.finditer(prose)]
        if len(headings) != 1:
            self.error(path, headings[1] if headings else 1,
                       f"{len(headings)} titles (`# `), not one")
        for match in LINK.finditer(prose):
            target = match.group(1)
            if "://" not in target and not target.startswith("mailto:"):
                if not (self.root / path).parent.joinpath(target).exists():
                    line = line_of(prose, match.start())
                    self.error(path, line, f"link to {target}: no such file")

    def check_cpp(self, path: str, text: str) -> None:
        if path.endswith((".hpp", ".h")) and not re.search(r"^#pragma once$", text, re.MULTILINE):
            self.error(path, 1, "a header without #pragma once")
        if text.count("\n") > FUNCTION_LINES:
            for function in functions.functions(text):
                if function.lines > FUNCTION_LINES:
                    key = ("function", path, function.name)
                    self.over[key] = max(self.over.get(key, (0, 0)), function[1:],
                                         key=lambda place: place[1])

    def check_ratchet(self) -> None:
        text = (self.root / "tools/check/ratchet.toml").read_text()
        known = self.entries(text)
        recorded = self.entries(self.committed_ratchet()) if known else {}
        for key, (line, size) in self.over.items():
            rule, path, name = key
            if known.get(key) != size:
                what = f"function {name}" if rule == "function" else "file"
                budget = FUNCTION_LINES if rule == "function" else self.file_budget(path)
                advice = f"ratchet.toml says {known[key]}" if key in known else "split it"
                self.error(path, line, f"the {what} has {size} lines, {budget} at most: {advice}")
        for key, size in known.items():
            entry = " ".join(part for part in key if part)
            if key not in self.over:
                self.error("tools/check/ratchet.toml", 1, f"{entry}: not over budget, remove it")
            if recorded is not None and size > recorded.get(key, 0):
                self.error("tools/check/ratchet.toml", 1, f"{entry}: this list may only shrink")

    @staticmethod
    def entries(text: str | None) -> dict[Subject, int] | None:
        if text is None:
            return None
        entries = tomllib.loads(text).get("over", [])
        return {(e["rule"], e["path"], e.get("name", "")): e["size"] for e in entries}

    def committed_ratchet(self) -> str | None:
        """The list of the last commit; None where there is no commit that has one."""
        command = ["git", "-C", str(self.root), "show", "HEAD:tools/check/ratchet.toml"]
        shown = subprocess.run(command, check=False, capture_output=True, text=True)
        return shown.stdout if shown.returncode == 0 else None


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    errors = Style(root.resolve()).errors()
    print("\n".join(errors), file=sys.stderr, end="\n" if errors else "")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())

"""The files that the checks look at, and the C++ text of a file without what is not code."""
import os
import pathlib
import re
import subprocess

SKIPPED_FOLDERS = {"build", "out", "node_modules", "__pycache__"}
CPP_SUFFIXES = (".cpp", ".hpp", ".h", ".cc")

# Comments, raw strings, strings, digit separators, characters: whichever comes first wins, which is
# why one expression has to find them all. A digit separator is matched only to be left alone.
_TOKEN = re.compile(
    r"""(?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)
      | R"(?P<fence>[^()\s\\]{0,16})\(.*?\)(?P=fence)"
      | "(?:\\.|[^"\\\n])*"
      | (?P<separator>(?<=[0-9a-fA-F])(?<!u8)'(?=[0-9a-fA-F]))
      | '(?:\\.|[^'\\\n])+'""",
    re.DOTALL | re.VERBOSE,
)
_NOT_NEWLINE = re.compile(r"[^\n]+")


def files(root: pathlib.Path) -> list[str]:
    """Paths below the root, sorted: what git tracks or would track; without git, what is there."""
    if (root / ".git").exists():
        command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others",
                   "--exclude-standard"]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        # A file that was removed but not yet from the index is still listed.
        return sorted(name for name in set(listed.split("\0"))
                      if name and os.path.isfile(os.path.join(root, name)))
    found = []
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = [s for s in subfolders if s not in SKIPPED_FOLDERS]
        found += [pathlib.Path(folder, name).relative_to(root).as_posix() for name in names]
    return sorted(found)


def cpp_files(root: pathlib.Path) -> list[str]:
    return [name for name in files(root) if name.endswith(CPP_SUFFIXES)]


def code_of(text: str) -> str:
    """The text with comments, strings and characters emptied; every line keeps its number."""

    def replace(match: re.Match) -> str:
        whole = match.group()
        if match.lastgroup == "separator":
            return whole
        lines = "\n" * whole.count("\n")
        return lines if match.group("comment") is not None else f'""{lines}'

    return _TOKEN.sub(replace, text)


def comments_of(text: str) -> str:
    """Only the comments of the text, each where it stood."""
    parts, end = [], 0
    for match in _TOKEN.finditer(text):
        if match.group("comment") is not None:
            parts += [_NOT_NEWLINE.sub("", text[end:match.start()]), match.group()]
            end = match.end()
    return "".join(parts) + _NOT_NEWLINE.sub("", text[end:])

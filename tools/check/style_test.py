#!/usr/bin/env python3
"""Plants a breach of each rule in a small tree and demands that style.py names it, and only it."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from style import Style  # noqa: E402

HEADER = "#pragma once\n"
RATCHET = "tools/check/ratchet.toml"


def body(lines: int, name: str = "f") -> str:
    """A function whose closing brace stands `lines` lines below the opening one."""
    return f"int {name}() {{\n" + "    ++x;\n" * (lines - 1) + "}\n"


class StyleTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, files: dict[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def errors(self, files: dict[str, str | bytes], ratchet: str = "# none\n") -> list[str]:
        self.write({RATCHET: ratchet} | files)
        return Style(self.root).errors()

    def expect(self, path: str, content: str | bytes, *want: str) -> None:
        found = self.errors({path: content})
        (self.root / path).unlink()
        self.assertEqual(len(found), len(want), f"{path}: {found}")
        for error, part in zip(found, want):
            self.assertIn(part, error)

    def git(self, *arguments: str) -> None:
        """Runs git on the small tree, whatever the user's settings or a hook we may run in say."""
        settings = ["user.name=test", "user.email=test@example.org", "commit.gpgsign=false",
                    "core.hooksPath=none"]
        options = [word for setting in settings for word in ("-c", setting)]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        subprocess.run(["git", "-C", str(self.root), *options, *arguments], check=True,
                       capture_output=True, env=environment)

    def test_columns(self):
        line = "// " + "x" * 97
        self.expect("a.cpp", f"{line}\n")
        self.expect("a.cpp", f"int x;\n{line}y\n", "a.cpp:2: error: 101 columns: more than 100")
        self.expect("a.cpp", "// " + "ä" * 97 + "\n")
        self.expect("a.py", f"# {'x' * 99}\n", "a.py:1: error: 101 columns")
        self.expect("a.md", f"# A\n{'x' * 101}\n", "a.md:2: error: 101 columns")

    def test_what_cannot_be_broken_may_be_long(self):
        self.expect("a.md", f"# A\n| {'x' * 101} |\n")
        self.expect("a.cpp", f"// https://example.org/{'x' * 101}\n")
        self.expect("a.cpp", f'#include "{"x" * 101}.hpp"\n')
        self.expect("a.json", f'"{"x" * 101}"\n')

    def test_white_space(self):
        self.expect("a.cpp", "int x; \n", "a.cpp:1: error: white space at the end")
        self.expect("a.cpp", "int x;\r\n", "a.cpp:1: error: white space at the end")
        self.expect("a.cpp", "int x;", "a.cpp:1: error: no newline at the end")
        self.expect("a.cpp", b"// \xff\n", "a.cpp:1: error: not UTF-8")

    def test_file_budget(self):
        self.expect("base/a.cpp", "int x;\n" * 600)
        self.expect("base/a.cpp", "int x;\n" * 601, "the file has 601 lines, 600 at most: split it")
        self.expect("tests/a.cpp", "int x;\n" * 1000)
        self.expect("tests/a.cpp", "int x;\n" * 1001, "the file has 1001 lines, 1000 at most")
        self.expect("tools/run", "#!/bin/sh\n" + "x\n" * 600, "the file has 601 lines")
        self.expect("a.md", "# A\n" + "x\n" * 601)

    def test_function_budget(self):
        self.expect("a.cpp", body(70))
        self.expect("a.cpp", "\n" + body(71),
                    "a.cpp:2: error: the function f has 71 lines, 70 at most: split it")
        self.expect("a.cpp", body(71) + body(90, "g"), "function f has 71", "function g has 90")

    def test_the_ratchet_excuses_the_size_of_today_only(self):
        entry = '[[over]]\nrule = "{}"\npath = "a.cpp"\n{}size = {}\nreason = "because"\n'
        name = 'name = "f"\n'
        self.assertEqual(self.errors({"a.cpp": body(80)}, entry.format("function", name, 80)), [])
        for size in (79, 81):
            found = self.errors({"a.cpp": body(80)}, entry.format("function", name, size))
            self.assertEqual(len(found), 1, found)
            self.assertIn(f"has 80 lines, 70 at most: ratchet.toml says {size}", found[0])
        found = self.errors({"a.cpp": body(70)}, entry.format("function", name, 80))
        self.assertEqual(len(found), 1, found)
        self.assertIn("function a.cpp f: not over budget, remove it", found[0])
        lines = {"a.cpp": "int x;\n" * 700}
        self.assertEqual(self.errors(lines, entry.format("file", "", 700)), [])

    def test_the_ratchet_only_shrinks(self):
        entry = '[[over]]\nrule = "file"\npath = "{}"\nsize = {}\nreason = "because"\n'
        self.write({RATCHET: entry.format("a.cpp", 700)})
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-qm", "Start")
        files = {"a.cpp": "int x;\n" * 650}
        self.assertEqual(self.errors(files, entry.format("a.cpp", 650)), [])
        files = {"a.cpp": "int x;\n" * 701}
        found = self.errors(files, entry.format("a.cpp", 701))
        self.assertEqual(len(found), 1, found)
        self.assertIn("file a.cpp: this list may only shrink", found[0])
        files = {"a.cpp": "int x;\n" * 700, "b.cpp": "int x;\n" * 700}
        found = self.errors(files, entry.format("a.cpp", 700) + entry.format("b.cpp", 700))
        self.assertEqual(len(found), 1, found)
        self.assertIn("file b.cpp: this list may only shrink", found[0])

    def test_markers(self):
        self.expect("a.cpp", "// TODO: later\n", "a.cpp:1: error: TODO: open an issue")
        self.expect("a.cpp", "int x;  /* one\n * FIXME */\n", "a.cpp:2: error: FIXME")
        self.expect("a.py", "x = 1  # TODO(me): later\n", "a.py:1: error: TODO")
        self.expect("tools/run", "#!/bin/sh\nx # XXX\n", "tools/run:2: error: XXX")
        self.expect("a.cpp", '// TODO(#12): later\nauto s = "FIXME // TODO";\n')

    def test_history_in_comments(self):
        for phrase in ("previously a map", "it is no longer sent", "for now a map",
                       "this used to fail", "it used to be a map", "Formerly a map",
                       "not any more"):
            with self.subTest(phrase):
                self.expect("a.cpp", f"int x;\n// {phrase}\n", "a.cpp:2: error: `")
                self.expect("a.cmake", f"# {phrase}\n", "a.cmake:1: error: `")
        self.expect("a.cpp", "/// it is no\n/// longer sent\n", "a.cpp:1: error: `no longer`")

    def test_what_only_sounds_like_history_passes(self):
        self.expect("a.cpp", "// the key used to sign, no longer than 32 bytes\n"
                             "// waits no longer for it\nint previously;\n")
        self.expect("a.md", "# A\nThe peer is no longer there.\n")

    def test_kinds_of_files(self):
        self.expect("a.exe", "x\n", "a.exe:1: error: a kind of file that style.py does not know")
        self.expect("sub/run", "x\n", "a kind of file")
        self.expect("tools/run", "#!/bin/sh\n")
        self.expect("tests/fuzz/corpus/codec/0a1b", b"\0\xff")

    def test_executable_files_are_scripts(self):
        self.write({"a.cpp": "int x;\n", "b.py": "#!/usr/bin/env python3\n"})
        for name in ("a.cpp", "b.py"):
            (self.root / name).chmod(0o755)
        found = self.errors({})
        self.assertEqual(len(found), 1, found)
        self.assertIn("a.cpp:1: error: executable, but no script", found[0])

    def test_large_files(self):
        self.expect("a.json", b"x\n" * 128 * 1024)
        self.expect("a.json", b"x\n" * 129 * 1024, "a.json:1: error: 258 KiB: more than 256")
        self.expect("scenarios/data/a.csv", b"x\n" * 129 * 1024)
        self.expect("tests/golden/a.json", b"x\n" * 129 * 1024)

    def test_recorded_bytes_keep_no_rule_but_programs_beside_them_do(self):
        self.expect("tests/golden/a.txt", "TODO \n")
        self.expect("tests/golden/a.py", "x = 1 \n", "a.py:1: error: white space")

    def test_markdown_titles(self):
        self.expect("a.md", "# A\n\n## B\n\n```\n# a comment\n```\n")
        self.expect("a.md", "# A\n\n# B\n", "a.md:3: error: 2 titles")
        self.expect("a.md", "## B\n", "a.md:1: error: 0 titles")

    def test_markdown_links(self):
        self.expect("docs/a.md", "# A\n[b](a.md#there) [c](https://example.org/x) [d](#here)\n")
        self.expect("docs/a.md", "# A\n[b](b.md)\n",
                    "docs/a.md:2: error: link to b.md: no such file")

    def test_headers(self):
        self.expect("a.hpp", HEADER)
        self.expect("a.hpp", "// #pragma once is missing\n", "a.hpp:1: error: a header without")

    def test_paths_of_a_machine(self):
        for path in ("/ho" "me/me/x", "/ro" "ot/x", "/wo" "rk/x", "C:" "\\Users\\me"):
            with self.subTest(path):
                self.expect("a.md", f"# A\nSee {path}.\n",
                            "a.md:2: error: a path of somebody's machine")
        self.expect("a.md", "# A\nSee tests/work/x, $HOME/work/x and https://a.b/home/x.\n")

    def test_files_that_git_ignores_do_not_count(self):
        self.git("init", "-q")
        self.expect("out/a.exe", "x\n", "out/a.exe:1: error: a kind of file")
        self.write({".gitignore": "out/\n"})
        self.expect("out/a.exe", "x\n")

    def test_a_removed_file_that_is_still_in_the_index_does_not_count(self):
        self.git("init", "-q")
        self.write({"a.exe": "x\n"})
        self.git("add", ".")
        (self.root / "a.exe").unlink()
        self.assertEqual(self.errors({}), [])


if __name__ == "__main__":
    unittest.main()

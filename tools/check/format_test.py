#!/usr/bin/env python3
"""Runs format.py against programs that call themselves clang-format, and against the real one."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

FORMAT = pathlib.Path(__file__).with_name("format.py")


class FormatTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def program(self, name: str, version: str) -> None:
        path = self.folder / name
        path.write_text(f'#!/bin/sh\necho "Debian clang-format version {version}"\n')
        path.chmod(0o755)

    def run_format(self, *arguments: str, path: str | None = None) -> tuple[int, str]:
        environment = dict(os.environ, PATH=path or os.environ["PATH"])
        done = subprocess.run([sys.executable, str(FORMAT), *arguments], check=False,
                              capture_output=True, text=True, env=environment)
        return done.returncode, done.stderr

    def test_another_version_is_refused(self):
        self.program("clang-format", "14.0.6")
        code, said = self.run_format("a.cpp", path=str(self.folder))
        self.assertEqual(code, 1)
        self.assertIn("clang-format 19 is needed", said)
        self.assertIn("version 14.0.6", said)

    def test_a_missing_program_is_named(self):
        code, said = self.run_format("a.cpp", path=str(self.folder))
        self.assertEqual(code, 1)
        self.assertIn("no clang-format-19 here", said)

    def test_version_19_is_taken_under_either_name(self):
        for name in ("clang-format", "clang-format-19"):
            with self.subTest(name):
                self.program(name, "19.1.7 (3~deb12u1)")
                self.assertEqual(self.run_format("a.cpp", path=str(self.folder)), (0, ""))
                (self.folder / name).unlink()

    @unittest.skipUnless(shutil.which("clang-format-19"), "clang-format-19 is not installed")
    def test_a_file_in_another_format_is_named_and_mended(self):
        shutil.copy(FORMAT.parents[2] / ".clang-format", self.folder)
        source = self.folder / "a.cpp"
        source.write_text("int  x;\n")
        code, said = self.run_format(str(source))
        self.assertEqual(code, 1)
        self.assertIn("a.cpp:1:4: error: code should be clang-formatted", said)
        self.assertEqual(self.run_format("--fix", str(source)), (0, ""))
        self.assertEqual(source.read_text(), "int x;\n")
        self.assertEqual(self.run_format(str(source)), (0, ""))


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Plants a breach of each kind in a small tree and demands that layers.py names it, and only it.
"""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from layers import Layers  # noqa: E402

RULES = """
everywhere = ["absl/"]
[pure]
under = ["low"]
banned = ["thread", "absl/time/"]
[module.low]
may = []
[module."low/door"]
may = ["low"]
system = ["tbb/"]
[module.high]
may = ["low", "low/*"]
[module.proto]
may = []
[module.top]
may = ["*"]
"""


class LayersTest(unittest.TestCase):
    def errors(self, files: dict[str, str], rules: str = RULES) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in ({"tools/check/layers.toml": rules} | files).items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return Layers(root).errors()

    def expect(self, files: dict[str, str], want: str, rules: str = RULES) -> None:
        found = self.errors(files, rules)
        self.assertEqual(len(found), 1, found)
        self.assertIn(want, found[0])

    def test_allowed_edges_pass(self):
        self.assertEqual(self.errors({
            "low/a.hpp": "#include <vector>\n#include <absl/types/span.h>\n",
            "low/door.hpp": '#include "low/a.hpp"\n#include <tbb/tbb.h>\n',
            "high/b.hpp": '#include "low/a.hpp"\n#include "low/door.hpp"\n#include <thread>\n',
            "top/c.cpp": '#include "high/b.hpp"\n#include "low/a.hpp"\n',
            "build/d.hpp": '#include "nowhere.hpp"\n',
        }), [])

    def test_forbidden_edge(self):
        self.expect({"high/b.hpp": "", "low/a.hpp": '#include <vector>\n#include "high/b.hpp"\n'},
                    'low/a.hpp:2: error: low may not include high ("high/b.hpp")')

    def test_a_module_may_not_use_its_submodule_without_leave(self):
        self.expect({"low/door.hpp": "", "low/a.hpp": '#include "low/door.hpp"\n'},
                    "low/a.hpp:1: error: low may not include low/door")

    def test_nobody_may_include_the_top(self):
        self.expect({"top/c.hpp": "", "high/b.hpp": '#  include "top/c.hpp"\n'},
                    "high/b.hpp:1: error: high may not include top")

    def test_path_that_is_not_from_the_root(self):
        self.expect({"low/a.hpp": "", "low/b.hpp": '#include "a.hpp"\n'}, '"a.hpp" is not a path')

    def test_file_in_no_module(self):
        self.expect({"other/a.hpp": ""}, "other/a.hpp:1: error: the file belongs to no module")

    def test_banned_header_in_pure_code(self):
        self.expect({"low/a.hpp": "#include <thread>\n"}, "<thread> is banned in pure code")

    def test_banned_folder_in_pure_code(self):
        self.expect({"low/a.hpp": "#include <absl/time/clock.h>\n"},
                    "<absl/time/clock.h> is banned in pure code")

    def test_third_party_header_without_a_folder(self):
        self.expect({"high/a.hpp": "#include <sodium.h>\n"}, "high may not include <sodium.h>")

    def test_third_party_header_past_the_only_door(self):
        self.expect({"low/a.hpp": "#include <tbb/tbb.h>\n"}, "low may not include <tbb/tbb.h>")

    def test_generated_header_counts_as_its_schema(self):
        self.expect({"proto/x.proto": "", "high/a.hpp": '#include "proto/x.pb.h"\n'},
                    "high may not include proto")

    def test_cycle_between_modules(self):
        rules = RULES.replace("[module.low]\nmay = []", '[module.low]\nmay = ["low/door"]')
        self.expect({}, "cycle low -> low/door -> low", rules)

    def test_cycle_between_folders(self):
        rules = RULES.replace("[module.proto]\nmay = []",
                              '[module.proto]\nmay = ["high"]\n[module."low/top"]\nmay = ["proto"]')
        found = self.errors({}, rules)
        self.assertTrue(any("cycle high -> low -> proto -> high" in e for e in found), found)

    def test_unknown_module_in_the_rules(self):
        rules = RULES.replace('may = ["low", "low/*"]', 'may = ["lwo"]')
        self.expect({}, "high names the unknown module lwo", rules)

    def test_pattern_that_fits_no_module(self):
        rules = RULES.replace('may = ["low", "low/*"]', 'may = ["lwo/*"]')
        self.expect({}, "high names the unknown module lwo/*", rules)


if __name__ == "__main__":
    unittest.main()

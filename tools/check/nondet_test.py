#!/usr/bin/env python3
"""Plants each banned call in a small tree and demands that nondet.py names it, and only it."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
from nondet import Nondet  # noqa: E402


class NondetTest(unittest.TestCase):
    def errors(self, files: dict[str, str], allow: str = "") -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in ({"tools/check/nondet.toml": allow} | files).items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return Nondet(root).errors()

    def expect(self, code: str, want: str, path: str = "base/a.cpp") -> None:
        found = self.errors({path: f"\n{code}\n"})
        self.assertEqual(len(found), 1, f"{code!r}: {found}")
        self.assertIn(f"{path}:2: error: ", found[0])
        self.assertIn(want, found[0])

    def expect_clean(self, code: str, path: str = "base/a.cpp") -> None:
        self.assertEqual(self.errors({path: code}), [], code)

    def test_each_ban_has_its_replacement(self):
        for code, want in {
            "int x = std::rand();": "rand is banned: draw from a named nexus::Prng",
            "srand(4);": "rand is banned",
            "std::random_device device;": "random_device is banned",
            "std::mt19937_64 engine(4);": "std engine is banned",
            "std::uniform_int_distribution<int> d(0, 5);": "Prng::below",
            "std::shuffle(a.begin(), a.end(), g);": "Prng::shuffle",
            "std::ranges::shuffle(a, g);": "Prng::shuffle",
            "absl::BitGen gen;": "absl random is banned",
            "std::chrono::system_clock::now();": "system_clock is banned: take the time as an arg",
            "using Clock = std::chrono::steady_clock;": "steady_clock is banned",
            "std::chrono::high_resolution_clock::now();": "high_resolution_clock is banned",
            "auto t = time(nullptr);": "time is banned",
            "auto t = std::time(&x);": "time is banned",
            "clock_gettime(CLOCK_MONOTONIC, &t);": "time is banned",
            "absl::Now();": "time is banned",
            "const char* d = __DATE__;": "build time is banned",
            'std::getenv("HOME");': "getenv is banned",
            "std::this_thread::sleep_for(x);": "thread identity is banned",
            "std::unordered_map<int, int> m;": "absl::btree_map or _set where it is iterated",
            "std::unordered_multiset<int> m;": "std::unordered is banned",
            "std::hash<int>{}(4);": "std::hash is banned",
            "absl::Hash<int>{}(4);": "absl::Hash is banned",
            "auto h = absl::HashOf(a, b);": "absl::Hash is banned",
            "std::map<Node*, int> m;": "pointer key is banned: key by an id",
            "absl::btree_set<const Node*> m;": "pointer key is banned",
            "std::set<std::pair<int, const Node*>> m;": "pointer key is banned",
            "double x = std::log(2.0);": "libm is banned",
            "return pow(x, 2);": "libm is banned",
            "y = a * expf(x);": "libm is banned",
            "y = ::sin(x);": "libm is banned",
            "if (a < cosl(x)) {": "libm is banned",
            "double t = std::atanh(x) + 1;": "libm is banned",
        }.items():
            with self.subTest(code):
                self.expect(code, want)

    def test_what_only_looks_like_a_banned_call_passes(self):
        for code in (
            "Instant time() const;", "return clock_->time();", "Field pow(std::uint64_t n) const;",
            "Field& exp(int n);", "return field.log(2);", "return Field::exp(x);",
            "return nexus::log(2);",
            "double r = std::sqrt(x) + std::floor(y);", "std::map<int, Node*> m;",
            "std::map<std::pair<int, int>, Node*> m;", "prng.shuffle(items);", "operand(4);",
            "template <class H> friend H AbslHashValue(H state, const Id& id);", "long_exp(2);",
            "std::chrono::nanoseconds d(5);", "Timer random_timer(4);",
        ):
            with self.subTest(code):
                self.expect_clean(code)

    def test_comments_and_strings_are_not_code(self):
        self.expect_clean('// std::rand() differs\n/* steady_clock\n */ auto s = "std::hash";\n'
                          'auto r = R"x(getenv("A") ")")x"; auto n = 1\'000\'000;\n'
                          'char c = \'"\'; auto t = "getenv(";\n')

    def test_the_line_is_right_behind_comments_and_raw_strings(self):
        code = '/* one\n two */\nauto r = R"(\n\n)";\nint x = std::rand();\n'
        found = self.errors({"base/a.cpp": code})
        self.assertEqual(len(found), 1, found)
        self.assertIn("base/a.cpp:6:", found[0])

    def test_every_folder_of_code_is_checked(self):
        for folder in ("consensus", "graph", "zkvm", "actors", "sim", "tools", "tests"):
            with self.subTest(folder):
                self.expect("std::random_device device;", "random_device", f"{folder}/a.cpp")

    def test_libm_is_banned_only_where_runs_are_replayed(self):
        for folder in ("consensus", "graph", "zkvm", "actors", "sim"):
            with self.subTest(folder):
                self.expect("x = std::log(y);", "libm", f"{folder}/a.cpp")
        self.expect_clean("x = std::log(y);", "tools/a.cpp")
        self.expect_clean("x = std::log(y);", "tests/bench/a.cpp")

    def test_iteration_over_a_hash_table(self):
        for code in (
            "absl::flat_hash_map<int, int> t; for (const auto& [k, v] : t) { f(k); }",
            "absl::flat_hash_set<int> t{}; for (const int k : t) f(k);",
            "absl::node_hash_map<A<B, C>, X> t_; void f() { for (auto& x : this->t_) {} }",
            "absl::flat_hash_map<int, int> t; auto i = t.begin();",
            "using T = absl::flat_hash_map<int, int>; void f(const T& t) { for (auto& x : t) {} }",
            "const absl::flat_hash_map<int, int>& t() const; void f() { for (auto& x : a.t()) {} }",
            "void f(absl::flat_hash_set<int>& t) { for (int i = 0; auto& x : t) {} }",
        ):
            with self.subTest(code):
                self.expect(code, "the order of a hash table differs from process to process")

    def test_lookup_in_a_hash_table_passes(self):
        self.expect_clean("absl::flat_hash_map<int, int> t; std::vector<int> v;\n"
                          "void f() { if (t.find(4) != t.end()) { t.erase(4); }\n"
                          "for (int i : v) { t.emplace(i, i); }\n"
                          "for (int i = 0; i < t.size(); ++i) { g(t ? a : b); } }\n")

    def test_a_table_declared_in_the_own_header_counts(self):
        header = "class A { absl::flat_hash_map<int, int> table_; };\n"
        source = '#include "base/a.hpp"\nvoid A::f() { for (auto& x : table_) {} }\n'
        found = self.errors({"base/a.hpp": header, "base/a.cpp": source})
        self.assertEqual(len(found), 1, found)
        self.assertIn("base/a.cpp:2: error: iterates `table_`", found[0])

    def test_a_private_table_of_another_header_does_not(self):
        header = "class A { absl::flat_hash_map<int, int> table_; };\n"
        source = '#include "base/a.hpp"\nvoid B::f() { for (auto& x : table_) {} }\n'
        self.assertEqual(self.errors({"base/a.hpp": header, "base/b.cpp": source}), [])

    def test_a_public_table_of_an_included_header_does(self):
        header = "struct A { absl::flat_hash_map<int, int> table; };\n"
        source = '#include "base/a.hpp"\nvoid f(A& a) { for (auto& x : a.table) {} }\n'
        self.assertEqual(len(self.errors({"base/a.hpp": header, "base/b.cpp": source})), 1)

    def test_the_allow_list_excuses_what_it_names(self):
        entry = '[[allow]]\npath = "{}"\nbans = ["getenv"]\nreason = "because"\n'
        files = {"sim/env/a.cpp": "auto s = std::getenv(n);\n"}
        self.assertEqual(self.errors(files, entry.format("sim/env/a.cpp")), [])
        self.assertEqual(self.errors(files, entry.format("sim/env/")), [])
        for path in ("sim/en", "sim/env/b.cpp"):
            with self.subTest(path):
                self.assertEqual(len(self.errors(files, entry.format(path))), 2)

    def test_the_allow_list_holds_nothing_that_is_not_needed(self):
        entry = '[[allow]]\npath = "base/"\nbans = ["{}"]\nreason = "{}"\n'
        for name, reason, want in (("getenv", "because", "does not need `getenv`"),
                                   ("nothing", "because", "names the unknown ban `nothing`")):
            found = self.errors({}, entry.format(name, reason))
            self.assertEqual(len(found), 1, found)
            self.assertIn(want, found[0])
        found = self.errors({"base/a.cpp": "std::getenv(n);\n"}, entry.format("getenv", ""))
        self.assertEqual(len(found), 1, found)
        self.assertIn("has no reason", found[0])


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Demands that functions.py sees each kind of function of our code, and nothing else as one."""
import sys
import textwrap
import unittest

sys.dont_write_bytecode = True
from functions import functions  # noqa: E402


class FunctionsTest(unittest.TestCase):
    def expect(self, code: str, *want: tuple[str, int, int]) -> None:
        code = textwrap.dedent(code).lstrip("\n")
        self.assertEqual([tuple(f) for f in functions(code)], list(want), code)

    def test_functions_in_namespaces_and_classes(self):
        self.expect("""
            namespace a::b {
            namespace {
            int f(int x) {
                return x;
            }
            }  // namespace
            class C final : public B<int(int)> {
            public:
                C() = default;
                int g() const override {
                    if (x) {
                    }
                }
            private:
                int x_{4};
            };
            enum class E : int { A, B };
            void C::h() {}
            }
            """, ("f", 3, 2), ("g", 10, 3), ("h", 18, 0))

    def test_lines_are_those_between_the_braces(self):
        self.expect("""
            auto f(int a,
                   int b)
                -> std::map<int, int> {


            }
            """, ("f", 3, 3))

    def test_constructors_with_member_initializers(self):
        for initializers in ("a_(a)", "a_{a}", "a_{a}, b_(2)", "a_(a), b_{2}",
                             "B<int>{a}, c_{f(1), {2}}"):
            with self.subTest(initializers):
                self.expect(f"A::A(int a) : {initializers} {{\n go();\n}}\nint f() {{}}\n",
                            ("A", 1, 2), ("f", 4, 0))
        self.expect("A::A(int a) noexcept(false)\n    : a_{a} {}\nint f() {\n}\n",
                    ("A", 2, 0), ("f", 3, 1))

    def test_operators(self):
        for name in ("operator==", "operator()", "operator<=>", "operator[]", "operator bool"):
            with self.subTest(name):
                self.expect(f"friend constexpr auto {name}(A, A) {{\n}}\n", (name, 1, 1))

    def test_templates(self):
        self.expect("""
            template <class T = int, class U = std::vector<T>>
            void f(T x = 1) {
            }
            template <class T>
                requires std::integral<T>
            [[nodiscard]] static T g(T x) noexcept(true) {
            }
            """, ("f", 2, 1), ("g", 6, 1))

    def test_initializers_are_no_functions(self):
        self.expect("""
            constexpr std::array<int, 2> kTable = {
                1,
                2,
            };
            const Row kRows[] = {{f(1), 2}, {g(3), 4}};
            const Row kMore[]{{f(1), 2},
                              {g(3), 4}};
            int x{f(1)};
            int f() {
            }
            """, ("f", 9, 1))

    def test_lambdas_outside_functions(self):
        self.expect("""
            const auto f = [](int x) mutable -> int {
                return x;
            };
            const Table t = {{1, [&] {
                return 1;
            }}, {2, [] { return 2; }}};
            int g() {}
            """, ("lambda", 1, 2), ("lambda", 4, 2), ("lambda", 6, 0), ("g", 7, 0))

    def test_a_lambda_counts_to_its_function(self):
        self.expect("int f() {\n  return g([] {\n    return 1;\n  });\n}\n", ("f", 1, 4))

    def test_tests_are_named_in_full(self):
        self.expect("TEST(Codec, RoundTrips) {\n}\nTEST_F(A,\n       B) {\n}\n",
                    ("TEST(Codec, RoundTrips)", 1, 1), ("TEST_F(A, B)", 4, 1))

    def test_a_macro_call_before_a_scope_is_not_a_function(self):
        self.expect("CAF_ALLOW_UNSAFE_MESSAGE_TYPE(nexus::NodeId)\nNEXUS_B(x)\n"
                    "namespace a {\nint x;\n}\n")

    def test_braces_outside_code_do_not_count(self):
        self.expect("""
            // {
            /* { */
            #define OPEN \\
                {
            int f() {
                g("{", '{', R"({)", 1'000);
            }
            """, ("f", 5, 2))

    def test_concepts_and_requirements(self):
        self.expect("""
            template <class T>
            concept C = requires(T t) {
                { t.f() } -> std::same_as<int>;
            };
            int f() {
            }
            """, ("f", 5, 1))


if __name__ == "__main__":
    unittest.main()

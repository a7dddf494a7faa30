"""Finds the functions of a C++ file by their braces: made for our formatting, no parser."""
import re
from typing import Iterator, NamedTuple

import tree

_BRACE_OR_END = re.compile(r"[{};]")
_PREPROCESSOR = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
_TYPE = re.compile(r"(?:namespace|class|struct|union|enum|extern|concept)\b")
# What may stand before a declaration without being part of it. A macro call only if more follows:
# `TEST(A, B)` is all that a test's body has.
_PREFIX = re.compile(
    r"\s*(?:(?:public|private|protected)\s*:(?!:)|\[\[[^\]]*\]\]|[A-Z][A-Z0-9_]*\([^()]*\)(?=\s*\w)"
    r"|(?P<template>template\s*)(?=<)|(?:export|inline|static|constexpr|typedef)\b)")
_LAMBDA = re.compile(
    r"(?<![\w\])])\[[^\[\]]*\]\s*(?:<[^<>]*>\s*)?(?:\([^{}]*\))?\s*"
    r"(?:mutable\s*|noexcept\s*|constexpr\s*)*(?:->\s*[\w:<>,&*\s]+)?$")
_OPERATOR = re.compile(r"\boperator\s*(?:\(\s*\)|[^\s\w(]+)")
_MEMBER_INITIALIZER = re.compile(
    r"\)\s*(?:noexcept\s*(?:\(\))?\s*)?(?<!:):(?!:).*[\w>]\s*$", re.DOTALL)
_NAME = re.compile(r"(\boperator\s*(?:\(\s*\)|[^\s(]+)|~?\w+)\s*\(")


class Function(NamedTuple):
    """The body of one function, the lambdas in it included."""
    name: str
    line: int  # of the opening brace
    lines: int  # from there to the closing one: what clang-tidy's readability-function-size counts


def functions(text: str) -> Iterator[Function]:
    code = _PREPROCESSOR.sub(lambda m: "\n" * m.group().count("\n"), tree.code_of(text))
    head, start = "", 0  # the declaration so far: `head`, then what stands behind `start`
    outer: list[str | None] = []  # an open brace each: None of a scope, the head of an initializer
    body: tuple[str, int] | None = None  # the function we are in: name, position of its brace
    depth = 0
    for match in _BRACE_OR_END.finditer(code):
        at, token = match.start(), match.group()
        if body is not None:
            depth += (token == "{") - (token == "}")
            if depth == 0:
                name, opened = body
                yield Function(name, code.count("\n", 0, opened) + 1, code.count("\n", opened, at))
                # A lambda in an initializer ends inside a declaration, a function ends one.
                body, head, start = None, "", at + 1
            continue
        declaration = head + code[start:at]
        head, start = "", at + 1
        if token == "{":
            kind = _kind(declaration, inside_initializer=bool(outer) and outer[-1] is not None)
            if kind == "function":
                body, depth = (_name(declaration), at), 1
            else:
                outer.append(None if kind == "scope" else declaration)
        elif token == "}" and outer:
            initialized = outer.pop()
            head = "" if initialized is None else initialized + "{}"


def _kind(declaration: str, inside_initializer: bool) -> str:
    """What the brace behind this declaration opens: a scope, a function or an initializer."""
    text = _without_prefix(declaration)
    if _LAMBDA.search(text):
        return "function"
    if inside_initializer:
        return "initializer"
    if _TYPE.match(text):
        return "scope"
    flat = _flat(_OPERATOR.sub("operator", text))
    # In `A::A() : a_{1}, b_(2) {` the brace of a_ is right behind its name, the body's is not.
    if "(" not in flat or "=" in flat or _MEMBER_INITIALIZER.search(flat):
        return "initializer"
    return "function"


def _without_prefix(text: str) -> str:
    while match := _PREFIX.match(text):
        end = match.end()
        if match.group("template"):
            depth = 0
            while end < len(text):
                depth += (text[end] == "<") - (text[end] == ">")
                end += 1
                if depth == 0:
                    break
        text = text[end:]
    return text.strip()


def _flat(text: str) -> str:
    """The text without what stands in parentheses."""
    depth, kept = 0, []
    for character in text:
        depth -= character == ")"
        if depth <= 0:
            kept.append(character)
        depth += character == "("
    return "".join(kept)


def _name(declaration: str) -> str:
    text = _without_prefix(declaration)
    match = _NAME.search(text)
    if match is None or _LAMBDA.search(text):
        return "lambda"
    name = match.group(1)
    is_macro = name.isupper() and len(name) > 3  # TEST(Codec, ReadsWhatItWrote)
    return " ".join(text.split()) if is_macro else name

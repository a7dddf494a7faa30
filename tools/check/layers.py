#!/usr/bin/env python3
"""Checks every #include under the root against tools/check/layers.toml.

Prints each breach as `file:line: error: ...`, and exits 1 if there is one.
Usage: layers.py [root]; the root is by default the repository that holds this script.
"""
import pathlib
import re
import sys
import tomllib

sys.dont_write_bytecode = True
import tree  # noqa: E402

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.MULTILINE)


class Layers:
    """The rules of layers.toml, and the files of one tree to hold against them."""

    def __init__(self, root: pathlib.Path):
        self.root = root
        rules = tomllib.loads((root / "tools/check/layers.toml").read_text())
        self.pure = tuple(f"{folder}/" for folder in rules["pure"]["under"])
        self.banned = rules["pure"]["banned"]
        self.everywhere = rules.get("everywhere", [])
        self.modules = rules["module"]
        self.edges = {module: self.allowed(module) for module in self.modules}

    def errors(self) -> list[str]:
        found = [e for path in tree.cpp_files(self.root) for e in self.file_errors(path)]
        for module, rule in self.modules.items():
            for name in rule["may"]:
                if not any(self.names(name, other) for other in self.modules):
                    found.append(f"layers.toml:1: error: {module} names the unknown module {name}")
        # What may include everything is at the top: nobody may name it, so it is on no cycle.
        edges = {m: others for m, others in self.edges.items() if "*" not in self.modules[m]["may"]}
        folders: dict[str, set[str]] = {}
        for module, others in edges.items():
            top = module.split("/")[0]
            folders.setdefault(top, set()).update({o.split("/")[0] for o in others} - {top})
        for graph in (edges, folders):
            if cycle := find_cycle(graph):
                found.append("layers.toml:1: error: cycle " + " -> ".join(cycle))
        return found

    def module_of(self, path: str) -> str | None:
        fits = [m for m in self.modules if path.startswith((m + "/", m + "."))]
        return max(fits, key=len, default=None)

    @staticmethod
    def names(pattern: str, module: str) -> bool:
        return module.startswith(pattern[:-1]) if pattern.endswith("*") else module == pattern

    def allowed(self, module: str) -> set[str]:
        """The modules that `module` may include, patterns expanded, itself left out."""
        patterns = self.modules[module]["may"]
        return {m for m in self.modules if any(self.names(p, m) for p in patterns)} - {module}

    def file_errors(self, path: str) -> list[str]:
        module = self.module_of(path)
        if module is None:
            return [f"{path}:1: error: the file belongs to no module in layers.toml"]
        text = (self.root / path).read_text()
        errors = []
        for match in INCLUDE.finditer(text):
            quoted, target = match.group(1) == '"', match.group(2)
            problem = self.quoted(module, target) if quoted else self.angled(module, target, path)
            if problem:
                line = text.count("\n", 0, match.start()) + 1
                errors.append(f"{path}:{line}: error: {problem}")
        return errors

    def quoted(self, module: str, target: str) -> str | None:
        file = target.removesuffix(".pb.h") + ".proto" if target.endswith(".pb.h") else target
        other = self.module_of(file)
        if not (self.root / file).exists():
            return f'"{target}" is not a path from the repository root'
        if other != module and other not in self.edges[module]:
            return f'{module} may not include {other} ("{target}")'
        return None

    def angled(self, module: str, target: str, path: str) -> str | None:
        folders = tuple(b for b in self.banned if b.endswith("/"))
        is_banned = target in self.banned or target.startswith(folders)
        if path.startswith(self.pure) and is_banned:
            return f"<{target}> is banned in pure code"
        is_standard = "/" not in target and "." not in target
        allowed = tuple(self.everywhere + self.modules[module].get("system", []))
        if not is_standard and not target.startswith(allowed):
            return f"{module} may not include <{target}>"
        return None


def find_cycle(edges: dict[str, set[str]]) -> list[str]:
    finished: set[str] = set()

    def visit(node: str, path: list[str]) -> list[str]:
        if node in path:
            return path[path.index(node):] + [node]
        if node in finished:
            return []
        for other in sorted(edges.get(node, ())):
            if cycle := visit(other, path + [node]):
                return cycle
        finished.add(node)
        return []

    return next((cycle for node in sorted(edges) if (cycle := visit(node, []))), [])


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    errors = Layers(root.resolve()).errors()
    print("\n".join(errors), file=sys.stderr, end="\n" if errors else "")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())

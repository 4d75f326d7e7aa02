"""The rules of the tree: who may import whom, how long things may be, what text may not say.

Each rule is a function from the root of a repository to a list of complaints, so that the same
function judges this tree and a small one with a planted violation.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("model", "properties", "impl", "checker")
GENERATED = {".git", ".venv", "build", "dist", "node_modules", "__pycache__"}
MAX_FILE, MAX_FUNCTION = 400, 50

EXCUSED: dict[str, str] = {}
"""`path` or `path:function` -> why it may be longer.  Every entry must still be needed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What the files under `where` may import: names are dotted prefixes.

    `only` empty means anything; `unless` are exceptions to `never`.
    """

    where: tuple[str, ...]
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()

    def covers(self, module: str) -> bool:
        return within(module, self.where) and not within(module, self.outside)

    def allows(self, target: str) -> bool:
        if self.only and not within(target, self.only):
            return target.partition(".")[0] in sys.stdlib_module_names
        return not within(target, self.never) or within(target, self.unless)

    def __str__(self) -> str:
        subject = " and ".join(self.where)
        if self.outside:
            subject += f" (but not {', '.join(self.outside)})"
        if self.only:
            return f"{subject} may import only the standard library, {', '.join(self.only)}"
        rule = f"{subject} must not import {', '.join(self.never)}"
        return f"{rule} except {', '.join(self.unless)}" if self.unless else rule


MEETING_PLACES = ("checker.conformance", "checker.forks", "checker.scenarios", "checker.simulate")
RULES = (
    Rule(("model",), only=("z3", "model")),
    Rule(("model.language",), only=("z3", "model.language")),
    Rule(("properties",), only=("z3", "model", "properties")),
    Rule(("impl",), only=("nacl", "reedsolo", "numpy", "impl")),
    Rule(("impl.node",), never=("impl.runtime",), unless=("impl.runtime.api",)),
    Rule(("checker",), never=("impl",), outside=MEETING_PLACES),
)


def within(name: str, prefixes: tuple[str, ...]) -> bool:
    """Whether dotted `name` is one of `prefixes` or lies under one."""
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def files(root: Path, pattern: str = "*") -> Iterator[Path]:
    """Every file of the repository, generated ones left out, in a fixed order."""
    for path in sorted(root.rglob(pattern)):
        parts = path.relative_to(root).parts
        hidden_cache = any(p in GENERATED or p.endswith(("_cache", ".egg-info")) for p in parts)
        if path.is_file() and not hidden_cache and ".hypothesis" not in parts:
            yield path


def sources(root: Path) -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for path in files(root / package, "*.py"):
            yield path, ast.parse(path.read_text(encoding="utf-8"), str(path))


def module_name(root: Path, path: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def file_of(root: Path, module: str) -> str:
    """The file that defines dotted `module`, or what is nearest to it; "" outside the tree."""
    parts = module.split(".")
    for size in range(len(parts), 0, -1):
        base = root.joinpath(*parts[:size])
        for candidate in (base.with_suffix(".py"), base / "__init__.py"):
            if candidate.is_file():
                return candidate.relative_to(root).as_posix()
    return ""


def imports(root: Path, path: Path, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything imported, relative and literal dynamic ones included."""
    package = list(path.relative_to(root).parent.parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = base + (node.module.split(".") if node.module else [])
            yield from ((node.lineno, ".".join([*base, alias.name])) for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else None
            called = node.func.id if isinstance(node.func, ast.Name) else called
            first = node.args[0]
            if called in {"import_module", "__import__"} and isinstance(first, ast.Constant):
                yield node.lineno, str(first.value)


def forbidden_imports(root: Path) -> list[str]:
    found = []
    for path, tree in sources(root):
        module = module_name(root, path)
        for line, target in imports(root, path, tree):
            place = f"{path.relative_to(root).as_posix()}:{line}"
            named = file_of(root, target)
            what = f"{target} ({named})" if named else target
            found += [
                f"{place} imports {what}: {rule}"
                for rule in RULES
                if rule.covers(module) and not rule.allows(target)
            ]
    return found


def distant_imports(root: Path) -> list[str]:
    return [
        f"{path.relative_to(root).as_posix()}:{node.lineno}: a relative import goes up one level "
        "at most; name the package"
        for path, tree in sources(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level > 1
    ]


def lengths(root: Path) -> Iterator[tuple[str, int, int]]:
    """(key of EXCUSED, lines, most lines allowed) of every file and of the packages' functions."""
    for path in files(root, "*.py"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        yield path.relative_to(root).as_posix(), lines, MAX_FILE
    for path, tree in sources(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                key = f"{path.relative_to(root).as_posix()}:{node.name}"
                yield key, (node.end_lineno or 0) - node.lineno + 1, MAX_FUNCTION


def too_long(root: Path) -> list[str]:
    return [
        f"{key} has {lines} lines, at most {most}: split it"
        for key, lines, most in lengths(root)
        if lines > most and key not in EXCUSED
    ]


WORKPLACE = re.compile(r"(?<![\w.~])/(?:work|farm|root|tmp/plan)(?:/|\b)")
"""Absolute paths of somebody's machine."""


def workplace_words(root: Path) -> list[str]:
    found = []
    for path in files(root):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        found += [
            f"{path.relative_to(root).as_posix()}:{number}: speaks of a machine, not of the "
            f"project: {match.group()}"
            for number, line in enumerate(text.splitlines(), 1)
            for match in WORKPLACE.finditer(line)
        ]
    return found


CHECKS = (forbidden_imports, distant_imports, too_long, workplace_words)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_tree_obeys(check: Callable[[Path], list[str]]) -> None:
    complaints = check(ROOT)
    assert not complaints, "\n".join(["", *complaints])


def test_every_package_is_there_and_typed() -> None:
    for package in PACKAGES:
        assert (ROOT / package / "__init__.py").is_file()
        assert (ROOT / package / "py.typed").is_file()


def test_no_excuse_outlives_its_need() -> None:
    needed = {key for key, lines, most in lengths(ROOT) if lines > most}
    assert set(EXCUSED) <= needed
    assert len(EXCUSED) <= 5


PLANTED = [
    ("model/a.py", "import impl.host", "model may import only"),
    ("model/a.py", "from checker import cli", "model may import only"),
    ("model/a.py", "import numpy", "model may import only"),
    ("model/language/a.py", "from model import config", "model.language may import only"),
    ("model/language/a.py", "from ..config import Config", "model.language may import only"),
    ("properties/a.py", "from checker.verdict import HOLDS", "properties may import only"),
    ("impl/a.py", "def f():\n    import z3", "impl may import only"),
    ("impl/a.py", "from model import scheduler", "impl may import only"),
    ("impl/node/a.py", "from impl.runtime import scheduler", "impl.node must not import"),
    ("impl/node/a.py", "from ..runtime.scheduler import schedule", "impl.node must not import"),
    ("impl/node/a.py", "import impl.runtime", "impl.node must not import"),
    ("checker/explicit/a.py", "from impl.host import Host", "checker (but not"),
    ("checker/a.py", "import_module('impl.host')", "checker (but not"),
]


def plant(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


@pytest.mark.parametrize(("name", "text", "rule"), PLANTED)
def test_a_forbidden_import_is_found(tmp_path: Path, name: str, text: str, rule: str) -> None:
    plant(tmp_path, name, text)
    [complaint] = forbidden_imports(tmp_path)
    assert complaint.startswith(name + ":")
    assert rule in complaint


def test_the_message_names_both_files(tmp_path: Path) -> None:
    plant(tmp_path, "impl/runtime/scheduler.py", "")
    plant(tmp_path, "model/a.py", "\nfrom impl.runtime.scheduler import schedule")
    [complaint] = forbidden_imports(tmp_path)
    assert complaint == (
        "model/a.py:2 imports impl.runtime.scheduler.schedule (impl/runtime/scheduler.py): "
        "model may import only the standard library, z3, model"
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("model/a.py", "import z3\nfrom collections import abc\nfrom .language import State"),
        ("model/language/a.py", "from .types import Bool\nfrom model.language import terms"),
        ("properties/a.py", "from model.scheduler import FREE\nfrom .kinds import invariant"),
        ("impl/a.py", "import hashlib, numpy as np\nfrom nacl import bindings\nimport reedsolo"),
        ("impl/node/a.py", "from impl.runtime.api import RuntimeApi\nfrom impl.runtime import api"),
        ("checker/conformance/a.py", "from impl.host import Host"),
        ("checker/forks.py", "from impl.host import Host"),
        ("checker/explicit/a.py", "import llvmlite, implicit\nfrom model import systems"),
    ],
)
def test_an_allowed_import_is_not(tmp_path: Path, name: str, text: str) -> None:
    plant(tmp_path, name, text)
    assert forbidden_imports(tmp_path) == []


def test_a_distant_import_is_found(tmp_path: Path) -> None:
    plant(tmp_path, "checker/smt/a.py", "from ..verdict import HOLDS")
    plant(tmp_path, "checker/smt/b.py", "from .unroll import unroll")
    [complaint] = distant_imports(tmp_path)
    assert complaint.startswith("checker/smt/a.py:1:")


def test_a_long_file_and_a_long_function_are_found(tmp_path: Path) -> None:
    body = "    pass\n"
    plant(tmp_path, "model/a.py", f"def short():\n{body * 49}\ndef long():\n{body * 50}")
    plant(tmp_path, "tests/test_a.py", "\n" * MAX_FILE)
    assert too_long(tmp_path) == [
        "tests/test_a.py has 401 lines, at most 400: split it",
        "model/a.py:long has 51 lines, at most 50: split it",
    ]


def test_a_path_of_a_machine_is_found(tmp_path: Path) -> None:
    machine = "/" + "work"
    plant(tmp_path, "docs/a.md", f"a framework/working note\nsee `{machine}/main` for more")
    plant(tmp_path, ".venv/b.md", f"{machine}/b")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff")
    assert workplace_words(tmp_path) == [
        f"docs/a.md:2: speaks of a machine, not of the project: {machine}/"
    ]

"""Definitions 1 to 13, 19, 20 and algorithms 1 to 10: each is one class or one function."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import impl

HOME = Path(impl.__file__).parent
FIRST = re.compile(r"(§[\d.]+/((?:def|alg)-\d+)): \S")
DEFINITIONS = {f"def-{number}" for number in (*range(1, 14), 19, 20)}
ALGORITHMS = {f"alg-{number}" for number in range(1, 11)}


def entries():
    for path in sorted(HOME.glob("validation/*.py")) + sorted(HOME.glob("availability/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found = FIRST.match(ast.get_docstring(node) or "")
                if found:
                    yield found[2], node


def test_each_definition_and_algorithm_is_there_once():
    names = [name for name, _ in entries()]
    assert sorted(names) == sorted(DEFINITIONS | ALGORITHMS)


def test_an_algorithm_is_a_function():
    for name, node in entries():
        if name.startswith("alg"):
            assert isinstance(node, ast.FunctionDef), name

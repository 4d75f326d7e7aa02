"""Where each numbered definition and algorithm of the text stands in the reference implementation.

The class or function whose docstring begins with its token, `§1.5/def-8: ...`, is the one.  The
sources are read, not run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import citations

COMMAND = "parascope coverage --definitions"
_NUMBERED = re.compile(r"§[\d.]+/(def|alg)-(\d+)")
_WORDS = {"def": "Definition", "alg": "Algorithm"}


@dataclass(frozen=True, slots=True)
class Place:
    """A class or a function, and the file it is in."""

    name: str
    file: str


def numbered() -> list[str]:
    """The tokens of all numbered definitions, then of all algorithms, in the text's order."""
    found = [token for token in citations.load_outline().entries if _NUMBERED.fullmatch(token)]
    return sorted(found, key=_order)


def _order(token: str) -> tuple[bool, int]:
    kind, number = token.rpartition("/")[2].split("-")
    return kind == "alg", int(number)


def places(root: Path) -> dict[str, list[Place]]:
    """The classes and functions of `impl` by the token their docstring begins with."""
    found: dict[str, list[Place]] = {}
    for path in sorted((root / "impl").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                token = (ast.get_docstring(node) or "").partition(":")[0]
                if _NUMBERED.fullmatch(token):
                    place = Place(node.name, path.relative_to(root).as_posix())
                    found.setdefault(token, []).append(place)
    return found


def page() -> Iterator[str]:
    """A page in Markdown: a row for each, and what is missing or there twice."""
    known = places(citations.root())
    yield "# Definitions and algorithms in the reference implementation"
    yield ""
    yield f"Made by `{COMMAND}`; do not edit."
    yield ""
    yield "| of the text | token | class or function | file |"
    yield "| --- | --- | --- | --- |"
    for token in numbered():
        kind, number = token.rpartition("/")[2].split("-")
        for place in known.get(token, [Place("missing", "")]):
            name = f"`{place.name}`" if place.file else place.name
            yield f"| {_WORDS[kind]} {number} | {token} | {name} | {place.file} |"

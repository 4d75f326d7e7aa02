"""Which routines of the text no action of any system calls.

Every system is built once more under a trace that notes which functions of `model` run.  A routine
of the outline is called if one of these cites it, or an item of it: in the first paragraph of its
docstring, or in a comment beside the line that does it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import model

from . import citations, subjects
from .citations import Outline, ancestors, find_tokens, load_outline
from .space import Space

if TYPE_CHECKING:
    from model.language import System

_LISTS = ("routines", "entry-points")
_NOTIFIED = ("session-change", "initialization", "finalization")
_ALGORITHM = re.compile(r"alg-\d+")
_OTHERS = ("description", "storage", "task", "goal")
_MODELS = str(Path(model.__file__).parent)
_LANGUAGE = str(Path(_MODELS) / "language")

Function = tuple[str, int]
"""A file of `model`, and the first line of a function in it."""


def routines(section: str, outline: Outline) -> list[str]:
    """The routines of a section: its entry-points and algorithms, and how it is notified."""
    found, listed = [], False
    for entry in outline.within(section):
        place, _, heading = entry.token.partition("/")
        if place != section or not heading or "." in heading:
            continue
        if heading in _LISTS:
            listed = True
        elif _is_routine(heading, listed=listed) and not entry.gap:
            found.append(entry.token)
    return found


def _is_routine(heading: str, *, listed: bool) -> bool:
    if heading in _NOTIFIED or _ALGORITHM.fullmatch(heading):
        return True
    return listed and heading not in _OTHERS


def uncalled(system: str) -> list[str]:
    """The routines of a system's sections that no action of any system calls."""
    outline = load_outline()
    called = called_by_any()
    sections = [token for _, token in find_tokens(subjects.family(system).section)]
    return [r for s in sections for r in routines(s, outline) if r not in called]


@cache
def called_by_any() -> frozenset[str]:
    """The tokens that the functions of all systems cite, and what these lie under."""
    return frozenset().union(*(called(name) for name in subjects.families()))


def called(system: str) -> frozenset[str]:
    """The tokens that the functions of a system's actions cite, and what these lie under."""
    _, functions = built(system)
    found: set[str] = set()
    for token in _cited(functions):
        found |= {token, *ancestors(token)}
    return frozenset(found)


@cache
def built(system: str) -> tuple[System, set[Function]]:
    """A system as amended at its smallest instance, and what ran; once for whoever asks."""
    return traced(Space(system, next(iter(subjects.family(system).instances))))


def traced(space: Space) -> tuple[System, set[Function]]:
    """A system, and the functions of `model` that ran while it was built."""
    seen: set[Function] = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(_MODELS):
            seen.add((code.co_filename, code.co_firstlineno))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        system = space.build()
    finally:
        sys.setprofile(before)
    return system, {(file, line) for file, line in seen if not file.startswith(_LANGUAGE)}


def _cited(functions: Iterable[Function]) -> Iterator[str]:
    for file, line in functions:
        yield from _citations(file).get(line, ())


@cache
def _citations(file: str) -> dict[int, tuple[str, ...]]:
    """The tokens that each function of a file cites, by its first line, decorators included."""
    text = Path(file).read_text("utf-8")
    lines = text.splitlines()
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            said = (ast.get_docstring(node) or "").split("\n\n")[0]
            beside = [line.partition("#")[2] for line in lines[node.lineno - 1 : node.end_lineno]]
            tokens = [token for part in (said, *beside) for _, token in find_tokens(part)]
            found[first] = tuple(t for t in tokens if citations.TOKEN.fullmatch(t))
    return found

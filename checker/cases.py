"""One property of one space as machines are told of it: passed or not, and where it is stated."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .verdict import MEANINGS, Verdict, Word, severity

if TYPE_CHECKING:
    from .judging import Run
    from .trace import Trace

ROOT = Path(__file__).resolve().parent.parent
"""The folder that the packages lie in; places are given relative to it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, as a path relative to ROOT where it lies under it."""

    file: str
    line: int


@dataclass(frozen=True)
class Case:
    """A verdict, whether it is what was wanted, and what to say if not.

    `expected` says that a refutation is known and pinned.  `places` has the line of each action.
    """

    verdict: Verdict
    passed: bool
    message: str
    expected: bool = False
    place: Place | None = None
    places: Mapping[str, Place] = field(default_factory=dict)
    actors: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The property and what it was checked on: `name[tiny, amendments: all]`."""
        v = self.verdict
        parts = [v.instance, f"amendments: {v.amendments}"]
        parts += [v.variant] if v.variant != "default" else []
        return f"{v.property}[{', '.join(parts)}]"

    @property
    def trace(self) -> Trace | None:
        """The trace of the verdict."""
        return self.verdict.trace


def cases(
    run: Run, judged: Callable[[Verdict], tuple[bool, str, bool]] | None = None
) -> list[Case]:
    """The cases of a run; `judged` says of a verdict: passed, message, refutation expected."""
    transitions = (run.system.initial, *run.system.transitions)
    actions = {t.action.name: t.action for t in transitions}
    places = {name: p for name, a in actions.items() if (p := place_of(a.function))}
    actors = {name: a.actor for name, a in actions.items()}
    found = []
    for v in run.verdicts:
        passed, message, expected = judged(v) if judged else (v.exit_code == 0, "", False)
        place = place_of(run.by_name[v.property].function)
        found.append(Case(v, passed, message or describe(v), expected, place, places, actors))
    return found


def describe(v: Verdict) -> str:
    """A verdict in one or two sentences."""
    parts = [f"{v.text}: {v.sentence or v.property}"]
    if v.word is Word.VIOLATED and v.length is not None:
        parts.append(f"Refuted after {v.extent}.")
    elif not v.full:
        parts.append(f"{MEANINGS[v.word].capitalize()}.")
    parts += [v.note[0].upper() + v.note[1:] + "."] if v.note else []
    return " ".join(parts)


def place_of(function: Any) -> Place | None:
    """Where a function is written; None for one that is not in a file of its own."""
    try:
        file = inspect.getsourcefile(function)
        line = function.__code__.co_firstlineno
    except (TypeError, AttributeError):
        return None
    if file is None:
        return None
    path = Path(file).resolve()
    if path.is_relative_to(ROOT / "checker"):
        return None  # a built-in property has no sentence in a file
    near = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return Place(near.as_posix(), line)


def worst_first(found: Iterable[Case]) -> list[Case]:
    """Cases that did not pass first, by severity; else in their order."""
    return sorted(found, key=lambda c: (c.passed, severity(c.verdict.exit_code)))

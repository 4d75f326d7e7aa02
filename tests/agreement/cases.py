"""What a case of the corpus is, and what makes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from model.language import Action, Index, System
from properties.kinds import KINDS, Property
from tests.agreement.naive import BUILTINS

TWO, THREE, EIGHT, NINE = (Index(f"sort{n}", n) for n in (2, 3, 8, 9))
CFG = SimpleNamespace(two=TWO, three=THREE)


@dataclass(frozen=True)
class Case:
    """A system, its properties and what is expected of it.

    `verdicts` has a word for each property, the built-in ones too; a length follows the
    word where a trace shows it ("VIOLATED 3"), for a lasso that of its stem.
    """

    name: str
    build: Callable[[], tuple[System, tuple[Property, ...]]]
    states: int
    steps: int
    depth: int
    verdicts: dict[str, str]


CORPUS: list[Case] = []


def case(states: int, steps: int, depth: int, **verdicts: str) -> Callable[[Any], Any]:
    """Enter a function that makes a system into the corpus."""
    usual = dict(deadlock_free="holds", well_defined="holds")

    def enter(build: Any) -> Any:
        CORPUS.append(Case(build.__name__, build, states, steps, depth, {**usual, **verdicts}))
        return build

    return enter


def made(storage: dict[str, Any], *actions: Any, **more: Any) -> tuple[System, tuple[Any, ...]]:
    """A system and its properties; `invariant=dict(name=function)` and so on declare these.

    A promise may be a pair: the function, and what else it has (`fair`, `strong`, `each`).
    """
    properties = [
        Property(kind, name, "", f"{name.replace('_', ' ')}.", function, **extra)
        for kind in KINDS
        for name, stated in more.get(kind, {}).items()
        for function, extra in [stated if isinstance(stated, tuple) else (stated, {})]
    ]
    table = [a if isinstance(a, Action) else Action(a) for a in actions]
    init = more.get("init", start)
    system = System("tiny", CFG, storage, init, table, more.get("cuts", ()))
    return system, (*properties, *BUILTINS)


def start(s: Any) -> None:
    """Begin in the all-zero state."""


def idle(s: Any) -> None:
    """Change nothing."""


def counted(function: Any, most: int) -> Any:
    """The body, at most so often: `t` counts."""

    def step(s: Any, **chosen: Any) -> None:
        s.require(s.t < most, "Over")
        s.t = s.t + 1
        function(s, **chosen)

    step.__name__ = function.__name__
    return step

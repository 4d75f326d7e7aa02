"""A Hypothesis strategy of random systems over the whole language, with random properties.

A system is drawn as the text of a model file, and that text is what runs: what a failing
example prints is what an author would have written.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from hypothesis import strategies as st

import model.language
from model.language import Action, Array, Index, Record, Set, System
from model.language.data import values
from model.language.types import Scalar
from properties.kinds import Property
from tests.agreement.bodies import Bodies, indented
from tests.agreement.naive import BUILTINS
from tests.agreement.phrases import Phrases
from tests.agreement.source import Place, Shapes, Source, places, spelled

MOST_CHOICES = 12  # of an action

KINDS = {"inv": "invariant", "step": "step", "goal": "reachable", "back": "recoverable"}


@dataclass(frozen=True)
class Drawn:
    """A random system: its text, which actions have which choices, and what it is made of."""

    text: str
    cut: bool
    used: frozenset[str] = field(repr=False, compare=False)

    def __repr__(self) -> str:
        return f"a system{' with every limit cut' if self.cut else ''}:\n{self.text}"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """How Hypothesis prints a failing example."""
        printer.text(repr(self))

    def build(self) -> tuple[System, tuple[Property, ...]]:
        """The system and its properties."""
        space: dict[str, Any] = {n: getattr(model.language, n) for n in model.language.__all__}
        exec(compile(self.text, "<random system>", "exec"), space)  # noqa: S102 - our own text
        functions = {k: v for k, v in space.items() if hasattr(v, "__code__") and v.__code__}
        table = [Action(space[name], **kinds) for name, kinds in space["actions"].items()]
        init = Action(space["begin"], **space["initial"])
        system = System("random", None, space["storage"], init, table)
        if self.cut:
            limits = {x.name for t in (system.initial, *system.transitions) for x in t.limits}
            system = System("random", None, space["storage"], init, table, sorted(limits))
        properties = [
            Property(kind, name, "", f"{name} is true.", functions[name])
            for word, kind in KINDS.items()
            for name in sorted(functions)
            if name.rstrip("0123456789") == word
        ]
        return system, (*properties, *BUILTINS)


def promised(system: System, properties: tuple[Property, ...]) -> tuple[Property, ...]:
    """Promises made of the drawn conditions on states, with one kind of fairness after another."""
    names = tuple(t.action.name for t in system.transitions)
    kinds: tuple[dict[str, Any], ...] = (
        {},
        {"fair": names},
        {"strong": names},
        {"fair": names[::2], "strong": names[1::2]},
    )
    states = [p for p in properties if p.kind in {"invariant", "reachable", "recoverable"}]
    pairs = [(a, b) for a in states for b in states if a is not b][: len(kinds)]
    return tuple(
        Property(
            "leads_to",
            f"soon{i}",
            "",
            f"{one.name} leads to {other.name}.",
            lambda s, one=one, other=other: (one.function(s), other.function(s)),
            **kinds[i],
        )
        for i, (one, other) in enumerate(pairs)
    )


class Maker:
    """Draws one system."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.shapes = Shapes(source)
        self.storage = self.shapes.storage()
        sorts = list(self.shapes.sorts)
        self.more = [x for x in self._sorts() if x not in sorts]
        self.limits = source.pick(["none", "stop", "cut", "none", "stop", "cut"])
        self.gaps = source.chance(40)
        self.stuck = source.pick([False, True])
        self.ends = source.chance(80)
        self.names = count(1)

    def _sorts(self) -> list[Index]:
        found = [p.kind for p in self._places() if isinstance(p.kind, Array)]
        return [kind.index for kind in found]

    def _places(self) -> list[Place]:
        return [
            place
            for name, kind in self.storage.items()
            for place in places(f"s.{name}", kind, f"s.{name}")
        ]

    def phrases(self, choices: dict[str, Any], *, gaps: bool) -> Phrases:
        """The scope of a body with these choices."""
        scope = Phrases(self.source, tuple(self._places()), tuple(self.shapes.sorts), gaps=gaps)
        for name, kind in choices.items():
            scope = scope.with_value(name, kind)
        return scope

    def text(self) -> str:
        """The whole file."""
        lines = ['FREE, BUSY, DOWN = MODE = Enum("FREE BUSY DOWN")']
        sorts = dict.fromkeys([*self.shapes.sorts, *self.more])
        lines += [f'{sort.name} = Index("{sort.name}", {sort.n})' for sort in sorts]
        variables = ", ".join(f"{n}={spelled(t)}" for n, t in self.storage.items())
        lines += [f"storage = dict({variables})", ""]
        initial, begin = self.begin()
        lines += begin
        actions: dict[str, Any] = {}
        if "t" in self.storage:
            actions["tick"] = {}
            lines += self.tick()
        for i in range(self.source.pick([2, 3, 2, 3, 4])):
            actions[f"act{i}"], body = self.action(i)
            lines += body
        lines += [f"initial = {written(initial)}", "actions = dict("]
        lines += indented([f"{name}={written(kinds)}," for name, kinds in actions.items()])
        return "\n".join([*lines, ")", "", *self.properties()]) + "\n"

    def begin(self) -> tuple[dict[str, Any], list[str]]:
        """The start: constants and, now and then, choices."""
        choices: dict[str, Any] = {}
        if self.source.chance(35):
            self.source.note("initial choices")
            choices = {"c0": self.shapes.choice()}
        calm = self.phrases(choices, gaps=False)
        body = Bodies(calm, self.names, checks=self.source.chance(8)).block(
            1, self.source.number(0, 2)
        )
        if choices and self.source.chance(30):
            body.insert(0, assumption(calm))
        return choices, defined("begin", choices, body or ["pass"])

    def action(self, i: int) -> tuple[dict[str, Any], list[str]]:
        """One action; unless the system may get stuck, the first has no check."""
        source = self.source
        place = self.theme(i)
        choices: dict[str, Any] = {f"c{k}": sort for k, sort in enumerate(place.slots)}
        if source.chance(50) and size(place.kind) <= MOST_CHOICES:
            choices[f"c{len(choices)}"] = place.kind
        if source.chance(35):
            choices[f"c{len(choices)}"] = self.shapes.choice()
        while math.prod(size(kind) for kind in choices.values()) > MOST_CHOICES:
            choices.popitem()
        mover = place.text.format(*[c if c in choices else "0" for c in mover_names(place)])
        scope = self.phrases(choices, gaps=self.gaps)
        bodies = Bodies(scope, self.names, leaves=self.limits != "none")
        lines: list[str] = []
        if choices and source.chance(12):
            lines.append(assumption(self.phrases(choices, gaps=False)))
        if self.stuck and "t" in self.storage:
            late = f"s.t < {source.number(1, self.storage['t'].high)}"
            late = late if self.ends else f"Or({late}, {scope.truth(1)})"
            lines.append(f's.require({late}, "Late{i}")')
        elif self.stuck or (i and source.chance(40)):
            lines += bodies.check()
        calm = Bodies(scope, self.names)
        lines += calm.move(mover, place.kind, [c for c, k in choices.items() if k is place.kind])
        lines += bodies.block(2, source.pick([1, 0, 0, 1, 2]))
        if i == 1 and bodies.leaves:
            lines += bodies.leak()
        if i == 0 and self.gaps:
            lines += bodies.gap()
        return choices, defined(f"act{i}", choices, lines)

    def tick(self) -> list[str]:
        """A counter of its own, so that there is much to explore; it ends where things may."""
        top = self.storage["t"].high
        if self.stuck:
            return defined("tick", {}, [f's.require(s.t < {top}, "End")', "s.t = s.t + 1"])
        return defined("tick", {}, [f"s.t = (s.t + 1) % {top + 1}"])

    def theme(self, i: int) -> Place:
        """What an action is there to change: something of the i-th variable."""
        names = [name for name in self.storage if name != "t"]
        root = "s." + names[i % len(names)]
        found = [p for p in self._places() if p.root == root]
        scalars = [p for p in found if not isinstance(p.kind, (Record, Array))]
        return self.source.pick(scalars or found)

    def properties(self) -> list[str]:
        """Invariants, a step property, goals."""
        source, scope = self.source, self.phrases({}, gaps=False)
        lines = []
        for i in range(source.number(1, 2)):
            weak = f"Or(s.x < {source.number(1, 7)}, {scope.truth(2)})"
            lines += [f"def inv{i}(s): return {source.pick([weak, scope.truth(2)])}"]
        for i in range(source.number(1, 2)):
            strong = f"And({scope.truth(1)}, {scope.truth(1)}, s.x == {source.number(0, 7)})"
            lines += [f"def goal{i}(s): return {source.pick([strong, scope.truth(2)])}"]
        after = replace(
            scope,
            places=(
                *scope.places,
                *[replace(p, text="t." + p.text[2:], root="t") for p in scope.places],
            ),
        )
        lines += [f"def step0(s, t): return {after.truth(2)}"]
        if source.chance(60):
            lines += [f"def back0(s): return {scope.truth(1)}"]
        return lines


def assumption(scope: Phrases) -> str:
    """A restriction of the choices, of which something should be left."""
    scope.source.note("assume")
    return f"s.assume(Or({scope.truth(1)}, Not({scope.truth(1)})))"


def mover_names(place: Place) -> list[str]:
    """The names of the choices that are the indices of a place."""
    return [f"c{k}" for k in range(len(place.slots))]


def size(kind: Any) -> int:
    """How many values a type has; many for a large one."""
    if isinstance(kind, Set):
        return 2**kind.index.n
    if isinstance(kind, Record):
        return math.prod(size(t) for t in kind.fields.values())
    if isinstance(kind, Scalar):
        return kind.high - kind.low + 1
    return sum(1 for _ in values(kind)) if kind.capacity < 3 else MOST_CHOICES + 1


def written(choices: dict[str, Any]) -> str:
    """The types of choices, as an author writes them."""
    return "dict(" + ", ".join(f"{n}={spelled(t)}" for n, t in choices.items()) + ")"


def defined(name: str, choices: dict[str, Any], body: list[str]) -> list[str]:
    """The lines of a function."""
    return [f"def {name}({', '.join(['s', *choices])}):", *indented(body), ""]


@st.composite
def systems(draw: Any) -> Drawn:
    """Random systems."""
    source = Source(draw)
    maker = Maker(source)
    text = maker.text()
    if maker.limits == "cut":
        source.note("cuts")
    return Drawn(text, maker.limits == "cut", frozenset(source.used))

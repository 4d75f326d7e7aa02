"""Theorems: sentences meant for every size, and what each of them assumes.

A theorem is a claim over unbounded numbers, or an invariant of a system whose numbers or sorts
are unbounded.  Beside it stand finite instances: the claim on all small numbers, the
system at small sizes; and where a claim speaks of counts, the sets that the text speaks of.
As with properties, the name would be true; whether it is, is a result.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .kinds import Property, sentence_of

if TYPE_CHECKING:
    from model.language import System
    from model.language.types import Type

Body = Callable[..., Any]


def _no_system(_sizes: Mapping[str, int] | None) -> System:
    raise NotImplementedError


@dataclass(frozen=True)
class Assumption:
    """A named premise: a function of some of a claim's numbers, or of a system's state."""

    name: str
    sentence: str
    function: Body = field(compare=False)
    token: str = ""


@dataclass(frozen=True)
class Stage:
    """An intermediate claim, proved from the premises and the stages before it."""

    name: str
    sentence: str
    function: Body = field(compare=False)


@dataclass(frozen=True)
class Theorem:
    """What all theorems share.

    `item` is the number of the question it answers in `docs/proofs.md`; `subject` the system it
    belongs to.
    """

    name: str
    subject: str
    token: str
    sentence: str
    item: int
    given: tuple[Assumption, ...] = ()


@dataclass(frozen=True)
class Claim(Theorem):
    """A claim for all values of some numbers.

    `over` has the type of each; `small` the largest value of each unbounded number in the
    finite instances.  `concrete(n)` gives choices and a body over real sets of n
    members, tried for every n up to `checked`.
    """

    function: Body = field(default=lambda: True, compare=False)
    over: Mapping[str, Type] = field(default_factory=dict, compare=False)
    stages: tuple[Stage, ...] = ()
    small: Mapping[str, int] = field(default_factory=dict, compare=False)
    concrete: Callable[[int], tuple[Mapping[str, Type], Body]] | None = field(
        default=None, compare=False
    )
    checked: int = 3


@dataclass(frozen=True)
class Abstraction:
    """Of which instance of which family an abstract system is an image, and by what mapping.

    `of(system, state)` gives the abstract state, as plain data, of a decoded concrete one;
    `variants` are the concrete system's, where they are not the default ones.
    """

    family: str
    instance: str
    of: Callable[[System, Mapping[str, Any]], Mapping[str, Any]] = field(compare=False)
    variants: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Invariance(Theorem):
    """An invariant, or step property, of a system of unbounded size, by induction.

    `system(None)` is unbounded, `system(sizes)` a finite instance; `small` the sizes that
    are explored.  `through` names the theorem that relates the system to a concrete one, if
    another does.
    """

    system: Callable[[Mapping[str, int] | None], System] = field(default=_no_system, compare=False)
    goal: Property | None = None
    k: int = 1
    small: tuple[Mapping[str, int], ...] = field(default=(), compare=False)
    abstracts: Abstraction | None = None
    through: str = ""


@dataclass(frozen=True)
class Measure(Theorem):
    """An exact proportion, as a formula; `table` has the arguments that are shown.

    `counted(**arguments)` finds the same proportion by going through all cases, for the
    arguments in `small`.
    """

    formula: Callable[..., Fraction] = field(default=lambda: Fraction(0), compare=False)
    counted: Callable[..., Fraction] = field(default=lambda: Fraction(0), compare=False)
    table: tuple[Mapping[str, int], ...] = ()
    small: tuple[Mapping[str, int], ...] = ()


def assumption(token: str = "") -> Callable[[Body], Assumption]:
    """A named premise; its docstring is the sentence."""
    return lambda f: Assumption(f.__name__, sentence_of(f), f, token)


def theorem(  # noqa: PLR0913 - a declaration whose parts are named
    token: str,
    *,
    item: int,
    subject: str,
    over: Mapping[str, Type],
    given: Sequence[Assumption] = (),
    steps: Sequence[Body] = (),
    small: int | Mapping[str, int] = 6,
    concrete: Callable[[int], tuple[Mapping[str, Type], Body]] | None = None,
    checked: int = 3,
) -> Callable[[Body], Claim]:
    """A claim about all values of the numbers in `over`; its docstring is the sentence."""
    largest = small if isinstance(small, Mapping) else dict.fromkeys(over, small)
    stages = tuple(Stage(f.__name__, sentence_of(f), f) for f in steps)

    def make(function: Body) -> Claim:
        for body in (function, *steps, *(a.function for a in given)):
            _check_arguments(body, over)
        return Claim(
            function.__name__,
            subject,
            token,
            sentence_of(function),
            item,
            tuple(given),
            function,
            over,
            stages,
            largest,
            concrete,
            checked,
        )

    return make


def of_system(  # noqa: PLR0913 - a declaration whose parts are named
    name: str,
    *,
    item: int,
    subject: str,
    system: Callable[[Mapping[str, int] | None], System],
    goal: Property,
    given: Sequence[Assumption] = (),
    k: int = 1,
    small: Sequence[Mapping[str, int]],
    abstracts: Abstraction | None = None,
    through: str = "",
) -> Invariance:
    """An invariant or step property of a system whose sizes are unbounded."""
    if goal.kind not in {"invariant", "step"}:
        message = f"{name}: induction proves invariants and step properties, not {goal.kind}"
        raise ValueError(message)
    if not small:
        message = f"{name}: name the small sizes that stand beside the theorem"
        raise ValueError(message)
    return Invariance(
        name,
        subject,
        goal.token,
        goal.sentence,
        item,
        tuple(given),
        system,
        goal,
        k,
        tuple(small),
        abstracts,
        through,
    )


def measure(
    token: str,
    *,
    item: int,
    subject: str,
    counted: Callable[..., Fraction],
    table: Sequence[Mapping[str, int]],
    small: Sequence[Mapping[str, int]],
) -> Callable[[Callable[..., Fraction]], Measure]:
    """An exact proportion; the function is the formula, its docstring the sentence."""
    return lambda f: Measure(
        f.__name__, subject, token, sentence_of(f), item, (), f, counted, tuple(table), tuple(small)
    )


def arguments(body: Body, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that a body asks for by name."""
    return {name: values[name] for name in inspect.signature(body).parameters}


def _check_arguments(body: Body, over: Mapping[str, Any]) -> None:
    for name in inspect.signature(body).parameters:
        if name not in over:
            message = f"{body.__name__} asks for {name!r}, which is not among {', '.join(over)}"
            raise ValueError(message)

"""Actions as authors declare them, and transitions as engines see them."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import z3

from .errors import BadValue, placed, unbounded
from .interval import WIDEST, Bound, Interval, infinite
from .plain import Num, Undefined
from .sorts import Binders, Member, closed_over
from .terms import Not, Or, Scalar, Term, lift
from .trees import member
from .types import Index, Type

_TOKEN = re.compile(r"(?:§[\d.]+(?:/[\w.-]+)?|PR\d+/[\w.-]+)")


@dataclass(frozen=True)
class Leaf:
    """A scalar of the state or of a choice, with its z3 constants (Bool, or Int).

    Where it is an entry for each member of sorts without a size, it is a function of them and
    `var` its value at the slots in `binders`.  `sort` is the sort without a size that it is a
    member of.
    """

    name: str
    path: str
    low: Bound
    high: Bound
    boolean: bool
    sort: Index | None = None
    binders: Binders = ()

    @cached_property
    def var(self) -> Any:
        """The leaf before a step."""
        return self.called(self.name)

    @cached_property
    def primed(self) -> Any:
        """The leaf after a step."""
        return self.called(self.name + "'")

    def called(self, name: str) -> Any:
        """A constant, or a function at its slots, of the leaf's sort."""
        sort = z3.BoolSort() if self.boolean else z3.IntSort()
        slots = [const for _, const in self.binders]
        if not slots:
            return z3.Const(name, sort)
        return z3.Function(name, *(z3.IntSort() for _ in slots), sort)(*slots)

    @property
    def lo(self) -> int:
        """The least value, for an engine that needs one."""
        return self._bound(self.low)

    @property
    def hi(self) -> int:
        """The greatest value, for an engine that needs one."""
        return self._bound(self.high)

    @property
    def unbounded(self) -> bool:
        """Whether it has no bound, or an entry for each member of a sort without a size."""
        return bool(self.binders) or infinite(self.low) or infinite(self.high)

    def _bound(self, value: Bound) -> int:
        if self.binders or infinite(value):
            raise unbounded(self.name)
        return int(value)

    def scalar(self, *, primed: bool = False) -> Term:
        """The leaf as a term of the language."""
        return self.term(self.primed if primed else self.var)

    def term(self, expr: Any) -> Term:
        """A z3 term that is known to be in the leaf's range."""
        return Term(expr, self.range) if self.sort is None else Member(expr, self.sort)

    def outside(self, value: Scalar) -> Scalar:
        """Where a value leaves the declared range; False at once where its own range tells."""
        if self.boolean or isinstance(value, Undefined):
            return False
        if self.sort is not None:
            return Not(member(value, self.sort))
        low, high = value.range or WIDEST if isinstance(value, Term) else (value, value)
        if self.low <= low and high <= self.high:
            return False
        below = False if infinite(self.low) else value < self.low
        above = False if infinite(self.high) else value > self.high
        return Or(below, above)

    def facts(self, var: Any) -> list[z3.BoolRef]:
        """That a constant of the leaf's, for every member of its sorts, is in its range."""
        number = Term(var, None if self.boolean else (-math.inf, math.inf))
        within = closed_over(self.binders, Not(self.outside(number)), every=True)
        return [] if within is True else [lift(within).expr]

    @property
    def range(self) -> Interval | None:
        """The declared range of a number; None for a truth value."""
        return None if self.boolean else (self.low, self.high)

    def value(self, number: int) -> Any:
        """A stored number as a plain scalar."""
        return bool(number) if self.boolean else Num(number)


class Action:
    """A named function that edits a state, and the choices the environment makes for it.

    `fair` is "", "weak" or "strong".  `token` defaults to the first one in the docstring.
    """

    def __init__(
        self,
        function: Callable[..., None],
        /,
        *,
        actor: str = "",
        token: str = "",
        fair: str = "",
        **choices: Type,
    ) -> None:
        found = _TOKEN.search(function.__doc__ or "")
        self.function, self.name, self.actor, self.fair = function, function.__name__, actor, fair
        self.token = token or (found.group() if found else "")
        if fair not in {"", "weak", "strong"}:
            raise placed(BadValue(f"fair={fair!r}; write 'weak' or 'strong'"))
        for name, kind in choices.items():
            if not isinstance(kind, Type):
                raise placed(BadValue(f"choice {name}={kind!r} is not a type"))
        self.choices = dict(choices)
        parameters = list(inspect.signature(function).parameters.values())[1:]
        wanted = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]
        open_ended = len(wanted) < len(parameters)  # the function takes `**choices`
        if set(wanted) - set(choices) or (set(choices) - set(wanted) and not open_ended):
            text = (
                f"{self.name} takes ({', '.join(wanted)}) after the state, "
                f"its action declares choices ({', '.join(choices)})"
            )
            raise placed(BadValue(text))


@dataclass(frozen=True)
class Check:
    """A check of the specification; `holds` is true where it does not apply."""

    label: str
    holds: z3.BoolRef


@dataclass(frozen=True)
class Limit:
    """A limit of the model; `broken` is where a step would leave it."""

    name: str
    broken: z3.BoolRef


@dataclass(frozen=True)
class UndefinedAt:
    """Where the text says nothing."""

    what: str
    reached: z3.BoolRef


@dataclass(frozen=True)
class Transition:
    """An action as terms over the leaves of the state and of its choices."""

    action: Action
    choices: tuple[Leaf, ...]
    domain: tuple[z3.BoolRef, ...]
    checks: tuple[Check, ...]
    updates: tuple[z3.ExprRef, ...]
    limits: tuple[Limit, ...]
    undefined: tuple[UndefinedAt, ...]

    def terms(self) -> list[z3.ExprRef]:
        """All terms."""
        checks = [check.holds for check in self.checks]
        limits = [limit.broken for limit in self.limits]
        undefined = [place.reached for place in self.undefined]
        return [*self.domain, *checks, *self.updates, *limits, *undefined]


@dataclass(frozen=True)
class Outcome:
    """What running an action on plain values came to; `state` is None unless there is a step."""

    state: tuple[int, ...] | None
    refused: str = ""
    undefined: str = ""
    limit: str = ""
    outside: bool = False

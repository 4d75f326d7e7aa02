"""Actions as authors declare them, and transitions as engines see them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import z3

from .errors import BadValue, placed
from .interval import Interval
from .plain import Num
from .terms import Term
from .types import Type

_TOKEN = re.compile(r"(?:§[\d.]+(?:/[\w.-]+)?|PR\d+/[\w.-]+)")


@dataclass(frozen=True)
class Leaf:
    """A scalar of the state or of a choice, with its z3 constants (Bool, or Int)."""

    name: str
    path: str
    low: int
    high: int
    boolean: bool

    @cached_property
    def var(self) -> Any:
        """The leaf before a step."""
        return z3.Bool(self.name) if self.boolean else z3.Int(self.name)

    @cached_property
    def primed(self) -> Any:
        """The leaf after a step."""
        return z3.Bool(self.name + "'") if self.boolean else z3.Int(self.name + "'")

    @property
    def lo(self) -> int:
        """The least value, as engines call it."""
        return self.low

    @property
    def hi(self) -> int:
        """The greatest value, as engines call it."""
        return self.high

    def scalar(self, *, primed: bool = False) -> Term:
        """The leaf as a term of the language."""
        return Term(self.primed if primed else self.var, self.range)

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


@dataclass(frozen=True)
class Outcome:
    """What running an action on plain values came to; `state` is None unless there is a step."""

    state: tuple[int, ...] | None
    refused: str = ""
    undefined: str = ""
    limit: str = ""
    outside: bool = False

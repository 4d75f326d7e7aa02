"""The kinds of properties; each decorator records what a checker is asked to do with a sentence.

A property is a function of a state (or of two) whose name would be true and whose docstring is
the sentence.  Whether it holds is a result, and results are in `counterexamples/expected.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

KINDS = ("invariant", "step", "reachable", "recoverable", "leads_to")


@dataclass(frozen=True)
class Property:
    """A sentence to settle, with where the specification says it.

    `lemmas` are invariants proved together with this one.  `each` names an index sort of the
    configuration for whose every member the sentence is meant; `fair` lists actions
    that do not wait for ever (`leads_to` only).
    """

    kind: str
    name: str
    token: str
    sentence: str
    function: Callable[..., Any] = field(compare=False)
    lemmas: tuple[Property, ...] = ()
    each: str = ""
    fair: tuple[str, ...] = ()


def _make(kind: str, token: str, function: Callable[..., Any], **more: Any) -> Property:
    sentence = re.split(r"\n\s*\n", (function.__doc__ or "").strip())[0]
    if not sentence:
        message = f"property {function.__name__} has no docstring; write the sentence it states"
        raise ValueError(message)
    return Property(kind, function.__name__, token, " ".join(sentence.split()), function, **more)


def invariant(
    token: str, *, lemmas: Sequence[Property] = ()
) -> Callable[[Callable[..., Any]], Property]:
    """True in every reachable state."""
    return lambda function: _make("invariant", token, function, lemmas=tuple(lemmas))


def step(token: str) -> Callable[[Callable[..., Any]], Property]:
    """True of every step: a function of the state before and the state after."""
    return lambda function: _make("step", token, function)


def reachable(token: str) -> Callable[[Callable[..., Any]], Property]:
    """A goal: true in some reachable state."""
    return lambda function: _make("reachable", token, function)


def recoverable(token: str) -> Callable[[Callable[..., Any]], Property]:
    """A goal that every reachable state has a way to."""
    return lambda function: _make("recoverable", token, function)


def leads_to(
    token: str, *, each: str = "", fair: Sequence[str] = ()
) -> Callable[[Callable[..., Any]], Property]:
    """Whenever the first of two conditions is true, the second becomes true, under fairness."""
    return lambda function: _make("leads_to", token, function, each=each, fair=tuple(fair))

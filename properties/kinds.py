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
    configuration for whose every member the sentence is meant; `fair` lists actions that do not
    wait for ever, `strong` those that are not passed over again and again (`leads_to` only).
    """

    kind: str
    name: str
    token: str
    sentence: str
    function: Callable[..., Any] = field(compare=False)
    lemmas: tuple[Property, ...] = ()
    each: str = ""
    fair: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()


def sentence_of(function: Callable[..., Any]) -> str:
    """The first paragraph of a function's docstring, on one line."""
    sentence = re.split(r"\n\s*\n", (function.__doc__ or "").strip())[0]
    if not sentence:
        message = f"{function.__name__} has no docstring; write the sentence it states"
        raise ValueError(message)
    return " ".join(sentence.split())


def _make(kind: str, token: str, function: Callable[..., Any], **more: Any) -> Property:
    return Property(kind, function.__name__, token, sentence_of(function), function, **more)


def invariant(
    token: str, *, lemmas: Sequence[Property] = ()
) -> Callable[[Callable[..., Any]], Property]:
    """True in every reachable state."""
    return lambda function: _make("invariant", token, function, lemmas=tuple(lemmas))


def step(
    token: str, *, lemmas: Sequence[Property] = ()
) -> Callable[[Callable[..., Any]], Property]:
    """True of every step: a function of the state before and the state after."""
    return lambda function: _make("step", token, function, lemmas=tuple(lemmas))


def reachable(token: str) -> Callable[[Callable[..., Any]], Property]:
    """A goal: true in some reachable state."""
    return lambda function: _make("reachable", token, function)


def recoverable(token: str) -> Callable[[Callable[..., Any]], Property]:
    """A goal that every reachable state has a way to."""
    return lambda function: _make("recoverable", token, function)


def leads_to(
    token: str, *, each: str = "", fair: Sequence[str] = (), strong: Sequence[str] = ()
) -> Callable[[Callable[..., Any]], Property]:
    """Whenever the first of two conditions is true, the second is then or becomes true later.

    Weakly fair are the actions named in `fair`, strongly fair those in `strong`; both add to what
    the actions themselves declare.
    """
    return lambda function: _make(
        "leads_to", token, function, each=each, fair=tuple(fair), strong=tuple(strong)
    )

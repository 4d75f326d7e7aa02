"""What would make a property true for nothing: a premise that is never true.

The language has no word for a premise, so it is read off the term: `Implies(p, q)` is built as
`Or(Not(p), q)`, and a disjunction that begins with a negation has that premise.  A property that
is a conjunction of implications, over the members of a sort say, has a premise wherever one of them
has; a conjunct that is no implication always says something, and then there is no premise to watch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import z3

from model.language.terms import Not, Term
from properties.kinds import Property

PREFIX = "premise of "
_WATCHED = {"invariant": "reachable", "step": "step"}


def observation(prop: Property, term: z3.BoolRef) -> Property | None:
    """A property that an engine decides beside `prop`: whether its premise is ever true.

    For an invariant it is a goal; for a step property it is a step property that the first step
    with a true premise violates.  None if there is no premise.
    """
    kind = _WATCHED.get(prop.kind)
    found = premise(term) if kind else None
    if kind is None or found is None:
        return None
    function = _reading(found, negated=kind == "step")
    name = PREFIX + prop.name
    return Property(kind, name, prop.token, f"The premise of {prop.name}.", function)


def _reading(term: z3.BoolRef, *, negated: bool) -> Callable[..., Any]:
    """The function of a property that is known by its term only: over terms, and over values."""

    def function(*states: Any) -> Any:
        pairs = [
            pair for prime, s in zip(("", "'"), states, strict=False) for pair in _values(s, prime)
        ]
        if any(isinstance(value, Term) for _, value in pairs):
            return Not(Term(term, None)) if negated else Term(term, None)
        known = [(_constant(name, value), _literal(value)) for name, value in pairs]
        return z3.is_true(z3.simplify(z3.substitute(term, *known))) is not negated

    return function


def _values(state: Any, prime: str) -> Iterator[tuple[str, Any]]:
    """Name and value of every leaf of a state, as a property's function is given it."""
    for variable, kind in state._storage.items():  # noqa: SLF001 - the state has no leaves to ask for
        names = [name for name, _, _ in kind.leaves(variable, variable)]
        yield from zip((n + prime for n in names), kind.flatten(state._tree[variable]), strict=True)  # noqa: SLF001


def _constant(name: str, value: Any) -> z3.ExprRef:
    return z3.Bool(name) if isinstance(value, bool) else z3.Int(name)


def _literal(value: Any) -> z3.ExprRef:
    return z3.BoolVal(value) if isinstance(value, bool) else z3.IntVal(int(value))


def premise(term: z3.BoolRef) -> z3.BoolRef | None:
    """Where some conjunct of the term has a true premise; None if one of them has none."""
    found: list[z3.BoolRef] = []
    for part in _conjuncts(term):
        if z3.is_true(part):
            continue
        inner = _of_implication(part)
        if inner is None:
            return None
        found.append(inner)
    return z3.Or(*found) if found else None


def _conjuncts(term: z3.BoolRef) -> list[z3.BoolRef]:
    """The conjuncts of a term, nested ones too."""
    if not z3.is_and(term):
        return [term]
    return [part for child in term.children() for part in _conjuncts(child)]


def _of_implication(term: z3.BoolRef) -> z3.BoolRef | None:
    """The premise of `Or(Not(p), q)` or `Implies(p, q)`; with a premise of `q`, both."""
    if z3.is_implies(term):
        first, rest = term.arg(0), [term.arg(1)]
    elif z3.is_or(term) and term.num_args() > 1 and z3.is_not(term.arg(0)):
        first, rest = term.arg(0).arg(0), term.children()[1:]
    else:
        return None
    inner = premise(rest[0]) if len(rest) == 1 else None
    return first if inner is None else z3.And(first, inner)

"""The parts of a sentence: what is proved, or fails, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import z3

from checker import vacuity
from model.language.terms import And, lift
from model.language.types import canonical

if TYPE_CHECKING:
    from .unroll import Unrolling

CANONICAL = "canonical_form"
"""Name of the lemma that dead places of queues are zero; it is true by the language's own effects,
and is proved like any other."""


@dataclass(frozen=True, slots=True)
class Conjunct:
    """Part `number` of `of` of a property, over the unindexed constants of an unrolling.

    `of_steps` says that it speaks of the state before and the state after.
    """

    of: str
    number: int
    total: int
    term: z3.BoolRef
    of_steps: bool = False

    @property
    def label(self) -> str:
        """The property, and which of its parts if there are several."""
        return self.of if self.total == 1 else f"{self.of}, part {self.number} of {self.total}"


def conjuncts(unrolling: Unrolling, prop: Any) -> tuple[Conjunct, ...]:
    """The conjuncts of an invariant or a step property, lowered; those that are true left out."""
    parts = [unrolling.condition(part) for part in split(unrolling.system.term(prop))]
    return numbered(prop.name, parts, of_steps=prop.kind == "step")


def premise_of(unrolling: Unrolling, prop: Any) -> z3.BoolRef | None:
    """Where some part of a property has a true premise, lowered; None if it has no premise."""
    if prop.kind not in {"invariant", "step"}:
        return None
    found = vacuity.premise(unrolling.system.term(prop))
    return None if found is None else unrolling.condition(found)


def numbered(
    name: str, parts: Iterable[z3.BoolRef], *, of_steps: bool = False
) -> tuple[Conjunct, ...]:
    """Terms as the conjuncts of one name."""
    terms = [z3.simplify(part) for part in parts]
    terms = [term for term in terms if not z3.is_true(term)]
    return tuple(Conjunct(name, i, len(terms), t, of_steps) for i, t in enumerate(terms, 1))


def canonical_form(unrolling: Unrolling) -> tuple[Conjunct, ...]:
    """That every dead place of a queue is zero, one conjunct for each variable with a queue."""
    system = unrolling.system
    scalars = iter([leaf.scalar() for leaf in system.leaves])
    trees = {name: kind.build(lambda: next(scalars)) for name, kind in system.storage.items()}
    conditions = [canonical(kind, trees[name]) for name, kind in system.storage.items()]
    terms = [lift(And(c)).expr for c in conditions if c is not True]
    return numbered(CANONICAL, [unrolling.condition(term) for term in terms])


def split(term: z3.BoolRef) -> Iterator[z3.BoolRef]:
    """Terms whose conjunction is the term: through conjunctions, and conclusions of implications.

    An instance of a `forall` is such a conjunct.  An implication is a disjunction in the language,
    whose last part is the conclusion.
    """
    if z3.is_and(term):
        for part in term.children():
            yield from split(part)
    elif z3.is_or(term) and z3.is_not(term.arg(0)):
        *premises, conclusion = term.children()
        for part in split(conclusion):
            yield z3.Or(*premises, part)
    elif z3.is_not(term) and z3.is_or(term.arg(0)):
        for part in term.arg(0).children():
            yield from split(z3.Not(part))
    else:
        yield term


def subterms(*terms: z3.ExprRef) -> set[int]:
    """The ids of all distinct subterms: how large a formula is, shared parts counted once."""
    seen: set[int] = set()
    pending = list(terms)
    while pending:
        term = pending.pop()
        if term.get_id() not in seen:
            seen.add(term.get_id())
            pending += term.children()
    return seen


def closed(prop: Any) -> tuple[Any, ...]:
    """The lemmas of a property and theirs, each once, nearest first; the property left out."""
    found: dict[str, Any] = {}
    pending = list(prop.lemmas)
    while pending:
        lemma = pending.pop(0)
        if lemma.name not in found and lemma.name != prop.name:
            found[lemma.name] = lemma
            pending += lemma.lemmas
    return tuple(found.values())

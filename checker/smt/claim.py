"""Claims over unbounded numbers: as obligations, and the smallest numbers that refute one.

A claim is false where it is false or undefined, given its premises; each stage is such a claim, and
what later ones may use.  An undefined premise excludes nothing that it should not: where it has
no value it does not hold.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import z3

from checker.finite import size
from model.language.action import Leaf
from model.language.plain import Num
from model.language.terms import lift, stripped, surely, truth
from properties.theorem import Claim, Stage, arguments

from .obligations import Obligation, Part, settle

if TYPE_CHECKING:
    from model.language.terms import Term

GIVEN = "given "


class Formulas:
    """A claim over the solver's constants."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.leaves = {name: _leaf(name, kind) for name, kind in claim.over.items()}
        self.terms: dict[str, Term] = {n: leaf.scalar() for n, leaf in self.leaves.items()}
        self.domain = tuple(self._domain())
        self.given = tuple(
            Part(GIVEN + a.name, self._holds(a.function, a.name)) for a in claim.given
        )
        self.stages = tuple(Part("step " + s.name, self._stage(s)) for s in claim.stages)
        self.sentence = self._holds(claim.function, claim.name)
        self.stated = lift(stripped(self._value(claim.function, claim.name))).expr

    def _domain(self) -> Iterator[Part]:
        for name, leaf in self.leaves.items():
            if leaf.boolean:
                continue
            if math.isfinite(leaf.low):
                yield Part(f"range {name} from below", leaf.var >= int(leaf.low))
            if math.isfinite(leaf.high):
                yield Part(f"range {name} from above", leaf.var <= int(leaf.high))

    def _holds(self, body: Callable[..., Any], name: str) -> z3.BoolRef:
        term: z3.BoolRef = lift(surely(self._value(body, name))).expr
        return term

    def _value(self, body: Callable[..., Any], name: str) -> Any:
        return truth(body(**arguments(body, self.terms)), name)

    def _stage(self, stage: Stage) -> z3.BoolRef:
        return self._holds(stage.function, stage.name)

    # obligations

    def obligations(self) -> Iterator[Obligation]:
        """Each stage from those before it, then the claim from all of them."""
        known: tuple[Part, ...] = (*self.domain, *self.given)
        for part in self.stages:
            refuted = Part("not " + part.label, z3.Not(part.term))
            yield Obligation(part.label, "step", (*known, refuted), "unsat")
            known = (*known, part)
        refuted = Part("not " + self.claim.name, z3.Not(self.sentence))
        yield Obligation(f"claim {self.claim.name}", "claim", (*known, refuted), "unsat")

    def premises(self, witness: Mapping[str, Any]) -> Obligation:
        """The premises can be true together: these numbers make them so."""
        parts = (*self.domain, *self.given, *self.fixed(witness))
        return Obligation("premises can be true", "premises", parts, "sat")

    def cases(self) -> Iterator[Obligation]:
        """That each case the sentence speaks of occurs: the premise of every Implies in it."""
        for i, case in enumerate(_cases(self.stated), 1):
            parts = (*self.domain, *self.given, Part(f"case {i}", case))
            yield Obligation(f"case {i} of {self.claim.name} occurs", "premises", parts, "sat")

    def refutation(self, numbers: Mapping[str, Any]) -> Obligation:
        """These numbers satisfy the premises and refute the claim."""
        refuted = Part("not " + self.claim.name, z3.Not(self.sentence))
        parts = (*self.domain, *self.given, *self.fixed(numbers), refuted)
        return Obligation(f"refutation of {self.claim.name}", "refutation", parts, "sat")

    def fixed(self, numbers: Mapping[str, Any]) -> Iterator[Part]:
        """The numbers, as conditions."""
        for name, value in numbers.items():
            var = self.leaves[name].var
            same = (
                var == z3.BoolVal(bool(value)) if self.leaves[name].boolean else var == int(value)
            )
            yield Part(f"where {name}", same)

    # the smallest counterexample

    def counterexample(
        self, seconds: float, known: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any] | None, bool]:
        """Numbers that refute the claim, and whether none are smaller.

        Small means the least sum of absolute values, then lexicographically least.
        """
        deadline = time.monotonic() + seconds
        found = dict(known) if known is not None else self._refuting([], deadline)
        if found is None:
            return None, False
        total = z3.Sum([_magnitude(leaf) for leaf in self.leaves.values()])
        while True:
            better, sure = self._better(total < size(found), deadline)
            if better is None:
                break
            found = better
        if not sure:
            return found, False
        fixed = [total == size(found)]
        for name, leaf in self.leaves.items():
            while True:
                less = _less(leaf, found[name])
                better, answered = self._better(z3.And(*fixed, less), deadline)
                sure = sure and answered
                if better is None:
                    break
                found = better
            fixed.append(_same(leaf, found[name]))
        return found, sure

    def _better(self, condition: z3.BoolRef, deadline: float) -> tuple[dict[str, Any] | None, bool]:
        """Numbers that refute the claim under a condition; whether the solver is sure of none."""
        left = deadline - time.monotonic()
        if left <= 0:
            return None, False
        answer = settle(self._search([condition]), left)
        if answer.status == "sat":
            return self._read(answer.model), True
        return None, answer.status == "unsat"

    def _refuting(self, more: list[z3.BoolRef], deadline: float) -> dict[str, Any] | None:
        answer = settle(self._search(more), max(0.1, deadline - time.monotonic()))
        return self._read(answer.model) if answer.status == "sat" else None

    def _search(self, more: list[z3.BoolRef]) -> Obligation:
        parts = [*self.domain, *self.given, Part("not", z3.Not(self.sentence))]
        parts += [Part(f"where {i}", term) for i, term in enumerate(more)]
        return Obligation("search", "refutation", tuple(parts), "sat")

    def _read(self, model: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, leaf in self.leaves.items():
            value = model.eval(leaf.var, model_completion=True)
            found[name] = z3.is_true(value) if leaf.boolean else Num(value.as_long())
        return found


def _cases(sentence: z3.BoolRef) -> Iterator[z3.BoolRef]:
    """Premises of the implications in a sentence; the language writes them Or(Not(a), b)."""
    if z3.is_and(sentence):
        for part in sentence.children():
            yield from _cases(part)
    elif z3.is_or(sentence) and z3.is_not(sentence.arg(0)):
        yield sentence.arg(0).arg(0)


def _leaf(name: str, kind: Any) -> Leaf:
    (leaf,) = [Leaf(n, path, s.low, s.high, s.boolean) for n, path, s in kind.leaves(name, name)]
    return leaf


def _magnitude(leaf: Leaf) -> z3.ArithRef:
    if leaf.boolean:
        return z3.If(leaf.var, z3.IntVal(1), z3.IntVal(0))
    return leaf.var if leaf.low >= 0 else z3.If(leaf.var < 0, -leaf.var, leaf.var)


def _less(leaf: Leaf, value: Any) -> z3.BoolRef:
    return z3.And(z3.Not(leaf.var), z3.BoolVal(bool(value))) if leaf.boolean else leaf.var < value


def _same(leaf: Leaf, value: Any) -> z3.BoolRef:
    return leaf.var == (z3.BoolVal(bool(value)) if leaf.boolean else int(value))

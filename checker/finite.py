"""Finite instances of theorems, in plain values: every small number, every small set.

What stands here shares nothing with a solver.  It is the witness against a claim that was written
down wrongly, and finds the smallest numbers that refute one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model.language.data import values
from model.language.plain import Num
from model.language.terms import well_defined
from model.language.trees import coerce
from model.language.types import Scalar
from model.language.views import value_of
from properties.theorem import Claim, arguments

from .values import show

if TYPE_CHECKING:
    from model.language.types import Type

MOST_CASES = 300_000
"""More assignments than this are cut down: the largest numbers are left out."""

Assignment = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finite:
    """How a theorem fared on its small instances.

    `cases` are those that satisfy the premises; `refuted` is the first that refutes it,
    least sum first; `largest` the bound of each unbounded number; `sets` the largest number of
    members for which the counted sets themselves were tried, and `set_cases` how many there were.
    """

    cases: int
    refuted: Mapping[str, Any] | None = None
    witness: Mapping[str, Any] | None = None
    largest: Mapping[str, int] | None = None
    sets: int | None = None
    set_cases: int = 0
    set_refuted: str = ""

    @property
    def holds(self) -> bool:
        """Whether there was a case, and none refutes the theorem."""
        return self.cases > 0 and self.refuted is None and not self.set_refuted

    @property
    def text(self) -> str:
        """One line for readers."""
        if self.cases == 0:
            return "no small case satisfies the premises"
        if self.set_refuted:
            return f"refuted on sets: {self.set_refuted}"
        if self.refuted is not None:
            return "refuted among the small numbers"
        bounds = sorted(set((self.largest or {}).values()))
        upto = f", numbers up to {bounds[-1]}" if bounds else ""
        sets = f"; {self.set_cases} cases over sets of up to {self.sets}" if self.sets else ""
        return f"holds in {self.cases} cases{upto}{sets}"


def shown(assignment: Mapping[str, Any]) -> str:
    """Numbers by name."""
    return ", ".join(f"{name} = {_plain(value)}" for name, value in assignment.items())


def _plain(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def true(body: Callable[..., Any], assignment: Mapping[str, Any]) -> bool:
    """Whether a body is defined and true of plain values."""
    value = body(**arguments(body, assignment))
    return well_defined(value) is True and bool(value)


def holds(claim: Claim, assignment: Mapping[str, Any]) -> bool:
    """Whether a claim is defined and true of plain values."""
    return true(claim.function, assignment)


def allowed(claim: Claim, assignment: Mapping[str, Any]) -> bool:
    """Whether plain values satisfy every premise."""
    return all(true(a.function, assignment) for a in claim.given)


def tried(claim: Claim) -> Finite:
    """The claim on all small numbers, and on real sets if it speaks of counts."""
    largest = _bounds(claim)
    cases, refuted, witness = 0, None, None
    for assignment in _assignments(claim, largest):
        if not allowed(claim, assignment):
            continue
        cases += 1
        witness = witness or assignment
        if not holds(claim, assignment):
            better = refuted is None or size(assignment) < size(refuted)
            refuted = assignment if better else refuted
    sets, set_cases, set_refuted = _over_sets(claim)
    unbounded = {n: b for n, b in largest.items() if not _bounded(claim.over[n])}
    return Finite(cases, refuted, witness, unbounded, sets, set_cases, set_refuted)


def size(assignment: Mapping[str, Any]) -> int:
    """What makes one counterexample smaller than another: the sum of its numbers."""
    return sum(abs(int(v)) for v in assignment.values())


def _bounded(kind: Any) -> bool:
    return bool(kind.boolean or (math.isfinite(kind.low) and math.isfinite(kind.high)))


def _bounds(claim: Claim) -> dict[str, int]:
    """The largest value of each number, cut down together until there are not too many cases."""
    bounds = {n: claim.small.get(n, 4) for n, kind in claim.over.items() if not _bounded(kind)}
    while bounds and max(bounds.values()) > 1:
        number = math.prod(len(_range(kind, bounds.get(n))) for n, kind in claim.over.items())
        if number <= MOST_CASES:
            break
        top = max(bounds.values())
        bounds = {n: min(b, top - 1) for n, b in bounds.items()}
    return bounds


def _range(kind: Any, bound: int | None) -> range:
    if bound is None:
        return range(int(kind.low), int(kind.high) + 1)
    low = -bound if not math.isfinite(kind.low) else int(kind.low)
    return range(low, bound + 1)


def _assignments(claim: Claim, largest: Mapping[str, int]) -> Iterator[Assignment]:
    """Every choice of small values, lexicographically."""
    kinds = claim.over
    ranges = [_range(kind, largest.get(name)) for name, kind in kinds.items()]
    for numbers in itertools.product(*ranges):
        yield {
            name: bool(v) if kind.boolean else Num(v)  # type: ignore[attr-defined]
            for (name, kind), v in zip(kinds.items(), numbers, strict=True)
        }


def _over_sets(claim: Claim) -> tuple[int | None, int, str]:
    """The claim about the sets that it counts, for every number of members up to `checked`."""
    if claim.concrete is None:
        return None, 0, ""
    cases = 0
    for n in range(claim.checked + 1):
        kinds, body = claim.concrete(Num(n))  # so that it divides as z3 does
        for chosen in _choices(kinds):
            cases += 1
            verdict = body(**chosen)
            if well_defined(verdict) is not True or not verdict:
                return claim.checked, cases, f"{n} members, {_sets(kinds, chosen)}"
    return claim.checked, cases, ""


def _choices(kinds: Mapping[str, Type]) -> Iterator[dict[str, Any]]:
    trees = [list(values(kind)) for kind in kinds.values()]
    for parts in itertools.product(*trees):
        chosen = {}
        for (name, kind), leaves in zip(kinds.items(), parts, strict=True):
            numbers = iter(leaves)
            scalars = [k.boolean for _, _, k in kind.leaves(name, name)]
            plain = iter([bool(v) if b else Num(v) for b, v in zip(scalars, numbers, strict=True)])
            tree = kind.build(lambda plain=plain: next(plain))  # type: ignore[misc]
            chosen[name] = tree if isinstance(kind, Scalar) else value_of(kind, tree)
        yield chosen


def _sets(kinds: Mapping[str, Type], chosen: Mapping[str, Any]) -> str:
    def one(kind: Type, value: Any) -> Any:
        return kind.show(coerce(kind, value))

    return ", ".join(f"{name} = {show(one(kind, chosen[name]))}" for name, kind in kinds.items())

"""Theorems about systems of any size, and the same changed on purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from checker.explicit.explore import explore
from checker.smt.invariance import lemmas_of
from checker.smt.relational import failure_of
from checker.smt.theorem import Proof, prove
from checker.smt.unbounded import Induction
from checker.verdict import Word
from properties.kinds import Property
from properties.theorem import Invariance

SECONDS = 30.0
BRIEF = 2.0
"""Seconds for a query that is not expected to have an answer at all sizes at once."""


@dataclass(frozen=True)
class Result:
    """What is to become of a theorem: steps of the shortest trace that refutes it, or proved."""

    theorem: Invariance
    steps: int | None = None
    abstracts: str = ""

    def __str__(self) -> str:
        return self.theorem.name

    @property
    def text(self) -> str:
        if self.steps is not None:
            return "VIOLATED"
        return f"proved({self.abstracts})" if self.abstracts else "proved"


@cache
def settled(theorem: Invariance) -> Proof:
    """The engine's answer, both solvers asked."""
    return prove(theorem, SECONDS)


def same(result: Result) -> None:
    """The theorem has that result; both solvers agree, or a trace has that many steps."""
    proof = settled(result.theorem)
    assert proof.text == result.text, (proof.remarks, proof.finite)
    if result.steps is not None:
        assert proof.trace.length == result.steps
    else:
        assert proof.agreed, [a.reason for a in proof.second]
        assert proof.core == tuple(a.name for a in result.theorem.given)


def attempt(theorem: Invariance, **changes: Any) -> Proof:
    """The engine's answer to a variant, without what relates it to another system."""
    return prove(replace(theorem, **{"abstracts": None, **changes}), BRIEF, second=False)


def with_lemmas(theorem: Invariance, *lemmas: Property) -> Invariance:
    """The theorem with other lemmas."""
    return replace(theorem, goal=replace(theorem.goal, lemmas=lemmas))


def without(theorem: Invariance, lemma: str) -> Invariance:
    """The theorem without one of its lemmas."""
    kept = tuple(one for one in theorem.goal.lemmas if one.name != lemma)
    assert len(kept) == len(theorem.goal.lemmas) - 1
    return with_lemmas(theorem, *kept)


def lemmas(*theorems: Invariance) -> list[Any]:
    """Every lemma of every theorem, as cases."""
    return [(theorem, one.name) for theorem in theorems for one in theorem.goal.lemmas]


def unproved(theorem: Invariance) -> bool:
    """Whether the sentence is neither proved nor refuted, its proof being refuted by a step."""
    proof = attempt(theorem)
    if proof.word is not Word.UNDETERMINED or proof.detail.startswith("not inductive"):
        return proof.word is Word.UNDETERMINED
    goal = theorem.goal
    induction = Induction(theorem.system(None), goal, lemmas_of(goal), theorem.given, theorem.k)
    return failure_of(induction, proof.obligations[-1].name) is not None


def refuted(theorem: Invariance) -> bool:
    """Whether some small size refutes the sentence."""
    return attempt(theorem).word is Word.VIOLATED


def found(theorem: Invariance, *goals: Property) -> set[str]:
    """Which of these goals are reached, or invariants refuted, at some small size."""
    names: set[str] = set()
    for sizes in theorem.small:
        names |= set(explore(theorem.system(sizes), list(goals)).findings)
    return names

"""Claims changed on purpose: a premise dropped, a threshold wrong, another sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from checker.finite import tried
from checker.smt.theorem import Proof, prove
from properties.theorem import Claim

SECONDS = 20.0


@dataclass(frozen=True)
class Result:
    """What is to become of a claim: numbers that refute it, or none; up to which sets it holds."""

    claim: Claim
    refuted: Mapping[str, int] = field(default_factory=dict)
    sets: int | None = None

    def __str__(self) -> str:
        return self.claim.name

    @property
    def text(self) -> str:
        if self.refuted:
            return "VIOLATED"
        return "proved" if self.sets is None else f"proved(abstract counts, checked n<={self.sets})"


@cache
def settled(name: str, claim: Claim) -> Proof:
    """The engine's answer, both solvers asked; the name because claims compare by it."""
    assert name == claim.name
    return prove(claim, SECONDS)


def attempt(claim: Claim, **changes: Any) -> Proof:
    """The engine's answer to a variant about numbers alone."""
    return prove(replace(claim, **{"concrete": None, **changes}), SECONDS, second=False)


def refuting(claim: Claim, **changes: Any) -> dict[str, int] | None:
    """The smallest numbers that refute a variant; None if it is not refuted."""
    found = attempt(claim, **changes).counterexample
    return None if found is None else {name: int(value) for name, value in found.items()}


def without(claim: Claim, premise: str) -> dict[str, Any]:
    """The change that drops one premise."""
    kept = tuple(a for a in claim.given if a.name != premise)
    assert len(kept) == len(claim.given) - 1
    return {"given": kept}


def premises(results: Iterable[Result]) -> list[tuple[Claim, str]]:
    """Every premise of every claim that is proved."""
    proved = [r.claim for r in results if not r.refuted]
    return [(claim, assumption.name) for claim in proved for assumption in claim.given]


def same(result: Result) -> None:
    """The claim has that result, with the least numbers, and needs each of its premises."""
    proof = settled(result.claim.name, result.claim)
    assert proof.text == result.text, (proof.remarks, proof.finite)
    if result.refuted:
        assert {n: int(v) for n, v in proof.counterexample.items()} == dict(result.refuted)
        assert any(r.startswith("smallest counterexample") for r in proof.remarks)
    else:
        assert proof.core == tuple(a.name for a in result.claim.given)
    assert proof.agreed, [a.reason for a in proof.second]


def caught(claim: Claim, refuted: Mapping[str, int]) -> None:
    """The claim, over functions that were made wrong, fails by those numbers and on real sets."""
    assert refuting(claim) == dict(refuted)
    assert claim.concrete is None or tried(claim).set_refuted

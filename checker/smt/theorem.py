"""Theorems: proved for every size, or refuted by the smallest numbers there are.

Two solvers answer every obligation, and finite instances in plain values stand beside them.  If
any two disagree the verdict is an error, never one of the two answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import Any

from checker.finite import Finite, allowed, holds, shown, tried
from checker.verdict import Word
from properties.theorem import Claim, Invariance, Measure, Theorem

from .claim import GIVEN, Formulas
from .obligations import Answer, Obligation, minimal_core, second_opinion, settle

SECONDS = 60.0
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Proof:
    """What became of a theorem.

    `story` tells a step that an induction does not exclude.  `core` names the assumptions without
    which the obligations fail, one by one; `second` is the other solver's answer to each
    obligation, in their order.
    """

    theorem: Theorem
    word: Word
    detail: str = ""
    obligations: tuple[Obligation, ...] = ()
    answers: tuple[Answer, ...] = ()
    second: tuple[Answer, ...] = ()
    core: tuple[str, ...] = ()
    counterexample: Mapping[str, Any] | None = None
    finite: str = ""
    seconds: float = 0.0
    remarks: tuple[str, ...] = ()
    story: str = ""
    trace: Any = field(default=None, compare=False)

    @property
    def text(self) -> str:
        """The verdict as it is printed and pinned."""
        return f"{self.word}({self.detail})" if self.detail else str(self.word)

    @property
    def agreed(self) -> bool:
        """Whether the second solver gave every answer that was expected."""
        return bool(self.second) and all(
            a.status == o.expected for a, o in zip(self.second, self.obligations, strict=True)
        )


def prove(
    theorem: Theorem,
    seconds: float = SECONDS,
    *,
    second: bool = True,
    progress: Progress = lambda _text: None,
) -> Proof:
    """Settle one theorem; `seconds` for each query, `second` asks the other solver too."""
    began = time.monotonic()
    proof = _settled(theorem, Desk(seconds, progress))
    if second:
        answers = []
        for obligation in twice(proof):
            progress(f"second solver: {obligation.name}")
            answers.append(second_opinion(obligation, seconds))
        proof = answered(proof, answers)
    return replace(proof, seconds=time.monotonic() - began)


def twice(proof: Proof) -> tuple[Obligation, ...]:
    """What the second solver is asked of a proof."""
    return proof.obligations if proof.word in {Word.PROVED, Word.VIOLATED} else ()


def answered(proof: Proof, answers: Sequence[Answer]) -> Proof:
    """The proof with the second solver's answers; one that contradicts the first is an error."""
    proof = replace(proof, second=tuple(answers))
    for obligation, answer in zip(twice(proof), answers, strict=True):
        if answer.status in {"sat", "unsat"} and answer.status != obligation.expected:
            detail = f"certificate: the second solver answers {answer.status} to {obligation.name}"
            return replace(proof, word=Word.ERROR, detail=detail)
        if answer.status != obligation.expected:
            remark = f"second solver: {answer.status} to {obligation.name}, {answer.reason}"
            proof = replace(proof, remarks=(*proof.remarks, remark))
    return proof


@dataclass
class Desk:
    """How obligations are settled: time for each, and who is told."""

    seconds: float
    progress: Progress

    def settle(self, obligations: Iterable[Obligation]) -> list[tuple[Obligation, Answer]]:
        """Each obligation with its answer, up to the first that is not as expected."""
        found = []
        for obligation in obligations:
            self.progress(f"{obligation.name} ({_size(obligation)} terms)")
            answer = settle(obligation, self.seconds)
            found.append((obligation, answer))
            if answer.status != obligation.expected:
                break
        return found

    def needed(self, obligations: Iterable[Obligation]) -> tuple[str, ...]:
        """The assumptions that some obligation needs, in the order they are given."""
        found: dict[str, None] = {}
        for obligation in obligations:
            if obligation.expected != "unsat":
                continue
            self.progress(f"what {obligation.name} needs")
            labels = minimal_core(obligation, lambda name: name.startswith(GIVEN), self.seconds)
            found |= dict.fromkeys(label for label in labels if label.startswith(GIVEN))
        return tuple(label.removeprefix(GIVEN) for label in found)


def _size(obligation: Obligation) -> int:
    """How many different subterms an obligation has."""
    seen: set[int] = set()
    waiting = [part.term for part in obligation.parts]
    while waiting:
        term = waiting.pop()
        if term.get_id() not in seen:
            seen.add(term.get_id())
            waiting += term.children()
    return len(seen)


@singledispatch
def _settled(theorem: Theorem, _desk: Desk) -> Proof:
    message = f"no engine settles a {type(theorem).__name__}"
    raise TypeError(message)


@_settled.register
def _(claim: Claim, desk: Desk) -> Proof:
    desk.progress("finite instances")
    finite = tried(claim)
    formulas = Formulas(claim)
    if finite.refuted is not None:
        return _refuted(formulas, finite, desk, finite.refuted)
    if not finite.holds:
        return Proof(claim, Word.ERROR, f"evaluation: {finite.text}", finite=finite.text)
    assert finite.witness is not None  # noqa: S101 - it holds in some case
    wanted = [*formulas.obligations(), formulas.premises(finite.witness)]
    found = desk.settle(wanted)
    obligation, answer = found[-1]
    empty = _vacuous(formulas, desk)
    if answer.status == obligation.expected and empty:
        return Proof(claim, Word.VACUOUS, empty, finite=finite.text)
    if answer.status == obligation.expected:
        about = f"abstract counts, checked n<={finite.sets}" if finite.sets is not None else ""
        return Proof(
            claim,
            Word.PROVED,
            about,
            tuple(o for o, _ in found),
            tuple(a for _, a in found),
            core=_in_order(claim, desk.needed(wanted)),
            finite=finite.text,
        )
    if obligation.kind == "premises":
        return Proof(claim, Word.ERROR, "evaluation: the solver refuses the premises' witness")
    if obligation.kind == "claim" and answer.status == "sat":
        return _refuted(formulas, finite, desk, None)
    return _unsettled(formulas, finite, desk, obligation, answer)


def _vacuous(formulas: Formulas, desk: Desk) -> str:
    """The first case the claim speaks of that never occurs; empty if all may."""
    for obligation in formulas.cases():
        if settle(obligation, desk.seconds).status == "unsat":
            return obligation.name.replace(" occurs", " never occurs")
    return ""


def _in_order(theorem: Theorem, needed: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(a.name for a in theorem.given if a.name in needed)


def _unsettled(
    formulas: Formulas, finite: Finite, desk: Desk, obligation: Obligation, answer: Answer
) -> Proof:
    """An answer that is neither proof nor refutation; a refutation is looked for once more."""
    found, _ = formulas.counterexample(desk.seconds)
    if found is not None:
        return _refuted(formulas, finite, desk, found)
    why = f"solver: {answer.reason}" if answer.status == "unknown" else "fails"
    detail = f"{obligation.name}: {why}" if answer.status != "unknown" else why
    remarks = (f"open: {obligation.name}",)
    return Proof(
        formulas.claim,
        Word.UNDETERMINED,
        detail,
        (obligation,),
        (answer,),
        finite=finite.text,
        remarks=remarks,
    )


def _refuted(
    formulas: Formulas, finite: Finite, desk: Desk, known: Mapping[str, Any] | None
) -> Proof:
    """The smallest numbers that refute the claim, confirmed in plain values."""
    claim = formulas.claim
    desk.progress("smallest counterexample")
    found, sure = formulas.counterexample(desk.seconds, known)
    if found is None or not allowed(claim, found) or holds(claim, found):
        detail = "evaluation: what the solver calls a counterexample is none in plain values"
        return Proof(claim, Word.ERROR, detail, finite=finite.text)
    obligation = formulas.refutation(found)
    answer = settle(obligation, desk.seconds)
    smallest = "smallest" if sure else "not known to be the smallest"
    return Proof(
        claim,
        Word.VIOLATED,
        "",
        (obligation,),
        (answer,),
        counterexample=found,
        finite=finite.text,
        remarks=(f"{smallest} counterexample: {shown(found)}",),
    )


@_settled.register
def _(measure: Measure, desk: Desk) -> Proof:
    desk.progress("counting")
    for values in measure.small:
        formula, counted = measure.formula(**values), measure.counted(**values)
        if formula != counted:
            detail = f"evaluation: the formula gives {formula}, counting {counted}"
            return Proof(measure, Word.ERROR, f"{detail} for {shown(values)}")
    rows = tuple(f"{shown(values)}: {measure.formula(**values)}" for values in measure.table)
    finite = f"the formula equals the count in {len(measure.small)} cases"
    first = measure.formula(**measure.table[0])
    return Proof(
        measure,
        Word.MEASURED,
        f"{first.numerator}/{first.denominator}",
        finite=finite,
        remarks=rows,
    )


@_settled.register
def _(theorem: Invariance, desk: Desk) -> Proof:
    from .invariance import settled

    return settled(theorem, desk)

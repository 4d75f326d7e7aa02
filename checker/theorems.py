"""Theorems for all sizes: chosen by name, settled one after the other, and what is said of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import TYPE_CHECKING

from properties.theorem import Claim, Invariance, Measure, Theorem

from . import provenance, subjects
from .certificates import keep as keeping
from .progress import Meter
from .subjects import ITEMS, one_of
from .verdict import Effort, Verdict, Word, worst

if TYPE_CHECKING:
    from .smt.obligations import Answer
    from .smt.theorem import Proof

ENGINE = "parametric"
EVERYTHING = "all"
SIZES = "all sizes"
TITLE = "theorems for all sizes"
_WIDTH = 100


def topics() -> tuple[str, ...]:
    """The systems that theorems are about."""
    return tuple(dict.fromkeys(t.subject for t in subjects.theorems()))


def _subjects() -> list[str]:
    return [EVERYTHING, *ITEMS, *topics()]


def is_subject(name: str) -> bool:
    """Whether theorems can be asked for by this name."""
    return name in _subjects()


def chosen(subject: str, names: Iterable[str] = ()) -> tuple[Theorem, ...]:
    """The theorems of a question, of a system, or all; of them those named.

    Raises UsageError.
    """
    wanted = set(names)
    one_of(subject, _subjects(), "subject of theorems")
    found = [t for t in subjects.theorems() if _about(t, subject)]
    for name in wanted:
        one_of(name, [t.name for t in found], f"theorem about {subject}")
    return tuple(t for t in found if not wanted or t.name in wanted)


def _about(theorem: Theorem, subject: str) -> bool:
    """Whether a theorem belongs to a question, a system, or both where they share a name."""
    return theorem.item in ITEMS.get(subject, ()) or subject in {EVERYTHING, theorem.subject}


def settle(
    asked: Sequence[Theorem], meter: Meter, *, seconds: float = 60.0, second: bool = True
) -> list[Proof]:
    """Settle each; `seconds` for every single query."""
    from .smt.theorem import prove

    proofs: list[Proof] = []
    waiting: list[list[Future[Answer]]] = []
    pool = ThreadPoolExecutor(1, "second solver")
    try:
        for number, theorem in enumerate(asked, 1):
            meter.title = f"{number} of {len(asked)}, {theorem.name}"
            proofs.append(prove(theorem, seconds, second=False, progress=meter.enter))
            waiting.append(_asked(proofs[-1], seconds, pool) if second else [])
        meter.title = f"{len(asked)} theorems"
        meter.enter("second solver")
        return (
            [_answered(*pair) for pair in zip(proofs, waiting, strict=True)] if second else proofs
        )
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _asked(proof: Proof, seconds: float, pool: ThreadPoolExecutor) -> list[Future[Answer]]:
    """What the second solver was asked, while the first goes on with the next theorem.

    The text is made here: terms of the first solver belong to its thread.
    """
    from .smt.obligations import asked_aside
    from .smt.theorem import twice

    return [pool.submit(asked_aside(obligation), seconds) for obligation in twice(proof)]


def _answered(proof: Proof, waiting: Sequence[Future[Answer]]) -> Proof:
    from .smt.theorem import answered

    answers = [future.result() for future in waiting]
    spent = proof.seconds + sum(answer.seconds for answer in answers)
    return replace(answered(proof, answers), seconds=spent)


def engine_of(theorem: Theorem) -> str:
    """How theorems of this kind are settled, in a few words."""
    match theorem:
        case Claim(stages=stages):
            return f"arithmetic, {len(stages)} steps" if stages else "arithmetic"
        case Invariance(k=k):
            return f"{k}-induction"
        case Measure():
            return "counting"
    return ENGINE


def agreement(proof: Proof) -> str:
    """What the second solver says, in a few words; empty if it was not asked."""
    if not proof.second:
        return ""
    return "cvc5 agrees" if proof.agreed else "cvc5 has no answer"


def verdict(proof: Proof, *, certificate: str = "") -> Verdict:
    """The record of one theorem."""
    theorem = proof.theorem
    notes = [*proof.remarks, proof.finite, agreement(proof)]
    hashes = {"engine": provenance.engine_digest(ENGINE)}
    if certificate:
        hashes["certificate"] = certificate
    return Verdict(
        proof.word,
        proof.detail,
        system=theorem.subject,
        property=theorem.name,
        kind="theorem",
        token=theorem.token,
        sentence=theorem.sentence,
        instance=SIZES,
        engine=ENGINE,
        extent=engine_of(theorem),
        assumptions=proof.core if proof.word is Word.PROVED else _given(theorem),
        effort=Effort(seconds=proof.seconds),
        length=proof.trace.length if proof.trace is not None else None,
        note="; ".join(note for note in notes if note),
        hashes=hashes,
        trace=proof.trace,
    )


def _given(theorem: Theorem) -> tuple[str, ...]:
    return tuple(a.name for a in theorem.given)


def report(proofs: Sequence[Proof]) -> Iterator[str]:
    """A line for each theorem, and what stands beside it."""
    words = max((len(p.text) for p in proofs), default=0)
    names = max((len(p.theorem.name) for p in proofs), default=0)
    for p in proofs:
        line = f"  {p.text:<{words}}  {p.theorem.name:<{names}}  {p.theorem.token}"
        yield line.rstrip()
        yield from (f"      {line}" for line in p.story.splitlines())
        for text in _beside(p):
            yield from wrap(text, _WIDTH, initial_indent="      ", subsequent_indent="        ")


def _beside(proof: Proof) -> Iterator[str]:
    yield proof.theorem.sentence
    if proof.word is Word.PROVED:
        needed = ", ".join(proof.core)
        yield f"assumes {needed}" if needed else "assumes nothing"
    yield from proof.remarks
    yield "; ".join(part for part in (proof.finite, agreement(proof)) if part)


@dataclass(frozen=True)
class Kept:
    """Certificates that were written: the file and digest of each, by theorem."""

    files: dict[str, str]
    digests: dict[str, str]


def keep(proofs: Sequence[Proof], folder: str) -> Kept:
    """Write a certificate for each proved theorem.  Raises OutputError."""
    from .smt.certificate import certificate_of

    kept = Kept({}, {})
    for proof in proofs:
        if proof.word is not Word.PROVED:
            continue
        made = certificate_of(proof)
        kept.files[proof.theorem.name] = keeping.write(folder, proof.theorem.name, made.text)
        kept.digests[proof.theorem.name] = made.digest
    return kept


def verdicts(proofs: Sequence[Proof], kept: Kept | None = None) -> list[Verdict]:
    """The record of every theorem."""
    digests = kept.digests if kept else {}
    return [verdict(p, certificate=digests.get(p.theorem.name, "")) for p in proofs]


def deliver(proofs: Sequence[Proof], layout: str, out: str | None) -> int:
    """Write the certificates, print what was settled; the exit status is that of the worst.

    Layouts are those of every run, and `markdown`, the page of `docs/proofs.md`.
    """
    from . import report as printed

    kept = keep(proofs, out) if out is not None else None
    found = verdicts(proofs, kept)
    if layout == "text":
        printed.out("\n".join(report(proofs)))
        for path in (kept.files if kept else {}).values():
            printed.out(f"wrote {path}")
        if kept and kept.files:
            printed.out(keeping.advice(str(out)))
        printed.conclusion(found)
    elif layout == "markdown":
        from .proofs_page import page

        printed.write(page(proofs))
    else:
        from .formats import of_verdicts

        printed.write(of_verdicts(layout, TITLE, found))
    return worst(v.exit_code for v in found)

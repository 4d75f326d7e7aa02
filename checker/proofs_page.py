"""`docs/proofs.md`: every theorem with what proves it, what it assumes, how long it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from properties.theorems import QUESTIONS

from .provenance import versions
from .theorems import engine_of
from .verdict import Word

if TYPE_CHECKING:
    from .smt.theorem import Proof

COMMAND = "parascope prove all --engine parametric --format markdown"

INTRODUCTION = """\
# Theorems for all sizes

Made by `{command} > docs/proofs.md`; do not edit.

What the finite instances of the models cannot say is said here: for any number of validators,
cores, groups, retries, any timeouts and heights.  `proved` stands on the model's own functions;
`proved(abstract M, ...)` on an abstract model M that was compared with sets, or with every
reachable step of a concrete instance, as the parentheses say.  A refuted theorem is kept: the
sentence would be good to have, and the smallest counterexample shows why it is not to be had.

Each is settled by z3 {z3} and every obligation put to cvc5 {cvc5} too, which must agree.
*Assumes* is the smallest set of named assumptions that still proves it.  *Beside it* are
finite instances in plain values.  Seconds are of one run on two cores, both solvers included.
"""


def page(proofs: Sequence[Proof]) -> str:
    """The page as Markdown."""
    found = versions()
    text = INTRODUCTION.format(command=COMMAND, z3=found["z3-solver"], cvc5=found["cvc5"])
    return (
        text
        + "\n"
        + "\n".join([*_summary(proofs), *_index(proofs), *_sections(proofs), *_premises(proofs)])
    )


def _summary(proofs: Sequence[Proof]) -> Iterator[str]:
    words = Counter(str(p.word) for p in proofs)
    kinds = ", ".join(f"{number} {word}" for word, number in words.most_common())
    agreed = sum(p.agreed for p in proofs)
    seconds = sum(p.seconds for p in proofs)
    yield f"{len(proofs)} theorems: {kinds}; cvc5 agrees on {agreed}; {seconds:.0f} s in all."


def _index(proofs: Sequence[Proof]) -> Iterator[str]:
    """How many answers each question got, and of which kind."""
    yield ""
    yield "| question | proved | refuted | measured |"
    yield "| --- | --- | --- | --- |"
    for item in sorted({p.theorem.item for p in proofs}):
        words = Counter(p.word for p in proofs if p.theorem.item == item)
        numbers = (words[w] or "" for w in (Word.PROVED, Word.VIOLATED, Word.MEASURED))
        yield f"| {item}. {QUESTIONS[item]} | {' | '.join(str(n) for n in numbers)} |"


def _sections(proofs: Sequence[Proof]) -> Iterator[str]:
    for item in sorted({p.theorem.item for p in proofs}):
        yield ""
        yield f"## {item}. {QUESTIONS[item]}"
        for proof in proofs:
            if proof.theorem.item == item:
                yield from _entry(proof)
    yield ""


def _entry(proof: Proof) -> Iterator[str]:
    theorem = proof.theorem
    yield ""
    yield f"### {theorem.name}"
    yield ""
    yield f"{theorem.sentence} ({theorem.token})"
    yield ""
    yield f"* **{proof.text}** by {engine_of(theorem)}, {proof.seconds:.1f} s{_second(proof)}"
    if proof.word is Word.PROVED:
        yield f"* assumes {_names(proof.core)}{_spare(proof)}"
    if proof.word is Word.MEASURED:
        yield from _table(proof)
    else:
        yield from (f"* {remark}" for remark in proof.remarks)
    if proof.finite:
        yield f"* beside it: {proof.finite}"


def _second(proof: Proof) -> str:
    if not proof.second:
        return ""
    return "; cvc5 agrees" if proof.agreed else "; cvc5 has no answer"


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) if names else "nothing"


def _spare(proof: Proof) -> str:
    """Assumptions that were offered and are not needed."""
    spare = [a.name for a in proof.theorem.given if a.name not in proof.core]
    return f"; not needed: {_names(spare)}" if spare else ""


def _table(proof: Proof) -> Iterator[str]:
    yield ""
    yield "| case | fraction |"
    yield "| --- | --- |"
    for row in proof.remarks:
        case, _, fraction = row.rpartition(": ")
        yield f"| {case} | {fraction} |"
    yield ""


def _premises(proofs: Sequence[Proof]) -> Iterator[str]:
    yield "## Assumptions by name"
    yield ""
    named = {a.name: a for p in proofs for a in p.theorem.given}
    for name in sorted(named):
        token = f" ({named[name].token})" if named[name].token else ""
        yield f"* `{name}`: {named[name].sentence}{token}"
    yield ""

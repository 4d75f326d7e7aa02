"""Obligations as the text of a certificate."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.certificates.file import Body, Question, compose, digest, quoted
from checker.certificates.shape import CLAIM, INDUCTION
from checker.compile.digest import terms_digest
from checker.provenance import versions
from checker.version import VERSION
from properties.theorem import Invariance

from .conjuncts import closed
from .obligations import Obligation
from .smtlib import Text, symbol

if TYPE_CHECKING:
    from checker.space import Space
    from model.language import System
    from properties.kinds import Property

    from .induction import Induced
    from .theorem import Proof


@dataclass(frozen=True, slots=True)
class Certificate:
    """The text of a certificate; `digest` is that of its obligations."""

    text: str
    digest: str


def certificate(head: Sequence[tuple[str, str]], obligations: Sequence[Obligation]) -> Certificate:
    """The certificate of a proof: `head` without schema and digests."""
    text = body(obligations)
    return Certificate(compose(head, text), digest(text))


def obligations_digest(obligations: Sequence[Obligation]) -> str:
    """What binds a proof to its model: equal for equal obligations, in any process."""
    return digest(body(obligations))


def question(obligation: Obligation) -> Question:
    """One obligation as a certificate would state it."""
    (found,) = Body(body([obligation])).read()
    return found


def body(obligations: Sequence[Obligation]) -> str:
    """The logic, what obligations share, and each of them."""
    text = Text([part.term for one in obligations for part in one.parts])
    lines = [f"(set-logic {text.features.logic})", *text.lines]
    for one in obligations:
        lines += ["(push 1)", f"(echo {quoted(one.name)})", f'(set-info :kind "{one.kind}")']
        lines.append(f"(set-info :status {one.expected})")
        labels = _labels([part.label for part in one.parts], text.taken)
        for part, label in zip(one.parts, labels, strict=True):
            lines.append(f"(assert (! {text.of(part.term)} :named {label}))")
        lines += ["(check-sat)", "(pop 1)"]
    return "\n".join([*lines, ""])


def _labels(labels: Sequence[str], taken: Container[str]) -> list[str]:
    """Labels as symbols, each once and none that means something else."""
    found: dict[str, None] = {}
    for label in labels:
        one, copy = symbol(label), 1
        while one in found or one in taken:
            copy += 1
            one = symbol(f"{label} #{copy}")
        found[one] = None
    return list(found)


# what is certified


def certificate_of(proof: Proof) -> Certificate:
    """The certificate of a theorem that is proved."""
    theorem = proof.theorem
    pairs = [
        ("subject", theorem.subject),
        ("property", theorem.name),
        ("kind", "theorem"),
        ("token", theorem.token),
        ("sentence", theorem.sentence),
        ("engine", "parametric"),
        ("method", INDUCTION if isinstance(theorem, Invariance) else CLAIM),
        ("verdict", proof.text),
        *(("assumption", a.name) for a in theorem.given),
    ]
    if isinstance(theorem, Invariance) and theorem.goal is not None:
        pairs[2:3] = [("kind", theorem.goal.kind), ("goal", theorem.goal.name)]
        pairs += [("lemma", lemma.name) for lemma in closed(theorem.goal)]
        pairs += [("action", action.name) for action in theorem.system(None).actions]
        pairs.append(("k", str(theorem.k)))
    return certificate([*pairs, *_versions()], proof.obligations)


def inductive_certificate(
    space: Space, system: System, prop: Property, result: Induced, *, engine: str = "induction"
) -> Certificate:
    """The certificate of an inductive property of an instance; `engine` found its lemmas."""
    stated = {p.name: p for p in closed(prop)}
    pairs = [
        ("subject", space.system),
        ("property", prop.name),
        ("kind", prop.kind),
        ("token", prop.token),
        ("sentence", prop.sentence),
        ("instance", space.instance),
        ("variant", space.variant),
        ("amendments", space.amended.label),
        ("engine", engine),
        ("method", INDUCTION),
        ("verdict", "inductive"),
        *(("lemma", name) for name in result.lemmas),
        *(("action", t.action.name) for t in system.transitions),
        ("k", str(result.k)),
        ("terms", terms_digest(system, [prop, *stated.values()])),
    ]
    return certificate([*pairs, *_versions()], result.obligations)


def _versions() -> list[tuple[str, str]]:
    found = versions()
    return [("tool", f"parascope {VERSION}"), ("solver", f"z3 {found['z3-solver']}")]

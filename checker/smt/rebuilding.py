"""Certificates made again from the model, for whoever has one and asks whether it is still true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.files import ToolError
from checker.verdict import Word

from .certificate import Certificate, certificate_of, inductive_certificate

if TYPE_CHECKING:
    from checker.certificates.file import Head


def theorem(head: Head) -> Certificate | None:
    """The certificate of a theorem, proved again; None if there is no such theorem any more."""
    from checker import subjects

    from .theorem import prove

    for one in subjects.theorems():
        if one.name == head.one("property") and one.subject == head.one("subject"):
            proof = prove(one, second=False)
            return certificate_of(proof) if proof.word is Word.PROVED else None
    return None


def induction(head: Head) -> Certificate | None:
    """The certificate of an inductive property, proved again with the same lemmas; None if not."""
    from checker import subjects
    from checker.space import space_by_label

    from .conjuncts import closed
    from .induction import INDUCTIVE, Prover

    subject, label = head.one("subject"), head.one("amendments")
    try:
        space = space_by_label(subject, head.one("instance"), label, head.one("variant"))
        [prop] = subjects.chosen(subject, [head.one("property")])
    except ToolError:
        return None
    known = {p.name: p for p in (*subjects.stated(subject), *closed(prop))}
    if not known.keys() >= set(head.all("lemma")):
        return None
    lemmas = [known[name] for name in head.all("lemma")]
    system = space.build()
    depth = int(head.one("k") or 1)
    result = Prover(system).prove(prop, lemmas=lemmas, k=depth)
    if result.status != INDUCTIVE:
        return None
    return inductive_certificate(space, system, prop, result)

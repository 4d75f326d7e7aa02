"""A small proof by each method, as certificates, and a theorem to build one again from."""

from __future__ import annotations

import re
from pathlib import Path

import z3

from checker.certificates.file import compose, parse
from checker.smt.certificate import certificate
from checker.smt.obligations import Obligation, Part
from model.language import And, Implies, Nat
from properties.theorem import assumption, theorem

N, F = z3.Ints("n f")
LEVEL, NEXT = z3.Ints("level@0 level@1")
CLAIM = [
    ("subject", "toys"),
    ("property", "most_are_honest"),
    ("sentence", "More than half \u00a7 are honest."),
    ("method", "claim"),
    ("verdict", "proved"),
    ("assumption", "fewer_than_a_third_are_faulty"),
]
INDUCTION = [
    ("subject", "tank"),
    ("property", "not_full"),
    ("kind", "invariant"),
    ("instance", "tiny"),
    ("amendments", "all"),
    ("method", "induction"),
    ("verdict", "inductive"),
    ("action", "fill"),
    ("action", "drain"),
]


def claim() -> list[Obligation]:
    """3f < n, so 2f < n."""
    known = (
        Part("range n from below", N >= 0),
        Part("range f from below", F >= 0),
        Part("given fewer_than_a_third_are_faulty", 3 * F < N),
    )
    step = Part("step some_are_honest", F < N)
    return [
        Obligation("step some_are_honest", "step", (*known, _not(step)), "unsat"),
        Obligation(
            "claim most_are_honest",
            "claim",
            (*known, step, Part("not most_are_honest", z3.Not(2 * F < N))),
            "unsat",
        ),
        Obligation(
            "premises can be true",
            "premises",
            (*known, Part("where n", N == 4), Part("where f", F == 1)),
            "sat",
        ),
    ]


def induction() -> list[Obligation]:
    """The level stays at most 3, because it is even and filling stops at 2."""
    lemma, goal = Part("lemma even", LEVEL % 2 == 0), Part("goal not_full", LEVEL <= 3)
    moves = {
        "fill": z3.And(LEVEL <= 2, NEXT == LEVEL + 2, NEXT <= 3),
        "drain": NEXT == LEVEL - 2,
    }
    found = []
    for name, term in (("lemma even", NEXT % 2 == 0), ("goal not_full", NEXT <= 3)):
        what, refuted = name.split(" ")[1], Part(f"not {name}", z3.Not(term))
        start = Part("model", NEXT == 0)
        found.append(Obligation(f"initiation of {what}", "initiation", (start, refuted), "unsat"))
        for action, move in moves.items():
            parts = (lemma, goal, Part("model", move), refuted)
            title = f"consecution under {action} of {what}"
            found.append(Obligation(title, "consecution", parts, "unsat"))
    parts = (lemma, goal, Part("model", moves["fill"]))
    return [*found, Obligation("fill can happen", "premises", parts, "sat")]


def _not(part: Part) -> Part:
    return Part(f"not {part.label}", z3.Not(part.term))


def text(pairs=CLAIM, obligations=None) -> str:
    return certificate(pairs, claim() if obligations is None else obligations).text


def again(original: str, old: str = "", new: str = "", **head: str) -> str:
    """The certificate with its body changed, or its head, and every digest made anew."""
    pairs, body = parse(original).head.pairs, original.partition("(set-logic ")[2]
    body = "(set-logic " + body
    assert not old or old in body
    kept = [(k, head.get(k, v)) for k, v in pairs if k not in {"schema", "obligations", "hash"}]
    return compose([(k, v) for k, v in kept if v], body.replace(old, new) if old else body)


def block(body: str, name: str) -> str:
    """The lines of one obligation."""
    found = re.search(rf'\(push 1\)\n\(echo "{re.escape(name)}"\)\n.*?\(pop 1\)\n', body, re.DOTALL)
    assert found is not None
    return found.group()


def written(folder: Path, content: str, name: str = "proof.cert.smt2") -> str:
    path = folder / name
    path.write_text(content, "utf-8")
    return str(path)


@assumption("")
def fewer_than_a_third_are_faulty(n, f):
    """3f < n."""
    return 3 * f < n


def honest_majority(times: int = 2):
    """The theorem that `times` f is less than n."""

    @theorem(
        "",
        item=1,
        subject="toys",
        over=dict(n=Nat(), f=Nat()),
        given=[fewer_than_a_third_are_faulty],
        small=3,
    )
    def most_are_honest(n, f):
        """More than half are honest."""
        return And(Implies(f > 0, n > 0), times * f < n)

    return most_are_honest

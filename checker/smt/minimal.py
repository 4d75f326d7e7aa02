"""Which of many lemmas a proof by induction needs.

Each obligation of the goal names, by its unsatisfiable core, the lemmas it used; these have
obligations of their own.  What is reached this way is inductive by itself.  Then one lemma after
the other is left out, while there is time, and stays out if the rest is still inductive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import z3

from .conjuncts import Conjunct, conjuncts
from .induction import INDUCTIVE, Clock, Induced, Progress, Prover
from .questions import Group, Questions

WORD = "lemma"


def minimal(
    prover: Prover, goal: Any, lemmas: Sequence[Conjunct], clock: Clock, progress: Progress
) -> tuple[Induced, tuple[Conjunct, ...]]:
    """The proof of a goal from as few of the lemmas as is easy, and these; all, if it fails."""
    used = _used(prover, goal, tuple(lemmas), clock, progress)
    kept = tuple(lemmas) if used is None else used
    best = prover.prove(goal, lemmas=(), more=kept, clock=clock, progress=progress)
    if best.status != INDUCTIVE:
        return best, kept
    spare = Clock(max(5.0, 10 * best.seconds))
    for lemma in kept:
        if spare.left() == 0.0 or clock.left() == 0.0:
            break
        fewer = tuple(c for c in kept if c is not lemma)
        proof = prover.prove(goal, lemmas=(), more=fewer, clock=spare, progress=progress)
        if proof.status == INDUCTIVE and proof.cuts == best.cuts:
            best, kept = proof, fewer
    return best, kept


def _used(
    prover: Prover, goal: Any, lemmas: tuple[Conjunct, ...], clock: Clock, progress: Progress
) -> tuple[Conjunct, ...] | None:
    """The lemmas that the cores of the goal's obligations lead to; None if one is not met."""
    progress(f"which lemmas {goal.name} needs", {"lemmas": len(lemmas)})
    u = prover.unrolling
    own = () if goal.kind == "builtin" else conjuncts(u, goal)
    parts = (*own, *lemmas)
    questions = Questions(u, parts, prover.canonical(clock, progress), goal.name)
    steps = [_Asked(questions.by(move), parts, clock) for move in u.moves]
    waiting: list[int] = []
    for move in u.moves:
        out = _Asked(questions.out_by(move), parts, clock)
        for number, target in enumerate(out.group.targets):
            if target.word == "limit" or (target.word == "undefined" and goal.kind == "builtin"):
                core = out.core(number)
                if core is None:
                    return None
                waiting += core
    waiting += range(len(own))
    reached: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number in reached:
            continue
        reached.add(number)
        for step in steps:
            core = step.core(number)
            if core is None:
                return None
            waiting += core
    return tuple(c for i, c in enumerate(parts) if i in reached and i >= len(own))


class _Asked:
    """A group of questions whose assumed parts are marked, so that a core can name them."""

    def __init__(self, group: Group, parts: Sequence[Conjunct], clock: Clock) -> None:
        self.group, self.clock = group, clock
        self.solver = z3.SolverFor("QF_FD")
        labels = {f"{role} {c.label}": i for i, c in enumerate(parts) for role in ("goal", WORD)}
        self.marks: dict[str, int] = {}
        for part in group.shared:
            number = labels.get(part.label)
            if number is None:
                self.solver.add(part.term)
            else:
                mark = z3.Bool(f"part!{number}")
                self.marks[mark.decl().name()] = number
                self.solver.add(z3.Implies(mark, part.term))

    def core(self, number: int) -> list[int] | None:
        """The parts that exclude one target; None if they do not, or there is no answer."""
        left = self.clock.left()
        if left == 0.0:
            return None
        if left is not None:
            self.solver.set("timeout", max(1, int(left * 1000)))
        self.solver.push()
        self.solver.add(self.group.targets[number].part.term)
        answer = self.solver.check(*(z3.Bool(name) for name in self.marks))
        core = self.solver.unsat_core() if answer == z3.unsat else None
        self.solver.pop()
        if core is None:
            return None
        return [self.marks[c.decl().name()] for c in core]

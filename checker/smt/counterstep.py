"""A step that is not inductive, made small and then a trace.

The first state satisfies the invariant and need not be reachable.  Of all such steps one with
many zeros is wanted: it is read by whoever looks for the missing lemma.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import z3

from checker.replay import LIMIT
from checker.trace import ANY_STATE, Step, Trace

from .questions import Group, Questions, Target

if TYPE_CHECKING:
    from .unroll import Unrolling

SMALLER = 5.0
"""Seconds for making one step smaller; it is only for readers."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A model that a proof does not want.

    `word` and `of` are the target's; `blamed` labels the parts that fail in it, the target's first.
    `final` is a last step without a successor.  `real`: the first state is an initial one.
    """

    word: str
    of: str
    blamed: tuple[str, ...]
    action: str
    real: bool
    states: tuple[tuple[int, ...], ...]
    steps: tuple[Step, ...]
    final: Step | None

    def trace(self, system: str, prop: Any) -> Trace:
        """The trace, about the property that fails; about the limit, if it is one that breaks."""
        limit = self.word == "limit"
        return Trace(
            system=system,
            instance="",
            amendments="",
            variant="",
            property=self.of if limit else prop.name,
            kind=LIMIT if limit else prop.kind,
            token="" if limit else prop.token,
            sentence="" if limit else prop.sentence,
            engine="induction",
            states=self.states,
            steps=self.steps,
            final=self.final,
        )


def failure(solver: z3.Solver, questions: Questions, group: Group, target: Target) -> Failure:
    """The model of a solver that has just found one, after an attempt at a smaller one."""
    u = questions.unrolling
    model = solver.model() if group.real else _smaller(solver, u, group)
    last, move = group.last, group.move
    steps = []
    for j in range(last + 1):
        if j == 0 and not group.real:
            steps.append(Step(ANY_STATE))
        elif j == last and move is not None and not group.leaves:
            steps.append(u.step_in(model, move, j))
        else:
            steps.append(u.taken_in(model, j))
    final = u.step_in(model, move, last + 1) if group.leaves and move is not None else None
    if move is not None:
        action = move.transition.action.name
    else:
        action = steps[-1].action
    return Failure(
        target.word,
        target.of,
        _blamed(model, group, target),
        action,
        group.real,
        tuple(u.state_in(model, j) for j in range(last + 1)),
        tuple(steps),
        final,
    )


def _blamed(model: z3.ModelRef, group: Group, target: Target) -> tuple[str, ...]:
    """What fails in a model: of the parts all that do, those of the target's property first."""
    if target.word != "part":
        return (target.of,)
    found = [
        (other.of != target.of, other.part.label.split(" ", 2)[2])
        for other in group.targets
        if z3.is_true(model.eval(other.part.term, model_completion=True))
    ]
    return tuple(label for _, label in sorted(found, key=lambda pair: pair[0]))


def _smaller(solver: z3.Solver, unrolling: Unrolling, group: Group) -> z3.ModelRef:
    """A model in which as many leaves of the first state, and choices, are zero as is easy.

    One leaf after the other is asked to be zero, while there is time; the solver's stack is left
    as it was.
    """
    u, best, began = unrolling, solver.model(), time.monotonic()
    system, pushed = u.system, 0
    wishes = [
        u.at(const == u.encoding.literal(leaf, zero), 0)
        for leaf, const, zero in zip(system.leaves, u.state, system.zero, strict=True)
        if const is not None
    ]
    if group.move is not None:
        choices = zip(group.move.transition.choices, group.move.choices, strict=True)
        k = group.last + group.leaves
        wishes += [
            u.renamed(const == u.encoding.literal(leaf, leaf.lo), k)
            for leaf, const in choices
            if const is not None
        ]
    for wish in wishes:
        left = SMALLER - (time.monotonic() - began)
        if left <= 0:
            break
        solver.push()
        pushed += 1
        solver.set("timeout", max(1, int(left * 1000)))
        solver.add(wish)
        if z3.is_true(best.eval(wish, model_completion=True)):
            continue
        if solver.check() == z3.sat:
            best = solver.model()
        else:
            solver.pop()
            pushed -= 1
    for _ in range(pushed):
        solver.pop()
    return best

"""Deadlock: no choice of any action passes its checks, as a formula over one state.

"Enabled" hides an existential quantifier over the choices.  An action whose checks mention few
choice values is expanded over them once; of the others, an instance is added only when a state
that was taken for a deadlock turns out to have a step by it.  Choices are finite, so this ends.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import z3

if TYPE_CHECKING:
    from model.language import Leaf

    from .unroll import Move, Unrolling

EXPANDED = 64  # values of the mentioned choices, per action


class Deadlock:
    """The condition "no action is enabled", at first weaker than that, strengthened on demand.

    `impossible`: some action is always enabled.
    """

    def __init__(self, unrolling: Unrolling) -> None:
        self._unrolling = unrolling
        self.instances: list[z3.BoolRef] = []
        for move in unrolling.moves:
            mentioned = _mentioned(move)
            if math.prod(leaf.hi - leaf.lo + 1 for leaf, _ in mentioned) <= EXPANDED:
                spans = [range(leaf.lo, leaf.hi + 1) for leaf, _ in mentioned]
                for values in itertools.product(*spans):
                    self.instances.append(self._refused(move, mentioned, values))
        self.instances = [i for i in self.instances if not z3.is_true(i)]
        self.impossible = any(z3.is_false(i) for i in self.instances)

    def _refused(
        self, move: Move, chosen: list[tuple[Leaf, z3.ExprRef]], values: tuple[int, ...]
    ) -> z3.BoolRef:
        pairs = [
            (const, self._unrolling.encoding.literal(leaf, value))
            for (leaf, const), value in zip(chosen, values, strict=True)
        ]
        return z3.simplify(z3.Not(z3.substitute(move.guard, *pairs)))

    def escape(self, state: tuple[int, ...], seconds: float | None) -> z3.BoolRef | None:
        """An instance, not yet added, that the state does not refuse; None if it is a deadlock.

        Raises `TimeoutError` if the solver cannot say.
        """
        u = self._unrolling
        here = [
            (const, u.encoding.literal(leaf, value))
            for leaf, const, value in zip(u.system.leaves, u.state, state, strict=True)
            if const is not None
        ]
        for move in u.moves:
            solver = z3.SolverFor(u.encoding.logic)
            if seconds is not None:
                solver.set("timeout", max(1, int(seconds * 1000)))
            solver.add(z3.simplify(z3.substitute(move.enabled, *here)))
            answer = solver.check()
            if answer == z3.unknown:
                raise TimeoutError(solver.reason_unknown())
            if answer == z3.sat:
                return self._instance(move, solver.model())
        return None

    def _instance(self, move: Move, model: z3.ModelRef) -> z3.BoolRef:
        mentioned = _mentioned(move)
        values = tuple(self._unrolling.encoding.read(leaf, c, model) for leaf, c in mentioned)
        instance = self._refused(move, mentioned, values)
        self.instances.append(instance)
        return instance


def _mentioned(move: Move) -> list[tuple[Leaf, z3.ExprRef]]:
    """The choices that decide whether the action is enabled."""
    seen, pending, names = set[int](), [move.guard], set[str]()
    while pending:
        term = pending.pop()
        if term.get_id() in seen:
            continue
        seen.add(term.get_id())
        pending += term.children()
        if z3.is_const(term) and term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            names.add(term.decl().name())
    choices = zip(move.transition.choices, move.choices, strict=True)
    return [(leaf, c) for leaf, c in choices if c is not None and c.decl().name() in names]

"""Promises that are never kept, as formulas over the unrolling: lassos, and runs that end.

State n of a lasso of n steps is a state that was met before, chosen by a selector; from there on
the states are inside the loop.  A promise is open in a state if its premise is true there or it was
open before, and its goal is not true.  It is broken if it is open in the last state and its goal
is true nowhere inside the loop (Biere, Cimatti, Clarke, Zhu, 1999); on a run that ends, if it is
open in the last state.

Fairness is that of `checker.lasso`.  That an action is *not* possible quantifies over its choices:
an instance is added only when a loop was taken for fair that is not.  Choices are finite, so this
ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import z3

from checker import lasso

if TYPE_CHECKING:
    from .unroll import Move, Unrolling


class Loops:
    """The runs that break one promise, at any length."""

    def __init__(self, unrolling: Unrolling, prop: Any) -> None:
        self.unrolling, self.prop = unrolling, prop
        system = unrolling.system
        self.halves = [
            (unrolling.condition(system.term(p.premise)), unrolling.condition(system.term(p.goal)))
            for p in lasso.promises(system, prop)
        ]
        kinds = lasso.fairness(system, prop)
        self.fair = [(m, kinds[_name(m)]) for m in unrolling.moves if _name(m) in kinds]
        self.away = {_name(m): _leads_away(unrolling, m) for m, _ in self.fair}
        self.instances: dict[str, list[z3.BoolRef]] = {name: [] for name in self.away}
        self._open: list[list[z3.BoolRef]] = [[] for _ in self.halves]

    def open_in(self, k: int) -> z3.BoolRef:
        """Some promise is open in state k."""
        return z3.Or(*(self._opened(half, k) for half in range(len(self.halves))))

    def _opened(self, half: int, k: int) -> z3.BoolRef:
        premise, goal = self.halves[half]
        known, u = self._open[half], self.unrolling
        for i in range(len(known), k + 1):
            before = [known[i - 1]] if i else []
            known.append(z3.And(z3.Not(u.at(goal, i)), z3.Or(u.at(premise, i), *before)))
        return known[k]

    def lasso(self, n: int) -> z3.BoolRef:
        """A run of n steps whose last state is an earlier one, fair, with a promise unkept."""
        u = self.unrolling
        backs = [z3.And(self._back(n, i), z3.Not(u.different(i, n))) for i in range(n)]
        inside = [self._inside(n, i) for i in range(n)]
        broken = [
            z3.And(
                self._opened(half, n - 1),
                *(z3.Implies(inside[i], z3.Not(u.at(goal, i))) for i in range(n)),
            )
            for half, (_, goal) in enumerate(self.halves)
        ]
        chosen = [z3.Implies(self._back(n, i), backs[i]) for i in range(n)]
        fair = [self._fair(move, kind, inside) for move, kind in self.fair]
        return z3.And(inside[-1], *chosen, z3.Or(*broken), *fair)

    def _fair(self, move: Move, kind: str, inside: list[z3.BoolRef]) -> z3.BoolRef:
        """The loop takes the action, or it is impossible in one (weak) or all (strong) states."""
        u, states = self.unrolling, range(len(inside))
        taken = [
            z3.And(inside[i], u.renamed(move.selector, i + 1), u.different(i, i + 1))
            for i in states
        ]
        refused = [self._impossible(move, i) for i in states]
        if kind == lasso.WEAK:
            return z3.Or(*taken, *(z3.And(inside[i], refused[i]) for i in states))
        return z3.Or(*taken, z3.And(*(z3.Implies(inside[i], refused[i]) for i in states)))

    def _back(self, n: int, i: int) -> z3.BoolRef:
        return z3.Bool(f"{self.prop.name}?back@{n}@{i}")

    def _inside(self, n: int, i: int) -> z3.BoolRef:
        """State i of a run of n steps is in the loop; the earliest selector counts."""
        return z3.Or(*(self._back(n, j) for j in range(i + 1)))

    def _impossible(self, move: Move, i: int) -> z3.BoolRef:
        return z3.Bool(f"{self.prop.name}?{_name(move)}?impossible@{i}")

    def facts(self, i: int) -> list[z3.BoolRef]:
        """What is known of impossible actions in state i."""
        return [
            z3.Implies(self._impossible(move, i), self.unrolling.at(instance, i))
            for move, _ in self.fair
            for instance in self.instances[_name(move)]
        ]

    # reading a solver model

    def begin(self, model: z3.ModelRef, n: int) -> int:
        """The state in which the loop begins."""
        flags = (model.eval(self._back(n, i), model_completion=True) for i in range(n))
        return next(i for i, flag in enumerate(flags) if z3.is_true(flag))

    def mistaken(
        self, model: z3.ModelRef, n: int, seconds: float | None
    ) -> list[tuple[str, z3.BoolRef]]:
        """Instances, not yet known, that a model violates: action and instance.

        Empty if every action the model takes for impossible, in a state of the loop, is.  Raises
        TimeoutError if the solver cannot say.
        """
        found = []
        for i in range(self.begin(model, n), n):
            state = self.unrolling.state_in(model, i)
            for move, _ in self.fair:
                claimed = model.eval(self._impossible(move, i), model_completion=True)
                if z3.is_true(claimed):
                    instance = self._way(move, state, seconds)
                    if instance is not None:
                        found.append((_name(move), instance))
        return found

    def _way(self, move: Move, state: tuple[int, ...], seconds: float | None) -> z3.BoolRef | None:
        """That some choices do not lead away, which lead away from this state; None if none do."""
        u, name = self.unrolling, _name(move)
        here = [
            (const, u.encoding.literal(leaf, value))
            for leaf, const, value in zip(u.system.leaves, u.state, state, strict=True)
            if const is not None
        ]
        solver = z3.SolverFor(u.encoding.logic)
        if seconds is not None:
            solver.set("timeout", max(1, int(seconds * 1000)))
        solver.add(z3.simplify(z3.substitute(self.away[name], *here)))
        answer = solver.check()
        if answer == z3.unknown:
            raise TimeoutError(solver.reason_unknown())
        if answer == z3.unsat:
            return None
        model = solver.model()
        pairs = [
            (const, u.encoding.literal(leaf, u.encoding.read(leaf, const, model)))
            for leaf, const in zip(move.transition.choices, move.choices, strict=True)
            if const is not None
        ]
        return z3.simplify(z3.Not(z3.substitute(self.away[name], *pairs)))


def _name(move: Move) -> str:
    return str(move.transition.action.name)


def _leads_away(unrolling: Unrolling, move: Move) -> z3.BoolRef:
    """A step by the action leads to another state, or past a limit."""
    changes = [move.updates[i] != unrolling.state[i] for i in move.updates]
    defined = [z3.Not(reached) for _, reached in move.undefined]
    past = [broken for _, broken in move.limits]
    return z3.And(move.enabled, *defined, z3.Or(*past, *changes))

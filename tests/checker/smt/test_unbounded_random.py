"""Random systems without sizes agree with what the same bodies do at small sizes."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
import z3

from checker.smt.obligations import settle
from checker.smt.relational import Induction
from model.language import Leaf, System, Transition
from model.language.sorts import at_size
from tests.agreement import naive
from tests.checker.smt.unbounded_random import promise, system

SIZES = [{"core": n, "val": m} for n, m in ((1, 1), (2, 1), (1, 2), (2, 2), (3, 2))]
SEEDS = range(40)


class Table:
    """A finite state and choices, as the meaning of another system's constants and functions."""

    def __init__(self, sizes: dict[str, int]) -> None:
        self.parameters = [
            (z3.Int("cores"), z3.IntVal(sizes["core"])),
            (z3.Int("vals"), z3.IntVal(sizes["val"])),
        ]
        self.sizes, self.solver = sizes, z3.Solver()
        self.model: Any = None
        self.solver.add(*(a == b for a, b in self.parameters))

    def add(self, leaves: tuple[Leaf, ...], values: list[Any]) -> None:
        for leaf in leaves:
            for entry in self.entries(leaf, leaf.var):
                self.solver.add(entry == values.pop(0))
        assert not values

    def entries(self, leaf: Leaf, expr: Any) -> list[Any]:
        """The entries of one leaf, in the order in which a finite system has its leaves."""
        found = [expr]
        for index, slot in leaf.binders:
            members = range(self.sizes[index.name])
            found = [z3.substitute(e, (slot, z3.IntVal(i))) for e in found for i in members]
        return found

    def value(self, expr: Any) -> Any:
        if self.model is None:
            assert self.solver.check() == z3.sat
            self.model = self.solver.model()
        value = self.model.eval(expr, model_completion=True)
        return z3.is_true(value) if z3.is_bool(expr) else value.as_long()


def reordered(finite: System, values: Any, kinds: Any, leaves: Any) -> list[Any]:
    """Values of finite leaves by path and then entry, as the leaves without sizes come."""
    own = list(zip(finite_leaves(kinds), values, strict=True))
    return [value for leaf in leaves for path, value in own if path == leaf.path]


def finite_leaves(kinds: Any) -> list[str]:
    return [path for name, kind in kinds.items() for _, path, _ in kind.leaves(name, name)]


def outcome(table: Table, taken: Transition, leaves: tuple[Leaf, ...]) -> Any:
    """What the terms say of the step: `undefined`, `refused`, `limit`, or the state by path."""
    if not all(table.value(t) for t in taken.domain):
        return "outside"
    if not all(table.value(c.holds) for c in taken.checks):
        return "refused"
    if any(table.value(u.reached) for u in taken.undefined):
        return "undefined"
    if any(table.value(limit.broken) for limit in taken.limits):
        return "limit"
    pairs = zip(leaves, taken.updates, strict=True)
    return [table.value(e) for leaf, update in pairs for e in table.entries(leaf, update)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_step_without_sizes_is_the_finite_step(seed: int) -> None:
    random, sizes = Random(seed), SIZES[seed % len(SIZES)]
    finite, whole = system(seed, sizes), system(seed, None)
    for taken, other in zip(finite.transitions, whole.transitions, strict=True):
        for _ in range(6):
            state = [random.randint(leaf.low, leaf.high) for leaf in finite.leaves]
            picked = [random.randint(leaf.low, leaf.high) for leaf in taken.choices]
            plain = [leaf.value(v) for leaf, v in zip(finite.leaves, state, strict=True)]
            chosen = [int(v) for v in picked]
            table = Table(sizes)
            table.add(whole.leaves, reordered(finite, plain, finite.storage, whole.leaves))
            table.add(other.choices, chosen)
            with at_size({"cores": sizes["core"], "vals": sizes["val"]}):
                state_terms = [leaf.scalar() for leaf in whole.leaves]
                step = whole.step(other.action, state_terms, other.choices, trust=True)
            result = finite.run(taken, state, picked)
            words = {
                result.undefined: "undefined",
                result.refused: "refused",
                result.limit: "limit",
            }
            expected: Any = next((word for why, word in words.items() if why), "outside")
            if result.state is not None:
                after = [leaf.value(v) for leaf, v in zip(finite.leaves, result.state, strict=True)]
                expected = reordered(finite, after, finite.storage, whole.leaves)
            assert outcome(table, step, whole.leaves) == expected


def test_what_is_proved_for_every_size_holds_at_small_ones() -> None:
    proved = refuted = 0
    for seed in SEEDS[:10]:
        for goal in [promise(n) for n in range(seed * 6, seed * 6 + 6)]:
            wanted = Induction(system(seed, None), goal).obligations()
            if any(settle(o, 3.0).status != "unsat" for o in wanted):
                refuted += 1
                continue
            proved += 1
            for sizes in SIZES[:3]:
                found = naive.search(system(seed, sizes), [goal])
                assert goal.name not in found.lengths
                assert not found.stopped
    assert proved > 5
    assert refuted > 5

"""Plain unrolling: a run of d steps as one formula over step-indexed constants.

State k has one constant per leaf, `leaf@k`.  Step k leads from state k-1 to state k; it has one
selector per action and one constant per choice leaf.  Step 0 is the initial action.  A step holds
the action's domain, its checks, nothing undefined, no limit broken, and the updates; there is
no stutter step.  Declared ranges constrain the choices alone: a step that breaks a limit is no
step, so the states stay in range by themselves, and constraining them would hide limits.

Everything is lowered once over unindexed constants and then renamed for each step, so building a
step costs one substitution.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import z3

from checker.trace import Step

from .encoding import BITS, Encoding, Names, Stored

if TYPE_CHECKING:
    from model.language import System, Transition

Pairs: TypeAlias = "list[tuple[z3.ExprRef, z3.ExprRef]]"


@dataclass(frozen=True, slots=True)
class Move:
    """A transition over the solver's unindexed constants.

    `choices` has the constant of each choice leaf, `ranges` says that they are in range; `guard`
    is the domain and the checks; `undefined` and `limits` are the places and names that are not
    excluded by ranges alone.  `updates` maps the position of a leaf to its new value, for the
    leaves that change.
    """

    transition: Transition
    selector: z3.BoolRef
    choices: tuple[Stored, ...]
    ranges: z3.BoolRef
    guard: z3.BoolRef
    undefined: tuple[tuple[str, z3.BoolRef], ...]
    limits: tuple[tuple[str, z3.BoolRef], ...]
    updates: dict[int, z3.ExprRef]

    @property
    def enabled(self) -> z3.BoolRef:
        """The choices are values of their types, and pass domain and checks."""
        return z3.And(self.ranges, self.guard)

    def undefined_here(self) -> z3.BoolRef:
        """The step passes its checks and reaches something undefined."""
        return z3.And(self.enabled, z3.Or(*(reached for _, reached in self.undefined)))

    def limited_here(self, names: Callable[[str], bool]) -> z3.BoolRef:
        """The step is defined, and the first limit it breaks is one of the names."""
        first = z3.BoolVal(val=False)
        for name, broken in reversed(self.limits):
            first = z3.If(broken, z3.BoolVal(names(name)), first)
        defined = (z3.Not(reached) for _, reached in self.undefined)
        return z3.simplify(z3.And(self.enabled, first, *defined))


class Unrolling:
    """The formulas of one system, and what a solver model says about its run."""

    def __init__(self, system: System, encoding: Encoding = BITS) -> None:
        system.check_finite()
        self.system, self.encoding = system, encoding
        self.state: tuple[Stored, ...] = tuple(encoding.const(x, x.name) for x in system.leaves)
        self.after: tuple[Stored, ...] = tuple(
            encoding.const(x, x.name + "'") for x in system.leaves
        )
        self._states: dict[int, Pairs] = {}
        self._steps: dict[int, Pairs] = {}
        self._placed: dict[tuple[int, int], tuple[z3.BoolRef, z3.BoolRef]] = {}
        self._names: Names = {
            leaf.name: (leaf, const) for leaf, const in zip(system.leaves, self.state, strict=True)
        }
        self.initial = self._move(system.initial, initial=True)
        self.moves = tuple(self._move(t) for t in system.transitions)
        self._step = z3.And(*self._step_parts())
        self.started = z3.And(*self._start_parts())

    # lowering, once

    def _move(self, transition: Transition, *, initial: bool = False) -> Move:
        name = transition.action.name
        choices = tuple(self.encoding.const(c, f"{name}?{c.name}") for c in transition.choices)
        own: Names = {c.name: (c, x) for c, x in zip(transition.choices, choices, strict=True)}
        low = self.encoding.lowering(own if initial else {**self._names, **own})
        ranges = [self.encoding.within(c, x) for c, x in own.values()]
        guards = [low.truth(t) for t in (*transition.domain, *(c.holds for c in transition.checks))]
        undefined = [(u.what, low.truth(u.reached)) for u in transition.undefined]
        limits = [(limit.name, low.truth(limit.broken)) for limit in transition.limits]
        updates: dict[int, z3.ExprRef] = {}
        for i, (leaf, term) in enumerate(zip(self.system.leaves, transition.updates, strict=True)):
            if not initial and term.eq(leaf.var):
                continue
            if self.state[i] is not None:
                updates[i] = low.stored(leaf, term)
            if leaf.path not in {n for n, _ in limits}:
                limits.append((leaf.path, low.escapes(leaf, term)))
        return Move(
            transition,
            z3.Bool(f"{name}?"),
            choices,
            z3.simplify(z3.And(*ranges)),
            z3.simplify(z3.And(*guards)),
            _possible(undefined),
            _possible(limits),
            updates,
        )

    def _start_parts(self) -> Iterator[z3.BoolRef]:
        yield self.initial.enabled
        yield from (z3.Not(c) for _, c in (*self.initial.undefined, *self.initial.limits))
        yield from (self.state[i] == value for i, value in self.initial.updates.items())

    def _step_parts(self) -> Iterator[z3.BoolRef]:
        selectors = [m.selector for m in self.moves]
        yield z3.Or(*selectors)
        yield from (z3.Or(z3.Not(a), z3.Not(b)) for a, b in itertools.combinations(selectors, 2))
        for m in self.moves:
            blocked = [z3.Not(c) for _, c in (*m.undefined, *m.limits)]
            yield z3.Implies(m.selector, z3.And(m.enabled, *blocked))
        for i, (before, after) in enumerate(zip(self.state, self.after, strict=True)):
            if after is None:
                continue
            value: Any = before
            for m in self.moves:
                if i in m.updates:
                    value = z3.If(m.selector, m.updates[i], value)
            yield after == value

    def taken(self, move: Move) -> z3.BoolRef:
        """A step by one action leads from `state` to `after`; it does not name its selector."""
        blocked = [z3.Not(c) for _, c in (*move.undefined, *move.limits)]
        effects = [
            after == move.updates.get(i, before)
            for i, (before, after) in enumerate(zip(self.state, self.after, strict=True))
            if after is not None
        ]
        return z3.And(move.enabled, *blocked, *effects)

    def condition(self, term: z3.BoolRef) -> z3.BoolRef:
        """A property's term, over `state` and (for a step property) `after`."""
        leaves = zip(self.system.leaves, self.after, strict=True)
        primed = {leaf.name + "'": (leaf, const) for leaf, const in leaves}
        return self.encoding.lowering({**self._names, **primed}).truth(term)

    # one formula per step

    def start(self) -> z3.BoolRef:
        """State 0 is a result of the initial action."""
        return self.first(self.started)

    def first(self, formula: z3.BoolRef) -> z3.BoolRef:
        """A formula over the initial choices (and state 0)."""
        return z3.substitute(formula, *_indexed([*self.state, *self.initial.choices], 0))

    def step(self, k: int) -> z3.BoolRef:
        """State k follows from state k-1."""
        return self.renamed(self._step, k)

    def renamed(self, formula: z3.BoolRef, k: int) -> z3.BoolRef:
        """A formula about step k: `state` is state k-1, `after` is state k."""
        own = [c for m in self.moves for c in (m.selector, *m.choices)]
        if k not in self._steps:
            pairs = _indexed(self.state, k - 1) + _indexed(own, k)
            targets = zip(self.after, self.state, strict=True)
            self._steps[k] = pairs + [(a, _like(s, k)) for a, s in targets if a is not None]
        return z3.substitute(formula, *self._steps[k])

    def at(self, condition: z3.BoolRef, k: int) -> z3.BoolRef:
        """A condition over `state` alone, in state k; made once."""
        key = condition.get_id(), k
        if key not in self._placed:
            if k not in self._states:
                self._states[k] = _indexed(self.state, k)
            # The condition is kept beside its image: z3 reuses the ids of dead terms.
            self._placed[key] = condition, z3.substitute(condition, *self._states[k])
        return self._placed[key][1]

    def different(self, i: int, j: int) -> z3.BoolRef:
        """States i and j are not the same."""
        consts = [c for c in self.state if c is not None]
        return z3.Or(*(_like(c, i) != _like(c, j) for c in consts))

    # reading a solver model

    def state_in(self, model: z3.ModelRef, k: int) -> tuple[int, ...]:
        """State k of the run."""
        return tuple(
            self.encoding.read(leaf, None if const is None else _like(const, k), model)
            for leaf, const in zip(self.system.leaves, self.state, strict=True)
        )

    def step_in(self, model: z3.ModelRef, move: Move, k: int) -> Step:
        """Step k of the run, given its action."""
        choices = zip(move.transition.choices, move.choices, strict=True)
        values = (
            self.encoding.read(leaf, None if c is None else _like(c, k), model)
            for leaf, c in choices
        )
        return Step(move.transition.action.name, tuple(values))

    def taken_in(self, model: z3.ModelRef, k: int) -> Step:
        """Step k of the run: the initial action if k is 0, else the selected one."""
        if k == 0:
            return self.step_in(model, self.initial, 0)
        for m in self.moves:
            if z3.is_true(model.eval(_like(m.selector, k))):
                return self.step_in(model, m, k)
        raise RuntimeError(f"no action is selected in step {k}")


def _possible(
    named: Iterable[tuple[str, z3.BoolRef]],
) -> tuple[tuple[str, z3.BoolRef], ...]:
    return tuple((name, term) for name, term in named if not z3.is_false(term))


def _like(const: Any, k: int) -> z3.ExprRef:
    return z3.Const(f"{const.decl().name()}@{k}", const.sort())


def _indexed(constants: Iterable[Stored], k: int) -> Pairs:
    return [(c, _like(c, k)) for c in constants if c is not None]

"""Traces from levels: backwards, and canonical.

The last state is the least that shows the finding; its predecessor the least state of the
level before with a step to it, and so on; each step the first action of the table, then the
least choices in declared order.  All are functions of sets of states, so a trace does not
depend on lanes, block sizes or the order in which states were found.  For a step property, an
undefined step or a limit, "the last state" is the one the step starts from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import z3

from checker.compile.errors import InternalError
from checker.explicit import graph
from checker.explicit.engine import Engine
from checker.explicit.levels import PAD, Levels
from checker.trace import Step, Trace

ENUMERATED = 8  # choices of an action up to which concrete mode tries them one by one

State = tuple[int, ...]
Words = tuple[int, ...]
Accepts = Callable[[Any], bool]  # of an Outcome of concrete mode


class Rebuilder:
    """Rebuilds traces of one search."""

    def __init__(self, engine: Engine, levels: Levels) -> None:
        self.engine = engine
        self.levels = levels
        self.system = engine.system
        self.before: dict[tuple[int, Words], Words] = {}  # findings share much of their past
        self.between: dict[tuple[State, State], Step] = {}

    # The kinds of traces

    def state(self, seen: Any) -> Trace:
        """Trace to a state that shows the finding."""
        return self._trace(*self._path(seen.depth, seen.words))

    def step(self, seen: Any, prop: Any) -> Trace:
        """Trace whose last step violates a step property."""
        states, steps = self._path(seen.depth, seen.words)
        last = states[-1]
        violated = z3.Not(self.system.term(prop))
        for transition in self.system.transitions:
            choices = self._least_choices(
                transition,
                last,
                lambda x: x.state is not None and not self.system.holds(prop, last, x.state),
                lambda t: [*_succeeds(t), _after(self.system, t, violated)],
            )
            if choices is not None:
                target = self.system.run(transition, last, choices).state
                return self._trace(
                    [*states, target], [*steps, Step(transition.action.name, choices)]
                )
        message = f"no step out of {last} violates {prop.name}, though compiled code says so"
        raise InternalError(message)

    def run(
        self, depth: int, words: Words, moves: Sequence[tuple[int, Words]], *, loops: int
    ) -> Trace:
        """Trace to a state, then by steps of given actions; the last `loops` of them lead back."""
        states, steps = self._path(depth, words)
        for action, target in moves:
            after = self.engine.layout.unpack(target)
            steps.append(self._step_of(self.system.transitions[action], states[-1], after))
            states.append(after)
        trace = self._trace(states, steps)
        if not loops:
            return trace
        return replace(
            trace,
            states=tuple(states[:-1]),
            steps=tuple(steps[:-1]),
            loop=len(states) - 1 - loops,
            final=steps[-1],
        )

    def undefined(self, seen: Any) -> Trace:
        """Trace whose final step reaches something undefined."""
        return self._ends(
            seen, lambda x: bool(x.undefined), lambda t: [*_enabled(t), _undefined(t)]
        )

    def limit(self, seen: Any, name: str) -> Trace:
        """Trace whose final step breaks a limit, and no limit listed before it."""

        def broken(t: Any) -> list[Any]:
            alternatives = []
            for i, x in enumerate(t.limits):
                if x.name == name:
                    before = [z3.Not(y.broken) for y in t.limits[:i]]
                    alternatives.append(z3.And(x.broken, *before))
            return [*_enabled(t), z3.Not(_undefined(t)), z3.Or(alternatives)]

        draft = self._ends(seen, lambda x: x.limit == name, broken)
        return _retitled(draft, name)

    def _ends(self, seen: Any, accepts: Accepts, terms: Callable[[Any], list[Any]]) -> Trace:
        states: list[State] = []
        steps: list[Step] = []
        if seen.depth < 0:
            candidates, last = [self.system.initial], self.system.zero
        else:
            candidates = list(self.system.transitions)
            states, steps = self._path(seen.depth, seen.words)
            last = states[-1]
        for transition in candidates:
            choices = self._least_choices(transition, last, accepts, terms)
            if choices is not None:
                return self._trace(states, steps, Step(transition.action.name, choices))
        message = f"no such step out of {last}, though compiled code says so"
        raise InternalError(message)

    def _trace(self, states: list[State], steps: list[Step], final: Step | None = None) -> Trace:
        return Trace(
            system=self.system.name,
            instance="",
            amendments="",
            variant="",
            property="",
            kind="",
            token="",
            sentence="",
            engine="explicit",
            states=tuple(states),
            steps=tuple(steps),
            final=final,
        )

    # Backwards through the levels

    def _path(self, depth: int, words: Words) -> tuple[list[State], list[Step]]:
        """States from an initial one to this one, and the step into each."""
        packed = [words]
        for level in range(depth - 1, -1, -1):
            key = (level, packed[-1])
            if key not in self.before:
                self.before[key] = self._predecessor(*key)
            packed.append(self.before[key])
        packed.reverse()
        states = [self.engine.layout.unpack(w) for w in packed]
        first = self._least_choices(
            self.system.initial,
            self.system.zero,
            lambda x: x.state == states[0],
            lambda t: [*_succeeds(t), _leads_to(t, states[0])],
        )
        if first is None:
            message = f"no initial choices lead to {states[0]}"
            raise InternalError(message)
        steps = [Step(self.system.initial.action.name, first)]
        for i in range(1, len(states)):
            pair = (states[i - 1], states[i])
            if pair not in self.between:
                self.between[pair] = self._step_between(*pair, packed[i - 1], packed[i])
            steps.append(self.between[pair])
        return states, steps

    def _predecessor(self, level: int, target: Words) -> Words:
        engine = self.engine
        wanted = np.array(target, np.uint64)
        best = np.zeros(engine.layout.words, np.uint64)
        found = False
        for array, count in self.levels.chunks(level):
            engine.place_source(array)
            found = graph.least_source(
                engine.walk, engine.functions, count, array, engine.out, wanted, best, found
            )
        if not found:
            message = f"no predecessor at depth {level} of a state at depth {level + 1}"
            raise InternalError(message)
        return tuple(int(w) for w in best)

    def _step_between(self, before: State, after: State, source: Words, target: Words) -> Step:
        engine = self.engine
        array = np.zeros((engine.layout.words, PAD), np.uint64)
        array[:, 0] = source
        engine.place_source(array)
        wanted = np.array(target, np.uint64)
        number = graph.least_action(engine.walk, engine.functions, engine.out, wanted, 0)
        if number != graph.ABSENT:
            return self._step_of(self.system.transitions[number], before, after)
        message = f"concrete mode has no step from {before} to {after}, compiled code has one"
        raise InternalError(message)

    def _step_of(self, transition: Any, before: State, after: State) -> Step:
        """The step of an action between two states, with the least choices."""
        choices = self._least_choices(
            transition,
            before,
            lambda x: x.state == after,
            lambda t: [*_succeeds(t), _leads_to(t, after)],
        )
        if choices is None:
            name = transition.action.name
            message = f"{name} does not lead from {before} to {after}, though compiled code says so"
            raise InternalError(message)
        return Step(transition.action.name, choices)

    # Choices

    def _least_choices(
        self, transition: Any, state: State, accepts: Accepts, terms: Callable[[Any], list[Any]]
    ) -> State | None:
        """Least choices whose outcome is accepted: tried one by one, or found by the solver."""
        count = math.prod(c.hi - c.lo + 1 for c in transition.choices)
        if count <= ENUMERATED:
            for choices in self.system.choices(transition):
                if accepts(self.system.run(transition, state, choices)):
                    return tuple(choices)
            return None
        found = self._solved(transition, state, terms(transition))
        if found is not None and not accepts(self.system.run(transition, state, found)):
            message = f"solver and concrete mode differ on {transition.action.name} {found}"
            raise InternalError(message)
        return found

    def _solved(self, transition: Any, state: State, terms: list[Any]) -> State | None:
        known = [
            (leaf.var, _value(leaf, v)) for leaf, v in zip(self.system.leaves, state, strict=True)
        ]
        solver = z3.Solver()
        solver.add(z3.simplify(z3.substitute(z3.And(terms), *known)))  # one call: it is slow
        for choice in transition.choices:
            if not choice.boolean:
                solver.add(choice.var >= choice.lo, choice.var <= choice.hi)
        if solver.check() != z3.sat:
            return None
        return tuple(_fix_least(solver, transition.choices))


def _fix_least(solver: z3.Solver, choices: tuple[Any, ...]) -> Iterator[int]:
    """Fix each choice in turn to its least value that leaves the rest satisfiable."""
    for choice in choices:
        for value in range(choice.lo, choice.hi + 1):
            solver.push()
            solver.add(choice.var == _value(choice, value))
            if solver.check() == z3.sat:
                yield value
                break
            solver.pop()


def _value(leaf: Any, value: int) -> Any:
    return z3.BoolVal(bool(value)) if leaf.boolean else z3.IntVal(value)


def _enabled(transition: Any) -> list[Any]:
    return [*transition.domain, *(c.holds for c in transition.checks)]


def _undefined(transition: Any) -> Any:
    return z3.Or([u.reached for u in transition.undefined])


def _succeeds(transition: Any) -> list[Any]:
    broken = [z3.Not(x.broken) for x in transition.limits]
    return [*_enabled(transition), z3.Not(_undefined(transition)), *broken]


def _leads_to(transition: Any, state: State) -> Any:
    """The updates are the values of this state."""
    equal = []
    for update, value in zip(transition.updates, state, strict=True):
        constant = z3.BoolVal(bool(value)) if z3.is_bool(update) else z3.IntVal(value)
        equal.append(update == constant)
    return z3.And(equal)


def _after(system: Any, transition: Any, term: Any) -> Any:
    """A term over two states with the second one replaced by the updates."""
    pairs = [(leaf.primed, u) for leaf, u in zip(system.leaves, transition.updates, strict=True)]
    return z3.substitute(term, *pairs)


def _retitled(trace: Trace, name: str) -> Trace:
    return replace(trace, property=name, kind="limit")

"""Every reachable step of a system, driven through the reference implementation.

For each state and each choice the environment may make, the reference accepts exactly what the
model's checks accept, raises the exception that a failed check names (or `Undefined`
where the text is), and lands in the state that maps to the model's.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from impl.errors import CheckFailed, HostError, Undefined, Unrecoverable
from model.language import System, Transition

from .benches import bench_of, remembered
from .plain import compiled, condition, conjuncts, flattener, mentions

State = tuple[int, ...]


@dataclass(frozen=True)
class Divergence:
    """A step on which model and reference disagree, with what each says."""

    state: State
    action: str
    choices: State
    model: str
    reference: str

    def __str__(self) -> str:
        return f"{self.action}{self.choices}: model {self.model}, reference {self.reference}"


@dataclass
class Walk:
    """What a walk covered: states, accepted and refused steps, and the divergences found.

    `complete` is whether every reachable state was driven; `refusals` counts by name of the check.
    """

    system: System
    states: int = 0
    steps: int = 0
    refusals: dict[str, int] = field(default_factory=dict)
    divergences: list[Divergence] = field(default_factory=list)
    complete: bool = True

    def __post_init__(self) -> None:
        self.bench: Any = bench_of(self.system.name)
        only_the_models = remembered(self.bench)
        self.flatteners = [
            (name, flattener(k))
            for name, k in self.system.storage.items()
            if name not in only_the_models
        ]
        self.compared = [
            leaf.name.partition("[")[0].partition(".")[0] not in only_the_models
            for leaf in self.system.leaves
        ]

    def compare(
        self, state: State, action: str, choices: State, said: tuple[str, State | None], after: Any
    ) -> None:
        """One step from both sides: `said` is the model's word, `after` a bench or an error."""
        refused, target = said
        if refused.startswith("limit: "):
            return  # a bound of the model, of which the reference knows nothing
        model = refused.split(":")[0] if refused else "accepts"
        reference = _reference(after)
        if reference == "accepts" and target is not None:
            mapped, wanted = self.encoded(after), self._shared(target)
            if mapped != wanted:
                leaves = self._shared(tuple(leaf.name for leaf in self.system.leaves))
                model, reference = _differences(leaves, wanted, mapped)
        if model != reference:
            self.divergences.append(Divergence(state, action, choices, model, reference))
        elif model == "accepts":
            self.steps += 1
        else:
            self.refusals[model] = self.refusals.get(model, 0) + 1

    def _shared(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """Of one value for each leaf, those of the leaves that both sides have."""
        return tuple(itertools.compress(values, self.compared))

    def encoded(self, after: Any) -> State:
        """The mapped state as leaf numbers."""
        data, numbers = self.bench.abstract(after), list[int]()
        for name, put in self.flatteners:
            put(data[name], numbers)
        return tuple(numbers)


def _reference(after: Any) -> str:
    """What the reference said of a step, in the words of the model's refusals."""
    if isinstance(after, (CheckFailed, Unrecoverable)):
        return type(after).__name__
    if isinstance(after, Undefined):
        return "undefined"
    return f"{type(after).__name__}: {after}" if isinstance(after, HostError) else "accepts"


@dataclass(frozen=True)
class Table:
    """One action in a form that runs fast on plain values.

    `choices` are those the environment may ever make, as numbers and as plain data; `starts`
    tells whether it may make any in a state.
    """

    transition: Transition
    choices: tuple[tuple[State, dict[str, Any]], ...]
    starts: Callable[[State, State], bool]
    run: Callable[[State, State], tuple[str, State | None]]


def tables(system: System) -> list[Table]:
    """The action table; what the environment never chooses is left out once and for all."""
    made = []
    for t in system.transitions:
        of_state = frozenset(leaf.name for leaf in system.leaves)
        of_choice = frozenset(leaf.name for leaf in t.choices)
        parts = conjuncts(t.domain)
        always = condition(system, t, [p for p in parts if not mentions(p, of_state)])
        starts = condition(system, t, [p for p in parts if not mentions(p, of_choice)])
        choices = [
            (c, system.decode_choices(t, c)) for c in system.choices(t) if always(system.zero, c)
        ]
        made.append(Table(t, tuple(choices), starts, compiled(system, t)))
    return made


def initial(
    system: System, bench: Any, only: Callable[[dict[str, Any]], bool] | None = None
) -> Iterator[tuple[State, str, State | None, Any]]:
    """Each initial choice: what the model does with it, and the reference's first bench.

    `only` selects some of them, as plain data by name.
    """
    for choices in system.choices(system.initial):
        picked = system.decode_choices(system.initial, choices)
        if only is not None and not only(picked):
            continue
        outcome = system.run(system.initial, system.zero, choices)
        if outcome.outside:
            continue
        name = f"undefined: {outcome.undefined}" if outcome.undefined else outcome.refused
        first: Any
        try:
            first = bench.genesis(system.cfg, **picked)
        except HostError as error:
            first = error
        yield choices, name, outcome.state, first


def walk(
    system: System,
    *,
    most: int = 10,
    states: int | None = None,
    only: Callable[[dict[str, Any]], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Walk:
    """Drive every reachable step, breadth first; stop at `most` divergences or `states` states.

    `only` selects among the initial choices, given as plain data by name: the walk is of the states
    reachable from those, and complete if all of them were driven.
    """
    done, actions = Walk(system), tables(system)
    seen: dict[State, Any] = {}
    for choices, name, state, first in initial(system, done.bench, only):
        done.compare(system.zero, system.initial.action.name, choices, (name, state), first)
        if state is not None and isinstance(first, done.bench.Bench):
            seen.setdefault(state, first)
    level = list(seen)
    while level and len(done.divergences) < most:
        following: list[State] = []
        for state in level:
            if states is not None and done.states >= states:
                done.complete = False
                return done
            done.states += 1
            if progress and done.states % 500 == 0:
                progress(done.states, done.steps)
            following += _expand(done, actions, state, seen)
            seen[state] = None  # its bench is not needed again
        level = following
    done.complete = not done.divergences
    return done


def _expand(done: Walk, actions: list[Table], state: State, seen: dict[State, Any]) -> list[State]:
    """Every step out of one state; the successors seen for the first time."""
    here, found = seen[state], []
    for table in actions:
        name = table.transition.action.name
        for choices, picked in table.choices if table.starts(state, ()) else ():
            refused, target = table.run(state, choices)
            if refused == "outside":
                continue
            after: Any
            try:
                after = done.bench.step(here, name, picked)
            except HostError as error:
                after = error
            done.compare(state, name, choices, (refused, target), after)
            if target is not None and target not in seen and isinstance(after, done.bench.Bench):
                seen[target] = after
                found.append(target)
    return found


def _differences(leaves: tuple[str, ...], target: State, mapped: State) -> tuple[str, str]:
    """The leaves in which two states differ, as each side has them."""
    rows = [
        (f"{leaf}={a}", f"{leaf}={b}")
        for leaf, a, b in zip(leaves, target, mapped, strict=True)
        if a != b
    ]
    shown = list(itertools.islice(rows, 4))
    return ", ".join(a for a, _ in shown), ", ".join(b for _, b in shown)

"""Proofs for every size: the obligations of an induction over a system without bounds.

What a step does is never stated of primed variables.  A body is run on the terms that the
step before it left, and a sentence about the later state on those, so that a variable with an
entry for each member of a sort is an uninterpreted function of the first state alone, and what is
left to the solver has quantifiers but neither arrays nor lambdas.

Every sentence is claimed together with its having a value.  Declared ranges are known of the
first state, and that no step leaves them, or reaches something undefined, is proved beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import z3

from model.language.errors import ModelError
from model.language.sorts import MARK, at_size, constants, named_apart
from model.language.terms import lift, surely

from .obligations import Obligation, Part

if TYPE_CHECKING:
    from model.language import Action, Leaf, System, Transition
    from model.language.terms import Term

GIVEN, LEMMA, GOAL = "given ", "lemma ", "goal "


@dataclass(frozen=True)
class Run:
    """Some steps from any state, or from before the initial action: terms of each state, and facts.

    `steps` are the transitions taken, over choices of their own names.
    """

    states: tuple[tuple[Term, ...], ...]
    steps: tuple[Transition, ...] = ()
    facts: tuple[Part, ...] = ()

    @property
    def text(self) -> str:
        """The actions, in order."""
        return ", ".join(t.action.name for t in self.steps)


@dataclass
class Induction:
    """The obligations of a goal and its lemmas, by induction over `k` steps.

    `sizes` gives numbers to the parameters that are sizes of sorts: then nothing is quantified,
    and what the obligations say is so only of these sizes.
    """

    system: System
    goal: Any
    lemmas: Sequence[Any] = ()
    given: Sequence[Any] = ()
    k: int = 1
    sizes: Mapping[str, int] | None = None
    runs: dict[str, Run] = field(default_factory=dict)

    def __post_init__(self) -> None:
        invariants = [*self.lemmas, *([self.goal] if self.goal.kind == "invariant" else [])]
        labels = [*([LEMMA] * len(self.lemmas)), GOAL]
        self.invariants = list(zip(labels, invariants, strict=False))
        _check_cuts(self.system)
        _check_rigid(self.system, self.given)

    # what can be assumed

    def _parts(self) -> Iterator[Part]:
        for name, number in self.system.parameters.items():
            low, _ = number.range or (0, 0)
            yield Part(f"parameter {name}", number.expr >= low)
            if name in (self.sizes or {}):
                yield Part(f"where {name}", number.expr == (self.sizes or {})[name])

    def _holds(self, prop: Any, *states: Sequence[Any]) -> z3.BoolRef:
        term: z3.BoolRef = lift(surely(self.system.truth_of(prop, *states))).expr
        return term

    def _known(self, run: Run) -> Iterator[Part]:
        """What is known of a run whose last state is to be judged: all but that state."""
        yield from self._parts()
        states = run.states[:-1] if run.steps else run.states
        initial = bool(run.steps) and run.steps[0].action is self.system.init
        first = run.states[1] if initial else run.states[0]
        for a in self.given:
            yield Part(GIVEN + a.name, self._holds(a, first))
        for number, state in enumerate(states[1:] if initial else states):
            at = f" after {number}" if number else ""
            yield from _ranges(self.system.leaves, [t.expr for t in state], at)
            for label, prop in self.invariants:
                yield Part(label + prop.name + at, self._holds(prop, state))
        if self.goal.kind == "step":
            for number in range(1 + initial, len(run.states) - 1):
                holds = self._holds(self.goal, *run.states[number - 1 : number + 1])
                yield Part(f"{GOAL}{self.goal.name} of step {number}", holds)
        yield from run.facts

    # runs

    def _first(self) -> Run:
        return Run((tuple(leaf.scalar() for leaf in self.system.leaves),))

    def _extended(self, run: Run, action: Action) -> Run:
        """One step more."""
        number = len(run.steps)
        own = self.system.initial if action is self.system.init else None
        own = own or next(t for t in self.system.transitions if t.action is action)
        choices = tuple(
            replace(c, name=f"{c.name}@{number}" if number else c.name) for c in own.choices
        )
        taken = self.system.step(action, run.states[-1], choices, trust=True)
        leaves = zip(self.system.leaves, taken.updates, strict=True)
        after = tuple(leaf.term(update) for leaf, update in leaves)
        facts = tuple(_step_facts(self.system, taken, f" of step {number + 1}" if number else ""))
        return Run((*run.states, after), (*run.steps, taken), (*run.facts, *facts))

    def _from_start(self, depth: int) -> Iterator[Run]:
        """The runs of `depth` steps after the initial action."""
        first = self._extended(Run((tuple(self.system.zero_terms),)), self.system.init)
        return self._followed(first, depth)

    def _followed(self, run: Run, depth: int) -> Iterator[Run]:
        for actions in itertools.product(self.system.actions, repeat=depth):
            longer = run
            for action in actions:
                longer = self._extended(longer, action)
            yield longer

    # obligations

    def obligations(self) -> Iterator[Obligation]:
        """Initiation, then for every sequence of `k` actions what it must not break."""
        with at_size(self.sizes or {}):
            for depth in range(self.k):
                for run in self._from_start(depth):
                    yield from self._judged(run, "initiation")
            for run in self._followed(self._first(), self.k):
                yield from self._judged(run, "consecution")

    def _judged(self, run: Run, kind: str) -> Iterator[Obligation]:
        known = tuple(self._known(run))
        last = run.steps[-1]
        for what, condition in _broken(self.system, last):
            parts = (*known, Part(what, condition))
            yield self._noted(f"{what} in {run.text}", "definedness", parts, run)
        for _, prop in self.invariants:
            refuted = z3.Not(self._holds(prop, run.states[-1]))
            parts = (*known, Part(f"not {prop.name}", refuted))
            yield self._noted(f"{kind} of {prop.name} under {run.text}", kind, parts, run)
        if self.goal.kind == "step" and last.action is not self.system.init:
            refuted = z3.Not(self._holds(self.goal, *run.states[-2:]))
            parts = (*known, Part(f"not {self.goal.name}", refuted))
            yield self._noted(f"step {self.goal.name} under {run.text}", "step", parts, run)

    def premises(self) -> Iterator[Obligation]:
        """That each action has a step, from a state (or a start) that satisfies what is assumed."""
        with at_size(self.sizes or {}):
            for run in (*self._from_start(0), *self._followed(self._first(), 1)):
                yield self._noted(
                    f"{run.text} can happen", "premises", tuple(self._known(run)), run
                )

    def _noted(self, name: str, kind: str, parts: tuple[Part, ...], run: Run) -> Obligation:
        self.runs[name] = run
        apart = tuple(Part(p.label, named_apart(p.term)) for p in parts if not z3.is_true(p.term))
        for name_left in constants([p.term for p in apart]):
            if name_left.startswith("?") or MARK in name_left:
                message = f"{name}: {name_left} is bound by nothing"
                raise RuntimeError(message)
        return Obligation(name, kind, apart, "sat" if kind == "premises" else "unsat")


def _ranges(leaves: Sequence[Leaf], exprs: Sequence[Any], at: str) -> Iterator[Part]:
    for leaf, expr in zip(leaves, exprs, strict=True):
        for fact in leaf.facts(expr):
            yield Part(f"range {leaf.name}{at}", fact)


def _step_facts(system: System, taken: Transition, at: str) -> Iterator[Part]:
    """The choices are values of their types, the step is in the domain and passes its checks."""
    name = taken.action.name
    yield from _ranges(taken.choices, [c.var for c in taken.choices], f" of {name}{at}")
    for number, term in enumerate(taken.domain):
        yield Part(f"domain {number + 1} of {name}{at}", term)
    for check in taken.checks:
        yield Part(f"check {check.label} of {name}{at}", check.holds)
    for limit in taken.limits:
        if limit.name in system.cuts:
            yield Part(f"cut {limit.name} of {name}{at}", z3.Not(limit.broken))


def _broken(system: System, taken: Transition) -> Iterator[tuple[str, z3.BoolRef]]:
    """What a step must not do: reach something undefined, leave a range, break a limit."""
    found: dict[str, list[z3.BoolRef]] = {}
    for place in taken.undefined:
        found.setdefault(f"undefined {place.what}", []).append(place.reached)
    for limit in taken.limits:
        if limit.name not in system.cuts:
            found.setdefault(f"limit {limit.name}", []).append(limit.broken)
    for what, conditions in found.items():
        yield what, conditions[0] if len(conditions) == 1 else z3.Or(*conditions)


def _check_cuts(system: System) -> None:
    """A cut is no loss only where it bounds members of a sort, of which there may be any number."""
    sorts = {leaf.path: leaf.sort for leaf in system.leaves}
    for cut in sorted(system.cuts):
        if sorts.get(cut) is None:
            message = f"{system.name} is cut at {cut}: a proof for every size can have no such cut"
            raise ModelError(message)


def _check_rigid(system: System, given: Sequence[Any]) -> None:
    """Assumptions speak only of what no action changes."""
    for a in given:
        term = lift(surely(system.truth_of(a, [leaf.scalar() for leaf in system.leaves]))).expr
        read = constants([term])
        for leaf, t in itertools.product(system.leaves, system.transitions):
            update = t.updates[system.leaves.index(leaf)]
            if leaf.name in read and not update.eq(leaf.var):
                raise ModelError(
                    f"the assumption {a.name} reads {leaf.name}, which {t.action.name} changes; "
                    "assume only what stays as it is, or make it a lemma"
                )

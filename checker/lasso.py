"""What refutes a promise: a run on which it is never kept, though no action is treated unfairly.

A run goes on as long as it can.  It is a lasso, or it ends in a state in which no action is
possible; either refutes `leads_to`.  There is no standing still: a loop has at least one step.

Fairness is about steps that change something, as in TLA+.  An action is *possible* in a state if
it passes its domain and its checks there for some choices and leads to another state (or out of the
model, past a limit: what is there is not known, so it counts), and *taken* by a step that leads to
another state.  A weakly fair action is not possible for ever without being taken; a strongly
fair one is not possible again and again without being taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from model.language.errors import BadValue, UnknownName, place_of, suggest

if TYPE_CHECKING:
    from model.language.system import System, Transition
    from properties.kinds import Property

    from .trace import Trace

State = tuple[int, ...]

PARTS = 2  # a premise and a goal
WEAK, STRONG = "weak", "strong"


@dataclass(frozen=True, slots=True)
class Promise:
    """A `leads_to` sentence for one member of its sort, as two properties of single states.

    They have the kind of a goal, so engines compile them like any other.
    """

    label: str
    premise: Property
    goal: Property


@dataclass(frozen=True, slots=True)
class Condition:
    """What fairness to one action asks of a loop: how it is met, or why it is not."""

    action: str
    kind: str
    met: str
    unmet: str = ""

    def __str__(self) -> str:
        return f"{self.action}: {self.met}" if self.met else f"{self.action} is {self.unmet}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The state since which a promise is open, and for whom ("" if there is only one)."""

    since: int
    label: str

    def __str__(self) -> str:
        for_whom = f" for {self.label}" if self.label else ""
        return f"what is promised{for_whom} in state {self.since} never comes"


def promises(system: System, prop: Property) -> tuple[Promise, ...]:
    """The sentence for every member of `prop.each`, or the one sentence there is."""
    if not prop.each:
        return (_promise(prop, "", ()),)
    sort = getattr(system.cfg, prop.each, None)
    if sort is None:
        known = [name for name in dir(system.cfg) if not name.startswith("_")]
        raise UnknownName(f"no sort {prop.each!r} in the configuration{suggest(prop.each, known)}")
    return tuple(_promise(prop, f"{prop.each} {m}", (m,)) for m in sort)


def _promise(prop: Property, label: str, member: tuple[Any, ...]) -> Promise:
    def value(state: Any, part: int) -> Any:
        both = prop.function(state, *member)
        if not isinstance(both, tuple) or len(both) != PARTS:
            error = BadValue(f"{prop.name} is one condition; write `return premise, goal`")
            error.where = place_of(prop.function)
            raise error
        return both[part]

    def half(what: str, part: int) -> Property:
        return replace(
            prop,
            kind="recoverable",
            name=f"{what} of {prop.name}" + (f" for {label}" if label else ""),
            function=lambda s: value(s, part),
        )

    return Promise(label, half("premise", 0), half("goal", 1))


def fairness(system: System, prop: Property) -> dict[str, str]:
    """The fair actions in the order of the table, each "weak" or "strong"; the stronger counts."""
    names = [t.action.name for t in system.transitions]
    for name in (*prop.fair, *prop.strong):
        if name not in names:
            raise UnknownName(f"{prop.name}: no action {name!r}{suggest(name, names)}")
    found = {}
    for transition in system.transitions:
        action = transition.action
        if action.fair == STRONG or action.name in prop.strong:
            found[action.name] = STRONG
        elif action.fair == WEAK or action.name in prop.fair:
            found[action.name] = WEAK
    return found


def check(system: System, prop: Property) -> None:
    """Raise ModelError for a sentence that has no term, or that names what does not exist."""
    fairness(system, prop)
    for promise in promises(system, prop):
        system.term(promise.premise)
        system.term(promise.goal)


def waiting(trace: Trace, system: System, prop: Property) -> Waiting | None:
    """From where on a premise is not answered in any later state of the run, or None.

    One member of `prop.each` suffices; of several, the one that waits longest counts.
    """
    found = [_waiting(trace, system, promise) for promise in promises(system, prop)]
    return min((w for w in found if w is not None), key=lambda w: w.since, default=None)


def _waiting(trace: Trace, system: System, promise: Promise) -> Waiting | None:
    goal = [system.holds(promise.goal, state) for state in trace.states]
    for_ever = len(trace.states) - 1 if trace.loop is None else trace.loop
    if any(goal[for_ever:]):
        return None  # every premise, in the loop or before it, is answered in the loop
    last = max((i for i, kept in enumerate(goal) if kept), default=-1)
    for i in range(last + 1, len(trace.states)):
        if system.holds(promise.premise, trace.states[i]):
            return Waiting(i, promise.label)
    return None


def conditions(trace: Trace, system: System, prop: Property) -> tuple[Condition, ...]:
    """For every fair action how the loop of a lasso is fair to it, or why it is not."""
    return tuple(
        _condition(trace, system.transition(name), kind, system)
        for name, kind in fairness(system, prop).items()
    )


def _condition(trace: Trace, transition: Transition, kind: str, system: System) -> Condition:
    name = transition.action.name
    for number in _steps_taken(trace, name):
        return Condition(name, kind, f"taken in step {number}")
    inside = dict.fromkeys(trace.states[trace.loop or 0 :])
    if kind == WEAK:
        for state in inside:
            if not possible(system, transition, state):
                number = trace.states.index(state, trace.loop or 0)
                return Condition(name, kind, f"impossible in state {number}")
        return Condition(name, kind, "", "possible in every state of it and never taken")
    if any(possible(system, transition, state) for state in inside):
        return Condition(name, kind, "", "possible again and again and never taken")
    return Condition(name, kind, "impossible in every state of the loop")


def _steps_taken(trace: Trace, action: str) -> Iterable[int]:
    """Numbers of the steps of the loop that are this action's and change the state."""
    loop = trace.loop or 0
    for i in range(loop + 1, len(trace.states)):
        if trace.steps[i].action == action and trace.states[i] != trace.states[i - 1]:
            yield i
    closing = trace.final
    if closing is not None and closing.action == action and trace.states[-1] != trace.states[loop]:
        yield len(trace.states)


def possible(system: System, transition: Transition, state: State) -> bool:
    """Whether some step of an action leads from the state to another one, or past a limit."""
    return any(_leads_away(system, transition, state))


def _leads_away(system: System, transition: Transition, state: State) -> Iterator[bool]:
    for choices in system.choices(transition):
        outcome = system.run(transition, state, choices)
        yield bool(outcome.limit) or outcome.state not in {None, state}

"""Replay: a trace runs step by step and ends in what it claims to show, or is refused.

The concrete mode of the system decides, not the engine that found the trace.  Every trace of every
engine passes through here before it is shown, stored or counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from . import lasso
from .diff import diff
from .files import ToolError
from .trace import ANY_STATE, Step, Trace
from .values import show

if TYPE_CHECKING:
    from model.language.system import Outcome, System, Transition

DEADLOCK_FREE, WELL_DEFINED = "deadlock_free", "well_defined"
LIMIT = "limit"
"""Kind of a trace that leads to a limit of the model; its property is the name of the limit."""

State = tuple[int, ...]


class TraceRefused(ToolError):
    """A trace that does not run, or does not show what it says.

    `step` is the number of the step (0: the initial one), `differs` what is different.
    """

    exit_code: ClassVar[int] = 22

    def __init__(self, step: int, differs: str, action: str = "") -> None:
        self.step = step
        self.differs = differs
        self.action = action
        named = f"step {step} ({action})" if action else f"step {step}"
        super().__init__(f"{named}: {differs}")


@dataclass(frozen=True, slots=True)
class Replay:
    """What a confirmed trace shows.

    `shows` is one line for a reader.  `complete` is false where a finite run cannot show the end by
    itself (that a goal is out of reach): the run is confirmed, the rest is the engine's word.
    `fair` says for each fair action how a loop is fair to it.  `holds` has the property per state
    (for a step property: per step, the initial one true), and is empty where it has no value in
    single states.
    """

    length: int
    shows: str
    complete: bool
    holds: tuple[bool, ...]
    fair: tuple[str, ...] = ()


def replay(
    trace: Trace, system: System, prop: Any = None, *, from_any_state: bool = False
) -> Replay:
    """Run `trace` in concrete mode and check its end against `prop`.

    `prop` is the property of that name, None for the built-in ones and for limits.  With
    `from_any_state` the first state need only be within the ranges (a step that is not inductive).
    Raises TraceRefused.
    """
    if trace.system != system.name:
        raise TraceRefused(0, f"a trace of {trace.system!r}, not of {system.name!r}")
    if prop is not None and (prop.name, prop.kind) != (trace.property, trace.kind):
        found = f"{trace.kind} {trace.property!r}"
        raise TraceRefused(0, f"a trace for the {found}, not for the {prop.kind} {prop.name!r}")
    for i, state in enumerate(trace.states):
        _check_ranges(system, i, trace.steps[i], state)
    if trace.states:
        _check_start(trace, system, from_any_state=from_any_state)
    for i in range(1, len(trace.states)):
        _check_step(system, i, trace.steps[i], trace.states[i - 1], trace.states[i])
    return _check_end(trace, system, prop)


def _check_ranges(system: System, number: int, step: Step, state: State) -> None:
    if len(state) != len(system.leaves):
        wrong = f"a state has {len(system.leaves)} leaves, not {len(state)}"
        raise TraceRefused(number, wrong, step.action)
    for leaf, value in zip(system.leaves, state, strict=True):
        if not leaf.low <= value <= leaf.high:
            wrong = f"{leaf.name} is {value}, outside {leaf.low}..{leaf.high}"
            raise TraceRefused(number, wrong, step.action)


def _check_start(trace: Trace, system: System, *, from_any_state: bool) -> None:
    first = trace.steps[0]
    if first.action == ANY_STATE:
        if not from_any_state:
            raise TraceRefused(0, "the first state is not the result of an initial action")
        return
    if first.action != system.initial.action.name:
        wanted = system.initial.action.name
        raise TraceRefused(0, f"the initial action is {wanted!r}", first.action)
    outcome = _run(system, system.initial, 0, first, system.zero)
    _check_outcome(system, 0, first, outcome, trace.states[0])


def _check_step(system: System, number: int, step: Step, before: State, after: State) -> None:
    outcome = _run(system, _transition(system, number, step), number, step, before)
    _check_outcome(system, number, step, outcome, after)


def _transition(system: System, number: int, step: Step) -> Transition:
    for transition in system.transitions:
        if transition.action.name == step.action:
            return transition
    raise TraceRefused(number, f"{system.name} has no action of this name", step.action)


def _run(system: System, transition: Transition, number: int, step: Step, before: State) -> Outcome:
    """One step in concrete mode, once its choices are known to be values of their types."""
    leaves = transition.choices
    if len(leaves) != len(step.choices):
        wrong = f"the action has {len(leaves)} choice leaves, not {len(step.choices)}"
        raise TraceRefused(number, wrong, step.action)
    for leaf, value in zip(leaves, step.choices, strict=True):
        if not leaf.low <= value <= leaf.high:
            wrong = f"the choice {leaf.name} is {value}, outside {leaf.low}..{leaf.high}"
            raise TraceRefused(number, wrong, step.action)
    return system.run(transition, before, step.choices)


def why_no_step(outcome: Outcome) -> str:
    """Why an outcome has no successor, in a few words; empty if it has one."""
    if outcome.outside:
        return "the choices are outside what the environment may pick here"
    if outcome.refused:
        return f"refused by the check {outcome.refused}"
    if outcome.undefined:
        return f"the text is undefined here: {outcome.undefined}"
    if outcome.limit:
        return f"the step leaves the model's limit {outcome.limit}"
    return ""


def _check_outcome(
    system: System, number: int, step: Step, outcome: Outcome, expected: State
) -> None:
    if outcome.state is None:
        raise TraceRefused(number, why_no_step(outcome), step.action)
    if outcome.state != expected:
        raise TraceRefused(number, _difference(system, outcome.state, expected), step.action)


def _difference(system: System, actual: State, recorded: State) -> str:
    """Where two states differ, by cell, with the values as the model writes them."""
    changes = diff(system.decode(recorded), system.decode(actual))
    cells = [f"{c.path} (recorded {show(c.before)}, by the model {show(c.after)})" for c in changes]
    more = f" and {len(cells) - 3} more" if len(cells) > 3 else ""  # noqa: PLR2004 - a few suffice
    return "the model lands in another state: " + ", ".join(cells[:3]) + more


def _check_end(trace: Trace, system: System, prop: Any) -> Replay:
    if trace.kind == LIMIT:
        return _limit(trace, system)
    if trace.property == WELL_DEFINED:
        return _well_defined(trace, system)
    if trace.property == DEADLOCK_FREE:
        return _deadlock(trace, system)
    if prop is None or not trace.states:
        raise TraceRefused(
            trace.length, f"the property {trace.property!r} is needed to check the end"
        )
    if trace.loop is not None:
        return _lasso(trace, system, prop)
    if trace.final is not None:
        raise TraceRefused(
            trace.length, "a final step without a successor shows nothing of this property"
        )
    if trace.kind == "step":
        return _step_violated(trace, system, prop)
    if trace.kind in {"invariant", "reachable"}:
        return _state_property(trace, system, prop)
    if trace.kind == "leads_to":
        return _ends(trace, system, prop)
    return Replay(trace.length, f"the run is confirmed; {trace.kind} needs the engine", False, ())


def _state_property(trace: Trace, system: System, prop: Any) -> Replay:
    """The last state, and no other, refutes the invariant or reaches the goal."""
    last = trace.kind == "reachable"
    held = tuple(system.holds(prop, state) for state in trace.states)
    number = len(held) - 1
    if held[-1] is not last:
        word = "is not reached" if last else "still holds"
        raise TraceRefused(number, f"{prop.name} {word} in the last state", trace.steps[-1].action)
    if last in held[:-1]:
        early, word = held.index(last), "reached" if last else "violated"
        raise TraceRefused(early, f"{prop.name} is {word} here already", trace.steps[early].action)
    shows = f"{prop.name} is {'reached' if last else 'violated'} in the last state"
    return Replay(trace.length, shows, True, held)


def _step_violated(trace: Trace, system: System, prop: Any) -> Replay:
    """The last step, and no other, refutes the step property."""
    pairs = zip(trace.states, trace.states[1:], strict=False)
    held = (True, *(system.holds(prop, before, after) for before, after in pairs))
    if all(held):
        raise TraceRefused(
            len(held) - 1, f"{prop.name} holds on every step", trace.steps[-1].action
        )
    early = held.index(False)
    if early != len(held) - 1:
        raise TraceRefused(
            early, f"{prop.name} is violated here already", trace.steps[early].action
        )
    return Replay(trace.length, f"{prop.name} is violated by the last step", True, held)


def _last_outcome(trace: Trace, system: System) -> Outcome:
    """The outcome of the final step; of the initial action, if there is no state yet."""
    if trace.final is None:
        raise TraceRefused(trace.length, "the final step, the one without a successor, is missing")
    if not trace.states:
        return _run(system, system.initial, 0, trace.final, system.zero)
    transition = _transition(system, trace.length, trace.final)
    return _run(system, transition, trace.length, trace.final, trace.states[-1])


def _well_defined(trace: Trace, system: System) -> Replay:
    outcome = _last_outcome(trace, system)
    assert trace.final is not None  # noqa: S101 - narrows the type
    if not outcome.undefined:
        found = why_no_step(outcome) or "the step is defined and has a successor"
        raise TraceRefused(trace.length, found, trace.final.action)
    shows = why_no_step(outcome)
    return Replay(trace.length, shows, True, (True,) * len(trace.states))


def _limit(trace: Trace, system: System) -> Replay:
    outcome = _last_outcome(trace, system)
    assert trace.final is not None  # noqa: S101 - narrows the type
    if outcome.limit != trace.property:
        found = why_no_step(outcome) or "the step stays within the limits and has a successor"
        raise TraceRefused(trace.length, found, trace.final.action)
    return Replay(trace.length, why_no_step(outcome), True, ())


def _deadlock(trace: Trace, system: System) -> Replay:
    """No action is accepted in the last state."""
    _check_stuck(trace, system)
    held = (*((True,) * (len(trace.states) - 1)), False)
    return Replay(trace.length, "no action is possible in the last state", True, held)


def _check_stuck(trace: Trace, system: System) -> None:
    """Refuse a last state in which an action is accepted; a step to nowhere is no deadlock."""
    last = trace.states[-1]
    for transition in system.transitions:
        for choices in system.choices(transition):
            outcome = system.run(transition, last, choices)
            if not outcome.outside and not outcome.refused:
                wrong = f"no deadlock: {transition.action.name} is possible in the last state"
                raise TraceRefused(len(trace.states) - 1, wrong, trace.steps[-1].action)


def _lasso(trace: Trace, system: System, prop: Any) -> Replay:
    """The run returns to `states[loop]`, keeps the promise unkept, and is fair."""
    assert trace.loop is not None  # noqa: S101 - narrows the type
    back = trace.states[trace.loop]
    if trace.final is not None:
        _check_step(system, trace.length, trace.final, trace.states[-1], back)
    elif trace.states[-1] != back:
        wrong = f"the run does not return to state {trace.loop}"
        raise TraceRefused(trace.length, wrong, trace.steps[-1].action)
    elif trace.loop == len(trace.states) - 1:
        raise TraceRefused(trace.length, "the loop has no step; a run does not stand still")
    if trace.kind != "leads_to":
        shows = f"the loop from state {trace.loop} is confirmed; {trace.kind} needs the engine"
        return Replay(trace.length, shows, False, ())
    fair = []
    for condition in lasso.conditions(trace, system, prop):
        if not condition.met:
            raise TraceRefused(trace.length, f"the loop is not fair: {condition}")
        fair.append(str(condition))
    ending = "the loop is fair" if fair else "no action has to be fair"
    return Replay(trace.length, f"{_unkept(trace, system, prop)}; {ending}", True, (), tuple(fair))


def _ends(trace: Trace, system: System, prop: Any) -> Replay:
    """The run ends where no action is possible, with the promise unkept."""
    _check_stuck(trace, system)
    shows = f"{_unkept(trace, system, prop)}; no action is possible in the last state"
    return Replay(trace.length, shows, True, ())


def _unkept(trace: Trace, system: System, prop: Any) -> str:
    """Which promise is not kept on this run, in words."""
    waiting = lasso.waiting(trace, system, prop)
    if waiting is None:
        raise TraceRefused(trace.length, f"{prop.name} holds on this run")
    return str(waiting)

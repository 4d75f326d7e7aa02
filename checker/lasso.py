"""What a lasso shows: a promise that is never kept, on a run that treats every action fairly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model.language.system import System, Transition

    from .trace import Trace

State = tuple[int, ...]


def waiting_since(trace: Trace, system: System, prop: Any) -> int | None:
    """The first state whose premise no later state of the run answers, or None.

    With `prop.each` the sentence is meant for every member of that sort: one member suffices.
    """
    found = [_waiting(trace, system, prop, member) for member in _members(system, prop)]
    return min((since for since in found if since is not None), default=None)


def _members(system: System, prop: Any) -> Iterator[tuple[Any, ...]]:
    if not prop.each:
        yield ()
        return
    for member in getattr(system.cfg, prop.each):
        yield (member,)


def _waiting(trace: Trace, system: System, prop: Any, member: tuple[Any, ...]) -> int | None:
    def values(part: int) -> list[bool]:
        one = replace(prop, kind="invariant", function=lambda s: prop.function(s, *member)[part])
        return [system.holds(one, state) for state in trace.states]

    premise, goal = values(0), values(1)
    loop = trace.loop or 0
    if any(goal[loop:]):
        return None  # every premise, in the loop or before it, is answered in the loop
    last = max((i for i, kept in enumerate(goal) if kept), default=-1)
    waiting = [i for i, asked in enumerate(premise) if asked and i > last]
    return waiting[0] if waiting else None


def unfair_action(trace: Trace, system: System, prop: Any) -> str:
    """Why the loop is not fair, in one line; empty if it is.

    A weakly fair action is taken in the loop or impossible in some state of it; a strongly
    fair one is taken or impossible in all.  `prop.fair` adds weak fairness to what actions declare.
    """
    loop = trace.loop or 0
    taken = {step.action for step in trace.steps[loop + 1 :]}
    taken |= {trace.final.action} if trace.final is not None else set()
    states = sorted(set(trace.states[loop:]))
    for transition in system.transitions:
        action = transition.action
        kind = action.fair or ("weak" if action.name in prop.fair else "")
        if not kind or action.name in taken:
            continue
        possible = [_possible(system, transition, state) for state in states]
        if kind == "weak" and all(possible):
            return f"{action.name} is possible in every state of it and never taken"
        if kind == "strong" and any(possible):
            return f"{action.name} is possible again and again and never taken"
    return ""


def _possible(system: System, transition: Transition, state: State) -> bool:
    return any(
        system.run(transition, state, choices).state is not None
        for choices in system.choices(transition)
    )

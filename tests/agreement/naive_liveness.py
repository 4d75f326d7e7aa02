"""Promises decided the plainest way: sets of states, recursion, no arrays and no bits.

A run that refutes is looked for in two layers, as a path through the states and then, once the
premise was true, through the states without the goal.  Independent of the engine, but for what
`System.run` and `Property` mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

State = tuple[int, ...]


@dataclass(frozen=True)
class Steps:
    """All steps of a system: for each state the pairs (action, next state).

    `beyond` has the actions that lead past a limit, `ends` the states that refuse every action.
    """

    start: frozenset[State]
    after: Mapping[State, frozenset[tuple[str, State]]]
    beyond: Mapping[State, frozenset[str]]
    ends: frozenset[State]


def stem(system: Any, prop: Any, steps: Steps) -> int | None:
    """Least number of steps before a run that refutes the promise ends or loops; None: none."""
    members = [(m,) for m in getattr(system.cfg, prop.each)] if prop.each else [()]
    found = [_stem(system, prop, steps, member) for member in members]
    return min((n for n in found if n is not None), default=None)


def asked(system: Any, prop: Any, steps: Steps) -> bool:
    """Whether the premise is ever true."""
    members = [(m,) for m in getattr(system.cfg, prop.each)] if prop.each else [()]
    return any(_true(system, prop, s, m, 0) for s in steps.after for m in members)


def _true(system: Any, prop: Any, state: State, member: tuple[Any, ...], part: int) -> bool:
    reader = system._reader(  # a state as a property sees it
        [leaf.value(v) for leaf, v in zip(system.leaves, state, strict=True)]
    )
    return bool(prop.function(reader, *member)[part])


def _stem(system: Any, prop: Any, steps: Steps, member: tuple[Any, ...]) -> int | None:
    open_ = {s for s in steps.after if not _true(system, prop, s, member, 1)}
    premise = {s for s in open_ if _true(system, prop, s, member, 0)}
    weak, strong = fair_actions(system, prop)
    bad = {s for part in _fair(open_, steps, weak, strong) for s in part} | (steps.ends & open_)
    layer = {(s, False) for s in steps.start}
    known: set[tuple[State, bool]] = set()
    length = 0
    while layer:
        layer |= {(s, True) for s, waiting in layer if s in premise}
        if any(waiting and s in bad for s, waiting in layer):
            return length
        known |= layer
        onward = {(t, waiting) for s, waiting in layer for _, t in steps.after[s]}
        layer = {(t, w) for t, w in onward if not w or t in open_} - known
        length += 1
    return None


def fair_actions(system: Any, prop: Any) -> tuple[set[str], set[str]]:
    """Names of the weakly and of the strongly fair actions."""
    weak, strong = set(prop.fair), set(prop.strong)
    for action in system.actions:
        if action.fair == "strong":
            strong.add(action.name)
        if action.fair == "weak":
            weak.add(action.name)
    return weak - strong, strong


def can(steps: Steps, state: State) -> set[str]:
    """Actions that lead to another state, or past a limit."""
    return {a for a, t in steps.after[state] if t != state} | steps.beyond[state]


def _fair(
    states: Iterable[State], steps: Steps, weak: set[str], strong: set[str]
) -> list[set[State]]:
    """Sets of states that a fair run can visit for ever, each of them again and again."""
    inside = set(states)
    net = nx.DiGraph()
    net.add_nodes_from(inside)
    net.add_edges_from((s, t) for s in inside for _, t in steps.after[s] if t in inside)
    found = []
    for part in nx.strongly_connected_components(net):
        moves = [(s, a, t) for s in part for a, t in steps.after[s] if t in part]
        if not moves:
            continue
        taken = {a for s, a, t in moves if s != t}
        if any(all(a in can(steps, s) for s in part) for a in weak - taken):
            continue
        passed = [a for a in strong - taken if any(a in can(steps, s) for s in part)]
        if passed:
            rest = {s for s in part if passed[0] not in can(steps, s)}
            found += _fair(rest, steps, weak, strong)
        else:
            found.append(set(part))
    return found

"""Breadth-first search in plain Python over concrete mode: what the engine must agree with."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field


@dataclass
class Reference:
    levels: list = field(default_factory=list)
    steps: dict = field(default_factory=dict)
    found: dict = field(default_factory=dict)  # name -> (depth of the source, sources)
    cuts: set = field(default_factory=set)

    @property
    def states(self):
        return sum(map(len, self.levels))


def search(system, properties=()):
    """All levels, steps per action, and where each property first fails (or is reached)."""
    ref = Reference(steps={t.action.name: 0 for t in system.transitions})
    level = sorted({x.state for _, x in system.initial_states() if x.state is not None})
    seen = set(level)
    while level:
        depth = len(ref.levels)
        ref.levels.append(set(level))
        following = set()
        sightings = {}
        for state in level:
            for name in observe(system, properties, state, ref, following):
                sightings.setdefault(name, set()).add(state)
        for name, sources in sightings.items():
            ref.found.setdefault(name, (depth, sources))
        if any(name.startswith("limit: ") for name in sightings):
            ref.levels += [following - seen] if following - seen else []
            break
        level = sorted(following - seen)
        seen |= following
    return ref


def observe(system, properties, state, ref, following):
    """Names of what this state shows; its successors are added to `following`."""
    wrong = {"invariant": False, "reachable": True}
    names = {
        p.name for p in properties if p.kind in wrong and system.holds(p, state) is wrong[p.kind]
    }
    possible = False
    for transition in system.transitions:
        for choices in system.choices(transition):
            x = system.run(transition, state, choices)
            if x.outside or x.refused:
                continue
            possible = True
            if x.undefined:
                names.add("well_defined")
            elif x.limit and x.limit in system.cuts:
                ref.cuts.add(x.limit)
            elif x.limit:
                names.add(f"limit: {x.limit}")
            else:
                ref.steps[transition.action.name] += 1
                following.add(x.state)
                names |= {
                    p.name
                    for p in properties
                    if p.kind == "step" and not system.holds(p, state, x.state)
                }
    if not possible and any(p.name == "deadlock_free" for p in properties):
        names.add("deadlock_free")
    return names


def canonical(system, ref, depth, sources, order, accepts):
    """States and steps of the canonical trace to the least source, then the accepted last step."""
    states = [min(sources, key=order)]
    for level in range(depth - 1, -1, -1):
        before = [
            s for s in ref.levels[level] if any(x == states[0] for _, _, x in steps_from(system, s))
        ]
        states.insert(0, min(before, key=order))
    steps = []
    for a, b in itertools.pairwise(states):
        steps.append(next((n, c) for n, c, x in steps_from(system, a) if x == b))
    last = (
        next(
            (
                (t.action.name, c)
                for t in system.transitions
                for c in system.choices(t)
                if accepts(states[-1], system.run(t, states[-1], c))
            ),
            None,
        )
        if accepts
        else None
    )
    return states, steps, last


def steps_from(system, state):
    for transition in system.transitions:
        for choices in system.choices(transition):
            x = system.run(transition, state, choices)
            if x.state is not None:
                yield transition.action.name, tuple(choices), x.state

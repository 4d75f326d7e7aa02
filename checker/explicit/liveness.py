"""Promises: whenever a premise is true, its goal is then or comes later, on every fair run.

A run that refutes one reaches a state in which the premise is true and the goal is not, and from
there on keeps to states without the goal: for ever, in a component in which it can be fair, or up
to a state in which no action is possible.  What fairness asks, and that a step which changes
nothing is not an action taken, is said in `checker.lasso`, by which every such run is replayed.

A step that was cut is missing in the graph.  A run that refutes is one all the same, as long as the
action that was cut counts as possible; that there is none is no verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from checker import lasso
from checker.compile.errors import CompileError
from checker.explicit import fair, flow, lassos
from checker.explicit.budget import Meter, OutOfBudget
from checker.explicit.explore import Progress
from checker.explicit.recoverable import Graph, marked
from checker.explicit.traces import Rebuilder
from checker.trace import Trace

MOST_STEPS = (1 << 31) - 1  # what the library for components can number
STATE_BYTES = 64  # held for each state of the graph, for distances, regions and components


@dataclass(slots=True)
class Settled:
    """Traces of refuted promises, why others stay open, and which ones have a true premise."""

    traces: dict[str, Trace] = field(default_factory=dict)
    undecided: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Candidate:
    """The end of a shortest stem: a state without a step, or one of a fair component."""

    distance: int
    end: int
    component: fair.Mask | None
    premise: fair.Mask
    distances: fair.Places


def observed(system: Any, promised: Sequence[Any]) -> dict[str, tuple[lasso.Promise, ...]]:
    """The premises and goals that the engine of the graph has to observe."""
    return {p.name: lasso.promises(system, p) for p in promised}


def settle(
    net: Graph,
    promised: Sequence[Any],
    halves: dict[str, tuple[lasso.Promise, ...]],
    rebuilder: Rebuilder,
    *,
    cuts: tuple[str, ...],
    meter: Meter,
    progress: Progress | None,
) -> Settled:
    """Decide each promise on the whole graph of steps."""
    done = Settled()
    for prop in promised:
        if progress is not None:
            progress("finding fair components", {"states": net.size, "steps": net.targets.size})
        try:
            _settle(net, prop, halves[prop.name], rebuilder, cuts=cuts, meter=meter, done=done)
        except (OutOfBudget, MemoryError, CompileError) as error:
            done.undecided[prop.name] = "memory" if isinstance(error, MemoryError) else str(error)
        finally:
            meter.hold("liveness", 0)
            meter.hold("components", 0)
    return done


def _settle(
    net: Graph,
    prop: Any,
    halves: tuple[lasso.Promise, ...],
    rebuilder: Rebuilder,
    *,
    cuts: tuple[str, ...],
    meter: Meter,
    done: Settled,
) -> None:
    if net.targets.size > MOST_STEPS:
        raise CompileError(f"too large: {net.targets.size} steps to find components in")
    meter.hold("liveness", STATE_BYTES * net.size)
    rules = fair.rules(net, lasso.fairness(net.engine.system, prop), cuts=bool(cuts))
    best: Candidate | None = None
    for half in halves:
        premise, goal = _marks(net, half.premise), _marks(net, half.goal)
        if premise.any():
            done.asked.add(prop.name)
        found = _candidate(net, premise & ~goal, ~goal, rules, meter)
        if found and (best is None or found.distance < best.distance):
            best = found
    if best is not None:
        done.traces[prop.name] = _trace(net, best, rules, rebuilder)
    elif cuts:
        done.undecided[prop.name] = "cut: " + ", ".join(cuts)


def _marks(net: Graph, half: Any) -> fair.Mask:
    names = net.engine.observations
    bit = names.state_bits().start + len(names.invariants) + names.goals.index(half.name)
    marks: fair.Mask = marked(net.engine, net.states, net.size, bit) == 1
    return marks


def _depths(net: Graph) -> fair.Places:
    sizes = np.diff(net.first)
    return np.repeat(np.arange(sizes.size, dtype=np.int32), sizes)


def _candidate(
    net: Graph,
    premise: fair.Mask,
    allowed: fair.Mask,
    rules: fair.Rules,
    meter: Meter,
) -> Candidate | None:
    """The nearest state in which a run that refutes can end, or loop; the least of these."""
    start = np.flatnonzero(premise).astype(np.int32)
    if not start.size:
        return None
    distance = lassos.distances(net, allowed, start, _depths(net)[start])
    region = distance != flow.NOWHERE
    ends = fair.stuck(net, region)
    component = fair.fair_components(net, region, rules, meter)
    places = np.flatnonzero(ends | (component != flow.NOWHERE))
    if not places.size:
        return None
    near = places[distance[places] == distance[places].min()]
    stops = near[ends[near]]  # a run that ends is shorter than any loop
    end = lassos.least(net, stops if stops.size else near)
    inside = None if stops.size else component == component[end]
    return Candidate(int(distance[end]), end, inside, premise, distance)


def _trace(net: Graph, found: Candidate, rules: fair.Rules, rebuilder: Rebuilder) -> Trace:
    depth = _depths(net)
    run = lassos.stem(net, found.distances, found.premise, depth, found.end)
    if found.component is not None:
        loop = lassos.Looper(net, rules, found.component, found.end).loop()
        run = lassos.Run(run.first, run.stem, loop)
    return lassos.trace_of(run, net, rebuilder, int(depth[run.first]))

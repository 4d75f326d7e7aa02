"""Goals that every reachable state must have a way to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from checker.compile.errors import InternalError
from checker.explicit import graph
from checker.explicit.budget import OutOfBudget
from checker.explicit.engine import Engine
from checker.explicit.explore import Search, Seen
from checker.explicit.levels import PAD, Array
from checker.explicit.results import Exploration, Finding
from checker.explicit.traces import Rebuilder


@dataclass(frozen=True, slots=True)
class Graph:
    """All reachable states, level by level, and the steps between their positions.

    `states` is (words, states and padding); the steps of state i are targets[offsets[i] :
    offsets[i + 1]], and `labels` the number of the action of each (empty if not asked for).
    `first` has the position of the first state of every level, and the total at the end.
    """

    states: Array
    first: list[int]
    offsets: npt.NDArray[np.int64]
    targets: npt.NDArray[np.signedinteger]
    labels: npt.NDArray[np.uint8]


def build_graph(search: Search, steps: int, *, labels: bool = False) -> Graph:
    """Build the graph of a search that has visited everything and kept its levels.

    Raises OutOfBudget("memory") before it allocates what the budget has no place for.
    """
    engine, levels = search.engine, search.levels
    counts = search.per_depth
    total = sum(counts)
    kind = np.int32 if total < 1 << 31 else np.int64
    table_size = 1 << max(4, (2 * total).bit_length())
    size = np.dtype(kind).itemsize
    needed = (8 * engine.layout.words + 8) * total + (size + int(labels)) * steps
    search.meter.hold("graph", needed + 8 * table_size)
    states = np.zeros((engine.layout.words, total + PAD), np.uint64)
    first = [0]
    for depth in range(len(counts)):
        at = first[-1]
        for array, count in levels.chunks(depth):
            states[:, at : at + count] = array[:, :count]
            at += count
        first.append(at)
    table = np.zeros(table_size, np.int64)
    graph.index_states(states, total, table)
    offsets = np.zeros(total + 1, np.int64)
    targets = np.zeros(steps, kind)
    actions = np.zeros(steps if labels else 0, np.uint8)
    engine.place_source(states)
    for begin in range(0, total, graph.BLOCK * 64):
        end = min(begin + graph.BLOCK * 64, total)
        if not graph.link_states(engine.walk, engine.functions, states, begin, end, table,
                                 engine.out, offsets, targets, actions):
            message = "a step leads to a state that the search did not visit"
            raise InternalError(message)
        search.meter.check_time()
    if offsets[total] != steps:
        message = f"{offsets[total]} steps in the graph, {steps} in the search"
        raise InternalError(message)
    return Graph(states, first, offsets, targets, actions)


def marked(engine: Engine, states: Array, total: int, bit: int) -> npt.NDArray[np.uint8]:
    """For every state whether an observation bit about it is set."""
    engine.place_source(states)
    result = np.zeros(total, np.uint8)
    for begin in range(0, total, graph.BLOCK):
        end = min(begin + graph.BLOCK, total)
        graph.observe_states(engine.walk, engine.functions, begin, end)
        row = engine.masks[bit // 64, : end - begin]
        result[begin:end] = (row >> np.uint64(bit % 64)) & np.uint64(1)
    return result


def settle(
    search: Search, goals: Sequence[Any], result: Exploration
) -> tuple[dict[str, Finding], dict[str, str]]:
    """Decide each goal; returns findings and, for what stays open, the reason."""
    reason = result.stopped or ("levels were not kept" if not search.levels.keep else "")
    if reason:
        return {}, {p.name: reason for p in goals}
    findings: dict[str, Finding] = {}
    undecided: dict[str, str] = {}
    try:
        net = build_graph(search, result.steps)
    except (OutOfBudget, MemoryError) as error:
        name = str(error) if isinstance(error, OutOfBudget) else "memory"
        return {}, {p.name: name for p in goals}
    names = search.engine.observations
    for prop in goals:
        bit = names.state_bits().start + len(names.invariants) + names.goals.index(prop.name)
        good = marked(search.engine, net.states, net.first[-1], bit)
        graph.reach_back(net.offsets, net.targets, good)
        lost = np.flatnonzero(good == 0)
        if not lost.size:
            continue
        if result.cuts_hit:
            undecided[prop.name] = "cut: " + ", ".join(result.cuts_hit)
            continue
        findings[prop.name] = _witness(search, net, lost, prop)
    return findings, undecided


def _witness(
    search: Search, net: Graph, lost: npt.NDArray[np.signedinteger], prop: Any
) -> Finding:
    """Trace to the least state of the least level with no way to the goal."""
    depth = int(np.searchsorted(net.first, lost[0], side="right")) - 1
    here = lost[lost < net.first[depth + 1]]
    words = net.states[:, here]
    least = min(tuple(int(w) for w in words[:, i]) for i in range(words.shape[1]))
    trace = Rebuilder(search.engine, search.levels).state(Seen(-1, depth, least))
    trace = replace(trace, property=prop.name, kind=prop.kind, token=prop.token,
                    sentence=prop.sentence)
    return Finding(prop.name, trace.length, trace)

"""The graph of all steps, and goals that every reachable state must have a way to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from checker.compile.errors import InternalError
from checker.explicit import graph
from checker.explicit.engine import Engine
from checker.explicit.explore import Search, Seen
from checker.explicit.levels import PAD, Array
from checker.explicit.results import Exploration


@dataclass(frozen=True, slots=True)
class Graph:
    """All reachable states, level by level, and the steps between their positions.

    `states` is (words, states and padding); the steps of state i are targets[offsets[i] :
    offsets[i + 1]], and `labels` the number of the action of each (empty if not asked for).
    `first` has the position of the first state of every level, and the total at the end.
    `engine` observes what was asked for when the graph was built.
    """

    states: Array
    first: list[int]
    offsets: npt.NDArray[np.int64]
    targets: npt.NDArray[Any]
    labels: npt.NDArray[Any]
    engine: Engine

    @property
    def size(self) -> int:
        """Number of states."""
        return self.first[-1]


def build_graph(
    search: Search, steps: int, *, labels: bool = False, observed: Iterable[Any] = ()
) -> Graph:
    """Build the graph of a search that has visited everything and kept its levels.

    `observed` are properties that its engine is to test states for, beside taking the steps.
    Raises OutOfBudget("memory") before it allocates what the budget has no place for.
    """
    engine, levels = search.engine, search.levels
    counts = search.per_depth
    total = sum(counts)
    kind = np.int32 if total < 1 << 31 else np.int64
    table_size = 1 << max(4, (2 * total).bit_length())
    size = np.dtype(kind).itemsize
    label = np.dtype(np.uint8 if engine.actions <= 1 << 8 else np.uint16)
    width = label.itemsize if labels else 0
    needed = (8 * engine.layout.words + 8) * total + (size + width) * steps
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
    targets: npt.NDArray[Any] = np.zeros(steps, kind)
    actions = np.zeros(steps if labels else 0, label)
    engine = Engine(engine.system, observed, lanes=engine.program.lanes, sources=True)
    engine.place_source(states)
    cursor = np.zeros(graph.BLOCK, np.int64)
    for begin in range(0, total, graph.BLOCK):
        end = min(begin + graph.BLOCK, total)
        # fmt: off
        linked = graph.link_states(engine.walk, engine.functions, states, begin, end, table,
                                   engine.out, offsets, targets, actions, cursor)
        # fmt: on
        if not linked:
            message = "a step leads to a state that the search did not visit"
            raise InternalError(message)
        search.meter.check_time()
    if offsets[total] != steps:
        message = f"{offsets[total]} steps in the graph, {steps} in the search"
        raise InternalError(message)
    return Graph(states, first, offsets, targets, actions, engine)


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
    search: Search, net: Graph, goals: Sequence[Any], result: Exploration
) -> tuple[dict[str, Seen], dict[str, str]]:
    """Decide each goal.

    Returns the least state of the least level with no way to the goal, for each goal that has
    one, and the reason for each goal that stays open.
    """
    found: dict[str, Seen] = {}
    undecided: dict[str, str] = {}
    names = search.engine.observations
    for prop in goals:
        bit = names.state_bits().start + len(names.invariants) + names.goals.index(prop.name)
        good = marked(search.engine, net.states, net.size, bit)
        graph.reach_back(net.offsets, net.targets, good)
        lost = np.flatnonzero(good == 0)
        if lost.size and result.cuts_hit:  # the way may lead through a step that was cut
            undecided[prop.name] = "cut: " + ", ".join(result.cuts_hit)
        elif lost.size:
            found[prop.name] = _least(net, lost, bit)
    return found, undecided


def _least(net: Graph, lost: npt.NDArray[np.signedinteger], bit: int) -> Seen:
    """Least state of the least level among positions in ascending order."""
    depth = int(np.searchsorted(net.first, lost[0], side="right")) - 1
    here = net.states[:, lost[lost < net.first[depth + 1]]]
    return Seen(bit, depth, min(tuple(int(w) for w in column) for column in here.T))

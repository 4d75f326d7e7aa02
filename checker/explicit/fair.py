"""Components in which a run can stay for ever and be fair to every action.

Strongly connected components come from scipy, which reads the arrays of the graph as they are and
makes no object for a state or a step.  An action that is weakly fair rules out a component in
which it is possible in every state and never taken.  One that is strongly fair, possible somewhere
and never taken rules out the states in which it is possible, and what is left falls into
components again (Emerson and Lei, 1987).  Each round removes states, so the rounds end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from checker import lasso
from checker.compile.errors import CompileError
from checker.compile.observe import ENABLED
from checker.explicit import flow, graph
from checker.explicit.budget import Meter
from checker.explicit.engine import Engine
from checker.explicit.recoverable import Graph

MOST = 64  # fair actions: one bit for each
BYTES = 16  # held for each step of a subgraph while scipy works on it

Bits = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rules:
    """The fair actions of a sentence, one bit each.

    `bits` has the bit of every label of the graph (0 for an action that need not be treated
    fairly), `possible` the bits of the actions that are possible in each state.
    """

    actions: tuple[int, ...]
    weak: int
    strong: int
    bits: Bits
    possible: Bits

    def bit(self, action: int) -> int:
        """The bit of a fair action."""
        return 1 << self.actions.index(action)


def rules(net: Graph, fairness: Mapping[str, str], *, cuts: bool) -> Rules:
    """The fairness of a sentence on a graph.

    With `cuts` a step past a limit makes its action possible, though the graph has no such step.
    """
    names = net.engine.program.actions
    actions = tuple(k for k, name in enumerate(names) if name in fairness)
    if len(actions) > MOST:
        message = f"too large: {len(actions)} fair actions, and there is room for {MOST}"
        raise CompileError(message)
    bits = np.zeros(len(names), np.uint64)
    weak = strong = 0
    for k, action in enumerate(actions):
        bits[action] = 1 << k
        if fairness[names[action]] == lasso.STRONG:
            strong |= 1 << k
        else:
            weak |= 1 << k
    possible = np.zeros(net.size, np.uint64)
    if actions:
        flow.leads_away(net.offsets, net.targets, net.labels, bits, possible)
    if cuts:
        limits = net.engine.observations.limit_bits()
        for k, action in enumerate(actions):
            _observe(net, action, limits, np.ones(net.size, np.bool_), 1 << k, possible)
    return Rules(actions, weak, strong, bits, possible)


def stuck(net: Graph, region: Mask) -> Mask:
    """The states of a region in which no action is possible, past a limit or otherwise."""
    last = region & (net.offsets[1:] == net.offsets[:-1])
    enabled = np.zeros(net.size, np.uint64)
    if last.any():
        for action in range(net.engine.actions):
            _observe(net, action, range(ENABLED, ENABLED + 1), last, 1, enabled)
    stop: Mask = last & (enabled == 0)
    return stop


def _observe(
    net: Graph,
    action: int,
    wanted: range,
    where: Mask,
    bit: int,
    result: Bits,
) -> None:
    """Set a bit for the states in which an action shows one of the wanted observations.

    Only blocks that have a state of `where` are looked at.
    """
    engine: Engine = net.engine
    engine.place_source(net.states)
    masks = np.zeros(engine.observations.words, np.uint64)
    for observation in wanted:
        masks[observation // 64] |= np.uint64(1 << (observation % 64))
    for begin in range(0, net.size, graph.BLOCK):
        end = min(begin + graph.BLOCK, net.size)
        if where[begin:end].any():
            # fmt: off
            flow.noted(engine.walk, engine.functions, action, begin, end,
                       engine.masks, masks, np.uint64(bit), result)
            # fmt: on


def fair_components(net: Graph, region: Mask, rule: Rules, meter: Meter) -> Places:
    """Number of the fair component of each state of a region, or NOWHERE."""
    found = np.full(net.size, flow.NOWHERE, np.int32)
    todo = region
    numbered = 0
    while todo.any():
        meter.check_time()
        component, count = _components(net, todo, meter)
        cyclic = np.zeros(count, np.uint8)
        taken, ever = np.zeros(count, np.uint64), np.zeros(count, np.uint64)
        always = np.full(count, ~np.uint64(0))
        # fmt: off
        flow.hold(net.offsets, net.targets, net.labels, component, rule.bits, rule.possible,
                  cyclic, taken, always, ever)
        # fmt: on
        starved = always & ~taken & np.uint64(rule.weak)
        passed_over = ever & ~taken & np.uint64(rule.strong)
        live = (cyclic == 1) & (starved == 0)
        inside = np.flatnonzero(component != flow.NOWHERE)
        mine = component[inside]
        good = (live & (passed_over == 0))[mine]
        found[inside[good]] = numbered + mine[good]
        numbered += count
        kept = live[mine] & ~good & ((rule.possible[inside] & passed_over[mine]) == 0)
        todo = np.zeros(net.size, np.bool_)
        todo[inside[kept]] = True
    return found


def _components(net: Graph, region: Mask, meter: Meter) -> tuple[Places, int]:
    """Strongly connected components of a region: the number of each state, and how many."""
    from scipy.sparse import csr_array  # a seventh of a second, and only liveness needs it
    from scipy.sparse.csgraph import connected_components

    chosen = np.flatnonzero(region).astype(np.int32)
    number = np.full(net.size, flow.NOWHERE, np.int32)
    number[chosen] = np.arange(chosen.size, dtype=np.int32)
    rows = np.zeros(chosen.size + 1, np.int32)
    columns = np.zeros(0, np.int32)
    last = np.empty(chosen.size, np.int32)
    size = flow.subgraph(net.offsets, net.targets, chosen, number, last, rows, columns)
    meter.hold("components", BYTES * size + 16 * net.size)
    if size:
        columns = np.zeros(size, np.int32)
        flow.subgraph(net.offsets, net.targets, chosen, number, last, rows, columns)
    shape = (chosen.size, chosen.size)
    matrix: Any = csr_array((np.ones(size, np.uint8), columns, rows), shape=shape)
    matrix.sum_duplicates()  # there are none; the library does not end if there are
    count, labels = connected_components(matrix, directed=True, connection="strong")
    component = np.full(net.size, flow.NOWHERE, np.int32)
    component[chosen] = labels
    meter.hold("components", 0)
    return component, int(count)

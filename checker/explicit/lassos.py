"""Runs on which a promise is never kept, found in the graph: a short stem, then a fair loop.

The stem is a shortest one to any fair component, or to a state without a step.  The loop starts
with a shortest cycle there; for each action to which that is not fair it takes the nearest way by a
state or a step that makes it so.  Among equals the least state and the first action win: all
are functions of sets of states, so a lasso does not depend on the order of a search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from checker.compile.errors import InternalError
from checker.explicit import flow
from checker.explicit.fair import Mask, Places, Rules
from checker.explicit.recoverable import Graph
from checker.explicit.traces import Rebuilder
from checker.trace import Trace


@dataclass(frozen=True, slots=True)
class Move:
    """A step of the graph, by positions and the number of its action."""

    source: int
    action: int
    target: int


@dataclass(frozen=True, slots=True)
class Run:
    """A path from a state of a premise, then a loop (empty for a run that ends)."""

    first: int
    stem: tuple[Move, ...]
    loop: tuple[Move, ...]


def least(net: Graph, positions: npt.NDArray[np.signedinteger]) -> int:
    """The position of the least state among some."""
    order = np.lexsort(net.states[::-1, positions])
    return int(positions[order[0]])


def distances(net: Graph, allowed: Mask, start: Places, begins: Places) -> Places:
    """Steps to each allowed state from the nearest of the states to start in."""
    distance = np.empty(net.size, np.int32)
    queue = np.empty(net.size, np.int32)
    flow.spread(net.offsets, net.targets, allowed.view(np.uint8), start, begins, distance, queue)
    return distance


def path(net: Graph, distance: Places, end: int, begins: int) -> list[Move]:
    """The least of the shortest paths to a state from one whose distance is `begins`."""
    moves: list[Move] = []
    here = end
    for wanted in range(int(distance[end]) - 1, begins - 1, -1):
        before = flow.least_before(net.states, net.offsets, net.targets, distance, here, wanted)
        moves.append(Move(before, first_action(net, before, here), here))
        here = before
    return moves[::-1]


def first_action(net: Graph, source: int, target: int) -> int:
    """The first action of the table with this step."""
    steps = slice(net.offsets[source], net.offsets[source + 1])
    return int(net.labels[steps][net.targets[steps] == target].min())


def stem(net: Graph, distance: Places, premise: Mask, depth: Places, end: int) -> Run:
    """The run to a state; it begins where the premise is true as late as the length allows."""
    moves: list[Move] = []
    here = end
    while not (premise[here] and depth[here] == distance[here]):
        wanted = int(distance[here]) - 1
        before = flow.least_before(net.states, net.offsets, net.targets, distance, here, wanted)
        moves.append(Move(before, first_action(net, before, here), here))
        here = before
    return Run(here, tuple(moves[::-1]), ())


class Looper:
    """Finds a loop from a state of a fair component, inside it, that is fair to every action."""

    def __init__(self, net: Graph, rules: Rules, inside: Mask, start: int) -> None:
        self.net = net
        self.rules = rules
        self.inside = inside
        self.start = start

    def loop(self) -> tuple[Move, ...]:
        """The loop."""
        visited: list[int] = []
        while True:
            moves = self._walk(set(visited))
            action = self._unfair(moves)
            if action is None:
                return tuple(moves)
            if action in visited:
                message = f"a loop through a witness of action {action} is not fair to it"
                raise InternalError(message)
            visited.append(action)

    def _unfair(self, moves: list[Move]) -> int | None:
        """The first action to which a loop is not fair."""
        states = np.array([m.source for m in moves])
        taken = {m.action for m in moves if m.source != m.target}
        for action in self.rules.actions:
            bit = self.rules.bit(action)
            able = (self.rules.possible[states] & np.uint64(bit)) != 0
            waits = able.any() if bit & self.rules.strong else able.all()
            if action not in taken and waits:
                return action
        return None

    def _walk(self, pending: set[int]) -> list[Move]:
        """A loop by way of a witness of each pending action, the nearest one next."""
        moves: list[Move] = []
        here = self.start
        while pending:
            distance = self._from(here)
            _, action, place = min(
                (int(distance[place]), action, place)
                for action in pending
                for place in [self._nearest(action, distance)]
            )
            moves += path(self.net, distance, place, 0)
            here = place
            if not self._idle(action, place):
                step = self._take(action, place)
                moves.append(step)
                here = step.target
            pending.discard(action)
        return moves + self._home(here, anyhow=not moves)

    def _from(self, here: int) -> Places:
        start = np.array([here], np.int32)
        return distances(self.net, self.inside, start, np.zeros(1, np.int32))

    def _idle(self, action: int, place: int) -> bool:
        """Whether it suffices to come by this state, because the action is not possible in it."""
        bit = self.rules.bit(action)
        return not bit & self.rules.strong and not int(self.rules.possible[place]) & bit

    def _nearest(self, action: int, distance: Places) -> int:
        """The nearest state that is a witness, or from which a step is; the least of these."""
        net, bit = self.net, self.rules.bit(action)
        found = np.zeros(net.size, np.uint8)
        # fmt: off
        flow.sources_of(net.offsets, net.targets, net.labels, self.inside.view(np.uint8),
                        action, found)
        # fmt: on
        witness = found == 1
        if not bit & self.rules.strong:
            witness |= self.inside & ((self.rules.possible & np.uint64(bit)) == 0)
        places = np.flatnonzero(witness)
        return least(net, places[distance[places] == distance[places].min()])

    def _take(self, action: int, source: int) -> Move:
        """The step of an action from a state to the least other one inside."""
        net = self.net
        steps = slice(net.offsets[source], net.offsets[source + 1])
        targets = net.targets[steps][net.labels[steps] == action]
        targets = targets[self.inside[targets] & (targets != source)]
        return Move(source, action, least(net, targets))

    def _home(self, here: int, *, anyhow: bool) -> list[Move]:
        """A shortest way back to the start; `anyhow` one with a step, if that is here."""
        if here != self.start:
            return path(self.net, self._from(here), self.start, 0)
        if not anyhow:
            return []
        net, distance = self.net, self._from(here)
        best = flow.nearest_before(net.offsets, net.targets, distance, here)
        last = flow.least_before(net.states, net.offsets, net.targets, distance, here, best)
        return [*path(net, distance, last, 0), Move(last, first_action(net, last, here), here)]


def trace_of(run: Run, net: Graph, rebuilder: Rebuilder, depth: int) -> Trace:
    """The run as a trace: to its first state by the levels of the search, then step by step."""
    moves = (*run.stem, *run.loop)
    return rebuilder.run(
        depth,
        _words(net, run.first),
        [(m.action, _words(net, m.target)) for m in moves],
        loops=len(run.loop),
    )


def _words(net: Graph, position: int) -> tuple[int, ...]:
    return tuple(int(w) for w in net.states[:, position])


__all__: list[Any] = ["Looper", "Move", "Run", "distances", "least", "path", "stem", "trace_of"]

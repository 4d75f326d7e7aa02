"""The reachable states of a small system and the steps between them, unpacked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from checker.explicit.budget import Budget, Meter
from checker.explicit.engine import Engine
from checker.explicit.explore import Options, Search
from checker.explicit.recoverable import build_graph


@dataclass(frozen=True, slots=True)
class StateSpace:
    """All reachable states; step j leads from `sources[j]` to `targets[j]`.

    The first `initial` states are the initial ones.  `stopped` says why it is incomplete;
    a step that is cut is missing, and then `cuts` says so.
    """

    states: list[tuple[int, ...]]
    initial: int
    sources: npt.NDArray[np.int64]
    targets: npt.NDArray[Any]
    stopped: str
    cuts: tuple[str, ...]


def state_space(system: Any, budget: Budget | None = None) -> StateSpace:
    """Visit every reachable state and keep all steps; about 16 bytes for each step."""
    from checker.explicit.findings import conclude

    options = Options()
    engine = Engine(system, [], lanes=options.lanes, block=options.block, room=options.room)
    engine.load_kernel()
    search = Search(
        engine,
        [],
        Meter(budget or Budget()),
        options,
        expected=0,
        keep_levels=True,
        progress=None,
    )
    search.run(stop_at_first=False)
    result = conclude(search, [], frozenset(), keep_levels=True, options=options)
    if result.stopped:
        nothing = np.zeros(0, np.int64)
        return StateSpace([], 0, nothing, nothing, result.stopped, result.cuts_hit)
    net = build_graph(search, result.steps)
    total = net.first[-1]
    words = net.states[:, :total].T
    states = [engine.layout.unpack(tuple(int(w) for w in row)) for row in words]
    sources = np.repeat(np.arange(total, dtype=np.int64), np.diff(net.offsets))
    return StateSpace(states, net.first[1], sources, net.targets, "", result.cuts_hit)

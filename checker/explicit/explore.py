"""Breadth-first search of all reachable states, with compiled steps and an exact visited set."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from checker.compile.errors import InternalError
from checker.compile.observe import OUTSIDE, STEP_KINDS, UNDEFINED
from checker.explicit import kernel
from checker.explicit.budget import Budget, Meter, OutOfBudget
from checker.explicit.engine import BLOCK, ROOM, Engine
from checker.explicit.levels import PAD, Array, Chunk, Levels
from checker.explicit.results import Exploration, Finding
from checker.explicit.store import START, Store

__all__ = ["Budget", "Exploration", "Finding", "Options", "explore"]

DEADLOCK_FREE, WELL_DEFINED = "deadlock_free", "well_defined"
DEADLOCK = 0  # bit of a deadlock, once the kernel has inverted "enabled"
SLICE = 1 << 21  # successors between two looks at the clock
RECENT = 1 << 15  # words of the cache of recent states: it should fit the second-level cache
PROGRESS_EVERY = 0.5  # seconds

Progress = Callable[[str, Mapping[str, int]], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to search, not what: none of these changes a count, a verdict or a trace.

    `lanes` 0 is the best for this processor; `threshold` bytes of finished levels stay in
    memory, the rest goes to a file; `table` is the number of states that the first table is
    made for where `expected_states` is not given.
    """

    lanes: int = 0
    block: int = BLOCK
    room: int = ROOM
    table: int = START
    threshold: int = 1 << 30
    slice: int = SLICE


@dataclass(frozen=True, slots=True)
class Seen:
    """A first sight of an observation bit: where, and the least state that showed it."""

    bit: int
    depth: int
    words: tuple[int, ...]


class Search:
    """One breadth-first search; `run` leaves its counts and sightings in the attributes."""

    def __init__(
        self,
        engine: Engine,
        properties: Iterable[Any],
        meter: Meter,
        options: Options,
        *,
        expected: int,
        keep_levels: bool,
        progress: Progress | None,
    ) -> None:
        self.engine = engine
        self.meter = meter
        self.slice = options.slice
        self.progress = progress
        self.last_progress = 0.0
        c = engine.control
        c[kernel.SLICE] = options.slice
        c[kernel.STORED] = c[kernel.SIDE_FILL] = 0
        meter.hold("buffers", engine.buffer_bytes)
        self.store = Store(engine.layout, c, meter, expected=expected, start=options.table)
        threshold = options.threshold
        if meter.budget.memory:
            threshold = min(threshold, meter.budget.memory // 4)
        self.levels = Levels(engine.layout.words, meter, keep=keep_levels, threshold=threshold)
        self.recent = np.full(RECENT, ~np.uint64(0))  # what no state looks like
        words = engine.observations.words
        self.wanted = np.zeros(words, np.uint64)
        self.seen = np.zeros(words, np.uint64)
        self.found = np.zeros(words, np.uint64)
        self.least = np.zeros((64 * words, engine.layout.words), np.uint64)
        self.per_action = np.zeros(engine.actions, np.int64)
        self.complete_per_action = self.per_action.copy()
        self.per_depth: list[int] = []
        self.sightings: dict[int, Seen] = {}
        self.checked_depth = -1
        self.stopped = ""
        self._want({p.name: p for p in properties})

    # What is looked for

    def _want(self, properties: Mapping[str, Any]) -> None:
        names = self.engine.observations
        bits = [UNDEFINED, OUTSIDE, *names.step_bits()]
        bits += [b for b in names.state_bits() if properties[names.name(b)].kind != "recoverable"]
        bits += [b for b in names.limit_bits() if names.name(b) not in self.engine.system.cuts]
        if DEADLOCK_FREE in properties:
            bits.append(DEADLOCK)
        self.open = set(bits)
        self._publish(self.open)

    def _publish(self, bits: Iterable[int]) -> None:
        self.wanted[:] = 0
        for bit in bits:
            self.wanted[bit // 64] |= np.uint64(1 << (bit % 64))

    def has_bit(self, masks: Array, bit: int) -> bool:
        """Whether a bit is set in mask words."""
        return bool((int(masks[bit // 64]) >> (bit % 64)) & 1)

    def _sight(self, depth: int) -> None:
        """Close the bits found at this depth; only the first depth of a bit counts."""
        for bit in sorted(self.open):
            if self.has_bit(self.found, bit):
                words = tuple(int(w) for w in self.least[bit])
                self.sightings[bit] = Seen(bit, depth, words)
        self.open -= set(self.sightings)
        self.found[:] = 0
        self._publish(self.open)
        if OUTSIDE in self.sightings:
            state = self.engine.layout.unpack(self.sightings[OUTSIDE].words)
            message = f"a step from {state} leaves the range of a variable without a limit"
            raise InternalError(message)

    # The levels

    def run(self, *, stop_at_first: bool) -> None:
        """Search until nothing is new or the budget is used up."""
        try:
            level = self._start()
            while level and not self.stopped:
                level = self._level(level, stop_at_first=stop_at_first)
        except OutOfBudget as reason:
            self.stopped = str(reason)
            self._sight(len(self.per_depth) - 1)  # of a level that is not complete, but real
        except MemoryError:
            self.stopped = "memory"
            self._sight(len(self.per_depth) - 1)

    def _start(self) -> list[Chunk]:
        count, bits = self.engine.initial()
        for bit in range(64 * self.engine.observations.words):
            if bits >> bit & 1 and bit != DEADLOCK:
                self.seen[bit // 64] |= np.uint64(1 << (bit % 64))
                if bit in self.open:
                    self.sightings[bit] = Seen(bit, -1, ())
        self.open -= set(self.sightings)
        self._publish(self.open)
        if OUTSIDE in self.sightings:
            message = "the initial action leaves the range of a variable without a limit"
            raise InternalError(message)
        c = self.engine.control
        c[kernel.USED], c[kernel.FILLED] = 0, count
        c[kernel.BEGIN] = c[kernel.COUNT] = 0
        level: list[Chunk] = []
        empty = np.zeros((self.engine.layout.words, PAD), np.uint64)
        self._run_kernel(empty, level)
        self._close(level)
        self._limit_stops()
        return [chunk for chunk in level if chunk.count]

    def _close(self, level: list[Chunk]) -> None:
        """Count a level whose states are all known."""
        total = sum(chunk.count for chunk in level)
        if level:
            self.levels.trim(level[-1])
        if total:
            self.per_depth.append(total)

    def _level(self, level: list[Chunk], *, stop_at_first: bool) -> list[Chunk]:
        """Expand one level; returns the next one."""
        depth = len(self.per_depth) - 1
        if self.meter.budget.depth is not None and depth >= self.meter.budget.depth:
            return self._last_level(level, depth)
        following: list[Chunk] = []
        self._expand(level, following)
        self._sight(depth)
        self.checked_depth = depth
        self.complete_per_action = self.per_action.copy()
        self._close(following)
        self.levels.finish(level)
        self._limit_stops()
        if stop_at_first and not self.stopped and self._refuted():
            self.stopped = "first"
        return [chunk for chunk in following if chunk.count]

    def _limit_stops(self) -> None:
        limits = [b for b in self.engine.observations.limit_bits() if b in self.sightings]
        if limits and not self.stopped:
            self.stopped = f"limit: {self.engine.observations.name(min(limits))}"

    def _refuted(self) -> bool:
        """Whether some property (not merely a goal reached) has been decided."""
        names = self.engine.observations
        goals = {b for b in names.state_bits() if names.name(b) in names.goals}
        return any(bit not in goals for bit in self.sightings)

    def _last_level(self, level: list[Chunk], depth: int) -> list[Chunk]:
        """Test the states at the depth bound without going on from them."""
        names = self.engine.observations
        about_states = {DEADLOCK, *names.state_bits()}
        self._publish(self.open & about_states)
        seen, mode = self.seen.copy(), int(self.engine.control[kernel.MODE])
        self.engine.control[kernel.MODE] = kernel.DISCARD
        self._expand(level, [])
        self.engine.control[kernel.MODE] = mode
        self.seen[:] = seen
        self._sight(depth)
        self.checked_depth = depth
        self.levels.finish(level)
        self.stopped = "depth"
        return []

    def _expand(self, level: list[Chunk], following: list[Chunk]) -> None:
        c = self.engine.control
        for chunk in level:
            source = self.levels.load(chunk)
            c[kernel.BEGIN], c[kernel.COUNT] = 0, chunk.count
            c[kernel.ACTION] = kernel.NOT_OBSERVED
            c[kernel.IN], c[kernel.IN_STRIDE] = source.ctypes.data, source.shape[1]
            self._run_kernel(source, following)

    def _run_kernel(self, source: Array, following: list[Chunk]) -> None:
        """Run the kernel over one chunk, giving it room whenever it asks."""
        engine, store, c = self.engine, self.store, self.engine.control
        if not following:
            following.append(self.levels.new_chunk(None))
        while True:
            target = following[-1]
            array = self.levels.load(target)
            c[kernel.NEXT], c[kernel.NEXT_ROOM] = target.count, self.levels.room(target)
            code = kernel.run_chunk(
                c,
                engine.functions,
                source,
                engine.out,
                engine.hashes,
                engine.pending,
                self.recent,
                engine.masks,
                self.wanted,
                self.seen,
                self.found,
                self.least,
                store.slots32,
                store.slots64,
                store.side,
                array,
                self.per_action,
            )
            target.count = int(c[kernel.NEXT])
            if code == kernel.NO_ROOM:
                store.grow()
            elif code == kernel.CHUNK_FULL:
                following.append(self.levels.new_chunk(target))
            self._pause()
            if code == kernel.DONE:
                return

    def _pause(self) -> None:
        """Look at budgets and tell whoever watches."""
        states = self.store.stored
        if self.meter.budget.states and states > self.meter.budget.states:
            raise OutOfBudget("states")
        self.meter.check_time()
        now = time.perf_counter()
        if self.progress is not None and now - self.last_progress >= PROGRESS_EVERY:
            self.last_progress = now
            frontier = states - sum(self.per_depth)
            counts = {
                "states": states,
                "steps": int(self.per_action.sum()),
                "frontier": frontier,
                "depth": max(0, len(self.per_depth) - 1),
            }
            self.progress("searching", counts)


_OBSERVED = (*STEP_KINDS, "invariant", "reachable", "recoverable", "builtin")
_DECIDED = (*_OBSERVED, "leads_to")


def explore(  # noqa: PLR0913 - the engine's one entry
    system: Any,
    properties: Iterable[Any],
    *,
    budget: Budget | None = None,
    expected_states: int = 0,
    progress: Progress | None = None,
    stop_at_first: bool = False,
    keep_levels: bool = True,
    options: Options | None = None,
    watched: Iterable[Any] = (),
) -> Exploration:
    """Visit every reachable state of a system and say which properties fail or are reached.

    Decides invariants, step properties, goals (`reachable`, `recoverable`), promises (`leads_to`)
    and, where it is among the properties, `deadlock_free`; `well_defined` and the limits are
    always watched.  Other kinds are passed over.  Without `keep_levels` a trace costs a second
    search.  Of the properties `watched` it only says whether there is a finding, without its trace.
    Raises CompileError for a system that cannot be compiled, InternalError for a fault here.
    """
    from checker.explicit.findings import conclude

    system.check_finite()
    options = options or Options()
    wanted = [p for p in properties if p.kind in _DECIDED]
    observed = list(watched)
    if progress is not None:
        progress("compiling", {})
    compiled = [p for p in wanted + observed if p.kind in _OBSERVED]
    engine = Engine(system, compiled, lanes=options.lanes, block=options.block, room=options.room)
    engine.load_kernel()
    meter = Meter(budget or Budget())
    try:
        search = Search(
            engine,
            compiled,
            meter,
            options,
            expected=expected_states,
            keep_levels=keep_levels,
            progress=progress,
        )
    except OutOfBudget as reason:
        return _nothing(str(reason), engine, meter)
    search.run(stop_at_first=stop_at_first)
    names = frozenset(p.name for p in observed)
    return conclude(search, wanted, names, keep_levels=keep_levels, options=options)


def _nothing(reason: str, engine: Engine, meter: Meter) -> Exploration:
    """Return a search that could not even begin."""
    return Exploration(
        0, 0, 0, [], {}, {}, (), reason, meter.seconds, engine.compile_seconds, meter.peak, 0, -1
    )

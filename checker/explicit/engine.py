"""One system compiled and ready to expand: addresses, buffers, control arrays."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from checker.compile.lower import Program, lower
from checker.compile.native import Native, best_lanes, compile_module
from checker.explicit import graph, kernel
from checker.explicit.levels import PAD, Array

ROOM = 1 << 14  # successors between two visits to the table
BLOCK = 2048  # states expanded at a time

_INITIAL = ctypes.CFUNCTYPE(
    ctypes.c_int64,
    ctypes.c_void_p,
    ctypes.c_int64,
    ctypes.c_int64,
    ctypes.c_int64,
    ctypes.c_void_p,
    ctypes.c_int64,
    ctypes.c_void_p,
    ctypes.c_int64,
    ctypes.c_void_p,
    ctypes.c_int64,
)


class Engine:
    """Compiled code of a system with the buffers that it writes to.

    `out` holds successors (words, room), and with `sources` a last row with the number of the
    state that each was made from; `masks` observation bits (mask words, block), `control`
    and `walk` are the control arrays of the search kernel and of the graph kernels.
    """

    def __init__(
        self,
        system: Any,
        properties: Iterable[Any],
        *,
        lanes: int = 0,
        block: int = BLOCK,
        room: int = ROOM,
        sources: bool = False,
    ) -> None:
        started = time.perf_counter()
        self.system = system
        self.program: Program = lower(
            system, properties, lanes=lanes or best_lanes(), sources=sources
        )
        self.layout = self.program.layout
        self.observations = self.program.observations
        self.native: Native = compile_module(self.program.text, self.program.symbols)
        addresses = [self.native.addresses[symbol] for symbol in self.program.symbols]
        self.functions = np.array(addresses, np.int64)
        self.block = block
        self.room = room + max(self.program.needs)
        rows = self.layout.words + int(sources)
        self.out = np.empty((rows, self.room + PAD), np.uint64)
        self.hashes = np.empty(self.room + PAD, np.uint64)
        self.pending = np.empty(self.room + PAD, np.int32)
        self.masks = np.zeros((self.observations.words, max(block, graph.BLOCK) + PAD), np.uint64)
        self.control = np.zeros(kernel.CONTROLS, np.int64)
        self.walk = np.zeros(graph.CONTROLS, np.int64)
        self._fill_controls()
        self.compile_seconds = time.perf_counter() - started

    @property
    def actions(self) -> int:
        """Number of actions."""
        return len(self.program.actions)

    @property
    def buffer_bytes(self) -> int:
        """Bytes of the buffers that a search touches; rarely filled room stays untouched."""
        used = min(self.room, 4 * ROOM)
        return int(8 * used * (self.layout.words + 1) + self.masks.nbytes)

    def _fill_controls(self) -> None:
        c, p = self.control, self.walk
        shared = {
            "ACTIONS": self.actions,
            "OUT": self.out.ctypes.data,
            "OUT_STRIDE": self.out.shape[1],
            "ROOM": self.room,
            "MASKS": self.masks.ctypes.data,
            "MASK_STRIDE": self.masks.shape[1],
        }
        for name, value in shared.items():
            c[getattr(kernel, name)] = value
            p[getattr(graph, name)] = value
        c[kernel.BLOCK] = self.block
        c[kernel.ACTION] = kernel.NOT_OBSERVED
        c[kernel.COUNTER] = c.ctypes.data + 8 * kernel.FILLED
        p[graph.COUNTER] = p.ctypes.data + 8 * graph.FILLED

    def load_kernel(self) -> None:
        """Load (the first time ever, compile) the search kernel by running it on nothing."""
        started = time.perf_counter()
        words, masks = self.layout.words, self.observations.words
        nothing = np.zeros((words, PAD), np.uint64)
        flags = [np.zeros(masks, np.uint64) for _ in range(3)]
        one32, one64 = np.zeros(1, np.uint32), np.zeros(1, np.uint64)
        kernel.run_chunk(
            self.control.copy(),
            self.functions,
            nothing,
            self.out,
            self.hashes,
            self.pending,
            one64,
            self.masks,
            *flags,
            np.zeros((1, words), np.uint64),
            one32,
            one64,
            one64,
            nothing,
            np.zeros(self.actions, np.int64),
        )
        self.compile_seconds += time.perf_counter() - started

    def initial(self) -> tuple[int, int]:
        """Run the initial action into `out`; returns (number of results, observation bits)."""
        source = np.zeros((self.layout.words, PAD), np.uint64)
        count = np.zeros(1, np.int64)
        masks = np.zeros((self.observations.words, PAD), np.uint64)
        run = _INITIAL(int(self.functions[self.actions]))
        run(
            source.ctypes.data,
            source.shape[1],
            0,
            1,
            self.out.ctypes.data,
            self.out.shape[1],
            count.ctypes.data,
            self.room,
            masks.ctypes.data,
            masks.shape[1],
        )
        bits = 0
        for k in range(self.observations.words):
            bits |= int(masks[k, 0]) << (64 * k)
        return int(count[0]), bits

    def place_source(self, array: Array) -> None:
        """Let the graph kernels read from an array (words, stride)."""
        self.walk[graph.IN] = array.ctypes.data
        self.walk[graph.IN_STRIDE] = array.shape[1]

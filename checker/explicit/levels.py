"""Levels of a breadth-first search: chunks of packed states, in memory or in a file.

A chunk is an array (words, stride) of which the first `count` columns are states; the columns
behind them are readable, because vector code reads whole groups.  Finished levels are needed
only to rebuild traces: past a threshold they go to an append-only temporary file without a
name, and with `keep=False` they are dropped.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
import numpy.typing as npt

from checker.explicit.budget import Meter

PAD = 64  # columns past the last state that may be read or written
SMALLEST, LARGEST = 1 << 12, 1 << 20  # states in a chunk

Array = npt.NDArray[np.uint64]


@dataclass(slots=True)
class Chunk:
    """Packed states; after a spill only the place in the file is left."""

    array: Array | None
    count: int
    offset: int = -1

    @property
    def bytes(self) -> int:
        """Bytes held in memory."""
        return 0 if self.array is None else int(self.array.nbytes)


class Levels:
    """All levels so far; level d is the list of chunks of the states at depth d."""

    def __init__(self, words: int, meter: Meter, *, keep: bool, threshold: int) -> None:
        self.words = words
        self.meter = meter
        self.keep = keep
        self.threshold = threshold
        self.levels: list[list[Chunk]] = []
        self.file: IO[bytes] | None = None
        self.in_memory = 0
        self.spilled = 0

    def new_chunk(self, previous: Chunk | None) -> Chunk:
        """Return an empty chunk, larger than the one before it in its level."""
        room = SMALLEST if previous is None else min(LARGEST, 4 * self.room(previous))
        self.meter.more("levels", 8 * self.words * (room + PAD))
        return Chunk(np.zeros((self.words, room + PAD), np.uint64), 0)

    @staticmethod
    def room(chunk: Chunk) -> int:
        """States that fit into a chunk in memory."""
        return 0 if chunk.array is None else chunk.array.shape[1] - PAD

    def trim(self, chunk: Chunk) -> None:
        """Give back the unused part of a level's last chunk."""
        if chunk.array is not None and chunk.count < self.room(chunk) // 2:
            before = chunk.bytes
            chunk.array = np.ascontiguousarray(chunk.array[:, : chunk.count + PAD])
            self.meter.more("levels", chunk.bytes - before)

    def finish(self, level: list[Chunk]) -> None:
        """Take a level that has been expanded: keep it, write it to the file, or drop it."""
        self.levels.append(level)
        for chunk in level:
            size = chunk.bytes
            if self.keep and self.in_memory + size <= self.threshold:
                self.in_memory += size
                continue
            if self.keep:
                self._spill(chunk)
            chunk.array = None
            self.meter.more("levels", -size)

    def _spill(self, chunk: Chunk) -> None:
        if self.file is None:
            self.file = tempfile.TemporaryFile(prefix="parascope-levels-")  # noqa: SIM115
        assert chunk.array is not None  # noqa: S101 - levels are finished once
        chunk.offset = self.file.seek(0, 2)
        for row in chunk.array:
            self.file.write(row[: chunk.count].tobytes())
        self.spilled += 8 * self.words * chunk.count

    def chunks(self, depth: int) -> Iterator[tuple[Array, int]]:
        """Yield the arrays of a level with their numbers of states, from the file if need be."""
        for chunk in self.levels[depth]:
            yield self.load(chunk), chunk.count

    def load(self, chunk: Chunk) -> Array:
        """Array of a chunk, wherever it is; a dropped one is an error of the caller."""
        if chunk.array is not None:
            return chunk.array
        if self.file is None or chunk.offset < 0:
            message = "a level that was not kept"
            raise ValueError(message)
        self.file.seek(chunk.offset)
        data = self.file.read(8 * self.words * chunk.count)
        array = np.zeros((self.words, chunk.count + PAD), np.uint64)
        array[:, : chunk.count] = np.frombuffer(data, np.uint64).reshape(self.words, chunk.count)
        return array

    def close(self) -> None:
        """Drop the file."""
        if self.file is not None:
            self.file.close()
            self.file = None

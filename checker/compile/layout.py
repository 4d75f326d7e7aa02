"""Bit-packing of a state into 64-bit words.

Word 0 uses 63 bits at most: the visited set stores word 0 plus one and keeps 0 for an empty
slot, so a full word would make one state look empty.  Other words use all 64 bits.  A leaf
lies in one word and is stored as its value minus its least value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from checker.compile.errors import CompileError
from checker.compile.nodes import LeafLike

FIRST_WORD = 63
OTHER_WORDS = 64

Words = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one leaf lies: word, shift and width in bits; width 0 for a constant leaf."""

    word: int
    shift: int
    width: int
    lo: int
    hi: int
    boolean: bool

    @property
    def mask(self) -> int:
        """Bits of the leaf inside its word."""
        return ((1 << self.width) - 1) << self.shift


@dataclass(frozen=True, slots=True)
class Layout:
    """Slots in leaf order, number of words, used bits per word (always the low ones)."""

    slots: tuple[Slot, ...]
    words: int
    bits: tuple[int, ...]

    def pack(self, state: Sequence[int]) -> Words:
        """Words of a state given as one value per leaf; a value out of range is an error."""
        words = [0] * self.words
        for slot, value in zip(self.slots, state, strict=True):
            if not slot.lo <= value <= slot.hi:
                message = f"value {value} is outside {slot.lo} .. {slot.hi}"
                raise ValueError(message)
            words[slot.word] |= (value - slot.lo) << slot.shift
        return tuple(words)

    def unpack(self, words: Sequence[int]) -> tuple[int, ...]:
        """Values per leaf of a packed state."""
        return tuple(
            ((int(words[s.word]) & s.mask) >> s.shift) + s.lo if s.width else s.lo
            for s in self.slots
        )

    def unpack_array(self, words: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """Values (states, leaves) of packed states (words, states)."""
        columns = []
        for slot in self.slots:
            raw = (words[slot.word] >> np.uint64(slot.shift)) & np.uint64((1 << slot.width) - 1)
            columns.append(raw.astype(np.int64) + slot.lo)
        shape = (words.shape[1], len(columns))
        return np.stack(columns, axis=1) if columns else np.zeros(shape, np.int64)


def build_layout(leaves: Sequence[LeafLike]) -> Layout:
    """Place leaves in declared order, first fit; a range wider than 62 bits is refused."""
    used = [0]
    slots = []
    for leaf in leaves:
        width = (leaf.hi - leaf.lo).bit_length()
        if leaf.hi < leaf.lo or width >= FIRST_WORD:
            message = f"{leaf.name}: the range {leaf.lo} .. {leaf.hi} cannot be stored"
            raise CompileError(message)
        word = next((w for w, bits in enumerate(used) if bits + width <= _room(w)), len(used))
        if word == len(used):
            used.append(0)
        slots.append(Slot(word, used[word], width, leaf.lo, leaf.hi, leaf.boolean))
        used[word] += width
    return Layout(tuple(slots), len(used), tuple(used))


def _room(word: int) -> int:
    return OTHER_WORDS if word else FIRST_WORD

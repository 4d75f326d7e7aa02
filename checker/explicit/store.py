"""The visited set: which table a system needs, its size, its growth within the memory budget."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from checker.compile.layout import FIRST_WORD, Layout
from checker.explicit.budget import Meter
from checker.explicit.insert import mix as _mix
from checker.explicit.insert import quotient_rehash, wide_rehash
from checker.explicit.kernel import (
    ENTRY_LIMIT,
    KEY_BITS,
    MODE,
    QUOTIENT,
    SIDE_FILL,
    STORED,
    TABLE,
    TABLE_BITS,
    WIDE,
)

SLOTS = 16  # of a bucket of the quotient table
LOAD = 0.73  # at which a quotient table is planned; its side table decides when it grows
WIDE_LOAD = 0.75  # at which a wide table grows
QUOTIENT_BITS = 29  # key bits beyond the bucket bits that a 32-bit slot holds
LINE = 64
LARGEST = 36  # bits of the number of buckets or entries
START = 1 << 16  # states a table is made for where nothing is known

Array = npt.NDArray[np.uint64]


def aligned(count: int, kind: type[np.unsignedinteger]) -> npt.NDArray[np.unsignedinteger]:
    """Zeroed array that starts at a cache line, so that a bucket is one line."""
    size = np.dtype(kind).itemsize
    raw = np.zeros(count + LINE // size, kind)
    skip = (-raw.ctypes.data % LINE) // size
    return raw[skip : skip + count]


class Store:
    """Tables of one search; `control` is the kernel's control array, kept in step."""

    def __init__(
        self,
        layout: Layout,
        control: npt.NDArray[np.int64],
        meter: Meter,
        *,
        expected: int = 0,
        start: int = START,
    ) -> None:
        self.words = layout.words
        self.key_bits = layout.bits[0]
        self.control = control
        self.meter = meter
        self.grown = 0
        wanted = max(int(expected / LOAD), start)
        bits = max(0, (wanted - 1).bit_length() - 4)
        self.quotient = self._fits_quotient(bits)
        if self.quotient:
            bits = min(max(bits, self.key_bits - QUOTIENT_BITS), self.key_bits)
            self._make_quotient(bits)
        else:
            self._make_wide(max(4, (int(max(expected, start) / WIDE_LOAD)).bit_length()))
        meter.hold("table", self.bytes)

    def _fits_quotient(self, bits: int) -> bool:
        """One word, narrow enough for 32-bit slots at this or at a somewhat larger size."""
        if self.words > 1 or self.key_bits >= FIRST_WORD:
            return False
        return self.key_bits - QUOTIENT_BITS <= max(bits, 12)

    @property
    def bytes(self) -> int:
        """Bytes of all tables."""
        return int(self.slots32.nbytes + self.slots64.nbytes + self.side.nbytes)

    def _make_quotient(self, bits: int) -> None:
        self.bits = bits
        self.slots32 = aligned(SLOTS << bits, np.uint32)
        self.slots64 = np.zeros(1, np.uint64)
        self.side = np.zeros(self._side_size(bits), np.uint64)
        self._publish(QUOTIENT, self.slots32.ctypes.data, 0)

    @staticmethod
    def _side_size(bits: int) -> int:
        return max(64, (SLOTS << bits) >> 12)

    def _make_wide(self, bits: int) -> None:
        self.bits = bits
        self.slots32 = np.zeros(1, np.uint32)
        self.slots64 = aligned(self.words << bits, np.uint64)
        self.side = np.zeros(1, np.uint64)
        self._publish(WIDE, self.slots64.ctypes.data, int(WIDE_LOAD * (1 << bits)))

    def _publish(self, mode: int, address: int, limit: int) -> None:
        c = self.control
        c[MODE], c[TABLE], c[TABLE_BITS], c[KEY_BITS] = mode, address, self.bits, self.key_bits
        c[ENTRY_LIMIT] = limit

    def grow(self) -> None:
        """Double the table; raises OutOfBudget before anything is allocated that has no place."""
        self.grown += 1
        bits = self.bits + 1
        while True:
            if bits > LARGEST:
                message = f"a table of 2^{bits} buckets"
                raise MemoryError(message)
            size = self._planned(bits)
            self.meter.hold("growth", size)
            done = self._move_quotient(bits) if self.quotient else self._move_wide(bits)
            self.meter.hold("growth", 0)
            if done:
                self.meter.hold("table", self.bytes)
                return
            bits += 1

    def _planned(self, bits: int) -> int:
        if self.quotient:
            return 4 * (SLOTS << bits) + 8 * self._side_size(bits)
        return 8 * self.words << bits

    def _move_quotient(self, bits: int) -> bool:
        if bits > self.key_bits:
            # More buckets than keys: the side table alone can take what is left of them.
            return self._widen_side()
        old, old_side, old_bits = self.slots32, self.side, self.bits
        fill = int(self.control[SIDE_FILL])
        self._make_quotient(bits)
        self.control[SIDE_FILL] = 0
        if quotient_rehash(
            old,
            old_bits,
            old_side,
            self.slots32,
            self.slots32.ctypes.data,
            bits,
            self.side,
            self.control[SIDE_FILL:],
        ):
            return True
        self.slots32, self.side, self.bits = old, old_side, old_bits
        self._publish(QUOTIENT, old.ctypes.data, 0)
        self.control[SIDE_FILL] = fill
        return False

    def _widen_side(self) -> bool:
        old = self.side
        self.side = np.zeros(2 * old.size, np.uint64)
        self.control[SIDE_FILL] = 0
        empty = np.zeros(1, np.uint32)
        return bool(
            quotient_rehash(
                empty,
                self.bits,
                old,
                self.slots32,
                self.slots32.ctypes.data,
                self.bits,
                self.side,
                self.control[SIDE_FILL:],
            )
        )

    def _move_wide(self, bits: int) -> bool:
        old = self.slots64
        self._make_wide(bits)
        wide_rehash(old, self.words, self.slots64, 1 << bits)
        return True

    def release(self) -> None:
        """Give the memory back; the store cannot be used again."""
        self.slots32, self.slots64 = np.zeros(1, np.uint32), np.zeros(1, np.uint64)
        self.side = np.zeros(1, np.uint64)
        self.meter.hold("table", 0)

    @property
    def stored(self) -> int:
        """Distinct states inserted."""
        return int(self.control[STORED])


def hash_of(value: int, bits: int) -> int:
    """The bijection of the quotient table, for tests."""
    return int(_mix(np.uint64(value), np.uint64((bits + 1) // 2), np.uint64((1 << bits) - 1)))

"""§1.5/def-8: the Reed-Solomon code from `needed` symbols to `count`, over the field of 2^16.

The definition is that of the library reedsolo: `RSCodec(count - needed, nsize=count, c_exp=16)`
over the symbols of the padded blob, which is a systematic code; piece i is every `count`-th symbol
of the result, from the i-th on.  The tests compare symbol for symbol.  reedsolo keeps its tables
in globals of the module, is wrong when two codes of different fields are in use, and takes
minutes for a megabyte, so nothing here calls it.

Instead: the codewords are the words whose polynomial vanishes at a^0 ... a^(count-needed-1), for
the generator a of the field.  Equivalently symbol t is v_t f(x_t), with x_t = a^(count-1-t), a
polynomial f of degree below `needed`, and 1 / v_t the product of x_t - x_s over all s other than
t.  So any `needed` symbols give every other by Lagrange's formula,

    c_t = sum over s in K of c_s w_ts,     w_ts = (v_t / v_s) L(x_t) / (L'(x_s) (x_t - x_s)),

where L is the product of x - x_s over s in K.  Encoding is the case K = 0 ... needed-1, decoding
any other K.  The cost is needed x (count - needed) multiplications for each column of `needed`
symbols, and no matrix is inverted.

The blob goes in behind its length in eight bytes and is filled up with zeros to whole columns; a
symbol is two bytes, the lower first.  Erasures are repaired, errors are not even noticed: pieces
have to be checked against their Merkle root before (`impl.crypto.erasure`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from impl.crypto.errors import (
    NoSuchPiece,
    NotSymbols,
    PaddingNotZero,
    TooFewPieces,
    UnequalPieces,
    WrongBlobLength,
)
from impl.errors import BadValue
from impl.primitives import require_bytes

Symbols = NDArray[np.uint16]
Logs = NDArray[np.int64]

POLYNOMIAL = 0x1002D
"""What the field is taken modulo, x^16 + x^5 + x^3 + x^2 + 1: the first that reedsolo finds."""

UNITS = (1 << 16) - 1
"""Number of symbols that are not zero, so the greatest length of a code."""

SYMBOL_BYTES = 2
PREFIX_BYTES = 8
"""Width of the blob's length."""

COLUMNS_AT_ONCE = 256
"""Columns for which intermediate results stay near the processor."""

TABLE_COLUMNS, TABLE_OUTPUTS = 96, 16
"""From so many columns and outputs on, tables of products pay; found by measuring."""


def _tables() -> tuple[NDArray[np.uint16], NDArray[np.int32]]:
    """Return powers and logarithms of the generator 2.

    The logarithm of zero is 2 UNITS, and there and beyond all powers are zero: so a product is
    POWER[LOG[a] + LOG[b]], whatever a and b.
    """
    power = np.zeros(4 * UNITS + 1, dtype=np.uint16)
    log = np.zeros(UNITS + 1, dtype=np.int32)
    element = 1
    for exponent in range(UNITS):
        power[exponent] = element
        log[element] = exponent
        element <<= 1
        if element > UNITS:
            element ^= POLYNOMIAL
    power[UNITS : 2 * UNITS] = power[:UNITS]
    log[0] = 2 * UNITS
    power.flags.writeable = log.flags.writeable = False
    return power, log


POWER, LOG = _tables()
"""Constants: nothing here is ever written again, so any number of threads may use them."""


@dataclass(frozen=True, slots=True)
class ErasureCode:
    """`count` pieces, of which any `needed` recover the blob.

    Which `needed` follows from the number of validators is the caller's decision: §1.10/alg-15
    asks for more than 2f pieces, while f + 1 is what honest validators can be counted on for.
    """

    needed: int
    count: int

    def __post_init__(self) -> None:
        """Refuse a code that does not exist."""
        for name, value in (("needed", self.needed), ("count", self.count)):
            if isinstance(value, bool) or not isinstance(value, int):
                raise BadValue(name, "an integer", value)
        if not 1 <= self.count <= UNITS:
            raise BadValue("count", f"between 1 and {UNITS}", self.count)
        if not 1 <= self.needed <= self.count:
            raise BadValue("needed", f"between 1 and {self.count} pieces", self.needed)

    def compute_columns(self, length: int) -> int:
        """Return how many symbols a piece of a blob of `length` bytes has."""
        column_bytes = SYMBOL_BYTES * self.needed
        return -(-(PREFIX_BYTES + length) // column_bytes)

    def encode(self, blob: bytes) -> tuple[bytes, ...]:
        """Return the pieces of a blob, which may be empty. §1.5/alg-9."""
        require_bytes("blob", blob)
        columns = self.compute_columns(len(blob))
        padded = np.zeros(SYMBOL_BYTES * columns * self.needed, dtype=np.uint8)
        framed = len(blob).to_bytes(PREFIX_BYTES, "little") + blob
        padded[: len(framed)] = np.frombuffer(framed, dtype=np.uint8)
        data = np.ascontiguousarray(padded.view("<u2").reshape(columns, self.needed).T)
        parity = self._others(range(self.needed), data, range(self.needed, self.count))
        return tuple(row.astype("<u2").tobytes() for rows in (data, parity.T) for row in rows)

    def decode(self, pieces: Mapping[int, bytes]) -> bytes:
        """Return the blob from at least `needed` pieces by index. §1.10/alg-15.1.

        The `needed` pieces of lowest index are used; whether the others fit is for whoever
        encodes again (§1.10/alg-15.6).
        """
        columns = self._require_pieces(pieces)
        known = sorted(pieces)[: self.needed]
        rows = [np.frombuffer(pieces[index], dtype="<u2") for index in known]
        symbols = np.array(rows, dtype=np.uint16)
        missing = sorted(set(range(self.needed)) - set(known))
        data = np.empty((columns, self.needed), dtype="<u2")
        present = [index for index in known if index < self.needed]
        data[:, present] = symbols[: len(present)].T
        data[:, missing] = self._others(known, symbols, missing)
        return self._unframe(data.tobytes(), columns)

    def _require_pieces(self, pieces: Mapping[int, bytes]) -> int:
        """Return the number of symbols of each piece, once all is well with the pieces."""
        for index, piece in pieces.items():
            require_bytes("piece", piece)
            if not 0 <= index < self.count:
                raise NoSuchPiece(index, self.count)
        if len(pieces) < self.needed:
            raise TooFewPieces(len(pieces), self.needed)
        lengths = sorted({len(piece) for piece in pieces.values()})
        if len(lengths) > 1:
            raise UnequalPieces(tuple(lengths))
        if lengths[0] == 0 or lengths[0] % SYMBOL_BYTES:
            raise NotSymbols(lengths[0])
        return lengths[0] // SYMBOL_BYTES

    def _unframe(self, framed: bytes, columns: int) -> bytes:
        """Take the blob out: one length, one number of columns, zeros after it."""
        length = int.from_bytes(framed[:PREFIX_BYTES], "little")
        if self.compute_columns(length) != columns:
            raise WrongBlobLength(length, columns)
        end = PREFIX_BYTES + length
        if framed.count(0, end) != len(framed) - end:
            raise PaddingNotZero("a blob")
        return framed[PREFIX_BYTES:end]

    def _others(
        self, known: range | list[int], symbols: Symbols, wanted: range | list[int]
    ) -> Symbols:
        """Return the symbols at the places `wanted`, a row per column, from those at `known`."""
        if not len(wanted):
            return np.zeros((symbols.shape[1], 0), dtype=np.uint16)
        weights = Weights.between(self.count, np.array(known), np.array(wanted))
        many = symbols.shape[1] >= TABLE_COLUMNS and len(wanted) >= TABLE_OUTPUTS
        return combine_by_tables(weights, symbols) if many else combine(weights, symbols)


# ---- Lagrange's formula in logarithms


@dataclass(frozen=True, slots=True)
class Weights:
    """The factors w_ts, kept as logarithms of what depends on t, on s, and of both points."""

    of_wanted: Logs
    of_known: Logs
    wanted_points: Symbols
    known_points: Symbols

    @classmethod
    def between(cls, count: int, known: NDArray[np.int64], wanted: NDArray[np.int64]) -> Weights:
        """Prepare the weights of the places `known` for the places `wanted`, all different."""
        points, products = POWER[count - 1 - np.arange(count)], log_own_products(count)
        x_known, x_wanted = points[known], points[wanted]
        of_wanted = log_products(x_wanted, x_known) - products[wanted]
        of_known = products[known] - log_products(x_known, x_known)
        return cls(of_wanted % UNITS, of_known % UNITS, x_wanted, x_known)

    def column(self, place: int) -> Logs:
        """Return the logarithms of the weights of one known symbol, one for each wanted."""
        difference = LOG[self.wanted_points ^ self.known_points[place]]
        logs: Logs = (self.of_wanted + self.of_known[place] - difference) % UNITS
        return logs


def log_products(at: Symbols, roots: Symbols) -> Logs:
    """Return, for each point, the logarithm of the product of its differences from the others.

    A point that is itself among the roots is left out of its own product.
    """
    sums = np.zeros(len(at), dtype=np.int64)
    for start in range(0, len(roots), COLUMNS_AT_ONCE):
        logs = LOG[at[:, None] ^ roots[None, start : start + COLUMNS_AT_ONCE]]
        sums += np.where(logs < UNITS, logs, 0).sum(axis=1, dtype=np.int64)
    return sums % UNITS


def log_own_products(count: int) -> Logs:
    """Return, for each place, the logarithm of the product of its differences from all others.

    a^e - a^m is a^m (1 + a^(e-m)) for m < e and a^e (1 + a^(m-e)) for m > e, so two sums of the
    logarithms of 1 + a^i are all it takes.
    """
    sums = np.zeros(count, dtype=np.int64)
    sums[1:] = np.cumsum(LOG[POWER[1:count] ^ 1], dtype=np.int64)
    exponent = count - 1 - np.arange(count, dtype=np.int64)
    factored_out = exponent * (exponent - 1) // 2 + exponent * (count - 1 - exponent)
    logs: Logs = (factored_out + sums + sums[::-1]) % UNITS
    return logs


def combine(weights: Weights, symbols: Symbols) -> Symbols:
    """Return the wanted symbols, a row per column: one look-up for each product."""
    logs = LOG[symbols]
    out = np.zeros((symbols.shape[1], len(weights.wanted_points)), dtype=np.uint16)
    for place, row in enumerate(logs):
        factors = weights.column(place).astype(np.int32)
        if len(factors) < TABLE_OUTPUTS:
            for each, factor in enumerate(factors):
                out[:, each] ^= POWER[row + factor]
        else:
            out ^= POWER[row[:, None] + factors[None, :]]
    return out


def combine_by_tables(weights: Weights, symbols: Symbols) -> Symbols:
    """Return the same as `combine`: two rows of a table for each known symbol and column.

    The tables have the products of all weights of a known symbol with every lower and every
    upper byte; a row of them is as fast to add as memory is.
    """
    columns, width = symbols.shape[1], len(weights.wanted_points)
    out = np.zeros((columns, width), dtype=np.uint16)
    rows = np.empty((COLUMNS_AT_ONCE, width), dtype=np.uint16)
    for place in range(len(weights.known_points)):
        basis = POWER[weights.column(place)[None, :] + np.arange(16)[:, None]]
        for table, byte in (
            (multiples(basis[:8]), symbols[place] & 0xFF),
            (multiples(basis[8:]), symbols[place] >> 8),
        ):
            for start in range(0, columns, COLUMNS_AT_ONCE):
                part = out[start : start + COLUMNS_AT_ONCE]
                chosen = rows[: len(part)]
                table.take(byte[start : start + COLUMNS_AT_ONCE], axis=0, out=chosen, mode="clip")
                part ^= chosen
    return out


def multiples(basis: Symbols) -> Symbols:
    """Return 256 rows: row b is the sum of the rows of `basis` at the bits of b."""
    table = np.zeros((256, basis.shape[1]), dtype=np.uint16)
    for bit, row in enumerate(basis):
        table[1 << bit : 2 << bit] = table[: 1 << bit] ^ row
    return table

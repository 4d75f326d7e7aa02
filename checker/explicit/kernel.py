"""The search kernel: one chunk of a level, block by block.

State between calls is in the control array `c` (indices below), so that a call may end in the
middle of a block, when the tables or the next chunk are full, and the next call goes on with
the very successor that found no room.
"""

# ruff: noqa: PLR0913, PLR0917 - a kernel is told everything by its arguments

from __future__ import annotations

import numpy as np
from numba import njit

from checker.explicit.insert import quotient_flush, wide_flush
from checker.explicit.intrinsics import call_action, call_observe
from checker.explicit.jit import CACHED
from checker.explicit.kinds import Int, Numbers, Places, Slots, Word, Words

(
    BEGIN,
    COUNT,
    END,
    ACTION,
    AT,
    FILLED,
    USED,
    NEXT,
    NEXT_ROOM,
    MODE,
    TABLE_BITS,
    KEY_BITS,
    STORED,
    ENTRY_LIMIT,
    SLICE,
    BLOCK,
    ACTIONS,
    IN,
    IN_STRIDE,
    OUT,
    OUT_STRIDE,
    ROOM,
    MASKS,
    MASK_STRIDE,
    TABLE,
    COUNTER,
    SIDE_FILL,
) = range(27)
CONTROLS = 27

QUOTIENT, WIDE, DISCARD = 0, 1, 2  # modes; DISCARD expands and observes, and keeps nothing
DONE, NO_ROOM, CHUNK_FULL, SLICE_OVER = 0, 1, 2, 3
NOT_OBSERVED = -1
ONE = np.uint64(1)
ZERO = np.uint64(0)


@njit(cache=CACHED, nogil=True)
def _flush(
    c: Numbers,
    out: Words,
    hashes: Words,
    pending: Places,
    recent: Words,
    slots32: Slots,
    slots64: Words,
    side: Words,
    nxt: Words,
) -> Int:
    """Put pending successors into the table and the next chunk."""
    while c[USED] < c[FILLED]:
        if c[MODE] == DISCARD:
            c[USED] = c[FILLED]
            break
        room = c[NEXT_ROOM] - c[NEXT]
        if room == 0:
            return CHUNK_FULL
        end = min(c[FILLED], c[USED] + room)
        before = c[NEXT]
        # fmt: off
        if c[MODE] == QUOTIENT:
            used, after = quotient_flush(
                out, hashes, pending, recent, c[USED], end, c[KEY_BITS],
                slots32, c[TABLE], c[TABLE_BITS], side, c[SIDE_FILL:], nxt, before,
            )
        else:
            used, after = wide_flush(
                out, hashes, pending, recent, c[USED], end, slots64, c[TABLE],
                np.int64(1) << c[TABLE_BITS], c[ENTRY_LIMIT] - c[STORED], nxt, before,
            )
        # fmt: on
        c[USED] = used
        c[NEXT] = after
        c[STORED] += after - before
        if used < end:
            return NO_ROOM
    c[USED] = 0
    c[FILLED] = 0
    return DONE


@njit(cache=CACHED, nogil=True)
def _generate(c: Numbers, functions: Numbers, per_action: Numbers) -> None:
    """Expand the block until its end or until the output is full."""
    n = c[END] - c[BEGIN]
    source = c[IN] + 8 * c[BEGIN]
    if c[ACTION] == NOT_OBSERVED:
        call_observe(
            functions[c[ACTIONS] + 1], source, c[IN_STRIDE], 0, n, c[MASKS], c[MASK_STRIDE]
        )
        c[ACTION] = 0
        c[AT] = 0
    while c[ACTION] < c[ACTIONS]:
        before = c[FILLED]
        c[AT] = call_action(
            functions[c[ACTION]],
            source,
            c[IN_STRIDE],
            c[AT],
            n,
            c[OUT],
            c[OUT_STRIDE],
            c[COUNTER],
            c[ROOM],
            c[MASKS],
            c[MASK_STRIDE],
        )
        if c[MODE] != DISCARD:
            per_action[c[ACTION]] += c[FILLED] - before
        if c[AT] < n:
            return
        c[ACTION] += 1
        c[AT] = 0


@njit(cache=CACHED, nogil=True)
def _less(words: Words, i: int, least: Words, bit: int) -> Int:
    for w in range(words.shape[0]):
        if words[w, i] != least[bit, w]:
            return words[w, i] < least[bit, w]
    return False


@njit(cache=CACHED, nogil=True)
def _keep_least(source: Words, at: int, hits: Word, k: int, found: Words, least: Words) -> None:
    """Note for every bit hit whether this is the least state that showed it so far."""
    bit = 64 * k
    while hits:
        if hits & ONE:
            fresh = (found[k] >> np.uint64(bit & 63)) & ONE == ZERO
            if fresh or _less(source, at, least, bit):
                found[k] |= ONE << np.uint64(bit & 63)
                for w in range(source.shape[0]):
                    least[bit, w] = source[w, at]
        hits >>= ONE
        bit += 1


@njit(cache=CACHED, nogil=True)
def _observe(
    c: Numbers, source: Words, masks: Words, wanted: Words, seen: Words, found: Words, least: Words
) -> None:
    """Gather the masks of a finished block; keep the least state of every wanted bit."""
    n = c[END] - c[BEGIN]
    for i in range(n):
        masks[0, i] ^= ONE  # bit 0 came as "enabled" and leaves as "deadlock"
    for k in range(masks.shape[0]):
        row = masks[k]
        total = ZERO
        for i in range(n):
            total |= row[i]
        seen[k] |= total
        if total & wanted[k]:
            for i in range(n):
                hits = row[i] & wanted[k]
                if hits:
                    _keep_least(source, c[BEGIN] + i, hits, k, found, least)


@njit(cache=CACHED, nogil=True)
def run_chunk(
    c: Numbers,
    functions: Numbers,
    source: Words,
    out: Words,
    hashes: Words,
    pending: Places,
    recent: Words,
    masks: Words,
    wanted: Words,
    seen: Words,
    found: Words,
    least: Words,
    slots32: Slots,
    slots64: Words,
    side: Words,
    nxt: Words,
    per_action: Numbers,
) -> Int:
    """Expand a chunk, starting or going on; returns DONE, NO_ROOM, CHUNK_FULL or SLICE_OVER."""
    work = 0
    while True:
        work += c[FILLED] - c[USED]
        code = _flush(c, out, hashes, pending, recent, slots32, slots64, side, nxt)
        if code != DONE:
            return code
        if c[ACTION] == c[ACTIONS]:
            _observe(c, source, masks, wanted, seen, found, least)
            work += c[END] - c[BEGIN]
            c[BEGIN] = c[END]
            c[ACTION] = NOT_OBSERVED
            if c[BEGIN] < c[COUNT] and work >= c[SLICE]:
                return SLICE_OVER
        if c[BEGIN] >= c[COUNT]:
            return DONE
        c[END] = min(c[BEGIN] + c[BLOCK], c[COUNT])
        _generate(c, functions, per_action)

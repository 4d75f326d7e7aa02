"""Exact visited sets inside the search kernel: quotient table, wide table, side table.

Quotient table (states of one word).  A bijection on the k bits of a state gives h; the low b
bits of h choose a 64-byte bucket of sixteen 32-bit slots, the other k - b bits, two bits of
displacement d (how many buckets further on it went) and + 1 are stored.  0 is an empty slot.
Slots of a bucket fill from the first on and never empty, so a bucket with an empty slot ends
a search.  A state whose four buckets are full goes to the side table, which holds h + 1 whole.
If that is full too the answer is "no room": the caller grows the tables and goes on with the
same state.  Nothing is ever dropped.

Wide table (states of any number of words, or of one that is too wide for the first).  Open
addressing over entries of whole states, words side by side, word 0 stored + 1.
"""

# ruff: noqa: PLR0913, PLR0917 - a kernel is told everything by its arguments

from __future__ import annotations

import numpy as np
from numba import njit

from checker.explicit.intrinsics import FULL, KNOWN, find16, prefetch
from checker.explicit.jit import CACHED
from checker.explicit.kinds import Int, Numbers, Places, Slots, Word, Words

AHEAD = 64  # successors between a prefetch and the use of its line
BUCKETS = 4  # a state is looked for in so many, from its home bucket on
DISPLACEMENT = 2  # bits of it
M1 = np.uint64(0x9E3779B97F4A7C15)
M2 = np.uint64(0xD6E8FEB86659FD93)
M3 = np.uint64(0xFF51AFD7ED558CCD)
ONE = np.uint64(1)
ZERO = np.uint64(0)
NOTHING = ~ZERO  # no state of one word hashes to it: keys have at most 63 bits


@njit(cache=CACHED, nogil=True)
def mix(x: Word, shift: Word, mask: Word) -> Word:
    """Bijection on the bits of `mask` (k of them; shift is k / 2 rounded up)."""
    x ^= x >> shift
    x = (x * M1) & mask
    x ^= x >> shift
    x = (x * M2) & mask
    x ^= x >> shift
    x = (x * M3) & mask
    return x ^ (x >> shift)


@njit(cache=CACHED, nogil=True)
def scramble(x: Word) -> Word:
    """Spread 64 bits over 64 bits."""
    x ^= x >> np.uint64(32)
    x *= M2
    x ^= x >> np.uint64(29)
    x *= M3
    return x ^ (x >> np.uint64(32))


@njit(cache=CACHED, nogil=True)
def side_insert(side: Words, counts: Numbers, h: Word) -> Int:
    """Insert h into the side table: 1 new, 0 known, -1 no room.  counts[0] is its fill."""
    mask = np.uint64(side.size - 1)
    value = h + ONE
    at = (h * M1) >> np.uint64(20) & mask
    while True:
        seen = side[at]
        if seen == value:
            return 0
        if seen == ZERO:
            if counts[0] * 4 >= side.size * 3:
                return -1
            side[at] = value
            counts[0] += 1
            return 1
        at = (at + ONE) & mask


@njit(cache=CACHED, nogil=True)
def quotient_insert(
    slots: Slots,
    base: int,
    bucket_bits: int,
    side: Words,
    counts: Numbers,
    h: Word,
) -> Int:
    """Insert h: 1 new, 0 known, -1 no room.  `base` is the address of `slots`."""
    bucket_mask = (ONE << np.uint64(bucket_bits)) - ONE
    home = h & bucket_mask
    value = ((h >> np.uint64(bucket_bits)) << np.uint64(DISPLACEMENT)) + ONE
    for d in range(BUCKETS):
        bucket = (home + np.uint64(d)) & bucket_mask
        wanted = value + np.uint64(d)
        found = find16(base + (np.int64(bucket) << 6), np.int64(wanted))
        if found == KNOWN:
            return 0
        if found != FULL:
            slots[(np.int64(bucket) << 4) + found] = np.uint32(wanted)
            return 1
    return side_insert(side, counts, h)


@njit(cache=CACHED, nogil=True)
def _hash_all(words: Words, hashes: Words, shift: Word, mask: Word) -> None:
    """Hash a whole array; from 0 on, so that it becomes vector code without gathers."""
    for i in range(words.size):
        hashes[i] = mix(words[i], shift, mask)


@njit(cache=CACHED, nogil=True)
def filter_recent(hashes: Words, pending: Places, recent: Words, begin: int, end: int) -> Int:
    """Drop successors that were seen lately; returns how many stay.

    `recent` holds hashes of states that were inserted or will be before this flush ends;
    the hash is a bijection, so equal hashes are equal states.  The hashes that stay are moved
    to the front of `hashes`, their places among the successors to `pending`.
    """
    mask = np.uint64(recent.size - 1)
    n = np.uint64(0)  # unsigned: numba then has no negative index to provide for
    there = hashes[begin:end]
    for i in range(there.size):
        h = there[i]
        at = h & mask
        other = recent[at] != h
        recent[at] = h
        hashes[n] = h
        pending[n] = begin + i
        n += np.uint64(other)
    return np.int64(n)


@njit(cache=CACHED, nogil=True)
def quotient_flush(
    out: Words,
    hashes: Words,
    pending: Places,
    recent: Words,
    begin: int,
    end: int,
    key_bits: int,
    slots: Slots,
    base: int,
    bucket_bits: int,
    side: Words,
    counts: Numbers,
    nxt: Words,
    n: int,
) -> tuple[Int, Int]:
    """Insert out[0, begin:end]; append what is new to nxt from n on.

    Returns (first not inserted, n).  The caller has made room in nxt for all.  Where there is
    no room in the tables the recent states are forgotten: some may not have been inserted.
    """
    shift = np.uint64((key_bits + 1) // 2)
    mask = (ONE << np.uint64(key_bits)) - ONE
    words = out[0]
    fresh = nxt[0]
    _hash_all(words[begin:end], hashes[begin:end], shift, mask)
    count = filter_recent(hashes, pending, recent, begin, end)
    bucket_mask = (ONE << np.uint64(bucket_bits)) - ONE
    for i in range(min(AHEAD, count)):
        prefetch(base + (np.int64(hashes[i] & bucket_mask) << 6))
    for i in range(count):
        if i + AHEAD < count:
            prefetch(base + (np.int64(hashes[i + AHEAD] & bucket_mask) << 6))
        answer = quotient_insert(slots, base, bucket_bits, side, counts, hashes[i])
        if answer == 1:
            fresh[n] = words[pending[i]]
            n += 1
        elif answer == -1:
            recent[:] = NOTHING
            return np.int64(pending[i]), n
    return end, n


@njit(cache=CACHED, nogil=True)
def wide_hash(out: Words, i: int) -> Word:
    """Hash of state i of a structure of arrays; it only chooses where to look first."""
    h = ZERO
    for w in range(out.shape[0]):
        h = scramble(h * M1 + out[w, i])
    return h


@njit(cache=CACHED, nogil=True)
def wide_insert(slots: Words, entries: int, out: Words, i: int, h: Word) -> Int:
    """Insert state i with hash h: 1 new, 0 known.  The caller keeps some entries empty."""
    words = out.shape[0]
    mask = np.uint64(entries - 1)
    first = out[0, i] + ONE
    at = h & mask
    while True:
        place = np.int64(at) * words
        seen = slots[place]
        if seen == ZERO:
            slots[place] = first
            for w in range(1, words):
                slots[place + w] = out[w, i]
            return 1
        if seen == first:
            same = True
            for w in range(1, words):
                if slots[place + w] != out[w, i]:
                    same = False
                    break
            if same:
                return 0
        at = (at + ONE) & mask


@njit(cache=CACHED, nogil=True)
def filter_recent_wide(
    out: Words,
    hashes: Words,
    pending: Places,
    recent: Words,
    begin: int,
    end: int,
) -> Int:
    """Do as `filter_recent` does with states of several words, kept side by side."""
    words = out.shape[0]
    entries = 1
    while 2 * entries * words <= recent.size:
        entries *= 2
    mask = np.uint64(entries - 1)
    n = 0
    for i in range(begin, end):
        h = hashes[i]
        at = np.int64(h & mask) * words
        other = False
        for w in range(words):
            value = out[w, i]
            other |= recent[at + w] != value
            recent[at + w] = value
        hashes[n] = h
        pending[n] = i
        n += other
    return n


@njit(cache=CACHED, nogil=True)
def wide_flush(
    out: Words,
    hashes: Words,
    pending: Places,
    recent: Words,
    begin: int,
    end: int,
    slots: Words,
    base: int,
    entries: int,
    left: int,
    nxt: Words,
    n: int,
) -> tuple[Int, Int]:
    """Insert out[:, begin:end], at most `left` new ones; append what is new to nxt from n on.

    Returns (first not inserted, n).  The caller has made room in nxt for all.
    """
    words = out.shape[0]
    mask = np.uint64(entries - 1)
    size = 8 * words
    for i in range(begin, end):
        hashes[i] = wide_hash(out, i)
    count = filter_recent_wide(out, hashes, pending, recent, begin, end)
    for i in range(min(AHEAD, count)):
        prefetch(base + np.int64(hashes[i] & mask) * size)
    for i in range(count):
        if i + AHEAD < count:
            prefetch(base + np.int64(hashes[i + AHEAD] & mask) * size)
        at = np.int64(pending[i])
        if left == 0:
            recent[:] = NOTHING
            return at, n
        if wide_insert(slots, entries, out, at, hashes[i]) == 1:
            for w in range(words):
                nxt[w, n] = out[w, at]
            n += 1
            left -= 1
    return end, n


@njit(cache=CACHED, nogil=True)
def quotient_rehash(
    old: Slots,
    old_bits: int,
    old_side: Words,
    slots: Slots,
    base: int,
    bucket_bits: int,
    side: Words,
    counts: Numbers,
) -> Int:
    """Move everything to larger tables; False if the new ones have no room either."""
    bucket_mask = (ONE << np.uint64(old_bits)) - ONE
    low = np.uint64((1 << DISPLACEMENT) - 1)
    for at in range(old.size):
        if old[at]:
            value = np.uint64(old[at]) - ONE
            home = (np.uint64(at >> 4) - (value & low)) & bucket_mask
            h = ((value >> np.uint64(DISPLACEMENT)) << np.uint64(old_bits)) | home
            if quotient_insert(slots, base, bucket_bits, side, counts, h) == -1:
                return False
    for at in range(old_side.size):
        if old_side[at]:
            h = old_side[at] - ONE
            if quotient_insert(slots, base, bucket_bits, side, counts, h) == -1:
                return False
    return True


@njit(cache=CACHED, nogil=True)
def wide_rehash(old: Words, words: int, slots: Words, entries: int) -> None:
    """Move everything to a larger table."""
    one = np.zeros((words, 1), np.uint64)
    for at in range(0, old.size, words):
        if old[at]:
            one[0, 0] = old[at] - ONE
            for w in range(1, words):
                one[w, 0] = old[at + w]
            wide_insert(slots, entries, one, 0, wide_hash(one, 0))

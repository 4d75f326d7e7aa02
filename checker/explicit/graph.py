"""Kernels over finished levels: predecessors of a state, and the whole graph of steps."""

# ruff: noqa: PLR0913, PLR0917 - a kernel is told everything by its arguments

from __future__ import annotations

import numpy as np
from numba import njit

from checker.explicit.insert import wide_hash
from checker.explicit.intrinsics import call_action, call_observe
from checker.explicit.jit import CACHED
from checker.explicit.kinds import Int, Labels, Numbers, Words

BLOCK = 2048
# Indices of the control array `p` of these kernels.
ACTIONS, IN, IN_STRIDE, OUT, OUT_STRIDE, ROOM, MASKS, MASK_STRIDE, COUNTER, FILLED = range(10)
CONTROLS = 10
ABSENT = -1


@njit(cache=CACHED, nogil=True)
def expand(p: Numbers, functions: Numbers, action: int, begin: int, end: int) -> Int:
    """Successors of at most a block of states by one action; returns the first not expanded.

    The masks, which are written too, have room for one block: numbers in it start at 0.
    """
    p[FILLED] = 0
    return begin + call_action(
        functions[action],
        p[IN] + 8 * begin,
        p[IN_STRIDE],
        0,
        end - begin,
        p[OUT],
        p[OUT_STRIDE],
        p[COUNTER],
        p[ROOM],
        p[MASKS],
        p[MASK_STRIDE],
    )


@njit(cache=CACHED, nogil=True)
def _leads(
    p: Numbers,
    functions: Numbers,
    begin: int,
    end: int,
    out: Words,
    target: Words,
    only: int,
) -> Int:
    """Whether a step from the range leads to the target; -1 as `only` means any action."""
    for action in range(p[ACTIONS]):
        if only not in (action, -1):
            continue
        at = begin
        while at < end:
            at = expand(p, functions, action, at, end)
            for i in range(p[FILLED]):
                same = True
                for w in range(out.shape[0]):
                    if out[w, i] != target[w]:
                        same = False
                        break
                if same:
                    return action
    return ABSENT


@njit(cache=CACHED, nogil=True)
def least_source(
    p: Numbers,
    functions: Numbers,
    count: int,
    source: Words,
    out: Words,
    target: Words,
    best: Words,
    found: Int,
) -> Int:
    """Least state of a chunk with a step to the target, put into `best`; returns whether found.

    `found` says that `best` holds one already, from another chunk.
    """
    for begin in range(0, count, BLOCK):
        end = min(begin + BLOCK, count)
        if _leads(p, functions, begin, end, out, target, -1) == ABSENT:
            continue
        for i in range(begin, end):
            less = not found
            for w in range(source.shape[0]):
                if less or source[w, i] != best[w]:
                    less = less or source[w, i] < best[w]
                    break
            if less and _leads(p, functions, i, i + 1, out, target, -1) != ABSENT:
                found = True
                for w in range(source.shape[0]):
                    best[w] = source[w, i]
    return found


@njit(cache=CACHED, nogil=True)
def least_action(p: Numbers, functions: Numbers, out: Words, target: Words, at: int) -> Int:
    """First action with a step from state `at` of the input to the target, or ABSENT."""
    return _leads(p, functions, at, at + 1, out, target, -1)


@njit(cache=CACHED, nogil=True)
def index_states(states: Words, count: int, table: Numbers) -> None:
    """Enter the positions of distinct states into an open hash table (0 empty, position + 1)."""
    mask = np.uint64(table.size - 1)
    for i in range(count):
        at = wide_hash(states, i) & mask
        while table[at]:
            at = (at + np.uint64(1)) & mask
        table[at] = i + 1


@njit(cache=CACHED, nogil=True)
def _position(states: Words, table: Numbers, out: Words, i: int) -> Int:
    mask = np.uint64(table.size - 1)
    words = states.shape[0]
    at = wide_hash(out[:words], i) & mask
    while table[at]:
        place = table[at] - 1
        same = True
        for w in range(words):
            if states[w, place] != out[w, i]:
                same = False
                break
        if same:
            return np.int64(place)
        at = (at + np.uint64(1)) & mask
    return np.int64(ABSENT)


@njit(cache=CACHED, nogil=True)
def _degrees(
    p: Numbers,
    functions: Numbers,
    begin: int,
    end: int,
    out: Words,
    offsets: Numbers,
) -> None:
    """Count the steps of every state of a block into offsets[begin + 1 : end + 1]."""
    row = out[out.shape[0] - 1]
    for i in range(begin, end):
        offsets[i + 1] = 0
    for action in range(p[ACTIONS]):
        at = begin
        while at < end:
            first = at
            at = expand(p, functions, action, at, end)
            for j in range(p[FILLED]):
                offsets[first + np.int64(row[j]) + 1] += 1
    for i in range(begin, end):
        offsets[i + 1] += offsets[i]


@njit(cache=CACHED, nogil=True)
def link_states(
    p: Numbers,
    functions: Numbers,
    states: Words,
    begin: int,
    end: int,
    table: Numbers,
    out: Words,
    offsets: Numbers,
    targets: Numbers,
    labels: Labels,
    cursor: Numbers,
) -> Int:
    """Write the steps of the states of a block as compressed rows; False if one leads nowhere.

    The functions must give sources.  offsets[i] .. offsets[i + 1] are the steps of state i;
    labels hold the action of each, where the array has room for them.
    """
    row = out[out.shape[0] - 1]
    _degrees(p, functions, begin, end, out, offsets)
    if offsets[end] > targets.size:
        return False
    for i in range(begin, end):
        cursor[i - begin] = offsets[i]
    for action in range(p[ACTIONS]):
        at = begin
        while at < end:
            first = at
            at = expand(p, functions, action, at, end)
            for j in range(p[FILLED]):
                source = first - begin + np.int64(row[j])
                place = _position(states, table, out, j)
                if place == ABSENT:
                    return False
                n = cursor[source]
                targets[n] = place
                if labels.size:
                    labels[n] = action
                cursor[source] = n + 1
    return True


@njit(cache=CACHED, nogil=True)
def observe_states(p: Numbers, functions: Numbers, begin: int, end: int) -> None:
    """Write the observation masks of states begin .. end - 1, from the start of the masks."""
    call_observe(
        functions[p[ACTIONS] + 1],
        p[IN] + 8 * begin,
        p[IN_STRIDE],
        0,
        end - begin,
        p[MASKS],
        p[MASK_STRIDE],
    )


@njit(cache=CACHED, nogil=True)
def reach_back(offsets: Numbers, targets: Numbers, good: Labels) -> None:
    """Mark every state with a way to a marked one; sweeps from the deepest level up."""
    changed = True
    while changed:
        changed = False
        for i in range(good.size - 1, -1, -1):
            if good[i]:
                continue
            for j in range(offsets[i], offsets[i + 1]):
                if good[targets[j]]:
                    good[i] = 1
                    changed = True
                    break

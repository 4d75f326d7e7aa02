"""Kernels over finished levels: predecessors of a state, and the whole graph of steps."""

from __future__ import annotations

import numpy as np
from numba import njit

from checker.explicit.insert import wide_hash
from checker.explicit.intrinsics import call_action, call_observe
from checker.explicit.jit import CACHED

BLOCK = 2048
# Indices of the control array `p` of these kernels.
ACTIONS, IN, IN_STRIDE, OUT, OUT_STRIDE, ROOM, MASKS, MASK_STRIDE, COUNTER, FILLED = range(10)
CONTROLS = 10
ABSENT = -1


@njit(cache=CACHED, nogil=True)
def _expand(p, functions, action, begin, end):
    """Successors of at most a block of states by one action; returns the first not expanded.

    The masks, which are written too, have room for one block: numbers in it start at 0.
    """
    p[FILLED] = 0
    return begin + call_action(
        functions[action], p[IN] + 8 * begin, p[IN_STRIDE], 0, end - begin, p[OUT],
        p[OUT_STRIDE], p[COUNTER], p[ROOM], p[MASKS], p[MASK_STRIDE],
    )


@njit(cache=CACHED, nogil=True)
def _leads(p, functions, begin, end, out, target, only):
    """Whether a step from the range leads to the target; -1 as `only` means any action."""
    for action in range(p[ACTIONS]):
        if only not in (action, -1):
            continue
        at = begin
        while at < end:
            at = _expand(p, functions, action, at, end)
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
def least_source(p, functions, count, source, out, target, best, found):
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
def least_action(p, functions, out, target, at):
    """First action with a step from state `at` of the input to the target, or ABSENT."""
    return _leads(p, functions, at, at + 1, out, target, -1)


@njit(cache=CACHED, nogil=True)
def index_states(states, count, table):
    """Enter the positions of distinct states into an open hash table (0 empty, position + 1)."""
    mask = np.uint64(table.size - 1)
    for i in range(count):
        at = wide_hash(states, i) & mask
        while table[at]:
            at = (at + np.uint64(1)) & mask
        table[at] = i + 1


@njit(cache=CACHED, nogil=True)
def _position(states, table, out, i):
    mask = np.uint64(table.size - 1)
    at = wide_hash(out, i) & mask
    while table[at]:
        place = table[at] - 1
        same = True
        for w in range(out.shape[0]):
            if states[w, place] != out[w, i]:
                same = False
                break
        if same:
            return np.int64(place)
        at = (at + np.uint64(1)) & mask
    return np.int64(ABSENT)


@njit(cache=CACHED, nogil=True)
def link_states(p, functions, states, begin, end, table, out, offsets, targets, labels):
    """Write the steps of states begin .. end - 1 as compressed rows; False if one leads nowhere.

    offsets[i] .. offsets[i + 1] are the steps of state i; labels hold the action of each,
    where the array has room for them.
    """
    for i in range(begin, end):
        n = offsets[i]
        for action in range(p[ACTIONS]):
            _expand(p, functions, action, i, i + 1)
            for j in range(p[FILLED]):
                place = _position(states, table, out, j)
                if place == ABSENT or n >= targets.size:
                    return False
                targets[n] = place
                if n < labels.size:
                    labels[n] = action
                n += 1
        offsets[i + 1] = n
    return True


@njit(cache=CACHED, nogil=True)
def observe_states(p, functions, begin, end):
    """Write the observation masks of states begin .. end - 1, from the start of the masks."""
    call_observe(
        functions[p[ACTIONS] + 1], p[IN] + 8 * begin, p[IN_STRIDE], 0, end - begin, p[MASKS],
        p[MASK_STRIDE],
    )


@njit(cache=CACHED, nogil=True)
def reach_back(offsets, targets, good):
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

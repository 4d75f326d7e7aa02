"""Kernels over the graph of steps, for liveness: distances, subgraphs, what a component holds.

States are positions in the graph; the steps of state i are targets[offsets[i] : offsets[i + 1]],
and labels the number of the action of each.
"""

# ruff: noqa: PLR0913, PLR0917 - a kernel is told everything by its arguments

from __future__ import annotations

import numpy as np
from numba import njit

from checker.explicit.graph import expand
from checker.explicit.jit import CACHED
from checker.explicit.kinds import Int, Labels, Numbers, Places, Words

NOWHERE = -1


@njit(cache=CACHED, nogil=True)
def spread(
    offsets: Numbers,
    targets: Numbers,
    allowed: Labels,
    start: Places,
    begins: Places,
    distance: Places,
    queue: Places,
) -> None:
    """Breadth-first distances inside the allowed states; NOWHERE where no way leads.

    start has the states to begin in (allowed ones), begins the distance each begins with, in
    ascending order.
    """
    distance[:] = NOWHERE
    for k in range(start.size):
        distance[start[k]] = begins[k]
    head = tail = at = 0
    while head < tail or at < start.size:
        if at < start.size and (head == tail or begins[at] <= distance[queue[head]]):
            here = start[at]
            at += 1
            if distance[here] < begins[at - 1]:
                continue  # found sooner on the way from another one
        else:
            here = queue[head]
            head += 1
        onward = distance[here] + 1
        for j in range(offsets[here], offsets[here + 1]):
            there = targets[j]
            if allowed[there] and (distance[there] == NOWHERE or distance[there] > onward):
                distance[there] = onward
                queue[tail] = there
                tail += 1


@njit(cache=CACHED, nogil=True)
def subgraph(
    offsets: Numbers,
    targets: Numbers,
    chosen: Places,
    number: Places,
    last: Places,
    rows: Places,
    columns: Places,
) -> Int:
    """Pairs of chosen states with a step, under their new numbers; returns how many there are.

    Each pair counts once, and none of a state with itself.  Nothing is written if `columns` has no
    room: then it only counts.  `last` has room for the state that was last before each one.
    """
    n = 0
    last[:] = NOWHERE
    for i in range(chosen.size):
        for j in range(offsets[chosen[i]], offsets[chosen[i] + 1]):
            there = number[targets[j]]
            if there not in (NOWHERE, i) and last[there] != i:
                last[there] = i
                if columns.size:
                    columns[n] = there
                n += 1
        if columns.size:
            rows[i + 1] = n
    return n


@njit(cache=CACHED, nogil=True)
def hold(
    offsets: Numbers,
    targets: Numbers,
    labels: Labels,
    component: Places,
    bits: Words,
    possible: Words,
    cyclic: Labels,
    taken: Words,
    always: Words,
    ever: Words,
) -> None:
    """What each component holds: a cycle; the actions taken in it, possible in all, in some states.

    Actions are bits, given by `bits` for each label; a step to the state itself is a cycle, but
    takes no action.
    """
    for i in range(component.size):
        c = component[i]
        if c == NOWHERE:
            continue
        always[c] &= possible[i]
        ever[c] |= possible[i]
        for j in range(offsets[i], offsets[i + 1]):
            if component[targets[j]] == c:
                cyclic[c] = 1
                if targets[j] != i:
                    taken[c] |= bits[labels[j]]


@njit(cache=CACHED, nogil=True)
def leads_away(
    offsets: Numbers, targets: Numbers, labels: Labels, bits: Words, possible: Words
) -> None:
    """Add to `possible` the bits of the actions that have a step to another state."""
    for i in range(possible.size):
        for j in range(offsets[i], offsets[i + 1]):
            if targets[j] != i:
                possible[i] |= bits[labels[j]]


@njit(cache=CACHED, nogil=True)
def least_before(
    states: Words, offsets: Numbers, targets: Numbers, distance: Places, target: int, wanted: int
) -> Int:
    """Least state at a distance with a step to the target, or NOWHERE."""
    best = NOWHERE
    for i in range(distance.size):
        if distance[i] != wanted:
            continue
        for j in range(offsets[i], offsets[i + 1]):
            if targets[j] == target:
                if best == NOWHERE or _less(states, i, best):
                    best = i
                break
    return best


@njit(cache=CACHED, nogil=True)
def nearest_before(offsets: Numbers, targets: Numbers, distance: Places, target: int) -> Int:
    """Least distance of a state with a step to the target, or NOWHERE."""
    best = NOWHERE
    for i in range(distance.size):
        if distance[i] != NOWHERE and (best == NOWHERE or distance[i] < best):
            for j in range(offsets[i], offsets[i + 1]):
                if targets[j] == target:
                    best = distance[i]
                    break
    return best


@njit(cache=CACHED, nogil=True)
def _less(states: Words, one: int, other: int) -> Int:
    for w in range(states.shape[0]):
        if states[w, one] != states[w, other]:
            return states[w, one] < states[w, other]
    return False


@njit(cache=CACHED, nogil=True)
def sources_of(
    offsets: Numbers, targets: Numbers, labels: Labels, inside: Labels, action: int, found: Labels
) -> None:
    """Mark the states inside with a step of the action to another state inside."""
    for i in range(inside.size):
        if inside[i]:
            for j in range(offsets[i], offsets[i + 1]):
                if labels[j] == action and targets[j] != i and inside[targets[j]]:
                    found[i] = 1
                    break


@njit(cache=CACHED, nogil=True)
def noted(
    p: Numbers,
    functions: Numbers,
    action: int,
    begin: int,
    end: int,
    masks: Words,
    wanted: Words,
    bit: np.uint64,
    result: Words,
) -> None:
    """Set a bit of result for the states of a block where the action sets a wanted observation."""
    at = begin
    while at < end:
        first = at
        masks[:] = 0
        at = expand(p, functions, action, at, end)
        for i in range(at - first):
            for k in range(wanted.size):
                if masks[k, i] & wanted[k]:
                    result[first + i] |= bit

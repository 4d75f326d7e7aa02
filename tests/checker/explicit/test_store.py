"""The tables against a Python set, at sizes where everything that can fill up does."""

from __future__ import annotations

import random

import numpy as np
import pytest

from checker.compile.layout import build_layout
from checker.explicit import kernel
from checker.explicit.budget import Budget, Meter, OutOfBudget
from checker.explicit.insert import quotient_flush, wide_flush
from checker.explicit.store import Store, hash_of
from tests.checker.compile import toy

NOTHING = ~np.uint64(0)


def store_of(leaves, budget=0, **more):
    control = np.zeros(kernel.CONTROLS, np.int64)
    return Store(build_layout(leaves), control, Meter(Budget(memory=budget)), **more)


def insert_all(store, words):
    """Insert states (words, n), growing whenever asked to; returns what was new, in order."""
    c = store.control
    count = words.shape[1]
    nxt = np.zeros((words.shape[0], count), np.uint64)
    hashes, pending = np.zeros(count, np.uint64), np.zeros(count, np.int32)
    recent = np.full(16, NOTHING)
    at = n = 0
    while at < count:
        if store.quotient:
            at, after = quotient_flush(
                words,
                hashes,
                pending,
                recent,
                at,
                count,
                c[kernel.KEY_BITS],
                store.slots32,
                c[kernel.TABLE],
                c[kernel.TABLE_BITS],
                store.side,
                c[kernel.SIDE_FILL :],
                nxt,
                n,
            )
        else:
            at, after = wide_flush(
                words,
                hashes,
                pending,
                recent,
                at,
                count,
                store.slots64,
                c[kernel.TABLE],
                1 << store.bits,
                c[kernel.ENTRY_LIMIT] - c[kernel.STORED],
                nxt,
                n,
            )
        c[kernel.STORED] += after - n
        n = after
        if at < count:
            store.grow()
    return [tuple(w) for w in nxt[:, :n].T.tolist()]


@pytest.mark.parametrize("bits", [3, 11, 14, 30, 40, 62])
@pytest.mark.parametrize("start", [1, 1000])
def test_new_states_are_those_a_set_has_not_seen(bits, start):
    rng = random.Random(bits)
    store = store_of((toy.Leaf("x", 0, 2**bits - 1),), start=start)
    low = [rng.randrange(min(2**bits, 9000)) for _ in range(6000)]
    values = low + [rng.randrange(2**bits) for _ in range(6000)]
    new = insert_all(store, np.array([values], np.uint64))
    assert [w for (w,) in new] == list(dict.fromkeys(values))
    assert store.stored == len(set(values))
    assert insert_all(store, np.array([values], np.uint64)) == []


@pytest.mark.parametrize("words", [2, 3, 7])
def test_states_that_differ_in_one_word_only(words):
    rng = random.Random(words)
    leaves = tuple(toy.Leaf(f"w{i}", 0, 2**62 - 1) for i in range(words))
    store = store_of(leaves, start=1)
    states = []
    for _ in range(4000):
        state = [7] * words
        state[rng.randrange(words)] = rng.randrange(300)
        states.append(tuple(state))
    new = insert_all(store, np.array(states, np.uint64).T.copy())
    assert new == list(dict.fromkeys(states))


@pytest.mark.parametrize("bits", [1, 2, 7, 13])
def test_the_hash_is_a_bijection(bits):
    assert {hash_of(x, bits) for x in range(2**bits)} == set(range(2**bits))


def test_a_table_that_may_not_grow_says_so_before_it_does():
    store = store_of((toy.Leaf("x", 0, 2**30),), budget=10_000, start=1)
    with pytest.raises(OutOfBudget, match="memory"):
        insert_all(store, np.arange(100_000, dtype=np.uint64).reshape(1, -1))
    assert store.meter.peak <= 10_000


def test_a_full_key_space():
    store = store_of((toy.Leaf("x", 0, 2**16 - 1),), start=1)
    values = np.arange(2**16, dtype=np.uint64).reshape(1, -1)
    assert len(insert_all(store, values)) == 2**16
    assert insert_all(store, values) == []

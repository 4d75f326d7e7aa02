"""Shuffling and partitioning of validators."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.errors import BadValue
from impl.runtime.groups import (
    _draw_below,
    compute_group_sizes,
    compute_validator_groups,
    fixed_order,
    shuffled,
)


@pytest.mark.parametrize(
    ("validators", "groups", "sizes"),
    [(7, 3, (3, 2, 2)), (6, 3, (2, 2, 2)), (2, 3, (1, 1, 0)), (0, 2, (0, 0)), (5, 1, (5,))],
)
def test_sizes_differ_by_at_most_one_and_larger_groups_come_first(validators, groups, sizes):
    assert compute_group_sizes(validators, groups) == sizes


@given(st.permutations(range(9)), st.integers(1, 12))
def test_groups_are_consecutive_runs_of_the_shuffled_list(order, groups):
    made = compute_validator_groups(order, groups)
    assert [index for group in made for index in group] == order
    assert [len(group) for group in made] == list(compute_group_sizes(9, groups))


@given(st.integers(0, 40), st.binary(min_size=32, max_size=32))
def test_a_shuffle_is_an_order_of_the_validators_that_the_seed_decides(count, seed):
    validators = list(range(count))
    assert sorted(shuffled(validators, seed)) == validators
    assert shuffled(validators, seed) == shuffled(validators, seed)


def test_the_shuffle_is_pinned():
    assert shuffled(range(8), bytes(32)) == (0, 6, 5, 7, 1, 3, 2, 4)


def test_all_orders_come_up_about_equally_often():
    seeds = [number.to_bytes(32, "little") for number in range(6000)]
    orders = Counter(shuffled([0, 1, 2], seed) for seed in seeds)
    assert len(orders) == 6
    assert all(900 < count < 1100 for count in orders.values())


def test_a_draw_skips_words_past_the_last_multiple():
    assert _draw_below(3, iter([2**64 - 1, 5])) == 2
    assert _draw_below(3, iter([2**64 - 2, 5])) == (2**64 - 2) % 3


def test_a_seed_has_32_bytes():
    with pytest.raises(BadValue, match="seed must be 32 bytes long"):
        shuffled([0, 1], b"")


def test_a_prescribed_order_must_fit_the_validators():
    assert fixed_order([2, 0, 1])([0, 1, 2], bytes(32)) == (2, 0, 1)
    with pytest.raises(BadValue, match="order must be an order of the 2 validators"):
        fixed_order([2, 0, 1])([0, 1], bytes(32))

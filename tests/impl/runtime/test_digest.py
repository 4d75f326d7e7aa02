"""Hashes: equal for equal values, different for different ones."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from itertools import combinations

import pytest

from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.origins import GOVERNANCE, INHERENT, signed
from impl.runtime.digest import DOMAIN, compute_hash


class Colour(Enum):
    RED = 1
    BLUE = 2


@dataclass(frozen=True)
class Pair:
    first: object
    second: object


@dataclass
class Loose:
    first: object


DIFFERENT = [
    None, True, False, 0, 1, -1, 10**30, b"", b"\0", b"1", "", "1", "None", (), ((),), (1,), (1, 2),
    ((1,), 2), (12,), frozenset(), frozenset({1}), frozenset({1, 2}), FrozenMap(), Colour.RED,
    Colour.BLUE, FrozenMap({1: 2}), FrozenMap({2: 1}), Pair(1, 2), Pair(2, 1), Pair((1, 2), ()),
    GOVERNANCE, INHERENT, signed(b"a"),
]  # fmt: skip


def test_different_values_have_different_hashes():
    for first, second in combinations(DIFFERENT, 2):
        assert compute_hash(first) != compute_hash(second), (first, second)


def test_equal_values_have_equal_hashes():
    assert compute_hash(frozenset({3, 1, 2})) == compute_hash(frozenset({2, 3, 1}))
    assert compute_hash(FrozenMap({1: 2, 3: 4})) == compute_hash(FrozenMap({3: 4, 1: 2}))
    assert compute_hash(Pair(1, 2)) == compute_hash(Pair(1, 2))


def test_a_hash_is_made_of_kinds_lengths_and_contents():
    content = DOMAIN + b"t18:i1:1b1:xc4:Truet0:"
    digest = hashlib.blake2b(content, digest_size=32).digest()
    assert compute_hash((1, b"x", True, ())) == digest


@pytest.mark.parametrize("value", [[1], {1}, {1: 2}, 1.5, Loose(1), Pair(1, [2]), Pair, object()])
def test_what_could_change_has_no_hash(value):
    with pytest.raises(BadValue, match="value must be immutable"):
        compute_hash(value)

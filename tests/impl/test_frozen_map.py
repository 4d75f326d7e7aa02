"""A map that never changes: contents, order, sharing."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.frozen_map import FrozenMap

ENTRIES = st.dictionaries(st.integers(0, 9), st.integers(0, 3))


@given(ENTRIES, st.integers(0, 9), st.integers(0, 3))
def test_it_does_what_a_dict_does_in_ascending_order(entries, key, value):
    made = FrozenMap(entries)
    assert dict(made.set(key, value)) == entries | {key: value}
    assert dict(made.update({key: value})) == entries | {key: value}
    assert dict(made.without(key)) == {each: entries[each] for each in entries if each != key}
    for changed in (made, made.set(key, value), made.update({key: value}), made.without(key)):
        assert list(changed) == sorted(changed)
        assert len(changed) == len(dict(changed))
    assert dict(made) == entries


@given(ENTRIES, ENTRIES)
def test_equal_contents_are_equal_values(first, second):
    one, two = FrozenMap(first), FrozenMap(list(reversed(second.items())))
    assert (one == two) == (first == second)
    if first == second:
        assert hash(one) == hash(two) == hash(one)


def test_a_change_that_changes_nothing_is_the_same_map():
    value = b"value"
    made = FrozenMap({1: value})
    assert made.set(1, value) is made
    assert made.without(2, 3) is made
    assert made.update({}) is made
    assert copy.copy(made) is copy.deepcopy(made) is made


def test_it_is_no_dict_and_cannot_be_changed():
    made = FrozenMap({1: 2})
    assert made != {1: 2}
    with pytest.raises(TypeError):
        made[1] = 3
    with pytest.raises(KeyError):
        made[2]
    assert repr(made) == "FrozenMap({1: 2})"
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - own bytes

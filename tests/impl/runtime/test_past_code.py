"""Which code was in force when: lookups and pruning of one para's replacements."""

from __future__ import annotations

import pytest

from impl.errors import BadValue
from impl.runtime.past_code import (
    Current,
    ParaPastCodeMeta,
    ReplacedAt,
    ReplacementTimes,
    code_at,
    most_recent_change,
    note_replacement,
    prune_up_to,
)


def meta(*times, last_pruned=None):
    return ParaPastCodeMeta(tuple(ReplacementTimes(*each) for each in times), last_pruned)


THREE = meta((10, 10), (20, 25), (30, 35))


def test_without_replacements_the_current_code_serves_always():
    assert code_at(meta(), 0) == code_at(meta(), 1000) == Current()
    assert most_recent_change(meta()) is None


@pytest.mark.parametrize(
    ("at", "use"),
    [
        (0, ReplacedAt(10)),
        (10, ReplacedAt(10)),
        (11, ReplacedAt(20)),
        (20, ReplacedAt(20)),
        (25, ReplacedAt(30)),
        (30, ReplacedAt(30)),
        (31, Current()),
    ],
)
def test_a_code_serves_up_to_the_block_its_replacement_was_expected_at(at, use):
    assert code_at(THREE, at) == use


def test_replacements_are_noted_in_order():
    made = note_replacement(meta((10, 12)), ReplacementTimes(20, 21))
    assert made == meta((10, 12), (20, 21))
    assert most_recent_change(made) == 20


def test_pruning_is_by_activation_and_returns_what_was_expected():
    assert prune_up_to(THREE, 9) == (THREE, ())
    assert prune_up_to(THREE, 24) == (meta((20, 25), (30, 35), last_pruned=10), (10,))
    assert prune_up_to(THREE, 25) == (meta((30, 35), last_pruned=20), (10, 20))
    assert prune_up_to(THREE, 99) == (meta(last_pruned=30), (10, 20, 30))


def test_what_is_pruned_is_not_found_and_what_came_later_is():
    pruned, _ = prune_up_to(THREE, 25)
    assert code_at(pruned, 20) is None
    assert code_at(pruned, 21) == ReplacedAt(30)
    gone, _ = prune_up_to(pruned, 35)
    assert code_at(gone, 30) is None
    assert code_at(gone, 31) == Current()
    assert most_recent_change(gone) is None


def test_the_highest_pruned_replacement_stays_the_highest():
    pruned, _ = prune_up_to(meta((5, 40), last_pruned=30), 40)
    assert pruned.last_pruned == 30


def test_a_code_serves_its_last_relay_parent_after_the_expected_block():
    late = meta((10, 25, 24))
    uses = {at: code_at(late, at) for at in (10, 11, 23, 24, 25)}
    assert uses == {
        10: ReplacedAt(10),
        11: Current(),
        23: Current(),
        24: ReplacedAt(10),
        25: Current(),
    }
    assert prune_up_to(late, 25) == (meta(last_pruned=10), (10,))


def test_no_code_serves_beyond_its_last_relay_parent():
    gone = meta((20, 20, 19))
    assert (code_at(gone, 19), code_at(gone, 20)) == (ReplacedAt(20), Current())
    assert prune_up_to(gone, 20) == (meta(last_pruned=19), (20,))


def test_pruning_can_note_the_time_of_activation():
    assert prune_up_to(THREE, 25, by_activation=True)[0] == meta((30, 35), last_pruned=25)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ReplacementTimes(-1, 0),
        lambda: ReplacementTimes(0, "1"),
        lambda: ReplacementTimes(0, 1, -1),
        lambda: ParaPastCodeMeta([]),
    ],
)
def test_what_is_no_block_number_is_refused(make):
    with pytest.raises(BadValue):
        make()

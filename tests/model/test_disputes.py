"""The sentences of both chapters on votes, on numbers worked out by hand."""

from __future__ import annotations

import pytest

from model.disputes import (
    INVALID,
    OPEN,
    OUTCOME,
    SPLIT,
    VALID,
    charges_distraction,
    conclusion,
    outcome,
    penalises_silence,
    settled,
    slashes_those_against,
    slashes_those_for,
    supermajority_in_f,
)


@pytest.mark.parametrize(
    ("n", "valid", "invalid", "attested", "expected"),
    [
        (3, 2, 0, 2, OPEN),  # exactly two thirds have attested
        (3, 3, 0, 3, VALID),
        (3, 2, 1, 3, VALID),  # exactly a third against
        (3, 1, 2, 3, INVALID),
        (4, 2, 1, 3, VALID),
        (4, 2, 2, 4, SPLIT),
        (4, 2, 2, 2, OPEN),  # the same two validators both ways
        (3, 1, 1, 3, OPEN),  # cannot be: somebody attested to nothing
        (0, 0, 0, 0, OPEN),
    ],
)
def test_the_outcome_of_an_escalation(n, valid, invalid, attested, expected):
    assert outcome(valid, invalid, attested, n) == expected


@pytest.mark.parametrize(
    ("n", "valid", "invalid", "expected"),
    [
        (3, 2, 0, OPEN),
        (3, 3, 0, VALID),
        (4, 3, 1, VALID),
        (4, 1, 3, INVALID),
        (4, 2, 2, OPEN),
        (4, 3, 3, SPLIT),  # two validators voted both ways
    ],
)
def test_the_conclusion_of_a_dispute(n, valid, invalid, expected):
    assert conclusion(valid, invalid, n) == expected
    reached = expected != OPEN
    assert bool(penalises_silence(valid, invalid, n)) == reached
    assert bool(charges_distraction(valid, invalid, n)) != reached


def test_only_the_first_two_outcomes_slash():
    assert [bool(slashes_those_against(result)) for result in OUTCOME] == [
        False,
        True,
        False,
        False,
    ]
    assert [bool(slashes_those_for(result)) for result in OUTCOME] == [False, False, True, False]


def test_two_thirds_and_2f_plus_1_are_two_numbers():
    assert [settled(votes, 6) for votes in (4, 5)] == [False, True]
    assert [supermajority_in_f(votes, 1) for votes in (2, 3)] == [False, True]

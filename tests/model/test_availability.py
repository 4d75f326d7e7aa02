"""The thresholds of availability and of second checks, on numbers worked out by hand."""

from __future__ import annotations

from model.approval import v_check, v_default
from model.availability import (
    available,
    can_reconstruct,
    most_faulty,
    noted_available,
    pieces_awaited,
)
from model.language.plain import Num


def test_available_is_strict_and_the_definition_is_not():
    assert [available(votes, 6) for votes in (3, 4, 5)] == [False, False, True]
    assert [noted_available(votes, 6) for votes in (3, 4, 5)] == [False, True, True]


def test_the_largest_f_below_a_third():
    assert [most_faulty(Num(n)) for n in range(1, 8)] == [0, 0, 0, 1, 1, 1, 2]


def test_pieces_awaited_are_the_first_that_suffice():
    for f in range(4):
        assert can_reconstruct(pieces_awaited(f), f)
        assert not can_reconstruct(pieces_awaited(f) - 1, f)


def test_reports_add_checks_to_the_default():
    assert v_default(5) == 7
    assert v_check(5, factor=3, stake=2) == 13
    assert v_check(5, factor=3, stake=0, extra=1) == 6

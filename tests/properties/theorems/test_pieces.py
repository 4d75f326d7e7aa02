"""How many pieces those who voted for a block assure."""

from __future__ import annotations

import pytest

from checker.finite import tried
from model.language import Implies
from properties.theorems import pieces
from properties.theorems.slashing import at_most_a_third_are_faulty
from tests.properties.theorems.variants import Result, caught, premises, refuting, same, without

OVER_2F = pieces.an_available_block_can_be_reconstructed
F_PLUS_1 = pieces.an_available_block_has_f_plus_one_pieces
NINTHS = pieces.every_quorum_assures_more_than_2f_pieces_exactly_up_to_two_ninths
MOST = pieces.the_most_pieces_that_every_quorum_assures_are_n_minus_2f
ALL_HOLD = pieces.where_all_the_honest_hold_their_pieces_there_are_enough
ALL_VOTE = pieces.the_honest_alone_make_a_block_available

RESULTS = [
    Result(OVER_2F, dict(n=4, f=1, announced=3, honest=2, held=2, pieces=2)),
    Result(F_PLUS_1, sets=4),
    Result(NINTHS, sets=5),
    Result(MOST, sets=5),
    Result(ALL_HOLD),
    Result(ALL_VOTE, sets=5),
]


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_each_sentence_is_proved_or_refuted_by_the_least_numbers(result):
    same(result)


@pytest.mark.parametrize(("claim", "premise"), premises(RESULTS))
def test_without_a_premise_it_is_refuted(claim, premise):
    assert refuting(claim, **without(claim, premise)) is not None


@pytest.mark.parametrize(
    ("claim", "function", "wrong", "refuted"),
    [
        (
            F_PLUS_1,
            "noted_available",
            lambda v, n: 2 * v >= n,
            dict(n=4, f=1, announced=2, honest=1, held=1, pieces=1),
        ),
        (NINTHS, "available", lambda v, n: 2 * v > n, dict(n=5, f=1, announced=3)),
        (NINTHS, "can_reconstruct", lambda p, f: p > 2 * f + 1, dict(n=1, f=0, announced=1)),
        (MOST, "available", lambda v, n: 3 * v >= 2 * n, dict(n=3, f=0, k=3, announced=2)),
        (ALL_VOTE, "available", lambda v, n: 4 * v > 3 * n, dict(n=4, f=1, votes=3)),
    ],
    ids=["half", "majority", "2f + 2", "exactly two thirds", "three quarters"],
)
def test_a_wrong_threshold_is_refuted(monkeypatch, claim, function, wrong, refuted):
    monkeypatch.setattr(pieces, function, wrong)
    caught(claim, refuted)


def test_more_pieces_than_f_plus_one_are_not_assured():
    def one_more(n, f, announced, pieces):
        return Implies(quorum(announced, n), pieces >= f + 2)

    quorum = pieces.noted_available
    found = dict(n=1, f=0, announced=1, honest=1, held=1, pieces=1)
    assert refuting(F_PLUS_1, function=one_more) == found


def test_fewer_than_a_quarter_faulty_is_not_enough_for_more_than_2f_pieces():
    def up_to_a_quarter(n, f, announced):
        enough = pieces.can_reconstruct(announced - f, f)
        return Implies(4 * f < n, Implies(pieces.available(announced, n), enough))

    assert refuting(NINTHS, function=up_to_a_quarter) == dict(n=13, f=3, announced=9)


def test_the_real_sets_show_the_missing_pieces():
    assert tried(OVER_2F).set_refuted.startswith("4 members")


def test_exactly_a_third_faulty_leaves_the_honest_without_a_quorum():
    given = (
        at_most_a_third_are_faulty,
        pieces.there_is_a_validator,
        pieces.every_honest_validator_votes,
    )
    assert refuting(ALL_VOTE, given=given) == dict(n=3, f=1, votes=2)

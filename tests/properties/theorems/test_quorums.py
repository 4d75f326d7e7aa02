"""Thresholds that are the same or not, and quorums that meet or not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.finite import tried
from checker.verdict import Word
from model.language import And, Implies
from properties.theorem import Stage
from properties.theorems import quorums
from tests.properties.theorems.variants import (
    Result,
    attempt,
    caught,
    premises,
    refuting,
    same,
    without,
)

EQUAL = quorums.more_than_two_thirds_is_all_but_f
MEET = quorums.two_quorums_of_more_than_two_thirds_share_an_honest_validator
MEET_AT_LEAST = quorums.two_quorums_of_at_least_two_thirds_share_an_honest_validator
MEET_2F = quorums.two_quorums_of_two_f_plus_one_of_three_f_plus_one_share_an_honest_validator
MEET_ALL = quorums.two_quorums_of_all_but_f_share_an_honest_validator

RESULTS = [
    Result(EQUAL),
    Result(quorums.more_than_two_thirds_is_all_but_f_for_every_f, dict(n=4, f=0, votes=3)),
    Result(quorums.a_supermajority_is_two_f_plus_one, dict(n=2, f=0, votes=1)),
    Result(quorums.a_supermajority_is_two_f_plus_one_of_three_f_plus_one),
    Result(quorums.the_definition_of_available_is_the_algorithm, dict(n=3, votes=2)),
    Result(quorums.the_definition_of_available_is_the_algorithm_unless_three_divides_n),
    Result(MEET, sets=4),
    Result(MEET_AT_LEAST, sets=4),
    Result(
        quorums.two_quorums_of_two_f_plus_one_share_an_honest_validator,
        dict(n=2, f=0, first=1, second=1, shared=0),
    ),
    Result(MEET_2F, sets=4),
    Result(MEET_ALL, sets=4),
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
        (EQUAL, "available", lambda v, n: 3 * v >= 2 * n, dict(n=3, f=0, votes=2)),
        (EQUAL, "most_faulty", lambda n: n / 3, dict(n=0, f=0, votes=0)),
        (
            MEET,
            "settled",
            lambda v, n: 2 * v >= n,
            dict(n=2, f=0, first=1, second=1, shared=0),
        ),
        (
            MEET_AT_LEAST,
            "noted_available",
            lambda v, n: 3 * v >= 2 * n - 1,
            dict(n=2, f=0, first=1, second=1, shared=0),
        ),
        (
            MEET_2F,
            "supermajority_in_f",
            lambda v, f: v >= 2 * f,
            dict(n=1, f=0, first=0, second=0, shared=0),
        ),
    ],
    ids=["two thirds suffice", "a third may be faulty", "half", "one vote fewer", "2f"],
)
def test_a_wrong_threshold_is_refuted(monkeypatch, claim, function, wrong, refuted):
    monkeypatch.setattr(quorums, function, wrong)
    caught(claim, refuted)


def test_all_but_one_more_than_f_is_too_few():
    def one_fewer(n, f, first, second, shared):
        return Implies(And(first >= n - f - 1, second >= n - f - 1), shared > f)

    assert refuting(MEET_ALL, function=one_fewer) is not None


def test_two_quorums_need_not_share_two_honest_validators():
    def two(n, f, first, second, shared):
        both = And(quorums.settled(first, n), quorums.settled(second, n))
        return Implies(both, shared > f + 1)

    assert refuting(MEET, function=two) == dict(n=1, f=0, first=1, second=1, shared=1)


def test_the_sets_themselves_refute_what_the_numbers_refute():
    finite = tried(quorums.two_quorums_of_two_f_plus_one_share_an_honest_validator)
    assert finite.set_refuted.startswith("2 members")


def test_sets_that_do_not_bear_out_the_numbers_are_an_error():
    halves = quorums._meeting(lambda votes, n, _f: 2 * votes >= n)
    proof = attempt(MEET, concrete=halves, checked=2)
    assert proof.word == Word.ERROR
    assert "refuted on sets" in proof.detail


def test_a_wrong_lemma_is_not_used():
    def half(n, f):
        """Twice as many are faulty as may be."""
        return 2 * f >= n

    claim = replace(MEET, stages=(Stage("half", "Half of them are faulty.", half),))
    proof = attempt(claim)
    assert proof.word == Word.UNDETERMINED
    assert "half" in proof.detail

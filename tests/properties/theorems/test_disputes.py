"""What comes of a vote, and whether both chapters agree on it."""

from __future__ import annotations

import pytest

from checker.finite import tried
from model.language import And, Implies, Or
from properties.theorem import Assumption
from properties.theorems import disputes
from properties.theorems.quorums import there_is_a_validator
from tests.properties.theorems.variants import Result, caught, premises, refuting, same, without

EXISTS = disputes.a_settled_vote_has_an_outcome
UNIQUE = disputes.a_vote_has_at_most_one_outcome
NEVER = disputes.an_outcome_never_changes
SPLITS = disputes.an_outcome_changes_only_to_a_split
TRUTH = disputes.an_outcome_is_the_truth
SAME = disputes.both_chapters_come_to_the_same
CONCLUDED = disputes.what_chapter_2_concludes_chapter_1_has_found
ALL = disputes.both_chapters_find_the_truth_once_all_the_honest_attested

RESULTS = [
    Result(EXISTS, sets=6),
    Result(UNIQUE),
    Result(NEVER, dict(n=4, valid=1, invalid=2, later_valid=2, later_invalid=2)),
    Result(SPLITS, sets=4),
    Result(TRUTH, sets=4),
    Result(SAME, dict(n=2, valid=1, invalid=1)),
    Result(CONCLUDED, sets=6),
    Result(ALL),
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
            EXISTS,
            "found_split",
            lambda v, i, n: And(3 * v > n, 2 * i > n),
            dict(n=2, valid=1, invalid=1, attested=2),
        ),
        (UNIQUE, "found_valid", lambda v, _i, n: 3 * v > n, dict(n=0, valid=1, invalid=1)),
        (
            CONCLUDED,
            "conclusion",
            lambda v, i, n: disputes.If(2 * v > n, disputes.VALID, disputes.OPEN),
            dict(n=3, valid=2, invalid=0),
        ),
    ],
    ids=["split by a majority", "found valid whatever is against", "concluded by a majority"],
)
def test_a_wrong_threshold_is_refuted(monkeypatch, claim, function, wrong, refuted):
    monkeypatch.setattr(disputes, function, wrong)
    assert refuting(claim) == refuted
    reads_it_on_sets = claim is CONCLUDED
    assert not reads_it_on_sets or tried(claim).set_refuted


def test_an_outcome_needs_more_than_two_thirds(monkeypatch):
    """With just two thirds, a third each way has no outcome."""
    monkeypatch.setattr(disputes, "settled", lambda attested, n: 3 * attested >= 2 * n)
    given = (there_is_a_validator, *EXISTS.given)
    assert refuting(EXISTS, given=given) == dict(n=3, valid=1, invalid=1, attested=2)


def test_without_double_votes_an_outcome_can_change_and_real_votes_show_it():
    assert tried(NEVER).set_refuted.startswith("4 members")


def test_one_validator_that_votes_both_ways_changes_an_outcome():
    some = Assumption(
        "sides_are_of_the_validators",
        "Neither side has more than there are.",
        lambda n, later_valid, later_invalid: And(later_valid <= n, later_invalid <= n),
    )
    least = dict(n=1, valid=0, invalid=1, later_valid=1, later_invalid=1)
    assert refuting(NEVER, given=(some, disputes.sides_only_grow)) == least


def test_a_split_can_come_of_either_outcome():
    def stays(n, valid, invalid, attested, later_valid, later_invalid, later_attested):
        before = disputes.outcome(valid, invalid, attested, n)
        after = disputes.outcome(later_valid, later_invalid, later_attested, n)
        return Or(before != disputes.VALID, before == after)

    assert refuting(SPLITS, function=stays) is not None


def test_a_third_of_the_honest_attesting_falsely_makes_the_outcome_false():
    def late(n, f, right, wrong, attested, good):
        found = disputes.found(n, right, wrong, attested, good)
        return Or(found == disputes.OPEN, found != disputes.SPLIT, n < 3 * f)

    given = without(TRUTH, "only_the_faulty_attest_falsely")
    assert refuting(TRUTH, function=late, **given) is not None


def test_the_chapters_agree_only_if_nobody_votes_both_ways():
    given = without(CONCLUDED, "nobody_attests_both_ways")
    assert refuting(CONCLUDED, **given) == dict(n=2, valid=1, invalid=2)


def test_what_chapter_1_finds_chapter_2_need_not_conclude():
    def backwards(n, valid, invalid):
        found = disputes.outcome(valid, invalid, valid + invalid, n)
        return Implies(found != disputes.OPEN, disputes.conclusion(valid, invalid, n) == found)

    assert refuting(CONCLUDED, function=backwards) == dict(n=2, valid=1, invalid=1)


def test_a_supermajority_of_two_f_plus_one_concludes_what_chapter_1_still_awaits(monkeypatch):
    def by_number(valid, invalid, n):
        enough = 2 * ((n - 1) / 3) + 1
        return disputes.If(
            valid >= enough,
            disputes.VALID,
            disputes.If(invalid >= enough, disputes.INVALID, disputes.OPEN),
        )

    monkeypatch.setattr(disputes, "conclusion", by_number)
    given = (there_is_a_validator, *CONCLUDED.given)
    assert refuting(CONCLUDED, given=given) == dict(n=2, valid=0, invalid=1)


def test_the_truth_needs_the_faulty_to_be_few(monkeypatch):
    monkeypatch.setattr(disputes, "found_split", lambda _v, _i, _n: True)
    monkeypatch.setattr(disputes, "found", lambda n, right, *_: disputes.If(3 * right > n, 3, 0))
    caught(TRUTH, dict(n=1, f=0, right=1, wrong=0, attested=0, good=False))

"""Who is slashed, charged or penalised after a dispute."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.finite import tried
from properties.theorems import slashing
from properties.theorems.disputes import with_faults
from tests.properties.theorems.variants import Result, caught, premises, refuting, same, without

SAFE = slashing.chapter_1_slashes_no_honest_validator
MOST = slashing.chapter_1_slashes_no_honest_validator_while_most_are_honest
EXACT = slashing.chapter_1_slashes_no_honest_validator_exactly_up_to_3f_is_n_plus_1
VOTER = slashing.chapter_2_slashes_no_honest_voter
FEE = slashing.no_honest_validator_pays_the_distraction_fee
SILENCE = slashing.no_honest_validator_pays_for_silence
ALL = slashing.where_all_the_honest_attest_none_of_them_is_punished
THIRD = slashing.where_a_third_is_faulty_none_of_the_honest_is_punished

RESULTS = [
    Result(SAFE, sets=4),
    Result(MOST, dict(n=7, f=3, right=2, wrong=3, good=False)),
    Result(EXACT),
    Result(VOTER, sets=4),
    Result(FEE, dict(n=2, f=0, right=1, wrong=0)),
    Result(SILENCE, dict(n=4, f=0, right=3, wrong=0, silent=1)),
    Result(ALL, sets=4),
    Result(THIRD, dict(n=3, f=1, right=2, wrong=0)),
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
        (VOTER, "supermajority", lambda v, n: 4 * v >= n, dict(n=4, f=1, wrong=1)),
        (
            ALL,
            "charges_distraction",
            lambda v, _i, n: 4 * v <= 3 * n,
            dict(n=4, f=1, right=3, wrong=0),
        ),
    ],
    ids=["a quarter is a supermajority", "a fee below three quarters"],
)
def test_a_wrong_threshold_is_refuted(monkeypatch, claim, function, wrong, refuted):
    monkeypatch.setattr(slashing, function, wrong)
    caught(claim, refuted)


def test_slashing_the_smaller_side_of_a_split_would_hit_the_honest(monkeypatch):
    """It is the third outcome that keeps a large wrong side from slashing."""

    def larger_side(n, right, wrong, _attested, good):
        for_it, against = slashing.If(good, right, wrong), slashing.If(good, wrong, right)
        return slashing.If(for_it > against, 1, 2)

    monkeypatch.setattr(slashing, "found", larger_side)
    caught(SAFE, dict(n=1, f=0, right=0, wrong=0, good=True))


def test_a_larger_bound_than_n_plus_1_is_not_safe():
    def up_to_n_plus_2(n, f, right, wrong, good):
        unsafe = slashing._slashed(n, right, wrong, right + wrong, good)
        return slashing.Not(slashing.And(3 * f <= n + 2, right >= 1, unsafe))

    least = dict(n=4, f=2, right=1, wrong=2, good=False)
    assert refuting(EXACT, function=up_to_n_plus_2) == least


def test_one_honest_validator_that_is_silent_can_cost_the_others_the_fee():
    premise = without(ALL, "every_honest_validator_attests")
    assert refuting(ALL, **premise) == dict(n=2, f=0, right=1, wrong=0)


def test_real_validators_are_punished_where_a_third_is_faulty():
    def concrete(n):
        sets, _ = with_faults(slashing._all_attest)(n)

        def body(right, wrong, faulty, good):
            given = slashing.And(3 * faulty.size() <= n, wrong <= faulty)
            return slashing.Implies(given, slashing._all_attest(n, right, wrong, faulty, good))

        return sets, body

    assert tried(replace(THIRD, concrete=concrete)).set_refuted.startswith("3 members")

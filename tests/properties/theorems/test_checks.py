"""Whether an honest validator is among those who check a block."""

from __future__ import annotations

import pytest

from properties.theorems import checks
from tests.properties.theorems.variants import Result, caught, premises, refuting, same, without

DEFAULT = checks.an_honest_validator_is_among_the_default_checkers
THIRD = checks.the_default_checkers_assure_an_honest_one_exactly_from_a_third
STAKE = checks.stake_brings_an_honest_checker
NEVER_LOWER = checks.a_report_never_lowers_the_wanted_checks
WANTED = checks.the_honest_can_make_all_the_wanted_checks
ENOUGH = checks.the_honest_can_make_the_default_checks

RESULTS = [
    Result(DEFAULT, dict(n=10, f=3, group=1)),
    Result(THIRD, sets=5),
    Result(STAKE),
    Result(NEVER_LOWER),
    Result(WANTED, dict(n=3, f=0, group=1, factor=1, stake=1)),
    Result(ENOUGH),
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
        (STAKE, "v_default", lambda group: group + 3, dict(f=2, group=0, factor=1, stake=0)),
        (
            NEVER_LOWER,
            "v_check",
            lambda group, factor, stake: group + 2 - factor * stake,
            dict(group=0, factor=1, stake=0, more=1),
        ),
        (ENOUGH, "v_default", lambda group: group + 3, dict(n=3, f=0, group=1)),
    ],
    ids=["three more in one place", "stake lowers", "three more"],
)
def test_a_wrong_number_of_checks_is_refuted(monkeypatch, claim, function, wrong, refuted):
    monkeypatch.setattr(checks, function, wrong)
    caught(claim, refuted)


def test_one_check_fewer_than_a_third_assures_nobody():
    def one_fewer(n, f, group, extra):
        wanted = checks.v_default(group, extra)
        return checks.Implies(3 * (wanted + 1) >= n, wanted > f)

    assert refuting(THIRD, function=one_fewer) == dict(n=1, f=0, group=0, extra=0)


def test_stake_that_only_reaches_f_assures_nobody():
    def reaching(f, group, factor, stake):
        enough = checks.v_default(group) + stake >= f
        return checks.Implies(enough, checks.v_check(group, factor, stake) > f)

    assert refuting(STAKE, function=reaching) == dict(f=2, group=0, factor=1, stake=0)


def test_a_group_of_almost_all_leaves_too_few_honest_checkers():
    given = without(ENOUGH, "a_group_is_at_most_a_third")
    assert refuting(ENOUGH, **given) == dict(n=1, f=0, group=1)

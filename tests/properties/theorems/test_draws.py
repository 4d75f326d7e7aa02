"""Which groups can be drawn, and how often: formulas, all draws, and all shuffles agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations

import pytest

from checker.smt.theorem import prove
from checker.verdict import Word
from model import backing as model
from model import scheduler
from model.language.plain import Num
from properties.theorem import Stage
from properties.theorems import draws
from tests.properties.planting import Fault, planted
from tests.properties.theorems.variants import Result, attempt, premises, refuting, same, without

MAJORITY = draws.a_dishonest_majority_can_be_drawn_exactly_if_there_are_enough
TWO_THIRDS = draws.dishonest_two_thirds_can_be_drawn_exactly_if_there_are_enough
WHOLE = draws.a_dishonest_group_can_be_drawn_exactly_if_there_are_enough
CERTAIN = draws.every_draw_has_a_dishonest_majority_exactly_if_too_few_are_honest
OF_13 = draws.of_13_validators_in_two_groups_one_can_be_outvoted
OF_7 = draws.of_7_validators_in_three_groups_one_can_propose_alone

RESULTS = [Result(c) for c in (MAJORITY, TWO_THIRDS, WHOLE, CERTAIN, OF_13, OF_7)]

MEASURED = [
    (draws.draws_with_a_dishonest_majority, "28489/142590"),
    (draws.draws_with_dishonest_two_thirds, "403/10185"),
    (draws.draws_of_a_dishonest_group, "899/285180"),
    (draws.shuffles_with_a_dishonest_majority_in_some_group, "206143/286143"),
    (draws.shuffles_with_dishonest_two_thirds_in_some_group, "11081/95381"),
]


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_each_sentence_is_proved(result):
    same(result)


@pytest.mark.parametrize(("claim", "premise"), premises(RESULTS))
def test_without_a_premise_it_is_refuted(claim, premise):
    assert refuting(claim, **without(claim, premise)) is not None


def test_twelve_validators_can_be_cut_into_safe_halves():
    found = refuting(OF_13, **without(OF_13, "there_are_13_validators"), function=_from_12)
    assert found == dict(validators=12, groups=2)


def _from_12(validators, groups):
    return draws.Implies(validators >= 12, OF_13.function(validators, groups))


HALF = Fault(model, "is_backable", "2 * statements >", "2 * statements >=")
MORE = Fault(model, "is_proposal", "3 * signatures >=", "3 * signatures >")
ONE_MORE = Fault(scheduler, "members_of", "validators % groups, 1, 0", "validators % groups, 2, 1")


@pytest.mark.parametrize(
    ("claim", "fault", "refuted"),
    [
        (MAJORITY, HALF, dict(validators=0, faulty=0, size=0, inside=0)),
        (TWO_THIRDS, MORE, dict(validators=0, faulty=0, size=0, inside=0)),
        (CERTAIN, HALF, dict(validators=0, faulty=0, size=0, inside=0)),
        (OF_13, ONE_MORE, dict(validators=14, groups=2)),
    ],
)
def test_a_fault_in_the_model_is_refuted(claim, fault, refuted):
    with planted(fault):
        assert refuting(claim) == refuted


def test_a_wrong_lemma_is_not_used():
    def even(validators, groups):
        """Groups share the validators without a rest."""
        return validators % groups == 0

    stage = Stage("even", "Groups share the validators without a rest.", even)
    proof = attempt(replace(OF_13, stages=(stage, *OF_13.stages)))
    assert proof.word is Word.UNDETERMINED
    assert "even" in proof.detail


@pytest.mark.parametrize(("measure", "first"), MEASURED, ids=lambda v: getattr(v, "name", ""))
def test_each_proportion_is_the_count_of_all_cases(measure, first):
    proof = prove(measure)
    assert proof.text == f"measured({first})"
    assert len(proof.remarks) == len(measure.table)


@pytest.mark.parametrize(("measure", "_first"), MEASURED, ids=lambda v: getattr(v, "name", ""))
def test_a_formula_that_is_not_the_count_is_an_error(measure, _first):
    def off(**values):
        return measure.formula(**values) + Fraction(1, 1000)

    assert prove(replace(measure, formula=off)).word is Word.ERROR


def test_a_wrong_threshold_shows_in_the_proportion():
    with planted(HALF):
        size = dict(validators=4, faulty=1, size=2)
        assert draws.draws_with_a_dishonest_majority.formula(**size) == Fraction(1, 2)
    assert draws.draws_with_a_dishonest_majority.formula(**size) == 0


def test_the_proportions_of_a_single_validator_are_that_of_the_faulty():
    one = dict(validators=10, faulty=3, size=1)
    assert draws.draws_with_a_dishonest_majority.formula(**one) == Fraction(3, 10)
    assert draws.draws_of_a_dishonest_group.formula(**one) == Fraction(3, 10)


def test_an_empty_group_is_dishonest_by_two_thirds_and_not_by_a_majority():
    none = dict(validators=10, faulty=3, size=0)
    assert draws.draws_with_dishonest_two_thirds.formula(**none) == 1
    assert draws.draws_with_a_dishonest_majority.formula(**none) == 0


@pytest.mark.parametrize(("validators", "groups"), [(5, 2), (5, 3), (4, 5), (6, 4)])
def test_each_group_of_a_shuffled_list_is_any_draw_equally_often(validators, groups):
    drawn = {g: Counter() for g in range(groups)}
    place = [
        int(scheduler.group_of_place(validators, Num(groups), Num(p))) for p in range(validators)
    ]
    shuffles = list(permutations(range(validators)))
    for shuffled in shuffles:
        for g in range(groups):
            drawn[g][frozenset(v for p, v in enumerate(shuffled) if place[p] == g)] += 1
    for g in range(groups):
        size = int(scheduler.members_of(validators, Num(groups), Num(g)))
        every = {frozenset(d) for d in combinations(range(validators), size)}
        assert drawn[g] == dict.fromkeys(every, len(shuffles) // len(every))

"""Sizes of groups and who is in which: the formulas of the text and those of the model agree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.finite import tried
from checker.verdict import Word
from model import scheduler
from properties.theorem import Stage
from properties.theorems import groups
from tests.properties.planting import Fault, planted
from tests.properties.theorems.variants import Result, attempt, premises, refuting, same, without

SUM = groups.sizes_sum_to_the_validators
DIFFER = groups.sizes_differ_by_at_most_one
EMPTY = groups.the_groups_beyond_the_validators_are_empty
ONE_MORE = groups.one_more_validator_enlarges_one_group
IN_RANGE = groups.every_place_has_a_group
RUN = groups.the_places_of_a_group_are_a_run_of_its_size
NO_SKIP = groups.no_group_is_skipped

RESULTS = [
    Result(SUM, sets=4),
    Result(DIFFER),
    Result(groups.every_group_has_a_member, dict(group=0, validators=0, groups=1)),
    Result(EMPTY),
    Result(ONE_MORE),
    Result(
        groups.every_place_has_a_group_whatever_their_number,
        dict(place=0, validators=1, groups=0),
    ),
    Result(IN_RANGE),
    Result(RUN),
    Result(NO_SKIP),
]


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_each_sentence_is_proved_or_refuted_by_the_least_numbers(result):
    same(result)


@pytest.mark.parametrize(("claim", "premise"), premises(RESULTS))
def test_without_a_premise_it_is_refuted(claim, premise):
    assert refuting(claim, **without(claim, premise)) is not None


ONE_TOO_MANY = Fault(scheduler, "members_of", "group < validators", "group <= validators")
ALL_SMALL = Fault(scheduler, "members_of", "validators % groups, 1, 0", "validators % groups, 0, 0")
LARGER_LAST = Fault(
    scheduler, "members_of", "group < validators % groups", "group >= groups - validators % groups"
)
ONE_SIZE = Fault(scheduler, "group_of_place", "If(run < 0, place / (small + 1),", "If(run < 0, 0,")
NO_OFFSET = Fault(scheduler, "group_of_place", "larger + run / small", "run / small")
ONE_ON = Fault(scheduler, "group_of_place", "larger + run / small", "larger + 1 + run / small")


@pytest.mark.parametrize(
    ("claim", "fault", "refuted"),
    [
        (SUM, ONE_TOO_MANY, dict(group=0, validators=0, groups=1)),
        (SUM, ALL_SMALL, dict(group=0, validators=1, groups=2)),
        (DIFFER, LARGER_LAST, dict(group=0, other=1, validators=0, groups=1)),
        (EMPTY, ONE_TOO_MANY, dict(group=0, validators=0, groups=1)),
        (ONE_MORE, ALL_SMALL, dict(group=0, validators=0, groups=2)),
        (IN_RANGE, ONE_ON, dict(place=0, validators=1, groups=1)),
        (RUN, NO_OFFSET, None),
        (RUN, ONE_SIZE, dict(place=1, group=0, validators=2, groups=3)),
        (NO_SKIP, NO_OFFSET, None),
    ],
)
def test_a_fault_in_the_model_is_refuted(claim, fault, refuted):
    with planted(fault):
        found = refuting(claim)
    assert found is not None
    assert refuted is None or found == refuted


def test_real_lists_refute_a_size_that_only_sums_up():
    with planted(LARGER_LAST):
        finite = tried(SUM)
    assert "groups = 2" in finite.set_refuted


def test_sizes_are_not_all_the_same():
    def same_size(validators, groups, group, other):
        size = scheduler.members_of
        return size(validators, groups, group) == size(validators, groups, other)

    assert refuting(DIFFER, function=same_size) == dict(group=0, other=1, validators=1, groups=2)


@pytest.mark.parametrize("claim", [EMPTY, ONE_MORE, IN_RANGE, RUN, NO_SKIP], ids=lambda c: c.name)
def test_a_wrong_lemma_is_not_used(claim):
    def divides(validators, groups):
        """Groups share the validators without a rest."""
        return validators % groups == 0

    stage = Stage("divides", "Groups share the validators without a rest.", divides)
    proof = attempt(replace(claim, stages=(stage, *claim.stages)))
    assert proof.word is Word.UNDETERMINED
    assert "divides" in proof.detail

"""The three statements of the timeout rule, two by two."""

from __future__ import annotations

import pytest

from model import scheduler
from properties.theorem import Theorem
from properties.theorems import timeout_pairs
from tests.properties.planting import Fault, planted
from tests.properties.theorems import variants

CLAIMS = [
    variants.Result(value) for value in vars(timeout_pairs).values() if isinstance(value, Theorem)
]


@pytest.mark.parametrize("result", CLAIMS, ids=str)
def test_each_pair_is_settled_for_all_numbers(result):
    variants.same(result)


@pytest.mark.parametrize(("claim", "premise"), variants.premises(CLAIMS))
def test_without_a_premise_a_claim_is_refuted(claim, premise):
    assert variants.refuting(claim, **variants.without(claim, premise)) is not None


@pytest.mark.parametrize(
    ("old", "new", "claim"),
    [
        ("period - 1", "period + 1", timeout_pairs.the_prose_refines_the_predicate),
        (
            '"algorithm": True',
            '"algorithm": since_rotation == 0',
            timeout_pairs.the_predicate_refines_the_algorithm,
        ),
        (
            "Max(chain, thread)",
            "period",
            timeout_pairs.the_algorithm_refines_the_predicate_in_long_windows,
        ),
        (
            "Max(chain, thread)",
            "period - 1",
            timeout_pairs.the_predicate_times_out_more_than_the_prose_in_short_windows,
        ),
    ],
)
def test_with_another_window_a_claim_is_refuted(old, new, claim):
    with planted(Fault(scheduler, "availability_timeout", old, new)):
        assert variants.refuting(claim) is not None

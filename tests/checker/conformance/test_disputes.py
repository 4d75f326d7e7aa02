"""Model and reference implementation agree on the disputes of one candidate.

What the reference has no part in, the model's environment, is left to the bench.
"""

from __future__ import annotations

from unittest import mock

import pytest

from checker.conformance.benches import BENCHES
from checker.conformance.walk import walk
from impl.runtime import slashing, validity, validity_course
from model.config import Rules
from model.systems import family
from properties.catalogue import known_ids
from tests.properties.planting import Fault, planted

IDS = known_ids()
SIZES = {"min_validators": 4, "max_validators": 4}
STATES = 250


def walked(*without, states=STATES, **variants):
    rules = Rules(IDS - set(without), IDS, variants)
    system = family("disputes").system("tiny", rules, SIZES)
    with mock.patch.dict(BENCHES, {"disputes": "disputes"}):
        return walk(system, most=3, states=states)


def test_every_reachable_step_of_the_amended_text_agrees():
    done = walked(states=None)
    assert not done.divergences
    assert done.complete


@pytest.mark.parametrize(
    "without",
    [
        "abandon-at-conclusion",
        "abandon-only-invalid",
        "duty-until-closed",
        "finder-rewarded",
        "silence-counted-at-closing",
        "late-votes-slashed",
        "dispute-outlasts-acceptance",
    ],
)
def test_the_first_steps_without_an_amendment_agree(without):
    assert not walked(without).divergences


@pytest.mark.parametrize(
    "variant",
    [
        {"dispute_rule": "two_f_plus_one"},
        {"dispute_rule": "two_thirds"},
        {"dispute_rule": "sum"},
        {"dispute_rule": "thirds"},
        {"slashing": "backers"},
        {"unavailable_dispute": "disputers"},
        {"unavailable_dispute": "voters_for"},
    ],
    ids=lambda v: "-".join(*v.items()),
)
def test_the_first_steps_of_a_variant_agree(variant):
    assert not walked(**variant).divergences


FAULTS = {
    "the signature is not checked": Fault(
        validity, "attest", "check_signature(context, session, record.relay_parent, statement)", ""
    ),
    "a dispute may begin at any time": Fault(
        validity, "is_acceptance_over", "context.now > included_in", "False and included_in"
    ),
    "silence is free": Fault(slashing, "charge_absence", "not _is_won(rules, sides)", "True"),
    "a dispute closes a block early": Fault(
        validity, "_is_over", "context.now > record.conclusion", "context.now >= record.conclusion"
    ),
    "the fork is not left": Fault(
        validity_course, "_condemned", "record.conclusion is None", "True"
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_reference_is_found(name):
    with planted(FAULTS[name]):
        assert walked(states=1000).divergences

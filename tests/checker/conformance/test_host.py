"""The reference runtime, whole, beside the model *host*: steps agree, and a fault is found."""

from __future__ import annotations

import pytest

from checker.conformance.walk import Walk, walk
from impl.runtime import inclusion as reference
from impl.runtime import initializer, validity_course
from model.config import Rules
from model.language import System
from model.systems import family
from tests.checker.conformance.cases import IDS
from tests.properties.planting import Fault, planted

ONE_VALIDATOR = {"max_validators": 1}


def host(amendments: frozenset[str] = IDS) -> System:
    """The host with one validator, some amendments in force."""
    return family("host").system("tiny", Rules(amendments, IDS), ONE_VALIDATOR)


def walked(topic: str, fault: Fault | None = None, states: int | None = None) -> Walk:
    """A walk from the initial states of one topic with a parachain and a parathread core."""

    def starts(first):
        cores = first["first"]["parathread_cores"] == 1
        return first["about"] == topic and first["registered"] == {0, 1} and cores

    with planted(fault):
        return walk(host(), states=states, only=starts, most=1)


REFUSED = {
    "claims": {"NotAParathread", "ClaimAlreadyIndexed", "QueueFull", "AlreadyRegistered"},
    "code": {"UpgradeWaiting", "CandidateNotScheduled", "NotEnoughBacking"},
    "disputes": {"BadStatementSignature", "AlreadyAttested", "AlreadyIncluded", "Unrecoverable"},
}


@pytest.mark.parametrize("topic", ["code", "disputes"])
def test_every_step_agrees(topic):
    done = walked(topic)
    assert not done.divergences, done.divergences
    assert done.complete
    assert set(done.refusals) >= REFUSED[topic]


def test_the_first_steps_agree():
    done = walked("claims", states=1000)
    assert not done.divergences, done.divergences
    assert set(done.refusals) >= REFUSED["claims"]


FAULTS = {
    "votes are forgotten": (
        "claims",
        "bitfield",
        Fault(
            reference, "_note_votes", "[bitfield.validator] = True", "[bitfield.validator] = False"
        ),
    ),
    "scheduled cores are kept": (
        "claims",
        "end_block",
        Fault(
            initializer,
            "finalization",
            "scheduler.finalization(state.scheduler, scheduling)",
            "state.scheduler",
        ),
    ),
    "validators attest as often as they like": (
        "disputes",
        "attest",
        Fault(validity_course, "has_attested", "return side", "return False and side"),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_reference_is_found(name):
    topic, action, fault = FAULTS[name]
    done = walked(topic, fault, states=400)
    assert {divergence.action for divergence in done.divergences} == {action}

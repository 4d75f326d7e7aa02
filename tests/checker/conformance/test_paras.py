"""The model of §2.5.4 and the reference agree on every step, and a fault in the latter is found."""

from __future__ import annotations

import pytest

from checker.conformance.walk import walk
from impl.runtime import paras, past_code
from model.config import Rules
from model.systems import family
from tests.checker.conformance.cases import IDS, WRITTEN
from tests.properties.planting import Fault, planted

FAULTS = {
    "a plan outlives its para": (
        "session_change",
        Fault(paras, "_clean_up", "future_code=storage.future_code.without(para),", ""),
    ),
    "an upgrade applies a block late": (
        "include",
        Fault(paras, "is_applied", "number >= expected_at", "number > expected_at"),
    ),
    "past code is pruned a block early": (
        "begin_block",
        Fault(paras, "initialization", "acceptance_period + 1", "acceptance_period"),
    ),
    "a live para comes in again": (
        "register",
        Fault(paras, "schedule_para_initialize", "if stays or", "if"),
    ),
    "what is about to come in is not cancelled": (
        "deregister",
        Fault(paras, "schedule_para_cleanup", "para in storage.upcoming_paras", "False"),
    ),
    "the last one pruned is noted by its activation": (
        "begin_block",
        Fault(
            past_code,
            "prune_up_to",
            "times.activated_at if by_activation",
            "times.activated_at if True",
        ),
    ),
}


def system(amendments=IDS):
    return family("paras").system("tiny", Rules(amendments, IDS))


def test_every_reachable_step_of_the_amended_text_agrees():
    done = walk(system())
    assert not done.divergences
    assert (done.states, done.complete) == (10_656, True)
    assert set(done.refusals) == {"AlreadyRegistered", "UpgradeWaiting", "PrematureUpgrade"}


def test_the_first_steps_of_the_text_as_written_agree():
    done = walk(system(WRITTEN), states=4_000)
    assert not done.divergences
    assert set(done.refusals) == {"undefined"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_reference_is_found(name):
    action, fault = FAULTS[name]
    model = system()
    with planted(fault):
        done = walk(model, most=1, states=6_000)
    assert {d.action for d in done.divergences} == {action}

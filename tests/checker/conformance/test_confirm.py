"""A counterexample is run on the reference implementation, and what it makes of it is said."""

from __future__ import annotations

import dataclasses
from functools import cache

import pytest

from checker.conformance import CONFIRMED, confirm
from checker.explicit.explore import explore
from impl.runtime import scheduler as reference
from model.config import Rules
from model.systems import family
from properties import catalogue
from tests.checker.conformance.cases import IDS, scheduler
from tests.properties.planting import Fault, planted

SIZES = {"max_validators": 1}


@cache
def found(name, without=""):
    """A system and the trace of a property in it."""
    system = scheduler(IDS - {without}, SIZES)
    stated = [p for p in catalogue.properties_of("scheduler") if p.name == name]
    return system, explore(system, stated, stop_at_first=not stated).findings[name].trace


def test_a_trace_that_the_reference_takes_step_by_step_is_confirmed():
    system, trace = found("an_availability_failure_is_not_charged", "timed-out-claim-returns")
    assert trace.length > 3
    answer = confirm(trace, system)
    assert (answer.confirmed, answer.remark) == (True, CONFIRMED)


@pytest.mark.parametrize("amendment", ["no-core-no-group", "no-thread-core-no-claim"])
def test_a_last_step_is_confirmed_if_the_reference_refuses_it_as_undefined(amendment):
    system, trace = found("well_defined", amendment)
    assert trace.final is not None
    assert confirm(trace, system).confirmed


def test_a_trace_with_another_state_is_not_confirmed():
    system, trace = found("a_claim_is_retried")
    changed = system.decode(trace.states[2])
    changed["ParathreadQueue"]["next_core"] ^= 1
    states = (*trace.states[:2], system.encode(changed), *trace.states[3:])
    answer = confirm(dataclasses.replace(trace, states=states), system)
    assert not answer.confirmed
    assert "at step 2: " in answer.remark
    assert "ParathreadQueue.next_core=" in answer.remark


def test_a_trace_is_not_confirmed_by_a_reference_that_does_otherwise():
    system, trace = found("a_claim_is_retried")
    fault = Fault(reference, "_retry_claim", "entry.retries + 1", "entry.retries")
    with planted(fault):
        answer = confirm(trace, system)
    ends = [i for i, step in enumerate(trace.steps) if step.action == "end_block"]
    assert f"diverges on the reference implementation at step {ends[0]}: end_block" in answer.remark


def test_a_system_that_the_reference_does_not_contain_is_not_asked():
    system = family("corepipe").system("tiny", Rules())
    _, trace = found("a_claim_is_retried")
    assert confirm(dataclasses.replace(trace, system="corepipe"), system) is None

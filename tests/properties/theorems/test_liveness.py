"""Which configurations run for ever, and which blocks are valid."""

from __future__ import annotations

import itertools

import pytest

from checker.explicit.explore import DEADLOCK_FREE, WELL_DEFINED, explore
from model import scheduler
from model.config import Rules
from model.scheduler_system import CLOSED
from model.systems import family
from properties.kinds import Property, recoverable
from properties.theorems import authoring, liveness, one_member
from tests.properties.planting import Fault, planted
from tests.properties.theorems.variants import Result, premises, refuting, same, without

NO_CORE = dict(
    before=0, parachains=0, parathread_cores=0, parathreads=0, validators=1, place=0, queued=0
)
RESULTS = [
    Result(liveness.giving_work_is_defined_exactly_if_groups_rotate),
    Result(liveness.timing_out_is_defined_exactly_if_groups_rotate),
    Result(liveness.every_session_can_change),
    Result(liveness.every_session_can_change_as_written, NO_CORE),
    Result(liveness.as_written_a_session_can_change_exactly_if),
    Result(liveness.claims_are_accepted_only_where_a_core_is),
    Result(liveness.a_configuration_that_meets_the_formula_runs_for_ever),
    Result(liveness.a_configuration_that_fails_the_formula_gets_stuck),
    Result(authoring.an_honest_author_has_a_valid_block),
    Result(authoring.an_honest_author_has_a_valid_block_as_written, NO_CORE),
    Result(authoring.occupied_refuses_exactly_what_is_not_scheduled_or_not_sorted),
]


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_each_sentence_is_proved_or_refuted_by_the_least_numbers(result):
    same(result)


@pytest.mark.parametrize(("claim", "premise"), premises(RESULTS))
def test_without_a_premise_it_is_refuted(claim, premise):
    assert refuting(claim, **without(claim, premise)) is not None


@pytest.mark.parametrize("needed", ["no-core-no-group", "no-thread-core-no-claim"])
def test_without_an_amendment_some_session_cannot_change(needed, monkeypatch):
    rules = Rules(one_member.KNOWN - {needed}, one_member.KNOWN)
    monkeypatch.setattr(liveness, "AS_AMENDED", rules)
    found = refuting(liveness.every_session_can_change)
    assert found is not None
    assert found["parathread_cores"] == 0


@pytest.mark.parametrize(
    ("fault", "claim"),
    [
        (
            Fault(scheduler, "add_parathread_claim", "Index.size() < limit", "Index.size() >= 0"),
            liveness.claims_are_accepted_only_where_a_core_is,
        ),
        (
            Fault(scheduler, "group_of_place", "If(run < 0, ", "If(run < -1, "),
            liveness.every_session_can_change,
        ),
        (
            Fault(scheduler, "group_on", "% cores(s)", "% s.parachains"),
            liveness.a_configuration_that_meets_the_formula_runs_for_ever,
        ),
        (
            Fault(scheduler, "occupied", "given[i] < given[i + 1]", "given[i] <= given[i + 1]"),
            authoring.occupied_refuses_exactly_what_is_not_scheduled_or_not_sorted,
        ),
    ],
    ids=lambda x: getattr(x, "routine", ""),
)
def test_an_error_in_a_routine_is_noticed_where_it_divides_or_refuses(fault, claim):
    with planted(fault):
        assert refuting(claim) is not None


def test_a_wrong_formula_is_refuted(monkeypatch):
    monkeypatch.setattr(
        liveness, "runs_for_ever", lambda frequency, *_others, **_more: frequency > 0
    )
    assert refuting(liveness.a_configuration_that_fails_the_formula_gets_stuck) is not None


# the same of small systems, by the explicit engine

ONE = dict(
    threads=1,
    max_cores=2,
    max_validators=1,
    session_length=1,
    parathread_retries=0,
)


def _small(frequency, lookahead, parachains, parathread_cores):
    rules = Rules(one_member.KNOWN, one_member.KNOWN)
    return family("scheduler").system(
        "tiny",
        rules,
        dict(
            ONE,
            group_rotation_frequency=frequency,
            scheduling_lookahead=lookahead,
            max_parachains=parachains,
            max_parathread_cores=parathread_cores,
        ),
    )


@pytest.mark.parametrize("members", list(itertools.product((0, 1), repeat=4)), ids=str)
def test_exactly_the_configurations_of_the_formula_run_for_ever(members):
    free = Property("invariant", DEADLOCK_FREE, "", "There is always a next step.", lambda _s: True)
    found = explore(_small(*members), [free]).findings
    stuck = WELL_DEFINED in found or DEADLOCK_FREE in found
    assert stuck != bool(liveness.runs_for_ever(*members))


def test_from_every_state_a_block_can_be_completed():
    @recoverable("§2.5.7/inclusion")
    def a_block_is_completed(s):
        """From every state there is a way to one in which the inherent is done."""
        return s.phase == CLOSED

    found = explore(_small(1, 1, 1, 1), [a_block_is_completed]).findings
    assert a_block_is_completed.name not in found

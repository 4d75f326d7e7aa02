"""The system *scheduler*: the order of a block, and what its environment may choose when."""

from __future__ import annotations

from functools import cache

import pytest

from model.config import Rules
from model.systems import family
from tests.model.language import helpers
from tests.model.scheduler_cases import IDS, session, without, work

LATE, EARLY = IDS, without("session-change-at-block-end")
SIZES = dict(max_cores=3, max_parachains=1, max_validators=1, session_length=3)
NOBODY = {"some": False, "thread": 0, "age": 0}
CHAIN_ENTRY = {"kind": "parachain", "thread": 0, "retries": 0}


@cache
def system(amendments=IDS):
    return family("scheduler").system("tiny", Rules(amendments, IDS), SIZES)


def state(phase="idle", **changes):
    """One parachain and two parathread cores, nothing going on."""
    plain = {
        "phase": phase,
        "parachains": 1,
        "parathread_cores": 2,
        "parathreads": {0, 1},
        "validators": 1,
        "groups": 3,
    }
    return {**plain, **changes}


def run(action, before, amendments=IDS, **choices):
    return helpers.run(system(amendments), action, before, **choices)


def after(action, before, amendments=IDS, **choices):
    return helpers.after(system(amendments), action, before, **choices)


def new_session(**changes):
    return session(**{"parathreads": {0, 1}, "validators": 1, "shuffled": [0], **changes})


def pending(*candidates):
    """Candidates as (thread, age), None being a core without one."""
    some = [c and {"some": True, "thread": c[0], "age": c[1]} for c in candidates]
    return [c or NOBODY for c in (*some, None, None, None)][:3]


def test_genesis_begins_the_first_session_between_blocks():
    found = after("genesis", {}, session=new_session(parathread_cores=1))
    assert (found["phase"], found["block"], found["groups"]) == ("idle", 0, 2)


def test_as_written_each_reading_is_chosen_at_genesis_and_kept():
    names = ("scheduled_is_some", "only_freed_cores", "return_to_front", "return_to_next_core")
    taken = dict(zip(names, (True, False, True, False), strict=True))
    written = after("genesis", {}, frozenset(), session=new_session(), **taken)
    assert written["reading"] == taken
    begun = after("begin_block", written, frozenset())
    assert begun["reading"] == taken
    assert "reading" not in after("genesis", {}, session=new_session())


def test_a_session_has_a_validator():
    assert run("genesis", {}, session=new_session(validators=0)).outside
    assert not run("genesis", {}, session=new_session(validators=1)).outside


def test_a_session_has_no_more_cores_than_the_instance():
    small = family("scheduler").system("tiny", Rules(IDS, IDS), {**SIZES, "max_cores": 2})
    assert helpers.run(small, "genesis", {}, session=new_session()).outside
    fewer = new_session(parathread_cores=1)
    assert not helpers.run(small, "genesis", {}, session=fewer).outside


@pytest.mark.parametrize(
    ("amendments", "when", "then"), [(LATE, "ending", "idle"), (EARLY, "idle", "changed")]
)
def test_session_change_at_block_end_moves_the_change_to_the_block_before(amendments, when, then):
    for phase in ("idle", "changed", "open", "closed", "ending"):
        outcome = run("session_change", state(phase), amendments, session=new_session())
        assert outcome.outside == (phase != when)
    assert after("session_change", state(when), amendments, session=new_session())["phase"] == then


def test_candidates_pending_are_dropped_with_the_session():
    before = state("ending", pending=pending(None, (1, 1)), block=2)
    before["AvailabilityCores"] = [
        {"kind": "none", "thread": 0, "retries": 0},
        {"kind": "parathread", "thread": 1, "retries": 0},
        {"kind": "none", "thread": 0, "retries": 0},
    ]
    found = after("session_change", before, session=new_session())
    assert found["pending"] == [NOBODY] * 3
    assert found["claims_at_start"] == len(found["ParathreadQueue"]["queue"]) == 1


def test_what_is_pending_waits_one_block_more_and_saturates():
    before = state(pending=pending((0, 0), (1, 1), (0, 2)))
    found = after("begin_block", before)
    assert [candidate["age"] for candidate in found["pending"]] == [1, 2, 2]
    assert found["phase"] == "open"


@pytest.mark.parametrize("phase", ["idle", "changed"])
def test_a_block_begins_by_scheduling(phase):
    found = after("begin_block", state(phase))
    assert found["Scheduled"][0] == work(0)


def test_no_block_begins_beyond_the_length_of_a_session():
    assert run("begin_block", state(block=3)).outside
    assert not run("begin_block", state(block=2)).outside


@pytest.mark.parametrize(
    ("action", "phases", "choices"),
    [
        ("begin_block", {"idle", "changed"}, {}),
        ("add_claim", {"open", "closed"}, {"thread": 0}),
        ("inherent", {"open"}, {"available": set(), "backed": []}),
        ("end_block", {"closed"}, {"last": True}),
    ],
)
def test_each_action_has_its_place_in_the_block(action, phases, choices):
    everywhere = ("idle", "changed", "open", "closed", "ending")
    found = {p for p in everywhere if not run(action, state(p), **choices).outside}
    assert found == phases


def test_only_what_is_pending_becomes_available():
    before = state("open", pending=pending((0, 0)))
    assert not run("inherent", before, available={0}, backed=[]).outside
    assert run("inherent", before, available={1}, backed=[]).outside


def test_the_inherent_frees_then_schedules_then_backs():
    before = state(
        "open",
        pending=pending((0, 1)),
        AvailabilityCores=[CHAIN_ENTRY] + [{"kind": "none", "thread": 0, "retries": 0}] * 2,
    )
    found = after("inherent", before, available={0}, backed=[0])
    assert found["returned"] == ["concluded", "no", "no"]
    assert found["pending"] == pending((0, 0))
    assert found["AvailabilityCores"][0] == CHAIN_ENTRY
    assert found["phase"] == "closed"


def test_what_is_late_and_not_available_times_out():
    before = state("open", pending=pending((0, 1), (1, 0)))
    found = after("inherent", before, available=set(), backed=[])
    assert found["returned"] == ["timed_out", "no", "no"]
    assert found["pending"] == pending(None, (1, 0))


def test_a_block_ends_with_its_number_counted_and_nothing_returned():
    before = state("closed", returned=["concluded", "timed_out", "no"], block=1)
    found = after("end_block", before, last=False)
    assert (found["phase"], found["block"], found["returned"]) == ("idle", 2, ["no"] * 3)


@pytest.mark.parametrize(
    ("amendments", "block", "last", "possible"),
    [
        (LATE, 0, True, True),
        (LATE, 1, False, True),
        (LATE, 2, False, False),  # the session lasts 3 blocks at most
        (LATE, 2, True, True),
        (EARLY, 0, True, False),  # which block was the last is known when the next one begins
        (EARLY, 2, False, True),
    ],
)
def test_whether_a_block_is_the_last_of_its_session(amendments, block, last, possible):
    before = state("closed", block=block)
    assert run("end_block", before, amendments, last=last).outside is not possible

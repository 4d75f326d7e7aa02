"""What binds the modules, on concrete states: cores and their paras, honest data, the order."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from model.config import Rules
from model.host import Ascending
from model.language import Index, Outcome, System
from model.systems import family
from properties.catalogue import known_ids

IDS = known_ids()


@cache
def system(amendments: frozenset[str] = IDS) -> System:
    """The host on `tiny`, with some amendments in force."""
    return family("host").system("tiny", Rules(amendments, IDS))


def first(amendments: frozenset[str] = IDS, **changes: Any) -> dict[str, Any]:
    """The first state of a chain with one parachain, one parathread and two validators."""
    of = system(amendments)
    choices = {
        "about": "claims",
        "first": {"parathread_cores": 1},
        "registered": {0, 1},
        "session": {"validators": 2, "shuffled": [0, 1]},
    }
    picked = of.encode_choices(of.initial, {**choices, **changes})
    outcome = of.run(of.initial, of.zero, picked)
    assert outcome.state is not None, outcome
    return of.decode(outcome.state)


def run(
    action: str, state: dict[str, Any], amendments: frozenset[str] = IDS, **choices: Any
) -> Outcome:
    """What comes of an action."""
    of = system(amendments)
    transition = of.transition(action)
    return of.run(transition, of.encode(state), of.encode_choices(transition, choices))


def after(action: str, state: dict[str, Any], **choices: Any) -> dict[str, Any]:
    """The state that an action leads to."""
    outcome = run(action, state, **choices)
    assert outcome.state is not None, outcome
    return system().decode(outcome.state)


def block(state: dict[str, Any], *, candidates: Any = ()) -> dict[str, Any]:
    """The state in a block whose inherent has run, with candidates as (para, backers)."""
    state = after("begin_block", state)
    state = after("call_inclusion", state)
    state = after("free_and_schedule", state)
    for para, backers in candidates:
        honest = {"upgrade": False, "honest": True}
        state = after("candidate", state, para=para, backers=backers, **honest)
    return after("occupy", state)


def test_a_parachain_occupies_its_own_core_and_waits_for_votes():
    state = block(first(), candidates=[(0, {0})])
    assert [core["kind"] for core in state["AvailabilityCores"]] == ["parachain", "none"]
    assert state["PendingAvailability"][0]["some"]
    assert state["PendingAvailability"][0]["core"] == 0


def test_a_claim_is_scheduled_in_the_next_block_and_included_by_the_votes_of_both():
    state = after("add_claim", block(first()), para=1)
    state = after("end_block", state, last=False)
    state = block(state, candidates=[(1, {0})])  # the groups have rotated
    assert state["AvailabilityCores"][1] == {"kind": "parathread", "thread": 1, "retries": 0}


def test_two_votes_make_a_candidate_available_and_free_its_core():
    state = after("end_block", block(first(), candidates=[(0, {0})]), last=False)
    state = after("call_inclusion", after("begin_block", state))
    for validator in (0, 1):
        state = after("bitfield", state, validator=validator, bits={0}, honest=True)
    state = after("free_and_schedule", state)
    assert state["included"] == {0}
    assert not state["PendingAvailability"][0]["some"]


def test_a_bitfield_with_a_bit_for_a_free_core_is_disregarded():
    state = after("end_block", block(first(), candidates=[(0, {0})]), last=False)
    state = after("call_inclusion", after("begin_block", state))
    state = after("bitfield", state, validator=0, bits={0, 1}, honest=False)
    assert state["PendingAvailability"][0]["availability_votes"] == frozenset()


def test_a_group_that_does_not_exist_cannot_back():
    state = after("call_inclusion", after("begin_block", first()))
    state = after("free_and_schedule", state)
    choices = {"para": 0, "backers": {0}, "upgrade": False, "honest": False}
    assert run("candidate", {**state, "groups": 0}, **choices).refused == "NoSuchGroup"


@pytest.mark.parametrize("honest", [False, True])
def test_after_a_session_change_data_for_the_parent_is_refused(honest):
    written = IDS - {"session-change-at-block-end"}
    of = system(written)

    def go(action: str, state: dict[str, Any], **choices: Any) -> dict[str, Any]:
        outcome = run(action, state, written, **choices)
        assert outcome.state is not None, outcome
        return of.decode(outcome.state)

    state = go("session_change", first(written), session={"validators": 2, "shuffled": [1, 0]})
    state = go("call_inclusion", go("begin_block", state))
    choices = {"validator": 0, "bits": set(), "honest": honest}
    if honest:
        refused = go("bitfield", state, **choices)
        assert (refused["phase"], refused["refused"]) == ("refused", True)
    else:
        assert run("bitfield", state, written, **choices).refused == "BadBitfieldSignature"


def test_a_block_does_not_end_without_its_inherent():
    state = after("begin_block", first())
    assert run("end_block", state, last=False).refused == "Unrecoverable"


def test_other_calls_wait_for_the_inherent():
    state = after("begin_block", first())
    assert run("add_claim", state, para=1).outside


@pytest.mark.parametrize(("members", "listed"), [({0, 2}, [0, 2]), ({1}, [1]), (set(), [])])
def test_a_set_of_cores_is_listed_in_order(members, listed):
    index = Index("core", 3)

    class Flags(list):
        def size(self):
            return sum(self)

    given = Ascending(Flags(core in members for core in range(3)), index)
    assert [given[place] for place in range(given.len)] == listed

"""Checks of §2.5.6 and §2.5.7: each refuses alone, for the reason it names."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from model.config import Rules
from model.language import System
from model.systems import family
from properties.catalogue import known_ids

IDS = known_ids()
NONE = {"some": False, "para": 0}
RECEIPT = {"upgrade": False, "on_head": True, "of_claimant": True, "collated": True}
BITFIELD = dict(validator=1, bits=frozenset({0}), form="good", signed_for=1)
FLAWLESS = {"para": 0, "receipt": RECEIPT, "relay_parent": 1, "signatures": 2}


@cache
def third() -> System:
    """One core and four validators."""
    return family("inclusion").system("third", Rules(IDS, IDS))


def state(**changes: Any) -> Any:
    """A state of three validators in which nothing goes on."""
    plain = third().decode(third().zero)
    return third().encode({**plain, "validators": 3, "session_blocks": 2, **changes})


def pending(**changes: Any) -> dict[str, Any]:
    """What one occupied core holds."""
    of = dict(core=0, receipt=RECEIPT, availability_votes=frozenset(), relay_parent_number=2)
    held = {"some": True, **of, "backed_in_number": 1, **changes}
    core = {"some": True, "para": 0}
    return dict(PendingAvailability=[held], AvailabilityCores=[core], behind=["same"])


def refused(action: str, before: Any, **choices: Any) -> str:
    """What refuses a step; "" if nothing does."""
    transition = third().transition(action)
    outcome = third().run(transition, before, third().encode_choices(transition, choices))
    assert not outcome.outside
    return str(outcome.refused)


@pytest.mark.parametrize(
    ("change", "given", "error"),
    [
        ({}, set(), ""),
        ({}, {0}, ""),
        (dict(form="wrong_size", bits=frozenset()), {0}, "WrongBitfieldSize"),
        ({}, {1}, "DuplicateBitfield"),
        ({}, {2}, "BitfieldsNotAscending"),
        (dict(validator=3), {0}, "NoKeyForBitfield"),
        (dict(validator=3), {0, 1, 2}, "WrongBitfieldCount"),
        (dict(signed_for=2), {0}, "BitfieldOfAnotherBlock"),
        (dict(form="bad_signature", bits=frozenset()), {0}, "BadBitfieldSignature"),
    ],
)
def test_a_bitfield_is_refused(change, given, error):
    before = state(phase="bitfields", given=frozenset(given), **pending())
    assert refused("process_bitfield", before, **{**BITFIELD, **change}) == error


@pytest.mark.parametrize(
    ("change", "members", "error"),
    [
        ({}, 2, ""),
        (dict(signatures=1), 2, "NotEnoughBacking"),
        (dict(signatures=0), 0, "NotEnoughBacking"),
        (dict(relay_parent=2), 2, "CandidateOfAnotherBlock"),
        (dict(receipt={**RECEIPT, "on_head": False}), 2, "NotOnCurrentHead"),
        (dict(receipt={**RECEIPT, "of_claimant": False}), 2, "WrongCollator"),
        (dict(receipt={**RECEIPT, "collated": False}), 2, "BadCollatorSignature"),
    ],
)
def test_a_candidate_is_refused(change, members, error):
    before = state(phase="candidates", Scheduled=[{"some": True, "para": 0}])
    offered = {**FLAWLESS, **change}
    assert refused("back_candidate", before, offered=offered, members=members) == error


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (dict(Scheduled=[NONE]), "CandidateNotScheduled"),
        (dict(backed=frozenset({0})), "CandidatesNotAscending"),
        (dict(PendingAvailability=pending()["PendingAvailability"]), "ParaStillPending"),
    ],
)
def test_a_candidate_has_no_place(change, error):
    before = state(**{"phase": "candidates", "Scheduled": [{"some": True, "para": 0}], **change})
    assert refused("back_candidate", before, offered=FLAWLESS, members=2) == error


def test_the_entry_point_runs_once_and_has_to_run():
    assert refused("call_inclusion", state(phase="open")) == ""
    assert refused("call_inclusion", state(phase="open", Included=True)) == "AlreadyIncluded"
    assert refused("end_block", state(phase="open", Included=True), last=False) == ""
    assert refused("end_block", state(phase="open"), last=False) == "Unrecoverable"


def test_occupied_wants_what_is_scheduled():
    before = state(**{"phase": "candidates", "backed": frozenset({0}), **pending()})
    assert refused("occupy", before) == "CoreNotScheduled"

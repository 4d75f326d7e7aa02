"""Checks of the system *session*: each alone refuses, and what it guards otherwise happens."""

from __future__ import annotations

from functools import cache

import pytest

from model import initializer
from model.config import Rules
from model.systems import family
from properties.catalogue import known_ids

IDS = known_ids()
AT_ONCE = "session-change-at-block-end"
FIRST = {
    "session": {"validators": 0, "next_queued": 1, "random_seed": 0},
    "first": {"parathread_cores": 0, "group_rotation_frequency": 1},
    "live": 1,
    "ends": 0,
}
BLOCK = ("begin_block", "initialize", "inclusion", "finalize")
CHANGE = {"next_queued": 0, "random_seed": 0}


@cache
def built(*left_out, order="brick"):
    return family("session").system(
        "tiny", Rules(IDS - set(left_out), IDS, {"session_order": order})
    )


def start(system, **changes):
    plain = {**FIRST, **changes}
    choices = system.encode_choices(system.initial, plain)
    return system.run(system.initial, system.zero, choices).state


def outcome(system, state, action, **choices):
    transition = system.transition(action)
    return system.run(transition, state, system.encode_choices(transition, choices))


def after(system, state, *actions, **choices):
    for action in actions:
        done = outcome(system, state, action, **choices)
        assert done.state is not None, (action, done)
        state = done.state
    return state


def shown(system, state):
    return system.decode(state)


@pytest.mark.parametrize("origin", ["user", "parachain", "nobody"])
def test_only_governance_sets_members(origin):
    system = built()
    state = after(system, start(system), "begin_block")
    call = "set_parathread_cores"
    assert outcome(system, state, call, origin=origin, number=1).refused == "BadOrigin"
    pending = shown(system, after(system, state, call, origin="governance", number=1))
    assert pending["PendingConfiguration"]["members"]["parathread_cores"] == 1
    assert pending["Configuration"]["parathread_cores"] == 0


def test_a_rotation_takes_blocks_as_amended():
    call, zero = "set_group_rotation_frequency", {"origin": "governance", "blocks": 0}
    for system, refused in ((built(), "NoRotation"), (built("rotations-take-blocks"), "")):
        state = after(system, start(system), "begin_block")
        assert outcome(system, state, call, **zero).refused == refused


def test_without_rotations_no_block_has_a_meaning():
    system = built("rotations-take-blocks")
    state = after(system, start(system, ends=1), *BLOCK[:2])
    state = after(system, state, "set_group_rotation_frequency", origin="governance", blocks=0)
    state = after(system, state, *BLOCK[2:])
    state = after(system, state, "session_change", **CHANGE)
    state = after(system, state, "end_block", ends=0)
    state = after(system, state, "begin_block")
    assert outcome(system, state, "initialize").undefined == "a rotation every 0 blocks"


def test_the_inherent_needs_initialized_modules_as_amended():
    for left_out, refused in (((), "NotInitialized"), (("inclusion-needs-initialization",), "")):
        system = built(*left_out)
        state = after(system, start(system), "begin_block")
        assert outcome(system, state, "inclusion").refused == refused


def test_a_block_needs_its_inherent():
    system = built()
    state = after(system, start(system), *BLOCK[:2])
    assert outcome(system, state, "finalize").refused == "Unrecoverable"
    assert outcome(system, after(system, state, "inclusion"), "finalize").state is not None
    again = outcome(system, after(system, state, "inclusion"), "inclusion")
    assert again.refused == "AlreadyIncluded"


def test_a_late_notification_is_fatal_by_option_2_only():
    for order, refused in (("brick", "Unrecoverable"), ("both", ""), ("soft", "")):
        system = built(AT_ONCE, order=order)
        state = after(system, start(system, ends=1, at="open"), *BLOCK[:2])
        assert outcome(system, state, "session_change", **CHANGE).refused == refused


def test_the_soft_version_notes_that_the_chain_may_be_broken():
    system = built(order="soft")
    for place, noted in (("begun", False), ("open", True)):
        state = after(system, start(system, ends=1, at=place), "begin_block")
        if noted:
            state = after(system, state, "initialize")
        state = after(system, state, "session_change", **CHANGE)
        assert shown(system, state)["potentially_broken"] == noted


def test_what_the_inherent_has_built_on_cannot_be_rolled_back():
    system = built(order="both")
    state = after(system, start(system, ends=1, at="open"), *BLOCK[:3])
    reached = outcome(system, state, "session_change", **CHANGE).undefined
    assert reached == "what has built on an initialization is rolled back"


def test_option_1_initializes_before_and_after():
    system = built(order="initialize_first")
    state = after(system, start(system, ends=1, at="begun"), "begin_block")
    done = shown(system, after(system, state, "session_change", **CHANGE))
    assert (done["rounds"], done["HasInitialized"], done["validators"]) == (2, True, 1)


def test_a_kept_notification_is_handled_after_finalization():
    system = built()
    state = after(system, start(system, ends=1), *BLOCK)
    assert outcome(system, state, "end_block", ends=0).outside
    done = shown(system, after(system, state, "session_change", **CHANGE))
    assert (done["validators"], done["due"], done["HasInitialized"]) == (1, 0, False)


def test_modules_are_called_in_the_order_of_the_text():
    assert initializer.ORDER == ("configuration", "paras", "scheduler", "inclusion", "validity")

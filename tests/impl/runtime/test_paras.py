"""Paras come and go at session changes, upgrade their code, and leave old code behind."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from impl.errors import BadValue, Undefined
from impl.runtime import paras
from impl.runtime.paras_errors import AlreadyRegistered, IntermediateNotBefore
from impl.runtime.paras_storage import ParaGenesisArgs, ParasStorage
from impl.runtime.past_code import ParaPastCodeMeta, ReplacedAt, ReplacementTimes
from tests.impl.runtime.cases import REGISTERED, at, notify, starts, written

LIVE = paras.with_registered(ParasStorage(), REGISTERED)
UNTIL = written()
PLAIN = at(20)


def upgraded(storage=LIVE, *, expected_at=5, relay_parent=7, now=10, rules=None):
    """Para 1 gets code `new` in block `now`."""
    context = at(now) if rules is None else at(now, rules)
    storage = paras.schedule_code_upgrade(storage, context, 1, b"new", expected_at)
    return paras.note_new_head(storage, context, 1, b"head", relay_parent)


def change_session(storage, now=20):
    return paras.session_change(storage, at(now), notify())


# ---- who is registered


def test_a_chain_begins_without_paras():
    assert paras.parachains(ParasStorage()) == ()
    assert paras.parathreads(ParasStorage()) == frozenset()


def test_parathreads_are_the_registered_paras_that_are_no_parachains():
    view = paras.get_view(LIVE)
    assert (view.parachains, view.parathreads) == ((1, 2), {10})


def test_paras_come_in_at_the_next_session_and_not_before():
    storage = ParasStorage()
    for para, chain in ((525, True), (999, False), (333, True)):
        args = ParaGenesisArgs(b"h", bytes([para % 256]), chain)
        storage = paras.schedule_para_initialize(storage, at(1), para, args)
    assert storage.upcoming_paras == (333, 525, 999)
    assert paras.get_view(storage) == paras.get_view(ParasStorage())
    assert paras.initialization(storage, at(2)) is storage
    storage = change_session(storage)
    assert (storage.parachains, paras.parathreads(storage)) == ((333, 525), {999})
    assert dict(storage.validation_code) == {333: b"M", 525: b"\r", 999: b"\xe7"}
    assert dict(storage.heads) == {333: b"h", 525: b"h", 999: b"h"}
    assert storage.upcoming_paras == ()
    assert not storage.upcoming_paras_genesis


def test_a_session_change_without_comings_and_goings_changes_nothing():
    assert change_session(LIVE) is LIVE


def test_a_para_that_goes_leaves_its_code_and_nothing_else():
    planned = paras.schedule_code_upgrade(LIVE, PLAIN, 1, b"new", 30)
    leaving = paras.schedule_para_cleanup(planned, PLAIN, 1)
    assert leaving.outgoing_paras == (1,)
    assert replace(leaving, outgoing_paras=()) == planned
    gone = change_session(leaving, now=20)
    assert gone.parachains == (2,)
    for kept in (gone.heads, gone.validation_code, gone.future_code_upgrades, gone.future_code):
        assert 1 not in kept
    assert gone.past_code[1, 20] == b"c1"
    assert gone.past_code_meta[1] == ParaPastCodeMeta((ReplacementTimes(20, 20, 19),))
    assert gone.past_code_pruning == ((1, 20),)
    assert gone.outgoing_paras == ()
    assert paras.validation_code_at(gone, at(25), 1, 19) == b"c1"
    assert paras.validation_code_at(gone, at(25), 1, 20) is None


def test_a_parathread_goes_likewise():
    gone = change_session(paras.schedule_para_cleanup(LIVE, PLAIN, 10))
    assert paras.parathreads(gone) == frozenset()
    assert gone.parachains is not None
    assert gone.past_code[10, 20] == b"c10"


def test_cleaning_up_a_para_that_is_not_registered_leaves_no_trace():
    leaving = paras.schedule_para_cleanup(LIVE, PLAIN, 77)
    assert leaving.outgoing_paras == (77,)
    assert change_session(leaving) == LIVE


def test_a_para_goes_once_however_often_that_is_asked_for():
    once = paras.schedule_para_cleanup(LIVE, PLAIN, 1)
    assert paras.schedule_para_cleanup(once, PLAIN, 1) == once


def test_a_para_can_go_and_come_back_at_one_session_change_as_the_other_kind():
    leaving = paras.schedule_para_cleanup(LIVE, PLAIN, 1)
    changed = paras.schedule_para_initialize(leaving, PLAIN, 1, starts(b"x", b"y", chain=False))
    storage = change_session(changed)
    assert (storage.parachains, paras.parathreads(storage)) == ((2,), {1, 10})
    assert (storage.validation_code[1], storage.past_code[1, 20]) == (b"y", b"c1")


# ---- heads and upgrades


def test_a_new_head_replaces_the_old_one():
    storage = paras.note_new_head(LIVE, PLAIN, 1, b"\1\2\3", 0)
    assert storage.heads[1] == b"\1\2\3"
    assert replace(storage, heads=LIVE.heads) == LIVE


@pytest.mark.parametrize(("relay_parent", "applied"), [(5, False), (6, True), (7, True)])
def test_an_upgrade_applies_with_a_block_made_at_or_after_the_expected_one(relay_parent, applied):
    storage = paras.schedule_code_upgrade(LIVE, at(3), 1, b"new", 6)
    assert (storage.future_code_upgrades[1], storage.future_code[1]) == (6, b"new")
    assert storage.validation_code is LIVE.validation_code
    storage = paras.note_new_head(storage, at(9), 1, b"head", relay_parent)
    assert storage.validation_code[1] == (b"new" if applied else b"c1")
    assert (1 in storage.future_code) is (1 in storage.future_code_upgrades) is not applied
    if applied:
        assert storage.past_code[1, 6] == b"c1"
        times = ReplacementTimes(6, 9, relay_parent)
        assert storage.past_code_meta[1].upgrade_times == (times,)
        assert storage.past_code_pruning == ((1, 9),)
    else:
        assert not storage.past_code


def test_replacements_are_pruned_in_the_order_of_their_activation():
    storage = LIVE
    for para, expected, activated in ((1, 10, 12), (2, 20, 23), (10, 5, 12), (1, 11, 2)):
        times = ReplacementTimes(expected, activated)
        storage = paras.note_past_code(storage, PLAIN, para, times, b"old")
    assert storage.past_code_pruning == ((1, 2), (1, 12), (10, 12), (2, 23))


def test_what_happens_to_an_unregistered_para_is_not_said():
    with pytest.raises(Undefined, match=r"a new head of para 77, which is not registered"):
        paras.note_new_head(LIVE, PLAIN, 77, b"head", 0)
    with pytest.raises(Undefined, match=r"an upgrade of para 77, which is not registered"):
        paras.schedule_code_upgrade(LIVE, PLAIN, 77, b"code", 0)


# ---- lookups


def test_before_an_upgrade_the_current_code_serves_every_height():
    planned = paras.schedule_code_upgrade(LIVE, PLAIN, 1, b"new", 10)
    for height in (0, 10, 100):
        assert paras.validation_code_at(planned, PLAIN, 1, height) == b"c1"


@pytest.mark.parametrize(
    ("height", "intermediate", "code"),
    [(10, 9, b"c1"), (11, 10, b"new"), (100, 11, b"new"), (100, 9, b"c1")],
)
def test_an_assumed_intermediate_block_brings_the_planned_code(height, intermediate, code):
    planned = paras.schedule_code_upgrade(LIVE, PLAIN, 1, b"new", 10)
    assert paras.validation_code_at(planned, PLAIN, 1, height, intermediate) == code
    assert paras.validation_code_at(LIVE, PLAIN, 1, height, intermediate) == b"c1"


@pytest.mark.parametrize("intermediate", [10, 11])
def test_the_intermediate_block_must_be_before(intermediate):
    assert paras.validation_code_at(LIVE, PLAIN, 1, 10, 9) == b"c1"
    with pytest.raises(IntermediateNotBefore) as caught:
        paras.validation_code_at(LIVE, PLAIN, 1, 10, intermediate)
    message = f"an intermediate block at {intermediate} is not before 10"
    assert str(caught.value) == f"{message} {IntermediateNotBefore.token}"


def test_old_code_is_found_through_the_acceptance_period_and_then_no_more():
    storage = upgraded(expected_at=2, relay_parent=7, now=10)
    for now in (11, 20):
        kept = paras.initialization(storage, at(now, acceptance_period=10))
        assert kept is storage
        assert paras.validation_code_at(kept, at(now), 1, 2) == b"c1"
        assert paras.validation_code_at(kept, at(now), 1, 3) == b"new"
    pruned = paras.initialization(storage, at(21, acceptance_period=10))
    assert pruned.past_code_meta[1] == ParaPastCodeMeta((), 2)
    assert (len(pruned.past_code), pruned.past_code_pruning) == (0, ())
    assert paras.validation_code_at(pruned, at(21), 1, 2) is None
    assert paras.validation_code_at(pruned, at(21), 1, 3) == b"new"


def test_pruning_leaves_what_is_not_due():
    storage = upgraded()
    times = ReplacementTimes(20, 23)
    storage = paras.note_past_code(storage, PLAIN, 2, times, b"c2")
    pruned = paras.initialization(storage, at(21, acceptance_period=10))
    assert list(pruned.past_code) == [(2, 20)]
    assert pruned.past_code_pruning == ((2, 23),)
    assert paras.code_choice_at(pruned, 2, 20) == ReplacedAt(20)
    assert pruned.past_code_meta[2] is storage.past_code_meta[2]


def test_a_para_that_never_was_has_no_code():
    assert paras.validation_code_at(LIVE, PLAIN, 77, 5) is None


# ---- bad input


@pytest.mark.parametrize(
    "call",
    [
        lambda: paras.schedule_para_initialize(LIVE, PLAIN, -1, starts()),
        lambda: paras.schedule_para_cleanup(LIVE, PLAIN, "1"),
        lambda: paras.schedule_code_upgrade(LIVE, PLAIN, 1, "code", 1),
        lambda: paras.schedule_code_upgrade(LIVE, PLAIN, 1, b"code", -1),
        lambda: paras.note_new_head(LIVE, PLAIN, 1, [1], 1),
        lambda: paras.note_new_head(LIVE, PLAIN, 1, b"", 1.5),
        lambda: paras.validation_code_at(LIVE, PLAIN, 1, -1),
        lambda: paras.validation_code_at(LIVE, PLAIN, 1, 5, True),
        lambda: ParaGenesisArgs("head", b"", parachain=True),
        lambda: ParaGenesisArgs(b"", "code", parachain=True),
    ],
)
def test_what_is_no_value_of_the_protocol_is_refused(call):
    with pytest.raises(BadValue):
        call()


@pytest.mark.parametrize("error", [AlreadyRegistered(5), IntermediateNotBefore(5, 6)])
def test_errors_survive_pickling_and_end_with_their_token(error):
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - own bytes
    assert str(twin) == str(error)
    assert str(error).endswith(f" {error.token}")

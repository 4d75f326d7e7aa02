"""Routines of §2.5.4 do what their sentences say, and what each amendment changes."""

from __future__ import annotations

import pytest

from tests.model.paras_cases import (
    NO_CODE,
    NONE,
    after,
    meta,
    past,
    planned,
    refusal,
    run,
    state,
    to_prune,
    upcoming,
    without,
)

ARGS = {"genesis_head": 1, "validation_code": 2, "parachain": True}


def test_a_para_that_goes_leaves_its_code_only():
    gone = after("session_change", state(OutgoingParas=frozenset({0}), **planned(1)))
    assert gone["Parachains"] == gone["OutgoingParas"] == frozenset()
    assert [gone[name][0]["some"] for name in ("Heads", "ValidationCode", "FutureCode")] == [
        False
    ] * 3
    assert gone["FutureCodeUpgrades"][0] == NONE
    assert gone["PastCode"] == past((0, 1))
    assert gone["PastCodeMeta"] == meta((0, 0, -1))
    assert gone["PastCodePruning"] == to_prune(0)


def test_a_para_comes_in_with_its_arguments():
    come = after("session_change", state(**upcoming(head=1, parachain=False)))
    assert come["Heads"][1] == {"some": True, "head": 1}
    assert come["ValidationCode"][1] == {"some": True, "code": 2}
    assert come["Parachains"] == {0}
    assert not come["UpcomingParas"]
    assert not come["UpcomingParasGenesis"][1]["some"]


def test_registrations_happen_once():
    open_ = without("registrations-happen-once")
    again = after("session_change", state(open_, **upcoming(), registrations_repeat=True), open_)
    assert again["UpcomingParas"] == {1}
    once = after("session_change", state(open_, **upcoming()), open_)
    assert not once["UpcomingParas"]


def test_cleanup_passes_over_dead():
    going = frozenset({1})
    assert after("session_change", state(OutgoingParas=going))["PastCode"] == past()
    written = without("cleanup-passes-over-dead")
    assert run("session_change", state(written, OutgoingParas=going), written).undefined


@pytest.mark.parametrize(("before", "number"), [(False, 0), (True, -1)])
def test_removed_code_expected_now(before, number):
    open_ = without("removed-code-expected-now")
    going = state(open_, OutgoingParas=frozenset({0}), removed_code_expected_before=before)
    gone = after("session_change", going, open_)
    assert gone["PastCodeMeta"] == meta((number, 0, -1))
    assert gone["PastCode"] == past((number, 1))


def test_initialize_only_unregistered():
    choices = {"para": 0, "genesis": ARGS}
    assert refusal("schedule_para_initialize", state(), **choices) == "AlreadyRegistered"
    coming = {"para": 1, "genesis": ARGS}
    assert refusal("schedule_para_initialize", state(**upcoming()), **coming) == "AlreadyRegistered"
    going = state(OutgoingParas=frozenset({0}))
    assert after("schedule_para_initialize", going, **choices)["UpcomingParas"] == {0}
    written = without("initialize-only-unregistered")
    assert refusal("schedule_para_initialize", state(written), written, **choices) == ""


@pytest.mark.parametrize("waits", [False, True])
def test_cleanup_cancels_upcoming(waits):
    open_ = without("cleanup-cancels-upcoming")
    coming = state(open_, **upcoming(), cleanup_waits_for_upcoming=waits)
    left = after("schedule_para_cleanup", coming, open_, para=1)
    assert left["UpcomingParas"] == (frozenset({1}) if waits else frozenset())
    assert left["OutgoingParas"] == left["UpcomingParas"]
    assert left["UpcomingParasGenesis"][1]["some"] is waits


@pytest.mark.parametrize(("replaced", "kept"), [(False, (1, 2)), (True, (2, 0))])
def test_planned_upgrade_stays(replaced, kept):
    open_ = without("planned-upgrade-stays")
    before = state(open_, **planned(1), planned_upgrade_is_replaced=replaced)
    choices = {"para": 0, "code": 0, "expected_at": 2}
    left = after("schedule_code_upgrade", before, open_, **choices)
    assert (left["FutureCodeUpgrades"][0]["block"], left["FutureCode"][0]["code"]) == kept


@pytest.mark.parametrize(
    ("number", "amended", "written"), [(-1, False, True), (0, True, True), (1, True, False)]
)
def test_upgrade_applies_from_expected(number, amended, written):
    choices = {"para": 0, "head": 0, "number": number}
    rule = without("upgrade-applies-from-expected")
    for ids, applied in ((without(), amended), (rule, written)):
        done = after("note_new_head", state(ids, **planned(0)), ids, **choices)
        assert done["Heads"][0] == {"some": True, "head": 0}
        assert (done["ValidationCode"][0]["code"] == 2) is applied
        assert done["PastCode"] == (past((0, 1)) if applied else past())
        assert done["PastCodeMeta"] == (meta((0, 0, number)) if applied else meta())
        assert (done["FutureCode"][0] == NO_CODE) is applied


@pytest.mark.parametrize("routine", ["schedule_code_upgrade", "note_new_head"])
def test_what_happens_to_a_para_that_is_not_live_is_not_said(routine):
    choices = {
        "schedule_code_upgrade": {"code": 0, "expected_at": 0},
        "note_new_head": {"head": 0, "number": 0},
    }[routine]
    assert run(routine, state(), para=1, **choices).undefined
    assert not run(routine, state(), para=0, **choices).undefined


def upgraded(activated: int, *, pruned: int | None = None):
    """Para 0 with code 2, whose code 1 was expected to go at -3 and served -2."""
    return state(
        ValidationCode=[{"some": True, "code": 2}, NO_CODE],
        PastCode=past((-3, 1)),
        PastCodeMeta=meta((-3, activated, -2), pruned=pruned),
        PastCodePruning=to_prune(activated),
    )


@pytest.mark.parametrize(("activated", "kept"), [(-1, True), (-2, False)])
def test_past_code_covers_acceptance_period(activated, kept):
    left = after("on_initialize", upgraded(activated))
    assert left["PastCode"] == (past((-3, 1)) if kept else past())
    assert left["PastCodeMeta"] == (meta((-3, activated, -2)) if kept else meta(pruned=-3))
    assert left["PastCodePruning"] == (to_prune(activated) if kept else [])


def test_as_written_past_code_goes_at_once():
    ids = without("past-code-covers-acceptance-period")
    assert after("on_initialize", upgraded(0), ids)["PastCode"] == past()


def found(before, at, intermediate=-4, ids=None):
    """The code that a lookup gives."""
    ids = without() if ids is None else ids
    looked_up = after("look_up", before, ids, para=0, at=at, intermediate=intermediate)
    code = looked_up["FutureCode"][1]
    return code["code"] if code["some"] else None


def test_lookup_by_last_parent():
    uses = {at: found(upgraded(-1), at) for at in (-3, -2, -1, 0)}
    assert uses == {-3: 1, -2: 1, -1: 2, 0: 2}
    late = state(
        ValidationCode=[{"some": True, "code": 2}, NO_CODE],
        PastCode=past((-3, 1)),
        PastCodeMeta=meta((-3, 0, -1)),
    )
    assert {at: found(late, at) for at in (-3, -2, -1, 0)} == {-3: 1, -2: 2, -1: 1, 0: 2}


def test_pruned_code_is_none():
    pruned = state(PastCodeMeta=meta(pruned=-2))
    assert {at: found(pruned, at) for at in (-3, -2, -1)} == {-3: None, -2: None, -1: 1}


def test_an_intermediate_block_may_bring_the_planned_code():
    assert found(state(**planned(-1)), 0, intermediate=-2) == 1
    assert found(state(**planned(-1)), 0, intermediate=-1) == 2
    assert found(state(), 0, intermediate=-1) == 1


@pytest.mark.parametrize("intermediate", [0, 1])
def test_an_intermediate_block_is_before(intermediate):
    choices = {"para": 0, "at": 0}
    assert refusal("look_up", state(), intermediate=intermediate, **choices) == (
        "IntermediateNotBefore"
    )
    assert refusal("look_up", state(), intermediate=-1, **choices) == ""


def test_codes_replaced_in_one_block_have_one_place_by_activation():
    open_ = without("past-code-key")
    before = state(
        open_,
        past_code_by_activation=True,
        PastCode=past((0, 1)),
        PastCodeMeta=meta((-2, 0, -2)),
        PastCodePruning=to_prune(0),
        ValidationCode=[{"some": True, "code": 2}, NO_CODE],
        OutgoingParas=frozenset({0}),
    )
    assert after("session_change", before, open_)["PastCode"] == past((0, 2))


@pytest.mark.parametrize(("by_activation", "number"), [(False, -4), (True, -2)])
def test_last_pruned_number(by_activation, number):
    open_ = without("last-pruned-number")
    before = state(
        open_,
        pruned_by_activation=by_activation,
        PastCode=past((-4, 1)),
        PastCodeMeta=meta((-4, -2, -3)),
        PastCodePruning=to_prune(-2),
    )
    assert after("on_initialize", before, open_)["PastCodeMeta"] == meta(pruned=number)


def test_a_block_more_moves_every_number_as_far_as_it_matters():
    left = after("next_block", {**upgraded(-5, pruned=-5), **planned(2)})
    assert left["PastCodeMeta"] == meta((-4, -5, -3), pruned=-5)
    assert left["PastCode"] == past((-4, 1))
    assert left["PastCodePruning"] == to_prune(-5)
    assert left["FutureCodeUpgrades"][0] == {"some": True, "block": 1}
    assert after("next_block", state())["FutureCodeUpgrades"][0] == NONE

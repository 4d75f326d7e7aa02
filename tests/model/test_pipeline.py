"""§2.3: what moves a candidate along, what refuses it, and what rejection does to others."""

from __future__ import annotations

from functools import cache

import pytest

from model.config import Rules
from model.pipeline import GONE, SETTLED, at
from model.systems import family
from properties.catalogue import known_ids
from tests.agreement.terms import Step, agree

IDS = known_ids()
WRITTEN: frozenset[str] = frozenset()
SIZES = {"paras": 2, "candidates": 5, "availability_timeout": 2}  # three of the first para
NOBODY = {"backers": False, "supporters": False, "opponents": False}
AWAY = ("free", "produced", "candidate", "seconded", "backable")


def without(*amendments):
    assert IDS.issuperset(amendments)
    return IDS - frozenset(amendments)


@cache
def system(amendments=IDS, group=2, rejection="descendants"):
    rules = Rules(amendments, IDS, {"rejection": rejection})
    return family("pipeline").system("tiny", rules, {**SIZES, "group": group})


def state(*candidates, heads=(SETTLED, SETTLED), noted=()):
    """Candidates as (stage, parent, changes); those with an even number are of the first para."""
    made = [dict(stage=c[0], parent=(*c, SETTLED)[1], **(c[2:] or ({},))[0]) for c in candidates]
    blank = dict(
        stage="free",
        parent=SETTLED,
        statements=0,
        denied=False,
        age=0,
        reported_valid=False,
        reported_invalid=False,
        slashed=NOBODY,
    )
    return {
        "candidates": [{**blank, **c} for c in (*made, *({},) * 5)][:5],
        "head": list(heads),
        "noted": set(noted),
    }


@cache
def step(model, action):
    return Step(model, model.transition(action))


def run_in(model, action, before, **choices):
    """The outcome of a step, after both modes agreed on it."""
    transition = model.transition(action)
    full = model.encode({**model.decode(model.zero), **before})
    chosen = model.encode_choices(transition, choices)
    return agree(model, transition, step(model, action), full, chosen)


def run(action, before, amendments=IDS, *, group=2, **choices):
    return run_in(system(amendments, group), action, before, **choices)


def after(action, before, amendments=IDS, *, group=2, rejection="descendants", **choices):
    model = system(amendments, group, rejection)
    outcome = run_in(model, action, before, **choices)
    assert outcome.state is not None, outcome
    return model.decode(outcome.state)


def stages(found):
    return [c["stage"] for c in found["candidates"]]


OTHER = ("free",)


# the inclusion pipeline


def test_a_candidate_is_produced_on_the_head_or_early_on_what_is_pending():
    before = state(("pending", at(4)), heads=(at(4), SETTLED))
    assert after("produce", before, c=2, early=False)["candidates"][2]["parent"] == at(4)
    assert after("produce", before, c=2, early=True)["candidates"][2]["parent"] == at(0)
    assert run("produce", before, c=1, early=True).outside  # the other para has nothing pending
    assert run("produce", before, c=0, early=False).outside


@pytest.mark.parametrize(
    ("group", "course"),
    [
        (1, ["backable"]),
        (2, ["seconded", "backable"]),
        (3, ["seconded", "backable"]),
        (4, ["seconded", "seconded", "backable"]),
    ],
)
def test_a_majority_of_the_group_makes_a_candidate_backable(group, course):
    found = state(("candidate",))
    for stage in course:
        found = after("attest", found, group=group, c=0)
        assert stages(found)[0] == stage
    assert found["candidates"][0]["statements"] == 0
    assert run("attest", found, group=group, c=0).outside


def test_what_is_noted_is_pending_and_marks_its_para():
    found = after("note", state(OTHER, ("backable",)), c=1)
    assert (stages(found)[1], found["noted"]) == ("pending", {1})


@pytest.mark.parametrize(
    ("before", "error"),
    [
        (state(("seconded",)), "CandidateNotBackable"),
        (state(("discarded",)), "CandidateNotBackable"),
        (state(("backable",), noted={0}), "SecondCandidateInBlock"),
        (state(("backable",), OTHER, ("pending",)), "PipelineNotConcluded"),
        (state(("backable",), OTHER, ("included",), heads=(at(2), 0)), "ParentIsNotHead"),
        (state(("backable", GONE)), "ParentIsNotHead"),
        (state(("backable",), ("pending",), noted={1}), ""),  # the other para is another pipeline
        (state(("backable", at(2)), OTHER, ("included",), heads=(at(2), 0)), ""),
    ],
)
def test_each_check_of_what_is_noted_fails_alone(before, error):
    assert run("note", before, c=0).refused == error


def test_as_written_a_candidate_is_noted_on_any_parent_and_may_return():
    assert not run(
        "note", state(("backable", GONE)), without("candidate-extends-head"), c=0
    ).refused
    before = state(("discarded",))
    for taken in (True, False):
        reading = {"reading": {"discarded_return": taken}}
        outcome = run("note", {**before, **reading}, without("discard-is-final"), c=0)
        assert outcome.refused == ("" if taken else "CandidateNotBackable")


def test_availability_takes_a_block_and_makes_the_head():
    assert run("include", state(("pending",)), c=0).refused == "AvailableAtOnce"
    found = after("include", state(("pending", SETTLED, {"age": 1})), c=0)
    assert (stages(found)[0], found["candidates"][0]["age"]) == ("included", 0)
    assert found["head"] == [at(0), SETTLED]
    assert run("include", state(("backable", SETTLED, {"age": 1})), c=0).refused == (
        "CandidateNotPending"
    )


def test_only_what_timed_out_is_discarded():
    assert run("discard", state(("pending", SETTLED, {"age": 1})), c=0).refused == "NotTimedOut"
    late = state(("pending", SETTLED, {"age": 2, "denied": True}))
    assert after("discard", late, c=0) == state(("discarded",))
    assert run("discard", state(("included", SETTLED, {"age": 2})), c=0).refused == (
        "CandidateNotPending"
    )


@pytest.mark.parametrize(
    ("stage", "failure"),
    [
        ("produced", "unpropagated"),
        ("candidate", "unbacked"),
        ("seconded", "unbacked"),
        ("backable", "unselected"),
    ],
)
def test_what_is_given_up_has_failed_by_how_far_it_got(stage, failure):
    assert after("give_up", state((stage, GONE)), c=0) == state((failure,))


def test_no_block_begins_before_what_is_late_is_decided():
    assert run("next_block", state(("pending", SETTLED, {"age": 2}))).outside
    found = after("next_block", state(("pending", SETTLED, {"age": 1}), noted={0}))
    assert (found["candidates"][0]["age"], found["noted"]) == (2, set())


# approval


def included(**changes):
    return ("included", SETTLED, changes)


def test_reports_are_on_what_is_pending_approval_once_each_way():
    found = after("report", state(included()), c=0, valid=False)
    assert found["candidates"][0]["reported_invalid"]
    assert run("report", found, c=0, valid=False).outside
    assert after("report", found, c=0, valid=True)["candidates"][0]["reported_valid"]
    for stage in ("pending", "accepted", "rejected"):
        assert run("report", state((stage,)), c=0, valid=False).refused == "NotPendingApproval"


def test_as_written_what_is_accepted_may_be_challenged():
    before = {**state(("accepted",)), "reading": {"accepted_are_challenged": True}}
    found = after("report", before, without("challenges-end-with-window"), c=0, valid=False)
    assert (stages(found)[0], found["candidates"][0]["age"]) == ("included", 1)


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({"age": 0, "reported_valid": True}, False),
        ({"age": 1, "reported_valid": True}, True),
        ({"age": 1}, False),  # nobody has checked it
        ({"age": 1, "reported_invalid": True}, False),  # the window is extended
        ({"age": 1, "denied": True}, False),
        ({"age": 2, "denied": True}, True),
        ({"age": 2, "reported_invalid": True}, True),
    ],
)
def test_a_window_ends_when_it_has_passed_and_there_are_checks(changes, ends):
    outcome = run("conclude", state(included(**changes)), c=0, invalid=False)
    assert outcome.outside is not ends
    assert run("next_block", state(included(**changes))).outside is ends


def test_a_child_waits_for_its_parent():
    ready = {"age": 1, "reported_valid": True}
    before = state(included(age=1), OTHER, ("included", at(0), ready), heads=(at(2), SETTLED))
    assert run("conclude", before, c=2, invalid=False).outside
    assert not run("conclude", before, without("ancestors-first"), c=2, invalid=False).outside


def test_undisputed_blocks_are_approved_and_those_on_the_wrong_side_of_a_dispute_slashed():
    quiet = after("conclude", state(included(age=1, reported_valid=True)), c=0, invalid=False)
    assert quiet == state(("accepted",))
    fought = {"age": 2, "reported_valid": True, "reported_invalid": True}
    for invalid, stage, wrong in ((False, "accepted", "opponents"), (True, "rejected", "backers")):
        found = after("conclude", state(included(**fought)), c=0, invalid=invalid)
        assert stages(found)[0] == stage
        assert found["candidates"][0]["slashed"] == {
            **NOBODY,
            wrong: True,
            "supporters": invalid,
        }
        written = after(
            "conclude",
            state(included(**fought)),
            without("wrong-side-slashed"),
            c=0,
            invalid=invalid,
        )
        assert written["candidates"][0]["slashed"] == {**NOBODY, wrong: True}


def test_without_a_dispute_the_reports_decide():
    written = without("any-result-against-escalates")
    before = state(included(age=1, reported_invalid=True))
    assert run("conclude", before, written, c=0, invalid=False).outside
    assert stages(after("conclude", before, written, c=0, invalid=True))[0] == "rejected"


def test_as_written_a_contradiction_may_stand():
    before = state(included(age=2, reported_valid=True, reported_invalid=True))
    before["reading"] = {"contradiction_stands": True}
    found = after("conclude", before, without("contradiction-extends-once"), c=0, invalid=False)
    assert (stages(found)[0], found["candidates"][0]["age"]) == ("included", 1)


# rejection


FAMILY = (
    ("included", SETTLED, {"age": 2, "reported_invalid": True}),
    ("included", SETTLED, {"age": 1, "reported_valid": True}),
    ("included", at(0), {"age": 1, "reported_invalid": True}),
    ("backable", at(2)),
    ("pending", at(2), {"age": 1}),
)


def test_a_rejected_block_takes_its_descendants_with_it_and_nothing_else():
    before = state(*FAMILY, heads=(at(2), at(1)))
    found = after("conclude", before, c=0, invalid=True)
    assert stages(found)[:5] == ["rejected", "included", "invalidated", "backable", "invalidated"]
    assert found["head"] == [SETTLED, at(1)]
    kept = after("conclude", before, without("rejection-resets-head"), c=0, invalid=True)
    assert kept["head"] == [at(2), at(1)]


def test_a_dispute_about_a_descendant_goes_on_until_somebody_is_slashed():
    found = after("conclude", state(*FAMILY, heads=(at(2), at(1))), c=0, invalid=True)
    assert found["candidates"][2]["reported_invalid"]
    assert run("forget", found, c=2).outside
    older = {**found["candidates"][2], "age": 2}
    again = {**found, "candidates": [*found["candidates"][:2], older, *found["candidates"][3:]]}
    ended = after("conclude", again, c=2, invalid=True)["candidates"][2]
    assert (ended["stage"], ended["slashed"]["backers"]) == ("invalidated", True)
    dropped = after(
        "conclude",
        state(*FAMILY, heads=(at(2), at(1))),
        without("dispute-outlives-its-block"),
        c=0,
        invalid=True,
    )["candidates"][2]
    assert not dropped["reported_invalid"]
    assert dropped["slashed"] == NOBODY


def test_a_rollback_takes_what_was_included_since():
    for since, stage in ((2, "invalidated"), (3, "accepted")):  # 3 stands for longer ago than 2
        before = state(*FAMILY[:1], ("accepted",), heads=(at(0), at(1)))
        before["candidates"] = [dict(c, since=0) for c in before["candidates"]]
        before["candidates"][0]["since"], before["candidates"][1]["since"] = 2, since
        found = after("conclude", before, rejection="rollback", c=0, invalid=True)
        assert stages(found)[:2] == ["rejected", stage]
        assert found["head"] == [SETTLED, SETTLED if stage == "invalidated" else at(1)]


# what is no longer kept


def test_forgetting_an_accepted_block_makes_its_rivals_late_and_its_child_the_next():
    before = state(
        ("accepted",), ("backable",), ("included", at(0)), OTHER, ("backable",), heads=(at(2), 0)
    )
    found = after("forget", before, c=0)
    assert [c["parent"] for c in found["candidates"]] == [0, SETTLED, SETTLED, 0, GONE]
    assert found["head"] == [at(2), SETTLED]


def test_the_oldest_accepted_block_is_forgotten_first():
    before = state(("accepted",), OTHER, ("accepted", at(0)), heads=(at(2), 0))
    assert run("forget", before, c=2).outside
    assert after("forget", after("forget", before, c=0), c=2)["head"] == [SETTLED, SETTLED]


def test_children_of_what_failed_can_not_come_into_the_chain():
    found = after("forget", state(("discarded",), OTHER, ("backable", at(0))), c=0)
    assert found["candidates"][2]["parent"] == GONE
    assert run("note", found, c=2).refused == "ParentIsNotHead"


@pytest.mark.parametrize("stage", [*AWAY, "pending", "included"])
def test_what_has_not_ended_is_kept(stage):
    assert run("forget", state((stage,)), c=0).outside

"""Every call and every observed name of the vocabulary, in small scenarios of its own."""

from __future__ import annotations

import pytest

from checker.scenarios import vocabulary
from checker.scenarios.run import Word
from tests.checker.scenarios.inclusion_scenes import DISPUTES, FINALITY, INCLUSION
from tests.checker.scenarios.paras_scenes import CONFIGURATION, INITIALIZER, PARAS
from tests.checker.scenarios.scenes import (
    CONFIG,
    OK,
    WRITTEN,
    begin,
    observe,
    passes,
    play,
    registered,
    step,
)
from tests.checker.scenarios.scheduler_scenes import SCHEDULER

SCENES = {
    f"{module}-{name}": scene
    for module, scenes in {
        "scheduler": SCHEDULER,
        "paras": PARAS,
        "configuration": CONFIGURATION,
        "initializer": INITIALIZER,
        "inclusion": INCLUSION,
        "disputes": DISPUTES,
        "finality": FINALITY,
    }.items()
    for name, scene in scenes.items()
}


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_plays(name):
    scene = dict(SCENES[name])
    passes(*scene.pop("steps"), module=name.partition("-")[0], **scene)


BLOCK = {"hash": "b1", "number": 1, "parent": "b0"}
UNSUPPORTED = [
    (step("scheduler.next_up_on_available", {"value": None}, core=0), "nothing of the kind"),
    (step("scheduler.next_up_on_time_out", {"value": None}, core=0), "nothing of the kind"),
    (
        step("dispute.flags", {"flags": []}, validators=8, **{"for": [], "against": []}),
        "no confirmed disputes",
    ),
    (step("dispute.revert_and_freeze", last_valid=10), "nothing of the kind"),
    (step("set_state", pending_configs=[[1, {}]]), "one pending configuration"),
    (step("set_state", commitments_missing=[1]), "kept whole"),
    (step("set_state", frozen=3), "nothing of the kind"),
    (step("overseer.run", {"signals_to_each_subsystem": []}), "comes later"),
    (step("overseer.block_imported", block=BLOCK), "comes later"),
    (step("overseer.block_finalized", block=BLOCK), "comes later"),
]


@pytest.mark.parametrize(("missing", "why"), UNSUPPORTED, ids=lambda each: str(each)[:50])
def test_what_the_text_does_not_have_is_unsupported_and_ends_the_run(missing, why):
    result = play(missing, observe(queue=[{"para": 1}]), setup={"initial_leaves": [BLOCK]})
    assert result.word is Word.UNSUPPORTED
    assert why in result.stopped
    assert len(result.steps) == 1


def test_an_observation_that_is_unsupported_says_nothing_about_the_others():
    unsupported = {
        "can_upgrade": {"0": False},
        "pending_configs": [[2, {}]],
        "buffered_session_changes": [{"apply_at": 1}],
        "active_leaves": ["b3"],
        "events": [],
        "revert_digest": 1,
    }
    result = play(observe(**unsupported, queue=[]), observe(queue=[]))
    assert result.word is Word.UNSUPPORTED
    assert [each.partition(":")[0] for each in result.steps[0].unsupported] == list(unsupported)
    assert [told.word for told in result.steps] == [Word.UNSUPPORTED, Word.PASSED]
    worse = play(observe(**unsupported, queue=[{"para": 1}]))
    assert worse.word is Word.FAILED


def test_nothing_of_the_vocabulary_is_left_out():
    scenes = [scene["steps"] for scene in SCENES.values()]
    steps = [each for steps in scenes for each in steps] + [each for each, _ in UNSUPPORTED]
    assert {each["call"] for each in steps} == set(vocabulary.CALLS)
    seen = {name for each in steps if each["call"] == "observe" for name in each["expect"]}
    unsupported = {"can_upgrade", "pending_configs", "buffered_session_changes"}
    unsupported |= {"active_leaves", "events", "revert_digest"}
    assert seen | unsupported == set(vocabulary.OBSERVED)
    keys = {key for scene in SCENES.values() for key in scene.get("setup", {})}
    keys |= {key for each in steps if each["call"] == "set_state" for key in each["args"]}
    assert {"initial_leaves", "validators_per_session", "session_length"} >= set(
        vocabulary.SETUP
    ) - keys


def mismatches(*steps, **more):
    result = play(*steps, **more)
    return [(e.path, e.expected, e.seen) for told in result.steps for e in told.mismatches]


def test_each_kind_of_difference_is_seen_with_its_path():
    setup = {"paras": registered(1), "claim_index": [1]}
    assert mismatches(observe(claim_index=[1, 2]), setup=setup) == [("claim_index", [1, 2], [1])]
    assert mismatches(observe(claim_index=[2]), setup=setup) == [("claim_index[0]", 2, 1)]
    assert mismatches(observe(heads={"1": [2], "9": [1]}), setup=setup) == [
        ("heads.1[0]", 2, 1),
        ("heads.9", [1], None),
    ]
    assert mismatches(observe(has_initialized=True)) == [("has_initialized", True, False)]


def test_a_wrong_vote_is_seen():
    wrong = step("voting_rule", {"vote": "current"}, approved=3, current=5)
    assert mismatches(wrong) == [("vote", "current", 3)]
    wrong = step("voting_rule", {"vote": 2}, approved=3, current=5)
    assert mismatches(wrong) == [("vote", 2, 3)]


def test_a_result_is_compared_and_a_kind_is_not():
    wrong = step("scheduler.add_parathread_claim", OK, para=1, collator="a")
    assert mismatches(wrong) == [("result", "ok", "error")]
    kind = {"result": "error", "kind": "something_else"}
    passes(step("scheduler.add_parathread_claim", kind, para=1, collator="a"))


def test_a_failing_call_without_expectation_changes_nothing():
    passes(
        step("scheduler.add_parathread_claim", para=1, collator="a"),
        observe(queue=[], claim_index=[]),
    )


def test_where_the_text_says_nothing_a_step_fails():
    frequency = step(
        "rotation_info",
        {"next_rotation_at": 11},
        session_start_block=10,
        now=11,
        group_rotation_frequency=0,
    )
    [told] = play(frequency).steps
    assert told.word is Word.FAILED
    assert "a rotation every 0 blocks" in told.error
    beyond = step("scheduler.schedule", freed=[{"core": 3, "reason": "concluded"}])
    assert mismatches(beyond) == [("result", "ok", "undefined")]


def test_a_panic_that_nobody_expects_fails():
    late = [step("initializer.on_initialize", block=1), step("initializer.on_new_session")]
    assert mismatches(*late) == [("result", "ok", "unrecoverable")]


def test_the_text_as_written_is_another_one():
    setup = {"paras": registered(1, -3)}
    steps = [begin(4, 4, session_timing="end_of_parent"), observe(session_start_block=4)]
    passes(*steps, config=CONFIG, setup=setup)
    result = play(*steps, under=WRITTEN, config=CONFIG, setup=setup)
    assert [told.word for told in result.steps] == [Word.PASSED, Word.FAILED]

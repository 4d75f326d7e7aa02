"""Scenarios that are written, and run again."""

from __future__ import annotations

import json

import pytest

from checker.scenarios import document, record, run
from checker.scenarios.drive import drive
from checker.scenarios.errors import Unsupported, Wrong
from checker.scenarios.run import Word
from tests.checker.scenarios.scenes import AMENDED, WRITTEN


def again(scenario, under):
    data = record.as_json(scenario).encode()
    return run.run(document.parse(data, "x.json", scenario["name"]), under)


@pytest.mark.parametrize("seed", range(6))
def test_a_drive_runs_again_with_the_same_result(seed):
    scenario = drive(seed, AMENDED, 40)
    assert again(scenario, AMENDED).word is Word.PASSED
    assert scenario == drive(seed, AMENDED, 40)


def test_a_drive_under_another_text_is_another_scenario():
    scenario = drive(1, WRITTEN, 40)
    assert again(scenario, WRITTEN).word is Word.PASSED
    assert again(scenario, AMENDED).word is Word.FAILED


def test_drives_reach_all_kinds_of_calls_and_results():
    steps = [step for seed in range(8) for step in drive(seed, AMENDED, 60)["steps"]]
    calls = {step["call"] for step in steps}
    assert {"scheduler.occupied", "inclusion.process_bitfields", "paras.note_new_head"} <= calls
    results = {step["expect"].get("result") for step in steps}
    assert {"ok", "error"} <= results
    seen = [step["expect"] for step in steps if step["call"] == "observe"]
    for name in ("queue", "scheduled", "pending", "past_code_pruning", "upcoming", "outgoing"):
        assert any(each[name] for each in seen), name
    assert any(step["expect"].get("freed") for step in steps)
    assert any(step["expect"].get("occupied") for step in steps)


def test_an_edited_expectation_fails():
    scenario = drive(2, AMENDED, 20)
    observation = next(step for step in scenario["steps"] if step["call"] == "observe")
    observation["expect"]["session_index"] += 1
    result = again(scenario, AMENDED)
    assert [e.path for told in result.steps for e in told.mismatches] == ["session_index"]


def test_calls_become_a_scenario():
    calls = [
        ("paras.schedule_para_initialize", {"para": 4, "parachain": True, "head": [], "code": [1]}),
        ("advance_to_block", {"to": 2, "modules": ["paras"], "session_changes": [{"at": 2}]}),
        ("observe", {"parachains": None, "current_code": {"4": None}}),
        ("scheduler.availability_timeout_predicate", {"at": [{"core": 0, "since": 0}]}),
        ("scheduler.schedule", {"freed": [{"core": 7}]}),
    ]
    scenario = record.to_scenario("mine", "paras", calls, text=AMENDED, config={})
    assert scenario["steps"][0]["expect"] == {"result": "ok"}
    assert scenario["steps"][2]["expect"] == {"parachains": [4], "current_code": {"4": [1]}}
    assert scenario["steps"][3]["expect"]["at"] == [{"core": 0, "since": 0, "value": None}]
    assert len(scenario["steps"]) == 4, "where the text says nothing there is nothing to expect"
    assert again(scenario, AMENDED).word is Word.PASSED
    assert json.loads(record.as_json(scenario)) == scenario


def test_what_cannot_be_recorded():
    recorder = record.Recorder(AMENDED, {}, {})
    with pytest.raises(Wrong):
        recorder.call("advance_to_block", {"to": 10**9, "modules": []})
    with pytest.raises(Unsupported):
        recorder.observe({"events": None})
    assert recorder.steps == []
    with pytest.raises(Wrong):
        recorder.scenario("x", "paras module")

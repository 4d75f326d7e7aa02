"""What is no scenario is refused, with file, place and reason, and never runs."""

from __future__ import annotations

import json

import pytest

from checker.files import InputError
from checker.scenarios import document
from checker.scenarios.errors import Refused
from tests.checker.scenarios.scenes import observe, play, scene, step

PARA = {"para": 1, "parachain": True}
ADVANCE = step("advance_to_block", to=1, modules=["paras"])


@pytest.mark.parametrize(
    ("data", "place", "said"),
    [
        (b"\xff{}", "byte 0", "expected UTF-8 text"),
        (b"", "line 1, column 1", "cut off"),
        (b'{"name": ', "line 1", "cut off"),
        (b"{'name': 1}", "line 1, column 2", "not JSON"),
        (b"[]", "", "expected a scenario, a JSON object"),
        (b'{"name": NaN}', "", "NaN is not JSON"),
        (b'{"name": 1, "name": 2}', "", "'name' occurs twice"),
        (b'{"a": [{"b": 1, "b": 1}]}', "", "'b' occurs twice"),
        (b"[" * 100_000, "", "nested too deep"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "", "not a scenario"),
    ],
)
def test_what_is_no_json_object_is_an_input_error(data, place, said):
    with pytest.raises(InputError) as refused:
        document.parse(data, "x.json")
    assert refused.value.exit_code == 151
    assert refused.value.place.startswith(place)
    assert said in str(refused.value)
    assert str(refused.value).startswith("x.json: ")


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(b" " * (document.SIZE_LIMIT + 1))
    with pytest.raises(InputError, match="larger than 4 MiB"):
        document.read(path)


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_is_not_there(tmp_path, name):
    with pytest.raises(InputError):
        document.read(tmp_path / name)


FIELDS = [
    ({"name": ""}, "name", "short name"),
    ({"name": 3}, "name", "expected a string"),
    ({"name": "a\nb"}, "name", "short name"),
    ({"module": "schedular"}, "module", "did you mean 'scheduler'?"),
    ({"beyond_spec": 1}, "beyond_spec", "true or false"),
    ({"spec_sections": "2.5.5"}, "spec_sections", "expected a list"),
    ({"source": {"rope": ""}}, "source", "there is commit, date, path, repo, test"),
    ({"notes": [1]}, "notes[0]", "expected a string"),
    ({"colour": 1}, "", "no such key here: 'colour'"),
    ({"confg": {}}, "", "did you mean 'config'?"),
    ({"config": []}, "config", "expected an object"),
    ({"config": {"parathread_cores": -1}}, "config.parathread_cores", "0 to 2**32 - 1"),
    ({"config": {"parathread_cores": 2**32}}, "config.parathread_cores", "0 to 2**32 - 1"),
    ({"config": {"parathread_cores": True}}, "config.parathread_cores", "natural number"),
    ({"config": {"parathread_cores": 1.5}}, "config.parathread_cores", "natural number"),
    ({"config": {"parathread_core": 1}}, "config.parathread_core", "'parathread_cores'"),
    ({"config": {"parathread_cores": 2**31}}, "config.parathread_cores", "more than 10000 cores"),
    ({"setup": {"para": []}}, "setup", "did you mean 'paras'?"),
    ({"setup": {"paras": [PARA, PARA]}}, "setup.paras[1]", "para 1 is there already"),
    ({"setup": {"paras": [{}]}}, "setup.paras[0]", "'para' is missing"),
    ({"setup": {"paras": [{"para": 1, "code": [256]}]}}, "setup.paras[0].code[0]", "0 to 255"),
    ({"setup": {"validators": ["a", "a"]}}, "setup.validators", "each entry once"),
    ({"setup": {"validators": 3000}}, "setup.validators", "more than 2000 validators"),
    ({"setup": {"claim_index": [1, 1]}}, "setup.claim_index", "each entry once"),
    ({"setup": {"availability_cores": {"01": None}}}, "setup.availability_cores", "as keys"),
    ({"setup": {"availability_cores": {"1": None}}}, "setup.availability_cores.1", "no core 1"),
    (
        {"setup": {"pending": [{"para": 1, "availability_votes": [0]}]}},
        "setup.pending[0].availability_votes[0]",
        "there is no validator 0",
    ),
    ({"steps": []}, "steps", "at least one step"),
    ({"steps": {}}, "steps", "expected a list"),
    ({"steps": [3]}, "steps[0]", "expected an object"),
]


@pytest.mark.parametrize(("more", "place", "said"), FIELDS)
def test_a_wrong_field_is_refused(more, place, said):
    with pytest.raises(Refused) as refused:
        play(ADVANCE, **more) if "steps" not in more else document.parse(
            json.dumps({"name": "x", "module": "paras", **more}).encode(), "scene.json"
        )
    assert refused.value.exit_code == 22
    assert refused.value.place == place
    assert said in str(refused.value)
    assert str(refused.value).startswith("scene.json: ")


STEPS = [
    ({"args": {}}, "steps[1]", "'call' is missing"),
    ({"call": 3}, "steps[1].call", "name of a call"),
    ({"call": "scheduler.shedule"}, "steps[1].call", "did you mean 'scheduler.schedule'?"),
    ({"call": "system"}, "steps[1].call", "no call is named 'system'"),
    ({**ADVANCE, "expects": {}}, "steps[1]", "did you mean 'expect'?"),
    ({"call": "observe"}, "steps[1]", "observes nothing"),
    (step("observe", {}, to=1), "steps[1].args", "no such key"),
    (observe(queues=[]), "steps[1].expect", "did you mean 'queue'?"),
    (observe(queue=[{"claim": 1}]), "steps[1].expect.queue[0]", "no such key"),
    (observe(claim_index=[2, 1]), "steps[1].expect.claim_index", "strictly ascending"),
    (observe(heads={"x": []}), "steps[1].expect.heads", "numbers as keys"),
    (observe(config={"parathread_core": 1}), "steps[1].expect.config", "'parathread_cores'"),
    (step("scheduler.clear", {"result": "okay"}), "steps[1].expect.result", "'ok'"),
    (step("scheduler.clear", {"value": 1}), "steps[1].expect", "no such key"),
    (step("scheduler.add_parathread_claim", para=1), "steps[1].args", "'collator' is missing"),
    (
        step("scheduler.add_parathread_claim", para="1", collator="a"),
        "steps[1].args.para",
        "natural number",
    ),
    (step("scheduler.schedule", freed=[{"core": 1, "reason": "lost"}]),
     "steps[1].args.freed[0].reason", "'concluded' or 'timed_out'"),
    (step("advance_to_block", to=0, modules=[]), "steps[1].args.to", "from 1 on"),
    (step("advance_to_block", to=10**9, modules=[]), "steps[1].args.to", "more than"),
    (step("advance_to_block", to=2, modules=["parras"]), "steps[1].args.modules[0]", "'paras'"),
    (step("advance_to_block", to=2, modules=["paras", "paras"]), "steps[1].args.modules",
     "each entry once"),
    (step("advance_to_block", to=2, modules=["validity", "disputes"]), "steps[1].args.modules",
     "one module"),
    (step("advance_to_block", to=2, modules=[], session_changes=[{"at": 2}, {"at": 2}]),
     "steps[1].args.session_changes", "two of them"),
    (step("advance_to_block", to=2, modules=[], session_changes=[{"at": 2, "new_config": {
        "parathread_retry": 1}}]), "steps[1].args", "no such member"),
    (step("advance_to_block", to=2, modules=["scheduler"], session_changes=[
        {"at": 2, "random_seed": [1]}]), "steps[1].args.random_seed", "32 bytes"),
    (step("initializer.on_new_session", random_seed=[1]), "steps[1].args.random_seed", "32 bytes"),
    (step("set_state", availability_cores={"0": None, "3": None}),
     "steps[1].args.availability_cores.3", "there is no core 3: there are 2"),
    (step("set_state", availability_cores={"0": {"kind": "parathread"}}),
     "steps[1].args.availability_cores.0", "'para' is missing"),
    (step("set_state", availability_cores={"0": {"kind": "parachain", "para": 9}}),
     "steps[1].args.availability_cores.0.para", "not the core of para 9"),
    (step("set_state", frozen="no"), "steps[1].args.frozen", "natural number"),
    (step("configuration.set", origin="root", member="parathread_retry", value=1), "steps[1].args",
     "no such member"),
    (step("configuration.set", origin="god", member="parathread_retries", value=1),
     "steps[1].args.origin", "'root' or 'signed'"),
    (step("inclusion.process_bitfields", bitfields=[{"validator": 0, "bits": "012"}],
          core_lookup={}), "steps[1].args.bitfields[0].bits", "0 and 1"),
    (step("inclusion.process_candidates", scheduled=[{"core": 0}], groups=[], candidates=[]),
     "steps[1].args.scheduled[0]", "'para' is missing"),
    (step("inclusion.process_candidates", scheduled=[{"core": 0, "para": 1}], groups=[[0]],
          candidates=[{"candidate": {"para": 1}, "group": 0, "votes": [4]}]),
     "steps[1].args.candidates[0].votes[0]", "not in the group"),
    (step("inclusion.process_candidates", scheduled=[{"core": 0, "para": 1}], groups=[[0]],
          candidates=[{"candidate": {"para": 1}, "group": 0, "votes": [0]}]),
     "steps[1].args.candidates[0].votes[0]", "there is no validator 0: there are 0"),
    (observe(config="same"), "steps[1].expect.config", "expected an object"),
    (step("dispute.has_supermajority_against", validators=2, against=[2], **{"for": []}),
     "steps[1].args.validators", "higher index"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "place", "said"), STEPS)
def test_a_wrong_step_is_refused(wrong, place, said):
    with pytest.raises(Refused) as refused:
        play(ADVANCE, wrong)
    assert (refused.value.exit_code, refused.value.place) == (22, place)
    assert said in refused.value.problem


def test_the_name_is_the_name_of_the_file(tmp_path):
    path = tmp_path / "other.json"
    path.write_bytes(scene(ADVANCE))
    with pytest.raises(Refused, match="expected 'other', the name of the file, found 'scene'"):
        document.read(path)
    assert document.parse(path.read_bytes(), "x").name == "scene"


def test_too_many_steps_are_refused(monkeypatch):
    monkeypatch.setattr(document, "STEP_LIMIT", 2)
    with pytest.raises(Refused, match="more than 2 steps"):
        play(ADVANCE, ADVANCE, ADVANCE)


def test_an_unknown_member_is_unsupported_where_the_file_is_beyond_the_text():
    result = play(ADVANCE, config={"parathread_core": 3}, beyond_spec=True)
    said = "config.parathread_core: no such member; did you mean 'parathread_cores'?"
    assert (result.word, result.stopped) == ("unsupported", said)


def test_a_member_that_is_no_misspelling_is_unsupported():
    result = play(ADVANCE, config={"max_code_size": 3})
    said = "config.max_code_size: the text has no such member"
    assert (result.word, result.stopped) == ("unsupported", said)
    result = play(observe(config={"max_code_size": 3}), observe(session_index=0))
    assert [told.word for told in result.steps] == ["unsupported", "passed"]

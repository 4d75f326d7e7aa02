"""`parascope scenario`: what it prints, and its exit status."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from checker.cli import run
from tests.checker.scenarios.scenes import observe, scene, step

VECTORS = Path(__file__).parent / "vectors"
GOOD = VECTORS / "paras-15-note-new-head.json"
CLAIMS = VECTORS / "scheduler-01-add-parathread-claim.json"
LATER = VECTORS / "overseer-01-start-stop.json"


def call(capsys, *arguments: object) -> tuple[int, str, str]:
    code = run(["scenario", *map(str, arguments)])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def test_a_scenario_that_passes(capsys):
    code, out, err = call(capsys, GOOD)
    assert (code, err) == (0, "")
    assert out.startswith("passed      paras-15-note-new-head  3 steps  §2.5.4\n")
    assert "1 scenario, the text as amended: 1 passed" in out


def test_a_scenario_that_fails_names_step_call_path_and_amendment(capsys):
    code, out, _ = call(capsys, CLAIMS, "--as-written")
    assert code == 12
    assert "FAILED      scheduler-01-add-parathread-claim" in out
    assert "steps[9] observe: next_core_offset: expected 1, seen 2" in out
    assert "passes with claim-names-live-parathread" in out
    code, _, _ = call(capsys, CLAIMS, "--without", "claim-names-live-parathread")
    assert code == 12
    code, out, _ = call(capsys, CLAIMS, "--with", "claim-names-live-parathread")
    assert code == 0
    assert "the text as written, with claim-names-live-parathread" in out


def test_what_a_passing_step_hangs_on_is_told_when_asked(capsys):
    _, out, _ = call(capsys, CLAIMS)
    assert "claim-names-live-parathread" not in out
    code, out, _ = call(capsys, CLAIMS, "--amendments")
    assert code == 0
    assert "steps[9] observe fails without claim-names-live-parathread" in out


def test_what_is_not_supported_is_no_success(capsys):
    code, out, _ = call(capsys, LATER, GOOD)
    assert code == 30
    assert "steps[0] overseer.run: the node side comes later" in out
    assert "1 passed, 1 unsupported" in out
    assert "decided by the text: 1 of 2 passed" in out


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"{", 151, "cut off"),
        (scene(step("scheduler.shedule")), 22, "did you mean 'scheduler.schedule'?"),
        (scene(observe(queue=[1])), 22, "steps[0].expect.queue[0]: expected an object"),
    ],
)
def test_a_refused_file_is_said_and_the_others_run(capsys, tmp_path, data, code, said):
    path = tmp_path / "scene.json"
    path.write_bytes(data)
    found, out, _ = call(capsys, path, GOOD)
    assert found == code
    assert said in out
    assert str(path) in out
    assert "1 passed, 1 refused" in out


def test_standard_input_is_a_file(capsys, monkeypatch):
    data = scene(observe(session_index=0))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    code, out, _ = call(capsys, "-")
    assert code == 0
    assert "passed      scene" in out


def test_json(capsys, tmp_path):
    path = tmp_path / "scene.json"
    path.write_bytes(scene(observe(queue=[1])))
    code, out, _ = call(capsys, GOOD, CLAIMS, LATER, path, "--as-written", "--format", "json")
    data = json.loads(out)
    assert code == data["exit_code"] == 12
    assert (data["schema"], data["version"]) == ("parascope-scenarios", 1)
    results = [each["result"] for each in data["scenarios"]]
    assert results == ["passed", "failed", "unsupported", "refused"]
    [failed] = [s for s in data["scenarios"][1]["steps"] if s["result"] == "failed"]
    assert failed["step"] == "steps[9]"
    assert failed["call"] == "observe"
    assert failed["mismatches"][1] == {
        "path": "next_core_offset",
        "expected": 1,
        "seen": 2,
        "absent": False,
    }
    assert failed["hangs_on"]["passes"] == ["with claim-names-live-parathread"]
    assert data["scores"]["text"] == {"passed": 1, "of": 2}
    assert data["scores"]["disputed"] == {"passed": 0, "of": 1}
    assert "steps[0].expect.queue[0]" in data["scenarios"][3]["problem"]


def test_junit(capsys):
    code, out, _ = call(capsys, GOOD, CLAIMS, LATER, "--as-written", "--format", "junit")
    assert code == 12
    root = ET.fromstring(out.encode())  # noqa: S314 - our own output
    [suite] = root
    assert {k: suite.get(k) for k in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3", "failures": "1", "errors": "0", "skipped": "1"
    }  # fmt: skip
    tags = [[child.tag for child in case] for case in suite]
    assert tags == [[], ["failure"], ["skipped"]]
    assert "next_core_offset" in (suite[1][0].text or "")


def test_control_characters_do_not_reach_the_terminal(capsys, tmp_path):
    path = tmp_path / "scene.json"
    hostile = "\u009b31m\u202e"
    path.write_bytes(scene(observe(validators=[hostile]), name="scene"))
    code, out, _ = call(capsys, path)
    assert code == 22
    assert hostile not in out


def test_export_and_run(capsys, tmp_path):
    folder = tmp_path / "drives"
    options = ["--export", folder, "--seed", "7", "--count", "2", "--length", "10"]
    code, out, _ = call(capsys, *options)
    files = sorted(folder.glob("*.json"))
    assert (code, len(files)) == (0, 2)
    assert out == "".join(f"wrote {path}\n" for path in files)
    before = [path.read_bytes() for path in files]
    code, _, _ = call(capsys, *files)
    assert code == 0
    call(capsys, *options)
    assert [path.read_bytes() for path in files] == before


def test_export_where_there_is_no_folder(capsys):
    code, _, err = call(capsys, "--export", "/dev/null/x")
    assert code == 153
    assert "cannot write /dev/null/x" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give scenario files"),
        ([GOOD, "--export", "x"], "leave the files out"),
        ([GOOD, "--without", "freed-core-clear"], "did you mean 'freed-core-cleared'?"),
        ([GOOD, "--format", "sarif"], "is not one of"),
        ([GOOD, "--set", "timeout_rule=poem"], "did you mean"),
    ],
)
def test_wrong_use(capsys, arguments, said):
    code, out, err = call(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err

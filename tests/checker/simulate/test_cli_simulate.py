"""`parascope simulate` at the command line: output, files, exit status, wrong use."""

from __future__ import annotations

import json

import pytest

from checker.cli import run


def call(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(["simulate", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert "internal error" not in err
    return code, out, err


def test_a_run_is_told_and_drawn(capsys, tmp_path):
    folder = tmp_path / "new" / "run"
    code, out, _ = call(capsys, "--blocks", "12", "--forks", "--out", str(folder))
    assert code == 0
    assert out.startswith("simulation, as amended: 10 validators (faulty: v")
    assert out.endswith("the run ends well\n")
    assert sorted(path.name for path in folder.iterdir()) == [
        "blocks.dot",
        "blocks.svg",
        "run.json",
    ]
    assert json.loads((folder / "run.json").read_text("utf-8"))["ends_well"] is True


def test_json_is_json_and_the_same_each_time(capsys):
    options = ("--blocks", "8", "--format", "json", "--validators", "4", "--parachains", "2")
    first, second = call(capsys, *options), call(capsys, *options)
    assert first[:2] == second[:2]
    data = json.loads(first[1])
    assert (data["validators"], data["slots"], data["exit_code"]) == (4, 8, 0)


def test_a_bad_end_has_its_exit_status(capsys):
    options = ("--blocks", "60", "--seed", "1", "--without", "collator-signs-candidate")
    code, out, _ = call(capsys, *options)
    assert code == 12
    assert "ENDS BADLY" in out


def test_as_written_there_is_no_first_state(capsys):
    code, out, err = call(capsys, "--as-written")
    assert (code, out) == (12, "")
    assert "ends badly before it begins, as written: undefined" in err
    assert "§2.5.5/session-change.9" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--validators", "3"], "not in the range"),
        (["--parachains", "0"], "not in the range"),
        (["--parachains", "8", "--validators", "5"], "each needs a validator, and there are 5"),
        (["--blocks", "0"], "not in the range"),
        (["--blocks", "many"], "not a valid integer"),
        (["--seed", "-1"], "not in the range"),
        (["--without", "bitfields-of-parents"], "did you mean 'bitfields-of-parent'?"),
        (["--without", "groups-per-core", "--as-written"], "give one of them"),
        (["--format", "junit"], "is not one of"),
        (["file.json"], "unexpected extra argument"),
    ],
)
def test_wrong_use_is_refused(capsys, arguments, said):
    code, out, err = call(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_folder_that_cannot_be_is_refused_before_the_run(capsys, tmp_path):
    file = tmp_path / "file"
    file.write_text("", "utf-8")
    code, out, err = call(capsys, "--out", str(file / "run"))
    assert (code, out) == (153, "")
    assert err.startswith("parascope: cannot write")

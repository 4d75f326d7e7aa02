"""`parascope check` without a system: all of them, what is not good in one table."""

from __future__ import annotations

import json

import pytest

from checker import subjects
from checker.cli import run
from tests.checker import toys as small

pytestmark = pytest.mark.usefixtures("toys")


@pytest.fixture(autouse=True)
def two_systems(monkeypatch, toys):
    """The toys without the endless one."""
    kept = {name: small.FAMILIES[name] for name in ("tank", "odd")}
    monkeypatch.setattr(subjects, "families", lambda: kept)


def check(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(["check", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def test_the_violations_of_all_systems_are_listed_with_their_traces(capsys, toys):
    code, out, err = check(capsys, "--as-written")
    assert (code, err) == (12, "")
    lines = out.splitlines()
    assert " ".join(lines[0].split()) == "tank tiny 16 states 1 VIOLATED, 5 holds, 1 reached"
    assert lines[1].startswith("  odd tiny ")
    table = out.partition("\n\n")[2]
    assert table.splitlines()[0] == "tank"
    assert "level_within_capacity" in table
    path = next(line for line in lines if "parascope show" in line).split()[-1]
    assert (toys / path).is_file()
    assert "exit status 12" in lines[-1]
    good = [p.name for p in small.TANK if p.name != "level_within_capacity"]
    assert not [name for name in good if name in table]


def test_the_worst_verdict_of_any_system_decides(capsys):
    code, out, _ = check(capsys)
    assert code == 20  # of `odd`: number_is_nine is out of reach
    assert "UNREACHED" in out
    assert out.splitlines()[0].split()[:2] == ["tank", "tiny"]


def test_a_format_for_machines_has_every_verdict(capsys):
    code, out, _ = check(capsys, "--as-written", "--format", "json")
    data = json.loads(out)
    assert data["exit_code"] == code == 12
    assert {v["system"] for v in data["verdicts"]} == {"tank", "odd"}
    violated = [v for v in data["verdicts"] if v["word"] == "VIOLATED"]
    assert [v["property"] for v in violated if v["system"] == "tank"] == ["level_within_capacity"]
    assert all(v["trace"] for v in violated)


def test_a_report_holds_all_systems(capsys, tmp_path):
    check(capsys, "--as-written", "--out", str(tmp_path / "report"))
    suites = (tmp_path / "report" / "junit.xml").read_text("utf-8")
    assert "tank tiny" in suites
    assert "odd tiny" in suites


def test_a_budget_is_kept_for_each(capsys):
    code, out, _ = check(capsys, "--budget", "states=2")
    assert code == 30
    assert "undetermined(budget: states)" in out


def test_an_instance_restricts_the_systems_to_those_that_have_it(capsys):
    _, out, _ = check(capsys, "--instance", "small")
    assert "tank small" in out
    assert "odd" not in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--reach", "s.level == 1"], "--reach is about one system"),
        (["--property", "a.py"], "--property is about one system"),
        (["--set", "capacity=1"], "--set is about one system"),
        (["--instance", "huge"], "no system has an instance 'huge'"),
    ],
)
def test_what_is_about_one_system_needs_its_name(capsys, arguments, message):
    code, out, err = check(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err

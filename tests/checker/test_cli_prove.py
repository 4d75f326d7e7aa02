"""`parascope prove`: what bounded checking finds, and that what it does not find is not green."""

from __future__ import annotations

import json

import pytest

from checker.cli import run

pytestmark = pytest.mark.usefixtures("toys")


def prove(capsys, *arguments: str) -> tuple[int, str]:
    code = run(["prove", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out


def test_a_bounded_answer_is_not_green(capsys):
    code, out = prove(capsys, "tank", "level_within_capacity", "--depth", "5")
    assert code == 30
    assert "examined every run of at most 5 steps" in out
    assert "  bounded(5)  level_within_capacity  5 steps  §2.5.5/schedule.1" in out


def test_a_counterexample_is_as_short_as_that_of_the_search(capsys):
    code, out = prove(capsys, "tank", "level_within_capacity", "--as-written", "--depth", "9")
    assert code == 12
    assert "  VIOLATED  level_within_capacity  4 steps" in out
    assert "(amendment full-is-full)" in out


def test_a_goal_is_reached(capsys):
    code, out = prove(capsys, "tank", "tank_is_full", "--depth", "9")
    assert code == 0
    assert "  reached  tank_is_full  3 steps" in out


def test_a_limit_ends_the_search(capsys):
    code, out = prove(capsys, "odd", "number_is_small", "--set", "fault=limit", "--depth", "9")
    assert code == 30
    assert "undetermined(limit: n)" in out
    assert "the step leaves the model's limit n" in out


def test_a_cut_is_said(capsys):
    code, out = prove(capsys, "odd", "number_is_small", "--set", "fault=cut", "--depth", "2")
    assert code == 30
    assert "bounded(2)" in out


def test_a_deadlock_is_found(capsys):
    code, out = prove(capsys, "odd", "deadlock_free", "--set", "fault=deadlock", "--depth", "5")
    assert code == 11
    assert "  VIOLATED  deadlock_free  2 steps" in out


def test_the_record_names_the_engine(capsys):
    _, out = prove(capsys, "tank", "tank_is_full", "--format", "json")
    [record] = json.loads(out)["verdicts"]
    assert (record["engine"], record["counts"]["states"]) == ("bmc", None)


def test_a_promise_that_is_kept_is_bounded(capsys):
    code, out = prove(capsys, "odd", "number_returns", "--depth", "5")
    assert code == 30
    assert "  bounded(5)  number_returns" in out


def test_a_run_that_ends_breaks_a_promise(capsys):
    arguments = ("odd", "number_returns", "--set", "fault=deadlock")
    code, out = prove(capsys, *arguments, "--depth", "5")
    assert code == 13
    assert "  VIOLATED  number_returns  2 steps" in out


def test_a_search_past_all_runs_holds(capsys):
    arguments = ("odd", "number_is_small", "--set", "fault=deadlock")
    code, out = prove(capsys, *arguments, "--depth", "2")
    assert code == 0
    assert "examined every run: none has 3 steps" in out
    assert "  holds  number_is_small  all runs, 3 steps in none" in out

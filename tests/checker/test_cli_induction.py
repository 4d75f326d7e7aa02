"""`parascope prove --engine induction` and `--engine spacer`: words, exit status, transcripts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from checker import subjects
from checker.cli import run
from checker.itf import SUFFIX
from model.language import And, Or
from properties.kinds import invariant
from tests.checker import toys

pytestmark = pytest.mark.usefixtures("toys")


@invariant(toys.TOKEN)
def full_is_rare(s):
    """The level is small, or the valve is shut."""
    return Or(s.level < s.cfg.capacity + 1, And(s.open, s.level == 0))


@invariant(toys.TOKEN)
def level_is_zero(s):
    """The level is always zero."""
    return s.level == 0


def state(monkeypatch, *properties):
    stated = {**toys.STATED, "tank": (*toys.TANK, *properties)}
    monkeypatch.setattr(subjects, "stated", stated.__getitem__)


def prove(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(["prove", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def test_an_inductive_property_is_green_and_told_by_action(capsys):
    code, out, _ = prove(capsys, "tank", "level_within_capacity", "--engine", "induction")
    assert code == 0
    told = "lemmas: none\n  start   ok\n  switch  ok\n  fill    ok\n  drain   ok\nevery action is"
    assert told in out
    assert "  inductive  level_within_capacity  1-induction  §2.5.5/schedule.1" in out


def test_all_properties_that_induction_decides_are_asked(capsys):
    code, out, err = prove(capsys, "tank", "--engine", "induction")
    assert "4 of 4 are inductive, by 1-induction" in out
    assert "not asked: 2 properties that induction does not decide" in err
    assert code == 0


def test_one_that_it_does_not_decide_is_undetermined_if_named(capsys):
    code, out, _ = prove(capsys, "tank", "tank_is_full", "--engine", "induction")
    assert code == 30
    assert "undetermined(induction does not decide reachable)  tank_is_full" in out


def test_a_step_that_is_not_inductive_is_shown_with_advice(capsys, monkeypatch):
    state(monkeypatch, full_is_rare, level_is_zero)
    code, out, _ = prove(capsys, "tank", "level_is_zero", "--engine", "induction")
    assert code == 30
    assert "  undetermined(not inductive: fill)  level_is_zero  1 step" in out
    assert "level_is_zero under fill; no stated invariant excludes the state it begins with" in out
    assert "0  any state" in out
    assert "need not be reachable" in out
    assert "level_is_zero is violated in the last state" in out


def test_the_invariants_that_would_exclude_it_are_named(capsys, monkeypatch):
    odd = replace(full_is_rare, name="never_one", function=lambda s: s.level != 1)
    not_two = replace(full_is_rare, name="never_two", function=lambda s: s.level != 2)
    state(monkeypatch, odd, not_two)
    code, out, _ = prove(capsys, "tank", "never_two", "--engine", "induction")
    assert code == 30
    assert "add as lemma: never_one" in out


def test_a_wrong_lemma_is_to_blame(capsys, monkeypatch):
    leaning = replace(toys.level_within_capacity, lemmas=(level_is_zero,))
    stated = {**toys.STATED, "tank": (leaning,)}
    monkeypatch.setattr(subjects, "stated", stated.__getitem__)
    code, out, _ = prove(capsys, "tank", "level_within_capacity", "--engine", "induction")
    assert code == 30
    assert "lemmas: level_is_zero" in out
    assert "undetermined(not inductive: the lemma level_is_zero, fill)" in out


def test_a_violation_at_the_start_is_one(capsys, monkeypatch):
    never = replace(level_is_zero, name="level_is_one", function=lambda s: s.level == 1)
    state(monkeypatch, never)
    code, out, _ = prove(capsys, "tank", "level_is_one", "--engine", "induction")
    assert code == 12
    assert "  VIOLATED  level_is_one  0 steps" in out


def test_a_limit_is_not_left_out(capsys):
    code, out, _ = prove(
        capsys, "odd", "number_is_small", "--set", "fault=limit", "--engine", "induction"
    )
    assert code == 30
    assert "undetermined(limit: n)  number_is_small" in out
    assert "the step leaves the model's limit n" in out


def test_a_cut_qualifies_the_word(capsys):
    code, out, _ = prove(
        capsys, "odd", "number_is_small", "--set", "fault=cut", "--engine", "induction"
    )
    assert code == 30
    assert "  inductive(cut: n)  number_is_small" in out


def test_undefined_steps_are_noted(capsys):
    code, out, _ = prove(
        capsys, "odd", "number_is_small", "--set", "fault=undefined", "--engine", "induction"
    )
    assert "undetermined(limit: n)" in out or "is not shown" in out
    assert code in {0, 30}


def test_without_an_initial_state_it_is_vacuous(capsys):
    code, out, _ = prove(
        capsys, "odd", "number_is_small", "--set", "fault=nowhere", "--engine", "induction"
    )
    assert code == 20
    assert "vacuous" in out


def test_an_action_without_a_step_is_said(capsys):
    code, out, _ = prove(
        capsys, "odd", "number_is_small", "--set", "fault=idle", "--engine", "induction"
    )
    assert code == 0
    assert "no state of the invariant has a step by never" in out


def test_the_evidence_can_be_shown_and_drawn(capsys, monkeypatch, tmp_path):
    state(monkeypatch, level_is_zero)
    arguments = ("tank", "level_is_zero", "--engine", "induction", "--out", str(tmp_path / "out"))
    code, _, _ = prove(capsys, *arguments)
    assert code == 30
    [trace] = sorted((tmp_path / "out").rglob(f"*{SUFFIX}"))
    for layout in ("text", "dot", "mermaid", "svg", "html", "json"):
        assert run(["show", str(trace), "--format", layout]) == 0, layout
        shown = capsys.readouterr().out
        assert shown
        if layout != "json":
            assert "any state" in shown, layout
    page = next((tmp_path / "out").rglob("report.html")).read_text("utf-8")
    assert "not inductive" in page


@pytest.mark.parametrize("layout", ["json", "junit", "sarif", "github"])
def test_every_format_takes_it(capsys, monkeypatch, layout):
    state(monkeypatch, level_is_zero)
    code, out, _ = prove(
        capsys, "tank", "level_is_zero", "--engine", "induction", "--format", layout
    )
    assert code == 30
    assert "not inductive" in out


def test_the_record_names_the_engine(capsys):
    _, out, _ = prove(
        capsys, "tank", "level_within_capacity", "--engine", "induction", "--format", "json"
    )
    [record] = json.loads(out)["verdicts"]
    assert (record["engine"], record["verdict"]) == ("induction", "inductive")


def test_time_is_a_reason(capsys):
    code, out, _ = prove(
        capsys,
        "tank",
        "level_within_capacity",
        "--engine",
        "induction",
        "--budget",
        "seconds=0.000001",
    )
    assert code == 30
    assert "undetermined(budget: seconds)" in out


def test_spacer_finds_its_lemmas(capsys, monkeypatch):
    even = replace(level_is_zero, name="not_five", function=lambda s: s.level != 3)
    state(monkeypatch, even)
    code, out, _ = prove(capsys, "tank", "not_five", "--engine", "spacer")
    assert code == 0
    assert "  inductive  not_five  1-induction" in out
    assert "lemmas found over" in out


def test_spacer_shows_a_violation(capsys):
    code, out, _ = prove(
        capsys, "tank", "level_within_capacity", "--as-written", "--engine", "spacer"
    )
    assert code == 12
    assert "  VIOLATED  level_within_capacity  4 steps" in out


def test_spacer_shows_a_limit(capsys):
    code, out, _ = prove(
        capsys, "odd", "number_is_small", "--set", "fault=limit", "--engine", "spacer"
    )
    assert code == 30
    assert "undetermined(limit: n)" in out


def test_spacer_without_a_run_that_short_is_undetermined(capsys):
    arguments = ("tank", "level_within_capacity", "--as-written", "--engine", "spacer")
    code, out, _ = prove(capsys, *arguments, "--depth", "2")
    assert code == 31
    assert "undetermined(solver: Spacer refutes it, no run of at most 2 steps does)" in out

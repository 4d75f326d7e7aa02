"""`parascope list`, `describe`, `explain`, `coverage`: what there is, how large, what it means."""

from __future__ import annotations

import pytest

from checker.cli import run
from checker.inventory import values
from checker.limits import parse, with_memory
from checker.progress import Meter, grouped
from model.language import Array, Bool, Enum, Index, Nat, Record, Seq, Set

pytestmark = pytest.mark.usefixtures("toys")


def call(capsys, *arguments: str) -> str:
    code = run(list(arguments))
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    return out


def test_the_four_questions_stand_first(capsys):
    out = call(capsys, "list").splitlines()
    assert out[0] == "questions"
    assert [line.split()[0] for line in out[1:5]] == ["rotation", "timeouts", "session", "disputes"]
    assert "tank  §2.5.5" in out
    assert "  variant     drain: one, all" in out
    assert "  repair   full-is-full  §2.5.5/schedule.1" in out


def test_one_system_in_full(capsys):
    out = call(capsys, "list", "tank")
    assert "  instance  small: capacity 5\n" in out
    assert "drain: one, all  [default: one]" in out
    assert "The level never passes the capacity." in out
    assert "deadlock_free" in out


def test_a_description_counts_bits_and_choices(capsys):
    out = call(capsys, "describe", "tank", "--set", "capacity=6").splitlines()
    assert out[:3] == [
        "tank tiny, amendments: all, variant: capacity=6",
        "sizes: capacity 6",
        "",
    ]
    assert out[3] == "state: 3 leaves, 5 bits, 32 values"
    assert "  level    3 bits  0..7" in out
    assert "    choices    2  (position: Bool)" in out
    assert "    checks     PumpOff" in out
    assert "               TankFull" in out


A, B = Index("a", 3), Index("b", 2)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (Bool, 2),
        (Nat(4), 5),
        (Enum("x y z"), 3),
        (Set(A), 8),
        (Array(B, A), 9),
        (Record(x=Bool, y=A), 6),
        (Seq(A, 2), 13),
        (Array(Index("none", 0), A), 1),
    ],
)
def test_the_number_of_values_of_a_type(kind, number):
    assert values(kind) == number


def test_an_amendment_is_explained_with_what_it_mends(capsys):
    out = call(capsys, "explain", "full-is-full")
    assert "as written: Fill while the level is at most the capacity." in out
    assert "without it fails: level_within_capacity" in out


def test_a_property_is_explained(capsys):
    out = call(capsys, "explain", "tank_is_full")
    assert "tank_is_full  reachable, tank  §2.5.5/schedule.1" in out
    assert "stated at tests/checker/toys.py:" in out


def test_a_token_is_explained_with_what_serves_it(capsys):
    out = call(capsys, "explain", "§2.5.5/schedule.1")
    assert "§2.5.5/schedule.1  rule\n" in out
    assert "model/scheduler.py:" in out
    assert "full-is-full" in out


@pytest.mark.parametrize("name", ["holds", "VIOLATED", "undetermined", "12", "153"])
def test_words_and_exit_statuses_are_explained(capsys, name):
    assert name in call(capsys, "explain", name)


def test_coverage_of_a_section(capsys):
    out = call(capsys, "coverage", "§2.5.5/schedule").splitlines()
    assert out[-1].endswith("not")
    assert any("§2.5.5/schedule.1" in line and "model" in line for line in out)


def test_budgets():
    assert parse("states=2e6,seconds=1.5,memory=4G,depth=30") == {
        "states": 2_000_000,
        "seconds": 1.5,
        "memory": 4 << 30,
        "depth": 30,
    }
    assert parse("memory=512MiB")["memory"] == 512 << 20
    assert with_memory({"memory": 5}) == {"memory": 5}
    assert with_memory({}).get("memory", 1) > 0


def test_a_line_of_progress_has_phase_rate_and_numbers(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("checker.progress.time.monotonic", lambda: clock[0])
    meter = Meter("tank tiny")
    meter.enter("searching")
    meter.update(states=0, steps=0, frontier=0, depth=0)
    clock[0] = 104.0
    meter.update(states=40_000, steps=90_000, frontier=100, depth=7)
    assert meter.line() == (
        "tank tiny: searching 4 s, 40 000 states, 10 000/s, steps 90 000, frontier 100, depth 7"
    )
    assert grouped(-1234567) == "-1 234 567"

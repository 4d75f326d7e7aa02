"""A question stands for the systems that answer it, wherever a system can be named."""

from __future__ import annotations

import pytest

from checker import subjects
from checker.cli import run
from checker.subjects import GROUPS, ITEMS, UsageError, members


@pytest.fixture
def question(toys, monkeypatch):
    """The question *water*, which two of the toys answer, and one system that does not exist."""
    monkeypatch.setattr(subjects, "GROUPS", {"water": ("tank", "odd", "sea")})
    return toys


def asked(capsys, *arguments: str) -> tuple[int, str, str]:
    code = run(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_the_four_questions_have_systems_and_theorems():
    assert list(GROUPS) == list(ITEMS) == ["rotation", "timeouts", "session", "disputes"]
    for name in GROUPS:
        assert members(name) == GROUPS[name], "every one of them is modelled"


def test_a_question_is_checked_system_by_system(question, capsys):
    code, out, _ = asked(capsys, "check", "water")
    assert "tank" in out
    assert "odd" in out
    assert code not in (0, 2)  # odd has faults


def test_of_a_question_no_property_can_be_named(question, capsys):
    code, _, err = asked(capsys, "check", "water", "never_full")
    assert code == 2
    assert "name one system of water: tank, odd" in err


def test_a_question_is_listed_with_its_systems(question, capsys):
    code, out, _ = asked(capsys, "list", "water")
    assert code == 0
    assert "a tank with a pump" in out
    assert "a number with faults" in out
    assert "endless" not in out


@pytest.mark.parametrize("command", [["describe", "water"], ["prove", "water", "--engine", "bmc"]])
def test_where_one_system_is_needed_a_question_says_which_there_are(question, capsys, command):
    code, _, err = asked(capsys, *command)
    assert code == 2
    assert "water is a question; name one system of it: tank, odd" in err


def test_a_name_that_is_neither_is_refused(toys):
    with pytest.raises(UsageError, match="no system 'tnak'"):
        members("tnak")

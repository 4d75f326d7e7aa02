"""When each statement of the timeout rule removes a candidate, and the picture of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.cli import run
from checker.timeouts import SIZES, courses

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "timeouts.svg"


def waits(sizes):
    return {
        c.rule: [None if gone is None else gone - backed for backed, gone in enumerate(c.removed)]
        for c in courses(sizes)
    }


def test_the_three_rules_remove_at_three_times():
    assert waits(SIZES) == {
        "prose": [6, 5, 4, 3, 3, 7],
        "predicate": [3, 5, 4, 3, 3, 3],
        "algorithm": [3] * 6,
    }


def test_with_a_period_of_one_the_prose_removes_nothing():
    assert waits(dict(chain=1, thread=1, frequency=3)) == {
        "prose": [None] * 3,
        "predicate": [3, 2, 1],
        "algorithm": [1] * 3,
    }


@pytest.mark.parametrize("chain", [4, 5])
def test_with_a_period_beyond_the_rotation_all_agree(chain):
    found = waits(dict(chain=chain, thread=1, frequency=3))
    assert found["prose"] == found["predicate"] == found["algorithm"] == [chain] * 3


def test_the_other_kind_of_core_widens_the_window_of_the_predicate():
    alone, beside = (waits(dict(chain=1, thread=t, frequency=4))["predicate"] for t in (1, 4))
    assert alone == [4, 3, 2, 1]
    assert beside == [1, 1, 1, 1]


def test_the_picture_is_the_one_that_is_kept(tmp_path):
    drawn = tmp_path / "timeouts.svg"
    assert run(["show", "timeouts", "--format", "svg", "--out", str(drawn)]) == 0
    assert drawn.read_text("utf-8") == PICTURE.read_text("utf-8")


def test_it_is_no_trace(capsys):
    assert run(["show", "timeouts", "--format", "html"]) == 2
    assert "text or svg, not as html" in capsys.readouterr().err

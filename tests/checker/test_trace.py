"""A trace refuses what no engine can mean."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.trace import Step
from tests.checker.small import trace_of, two_wait, violation


def test_the_initial_step_does_not_count():
    assert violation().length == 2
    assert trace_of(two_wait).length == 0


def test_a_final_step_counts():
    assert replace(violation(), final=Step("pay")).length == 3


def test_a_trace_may_end_at_its_initial_action():
    assert replace(violation(), states=(), steps=(), final=Step("start", (0,))).length == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"states": (), "steps": ()},
        {"steps": ()},
        {"states": ((0,), (0, 0), (0,))},
        {"loop": 3},
        {"loop": -1},
    ],
)
def test_impossible_traces_are_errors(wrong):
    with pytest.raises(ValueError, match="trace"):
        replace(violation(), **wrong)

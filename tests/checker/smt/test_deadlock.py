"""States in which nothing is enabled, with few choices and with many."""

from __future__ import annotations

import pytest

from checker.smt import deadlock
from checker.smt.bmc import bmc
from checker.smt.unroll import Unrolling
from tests.checker.smt import systems


def test_few_choices_are_expanded_and_unmentioned_ones_are_not():
    system, _ = systems.nested_records()
    assert len(deadlock.Deadlock(Unrolling(system)).instances) == 2 + 2 * 3 + 1
    system, _ = systems.queue_that_overflows()
    assert deadlock.Deadlock(Unrolling(system)).impossible
    system, _ = systems.deadlock()
    assert (
        len(deadlock.Deadlock(Unrolling(system)).instances) == 5
    )  # one of the six values fails another check


def test_many_choices_are_added_when_a_state_needs_them():
    system, _ = systems.deadlock_behind_many_choices()
    found = deadlock.Deadlock(Unrolling(system))
    assert found.instances == []
    assert found.escape((5,), None) is not None
    assert len(found.instances) == 1


@pytest.mark.parametrize("expanded", [0, 64])
def test_the_length_does_not_depend_on_how_choices_are_treated(monkeypatch, expanded):
    monkeypatch.setattr(deadlock, "EXPANDED", expanded)
    system, _ = systems.deadlock()
    assert bmc(system, systems.BUILTIN, 6).outcomes["deadlock_free"].depth == 3
    system, _ = systems.deadlock_behind_many_choices()
    assert bmc(system, systems.BUILTIN, 6).outcomes["deadlock_free"].trace is None


def test_a_step_past_a_limit_or_into_the_undefined_is_no_deadlock():
    system, _ = systems.limit()
    assert bmc(system, [systems.DEADLOCK_FREE], 6).outcomes["deadlock_free"].trace is None
    system, _ = systems.undefined_division()
    assert bmc(system, [systems.DEADLOCK_FREE], 2).outcomes["deadlock_free"].trace is None

"""The three statements of the timeout rule, two by two: what a search finds is what is proved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.explicit.explore import explore
from checker.replay import replay
from model import timeout_rules
from model.config import Rules
from model.systems import family
from properties import catalogue
from properties.theorems.timeouts import window
from tests.properties.mutation import IDS, Faulty, failing
from tests.properties.planting import Fault

STATED = {p.name: p for p in catalogue.properties_of("timeout_rules")}
REMOVED = STATED["what_the_one_removes_the_other_has_removed"]
NARROW, MIDDLE, WIDE = "prose", "predicate", "algorithm"
SHORTEST = {(MIDDLE, NARROW): 3, (WIDE, NARROW): 3, (WIDE, MIDDLE): 4}
"""Of the pairs of which the first removes more, the blocks until that shows at the tiny sizes."""


def found(one, other, instance="tiny", sizes=None):
    rules = Rules(IDS, IDS, {"rules": f"{one}_in_{other}"})
    system = family("timeout_rules").system(instance, rules, sizes)
    return system, explore(system, [REMOVED]).findings.get(REMOVED.name)


@pytest.mark.parametrize(("one", "other"), [(NARROW, MIDDLE), (NARROW, WIDE), (MIDDLE, WIDE)])
def test_the_narrower_rule_removes_nothing_that_the_wider_keeps(one, other):
    assert found(one, other)[1] is None


@pytest.mark.parametrize(("one", "other"), SHORTEST)
def test_the_wider_rule_is_told_apart_by_a_shortest_trace(one, other):
    system, told = found(one, other)
    trace = replace(told.trace, property=REMOVED.name, kind=REMOVED.kind)
    assert trace.length == SHORTEST[one, other]
    assert replay(trace, system, REMOVED).complete


@pytest.mark.parametrize(("one", "other"), SHORTEST)
@pytest.mark.parametrize("sizes", [(1, 1, 2), (1, 3, 3), (2, 2, 2), (3, 2, 2), (3, 3, 2)])
def test_they_agree_exactly_if_the_narrower_window_is_a_rotation(one, other, sizes):
    chain, thread, rotation = sizes
    names = "chain_availability_period", "thread_availability_period", "group_rotation_frequency"
    told = found(one, other, sizes=dict(zip(names, sizes, strict=True)))[1]
    widths = [int(window(other, chain, thread, period, rotation)) for period in (chain, thread)]
    assert (told is None) == all(width >= rotation for width in widths)


@pytest.mark.parametrize(
    ("name", "instance", "fault"),
    [
        (
            "what_the_one_removes_the_other_has_removed",
            "tiny",
            Fault(timeout_rules, "pair", '.split("_in_")', '.split("_in_")[::-1]'),
        ),
        (
            "both_rules_remove_in_time",
            "tiny",
            Fault(timeout_rules, "times_out", "block=s.since_rotation", "block=1"),
        ),
        (
            "a_core_can_be_free",
            "short",
            Fault(timeout_rules, "session_change", "_free(s)", "pass"),
        ),
    ],
)
def test_a_fault_is_found(name, instance, fault):
    assert name in failing(Faulty("timeout_rules", (), fault, instance=instance))


def test_with_a_period_of_one_the_prose_removes_nothing():
    mutant = Faulty("timeout_rules", (), instance="short")
    assert failing(mutant) == {"the_one_removes_a_candidate", "both_rules_remove_in_time"}

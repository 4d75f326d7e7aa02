"""Bounded checking of the scheduler: the same verdicts and shortest lengths as the search."""

from __future__ import annotations

import pytest

from checker.explicit.explore import Budget, explore
from checker.smt.bmc import REACHED, VIOLATED, bmc
from model.config import Rules
from model.systems import family
from properties import catalogue

IDS = catalogue.known_ids()
STATED = [p for p in catalogue.properties_of("scheduler") if p.kind != "recoverable"]
DEPTH = 7


@pytest.mark.parametrize(
    "amendments",
    [
        pytest.param(IDS, id="amended"),
        pytest.param(frozenset(), id="written"),
        pytest.param(IDS - {"timed-out-claim-returns"}, id="without a repair"),
    ],
)
def test_bounded_checking_agrees_with_the_search_on_tiny(amendments):
    system = family("scheduler").system("tiny", Rules(amendments, IDS))
    found = explore(system, STATED, budget=Budget(depth=DEPTH)).findings
    outcomes = bmc(system, STATED, DEPTH).outcomes
    bounded = {n: o.depth for n, o in outcomes.items() if o.status in {VIOLATED, REACHED}}
    searched = {n: f.depth for n, f in found.items() if f.depth <= DEPTH and n in outcomes}
    assert bounded == searched
    assert len(searched) >= 3

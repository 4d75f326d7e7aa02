"""Bounded checking of the scheduler: the same verdicts and shortest lengths as the search."""

from __future__ import annotations

import pytest

from checker import expected, subjects
from checker.explicit.explore import Budget, explore
from checker.smt.bmc import BOUNDED, EXHAUSTED, REACHED, VIOLATED, bmc
from checker.space import ALL, NONE
from checker.verdict import EVERY_ACTION_FIRES, Word
from model.config import Rules
from model.systems import family
from properties import catalogue

IDS = catalogue.known_ids()
NOT_HERE = {"recoverable", "leads_to"}
STATED = [p for p in catalogue.properties_of("scheduler") if p.kind not in NOT_HERE]
PINNED = expected.load(expected.folder())
TINY = [
    space
    for space in PINNED.spaces
    if (space.system, space.instance, space.settings) == ("scheduler", "tiny", ())
]
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


def of_space(space):
    """A space of the explicit engine; those as written and as amended are the sooner asked."""
    mark = pytest.mark.slow if space.amended.mode in {ALL, NONE} else pytest.mark.nightly
    return pytest.param(space, id=space.amended.label, marks=mark)


def wanted(space):
    """The pinned verdicts that a trace shows, with its length, of what a bounded search decides."""
    kinds = {p.name: p.kind for p in subjects.properties("scheduler")}
    pins = {name: PINNED.pin(space, name)[0] for name in kinds if name != EVERY_ACTION_FIRES}
    shown = {Word.VIOLATED: VIOLATED, Word.REACHED: REACHED}
    found = {
        name: (shown[pin.word], pin.steps)
        for name, pin in pins.items()
        if pin is not None and pin.word in shown and kinds[name] != "recoverable"
    }
    promises = {name: found.pop(name) for name in list(found) if kinds[name] == "leads_to"}
    return found, promises


@pytest.mark.parametrize("space", [of_space(space) for space in TINY])
def test_every_verdict_of_the_search_is_found_at_its_depth(space):
    found, _ = wanted(space)
    depth = max(length for _, length in found.values())
    asked = [p for p in subjects.properties("scheduler") if p.kind not in NOT_HERE]
    outcomes = bmc(
        space.build(), [p for p in asked if p.name != EVERY_ACTION_FIRES], depth
    ).outcomes
    assert {n: (o.status, o.depth) for n, o in outcomes.items() if o.trace} == found
    left = {(o.status, o.depth) for o in outcomes.values() if not o.trace}
    assert left <= {(BOUNDED, depth), (EXHAUSTED, depth)}


@pytest.mark.nightly
@pytest.mark.parametrize("space", [s for s in TINY if wanted(s)[1]], ids=lambda s: s.amended.label)
def test_every_broken_promise_is_found_and_no_later(space):
    _, promises = wanted(space)
    for prop in [p for p in subjects.stated("scheduler") if p.name in promises]:
        length = promises[prop.name][1]
        outcome = bmc(space.build(), [prop], length).outcomes[prop.name]
        assert outcome.status == VIOLATED, prop.name
        assert outcome.depth <= length


def test_the_spaces_are_all_there():
    assert len(TINY) >= 13

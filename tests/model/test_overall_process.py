"""§1.3: the figure, walked by each validator; and how far it brings a candidate."""

from __future__ import annotations

from functools import cache

import pytest

from model.config import Rules
from model.overall_process import attestations, stage
from model.systems import family
from properties.catalogue import known_ids
from tests.model.language import helpers

IDS = known_ids()


@cache
def system(amendments=IDS, group=3):
    return family("overall_process").system("tiny", Rules(amendments, IDS), {"group": group})


def state(*places, seen=(), made=True):
    return {"made": made, "place": [*places, *["waiting"] * 3][:3], "seen": set(seen)}


def run(action, before, **choices):
    return helpers.run(system(), action, before, **choices)


def after(action, before, **choices):
    return helpers.after(system(), action, before, **choices)


def test_a_validator_walks_from_the_block_to_a_result():
    found = after("generate_block", state(made=False))
    found = after("send", found, v=0)
    assert after("run", found, v=0, valid=True)["place"][0] == "valid"
    assert after("run", found, v=0, valid=False)["place"][0] == "invalid"


@pytest.mark.parametrize(
    ("place", "seen", "action", "end"),
    [
        ("valid", {0}, "sign", "signed"),
        ("valid", set(), "generate_receipt", "generated"),
        ("invalid", set(), "broadcast", "broadcast"),
        ("invalid", {0}, "broadcast", "broadcast"),
    ],
)
def test_the_figure_has_three_ends_and_one_way_to_each(place, seen, action, end):
    ends = {"sign", "generate_receipt", "broadcast"}
    before = state(place, seen=seen)
    assert after(action, before, v=0)["place"][0] == end
    assert all(run(other, before, v=0).outside for other in ends - {action})


def test_a_receipt_is_seen_when_somebody_has_made_one():
    assert run("see", state("valid", "signed"), v=0).outside
    assert after("see", state("valid", "generated"), v=0)["seen"] == {0}
    assert run("see", state("broadcast", "generated"), v=0).outside


def test_the_next_block_comes_when_all_have_ended():
    assert run("next_block", state("signed", "generated", "valid")).outside
    found = after("next_block", state("signed", "generated", "broadcast", seen={0}))
    assert found == state(made=False)


@pytest.mark.parametrize(
    ("places", "written", "amended"),
    [
        ((), "produced", "produced"),
        (("invalid",), "candidate", "candidate"),
        (("generated",), "seconded", "seconded"),
        (("generated", "signed"), "seconded", "backable"),
        (("generated", "generated", "generated"), "seconded", "backable"),
        (("generated", "signed", "signed"), "backable", "backable"),
    ],
)
def test_how_far_the_lifecycle_is(places, written, amended):
    names = ["free", "produced", "candidate", "seconded", "backable"]
    for amendments, reached in ((frozenset(), written), (IDS, amended)):
        model = system(amendments)
        is_reached = lambda s, r=reached: stage(s) == names.index(r)  # noqa: E731
        assert helpers.value(model, is_reached, state(*places))


def test_as_written_the_maker_of_a_receipt_does_not_attest():
    before = state("generated", "signed", "broadcast")
    assert helpers.value(system(frozenset()), lambda s: attestations(s) == 1, before)
    assert helpers.value(system(), lambda s: attestations(s) == 2, before)

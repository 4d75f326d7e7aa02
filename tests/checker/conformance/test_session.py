"""The reference initializer does what the model of §2.5.1 to §2.5.3 does, at every point."""

from __future__ import annotations

import dataclasses

import pytest

from checker.conformance import CONFIRMED, confirm
from checker.conformance.walk import walk
from checker.explicit.explore import explore
from checker.subjects import BUILTINS
from model.config import Rules
from model.systems import family
from properties import catalogue

IDS = catalogue.known_ids()
REPAIRS = [a for a in catalogue.amendments() if a.system == "session" and a.kind == "repair"]
READINGS = [a for a in catalogue.amendments() if a.system == "session" and a.kind == "reading"]
STATED = {p.name: p for p in (*catalogue.properties_of("session"), *BUILTINS)}
SOME = 250  # states: the first blocks


def built(amendments=IDS, instance="seeds", **variants):
    return family("session").system(instance, Rules(amendments, IDS, variants))


def test_every_step_of_a_space_agrees():
    found = walk(built())
    assert not found.divergences, found.divergences[0]
    assert found.complete
    assert set(found.refusals) == {
        "BadOrigin",
        "NoRotation",
        "NotInitialized",
        "Unrecoverable",
        "AlreadyIncluded",
    }


@pytest.mark.parametrize(
    "system",
    [pytest.param(built(IDS - {a.id}, "tiny"), id=f"without {a.id}") for a in (*REPAIRS, *READINGS)]
    + [pytest.param(built(session_order=v), id=v) for v in ("initialize_first", "both", "soft")]
    + [pytest.param(built(frozenset()), id="as written")],
)
def test_other_texts_agree(system):
    found = walk(system, states=SOME)
    assert not found.divergences, found.divergences[0]
    assert found.states == SOME


@pytest.mark.parametrize("amendment", REPAIRS, ids=lambda a: a.id)
def test_without_a_repair_its_property_is_violated(amendment):
    system = built(IDS - {amendment.id}, "tiny")
    prop = STATED[amendment.refutes]
    found = explore(system, [prop], stop_at_first=True).findings[prop.name]
    named = dataclasses.replace(found.trace, property=prop.name, kind=prop.kind)
    answer = confirm(named, system)
    assert answer is not None
    assert answer.remark == CONFIRMED

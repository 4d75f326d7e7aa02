"""Each repair of §2.5.5 is needed: without it, a run of the section breaks its promise.

The gate says so of whole instances, with the shortest trace; here one property is asked of each.
"""

from __future__ import annotations

import dataclasses

import pytest

from checker.conformance import CONFIRMED, confirm
from checker.conformance.benches import BENCHES
from checker.explicit.explore import explore
from checker.replay import replay
from impl import rules as reference
from model.config import Rules
from model.scheduler import READINGS
from model.systems import SYSTEMS, family
from properties import catalogue
from tests.properties.mutation import IDS, watched
from tests.properties.scheduler_mutants import CLAIMS

REPAIRS = [a for a in catalogue.amendments() if a.kind == "repair"]
OF_SCHEDULER = [a for a in REPAIRS if a.system == "scheduler"]
STATED = {p.name: p for p in watched("scheduler")}
IN_GENESIS = {"groups-per-core", "no-core-no-group"}  # the first session is enough


@pytest.mark.parametrize("amendment", OF_SCHEDULER, ids=lambda a: a.id)
def test_without_a_repair_its_property_is_violated(amendment):
    system = family(amendment.system).system("tiny", Rules(IDS - {amendment.id}, IDS), CLAIMS)
    prop = STATED[amendment.refutes]
    found = explore(system, [prop], stop_at_first=True).findings[prop.name]
    named = dataclasses.replace(found.trace, property=prop.name, kind=prop.kind)
    asked = prop if prop.kind != "builtin" else None
    assert replay(named, system, asked).complete
    assert (named.length == 0) == (amendment.id in IN_GENESIS)
    answer = confirm(named, system)
    assert answer is not None
    assert answer.remark == CONFIRMED


def test_every_repair_names_a_property_of_its_system():
    for amendment in REPAIRS:
        stated = {p.name for p in catalogue.properties_of(amendment.system)}
        assert amendment.refutes in stated | {"well_defined", "deadlock_free"}, amendment.id
        assert amendment.system in SYSTEMS


def test_readings_of_the_scheduler_are_those_that_the_model_leaves_to_the_environment():
    readings = [
        a.id for a in catalogue.amendments() if a.kind == "reading" and a.system == "scheduler"
    ]
    assert readings == list(READINGS)


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_model_asks_for_every_amendment_of_its_system(name):
    own = {a.id for a in catalogue.amendments() if a.system == name}
    for amendments in (frozenset(), IDS):
        system = family(name).system("tiny", Rules(amendments, IDS))
        assert own <= system.cfg.asked


def test_the_reference_implementation_knows_the_amendments_of_the_systems_it_contains():
    executed = reference.REPAIRS | reference.READINGS.keys()
    needed = {a.id for a in catalogue.amendments() if a.system in BENCHES}
    assert needed <= executed <= IDS


def test_the_reference_implementation_knows_the_variants_of_the_systems_it_contains():
    for name in BENCHES:
        for variant, options in family(name).variants.items():
            known = reference.ALL_VARIANTS[variant]
            assert options == known[: len(options)], (name, variant)

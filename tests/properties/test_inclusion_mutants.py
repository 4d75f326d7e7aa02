"""Properties of §2.5.6 and §2.5.7 can fail, and do not all fail for the same reason."""

from __future__ import annotations

import pytest

from properties import catalogue
from tests.properties.inclusion_mutants import MUTANTS, ONE, Mutant
from tests.properties.mutation import failing, found, sampled, stated_sets

LEAST_DISTINCT = 25


@pytest.mark.parametrize("sizes", [{}, ONE], ids=["tiny", "one"])
def test_without_a_fault_nothing_fails(sizes):
    assert failing(Mutant((), sizes=sizes)) == set()


@pytest.mark.parametrize("name", sampled(MUTANTS))
def test_a_mutant_is_found_by_its_properties(name):
    assert found(MUTANTS, name) == set(MUTANTS[name].fails)


def test_every_property_fails_somewhere_and_most_fail_on_different_mutants():
    where = stated_sets("inclusion", MUTANTS)
    never = [p.name for p in catalogue.properties_of("inclusion") if not where[p.name]]
    assert not never, never
    assert len({mutants for mutants in where.values() if mutants}) >= LEAST_DISTINCT, where

"""Properties of §1.5 to §1.7 and §1.10 can fail, and do not all fail for the same reason."""

from __future__ import annotations

import pytest

from properties.catalogue import properties_of
from tests.properties.availability_mutants import MUTANTS, Mutant
from tests.properties.mutation import failing, failing_sets, found

LEAST_DISTINCT = 24


@pytest.mark.parametrize("mutant", [Mutant(()), Mutant((), sizes={})], ids=["fewer", "tiny"])
def test_without_a_fault_nothing_fails(mutant):
    assert failing(mutant) == set(mutant.fails)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_found_by_its_properties(name):
    assert found(MUTANTS, name) == set(MUTANTS[name].fails)


def test_every_property_fails_somewhere_and_most_fail_on_different_mutants():
    stated = {p.name for p in properties_of("availability")}
    where = {p: m for p, m in failing_sets("availability", MUTANTS).items() if p in stated}
    never = [name for name, mutants in where.items() if not mutants]
    assert not never, never
    assert len(set(where.values())) >= LEAST_DISTINCT, where

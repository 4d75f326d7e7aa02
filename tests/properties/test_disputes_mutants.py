"""Properties of disputes can fail, and do not all fail for the same reason."""

from __future__ import annotations

import pytest

from tests.properties.disputes_mutants import MUTANTS, Mutant
from tests.properties.mutation import failing, found, sampled, stated_sets

LEAST_DISTINCT = 45


def test_without_a_fault_nothing_fails():
    assert failing(Mutant(())) == set()


@pytest.mark.parametrize("name", sampled(MUTANTS))
def test_a_mutant_is_found_by_its_properties(name):
    assert found(MUTANTS, name) == set(MUTANTS[name].fails)


def test_every_property_fails_somewhere_and_most_fail_on_different_mutants():
    where = stated_sets("disputes", MUTANTS)
    never = {name for name, mutants in where.items() if not mutants}
    assert never == {"deadlock_free", "well_defined"}
    assert len(set(where.values())) >= LEAST_DISTINCT, where

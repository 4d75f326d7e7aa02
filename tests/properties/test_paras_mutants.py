"""Properties of §2.5.4 can fail, and do not all fail for the same reason."""

from __future__ import annotations

import pytest

from tests.properties.mutation import found, sampled, stated_sets
from tests.properties.paras_mutants import MUTANTS

LEAST_DISTINCT = 28
NEVER = {"deadlock_free"}  # whoever registers paras can always call


@pytest.mark.parametrize("name", sampled(MUTANTS))
def test_a_mutant_is_found_by_its_properties(name):
    assert found(MUTANTS, name) == set(MUTANTS[name].fails)


def test_every_property_fails_somewhere_and_most_fail_on_different_mutants():
    where = stated_sets("paras", MUTANTS)
    never = {name for name, mutants in where.items() if not mutants}
    assert never == NEVER
    assert len(set(where.values())) >= LEAST_DISTINCT, where

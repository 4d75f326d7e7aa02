"""Properties of §2.5.5 can fail, and do not all fail for the same reason."""

from __future__ import annotations

import pytest

from tests.properties.mutation import failing, failing_sets, found
from tests.properties.scheduler_mutants import CLAIMS, GROUPS, MUTANTS, Mutant

LEAST_DISTINCT = 25


@pytest.mark.parametrize("sizes", [{}, CLAIMS, GROUPS], ids=["tiny", "claims", "groups"])
def test_without_a_fault_nothing_fails(sizes):
    assert failing(Mutant((), sizes=sizes)) == set()


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_found_by_its_properties(name):
    assert found(MUTANTS, name) == set(MUTANTS[name].fails)


def test_every_property_fails_somewhere_and_most_fail_on_different_mutants():
    where = failing_sets("scheduler", MUTANTS)
    never = [name for name, mutants in where.items() if not mutants]
    assert not never, never
    assert len(set(where.values())) >= LEAST_DISTINCT, where

"""Properties of the whole runtime can fail, and do not all fail for the same reason."""

from __future__ import annotations

import pytest

from tests.properties.host_mutants import MUTANTS, Mutant
from tests.properties.mutation import failing, found

LEAST_DISTINCT = 14


@pytest.mark.slow
def test_without_a_fault_nothing_fails():
    assert failing(Mutant((), sizes={})) == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_found_by_these_properties_at_least(name):
    assert set(MUTANTS[name].fails) <= found(MUTANTS, name)


def test_properties_fail_on_different_mutants():
    named = {name for mutant in MUTANTS.values() for name in mutant.fails}
    where = {name: frozenset(m for m in MUTANTS if name in MUTANTS[m].fails) for name in named}
    assert len(set(where.values())) >= LEAST_DISTINCT, where

"""Properties of the whole runtime can fail, and do not all fail for the same reason."""

from __future__ import annotations

import pytest

from tests.properties.host_mutants import MUTANTS, SMALL, TINY, Mutant
from tests.properties.mutation import failing, found, watched

LEAST_DISTINCT = 38
QUICK = ("claims come before the inherent", "core 0 is everybody's")


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [TINY, SMALL], ids=["tiny", "one validator"])
def test_without_a_fault_nothing_fails(sizes):
    assert failing(Mutant((), sizes=sizes)) == set()


@pytest.mark.parametrize("name", QUICK)
def test_these_mutants_are_found_by_their_properties(name):
    assert found(MUTANTS, name) == set(MUTANTS[name].fails)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in MUTANTS if name not in QUICK])
def test_a_mutant_is_found_by_its_properties(name):
    assert found(MUTANTS, name) == set(MUTANTS[name].fails)


def test_every_property_fails_somewhere_and_most_fail_on_different_mutants():
    where = {
        p.name: frozenset(m for m in MUTANTS if p.name in MUTANTS[m].fails) for p in watched("host")
    }
    never = [name for name, mutants in where.items() if not mutants]
    assert not never, never
    assert len(set(where.values())) >= LEAST_DISTINCT, len(set(where.values()))

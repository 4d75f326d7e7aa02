"""Properties of §2.5.5 can fail, and do not all fail for the same reason."""

from __future__ import annotations

from functools import cache

import pytest

from tests.properties.mutants import CLAIMS, GROUPS, MUTANTS, WATCHED, Mutant, failing

LEAST_DISTINCT = 25


@cache
def found(name: str) -> frozenset[str]:
    """The properties that fail in a mutant."""
    return frozenset(failing(MUTANTS[name]))


@pytest.mark.parametrize("sizes", [{}, CLAIMS, GROUPS], ids=["tiny", "claims", "groups"])
def test_without_a_fault_nothing_fails(sizes):
    assert failing(Mutant((), sizes=sizes)) == set()


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_found_by_its_properties(name):
    assert found(name) == set(MUTANTS[name].fails)


def test_every_property_fails_somewhere_and_most_fail_on_different_mutants():
    where = {p.name: frozenset(m for m in MUTANTS if p.name in found(m)) for p in WATCHED}
    matrix = "\n".join(f"{name:45} {', '.join(sorted(where[name]))}" for name in where)
    never = [name for name, mutants in where.items() if not mutants]
    assert not never, f"never fail: {never}\n{matrix}"
    assert len(set(where.values())) >= LEAST_DISTINCT, matrix

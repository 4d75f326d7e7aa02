"""Systems in which properties fail, and how they are explored.

A faulty system is the text as amended with a fault planted in the model, without a repair, or under
a variant of which the text speaks elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import pytest
from _pytest.mark import ParameterSet

from checker.explicit.explore import explore
from checker.explicit.results import Exploration
from checker.subjects import BUILTINS
from model.config import Rules
from model.systems import family
from properties import catalogue
from properties.kinds import Property
from tests.properties.planting import Fault, planted

IDS = catalogue.known_ids()
EVERY = 4


@dataclass(frozen=True)
class Faulty:
    """A system, and the properties that fail in it (of a goal: that is out of reach)."""

    system: str
    fails: tuple[str, ...]
    fault: Fault | None = None
    without: str = ""
    sizes: Mapping[str, int] = field(default_factory=dict)
    instance: str = "tiny"
    variants: Mapping[str, str] = field(default_factory=dict)


@cache
def watched(system: str) -> tuple[Property, ...]:
    """What is asked of every mutant of a system: its properties, no deadlock, no undefined step."""
    builtin = (p for p in BUILTINS if p.name in {"deadlock_free", "well_defined"})
    return (*catalogue.properties_of(system), *builtin)


def explored(mutant: Faulty) -> Exploration:
    """All states of a mutant; the properties are read while the fault is there."""
    with planted(mutant.fault):
        rules = Rules(IDS - {mutant.without}, IDS, mutant.variants)
        system = family(mutant.system).system(mutant.instance, rules, mutant.sizes)
        return explore(system, watched(mutant.system))


def failing(mutant: Faulty) -> set[str]:
    """The properties that fail, among those of the system and the built-in ones."""
    found = explored(mutant)
    assert not found.stopped, found.stopped
    goals = {p.name for p in watched(mutant.system) if p.kind == "reachable"}
    return (goals - set(found.findings)) | (set(found.findings) - goals)


@cache
def _failing_once(mutants: int, name: str) -> frozenset[str]:
    return frozenset(failing(_TABLES[mutants][name]))


_TABLES: dict[int, Mapping[str, Faulty]] = {}


def found(mutants: Mapping[str, Faulty], name: str) -> frozenset[str]:
    """The properties that fail in the mutant of that name; explored once."""
    _TABLES[id(mutants)] = mutants
    return _failing_once(id(mutants), name)


def failing_sets(system: str, mutants: Mapping[str, Faulty]) -> dict[str, frozenset[str]]:
    """For each property of a system, the names of the mutants in which it fails."""
    return {
        p.name: frozenset(m for m in mutants if p.name in found(mutants, m))
        for p in watched(system)
    }


def stated_sets(system: str, mutants: Mapping[str, Faulty]) -> dict[str, frozenset[str]]:
    """The same by the table, which is as good as the test of each mutant that it is exact."""
    return {
        p.name: frozenset(m for m, mutant in mutants.items() if p.name in mutant.fails)
        for p in watched(system)
    }


def sampled(mutants: Iterable[str]) -> list[ParameterSet]:
    """Every fourth mutant for each run, the others for the nightly one."""
    return [
        pytest.param(name, marks=() if place % EVERY == 0 else pytest.mark.slow)
        for place, name in enumerate(mutants)
    ]

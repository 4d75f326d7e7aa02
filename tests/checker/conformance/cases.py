"""Systems for the tests of conformance, and walks of them that stop at the first divergence."""

from __future__ import annotations

from collections.abc import Mapping

from checker.conformance.walk import Walk, walk
from model.config import Rules
from model.language import System
from model.systems import family
from properties.catalogue import known_ids
from tests.properties.planting import Fault, planted

IDS = known_ids()
WRITTEN: frozenset[str] = frozenset()


def scheduler(amendments: frozenset[str] = IDS, sizes: Mapping[str, int] | None = None) -> System:
    """The scheduler on `tiny`, with some of the sizes changed."""
    return family("scheduler").system("tiny", Rules(amendments, IDS), sizes)


def faulty_walk(fault: Fault | None, sizes: Mapping[str, int], states: int) -> Walk:
    """A walk beside a reference implementation with a fault; it ends with a level of states."""
    system = scheduler(sizes=sizes)
    with planted(fault):
        return walk(system, most=1, states=states)

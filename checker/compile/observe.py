"""Which bit of the observation masks says what.

Every source state has K 64-bit words of bits, set while it is expanded: about the state
itself (enabled, invariants, goals) or about a step out of it (undefined, limits, step
properties).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ENABLED = 0  # some choice passes every check
UNDEFINED = 1  # a step reaches something the text leaves undefined
OUTSIDE = 2  # an update leaves its range without a declared limit: a fault of the model builder
FIRST = 3

INVARIANT_KINDS = ("invariant",)
GOAL_KINDS = ("reachable", "recoverable")
STEP_KINDS = ("step",)


@dataclass(frozen=True, slots=True)
class Observations:
    """Names of invariants, goals, step properties and limits, numbered from FIRST on."""

    invariants: tuple[str, ...]
    goals: tuple[str, ...]
    steps: tuple[str, ...]
    limits: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All numbered names, in the order of their bits."""
        return self.invariants + self.goals + self.steps + self.limits

    @property
    def words(self) -> int:
        """Number of 64-bit words per state."""
        return (FIRST + len(self.names) + 63) // 64

    def limit_bit(self, name: str) -> int:
        """Bit of a limit."""
        start = FIRST + len(self.invariants) + len(self.goals) + len(self.steps)
        return start + self.limits.index(name)

    def state_bits(self) -> range:
        """Bits that are about the state itself: invariants violated, goals reached."""
        return range(FIRST, FIRST + len(self.invariants) + len(self.goals))

    def step_bits(self) -> range:
        """Bits of step properties violated."""
        start = self.state_bits().stop
        return range(start, start + len(self.steps))

    def limit_bits(self) -> range:
        """Bits of limits broken."""
        start = self.step_bits().stop
        return range(start, start + len(self.limits))

    def name(self, bit: int) -> str:
        """Name behind a numbered bit."""
        return self.names[bit - FIRST]


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Names in order of first mention."""
    return tuple(dict.fromkeys(names))

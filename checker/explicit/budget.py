"""What a search may use, and what it has used."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Budget:
    """Bounds of a search; 0 or None is no bound.

    `depth` is the last level to be generated, `seconds` of search, `memory` in bytes (tables,
    growth, levels, buffers).  A search that meets one ends undetermined, never successful.
    """

    states: int = 0
    depth: int | None = None
    seconds: float = 0.0
    memory: int = 0


class OutOfBudget(Exception):
    """The search stopped; the argument is the reason as a report says it."""


@dataclass(slots=True)
class Meter:
    """Counts memory by use and time since the start of the search."""

    budget: Budget
    started: float = field(default_factory=time.perf_counter)
    held: dict[str, int] = field(default_factory=dict)
    peak: int = 0

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.started

    def hold(self, what: str, size: int) -> None:
        """Set the bytes held for one use; refused beforehand if the sum passes the budget."""
        total = sum(v for k, v in self.held.items() if k != what) + size
        if self.budget.memory and total > self.budget.memory:
            raise OutOfBudget("memory")
        self.held[what] = size
        self.peak = max(self.peak, total)

    def more(self, what: str, size: int) -> None:
        """Add to (or, negative, take from) the bytes held for one use."""
        self.hold(what, self.held.get(what, 0) + size)

    def check_time(self) -> None:
        """Stop if the time is over."""
        if self.budget.seconds and self.seconds > self.budget.seconds:
            raise OutOfBudget("seconds")

"""A heartbeat for long work: which phase, how far, how fast.

Nothing is said in the first two seconds.  Afterwards a thread writes a line twice a second on a
terminal, overwriting itself, and every ten seconds elsewhere; it speaks in every phase, also in one
that reports no numbers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PATIENCE = 2.0
ON_TERMINAL, ELSEWHERE = 0.5, 10.0

Say = Callable[[str], None]


@dataclass
class Meter:
    """What is being done, for whoever asks.

    `counts` are the last numbers an engine gave: `states`, `steps`, `frontier`, `depth`.
    """

    title: str = ""
    phase: str = ""
    began: float = field(default_factory=time.monotonic)
    counts: dict[str, int] = field(default_factory=dict)
    _rate_from: tuple[float, int] = (0.0, 0)
    _rate: float = 0.0

    def enter(self, phase: str) -> None:
        """A new phase begins."""
        self.phase, self.began = phase, time.monotonic()
        self.counts = {}
        self._rate_from, self._rate = (self.began, 0), 0.0

    def update(self, **counts: int) -> None:
        """New numbers from an engine; called from its own thread, so nothing is printed here."""
        self.counts = {**self.counts, **counts}

    def line(self) -> str:
        """One line: title, phase, seconds, and the numbers there are."""
        now = time.monotonic()
        counts = self.counts
        parts = [f"{self.phase} {now - self.began:.0f} s"]
        if "states" in counts:
            since, before = self._rate_from
            if now - since >= 1:
                self._rate = (counts["states"] - before) / (now - since)
                self._rate_from = (now, counts["states"])
            parts.append(f"{grouped(counts['states'])} states")
            if self._rate:
                parts.append(f"{grouped(int(self._rate))}/s")
        parts += [f"{name} {grouped(n)}" for name, n in counts.items() if name != "states"]
        text = ", ".join(parts)
        return f"{self.title}: {text}" if self.title else text


def grouped(number: int) -> str:
    """A number with a space between groups of three digits."""
    return f"{number:,}".replace(",", " ")


@contextmanager
def heartbeat(meter: Meter, say: Say, *, every: float) -> Iterator[None]:
    """Say the meter's line again and again while the body runs, first after PATIENCE seconds."""
    finished = threading.Event()

    def beat() -> None:
        wait = PATIENCE
        while not finished.wait(wait):
            say(meter.line())
            wait = every

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()

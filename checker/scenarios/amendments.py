"""Which amendments a step hangs on: the scenario again, with each of them toggled.

A step hangs on an amendment if it passes under one of the two texts and fails under the other, or
fails under both and shows something else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .document import Scenario
from .errors import Refused
from .run import Result, Told, Word, run
from .text import AMENDMENTS, Text

BLOCKS_LIMIT = 400_000
"""Blocks that all reruns together may drive."""

RERUNS_LIMIT = 150
"""Sets of amendments that are tried; the last set found may be larger than needed."""


@dataclass(frozen=True, slots=True)
class Hang:
    """What changes the outcome of one step; each entry is a text in words."""

    place: str
    passes: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    unknown: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing changes the outcome."""
        return not (self.passes or self.fails or self.differs or self.unknown)


def hangs(result: Result) -> list[Hang]:
    """For each failing step of a result, and each passing one that hangs on something."""
    failing = [i for i, told in enumerate(result.steps) if told.word is Word.FAILED]
    if result.blocks * len(AMENDMENTS) > BLOCKS_LIMIT:
        why = f"not asked: the scenario again, {result.blocks} blocks for each amendment"
        return [Hang(result.steps[i].step.place, unknown=why) for i in failing]
    again = _Again(result.scenario, result.text)
    toggled = [(words, again.run(text)) for words, text in result.text.toggled()]
    found = []
    for i, told in enumerate(result.steps):
        hang = _hang(i, told, toggled)
        if told.word is Word.FAILED and not hang.passes:
            hang = replace(hang, passes=again.together(i))
        if told.word is Word.FAILED or not hang.empty:
            found.append(hang)
    return found


def _hang(i: int, told: Told, toggled: list[tuple[str, Result | None]]) -> Hang:
    lists: dict[str, list[str]] = {"passes": [], "fails": [], "differs": []}
    for words, result in toggled:
        if result is None or i >= len(result.steps):
            continue
        other = result.steps[i]
        if other.word is Word.PASSED and told.word is Word.FAILED:
            lists["passes"].append(words)
        elif other.word is Word.FAILED and told.word is Word.PASSED:
            lists["fails"].append(words)
        elif other.mismatches != told.mismatches:
            lists["differs"].append(words)
    passes, fails, differs = (tuple(found) for found in lists.values())
    return Hang(told.step.place, passes, fails, differs)


@dataclass
class _Again:
    """Reruns of one scenario, each text once; `found` are sets of amendments that helped."""

    scenario: Scenario
    text: Text
    known: dict[frozenset[str], Result | None] = field(default_factory=dict)
    found: list[frozenset[str]] = field(default_factory=list)

    def run(self, text: Text) -> Result | None:
        """The scenario under another text; None if it cannot be run under that."""
        try:
            return run(self.scenario, text)
        except Refused:
            return None

    def together(self, i: int) -> tuple[str, ...]:
        """A smallest set of missing amendments with which a step passes, if all of them do it.

        Smallest means that none can be left out; a set that helped an earlier step is taken again.
        """
        if self.text.amendments == AMENDMENTS or not self._passes(AMENDMENTS, i):
            return ()
        for found in self.found:
            if self._passes(self.text.amendments | found, i):
                return (_named(found),)
        needed = AMENDMENTS - self.text.amendments
        for name in sorted(needed):
            if self._passes(self.text.amendments | (needed - {name}), i):
                needed -= {name}
        self.found.append(needed)
        return (_named(needed),)

    def _passes(self, amendments: frozenset[str], i: int) -> bool:
        if amendments not in self.known:
            if len(self.known) >= RERUNS_LIMIT:
                return False
            text = Text(amendments, self.text.readings, self.text.variants)
            self.known[amendments] = self.run(text)
        result = self.known[amendments]
        return result is not None and i < len(result.steps) and result.steps[i].word is Word.PASSED


def _named(amendments: frozenset[str]) -> str:
    return f"with {' and '.join(sorted(amendments))}" + " together" * (len(amendments) > 1)

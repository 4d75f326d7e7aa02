"""What was found out about the text: every amendment with its verdicts and its trace, ranked.

All of it is data that the gate keeps true: the catalogue of amendments, the findings beside it, and
the expected results.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from properties.catalogue import HARMS
from properties.findings import DEAD, THEOREM, Claim, Finding

from . import proof_pins, subjects
from .expected import Expected, Pin, folder, load
from .gate import with_steps, without
from .space import AS_AMENDED, AS_WRITTEN, Space
from .verdict import Word

if TYPE_CHECKING:
    from properties.catalogue import Amendment

    from .proof_pins import Pinned

NOT_PINNED = "not pinned"
_LAST = 10**6


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What is pinned of one property: for the text as written, as amended, and in between."""

    property: str
    sentence: str
    written: Pin | None
    amended: Pin | None
    without: Pin | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """An amendment with what shows that it is needed; `verdicts` is None if nothing does."""

    amendment: Amendment
    verdicts: Verdicts | None

    @property
    def trace(self) -> str:
        """The file of the shortest trace, inside the folder of expected results; "" for none."""
        return _trace(self.verdicts.without) if self.verdicts else ""

    @property
    def steps(self) -> int | None:
        """How long that trace is."""
        pin = self.verdicts.without if self.verdicts else None
        return pin.steps if pin is not None and self.trace else None

    @property
    def rank(self) -> tuple[int, int, str]:
        """Safety before liveness before clarity, then the shortest trace."""
        length = _LAST if self.steps is None else self.steps
        return HARMS.index(self.amendment.harm), length, self.amendment.id


@dataclass(frozen=True)
class Known:
    """Everything that is pinned, for whoever writes about it."""

    expected: Expected = field(default_factory=lambda: load(folder()))
    proofs: Mapping[str, Pinned] = field(default_factory=lambda: proof_pins.load(folder()))
    where: Path = field(default_factory=folder)

    def ranked(self, kind: str) -> list[Shown]:
        """The amendments of a kind, the gravest first."""
        found = [self.shown(a) for a in subjects.amendments() if a.kind == kind]
        return sorted(found, key=lambda s: s.rank)

    def shown(self, a: Amendment) -> Shown:
        """One amendment with its verdicts."""
        if not a.refutes or a.system not in subjects.families():
            return Shown(a, None)
        between = self.expected.pin(without(a.id), a.refutes)[0]
        return Shown(a, self.verdicts(a.system, a.refutes, between))

    def verdicts(self, system: str, name: str, between: Pin | None = None) -> Verdicts:
        """What is pinned of a property at the smallest instance of its system."""
        first = next(iter(subjects.family(system).instances))
        [prop] = subjects.chosen(system, [name])
        written, amended = (
            self.expected.pins(Space(system, first, text)).get(name)
            for text in (AS_WRITTEN, AS_AMENDED)
        )
        return Verdicts(name, prop.sentence, written, amended, between)

    def evidence(self, shown_by: str) -> str:
        """What is known of one thing that a finding or a claim rests on, as Markdown."""
        if shown_by.startswith(THEOREM):
            return self.theorem(shown_by.removeprefix(THEOREM))
        if shown_by.startswith(DEAD):
            return f"`{shown_by.removeprefix(DEAD)}`, by `parascope coverage --dead`"
        system, _, name = shown_by.partition("/")
        v = self.verdicts(system, name)
        said = f"`{shown_by}`: as written {text_of(v.written)}, as amended {text_of(v.amended)}"
        trace = _trace(v.amended) or _trace(v.written)
        return said + (f" ([trace]({link(trace)}))" if trace else "")

    def theorem(self, name: str) -> str:
        """What is pinned of a theorem, with where it is told."""
        pin = self.proofs.get(name)
        verdict = pin.verdict if pin is not None else NOT_PINNED
        return f"[{name}](proofs.md#{name}): {verdict}"

    def claim(self, claim: Claim) -> list[str]:
        """What settles a claim, line by line."""
        return [
            *(self.evidence(name) for name in claim.properties),
            *(self.theorem(name) for name in claim.theorems),
        ]

    def finding(self, finding: Finding) -> list[str]:
        """What shows a finding, line by line."""
        return [self.evidence(name) for name in finding.shown_by]


def _trace(pin: Pin | None) -> str:
    """The trace of a refutation, "" if there is none."""
    return pin.trace if pin is not None and pin.word is Word.VIOLATED else ""


def text_of(pin: Pin | None) -> str:
    """A pinned verdict in words."""
    return with_steps(pin.verdict, pin.steps) if pin is not None else NOT_PINNED


def link(trace: str) -> str:
    """A trace as a page of `docs` links to it."""
    return f"../counterexamples/{trace}"


def rivals(expected: Expected) -> list[tuple[str, str, str, dict[str, Pin]]]:
    """Where exclusive sentences of the text come to different verdicts, all amendments in force.

    System and instance, variant, property, and the verdict under each alternative.
    """
    found = []
    for system, family in subjects.families().items():
        for instance in family.gated:
            for variant, values in family.variants.items():
                spaces = {v: _variant(system, instance, variant, v, values[0]) for v in values}
                for prop in subjects.properties(system):
                    pins = {v: expected.pins(s).get(prop.name) for v, s in spaces.items()}
                    there = {v: p for v, p in pins.items() if p is not None}
                    if len({(p.verdict, p.steps) for p in there.values()}) > 1:
                        found.append((f"{system} {instance}", variant, prop.name, there))
    return found


def _variant(system: str, instance: str, variant: str, value: str, default: str) -> Space:
    settings = () if value == default else ((variant, value),)
    return Space(system, instance, AS_AMENDED, settings)

"""The gate: every pinned space explored again, and every difference from what is pinned.

Beside the single results it re-establishes the theorem about the catalogue of amendments: with all
of them every property has a full verdict or a named reason (sufficient), and without any one repair
the property it is for is violated (necessary).
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from . import proof_pins, subjects, theorems
from .evidence import SUFFIX
from .expected import Counts, Expected, Pin
from .files import InputError, read_text
from .itf import format_itf
from .judging import steps
from .side_by_side import beginning
from .space import ALL, WITHOUT, Amended, Space
from .verdict import Verdict, Word, is_full, parse, worst

if TYPE_CHECKING:
    from .judging import Run
    from .ledger import Ledger
    from .progress import Meter
    from .smt.theorem import Proof

DIFFERENT = 33


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as pinned: where, what was expected and what was seen."""

    space: Space | None
    property: str
    expected: str
    seen: str

    @builtins.property
    def title(self) -> str:
        """Where: the space and the property, as far as there are any."""
        parts = [self.space.title] if self.space else []
        return ": ".join([*parts, *([self.property] if self.property else [])])


@dataclass
class Outcome:
    """What the gate came to.  `traces` are the names of the files that are pinned.

    `passed_over` are spaces that an earlier run found as pinned, one line for each.
    """

    runs: list[Run] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    necessary: list[str] = field(default_factory=list)
    sufficient: list[str] = field(default_factory=list)
    traces: frozenset[str] = frozenset()
    passed_over: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """33 if anything differs; a fault of the tool is worse."""
        codes = [DIFFERENT] if self.differences else [0]
        verdicts = [v for r in self.runs for v in r.verdicts] + theorems.verdicts(self.proofs)
        codes += [v.exit_code for v in verdicts if v.word is Word.ERROR]
        return worst(codes)


@dataclass(frozen=True)
class Selection:
    """Which of the pinned spaces: of these systems, at this instance (None: the everyday ones)."""

    systems: tuple[str, ...] = ()
    instance: str | None = None

    def __contains__(self, space: Space) -> bool:
        return space.system in self.chosen() and space.instance in self.instances_of(space.system)

    def chosen(self) -> list[str]:
        """The systems asked for that have the instance."""
        every = [n for n in subjects.families() if not self.systems or n in self.systems]
        return [n for n in every if self.instances_of(n)]

    def instances_of(self, system: str) -> tuple[str, ...]:
        """The instances of a system that are meant; none if it has none of that name."""
        family = subjects.family(system)
        if self.instance is None:
            return family.gated
        return (self.instance,) if self.instance in family.instances else ()

    @property
    def everyday(self) -> bool:
        """Whether the theorem is to be established: it lives on each system's first instance."""
        return self.instance is None


def gate(
    expected: Expected,
    where: Path,
    chosen: Selection,
    meter: Meter,
    *,
    jobs: int = 1,
    ledger: Ledger | None = None,
) -> Outcome:
    """Explore what is pinned and selected, compare, and re-establish the theorem.

    With a ledger, spaces that it has are passed over, and those found as pinned are added.
    """
    pieces = {s: ledger.done(s) if ledger else None for s in expected.spaces if s in chosen}
    spaces, runs = [s for s, piece in pieces.items() if piece is None], []
    with beginning(spaces, hints(spaces, expected), jobs, meter) as explore:
        proofs = proved(chosen, meter)
        for one in explore():
            runs.append(one)
            if ledger is not None and not compare(one, expected, where):
                ledger.add(one)
    outcome = settled(expected, where, chosen, runs, proofs)
    outcome.passed_over = [str(piece) for piece in pieces.values() if piece is not None]
    for name in chosen.chosen():
        if not any(space.system == name for space in pieces):
            nothing = f"nothing is pinned for {name} {' or '.join(chosen.instances_of(name))}"
            outcome.differences.append(Difference(None, name, "pinned results", nothing))
    return outcome


def proved(chosen: Selection, meter: Meter) -> list[Proof]:
    """The theorems about the selected systems, settled; all of them if no system is named."""
    if not chosen.everyday:
        return []
    asked = theorems.chosen(theorems.EVERYTHING)
    wanted = [t for t in asked if not chosen.systems or t.subject in chosen.systems]
    return theorems.settle(wanted, meter)


def settled(
    expected: Expected, where: Path, chosen: Selection, runs: list[Run], proofs: list[Proof]
) -> Outcome:
    """Compare what was explored and proved with what is pinned."""
    pins = (p for one in runs for p in expected.pins(one.space).values())
    outcome = Outcome(runs, proofs, traces=frozenset(p.trace for p in pins if p.trace))
    for one in outcome.runs:
        outcome.differences += compare(one, expected, where)
    outcome.differences += structure(expected, where, chosen)
    outcome.differences += of_theorems(proofs, where)
    theorem(outcome, expected, chosen)
    return outcome


def hints(spaces: Sequence[Space], expected: Expected) -> list[int]:
    """How many states are pinned for each space; 0 if none are."""
    pinned = (expected.spaces.get(space) for space in spaces)
    return [counts.states if counts else 0 for counts in pinned]


def counts(one: Run) -> Counts:
    """The counts of a run of the explicit engine."""
    x = one.exploration
    assert x is not None  # noqa: S101 - `explored` made it
    return Counts(x.states, x.steps, x.depth)


def compare(one: Run, expected: Expected, where: Path) -> list[Difference]:
    """All differences of one space."""
    space, seen = one.space, counts(one)
    found = []
    wanted = expected.spaces.get(space)
    if wanted != seen:
        found.append(Difference(space, "", str(wanted or "not pinned"), str(seen)))
    for v in one.verdicts:
        pin, own = expected.pin(space, v.property)
        found += [Difference(space, v.property, a, b) for a, b in _of_verdict(v, pin, own=own)]
        if pin is not None and own and v.trace is not None:
            found += _of_trace(one, v, pin, where)
    known = {v.property for v in one.verdicts}
    found += [
        Difference(space, name, pin.verdict, "there is no such property")
        for name, pin in expected.pins(space).items()
        if name not in known
    ]
    return found


def _of_verdict(v: Verdict, pin: Pin | None, *, own: bool) -> Iterable[tuple[str, str]]:
    """What differs between a verdict and its pin: pairs of expected and seen."""
    if v.confirmed is False:
        yield "confirmed on the reference implementation", v.note
    if v.word is Word.ERROR:
        yield pin.verdict if pin else "a verdict", v.text
    elif pin is None:
        yield "not pinned", with_steps(v.text, v.length)
    elif (pin.verdict, pin.steps) != (v.text, v.length):
        inherited = "" if own else ", as with all amendments"
        yield with_steps(pin.verdict, pin.steps) + inherited, with_steps(v.text, v.length)


def with_steps(verdict: str, length: int | None) -> str:
    """A verdict with the length of its trace, if it has one."""
    return verdict if length is None else f"{verdict} in {steps(length)}"


def _of_trace(one: Run, v: Verdict, pin: Pin, where: Path) -> Iterable[Difference]:
    """The pinned trace has the same bytes as the one found."""
    if not pin.trace:
        yield Difference(one.space, v.property, "no trace is pinned", f"a trace of {v.extent}")
        return
    assert v.trace is not None  # noqa: S101 - the caller asked
    try:
        kept = read_text(where / pin.trace)
    except InputError as error:
        yield Difference(one.space, v.property, f"the trace {pin.trace}", error.problem)
        return
    found = format_itf(v.trace, one.system)
    if kept != found:
        line = _first_difference(kept, found)
        yield Difference(
            one.space, v.property, f"the trace {pin.trace}", f"another from line {line}"
        )


def _first_difference(a: str, b: str) -> int:
    lines = zip(a.splitlines(), b.splitlines(), strict=False)
    same = next((i for i, (x, y) in enumerate(lines, 1) if x != y), None)
    return same or min(len(a.splitlines()), len(b.splitlines())) + 1


def structure(expected: Expected, where: Path, chosen: Selection) -> list[Difference]:
    """What is wrong with the pins themselves, before anything is explored."""
    found = [Difference(None, "expected.toml", text, "no such thing") for text in expected.stale]
    for space, pins in expected.results.items():
        if space not in chosen:
            continue
        if space not in expected.spaces:
            found.append(
                Difference(space, "", "results are pinned", "its counts are not: no [[space]]")
            )
        if space.amended.mode == ALL and not space.settings:
            found += [Difference(space, n, a, b) for n, p in pins.items() for a, b in _unfounded(p)]
    pinned = {pin.trace for pins in expected.results.values() for pin in pins.values()}
    for path in sorted(where.rglob(f"*{SUFFIX}")):
        name = path.relative_to(where).as_posix()
        if name not in pinned:
            found.append(Difference(None, name, "a trace of some result", "no result pins it"))
    return found


def of_theorems(proofs: Sequence[Proof], where: Path) -> list[Difference]:
    """Every theorem that is not as pinned, and every pin that settles nothing."""
    if not proofs:
        return []
    pinned = proof_pins.load(where)
    found = [*proof_pins.compare(proofs, pinned), *proof_pins.unsettled(pinned.values())]
    return [Difference(None, one.name, one.expected, one.seen) for one in found]


def _unfounded(pin: Pin) -> Iterable[tuple[str, str]]:
    """Why a verdict may not be pinned for the text as amended."""
    word, detail = parse(pin.verdict)
    if word is Word.VIOLATED:
        yield "no refutation of the text as amended", f"{pin.verdict} is pinned"
    elif not is_full(word, detail) and not pin.reason:
        yield "a full verdict, or a reason why not", f"{pin.verdict} is pinned"


def theorem(outcome: Outcome, expected: Expected, chosen: Selection) -> None:
    """With all amendments everything is settled, and without any one repair something fails."""
    if not chosen.everyday:
        return
    for system in chosen.chosen():
        space = Space(system, chosen.instances_of(system)[0])
        missing = [
            p.name for p in subjects.properties(system) if p.name not in expected.pins(space)
        ]
        if missing:
            names = ", ".join(missing)
            outcome.differences.append(
                Difference(space, "", "every property pinned", f"not: {names}")
            )
        elif not any(d.space == space for d in outcome.differences):
            outcome.sufficient.append(system)
    seen = {(r.space, v.property): v for r in outcome.runs for v in r.verdicts}
    for repair in subjects.amendments():
        if not repair.refutes or repair.system not in chosen.chosen():
            continue
        space = without(repair.id)
        verdict = seen.get((space, repair.refutes))
        if verdict is not None and verdict.word is Word.VIOLATED:
            outcome.necessary.append(repair.id)
            continue
        found = verdict.text if verdict is not None else "no such result is pinned"
        wanted = f"VIOLATED: the {repair.kind} {repair.id} is for it"
        outcome.differences.append(Difference(space, repair.refutes, wanted, found))


def without(amendment: str) -> Space:
    """The space that shows a repair to be necessary: all amendments but this one, or its group."""
    known = {a.id: a for a in subjects.amendments()}
    repair = known[amendment]
    group = [
        a.id
        for a in known.values()
        if repair.alternatives and a.alternatives == repair.alternatives
    ]
    system = subjects.family(repair.system)
    ids = tuple(sorted(group or [amendment]))
    return Space(repair.system, next(iter(system.instances)), Amended(WITHOUT, ids))

"""`gate --update`: explore what ought to be pinned, write it down, and say what changed.

Pinned are, for each selected system: the text as amended, the text as written, every variant, what
is left without each repair, and whatever else is pinned already.  A reason that was written by hand
is kept as long as the word it excuses is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from . import proof_pins, subjects, theorems
from .evidence import file_name, write
from .expected import FILE, Expected, Pin, order, to_text
from .files import write_text
from .gate import Selection, counts, hints, proved, with_steps, without
from .side_by_side import beginning
from .space import AS_AMENDED, AS_WRITTEN, NONE, WITHOUT, Space
from .verdict import Verdict, Word

if TYPE_CHECKING:
    from .judging import Run
    from .progress import Meter
    from .smt.theorem import Proof


@dataclass
class Update:
    """What an update did: the new pins, the runs, a line for each change."""

    expected: Expected
    runs: list[Run] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


def update(old: Expected, where: Path, chosen: Selection, meter: Meter, jobs: int = 1) -> Update:
    """Explore, then write traces, then the file that names them, then drop traces nobody names."""
    spaces = sorted(set(planned(chosen)) | {s for s in old.spaces if s in chosen}, key=order)
    with beginning(spaces, hints(spaces, old), jobs, meter) as explore:
        proofs = proved(chosen, meter)
        runs = [one for one in explore() if not _same_as_amended(one)]
    new = Expected()
    for space in sorted(old.spaces, key=order):
        if space not in chosen:
            new.spaces[space], new.results[space] = old.spaces[space], old.pins(space)
    for one in sorted(runs, key=lambda r: order(r.space)):
        _pin(one, old, new, where)
    _drop(old, new, where)
    write_text(where / FILE, to_text(new))
    changes = [*_changes(old, new), *_pin_proofs(proofs, where)]
    return Update(new, runs, proofs, changes)


def _pin_proofs(proofs: list[Proof], where: Path) -> list[str]:
    """Write down what the theorems came to; a line for each that was pinned as something else."""
    if not proofs:
        return []
    old = proof_pins.load(where) if (where / proof_pins.FILE).exists() else {}
    new = {proof.theorem.name: proof_pins.pin(proof) for proof in proofs}
    changes = [
        f"{one.name}: {one.expected} -> {one.seen}" for one in proof_pins.compare(proofs, old)
    ]
    known = [t.name for t in theorems.chosen(theorems.EVERYTHING)]
    kept = {**old, **new}
    proof_pins.write(where, [kept[name] for name in known if name in kept])
    return changes


def planned(chosen: Selection) -> Iterator[Space]:
    """The spaces that the catalogue asks for."""
    for name in chosen.chosen():
        subject, instances = subjects.family(name), chosen.instances_of(name)
        for instance in instances:
            yield Space(name, instance, AS_AMENDED)
        if not chosen.everyday:
            continue
        for instance, (variant, values) in product(instances, subject.variants.items()):
            yield from (Space(name, instance, AS_AMENDED, ((variant, v),)) for v in values[1:])
        yield Space(name, instances[0], AS_WRITTEN)
        for amendment in subjects.amendments():
            if amendment.refutes and amendment.system == name:
                yield without(amendment.id)


def _same_as_amended(one: Run) -> bool:
    """Whether a text as written is the text as amended, as no amendment was asked for."""
    asked = getattr(one.system.cfg, "asked", None)
    return one.space.amended.mode == NONE and asked is not None and not asked


def _pin(one: Run, old: Expected, new: Expected, where: Path) -> None:
    """Pin one run; without some amendments only what differs from the text as amended."""
    space = one.space
    new.spaces[space] = counts(one)
    pins = new.results.setdefault(space, {})
    for v in one.verdicts:
        inherited, own = new.pin(space, v.property)
        same = inherited is not None and (inherited.verdict, inherited.steps) == (v.text, v.length)
        if v.word is Word.ERROR or (not own and same):
            continue
        trace = ""
        if v.trace is not None:
            trace = file_name(space, v.property)
            write(v.trace, one.system, where, trace)
        pins[v.property] = Pin(v.text, v.length, trace, _reason(v, old.pins(space).get(v.property)))


def _reason(v: Verdict, before: Pin | None) -> str:
    return before.reason if before is not None and before.word is v.word else ""


def _drop(old: Expected, new: Expected, where: Path) -> None:
    """Remove the trace files that only the old pins name."""
    kept = set(_traces(new))
    for name in sorted(set(_traces(old)) - kept):
        (where / name).unlink(missing_ok=True)


def _traces(expected: Expected) -> Iterable[str]:
    return (p.trace for pins in expected.results.values() for p in pins.values() if p.trace)


def _changes(old: Expected, new: Expected) -> Iterator[str]:
    """A line for each count and verdict that is new, gone or another."""
    for space in sorted({*old.spaces, *new.spaces}, key=order):
        before, after = old.spaces.get(space), new.spaces.get(space)
        if before != after:
            yield f"{space.title}: {before or 'not pinned'} -> {after or 'not pinned'}"
        pins, others = old.pins(space), new.pins(space)
        for name in dict.fromkeys((*pins, *others)):
            a, b = _said(pins.get(name), space), _said(others.get(name), space)
            if a != b:
                yield f"{space.title}: {name}: {a} -> {b}"
    yield from (f"dropped {text}" for text in old.stale)


def _said(pin: Pin | None, space: Space) -> str:
    if pin is None:
        return "as with all amendments" if space.amended.mode == WITHOUT else "not pinned"
    return with_steps(pin.verdict, pin.steps)

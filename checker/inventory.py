"""What there is to check, and how large a system is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

from model.language.types import Array, Record, Scalar, Seq, Type

from . import subjects, theorems
from .progress import grouped

if TYPE_CHECKING:
    from model.language import System, Transition
    from model.systems import Family
    from properties.catalogue import Amendment
    from properties.kinds import Property
    from properties.theorem import Theorem

    from .space import Space

_WIDTH = 100


def everything() -> Iterator[str]:
    """All systems in short, the four questions first; then all amendments."""
    known = subjects.families()
    yield "questions"
    width = max(len(name) for name in subjects.GROUPS)
    for question, systems in subjects.GROUPS.items():
        there = [name for name in systems if name in known]
        number = len(theorems.chosen(question))
        there += [f"{number} theorems for all sizes"] if number else []
        yield f"  {question:<{width}}  {', '.join(there) if there else 'not modelled yet'}"
    for subject in known.values():
        yield ""
        yield from _short(subject)
    yield ""
    yield from _topics()
    yield ""
    yield from _amendments(subjects.amendments())
    yield ""
    yield "more: parascope list SYSTEM, parascope describe SYSTEM, parascope explain NAME"


def one(system: str) -> Iterator[str]:
    """One system: instances, variants, properties and theorems with their sentences."""
    if system in subjects.GROUPS and system not in subjects.families():
        yield from _question(system)
        return
    proved = [t for t in subjects.theorems() if t.subject == system]
    if not proved or system in subjects.families():
        yield from _system(subjects.family(system))
    if proved:
        yield ""
        yield from _theorems(proved)


def _question(name: str) -> Iterator[str]:
    """The systems and theorems that answer a question."""
    for system in subjects.members(name):
        yield from _short(subjects.family(system))
        yield ""
    if theorems.is_subject(name):
        yield from _theorems(theorems.chosen(name))


def _system(subject: Family) -> Iterator[str]:
    yield from _head(subject)
    for name, sizes in subject.instances.items():
        text = f"  instance  {name}: {', '.join(f'{size} {n}' for size, n in sizes.items())}"
        yield from wrap(text, _WIDTH, subsequent_indent=" " * 12)
    for name, values in subject.variants.items():
        yield f"  variant   {name}: {', '.join(values)}  [default: {values[0]}]"
    yield ""
    yield from _properties(subjects.properties(subject.name))
    own = [a for a in subjects.amendments() if a.system == subject.name]
    if own:
        yield ""
        yield from _amendments(own)


def _head(subject: Family) -> Iterator[str]:
    place = f"  {subject.section}" if subject.section else ""
    yield f"{subject.name}{place}"
    yield f"  {subject.summary}"


def _short(subject: Family) -> Iterator[str]:
    yield from _head(subject)
    yield f"  instances   {', '.join(subject.instances)}"
    for name, values in subject.variants.items():
        yield f"  variant     {name}: {', '.join(values)}"
    number = len(subjects.stated(subject.name))
    yield f"  properties  {number}, and {len(subjects.BUILTINS)} built in"


def _properties(properties: Iterable[Property]) -> Iterator[str]:
    found = list(properties)
    kinds = max(len(p.kind) for p in found)
    names = max(len(p.name) for p in found)
    yield "properties"
    for p in found:
        yield f"  {p.kind:<{kinds}}  {p.name:<{names}}  {p.token}".rstrip()
        yield f"  {'':<{kinds}}  {p.sentence}"


def _topics() -> Iterator[str]:
    """How many theorems there are, by what they are about."""
    counts = Counter(t.subject for t in subjects.theorems())
    yield "theorems for all sizes"
    yield f"  {', '.join(f'{subject} {number}' for subject, number in counts.items()) or 'none'}"


def _theorems(theorems: Iterable[Theorem]) -> Iterator[str]:
    yield "theorems for all sizes: parascope prove SYSTEM --engine parametric"
    for t in theorems:
        yield f"  {t.name}  {t.token}"
        yield from wrap(t.sentence, _WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 4)


def _amendments(amendments: Iterable[Amendment]) -> Iterator[str]:
    found = list(amendments)
    yield "amendments"
    if not found:
        yield "  none"
        return
    width = max(len(a.id) for a in found)
    for a in found:
        yield f"  {a.kind:<7}  {a.id:<{width}}  {a.token}".rstrip()


def description(space: Space) -> Iterator[str]:
    """The size of a system: its state, and of each action checks, limits and choices."""
    system = space.build()
    yield space.title
    sizes = f"sizes: {', '.join(f'{name} {n}' for name, n in space.sizes().items())}"
    yield from wrap(sizes, _WIDTH, subsequent_indent=" " * 7)
    yield ""
    yield from _state(system)
    yield ""
    yield "actions"
    for transition in (system.initial, *system.transitions):
        yield from _action(transition, initial=transition is system.initial)
    if system.cuts:
        yield f"cut at: {', '.join(sorted(system.cuts))}"


def _state(system: System) -> Iterator[str]:
    bits = sum((leaf.high - leaf.low).bit_length() for leaf in system.leaves)
    size = math.prod(leaf.high - leaf.low + 1 for leaf in system.leaves)
    yield f"state: {len(system.leaves)} leaves, {bits} bits, {_about(size)} values"
    width = max((len(name) for name in system.storage), default=0)
    for name, kind in system.storage.items():
        leaves = list(kind.leaves(name, name))
        own = sum((scalar.high - scalar.low).bit_length() for _, _, scalar in leaves)
        yield f"  {name:<{width}}  {own:>3} bits  {kind}"


def _action(transition: Transition, *, initial: bool) -> Iterator[str]:
    action = transition.action
    facts = [part for part in (action.token, action.actor) if part]
    facts += ["initial"] if initial else []
    facts += [f"{action.fair} fairness"] if action.fair else []
    yield f"  {action.name}  {', '.join(facts)}".rstrip()
    if transition.choices:
        product = math.prod(values(kind) for kind in action.choices.values())
        kinds = ", ".join(f"{name}: {kind}" for name, kind in action.choices.items())
        yield f"    choices    {grouped(product)}  ({kinds})"
    for word, labels in (
        ("checks", [check.label for check in transition.checks]),
        ("limits", [limit.name for limit in transition.limits]),
        ("undefined", [place.what for place in transition.undefined]),
    ):
        for number, label in enumerate(dict.fromkeys(labels)):
            yield f"    {'' if number else word:<11}{label}"


def values(kind: Type) -> int:
    """How many canonical values a type has."""
    if isinstance(kind, Scalar):
        return int(kind.high - kind.low + 1)
    if isinstance(kind, Record):
        return math.prod(values(field) for field in kind.fields.values())
    if isinstance(kind, Array):
        return int(values(kind.element) ** kind.index.n)
    if isinstance(kind, Seq):
        return int(sum(values(kind.element) ** n for n in range(kind.capacity + 1)))
    msg = f"a type without a number of values: {kind}"
    raise TypeError(msg)


def _about(number: int) -> str:
    """A number in full, or its power of ten."""
    most = 10**9
    return grouped(number) if number < most else f"about 10^{len(str(number)) - 1}"

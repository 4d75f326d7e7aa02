"""What of the text has no effect, found by machine in the models of its systems.

`unset`     a variable that keeps its first value, zero, in every reachable state;
`unread`    a variable that no later step reads: `checker.dead_reads`;
`check`     a check that refuses nothing alone: in no reachable state and for no choice do all other
            checks of the action pass and this one fail;
`uncalled`  a routine that no action of any system calls: `checker.dead_routines`.

Judged is the text as amended, at the smallest instance, with every default variant.  Each item is
accounted for in `properties/findings.toml`, or excused in `properties/dead.toml`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import z3

from model.language.action import Check, Transition
from model.language.terms import Term
from properties.findings import DEAD, excuses, findings
from properties.kinds import Property

from . import dead_reads, dead_routines, subjects
from .session import reason
from .space import Space
from .subjects import UsageError

if TYPE_CHECKING:
    from model.language import System

UNSET, UNREAD, CHECK, UNCALLED = "unset", "unread", "check", "uncalled"
MEANINGS = {
    UNSET: "keeps its first value in every reachable state",
    UNREAD: "no later step reads it",
    CHECK: "refuses nothing that the other checks of its action let pass",
    UNCALLED: "no action of any system calls it",
}


@dataclass(frozen=True, slots=True)
class Dead:
    """A dead item: of which system and kind, and its name."""

    system: str
    kind: str
    name: str

    @property
    def item(self) -> str:
        """The item as findings and excuses name it."""
        return f"{self.system}/{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class Judged:
    """What is dead in a system; `extent` says in how much of it that was looked for.

    `undecided` is empty, or why the search ended before it could say.
    """

    system: str
    dead: tuple[Dead, ...]
    extent: str
    undecided: str = ""

    @property
    def unaccounted(self) -> list[str]:
        """Items that are neither a finding nor excused."""
        known = {*accounted(), *excused()}
        return [d.item for d in self.dead if d.item not in known]

    @property
    def alive(self) -> list[str]:
        """Items that are a finding or excused, and not dead."""
        found = {d.item for d in self.dead}
        named = [*accounted(), *excused()]
        return [n for n in named if n.startswith(f"{self.system}/") and n not in found]


def differences(judged: Iterable[Judged]) -> list[str]:
    """What is dead and not accounted for, and what is accounted for and not dead."""
    found = [f"{name}: findings or excuses speak of it, and no such system" for name in strangers()]
    for one in judged:
        found += [f"{item}: dead, and neither a finding nor excused" for item in one.unaccounted]
        found += [f"{item}: a finding or excused, and not dead" for item in one.alive]
    return found


def told(one: Judged) -> Iterator[str]:
    """The dead items of a system as lines, each with what accounts for it."""
    yield f"{one.system}: {one.extent}"
    if one.undecided:
        yield f"  undetermined({one.undecided})"
        return
    known = accounted()
    for dead in one.dead:
        why = f"finding {known[dead.item]}" if dead.item in known else excused().get(dead.item, "")
        yield f"  {'dead' if why else 'DEAD'}  {dead.item}: {MEANINGS[dead.kind]}"
        yield from ([f"        {why}"] if why else [])
    if not one.dead:
        yield "  nothing is dead"


def with_text() -> list[str]:
    """The systems that are models of the text; a benchmark is not."""
    return [name for name, family in subjects.families().items() if family.section]


def accounted() -> dict[str, str]:
    """Item -> the finding that speaks of it."""
    return {
        name.removeprefix(DEAD): finding.id
        for finding in findings()
        for name in finding.shown_by
        if name.startswith(DEAD)
    }


def excused() -> dict[str, str]:
    """Item -> why it is none of the text's faults."""
    return {item: excuse.why for excuse in excuses() for item in excuse.item}


def strangers() -> list[str]:
    """Findings and excuses about items of no system."""
    named = [*accounted(), *excused()]
    return [n for n in named if n.partition("/")[0] not in with_text()]


def judge(name: str) -> Judged:
    """What is dead in a system.  Raises UsageError for one without a text."""
    if name not in with_text():
        raise UsageError(f"{name} is no model of the text: nothing of it can be dead text")
    space = Space(name, next(iter(subjects.family(name).instances)))
    system, _ = dead_routines.built(name)
    checks, unset, stopped, states = _explored(system)
    remembered = subjects.family(name).remembered
    unread = [p for p in _unread(name) if p not in unset]
    dead = [
        *(Dead(name, UNSET, path) for path in unset if not remembered & _above(path)),
        *(Dead(name, UNREAD, path) for path in unread if not remembered & _above(path)),
        *(Dead(name, CHECK, check) for check in checks),
        *(Dead(name, UNCALLED, routine) for routine in dead_routines.uncalled(name)),
    ]
    extent = f"{space.title}, {states} states"
    return Judged(name, () if stopped else tuple(dead), extent, stopped)


def _above(path: str) -> frozenset[str]:
    """A path and the variable that it belongs to."""
    return frozenset({path, path.partition(".")[0]})


def _unread(name: str) -> list[str]:
    """What nothing reads, neither in this system nor in another that has it, too."""
    elsewhere = set().union(*(_reads(other)[1] for other in with_text()))
    return [path for path in _reads(name)[0] if path not in elsewhere]


@cache
def _reads(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The paths of a system that nothing reads, and those that something does."""
    system, _ = dead_routines.built(name)
    unread = tuple(dead_reads.unread(system))
    return unread, frozenset(dead_reads.paths(system)) - set(unread)


def _explored(system: System) -> tuple[list[str], list[str], str, int]:
    """Checks that never refuse alone, variables that stay zero, why it stopped, states."""
    from .explicit.explore import explore

    probes = [probe for t in system.transitions for probe in _probes(system, t)]
    probed = copy.copy(system)
    probed.transitions = (*system.transitions, *probes)
    goals = {path: _goal(system, path) for path in dead_reads.paths(system)}
    x = explore(probed, [], watched=goals.values())
    checks = [p.action.name for p in probes if not x.per_action.get(p.action.name)]
    unset = [path for path, goal in goals.items() if goal.name not in x.noticed]
    return checks, unset, reason(x.stopped), x.states


def _probes(system: System, t: Transition) -> Iterable[Transition]:
    """A step for each check of an action, possible where that check alone refuses; it stays."""
    own = [leaf.var for leaf in system.leaves]
    for label in dict.fromkeys(check.label for check in t.checks):
        alone = _alone(t.checks, label)
        action = copy.copy(t.action)
        action.name = f"{t.action.name}.{label}"
        yield Transition(action, t.choices, (*t.domain, *alone), (), tuple(own), (), ())


def _alone(checks: Sequence[Check], label: str) -> list[z3.BoolRef]:
    """That the checks of a name fail, and all others pass."""
    others = [check.holds for check in checks if check.label != label]
    return [*others, z3.Not(z3.And(*(c.holds for c in checks if c.label == label)))]


def _goal(system: System, path: str) -> Property:
    """That a variable, or an entry of it, is something else than zero."""
    zero = dict(zip((leaf.name for leaf in system.leaves), system.zero, strict=True))
    parts: list[Any] = [
        leaf.var if leaf.boolean else leaf.var != zero[leaf.name]
        for leaf in system.leaves
        if leaf.path == path
    ]
    term = z3.Or(*parts)
    return Property("reachable", f"{path} is set", "", "It is set.", lambda _s: Term(term, None))

"""The plainest search there is: breadth first, one step at a time, on plain values only.

No terms, no compiler, no table: what it counts and decides is what every engine has to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from model.language import System, Transition
from properties.kinds import Property
from tests.agreement import naive_liveness

DEADLOCK_FREE, WELL_DEFINED = "deadlock_free", "well_defined"
BUILTINS = tuple(
    Property("builtin", name, "", "A step is possible, and defined.", lambda _s: True)
    for name in (DEADLOCK_FREE, WELL_DEFINED)
)

State = tuple[int, ...]


@dataclass
class Found:
    """Counts of complete levels, lengths of shortest traces by property, and why it ended.

    The length of a lasso is here that of its stem.  Has the fields of an engine's `Exploration`
    that the two are compared by.
    """

    states: int = 0
    steps: int = 0
    depth: int = 0
    per_depth: list[int] = field(default_factory=list)
    per_action: dict[str, int] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    cuts_hit: tuple[str, ...] = ()
    stopped: str = ""
    undecided: dict[str, str] = field(default_factory=dict)


def search(
    system: System, properties: Iterable[Property], *, depth: int | None = None, most: int = 0
) -> Found:
    """Visit the states level by level, down to `depth` if given.

    With `most`, levels that would bring the states over that number are left out, as if
    `depth` had been the last level within it: the first `Found.depth` to ask an engine for.
    """
    return _Search(system, list(properties), depth, most).run()


class _Search:
    def __init__(
        self, system: System, properties: list[Property], depth: int | None, most: int
    ) -> None:
        self.system, self.properties, self.last, self.most = system, properties, depth, most
        self.found = Found(per_action={t.action.name: 0 for t in system.transitions})
        self.choices = [(t, list(system.choices(t))) for t in system.transitions]
        self.limits = list(
            dict.fromkeys(x.name for t in (system.initial, *system.transitions) for x in t.limits)
        )
        self.broken: set[str] = set()
        self.after: dict[State, set[State]] = {}
        self.moves: dict[State, set[tuple[str, State]]] = {}
        self.beyond: dict[State, set[str]] = {}
        self.ends: set[State] = set()

    def run(self) -> Found:
        level = self._start()
        known = set(level)
        while level and not self.found.stopped:
            self.found.per_depth.append(len(level))
            depth = len(self.found.per_depth) - 1
            self._states(level, depth)
            before = self._kept()
            if self.last == depth:
                self._deadlocks(level, depth)
                self.found.stopped = "depth"
                break
            following = self._expand(level, depth) - known
            if self.most and len(known) + len(following) > self.most:
                self._forget(before)
                self.found.stopped = "depth"
                break
            known |= following
            self._stop_at_limits()
            if self.found.stopped and following:
                self.found.per_depth.append(len(following))
            level = sorted(following)
        self.found.states = sum(self.found.per_depth)
        self.found.depth = max(0, len(self.found.per_depth) - 1)
        self._recoverable()
        self._promises()
        self.found.cuts_hit = tuple(x for x in self.limits if x in self.broken & self.system.cuts)
        return self.found

    def _kept(self) -> tuple[Any, ...]:
        """What is known before a level is expanded."""
        found = self.found
        return found.steps, dict(found.per_action), dict(found.lengths), set(self.broken)

    def _forget(self, before: tuple[Any, ...]) -> None:
        """As if the level had been the last: of what its steps showed, only deadlocks count."""
        stuck = {k: v for k, v in self.found.lengths.items() if k == DEADLOCK_FREE}
        self.found.steps, self.found.per_action, lengths, self.broken = before
        self.found.lengths = {**stuck, **lengths}

    def _start(self) -> list[State]:
        level = set()
        for _, outcome in self.system.initial_states():
            if outcome.undefined:
                self._note(WELL_DEFINED, 0)
            if outcome.limit:
                self.broken.add(outcome.limit)
            if outcome.state is not None:
                level.add(outcome.state)
        self._stop_at_limits()
        if self.found.stopped and level:
            self.found.per_depth.append(len(level))
        return sorted(level)

    def _note(self, name: str, length: int) -> None:
        if any(p.name == name for p in self.properties):
            self.found.lengths.setdefault(name, length)

    def _stop_at_limits(self) -> None:
        ends = [x for x in self.limits if x in self.broken - self.system.cuts]
        if ends:
            self.found.stopped = f"limit: {ends[0]}"

    def _states(self, level: Sequence[State], depth: int) -> None:
        """Invariants and goals of every state of a level."""
        for prop in self.properties:
            if prop.kind in {"invariant", "reachable"} and prop.name not in self.found.lengths:
                wanted = prop.kind == "reachable"
                if any(self.system.holds(prop, s) == wanted for s in level):
                    self.found.lengths[prop.name] = depth

    def _expand(self, level: Sequence[State], depth: int) -> set[State]:
        """All steps out of a level: counted, and their ends returned."""
        steps = [p for p in self.properties if p.kind == "step"]
        following = set()
        for before in level:
            self.after[before] = set()
            self.moves[before], self.beyond[before] = set(), set()
            taken = [
                self._take(t, before, chosen, depth)
                for t, choices in self.choices
                for chosen in choices
            ]
            if not any(taken):
                self.ends.add(before)
                self._note(DEADLOCK_FREE, depth)
            following |= self.after[before]
            for prop in [p for p in steps if p.name not in self.found.lengths]:
                if not all(self.system.holds(prop, before, s) for s in self.after[before]):
                    self.found.lengths[prop.name] = depth + 1
        return following

    def _take(self, transition: Transition, before: State, chosen: State, depth: int) -> bool:
        """One step, wherever it leads; returns whether the checks let it pass."""
        x = self.system.run(transition, before, chosen)
        if x.outside or x.refused:
            return False
        if x.undefined:
            self._note(WELL_DEFINED, depth + 1)
        elif x.limit:
            self.broken.add(x.limit)
            self.beyond[before].add(transition.action.name)
        elif x.state is not None:
            self.found.steps += 1
            self.found.per_action[transition.action.name] += 1
            self.after[before].add(x.state)
            self.moves[before].add((transition.action.name, x.state))
        return True

    def _deadlocks(self, level: Sequence[State], depth: int) -> None:
        """States of the last level from which no step is possible; nothing else is counted."""
        for before in level:
            outcomes = (
                self.system.run(t, before, c) for t, choices in self.choices for c in choices
            )
            if all(x.outside or x.refused for x in outcomes):
                self._note(DEADLOCK_FREE, depth)

    def _recoverable(self) -> None:
        """Goals that some state has no way to; cut steps might have led there."""
        goals = [p for p in self.properties if p.kind == "recoverable"]
        depths = {}
        if self.found.stopped:
            self.found.undecided = {p.name: self.found.stopped for p in goals}
            return
        frontier, depth = self._start(), 0
        while frontier:
            depths.update((s, depth) for s in frontier)
            frontier = [s for s in {t for s in frontier for t in self.after[s]} if s not in depths]
            depth += 1
        for prop in goals:
            good = {s for s in self.after if self.system.holds(prop, s)}
            while True:
                more = {s for s in self.after if s not in good and self.after[s] & good}
                if not more:
                    break
                good |= more
            lost = [depths[s] for s in self.after if s not in good]
            if lost and self.broken & self.system.cuts:
                self.found.undecided[prop.name] = self._cut()
            elif lost:
                self.found.lengths[prop.name] = min(lost)

    def _promises(self) -> None:
        """What comes on every fair run; the length of a lasso is that of its stem."""
        promised = [p for p in self.properties if p.kind == "leads_to"]
        if self.found.stopped:
            self.found.undecided |= {p.name: self.found.stopped for p in promised}
            return
        steps = naive_liveness.Steps(
            frozenset(self._start()),
            {s: frozenset(moves) for s, moves in self.moves.items()},
            {s: frozenset(names) for s, names in self.beyond.items()},
            frozenset(self.ends),
        )
        for prop in promised:
            length = naive_liveness.stem(self.system, prop, steps)
            if length is not None:
                self.found.lengths[prop.name] = length
            elif self.broken & self.system.cuts:
                self.found.undecided[prop.name] = self._cut()

    def _cut(self) -> str:
        """Why a question stays open whose answer may lie past a cut."""
        return "cut: " + ", ".join(x for x in self.limits if x in self.broken & self.system.cuts)


def words(system: System, properties: Iterable[Property], found: Found) -> dict[str, str]:
    """The verdict on each property as a report says it, from a search's result."""
    cuts = f"cut: {', '.join(found.cuts_hit)}" if found.cuts_hit else ""
    return {p.name: _word(p, found, cuts) for p in properties}


def _word(prop: Property, found: Found, cuts: str) -> str:
    if prop.name in found.lengths:
        return "reached" if prop.kind == "reachable" else "VIOLATED"
    if found.stopped:
        return f"undetermined({found.stopped})"
    if prop.name in found.undecided:
        return f"undetermined({found.undecided[prop.name]})"
    if prop.kind == "reachable":
        return f"undetermined({cuts})" if cuts else "UNREACHED"
    return f"holds({cuts})" if cuts else "holds"

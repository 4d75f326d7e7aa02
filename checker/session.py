"""One space explored for all its properties at once, and what that says about each of them.

A violation or a witness that was found stands whatever ended the search.  Everything else is said
with its reserve: a search that stopped early leaves the rest `undetermined`, a limit at which it
cut is named in every verdict it touches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.language.errors import ModelError
from properties.kinds import Property

from . import lasso, limits, vacuity
from .judging import Run, Scribe
from .progress import Meter, grouped
from .verdict import BUILTIN, EVERY_ACTION_FIRES, Effort, Verdict, Word

if TYPE_CHECKING:
    from model.language import System

    from .explicit.budget import Budget
    from .explicit.results import Exploration
    from .space import Space

EXPLICIT = "explicit"
DECIDED = ("invariant", "step", "reachable", "recoverable", "leads_to", BUILTIN)
"""Kinds of properties the explicit engine decides."""


def run(
    space: Space,
    properties: Sequence[Property],
    *,
    budget: Mapping[str, float | int] | None = None,
    expected_states: int = 0,
    meter: Meter | None = None,
) -> Run:
    """Build a space, explore it once, and judge every property.

    Raises ModelError for a model written wrongly, and what the engine raises for a system it
    cannot represent.  A property that has no value gets the verdict `error`.
    """
    from .explicit.explore import explore

    meter = meter or Meter()
    meter.enter("building the model")
    system = space.build()
    sound, broken = evaluated(system, [p for p in properties if p.kind in DECIDED])
    watched = _watched(system, sound)
    x = explore(
        system,
        [p for p in sound if p.name != EVERY_ACTION_FIRES],
        watched=watched,
        budget=_budget(limits.with_memory(budget or {})),
        expected_states=expected_states,
        progress=lambda phase, counts: _tell(meter, phase, counts),
    )
    meter.enter("replaying traces")
    effort = Effort(x.states, x.steps, x.depth, x.seconds, x.compile_seconds, x.peak_memory)
    within = tuple(f"within {cut}" for cut in x.cuts_hit)
    scribe = Scribe(space, system, EXPLICIT, effort, within)
    judge = _Judge(scribe, x, frozenset(p.name for p in watched), broken)
    return Run(
        space,
        system,
        tuple(properties),
        tuple(judge.verdict(p) for p in properties),
        EXPLICIT,
        (f"explored {grouped(x.states)} states, {grouped(x.steps)} steps, depth {x.depth}",),
        reason(x.stopped),
        scribe.limit(x.limit),
        tuple(warnings(space, system, x.cuts_hit)),
        x,
    )


def _budget(given: Mapping[str, float | int]) -> Budget:
    """The engine's own form of a budget."""
    from .explicit.budget import Budget

    return Budget(
        states=int(given.get("states", 0)),
        depth=int(given["depth"]) if "depth" in given else None,
        seconds=float(given.get("seconds", 0)),
        memory=int(given.get("memory", 0)),
    )


def _tell(meter: Meter, phase: str, counts: Mapping[str, int]) -> None:
    """Pass an engine's progress on to the meter."""
    if phase != meter.phase:
        meter.enter(phase)
    meter.update(**counts)


def evaluated(
    system: System, properties: Iterable[Property]
) -> tuple[list[Property], dict[str, ModelError]]:
    """The properties that have a term, and what is wrong with the others."""
    sound: list[Property] = []
    broken: dict[str, ModelError] = {}
    for prop in properties:
        try:
            if prop.kind == "leads_to":
                lasso.check(system, prop)
            elif prop.kind != BUILTIN:
                system.term(prop)
            sound.append(prop)
        except ModelError as error:
            broken[prop.name] = error
    return sound, broken


def _watched(system: System, properties: Iterable[Property]) -> list[Property]:
    """The premises to watch beside the properties."""
    found = (
        vacuity.observation(p, system.term(p))
        for p in properties
        if p.kind in {"invariant", "step"}
    )
    return [p for p in found if p is not None]


def warnings(space: Space, system: System, cuts: Sequence[str]) -> Iterator[str]:
    """What a reader of any verdict has to know."""
    asked = getattr(system.cfg, "asked", None)
    if asked is not None:
        for name in space.amended.ids:
            if name not in asked:
                yield f"the amendment {name} changes nothing in {space.system}"
    if cuts:
        yield f"cut at limit {', '.join(cuts)}: verdicts are for states within it"


@dataclass(frozen=True)
class _Judge:
    """Turns what an exploration found into verdicts."""

    scribe: Scribe
    exploration: Exploration
    watched: frozenset[str]
    broken: dict[str, ModelError]

    def verdict(self, prop: Property) -> Verdict:
        """What the exploration says about one property."""
        say, x = self.scribe.say, self.exploration
        if prop.name in self.broken:
            return self.scribe.broken(prop, self.broken[prop.name])
        if prop.name in x.findings:
            return self.scribe.found(prop, x.findings[prop.name].trace)
        if prop.kind not in DECIDED:
            return say(prop, Word.UNDETERMINED, f"{EXPLICIT} search does not decide {prop.kind}")
        if prop.name == EVERY_ACTION_FIRES:
            return self._firing(prop)
        if x.stopped:
            return say(prop, Word.UNDETERMINED, reason(x.stopped))
        if prop.name in x.undecided:
            return say(prop, Word.UNDETERMINED, reason(x.undecided[prop.name]))
        if prop.kind == "reachable":
            return say(prop, *self._absent(), extent=self._extent())
        if not x.states:
            return say(prop, Word.VACUOUS, extent=self._extent(), note="there is no initial state")
        return self._holds(prop)

    def _absent(self) -> tuple[Word, str]:
        """A goal that was not met: out of reach, unless the search cut somewhere."""
        cuts = ", ".join(self.exploration.cuts_hit)
        return (Word.UNDETERMINED, f"cut: {cuts}") if cuts else (Word.UNREACHED, "")

    def _holds(self, prop: Property) -> Verdict:
        """Not refuted in the whole space: it holds, unless its premise is never true."""
        name, cuts = vacuity.PREFIX + prop.name, ", ".join(self.exploration.cuts_hit)
        watched = name in self.watched or prop.kind == "leads_to"
        empty = watched and name not in self.exploration.noticed
        note = "its premise is never true" if empty else ""
        word = Word.VACUOUS if empty and not cuts else Word.HOLDS
        detail = f"cut: {cuts}" if cuts else ""
        return self.scribe.say(prop, word, detail, extent=self._extent(), note=note)

    def _firing(self, prop: Property) -> Verdict:
        """Whether every action takes some step."""
        fired, transitions = self.exploration.per_action, self.scribe.system.transitions
        idle = [t.action.name for t in transitions if not fired.get(t.action.name)]
        if not idle:
            return self.scribe.say(prop, Word.HOLDS, extent=f"{len(transitions)} actions")
        note = f"never possible: {', '.join(idle)}"
        if self.exploration.stopped:
            detail = reason(self.exploration.stopped)
            return self.scribe.say(prop, Word.UNDETERMINED, detail, note=note)
        word, detail = self._absent()
        word = Word.VACUOUS if word is Word.UNREACHED else word
        return self.scribe.say(prop, word, detail, extent=self._extent(), note=note)

    def _extent(self) -> str:
        return f"{grouped(self.exploration.states)} states"


def reason(stopped: str) -> str:
    """Why a search ended early, as a verdict says it; empty if it did not."""
    return stopped if ":" in stopped or not stopped else f"budget: {stopped}"

"""Induction over one space, and what that says about each property.

`inductive` is said of this instance for unbounded time.  Anything else is `undetermined`, with the
step that is not inductive and the invariants to try as lemmas; a violation is said only where the
first states show it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from model.language.errors import ModelError
from properties.kinds import Property

from . import subjects
from .judging import Run, Scribe
from .progress import Meter
from .session import evaluated, reason, warnings
from .verdict import BUILTIN, EVERY_ACTION_FIRES, Effort, Verdict, Word

if TYPE_CHECKING:
    from model.language import System

    from .smt.counterstep import Failure
    from .smt.induction import Clock, Induced, Prover
    from .space import Space

INDUCTION = "induction"
DECIDED = ("invariant", "step")
WIDTH = 100


def run(
    space: Space,
    properties: Sequence[Property],
    k: int = 1,
    *,
    budget: Mapping[str, float | int] | None = None,
    meter: Meter | None = None,
) -> Run:
    """Prove each property with its lemmas by k-induction.

    What the run has proved serves as lemmas for the built-in properties.  Raises ModelError for a
    model written wrongly.
    """
    from .smt.induction import Clock, Prover

    meter = meter or Meter()
    meter.enter("building the model")
    system = space.build()
    properties = [p for p in properties if p.name != EVERY_ACTION_FIRES]
    clock = Clock((budget or {}).get("seconds"))
    desk = Desk(space, system, Prover(system), clock, meter, k)
    sound, broken = evaluated(system, [p for p in properties if p.kind in DECIDED])
    for prop in sound:
        desk.prove(prop)
    desk.builtin([p for p in properties if p.kind == BUILTIN])
    scribe = Scribe(space, system, INDUCTION)
    verdicts = tuple(
        scribe.broken(p, broken[p.name]) if p.name in broken else desk.verdict(p)
        for p in properties
    )
    cuts = sorted({cut for r in desk.results.values() for cut in r.cuts})
    return Run(
        space,
        system,
        tuple(properties),
        verdicts,
        INDUCTION,
        tuple(desk.summary()),
        warnings=tuple(warnings(space, system, cuts)),
        proved=desk.results,
    )


@dataclass
class Desk:
    """Proves properties one after the other and says what came of it."""

    space: Space
    system: System
    prover: Prover
    clock: Clock
    meter: Meter
    k: int = 1
    engine: str = INDUCTION
    results: dict[str, Induced] = field(default_factory=dict)
    stated: dict[str, Property] = field(default_factory=dict)

    def prove(self, prop: Property, lemmas: Sequence[Property] | None = None) -> None:
        """Ask for one property; a lemma that is written wrongly is an error of the model."""
        from .smt.conjuncts import closed

        known = closed(prop) if lemmas is None else lemmas
        self.stated.update({p.name: p for p in (*known, prop)})
        self.results[prop.name] = self.prover.prove(
            prop, lemmas=known, k=self.k, clock=self.clock, progress=self.tell
        )

    def builtin(self, asked: Sequence[Property]) -> None:
        """What every system has, with all that has been proved in this run as its lemmas."""
        from .smt.conjuncts import closed

        proved = [self.stated[name] for name, r in self.results.items() if r.status == "inductive"]
        named = {q.name: q for p in proved for q in (p, *closed(p)) if q.kind == "invariant"}
        for prop in asked:
            self.prove(prop, list(named.values()))

    def tell(self, what: str, counts: Mapping[str, int]) -> None:
        """Say what is being asked: its age is that of the phase."""
        self.meter.enter(what)
        self.meter.update(**counts)

    def verdict(self, prop: Property) -> Verdict:
        """What induction says about one property."""
        r = self.results.get(prop.name)
        if r is None:
            scribe = Scribe(self.space, self.system, self.engine)
            return scribe.say(prop, Word.UNDETERMINED, f"induction does not decide {prop.kind}")
        scribe = Scribe(
            self.space,
            self.system,
            self.engine,
            Effort(seconds=r.seconds),
            tuple(f"within {cut}" for cut in r.cuts),
        )
        if r.status == "inductive":
            return self._proved(scribe, prop, r)
        if r.status == "vacuous":
            return scribe.say(prop, Word.VACUOUS, note=r.reason)
        if r.failure is None:
            return scribe.say(prop, Word.UNDETERMINED, reason(r.reason))
        return self._failed(scribe, prop, r, r.failure)

    def _proved(self, scribe: Scribe, prop: Property, r: Induced) -> Verdict:
        detail = f"cut: {', '.join(r.cuts)}" if r.cuts else ""
        notes = []
        if r.undefined:
            notes.append(f"that these are never undefined is not shown: {'; '.join(r.undefined)}")
        if r.idle:
            notes.append(f"no state of the invariant has a step by {', '.join(r.idle)}")
        note = "; ".join(notes)
        return scribe.say(prop, Word.INDUCTIVE, detail, extent=f"{r.k}-induction", note=note)

    def _failed(self, scribe: Scribe, prop: Property, r: Induced, failure: Failure) -> Verdict:
        """A violation, a step that is not inductive, or a limit that such a step breaks."""
        about = self.stated.get(failure.of, prop)
        trace = failure.trace(self.system.name, about)
        if r.status == "violated":
            return scribe.found(prop, trace)
        detail = f"limit: {failure.of}" if r.status == "limit" else f"not inductive: {r.reason}"
        return scribe.unproved(prop, detail, trace, about, self._advice(prop, r, failure))

    def _advice(self, prop: Property, r: Induced, failure: Failure) -> str:
        """What fails where, and which stated invariants exclude the states it began with."""
        failing = [name for name, word in r.actions.items() if word == "fails"]
        where = f" under {', '.join(failing)}" if failing else ""
        what = "" if r.status == "limit" else f"{', '.join(failure.blamed)}{where}"
        if failure.real:
            return what
        last = len(failure.states) - (failure.final is None)
        known = {prop.name, *r.lemmas}
        found = [
            p.name
            for p in subjects.stated(self.space.system)
            if p.kind == "invariant"
            and p.name not in known
            and not all(_holds(self.system, p, state) for state in failure.states[:last])
        ]
        advice = f"add as lemma: {', '.join(found)}"
        if not found:
            advice = "no stated invariant excludes the state it begins with; state one that does"
        return "; ".join(part for part in (what, advice) if part)

    def summary(self) -> Iterator[str]:
        """For one property its lemmas and a line for each action; for several how many are."""
        if len(self.results) != 1:
            done = sum(r.status == "inductive" for r in self.results.values())
            yield f"{done} of {len(self.results)} are inductive, by {self.k}-induction"
            return
        [r] = self.results.values()
        lemmas = f"lemmas: {', '.join(r.lemmas) or 'none'}"
        yield from textwrap.wrap(lemmas, WIDTH, subsequent_indent="  ")
        width = max((len(name) for name in r.actions), default=0)
        yield from (f"  {name:<{width}}  {word}" for name, word in r.actions.items())
        if r.status == "inductive" and not r.idle:
            yield "every action is possible in some state of the invariant"


def _holds(system: System, prop: Property, state: tuple[int, ...]) -> bool:
    """Whether an invariant holds in a state; one that has no value there excludes nothing."""
    try:
        return system.holds(prop, state)
    except ModelError:
        return True

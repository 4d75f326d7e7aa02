"""Lemmas found by Spacer, and what that says about each property of a space.

An answer of Spacer is a hint: an invariant is proved again by induction, with as few of its lemmas
as suffice, and a violation is shown by a run that bounded checking finds and replay confirms.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from properties.kinds import Property

from .inductive import Desk
from .judging import Run, Scribe, steps
from .progress import Meter
from .session import evaluated, reason, warnings
from .verdict import EVERY_ACTION_FIRES, WELL_DEFINED, Effort, Verdict, Word

if TYPE_CHECKING:
    from .smt.spacer import Answer
    from .space import Space
    from .trace import Trace

SPACER = "spacer"
SHOWN = 12
"""Lemmas of one property that are printed."""


def run(
    space: Space,
    properties: Sequence[Property],
    depth: int,
    *,
    budget: Mapping[str, float | int] | None = None,
    meter: Meter | None = None,
) -> Run:
    """Look for an inductive invariant that implies each property, without its own lemmas.

    Raises ModelError for a model written wrongly.
    """
    from .smt.induction import Clock, Prover

    meter = meter or Meter()
    meter.enter("building the model")
    system = space.build()
    properties = [p for p in properties if p.name != EVERY_ACTION_FIRES]
    clock = Clock((budget or {}).get("seconds"))
    desk = Desk(space, system, Prover(system), clock, meter, engine=SPACER)
    stated = [p for p in properties if p.kind in {"invariant", "step"}]
    _, broken = evaluated(system, stated)
    search = _Search(desk, depth)
    scribe = Scribe(space, system, SPACER)
    verdicts = tuple(
        scribe.broken(p, broken[p.name]) if p.name in broken else search.verdict(p)
        for p in properties
    )
    cuts = sorted({cut for r in desk.results.values() for cut in r.cuts})
    return Run(
        space,
        system,
        tuple(properties),
        verdicts,
        SPACER,
        tuple(search.summary),
        limit=search.limit,
        warnings=tuple(warnings(space, system, cuts)),
        proved=desk.results,
    )


class _Search:
    """Asks Spacer for one property after the other, and checks what it says."""

    def __init__(self, desk: Desk, depth: int) -> None:
        self.desk, self.depth = desk, depth
        self.summary: list[str] = []
        self.limit: Trace | None = None

    def verdict(self, prop: Property) -> Verdict:
        """What comes of one property."""
        from .smt.spacer import generalise

        desk = self.desk
        if prop.kind not in {"invariant", "step"} and prop.name != WELL_DEFINED:
            scribe = Scribe(desk.space, desk.system, SPACER)
            return scribe.say(prop, Word.UNDETERMINED, f"spacer does not decide {prop.kind}")
        answer = generalise(desk.prover.unrolling, prop, desk.clock, desk.tell)
        if answer.status == "found":
            return self._proved(prop, answer)
        if answer.status == "refuted":
            return self._refuted(prop)
        scribe = Scribe(desk.space, desk.system, SPACER)
        return scribe.say(prop, Word.UNDETERMINED, f"solver: {answer.reason}")

    def _proved(self, prop: Property, answer: Answer) -> Verdict:
        """The lemmas once more, by induction."""
        from .smt.minimal import minimal

        desk = self.desk
        result, kept = minimal(desk.prover, prop, answer.lemmas, desk.clock, desk.tell)
        desk.results[prop.name] = result
        found = f"{len(kept)} of {len(answer.lemmas)} lemmas found over {answer.encoding}"
        texts = [answer.texts[c.number - 1] for c in kept]
        self.summary.append(f"{prop.name}: {found}{':' if texts else ''}")
        self.summary += [f"  {text}" for text in texts[:SHOWN]]
        self.summary += [f"  and {len(texts) - SHOWN} more"] if len(texts) > SHOWN else []
        said = desk.verdict(prop)
        if said.word is Word.INDUCTIVE:
            note = "; ".join(part for part in (said.note, f"with {found}") if part)
            return dataclasses.replace(said, note=note)
        if result.status in {"unknown", "vacuous"}:
            return said
        detail = "solver: what Spacer found is not inductive"
        return dataclasses.replace(said, word=Word.UNDETERMINED, detail=detail)

    def _refuted(self, prop: Property) -> Verdict:
        """A run that shows the violation, or the limit, that Spacer says there is."""
        from .smt.bmc import bmc

        desk, scribe = self.desk, Scribe(self.desk.space, self.desk.system, SPACER)
        desk.tell(f"a run that violates {prop.name}", {})
        result = bmc(desk.system, [prop], self.depth, seconds=desk.clock.left())
        scribe = dataclasses.replace(scribe, effort=Effort(seconds=result.seconds))
        outcome = result.outcomes[prop.name]
        if outcome.trace is not None:
            return scribe.found(prop, outcome.trace)
        if result.limit is not None:
            self.limit = scribe.limit(result.limit)
            return scribe.say(prop, Word.UNDETERMINED, result.stopped)
        if result.stopped:
            return scribe.say(prop, Word.UNDETERMINED, reason(result.stopped))
        why = f"solver: Spacer refutes it, no run of at most {steps(self.depth)} does"
        return scribe.say(prop, Word.UNDETERMINED, why)

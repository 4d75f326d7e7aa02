"""Bounded model checking of one space, and what that says about each property."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from model.language.errors import ModelError
from properties.kinds import Property

from . import lasso
from .judging import Run, Scribe, steps
from .progress import Meter
from .session import evaluated, reason, warnings
from .verdict import EVERY_ACTION_FIRES, Effort, Verdict, Word

if TYPE_CHECKING:
    from model.language import System

    from .smt.outcome import BmcResult, Outcome
    from .space import Space

BMC = "bmc"


def run(
    space: Space,
    properties: Sequence[Property],
    depth: int,
    *,
    budget: Mapping[str, float | int] | None = None,
    meter: Meter | None = None,
) -> Run:
    """Examine every run of at most `depth` steps, for all the properties at once.

    Raises ModelError for a model written wrongly.
    """
    from .smt.bmc import bmc

    meter = meter or Meter()
    meter.enter("building the model")
    system = space.build()
    properties = [p for p in properties if p.name != EVERY_ACTION_FIRES]
    asked, broken = _evaluated(system, properties)

    def tell(phase: str, level: int, _seconds: float) -> None:
        if phase != meter.phase:
            meter.enter(phase)
        meter.update(depth=level)

    seconds = (budget or {}).get("seconds")
    result = bmc(system, asked, depth, seconds=seconds, progress=tell)
    effort = Effort(depth=max(result.depth, 0), seconds=result.seconds)
    scribe = Scribe(space, system, BMC, effort, tuple(f"within {c}" for c in result.cuts_hit))
    verdicts = tuple(
        scribe.broken(p, broken[p.name])
        if p.name in broken
        else _verdict(scribe, p, result.outcomes[p.name], result)
        for p in properties
    )
    examined = f"examined every run of at most {steps(max(result.depth, 0))}"
    if result.exhausted is not None:
        examined = f"examined every run: none has {steps(result.exhausted)}"
    return Run(
        space,
        system,
        tuple(properties),
        verdicts,
        BMC,
        (examined,),
        reason(result.stopped),
        scribe.limit(result.limit),
        tuple(warnings(space, system, result.cuts_hit)),
    )


def _evaluated(
    system: System, properties: Sequence[Property]
) -> tuple[list[Property], dict[str, ModelError]]:
    """The properties that have a term, promises too, and what is wrong with the others."""
    asked, broken = evaluated(system, [p for p in properties if p.kind != "leads_to"])
    for prop in [p for p in properties if p.kind == "leads_to"]:
        try:
            for promise in lasso.promises(system, prop):
                system.term(promise.premise)
                system.term(promise.goal)
            asked.append(prop)
        except ModelError as error:
            broken[prop.name] = error
    return asked, broken


def _verdict(scribe: Scribe, prop: Property, outcome: Outcome, result: BmcResult) -> Verdict:
    if outcome.trace is not None:
        return scribe.found(prop, outcome.trace)
    if outcome.status in {"undetermined", "unknown"}:
        depth = f"nothing up to {steps(outcome.depth)}" if outcome.depth >= 0 else ""
        return scribe.say(prop, Word.UNDETERMINED, reason(outcome.reason), note=depth)
    cut = f"cut: {', '.join(result.cuts_hit)}" if result.cuts_hit else ""
    if outcome.status == "exhausted":
        extent = f"all runs, {steps(result.exhausted or 0)} in none"
        if prop.kind == "reachable":
            word = Word.UNDETERMINED if cut else Word.UNREACHED
            return scribe.say(prop, word, cut, extent=extent)
        if result.exhausted == 0:
            return scribe.say(prop, Word.VACUOUS, note="there is no initial state")
        return scribe.say(prop, Word.HOLDS, cut, extent=extent)
    note = f"{cut}: only runs within it were examined" if cut else ""
    return scribe.say(
        prop, Word.BOUNDED, str(outcome.depth), extent=steps(outcome.depth), note=note
    )

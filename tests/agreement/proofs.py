"""What induction and Spacer say of a small system, against the plain search on plain values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.replay import replay
from checker.smt.bmc import bmc
from checker.smt.induction import Clock, Induced, Prover
from checker.smt.minimal import minimal
from checker.smt.obligations import settle
from checker.smt.spacer import generalise
from model.language import System
from tests.agreement.naive import DEADLOCK_FREE, Found

PROVED, VACUOUS, NOT_PROVED = "inductive", "vacuous", "not inductive"
VIOLATED, LIMITED = "violated", "limit"
DECIDED = {"invariant", "step", "builtin"}
BY_SPACER = {"invariant", "step"}
LONGEST = 12  # steps of a run that is to show what Spacer refutes


def induced(system: System, properties: Any, k: int = 1) -> dict[str, Induced]:
    """Induction for each property by itself."""
    prover = Prover(system)
    return {
        p.name: prover.prove(p, lemmas=(), k=k, clock=Clock(60.0))
        for p in properties
        if p.kind in DECIDED
    }


def wrong(
    system: System, properties: Any, found: Found, said: dict[str, Induced], k: int = 1
) -> Iterator[str]:
    """Where induction contradicts the search, and evidence that does not replay."""
    known = {p.name: p for p in properties}
    for name, result in said.items():
        length = found.lengths.get(name)
        yield from _unproved(system, known, name, result)
        if result.status == PROVED and length is not None:
            yield f"{name} is proved, and refuted in {length} steps"
        if result.status == PROVED and found.stopped:
            yield f"{name} is proved, and the search meets {found.stopped}"
        if result.status == PROVED and not set(found.cuts_hit) <= set(result.cuts):
            yield f"{name} is proved within {result.cuts}, the search is cut at {found.cuts_hit}"
        if result.status == PROVED and "well_defined" in found.lengths and not result.undefined:
            yield f"{name}: undefined steps are not noted"
        if result.status == VIOLATED and _unlike(system, known[name], result, found, k):
            yield f"{name} is violated at once, and by the search {length}"
        asked = name != DEADLOCK_FREE  # which is not asked of the first states apart
        if asked and length is not None and length < k and result.status in {PROVED, NOT_PROVED}:
            yield f"{name} is refuted in {length} steps, and by induction {result.status}"


def _unlike(system: System, prop: Any, result: Induced, found: Found, k: int) -> bool:
    """Whether the search has examined the first states and did not find what refutes there.

    Where a limit stops the search, the states it generated last are not examined.
    """
    length = found.lengths.get(prop.name)
    if length is not None:
        return length >= k
    if result.failure is None:
        return True
    examined = found.depth - found.stopped.startswith("limit")
    return bool(result.failure.trace(system.name, prop).length <= examined)


def _unproved(system: System, known: dict[str, Any], name: str, result: Induced) -> Iterator[str]:
    failure = result.failure
    if failure is None:
        return
    trace = failure.trace(system.name, known.get(failure.of, known[name]))
    stated = None if trace.kind in {"limit", "builtin"} else known[trace.property]
    try:
        replay(trace, system, stated, from_any_state=True)
    except Exception as error:  # noqa: BLE001 - whatever it is, the evidence is wrong
        yield f"{name}: {error}"


def unmet(said: dict[str, Induced]) -> Iterator[str]:
    """Obligations of proofs that a fresh solver does not answer as expected."""
    for result in said.values():
        for obligation in result.obligations if result.status == PROVED else ():
            answer = settle(obligation, 20.0).status
            if answer != obligation.expected:
                yield f"{obligation.name} is {answer}"


def generalised(system: System, prop: Any, found: Found, seconds: float = 20.0) -> str:
    """What Spacer says of a property, proved again or shown; a contradiction if there is one."""
    prover = Prover(system)
    answer = generalise(prover.unrolling, prop, Clock(seconds), lambda *_: None)
    length = found.lengths.get(prop.name)
    if answer.status == "found":
        if length is not None:
            return f"WRONG: lemmas for what is refuted in {length} steps"
        result, _ = minimal(prover, prop, answer.lemmas, Clock(60.0), lambda *_: None)
        sound = result.status in {PROVED, VACUOUS}
        return result.status if sound else f"WRONG: lemmas, {result.reason}"
    if answer.status == "refuted":
        result = bmc(system, [prop], LONGEST, seconds=60.0)
        outcome = result.outcomes[prop.name]
        if outcome.trace is None and result.limit is None:
            return f"WRONG: refuted, by bmc {outcome.status}"
        return VIOLATED if outcome.trace is not None else LIMITED
    return f"unknown: {answer.reason}"

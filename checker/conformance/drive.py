"""One trace on the reference implementation."""

from __future__ import annotations

from typing import Any

from checker.trace import Step, Trace
from impl.errors import HostError
from model.language import System

from .walk import Walk


def drive(trace: Trace, system: System) -> str:
    """Run the trace step by step; "" if it is confirmed, else where and how they diverge."""
    walk = Walk(system)
    bench = walk.bench
    here: Any = None
    last = None if trace.loop is None else trace.states[trace.loop]
    states = [*trace.states, last] if trace.final else list(trace.states)
    steps = [*trace.steps, trace.final] if trace.final else list(trace.steps)
    for number, (step, state) in enumerate(zip(steps, states, strict=True)):
        picked = system.decode_choices(system.transition(step.action), step.choices)
        try:
            if number == 0:
                here = bench.genesis(system.cfg, **picked)
            else:
                here = bench.step(here, step.action, picked)
        except HostError as error:
            here = error
        _compare(walk, system, trace, number, step, state, here)
        if walk.divergences:
            return (
                f"diverges on the reference implementation at step {number}: {walk.divergences[0]}"
            )
    return ""


def _compare(
    walk: Walk,
    system: System,
    trace: Trace,
    number: int,
    step: Step,
    state: tuple[int, ...] | None,
    after: Any,
) -> None:
    before = trace.states[number - 1] if number else system.zero
    refused = ""
    if state is None:  # a last step without a successor: ask the model why
        outcome = system.run(system.transition(step.action), before, step.choices)
        refused = (
            f"undefined: {outcome.undefined}" if outcome.undefined else f"limit: {outcome.limit}"
        )
    walk.compare(before, step.action, step.choices, (refused, state), after)

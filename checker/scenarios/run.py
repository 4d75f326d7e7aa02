"""One scenario under one text: its steps in order, what is seen beside what is expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from impl.errors import CheckFailed, HostError, Undefined, Unrecoverable

from . import (
    clock,
    configuration_calls,
    dispute_calls,
    finality_calls,
    inclusion_calls,
    initializer_calls,
    node_calls,
    observe,
    paras_calls,
    scheduler_calls,
    setup,
)
from .compare import Mismatch, compare
from .document import Scenario, Step
from .errors import NoMember, Refused, Unsupported, Wrong
from .text import Text
from .vocabulary import OBSERVE, SET_STATE
from .world import World

Call = Callable[[World, Mapping[str, Any]], dict[str, Any]]

CALLS: Mapping[str, Call] = {
    "advance_to_block": clock.advance_to_block,
    "advance_to_end_of_block": clock.advance_to_end_of_block,
    **initializer_calls.CALLS,
    **configuration_calls.CALLS,
    **scheduler_calls.CALLS,
    **paras_calls.CALLS,
    **inclusion_calls.CALLS,
    **dispute_calls.CALLS,
    **node_calls.CALLS,
}


ASKED: Mapping[str, Callable[[World, Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]] = {
    "scheduler.availability_timeout_predicate": scheduler_calls.timeout_predicate,
    "voting_rule": finality_calls.voting_rule,
}
"""Calls whose answer has the form that the file expects."""


class Word(StrEnum):
    """What can be said of a step, and of a scenario."""

    PASSED = "passed"
    FAILED = "FAILED"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Told:
    """What a step came to.

    `error` is what the call was answered with, if it was not done; `unsupported` are names that
    the reference implementation has no meaning for, each with the reason.
    """

    step: Step
    mismatches: tuple[Mismatch, ...] = ()
    error: str = ""
    unsupported: tuple[str, ...] = ()

    @property
    def word(self) -> Word:
        """In one word: a mismatch weighs more than a name that is not supported."""
        if self.mismatches:
            return Word.FAILED
        return Word.UNSUPPORTED if self.unsupported else Word.PASSED


@dataclass(frozen=True)
class Result:
    """A scenario that was run, as far as that was possible; `stopped` says why it ended early."""

    scenario: Scenario
    text: Text
    steps: tuple[Told, ...] = ()
    stopped: str = ""
    blocks: int = 0

    @property
    def word(self) -> Word:
        """In one word."""
        words = {told.word for told in self.steps}
        if Word.FAILED in words:
            return Word.FAILED
        return Word.UNSUPPORTED if self.stopped or Word.UNSUPPORTED in words else Word.PASSED


def run(scenario: Scenario, text: Text) -> Result:
    """Run all steps; a call that is not supported ends the run.  Raises `Refused`."""
    place = "setup"
    told: list[Told] = []
    try:
        world = setup.new_world(
            text.rules(), scenario.config, scenario.setup, beyond_spec=scenario.beyond_spec
        )
        for step in scenario.steps:
            place = step.place
            told.append(take(world, step))
            if told[-1].unsupported and step.call != OBSERVE:
                return Result(scenario, text, tuple(told), told[-1].unsupported[0], world.blocks)
    except Wrong as wrong:
        known = wrong.place.startswith((place, "config"))
        inner = wrong.place if known else f"{place}.args.{wrong.place}"
        raise Refused(scenario.path, inner, wrong.problem) from None
    except Unsupported as missing:
        if isinstance(missing, NoMember) and not scenario.beyond_spec:
            raise Refused(scenario.path, missing.name, missing.reason) from None
        return Result(scenario, text, tuple(told), str(missing))
    return Result(scenario, text, tuple(told), blocks=world.blocks)


def take(world: World, step: Step) -> Told:
    """Take one step."""
    if step.call == OBSERVE:
        return _observe(world, step)
    seen, error = call(world, step.call, step.args, step.place, step.expect)
    if error.startswith("unsupported"):
        return Told(step, unsupported=(error.removeprefix("unsupported "),))
    if step.expect is not None:
        wanted = {key: item for key, item in step.expect.items() if key != "kind"}
        return Told(step, tuple(compare(wanted, seen)), error)
    if seen["result"] in {"ok", "error"}:
        return Told(step, error=error)
    return Told(step, (Mismatch("result", "ok", seen["result"]),), error)


def call(
    world: World,
    name: str,
    args: Mapping[str, Any],
    place: str,
    expect: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], str]:
    """Make one call: what is seen, and why it was not done, "" if it was.

    A check of the text that fails is an error; a panic is unrecoverable; where the text says
    nothing the result is `undefined`, which no file can expect.
    """
    try:
        if name == SET_STATE:
            setup.write_state(world, args, f"{place}.args")
            return {"result": "ok"}, ""
        if name in ASKED:
            return {"result": "ok", **ASKED[name](world, args, expect or {})}, ""
        return {"result": "ok", **CALLS[name](world, args)}, ""
    except Unsupported as missing:
        _require_known(world, missing, f"{place}.args")
        return {}, f"unsupported {missing}"
    except Unrecoverable as panic:
        return {"result": "unrecoverable", "kind": kind_of(panic)}, str(panic)
    except Undefined as gap:
        return {"result": "undefined", "kind": kind_of(gap)}, str(gap)
    except HostError as error:
        if not isinstance(error, CheckFailed):  # no value of the protocol
            raise Wrong(f"{place}.args", str(error)) from error
        return {"result": "error", "kind": kind_of(error)}, str(error)


def kind_of(error: HostError) -> str:
    """The name of an error, as files write it: `not_a_parathread`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()


def _require_known(world: World, missing: Unsupported, place: str) -> None:
    """Refuse a misspelt member of the configuration, in a file about the text."""
    if isinstance(missing, NoMember) and not world.beyond_spec:
        raise Wrong(place, str(missing))


def _observe(world: World, step: Step) -> Told:
    """Look at every name; one that is not supported says nothing about the others."""
    mismatches: list[Mismatch] = []
    unsupported: list[str] = []
    for name, wanted in (step.expect or {}).items():
        try:
            seen = observe.look(world, name, wanted)
        except Unsupported as missing:
            _require_known(world, missing, f"{step.place}.expect.{name}")
            unsupported.append(str(missing))
            continue
        mismatches += compare(wanted, seen, name)
    return Told(step, tuple(mismatches), unsupported=tuple(unsupported))

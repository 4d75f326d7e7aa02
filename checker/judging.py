"""From what an engine found to a verdict; every trace is replayed on the way."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from model.language.errors import ModelError
from properties.kinds import Property

from .replay import LIMIT, TraceRefused, replay
from .verdict import BUILTIN, Effort, Verdict, Word

if TYPE_CHECKING:
    from model.language import System

    from .explicit.results import Exploration
    from .smt.induction import Induced
    from .space import Space
    from .trace import Trace


@dataclass(frozen=True)
class Run:
    """A system, what an engine did with it, and a verdict for each property, in their order.

    `summary` says in a line or two what the engine did; `stopped` is empty or why it ended early;
    `limit` is the trace to the limit of the model that ended it; `exploration` is
    None for an engine that visits no states, `proved` what an engine that proves has found, by
    property.
    """

    space: Space
    system: System
    properties: tuple[Property, ...]
    verdicts: tuple[Verdict, ...]
    engine: str
    summary: tuple[str, ...]
    stopped: str = ""
    limit: Trace | None = None
    warnings: tuple[str, ...] = ()
    exploration: Exploration | None = field(default=None, repr=False)
    proved: Mapping[str, Induced] = field(default_factory=dict, repr=False)

    @property
    def evaluated(self) -> list[Property]:
        """The properties that have a term."""
        errors = {v.property for v in self.verdicts if v.word is Word.ERROR}
        stated = [p for p in self.properties if p.kind != BUILTIN]
        return [p for p in stated if p.name not in errors]

    @cached_property
    def by_name(self) -> dict[str, Property]:
        """The properties of the run and their lemmas, by name."""
        return {name: p for asked in self.properties for name, p in _stated(asked).items()}


@dataclass(frozen=True)
class Scribe:
    """Writes the verdicts of one run of an engine."""

    space: Space
    system: System
    engine: str
    effort: Effort = field(default_factory=Effort)
    assumptions: tuple[str, ...] = ()

    def say(self, prop: Property, word: Word, detail: str = "", **more: Any) -> Verdict:
        """A verdict about a property, with what the run knows."""
        return Verdict(
            word,
            detail,
            system=self.space.system,
            property=prop.name,
            kind=prop.kind,
            token=prop.token,
            sentence=prop.sentence,
            instance=self.space.instance,
            variant=self.space.variant,
            amendments=self.space.amended.label,
            engine=self.engine,
            assumptions=self.assumptions,
            effort=self.effort,
            **more,
        )

    def broken(self, prop: Property, error: ModelError) -> Verdict:
        """A property that has no term, or no value somewhere."""
        reason = "evaluation" if error.exit_code in {75, 76, 77} else "model"
        return self.say(prop, Word.ERROR, f"{reason}: {error}")

    def found(self, prop: Property, trace: Trace) -> Verdict:
        """A counterexample or a witness; one that does not replay is a fault of the engine."""
        word = Word.REACHED if prop.kind == "reachable" else Word.VIOLATED
        trace = dataclasses.replace(
            self._named(trace),
            property=prop.name,
            kind=prop.kind,
            token=prop.token,
            sentence=prop.sentence,
        )
        try:
            shown = replay(trace, self.system, prop if prop.kind != BUILTIN else None)
        except TraceRefused as error:
            return self.say(prop, Word.ERROR, f"the trace does not replay: {error}")
        confirmed, remark = _confirmed(trace, self.system)
        notes = [text for text in ("" if shown.complete else shown.shows, remark) if text]
        return self.say(
            prop,
            word,
            extent=steps(trace.length),
            length=trace.length,
            note="; ".join(notes),
            trace=trace,
            confirmed=confirmed,
        )

    def unproved(
        self, prop: Property, detail: str, trace: Trace, about: Property, note: str
    ) -> Verdict:
        """A proof that fails, with the states that show it; they need not be reachable.

        The trace is about the property or one of its lemmas.
        """
        trace = self._named(trace)
        stated = None if trace.kind in {BUILTIN, LIMIT} else about
        try:
            replay(trace, self.system, stated, from_any_state=trace.from_any_state)
        except TraceRefused as error:
            return self.say(prop, Word.ERROR, f"the trace does not replay: {error}")
        return self.say(
            prop,
            Word.UNDETERMINED,
            detail,
            extent=steps(trace.length),
            length=trace.length,
            note=note,
            trace=trace,
        )

    def limit(self, trace: Trace | None) -> Trace | None:
        """The trace to the limit of the model that ended the search, replayed.

        Raises TraceRefused if the engine is at fault.
        """
        if trace is None:
            return None
        trace = dataclasses.replace(self._named(trace), kind=LIMIT)
        replay(trace, self.system)
        return trace

    def _named(self, trace: Trace) -> Trace:
        """The engine's trace with what the engine does not know."""
        return dataclasses.replace(
            trace,
            instance=self.space.instance,
            amendments=self.space.amended.label,
            variant=self.space.variant,
            engine=self.engine,
        )


def _stated(prop: Property) -> dict[str, Property]:
    """A property with its lemmas and theirs, by name."""
    found, waiting = {}, [prop]
    while waiting:
        one = waiting.pop()
        if one.name not in found:
            found[one.name] = one
            waiting += one.lemmas
    return found


def steps(number: int) -> str:
    """A number of steps in words."""
    return f"{number} step" if number == 1 else f"{number} steps"


def _confirmed(trace: Trace, system: System) -> tuple[bool | None, str]:
    """Whether the reference implementation runs the trace too, and where not.

    None if it does not contain the system.
    """
    from .conformance import confirm

    answer = confirm(trace, system)
    if answer is None:
        return None, ""
    refused = f"NOT confirmed on the reference implementation: {answer.remark}"
    return answer.confirmed, "" if answer.confirmed else refused

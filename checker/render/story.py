"""A trace made ready for showing: decoded states, what each step changed, who is to blame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from checker.diff import Change, diff
from checker.replay import LIMIT, Replay, why_no_step
from checker.trace import ANY_STATE, Step, Trace
from checker.values import Value, show
from model.language.types import Array, Record, Seq, Set

if TYPE_CHECKING:
    from model.language.system import System
    from model.language.types import Type


class Amendment(Protocol):
    """What a story needs of an entry of the catalogue of amendments."""

    @property
    def id(self) -> str: ...
    @property
    def token(self) -> str: ...
    @property
    def written(self) -> str: ...
    @property
    def refutes(self) -> str: ...
    @property
    def system(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule to blame: its token, what it says in our words, the amendment that mends it."""

    token: str
    text: str
    amendment: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """One step and where it leads; `state` is None for a final step without a successor."""

    number: int
    action: str
    actor: str
    token: str
    choices: Mapping[str, Value]
    state: Mapping[str, Value] | None
    changes: tuple[Change, ...]
    note: str = ""

    @property
    def call(self) -> str:
        """The action with its choices: `add_claim(thread=0)`."""
        inside = ", ".join(f"{name}={show(value)}" for name, value in self.choices.items())
        return f"{self.action}({inside})" if inside else self.action


@dataclass(frozen=True, slots=True)
class Story:
    """A trace as every renderer takes it.

    `holds` is the property per state where it has a value in single states; `queues` the paths
    without indices that are queues; `shows` one line saying how it ends; `fair` one line for each
    fair action, saying how the loop is fair to it.
    """

    trace: Trace
    moments: tuple[Moment, ...]
    rules: tuple[Rule, ...]
    shows: str
    holds: tuple[bool, ...]
    queues: frozenset[str]
    fair: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """What the trace is evidence of."""
        trace = self.trace
        if trace.kind == LIMIT:
            return f"undetermined(limit: {trace.property})"
        if trace.steps and trace.steps[0].action == ANY_STATE:
            return "not inductive"
        return "reached" if trace.kind == "reachable" else "VIOLATED"

    @property
    def good(self) -> bool:
        """Whether the trace shows something wanted (a goal) and not something wrong."""
        return self.trace.kind == "reachable"

    def in_loop(self, moment: Moment) -> bool:
        """Whether a moment's state is one of those that come again and again."""
        return self.trace.loop is not None and moment.number >= self.trace.loop

    @property
    def states(self) -> list[Mapping[str, Value]]:
        """The decoded states in order."""
        return [moment.state for moment in self.moments if moment.state is not None]

    @property
    def actors(self) -> list[str]:
        """The actors in order of appearance."""
        return list(dict.fromkeys(moment.actor for moment in self.moments))

    @property
    def where(self) -> str:
        """System, instance, amendments and variant on one line."""
        trace = self.trace
        parts = [f"{trace.system} {trace.instance}", text_of(trace.amendments)]
        if trace.variant not in {"", "default"}:
            parts.append(f"variant {trace.variant}")
        return ", ".join(parts)


def text_of(amendments: str) -> str:
    """Which text a trace is about, in words."""
    mode, _, ids = (part.strip() for part in amendments.partition(":"))
    known = {
        "all": "text as amended",
        "none": "text as written",
        "without": f"text as amended, without {ids}",
        "only": f"text as written, with {ids}",
    }
    return known.get(mode, amendments)


def tell(
    trace: Trace, system: System, *, rules: Iterable[Rule] = (), replayed: Replay | None = None
) -> Story:
    """The story of a trace that `checker.replay` has confirmed; `replayed` is what it returned."""
    queues = frozenset(_queues(system.storage))
    states: list[Mapping[str, Value]] = [system.decode(state) for state in trace.states]
    before: Mapping[str, Value] = system.decode(system.zero)
    moments = []
    for number, (step, state) in enumerate(zip(trace.steps, states, strict=True)):
        changes = tuple(diff(dict(before), dict(state), queues=queues))
        moments.append(_moment(system, number, step, state, changes))
        before = state
    if trace.final is not None:
        moments.append(_final(trace, system, states))
    shows = replayed.shows if replayed else ""
    holds = replayed.holds if replayed else ()
    fair = replayed.fair if replayed else ()
    return Story(trace, tuple(moments), tuple(rules), shows, holds, queues, fair)


def guilty(trace: Trace, amendments: Iterable[Amendment]) -> tuple[Rule, ...]:
    """The rules a trace speaks against.

    For "without: ids" these are the amendments left out; for the text as written, with or without
    some amendments, those not in force without which this property is known to fail.
    """
    mode, _, named = (part.strip() for part in trace.amendments.partition(":"))
    ids = {name.strip() for name in named.split(",")}
    about = (trace.system, trace.property)

    def blamed(a: Amendment) -> bool:
        if mode == "without":
            return a.id in ids
        in_force = mode == "all" or (mode == "only" and a.id in ids)
        return not in_force and (a.system, a.refutes) == about

    return tuple(Rule(a.token, a.written, a.id) for a in amendments if blamed(a))


def _moment(
    system: System,
    number: int,
    step: Step,
    state: Mapping[str, Value] | None,
    changes: tuple[Change, ...],
    note: str = "",
) -> Moment:
    if step.action == ANY_STATE:
        return Moment(number, "any state", "", "", {}, state, changes, "need not be reachable")
    transition = system.transition(step.action)
    choices: dict[str, Any] = system.decode_choices(transition, step.choices)
    action = transition.action
    return Moment(number, action.name, action.actor, action.token, choices, state, changes, note)


def _final(trace: Trace, system: System, states: list[Mapping[str, Value]]) -> Moment:
    """The last step of a trace that has no successor, or that closes the loop."""
    step = trace.final
    assert step is not None  # noqa: S101 - narrows the type
    number = len(trace.states)
    if trace.loop is not None:
        back = states[trace.loop]
        changes = tuple(
            diff(dict(states[-1]), dict(back), queues=frozenset(_queues(system.storage)))
        )
        return _moment(system, number, step, None, changes, f"back to state {trace.loop}")
    transition = system.transition(step.action)
    source = trace.states[-1] if trace.states else system.zero
    outcome = system.run(transition, source, step.choices)
    return _moment(system, number, step, None, (), why_no_step(outcome))


def _queues(kinds: Mapping[str, Type], prefix: str = "") -> Iterator[str]:
    """Paths without indices of all queues."""
    for name, kind in kinds.items():
        yield from _queues_in(kind, f"{prefix}.{name}" if prefix else name)


def _queues_in(kind: Type, path: str) -> Iterator[str]:
    if isinstance(kind, Seq):
        yield path
        yield from _queues_in(kind.element, path)
    elif isinstance(kind, Record):
        yield from _queues(kind.fields, path)
    elif isinstance(kind, Array) and not isinstance(kind, Set):
        yield from _queues_in(kind.element, path)

"""Domain views: what a state of a system looks like as a row of cells, one cell per core.

A system without a view of its own gets a cell per variable that changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from checker.values import Value, show

State = Mapping[str, Value]

FREE, SCHEDULED, OCCUPIED, STUCK, ABSENT, PLAIN = (
    "free",
    "scheduled",
    "occupied",
    "stuck",
    "absent",
    "plain",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One core (or variable) in one state: a word, a second line, and the class that colours it."""

    label: str
    style: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One state: its cells, what else matters beside them, and where in its block it is."""

    cells: tuple[Cell, ...]
    beside: tuple[str, ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """Headings, a row per state, and the classes with their meaning, in the order of the legend."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    legend: tuple[tuple[str, str], ...]


StripView = Callable[[Sequence[State]], "Strip | None"]
"""Decoded states to a strip; None if the states are not what the view expects."""

_CORES = (
    (FREE, "free"),
    (SCHEDULED, "scheduled"),
    (OCCUPIED, "occupied"),
    (STUCK, "occupied, nothing pending"),
)


def strip_of(system: str, states: Sequence[State]) -> Strip:
    """The strip of some states of a system, by its own view or the generic one."""
    view = VIEWS.get(system)
    strip = view(states) if view and states else None
    return strip if strip is not None else generic(states)


def generic(states: Sequence[State]) -> Strip:
    """A column per variable that changes (all of them, if none does), at most eight."""
    names = list(states[0]) if states else []
    changing = [n for n in names if any(s[n] != states[0][n] for s in states)] or names
    shown = changing[:8]
    rows = tuple(Row(tuple(Cell(show(s[n]), PLAIN) for n in shown)) for s in states)
    return Strip(tuple(shown), rows, ())


def scheduler(states: Sequence[State]) -> Strip | None:
    """Cores of the scheduler: what each works on, whether anything is pending; queue and index."""
    if not isinstance(states[0].get("AvailabilityCores"), list):
        return None
    count = max(_live(state) for state in states)
    heads = tuple(f"core {i}" for i in range(count))
    rows = tuple(Row(_cores(state, count), _beside(state), _block(state)) for state in states)
    return Strip(heads, rows, _CORES)


def _cores(state: State, count: int) -> tuple[Cell, ...]:
    live = _live(state)
    return tuple(_core(state, i) if i < live else Cell("no core", ABSENT) for i in range(count))


def _core(state: State, i: int) -> Cell:
    """Scheduled goes before occupied: an entry that is still set then is a remark."""
    work = _at(state, "AvailabilityCores", i)
    scheduled, pending = _at(state, "Scheduled", i), _at(state, "pending", i)
    para = "parachain" if i < _number(state, "parachains") else ""
    if _present(scheduled):
        left = "entry still set" if _present(work) and not _sets_entry(state) else ""
        return Cell("scheduled", SCHEDULED, _joined(para or _claimed(scheduled), left))
    if _present(work):
        nothing = "pending" in state and not _present(pending)
        kind = work.get("kind") if isinstance(work, Mapping) else None
        on = "parachain" if kind == "parachain" else _claimed(work)
        detail = _joined(on, "nothing pending" if nothing else _age(pending))
        return Cell("occupied", STUCK if nothing else OCCUPIED, detail)
    returned = _at(state, "returned", i)
    return Cell("free", FREE, "" if returned in {None, "no"} else str(returned).replace("_", " "))


def _sets_entry(state: State) -> bool:
    """Whether in this run scheduling a core sets its entry, so that a set entry is no leftover."""
    reading = state.get("reading")
    return isinstance(reading, Mapping) and reading.get("scheduled_is_some") is True


def _block(state: State) -> str:
    block = f"block {show(state['block'])}" if "block" in state else ""
    return _joined(block, show(state["phase"]) if "phase" in state else "")


def _beside(state: State) -> tuple[str, ...]:
    lines = []
    queue = state.get("ParathreadQueue")
    entries = queue.get("queue") if isinstance(queue, Mapping) else queue
    if isinstance(entries, list):
        lines.append("queue " + (", ".join(_claim(entry) for entry in entries) or "empty"))
    if isinstance(state.get("ParathreadClaimIndex"), frozenset):
        lines.append("index " + show(state["ParathreadClaimIndex"]))
    return tuple(lines)


def _claim(entry: Value) -> str:
    """A queued claim: `thread 1 → core 2`, with the retries it has had."""
    core = (
        f" → core {show(entry['core'])}" if isinstance(entry, Mapping) and "core" in entry else ""
    )
    return _claimed(entry) + core


def corepipe(states: Sequence[State]) -> Strip | None:
    """Cores of the benchmark: free, or occupied with age and votes; the block beside them."""
    if not isinstance(states[0].get("core"), list):
        return None
    heads = tuple(f"core {i}" for i in range(len(_list(states[0], "core"))))
    rows = tuple(
        Row(
            tuple(_pipe_core(core) for core in _list(state, "core")),
            (f"t = {show(state['t'])}",) if "t" in state else (),
        )
        for state in states
    )
    return Strip(heads, rows, _CORES[:1] + _CORES[2:3])


def _pipe_core(core: Value) -> Cell:
    if not isinstance(core, Mapping) or not core.get("occ"):
        return Cell("free", FREE)
    age, votes = core.get("age", 0), core.get("votes", frozenset())
    return Cell("occupied", OCCUPIED, f"age {show(age)}, votes {show(votes)}")


def _list(state: State, name: str) -> list[Value]:
    value = state.get(name)
    return value if isinstance(value, list) else []


def _at(state: State, name: str, i: int) -> Value | None:
    values = _list(state, name)
    return values[i] if i < len(values) else None


def _present(value: Value | None) -> bool:
    """Whether an optional record holds something: by `some`, or by a `kind` that is not none."""
    if isinstance(value, Mapping):
        if "some" in value:
            return value["some"] is True
        return value.get("kind", "none") not in {"none", "free"}
    return bool(value)


def _claimed(value: Value | None) -> str:
    """`thread 1`, with the retries it has had."""
    if not isinstance(value, Mapping) or "thread" not in value:
        return ""
    again = f"retry {show(value['retries'])}" if value.get("retries") else ""
    return _joined(f"thread {show(value['thread'])}", again)


def _age(value: Value | None) -> str:
    return f"age {show(value['age'])}" if isinstance(value, Mapping) and "age" in value else ""


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _number(state: State, name: str) -> int:
    value = state.get(name)
    return value if isinstance(value, int) else 0


def _live(state: State) -> int:
    """How many cores there are now; all places of the array if no variable says."""
    if "parachains" in state and "parathread_cores" in state:
        return _number(state, "parachains") + _number(state, "parathread_cores")
    return len(_list(state, "AvailabilityCores"))


VIEWS: Mapping[str, StripView] = {"scheduler": scheduler, "corepipe": corepipe}

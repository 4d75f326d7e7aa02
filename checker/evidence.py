"""Traces as evidence: named, written, read back with their system, replayed, told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from properties.kinds import Property

from . import subjects
from .files import OutputError, write_text
from .itf import SUFFIX, format_itf
from .itf_read import read_document, to_trace
from .replay import LIMIT, Replay, replay
from .space import NONE, WITHOUT, Space, space_by_label
from .subjects import UsageError
from .trace import Trace
from .verdict import BUILTIN

if TYPE_CHECKING:
    from model.language import System

    from .judging import Run
    from .render.story import Story

FIRST_INSTANCE = "tiny"


@dataclass(frozen=True)
class Evidence:
    """A trace that was replayed on its system just now."""

    trace: Trace
    system: System
    replayed: Replay

    def story(self) -> Story:
        """The trace made ready for showing, with the rules it speaks against."""
        from .render.story import guilty, tell

        refutes = self.trace.kind not in {"reachable", LIMIT} and not self.trace.from_any_state
        rules = guilty(self.trace, subjects.amendments()) if refutes else ()
        return tell(self.trace, self.system, rules=rules, replayed=self.replayed)


def file_name(space: Space, prop: str) -> str:
    """The path of a trace inside a folder of traces: `scheduler/queue_within_limit.itf.json`.

    The plain name is the smallest instance of the text as written; whatever differs is added.
    """
    amended = space.amended
    parts = [prop]
    if space.instance != FIRST_INSTANCE:
        parts.append(space.instance)
    if amended.mode != NONE:
        short = {WITHOUT: "without", "only": "with"}
        parts.append("-".join((short[amended.mode], *amended.ids)) if amended.ids else "amended")
    parts += [f"{name}-{value}" for name, value in space.settings]
    return f"{space.system}/{'.'.join(_plain(part) for part in parts)}{SUFFIX}"


def _plain(text: str) -> str:
    """Text as part of a file name on any system, short enough for all."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")[:100]


def write(trace: Trace, system: System, folder: str | Path, name: str) -> str:
    """Write a trace under its name in a folder, made if missing; the path.  Raises OutputError."""
    path = Path(folder) / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(str(path), error.strerror or str(error)) from error
    write_text(path, format_itf(trace, system))
    return str(path)


def read(path: str, own: Iterable[Property] = ()) -> Evidence:
    """The trace in a file (`-`: standard input), replayed.

    `own` are properties that no file of the project states.  Raises InputError for a file that is
    no trace of its system, TraceRefused (exit code 22) for one that does not run.
    """
    document = read_document(path)
    header = document.header
    try:
        space = space_by_label(header.system, header.instance, header.amendments, header.variant)
    except UsageError as error:
        document.fail("#meta", str(error))
    system = space.build()
    trace = to_trace(document, system)
    prop = _property(trace, own)
    return Evidence(trace, system, replay(trace, system, prop, from_any_state=trace.from_any_state))


def of_run(run: Run, trace: Trace) -> Evidence:
    """A trace of a run, replayed once more for whoever shows it."""
    stated = None if trace.kind in {BUILTIN, LIMIT} else run.by_name[trace.property]
    shown = replay(trace, run.system, stated, from_any_state=trace.from_any_state)
    return Evidence(trace, run.system, shown)


def _property(trace: Trace, own: Iterable[Property]) -> Property | None:
    """The property a trace is about; None for the built-in ones and for limits."""
    if trace.kind in {LIMIT, BUILTIN}:
        return None
    known = {p.name: p for p in (*subjects.stated(trace.system), *own)}
    if trace.property not in known:
        raise UsageError(
            f"the trace is about {trace.property!r}, which {trace.system} does not state; give the "
            "file or the expression it came from: --property FILE or --reach EXPR"
        )
    return known[trace.property]


__all__ = ["SUFFIX", "Evidence", "file_name", "read", "write"]

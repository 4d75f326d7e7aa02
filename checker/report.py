"""All printing: what was asked for goes to standard output, everything else to the error stream.

The text is stable: no times, no colours, so that a transcript can be compared.  Lower case is the
expected, capitals need eyes.
"""

from __future__ import annotations

import contextlib
import os
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from . import progress
from .verdict import EXIT_CODES, Verdict, severity, worst

if TYPE_CHECKING:
    from .evidence import Evidence
    from .judging import Run
    from .progress import Meter

_WIDEST = 32
_WIDTH = 100


def out(text: str = "") -> None:
    """A line, or lines, of what was asked for."""
    print(text)


def write(text: str) -> None:
    """Text that ends its own lines."""
    sys.stdout.write(text)


def complain(text: str) -> None:
    """A message of the tool itself."""
    print(f"parascope: {text}", file=sys.stderr, flush=True)


def remark(text: str) -> None:
    """Something to know that changes no result."""
    print(text, file=sys.stderr, flush=True)


def usage(error: click.ClickException) -> None:
    """A wrong use of the command line, with where to read more."""
    complain(error.format_message())
    context = getattr(error, "ctx", None)
    if context is not None:
        remark(f"see: {context.command_path} --help")


def flush() -> None:
    """Give everything to the operating system now, so that a full disk is not met at exit."""
    sys.stdout.flush()


def abandon_output() -> None:
    """Write nothing more: the reader has gone, and Python would complain about it at exit."""
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())


def keep_traceback(text: str) -> str:
    """Keep a stack trace for whoever mends the tool; the words that say where, or nothing."""
    from datetime import UTC, datetime

    from .compile.cache import private_directory, write_whole

    folder = private_directory("errors")
    if folder is None:
        return ""
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
    with contextlib.suppress(OSError):
        write_whole(path, text.encode("utf-8", "replace"))
        return f" with {path}"
    return ""


@contextlib.contextmanager
def watching(meter: Meter) -> Iterator[None]:
    """A line of progress on the error stream while the body runs, once it takes longer."""
    terminal = sys.stderr.isatty()

    def say(line: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            width = os.get_terminal_size(sys.stderr.fileno()).columns - 1 if terminal else 0
            text = f"\r\033[K{line[:width]}" if terminal else f"{line}\n"
            sys.stderr.write(text)
            sys.stderr.flush()

    every = progress.ON_TERMINAL if terminal else progress.ELSEWHERE
    try:
        with progress.heartbeat(meter, say, every=every):
            yield
    finally:
        if terminal:
            with contextlib.suppress(OSError):
                sys.stderr.write("\r\033[K")
                sys.stderr.flush()


def heading(run: Run) -> list[str]:
    """What was explored, and how much that was."""
    space = run.space
    texts = {"all": "as amended", "none": "as written"}
    label = texts.get(space.amended.label, space.amended.label)
    sizes = ", ".join(f"{name} {n}" for name, n in space.sizes().items())
    title = f"{space.system} {space.instance}, {label}: {sizes}"
    lines = textwrap.wrap(title, _WIDTH, subsequent_indent="  ")
    if space.settings:
        lines.append(f"set: {space.variant}")
    lines += run.summary
    if run.stopped:
        lines.append(f"stopped before the end: {run.stopped}")
    return [*lines, *run.warnings]


def table(verdicts: Sequence[Verdict]) -> list[str]:
    """One line per verdict: word, name, extent, token; a remark in a line of its own."""
    words = min(_WIDEST, max((len(v.text) for v in verdicts), default=0))
    names = max((len(v.property) for v in verdicts), default=0)
    extents = max((len(v.extent) for v in verdicts), default=0)
    lines = []
    for v in verdicts:
        line = f"  {v.text:<{words}}  {v.property:<{names}}  {v.extent:<{extents}}  {v.token}"
        lines.append(line.rstrip())
        if v.note:
            lines.append(f"  {'':<{words}}  {v.note}")
    return lines


def exploration(
    run: Run, stories: Iterable[str], files: Mapping[str, str], kept: Sequence[str] = ()
) -> None:
    """A whole run: heading, table, counterexamples, where the traces are."""
    out("\n".join(heading(run)))
    out()
    out("\n".join(table(run.verdicts)))
    for story in stories:
        out()
        write(story)
    if files:
        out()
        for path in files.values():
            out(f"wrote {path}")
        needed = [v for v in run.verdicts if v.property in files and v.exit_code]
        name = files[needed[0].property] if needed else next(iter(files.values()))
        out(f"look at it: parascope show {name}")
    if kept:
        out()
        out("\n".join(kept))
    conclusion(run.verdicts)


def conclusion(verdicts: Sequence[Verdict]) -> None:
    """The worst of all, if it is not good."""
    code = worst(v.exit_code for v in verdicts)
    if code == 0:
        return
    first = min(verdicts, key=lambda v: severity(v.exit_code))
    out()
    out(f"{first.text}: {first.property}; exit status {code}, {EXIT_CODES[code]}")


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


def replayed(path: str, evidence: Evidence) -> None:
    """A trace that runs, and what it shows."""
    trace, answer = evidence.trace, evidence.replayed
    steps = f"{answer.length} step" if answer.length == 1 else f"{answer.length} steps"
    out(f"replayed  {path}: {trace.system} {trace.instance}, {steps}; {answer.shows}")
    if not answer.complete:
        out("          the run is confirmed; its end needs the engine that found it")


def updated(path: str, changes: Sequence[str]) -> None:
    """What an update of the expected results changed."""
    for change in changes:
        out(f"changed  {change}")
    out(f"wrote {path}" if changes else f"wrote {path}: nothing changed")
    out()

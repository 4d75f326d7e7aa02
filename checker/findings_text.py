"""The findings for a terminal: a line for each, what goes wrong below it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from properties.findings import findings

from .findings import Known, Shown
from .judging import steps

_WIDTH = 96


def lines(known: Known) -> Iterator[str]:
    """Repairs and readings, the gravest first, then what no amendment repairs."""
    for kind in ("repair", "reading"):
        shown = known.ranked(kind)
        yield f"{len(shown)} {kind}s"
        for s in shown:
            yield from _amendment(s)
        yield ""
    others = findings()
    yield f"{len(others)} findings beside them"
    for f in others:
        yield f"  {f.harm:<8}  {f.id}  {f.kind}  {f.token}"
        yield from _wrapped(f.consequence)


def _amendment(s: Shown) -> Iterator[str]:
    a = s.amendment
    after = f"  {a.refutes} fails in {steps(s.steps)}" if s.steps is not None else ""
    yield f"  {a.harm:<8}  {a.id}  {a.token}{after}"
    yield from _wrapped(a.consequence or a.written)


def _wrapped(text: str) -> Iterator[str]:
    indent = " " * 12
    yield from textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)

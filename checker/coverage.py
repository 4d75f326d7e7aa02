"""Which items of the text are cited, by what; and which of them no model or no property cites."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from . import citations
from .citations import MODEL, PROPERTY, Citation, Row
from .subjects import UsageError

DIFFERENT = 33
MODELLED = (
    *(f"{citations.SIGN}{number}" for number in ("1.3", "1.4", "1.5", "1.6", "1.7", "1.8")),
    *(f"{citations.SIGN}{number}" for number in ("1.10.3", "2.3")),
    *(f"{citations.SIGN}2.5.{number}" for number in range(1, 8)),
)
"""The sections of which every item is to be in a model and in a property, or excused."""


@dataclass(frozen=True, slots=True)
class Missing:
    """An item that no model cites, or no property, or neither; nor is it excused."""

    row: Row
    in_model: bool
    in_property: bool

    @property
    def said(self) -> str:
        """What is missing."""
        return " ".join(
            f"no {kind}"
            for kind, there in ((MODEL, self.in_model), (PROPERTY, self.in_property))
            if not there
        )


def coverage(section: str) -> Iterator[str]:
    """Which items of a section are cited, and by what.  Raises UsageError for no such section."""
    found = rows(section)
    items = [row for row in found if row.entry.cls in citations.BINDING]
    width = max((len(row.entry.token) for row in found), default=0)
    for row in found:
        yield from _row(row, width)
    uncited = citations.uncited(found)
    yield ""
    yield f"{len(items)} items, {len(items) - len(uncited)} cited or excused, {len(uncited)} not"


@cache
def _cited() -> tuple[Citation, ...]:
    """The citations of the repository, which one run of the tool reads once."""
    return tuple(citations.scan(citations.repository_files()))


def rows(section: str) -> list[Row]:
    """The rows of a section.  Raises UsageError for one that does not exist."""
    outline = citations.load_outline()
    if section and section not in outline:
        raise UsageError(f"no token {section!r}; nearest: {', '.join(outline.nearest(section))}")
    return citations.coverage(outline, _cited(), section, citations.load_excuses())


def _row(row: Row, width: int) -> Iterator[str]:
    entry = row.entry
    kinds = [k for k in row.kinds if k in citations.COUNTED]
    through = [f"({k})" for k in row.through if k in citations.COUNTED]
    said = " ".join([*kinds, *through]) or ("gap in the text" if entry.gap else row.excuse or "-")
    if entry.cls == citations.HEADING:
        said = ""
    mark = "NOT CITED" if row in citations.uncited([row]) else entry.cls
    yield f"  {mark:<10} {entry.token:<{width}}  {said}".rstrip()


def strictly(section: str) -> Iterator[str]:
    """What of a section, or of all that are modelled, misses a model or a property."""
    for name in [section] if section else MODELLED:
        found, items = missing(name), len(_items(name))
        yield f"{name}: {items} items, {items - len(found)} in a model and a property, or excused"
        width = max((len(m.row.entry.token) for m in found), default=0)
        for m in found:
            yield f"  {m.said:<20} {m.row.entry.token:<{width}}  {m.row.entry.text}"


def missing(section: str) -> list[Missing]:
    """The items that are not in a model and in a property, of a section or of all modelled."""
    return [
        Missing(row, MODEL in cited, PROPERTY in cited)
        for name in ([section] if section else MODELLED)
        for row in _items(name)
        if not row.excuse
        for cited in [{*row.kinds, *row.through}]
        if not {MODEL, PROPERTY} <= cited
    ]


def _items(section: str) -> list[Row]:
    """The rules, goals, promises and definitions of a section that are there."""
    found = [r for r in rows(section) if r.entry.cls in citations.BINDING]
    return [r for r in found if not r.entry.gap]

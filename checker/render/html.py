"""A trace as one HTML page that needs nothing else: no network, no other file.

Lanes per actor, the strip of cells, what each step changed, a table of all cells with the
unchanged ones hidden, a filter, stepping by keyboard.  Without scripts and on paper the same page
shows everything.  The trace itself is in the page as ITF.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from checker.diff import cells
from checker.itf import format_itf
from checker.values import Value, show

from . import svg
from .lanes import render_lanes
from .strip import render_strip

if TYPE_CHECKING:
    from model.language.system import System

    from .story import Story

_ABSENT = "–"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One field of the table: its text, and whether the step into this state changed it."""

    text: str
    kind: str
    """"" or "updated", "added", "removed"."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One cell of the state over the whole trace."""

    path: str
    entries: tuple[_Entry, ...]

    @property
    def changes(self) -> bool:
        """Whether any step after the initial one changes it."""
        return any(entry.kind for entry in self.entries)


def render_html(story: Story, system: System) -> str:
    """The page as text."""
    trace = story.trace
    return _template().render(
        story=story,
        trace=trace,
        lines=table(story),
        strip=_inline(render_strip(story)),
        lanes=_inline(render_lanes(story)),
        style=Markup(_asset("page.css") + svg.style_sheet()),  # noqa: S704 - our own files, or escaped above
        script=Markup(_asset("page.js")),  # noqa: S704 - our own files, or escaped above
        data=embedded(format_itf(trace, system)),
        show=show,
    )


def table(story: Story) -> list[_Line]:
    """A line per cell, in the order of declaration, with an entry per state."""
    columns = [dict(cells(dict(state), queues=story.queues)) for state in story.states]
    paths = dict.fromkeys(path for column in columns for path in column)
    lines = []
    for path in paths:
        entries, before = [], None
        for i, column in enumerate(columns):
            value = column.get(path)
            text = _ABSENT if value is None else show(value)
            entries.append(_Entry(text, _kind(before, value) if i else ""))
            before = value
        lines.append(_Line(path, tuple(entries)))
    return lines


def _kind(before: Value | None, value: Value | None) -> str:
    if before == value:
        return ""
    if before is None or _grew(before, value):
        return "added"
    if value is None or _grew(value, before):
        return "removed"
    return "updated"


def _grew(before: Value, value: Value | None) -> bool:
    """Whether something came and nothing went: an optional value, members, entries at the end."""
    if isinstance(before, frozenset) and isinstance(value, frozenset):
        return before < value
    if isinstance(before, list) and isinstance(value, list):
        return len(before) < len(value) and value[: len(before)] == before
    if isinstance(before, Mapping) and isinstance(value, Mapping):
        return before.get("some") is False and value.get("some") is True
    return False


def embedded(data: str) -> Markup:
    """JSON for a script element: no `<` is left, so it cannot end the element."""
    return Markup(data.replace("<", "\\u003c"))  # noqa: S704 - our own files, or escaped above


def _inline(picture: str) -> Markup:
    """Our own SVG inside a page: the name space and the style sheet are the page's."""
    start, end = picture.index("<style>"), picture.index("</style>") + len("</style>\n")
    plain = (picture[:start] + picture[end:]).replace(' xmlns="http://www.w3.org/2000/svg"', "")
    return Markup(plain)  # noqa: S704 - our own files, or escaped above


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_asset("page.html"))

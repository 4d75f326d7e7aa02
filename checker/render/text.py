"""A trace for the terminal: one line per step, under it only the cells it changed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from checker.diff import Change
from checker.values import Value, show

from .story import Moment, Story

WIDTH = 100
_HANGING: dict[str, Any] = {"initial_indent": "  ", "subsequent_indent": "    "}
_FEW = 6  # a set or queue up to this size is shown whole


def render_text(story: Story, width: int = WIDTH) -> str:
    """The story as plain text of at most about `width` columns, ending in a line feed."""
    trace = story.trace
    lines = [f"{trace.property}: {trace.sentence}" if trace.sentence else trace.property]
    lines.append("  " + "  ".join(part for part in (story.where, trace.token) if part))
    for moment in story.moments:
        if trace.loop is not None and moment.number == trace.loop:
            lines.append("  +- the loop starts in this state")
        bar = "  | " if story.in_loop(moment) else "  "
        lines += [bar + line for line in _moment(story, moment, width - 4)]
    if trace.loop is not None and trace.final is None:
        lines.append(f"  | back to state {trace.loop}")
    if story.shows:
        lines.append(f"     {story.shows}")
    lines += [f"     {condition}" for condition in story.fair]
    for rule in story.rules:
        mended = f"  (amendment {rule.amendment})" if rule.amendment else ""
        lines += textwrap.wrap(f"{rule.token}: {rule.text}{mended}", width, **_HANGING)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _moment(story: Story, moment: Moment, width: int) -> Iterator[str]:
    number = f"{moment.number:>{len(str(len(story.moments)))}}"
    choices = "  ".join(f"{name}={show(value)}" for name, value in moment.choices.items())
    actor = f"[{moment.actor}]" if moment.actor else ""
    yield "  ".join(part for part in (number, moment.action, choices, actor) if part)
    margin = " " * (len(number) + 3)
    names = max((len(change.path) for change in moment.changes), default=0)
    for change in moment.changes:
        yield from (margin + line for line in _change(change, names, width - len(margin)))
    if moment.note and moment.note != story.shows:
        yield margin + moment.note


def _change(change: Change, names: int, width: int) -> Iterator[str]:
    """`path  before -> after`, on two lines if long; of a large set only what came or went."""
    old, new = show(change.before), show(change.after)
    name = f"{change.path:<{names}}  "
    collection = isinstance(change.before, frozenset | list)
    if collection and max(_size(change.before), _size(change.after)) > _FEW:
        yield name + delta(change)
    elif len(name) + len(old) + len(new) + 4 <= width:
        yield f"{name}{old} -> {new}"
    else:
        yield name + old
        yield " " * max(0, len(name) - 3) + "-> " + new


def delta(change: Change) -> str:
    """What came and what went: `+ 3, 4  - 7  (12 members)`."""
    parts = []
    if change.added:
        parts.append("+ " + ", ".join(show(item) for item in change.added))
    if change.removed:
        parts.append("- " + ", ".join(show(item) for item in change.removed))
    kind = "members" if isinstance(change.after, frozenset) else "entries"
    return "  ".join([*parts, f"({_size(change.after)} {kind})"])


def _size(value: Value) -> int:
    return len(value) if isinstance(value, frozenset | list) else 0

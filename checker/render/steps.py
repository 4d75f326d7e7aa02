"""A trace as a table for a page of text: a row per step, with every cell that it changed.

Nothing is cut short that fits on lines of its own, so that the run can be followed on paper.
"""

from __future__ import annotations

from dataclasses import dataclass

from checker.diff import Change
from checker.judging import steps
from checker.values import show

from . import svg
from .rules import rule_box
from .story import Moment, Story

MAX_ROWS = 60
_WIDTH, _EDGE = 880.0, 20.0
_MIDDLE = 360.0  # where the changes begin
_SMALL, _NORMAL, _LARGE = 11.0, 13.0, 16.0
_LINE, _HEAD = 15.0, 19.0
_MOST_LINES = 6  # of one change
_INDENT = "\N{NO-BREAK SPACE}" * 4


@dataclass(frozen=True, slots=True)
class _Row:
    """One step: its words on the left, what it changed on the right, line by line."""

    number: int
    title: str
    actor: str
    choices: tuple[str, ...]
    changes: tuple[str, ...]

    @property
    def height(self) -> float:
        """How high it is, without the gap to the next."""
        left = _HEAD + _LINE * len(self.choices)
        return max(left, _LINE * len(self.changes) + 4) + 8


def render_steps(story: Story) -> str:
    """The table as an SVG file.  A long trace keeps its start and its end and says so."""
    body: list[str] = []
    y = _title(body, story)
    places: dict[int, tuple[float, float]] = {}
    half = MAX_ROWS // 2
    left_out = len(story.moments) - 2 * half
    for moment in story.moments:
        if left_out > 0 and half <= moment.number < half + left_out:
            if moment.number == half:
                said = f"… {left_out} steps left out …"
                body.append(svg.text(_EDGE, y + 15, said, _SMALL, "quiet"))
                y += 28
            continue
        row = _row(moment, story)
        places[moment.number] = (y, y + row.height)
        y = _draw(body, story, row, y, last=moment is story.moments[-1])
    y = _end(body, story, places, y + 6)
    for rule in story.rules:
        y = rule_box(body, rule, _EDGE, _WIDTH, y)
    height = y + _EDGE - 8
    ground = svg.rect(0.5, 0.5, _WIDTH - 1, height - 1, "ground", 10)
    title = f"{story.trace.property}: {story.verdict} after {steps(story.trace.length)}"
    return svg.document(_WIDTH, height, title, [ground, *body])


def _title(body: list[str], story: Story) -> float:
    trace, room = story.trace, _WIDTH - 2 * _EDGE
    y = _EDGE + 14
    body.append(svg.text(_EDGE, y, svg.fit(trace.property, room, _LARGE), _LARGE, "ink bold"))
    for line in svg.wrap(trace.sentence, room, _NORMAL):
        y += 19
        body.append(svg.text(_EDGE, y, line, _NORMAL, "ink"))
    y += 19
    said = f"{story.verdict} after {steps(trace.length)}, {story.where}"
    body.append(svg.text(_EDGE, y, svg.fit(said, room, _SMALL), _SMALL, "quiet"))
    return y + 16


def _row(moment: Moment, story: Story) -> _Row:
    picked = "  ".join(f"{name}={show(value)}" for name, value in moment.choices.items())
    choices = svg.wrap(picked, _MIDDLE - _EDGE - 24, _SMALL)
    changes = [line for change in moment.changes for line in _change(change)]
    if moment.note and moment.note != story.shows:
        changes += svg.wrap(moment.note, _WIDTH - _MIDDLE - _EDGE - 8, _SMALL)
    return _Row(
        moment.number,
        f"{moment.number}  {moment.action}",
        moment.actor,
        tuple(choices),
        tuple(changes or ["no step" if moment.state is None else "nothing changes"]),
    )


def _change(change: Change) -> list[str]:
    """`path: before → after`, on several lines if it is long."""
    room = _WIDTH - _MIDDLE - _EDGE - 8
    said = f"{change.path}: {show(change.before)} → {show(change.after)}"
    first, *more = svg.wrap(said, room - 16, _SMALL)
    kept = more[: _MOST_LINES - 1]
    if len(more) > len(kept):
        kept[-1] += " …"
    return [first, *(f"{_INDENT}{line}" for line in kept)]


def _draw(body: list[str], story: Story, row: _Row, y: float, *, last: bool) -> float:
    """One row; the last one on a ground of its own, unless it only closes a loop."""
    if last and story.trace.loop is None:
        box = svg.rect(_EDGE - 8, y, _WIDTH - 2 * _EDGE + 16, row.height)
        body.append(f'<g class="{"good" if story.good else "bad"}">{box}</g>')
    else:
        line = f'<path class="line" d="M{_EDGE:g} {y:g}H{_WIDTH - _EDGE:g}"/>'
        body.append(line)
    body.append(f'<g class="row" data-step="{row.number}">')
    base = y + _HEAD - 2
    room = _MIDDLE - _EDGE - 16
    title = svg.fit(row.title, room, _NORMAL)
    body.append(svg.text(_EDGE, base, title, _NORMAL, "ink bold"))
    if svg.width_of(title, _NORMAL) + svg.width_of(row.actor, _SMALL) < room:
        x = _MIDDLE - 16
        body.append(svg.text(x, base, row.actor, _SMALL, "quiet", anchor="end"))
    for i, text in enumerate(row.choices, 1):
        body.append(svg.text(_EDGE, base + i * _LINE, text, _SMALL, "quiet"))
    for i, text in enumerate(row.changes):
        body.append(svg.text(_MIDDLE, base + i * _LINE, text, _SMALL, "ink"))
    body.append("</g>")
    return y + row.height


def _end(body: list[str], story: Story, places: dict[int, tuple[float, float]], y: float) -> float:
    """How it ends: what the last step shows, or the bracket of a loop and why it is fair."""
    said = [story.shows] if story.shows else []
    loop = story.trace.loop
    if loop is not None:
        top = places.get(loop, min(places.values()))[0] + 14
        end = places[max(places)][0] + 14
        path = f"M15 {end:g}H8V{top:g}h6m-4 -4l4 4l-4 4"
        body.append(f'<path class="flow" stroke-width="2" d="{path}"/>')
        said = [f"and back to step {loop}, for ever", *said, *story.fair]
    for i, line in enumerate(said):
        style = "quiet" if i else "ink bold"
        size = _SMALL if i else _NORMAL
        for part in svg.wrap(line, _WIDTH - 2 * _EDGE, size):
            y += 17
            body.append(svg.text(_EDGE, y, part, size, style))
    return y + 16

"""The strip of core cells: a row per step, a cell per core, the guilty rule underneath.

This is the picture for a page of text: it shows where each core stands after every step, what
changed in it, and which sentence of the specification lets it happen.
"""

from __future__ import annotations

from dataclasses import dataclass

from checker.values import show

from . import svg
from .rules import rule_box
from .story import Moment, Story
from .views import Cell, Row, Strip, strip_of

MAX_ROWS = 40
_EDGE = 20.0
_CELL_HEIGHT, _CELL_GAP = 40.0, 8.0
_ROW = _CELL_HEIGHT + _CELL_GAP
_SMALL, _NORMAL, _LARGE = 11.0, 13.0, 16.0


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the columns are, in user units."""

    left: float
    cell: float
    beside: float
    width: float


def render_strip(story: Story) -> str:
    """The strip as an SVG file.  A long trace keeps its start and its end and says so."""
    strip = strip_of(story.trace.system, story.states)
    layout = _layout(story, strip)
    body: list[str] = []
    y = _title(body, story, layout)
    y = _heads(body, strip, layout, y)
    y = _rows(body, story, strip, layout, y)
    y = _legend(body, strip, layout, y)
    for rule in story.rules:
        y = rule_box(body, rule, _EDGE, layout.width, y)
    height = y + _EDGE - 8
    ground = svg.rect(0.5, 0.5, layout.width - 1, height - 1, "ground", 10)
    title = f"{story.trace.property}: {story.verdict} after {story.trace.length} steps"
    return svg.document(layout.width, height, title, [ground, *body])


def _layout(story: Story, strip: Strip) -> _Layout:
    captions = max((svg.width_of(row.caption, _SMALL) for row in strip.rows), default=0.0)
    words = [
        svg.width_of(f"{m.number}  {m.action}", _NORMAL) + captions + 12 for m in story.moments
    ]
    words += [svg.width_of(_choices(m), _SMALL) for m in story.moments]
    left = min(max([150.0, *words]), 310.0) + _EDGE + 16
    cells = [c for row in strip.rows for c in row.cells]
    widest = max(
        [svg.width_of(c.label, _NORMAL) for c in cells]
        + [svg.width_of(c.detail, _SMALL) for c in cells]
        + [svg.width_of(h, _SMALL) for h in strip.heads],
        default=0.0,
    )
    cell = min(max(widest + 24, 84.0), 210.0)
    notes = [svg.width_of(text, _SMALL) for row in strip.rows for text in row.beside]
    beside = min(max(notes, default=0.0), 320.0)
    width = left + len(strip.heads) * (cell + _CELL_GAP) + (beside + 12 if beside else 0) + _EDGE
    return _Layout(left, cell, beside, max(width, 560.0))


def _title(body: list[str], story: Story, layout: _Layout) -> float:
    trace = story.trace
    room = layout.width - 2 * _EDGE
    y = _EDGE + 14
    body.append(svg.text(_EDGE, y, svg.fit(trace.property, room, _LARGE), _LARGE, "ink bold"))
    for line in svg.wrap(trace.sentence, room, _NORMAL):
        y += 19
        body.append(svg.text(_EDGE, y, line, _NORMAL, "ink"))
    y += 19
    line = f"{story.verdict} after {trace.length} steps, {story.where}"
    body.append(svg.text(_EDGE, y, svg.fit(line, room, _SMALL), _SMALL, "quiet"))
    return y + 14


def _heads(body: list[str], strip: Strip, layout: _Layout, y: float) -> float:
    y += 12
    for i, head in enumerate(strip.heads):
        x = layout.left + i * (layout.cell + _CELL_GAP) + layout.cell / 2
        label = svg.fit(head, layout.cell, _SMALL)
        body.append(svg.text(x, y, label, _SMALL, "quiet", anchor="middle"))
    return y + 8


def _rows(body: list[str], story: Story, strip: Strip, layout: _Layout, y: float) -> float:
    count = len(story.moments)
    half = MAX_ROWS // 2
    previous: Row | None = None
    places: dict[int, float] = {}
    for moment in story.moments:
        if count > MAX_ROWS and moment.number == half:
            left_out = f"… {count - 2 * half} steps left out …"
            body.append(svg.text(_EDGE, y + 15, left_out, _SMALL, "quiet"))
            y += 28
        has_row = moment.number < len(strip.rows) and moment.state is not None
        row = strip.rows[moment.number] if has_row else None
        if count <= MAX_ROWS or moment.number < half or moment.number >= count - half:
            places[moment.number] = y + _CELL_HEIGHT / 2
            _row(body, story, moment, row, previous, layout, y)
            y += _ROW
        previous = row
    if story.trace.loop is not None:
        y = _loop(body, story.trace.loop, places, y)
        room = layout.width - 2 * _EDGE
        said = [story.shows, *story.fair] if story.shows else []
        for line in said:
            body.append(svg.text(_EDGE, y + 8, svg.fit(line, room, _SMALL), _SMALL, "quiet"))
            y += 16
        y += 4 if said else 0
    return y


def _loop(body: list[str], start: int, places: dict[int, float], y: float) -> float:
    """A bracket from the last row back to the one the loop starts in, and a line that says so."""
    end = places[max(places)]
    top = places.get(start, min(places.values()))  # its row may be among those left out
    path = f"M15 {end:g}H8V{top:g}h6m-4 -4l4 4l-4 4"
    body.append(f'<path class="flow" stroke-width="2" d="{path}"/>')
    text = f"and back to step {start}, for ever"
    body.append(svg.text(_EDGE, y + 12, text, _NORMAL, "ink bold"))
    return y + 24


def _row(
    body: list[str],
    story: Story,
    moment: Moment,
    row: Row | None,
    previous: Row | None,
    layout: _Layout,
    y: float,
) -> None:
    last = moment is story.moments[-1]
    if last and story.trace.loop is None:
        box = svg.rect(_EDGE - 8, y - 4, layout.width - 2 * _EDGE + 16, _CELL_HEIGHT + 8)
        body.append(f'<g class="{"good" if story.good else "bad"}">{box}</g>')
    body.append(f'<g class="row" data-step="{moment.number}">')
    _words(body, moment, row.caption if row else "", layout, y)
    body.append("</g>")
    if row is None:
        if story.trace.loop is not None:
            return  # the bracket says where this step leads
        room = layout.width - layout.left - _EDGE
        for i, line in enumerate(svg.wrap(moment.note, room, _NORMAL)[:2]):
            body.append(svg.text(layout.left, y + 17 + 16 * i, line, _NORMAL, "ink"))
        return
    before = previous.cells if previous else ()
    for i, cell in enumerate(row.cells):
        x = layout.left + i * (layout.cell + _CELL_GAP)
        changed = i < len(before) and before[i] != cell
        body.append(_cell(cell, x, y, layout.cell, changed=changed))
    x = layout.left + len(row.cells) * (layout.cell + _CELL_GAP) + 8
    for i, line in enumerate(row.beside[:2]):
        body.append(
            svg.text(x, y + 17 + 16 * i, svg.fit(line, layout.beside, _SMALL), _SMALL, "ink")
        )


def _words(body: list[str], moment: Moment, caption: str, layout: _Layout, y: float) -> None:
    """Left of the cells: the action and when it happens; under it who, with which choices."""
    room = layout.left - _EDGE - 16
    action = svg.fit(f"{moment.number}  {moment.action}", room, _NORMAL)
    body.append(svg.text(_EDGE, y + 17, action, _NORMAL, "ink bold"))
    left = room - svg.width_of(action, _NORMAL) - 8
    if svg.width_of(caption, _SMALL) <= left:
        x = _EDGE + room
        body.append(svg.text(x, y + 17, caption, _SMALL, "quiet", anchor="end"))
    under = svg.fit(_choices(moment), room, _SMALL)
    body.append(svg.text(_EDGE, y + 33, under, _SMALL, "quiet"))


def _choices(moment: Moment) -> str:
    picked = "  ".join(f"{name}={show(value)}" for name, value in moment.choices.items())
    return ": ".join(part for part in (moment.actor, picked) if part)


def _cell(cell: Cell, x: float, y: float, width: float, *, changed: bool) -> str:
    """A box with its word; a changed one has a mark in its corner."""
    middle, room = x + width / 2, width - 12
    parts = [svg.rect(x, y, width, _CELL_HEIGHT)]
    base = y + (17 if cell.detail else 25)
    label = svg.fit(cell.label, room, _NORMAL)
    parts.append(svg.text(middle, base, label, _NORMAL, "bold", anchor="middle"))
    if cell.detail:
        detail = svg.fit(cell.detail, room, _SMALL)
        parts.append(svg.text(middle, y + 32, detail, _SMALL, "", anchor="middle"))
    mark = f'<path class="mark" d="M{x + 3:g} {y + 3:g}h9l-9 9z"/>' if changed else ""
    return f'<g class="{cell.style}">{"".join(parts)}</g>{mark}'


def _legend(body: list[str], strip: Strip, layout: _Layout, y: float) -> float:
    entries = [*strip.legend, ("", "changed by this step")]
    x, y = _EDGE, y + 10
    for style, meaning in entries:
        width = 22 + svg.width_of(meaning, _SMALL) + 14
        if x + width > layout.width - _EDGE:
            x, y = _EDGE, y + 20
        if style:
            body.append(f'<g class="{style}">{svg.rect(x, y - 1, 14, 14, "", 3)}</g>')
        else:
            body.append(f'<path class="mark" d="M{x + 3:g} {y + 1:g}h9l-9 9z"/>')
        body.append(svg.text(x + 20, y + 10, meaning, _SMALL, "quiet"))
        x += width
    return y + 26

"""Our own drawing of a trace as a chain of boxes, for where there is no Graphviz."""

from __future__ import annotations

from checker.values import show

from . import svg
from .story import Moment, Story

MAX_BOXES = 60
_EDGE, _WIDTH, _GAP = 20.0, 640.0, 34.0
_SMALL, _NORMAL, _LARGE = 11.0, 12.0, 16.0
_LINE = 16.0
_CELLS = 8
_MARGIN = 60.0  # to the right of the boxes, for the arrow of a loop


def render_chain(story: Story) -> str:
    """An SVG file: one box per state with the cells that changed, the step beside the arrow."""
    body: list[str] = []
    room = _WIDTH - 2 * _EDGE
    y = _EDGE + 14
    body.append(svg.text(_EDGE, y, svg.fit(story.trace.property, room, _LARGE), _LARGE, "ink bold"))
    y += 18
    line = f"{story.verdict} after {story.trace.length} steps, {story.where}"
    body.append(svg.text(_EDGE, y, svg.fit(line, room, _SMALL), _SMALL, "quiet"))
    y += 8
    middles: dict[int, float] = {}
    half = MAX_BOXES // 2
    for moment in story.moments:
        left_out = len(story.moments) - 2 * half
        if left_out > 0 and half <= moment.number < half + left_out:
            if moment.number == half:
                y += 24
                text = f"… {left_out} steps left out …"
                body.append(svg.text(_EDGE + 40, y, text, _SMALL, "quiet"))
            continue
        y, middles[moment.number] = _box(body, story, moment, y)
    if story.trace.loop in middles and story.trace.loop is not None:
        _loop(body, middles[story.trace.loop], middles[max(middles)])
    for line in story.fair:
        y += 17
        body.append(svg.text(_EDGE, y, svg.fit(line, room, _SMALL), _SMALL, "quiet"))
    height = y + _EDGE
    ground = svg.rect(0.5, 0.5, _WIDTH - 1, height - 1, "ground", 10)
    title = f"{story.trace.property}: {story.verdict}"
    return svg.document(_WIDTH, height, title, [ground, *body])


def _box(body: list[str], story: Story, moment: Moment, y: float) -> tuple[float, float]:
    """Arrow with the step, then the box; returns the new y and the middle of the box."""
    x, width = _EDGE, _WIDTH - 2 * _EDGE - _MARGIN
    middle = x + 24
    body.append(f'<path class="flow" d="M{middle:g} {y + 6:g}V{y + _GAP - 2:g}m-4 -7l4 7l4 -7"/>')
    label = svg.fit(f"{moment.number}  {moment.call}", width - 60, _NORMAL)
    body.append(svg.text(middle + 14, y + 22, label, _NORMAL, "ink bold"))
    if moment.actor and svg.width_of(label + moment.actor, _NORMAL) < width - 80:
        body.append(svg.text(x + width, y + 22, moment.actor, _SMALL, "quiet", anchor="end"))
    y += _GAP
    lines = [f"{c.path}: {show(c.before)} → {show(c.after)}" for c in moment.changes[:_CELLS]]
    if len(moment.changes) > _CELLS:
        lines.append(f"and {len(moment.changes) - _CELLS} more cells")
    lines += [moment.note] if moment.note else []
    last = moment is story.moments[-1]
    if last and story.shows and story.shows != moment.note:
        lines.append(story.shows)
    height = 12 + _LINE * max(1, len(lines))
    style = ("good" if story.good else "bad") if last and story.trace.loop is None else "plain"
    body.append(f'<g class="{style}">{svg.rect(x, y, width, height)}')
    for i, line in enumerate(lines or ["nothing changes"]):
        fitted = svg.fit(line, width - 20, _NORMAL)
        body.append(svg.text(x + 10, y + 18 + _LINE * i, fitted, _NORMAL, ""))
    body.append("</g>")
    return y + height, y + height / 2


def _loop(body: list[str], top: float, bottom: float) -> None:
    """The arrow back from the last box to the one the loop starts in."""
    right = _WIDTH - _EDGE - _MARGIN
    path = f"M{right:g} {bottom:g}h28V{top:g}h-24m7 -4l-7 4l7 4"
    body.append(f'<path class="flow" stroke-width="2" d="{path}"/>')
    body.append(svg.text(right + 34, (top + bottom) / 2, "loop", _SMALL, "quiet"))

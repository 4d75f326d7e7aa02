"""Lanes per actor, time downwards: who does what, and the state each step leaves behind."""

from __future__ import annotations

from checker.values import show

from . import svg
from .story import Moment, Story

_EDGE, _ROW, _BOX = 16.0, 50.0, 36.0
_SMALL, _NORMAL = 11.0, 13.0
_LANE, _NARROW, _PAGE = 210.0, 110.0, 640.0  # lanes share a column of a page while they can


def render_lanes(story: Story) -> str:
    """An SVG file: a lane per actor, a box per step, arrows in the order of the run.

    Each box carries `data-step`, so that a page can select it.
    """
    actors = story.actors
    lane = max(_NARROW, min(_LANE, (_PAGE - 2 * _EDGE) / max(1, len(actors))))
    width = 2 * _EDGE + lane * len(actors)
    body: list[str] = []
    bottom = 40.0 + _ROW * len(story.moments)
    for i, actor in enumerate(actors):
        x = _EDGE + lane * (i + 0.5)
        name = svg.fit(actor or "environment", lane, _NORMAL)
        body.append(svg.text(x, 24, name, _NORMAL, "ink bold", anchor="middle"))
        body.append(f'<path class="line" stroke-dasharray="2 4" d="M{x:g} 34V{bottom:g}"/>')
    previous: tuple[float, float] | None = None
    places: dict[int, float] = {}
    for moment in story.moments:
        x = _EDGE + lane * (actors.index(moment.actor) + 0.5)
        y = 42.0 + _ROW * moment.number
        if previous:
            body.append(_arrow(previous, (x, y)))
        body.append(_box(story, moment, x, y, lane - 16))
        previous, places[moment.number] = (x, y + _BOX), y + _BOX / 2
    if story.trace.loop is not None and story.trace.loop in places:
        top, end = places[story.trace.loop], places[max(places)]
        body.append(
            f'<path class="flow" stroke-width="2" d="M4 {end:g}V{top:g}h8m-5 -4l5 4l-5 4"/>'
        )
    ground = svg.rect(0.5, 0.5, width - 1, bottom + 11, "ground", 10)
    title = f"{story.trace.property}: steps by actor"
    return svg.document(width, bottom + 12, title, [ground, *body])


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x, y), (to, down) = start, end
    middle = (y + down) / 2
    path = f"M{x:g} {y:g}V{middle:g}H{to:g}V{down - 1:g}m-3.5 -5l3.5 5l3.5 -5"
    return f'<path class="flow" d="{path}"/>'


def _box(story: Story, moment: Moment, x: float, y: float, width: float) -> str:
    last = moment is story.moments[-1] and story.trace.loop is None
    style = ("good" if story.good else "bad") if last else "plain"
    picked = "  ".join(f"{name}={show(value)}" for name, value in moment.choices.items())
    name = svg.fit(f"{moment.number}  {moment.action}", width - 12, _NORMAL)
    parts = [svg.rect(x - width / 2, y, width, _BOX)]
    base = y + (16 if picked else 23)
    parts.append(svg.text(x, base, name, _NORMAL, "bold", anchor="middle"))
    if picked:
        fitted = svg.fit(picked, width - 12, _SMALL)
        parts.append(svg.text(x, y + 30, fitted, _SMALL, "", anchor="middle"))
    return f'<g class="{style} step" data-step="{moment.number}">{"".join(parts)}</g>'

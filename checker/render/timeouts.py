"""The picture of the three timeout rules: when each removes a candidate, by when it was backed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checker.timeouts import Course

from . import svg

_TITLES = {
    "prose": ("§2.5.5/description.5.6", "only in the first t - 1 blocks of a rotation"),
    "predicate": (
        "§2.5.5/availability_timeout_predicate.3",
        "only within the longer of both periods after a rotation",
    ),
    "algorithm": ("§1.7.1/alg-10.4.2", "in any block"),
}
_CELL, _ROW, _EDGE, _LEFT = 44.0, 24.0, 16.0, 150.0
_SMALL, _NORMAL, _LARGE = 11.0, 13.0, 16.0


def timeouts_text(courses: Sequence[Course]) -> str:
    """The same as a table: of each rule the blocks that candidates wait."""
    lines = [
        f"{'backed in block':<16}" + "".join(f"{b:>6}" for b in range(len(courses[0].removed)))
    ]
    for course in courses:
        waits = [
            "-" if gone is None else str(gone - backed)
            for backed, gone in enumerate(course.removed)
        ]
        lines.append(f"{course.rule:<16}" + "".join(f"{w:>6}" for w in waits))
    return "\n".join(lines) + "\n"


def render_timeouts(courses: Sequence[Course], sizes: Mapping[str, int]) -> str:
    """Three panels below each other: a row for each block in which a candidate is backed."""
    rotation = sizes["frequency"]
    last = max(gone for course in courses for gone in course.removed if gone is not None)
    blocks = max(last + 1, 2 * rotation)
    width = _LEFT + blocks * _CELL + _EDGE
    body = [""]
    y = _heading(body, sizes)
    for course in courses:
        y = _panel(body, course, blocks, y)
    height = y + 4
    body[0] = svg.rect(0.5, 0.5, width - 1, height - 1, "ground", 8)
    return svg.document(width, height, "When a candidate times out, by three sentences", body)


def _heading(body: list[str], sizes: Mapping[str, int]) -> float:
    body.append(
        svg.text(_EDGE, 30, "When a candidate times out, by three sentences", _LARGE, "ink bold")
    )
    periods = f"Its period t is {sizes['chain']} blocks, a parathread's {sizes['thread']}"
    rotations = f"at the lines, every {sizes['frequency']} blocks, the groups rotate"
    told = "A parachain's candidate that never becomes available.", f"{periods}; {rotations}."
    for line, words in enumerate(told):
        body.append(svg.text(_EDGE, 50 + 18 * line, words, _NORMAL, "quiet"))
    return 84.0


def _panel(body: list[str], course: Course, blocks: int, y: float) -> float:
    """One rule: its sentence, the blocks with those in which it fires, the candidates."""
    token, words = _TITLES[course.rule]
    body.append(svg.text(_EDGE, y + 16, f"{course.rule}: {words}", _NORMAL, "ink bold"))
    body.append(svg.text(_EDGE, y + 32, token, _SMALL, "quiet"))
    y = _blocks(body, course, blocks, y + 40)
    for backed, gone in enumerate(course.removed):
        y = _candidate(body, backed, gone, blocks, y)
    return y + 14


def _blocks(body: list[str], course: Course, blocks: int, y: float) -> float:
    """The row of block numbers; a block that fires says so."""
    rotation = len(course.fires)
    body.append(svg.text(_EDGE, y + 16, "block: may fire", _SMALL, "quiet"))
    for block in range(blocks):
        fires = course.fires[block % rotation]
        style, word = ("scheduled", f"{block} fire") if fires else ("absent", str(block))
        x = _LEFT + block * _CELL
        box = svg.rect(x + 1, y, _CELL - 2, _ROW - 4, radius=3)
        label = svg.text(x + _CELL / 2, y + 14, word, _SMALL, "", anchor="middle")
        body.append(f'<g class="{style}">{box}{label}</g>')
        if block and block % rotation == 0:
            height = _ROW * (1 + len(course.removed))
            body.append(f'<path class="flow" d="M {x:g} {y - 3:g} v {height:g}"/>')
    return y + _ROW


def _candidate(body: list[str], backed: int, gone: int | None, blocks: int, y: float) -> float:
    """One candidate: occupied from its block to the one that removes it."""
    body.append(svg.text(_EDGE, y + 15, f"backed in block {backed}", _SMALL, "quiet"))
    end = blocks if gone is None else gone
    x = _LEFT + backed * _CELL
    style = "stuck" if gone is None else "occupied"
    box = svg.rect(x + 1, y, (end - backed) * _CELL - 2, _ROW - 4, radius=3)
    wait = "never removed" if gone is None else f"waits {gone - backed}"
    label = svg.text(x + (end - backed) * _CELL / 2, y + 14, wait, _SMALL, "", anchor="middle")
    body.append(f'<g class="{style}">{box}{label}</g>')
    if gone is not None:
        x = _LEFT + gone * _CELL
        box = svg.rect(x + 1, y, _CELL - 2, _ROW - 4, radius=3)
        label = svg.text(x + _CELL / 2, y + 14, "free", _SMALL, "", anchor="middle")
        body.append(f'<g class="free">{box}{label}</g>')
    return y + _ROW

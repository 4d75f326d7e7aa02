"""The box under a picture that names the rule to blame."""

from __future__ import annotations

from . import svg
from .story import Rule

_SMALL, _NORMAL = 11.0, 13.0


def rule_box(body: list[str], rule: Rule, edge: float, width: float, y: float) -> float:
    """Draw token, paraphrase and the amendment that mends it; the new `y`."""
    room = width - 2 * edge - 24
    lines = svg.wrap(rule.text, room, _NORMAL)
    mended = [f"mended by amendment {rule.amendment}"] if rule.amendment else []
    height = 26 + 18 * len(lines) + 17 * len(mended) + 8
    body.append(f'<g class="bad">{svg.rect(edge, y, width - 2 * edge, height)}')
    body.append(svg.text(edge + 12, y + 20, svg.fit(rule.token, room, _NORMAL), _NORMAL, "bold"))
    base = y + 20
    for line in lines:
        base += 18
        body.append(svg.text(edge + 12, base, line, _NORMAL, ""))
    for line in mended:
        base += 17
        body.append(svg.text(edge + 12, base, svg.fit(line, room, _SMALL), _SMALL, ""))
    body.append("</g>")
    return y + height + 10

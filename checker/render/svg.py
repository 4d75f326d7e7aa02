"""The little SVG that the own pictures are made of: text that is escaped, boxes, a palette.

Every picture brings its own ground, so it is readable on a light and on a dark page; it turns dark
itself where the reader prefers that.  No state is told by colour alone: each box has a word in it.
"""

from __future__ import annotations

from html import escape

FONT = "'DejaVu Sans', Verdana, 'Segoe UI', Helvetica, Arial, sans-serif"
_ADVANCE = 0.60  # of the font size: generous for the fonts above, so that text stays in its box

# class: (ground, border, text), for a light page and for a dark one
_PALETTE = {
    "free": (("#f8fafc", "#94a3b8", "#475569"), ("#1e293b", "#64748b", "#cbd5e1")),
    "scheduled": (("#fef3c7", "#b45309", "#713f12"), ("#422006", "#d97706", "#fde68a")),
    "occupied": (("#dbeafe", "#1d4ed8", "#1e3a8a"), ("#172554", "#3b82f6", "#bfdbfe")),
    "stuck": (("#fecaca", "#b91c1c", "#7f1d1d"), ("#7f1d1d", "#f87171", "#fee2e2")),
    "absent": (("none", "#cbd5e1", "#94a3b8"), ("none", "#334155", "#64748b")),
    "plain": (("#f1f5f9", "#94a3b8", "#1e293b"), ("#1e293b", "#64748b", "#e2e8f0")),
    "bad": (("#fee2e2", "#b91c1c", "#7f1d1d"), ("#450a0a", "#f87171", "#fecaca")),
    "good": (("#dcfce7", "#15803d", "#14532d"), ("#052e16", "#4ade80", "#bbf7d0")),
}


def style_sheet() -> str:
    """The rules for all classes, light first, dark behind a media query; all under `.strip`."""
    light, dark = _rules(0), _rules(1)
    common = (
        f".strip text {{ font-family: {FONT}; }}\n"
        ".strip .bold { font-weight: bold; }\n"
        ".strip .absent rect { stroke-dasharray: 3 3; }\n"
        ".strip .stuck rect { stroke-width: 2.5; }\n"
    )
    return f"{common}{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n"


def _rules(mode: int) -> str:
    ground, ink, quiet, line, mark = (
        ("#ffffff", "#0f172a", "#475569", "#cbd5e1", "#0f172a"),
        ("#0f172a", "#f1f5f9", "#a3b1c6", "#334155", "#f8fafc"),
    )[mode]
    lines = [
        f".strip .ground {{ fill: {ground}; stroke: {line}; }}",
        f".strip .ink {{ fill: {ink}; }}",
        f".strip .quiet {{ fill: {quiet}; }}",
        f".strip .line {{ stroke: {line}; fill: none; }}",
        f".strip .flow {{ stroke: {quiet}; fill: none; }}",
        f".strip .mark {{ fill: {mark}; }}",
    ]
    for name, modes in _PALETTE.items():
        fill, stroke, text = modes[mode]
        lines.append(f".strip .{name} rect {{ fill: {fill}; stroke: {stroke}; }}")
        lines.append(f".strip .{name} text {{ fill: {text}; }}")
    return "\n".join(lines) + "\n"


def width_of(text: str, size: float) -> float:
    """About how wide a text is, in user units; on the generous side."""
    return len(text) * size * _ADVANCE


def fit(text: str, width: float, size: float) -> str:
    """The text, shortened with an ellipsis to what fits."""
    room = max(1, int(width / (size * _ADVANCE)))
    return text if len(text) <= room else text[: room - 1] + "…"


def wrap(text: str, width: float, size: float) -> list[str]:
    """The text on lines that fit; a word longer than a line is shortened."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(fit(word, width, size))
    return lines


def text(
    x: float, y: float, content: str, size: float, style: str, *, anchor: str = "start"
) -> str:
    """A line of text with its base line at `y`."""
    where = f'x="{x:g}" y="{y:g}" font-size="{size:g}"'
    end = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text class="{style}" {where}{end}>{escape(content)}</text>'


def rect(
    x: float, y: float, width: float, height: float, style: str = "", radius: float = 6
) -> str:
    """A box with round corners."""
    named = f' class="{style}"' if style else ""
    size = f'width="{width:g}" height="{height:g}" rx="{radius:g}"'
    return f'<rect{named} x="{x:g}" y="{y:g}" {size}/>'


def document(width: float, height: float, title: str, body: list[str]) -> str:
    """A whole SVG file."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="strip" role="img" width="{width:g}" '
        f'height="{height:g}" viewBox="0 0 {width:g} {height:g}">'
    )
    style = f"<style>\n{style_sheet()}</style>"
    return "\n".join([head, f"<title>{escape(title)}</title>", style, *body, "</svg>"]) + "\n"

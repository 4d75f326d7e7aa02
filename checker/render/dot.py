"""A trace as Graphviz source: one box per state with the cells that changed, one arrow per step."""

from __future__ import annotations

from checker.diff import Change
from checker.values import show

from .story import Moment, Story

MAX_NODES = 200  # past that a drawing of boxes helps nobody
_CELLS = 8
_WIDTH = 60

_HEAD = """\
digraph trace {
  graph [rankdir=TB, bgcolor="#ffffff", pad=0.3, nodesep=0.4, ranksep=0.45, \
fontname="Helvetica", fontcolor="#1f2933", labelloc=t, labeljust=l, label=%s];
  node [shape=box, style="rounded,filled", fillcolor="#f1f5f9", color="#64748b", \
fontname="Helvetica", fontcolor="#1f2933", fontsize=11, margin="0.15,0.08"];
  edge [color="#475569", fontname="Helvetica", fontcolor="#334155", fontsize=11, arrowsize=0.7];
"""
_GOOD = 'color="#15803d", fillcolor="#dcfce7", penwidth=2'
_BAD = 'color="#b91c1c", fillcolor="#fee2e2", penwidth=2'


def dot_source(story: Story) -> str:
    """Graphviz source of a story, the same text for the same story.

    A long trace keeps its start and its end and says how many states were left out.
    """
    shown, left_out = _cut(story.moments)
    title = f"{story.trace.property}: {story.verdict}\n{story.where}"
    lines = [_HEAD % quote(title, left=True)]
    previous = ""
    loop: list[str] = []  # the boxes of the loop, drawn in a frame
    for moment in shown:
        name = _name(moment)
        boxes = loop if story.in_loop(moment) else lines
        if left_out and moment.number == shown[-_end(shown)].number:
            boxes.append(
                f'  gap [shape=plaintext, style="", label={quote(f"{left_out} states left out")}];'
            )
            lines.append(f"  {previous} -> gap [style=dashed];")
            previous = "gap"
        if moment.state is None and story.trace.loop is not None:
            lines.append(_back(story, previous, _edge(moment)))
            break
        boxes.append(_node(story, moment, last=moment is shown[-1]))
        source = previous or "start"
        if not previous:
            lines.append('  start [shape=point, width=0.12, color="#475569", label=""];')
        lines.append(f"  {source} -> {name} [label={quote(_edge(moment), left=True)}];")
        previous = name
    else:
        if story.trace.loop is not None:
            lines.append(_back(story, previous, "the same state again"))
    return "\n".join([*lines, *_framed(story, loop)]) + "\n}\n"


def _framed(story: Story, boxes: list[str]) -> list[str]:
    """The boxes of the loop in a frame that says what comes again, and how that is fair."""
    if not boxes:
        return []
    said = ["for ever", *(part for part in story.shows.split("; ") if part), *story.fair]
    label = quote("\n".join(map(_short, said)), left=True)
    frame = 'style="rounded,dashed", color="#b91c1c", fontcolor="#b91c1c", fontsize=11'
    head = f"  subgraph cluster_loop {{ label={label}; labelloc=b; {frame.replace(', ', '; ')};"
    return [head, *(f"  {box}" for box in boxes), "  }"]


def _cut(moments: tuple[Moment, ...]) -> tuple[list[Moment], int]:
    if len(moments) <= MAX_NODES:
        return list(moments), 0
    half = MAX_NODES // 2
    return [*moments[:half], *moments[-half:]], len(moments) - 2 * half


def _end(shown: list[Moment]) -> int:
    return len(shown) // 2


def _name(moment: Moment) -> str:
    return f"s{moment.number}"


def _node(story: Story, moment: Moment, *, last: bool) -> str:
    lines = [f"state {moment.number}"] if moment.state is not None else []
    lines += [_line(change) for change in moment.changes[:_CELLS]]
    if len(moment.changes) > _CELLS:
        lines.append(f"and {len(moment.changes) - _CELLS} more cells")
    if moment.note:
        lines.append(moment.note)
    if last and story.shows and story.shows != moment.note:
        lines.append(story.shows)
    style = ""
    if last and story.trace.loop is None:
        style = ", " + (_GOOD if story.good else _BAD)
    shape = (
        ", shape=octagon, style=filled" if moment.state is None and story.trace.loop is None else ""
    )
    label = quote("\n".join(_short(line) for line in lines), left=True)
    return f"  {_name(moment)} [label={label}{style}{shape}];"


def _line(change: Change) -> str:
    return f"{change.path}: {show(change.before)} → {show(change.after)}"


def _edge(moment: Moment) -> str:
    parts = [f"{moment.number}  {moment.call}"]
    if moment.actor:
        parts.append(moment.actor)
    return "\n".join(_short(part) for part in parts)


def _back(story: Story, last: str, label: str) -> str:
    """The arrow that closes the loop; bold, because it is what the reader looks for."""
    style = 'style=bold, color="#b91c1c", constraint=false'
    return f"  {last} -> s{story.trace.loop} [label={quote(label, left=True)}, {style}];"


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def quote(text: str, *, left: bool = False) -> str:
    """A Graphviz string: backslashes and quotes escaped, lines centred or to the left."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    end = "\\l" if left else "\\n"
    joined = escaped.replace("\n", end)
    return f'"{joined}{end if left else ""}"'

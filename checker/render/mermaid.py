"""A trace as a Mermaid sequence diagram, for pull-request comments and Markdown pages."""

from __future__ import annotations

from checker.diff import Change
from checker.values import show

from .story import Moment, Story

MAX_MESSAGES = 40
_FIRST = 10  # of a trace that is cut: how many steps of its start are kept
_CHANGES = 4
_WIDTH = 70
_NOBODY = "environment"
_CODES = {sign: f"#{ord(sign)};" for sign in "#;<>"}


def render_mermaid(story: Story) -> str:
    """A `sequenceDiagram`: each actor's steps as messages to the system, changes as notes.

    At most MAX_MESSAGES messages: of a longer trace the start and the end, and a note that says so.
    """
    system = story.trace.system
    actors = [actor or _NOBODY for actor in story.actors]
    lines = ["sequenceDiagram"]
    names = {actor: f"a{i}" for i, actor in enumerate(dict.fromkeys(actors))}
    lines += [f"  participant {name} as {_escape(actor)}" for actor, name in names.items()]
    lines.append(f"  participant sys as {_escape(system)}")
    title = f"{story.trace.property}: {story.verdict}"
    lines.append(f"  Note over {_everyone(names)}: {_escape(title)}")
    shown, left_out = _cut(story.moments)
    open_loop = False
    for moment in shown:
        if left_out and moment.number == _FIRST + left_out:
            text = f"{left_out} of {len(story.moments)} steps are left out here"
            lines.append(f"  Note over {_everyone(names)}: {text}")
        lines += _message(story, moment, names)
        if story.trace.loop is not None and not open_loop and moment.number >= story.trace.loop:
            lines.append("  loop for ever")
            open_loop = True
    if open_loop:
        back = f"back to state {story.trace.loop}"
        lines += [f"  Note over {_everyone(names)}: {back}", "  end"]
    if story.shows:
        said = "<br/>".join(_escape(line) for line in (story.shows, *story.fair))
        lines.append(f"  Note over {_everyone(names)}: {said}")
    return "\n".join(lines) + "\n"


def _cut(moments: tuple[Moment, ...]) -> tuple[list[Moment], int]:
    if len(moments) <= MAX_MESSAGES:
        return list(moments), 0
    last = MAX_MESSAGES - _FIRST
    return [*moments[:_FIRST], *moments[-last:]], len(moments) - MAX_MESSAGES


def _everyone(names: dict[str, str]) -> str:
    return f"{next(iter(names.values()))},sys" if names else "sys"


def _message(story: Story, moment: Moment, names: dict[str, str]) -> list[str]:
    """The step; a cross at the arrow's end where it has no successor."""
    sender = names[moment.actor or _NOBODY]
    closes = moment.state is None and story.trace.loop is not None
    arrow = "->>" if moment.state is not None or closes else "-x"
    lines = [f"  {sender}{arrow}sys: {_escape(_short(f'{moment.number} {moment.call}'))}"]
    notes = [_line(change) for change in moment.changes[:_CHANGES]]
    if len(moment.changes) > _CHANGES:
        notes.append(f"and {len(moment.changes) - _CHANGES} more")
    notes += [moment.note] if moment.note and not closes else []
    if notes:
        lines.append("  Note right of sys: " + "<br/>".join(_escape(_short(n)) for n in notes))
    return lines


def _line(change: Change) -> str:
    return f"{change.path}: {show(change.before)} → {show(change.after)}"


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"


def _escape(text: str) -> str:
    """Mermaid reads `#` as a character code, `;` as the end of a line, `<` as a tag."""
    return " ".join("".join(_CODES.get(sign, sign) for sign in text).split())

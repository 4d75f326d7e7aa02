"""Annotations and the step summary of GitHub, within their limits.

Ten errors and ten warnings of a step are shown and the rest is dropped without a word, so the worst
come first and the last one says how many are hidden.  A summary of more than 1 MiB is rejected as a
whole, so a long one is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .cases import Case, worst_first
from .verdict import Word

MOST = 10
MOST_BYTES = 1 << 20
MOST_COMMENT = 65_536
_MARGIN = 200


def commands(found: Iterable[Case]) -> str:
    """Workflow commands for what did not pass: at most ten errors and ten warnings."""
    failed = [c for c in worst_first(found) if not c.passed]
    lines = []
    for level, wanted in (("error", True), ("warning", False)):
        own = [c for c in failed if (c.verdict.word in _ERRORS) is wanted]
        shown = own if len(own) <= MOST else own[: MOST - 1]
        lines += [_annotation(level, c) for c in shown]
        if len(own) > len(shown):
            text = f"{len(own) - len(shown)} more are not shown here; see the summary of the step"
            lines.append(f"::{level} title=parascope::{_data(text)}")
    return "".join(f"{line}\n" for line in lines)


_ERRORS = {Word.VIOLATED, Word.ERROR}


def _annotation(level: str, case: Case) -> str:
    facts = {"title": f"{case.verdict.system}: {case.verdict.property}"}
    if case.place is not None:
        facts = {"file": case.place.file, "line": str(case.place.line), **facts}
    inside = ",".join(f"{name}={_property(value)}" for name, value in facts.items())
    return f"::{level} {inside}::{_data(f'{case.name}: {case.message}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def summary(
    suites: Mapping[str, Iterable[Case]],
    diagrams: Mapping[str, str] | None = None,
    notes: Iterable[str] = (),
    most: int = MOST_BYTES,
) -> str:
    """Markdown: a table per space, then diagrams in Mermaid by title, while there is room."""
    text = "# parascope\n\n" + "".join(f"- {_cell(note)}\n" for note in notes)
    blocks = [_table(title, worst_first(found)) for title, found in suites.items()]
    blocks += [
        f"\n<details><summary>{_cell(title)}</summary>\n\n```mermaid\n{drawing}```\n\n</details>\n"
        for title, drawing in (diagrams or {}).items()
    ]
    for number, block in enumerate(blocks):
        if len((text + block).encode()) > most - _MARGIN:
            rest = len(blocks) - number
            return text + f"\n{rest} more are left out: the limit is {most} bytes.\n"
        text += block
    return text


def _table(title: str, found: Iterable[Case]) -> str:
    lines = ["", f"## {_cell(title)}", "", "| | verdict | property | extent | token |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for case in found:
        v = case.verdict
        mark = "ok" if case.passed else "**not as wanted**"
        text = f"**{v.text}**" if v.word in _ERRORS else v.text
        text += ", confirmed on the reference implementation" if v.confirmed else ""
        lines.append(f"| {mark} | {_cell(text)} | {v.property} | {_cell(v.extent)} | {v.token} |")
        if not case.passed:
            lines.append(f"| | | {_cell(case.message)} | | |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())

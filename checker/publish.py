"""A folder of results: an index page, pictures, and one file for each kind of machine.

A picture that cannot be drawn is missing from the page and fails nothing.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from . import github, junit, sarif
from .cases import Case, cases
from .evidence import SUFFIX, file_name, of_run
from .files import OutputError, write_bytes, write_text
from .formats import complete, verdicts_json
from .itf import format_itf
from .space import WITHOUT
from .verdict import Word, worst

if TYPE_CHECKING:
    from .judging import Run
    from .trace import Trace

_MOST_DIAGRAMS = 20


@dataclass
class _Shown:
    """Files of one trace, by what they are: page, svg, png, trace; and its diagram."""

    title: str
    files: dict[str, str] = field(default_factory=dict)
    diagram: str = ""


def publish(
    out: str,
    runs: Sequence[Run],
    *,
    suites: Mapping[str, Sequence[Case]] | None = None,
    notes: Sequence[str] = (),
) -> None:
    """Write everything into the folder `out`, made if missing.  Raises OutputError."""
    folder = Path(out)
    runs = [complete(one, _names(one)) for one in runs]
    shown = [page for one in runs for page in _traces(one, folder)]
    found = suites if suites is not None else {one.space.title: cases(one) for one in runs}
    every = [case for suite in found.values() for case in suite]
    verdicts = [v for one in runs for v in one.verdicts]
    code = worst(v.exit_code for v in verdicts)
    diagrams = {s.title: s.diagram for s in shown if s.diagram}
    first = dict(list(diagrams.items())[:_MOST_DIAGRAMS])
    _write(folder / "verdicts.json", verdicts_json(verdicts, code, {}))
    _write(folder / "junit.xml", junit.document(found))
    _write(folder / "results.sarif", sarif.document(every))
    _write(folder / "summary.md", github.summary(found, first, notes))
    _write(folder / "report.html", _index(found, shown, notes))


def _names(one: Run) -> dict[str, str]:
    """The file of each trace inside the folder, unless the run says where they are."""
    known = {v.property: v.trace_file for v in one.verdicts if v.trace_file}
    return known or {v.property: file_name(one.space, v.property) for v in one.verdicts if v.trace}


def _write(path: Path, text: str) -> None:
    _folder(path.parent)
    write_text(path, text)


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(str(path), error.strerror or str(error)) from error


def _traces(one: Run, folder: Path) -> list[_Shown]:
    """Every trace of a run, drawn; a witness is a page only, and none if amendments are missing."""
    found = []
    for v in one.verdicts:
        wanted = v.word is not Word.REACHED or one.space.amended.mode != WITHOUT
        if v.trace is not None and wanted:
            name = file_name(one.space, v.property).removesuffix(SUFFIX)
            title = f"{v.property}: {v.text}, {one.space.title}"
            drawn = v.word is not Word.REACHED
            found.append(_one(one, v.trace, folder, name, title, drawn=drawn))
    if one.limit is not None:
        name = file_name(one.space, f"limit-{one.limit.property}").removesuffix(SUFFIX)
        title = f"limit {one.limit.property}, {one.space.title}"
        found.append(_one(one, one.limit, folder, name, title, drawn=True))
    return found


def _one(run: Run, trace: Trace, folder: Path, name: str, title: str, *, drawn: bool) -> _Shown:
    from .render.html import render_html
    from .render.mermaid import render_mermaid
    from .render.picture import render_picture

    story = of_run(run, trace).story()
    shown = _Shown(title)
    _write(folder / f"{name}{SUFFIX}", format_itf(trace, run.system))
    shown.files["trace"] = f"{name}{SUFFIX}"
    _write(folder / f"{name}.html", render_html(story, run.system))
    shown.files["page"] = f"{name}.html"
    if not drawn:
        return shown
    shown.diagram = render_mermaid(story)
    for layout in ("svg", "png"):
        picture = render_picture(story, layout)
        if picture.format == layout:
            write_bytes(folder / f"{name}.{layout}", picture.data)
            shown.files[layout] = f"{name}.{layout}"
    return shown


_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem;
  color: #1b1f24; background: #fff; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem;
  border-bottom: 1px solid #d8dee4; }
.bad { color: #a40e26; font-weight: 600; } .known { color: #7a4f01; }
code { font-size: 13px; } img { max-width: 100%; border: 1px solid #d8dee4; }
@media (prefers-color-scheme: dark) { body { color: #d1d7de; background: #0d1117; }
  th, td { border-color: #30363d; } .bad { color: #ff7b72; } .known { color: #d29922; }
  a { color: #79b8ff; } img { background: #fff; } }
"""


def _index(
    suites: Mapping[str, Sequence[Case]], shown: Sequence[_Shown], notes: Sequence[str]
) -> str:
    """The index page: notes, a table per space, the pictures; nothing is fetched from a network."""
    e = html.escape
    body = ["<h1>parascope</h1>", *(f"<p>{e(note)}</p>" for note in notes)]
    for title, found in suites.items():
        body.append(
            f"<h2>{e(title)}</h2><table><tr><th>verdict<th>property<th>extent<th>token</tr>"
        )
        body += [_row(case) for case in found]
        body.append("</table>")
    for one in shown:
        links = ", ".join(f'<a href="{e(path)}">{e(kind)}</a>' for kind, path in one.files.items())
        body.append(f"<h3>{e(one.title)}</h3><p>{links}</p>")
        if "svg" in one.files:
            body.append(f'<img loading="lazy" src="{e(one.files["svg"])}" alt="{e(one.title)}">')
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>parascope</title>'
        f"<style>{_STYLE}</style><body>" + "\n".join(body) + "</body></html>\n"
    )


def _row(case: Case) -> str:
    e, v = html.escape, case.verdict
    style = ' class="bad"' if not case.passed else ' class="known"' if not v.full else ""
    message = f"<br>{e(case.message)}" if not case.passed else f"<br>{e(v.sentence)}"
    confirmed = "<br>confirmed on the reference implementation" if v.confirmed else ""
    cells = (
        e(v.text) + confirmed,
        f"<code>{e(v.property)}</code>{message}",
        e(v.extent),
        e(v.token),
    )
    return f"<tr{style}>" + "".join(f"<td>{cell}" for cell in cells) + "</tr>"

"""What happens to a finished run: traces to files, verdicts to the format asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import adhoc, evidence, report
from .files import OutputError
from .replay import replay
from .verdict import BUILTIN, worst

if TYPE_CHECKING:
    from .judging import Run

DEFAULT_FOLDER = ".parascope"


def deliver(run: Run, layout: str, out: str | None) -> int:
    """Write the traces, print the verdicts; the exit status.

    Without a folder of the user's, traces go to a hidden one, and where that cannot be written the
    run is none the worse.
    """
    files = _write(run, out)
    if layout == "text":
        report.exploration(run, _stories(run), files)
    else:
        from .formats import document

        report.write(document(layout, run, files))
    if out is not None:
        from .publish import publish

        publish(out, [run])
    return worst(v.exit_code for v in run.verdicts)


def _write(run: Run, out: str | None) -> dict[str, str]:
    """The path of each trace, by property."""
    found = {v.property: v.trace for v in run.verdicts if v.trace is not None}
    if run.limit is not None:
        found[f"limit-{run.limit.property}"] = run.limit
    files: dict[str, str] = {}
    folder = DEFAULT_FOLDER if out is None else out
    for name, trace in found.items():
        try:
            file = evidence.file_name(run.space, name)
            files[name] = evidence.write(trace, run.system, folder, file)
        except OutputError as error:
            if out is not None:
                raise
            report.remark(f"traces are not kept: {error}")
            break
    return files


def _stories(run: Run) -> Iterator[str]:
    """Every counterexample as text, the way to a limit last."""
    from .render.text import render_text

    for v in run.verdicts:
        if v.trace is not None and (v.exit_code or v.property == adhoc.GOAL):
            stated = run.by_name[v.property] if v.kind != BUILTIN else None
            shown = replay(v.trace, run.system, stated)
            story = render_text(evidence.Evidence(v.trace, run.system, shown).story())
            yield story + (
                "     confirmed on the reference implementation\n" if v.confirmed else ""
            )
    if run.limit is not None:
        shown = replay(run.limit, run.system)
        yield render_text(evidence.Evidence(run.limit, run.system, shown).story())

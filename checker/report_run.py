"""What happens to a finished run: traces to files, verdicts to the format asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from . import adhoc, evidence, report
from .files import OutputError
from .verdict import Word, worst

if TYPE_CHECKING:
    from .judging import Run

DEFAULT_FOLDER = ".parascope"


def deliver(run: Run, layout: str, out: str | None) -> int:
    """Write the traces, print the verdicts; the exit status.

    Without a folder of the user's, traces go to a hidden one, and where that cannot be written the
    run is none the worse.
    """
    files = written(run, out)
    run, kept = _certified(run, out)
    if layout == "text":
        report.exploration(run, _stories(run), files, kept)
    else:
        from .formats import document

        report.write(document(layout, run, files))
    if out is not None:
        from .publish import publish

        publish(out, [run])
    return worst(v.exit_code for v in run.verdicts)


def written(run: Run, out: str | None) -> dict[str, str]:
    """Write the traces of a run; the path of each, by property."""
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


def _certified(run: Run, out: str | None) -> tuple[Run, list[str]]:
    """Certificates of what was proved, in the folder asked for: the run with their digests, and
    what to say of them.
    """
    proved = [v.property for v in run.verdicts if v.text == Word.INDUCTIVE]
    if out is None or not proved:
        return run, []
    from .certificates import keep
    from .smt.certificate import inductive_certificate

    lines, digests = [], {}
    for name in proved:
        made = inductive_certificate(
            run.space, run.system, run.by_name[name], run.proved[name], engine=run.engine
        )
        file = evidence.file_name(run.space, name).removesuffix(evidence.SUFFIX).replace("/", ".")
        lines.append(f"wrote {keep.write(out, file, made.text)}")
        digests[name] = made.digest
    verdicts = (
        replace(v, hashes={**v.hashes, "certificate": digests[v.property]})
        if v.property in digests
        else v
        for v in run.verdicts
    )
    return replace(run, verdicts=tuple(verdicts)), [*lines, keep.advice(out)]


def _stories(run: Run) -> Iterator[str]:
    """Every counterexample as text, the way to a limit last."""
    from .render.text import render_text

    for v in run.verdicts:
        if v.trace is not None and (v.exit_code or v.property == adhoc.GOAL):
            story = render_text(evidence.of_run(run, v.trace).story())
            yield story + (
                "     confirmed on the reference implementation\n" if v.confirmed else ""
            )
    if run.limit is not None:
        yield render_text(evidence.of_run(run, run.limit).story())

"""`parascope show` and `replay`: a trace as text or picture, and whether it still runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from checker.evidence import Evidence

LAYOUTS = ("text", "svg", "png", "html", "mermaid", "dot", "json")
TIMEOUTS = "timeouts"


def _own_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--reach", metavar="EXPR", help="The expression the trace is a witness of."),
        click.option(
            "--property", "file", metavar="FILE", help="The file that states the property."
        ),
    ):
        command = option(command)
    return command


def _read(trace: str, file: str | None, goal: str | None) -> Evidence:
    from checker import adhoc, evidence

    own = adhoc.load(file) if file is not None else []
    if goal is not None:
        own.append(adhoc.goal(goal))
    return evidence.read(trace, own)


@click.command("show")
@click.argument("trace")
@click.option(
    "--format",
    "layout",
    type=click.Choice(LAYOUTS),
    default="text",
    show_default=True,
    help="What to draw; json is the file as it would be written now.",
)
@click.option("--out", metavar="FILE", default="-", help="Where to; - is standard output.")
@_own_options
def show_command(trace: str, layout: str, out: str, file: str | None, reach: str | None) -> int:
    r"""Show TRACE, step by step; it is replayed first.

    TRACE is a file that ends in .itf.json; - reads standard input.  `timeouts` is no trace: it
    shows, as text or svg, when each of the three timeout rules removes a candidate.

    \b
    Examples:
      parascope show counterexamples/scheduler/queue_within_limit.itf.json
      parascope show trace.itf.json --format svg --out trace.svg
      parascope show - --format html --out page.html < trace.itf.json
      parascope show timeouts --format svg --out timeouts.svg
    """
    from checker import files, report

    if trace == TIMEOUTS:
        files.write_bytes(out, timeouts(layout))
        return 0
    shown = _read(trace, file, reach)
    data, note = render(shown, layout)
    if out == files.STANDARD and layout == "png" and report.is_terminal():
        from checker.subjects import UsageError

        raise UsageError("a PNG is not for a terminal; give --out FILE.png")
    files.write_bytes(out, data)
    if note:
        report.remark(note)
    return 0


def timeouts(layout: str) -> bytes:
    """The three timeout rules side by side, as text or svg."""
    from checker import timeouts as rules
    from checker.render.timeouts import render_timeouts, timeouts_text
    from checker.subjects import UsageError

    if layout not in {"text", "svg"}:
        raise UsageError(f"the timeout rules are shown as text or svg, not as {layout}")
    found = rules.courses()
    drawn = timeouts_text(found) if layout == "text" else render_timeouts(found, rules.SIZES)
    return drawn.encode()


def render(shown: Evidence, layout: str) -> tuple[bytes, str]:
    """A replayed trace in one of LAYOUTS, and a note about how it was drawn."""
    from checker import itf

    if layout == "json":
        return itf.format_itf(shown.trace, shown.system).encode(), ""
    story = shown.story()
    if layout in {"svg", "png"}:
        from checker.render.picture import render_picture

        picture = render_picture(story, layout)
        return picture.data, picture.note
    if layout == "html":
        from checker.render.html import render_html

        return render_html(story, shown.system).encode(), ""
    if layout == "mermaid":
        from checker.render.mermaid import render_mermaid

        return render_mermaid(story).encode(), ""
    if layout == "dot":
        from checker.render.dot import dot_source

        return dot_source(story).encode(), ""
    from checker.render.text import render_text

    return render_text(story).encode(), ""


@click.command("replay")
@click.argument("traces", metavar="TRACE...", nargs=-1, required=True)
@_own_options
def replay_command(traces: tuple[str, ...], file: str | None, reach: str | None) -> int:
    r"""Run each TRACE on the model again, in concrete mode, and check what it shows.

    The exit status is 0 if every trace runs and ends as it says, 22 if one does not, 151 if a file
    is no trace of its system.

    \b
    Examples:
      parascope replay counterexamples/scheduler/*.itf.json
      parascope replay - < trace.itf.json
    """
    from checker import report
    from checker.files import ToolError, shown
    from checker.verdict import worst

    codes = []
    for path in traces:
        try:
            evidence = _read(path, file, reach)
        except ToolError as error:
            named = str(error).startswith(shown(path, reading=True))
            report.complain(str(error) if named else f"{path}: {error}")
            codes.append(error.exit_code)
            continue
        report.replayed(shown(path, reading=True), evidence)
        codes.append(0)
    return worst(codes)

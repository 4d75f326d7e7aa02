"""`parascope scenario`: the reference implementation driven by files, call by call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from checker.scenarios.layouts import Report
    from checker.scenarios.text import Text


@click.command("scenario")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option("--as-written", is_flag=True, help="No amendments: the text to the letter.")
@click.option("--without", metavar="ID", multiple=True, help="All amendments but this; repeatable.")
@click.option(
    "--with",
    "only",
    metavar="ID",
    multiple=True,
    help="The text as written with this amendment; repeatable.",
)
@click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="Another variant, or the option of a reading that is not amended; repeatable.",
)
@click.option(
    "--amendments", "every", is_flag=True, help="Of passing steps, too, say what they hang on."
)
@click.option(
    "--format",
    "layout",
    type=click.Choice(("text", "json", "junit")),
    default="text",
    show_default=True,
    help="How the results are printed.",
)
@click.option("--export", metavar="DIR", help="Write scenarios of random drives to this folder.")
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Of the drives."
)
@click.option(
    "--count",
    type=click.IntRange(1, 1000),
    default=1,
    show_default=True,
    help="How many drives, with consecutive seeds.",
)
@click.option(
    "--length", type=click.IntRange(1, 2000), default=60, show_default=True, help="Calls per drive."
)
def scenario_command(  # noqa: PLR0913 - one argument for each option
    files: tuple[str, ...],
    *,
    as_written: bool,
    without: tuple[str, ...],
    only: tuple[str, ...],
    settings: tuple[str, ...],
    every: bool,
    layout: str,
    export: str | None,
    seed: int,
    count: int,
    length: int,
) -> int:
    r"""Run scenario FILEs on the reference implementation; - is standard input.

    A scenario is a JSON file of calls and of what must be observed (docs/scenarios.md).  A step
    that fails names the amendments it hangs on: with each of them toggled, the scenario is run
    again.  What the text does not have, a step may ask for all the same; it is then unsupported,
    by name.

    The exit status is 0 if every expectation is met, 12 if one is not, 22 if a scenario is
    refused, 30 if something is unsupported, 151 if a file is no JSON.  The worst wins.

    \b
    Examples:
      parascope scenario tests/checker/scenarios/vectors/*.json
      parascope scenario claims.json --as-written
      parascope scenario claims.json --without freed-core-cleared --set timeout_rule=prose
      parascope scenario --export drives --seed 7 --count 3
    """
    from checker import report
    from checker.scenarios import text as texts
    from checker.scenarios.layouts import DOCUMENTS, Reports
    from checker.subjects import UsageError

    text = texts.chosen(as_written=as_written, without=without, only=only, settings=settings)
    if export is None and not files:
        raise UsageError("give scenario files to run, or --export DIR to write some")
    if export is not None:
        if files:
            raise UsageError("--export writes scenarios and runs none: leave the files out")
        return _export(export, text, range(seed, seed + count), length)
    reports = Reports(text.label, [_report(path, text, every=every) for path in files])
    report.write(DOCUMENTS[layout](reports))
    return reports.code


def _report(path: str, text: Text, *, every: bool) -> Report:
    """Run one file; whatever is wrong with it is part of the report."""
    from checker.files import ToolError, shown
    from checker.scenarios import document, run
    from checker.scenarios.amendments import hangs
    from checker.scenarios.layouts import Report

    name = shown(path, reading=True)
    try:
        result = run.run(document.read(path), text)
    except ToolError as error:
        return Report(name, refusal=error)
    failed = result.word is run.Word.FAILED
    found = hangs(result) if failed or every else []
    if not every:
        places = {told.step.place for told in result.steps if told.word is run.Word.FAILED}
        found = [hang for hang in found if hang.place in places]
    return Report(name, result, found)


def _export(folder: str, text: Text, seeds: range, length: int) -> int:
    """Write one scenario for each seed."""
    from pathlib import Path

    from checker import report
    from checker.files import OutputError, write_text
    from checker.scenarios.drive import drive
    from checker.scenarios.record import as_json

    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(folder, error.strerror or str(error)) from error
    for seed in seeds:
        scenario = drive(seed, text, length)
        path = Path(folder) / f"{scenario['name']}.json"
        write_text(path, as_json(scenario))
        report.out(f"wrote {path}")
    return 0

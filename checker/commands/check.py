"""`parascope check`: every reachable state of a system, every property at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from . import options

if TYPE_CHECKING:
    from checker.space import Space
    from properties.kinds import Property


@click.command("check")
@click.argument("system")
@click.argument("names", metavar="[PROPERTY]...", nargs=-1)
@options.space_options
@click.option("--property", "file", metavar="FILE", help="Properties from a Python file as well.")
@click.option("--reach", metavar="EXPR", help="A goal to reach: an expression over the state `s`.")
@options.budget_option
@options.workers_option
@options.format_option
@click.option("--out", metavar="DIR", help="Keep traces, verdicts and pictures in this folder.")
def check_command(system: str, names: tuple[str, ...], **given: Any) -> int:
    r"""Explore every reachable state of SYSTEM and judge its properties, or those named.

    The text as amended and the smallest instance are the default.  The exit status is that of
    the worst verdict; traces of what was found go to --out, or to .parascope in this folder.

    \b
    Examples:
      parascope check scheduler
      parascope check scheduler --as-written queue_within_limit
      parascope check scheduler --without freed-core-cleared
      parascope check corepipe --set cores=3 --budget states=1e6,seconds=60
      parascope check corepipe --reach "And(s.core[0].occ, s.t == 3)"
      parascope check corepipe --property mine.py --format json

    A property file is Python code and is run: use only files you trust.
    """
    from checker import limits, report, session
    from checker.progress import Meter
    from checker.report_run import deliver

    options.one_worker(given.pop("workers"))
    space = options.space_of(system, given)
    wanted = _wanted(space, names, given["file"], given["reach"])
    budget = limits.parse(given["budget"]) if given["budget"] else {}
    meter = Meter(space.title)
    with report.watching(meter):
        run = session.run(space, wanted, budget=budget, meter=meter)
    return deliver(run, given["layout"], given["out"])


def _wanted(
    space: Space, names: tuple[str, ...], file: str | None, goal: str | None
) -> tuple[Property, ...]:
    """The stated properties, unless only others are asked for; then those of the user."""
    from checker import adhoc, subjects

    own: list[Property] = []
    if file is not None:
        own += adhoc.load(file)
    if goal is not None:
        own.append(adhoc.goal(goal))
    if own and not names:
        return (*own, *subjects.BUILTINS)
    known = subjects.chosen(space.system, names)
    return (*known, *own)

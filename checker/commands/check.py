"""`parascope check`: every reachable state of a system, every property at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from . import options

if TYPE_CHECKING:
    from checker.space import Space
    from properties.kinds import Property


@click.command("check")
@click.argument("system", required=False)
@click.argument("names", metavar="[PROPERTY]...", nargs=-1)
@options.space_options
@click.option("--property", "file", metavar="FILE", help="Properties from a Python file as well.")
@click.option("--reach", metavar="EXPR", help="A goal to reach: an expression over the state `s`.")
@options.budget_option
@options.workers_option
@options.format_option
@click.option("--out", metavar="DIR", help="Keep traces, verdicts and pictures in this folder.")
def check_command(system: str | None, names: tuple[str, ...], **given: Any) -> int:
    r"""Explore every reachable state of SYSTEM and judge its properties, or those named.

    Without SYSTEM every system is explored, and what is not good is listed in one table; the same
    for a question such as timeouts, which several systems answer.  The text as amended and the
    smallest instance are the default.  The exit status is that of the worst verdict; traces of what
    was found go to --out, or to .parascope in this folder.

    \b
    Examples:
      parascope check scheduler
      parascope check timeouts
      parascope check --as-written            every system, the text to the letter
      parascope check scheduler --as-written queue_within_limit
      parascope check scheduler --without freed-core-cleared
      parascope check corepipe --set cores=3 --budget states=1e6,seconds=60
      parascope check corepipe --reach "And(s.core[0].occ, s.t == 3)"
      parascope check corepipe --property mine.py --format json

    A property file is Python code and is run: use only files you trust.
    """
    from checker import limits, report, session, subjects
    from checker.progress import Meter
    from checker.report_run import deliver

    options.one_worker(given.pop("workers"))
    asked = tuple(subjects.families()) if system is None else subjects.members(system)
    if system is None or len(asked) > 1:
        if names:
            raise subjects.UsageError(f"name one system of {system}: {', '.join(asked)}")
        return _several(asked, given)
    space = options.space_of(asked[0], given)
    wanted = _wanted(space, names, given["file"], given["reach"])
    budget = limits.parse(given["budget"]) if given["budget"] else {}
    meter = Meter(space.title)
    with report.watching(meter):
        run = session.run(space, wanted, budget=budget, meter=meter)
    return deliver(run, given["layout"], given["out"])


def _several(systems: tuple[str, ...], given: dict[str, Any]) -> int:
    """Check those of the systems that have the instance asked for."""
    from checker import limits, report, report_all, subjects
    from checker.progress import Meter

    for name, option in (("file", "property"), ("reach", "reach"), ("settings", "set")):
        if given[name]:
            raise subjects.UsageError(f"--{option} is about one system: name it")
    instance = given["instance"]
    names = [n for n in systems if instance is None or instance in subjects.family(n).instances]
    if not names:
        raise subjects.UsageError(f"no system has an instance {instance!r}")
    spaces = [options.space_of(name, dict(given)) for name in names]
    budget = limits.parse(given["budget"]) if given["budget"] else {}
    meter = Meter("several systems")
    with report.watching(meter):
        runs = report_all.explored(spaces, budget, meter)
    return report_all.deliver(runs, given["layout"], given["out"])


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

"""`parascope prove`: what a solver says, without visiting states one by one."""

from __future__ import annotations

from typing import Any

import click

from . import options

ENGINES = ("bmc",)


@click.command("prove")
@click.argument("system")
@click.argument("names", metavar="[PROPERTY]...", nargs=-1)
@options.space_options
@click.option(
    "--engine", type=click.Choice(ENGINES), default="bmc", show_default=True, help="How to prove."
)
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="bmc: the longest run that is examined, in steps.",
)
@options.budget_option
@options.format_option
@click.option("--out", metavar="DIR", help="Keep traces, verdicts and pictures in this folder.")
def prove_command(
    system: str, names: tuple[str, ...], engine: str, depth: int, **given: Any
) -> int:
    r"""Ask a solver about SYSTEM's properties, or those named.

    bmc examines every run of at most --depth steps.  It finds shortest counterexamples and
    witnesses; what it does not refute is `bounded`, which is no proof, and the exit status is 30.

    \b
    Examples:
      parascope prove scheduler queue_within_limit --as-written --depth 6
      parascope prove scheduler --engine bmc --depth 8 --budget seconds=120
    """
    from checker import bounded, limits, report, subjects
    from checker.progress import Meter
    from checker.report_run import deliver
    from checker.verdict import EVERY_ACTION_FIRES

    del engine  # there is only one so far
    space = options.space_of(system, given)
    budget = limits.parse(given["budget"]) if given["budget"] else {}
    other = set(budget) - {"seconds"}
    if other:
        raise subjects.UsageError(f"--budget {min(other)}=... has no meaning for bmc; seconds has")
    wanted = [p for p in subjects.chosen(system, names) if p.name != EVERY_ACTION_FIRES]
    if not wanted:
        raise subjects.UsageError(f"bmc does not decide {EVERY_ACTION_FIRES}; parascope check does")
    meter = Meter(space.title)
    with report.watching(meter):
        run = bounded.run(space, wanted, depth, budget=budget, meter=meter)
    return deliver(run, given["layout"], given["out"])

"""`parascope gate`: everything that is pinned, found again or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import options

if TYPE_CHECKING:
    from pathlib import Path

    from checker.gate import Outcome, Selection


@click.command("gate")
@click.option("--system", "systems", metavar="NAME", multiple=True, help="Only this; repeatable.")
@options.instance_option
@click.option("--update", is_flag=True, help="Write what is found, and say what changed.")
@click.option("--expected", metavar="DIR", help="Another folder than counterexamples/.")
@options.format_option
@options.workers_option
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Spaces explored side by side.  [default: one for each core; 1 with --instance]",
)
@click.option(
    "--resume",
    metavar="DIR",
    help="Write down each space that is as pinned; pass over those already there and unchanged.",
)
@click.option("--out", metavar="DIR", help="Write report.html, pictures, junit.xml and the like.")
def gate_command(  # noqa: PLR0913 - one for each option
    *,
    systems: tuple[str, ...],
    instance: str | None,
    update: bool,
    expected: str | None,
    layout: str,
    workers: int,
    jobs: int | None,
    resume: str | None,
    out: str | None,
) -> int:
    r"""Explore every pinned space and compare with counterexamples/expected.toml.

    Verdicts, extents, counts and lengths must be equal and traces the same to the byte; every
    repair of the catalogue must be necessary, and all of them together sufficient.  The theorems
    for all sizes are settled again and must be as in counterexamples/proofs.toml.  The exit status
    is 33 if anything differs.

    \b
    Examples:
      parascope gate                          the smallest instances
      parascope gate --instance small --system scheduler
      parascope gate --instance small --resume build/nightly
      parascope gate --out build/report       with pictures, JUnit, SARIF
      parascope gate --update                 accept what is found
    """
    from checker import gate as checks
    from checker import subjects
    from checker.expected import folder
    from checker.report_gate import deliver
    from checker.side_by_side import cores

    options.one_worker(workers)
    if resume and update:
        raise subjects.UsageError("--update explores everything: leave --resume out")
    asked = dict.fromkeys(member for name in systems for member in subjects.members(name))
    chosen = checks.Selection(tuple(asked), instance)
    if not chosen.chosen():
        raise subjects.UsageError(f"no system has an instance {instance!r}")
    jobs = jobs or (cores() if chosen.everyday else 1)
    where = folder(expected)
    done = _updated(where, chosen, jobs) if update else _compared(where, chosen, jobs, resume)
    return deliver(done, layout, out)


def _compared(where: Path, chosen: Selection, jobs: int, resume: str | None) -> Outcome:
    """Explore what is pinned, and compare."""
    from checker import gate as checks
    from checker import report
    from checker.expected import load
    from checker.ledger import Ledger
    from checker.progress import Meter

    meter = Meter()
    with report.watching(meter):
        pinned = load(where)
        ledger = Ledger.open(resume, pinned, where) if resume else None
        return checks.gate(pinned, where, chosen, meter, jobs=jobs, ledger=ledger)


def _updated(where: Path, chosen: Selection, jobs: int) -> Outcome:
    """Explore what ought to be pinned, write it down, and say what changed."""
    from checker import gate as checks
    from checker import pinning, report
    from checker.expected import FILE, Expected, load
    from checker.progress import Meter

    meter = Meter()
    with report.watching(meter):
        old = load(where) if (where / FILE).exists() else Expected()
        done = pinning.update(old, where, chosen, meter, jobs)
        outcome = checks.settled(done.expected, where, chosen, done.runs, done.proofs)
    report.updated(str(where / FILE), done.changes)
    return outcome

"""`parascope explore`: two forks of a real chain, grown in every order."""

from __future__ import annotations

import click

from . import options


@click.command("explore")
@click.option(
    "--depth",
    type=click.IntRange(1, 10),
    default=3,
    show_default=True,
    help="Blocks on each fork.",
)
@options.instance_option
@click.option("--as-written", is_flag=True, help="No amendments: the text to the letter.")
@click.option("--without", metavar="ID", multiple=True, help="All amendments but this; repeatable.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    show_default=True,
    help="Of what the blocks contain.",
)
@click.option(
    "--format",
    "layout",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How the result is printed.",
)
@click.option("--budget", metavar="LIMITS", help="Stop early: seconds=60.")
def explore_command(
    *,
    depth: int,
    instance: str | None,
    as_written: bool,
    without: tuple[str, ...],
    seed: int,
    layout: str,
    budget: str | None,
) -> int:
    r"""Grow two forks on one block of the reference implementation, in every order.

    Each block is made by an honest author from what the runtime says on its fork, with real
    signatures, and imported into one tree.  After every block, every state in the tree must be what
    it is when its fork grows alone (docs/explore.md).  N blocks on each fork have C(2N, N) orders.

    The exit status is 0 if all states are equal, 12 if one differs, 20 if a fork has no block, 30
    if the time was too short.

    \b
    Examples:
      parascope explore
      parascope explore --depth 4 --as-written
      parascope explore --instance small --seed 7 --format json
      parascope explore --depth 6 --budget seconds=30
    """
    from checker import report
    from checker.forks import run as forks
    from checker.progress import Meter

    question = forks.ask(
        instance=instance,
        depth=depth,
        seed=seed,
        as_written=as_written,
        without=without,
        budget=budget,
    )
    meter = Meter()
    with report.watching(meter):
        answer = forks.run(question, meter)
    report.write(forks.LAYOUTS[layout](answer))
    return answer.verdict.exit_code

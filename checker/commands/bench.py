"""`parascope bench`: states and steps a second, beside other checkers."""

from __future__ import annotations

import click

_ROW = click.option(
    "--row", "names", metavar='"N V T R S"', multiple=True, help="This row; repeatable."
)


@click.group("bench", invoke_without_command=True)
@click.pass_context
def bench_command(context: click.Context) -> int:
    r"""Measure the search: on the benchmark system, or beside other checkers on this machine.

    \b
    Examples:
      parascope bench corepipe
      parascope bench peers
    """
    if context.invoked_subcommand is None:
        outcome: int = context.invoke(corepipe_command)
        return outcome
    return 0


@bench_command.command("corepipe")
@_ROW
@click.option(
    "--rows", "group", type=click.Choice(["small", "all"]), help="Those of a second, or all."
)
@click.option(
    "--runs", type=click.IntRange(min=1), default=3, show_default=True, help="Searches of a row."
)
@click.option("--keep-levels", is_flag=True, help="Keep what traces are rebuilt from.")
@click.option("--out", metavar="FILE", help="All figures, as JSON.")
def corepipe_command(
    *, names: tuple[str, ...], group: str | None, runs: int, keep_levels: bool, out: str | None
) -> int:
    r"""Search the benchmark system at growing sizes: exact counts, speed, memory.

    Every row but the largest, unless rows are chosen.  The exit status is 33 if a count is not the
    known one.

    \b
    Examples:
      parascope bench corepipe --rows small
      parascope bench corepipe --row "3 4 3 5 15" --runs 5
      parascope bench corepipe --rows all --out figures.json
    """
    from checker.bench.corepipe import bench
    from checker.bench.rows import chosen

    return bench(chosen(names, group), runs=runs, out=out, keep_levels=keep_levels)


@bench_command.command("peers")
@_ROW
@click.option(
    "--peer", "peers", metavar="NAME", multiple=True,
    help="Beside this: spin-dfs, rumur-2, native, cpython; repeatable.  [default: the first two]",
)  # fmt: skip
@click.option(
    "--runs", type=click.IntRange(min=1), default=5, show_default=True, help="Runs of each."
)
@click.option(
    "--limit", type=click.FloatRange(min=1), default=900.0, show_default=True,
    metavar="SECONDS", help="The most that one run may take.",
)  # fmt: skip
@click.option("--out", metavar="FILE", help="All figures, as JSON.")
def peers_command(
    *, names: tuple[str, ...], peers: tuple[str, ...], runs: int, limit: float, out: str | None
) -> int:
    r"""Run other checkers on the same states and steps, in turn with this one.

    Their models are in the clone, in tests/benchmarks/peers.  Counts must agree, or the exit
    status is 33.

    \b
    Examples:
      parascope bench peers
      parascope bench peers --row "3 5 3 6 12" --runs 3
      parascope bench peers --peer native --peer cpython --row "2 5 2 4 12"
    """
    from checker.bench.peers import bench
    from checker.bench.rows import STANDARD, named

    rows = [named(name) for name in names] or [STANDARD]
    return bench(rows, peers, runs=runs, limit=limit, out=out)

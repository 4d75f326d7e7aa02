"""`parascope bench`: states and steps a second, beside other checkers."""

from __future__ import annotations

import click


@click.command("bench", context_settings={"ignore_unknown_options": True})
@click.argument("what", type=click.Choice(["corepipe", "peers"]), default="corepipe")
@click.argument("rest", nargs=-1, type=click.UNPROCESSED)
def bench_command(what: str, rest: tuple[str, ...]) -> int:
    """Measure the search: on the benchmark system, or beside other checkers on this machine.

    What follows the name is passed on; parascope bench corepipe -- --help says what there is.

    \b
    Examples:
      parascope bench corepipe
      parascope bench peers
    """
    from importlib import import_module

    from checker.subjects import UsageError

    try:
        module = import_module("checker.bench")
    except ModuleNotFoundError as error:
        if error.name != "checker.bench":
            raise
        raise UsageError("this installation has no benchmarks") from None
    return int(module.main([what, *rest]) or 0)

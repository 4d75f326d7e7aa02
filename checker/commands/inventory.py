"""`parascope list` and `parascope describe`: what there is, and how large it is."""

from __future__ import annotations

from typing import Any

import click

from . import options


@click.command("list")
@click.argument("system", required=False)
def list_command(system: str | None) -> int:
    r"""List what can be checked: questions, systems, instances, variants, properties, amendments.

    With SYSTEM only what belongs to it, properties in full.

    \b
    Examples:
      parascope list
      parascope list scheduler
      parascope list timeouts                 a question: its systems and theorems
    """
    from checker import inventory, report

    report.out("\n".join(inventory.one(system) if system else inventory.everything()))
    return 0


@click.command("describe")
@click.argument("system")
@options.space_options
def describe_command(system: str, **given: Any) -> int:
    r"""Describe SYSTEM at one size: its state in bits, actions with checks, limits and choices.

    The choices of an action multiply: the product is what the search has to try in each state.

    \b
    Examples:
      parascope describe scheduler
      parascope describe corepipe --set cores=4 --set validators=5
    """
    from checker import inventory, report

    report.out("\n".join(inventory.description(options.space_of(system, given))))
    return 0

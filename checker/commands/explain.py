"""`parascope explain` and `parascope coverage`: from the text to the model and back."""

from __future__ import annotations

import click


@click.command("explain")
@click.argument("name", metavar="TOKEN|AMENDMENT|PROPERTY")
def explain_command(name: str) -> int:
    r"""Explain a name: what it says, where it is modelled, what was found out.

    A token of the text, an amendment, a property, a word of a verdict, an exit status.

    \b
    Examples:
      parascope explain "§2.5.5/schedule.1"
      parascope explain freed-core-cleared
      parascope explain queue_within_limit
      parascope explain vacuous
    """
    from checker import report
    from checker.explain import explain

    report.out("\n".join(explain(name)))
    return 0


@click.command("coverage")
@click.argument("section", default="")
@click.option(
    "--definitions",
    is_flag=True,
    help="Instead, which class or function each numbered definition and algorithm is.",
)
def coverage_command(section: str, *, definitions: bool) -> int:
    r"""Show which items of the text are cited by models, properties, code and tests.

    With SECTION only what lies under it.

    \b
    Examples:
      parascope coverage "§2.5.5"
      parascope coverage "§2.5.5/session-change"
      parascope coverage --definitions
    """
    from checker import report
    from checker.explain import coverage

    if definitions:
        from checker.definitions import page

        report.out("\n".join(page()))
        return 0
    report.out("\n".join(coverage(section)))
    return 0

"""`parascope findings`: what is wrong with the text, ranked, with the traces that show it."""

from __future__ import annotations

import click


@click.command("findings")
@click.option(
    "--format",
    "layout",
    type=click.Choice(("text", "markdown")),
    default="text",
    show_default=True,
    help="A line for each, or the whole page.",
)
@click.option("--out", metavar="DIR", help="Write findings.md and its pictures into this folder.")
def findings_command(*, layout: str, out: str | None) -> int:
    r"""Rank what was found out about the text: harm to safety first, then the shortest trace.

    What is shown is data that `parascope gate` establishes again: nothing is explored here.

    \b
    Examples:
      parascope findings
      parascope findings --out docs        writes docs/findings.md and docs/pictures/findings/
      parascope explain freed-core-cleared one of them
    """
    from checker import findings_page, report
    from checker.findings import Known
    from checker.findings_text import lines

    if out is not None:
        for path in findings_page.write(out):
            report.out(f"wrote {path}")
    elif layout == "markdown":
        report.write(findings_page.page(Known()))
    else:
        report.out("\n".join(lines(Known())))
    return 0

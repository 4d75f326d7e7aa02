"""`parascope explain` and `parascope coverage`: from the text to the model and back."""

from __future__ import annotations

import click

UNDETERMINED = 30


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
@click.argument("section", metavar="[SECTION|SYSTEM]", default="")
@click.option(
    "--strict", is_flag=True, help="What no model or no property cites; exit status 33 if any."
)
@click.option(
    "--dead",
    is_flag=True,
    help="Instead, what of SYSTEM has no effect; exit status 33 if it is not accounted for.",
)
@click.option(
    "--definitions",
    is_flag=True,
    help="Instead, which class or function each numbered definition and algorithm is.",
)
def coverage_command(section: str, *, strict: bool, dead: bool, definitions: bool) -> int:
    r"""Show which items of the text are cited by models, properties, code and tests.

    With SECTION only what lies under it.  Strictly, every rule, goal, promise and definition of
    the modelled sections is cited by a model and by a property, or excused.

    \b
    Examples:
      parascope coverage "§2.5.5"
      parascope coverage "§2.5.5/session-change"
      parascope coverage --strict
      parascope coverage --dead scheduler
      parascope coverage --definitions
    """
    from checker import coverage, report
    from checker.definitions import page
    from checker.subjects import UsageError

    if strict + dead + definitions > 1:
        raise UsageError("--strict, --dead and --definitions are three questions: give one of them")
    if dead:
        return _dead(section)
    if definitions:
        report.out("\n".join(page()))
        return 0
    if strict:
        report.out("\n".join(coverage.strictly(section)))
        return coverage.DIFFERENT if coverage.missing(section) else 0
    report.out("\n".join(coverage.coverage(section)))
    return 0


def _dead(system: str) -> int:
    """Judge one system, or all, and print."""
    from checker import dead_text, report, subjects
    from checker.coverage import DIFFERENT

    if system:
        subjects.family(system)
    judged = [dead_text.judge(name) for name in ([system] if system else dead_text.with_text())]
    for one in judged:
        report.out("\n".join(dead_text.told(one)))
    found = dead_text.differences(judged)
    for line in found:
        report.out(line)
    if found:
        return DIFFERENT
    return UNDETERMINED if any(one.undecided for one in judged) else 0

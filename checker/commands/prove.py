"""`parascope prove`: what a solver says, without visiting states one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from . import options

if TYPE_CHECKING:
    from checker.judging import Run
    from checker.space import Space
    from properties.kinds import Property

    Engine = Callable[..., Run]


def _bmc(space: Space, wanted: Sequence[Property], given: Mapping[str, Any], **how: Any) -> Run:
    from checker import bounded

    return bounded.run(space, wanted, given["depth"], **how)


def _induction(
    space: Space, wanted: Sequence[Property], given: Mapping[str, Any], **how: Any
) -> Run:
    from checker import inductive

    return inductive.run(space, wanted, given["k"], **how)


def _spacer(space: Space, wanted: Sequence[Property], given: Mapping[str, Any], **how: Any) -> Run:
    from checker import generalised

    return generalised.run(space, wanted, given["depth"], **how)


ENGINES: Mapping[str, Engine] = {"bmc": _bmc, "induction": _induction, "spacer": _spacer}
NOT_ASKED: Mapping[str, tuple[str, ...]] = {
    "induction": ("reachable", "recoverable", "leads_to"),
    "spacer": ("reachable", "recoverable", "leads_to"),
}
"""Kinds of properties that an engine is asked about only by name: it does not decide them."""
PARAMETRIC = "parametric"
_SPACE = ("instance", "settings", "as_written", "without", "only")


@click.command("prove")
@click.argument("system")
@click.argument("names", metavar="[PROPERTY]...", nargs=-1)
@options.space_options
@click.option(
    "--engine",
    type=click.Choice((*ENGINES, PARAMETRIC)),
    default="bmc",
    show_default=True,
    help="How to prove.",
)
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="bmc: the longest run that is examined, in steps.  spacer: likewise for a violation.",
)
@click.option(
    "--k",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="induction: how many states in a row are assumed.",
)
@options.budget_option
@options.page_option
@click.option(
    "--out", metavar="DIR", help="Keep traces, verdicts, pictures, certificates in this folder."
)
def prove_command(system: str, names: tuple[str, ...], engine: str, **given: Any) -> int:
    r"""Ask a solver about SYSTEM's properties, or those named.

    bmc examines every run of at most --depth steps.  It finds shortest counterexamples and
    witnesses; what it does not refute is `bounded`, which is no proof, and the exit status is 30.

    induction proves a property together with its lemmas, for runs of any length: `inductive`.
    Where that fails it shows a step that is not inductive, and which invariants to add as lemmas.

    spacer looks for the lemmas itself; what it finds is proved again by induction.

    parametric settles theorems for all sizes: any number of validators, any timeout.  SYSTEM is
    then also a question (rotation, timeouts, session, disputes) or `all`, PROPERTY a theorem;
    `--budget seconds=` is for each query, and --out keeps a certificate of each proof.

    \b
    Examples:
      parascope prove scheduler queue_within_limit --as-written --depth 6
      parascope prove scheduler --engine bmc --depth 8 --budget seconds=120
      parascope prove scheduler at_most_one_claim_for_each_parathread --engine induction
      parascope prove disputes --engine parametric --out build/proofs
    """
    from checker import limits, report, subjects
    from checker.progress import Meter
    from checker.report_run import deliver

    if engine == PARAMETRIC:
        return _theorems(system, names, given)
    _for_a_system(system, given["layout"])
    space = options.space_of(system, given)
    budget = limits.parse(given["budget"]) if given["budget"] else {}
    other = set(budget) - {"seconds"}
    if other:
        raise subjects.UsageError(
            f"--budget {min(other)}=... has no meaning for {engine}; seconds has"
        )
    wanted = _wanted(system, names, engine)
    meter = Meter(space.title)
    with report.watching(meter):
        run = ENGINES[engine](space, wanted, given, budget=budget, meter=meter)
    return deliver(run, given["layout"], given["out"])


def _wanted(system: str, names: tuple[str, ...], engine: str) -> list[Property]:
    """The properties to ask an engine for; if none is named, those it can decide."""
    from checker import report, subjects
    from checker.verdict import EVERY_ACTION_FIRES

    wanted = [p for p in subjects.chosen(system, names) if p.name != EVERY_ACTION_FIRES]
    if not wanted:
        raise subjects.UsageError(
            f"{engine} does not decide {EVERY_ACTION_FIRES}; parascope check does"
        )
    left_out = [] if names else [p for p in wanted if p.kind in NOT_ASKED.get(engine, ())]
    if left_out:
        kinds = ", ".join(dict.fromkeys(p.kind for p in left_out))
        report.remark(
            f"not asked: {len(left_out)} properties that {engine} does not decide: {kinds}"
        )
    return [p for p in wanted if p not in left_out]


def _for_a_system(system: str, layout: str) -> None:
    """Refuse what only theorems have: subjects that are no systems, and their page."""
    from checker import subjects, theorems

    if layout == options.MARKDOWN:
        raise subjects.UsageError("--format markdown is for --engine parametric")
    if system not in subjects.families() and theorems.is_subject(system):
        raise subjects.UsageError(
            f"{system} is no system; there are theorems about it: --engine parametric"
        )


def _theorems(subject: str, names: tuple[str, ...], given: Mapping[str, Any]) -> int:
    """Settle theorems; they have no instance and choose their amendments themselves."""
    from checker import limits, report, subjects, theorems
    from checker.progress import Meter

    for option in _SPACE:
        if given[option]:
            raise subjects.UsageError("a theorem is about all sizes; name it, and no instance")
    budget = limits.parse(given["budget"]) if given["budget"] else {}
    if set(budget) - {"seconds"}:
        raise subjects.UsageError("--budget: theorems have seconds only, for each query")
    asked, meter = theorems.chosen(subject, names), Meter()
    with report.watching(meter):
        proofs = theorems.settle(asked, meter, seconds=float(budget.get("seconds", 60)))
    return theorems.deliver(proofs, given["layout"], given["out"])

"""What the gate says: a line per space, every difference, the theorem."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import report, theorems
from .cases import Case, cases, describe
from .evidence import file_name
from .formats import complete, of_cases, verdicts_json
from .gate import counts
from .progress import grouped
from .verdict import BUILTIN, Verdict, Word

if TYPE_CHECKING:
    from .gate import Difference, Outcome
    from .judging import Run
    from .space import Space


def deliver(outcome: Outcome, layout: str, out: str | None) -> int:
    """Print the outcome, write the report folder; the exit status."""
    outcome.runs = [complete(one, _files(one, outcome)) for one in outcome.runs]
    if layout == "text":
        report.out("\n".join(lines(outcome)))
    elif layout == "json":
        report.write(gate_json(outcome))
    else:
        report.write(of_cases(layout, suites(outcome)))
    if out is not None:
        from .publish import publish

        publish(out, outcome.runs, suites=suites(outcome), notes=list(notes(outcome)))
        report.remark(f"wrote {out}/report.html")
    return outcome.exit_code


def _files(one: Run, outcome: Outcome) -> dict[str, str]:
    """The file of each pinned trace in the repository."""
    names = {v.property: file_name(one.space, v.property) for v in one.verdicts if v.trace}
    return {p: f"counterexamples/{n}" for p, n in names.items() if n in outcome.traces}


def gate_json(outcome: Outcome) -> str:
    """The outcome as one JSON document."""
    verdicts = [v for one in outcome.runs for v in one.verdicts]
    verdicts += theorems.verdicts(outcome.proofs)
    differences = [
        {"where": d.title, "expected": d.expected, "seen": d.seen} for d in outcome.differences
    ]
    more = {
        "differences": differences,
        "necessary": outcome.necessary,
        "sufficient": outcome.sufficient,
    }
    return verdicts_json(verdicts, outcome.exit_code, more)


def lines(outcome: Outcome) -> Iterator[str]:
    """The outcome as text."""
    titles = [one.space.title for one in outcome.runs]
    width = max((len(title) for title in titles), default=0)
    for title, one in zip(titles, outcome.runs, strict=True):
        wrong = [d for d in outcome.differences if d.space == one.space]
        states = f"{grouped(counts(one).states)} states"
        number = len(one.verdicts)
        said = f"{number} verdicts as expected" if not wrong else f"{len(wrong)} DIFFERENT"
        yield f"  {title:<{width}}  {states:>16}  {said}"
    yield from (f"  {text}; not explored again" for text in outcome.passed_over)
    yield from _theorems(outcome)
    for difference in outcome.differences:
        yield ""
        yield from _difference(difference)
    yield ""
    yield from notes(outcome)


def _theorems(outcome: Outcome) -> Iterator[str]:
    """One line for all theorems: how many there are, and of which kind."""
    if not outcome.proofs:
        return
    words = Counter(str(p.word) for p in outcome.proofs)
    names = {p.theorem.name for p in outcome.proofs}
    wrong = [d for d in outcome.differences if d.space is None and d.property in names]
    kinds = ", ".join(f"{number} {word}" for word, number in words.most_common())
    said = "as expected" if not wrong else f"{len(wrong)} DIFFERENT"
    number = len(outcome.proofs)
    yield f"  {number} theorem{'s' * (number != 1)} for all sizes: {kinds}; {said}"


def _difference(difference: Difference) -> Iterator[str]:
    yield f"DIFFERENT  {difference.title}"
    yield f"  expected  {difference.expected}"
    yield f"  seen      {difference.seen}"


def notes(outcome: Outcome) -> Iterator[str]:
    """The last lines: the theorem, and whether all is as pinned."""
    if outcome.sufficient:
        yield f"sufficient: with all amendments every property of {', '.join(outcome.sufficient)}"
    if outcome.necessary:
        yield f"necessary: each of {', '.join(outcome.necessary)}"
    verdicts = sum(len(one.verdicts) for one in outcome.runs)
    number = len(outcome.runs)
    spaces = f"{number} space{'s' * (number != 1)}, {verdicts} verdicts"
    if outcome.passed_over:
        spaces += f" (and {len(outcome.passed_over)} passed over)"
    if outcome.differences:
        number = len(outcome.differences)
        word = "difference" if number == 1 else "differences"
        yield f"{spaces}: {number} {word}, exit status {outcome.exit_code}"
        yield "if all of them are meant: parascope gate --update"
    else:
        yield f"{spaces}: all as expected"


def suites(outcome: Outcome) -> dict[str, list[Case]]:
    """The cases of each space; what is wrong with no single verdict is a case of its own."""
    wrong: dict[tuple[Space | None, str], list[Difference]] = {}
    for d in outcome.differences:
        wrong.setdefault((d.space, d.property), []).append(d)
    found = {}
    for one in outcome.runs:
        space = one.space

        def judged(v: Verdict, space: Space = space) -> tuple[bool, str, bool]:
            own = wrong.pop((space, v.property), [])
            return not own, "; ".join(_said(d) for d in own), not own

        found[space.title] = cases(one, judged)
    if outcome.proofs:
        found[theorems.TITLE] = [
            _of_theorem(v, wrong.pop((None, v.property), []))
            for v in theorems.verdicts(outcome.proofs)
        ]
    for (place, _), own in wrong.items():
        title = place.title if place else "expected results"
        found.setdefault(title, []).extend(_case(d) for d in own)
    return found


def _of_theorem(v: Verdict, own: list[Difference]) -> Case:
    message = "; ".join(_said(d) for d in own) or describe(v)
    return Case(v, passed=not own, message=message, expected=not own)


def _said(difference: Difference) -> str:
    return f"expected {difference.expected}, seen {difference.seen}"


def _case(difference: Difference) -> Case:
    space = difference.space
    verdict = Verdict(
        Word.ERROR,
        "not as expected",
        system=space.system if space else "gate",
        property=difference.property or "counts",
        kind=BUILTIN,
        instance=space.instance if space else "",
        amendments=space.amended.label if space else "",
        engine="gate",
    )
    if space is not None:
        verdict = dataclasses.replace(verdict, variant=space.variant)
    return Case(verdict, passed=False, message=_said(difference))

"""Every system checked at once: a line for each, and a table of what is not good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from . import report, subjects
from .progress import grouped
from .report_run import written
from .verdict import EXIT_CODES, Verdict, Word, severity, worst

if TYPE_CHECKING:
    from .judging import Run
    from .progress import Meter
    from .space import Space


def explored(spaces: Sequence[Space], budget: Mapping[str, float | int], meter: Meter) -> list[Run]:
    """The runs of all spaces; side by side if each may take what it needs."""
    from .session import run
    from .side_by_side import beginning, cores

    if budget:
        return [run(s, subjects.properties(s.system), budget=budget, meter=meter) for s in spaces]
    with beginning(spaces, [0] * len(spaces), cores(), meter) as explore:
        return list(explore())


def deliver(runs: Sequence[Run], layout: str, out: str | None) -> int:
    """Write the traces, print the verdicts; the exit status, of the worst."""
    files = {one.space: written(one, out) for one in runs}
    if layout == "text":
        report.out("\n".join(lines(runs, files)))
    else:
        report.write(document(layout, runs, files))
    if out is not None:
        from .publish import publish

        publish(out, runs)
    return worst(v.exit_code for one in runs for v in one.verdicts)


def document(layout: str, runs: Sequence[Run], files: Mapping[Space, Mapping[str, str]]) -> str:
    """All runs in a format for machines."""
    from .cases import cases
    from .formats import complete, of_cases, verdicts_json

    full = [complete(one, files[one.space]) for one in runs]
    verdicts = [v for one in full for v in one.verdicts]
    if layout == "json":
        return verdicts_json(verdicts, worst(v.exit_code for v in verdicts), {})
    return of_cases(layout, {one.space.title: cases(one) for one in full})


def lines(runs: Sequence[Run], files: Mapping[Space, Mapping[str, str]]) -> Iterator[str]:
    """A line for each system, then everything that is not good, each with its trace."""
    width = max(len(_title(one)) for one in runs)
    for one in runs:
        states = f"{grouped(one.exploration.states)} states" if one.exploration else ""
        yield f"  {_title(one):<{width}}  {states:>18}  {_words(one)}"
        yield from (f"  {'':<{width}}  {warning}" for warning in one.warnings)
    bad = [(one, v) for one in runs for v in one.verdicts if v.exit_code]
    yield from _table(bad, files)
    if not bad:
        return
    code = worst(v.exit_code for _, v in bad)
    _, first = min(bad, key=lambda pair: severity(pair[1].exit_code))
    said = f"{first.text}: {first.property} of {first.system}"
    yield ""
    yield f"{said}; exit status {code}, {EXIT_CODES[code]}"


def _table(
    bad: Sequence[tuple[Run, Verdict]], files: Mapping[Space, Mapping[str, str]]
) -> Iterator[str]:
    """Verdict, property, extent and token of each, below it a remark and its trace."""
    system = ""
    words, names, extents = (
        max((len(getattr(v, part)) for _, v in bad), default=0)
        for part in ("text", "property", "extent")
    )
    for one, v in bad:
        if v.system != system:
            system = v.system
            yield ""
            yield system
        line = f"  {v.text:<{words}}  {v.property:<{names}}  {v.extent:<{extents}}  {v.token}"
        yield line.rstrip()
        path = files[one.space].get(v.property)
        yield from (f"      {part}" for part in (v.note, path and f"parascope show {path}") if part)


def _title(one: Run) -> str:
    return f"{one.space.system} {one.space.instance}"


def _words(one: Run) -> str:
    """How many verdicts of each kind: `9 VIOLATED, 23 holds, 4 reached`; a cut one says so."""
    counted = Counter(_word(v) for v in one.verdicts)
    order = sorted(counted, key=lambda word: (word != Word.VIOLATED, -counted[word]))
    return ", ".join(f"{counted[word]} {word}" for word in order)


def _word(v: Verdict) -> str:
    return f"{v.word}(cut)" if v.detail.startswith("cut") else str(v.word)

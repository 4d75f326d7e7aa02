"""`parascope bench corepipe`: every row, each in a process of its own, counts checked."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from checker import report
from checker.files import write_text
from checker.progress import grouped
from checker.verdict import EXIT_CODES, worst
from checker.version import VERSION

from . import measure, worker
from .rows import LETTERS, Row, left_out
from .worker import Result, Task

DIFFERENT, UNFINISHED, MACHINE, INTERNAL = 33, 30, 153, 255
MILLION = 1e6
BUSY = 0.9  # of a core: below it the figures say more about the machine than about the search
DAY = 86400.0
HEAD = (
    f"{LETTERS:<12}  {'states':>13}  {'steps':>14}  {'search s':>8}  {'M states/s':>10}  "
    f"{'M steps/s':>9}  {'compile s':>9}  {'table B/state':>13}  {'peak B/state':>12}  {'core':>4}"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row after its runs; `problem` and `code` if they are not what they should be."""

    row: Row
    result: Result | None
    problem: str = ""
    code: int = 0

    @property
    def seconds(self) -> float:
        """Seconds of a search, the median."""
        return measure.median([s.seconds for s in self._searches])

    @property
    def share(self) -> float:
        """Processor time over wall time, the median."""
        return measure.median([s.share for s in self._searches])

    @property
    def _searches(self) -> tuple[worker.Search, ...]:
        return self.result.searches if self.result else ()


def bench(
    rows: Sequence[Row], *, runs: int, out: str | None = None, keep_levels: bool = False
) -> int:
    """Measure the rows and print a table; the exit status.

    33 if a count differs or a check failed, 30 if a search did not finish, 153 if it was killed.
    """
    for line in heading(rows, runs, keep_levels=keep_levels):
        report.out(line)
    machine = measure.machine()
    report.out(f"machine: {machine}")
    report.out(HEAD)
    outcomes = []
    for row in rows:
        outcome = _run(row, runs, keep_levels=keep_levels)
        outcomes.append(outcome)
        report.out(line_of(outcome))
        report.flush()
    for text in remarks(outcomes):
        report.out(text)
    if out is not None:
        write_text(out, json.dumps(record(outcomes, machine, runs), indent=1) + "\n")
        report.out(f"wrote {out}")
    return worst(o.code for o in outcomes)


def heading(rows: Sequence[Row], runs: int, *, keep_levels: bool) -> Iterator[str]:
    """What is measured, and how."""
    times = "1 run" if runs == 1 else f"median of {runs} runs"
    yield f"corepipe: breadth-first search of all states, one thread, {times}"
    yield "checked: 2 invariants, deadlock, undefined steps, ranges; counts must be exact"
    kept = "finished levels kept" if keep_levels else "finished levels dropped"
    yield (
        f"options: table made beforehand for the known number of states; {kept}; "
        "a process for each row"
    )
    for row in left_out(rows):
        yield f"left out: {row.name}, {row.counts}: {row.costly}; --rows all, or name it"


def _run(row: Row, runs: int, *, keep_levels: bool) -> Outcome:
    """Search a row in a process of its own."""
    command = worker.command(Task(row.instance, runs, row.states, keep_levels=keep_levels))
    with tempfile.TemporaryDirectory() as folder:
        done = measure.measure(
            command, Path(folder), limit=DAY, environment=measure.environment(), loud=True
        )
    if done.status < 0:
        problem = "killed by the system, most likely for want of memory"
        return Outcome(row, None, problem, MACHINE)
    if done.status:
        code = done.status if done.status in EXIT_CODES else INTERNAL
        return Outcome(row, None, f"no figures: exit status {done.status}", code)
    return judged(row, worker.result(done.text))


def judged(row: Row, result: Result) -> Outcome:
    """Compare what was found with the exact counts; every search of the row must agree."""
    for search in result.searches:
        if search.findings:
            names = ", ".join(search.findings)
            return Outcome(row, result, f"{names}: VIOLATED", DIFFERENT)
        if search.stopped:
            grown = "; the table or the levels need more than there is"
            why = search.stopped + (grown if search.stopped == "memory" else "")
            return Outcome(row, result, f"undetermined({why})", UNFINISHED)
        if (search.states, search.steps) != (row.states, row.steps):
            found = f"{grouped(search.states)} states, {grouped(search.steps)} steps"
            return Outcome(row, result, f"DIFFERENT: {found}; exact: {row.counts}", DIFFERENT)
    return Outcome(row, result)


def line_of(outcome: Outcome) -> str:
    """A line of the table; for a row without figures, why."""
    row, result = outcome.row, outcome.result
    if outcome.problem or result is None:
        return f"{row.name:<12}  {outcome.problem}"
    first, seconds = result.searches[0], outcome.seconds
    return (
        f"{row.name:<12}  {grouped(first.states):>13}  {grouped(first.steps):>14}  "
        f"{seconds:>8.3f}  {first.states / seconds / MILLION:>10.2f}  "
        f"{first.steps / seconds / MILLION:>9.1f}  {first.compile_seconds:>9.2f}  "
        f"{first.table_bytes / first.states:>13.1f}  "
        f"{result.peak_bytes / first.states:>12.1f}  {outcome.share:>4.2f}"
    )


def remarks(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What the columns mean, and what to make of them here."""
    done = [o for o in outcomes if o.result is not None]
    if done:
        most = max(o.result.start_bytes for o in done if o.result is not None)
        yield (
            "compile s: terms to machine code, of the first run, kept on disk for the next; "
            "core: processor time over wall time"
        )
        yield (
            "peak B/state: largest memory of the whole process; of it "
            f"{most / MILLION:.0f} MB are there before the search"
        )
    busy = [o for o in done if o.share < BUSY]
    if busy:
        names = "; ".join(o.row.name for o in busy)
        yield f"the machine was busy with other work: less than a whole core for {names}"


def record(outcomes: Sequence[Outcome], machine: str, runs: int) -> dict[str, Any]:
    """All figures, for --out."""
    return {
        "schema": "parascope-bench",
        "version": 1,
        "parascope": VERSION,
        "machine": machine,
        "runs": runs,
        "rows": [
            {
                "sizes": list(o.row.sizes),
                "states": o.row.states,
                "steps": o.row.steps,
                "problem": o.problem,
                "seconds": o.seconds if o.result else None,
                "result": asdict(o.result) if o.result else None,
            }
            for o in outcomes
        ],
    }

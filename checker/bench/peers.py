"""`parascope bench peers`: other checkers on the same rows, in turn with this one.

Runs go round and round over the checkers, so that a change in the machine's speed falls on all.
Builds and compilations are not in the times: the others' are shown, ours is on disk beforehand.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from checker import report
from checker.files import write_text
from checker.progress import Meter, grouped
from checker.subjects import one_of
from checker.verdict import worst
from checker.version import VERSION

from . import measure, programs, worker
from .measure import Measured
from .programs import PROGRAMS, USUAL, Counts, Program, Unavailable
from .rows import Row
from .worker import Task

DIFFERENT, MACHINE = 33, 153
CHECK, SIZED = "parascope", "parascope-sized"
PROPERTIES = ("free_cores_are_blank", "age_is_bounded", "deadlock_free")
MODELS = Path(__file__).resolve().parents[2] / "tests" / "benchmarks" / "peers"
MIB = 1 << 20


@dataclass(slots=True)
class Entry:
    """A checker in the comparison: its runs so far, and what went wrong if anything did."""

    name: str
    folder: Path
    program: Program | None = None
    build: float = 0.0
    runs: list[Measured] = field(default_factory=list)
    found: list[Counts] = field(default_factory=list)
    problem: str = ""
    code: int = 0

    @property
    def whole(self) -> float:
        """Seconds of the whole process, the median."""
        return measure.median([run.seconds for run in self.runs])

    @property
    def cpu(self) -> float:
        """Seconds of processor of the whole process, the median."""
        return measure.median([run.cpu for run in self.runs])

    @property
    def search(self) -> float:
        """Seconds of search as the checker reports them, else those of its process."""
        pairs = zip(self.runs, self.found, strict=True)
        return measure.median([run.seconds if c.seconds is None else c.seconds for run, c in pairs])

    def __str__(self) -> str:
        if self.problem or not self.found:
            return f"{self.name:<16}  {self.problem}"
        whole = [run.seconds for run in self.runs]
        peak = max(run.peak for run in self.runs) / MIB
        counts = self.found[-1]
        return (
            f"{self.name:<16}  {self.search:>8.2f}  {self.whole:>7.2f}  "
            f"{f'{min(whole):.2f}-{max(whole):.2f}':>13}  {self.cpu:>6.2f}  {peak:>8.0f}  "
            f"{self.build:>7.1f}  {grouped(counts.states)} states, {grouped(counts.steps)} steps"
        )


HEAD = (
    f"{'':<16}  {'search s':>8}  {'whole s':>7}  {'(min-max)':>13}  {'cpu s':>6}  "
    f"{'peak MiB':>8}  {'build s':>7}  counts"
)


def bench(
    rows: Sequence[Row], names: Sequence[str], *, runs: int, limit: float, out: str | None = None
) -> int:
    """Compare on some rows; the exit status.

    33 if counts differ, 153 if there is nothing to compare with or a checker failed.
    """
    if not MODELS.is_dir():
        raise Unavailable(
            "the models for other checkers are not part of an installation: clone the repository "
            "and run this there"
        )
    chosen = [PROGRAMS[one_of(name, PROGRAMS, "peer")] for name in names or USUAL]
    present = available(chosen)
    machine = measure.machine()
    report.out(f"machine: {machine}")
    for program in present:
        report.out(f"{program.name}: {programs.version(program)}")
    records, codes = [], []
    for row in rows:
        with tempfile.TemporaryDirectory(prefix="parascope-peers-") as folder:
            entries = _compare(row, present, Path(folder), runs, limit)
        for line in table(row, entries, runs):
            report.out(line)
        report.flush()
        records.append(record(row, entries))
        codes += [entry.code for entry in entries]
    if out is not None:
        head = {"schema": "parascope-peers", "version": 1, "parascope": VERSION}
        content = {**head, "machine": machine, "runs": runs, "rows": records}
        write_text(out, json.dumps(content, indent=1) + "\n")
        report.out(f"wrote {out}")
    return worst(codes)


def available(chosen: Sequence[Program]) -> list[Program]:
    """Those that can run here; what the others lack is said.  Raises Unavailable if none can."""
    present, lacking = [], []
    for program in chosen:
        absent = programs.missing(program)
        if absent:
            lacking.append(f"{program.name} left out, not on PATH: {'; '.join(absent)}")
        else:
            present.append(program)
    if not present:
        raise Unavailable("nothing to compare with: " + "; ".join(lacking))
    for text in lacking:
        report.out(text)
    return present


def check_command(row: Row) -> list[str]:
    """Our checker as a user runs it, on the properties that the others check, and deadlock."""
    options = ("--instance", row.instance, "--format", "json")
    return measure.ours("checker", "check", "corepipe", *PROPERTIES, *options)


def sized_command(row: Row) -> list[str]:
    """Our search with a table made for the row, as the others are told its size."""
    return worker.command(Task(row.instance, 1, row.states))


def check_counts(text: str) -> Counts:
    """What `check` found.  Raises Unavailable for anything but verdicts that hold."""
    try:
        data = json.loads(text)
        verdicts = data["verdicts"]
        bad = [v["property"] for v in verdicts if v["verdict"] != "holds"]
        if bad or not verdicts:
            raise Unavailable(f"not green: {', '.join(bad)}")
        counts = verdicts[0]["counts"]
        return Counts(counts["states"], counts["steps"], verdicts[0]["seconds"])
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"these are no verdicts: {error}") from None


def sized_counts(text: str) -> Counts:
    """What a worker found.  Raises Unavailable for a search that is not complete and green."""
    try:
        search = worker.result(text).searches[0]
    except (ValueError, IndexError) as error:
        raise Unavailable(f"no figures: {error}") from None
    if search.stopped or search.findings:
        raise Unavailable(search.stopped or f"VIOLATED: {', '.join(search.findings)}")
    return Counts(search.states, search.steps, search.seconds)


def _compare(
    row: Row, present: Sequence[Program], folder: Path, runs: int, limit: float
) -> list[Entry]:
    """Build all, then run them in turn."""
    meter = Meter(row.name)
    entries = [Entry(CHECK, folder), Entry(SIZED, folder)]
    with report.watching(meter):
        meter.enter("parascope: objects to disk")
        _run(Entry(CHECK, folder), row, limit)  # not measured: it leaves its code on disk
        _run(Entry(SIZED, folder), row, limit)
        for program in present:
            meter.enter(f"{program.name}: build")
            entries.append(_built(program, folder, row))
        for turn in range(1, runs + 1):
            for entry in entries:
                meter.enter(f"{entry.name}: run {turn} of {runs}")
                if not entry.problem:
                    _run(entry, row, limit)
    return entries


def _built(program: Program, folder: Path, row: Row) -> Entry:
    place = folder / program.name
    place.mkdir()
    entry = Entry(program.name, place, program)
    try:
        entry.build = programs.build(program, MODELS, place, row)
    except Unavailable as error:
        entry.problem, entry.code = str(error), error.exit_code
    return entry


def _run(entry: Entry, row: Row, limit: float) -> None:
    """One run of a checker; anything but a clean end with exact counts is its problem."""
    sized = entry.name == SIZED
    if entry.program is not None:
        command, environment = entry.program.command(row), None
    else:
        command = sized_command(row) if sized else check_command(row)
        environment = measure.environment()
    done = measure.measure(command, entry.folder, limit=limit, environment=environment)
    if done.late or done.status:
        end = (done.errors or done.text).strip().splitlines()[-1:]
        why = f"not done after {limit:.0f} s" if done.late else f"exit status {done.status}"
        entry.problem, entry.code = ": ".join([why, *end]), MACHINE
        return
    read = entry.program.counts if entry.program else sized_counts if sized else check_counts
    try:
        counts = read(done.text)
    except Unavailable as error:
        entry.problem, entry.code = str(error), error.exit_code
        return
    entry.runs.append(done)
    entry.found.append(counts)
    rounds = entry.program is not None and entry.program.rounds
    if not programs.agree(row, counts, rounds=rounds):
        found = f"{grouped(counts.states)} states, {grouped(counts.steps)} steps"
        entry.problem, entry.code = f"DIFFERENT: {found}; exact: {row.counts}", DIFFERENT


def table(row: Row, entries: Sequence[Entry], runs: int) -> Iterator[str]:
    """The figures of a row, then the ratios."""
    times = "1 run each" if runs == 1 else f"medians of {runs} runs, in turn"
    yield ""
    yield f"corepipe {row.name}: {row.counts}; {times}"
    yield HEAD
    yield from map(str, entries)
    mine = [e for e in entries if e.program is None and not e.problem]
    theirs = [e for e in entries if e.program is not None and not e.problem]
    for ours in mine:
        for other in theirs:
            yield (
                f"{other.name} / {ours.name}: search {_ratio(other.search, ours.search)}, "
                f"whole process {_ratio(other.whole, ours.whole)}, "
                f"processor {_ratio(other.cpu, ours.cpu)}"
            )
    yield "search s: as reported; of a checker that reports none, or whole seconds, its process"
    yield "whole s: from start to verdict; build s is not in it, nor our compiling, done before"
    yield f"{CHECK}: parascope check, its table grows; {SIZED}: the table made for the row"


def _ratio(theirs: float, ours: float) -> str:
    """How many times ours theirs is: two digits that count."""
    ratio = theirs / max(ours, 1e-3)  # what is reported as 0.00 took a millisecond at most
    return f"{ratio:.1f}" if ratio >= 1 else f"{ratio:.2g}"


def record(row: Row, entries: Sequence[Entry]) -> dict[str, Any]:
    """All figures of a row, for --out."""
    return {
        "sizes": list(row.sizes),
        "states": row.states,
        "steps": row.steps,
        "checkers": [
            {
                "name": e.name,
                "build": e.build,
                "problem": e.problem,
                "runs": [
                    {"seconds": r.seconds, "cpu": r.cpu, "peak": r.peak, **asdict(c)}
                    for r, c in zip(e.runs, e.found, strict=True)
                ],
            }
            for e in entries
        ],
    }

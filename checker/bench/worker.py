"""A process that searches one row several times and prints what it cost, as JSON.

A process of its own for each row, so that its peak memory is that row's and nothing else's.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from . import measure

if TYPE_CHECKING:
    from checker.explicit.results import Exploration
    from checker.progress import Meter

MARGIN = 512 << 20  # bytes of available memory that a search does not ask for


@dataclass(frozen=True, slots=True)
class Task:
    """Which instance, how often, with a table made for how many states."""

    instance: str
    runs: int
    expected: int
    keep_levels: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """One search: counts, why it ended if early, what was found, seconds and bytes.

    `share` is processor time over wall time while it ran: less than 1 means that other programs
    had the processor meanwhile.
    """

    states: int
    steps: int
    depth: int
    stopped: str
    findings: tuple[str, ...]
    seconds: float
    compile_seconds: float
    share: float
    table_bytes: int


@dataclass(frozen=True, slots=True)
class Result:
    """All searches of a row, and the process they ran in.

    `start_bytes` is the peak before the first search: interpreter, libraries, model.
    """

    searches: tuple[Search, ...]
    peak_bytes: int
    start_bytes: int
    model_seconds: float
    lanes: int
    words: int


def run(task: Task, meter: Meter) -> Result:
    """Build the system once, search it `task.runs` times.

    Invariants, deadlock, undefined steps and ranges are checked in every search.
    """
    from checker import subjects
    from checker.explicit.budget import Budget
    from checker.explicit.explore import explore
    from checker.space import space

    began = perf_counter()
    system = space("corepipe", task.instance).build()
    built = perf_counter() - began
    properties = [p for p in subjects.properties("corepipe") if p.kind == "invariant"]
    properties += [p for p in subjects.BUILTINS if p.name != "every_action_fires"]
    start, available = measure.peak_memory(), measure.available_memory()
    budget = Budget(memory=max(available - MARGIN, 1) if available else 0)
    searches: list[Search] = []

    def tell(phase: str, counts: Mapping[str, int]) -> None:
        if phase != meter.phase:
            meter.enter(phase)
        meter.update(**counts)

    for _ in range(task.runs):
        gc.collect()  # the tables of the last search are not this one's
        wall, cpu = perf_counter(), process_time()
        x = explore(
            system,
            properties,
            budget=budget,
            expected_states=task.expected,
            progress=tell,
            keep_levels=task.keep_levels,
        )
        share = (process_time() - cpu) / max(perf_counter() - wall, 1e-9)
        searches.append(_search(x, share))
    return Result(tuple(searches), measure.peak_memory(), start, built, x.lanes, x.words)


def _search(x: Exploration, share: float) -> Search:
    """The part of an exploration that is measured here."""
    return Search(
        states=x.states,
        steps=x.steps,
        depth=x.depth,
        stopped=x.stopped,
        findings=tuple(x.findings),
        seconds=x.seconds,
        compile_seconds=x.compile_seconds,
        share=min(share, 1.0),
        table_bytes=x.table_bytes,
    )


def result(text: str) -> Result:
    """The inverse of what `main` prints.  Raises ValueError for anything else."""
    try:
        data = json.loads(text)
        searches = tuple(Search(**s | {"findings": tuple(s["findings"])}) for s in data["searches"])
        return Result(**data | {"searches": searches})
    except (KeyError, TypeError) as error:
        raise ValueError(f"not the figures of a search: {error}") from error


def command(task: Task) -> list[str]:
    """The command that does a task."""
    return measure.ours("checker.bench.worker", json.dumps(asdict(task)))


def main() -> int:
    """Do the task given as the argument; the exit status."""
    from checker import report
    from checker.progress import Meter

    task = Task(**json.loads(sys.argv[1]))
    meter = Meter(f"corepipe {task.instance}")
    meter.enter("building the model")
    try:
        with report.watching(meter):
            done = run(task, meter)
    except MemoryError:
        report.complain("out of memory")
        return 153
    except Exception as error:  # noqa: BLE001 - whoever reads this wants no stack trace
        report.complain(f"{type(error).__name__}: {error}")
        code: int = getattr(error, "exit_code", 255)
        return code
    report.out(json.dumps(asdict(done)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

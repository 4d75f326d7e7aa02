"""Spaces explored side by side, each in a process of its own.

Building, compiling and replaying hold Python's lock, so threads would wait for each other.  What a
process sends back is a run without its system, which holds terms of a solver and is built again
here.  A space whose process fails, for whatever reason, is explored again in this one, where an
error is told like any other.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from itertools import chain

from . import subjects
from .judging import Run
from .progress import Meter
from .session import run
from .space import Space

Explore = Callable[[], Iterable[Run]]


def cores() -> int:
    """How many processes can work at once; 1 where a process cannot be forked."""
    if not sys.platform.startswith("linux"):
        return 1
    return len(os.sched_getaffinity(0))


@contextlib.contextmanager
def beginning(
    spaces: Sequence[Space], hints: Sequence[int], jobs: int, meter: Meter
) -> Iterator[Explore]:
    """Begin to explore; the body may do something else and then ask for the runs, in order.

    `hints` are the numbers of states to expect.  The first space is explored here: what is compiled
    for it serves the processes too.  With one job the others follow when they are asked for.
    """
    if jobs < 2 or len(spaces) < 3:  # noqa: PLR2004 - one here, and two side by side
        yield lambda: (
            explored(space, hint, meter, f"{number} of {len(spaces)}, {space.title}")
            for number, (space, hint) in enumerate(zip(spaces, hints, strict=True), 1)
        )
        return
    first = explored(spaces[0], hints[0], meter, f"1 of {len(spaces)}, {spaces[0].title}")
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork"))
    try:
        rest = list(zip(spaces, hints, strict=True))[1:]
        waiting = [pool.submit(_apart, *one) for one in rest]
        yield lambda: chain([first], _gathered(rest, waiting, meter))
    finally:
        pool.shutdown(cancel_futures=True)


def explored(space: Space, hint: int, meter: Meter, title: str) -> Run:
    """One space, for all properties of its system."""
    meter.title = title
    return run(space, subjects.properties(space.system), expected_states=hint, meter=meter)


def _apart(space: Space, hint: int) -> Run:
    """In a process of its own: the run without what cannot be sent."""
    done = run(space, subjects.properties(space.system), expected_states=hint)
    return replace(done, system=None, properties=())  # type: ignore[arg-type]


def _gathered(
    asked: Sequence[tuple[Space, int]], waiting: Sequence[Future[Run]], meter: Meter
) -> Iterator[Run]:
    """The runs, in the order in which they were asked for, complete again."""
    for number, ((space, hint), future) in enumerate(zip(asked, waiting, strict=True), 2):
        title = f"{number} of {len(asked) + 1}, {space.title}"
        meter.title = title
        meter.enter("exploring side by side")
        try:
            sent = future.result()
        except Exception:  # noqa: BLE001 - told when it happens again, here
            yield explored(space, hint, meter, title)
            continue
        yield replace(sent, system=space.build(), properties=subjects.properties(space.system))

"""§2.5.7 InclusionInherent: the entry-point that every block calls, once (§2.5.7/description.1.1).

Bitfields free cores, freed cores are scheduled, candidates occupy what is scheduled: the order of
the steps lets a candidate be backed in the block that frees its core.  The entry-point has three
parts, so that a system can take bitfields and candidates one at a time: `begin`, then
`free_and_schedule` and `occupy`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import inclusion as module
from .config import Config
from .language import Bool, Not, State


@dataclass(frozen=True)
class Scheduler:
    """What the entry-point calls of §2.5.5.

    `availability_timeout(s, core, age)` is its predicate, and where there is None it is false;
    `schedule(s, concluded, timed_out)` and `occupied(s, cores)` take sets of cores.
    """

    availability_timeout: Callable[..., Any]  # §2.5.5/availability_timeout_predicate
    schedule: Callable[..., Any]  # §2.5.5/schedule
    occupied: Callable[..., Any]  # §2.5.5/occupied


def storage(_cfg: Config):
    """§2.5.7/storage: §2.5.7/storage.Included."""
    return dict(Included=Bool)


def finalization(s: State):
    """§2.5.7/finalization.1: the mark is taken; without it the block cannot be built.

    As written nobody calls this: the initializer leaves the module out (§2.5.7/description.2).
    """
    s.require(s.Included, "Unrecoverable")
    s.Included = False


def on_finalize(s: State):
    """What the end of a block does to this module."""
    if s.cfg.amended("inherent-is-finalized"):
        finalization(s)


def inclusion(s: State, bitfields, candidates, outside, scheduler: Scheduler):
    """§2.5.7/inclusion: bitfields and backed candidates, each a queue; the origin is none.

    What they bring authenticates itself (§2.5.7/description.1.3), and where a check fails, there is
    no such block (§2.5.7/description.1.4).
    """
    begin(s)
    for i in range(s.cfg.validator.n):
        with s.when(i < bitfields.len):
            module.note_bitfield(s, bitfields[i], outside)
    free_and_schedule(s, outside, scheduler)
    for i in range(s.cfg.para.n):
        with s.when(i < candidates.len):
            module.back(s, candidates[i], outside)
    occupy(s, scheduler)


def begin(s: State):
    """§2.5.7/description.1.2: the entry-point is called exactly once in every block.

    As written no step sees to that.
    """
    if s.cfg.amended("inherent-runs-once"):
        s.require(Not(s.Included), "AlreadyIncluded")


def free_and_schedule(s: State, outside, scheduler: Scheduler):
    """§2.5.7/inclusion.1 to §2.5.7/inclusion.3, after the last bitfield; the freed cores."""
    module.close_bitfields(s)
    concluded = module.enact_available(s, outside)  # §2.5.7/inclusion.1
    timed_out = module.collect_pending(s, scheduler.availability_timeout)  # §2.5.7/inclusion.2
    scheduler.schedule(s, concluded, timed_out)  # §2.5.7/inclusion.3
    return concluded, timed_out


def occupy(s: State, scheduler: Scheduler):
    """§2.5.7/inclusion.4 to §2.5.7/inclusion.6, after the last candidate."""
    scheduler.occupied(s, module.newly_occupied(s))  # §2.5.7/inclusion.5
    s.given, s.backed = set(), set()
    s.Included = True  # §2.5.7/inclusion.6

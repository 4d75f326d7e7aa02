"""Short ways to write scheduler states: one parachain, two parathread cores, four parathreads.

Every step is run in both modes, over terms and on plain values, and must come out the same.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from model import scheduler
from model.config import Rules
from model.language import Action, Outcome, Seq, Set, System
from model.scheduler_system import configure, notification
from properties.catalogue import known_ids
from tests.agreement.terms import Step, agree

SIZES = dict(
    threads=4,
    max_cores=4,
    max_parachains=2,
    max_parathread_cores=3,
    max_validators=4,
    session_length=7,
    group_rotation_frequency=2,
    chain_availability_period=3,
    thread_availability_period=1,
    scheduling_lookahead=1,
    parathread_retries=1,
)
IDS = known_ids()
WRITTEN: frozenset[str] = frozenset()
EVERY = frozenset({0, 1, 2, 3})
NO_ENTRY = {"kind": "none", "thread": 0, "retries": 0}
CHAIN_ENTRY = {"kind": "parachain", "thread": 0, "retries": 0}
UNSCHEDULED = {"some": False, "group": 0, "thread": 0, "retries": 0}
FREE = [NO_ENTRY] * 4
READINGS = dict.fromkeys(scheduler.READINGS.values(), False)


def without(*amendments: str) -> frozenset[str]:
    """All amendments but these."""
    assert IDS.issuperset(amendments)
    return IDS - frozenset(amendments)


def nothing(s: Any) -> None:
    """Leave the all-zero state."""


@cache
def routines(amendments: frozenset[str] = IDS) -> System:
    """The routines of the section as actions of their own, over its storage."""
    cfg = configure(SIZES, Rules(amendments, IDS))
    cores, given = Set(cfg.core), Seq(cfg.core, cfg.core.n)
    table = [
        Action(scheduler.on_new_session, session=notification(cfg)),
        Action(scheduler.on_initialize),
        Action(scheduler.on_finalize),
        Action(scheduler.add_parathread_claim, thread=cfg.thread),
        Action(scheduler.schedule, concluded=cores, timed_out=cores),
        Action(scheduler.occupied, given=given),
    ]
    return System("scheduler", cfg, scheduler.storage(cfg), nothing, table)


def state(amendments: frozenset[str] = IDS, *, queue: Any = (), **changes: Any) -> dict[str, Any]:
    """A state with nothing going on; `queue` has items (thread, core) or (thread, core, retries).

    Readings are flags by name; those of an amended reading do not exist.
    """
    items = [dict(zip(("thread", "core", "retries"), (*q, 0)[:3], strict=True)) for q in queue]
    taken = {f: changes.pop(f, False) for f in READINGS}
    open_readings = {f: taken[f] for a, f in scheduler.READINGS.items() if a not in amendments}
    assert not any(taken[f] for f in READINGS if f not in open_readings), "settled by amendment"
    reading = {"reading": open_readings} if open_readings else {}
    plain = {
        "block": 0,
        "parachains": 1,
        "parathread_cores": 2,
        "parathreads": EVERY,
        "validators": 4,
        "groups": 3,
        "ValidatorGroups": [0, 0, 1, 2],
        "ParathreadQueue": {"queue": items, "next_core": changes.pop("next_core", 0)},
        "ParathreadClaimIndex": frozenset(item["thread"] for item in items),
    }
    return {**plain, **reading, **changes}


def session(**changes: Any) -> dict[str, Any]:
    """The next session, with the sizes of `state` and the validators in order."""
    plain = {"parachains": 1, "parathread_cores": 2, "parathreads": EVERY, "validators": 4}
    return {**plain, "shuffled": [0, 1, 2, 3], **changes}


def run(
    routine: str, before: dict[str, Any], amendments: frozenset[str], **choices: Any
) -> Outcome:
    """The outcome of a routine, after both modes agreed on it."""
    model, step = routines(amendments), _step(amendments, routine)
    full = model.encode({**model.decode(model.zero), **before})
    chosen = model.encode_choices(step.transition, choices)
    return agree(model, step.transition, step, full, chosen)


@cache
def _step(amendments: frozenset[str], routine: str) -> Step:
    model = routines(amendments)
    return Step(model, model.transition(routine))


def after(
    routine: str, before: dict[str, Any], amendments: frozenset[str] = IDS, **choices: Any
) -> dict[str, Any]:
    """The state a routine leads to."""
    outcome = run(routine, before, amendments, **choices)
    assert outcome.state is not None, outcome
    return routines(amendments).decode(outcome.state)


def schedule(
    before: dict[str, Any],
    amendments: frozenset[str] = IDS,
    *,
    concluded: Any = (),
    timed_out: Any = (),
) -> dict[str, Any]:
    """The state after `schedule` of the returned cores."""
    returned = {"concluded": frozenset(concluded), "timed_out": frozenset(timed_out)}
    return after("schedule", before, amendments, **returned)


def new_session(
    before: dict[str, Any], amendments: frozenset[str] = IDS, **changes: Any
) -> dict[str, Any]:
    """The state after a session change."""
    return after("on_new_session", before, amendments, session=session(**changes))


def entry(thread: int, retries: int = 0) -> dict[str, Any]:
    """An availability core occupied by a claim."""
    return {"kind": "parathread", "thread": thread, "retries": retries}


def work(group: int, thread: int = 0, retries: int = 0) -> dict[str, Any]:
    """A scheduled core: its group, and its claim if it has one."""
    return {"some": True, "group": group, "thread": thread, "retries": retries}


def cores(*occupied: Any, otherwise: Any = NO_ENTRY) -> list[Any]:
    """The first cores as given, None being a core with nothing, and nothing on the rest."""
    given = [otherwise if core is None else core for core in occupied]
    return given + [otherwise] * (4 - len(given))


def scheduled(*cores_: Any) -> list[Any]:
    """Likewise of the scheduled cores."""
    return cores(*cores_, otherwise=UNSCHEDULED)


def queued(state_: dict[str, Any]) -> list[tuple[int, int, int]]:
    """The queue as (thread, core, retries)."""
    items = state_["ParathreadQueue"]["queue"]
    return [(item["thread"], item["core"], item["retries"]) for item in items]


def next_core(state_: dict[str, Any]) -> int:
    """The core of the next claim, relative to the first parathread core."""
    found: int = state_["ParathreadQueue"]["next_core"]
    return found

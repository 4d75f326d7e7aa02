"""The reference scheduler beside the model: a refinement mapping, and what drives it.

`Bench` is a reference scheduler together with what §2.5.5 takes from elsewhere: the block number,
configuration, paras, and which candidates inclusion holds.  It offers the actions of the system
*scheduler* as calls of the reference implementation.  `abstract` is the refinement mapping: a
function of what the bench holds, with no history and none of the model's logic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from impl.primitives import BlockNumber, CollatorId, CoreIndex, ParaId, ValidatorId
from impl.rules import READINGS
from impl.runtime import scheduler
from impl.runtime.configuration import HostConfiguration
from impl.runtime.groups import fixed_order
from impl.runtime.scheduler_storage import (
    FreedCore,
    FreedReason,
    Parachain,
    ParasView,
    Parathread,
    ParathreadClaim,
    SchedulerContext,
    SchedulerStorage,
    SessionChangeNotification,
)
from model.config import Config

from .benches import rules_of

FIRST_PARACHAIN, FIRST_PARATHREAD = 100, 200  # para ids, so that the two kinds never meet
FLAGS = {  # the model's flag of a reading -> the amendment that settles it
    "scheduled_is_some": "scheduled-core-entry",
    "only_freed_cores": "schedule-covers-free-cores",
    "return_to_front": "claims-return-to-back",
    "return_to_next_core": "returned-claim-core",
}


@dataclass(frozen=True)
class Pending:
    """A candidate that inclusion holds: its para, and since which block."""

    para: ParaId
    since: int


@dataclass(frozen=True)
class Bench:
    """A reference scheduler and its surroundings; a value, like the storage in it."""

    sizes: Mapping[str, int] = field(hash=False)
    context: SchedulerContext
    storage: SchedulerStorage = field(default_factory=SchedulerStorage)
    phase: str = "idle"
    validators: int = 0
    pending: tuple[Pending | None, ...] = ()
    returned: tuple[str, ...] = ()
    claims_at_start: int = 0

    @property
    def late_session_change(self) -> bool:
        """Whether sessions change at the end of a block."""
        return self.context.rules.amended("session-change-at-block-end")


def genesis(cfg: Config, session: Mapping[str, Any], **taken: bool) -> Bench:
    """The first session begins, before the first block; `taken` are the flags of open readings."""
    readings = {FLAGS[flag]: READINGS[FLAGS[flag]][int(other)] for flag, other in taken.items()}
    rules = rules_of(cfg, readings)
    context = SchedulerContext(BlockNumber(0), _configuration(cfg.sizes), ParasView(), rules)
    return replace(_change_session(Bench(cfg.sizes, context), session), phase="idle")


def step(bench: Bench, action: str, choices: Mapping[str, Any]) -> Bench:
    """Run one action of the system on the reference implementation; its errors pass through."""
    return _ACTIONS[action](bench, **choices)


def session_change(bench: Bench, session: Mapping[str, Any]) -> Bench:
    """§2.5.5/session-change."""
    phase = "idle" if bench.late_session_change else "changed"
    return replace(_change_session(bench, session), phase=phase)


def _change_session(bench: Bench, session: Mapping[str, Any]) -> Bench:
    old, context = bench.context.configuration, bench.context
    new = replace(old, parathread_cores=session["parathread_cores"])
    paras = ParasView(
        tuple(ParaId(FIRST_PARACHAIN + i) for i in range(session["parachains"])),
        frozenset(ParaId(FIRST_PARATHREAD + t) for t in session["parathreads"]),
    )
    count = session["validators"]
    ids = tuple(ValidatorId(bytes([v])) for v in range(count))
    context = replace(
        context,
        configuration=new,
        paras=paras,
        shuffle=fixed_order(session["shuffled"][:count]),
    )
    notification = SessionChangeNotification(ids, ids, old, new, bytes(32))
    storage = scheduler.session_change(bench.storage, context, notification)
    if bench.late_session_change:  # the next block is the first of the session
        context = replace(context, now=BlockNumber(context.now + 1))
    cores = bench.sizes["max_cores"]
    return replace(
        bench,
        context=context,
        storage=storage,
        validators=count,
        pending=(None,) * cores,
        returned=("no",) * cores,
        claims_at_start=len(storage.parathread_queue.queue),
    )


def begin_block(bench: Bench) -> Bench:
    """§2.5.5/initialization."""
    return replace(
        bench, storage=scheduler.initialization(bench.storage, bench.context), phase="open"
    )


def add_claim(bench: Bench, thread: int) -> Bench:
    """§2.5.5/add_parathread_claim."""
    claim = ParathreadClaim(ParaId(FIRST_PARATHREAD + thread), CollatorId(bytes([thread])))
    storage = scheduler.add_parathread_claim(bench.storage, bench.context, claim)
    return replace(bench, storage=storage)


def inherent(bench: Bench, available: frozenset[int], backed: Sequence[int]) -> Bench:
    """§2.5.7/inclusion: timeouts by the scheduler's predicate, then schedule, then occupied."""
    context, storage = bench.context, bench.storage
    timed_out = scheduler.availability_timeout_predicate(storage, context)
    pending, returned, freed = list(bench.pending), list(bench.returned), []
    for core, candidate in enumerate(bench.pending):
        if candidate is None:
            continue
        late = timed_out and timed_out(CoreIndex(core), BlockNumber(candidate.since))
        if core in available:
            freed.append(FreedCore(CoreIndex(core), FreedReason.CONCLUDED))
            returned[core] = "concluded"
        elif late:
            freed.append(FreedCore(CoreIndex(core), FreedReason.TIMED_OUT))
            returned[core] = "timed_out"
        else:
            continue
        pending[core] = None
    storage = scheduler.schedule(storage, context, freed)
    paras = {a.core: a.para_id for a in scheduler.scheduled(storage)}
    storage = scheduler.occupied(storage, [CoreIndex(c) for c in backed])
    for core in backed:
        pending[core] = Pending(paras[CoreIndex(core)], context.now)
    return replace(
        bench, storage=storage, pending=tuple(pending), returned=tuple(returned), phase="closed"
    )


def end_block(bench: Bench, last: bool) -> Bench:  # noqa: FBT001 - an action's choice
    """§2.5.5/finalization.  Of a session's last block the number stays until the change."""
    storage = scheduler.finalization(bench.storage, bench.context)
    now = bench.context.now + (not last)
    return replace(
        bench,
        storage=storage,
        context=replace(bench.context, now=BlockNumber(now)),
        returned=("no",) * len(bench.returned),
        phase="ending" if last else "idle",
    )


_ACTIONS = {f.__name__: f for f in (session_change, begin_block, add_claim, inherent, end_block)}


def _configuration(sizes: Mapping[str, int]) -> HostConfiguration:
    """The members that do not change from session to session."""
    members = (
        "parathread_retries",
        "group_rotation_frequency",
        "chain_availability_period",
        "thread_availability_period",
        "scheduling_lookahead",
    )
    return HostConfiguration(**{name: sizes[name] for name in members})


# the refinement mapping


def abstract(bench: Bench) -> dict[str, Any]:
    """The model's state as plain data: lists over core become arrays of the largest length."""
    storage, context, sizes = bench.storage, bench.context, bench.sizes
    assignments = {a.core: a for a in storage.scheduled}
    cores = range(sizes["max_cores"])
    return {
        "phase": bench.phase,
        "block": context.now + (bench.phase == "ending") - storage.session_start_block,
        "parachains": len(context.paras.parachains),
        "parathread_cores": context.configuration.parathread_cores,
        "parathreads": frozenset(p - FIRST_PARATHREAD for p in context.paras.parathreads),
        "validators": bench.validators,
        "groups": len(storage.validator_groups),
        "ValidatorGroups": _groups(bench),
        "ParathreadQueue": {
            "queue": [
                {**_claim(bench, queued.claim), "core": int(queued.core)}
                for queued in storage.parathread_queue.queue
            ],
            "next_core": int(storage.parathread_queue.next_core),
        },
        "AvailabilityCores": [_occupant(bench, c) for c in cores],
        "ParathreadClaimIndex": frozenset(
            p - FIRST_PARATHREAD for p in storage.parathread_claim_index
        ),
        "Scheduled": [_assignment(bench, assignments.get(CoreIndex(c))) for c in cores],
        "pending": [_pending(bench, candidate) for candidate in bench.pending],
        "returned": list(bench.returned),
        "claims_at_start": bench.claims_at_start,
        **_readings(bench),
    }


def _readings(bench: Bench) -> dict[str, Any]:
    rules = bench.context.rules
    taken = {
        flag: rules.reading(name) == READINGS[name][1]
        for flag, name in FLAGS.items()
        if not rules.amended(name)
    }
    return {"reading": taken} if taken else {}


def _groups(bench: Bench) -> list[int]:
    group_of = [0] * bench.sizes["max_validators"]
    for group, members in enumerate(bench.storage.validator_groups):
        for validator in members:
            group_of[validator] = group
    return group_of


def _claim(bench: Bench, entry: Any) -> dict[str, int]:
    """A claim; its retries saturate just beyond what they are compared with."""
    retries = min(entry.retries, bench.sizes["parathread_retries"] + 1)
    return {"thread": entry.claim.para - FIRST_PARATHREAD, "retries": retries}


def _occupant(bench: Bench, core: int) -> dict[str, Any]:
    cores = bench.storage.availability_cores
    occupant = cores[core] if core < len(cores) else None
    if isinstance(occupant, Parathread):
        return {"kind": "parathread", **_claim(bench, occupant.entry)}
    kind = "parachain" if isinstance(occupant, Parachain) else "none"
    return {"kind": kind, "thread": 0, "retries": 0}


def _assignment(bench: Bench, assignment: Any) -> dict[str, Any]:
    if assignment is None:
        return {"some": False, "group": 0, "thread": 0, "retries": 0}
    claim = {"thread": 0, "retries": 0}
    if assignment.entry is not None:
        claim = _claim(bench, assignment.entry)
    return {"some": True, "group": int(assignment.group_idx), **claim}


def _pending(bench: Bench, candidate: Pending | None) -> dict[str, Any]:
    if candidate is None:
        return {"some": False, "thread": 0, "age": 0}
    sizes = bench.sizes
    periods = sizes["chain_availability_period"], sizes["thread_availability_period"]
    oldest = max(*periods, sizes["group_rotation_frequency"]) + 1
    # between blocks `now` is already the next one, while candidates age as a block begins
    begun = bench.phase in ("open", "closed")
    age = bench.context.now - candidate.since - (not begun and bench.phase != "ending")
    thread = max(candidate.para - FIRST_PARATHREAD, 0)
    return {"some": True, "thread": thread, "age": min(age, oldest)}

"""Short ways to write scheduler states: two parachains, two parathread cores, paras 10 and up."""

from __future__ import annotations

from impl.primitives import BlockNumber, CollatorId, CoreIndex, ParaId, ValidatorId, ValidatorIndex
from impl.rules import READINGS, Rules
from impl.runtime.configuration import HostConfiguration
from impl.runtime.groups import fixed_order
from impl.runtime.scheduler_storage import (
    FreedCore,
    FreedReason,
    ParasView,
    Parathread,
    ParathreadClaim,
    ParathreadEntry,
    ParathreadQueue,
    QueuedParathread,
    SchedulerContext,
    SchedulerStorage,
    SessionChangeNotification,
)

STARRED = {name: options[0] for name, options in READINGS.items()}
WRITTEN = Rules.as_written(STARRED)
AMENDED = Rules.as_amended()

CONFIG = HostConfiguration(
    parathread_cores=2,
    parathread_retries=1,
    group_rotation_frequency=10,
    chain_availability_period=3,
    thread_availability_period=5,
    scheduling_lookahead=2,
)
PARAS = ParasView((ParaId(1), ParaId(2)), frozenset(map(ParaId, range(10, 20))))
GROUPS = ((0,), (1,), (2,), (3,))
FREE = (None,) * 4


def changed(config: HostConfiguration = CONFIG, **members) -> HostConfiguration:
    """`CONFIG` with some members changed."""
    known = {name: getattr(config, name) for name in HostConfiguration.__dataclass_fields__}
    return HostConfiguration(**(known | members))


def at(now, rules=AMENDED, *, config=CONFIG, paras=PARAS, order=None) -> SchedulerContext:
    """A context; with `order` the shuffle is that order."""
    plain = SchedulerContext(BlockNumber(now), config, paras, rules)
    if order is None:
        return plain
    order = [ValidatorIndex(index) for index in order]
    return SchedulerContext(BlockNumber(now), config, paras, rules, fixed_order(order))


def paras(chains, threads) -> ParasView:
    return ParasView(tuple(map(ParaId, chains)), frozenset(map(ParaId, threads)))


def claim(para) -> ParathreadClaim:
    return ParathreadClaim(ParaId(para), CollatorId(b"collator"))


def entry(para, retries=0) -> ParathreadEntry:
    return ParathreadEntry(claim(para), retries)


def thread(para, retries=0) -> Parathread:
    return Parathread(entry(para, retries))


def queue(*items, next_core=0) -> ParathreadQueue:
    """Items (para, core) or (para, core, retries)."""
    made = [QueuedParathread(entry(item[0], *item[2:]), CoreIndex(item[1])) for item in items]
    return ParathreadQueue(tuple(made), CoreIndex(next_core))


def state(*queued, cores=FREE, indexed=None, next_core=0, groups=GROUPS, start=0, scheduled=()):
    """A storage; the claim index defaults to the queued paras."""
    index = sorted(item[0] for item in queued) if indexed is None else indexed
    return SchedulerStorage(
        validator_groups=groups,
        parathread_queue=queue(*queued, next_core=next_core),
        availability_cores=tuple(cores),
        parathread_claim_index=tuple(map(ParaId, index)),
        session_start_block=BlockNumber(start),
        scheduled=tuple(scheduled),
    )


def queued(storage) -> list[tuple[int, int, int]]:
    """The queue as (para, core, retries)."""
    items = storage.parathread_queue.queue
    return [(item.claim.claim.para, item.core, item.claim.retries) for item in items]


def assigned(storage) -> list[tuple[int, int, int]]:
    """The scheduled cores as (core, para, group)."""
    return [(item.core, item.para_id, item.group_idx) for item in storage.scheduled]


def done(core) -> FreedCore:
    return FreedCore(CoreIndex(core), FreedReason.CONCLUDED)


def late(core) -> FreedCore:
    return FreedCore(CoreIndex(core), FreedReason.TIMED_OUT)


def notify(validators=4, *, prev=CONFIG, new=CONFIG) -> SessionChangeNotification:
    ids = tuple(ValidatorId(bytes([index])) for index in range(validators))
    return SessionChangeNotification(ids, ids, prev, new, bytes(32))

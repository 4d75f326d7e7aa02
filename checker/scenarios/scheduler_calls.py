"""Calls of §2.5.5 The Scheduler Module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from impl.errors import Undefined
from impl.primitives import BlockNumber, CoreIndex, ParaId
from impl.runtime import scheduler
from impl.runtime.scheduler_storage import (
    FreedCore,
    FreedReason,
    ParathreadClaim,
    SchedulerContext,
    SchedulerStorage,
)

from .errors import Unsupported
from .values import Json
from .world import World

Args = Mapping[str, Any]

_REASONS = {"concluded": FreedReason.CONCLUDED, "timed_out": FreedReason.TIMED_OUT}


def add_parathread_claim(world: World, args: Args) -> Json:
    """§2.5.5/add_parathread_claim."""
    claim = ParathreadClaim(ParaId(args["para"]), world.collator(args["collator"]))
    storage = scheduler.add_parathread_claim(world.state.scheduler, world.scheduler_context, claim)
    world.change(scheduler=storage)
    return {}


def schedule(world: World, args: Args) -> Json:
    """§2.5.5/schedule; `now` is another block than the current one."""
    freed = [
        FreedCore(CoreIndex(each["core"]), _REASONS[each.get("reason", "concluded")])
        for each in args["freed"]
    ]
    context = world.scheduler_context
    context = replace(context, now=BlockNumber(args.get("now", context.now)))
    world.change(scheduler=scheduler.schedule(world.state.scheduler, context, freed))
    return {}


def clear(world: World, args: Args) -> Json:
    """Free the scheduled cores and return their claims: §2.5.5/finalization.1."""
    del args
    storage = scheduler.finalization(world.state.scheduler, world.scheduler_context)
    world.change(scheduler=storage)
    return {}


def occupied(world: World, args: Args) -> Json:
    """§2.5.5/occupied."""
    cores = [CoreIndex(core) for core in args["cores"]]
    world.change(scheduler=scheduler.occupied(world.state.scheduler, cores))
    return {}


def timeout_predicate(world: World, args: Args, expect: Args) -> Json:
    """§2.5.5/availability_timeout_predicate, asked for what the file expects an answer to."""
    del args
    predicate = scheduler.availability_timeout_predicate(
        world.state.scheduler, world.scheduler_context
    )
    answers = []
    for each in expect.get("at", []):
        core, since = CoreIndex(each["core"]), BlockNumber(each["since"])
        answers.append({**each, "value": None if predicate is None else predicate(core, since)})
    return {"present": predicate is not None, "at": answers}


def rotation_info(world: World, args: Args) -> Json:
    """When groups rotate: §2.5.5/description.4.1 and §2.5.5/storage.SessionStartBlock."""
    start, frequency = args["session_start_block"], args["group_rotation_frequency"]
    if frequency == 0:
        raise Undefined("a rotation every 0 blocks", "§2.5.5/schedule.4")
    configuration = replace(world.configuration, group_rotation_frequency=frequency)
    context = SchedulerContext(
        BlockNumber(args["now"]), configuration, world.scheduler_context.paras, world.rules
    )
    storage = SchedulerStorage(session_start_block=BlockNumber(start))
    last = start + frequency * scheduler.compute_rotations(storage, context)
    return {"next_rotation_at": last + frequency, "last_rotation_at": last}


def next_up(world: World, args: Args) -> Json:
    """What would be scheduled if a core were freed: the text has no such routine."""
    del world, args
    raise Unsupported("scheduler.next_up")


CALLS = {
    "scheduler.add_parathread_claim": add_parathread_claim,
    "scheduler.schedule": schedule,
    "scheduler.clear": clear,
    "scheduler.occupied": occupied,
    "scheduler.next_up_on_available": next_up,
    "scheduler.next_up_on_time_out": next_up,
    "rotation_info": rotation_info,
}

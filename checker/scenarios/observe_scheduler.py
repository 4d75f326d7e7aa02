"""What can be observed of §2.5.5 The Scheduler Module."""

from __future__ import annotations

from typing import Any

from impl.primitives import ParaId
from impl.runtime import paras, scheduler

from .values import of_assignment, of_occupant, of_queued
from .world import World


def scheduled(world: World, _wanted: Any) -> Any:
    """The scheduled cores."""
    return [of_assignment(world, each) for each in scheduler.scheduled(world.state.scheduler)]


def queue(world: World, _wanted: Any) -> Any:
    """The queued claims."""
    return [of_queued(world, each) for each in world.state.scheduler.parathread_queue.queue]


def availability_cores(world: World, wanted: Any) -> Any:
    """What is on the cores asked for."""
    cores = world.state.scheduler.availability_cores
    found = {}
    for key in wanted:
        core = int(key)
        if core < len(cores):
            found[key] = of_occupant(world, cores[core], core)
    return found


def core_occupied(world: World, _wanted: Any) -> Any:
    """For each core, whether it is occupied."""
    return [occupant is not None for occupant in world.state.scheduler.availability_cores]


def is_parathread(world: World, wanted: Any) -> Any:
    """Whether paras are live parathreads."""
    threads = paras.parathreads(world.state.paras)
    return {key: ParaId(int(key)) in threads for key in wanted}


NAMES = {
    "scheduled": scheduled,
    "scheduled_len": lambda world, _: len(world.state.scheduler.scheduled),
    "scheduled_groups": lambda world, _: [
        each.group_idx for each in scheduler.scheduled(world.state.scheduler)
    ],
    "queue": queue,
    "next_core_offset": lambda world, _: world.state.scheduler.parathread_queue.next_core,
    "claim_index": lambda world, _: list(world.state.scheduler.parathread_claim_index),
    "availability_cores": availability_cores,
    "core_occupied": core_occupied,
    "core_occupied_prefix": lambda world, wanted: core_occupied(world, None)[: len(wanted)],
    "core_count": lambda world, _: len(world.state.scheduler.availability_cores),
    "validator_group_sizes": lambda world, _: [
        len(group) for group in world.state.scheduler.validator_groups
    ],
    "validator_group_sizes_len": lambda world, _: len(world.state.scheduler.validator_groups),
    "session_start_block": lambda world, _: world.state.scheduler.session_start_block,
    "is_parathread": is_parathread,
}

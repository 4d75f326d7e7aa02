"""The state before the first step, and `set_state`: storage written directly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from impl.frozen_map import FrozenMap
from impl.primitives import CoreIndex, ParaId, SessionIndex
from impl.rules import Rules
from impl.runtime import paras
from impl.runtime.configuration import ConfigurationStorage
from impl.runtime.paras_storage import ParasStorage
from impl.runtime.state import InitializerStorage

from .errors import NOT_IN_TEXT, Unsupported, Wrong
from .inclusion_calls import to_pending
from .paras_calls import to_genesis
from .values import to_meta, to_occupant, to_queued, to_times
from .world import NO_CONFIG, World, at_block, configured

Write = Callable[[World, Any, str], None]


def _block(world: World, number: int, _place: str) -> None:
    world.state = at_block(world.state, number)


def _paras(world: World, entries: Any, _place: str) -> None:
    registered = {ParaId(each["para"]): to_genesis(each) for each in entries}
    world.change(paras=paras.with_registered(ParasStorage(), registered))


def _validators(world: World, given: Any, place: str) -> None:
    world.change(validators=world.validators(given, place))


def _session_index(world: World, index: int, _place: str) -> None:
    world.change(session_index=SessionIndex(index))


def _queue(world: World, entries: Any, _place: str) -> None:
    queue = tuple(to_queued(world, each) for each in entries)
    _with_queue(world, queue=queue)


def _next_core(world: World, offset: int, _place: str) -> None:
    _with_queue(world, next_core=CoreIndex(offset))


def _with_queue(world: World, **parts: Any) -> None:
    scheduler = world.state.scheduler
    changed = replace(scheduler.parathread_queue, **parts)
    world.change(scheduler=replace(scheduler, parathread_queue=changed))


def _claim_index(world: World, entries: Any, _place: str) -> None:
    index = tuple(sorted(ParaId(para) for para in entries))
    world.change(scheduler=replace(world.state.scheduler, parathread_claim_index=index))


def _cores(world: World, entries: Any, place: str) -> None:
    """Occupants of cores; where there are no cores yet, the entries are the cores."""
    cores = list(world.state.scheduler.availability_cores)
    if not cores:
        cores = [None] * len(entries)
    for key, occupant in entries.items():
        core = int(key)
        if core >= len(cores):
            raise Wrong(f"{place}.{key}", f"there is no core {core}: there are {len(cores)}")
        cores[core] = to_occupant(world, occupant, core, f"{place}.{key}")
    world.change(scheduler=replace(world.state.scheduler, availability_cores=tuple(cores)))


def _pending(world: World, entries: Any, place: str) -> None:
    candidates = [to_pending(world, each, f"{place}[{i}]") for i, each in enumerate(entries)]
    pending = FrozenMap({each.para_id: each for each in candidates})
    world.change(inclusion=replace(world.state.inclusion, pending_availability=pending))


def _past_code(world: World, data: Any, _place: str) -> None:
    world.past_code = to_meta(data, world.past_code)


def _past_code_of(world: World, entries: Any, _place: str) -> None:
    storage = world.state.paras
    for each in entries:
        para, code = ParaId(each["para"]), bytes(each["code"])
        storage = paras.note_past_code(storage, world.context, para, to_times(each), code)
    world.change(paras=storage)


def _pending_config(world: World, given: Any, _place: str) -> None:
    pending = None
    if given is not None and given != "same":
        pending = configured(world.configuration, given)
    storage = replace(world.state.configuration, pending_configuration=pending)
    world.change(configuration=storage)


def _has_initialized(world: World, value: Any, _place: str) -> None:
    world.change(initializer=InitializerStorage(has_initialized=value))


def _not_there(name: str, reason: str = NOT_IN_TEXT) -> Write:
    """A key that has no meaning here; an empty value of it asks for nothing."""

    def write(_world: World, value: Any, _place: str) -> None:
        if value not in (None, [], {}):
            raise Unsupported(name, reason)

    return write


_WRITE: Mapping[str, Write] = {  # in this order: later ones look at what earlier ones wrote
    "start_block": _block,
    "block": _block,
    "paras": _paras,
    "validators": _validators,
    "session_index": _session_index,
    "queue": _queue,
    "next_core_offset": _next_core,
    "claim_index": _claim_index,
    "availability_cores": _cores,
    "pending": _pending,
    "past_code": _past_code,
    "past_code_of": _past_code_of,
    "pending_config": _pending_config,
    "has_initialized": _has_initialized,
    "commitments_missing": _not_there("commitments_missing", "the receipt is kept whole"),
    "pending_configs": _not_there("pending_configs", "the text has one pending configuration"),
    "buffered_session_changes": _not_there("buffered_session_changes"),
    "initial_leaves": lambda _world, _leaves, _place: None,  # the node's
    "frozen": _not_there("frozen"),
    "validators_per_session": _not_there("validators_per_session"),
    "session_length": _not_there("session_length"),
}


def write_state(world: World, data: Mapping[str, Any], place: str) -> None:
    """Write storage directly.  Raises `Wrong` and `Unsupported`; the world is as it was then."""
    before, past_code = world.state, world.past_code
    try:
        for key, write in _WRITE.items():
            if key in data:
                write(world, data[key], f"{place}.{key}")
    except (Wrong, Unsupported):
        world.state, world.past_code = before, past_code
        raise


def new_world(
    rules: Rules,
    config: Mapping[str, Any],
    setup: Mapping[str, Any],
    *,
    beyond_spec: bool = False,
) -> World:
    """The world before the first step.  Raises `Wrong` and `Unsupported`."""
    world = World(rules, beyond_spec=beyond_spec)
    members = {key: value for key, value in config.items() if key != "subsystems"}  # the node's
    in_force = configured(NO_CONFIG, members)
    world.change(configuration=ConfigurationStorage(in_force))
    write_state(world, setup, "setup")
    return world

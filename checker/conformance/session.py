"""The reference initializer, its modules and the configuration beside the system *session*.

`Bench` is a reference runtime within a block, with the point that the block has reached.  What
other sections say is executed as amended; the model speaks of these three only.  Validators are one
key for each set, seeds a byte, parachains have ids from `FIRST_PARA` on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from impl.errors import Unrecoverable
from impl.origins import GOVERNANCE, INHERENT, Origin, parachain, signed
from impl.primitives import BlockNumber, CoreIndex, ParaId, SessionIndex, ValidatorId
from impl.rules import ALL_READINGS, AMENDMENTS, Rules
from impl.runtime import (
    configuration,
    host,
    inclusion,
    inclusion_inherent,
    initializer,
    paras,
    scheduler,
    validity,
)
from impl.runtime.configuration import HostConfiguration
from impl.runtime.dispatch import Runtime
from impl.runtime.initializer import SessionChange
from impl.runtime.paras_storage import ParaGenesisArgs
from impl.runtime.scheduler_storage import SessionChangeNotification
from impl.runtime.state import RuntimeState
from model.config import Config
from model.session_points import READINGS, kept
from model.session_system import MEMBERS, REMEMBERED

__all__ = ["REMEMBERED", "Bench", "abstract", "genesis", "step"]

FIRST_PARA = 100
ORIGINS = {
    "governance": GOVERNANCE,
    "user": signed(b"user"),
    "parachain": parachain(ParaId(FIRST_PARA)),
    "nobody": INHERENT,
}
KEPT = "session-change-at-block-end"
OWN = frozenset(
    {
        *READINGS,
        KEPT,
        "inclusion-needs-initialization",
        "schedule-semi-private",
        "rotations-take-blocks",
        "inherent-is-finalized",
        "inherent-runs-once",
    }
)
"""The amendments that the model asks for; all others are made."""


@dataclass(frozen=True)
class Bench:
    """A runtime, its state, and where it is in a block; `made` is a notification on its way."""

    cfg: Config = field(hash=False)
    runtime: Runtime = field(hash=False)
    state: RuntimeState
    place: str
    due: int
    stage: str = "idle"
    turn: int = 0
    told: int = 0
    made: SessionChangeNotification | None = None


def _rules(cfg: Config, flags: Mapping[str, bool]) -> Rules:
    """The text that the model executes; a notification is kept by the text's own option only."""
    made = (AMENDMENTS - OWN) | (cfg.rules.amendments & OWN)
    taken = {a: ALL_READINGS[a][int(flags[f])] for a, f in READINGS.items() if f in flags}
    others = {name: options[0] for name, options in ALL_READINGS.items() if name not in made}
    return Rules(made if kept(cfg) else made - {KEPT}, cfg.rules.variants, {**others, **taken})


def genesis(
    cfg: Config,
    session: Mapping[str, Any],
    first: Mapping[str, int],
    live: int,
    ends: int,
    at: str = "done",
    **flags: bool,
) -> Bench:
    """The state behind block 0."""
    runtime = host.relay_chain(_rules(cfg, flags))
    registered = {ParaId(FIRST_PARA + i): _start() for i in range(live)}
    change = _change(session["validators"], session["next_queued"], session["random_seed"])
    state = host.genesis_state(runtime, HostConfiguration(**first), registered, change)
    return Bench(cfg, runtime, state, at, ends)


def step(bench: Bench, action: str, choices: Mapping[str, Any]) -> Bench:
    """Run one action of the system on the reference implementation; its errors pass through."""
    return _ACTIONS[action](bench, **choices)


def _start() -> ParaGenesisArgs:
    return ParaGenesisArgs(b"head", b"code", True)


def _keys(number: int) -> tuple[ValidatorId, ...]:
    return (ValidatorId(bytes([number]) * 32),)


def _change(validators: int, queued: int, seed: int) -> SessionChange:
    return SessionChange(_keys(validators), _keys(queued), bytes([seed]) * 32)


# a block


def begin_block(bench: Bench) -> Bench:
    """A block begins."""
    now = BlockNumber(bench.state.now + 1)
    return replace(bench, stage="begun", state=replace(bench.state, now=now))


def initialize(bench: Bench) -> Bench:
    """§2.5.2/initialization."""
    state = initializer.initialization(bench.state, bench.runtime)
    return replace(bench, stage="open", turn=0, state=state)


def finalize(bench: Bench) -> Bench:
    """§2.5.7/finalization, then §2.5.2/finalization."""
    state = inclusion_inherent.finalization(bench.state, bench.runtime)
    return replace(bench, stage="done", state=initializer.finalization(state, bench.runtime))


def session_change(bench: Bench, next_queued: int, random_seed: int) -> Bench:
    """§2.5.2/session-change."""
    change = replace(_change(0, next_queued, random_seed), validators=bench.state.queued)
    state = initializer.session_change(bench.state, bench.runtime, change)
    return replace(bench, due=bench.due - 1, state=state)


def end_block(bench: Bench, ends: int) -> Bench:
    """A block ends."""
    return replace(bench, stage="idle", due=ends)


# calls from outside


def set_parathread_cores(bench: Bench, origin: str, number: int) -> Bench:
    """§2.5.3/entry-points."""
    return _set(bench, ORIGINS[origin], "parathread_cores", number)


def set_group_rotation_frequency(bench: Bench, origin: str, blocks: int) -> Bench:
    """§2.5.3/entry-points."""
    return _set(bench, ORIGINS[origin], "group_rotation_frequency", blocks)


def _set(bench: Bench, origin: Origin, member: str, value: int) -> Bench:
    storage = configuration.set_member(
        bench.state.configuration, origin, member, value, rules=bench.runtime.rules
    )
    return _with(bench, configuration=storage)


def register(bench: Bench) -> Bench:
    """§2.5.4/schedule_para_initialize."""
    storage, context = bench.state.paras, bench.state.get_context(bench.runtime.rules)
    para = ParaId(FIRST_PARA + len(storage.parachains))
    return _with(bench, paras=paras.schedule_para_initialize(storage, context, para, _start()))


def deregister(bench: Bench) -> Bench:
    """§2.5.4/schedule_para_cleanup."""
    storage, context = bench.state.paras, bench.state.get_context(bench.runtime.rules)
    return _with(bench, paras=paras.schedule_para_cleanup(storage, context, storage.parachains[-1]))


def call_inclusion(bench: Bench) -> Bench:
    """§2.5.7/inclusion, of nothing."""
    state = inclusion_inherent.inclusion(bench.state, bench.runtime, INHERENT, (), ())
    return replace(bench, state=state)


def schedule(bench: Bench) -> Bench:
    """§2.5.5/schedule."""
    context = bench.state.get_scheduler_context(bench.runtime.rules, bench.runtime.shuffle)
    return _with(bench, scheduler=scheduler.schedule(bench.state.scheduler, context, ()))


def _with(bench: Bench, **storage: Any) -> Bench:
    return replace(bench, state=replace(bench.state, **storage))


# the initializer's work in micro-steps, which the reference implementation does in one piece


def initialize_next(bench: Bench) -> Bench:
    """§2.5.2/initialization: paras, then the others."""
    state, rules = bench.state, bench.runtime.rules
    context = state.get_context(rules)
    if bench.turn == 0:
        return replace(_with(bench, paras=paras.initialization(state.paras, context)), turn=1)
    scheduling = state.get_scheduler_context(rules, bench.runtime.shuffle)
    done = _with(
        bench,
        scheduler=scheduler.initialization(state.scheduler, scheduling),
        inclusion=inclusion.initialization(state.inclusion, context),
        validity=validity.initialization(state.validity, context),
        initializer=replace(state.initializer, has_initialized=True),
    )
    return replace(done, turn=0, stage="open")


def finalize_next(bench: Bench) -> Bench:
    """§2.5.2/finalization: the scheduler and those after it, then the others."""
    if bench.turn:
        cleared = replace(bench.state.initializer, has_initialized=False)
        return replace(_with(bench, initializer=cleared), turn=0, stage="done")
    rules = bench.runtime.rules
    state = inclusion_inherent.finalization(bench.state, bench.runtime)
    context = state.get_context(rules)
    scheduling = state.get_scheduler_context(rules, bench.runtime.shuffle)
    done = replace(
        state,
        validity=validity.finalization(state.validity, context),
        inclusion=inclusion.finalization(state.inclusion, context),
        scheduler=scheduler.finalization(state.scheduler, scheduling),
    )
    return replace(bench, state=done, turn=1)


def configuration_changes(bench: Bench, next_queued: int, random_seed: int) -> Bench:
    """§2.5.2/session-change, as far as the configuration module."""
    state = bench.state
    if state.initializer.has_initialized:
        raise Unrecoverable("a session change after initialization", "§2.5.2/session-change.1")
    settings = configuration.session_change(state.configuration)
    made = SessionChangeNotification(
        validators=state.queued,
        queued=_keys(next_queued),
        prev_config=state.configuration.configuration,
        new_config=settings.configuration,
        random_seed=bytes([random_seed]) * 32,
    )
    changed = _with(
        bench,
        session_index=SessionIndex(state.session_index + 1),
        configuration=settings,
        validators=made.validators,
        queued=made.queued,
    )
    return replace(changed, due=bench.due - 1, told=1, made=made)


def tell_next(bench: Bench) -> Bench:
    """§2.5.2/session-change.2: paras, then the scheduler, then the others."""
    state, rules, made = bench.state, bench.runtime.rules, bench.made
    context = state.get_context(rules)
    if made is None:
        message = "there is nothing to tell"
        raise ValueError(message)
    if bench.told == 1:
        storage = paras.session_change(state.paras, context, made)
        return replace(_with(bench, paras=storage), told=2)
    if bench.told == 2:  # noqa: PLR2004 - configuration and paras know
        scheduling = state.get_scheduler_context(rules, bench.runtime.shuffle)
        groups = scheduler.session_change(state.scheduler, scheduling, made)
        return replace(_with(bench, scheduler=groups), told=3)
    done = _with(
        bench,
        inclusion=inclusion.session_change(state.inclusion, context, made),
        validity=validity.session_change(state.validity, context, made),
    )
    return replace(done, told=0, made=None)


_ACTIONS = {
    f.__name__: f
    for f in (
        begin_block,
        initialize,
        finalize,
        session_change,
        end_block,
        set_parathread_cores,
        set_group_rotation_frequency,
        register,
        deregister,
        schedule,
        initialize_next,
        finalize_next,
        configuration_changes,
        tell_next,
    )
} | {"inclusion": call_inclusion}


# the refinement mapping


def abstract(bench: Bench) -> dict[str, Any]:
    """The model's state as plain data, but for what it remembers for its properties."""
    state = bench.state
    coming = len(state.paras.upcoming_paras) - len(state.paras.outgoing_paras)
    scheduled = [assignment.core for assignment in scheduler.scheduled(state.scheduler)]
    pending = state.configuration.pending_configuration
    return {
        "stage": bench.stage,
        "due": bench.due,
        "place": bench.place,
        "reading": _flags(bench),
        "HasInitialized": state.initializer.has_initialized,
        "Configuration": _members(state.configuration.configuration),
        "PendingConfiguration": {"some": pending is not None, "members": _members(pending)},
        "Included": state.included,
        "validators": _set_of(state.validators),
        "queued": _set_of(state.queued),
        "potentially_broken": state.initializer.potentially_broken,
        "parachains": len(state.paras.parachains),
        "upcoming": len(state.paras.parachains) + coming,
        "cores": len(state.scheduler.availability_cores),
        "groups": len(state.scheduler.validator_groups),
        "Scheduled": CoreIndex(0) in scheduled,
        "turn": bench.turn,
        "told": bench.told,
        "made": _notification(bench.made),
    }


def _flags(bench: Bench) -> dict[str, bool]:
    rules = bench.runtime.rules
    return {
        flag: rules.reading(name) == ALL_READINGS[name][1]
        for name, flag in READINGS.items()
        if not rules.amended(name)
    }


def _members(config: HostConfiguration | None) -> dict[str, int]:
    return {name: 0 if config is None else getattr(config, name) for name in MEMBERS}


def _set_of(validators: tuple[ValidatorId, ...]) -> int:
    return validators[0][0]


def _notification(made: SessionChangeNotification | None) -> dict[str, Any]:
    return {
        "validators": _set_of(made.validators) if made else 0,
        "queued": _set_of(made.queued) if made else 0,
        "prev_config": _members(made.prev_config if made else None),
        "new_config": _members(made.new_config if made else None),
        "random_seed": made.random_seed[0] if made else 0,
    }

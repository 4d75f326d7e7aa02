"""Time: blocks driven one by one, with the modules that a step lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from impl.primitives import SEED_BYTES, SessionIndex, ValidatorId
from impl.runtime import inclusion, paras, scheduler, validity
from impl.runtime.configuration import ConfigurationStorage
from impl.runtime.scheduler_storage import SessionChangeNotification
from impl.runtime.state import RuntimeState

from .errors import Wrong
from .text import without_session_at_end
from .world import World, at_block, configured, with_session

SEED = bytes(SEED_BYTES)
"""The randomness of a session that names none."""

_AS_NAMED = {"disputes": "validity"}
_MODULES: Mapping[str, Any] = {
    "paras": paras,
    "inclusion": inclusion,
    "validity": validity,
    "scheduler": scheduler,
}
Run = Callable[[RuntimeState], RuntimeState]


@dataclass(frozen=True)
class Drive:
    """One call of `advance_to_block`: which modules, which sessions, in which order."""

    world: World
    modules: tuple[str, ...]
    changes: Mapping[int, Mapping[str, Any]]
    at_end: bool
    schedules: bool

    # ---- one block

    def block(self, state: RuntimeState) -> RuntimeState:
        """End this block and begin the next one."""
        state = self.finalize(state)
        following = state.now + 1
        if self.at_end:
            state = self.session(state, following)
        state = at_block(state, following)
        if not self.at_end:
            state = self.session(state, following)
        for name in self.modules:
            state = self._run(state, name, "initialization")
        if self.schedules:
            context = state.get_scheduler_context(self.world.rules)
            storage = scheduler.finalization(state.scheduler, context)
            state = replace(state, scheduler=scheduler.schedule(storage, context, ()))
        return state

    def finalize(self, state: RuntimeState) -> RuntimeState:
        """End a block: the modules in the reverse order."""
        for name in reversed(self.modules):
            state = self._run(state, name, "finalization")
        return state

    def _run(self, state: RuntimeState, name: str, routine: str) -> RuntimeState:
        part = _MODULES[name]
        if not hasattr(part, routine):  # §2.5.4/finalization.1
            return state
        storage = getattr(part, routine)(getattr(state, name), self._context(state, name))
        return replace(state, **{name: storage})

    def _context(self, state: RuntimeState, name: str, rules: Any = None) -> Any:
        rules = rules or self.world.rules
        if name == "scheduler":
            return state.get_scheduler_context(rules)
        return state.get_context(rules)

    # ---- session change

    def session(self, state: RuntimeState, first: int) -> RuntimeState:
        """Let the session begin whose first block is `first`, if there is one.

        The scenario says itself whether the change comes before initialization or at the end of the
        block before: where it comes before, the amendment on that point is out of force.
        """
        entry = self.changes.get(first)
        if entry is None:
            return state
        early = state.now == first
        rules = without_session_at_end(self.world.rules) if early else self.world.rules
        previous = state.configuration.configuration
        notification = self._notification(state, entry)
        index = entry.get("session_index", state.session_index + 1)
        state = with_session(state, notification.validators, SessionIndex(index))
        state = replace(state, queued=notification.queued)
        if notification.new_config != previous:
            state = replace(state, configuration=ConfigurationStorage(notification.new_config))
        for name in self.modules:
            context = self._context(state, name, rules)
            routine = _MODULES[name].session_change
            storage = routine(getattr(state, name), context, notification)
            state = replace(state, **{name: storage})
        return state

    def _notification(
        self, state: RuntimeState, entry: Mapping[str, Any]
    ) -> SessionChangeNotification:
        in_force = state.configuration.configuration
        new, old = entry.get("new_config", "same"), entry.get("prev_config", "same")
        seed = bytes(entry["random_seed"]) if "random_seed" in entry else SEED
        if len(seed) != SEED_BYTES:
            raise Wrong("random_seed", f"expected {SEED_BYTES} bytes, found {len(seed)}")
        return SessionChangeNotification(
            validators=self._validators(entry.get("validators"), state.validators),
            queued=self._validators(entry.get("queued"), ()),
            prev_config=in_force if old in ("same", None) else configured(in_force, old),
            new_config=in_force if new in ("same", None) else configured(in_force, new),
            random_seed=seed,
        )

    def _validators(
        self, given: Any, otherwise: tuple[ValidatorId, ...]
    ) -> tuple[ValidatorId, ...]:
        return otherwise if given is None else self.world.validators(given, "validators")


def _drive(world: World, args: Mapping[str, Any]) -> tuple[Drive, RuntimeState, int]:
    target, now = args["to"], world.state.now
    if target < now:
        raise Wrong("to", f"expected a block from {now} on, where the chain is, found {target}")
    world.spend(target - now, "to")
    entries = args.get("session_changes", [])
    changes = {entry["at"]: entry for entry in entries}
    if len(changes) != len(entries):
        raise Wrong("session_changes", "two of them are at the same block")
    modules = tuple(_AS_NAMED.get(name, name) for name in args["modules"])
    if len(set(modules)) != len(modules):
        raise Wrong("modules", "'disputes' and 'validity' are one module")
    at_end = args.get("session_timing") == "end_of_parent"
    schedules = args.get("schedule_each_block", False)
    return Drive(world, modules, changes, at_end, schedules), world.state, target


def advance_to_block(world: World, args: Mapping[str, Any]) -> dict[str, Any]:
    """Drive blocks until the number is `to`."""
    drive, state, target = _drive(world, args)
    while state.now < target:
        state = drive.block(state)
    world.state = state
    return {}


def advance_to_end_of_block(world: World, args: Mapping[str, Any]) -> dict[str, Any]:
    """Drive blocks until the number is `to`, then end that block."""
    advance_to_block(world, args)
    drive, state, target = _drive(world, args)
    state = drive.finalize(state)
    world.state = drive.session(state, target + 1)
    return {}

"""Everything that `observe` can look at, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from impl.runtime.configuration import HostConfiguration

from . import observe_paras, observe_scheduler
from .errors import NODE_SIDE, NOT_IN_TEXT, Unsupported
from .values import of_pending, set_bits
from .world import World, configured, members


def pending_votes(world: World, wanted: Any) -> Any:
    """Who voted for the pending candidates of paras; null where there is none."""
    found = {str(p): c for p, c in world.state.inclusion.pending_availability.items()}
    return {
        key: set_bits(found[key].availability_votes) if key in found else None for key in wanted
    }


def validators(world: World, wanted: Any) -> Any:
    """The validators of the session: as names, or how many."""
    names = world.validator_names()
    return len(names) if isinstance(wanted, int) else names


def _members(configuration: HostConfiguration | None, wanted: Any) -> Any:
    """The members asked for, all of them for null."""
    if configuration is None or wanted is None:
        return None if configuration is None else members(configuration)
    configured(configuration, wanted)  # refuses a member that there is not
    found = members(configuration)
    return {member: found[member] for member in wanted}


def frozen(world: World, _wanted: Any) -> Any:
    """The block to go back to, if this block signals so. §2.5.8/local-disputes.5.3."""
    signals = world.state.validity.abandoned
    return min((each.last_ancestor_number for each in signals), default=None)


REST: Mapping[str, Callable[[World, Any], Any]] = {
    "pending": lambda world, _: [
        of_pending(each) for each in world.state.inclusion.pending_availability.values()
    ],
    "pending_paras": lambda world, _: list(world.state.inclusion.pending_availability),
    "pending_votes": pending_votes,
    "bitfield_records": lambda world, _: list(world.state.inclusion.bitfields),
    "validators": validators,
    "session_index": lambda world, _: world.state.session_index,
    "config": lambda world, wanted: _members(world.configuration, wanted),
    "pending_config": lambda world, wanted: _members(
        world.state.configuration.pending_configuration, wanted
    ),
    "has_initialized": lambda world, _: world.state.initializer.has_initialized,
    "frozen": frozen,
}
UNSUPPORTED: Mapping[str, str] = {
    "can_upgrade": NOT_IN_TEXT,
    "pending_configs": "the text has one pending configuration, not one for each session",
    "buffered_session_changes": "the text forwards session changes at once",
    "active_leaves": NODE_SIDE,
    "events": NOT_IN_TEXT,
    "revert_digest": NOT_IN_TEXT,
}
NAMES = {**observe_scheduler.NAMES, **observe_paras.NAMES, **REST}


def look(world: World, name: str, wanted: Any) -> Any:
    """What there is under a name, in the form that the file expects.  Raises `Unsupported`."""
    if name in UNSUPPORTED:
        raise Unsupported(name, UNSUPPORTED[name])
    return NAMES[name](world, wanted)

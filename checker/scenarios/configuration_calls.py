"""Calls of §2.5.3 The Configuration Module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from impl.origins import GOVERNANCE, signed
from impl.primitives import SessionIndex
from impl.runtime import configuration

from .values import Json
from .world import World, configured

Args = Mapping[str, Any]

_ORIGINS = {"root": GOVERNANCE, "signed": signed(bytes(32))}


def on_new_session(world: World, args: Args) -> Json:
    """Take over what is pending. §2.5.3/session-change."""
    storage = configuration.session_change(world.state.configuration)
    index = SessionIndex(args.get("session_index", world.state.session_index))
    world.state = replace(world.state, configuration=storage, session_index=index)
    return {}


def set_member(world: World, args: Args) -> Json:
    """Set one member from the next session on. §2.5.3/entry-points."""
    member, value = args["member"], args["value"]
    configured(world.configuration, {member: value})  # a member and a value that there can be
    origin = _ORIGINS[args["origin"]]
    storage = configuration.set_member(
        world.state.configuration, origin, member, value, rules=world.rules
    )
    world.change(configuration=storage)
    return {}


CALLS = {
    "configuration.on_new_session": on_new_session,
    "configuration.set": set_member,
}

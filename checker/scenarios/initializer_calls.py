"""Calls of §2.5.2 The Initializer Module: the whole stack, driven by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from impl.primitives import SEED_BYTES, SessionIndex
from impl.runtime import initializer
from impl.runtime.initializer import SessionChange

from .clock import SEED
from .errors import Wrong
from .values import Json
from .world import World, at_block

Args = Mapping[str, Any]


def on_initialize(world: World, args: Args) -> Json:
    """Begin the block of this number. §2.5.2/initialization."""
    state = at_block(world.state, args["block"])
    world.state = initializer.initialization(state, world.runtime)
    return {}


def on_finalize(world: World, args: Args) -> Json:
    """End the block of this number. §2.5.2/finalization."""
    state = world.state
    if args["block"] != state.now:
        state = at_block(state, args["block"])
    world.state = initializer.finalization(state, world.runtime)
    return {}


def on_new_session(world: World, args: Args) -> Json:
    """Bring the next session. §2.5.2/session-change."""
    seed = bytes(args.get("random_seed", SEED))
    if len(seed) != SEED_BYTES:
        raise Wrong("random_seed", f"expected {SEED_BYTES} bytes, found {len(seed)}")
    change = SessionChange(
        world.validators(args.get("validators", 0), "validators"),
        world.validators(args.get("queued", 0), "queued"),
        seed,
    )
    state = initializer.session_change(world.state, world.runtime, change)
    if "session_index" in args:
        state = replace(state, session_index=SessionIndex(args["session_index"]))
    world.state = state
    return {}


CALLS = {
    "initializer.on_initialize": on_initialize,
    "initializer.on_finalize": on_finalize,
    "initializer.on_new_session": on_new_session,
}

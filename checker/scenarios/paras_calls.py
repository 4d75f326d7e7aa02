"""Calls of §2.5.4 The Paras Module, and of its record of past code alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from impl.primitives import BlockNumber, ParaId
from impl.runtime import paras, past_code
from impl.runtime.paras_storage import ParaGenesisArgs

from .values import Json, octets, of_choice, to_times
from .world import World

Args = Mapping[str, Any]


def to_genesis(data: Args) -> ParaGenesisArgs:
    """How a para starts; head and code are empty if the file does not give them."""
    return ParaGenesisArgs(
        genesis_head=bytes(data.get("head") or []),
        validation_code=bytes(data.get("code") or []),
        parachain=data.get("parachain", True),
    )


def schedule_para_initialize(world: World, args: Args) -> Json:
    """§2.5.4/schedule_para_initialize."""
    storage = paras.schedule_para_initialize(
        world.state.paras, world.context, ParaId(args["para"]), to_genesis(args)
    )
    world.change(paras=storage)
    return {}


def schedule_para_cleanup(world: World, args: Args) -> Json:
    """§2.5.4/schedule_para_cleanup."""
    para = ParaId(args["para"])
    world.change(paras=paras.schedule_para_cleanup(world.state.paras, world.context, para))
    return {}


def schedule_code_upgrade(world: World, args: Args) -> Json:
    """§2.5.4/schedule_code_upgrade."""
    storage = paras.schedule_code_upgrade(
        world.state.paras,
        world.context,
        ParaId(args["para"]),
        bytes(args["code"]),
        BlockNumber(args["expected_at"]),
    )
    world.change(paras=storage)
    return {}


def note_new_head(world: World, args: Args) -> Json:
    """§2.5.4/note_new_head; included in the current block."""
    storage = paras.note_new_head(
        world.state.paras,
        world.context,
        ParaId(args["para"]),
        bytes(args["head"]),
        BlockNumber(args["relay_parent_number"]),
    )
    world.change(paras=storage)
    return {}


def validation_code_at(world: World, args: Args) -> Json:
    """§2.5.4/validation_code_at."""
    assumed = args.get("assume_intermediate")
    code = paras.validation_code_at(
        world.state.paras,
        world.context,
        ParaId(args["para"]),
        BlockNumber(args["at"]),
        None if assumed is None else BlockNumber(assumed),
    )
    return {"value": octets(code)}


def note_past_code(world: World, args: Args) -> Json:
    """Enter replaced code in all records of past code. §2.5.4/session-change.1.2."""
    storage = paras.note_past_code(
        world.state.paras, world.context, ParaId(args["para"]), to_times(args), bytes(args["code"])
    )
    world.change(paras=storage)
    return {}


def code_choice_at(world: World, args: Args) -> Json:
    """§2.5.4/storage.UseCodeAt."""
    para, at = ParaId(args["para"]), BlockNumber(args["at"])
    return {"value": of_choice(paras.code_choice_at(world.state.paras, para, at))}


# ---- the record alone


def note_replacement(world: World, args: Args) -> Json:
    """One more replacement."""
    world.past_code = past_code.note_replacement(world.past_code, to_times(args))
    return {}


def code_at(world: World, args: Args) -> Json:
    """Which code serves at a height."""
    return {"value": of_choice(past_code.code_at(world.past_code, BlockNumber(args["at"])))}


def prune_up_to(world: World, args: Args) -> Json:
    """Forget what was activated up to a block."""
    world.past_code, gone = past_code.prune_up_to(world.past_code, args["max"])
    return {"pruned_expected": sorted(gone)}


CALLS = {
    "paras.schedule_para_initialize": schedule_para_initialize,
    "paras.schedule_para_cleanup": schedule_para_cleanup,
    "paras.schedule_code_upgrade": schedule_code_upgrade,
    "paras.note_new_head": note_new_head,
    "paras.validation_code_at": validation_code_at,
    "paras.note_past_code": note_past_code,
    "paras.code_choice_at": code_choice_at,
    "past_code.note_replacement": note_replacement,
    "past_code.code_at": code_at,
    "past_code.prune_up_to": prune_up_to,
}

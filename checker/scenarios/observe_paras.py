"""What can be observed of §2.5.4 The Paras Module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from impl.primitives import BlockNumber, ParaId
from impl.runtime import paras, past_code
from impl.runtime.past_code import ParaPastCodeMeta

from .values import octets, of_meta
from .world import World

Observe = Callable[[World, Any], Any]


def _per_para(look: Callable[[World, ParaId], Any]) -> Observe:
    """An observation of the paras asked for."""
    return lambda world, wanted: {key: look(world, ParaId(int(key))) for key in wanted}


def _map_of(item: str) -> Observe:
    """An observation of a map from paras to bytes."""

    def look(world: World, para: ParaId) -> Any:
        entries: Mapping[ParaId, bytes] = getattr(world.state.paras, item)
        return octets(entries.get(para))

    return _per_para(look)


def _meta(world: World, para: ParaId) -> ParaPastCodeMeta:
    return world.state.paras.past_code_meta.get(para, ParaPastCodeMeta())


def past_code_at(world: World, wanted: Any) -> Any:
    """Past code by para and expected block."""
    return {
        para: {
            at: octets(world.state.paras.past_code.get((ParaId(int(para)), BlockNumber(int(at)))))
            for at in blocks
        }
        for para, blocks in wanted.items()
    }


def most_recent_change(world: World, wanted: Any) -> Any:
    """The expected block of the latest replacement; of the helper structure alone if no para."""
    if isinstance(wanted, dict):
        look = _per_para(lambda w, para: past_code.most_recent_change(_meta(w, para)))
        return look(world, wanted)
    return past_code.most_recent_change(world.past_code)


def _last_code_upgrade(world: World, para: ParaId) -> Any:
    """The planned upgrade, else the latest replacement. §2.5.6/process_candidates.2."""
    planned = world.state.paras.future_code_upgrades.get(para)
    return past_code.most_recent_change(_meta(world, para)) if planned is None else planned


NAMES: Mapping[str, Observe] = {
    "parachains": lambda world, _: list(paras.parachains(world.state.paras)),
    "upcoming": lambda world, _: list(world.state.paras.upcoming_paras),
    "outgoing": lambda world, _: list(world.state.paras.outgoing_paras),
    "heads": _map_of("heads"),
    "current_code": _map_of("validation_code"),
    "future_code": _map_of("future_code"),
    "future_upgrade": _per_para(lambda w, para: w.state.paras.future_code_upgrades.get(para)),
    "past_code_at": past_code_at,
    "past_code_pruning": lambda world, _: [
        list(entry) for entry in world.state.paras.past_code_pruning
    ],
    "past_code_meta": _per_para(lambda world, para: of_meta(_meta(world, para))),
    "past_code": lambda world, _: of_meta(world.past_code),
    "most_recent_change": most_recent_change,
    "last_code_upgrade": _per_para(_last_code_upgrade),
}

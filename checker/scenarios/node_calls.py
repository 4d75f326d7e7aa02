"""Calls of §2.6: the node side, which comes later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .errors import NODE_SIDE, Unsupported
from .world import World

_NAMES = (
    "overseer.run",
    "overseer.block_imported",
    "overseer.block_finalized",
)


def _later(name: str) -> Callable[[World, Mapping[str, Any]], dict[str, Any]]:
    def call(_world: World, _args: Mapping[str, Any]) -> dict[str, Any]:
        raise Unsupported(name, NODE_SIDE)

    return call


CALLS = {name: _later(name) for name in _NAMES}

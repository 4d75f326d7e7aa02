"""What a block can call: the entry-points of the modules, with the origins they accept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.origins import Origin, OriginKind
from impl.rules import Rules
from impl.runtime import configuration
from impl.runtime.groups import shuffled
from impl.runtime.scheduler_storage import Shuffle
from impl.runtime.state import RuntimeState

Call = Callable[..., RuntimeState]
"""State, runtime, origin and the arguments of the extrinsic to the state after."""

INCLUSION = "inclusion_inherent.inclusion"
"""Name of the entry-point that every block calls once. §2.5.7/inclusion."""


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A way for new information to enter a module. §2.4/description.7.4."""

    name: str
    """Module and entry-point, with a dot between."""

    origin: OriginKind
    """Who may call it."""

    parameters: tuple[type | tuple[type, ...], ...]
    """Types of the arguments, as `isinstance` takes them."""

    call: Call
    """What it does."""


def table(*groups: Iterable[EntryPoint]) -> FrozenMap[str, EntryPoint]:
    """Return entry-points by name; `BadValue` if two have the same."""
    entry_points = [entry_point for group in groups for entry_point in group]
    names = [entry_point.name for entry_point in entry_points]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadValue("entry_points", "distinct by name", twice)
    return FrozenMap({entry_point.name: entry_point for entry_point in entry_points})


def _set_member(
    member: str, state: RuntimeState, runtime: Runtime, origin: Origin, value: int
) -> RuntimeState:
    storage = configuration.set_member(
        state.configuration, origin, member, value, rules=runtime.rules
    )
    return replace(state, configuration=storage)


CONFIGURATION: tuple[EntryPoint, ...] = tuple(
    EntryPoint(
        configuration.entry_point_name(member),
        OriginKind.GOVERNANCE,
        (int,),
        partial(_set_member, member),
    )
    for member in configuration.MEMBERS
)
"""One entry-point for each member of the host configuration. §2.5.3/entry-points.1."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The rules of a chain: the same for all its blocks, and no part of any state."""

    rules: Rules
    """The text in force."""

    entry_points: FrozenMap[str, EntryPoint] = field(default_factory=lambda: table(CONFIGURATION))
    """What extrinsics can call, by name."""

    inherent: str = INCLUSION
    """The entry-point that a block calls exactly once. §2.5.7/description.1.2."""

    finalizers: tuple[Callable[[RuntimeState, Any], RuntimeState], ...] = ()
    """What ends a block besides the initializer's modules. §2.5.7/finalization."""

    shuffle: Shuffle = shuffled
    """How a seed orders validators. §2.5.5/session-change.8."""

    def __post_init__(self) -> None:
        """Refuse an unknown inherent, and one that somebody could call in his own name."""
        entry_point = self.entry_points.get(self.inherent)
        if entry_point is not None and entry_point.origin is not OriginKind.INHERENT:
            raise BadValue(self.inherent, "an entry-point without origin", entry_point.origin)

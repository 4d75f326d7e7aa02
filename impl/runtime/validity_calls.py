"""§2.5.8 The Validity Module: its entry-points.

The text says what goes on chain and names no entry-point (§1.8/description.1.3).  All of it is
signed by validators, so that no origin is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from impl.origins import Origin, OriginKind
from impl.runtime import validity, validity_remote
from impl.runtime.context import RuntimeContext
from impl.runtime.dispatch import EntryPoint, Runtime
from impl.runtime.state import RuntimeState
from impl.runtime.validity_remote import RemoteDispute, RollUp
from impl.runtime.validity_storage import ValidityStorage
from impl.statements import RemoteAvailabilityVote, SignedStatement

T = TypeVar("T")

Routine = Callable[[ValidityStorage, RuntimeContext, T], ValidityStorage]
"""A routine of the module that takes one message."""


def _call(
    routine: Routine[T], state: RuntimeState, runtime: Runtime, origin: Origin, message: T
) -> RuntimeState:
    del origin
    storage = routine(state.validity, state.get_context(runtime.rules), message)
    return replace(state, validity=storage)


def _entry_point(name: str, kind: type[T], routine: Routine[T]) -> EntryPoint:
    call = partial(_call, routine)
    return EntryPoint(f"validity.{name}", OriginKind.INHERENT, (kind,), call)


ENTRY_POINTS: tuple[EntryPoint, ...] = (
    _entry_point("attest", SignedStatement, validity.attest),
    _entry_point("import_concluded", RollUp, validity_remote.import_concluded),
    _entry_point("start_remote_dispute", RemoteDispute, validity_remote.start_remote_dispute),
    _entry_point("vote_available", RemoteAvailabilityVote, validity_remote.vote_available),
)
"""The entry-points of this module."""

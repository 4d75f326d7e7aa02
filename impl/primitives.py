"""Identifiers of the protocol, and the checks a value passes where it enters the runtime."""

from __future__ import annotations

from typing import NewType

from impl.errors import BadValue

ParaId = NewType("ParaId", int)
"""A parachain or parathread."""

CoreIndex = NewType("CoreIndex", int)
"""Position of an availability core in the ordered list of cores; absolute, parachains first."""

GroupIndex = NewType("GroupIndex", int)
"""Position of a validator group in this session's list of groups."""

ValidatorIndex = NewType("ValidatorIndex", int)
"""Position of a validator in this session's list of validators."""

BlockNumber = NewType("BlockNumber", int)
"""Height of a relay-chain block."""

SessionIndex = NewType("SessionIndex", int)
"""Number of a session, from 0. §2.5.1/description.8.1."""

ValidatorId = NewType("ValidatorId", bytes)
"""Public key of a validator."""

CollatorId = NewType("CollatorId", bytes)
"""Public key of a collator."""

U32_LIMIT = 1 << 32
"""Ids, indices, counters and block numbers are unsigned and have 32 bits."""

SEED_BYTES = 32
"""Length of a session's random seed. §2.5.1/session-change-notification."""


def require_u32(name: str, value: object, *, at_least: int = 0) -> None:
    """Raise `BadValue` unless `value` is an integer with `at_least <= value < 2**32`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadValue(name, "an integer", value)
    if not at_least <= value < U32_LIMIT:
        raise BadValue(name, f"between {at_least} and 2**32 - 1", value)


def require_bytes(name: str, value: object, *, length: int | None = None) -> None:
    """Raise `BadValue` unless `value` is a byte string, of exactly `length` bytes if given."""
    if not isinstance(value, bytes):
        raise BadValue(name, "a byte string", value)
    if length is not None and len(value) != length:
        raise BadValue(name, f"{length} bytes long", value)


def require_tuple(name: str, value: object) -> None:
    """Raise `BadValue` unless `value` is a tuple: a list could change under a stored state."""
    if not isinstance(value, tuple):
        raise BadValue(name, "a tuple", value)

"""A hash of any value of the protocol: equal values have equal hashes, in every process."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.runtime.context import HASH_BYTES

DOMAIN = b"parascope: value, form 1\n"
"""Begins everything that is hashed here."""


def compute_hash(value: object) -> bytes:
    """Return 32 bytes for an immutable value: records, tuples, sets, maps, enums and plain data.

    The text says only that blocks have hashes.  Every part is written with its kind and length, so
    that different values are different bytes.  `BadValue` for what could still change.
    """
    return hashlib.blake2b(DOMAIN + _encode(value), digest_size=HASH_BYTES).digest()


def _encode(value: Any) -> bytes:
    if value is None or isinstance(value, bool):
        return _tagged(b"c", repr(value).encode())
    if isinstance(value, Enum):
        return _parts(b"e", [type(value).__name__, value.name])
    if isinstance(value, int):
        return _tagged(b"i", str(value).encode())
    if isinstance(value, bytes):
        return _tagged(b"b", value)
    if isinstance(value, str):
        return _tagged(b"s", value.encode())
    if isinstance(value, tuple):
        return _parts(b"t", value)
    if isinstance(value, frozenset):
        return _tagged(b"f", b"".join(sorted(map(_encode, value))))
    if isinstance(value, FrozenMap):
        return _parts(b"m", value.items())
    if is_dataclass(value) and not isinstance(value, type) and value.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        members = [getattr(value, member.name) for member in fields(value)]
        return _parts(b"r", [type(value).__name__, *members])
    raise BadValue("value", "immutable", value)


def _parts(kind: bytes, values: Iterable[object]) -> bytes:
    return _tagged(kind, b"".join(map(_encode, values)))


def _tagged(kind: bytes, content: bytes) -> bytes:
    return kind + str(len(content)).encode() + b":" + content

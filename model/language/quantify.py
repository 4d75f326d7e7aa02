"""forall, exists and count over the members of an index sort."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import BadValue
from .terms import And, If, Or, Sum, truth
from .types import Index

if TYPE_CHECKING:
    from collections.abc import Callable


def _members(index: Index, word: str) -> Index:
    if not isinstance(index, Index):
        raise BadValue(f"{word}({index!r}, ...); the first argument is an Index")
    return index


def forall(index: Index, body: Callable[[Any], Any]) -> Any:
    """Whether the body is true for every member."""
    return And([truth(body(i), "forall") for i in _members(index, "forall")])


def exists(index: Index, body: Callable[[Any], Any]) -> Any:
    """Whether the body is true for some member."""
    return Or([truth(body(i), "exists") for i in _members(index, "exists")])


def count(index: Index, body: Callable[[Any], Any]) -> Any:
    """For how many members the body is true."""
    return Sum([If(truth(body(i), "count"), 1, 0) for i in _members(index, "count")])

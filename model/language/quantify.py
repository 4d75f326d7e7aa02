"""forall, exists and count over the members of an index sort."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import BadValue
from .sorts import closed, generic
from .terms import And, If, Or, Sum, truth
from .types import Index, uncounted

if TYPE_CHECKING:
    from collections.abc import Callable


def _members(index: Index, word: str) -> Index:
    if not isinstance(index, Index):
        raise BadValue(f"{word}({index!r}, ...); the first argument is an Index")
    return index


def forall(index: Index, body: Callable[[Any], Any]) -> Any:
    """Whether the body is true for every member."""
    if _members(index, "forall").unbounded:
        with generic(index) as i:
            return closed(index, i.expr, truth(body(i), "forall"), every=True)
    return And([truth(body(i), "forall") for i in index])


def exists(index: Index, body: Callable[[Any], Any]) -> Any:
    """Whether the body is true for some member."""
    if _members(index, "exists").unbounded:
        with generic(index) as i:
            return closed(index, i.expr, truth(body(i), "exists"), every=False)
    return Or([truth(body(i), "exists") for i in index])


def count(index: Index, body: Callable[[Any], Any]) -> Any:
    """For how many members the body is true."""
    if _members(index, "count").unbounded:
        raise uncounted(index, "count")
    return Sum([If(truth(body(i), "count"), 1, 0) for i in index])

"""Which state variables nothing in a system reads, by the terms of its steps.

A variable is read where a check, an assumption or an undefined place depends on it, and where the
new value of another variable that is itself read does.  What only feeds itself, or only what nobody
reads, is not read; nor is what only the very step asks for that has just set it.  Entries of an
array count as one variable, fields of a record do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import z3

if TYPE_CHECKING:
    from model.language import System


def unread(system: System) -> list[str]:
    """The paths that nothing reads, in the order of the storage."""
    owner = {leaf.var.get_id(): leaf.path for leaf in system.leaves}
    read: set[str] = set()
    sources: dict[str, set[str]] = {}
    for transition in (system.initial, *system.transitions):
        guards = [
            *transition.domain,
            *(check.holds for check in transition.checks),
            *(place.reached for place in transition.undefined),
        ]
        read |= _paths(guards, owner)
        for leaf, update in zip(system.leaves, transition.updates, strict=True):
            if not update.eq(leaf.var):
                sources.setdefault(leaf.path, set()).update(_paths([update], owner) - {leaf.path})
    return [path for path in paths(system) if path not in _closure(read, sources)]


def paths(system: System) -> list[str]:
    """The variables and fields of a system, without indices, in the order of the storage.

    One that has room for one value only says nothing at this size.
    """
    return list(dict.fromkeys(leaf.path for leaf in system.leaves if leaf.lo < leaf.hi))


def _closure(read: set[str], sources: dict[str, set[str]]) -> set[str]:
    """What is read, and what the new values of something read are made of."""
    found, waiting = set(read), list(read)
    while waiting:
        new = sources.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _paths(terms: Iterable[Any], owner: dict[int, str]) -> set[str]:
    """The paths of the leaves in some terms."""
    return {owner[i] for i in _nodes(terms) if i in owner}


def _nodes(terms: Iterable[Any]) -> Iterator[int]:
    """The numbers of all nodes of some terms, each once."""
    waiting: list[z3.ExprRef] = list(terms)
    seen: set[int] = set()
    while waiting:
        term = waiting.pop()
        number = term.get_id()
        if number not in seen:
            seen.add(number)
            yield number
            waiting += term.children()

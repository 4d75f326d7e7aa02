"""What changed between two values, down to the record field and the set member."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from .values import Value

UPDATED, ADDED, REMOVED = "updated", "added", "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs: a scalar, an optional value, a set, or a queue.

    `path` is "core[0].status".  For a set and for a list that grew or shrank, `before` and `after`
    are the whole collections and `added`, `removed` what came and went: members of the set,
    entries of the list.
    """

    path: str
    before: Value
    after: Value
    added: tuple[Value, ...] = ()
    removed: tuple[Value, ...] = ()

    @property
    def kind(self) -> str:
        """`added` or `removed` if the collection only grew or only shrank, else `updated`."""
        if self.added and not self.removed:
            return ADDED
        if self.removed and not self.added:
            return REMOVED
        return UPDATED


def diff(
    before: Value, after: Value, path: str = "", queues: frozenset[str] = frozenset()
) -> list[Change]:
    """Every changed cell, in the order of declaration; empty if the values are equal.

    `queues` holds the paths without indices that are queues: those are compared as a sequence, so
    that taking the first entry is one entry gone and not a change of every place.
    """
    return list(_diff(before, after, path, queues))


def cells(
    value: Value, path: str = "", queues: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Value]]:
    """What a table has a row for; a set, a queue and an optional value are one cell."""
    if isinstance(value, dict) and "some" not in value:
        for name, item in value.items():
            yield from cells(item, f"{path}.{name}" if path else name, queues)
    elif isinstance(value, list) and without_indices(path) not in queues:
        for i, item in enumerate(value):
            yield from cells(item, f"{path}[{i}]", queues)
    else:
        yield path, value


def _diff(before: Value, after: Value, path: str, queues: frozenset[str]) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        if before.get("some") is not after.get("some"):  # an optional value came or went: one cell
            yield Change(path, before, after)
            return
        for name in before:
            inner = f"{path}.{name}" if path else name
            yield from _diff(before[name], after[name], inner, queues)
    elif isinstance(before, frozenset) and isinstance(after, frozenset):
        yield Change(
            path, before, after, tuple(sorted(after - before)), tuple(sorted(before - after))
        )
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, path, queues)
    else:
        yield Change(path, before, after)


def _lists(
    before: list[Value], after: list[Value], path: str, queues: frozenset[str]
) -> Iterator[Change]:
    if len(before) == len(after) and without_indices(path) not in queues:
        for i, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _diff(old, new, f"{path}[{i}]", queues)
        return
    kept = _common([key(item) for item in before], [key(item) for item in after])
    stay, came = {i for i, _ in kept}, {j for _, j in kept}
    removed = tuple(item for i, item in enumerate(before) if i not in stay)
    added = tuple(item for j, item in enumerate(after) if j not in came)
    yield Change(path, list(before), list(after), added, removed)


def without_indices(path: str) -> str:
    """The path with its indices dropped: core[0].status as core.status."""
    return "".join(part.partition("]")[2] if i else part for i, part in enumerate(path.split("[")))


def key(value: Value) -> Hashable:
    """A value as something that can be hashed; equal exactly when the values are."""
    if isinstance(value, dict):
        return tuple((name, key(item)) for name, item in value.items())
    if isinstance(value, list):
        return tuple(key(item) for item in value)
    return value


def _common(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Positions of a longest common subsequence; O(len(a) * len(b)), queues are short."""
    best = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in reversed(range(len(a))):
        for j in reversed(range(len(b))):
            same = best[i + 1][j + 1] + 1 if a[i] == b[j] else 0
            best[i][j] = max(same, best[i + 1][j], best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if a[i] == b[j] and best[i][j] == best[i + 1][j + 1] + 1:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs

"""A map that never changes, for storage items that the text declares as maps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class FrozenMap(Mapping[K, V], Generic[K, V]):
    """Keys to values: hashable, comparable, in ascending order of keys.

    A change returns another map, which shares all keys and values with this one; one that changes
    nothing returns this one.  It costs one pass over the keys.
    """

    __slots__ = ("_entries", "_hash")

    def __init__(self, entries: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        given = dict(entries)
        self._entries: dict[K, V] = {key: given[key] for key in sorted(given)}  # type: ignore[type-var]
        self._hash: int | None = None

    def set(self, key: K, value: V) -> FrozenMap[K, V]:
        """Return the map with this value at `key`."""
        if key in self._entries:
            if self._entries[key] is value:
                return self
            return self._shared({**self._entries, key: value})
        return FrozenMap({**self._entries, key: value})

    def update(self, entries: Mapping[K, V] | Iterable[tuple[K, V]]) -> FrozenMap[K, V]:
        """Return the map with all these values set."""
        added = dict(entries)
        return FrozenMap({**self._entries, **added}) if added else self

    def without(self, *keys: K) -> FrozenMap[K, V]:
        """Return the map without these keys; those that are not in it do no harm."""
        if not any(key in self._entries for key in keys):
            return self
        gone = set(keys)
        return self._shared({key: each for key, each in self._entries.items() if key not in gone})

    def __getitem__(self, key: K) -> V:
        return self._entries[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __eq__(self, other: object) -> bool:
        """Compare with other frozen maps only: what hashes alike is alike."""
        if not isinstance(other, FrozenMap):
            return NotImplemented
        return self._entries == other._entries

    def __hash__(self) -> int:
        """Agree with equality; computed once."""
        if self._hash is None:
            self._hash = hash(tuple(self._entries.items()))
        return self._hash

    def __repr__(self) -> str:
        return f"FrozenMap({self._entries!r})"

    def __copy__(self) -> FrozenMap[K, V]:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> FrozenMap[K, V]:
        """Return this map: nothing in it can change."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild from the entries."""
        return FrozenMap, (dict(self._entries),)

    @classmethod
    def _shared(cls, entries: dict[K, V]) -> FrozenMap[K, V]:
        """Wrap entries that are in order already."""
        made = cls.__new__(cls)
        made._entries, made._hash = entries, None  # noqa: SLF001 - this very class
        return made

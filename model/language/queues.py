"""Queues: first in, first out, unless an entry is taken from the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import BadValue
from .terms import And, If, Not, Or, Term, truth
from .trees import coerce, guarded, merge
from .types import Queue, Seq, Type, size
from .views import VIEWS, View, index_of, value_of

if TYPE_CHECKING:
    from collections.abc import Callable


class SeqView(View):
    """A queue.  Entries are matched by field values (`take(core=c)`) or by a function of the entry.

    A place at or beyond the length is no entry: what is read there is undefined.
    """

    __slots__ = ()

    @property
    def len(self) -> Any:
        """The number of entries."""
        return self._at(self._kind.length, "len")

    def __getitem__(self, i: Any) -> Any:
        return self._at(self._kind.element, "place", index_of(i))

    def __setitem__(self, i: Any, value: Any) -> None:
        self._put(self._kind.element, value, "place", index_of(i))

    def _matches(self, test: Any, fields: dict[str, Any]) -> list[Any]:
        """For each place: whether it is in use and its entry matches."""
        if test is not None and not callable(test):
            raise BadValue(f"{test!r} as a test; write a field=value or a function of the entry")
        kind, tree = self._kind, self._tree()
        flags = []
        for i, item in enumerate(tree.items):
            entry = value_of(kind.element, item)
            wanted = [] if test is None else [truth(test(entry), "the test of an entry")]
            wanted += [getattr(entry, name) == value for name, value in fields.items()]
            flags.append(And(tree.len > i, *wanted))
        return flags

    def any(self, test: Any = None, /, **fields: Any) -> Any:
        """Whether some entry matches."""
        return Or(self._matches(test, fields))

    def all(self, test: Any) -> Any:
        """Whether every entry passes the test."""
        return Not(self.any(lambda entry: Not(test(entry))))

    def count(self, test: Any = None, /, **fields: Any) -> Any:
        """How many entries match."""
        return size(self._matches(test, fields))

    def _store(self, length: Any, items: list[Any]) -> None:
        self._root.write(self._steps, Queue(length, items))

    def _room(self) -> Any:
        """Whether an entry more fits; where not, the model's capacity is the limit."""
        room = self._tree().len < self._kind.capacity
        named = [rest[0] for word, *rest in self._steps if word == "field"]
        self._root.limit(Not(room), ".".join([self._root.name, *named]))
        return room

    def _entry(self, value: Any, fields: dict[str, Any]) -> Any:
        if value is not None and fields:
            raise BadValue("push(entry) or push(field=...), not both")
        return coerce(self._kind.element, fields if value is None else value)

    def push(self, value: Any = None, /, **fields: Any) -> None:
        """Add an entry at the back."""
        entry = self._entry(value, fields)
        tree, room, kind = self._tree(), self._room(), self._kind.element
        items = [merge(kind, tree.len == i, entry, item) for i, item in enumerate(tree.items)]
        self._store(_longer(tree.len, room, self._kind.capacity), items)

    def push_front(self, value: Any = None, /, **fields: Any) -> None:
        """Add an entry at the front."""
        entry = self._entry(value, fields)
        tree, room = self._tree(), self._room()
        self._store(_longer(tree.len, room, self._kind.capacity), [entry, *tree.items[:-1]])

    def take(self, test: Any = None, /, **fields: Any) -> Any:
        """Remove the first matching entry and return it; undefined if there is none."""
        tree, kind = self._tree(), self._kind.element
        matches = self._matches(test, fields)
        some = Or(matches)
        self._root.undefined(Not(some), "an entry is taken from a queue that has none such")
        taken, found, items = kind.zero(), False, []
        for match, item in reversed(list(zip(matches, tree.items, strict=True))):
            taken = merge(kind, match, item, taken)
        for match, item, following in zip(matches, tree.items, _later(kind, tree), strict=True):
            found = Or(found, match)
            items.append(merge(kind, found, following, item))
        self._store(If(found, _less(tree.len), tree.len), items)
        return value_of(kind, guarded(kind, taken, some))

    def retain(self, test: Callable[[Any], Any]) -> None:
        """Keep the entries that pass the test, in order."""
        kind = self._kind.element
        for i in reversed(range(self._kind.capacity)):
            tree = self._tree()
            entry = value_of(kind, tree.items[i])
            gone = And(tree.len > i, Not(truth(test(entry), "retain")))
            items = [
                item if j < i else merge(kind, gone, following, item)
                for j, (item, following) in enumerate(
                    zip(tree.items, _later(kind, tree), strict=True)
                )
            ]
            self._store(If(gone, _less(tree.len), tree.len), items)


VIEWS[Seq] = SeqView


def _later(kind: Type, tree: Queue) -> list[Any]:
    """For each place, what is behind it."""
    return [*tree.items[1:], kind.zero()]


def _longer(length: Any, room: Any, capacity: int) -> Any:
    """length + 1 where there is room; elsewhere the step is cut and the value is not used."""
    grown = If(room, length + 1, length)
    return Term(grown.expr, (1, capacity), grown.defined) if isinstance(grown, Term) else grown


def _less(length: Any) -> Any:
    """length - 1, of a queue that is known not to be empty."""
    shorter = length - 1
    if not isinstance(shorter, Term) or shorter.range is None:
        return shorter
    return Term(shorter.expr, (0, max(0, shorter.range[1])), shorter.defined)

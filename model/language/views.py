"""What a model author handles: views on parts of a state, or on detached values.

A view is a root, a type and the steps that lead from the root to the part.  Reading
resolves the steps at once and sees every earlier write; a step may be a symbolic index,
and then the part is a choice between all entries.  A view of a detached value (a choice,
a taken queue entry) can be read but not written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from .errors import BadValue, ModelError, UnknownName, suggest
from .plain import UNDEFINED, Num, Undefined
from .sorts import Family
from .terms import And, Not, Or, Term, lift
from .trees import Handle, coerce, entry, equal, everywhere, guarded, pick, rebuilt, within
from .types import Array, Queue, Record, Scalar, Set, Type, size, uncounted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Step = tuple[Any, ...]  # ("field", name) | ("entry", Index, i) | ("place", i) | ("len",)
Steps = tuple[Step, ...]


class Root(Protocol):
    """Where a view's value lives."""

    name: str

    def read(self, steps: Steps) -> Any:
        """The tree at the end of the steps."""

    def write(self, steps: Steps, tree: Any) -> None:
        """Replace the tree at the end of the steps where the path condition holds."""

    def limit(self, broken: Any, name: str) -> None:
        """Record a limit of the model."""

    def undefined(self, condition: Any, what: str) -> None:
        """Record that the text is undefined where the condition holds."""


class Detached:
    """The root of a value that belongs to no state."""

    name = "a value that is not part of the state"

    def __init__(self, tree: Any, kind: Type) -> None:
        self._tree, self._kind = tree, kind

    def read(self, steps: Steps) -> Any:
        return descend(self._kind, self._tree, steps)

    def write(self, _steps: Steps, _tree: Any) -> NoReturn:
        raise ModelError(
            "a choice, a taken entry or a set that was computed cannot be changed; "
            "assign to a state variable"
        )

    def limit(self, _broken: Any, _name: str) -> None:
        self.write((), None)

    undefined = limit


def value_of(kind: Type, tree: Any) -> Any:
    """A detached value as the author sees it: a scalar, or a read-only view."""
    return view(Detached(tree, kind), kind, ())


def view(root: Root, kind: Type, steps: Steps) -> Any:
    """The scalar at the end of the steps, or the view of what is there."""
    if isinstance(kind, Scalar):
        return root.read(steps)
    return VIEWS[type(kind)](root, kind, steps)


def descend(kind: Any, tree: Any, steps: Steps) -> Any:
    """Follow steps through a tree; a symbolic index chooses among all entries."""
    if not steps:
        return tree
    (word, *rest), after = steps[0], steps[1:]
    if word == "field":
        return descend(kind.fields[rest[0]], tree[rest[0]], after)
    if word == "len":
        return tree.len
    if isinstance(tree, Family):
        part = descend(kind.element, tree.body, after)
        return entry(kind, part, rest[-1], target(kind.element, after))
    i, items = rest[-1], tree.items if isinstance(tree, Queue) else tree
    inside = within(i, tree.len if isinstance(tree, Queue) else len(items))
    if isinstance(i, int) and 0 <= i < len(items):
        part = descend(kind.element, items[i], after)
        return part if inside is True else guarded(target(kind.element, after), part, inside)
    entries = [descend(kind.element, item, after) for item in items]
    return pick(i, entries, target(kind.element, after), inside)


def target(kind: Any, steps: Steps) -> Type:
    """The type of what is at the end of the steps."""
    for word, *rest in steps:
        if word == "field":
            kind = kind.fields[rest[0]]
        else:
            kind = kind.length if word == "len" else kind.element
    found: Type = kind
    return found


class View(Handle):
    """Shared by all composite views."""

    __slots__ = ("_kind", "_root", "_steps")
    __hash__ = None  # type: ignore[assignment]  # equality builds a term
    _root: Root
    _steps: Steps

    def __init__(self, root: Root, kind: Any, steps: Steps) -> None:
        object.__setattr__(self, "_root", root)
        object.__setattr__(self, "_kind", kind)
        object.__setattr__(self, "_steps", steps)

    def _tree(self) -> Any:
        return self._root.read(self._steps)

    def _at(self, kind: Type, *step: Any) -> Any:
        return view(self._root, kind, (*self._steps, step))

    def _put(self, kind: Type, value: Any, *step: Any) -> None:
        self._root.write((*self._steps, step), coerce(kind, value))

    def __eq__(self, other: object) -> Any:
        return equal(self._kind, self._tree(), coerce(self._kind, other))

    def __ne__(self, other: object) -> Any:
        return Not(self == other)

    def __bool__(self) -> bool:
        raise BadValue(f"the truth of a {self._kind} was asked for; compare it, or ask its size")

    def __contains__(self, _item: object) -> bool:
        raise BadValue("`in` on a state value; write set[i], or queue.any(field=...)")

    def __iter__(self) -> Any:
        raise BadValue(f"a loop over a {self._kind}; loop over its index sort")

    def __len__(self) -> int:
        raise BadValue("len() of a state value; write set.size() or queue.len")

    def __getattr__(self, name: str) -> Any:
        known = [word for word in dir(type(self)) if not word.startswith("_")]
        entry = getattr(self._kind, "element", None)
        if isinstance(entry, Record) and name in entry.fields:
            raise UnknownName(f"{name!r} is a field of each entry; write [i].{name}")
        raise UnknownName(f"a {self._kind} has no {name!r}{suggest(name, known)}")

    def __setattr__(self, name: str, _value: Any) -> None:
        self.__getattr__(name)


class RecordView(View):
    """A record: fields by name."""

    __slots__ = ()

    def _field(self, name: str) -> Type:
        if name not in self._kind.fields:
            raise UnknownName(f"no field {name!r}{suggest(name, self._kind.fields)}")
        kind: Type = self._kind.fields[name]
        return kind

    def __getattr__(self, name: str) -> Any:
        return self._at(self._field(name), "field", name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._put(self._field(name), value, "field", name)


class ArrayView(View):
    """An array: entries by member of its index sort."""

    __slots__ = ()

    def __getitem__(self, i: Any) -> Any:
        return self._at(self._kind.element, "entry", self._kind.index, index_of(i))

    def __setitem__(self, i: Any, value: Any) -> None:
        self._put(self._kind.element, value, "entry", self._kind.index, index_of(i))


class SetView(ArrayView):
    """A set of members of an index sort."""

    __slots__ = ()

    def _pairs(self, other: Any) -> Sequence[tuple[Any, Any]]:
        flatten = self._kind.flatten
        return list(zip(flatten(self._tree()), flatten(coerce(self._kind, other)), strict=True))

    def _all(self, conditions: Sequence[Any]) -> Any:
        return And(everywhere(self._kind, conditions))

    def _with(self, other: Any, rule: Callable[[Any, Any], Any]) -> Any:
        leaves = [rule(a, b) for a, b in self._pairs(other)]
        return value_of(self._kind, rebuilt(self._kind, leaves))

    def __or__(self, other: Any) -> Any:
        return self._with(other, Or)

    def __and__(self, other: Any) -> Any:
        return self._with(other, And)

    def __sub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: And(a, Not(b)))

    def __le__(self, other: Any) -> Any:
        return self._all([Or(Not(a), b) for a, b in self._pairs(other)])

    def __ge__(self, other: Any) -> Any:
        return self._all([Or(a, Not(b)) for a, b in self._pairs(other)])

    def size(self) -> Any:
        """The number of members."""
        if self._kind.index.unbounded:
            raise uncounted(self._kind.index, "a size")
        return size(self._tree())


VIEWS: dict[type[Type], type[View]] = {Record: RecordView, Set: SetView, Array: ArrayView}
"""What an author handles for each composite type; `queues` adds its own."""


def index_of(i: Any) -> Any:
    """An index as the language has it: a number, a term, or what is undefined."""
    if isinstance(i, bool) or not isinstance(i, (int, Undefined, Term)):
        lift(i)
        raise BadValue(f"{i!r} as an index; write a member of the sort or a number term")
    if isinstance(i, Term) and i.boolean:
        raise BadValue("a truth value as an index; write If(it, 1, 0)")
    return Num(i) if isinstance(i, int) else i


__all__ = ["UNDEFINED", "Detached", "Root", "Step", "descend", "value_of", "view"]

"""Where random systems draw from, and what they are made of: sorts, types, places.

All draws come from Hypothesis, the simplest option first, so that a failing system shrinks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import strategies as st

from model.language import Array, Bool, Enum, Index, Int, Nat, Record, Seq, Set
from model.language.types import Scalar, Type

T = TypeVar("T")

MODE = Enum("FREE BUSY DOWN")
WIDE = 2**20  # a number beyond this stays out of products


@dataclass
class Source:
    """Draws, and the constructs that were drawn."""

    draw: Callable[[Any], Any]
    used: set[str] = field(default_factory=set)

    def number(self, low: int, high: int) -> int:
        """A number between two, `low` the simplest."""
        return int(self.draw(st.integers(0, high - low))) + low

    def pick(self, options: Sequence[T]) -> T:
        """One of several, the first the simplest."""
        return options[self.number(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        """True that often; False is the simplest."""
        return self.number(0, 99) >= 100 - percent

    def note(self, *constructs: str) -> None:
        """Remember what the system has."""
        self.used.update(constructs)


@dataclass(frozen=True)
class Place:
    """Something that can be read (or written): a text with a gap for each index."""

    text: str
    slots: tuple[Index, ...]
    kind: Type
    root: str


def places(text: str, kind: Type, root: str, slots: tuple[Index, ...] = ()) -> Iterator[Place]:
    """A place and all those within it, queues' entries excepted."""
    yield Place(text, slots, kind, root)
    if isinstance(kind, Record):
        for name, part in kind.fields.items():
            yield from places(f"{text}.{name}", part, root, slots)
    elif isinstance(kind, Array):
        yield from places(f"{text}[{{}}]", kind.element, root, (*slots, kind.index))


def spelled(kind: Type) -> str:
    """A type as an author writes it."""
    if kind is Bool:
        return "Bool"
    if isinstance(kind, Int):
        return f"Nat({kind.high})" if kind.low == 0 else f"Int({kind.low}, {kind.high})"
    if isinstance(kind, Enum):
        return "MODE"
    if isinstance(kind, Index):
        return kind.name
    if isinstance(kind, Record):
        return "Record(" + ", ".join(f"{f}={spelled(t)}" for f, t in kind.fields.items()) + ")"
    if isinstance(kind, Seq):
        return f"Seq({spelled(kind.element)}, {kind.capacity})"
    if isinstance(kind, Set):
        return f"Set({kind.index.name})"
    assert isinstance(kind, Array)
    return f"Array({kind.index.name}, {spelled(kind.element)})"


def small(kind: Type) -> bool:
    """Whether a type is a number that may stand in any sum or product."""
    return isinstance(kind, Scalar) and kind is not Bool and kind.high < WIDE


class Shapes:
    """Draws the sorts and the storage of a system."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.sorts = [Index(name, source.pick([2, 3, 2, 1, 2, 4])) for name in "ab"]

    def scalar(self) -> Type:
        """A type of one leaf."""
        source = self.source
        word = source.pick(["nat", "nat", "bool", "int", "enum", "index"])
        if word == "nat":
            return Nat(source.pick([2, 3, 1, 4, 2, 5]))
        if word == "int":
            source.note("negative integers")
            low = -source.number(1, 4)
            return Int(low, source.number(low + 1, 3))
        if word == "enum":
            source.note("enum")
            return MODE
        if word == "index":
            source.note("index variable")
            return source.pick(self.sorts)
        return Bool

    def record(self, depth: int = 1) -> Type:
        """A record of two or three fields; now and then one of them is composite."""
        fields = {name: self.scalar() for name in "fgh"[: self.source.number(2, 3)]}
        if depth and self.source.chance(35):
            self.source.note("nested record")
            fields["k"] = self.source.pick([self.record, self.bits])(0)
        self.source.note("record")
        return Record(**fields)

    def bits(self, _depth: int = 0) -> Type:
        """A set over a sort."""
        self.source.note("set")
        return Set(self.source.pick(self.sorts))

    def array(self, depth: int = 1) -> Type:
        """An array of scalars, records, sets, queues, or arrays."""
        source = self.source
        source.note("array")
        word = source.pick(["scalar", "scalar", "record", "set", "array", "queue"])
        if word == "scalar" or not depth:
            return Array(source.pick(self.sorts), self.scalar())
        source.note("nested in an array")
        if word == "array":
            return Array(source.pick(self.sorts), self.array(0))
        inner = {"record": lambda: self.record(0), "set": self.bits, "queue": lambda: self.queue(1)}
        return Array(source.pick(self.sorts), inner[word]())

    def queue(self, most: int = 3) -> Type:
        """A queue of scalars or small records."""
        self.source.note("queue")
        element = Record(f=Nat(2), g=Bool) if self.source.chance(35) else self.scalar()
        return Seq(element, self.source.number(min(2, most), most))

    def wide(self) -> Type:
        """Something that needs more than one word by itself."""
        self.source.note("several words")
        if self.source.chance(50):
            return Set(Index("w", self.source.pick([63, 64, 65, 70])))
        return Array(self.source.pick(self.sorts), Nat(2**40 - 1))

    def storage(self) -> dict[str, Type]:
        """The variables of a system; the first is a small number."""
        source = self.source
        storage: dict[str, Type] = {"x": Nat(source.number(3, 5))}
        for name in "yzuv"[: source.number(2, 4)]:
            word = source.pick(["scalar", "array", "queue", "set", "record"])
            storage[name] = getattr(self, "bits" if word == "set" else word)()
        if source.chance(25):
            storage["w"] = self.wide()
        if not source.chance(20):
            storage["t"] = Nat(source.pick([6, 5, 8, 4]))
        return storage

    def choice(self) -> Type:
        """The type of a choice of the environment."""
        source = self.source
        word = source.pick(["index", "index", "bool", "nat", "int", "set", "queue", "record"])
        if word in {"set", "queue", "record"}:
            source.note(f"{word} as a choice")
        if word == "index":
            return source.pick(self.sorts)
        if word == "int":
            return Int(-1, source.number(0, 1))
        rest = {"set": Set(source.pick(self.sorts)), "queue": Seq(Nat(1), 2), "bool": Bool}
        rest |= {"record": Record(f=Nat(1), g=Bool), "nat": Nat(source.number(1, 3))}
        return rest[word]

"""Random bodies of actions, as lines an author could have written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from model.language import Array, Bool, Index, Record, Seq, Set
from model.language.types import Scalar, Type
from tests.agreement.phrases import Phrases, alike
from tests.agreement.source import MODE, WIDE, Place, Source, small

Lines = list[str]
MOST = 3  # statements in a block


@dataclass(frozen=True)
class Bodies:
    """Statements over what is in scope.

    `leaves` says whether numbers may leave their ranges and queues overflow; `held` names the one
    variable that a body of `each` may write.
    """

    phrases: Phrases
    names: count[int]
    leaves: bool = False
    checks: bool = True
    held: str = ""

    @property
    def source(self) -> Source:
        """Where everything is drawn from."""
        return self.phrases.source

    def targets(self) -> list[Place]:
        """The places that can be written."""
        found = [p for p in self.phrases.places if p.text.startswith("s.") and p.root != "s.t"]
        return [p for p in found if not self.held or (p.root == self.held and p.slots)]

    def block(self, depth: int, statements: int) -> Lines:
        """Some statements."""
        body = self
        lines: Lines = []
        for _ in range(statements):
            found, body = body.statement(depth)
            lines += found
        return lines

    def statement(self, depth: int) -> tuple[Lines, Bodies]:
        """One statement, and the scope after it (a taken entry has a name)."""
        source = self.source
        if depth > 0 and source.chance(45):
            word = source.pick(["when", "when", "each", "loop"])
            if self.held and word != "when":
                word = "when"
            return getattr(self, f"_{word}")(depth - 1), self
        if self.checks and source.chance(12):
            return self._bound(), self
        place = source.pick(self.targets())
        if isinstance(place.kind, Seq):
            return self._queue(place)
        return self._assign(place), self

    # control

    def _when(self, depth: int) -> Lines:
        source = self.source
        source.note("when", *(["when in each"] if self.held else []))
        lines = [f"with s.when({self.phrases.truth(1)}):"]
        body = self.block(depth, source.number(1, 2))
        if any("s.when" in line for line in body):
            source.note("nested when")
        return lines + indented(body)

    def _loop(self, depth: int) -> Lines:
        sort = self.source.pick(self.phrases.sorts)
        inner, name = self.phrases.with_member(sort)
        self.source.note("ordered loop")
        body = replace(self, phrases=inner).block(min(depth, 1), 1)
        return [f"for {name} in {sort.name}:", *indented(body)]

    def _each(self, depth: int) -> Lines:
        source = self.source
        arrays = [p for p in self.targets() if isinstance(p.kind, Array) and not p.slots]
        arrays = [p for p in arrays if p.text == p.root and p.kind.index in self.phrases.sorts]
        if not arrays:
            return self._when(depth)
        source.note("each")
        place = source.pick(arrays)
        inner, name = self.phrases.with_member(place.kind.index)
        inner = replace(
            inner,
            own=((place.root, name),),
            places=tuple(p for p in inner.places if p.root != place.root or p.slots),
        )
        body = replace(self, phrases=inner, held=place.root)
        lines = body._when(0) if source.chance(40) else body.block(min(depth, 1), 1)
        return [f"for {name} in s.each({place.kind.index.name}):", *indented(lines)]

    def _bound(self) -> Lines:
        """A check, a limit or a gap."""
        if self.leaves and self.source.chance(40):
            return self._within()
        if self.phrases.gaps and self.source.chance(60):
            return self._undefined()
        return self.check()

    def _within(self) -> Lines:
        self.source.note("within")
        wide = f"Or({self.phrases.truth(1)}, {self.phrases.truth(1)})"
        return [f's.within({wide}, "limit{next(self.names)}")']

    def _undefined(self) -> Lines:
        self.source.note("undefined")
        rare = f"And({self.phrases.truth(0)}, {self.phrases.truth(0)})"
        return [f's.undefined({rare}, "gap{next(self.names)}")']

    def leak(self) -> Lines:
        """A statement that may leave a range or overflow a queue, under a condition."""
        source = self.source
        numbers = [p for p in self.targets() if small(p.kind) and p.kind is not MODE]
        queues = [p for p in self.targets() if isinstance(p.kind, Seq)]
        word = source.pick(["push", "up", "within", "down"])
        if word == "within" or (word == "push" and not queues):
            return self._within()
        if word == "push":
            source.note("may overflow")
            place = source.pick(queues)
            assert isinstance(place.kind, Seq)
            line = f"{self.phrases.at(place)}.push({self.part(place.kind.element)})"
        else:
            source.note("may leave its range")
            target = self.phrases.at(source.pick(numbers))
            line = f"{target} = {target} {'+' if word == 'up' else '-'} 1"
        return [f"with s.when({self.phrases.truth(1)}):", f"    {line}"]

    def gap(self) -> Lines:
        """A statement that the text may leave undefined, under a condition."""
        source = self.source
        queues = [p for p in self.targets() if isinstance(p.kind, Seq)]
        numbers = [p for p in self.targets() if small(p.kind) and p.kind is not MODE]
        word = source.pick(["take", "division", "undefined", "index"])
        place = source.pick(numbers)
        n = place.kind.high - place.kind.low + 1
        target = self.phrases.at(place)
        arrays = [p for p in self.phrases.places if p.slots and small(p.kind)]
        if word == "division":
            source.note("unguarded division")
            sign = source.pick(["/", "%"])
            quotient = f"(5 + s.x) {sign} {self.phrases.read(small, '3')}"
            line = f"{target} = {wrapped(quotient, place.kind.low, n)}"
        elif word == "take" and queues:
            source.note("unguarded take")
            line = f"{self.phrases.at(source.pick(queues))}.take()"
        elif word == "index" and arrays:
            source.note("unguarded index")
            read = source.pick(arrays)
            text = read.text.format(*[self.phrases.read(small, "0") for _ in read.slots])
            line = f"{target} = {wrapped(text, place.kind.low, n)}"
        else:
            return self._undefined()
        return [f"with s.when({self.phrases.truth(1)}):", f"    {line}"]

    def check(self) -> Lines:
        """A check of the specification."""
        self.source.note("require")
        truth = self.phrases.truth(1)
        if self.source.chance(60):
            truth = f"Or({truth}, {self.phrases.truth(1)})"
        return [f's.require({truth}, "Error{next(self.names)}")']

    # assignments

    def move(self, target: str, kind: Type, chosen: list[str]) -> Lines:
        """Change a place, by a choice of its type if there is one."""
        source = self.source
        if isinstance(kind, Seq):
            word = source.pick(["push", "push_front"])
            line = f"{target}.{word}({self.part(kind.element)})"
            push = [f"with s.when({target}.len < {kind.capacity}):", f"    {line}"]
            take = [f"with s.when({target}.len > {source.number(0, 1)}):", f"    {target}.take()"]
            rest = source.pick(["none", "take", "retain"])
            source.note(word, *([rest] if rest != "none" else []))
            if rest == "retain":
                take = [f"{target}.retain({self.phrases.matching(kind, 0, by_field=False)})"]
            return push if rest == "none" else [*take, *push]
        if isinstance(kind, Scalar) and chosen and source.chance(60):
            return [f"{target} = {chosen[0]}"]
        if kind is Bool:
            return [f"{target} = Not({target})"]
        if isinstance(kind, Scalar) and kind.high < WIDE:
            n = kind.high - kind.low + 1
            return [f"{target} = {wrapped(f'{target} + {source.number(1, 2)}', kind.low, n)}"]
        return self._assign(Place(target, (), kind, target))

    def _assign(self, place: Place) -> Lines:
        target, kind = self.phrases.at(place), place.kind
        if "i" not in target.partition("[")[2][:1] and place.slots:
            self.source.note("write at an index")
        if kind is Bool:
            return [f"{target} = {self._truth(target)}"]
        if isinstance(kind, Scalar):
            return [f"{target} = {self._number(target, kind)}"]
        if isinstance(kind, Set):
            return [f"{target} = {self.phrases.subset(kind.index, 2)}"]
        return [f"{target} = {self.composite(kind)}"]

    def _truth(self, target: str) -> str:
        if self.source.chance(40):
            return f"Not({target})"
        return self.phrases.truth(1)

    def _number(self, target: str, kind: Scalar) -> str:
        """A number for a variable of that type: inside its range, unless it may leave it."""
        source, n = self.source, kind.high - kind.low + 1
        if kind.high >= WIDE:
            return f"({target} * 3 + {self.phrases.number(0)} + 7) % {n}"
        if kind is MODE and source.chance(40):
            other = source.pick(MODE.names)
            return f"If({self.phrases.truth(1)}, {source.pick(MODE.names)}, {other})"
        if self.leaves and source.chance(30) and kind is not MODE:
            source.note("may leave its range")
            return source.pick([f"{target} + 1", f"{target} - 1", self.phrases.number(1)])
        if isinstance(kind, Index) and source.chance(40):
            return self.phrases.member(kind)
        if source.chance(40):
            return wrapped(f"{target} + {source.number(1, 2)}", kind.low, n)
        start = f"{target} + " if source.chance(60) else ""
        return wrapped(f"{start}{self.phrases.number(2)}", kind.low, n)

    def composite(self, kind: Type) -> str:
        """A record, an array or a queue: parts, or a copy of another."""
        source = self.source
        same = alike(self.phrases.places, kind)
        if same and source.chance(30):
            source.note("copy")
            return self.phrases.at(source.pick(same))
        if isinstance(kind, Record):
            source.note("record assignment")
            fields = [f for f in kind.fields if source.chance(60)]
            parts = ", ".join(f"{f}={self.part(kind.fields[f])}" for f in fields)
            return f"dict({parts})"
        if isinstance(kind, Seq):
            items = [self.part(kind.element) for _ in range(source.number(0, 1))]
        else:
            assert isinstance(kind, Array)
            items = [self.part(kind.element) for _ in range(kind.index.n)]
        source.note("list assignment")
        return f"[{', '.join(items)}]"

    def part(self, kind: Type) -> str:
        """A new value of a type."""
        if kind is Bool:
            return self.phrases.truth(0)
        if isinstance(kind, Set):
            return self.phrases.subset(kind.index, 0)
        if isinstance(kind, Scalar):
            n = kind.high - kind.low + 1
            return wrapped(self.phrases.number(0), kind.low, n)
        return self.composite(kind)

    # queues

    def _queue(self, place: Place) -> tuple[Lines, Bodies]:
        word = self.source.pick(["entry", "push", "retain", "take", "entry", "take", "whole"])
        if word == "whole":
            return [f"{self.phrases.at(place)} = {self.composite(place.kind)}"], self
        if word == "take":
            return self._take(place)
        return getattr(self, f"_{word}")(place), self

    def _push(self, place: Place) -> Lines:
        source, target = self.source, self.phrases.at(place)
        kind = place.kind
        assert isinstance(kind, Seq)
        word = source.pick(["push", "push_front"])
        source.note(word)
        if isinstance(kind.element, Record):
            value = f"f={self.part(kind.element.fields['f'])}"
        else:
            value = self.part(kind.element)
        line = f"{target}.{word}({value})"
        if self.leaves and source.chance(60):
            source.note("may overflow")
            return [line]
        return [f"with s.when({target}.len < {kind.capacity}):", f"    {line}"]

    def _take(self, place: Place) -> tuple[Lines, Bodies]:
        source, target, kind = self.source, self.phrases.at(place), place.kind
        assert isinstance(kind, Seq)
        source.note("take")
        test = self.phrases.matching(kind, 0) if source.chance(60) else ""
        name = f"e{next(self.names)}"
        line = f"{name} = {target}.take({test})"
        if self.phrases.gaps and source.chance(60):
            source.note("unguarded take")
            return [line], replace(self, phrases=self.phrases.with_value(name, kind.element))
        inner = replace(self, phrases=self.phrases.with_value(name, kind.element))
        used = inner.block(0, 1) if source.chance(60) else []
        return [f"with s.when({target}.any({test})):", *indented([line, *used])], self

    def _retain(self, place: Place) -> Lines:
        assert isinstance(place.kind, Seq)
        self.source.note("retain")
        test = self.phrases.matching(place.kind, 1, by_field=False)
        return [f"{self.phrases.at(place)}.retain({test})"]

    def _entry(self, place: Place) -> Lines:
        """Change an entry of a queue."""
        source, target, kind = self.source, self.phrases.at(place), place.kind
        assert isinstance(kind, Seq)
        source.note("write in a queue")
        at = source.pick(["0", f"{target}.len - 1"])
        line = f"{target}[{at}] = {self.part(kind.element)}"
        if self.phrases.gaps and source.chance(40):
            return [line]
        return [f"with s.when({target}.len > 0):", f"    {line}"]


def wrapped(text: str, low: int, n: int) -> str:
    """The text brought into a range of `n` numbers."""
    if low == 0:
        return f"({text}) % {n}"
    return f"({text} - {low}) % {n} + {low}" if low > 0 else f"({text} + {-low}) % {n} - {-low}"


def indented(lines: Lines) -> Lines:
    """The lines of an inner block."""
    return ["    " + line for line in lines]

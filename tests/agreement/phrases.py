"""Random expressions, as text an author could have written.

Everything is drawn from the places in scope.  Where `gaps` is False every expression has a value in
all states: divisors are guarded, indices stay inside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from model.language import Array, Bool, Enum, Index, Record, Seq, Set
from model.language.types import Scalar, Type
from tests.agreement.source import MODE, Place, Source, places, small, spelled


@dataclass(frozen=True)
class Phrases:
    """Expressions over what is in scope.

    `members` are the loop variables of each sort; `own` fixes the first index of a variable,
    inside `each`.
    """

    source: Source
    places: tuple[Place, ...]
    sorts: tuple[Index, ...]
    members: tuple[tuple[Index, str], ...] = ()
    own: tuple[tuple[str, str], ...] = ()
    gaps: bool = False

    # what is in scope

    def with_member(self, sort: Index) -> tuple[Phrases, str]:
        """The scope of a body over a sort, and its variable."""
        name = f"i{len(self.members)}"
        return replace(self, members=(*self.members, (sort, name))), name

    def with_value(self, name: str, kind: Type) -> Phrases:
        """The scope in which a value has that name."""
        return replace(self, places=(*self.places, *places(name, kind, name)))

    def having(self, test: Callable[[Type], bool]) -> list[Place]:
        """The places of a kind."""
        return [p for p in self.places if test(p.kind)]

    def at(self, place: Place) -> str:
        """A place with an expression for each index."""
        fixed = dict(self.own).get(place.root)
        gaps = [self.member(sort) for sort in place.slots]
        if fixed is not None and gaps:
            gaps[0] = fixed
        return place.text.format(*gaps)

    def read(self, test: Callable[[Type], bool], otherwise: str) -> str:
        """The value of a place of a kind, if there is one in scope."""
        found = self.having(test)
        return self.at(self.source.pick(found)) if found else otherwise

    def member(self, sort: Index) -> str:
        """A member of a sort."""
        source = self.source
        known = [name for s, name in self.members if s is sort]
        known += [p.text for p in self.places if p.kind is sort and not p.slots]
        if self.gaps and source.chance(15):
            source.note("unguarded index")
            return self.read(lambda kind: small(kind) and kind is not sort, "0")
        if source.chance(12):
            source.note("symbolic index")
            return f"({self.read(small, '0')} + {source.number(0, 1)}) % {sort.n}"
        if known and source.chance(90):
            name = source.pick(known)
            source.note("symbolic index" if name.startswith(("s.", "c")) else "index of a loop")
            return name
        return str(source.number(0, sort.n - 1))

    # numbers

    def number(self, depth: int) -> str:
        """A number; products of small things only."""
        if depth <= 0 or self.source.chance(30):
            return self._plain_number()
        rules = [
            self._sum,
            self._size,
            self._chosen_number,
            self._quotient,
            self._remainder,
            self._count,
            self._product,
        ]
        return self.source.pick(rules)(depth - 1)

    def _plain_number(self) -> str:
        if self.source.chance(75):
            return self.read(small, "2")
        numbers = [name for _, name in self.members]
        return self.source.pick(["1", "2", *numbers, "0", "3", "-1"])

    def _sum(self, depth: int) -> str:
        sign = self.source.pick(["+", "-"])
        return f"({self.number(depth)} {sign} {self.number(depth)})"

    def _product(self, _depth: int) -> str:
        return f"({self.number(0)} * {self.read(small, '2')})"

    def _divisor(self) -> str:
        constant = self.source.pick([2, 3, -2, -3])
        if self.source.chance(50):
            return str(constant)
        divisor = self.read(small, "3")
        if self.gaps and self.source.chance(70):
            self.source.note("unguarded division")
            return divisor
        return f"If({divisor} == 0, {constant}, {divisor})"

    def _quotient(self, depth: int) -> str:
        self.source.note("division")
        return f"(({self.read(small, '5')} + {self.number(depth)}) / {self._divisor()})"

    def _remainder(self, depth: int) -> str:
        self.source.note("remainder")
        return f"(({self.read(small, '5')} - {self.number(depth)}) % {self._divisor()})"

    def _chosen_number(self, depth: int) -> str:
        self.source.note("If")
        return f"If({self.truth(depth)}, {self.number(depth)}, {self.number(depth)})"

    def _count(self, depth: int) -> str:
        sort = self.source.pick(self.sorts)
        inner, name = self.with_member(sort)
        self.source.note("quantifier", "count")
        return f"count({sort.name}, lambda {name}: {inner.truth(depth)})"

    def _size(self, depth: int) -> str:
        queues = self.having(lambda kind: isinstance(kind, Seq))
        if not queues or self.source.chance(25):
            self.source.note("set operation")
            return f"{self.subset(self.source.pick(self.sorts), depth)}.size()"
        self.source.note("queue size or count")
        queue = self.source.pick(queues)
        if self.source.chance(60):
            return f"{self.at(queue)}.len"
        return f"{self.at(queue)}.count({self.matching(queue.kind, depth)})"

    # sets

    def subset(self, sort: Index, depth: int) -> str:
        """A set over a sort."""
        found = self.having(lambda kind: isinstance(kind, Set) and kind.index.same(sort))
        if found and (depth <= 0 or self.source.chance(50)):
            return self.at(self.source.pick(found))
        if depth > 0 and self.source.chance(50):
            sign = self.source.pick(["|", "&", "-"])
            self.source.note("set operation")
            return f"({self.subset(sort, depth - 1)} {sign} {self.subset(sort, depth - 1)})"
        inner, name = self.with_member(sort)
        return f"{sort.name}.set(lambda {name}: {inner.truth(depth - 1)})"

    # truth values

    def truth(self, depth: int) -> str:
        """A truth value."""
        if depth <= 0 or self.source.chance(25):
            return self._plain_truth()
        rules = [
            self._comparison,
            self._comparison,
            self._junction,
            self._junction,
            self._implication,
            self._negation,
            self._quantified,
            self._about_sets,
            self._about_queues,
            self._equal_parts,
        ]
        return self.source.pick(rules)(depth - 1)

    def _plain_truth(self) -> str:
        if self.source.chance(45):
            return self.read(lambda kind: kind is Bool, self._comparison(0))
        if self.source.chance(30):
            mode = self.read(lambda kind: kind is MODE, "")
            if mode:
                return f"({mode} == {self.source.pick(MODE.names)})"
        return self._comparison(0)

    def _comparison(self, depth: int) -> str:
        sign = self.source.pick(["==", "<", "<=", "!=", ">", ">="])
        found = self.having(small)
        if found and self.source.chance(60):
            place = self.source.pick(found)
            bound = self.source.number(0, min(3, place.kind.high - place.kind.low))
            return f"({self.at(place)} {sign} {place.kind.low + bound})"
        left, right = self.read(small, "1"), self.number(depth)
        return f"({left} {sign} {'2' if left == right else right})"

    def _junction(self, depth: int) -> str:
        word = self.source.pick(["And", "Or"])
        parts = [self.truth(depth) for _ in range(self.source.number(2, 3))]
        return f"{word}({', '.join(parts)})"

    def _implication(self, depth: int) -> str:
        word = self.source.pick(["Implies", "Xor"])
        self.source.note(word)
        return f"{word}({self.truth(depth)}, {self.truth(depth)})"

    def _negation(self, depth: int) -> str:
        return f"Not({self.truth(depth)})"

    def _quantified(self, depth: int) -> str:
        word, sort = self.source.pick(["exists", "forall"]), self.source.pick(self.sorts)
        inner, name = self.with_member(sort)
        self.source.note("quantifier", word)
        return f"{word}({sort.name}, lambda {name}: {inner.truth(depth)})"

    def _about_sets(self, depth: int) -> str:
        sort = self.source.pick(self.sorts)
        sign = self.source.pick(["<=", ">=", "==", "!="])
        self.source.note("set operation")
        return f"({self.subset(sort, depth)} {sign} {self.subset(sort, depth)})"

    def _about_queues(self, depth: int) -> str:
        queues = self.having(lambda kind: isinstance(kind, Seq))
        if not queues:
            return self._comparison(depth)
        queue = self.source.pick(queues)
        self.source.note("queue any, all or place")
        word = self.source.pick(["any", "all", "place"])
        if word == "place":
            return self._about_a_place(queue, depth)
        return (
            f"{self.at(queue)}.{word}({self.matching(queue.kind, depth, by_field=word == 'any')})"
        )

    def _about_a_place(self, queue: Place, depth: int) -> str:
        text = self.at(queue)
        at = self.source.pick(["0", f"{text}.len - 1"])
        entry = f"{text}[{at}]"
        inner = replace(self, places=tuple(places(entry, queue.kind.element, entry)))
        if self.gaps and self.source.chance(30):
            self.source.note("unguarded place")
            return inner.truth(min(depth, 1))
        return f"And({text}.len > 0, {inner.truth(min(depth, 1))})"

    def matching(self, kind: Type, depth: int, *, by_field: bool = True) -> str:
        """A test of a queue's entry: by field, or by a function."""
        assert isinstance(kind, Seq)
        element = kind.element
        if isinstance(element, Record) and by_field and self.source.chance(50):
            return f"f={self.number(0)}"
        if isinstance(element, Enum):
            return f"lambda e: e == {self.source.pick(MODE.names)}"
        if isinstance(element, Scalar) and element is not Bool:
            sign = self.source.pick(["==", "!=", "<"])
            return f"lambda e: e {sign} {self.number(min(depth, 1))}"
        return f"lambda e: {self.with_value('e', element).truth(min(depth, 1))}"

    def _equal_parts(self, depth: int) -> str:
        """Two composite values of one type compared whole."""
        found = self.having(lambda kind: isinstance(kind, (Record, Array, Seq)))
        found = [p for p in found if not isinstance(p.kind, Set)]
        if not found:
            return self._comparison(depth)
        one = self.source.pick(found)
        other = self.source.pick(alike(found, one.kind))
        self.source.note("comparison of composites")
        return f"({self.at(one)} == {self.at(other)})"


def alike(found: Sequence[Place], kind: Type) -> list[Place]:
    """The places of the same type, by its spelling."""
    return [p for p in found if spelled(p.kind) == spelled(kind)]

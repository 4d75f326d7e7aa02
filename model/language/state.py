"""The state an action edits: read, assign, and the effects `when`, `each`, `require`, ...

One class serves both modes.  Built over z3 terms it records what a step does;
built over plain values it does it.  The author's function cannot tell them apart.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import BadValue, ModelError, SimultaneousWrite, UnknownName, suggest
from .queues import SeqView
from .sorts import closed, generic, settled
from .terms import And, Implies, Not, Term, partial, possibly, surely, truth, well_defined
from .trees import coerce, everywhere, member, place, positions, rebuilt, within
from .types import Index, Type
from .views import Step, Steps, descend, target, view

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


_LEN = ("len",)


@dataclass
class Trail:
    """What a run of a body leaves behind, each item with its condition."""

    domain: list[Any] = field(default_factory=list)
    checks: list[tuple[str, Any]] = field(default_factory=list)
    limits: list[tuple[str, Any]] = field(default_factory=list)
    undefined: list[tuple[str, Any]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)  # sorts of `each` loops that were left early

    def lengths(self) -> tuple[int, ...]:
        """How much has been left so far."""
        return len(self.domain), len(self.checks), len(self.limits), len(self.undefined)

    def close(self, since: tuple[int, ...], loop: _Loop) -> None:
        """What the body left for a generic member is so for every member, or for some."""
        index, const = loop.index, loop.member.expr
        start, *starts = since
        self.domain[start:] = [closed(index, const, c, every=True) for c in self.domain[start:]]
        named = (self.checks, True), (self.limits, False), (self.undefined, False)
        for (trail, every), begin in zip(named, starts, strict=True):
            trail[begin:] = [(n, closed(index, const, c, every=every)) for n, c in trail[begin:]]


@dataclass
class _Loop:
    """A running `each`: its sort, its current member, and what the bodies touched."""

    index: Index
    member: Any = 0  # a number, or the generic member of a sort without a size
    writes: list[tuple[Any, str, Steps]] = field(default_factory=list)
    reads: list[tuple[Any, str, Steps]] = field(default_factory=list)

    def own(self, step: Step) -> bool:
        """Whether a step is to the current member's entry."""
        word, *rest = step
        return word == "entry" and rest[0].same(self.index) and _same(rest[1], self.member)


def _same(i: Any, j: Any) -> bool:
    if isinstance(i, Term) and isinstance(j, Term):
        return bool(i.expr.eq(j.expr))
    return isinstance(i, int) and isinstance(j, int) and i == j


class State:
    """The state variables of one system, as a body sees them.

    `s.cfg` is the configuration.  Everything else that can be read or assigned is a
    variable of the storage the system was declared with.
    """

    __slots__ = ("_loops", "_path", "_readonly", "_record", "_storage", "_tree", "cfg")
    cfg: Any
    _storage: Mapping[str, Type]
    _tree: dict[str, Any]
    _path: list[Any]
    _record: Trail
    _loops: list[_Loop]
    _readonly: bool

    def __init__(
        self, cfg: Any, storage: Mapping[str, Type], tree: dict[str, Any], *, readonly: bool = False
    ) -> None:
        put = object.__setattr__
        put(self, "cfg", cfg)
        put(self, "_storage", storage)
        put(self, "_tree", dict(tree))
        put(self, "_path", [])
        put(self, "_record", Trail())
        put(self, "_loops", [])
        put(self, "_readonly", readonly)

    # reading and assigning

    def _variable(self, name: str) -> Type:
        if name not in self._storage:
            raise UnknownName(f"no state variable {name!r}{suggest(name, self._storage)}")
        kind: Type = self._storage[name]
        return kind

    def __getattr__(self, name: str) -> Any:
        return view(_Variable(self, name), self._variable(name), ())

    def __setattr__(self, name: str, value: Any) -> None:
        kind = self._variable(name)
        _Variable(self, name).write((), coerce(kind, value))

    # effects

    @property
    def _here(self) -> Any:
        """The condition under which the running line is executed."""
        return And(self._path)

    def _effect(self, word: str) -> None:
        if self._readonly:
            raise ModelError(f"a property only reads the state; `{word}` belongs in an action")

    @contextmanager
    def when(self, condition: Any) -> Iterator[None]:
        """The effects inside happen only where the condition holds."""
        self._effect("when")
        term = truth(condition, "when")
        self._defined([term], "the condition of a `when`")
        self._path.append(surely(term))
        try:
            yield
        finally:
            self._path.pop()

    def require(self, condition: Any, error: str) -> None:
        """A check of the specification: where it fails, there is no step.

        Where its condition has no value the check does not refuse: that the text is
        undefined there is the graver thing to say.
        """
        self._effect("require")
        if not isinstance(error, str) or not error:
            raise BadValue('require(term, "ErrorName"): the name of the error is missing')
        term = truth(condition, f"require {error}")
        self._defined([term], error)
        self._record.checks.append((error, Implies(self._here, possibly(term))))

    def assume(self, condition: Any) -> None:
        """A restriction of the environment's choices; not a check of the specification.

        It must have a value in every state and for every choice: `System` sees to that.
        """
        self._effect("assume")
        self._record.domain.append(Implies(self._here, truth(condition, "assume")))

    def within(self, condition: Any, what: str) -> None:
        """A limit of the model: where it is broken, the search says so and cuts there."""
        self._effect("within")
        if not isinstance(what, str) or not what:
            raise BadValue('within(term, "what"): the name of the limit is missing')
        term = truth(condition, f"within {what}")
        self._defined([term], what)
        self._record.limits.append((what, And(self._here, surely(Not(term)))))

    def undefined(self, condition: Any, what: str) -> None:
        """The text says nothing about what happens where the condition holds."""
        self._effect("undefined")
        if not isinstance(what, str) or not what:
            raise BadValue('undefined(term, "what"): what is undefined is missing')
        reached = And(self._here, possibly(truth(condition, f"undefined {what}")))
        if reached is not False:
            self._record.undefined.append((what, reached))

    def each(self, index: Index) -> Iterator[Any]:
        """The members of a sort, all at once: a body touches only its own entries."""
        self._effect("each")
        if not isinstance(index, Index):
            raise BadValue(f"each({index!r}); write each over an Index")
        return self._generic(_Loop(index)) if index.unbounded else self._bodies(_Loop(index))

    def _generic(self, loop: _Loop) -> Iterator[Any]:
        """One body, for a generic member: what it does to its entry is done to every entry."""
        self._loops.append(loop)
        done, before = False, self._record.lengths()
        try:
            with generic(loop.index) as loop.member:
                yield loop.member
            done = True
        finally:
            self._loops.remove(loop)
            if not done:
                self._record.broken.append(loop.index.name)
        _check_generic(loop)
        self._record.close(before, loop)
        for name in dict.fromkeys(name for _, name, _ in loop.writes):
            self._spread(loop, name)

    def _spread(self, loop: _Loop, name: str) -> None:
        """Put the slot in the generic member's place, in the leaves that the loop wrote."""
        kind = self._storage[name]
        leaves = list(kind.flatten(self._tree[name]))
        for _, written, steps in loop.writes:
            depth = next((d for d, step in enumerate(steps) if loop.own(step)), 0)
            if written == name:
                array: Any = target(kind, steps[:depth])
                for i in positions(kind, steps):
                    leaves[i] = settled(leaves[i], loop.member.expr, array.binder[1])
        self._tree[name] = rebuilt(kind, leaves)

    def _bodies(self, loop: _Loop) -> Iterator[Any]:
        self._loops.append(loop)
        done = False
        try:
            for member in loop.index:
                loop.member = int(member)
                yield member
            done = True
        finally:
            self._loops.remove(loop)
            if not done:  # an error raised here would be lost: `System` raises it after the body
                self._record.broken.append(loop.index.name)
        _check_independence(loop)

    def _defined(self, leaves: Any, what: str) -> None:
        """Record that the text is undefined where one of the leaves is."""
        self._gaps([well_defined(leaf) for leaf in leaves], what)

    def _gaps(self, defined: Any, what: str) -> None:
        for condition in defined:
            if condition is not True:
                self.undefined(Not(condition), f"{what}: a division by zero or no such entry")

    def _note(self, kind: str, name: str, steps: Steps) -> None:
        for loop in self._loops:
            getattr(loop, kind).append((loop.member, name, steps))


class _Variable:
    """The root of one state variable's views."""

    __slots__ = ("name", "state")

    def __init__(self, state: State, name: str) -> None:
        self.state, self.name = state, name

    def read(self, steps: Steps) -> Any:
        s = self.state
        s._note("reads", self.name, steps)
        return descend(s._storage[self.name], s._tree[self.name], steps)

    def write(self, steps: Steps, tree: Any) -> None:
        s, kind = self.state, self.state._storage[self.name]
        if s._readonly:
            raise ModelError(f"a property only reads the state; it assigns {self.name!r}")
        for loop in s._loops:
            _own_entry(loop, self.name, steps)
        s._note("writes", self.name, steps)
        for depth, (word, *_) in enumerate(steps):
            if word != "field":
                self._inside(steps[:depth], steps[depth][-1])
        part = target(kind, steps)
        places = [well_defined(leaf) for leaf in part.flatten(tree)]
        s._gaps(everywhere(part, places), f"an assignment to {self.name}")
        s._tree[self.name] = place(kind, s._tree[self.name], steps, tree, s._here)

    def _inside(self, steps: Steps, i: Any) -> None:
        """The text is undefined where it writes to an entry that does not exist."""
        s = self.state
        kind: Any = target(s._storage[self.name], steps)
        if hasattr(kind, "capacity"):
            inside = within(i, descend(s._storage[self.name], s._tree[self.name], (*steps, _LEN)))
        else:
            inside = member(i, kind.index)
        if inside is not True or partial(i):
            s.undefined(Not(And(well_defined(i), surely(inside))), f"{self.name} has no such entry")

    def limit(self, broken: Any, name: str) -> None:
        if self.state._readonly:
            raise ModelError(f"a property only reads the state; it changes {self.name!r}")
        self.state._record.limits.append((name, And(self.state._here, surely(broken))))

    def undefined(self, condition: Any, what: str) -> None:
        if self.state._readonly:
            raise ModelError(f"a property only reads the state; it changes {self.name!r}")
        self.state.undefined(condition, f"{self.name}: {what}")


def _own_entry(loop: _Loop, name: str, steps: Steps) -> None:
    if any(loop.own(step) for step in steps):
        return
    text = f"`each` bodies run simultaneously; {name!r} is written at another entry than "
    if loop.index.unbounded:
        raise SimultaneousWrite(
            f"{text}the body's own {loop.index.name}, and a sort without a size has no order"
        )
    raise SimultaneousWrite(
        f"{text}{loop.index.name} {loop.member}; write `for i in s.cfg.{loop.index.name}` "
        "if the order matters"
    )


def _check_independence(loop: _Loop) -> None:
    """No body reads or writes what another body writes."""
    for one, name, steps in loop.writes:
        for kind, touched in (("read", loop.reads), ("written", loop.writes)):
            for other, other_name, other_steps in touched:
                if other != one and name == other_name and _overlap(steps, other_steps):
                    raise SimultaneousWrite(
                        f"`each` bodies run simultaneously; {name!r} is {kind} by member {other} "
                        f"of {loop.index.name} where member {one} writes it; "
                        f"write `for i in s.cfg.{loop.index.name}` if the order matters"
                    )


def _check_generic(loop: _Loop) -> None:
    """No body touches what another member's body writes, as far as the steps tell."""
    for _, name, steps in loop.writes:
        for kind, touched in (("read", loop.reads), ("written", loop.writes)):
            for _, other_name, other in touched:
                if name == other_name and not _apart(loop, steps, other):
                    raise SimultaneousWrite(
                        f"`each` bodies run simultaneously; {name!r} is {kind} at an entry that "
                        f"another {loop.index.name} may write; touch only the body's own entry"
                    )


def _apart(loop: _Loop, a: Steps, b: Steps) -> bool:
    """Whether two members' bodies go to different parts by these steps."""
    for x, y in zip(a, b, strict=False):
        if x[0] == y[0] == "field" and x[1] != y[1]:
            return True
        if loop.own(x) and loop.own(y):
            return True
        if x[0] != "field" and isinstance(x[-1], int) and isinstance(y[-1], int) and x[-1] != y[-1]:
            return True
    return False


def _overlap(a: Steps, b: Steps) -> bool:
    for x, y in zip(a, b, strict=False):
        if x[0] == y[0] == "field" and x[1] != y[1]:
            return False
        i, j = x[-1], y[-1]
        if x[0] != "field" and isinstance(i, int) and isinstance(j, int) and i != j:
            return False
    return True


__all__ = ["SeqView", "State", "Step", "Trail"]

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
from .terms import And, Implies, Not, partial, possibly, surely, truth, well_defined
from .trees import coerce, place, within
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


@dataclass
class _Loop:
    """A running `each`: its sort, its current member, and what the bodies touched."""

    index: Index
    member: int = 0
    writes: list[tuple[int, str, Steps]] = field(default_factory=list)
    reads: list[tuple[int, str, Steps]] = field(default_factory=list)


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
        return self._bodies(_Loop(index))

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
        for leaf in leaves:
            if partial(leaf):
                gap = f"{what}: a division by zero or no such entry"
                self.undefined(Not(well_defined(leaf)), gap)

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
        s._defined(target(kind, steps).flatten(tree), f"an assignment to {self.name}")
        s._tree[self.name] = place(kind, s._tree[self.name], steps, tree, s._here)

    def _inside(self, steps: Steps, i: Any) -> None:
        """The text is undefined where it writes to an entry that does not exist."""
        s = self.state
        kind: Any = target(s._storage[self.name], steps)
        if hasattr(kind, "capacity"):
            inside = within(i, descend(s._storage[self.name], s._tree[self.name], (*steps, _LEN)))
        else:
            inside = within(i, kind.index.n)
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
    own = any(
        word == "entry"
        and rest[0].same(loop.index)
        and isinstance(rest[1], int)
        and rest[1] == loop.member
        for word, *rest in steps
    )
    if not own:
        raise SimultaneousWrite(
            f"`each` bodies run simultaneously; {name!r} is written at another entry than "
            f"{loop.index.name} {loop.member}; write `for i in s.cfg.{loop.index.name}` "
            "if the order matters"
        )


def _check_independence(loop: _Loop) -> None:
    """No body reads or writes what another body writes."""
    for member, name, steps in loop.writes:
        for kind, touched in (("read", loop.reads), ("written", loop.writes)):
            for other, other_name, other_steps in touched:
                if other != member and name == other_name and _overlap(steps, other_steps):
                    raise SimultaneousWrite(
                        f"`each` bodies run simultaneously; {name!r} is {kind} by member {other} "
                        f"of {loop.index.name} where member {member} writes it; "
                        f"write `for i in s.cfg.{loop.index.name}` if the order matters"
                    )


def _overlap(a: Steps, b: Steps) -> bool:
    for x, y in zip(a, b, strict=False):
        if x[0] == y[0] == "field" and x[1] != y[1]:
            return False
        i, j = x[-1], y[-1]
        if x[0] != "field" and isinstance(i, int) and isinstance(j, int) and i != j:
            return False
    return True


__all__ = ["SeqView", "State", "Step", "Trail"]

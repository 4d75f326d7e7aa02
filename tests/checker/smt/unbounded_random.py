"""Random bodies over two sorts, to be run with sizes and without.

A body is grown as a tree of Python closures from a seed, so that both systems run the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from types import SimpleNamespace
from typing import Any

from model.language import (
    Action,
    And,
    Array,
    Bool,
    If,
    Implies,
    Index,
    Nat,
    Not,
    Or,
    Record,
    Set,
    System,
    exists,
    forall,
    parameter,
)
from properties.kinds import Property

Term = Callable[[Any, dict[str, Any]], Any]  # of the state and the members by name
Sizes = dict[str, int] | None


class Bodies:
    """Grows truths, numbers and statements; `own` is the member whose entries a loop may touch."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def pick(self, *options: Any) -> Any:
        return self.random.choice(options)

    def truth(self, scope: dict[str, str], depth: int, *, own: str = "") -> Term:
        """Over the members in scope, name -> sort; within a loop only at its own entries."""
        leaf = depth == 0 or self.random.random() < 0.3
        if leaf:
            return self._atom(scope, own)
        a, b = (self.truth(scope, depth - 1, own=own) for _ in range(2))
        kind = self.pick("and", "or", "not", "implies", "if", "forall", "exists")
        if kind in {"forall", "exists"} and not own:
            return self._quantified(scope, depth, kind)
        return {
            "and": lambda s, m: And(a(s, m), b(s, m)),
            "or": lambda s, m: Or(a(s, m), b(s, m)),
            "not": lambda s, m: Not(a(s, m)),
            "implies": lambda s, m: Implies(a(s, m), b(s, m)),
        }.get(kind, lambda s, m: If(a(s, m), b(s, m), True))

    def _quantified(self, scope: dict[str, str], depth: int, kind: str) -> Term:
        sort, name = self.pick("core", "val"), f"m{len(scope)}"
        inner = self.truth({**scope, name: sort}, depth - 1)
        quantify = forall if kind == "forall" else exists
        return lambda s, m: quantify(getattr(s.cfg, sort), lambda i: inner(s, {**m, name: i}))

    def _member(self, scope: dict[str, str], sort: str) -> Term:
        known = [name for name, of in scope.items() if of == sort]
        name = self.pick(*known, "state")
        if name == "state":
            return lambda s, _m: s.chosen if sort == "core" else s.judge
        return lambda _s, m: m[name]

    def _atom(self, scope: dict[str, str], own: str) -> Term:
        core = (lambda _s, m: m[own]) if own else self._member(scope, "core")
        val = self._member(scope, "val")
        other = self._member(scope, "core")
        number = self.random.randrange(3)
        return self.pick(
            lambda s, m: s.on[core(s, m)],
            lambda s, m: s.cell[core(s, m)].votes[val(s, m)],
            lambda s, m: s.cell[core(s, m)].age >= number,
            lambda s, m: s.cell[core(s, m)].last == val(s, m),
            lambda s, _m: s.flag,
            lambda s, m: core(s, m) == other(s, m),
        )

    def effects(self, scope: dict[str, str], depth: int) -> Term:
        """Some statements."""
        parts = [self._statement(scope, depth) for _ in range(self.random.randint(1, 2))]

        def run(s: Any, m: dict[str, Any]) -> None:
            for part in parts:
                part(s, m)

        return run

    def _statement(self, scope: dict[str, str], depth: int) -> Term:
        if depth and self.random.random() < 0.6:
            return self.pick(self._loop, self._guarded, self._votes)(scope, depth)
        core, val = self._member(scope, "core"), self._member(scope, "val")
        value = self.truth(scope, 1)
        return self.pick(
            lambda s, m: setattr(s, "flag", value(s, m)),
            lambda s, m: setattr(s, "chosen", core(s, m)),
            lambda s, m: s.on.__setitem__(core(s, m), value(s, m)),
            lambda s, m: setattr(s.cell[core(s, m)], "last", val(s, m)),
            lambda s, m: s.cell[core(s, m)].votes.__setitem__(val(s, m), value(s, m)),
            lambda s, m: s.cell.__setitem__(core(s, m), dict(age=1)),
            lambda s, m: setattr(s, "on", s.cfg.core.set(lambda i: Or(i == core(s, m), s.on[i]))),
            lambda s, m: s.require(value(s, m), "Refused"),
        )

    def _guarded(self, scope: dict[str, str], depth: int) -> Term:
        condition, inner = self.truth(scope, 1), self.effects(scope, depth - 1)

        def run(s: Any, m: dict[str, Any]) -> None:
            with s.when(condition(s, m)):
                inner(s, m)

        return run

    def _loop(self, scope: dict[str, str], _depth: int) -> Term:
        """Every core at once."""
        own = {**scope, "own": "core"}
        condition, value = (self.truth(own, 1, own="own") for _ in range(2))
        val = self._member(scope, "val")
        change = self.pick(
            lambda s, c, m: s.on.__setitem__(c, value(s, m)),
            lambda s, c, m: s.cell.__setitem__(c, dict(age=2, last=val(s, m))),
            lambda s, c, _m: setattr(s.cell[c], "age", (s.cell[c].age + 1) % 3),
            lambda s, c, m: setattr(s.cell[c], "age", s.cell[c].age + If(value(s, m), 1, 0)),
            lambda s, c, m: s.cell[c].votes.__setitem__(val(s, m), value(s, m)),
            lambda s, c, m: s.require(Or(value(s, m), s.on[c]), "OneRefused"),
        )

        def run(s: Any, m: dict[str, Any]) -> None:
            for c in s.each(s.cfg.core):
                inner = {**m, "own": c}
                with s.when(condition(s, inner)):
                    change(s, c, inner)

        return run

    def _votes(self, scope: dict[str, str], _depth: int) -> Term:
        """Every vote at once: one loop in the other."""
        core = self._member(scope, "core")
        whole, flip = self.pick(True, False), self.pick(True, False)

        def run(s: Any, m: dict[str, Any]) -> None:
            for v in s.each(s.cfg.val):
                if whole:
                    for c in s.each(s.cfg.core):
                        s.cell[c].votes[v] = And(Not(s.cell[c].votes[v]), s.on[c])
                else:
                    s.cell[core(s, m)].votes[v] = v != s.judge if flip else s.flag

        return run


def system(seed: int, sizes: Sizes) -> System:
    """Two random actions and a random start."""
    bodies = Bodies(seed)
    cores = sizes["core"] if sizes else parameter("cores", 1)
    vals = sizes["val"] if sizes else parameter("vals", 1)
    cfg = SimpleNamespace(core=Index("core", cores), val=Index("val", vals))
    scope = {"core": "core", "val": "val"}
    begin, one, two = bodies.effects({}, 1), bodies.effects(scope, 2), bodies.effects(scope, 2)

    def start(s: Any) -> None:
        begin(s, {})

    def first(s: Any, core: Any, val: Any) -> None:
        one(s, {"core": core, "val": val})

    def second(s: Any, core: Any, val: Any) -> None:
        two(s, {"core": core, "val": val})

    storage = dict(
        flag=Bool,
        chosen=cfg.core,
        judge=cfg.val,
        on=Set(cfg.core),
        cell=Array(cfg.core, Record(age=Nat(2), last=cfg.val, votes=Set(cfg.val))),
    )
    choices = dict(core=cfg.core, val=cfg.val)
    actions = [Action(first, **choices), Action(second, **choices)]
    return System("random", cfg, storage, start, actions)


def promise(seed: int) -> Property:
    """A random invariant; half of them of every core."""
    bodies = Bodies(seed)
    whole, each = bodies.truth({}, 2), bodies.truth({"m0": "core"}, 2)

    def body(s: Any) -> Any:
        if seed % 2:
            return whole(s, {})
        return forall(s.cfg.core, lambda i: each(s, {"m0": i}))

    return Property("invariant", f"promise_{seed}", "", "A promise.", body)

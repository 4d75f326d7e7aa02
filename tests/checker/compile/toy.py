"""Systems made of bare z3 terms, with a concrete mode that shares nothing with the compiler."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from functools import cached_property

import z3


@dataclass(frozen=True)
class Leaf:
    name: str
    lo: int = 0
    hi: int = 1
    boolean: bool = False
    path: str = ""

    @cached_property
    def var(self):
        return z3.Bool(self.name) if self.boolean else z3.Int(self.name)

    @cached_property
    def primed(self):
        return z3.Bool(self.name + "'") if self.boolean else z3.Int(self.name + "'")

    low = property(lambda self: self.lo)
    high = property(lambda self: self.hi)

    def constant(self, value):
        return z3.BoolVal(bool(value)) if self.boolean else z3.IntVal(value)


@dataclass(frozen=True)
class Action:
    name: str
    actor: str = ""
    token: str = ""
    fair: str = ""


@dataclass(frozen=True)
class Check:
    label: str
    holds: object


@dataclass(frozen=True)
class Limit:
    name: str
    broken: object


@dataclass(frozen=True)
class Undefined:
    what: str
    reached: object


@dataclass(frozen=True)
class Outcome:
    state: tuple | None
    refused: str = ""
    undefined: str = ""
    limit: str = ""
    outside: bool = False


@dataclass(frozen=True)
class Transition:
    action: Action
    updates: tuple
    choices: tuple = ()
    domain: tuple = ()
    checks: tuple = ()
    limits: tuple = ()
    undefined: tuple = ()


@dataclass(frozen=True)
class Prop:
    kind: str
    name: str
    term: object = None
    token: str = ""
    sentence: str = "x"


DEADLOCK_FREE = Prop("builtin", "deadlock_free")


def number(term):
    value = z3.simplify(term)
    if z3.is_int_value(value):
        return value.as_long()
    assert z3.is_true(value) or z3.is_false(value), value
    return int(z3.is_true(value))


def _euclid(a, b):
    if b == 0:
        return 0, 0  # z3 leaves it free; the tests do not depend on it
    r = a % abs(b)
    return (a - r) // b, r


PYTHON = {
    z3.Z3_OP_TRUE: lambda: 1,
    z3.Z3_OP_FALSE: lambda: 0,
    z3.Z3_OP_NOT: lambda a: int(not a),
    z3.Z3_OP_AND: lambda *a: int(all(a)),
    z3.Z3_OP_OR: lambda *a: int(any(a)),
    z3.Z3_OP_IMPLIES: lambda a, b: int(not a or b),
    z3.Z3_OP_XOR: lambda a, b: int(a != b),
    z3.Z3_OP_EQ: lambda a, b: int(a == b),
    z3.Z3_OP_DISTINCT: lambda *a: int(len(set(a)) == len(a)),
    z3.Z3_OP_ITE: lambda c, a, b: a if c else b,
    z3.Z3_OP_ADD: lambda *a: sum(a),
    z3.Z3_OP_SUB: lambda a, *b: a - sum(b),
    z3.Z3_OP_UMINUS: lambda a: -a,
    z3.Z3_OP_MUL: lambda *a: math.prod(a),
    z3.Z3_OP_IDIV: lambda a, b: _euclid(a, b)[0],
    z3.Z3_OP_MOD: lambda a, b: _euclid(a, b)[1],
    z3.Z3_OP_LE: lambda a, b: int(a <= b),
    z3.Z3_OP_LT: lambda a, b: int(a < b),
    z3.Z3_OP_GE: lambda a, b: int(a >= b),
    z3.Z3_OP_GT: lambda a, b: int(a > b),
}


def closure(term):
    """A Python function of an environment (name -> number) with the value of a term."""
    if z3.is_int_value(term):
        value = term.as_long()
        return lambda _: value
    kind = term.decl().kind()
    if kind == z3.Z3_OP_UNINTERPRETED:
        name = term.decl().name()
        return lambda env: env[name]
    rule, parts = PYTHON[kind], [closure(c) for c in term.children()]
    return lambda env: rule(*[part(env) for part in parts])


@dataclass
class Toy:
    """A system; `table` maps an action's name to its guard, changed leaves and the rest."""

    leaves: tuple
    transitions: tuple
    initial: Transition
    cuts: frozenset = frozenset()
    name: str = "toy"
    cfg: object = None
    memo: dict = field(default_factory=dict)

    def check_finite(self) -> None:
        """Every leaf of a toy has bounds."""

    @property
    def zero(self):
        return (0,) * len(self.leaves)

    def transition(self, name):
        return next(t for t in (self.initial, *self.transitions) if t.action.name == name)

    def term(self, prop):
        return prop.term

    def _value(self, term, env):
        known = self.memo.get(term.get_id())
        if known is None:
            known = self.memo[term.get_id()] = (closure(term), term)
        return known[0](env)

    def _at(self, transition, state, choices):
        env = {x.name: v for x, v in zip(self.leaves, state, strict=True)}
        env |= {x.name: v for x, v in zip(transition.choices, choices, strict=True)}
        return lambda term: self._value(term, env)

    def run(self, transition, state, choices):
        at = self._at(transition, state, choices)
        if not all(at(t) for t in transition.domain):
            return Outcome(None, outside=True)
        for check in transition.checks:
            if not at(check.holds):
                return Outcome(None, refused=check.label)
        for u in transition.undefined:
            if at(u.reached):
                return Outcome(None, undefined=u.what)
        for limit in transition.limits:
            if at(limit.broken):
                return Outcome(None, limit=limit.name)
        return Outcome(tuple(at(u) for u in transition.updates))

    def choices(self, transition):
        return itertools.product(*[range(c.lo, c.hi + 1) for c in transition.choices])

    def initial_states(self):
        found = [(c, self.run(self.initial, self.zero, c)) for c in self.choices(self.initial)]
        return [(c, x) for c, x in found if x.state is not None]

    def holds(self, prop, state, after=None):
        env = {x.name: v for x, v in zip(self.leaves, state, strict=True)}
        if after is not None:
            env |= {x.name + "'": v for x, v in zip(self.leaves, after, strict=True)}
        return bool(self._value(prop.term, env))


def action(leaves, name, changes, *, checks=(), **more):
    """A transition that changes the named leaves and keeps the others."""
    updates = tuple(changes.get(x.name, x.var) for x in leaves)
    named = tuple(Check(f"check {i}", c) for i, c in enumerate(checks))
    return Transition(Action(name), updates, checks=named, **more)


def start(leaves, values=None, **more):
    """An initial action to one state, all zero (or the least value) unless said otherwise."""
    values = values or {}
    zero = {x.name: x.constant(values.get(x.name, max(0, x.lo))) for x in leaves}
    return action(leaves, "init", zero | more.pop("changes", {}), **more)


def bools(*names):
    return tuple(Leaf(n, 0, 1, boolean=True) for n in names)

"""Small systems, and a search over plain values that says what bounded checking must find."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

from model.language import (
    Action,
    And,
    Array,
    Bool,
    If,
    Implies,
    Index,
    Int,
    Nat,
    Not,
    Record,
    Seq,
    Set,
    System,
)
from properties.kinds import Property, invariant, reachable, step

CFG = SimpleNamespace()
DEADLOCK_FREE = Property("builtin", "deadlock_free", "", "Some action is possible.", lambda _: True)
WELL_DEFINED = Property("builtin", "well_defined", "", "Every step is defined.", lambda _: True)
BUILTIN = (DEADLOCK_FREE, WELL_DEFINED)


def named(make, name, function):
    """A property of the given kind from a lambda."""
    function.__name__, function.__doc__ = name, "A sentence."
    return make("§1")(function)


def nothing(s):
    """Leave everything zero."""


def counter_with_wrap():
    def tick(s):
        s.n = (s.n + 1) % 6

    system = System("counter", CFG, dict(n=Nat(5)), nothing, [Action(tick)])
    return system, (
        named(invariant, "below_five", lambda s: s.n < 5),
        named(step, "grows", lambda s, t: t.n > s.n),
        named(reachable, "four", lambda s: s.n == 4),
        named(reachable, "never", lambda s: s.n == 4 + If(s.n > 5, 0, 3)),
    )


def queue_that_overflows():
    def add(s, x):
        s.queue.push(item=x)

    def take(s):
        s.require(s.queue.len > 1, "TooFew")
        s.queue.take()

    storage = dict(queue=Seq(Record(item=Nat(2)), 3))
    system = System("queue", CFG, storage, nothing, [Action(add, x=Nat(2)), Action(take)])
    return system, (named(invariant, "no_twos", lambda s: Not(s.queue.any(item=2))),)


def cut_queue():
    system, properties = queue_that_overflows()
    actions = system.actions
    cuts = [limit.name for t in system.transitions for limit in t.limits]
    storage = system.storage
    return System("cut_queue", CFG, storage, nothing, actions, cuts=cuts), properties


def negative_numbers():
    def move(s, by):
        s.require(s.x + by >= -9, "TooLow")
        s.x = s.x + by
        s.q, s.r = (s.x + by) / 3, (s.x + by) % -4

    storage = dict(x=Int(-9, 9), q=Int(-6, 6), r=Nat(3))
    system = System("negative", CFG, storage, nothing, [Action(move, by=Int(-3, 0))])
    return system, (
        named(invariant, "above_minus_five", lambda s: s.x > -5),
        named(invariant, "rounds_down", lambda s: s.q > -3),
        named(reachable, "two_left", lambda s: And(s.r == 2, s.q == -2)),
        named(reachable, "bottom", lambda s: s.x == -9),
    )


def nested_records():
    core = Index("core", 2)
    voter = Index("voter", 3)
    storage = dict(core=Array(core, Record(claim=Record(some=Bool, age=Nat(3)), votes=Set(voter))))

    def back(s, c):
        s.require(Not(s.core[c].claim.some), "Occupied")
        s.core[c].claim = dict(some=True, age=0)

    def vote(s, c, v):
        s.require(And(s.core[c].claim.some, Not(s.core[c].votes[v])), "NoVote")
        s.core[c].votes[v] = True

    def age(s):
        for c in s.each(core):
            with s.when(s.core[c].claim.some):
                s.core[c].claim.age = If(s.core[c].claim.age == 3, 3, s.core[c].claim.age + 1)
            with s.when(s.core[c].votes.size() == 3):
                s.core[c] = {}

    actions = [Action(back, c=core), Action(vote, c=core, v=voter), Action(age)]
    return System("nested", CFG, storage, nothing, actions), (
        named(
            invariant, "not_all_old", lambda s: Not(And([s.core[c].claim.age == 2 for c in core]))
        ),
        named(step, "votes_stay", lambda s, t: Implies(s.core[0].votes[1], t.core[0].votes[1])),
    )


def deadlock():
    def up(s, a, b):
        s.require(a + b * 2 + s.n < 7, "Full")
        s.require(a + b > 0, "Idle")
        s.n = s.n + a + b

    system = System("dead", CFG, dict(n=Nat(9)), nothing, [Action(up, a=Nat(2), b=Nat(1))])
    return system, ()


def deadlock_behind_many_choices():
    def up(s, a, b):
        s.require(a * 7 + b == 200 - s.n, "Wrong")
        s.n = s.n + 1

    choices = dict(a=Nat(40), b=Nat(6))
    return System(
        "many", CFG, dict(n=Nat(9)), start_at_five, [Action(up, **choices)], cuts=["n"]
    ), ()


def start_at_five(s):
    """Begin near the limit."""
    s.n = 5


def undefined_division():
    def down(s, by):
        s.require(by > 0, "Zero")
        s.n, s.d = s.n / s.d, s.d - by

    def start(s):
        s.n, s.d = 7, 3

    system = System(
        "division", CFG, dict(n=Int(-7, 7), d=Int(-4, 3)), start, [Action(down, by=Nat(2))]
    )
    return system, (named(invariant, "big", lambda s: s.n > 0),)


def undefined_at_the_start():
    def start(s, d):
        s.n = 4 / d

    def stay(s):
        s.n = s.n

    return System("at_start", CFG, dict(n=Nat(4)), Action(start, d=Nat(2)), [Action(stay)]), ()


def limit():
    def up(s):
        s.n = s.n + 2
        s.within(s.n < 6, "small")

    return System("limit", CFG, dict(n=Nat(9)), nothing, [Action(up)]), (
        named(invariant, "below_four", lambda s: s.n < 4),
        named(invariant, "even", lambda s: s.n % 2 == 0),
    )


def initial_choices():
    def start(s, first, items):
        s.assume(first > 3)
        s.size, s.steps = first, items.len

    def grow(s, items):
        s.require(s.steps > 0, "Done")
        s.require(items.len == s.steps, "Length")
        s.size, s.steps = s.size + 1, s.steps - 1

    kinds = dict(first=Nat(5), items=Seq(Record(x=Nat(1)), 2))
    storage = dict(size=Nat(8), steps=Nat(2))
    actions = [Action(grow, items=Seq(Record(x=Nat(1)), 2))]
    return System("choices", CFG, storage, Action(start, **kinds), actions), (
        named(reachable, "seven", lambda s: s.size == 7),
        named(reachable, "eight", lambda s: s.size == 8),
    )


def nowhere_to_start():
    def start(s, first):
        s.assume(first > 3)
        s.n = first

    def stay(s):
        s.n = s.n

    return System("nowhere", CFG, dict(n=Nat(4)), Action(start, first=Nat(3)), [Action(stay)]), (
        named(invariant, "impossible", lambda s: s.n > 4),
    )


SYSTEMS = (
    counter_with_wrap,
    queue_that_overflows,
    cut_queue,
    negative_numbers,
    nested_records,
    deadlock,
    deadlock_behind_many_choices,
    undefined_division,
    undefined_at_the_start,
    limit,
    initial_choices,
    nowhere_to_start,
)


@dataclass
class Truth:
    """What the plain search found: the shortest length by name, and how it ended."""

    found: dict[str, int] = field(default_factory=dict)
    limit: int | None = None
    cuts: set[str] = field(default_factory=set)
    exhausted: int | None = None


def search(system, properties, depth):
    """All runs, level by level: level k holds every state that some run of k steps ends in."""
    truth, before = Truth(), {system.zero}
    for k in range(depth + 1):
        steps = _steps(system, before, truth, k)
        for p in properties:
            if any(_shows(system, p, a, b, k) for a, b in steps):
                truth.found.setdefault(p.name, k)
        before = {b for _, b in steps}
        if truth.limit is not None or set(truth.found) == {p.name for p in properties}:
            break
        if not before:
            truth.exhausted = k
            break
    else:
        if not any(_accepted(system, state) for state in before):
            truth.exhausted = depth + 1
    return truth


def _accepted(system, state):
    """Whether some action passes its checks here, wherever it leads."""
    outcomes = (system.run(t, state, c) for t in system.transitions for c in system.choices(t))
    return any(not (out.outside or out.refused) for out in outcomes)


def _steps(system, before, truth, k):
    steps = set()
    for state in before:
        for t in system.transitions if k else (system.initial,):
            for choices in system.choices(t):
                out = system.run(t, state, choices)
                if out.undefined:
                    truth.found.setdefault("well_defined", k)
                elif out.limit in system.cuts:
                    truth.cuts.add(out.limit)
                elif out.limit:
                    truth.limit = k
                elif out.state is not None:
                    steps.add((state, out.state))
    return steps


def _shows(system, prop, before, after, k):
    if prop.name == "deadlock_free":
        return not any(
            not (out.outside or out.refused)
            for t in system.transitions
            for c in system.choices(t)
            for out in [system.run(t, after, c)]
        )
    if prop.kind == "step":
        return k > 0 and not system.holds(prop, before, after)
    if prop.kind == "builtin":
        return False
    return system.holds(prop, after) == (prop.kind == "reachable")

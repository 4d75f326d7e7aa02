"""One path against the other: the terms of a step and its run on plain values, everywhere.

Every construct stands in a small body that is compared on all its states and choices.
"""

import random

import pytest
import z3

from model.language import (
    Action,
    And,
    Array,
    Bool,
    Enum,
    If,
    Implies,
    Int,
    Nat,
    Not,
    Or,
    Outcome,
    Record,
    Seq,
    Set,
    Sum,
    Xor,
    count,
    exists,
    forall,
)
from tests.agreement.terms import Step, agree
from tests.model.language.helpers import CORE, EMPTY, THREAD, agree_everywhere, system

FREE, BUSY, DOWN = STATUS = Enum("free busy down")


def _division(s, c):
    s.x = s.y / c
    s.y = s.y % c


def _division_checked_afterwards(s):
    s.x = s.y / s.x
    s.require(s.x > 0, "Positive")


def _division_guarded(s):
    s.require(And(s.x != 0, s.y / s.x > 0), "Guarded")
    s.require(Or(s.x == 0, s.y % s.x == 1), "Left")
    s.flag = Implies(s.y > 0, s.x / s.y > 0)


def _division_unguarded(s):
    s.flag = Or(s.y / s.x > 0, s.x == 0)


def _division_in_an_arm(s):
    s.x = If(s.x > 0, (s.y + 4) % s.x, If(s.y == 0, s.x, 2 / s.y))


def _division_of_constants(s):
    for c in THREAD:
        with s.when(s.flag):
            s.x = c % s.cfg.none
        s.require(s.x + c / s.cfg.none > 1, "Never")


def _undefined_condition(s):
    with s.when(s.y / s.x > 0):
        s.flag = True
    s.require(Not(s.flag), "Raised")


def _undefined_limit(s):
    s.within(s.y / s.x >= 0, "quotient")
    s.undefined(s.y % s.x == 1, "odd")


def _undefined_constant_in_all_places(s):
    gap = max(THREAD) / s.cfg.none
    s.flag = And(s.flag, gap > 0)
    with s.when(And(Not(s.flag), gap == s.x)):
        s.x = If(s.flag, gap, 1)
    s.y = If(s.x > 0, 1, gap)
    s.within(Or(s.flag, gap > 0), "gap")


def _arithmetic(s, c):
    s.x = Sum([s.x, c, -s.y]) * 2 - 3 * (1 - s.x)
    s.y = 0 - (s.y - c)


def _truths(s, c):
    s.flag = Xor(s.x > c, s.y <= c)
    s.x = If(Not(s.flag), If(s.x != s.y, 1, 2), 3)
    s.y = If(And(s.flag == (s.x >= c), Or(s.x < c, c < 2)), s.y, 0)


SCALARS = {
    "division": (_division, Int(-3, 3)),
    "division checked afterwards": (_division_checked_afterwards, None),
    "division guarded": (_division_guarded, None),
    "division unguarded": (_division_unguarded, None),
    "division in an arm": (_division_in_an_arm, None),
    "division of constants": (_division_of_constants, None),
    "undefined condition": (_undefined_condition, None),
    "undefined limit": (_undefined_limit, None),
    "undefined constant": (_undefined_constant_in_all_places, None),
    "arithmetic": (_arithmetic, Int(-2, 1)),
    "truths": (_truths, Int(-2, 3)),
}


@pytest.mark.parametrize("name", SCALARS)
def test_scalars(name):
    body, choice = SCALARS[name]
    action = Action(body) if choice is None else Action(body, c=choice)
    agree_everywhere(system(dict(x=Nat(3), y=Int(-3, 3), flag=Bool), action))


def _read_at(s, i):
    s.x = s.at[s.k].n + s.at[i].n
    s.at[i] = {}


def _write_at(s, i):
    s.at[s.k].n = s.x
    s.at[s.at[i].n].n = i
    s.require(s.at[s.k].n != 1, "One")


def _write_nowhere(s, i):
    s.at[s.x / s.k].flag = True
    s.at[-i].n = 1
    s.require(s.at[0].flag, "Zeroth")


def _guarded_index(s, i):
    with s.when(s.k < 2):
        s.at[s.k] = dict(n=i)
    s.flag = And(s.k + i < 2, s.at[s.k + i].flag)


def _nested(s, i):
    with s.when(s.flag):
        with s.when(s.x > 1):
            s.x = s.x - 1
            s.at[i].n = s.x
        s.flag = s.x != 1
    with s.when(Not(s.flag)):
        s.x = i


def _records(s, i):
    s.flag = s.at[0] == s.at[1]
    s.at[i] = s.at[s.k]
    s.at = [s.at[1], dict(flag=s.at[0].flag)]


ARRAYS = [_read_at, _write_at, _write_nowhere, _guarded_index, _nested, _records]


@pytest.mark.parametrize("body", ARRAYS, ids=lambda b: b.__name__[1:])
def test_arrays(body):
    entry = Record(flag=Bool, n=Nat(1))
    storage = dict(at=Array(THREAD, entry), k=Nat(2), x=Nat(2), flag=Bool)
    agree_everywhere(system(storage, Action(body, i=THREAD)), most=1000)


def _sets(s, c):
    s.a = (s.a | s.b) - c
    s.b = s.b & CORE.set(lambda i: Or(s.a[i], c[(i + 1) % 3]))
    s.x = s.a.size() + s.b.size() - 1
    s.flag = And(s.a <= s.b, s.b >= c, s.a != {0, 2})


def _quantified(s, c):
    s.flag = exists(CORE, lambda i: And(s.a[i], Not(s.b[i])))
    s.x = count(CORE, lambda i: Or(c[i], s.a[i])) / 2
    s.require(forall(CORE, lambda i: Implies(c[i], 2 / (s.x + i) > 0)), "Forall")
    s.a[s.x] = False


def _constant_counts(s, c):
    s.x = count(CORE, lambda i: True) / 2 + count(THREAD, lambda i: i == 1) % 2
    s.a = CORE.set(lambda i: i > 0)
    s.a[0] = And(s.a[1], c[0])


@pytest.mark.parametrize("body", [_sets, _quantified, _constant_counts], ids=lambda b: b.__name__)
def test_sets(body):
    storage = dict(a=Set(CORE), b=Set(CORE), x=Nat(3), flag=Bool)
    agree_everywhere(system(storage, Action(body, c=Set(CORE))))


def _gap_right(s, i):
    gap = max(THREAD) / s.cfg.none
    parts = [s.x == gap, s.x < gap, s.x >= gap, s.x + gap > 0, s.x / gap == 1, s.x % gap == 1]
    parts += [s.x - gap == 0, s.x * gap == 0, s.x != gap, -gap == s.x, gap / s.x == 1]
    for k, part in enumerate(parts):
        with s.when(i == k):
            s.flag = And(s.flag, part)


def _gap_index(s, i):
    gap = max(THREAD) / s.cfg.none
    with s.when(i == 1):
        s.at[gap] = 1
    with s.when(i == 2):
        s.x = s.at[gap]
    s.require(Or(i != 3, s.at[gap] == 1), "Never")


def _empty_sort(s, i):
    with s.when(s.x > 1):
        s.flag = s.empty[i].flag
    with s.when(i == 1):
        s.empty[s.x].flag = True
    s.require(Or(s.x > 1, forall(EMPTY, lambda e: s.empty[e].flag)), "Empty")


@pytest.mark.parametrize("body", [_gap_right, _gap_index, _empty_sort], ids=lambda b: b.__name__)
def test_what_is_undefined_for_all_sizes(body):
    entry = Record(flag=Bool)
    storage = dict(x=Nat(2), flag=Bool, at=Array(THREAD, Nat(1)), empty=Array(EMPTY, entry))
    seen = agree_everywhere(system(storage, Action(body, i=Nat(10))))
    assert {bool(o.undefined) for o in seen} == {True, False}


def _push(s, i):
    s.q.push(n=i, flag=s.flag)
    s.q.push_front(dict(n=s.x))


def _take(s, i):
    entry = s.q.take(n=i)
    s.x = entry.n + 1
    s.require(entry.flag, "Unflagged")


def _take_first(s, i):
    with s.when(s.q.len > i):
        s.x = s.q.take().n
    s.flag = s.q.take(lambda e: And(e.flag, 1 / e.n == 1)).flag


def _filter(s, i):
    s.q.retain(lambda e: Or(e.flag, e.n == i))
    s.x = s.q.count(flag=True)
    s.flag = And(s.q.any(n=i, flag=False), s.q.all(lambda e: e.n < 2))


def _filter_undefined(s, i):
    s.q.retain(lambda e: i / e.n == 1)
    s.require(s.q.len < 1, "Len")


def _places(s, i):
    s.q[i].n = 1
    s.q[s.x] = dict(flag=True)
    s.x = s.q[s.q.len - 1].n
    s.require(Not(s.q[1].flag), "Second")


def _copies(s, i):
    s.q = [s.q[0], dict(n=i)]
    s.flag = s.q == [dict(n=1)]
    with s.when(s.flag):
        s.q = []


QUEUES = [_push, _take, _take_first, _filter, _filter_undefined, _places, _copies]


@pytest.mark.parametrize("body", QUEUES, ids=lambda b: b.__name__[1:])
def test_queues(body):
    entry = Record(flag=Bool, n=Nat(1))
    storage = dict(q=Seq(entry, 2), x=Nat(2), flag=Bool)
    agree_everywhere(system(storage, Action(body, i=THREAD)))


def test_a_queue_keeps_dead_places_zero():
    entry = Record(flag=Bool, n=Nat(1))
    storage = dict(q=Seq(entry, 3), x=Nat(2), flag=Bool)
    bodies = [b for b in QUEUES if b is not _copies]
    model = system(storage, *[Action(b, i=THREAD) for b in bodies])
    steps = {t.action.name: Step(model, t) for t in model.transitions}
    state = seen = {model.zero}
    while state:
        found = set()
        for before in state:
            for t in model.transitions:
                for c in model.choices(t):
                    found.add(agree(model, t, steps[t.action.name], before, c).state)
        state = found - seen - {None}
        seen |= state
    assert len(seen) > 50
    for reached in seen:
        assert model.encode(model.decode(reached)) == reached


def _effects(s, c):
    s.assume(Or(c < 2, s.flag))
    s.require(c != s.x, "Same")
    with s.when(s.flag):
        s.assume(c != 1)
        s.require(s.x > 0, "Zero")
        s.within(s.x + c < 4, "sum")
        s.undefined(c == s.y, "both")
    s.x = s.x + c
    s.y = s.y - c
    s.within(s.y != -3, "low")


def test_domain_checks_gaps_and_limits_come_in_this_order():
    model = system(dict(x=Nat(3), y=Int(-3, 3), flag=Bool), Action(_effects, c=Nat(3)))
    seen = agree_everywhere(model)
    assert {o.refused for o in seen} == {"", "Same", "Zero"}
    assert {o.undefined for o in seen} == {"", "both"}
    assert {o.limit for o in seen} == {"", "sum", "low", "x", "y"}
    assert {o.outside for o in seen} == {True, False}


def test_the_first_limit_is_that_of_the_first_variable():
    def body(s):
        for c in s.each(CORE):
            s.core[c] = dict(a=s.core[c].a + c, b=s.core[c].b + 1)

    entry = Record(a=Nat(1), b=Nat(1))
    assert {o.limit for o in agree_everywhere(system(dict(core=Array(CORE, entry)), body))} == {
        "core.a"
    }


def _choices(s, c, r, v):
    s.q = c
    s.n = r.n + v.size() + c.count(lambda e: e == 1)


def test_choices_of_every_type():
    storage = dict(q=Seq(Nat(1), 2), n=Nat(4))
    kinds = dict(c=Seq(Nat(1), 2), r=Record(n=Int(-1, 1), b=STATUS), v=Set(THREAD))
    seen = agree_everywhere(system(storage, Action(_choices, **kinds)))
    assert not any(o.outside for o in seen)


def test_a_choice_that_is_not_canonical_is_outside():
    def assign(s, c):
        s.q = c

    model = system(dict(q=Seq(Nat(1), 2)), Action(assign, c=Seq(Nat(1), 2)))
    (transition,) = model.transitions
    step = Step(model, transition)
    assert agree(model, transition, step, model.zero, (1, 1, 1)) == Outcome(None, outside=True)
    assert agree(model, transition, step, model.zero, (1, 1, 0)).state == (1, 1, 0)


def _loops(s):
    for c in s.cfg.core:
        with s.when(s.core[c].n > 0):
            s.core[(c + 1) % 3].n = s.core[c].n - 1
    for c in s.each(s.cfg.core):
        s.core[c].status = If(s.core[c].n == 1, BUSY, s.core[c].status)


def test_loops():
    entry = Record(n=Nat(2), status=STATUS)
    agree_everywhere(system(dict(core=Array(CORE, entry)), _loops))


def test_z3_itself_evaluates_the_terms_as_the_interpreter_does():
    storage = dict(x=Nat(3), y=Int(-3, 3), flag=Bool)
    model = system(storage, Action(_effects, c=Nat(3)), _division_guarded)
    rng = random.Random(3)
    for transition in model.transitions:
        step = Step(model, transition)
        for _ in range(60):
            leaves = (*model.leaves, *transition.choices)
            numbers = [rng.randint(leaf.low, leaf.high) for leaf in leaves]
            put = [
                (leaf.var, z3.BoolVal(bool(v)) if leaf.boolean else z3.IntVal(v))
                for leaf, v in zip(leaves, numbers, strict=True)
            ]
            checks = [_true(c.holds, put) for c in transition.checks]
            state, choices = numbers[: len(model.leaves)], numbers[len(model.leaves) :]
            outcome = step.outcome(state, choices)
            assert outcome.outside != all(_true(d, put) for d in transition.domain)
            if not outcome.outside:
                assert (outcome.refused == "") == all(checks)
            if outcome.state is not None:
                values = [z3.simplify(z3.substitute(u, *put)) for u in transition.updates]
                plain = [int(z3.is_true(v)) if z3.is_bool(v) else v.as_long() for v in values]
                assert tuple(plain) == outcome.state


def _true(term, put):
    return z3.is_true(z3.simplify(z3.substitute(term, *put)))

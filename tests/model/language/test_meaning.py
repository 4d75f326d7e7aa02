"""What each construct means, with literal outcomes; both modes run for each of them."""

import pytest

from model.language import (
    Action,
    And,
    Array,
    Bool,
    Enum,
    EvaluationError,
    If,
    Implies,
    Int,
    Nat,
    Or,
    Record,
    Seq,
    Set,
    Xor,
    count,
    exists,
    forall,
)
from properties.kinds import Property
from tests.model.language.helpers import CORE, THREAD, after, message, run, system, value

FREE, BUSY = STATUS = Enum("free busy")


# integers


@pytest.mark.parametrize(
    ("a", "b", "quotient", "remainder"),
    [
        (7, 3, 2, 1),
        (-7, 3, -3, 2),
        (7, -3, -2, 1),
        (-7, -3, 3, 2),
        (6, -3, -2, 0),
        (-6, 3, -2, 0),
        (0, -3, 0, 0),
        (-1, 7, -1, 6),
        (-1, -7, 1, 6),
        (1, -7, 0, 1),
    ],
)
def test_division_is_euclidean(a, b, quotient, remainder):
    def divide(s):
        s.q = s.a / s.b
        s.r = s.a % s.b

    number = Int(-9, 9)
    model = system(dict(a=number, b=number, q=number, r=number), divide)
    assert after(model, "divide", dict(a=a, b=b)) == dict(a=a, b=b, q=quotient, r=remainder)


def test_a_number_divided_by_a_term_is_euclidean_too():
    def divide(s):
        s.q = -7 / s.b
        s.r = -7 % s.b

    model = system(dict(b=Int(-3, 3), q=Int(-9, 9), r=Nat(9)), divide)
    assert after(model, "divide", dict(b=-3)) == dict(b=-3, q=3, r=2)
    assert run(model, "divide", dict(b=0)).undefined


def test_a_remainder_of_a_difference_does_not_wrap():
    def wrap(s):
        s.x = (s.x - 5) % 3

    model = system(dict(x=Nat(2)), wrap)
    assert [after(model, "wrap", dict(x=x))["x"] for x in (0, 1, 2)] == [1, 2, 0]


def test_a_count_divides_like_any_number():
    def halve(s):
        s.x = count(CORE, lambda c: s.a[c]) / 2

    model = system(dict(a=Set(CORE), x=Nat(3)), halve)
    assert after(model, "halve", dict(a=frozenset({0, 1, 2})))["x"] == 1


# what need not be defined


LEFT_TO_RIGHT = {
    "And guards what follows": (lambda s: And(s.y != 0, 6 / s.y == 3), False),
    "Or guards what follows": (lambda s: Or(s.y == 0, 6 / s.y == 3), True),
    "Implies guards its conclusion": (lambda s: Implies(s.y != 0, 6 / s.y == 3), True),
    "If leaves out an arm": (lambda s: If(s.y == 0, s.y, 6 / s.y) == 0, True),
    "If leaves out the other arm": (lambda s: If(s.y != 0, 6 / s.y, s.y) == 0, True),
    "the middle of And": (lambda s: And(s.y == 0, Or(s.y == 0, 6 / s.y == 3), s.y < 1), True),
}


@pytest.mark.parametrize("name", LEFT_TO_RIGHT)
def test_what_an_earlier_part_makes_irrelevant_need_not_be_defined(name):
    function, at_zero = LEFT_TO_RIGHT[name]

    def ask(s):
        s.answer = function(s)

    model = system(dict(y=Int(-3, 3), answer=Bool), ask)
    assert after(model, "ask", dict(y=0))["answer"] is at_zero
    assert value(model, function, dict(y=0)) is at_zero


NOT_EARLIER = {
    "And does not look ahead": lambda s: And(6 / s.y == 3, s.y != 0),
    "Or does not look ahead": lambda s: Or(6 / s.y == 3, s.y == 0),
    "the condition of If": lambda s: If(6 / s.y == 3, True, True),
    "an undefined premise": lambda s: Implies(6 / s.y == 3, True),
    "an undefined value does not cancel": lambda s: (6 / s.y) - (6 / s.y) == 0,
    "nor multiply away": lambda s: 0 * (6 / s.y) == 0,
    "a remainder": lambda s: 6 % s.y == 3,
    "an entry that does not exist": lambda s: s.at[s.y + 2],
    "an entry before the first": lambda s: s.at[s.y - 1],
    "a place behind the last of a queue": lambda s: s.q[s.y] == 0,
}


@pytest.mark.parametrize("name", NOT_EARLIER)
def test_what_is_needed_must_be_defined(name):
    function = NOT_EARLIER[name]

    def ask(s):
        s.answer = function(s)

    def demand(s):
        s.require(function(s), "Demanded")

    def under(s):
        with s.when(function(s)):
            s.answer = True

    def limit(s):
        s.within(function(s), "limit")

    def declare(s):
        s.undefined(function(s), "declared")

    storage = dict(y=Int(-1, 3), answer=Bool, at=Set(THREAD), q=Seq(Nat(1), 2))
    model = system(storage, ask, demand, under, limit, declare)
    for action in ("ask", "demand", "under", "limit", "declare"):
        assert run(model, action, dict(y=0)).undefined, action
    with pytest.raises(EvaluationError, match="guard it") as caught:
        model.term(Property("invariant", "sentence", "", "", function))
    message(caught.value, function)
    with pytest.raises(EvaluationError, match="no value in this state") as caught:
        model.holds(Property("invariant", "sentence", "", "", function), model.zero)
    message(caught.value, function)


def test_an_undefined_value_that_nothing_uses_is_no_gap():
    def ignore(s):
        _unused = 6 / s.y
        with s.when(s.y != 0):
            s.y = 6 / s.y

    model = system(dict(y=Nat(6)), ignore)
    assert after(model, "ignore", dict(y=0)) == dict(y=0)


def test_a_check_of_an_undefined_value_does_not_hide_the_gap():
    def divide(s):
        s.x = 1 / s.y
        s.require(s.x == 3, "Three")
        s.require(s.y < 2, "Small")

    model = system(dict(x=Nat(3), y=Nat(3)), divide)
    assert run(model, "divide", dict(y=0)).undefined
    assert run(model, "divide", dict(y=1)).refused == "Three"
    assert run(model, "divide", dict(y=0, x=2)).undefined


def test_a_check_of_something_else_refuses_before_a_gap():
    def divide(s):
        s.x = 1 / s.y
        s.require(s.y > 0, "Positive")

    assert run(system(dict(x=Nat(3), y=Nat(3)), divide), "divide", {}).refused == "Positive"


# reading and writing


def test_reading_sees_what_was_written_before():
    def swap(s):
        old = s.x
        s.x = s.y
        s.y = old
        s.z = s.x + s.y

    model = system(dict(x=Nat(3), y=Nat(3), z=Nat(6)), swap)
    assert after(model, "swap", dict(x=1, y=3)) == dict(x=3, y=1, z=4)


def test_a_view_is_a_place_and_not_a_value():
    def age(s, c):
        core = s.core[c]
        core.age = core.age + 1
        s.core[c].age = core.age * 2

    storage = dict(core=Array(CORE, Record(age=Nat(9))))
    model = system(storage, Action(age, c=CORE))
    assert after(model, "age", {}, c=1)["core"] == [dict(age=0), dict(age=2), dict(age=0)]


def test_an_index_is_fixed_when_the_view_is_taken():
    def move(s):
        entry = s.at[s.k]
        s.k = s.k + 1
        entry.n = 5

    storage = dict(k=CORE, at=Array(CORE, Record(n=Nat(5))))
    model = system(storage, move)
    assert after(model, "move", dict(k=1)) == dict(k=2, at=[dict(n=0), dict(n=5), dict(n=0)])


def test_a_symbolic_index_reads_and_writes_one_entry():
    def put(s, i):
        s.x = s.at[s.k]
        s.at[s.k] = s.at[i] + 1

    model = system(dict(k=CORE, x=Nat(9), at=Array(CORE, Nat(9))), Action(put, i=CORE))
    assert after(model, "put", dict(k=2, at=[3, 5, 7]), i=0) == dict(k=2, x=7, at=[3, 5, 4])
    assert after(model, "put", dict(k=1, at=[3, 5, 7]), i=1) == dict(k=1, x=5, at=[3, 6, 7])


def test_there_is_no_entry_behind_the_last_or_before_the_first():
    def read(s):
        s.x = s.at[s.k]

    def write(s):
        s.at[s.k] = 1

    def last(s):
        s.x = s.at[-1]

    model = system(dict(k=Int(-1, 4), x=Nat(9), at=Array(CORE, Nat(9))), read, write, last)
    for k in (-1, 3, 4):
        assert run(model, "read", dict(k=k)).undefined
        assert run(model, "write", dict(k=k)).undefined
    assert after(model, "read", dict(k=2, at=[0, 0, 4]))["x"] == 4
    assert run(model, "last", {}).undefined


def test_a_record_is_assigned_whole_and_what_is_missing_is_zero():
    def clear(s, c):
        s.core[c] = dict(status=BUSY, at=[1, 2])
        s.core[0] = {}

    entry = Record(status=STATUS, age=Int(2, 5), at=Array(THREAD, Nat(3)), votes=Set(CORE))
    model = system(dict(core=Array(CORE, entry)), Action(clear, c=CORE))
    old = dict(status="busy", age=5, at=[3, 3], votes=frozenset({1}))
    zero = dict(status="free", age=2, at=[0, 0], votes=frozenset())
    new = dict(status="busy", age=2, at=[1, 2], votes=frozenset())
    assert after(model, "clear", dict(core=[old, old, old]), c=2)["core"] == [zero, old, new]


def test_records_and_queues_are_copied_by_value():
    def copy(s):
        s.a = s.b
        s.b = {}
        s.q = s.r
        s.r.push(2)

    entry = Record(n=Nat(3), flag=Bool)
    model = system(dict(a=entry, b=entry, q=Seq(Nat(2), 2), r=Seq(Nat(2), 2)), copy)
    one = dict(n=3, flag=True)
    assert after(model, "copy", dict(b=one, r=[1])) == dict(
        a=one, b=dict(n=0, flag=False), q=[1], r=[1, 2]
    )


# when


def test_when_is_nested_and_sees_writes_inside():
    def step(s):
        with s.when(s.x > 0):
            s.x = s.x - 1
            with s.when(s.x == 0):
                s.y = 7
            s.y = s.y + 1
        with s.when(s.x == 0):
            s.z = True

    model = system(dict(x=Nat(3), y=Nat(9), z=Bool), step)
    assert after(model, "step", dict(x=0, y=2)) == dict(x=0, y=2, z=True)
    assert after(model, "step", dict(x=1, y=2)) == dict(x=0, y=8, z=True)
    assert after(model, "step", dict(x=2, y=2)) == dict(x=1, y=3, z=False)


def test_a_condition_is_taken_before_the_effects_under_it():
    def step(s):
        with s.when(s.flag):
            s.flag = False
            s.x = 1

    model = system(dict(flag=Bool, x=Nat(1)), step)
    assert after(model, "step", dict(flag=True)) == dict(flag=False, x=1)


def test_effects_under_a_false_condition_do_nothing():
    def step(s):
        with s.when(s.off):
            s.require(s.x == 7, "Seven")
            s.within(s.x == 7, "seven")
            s.undefined(s.x == 0, "zero")
            s.assume(s.x == 7)
            s.q.push(1)
            s.x = s.q.take(lambda e: e == 0) / s.x

    model = system(dict(off=Bool, x=Nat(9), q=Seq(Nat(1), 1)), step)
    assert after(model, "step", dict(q=[1])) == dict(off=False, x=0, q=[1])


# loops


def test_an_ordered_loop_sees_earlier_turns_and_each_does_not_allow_it():
    def ordered(s):
        for c in s.cfg.core:
            with s.when(And(c > 0, s.at[max(c - 1, 0)] > 0)):
                s.at[c] = s.at[max(c - 1, 0)] - 1

    def at_once(s):
        for c in s.each(s.cfg.core):
            s.at[c] = s.x / (c + 1)

    model = system(dict(at=Array(CORE, Nat(9)), x=Nat(9)), ordered, at_once)
    assert after(model, "ordered", dict(at=[5, 0, 0]))["at"] == [5, 4, 3]
    assert after(model, "at_once", dict(x=9))["at"] == [9, 4, 3]


def test_each_guards_by_a_live_size():
    def step(s):
        for c in s.each(CORE):
            with s.when(c < s.live):
                s.at[c] = 1

    model = system(dict(at=Array(CORE, Nat(1)), live=Nat(3)), step)
    assert after(model, "step", dict(live=2))["at"] == [1, 1, 0]


# sets and quantifiers


def test_set_operations():
    def step(s, c):
        s.union = s.a | c
        s.both = s.a & c
        s.rest = s.a - c
        s.n = s.a.size()
        s.part = s.a <= c
        s.odd = CORE.set(lambda i: Xor(s.a[i], c[i]))

    kind = Set(CORE)
    storage = dict(a=kind, union=kind, both=kind, rest=kind, odd=kind, n=Nat(3), part=Bool)
    model = system(storage, Action(step, c=kind))
    result = after(model, "step", dict(a=frozenset({0, 1})), c=frozenset({1, 2}))
    assert result == dict(
        a={0, 1}, union={0, 1, 2}, both={1}, rest={0}, odd={0, 2}, n=2, part=False
    )
    assert after(model, "step", dict(a=frozenset({1})), c=frozenset({1, 2}))["part"] is True


def test_quantifiers_over_a_sort():
    def step(s):
        s.every = forall(CORE, lambda c: s.at[c] > 0)
        s.some = exists(CORE, lambda c: s.at[c] > 0)
        s.n = count(CORE, lambda c: s.at[c] > 0)

    model = system(dict(at=Array(CORE, Nat(1)), every=Bool, some=Bool, n=Nat(3)), step)
    for at, every, some, n in (([0, 0, 0], False, False, 0), ([0, 1, 1], False, True, 2)):
        assert after(model, "step", dict(at=at)) == dict(at=at, every=every, some=some, n=n)
    assert after(model, "step", dict(at=[1, 1, 1]))["every"] is True

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
    ModelError,
    Nat,
    Not,
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


# queues


def queue(*actions):
    return system(dict(q=Seq(Record(n=Nat(3), flag=Bool), 3), x=Nat(9), flag=Bool), *actions)


def entries(*numbers):
    return [dict(n=n, flag=False) for n in numbers]


def test_push_and_push_front():
    def push(s):
        s.q.push(n=3)
        s.q.push_front(dict(n=1, flag=True))

    assert after(queue(push), "push", dict(q=entries(2)))["q"] == [
        dict(n=1, flag=True),
        *entries(2, 3),
    ]


def test_a_full_queue_is_a_limit_of_that_name():
    def push(s):
        s.q.push(n=3)

    def push_front(s):
        with s.when(s.flag):
            s.q.push_front(n=3)

    model = queue(push, push_front)
    assert run(model, "push", dict(q=entries(1, 2, 3))).limit == "q"
    assert run(model, "push_front", dict(q=entries(1, 2, 3), flag=True)).limit == "q"
    assert run(model, "push_front", dict(q=entries(1, 2, 3))).limit == ""


def test_the_limit_of_a_queue_in_a_record_has_its_path():
    def push(s, c):
        s.core[c].claims.push(1)

    kind = Array(CORE, Record(claims=Seq(Nat(1), 1)))
    model = system(dict(core=kind), Action(push, c=CORE))
    full = dict(core=[dict(claims=[1]), dict(claims=[]), dict(claims=[])])
    assert run(model, "push", full, c=0).limit == "core.claims"
    assert run(model, "push", full, c=1).state


def test_take_removes_the_first_match_and_keeps_the_order():
    def take(s):
        entry = s.q.take(flag=True)
        s.x = entry.n

    def take_where(s):
        s.x = s.q.take(lambda e: e.n > 1).n

    def take_any(s):
        s.x = s.q.take().n

    full = [dict(n=1, flag=False), dict(n=2, flag=True), dict(n=3, flag=True)]
    model = queue(take, take_where, take_any)
    result = after(model, "take", dict(q=full))
    assert (result["x"], result["q"]) == (2, [full[0], full[2]])
    result = after(model, "take_where", dict(q=full))
    assert (result["x"], result["q"]) == (2, [full[0], full[2]])
    result = after(model, "take_any", dict(q=full))
    assert (result["x"], result["q"]) == (1, full[1:])


def test_a_queue_without_a_match_is_undefined():
    def take(s):
        s.x = s.q.take(n=3).n
        s.require(s.x == 3, "Three")

    assert "none such" in run(queue(take), "take", dict(q=entries(1, 2))).undefined
    assert "none such" in run(queue(take), "take", {}).undefined


def test_retain_keeps_the_order():
    def keep(s):
        s.q.retain(lambda e: e.n != s.x)

    model = queue(keep)
    assert after(model, "keep", dict(q=entries(1, 2, 1), x=1))["q"] == entries(2)
    assert after(model, "keep", dict(q=entries(1, 2, 3), x=2))["q"] == entries(1, 3)
    assert after(model, "keep", dict(q=entries(1, 1), x=1))["q"] == []


def test_any_count_and_all_look_at_entries_only():
    def ask(s):
        s.flag = And(Not(s.q.any(n=0)), s.q.all(lambda e: e.n > 0))
        s.x = s.q.count(n=1) + 3 * s.q.len

    model = queue(ask)
    assert after(model, "ask", dict(q=entries(1, 1)))["x"] == 2 + 3 * 2
    for full, flag in ((entries(1, 2), True), (entries(1, 0), False), ([], True)):
        assert after(model, "ask", dict(q=full))["flag"] is flag


def test_a_dead_place_is_no_entry():
    def read(s):
        s.x = s.q[1].n

    def write(s):
        s.q[1].n = 1

    def change(s):
        s.q[s.q.len - 1].flag = True

    model = queue(read, write, change)
    for name in ("read", "write"):
        assert run(model, name, dict(q=entries(2))).undefined
    assert after(model, "read", dict(q=entries(2, 3)))["x"] == 3
    assert after(model, "change", dict(q=entries(2, 3)))["q"] == [
        *entries(2),
        dict(n=3, flag=True),
    ]
    assert run(model, "change", {}).undefined


# ranges and limits


def test_leaving_a_range_is_a_limit_and_never_wraps():
    def up(s):
        s.x = s.x + 1

    def there_and_back(s):
        s.x = s.x + 5
        s.x = s.x - 5

    model = system(dict(x=Nat(3)), up, there_and_back)
    assert run(model, "up", dict(x=3)).limit == "x"
    assert after(model, "up", dict(x=2)) == dict(x=3)
    assert after(model, "there_and_back", dict(x=3)) == dict(x=3)


def test_a_range_is_named_without_indices():
    def up(s, c):
        s.core[c].age = s.core[c].age + 1

    model = system(dict(core=Array(CORE, Record(age=Nat(1)))), Action(up, c=CORE))
    old = dict(core=[dict(age=1)] * 3)
    assert run(model, "up", old, c=2).limit == "core.age"


def test_checks_come_before_gaps_and_these_before_limits():
    def step(s):
        s.within(Not(s.a), "limit")
        s.undefined(s.b, "gap")
        s.require(Not(s.c), "Check")

    model = system(dict(a=Bool, b=Bool, c=Bool), step)
    assert run(model, "step", dict(a=True, b=True, c=True)).refused == "Check"
    assert run(model, "step", dict(a=True, b=True)).undefined == "gap"
    assert run(model, "step", dict(a=True)).limit == "limit"
    assert run(model, "step", {}).state


def test_the_first_check_that_fails_refuses():
    def step(s):
        s.require(s.a, "First")
        s.require(s.b, "Second")

    model = system(dict(a=Bool, b=Bool), step)
    assert run(model, "step", {}).refused == "First"
    assert run(model, "step", dict(a=True)).refused == "Second"


def test_an_assumption_restricts_choices_and_refuses_nothing():
    def step(s, c):
        s.assume(c != s.x)
        s.require(c > 0, "Positive")
        s.x = c

    model = system(dict(x=Nat(2)), Action(step, c=Nat(2)))
    assert run(model, "step", dict(x=1), c=1).outside
    assert run(model, "step", dict(x=0), c=0).outside
    assert run(model, "step", dict(x=1), c=0).refused == "Positive"
    assert after(model, "step", dict(x=1), c=2) == dict(x=2)


# initial choices


def test_initial_choices_are_initial_states():
    def begin(s, c, flag_of):
        s.assume(c > 0)
        s.require(Not(And(c == 2, flag_of)), "Both")
        s.x = 3 / c
        s.flag = flag_of

    storage = dict(x=Nat(3), flag=Bool)
    model = system(storage, init=Action(begin, c=Nat(2), flag_of=Bool))
    outcomes = {choices: (o.state, o.refused, o.outside) for choices, o in model.initial_states()}
    assert outcomes == {
        (0, 0): (None, "", True),
        (0, 1): (None, "", True),
        (1, 0): ((3, 0), "", False),
        (1, 1): ((3, 1), "", False),
        (2, 0): ((1, 0), "", False),
        (2, 1): (None, "Both", False),
    }


def test_the_start_is_zero_or_the_nearest_to_it():
    model = system(dict(a=Int(-3, -1), b=Int(2, 4), c=Int(-1, 1), q=Seq(Int(1, 2), 2)))
    assert model.zero == (-1, 2, 0, 0, 1, 1)
    assert [o.state for _, o in model.initial_states()] == [model.zero]


# properties


def test_a_step_property_compares_two_states():
    def up(s):
        s.x = s.x + 1

    model = system(dict(x=Nat(3)), up)

    def grows(before, after):
        return before.x < after.x

    prop = Property("step", "grows", "", "", grows)
    assert model.holds(prop, (1,), (2,))
    assert not model.holds(prop, (2,), (2,))
    assert {str(v) for v in _constants(model.term(prop))} == {"x", "x'"}


def _constants(term):
    if not term.children():
        return {term} if term.decl().arity() == 0 and "x" in str(term) else set()
    return set().union(*[_constants(c) for c in term.children()])


WRITES = {
    "assigns": lambda s: setattr(s, "x", 1),
    "assigns_an_entry": lambda s: s.at.__setitem__(0, 1),
    "pushes": lambda s: s.q.push(1),
    "takes": lambda s: s.q.take(),
    "retains": lambda s: s.q.retain(lambda e: e > 0),
    "requires": lambda s: s.require(s.x > 0, "Error"),
    "assumes": lambda s: s.assume(s.x > 0),
    "limits": lambda s: s.within(s.x > 0, "limit"),
    "declares_a_gap": lambda s: s.undefined(s.x > 0, "gap"),
    "goes_over_each": lambda s: list(s.each(CORE)),
    "has_effects": lambda s: s.when(s.x > 0).__enter__(),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_property_only_reads(name):
    function = WRITES[name]
    model = system(dict(x=Nat(3), at=Array(CORE, Nat(1)), q=Seq(Nat(1), 1)))
    prop = Property("invariant", name, "", "", function)
    with pytest.raises(ModelError, match="only reads") as caught:
        model.term(prop)
    message(caught.value, function)


def test_a_property_is_a_truth_value():
    model = system(dict(x=Nat(3)))
    for function in (lambda s: s.x, lambda _s: None, lambda _s: 1, lambda s: (s.x, s.x)):
        with pytest.raises(ModelError, match="truth value") as caught:
            model.term(Property("invariant", "sentence", "", "", function))
        message(caught.value, function)


def test_a_guarded_property_is_defined():
    model = system(dict(x=Nat(3), q=Seq(Nat(3), 2)))
    for function in (
        lambda s: Implies(s.x > 0, 3 / s.x >= 1),
        lambda s: Implies(s.q.len > 0, s.q[s.q.len - 1] <= 3),
        lambda s: If(s.x == 0, True, s.x % s.x == 0),
    ):
        assert value(model, function, {})
        assert value(model, function, dict(x=2, q=[3, 1]))

"""What queues, limits, choices and properties mean, with literal outcomes; in both modes."""

import pytest

from model.language import (
    Action,
    And,
    Array,
    Bool,
    Enum,
    If,
    Implies,
    Int,
    ModelError,
    Nat,
    Not,
    Record,
    Seq,
)
from properties.kinds import Property
from tests.model.language.helpers import CORE, after, message, run, system, value

FREE, BUSY = STATUS = Enum("free busy")


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

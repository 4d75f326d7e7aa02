"""Declarations: names, cuts, actions and their choices, and what engines are given."""

import pytest
import z3

from model.language import (
    Action,
    Array,
    BadValue,
    Bool,
    Enum,
    Index,
    ModelError,
    Nat,
    Record,
    Seq,
    Set,
    System,
    UnknownName,
)
from tests.model.language.helpers import CFG, CORE, idle, message, nothing, system


def up(s):
    """§2.5.5/schedule.2: raise the level."""
    s.x = s.x + 1


def set_to(s, c):
    """Set the level."""
    s.x = c


def declared(function, error, *words):
    """The error of a declaration, at a line of the function that makes it."""
    with pytest.raises(error) as caught:
        function()
    text = message(caught.value, function)
    for word in words:
        assert word in text, text


LEVEL = dict(x=Nat(3))

DECLARATIONS = {
    "no actions": (lambda: System("s", CFG, LEVEL, nothing, []), ModelError, "distinct names"),
    "an action twice": (
        lambda: System("s", CFG, LEVEL, nothing, [Action(up), Action(up)]),
        ModelError,
        "distinct names",
    ),
    "an action named like the start": (
        lambda: System("s", CFG, LEVEL, up, [Action(up)]),
        ModelError,
        "distinct names",
    ),
    "an unknown cut": (
        lambda: System("s", CFG, LEVEL, nothing, [Action(up)], ["y"]),
        ModelError,
        "cut at 'y'",
        "there is x",
    ),
    "a variable that is no type": (
        lambda: System("s", CFG, dict(x=3), nothing, [Action(up)]),
        BadValue,
        "x=3",
    ),
    "a variable named like an effect": (
        lambda: System("s", CFG, dict(when=Bool), nothing, [Action(idle)]),
        ModelError,
        "'when'",
    ),
    "a variable named like the configuration": (
        lambda: System("s", CFG, dict(cfg=Bool), nothing, [Action(idle)]),
        ModelError,
        "'cfg'",
    ),
    "a private variable": (
        lambda: System("s", CFG, dict(_x=Bool), nothing, [Action(idle)]),
        ModelError,
        "'_x'",
    ),
    "a variable that is no word": (
        lambda: System("s", CFG, {"x'": Bool}, nothing, [Action(idle)]),
        ModelError,
        "x'",
    ),
    "a choice named like a variable": (
        lambda: System("s", CFG, dict(c=Bool, x=Nat(3)), nothing, [Action(set_to, c=Nat(3))]),
        ModelError,
        "the choice 'c' of set_to",
    ),
    "a choice that is no type": (lambda: Action(set_to, c=3), BadValue, "c=3"),
    "a choice that is missing": (lambda: Action(set_to), BadValue, "takes (c)", "choices ()"),
    "a choice too many": (lambda: Action(up, c=Bool), BadValue, "takes ()", "choices (c)"),
    "a choice misspelt": (lambda: Action(set_to, d=Nat(3)), BadValue, "takes (c)", "choices (d)"),
    "a fairness that does not exist": (
        lambda: Action(up, fair="strongly"),
        BadValue,
        "'weak' or 'strong'",
    ),
}


@pytest.mark.parametrize("name", DECLARATIONS)
def test_a_wrong_declaration_is_refused_where_it_is_written(name):
    declared(*DECLARATIONS[name])


def test_an_unknown_action_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'set_to'"):
        system(LEVEL, up, Action(set_to, c=Nat(3))).transition("setto")


def test_an_action_has_the_name_and_the_token_of_its_function():
    action = Action(up, actor="chain", fair="weak")
    assert (action.name, action.actor, action.token, action.fair) == (
        "up",
        "chain",
        "§2.5.5/schedule.2",
        "weak",
    )
    assert not Action(set_to, c=Nat(3)).token
    other = "PR3227/commit-3.2"
    assert Action(up, token=other).token == other


def test_a_cut_may_be_any_limit_or_range():
    def grow(s):
        s.x = s.x + 1
        s.within(s.x < 3, "small")
        s.q.push(1)

    storage = dict(x=Nat(3), q=Seq(Nat(1), 1))
    assert system(storage, grow, cuts=["x", "small", "q"]).cuts == {"x", "small", "q"}


def test_transitions_are_plain_terms_over_the_leaves():
    def step(s, c):
        s.assume(c != s.x)
        s.require(s.x < 2, "Small")
        s.q.push(c)
        s.y = s.x / c

    storage = dict(x=Nat(3), y=Nat(3), flag=Bool, q=Seq(Nat(3), 2))
    model = system(storage, Action(step, c=Nat(3)), idle)
    first, second = model.transitions
    assert [leaf.name for leaf in first.choices] == ["c"]
    assert [check.label for check in first.checks] == ["Small"]
    assert [limit.name for limit in first.limits] == ["q"]
    assert len(first.domain) == len(first.undefined) == 1
    assert len(first.updates) == len(model.leaves)
    assert [str(u) for u in second.updates] == [leaf.name for leaf in model.leaves]
    known = {str(leaf.var) for leaf in (*model.leaves, *first.choices)}
    for term in (*first.domain, first.checks[0].holds, *first.updates, first.limits[0].broken):
        assert _constants(term) <= known


def test_the_start_depends_on_its_choices_only():
    def begin(s, c):
        s.x = s.x + c

    model = system(dict(x=Nat(3)), init=Action(begin, c=Nat(2)))
    assert _constants(model.initial.updates[0]) == {"c"}
    assert model.transition("begin") is model.initial


def test_a_value_that_stays_in_its_range_has_no_limit():
    def step(s, c):
        s.x = (s.x + c) % 4
        s.core[c].n = s.core[c].n / 2

    storage = dict(x=Nat(3), core=Array(CORE, Record(n=Nat(1))))
    (transition,) = system(storage, Action(step, c=CORE)).transitions
    assert transition.limits == ()


def test_sums_are_checked_only_where_they_may_leave_the_range():
    (transition,) = system(dict(x=Nat(3), y=Nat(9)), up).transitions
    assert [limit.name for limit in transition.limits] == ["x"]


def test_choices_come_in_the_order_they_are_declared():
    def pick(s, b, a):
        s.x = a

    model = system(dict(x=Nat(3)), Action(pick, a=Nat(1), b=Set(CORE)))
    (transition,) = model.transitions
    assert [leaf.name for leaf in transition.choices] == ["a", "b[0]", "b[1]", "b[2]"]
    found = list(model.choices(transition))
    assert found == sorted(found)
    assert len(found) == 2 * 8
    data = model.decode_choices(transition, (1, 0, 1, 1))
    assert data == dict(a=1, b=frozenset({1, 2}))
    assert model.encode_choices(transition, data) == (1, 0, 1, 1)


def test_an_action_without_choices_has_one_choice():
    model = system(LEVEL, up)
    assert list(model.choices(model.transitions[0])) == [()]


def test_a_range_beyond_63_bits_is_refused():
    with pytest.raises(ModelError, match="63 bits"):
        system(dict(x=Nat(2**63)))


def test_many_leaves():
    wide = Index("bit", 65)
    model = system(dict(bits=Set(wide), status=Enum("a b")))
    assert len(model.leaves) == 66
    assert model.decode(model.encode(dict(bits=frozenset({64}), status="b"))) == dict(
        bits=frozenset({64}), status="b"
    )


def _constants(term):
    if z3.is_const(term) and term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
        return {str(term)}
    return set().union(*[_constants(c) for c in term.children()], set())

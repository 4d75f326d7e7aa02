"""Types: their leaves, their zero, their plain data, every value of them."""

import pytest

from model.language import (
    Action,
    Array,
    BadValue,
    Bool,
    Enum,
    Index,
    Int,
    ModelError,
    Nat,
    Record,
    Seq,
    Set,
    UnknownName,
)
from model.language.data import values
from tests.model.language.helpers import CORE, THREAD, message, system

STATUS = Enum("free busy")
CLAIM = Record(core=CORE, retries=Nat(3))

WRONG = {
    "bounds in the wrong order": lambda: Int(3, 1),
    "a negative natural": lambda: Nat(-1),
    "a fraction as a bound": lambda: Nat(2.0),
    "a truth value as a bound": lambda: Int(False, 3),
    "text as a bound": lambda: Nat("3"),
    "no names": lambda: Enum(""),
    "a name twice": lambda: Enum("free busy free"),
    "names that are not text": lambda: Enum(3),
    "an index without a name": lambda: Index(3, "core"),
    "an index of negative size": lambda: Index("core", -1),
    "an index of fractional size": lambda: Index("core", 1.5),
    "an array over a size": lambda: Array(3, Bool),
    "an array over a type": lambda: Array(Nat(3), Bool),
    "an array of a Python type": lambda: Array(CORE, int),
    "a type that was not called": lambda: Array(CORE, Nat),
    "a set of a size": lambda: Set(4),
    "a queue without room": lambda: Seq(Bool, 0),
    "a queue of fractional room": lambda: Seq(Bool, 1.0),
    "a queue of no type": lambda: Seq(3, 3),
    "a field of no type": lambda: Record(age=3),
    "a private field": lambda: Record(_age=Nat(3)),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_bad_type_is_refused_where_it_is_written(name):
    with pytest.raises(BadValue) as caught:
        WRONG[name]()
    message(caught.value, WRONG[name])


def test_a_member_of_an_empty_sort_cannot_be_stored_but_an_array_over_it_can():
    empty = Index("parathread", 0)
    with pytest.raises(BadValue, match="empty sort parathread"):
        system(dict(at=empty))
    assert system(dict(at=Array(empty, Bool), of=Set(empty))).leaves == ()


def test_leaves_have_names_with_indices_and_paths_without():
    kind = Array(THREAD, Record(status=STATUS, queue=Seq(CLAIM, 2)))
    model = system(dict(x=Int(-1, 2), flag=Bool, at=kind))
    names = [(leaf.name, leaf.path, leaf.lo, leaf.hi, leaf.boolean) for leaf in model.leaves]
    assert names[:4] == [
        ("x", "x", -1, 2, False),
        ("flag", "flag", 0, 1, True),
        ("at[0].status", "at.status", 0, 1, False),
        ("at[0].queue.len", "at.queue.len", 0, 2, False),
    ]
    assert names[-1] == ("at[1].queue[1].retries", "at.queue.retries", 0, 3, False)
    assert len(names) == len({name for name, *_ in names}) == 2 + 2 * (1 + 1 + 2 * 2)


PLAIN = [
    (Bool, False, True),
    (Bool(), False, True),
    (Nat(3), 0, 2),
    (Int(-3, -1), -1, -2),
    (STATUS, "free", "busy"),
    (CORE, 0, 2),
    (CLAIM, dict(core=0, retries=0), dict(core=2, retries=3)),
    (Array(THREAD, Nat(1)), [0, 0], [0, 1]),
    (Set(CORE), frozenset(), frozenset({0, 2})),
    (Seq(CLAIM, 2), [], [dict(core=1, retries=1)]),
    (Array(THREAD, Set(CORE)), [frozenset(), frozenset()], [frozenset({1}), frozenset()]),
]


@pytest.mark.parametrize(("kind", "zero", "other"), PLAIN, ids=repr)
def test_plain_data_of_a_type_and_back(kind, zero, other):
    model = system(dict(v=kind))
    assert model.decode(model.zero) == {"v": zero}
    assert model.decode(model.encode({"v": other})) == {"v": other}
    assert list(kind.flatten(kind.parse(zero))) == list(kind.flatten(kind.zero()))
    assert repr(kind)


BAD_DATA = [
    (Bool, 1),
    (Nat(3), True),
    (Nat(3), 4),
    (Nat(3), -1),
    (Nat(3), 1.0),
    (Nat(3), "1"),
    (STATUS, 0),
    (STATUS, "down"),
    (CORE, 3),
    (CLAIM, dict(core=0)),
    (CLAIM, dict(core=0, retries=0, age=0)),
    (CLAIM, [0, 0]),
    (Array(THREAD, Nat(1)), [0]),
    (Array(THREAD, Nat(1)), {0, 1}),
    (Set(CORE), [1]),
    (Set(CORE), {3}),
    (Set(CORE), {True}),
    (Seq(Nat(1), 1), [0, 0]),
    (Seq(Nat(1), 1), [2]),
]


@pytest.mark.parametrize(("kind", "data"), BAD_DATA, ids=repr)
def test_data_that_is_no_value_of_the_type_is_refused_by_name(kind, data):
    with pytest.raises(BadValue, match="state variable v: ") as caught:
        system(dict(v=kind)).encode({"v": data})
    assert caught.value.where == ""  # the data has no line in a model


def test_data_with_missing_or_unknown_names_is_refused():
    model = system(dict(level=Nat(3)), Action(lambda s, c: None, c=Bool))
    with pytest.raises(UnknownName, match="'level' is missing"):
        model.encode({})
    with pytest.raises(UnknownName, match="did you mean 'level'"):
        model.encode({"levle": 3})
    with pytest.raises(UnknownName, match="choice 'c' is missing"):
        model.encode_choices(model.transitions[0], {})


def test_every_value_of_a_type_comes_once_in_lexicographic_order():
    for kind, _, _ in PLAIN:
        found = list(values(kind))
        assert found == sorted(set(found))
        model = system(dict(v=kind))
        assert all(model.encode(model.decode(v)) == v for v in found)
    assert list(values(Seq(Int(1, 2), 2))) == [
        (0, 1, 1),
        (1, 1, 1),
        (1, 2, 1),
        (2, 1, 1),
        (2, 1, 2),
        (2, 2, 1),
        (2, 2, 2),
    ]
    assert list(values(Set(THREAD))) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert len(list(values(Record(a=STATUS, b=Array(CORE, Bool))))) == 16


def test_the_members_of_an_enumeration_are_its_constants_in_order():
    free, busy = STATUS
    assert (free, busy) == (STATUS["free"], STATUS["busy"]) == (0, 1)
    assert Enum("only").high == 0


def test_a_sort_counts_its_members_and_goes_both_ways():
    assert (len(CORE), list(CORE), list(reversed(CORE))) == (3, [0, 1, 2], [2, 1, 0])
    assert [c / 2 for c in CORE] == [0, 0, 1]


def test_two_declarations_of_one_sort_are_the_same():
    def body(s):
        for c in s.each(Index("core", 3)):
            s.a[c] = s.b[c]
        s.b = s.a

    system(dict(a=Set(Index("core", 3)), b=Set(CORE)), body)
    other = Index("core", 2)
    assert not other.same(CORE)
    with pytest.raises(ModelError, match="set of core"):
        system(dict(a=Set(other), b=Set(CORE)), lambda s: setattr(s, "b", s.a))

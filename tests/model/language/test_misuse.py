"""What an author can do wrong in a body is an error when the system is built.

Each message names the author's own line and says what to write instead.
"""

import pytest
import z3

from model.language import (
    Action,
    And,
    BadValue,
    If,
    Implies,
    ModelError,
    Nat,
    Not,
    Or,
    Seq,
    Set,
    Sum,
    SymbolicTruth,
    UnknownName,
    Xor,
    count,
    exists,
    forall,
)
from tests.model.language.helpers import CORE, system
from tests.model.language.misuse import FREE, STATUS, STORAGE, TABLE, of

# Python's own control flow on terms

TRUTH_OF_A_TERM = {
    "if": lambda s: 1 if s.flag else 2,
    "if_comparison": lambda s: 1 if s.x == 1 else 2,
    "while": lambda s: [None for _ in iter(lambda: bool(s.flag), False)],
    "and": lambda s: s.flag and s.x == 1,
    "or": lambda s: s.flag or s.x == 1,
    "not": lambda s: not s.flag,
    "assert": lambda s: bool(s.x > 1),
    "chained_comparison": lambda s: 0 < s.x < 3,
    "in_a_list": lambda s: s.x in [1, 2],
    "min": lambda s: min(s.x, 2),
    "max": lambda s: max(s.x, s.y),
    "sorted": lambda s: sorted([s.x, s.y]),
    "any": lambda s: any(s.votes[c] for c in CORE),
    "all": lambda s: all([s.flag]),
}


@pytest.mark.parametrize("name", TRUTH_OF_A_TERM)
def test_the_truth_of_a_term_is_refused_with_what_to_write(name):
    of(TRUTH_OF_A_TERM[name], SymbolicTruth, "symbolic term", "s.when(", "If", "And, Or, Not")


AS_A_NUMBER = {
    "index": lambda s: TABLE[s.x],
    "range": lambda s: range(s.x),
    "slice": lambda s: TABLE[: s.x],
    "int": lambda s: int(s.x),
    "repeat": lambda s: TABLE * s.x,
}


@pytest.mark.parametrize("name", AS_A_NUMBER)
def test_a_term_as_an_index_or_size_of_python_is_refused(name):
    of(AS_A_NUMBER[name], SymbolicTruth, "index or size")


def test_a_term_in_a_python_set_or_dict_is_refused():
    of(lambda s: {1: 2}[s.x], SymbolicTruth, "key of a dict")
    of(lambda s: s.x in {1, 2}, SymbolicTruth, "member of a Python set")


def test_a_loop_over_a_term_or_a_state_value_is_refused():
    of(lambda s: list(s.x), SymbolicTruth, "loop over its sort")
    of(lambda s: list(s.core), BadValue, "loop over its index sort")
    of(lambda s: list(s.votes), BadValue, "loop over its index sort")
    of(lambda s: list(s.queue), BadValue, "loop over its index sort")


def test_membership_length_and_truth_of_state_values_say_what_to_write():
    of(lambda s: 1 in s.votes, BadValue, "set[i]")
    of(lambda s: 1 in s.line, BadValue, "queue.any")
    of(lambda s: len(s.votes), BadValue, "size()")
    of(lambda s: len(s.queue), BadValue, "queue.len")
    of(lambda s: 1 if s.core[0] else 2, BadValue, "truth of a")
    of(lambda s: 1 if s.queue else 2, BadValue, "truth of a")


# operators

ON_TERMS = {
    "floor_division": (lambda s: s.x // 2, "`//`", "`/`"),
    "floor_division_of_a_number": (lambda s: 5 // s.x, "`//`", "`/`"),
    "ampersand": (lambda s: s.flag & s.flag, "write And"),
    "bar": (lambda s: s.flag | True, "write And"),
    "bar_from_the_left": (lambda s: True | s.flag, "write And"),
    "caret": (lambda s: s.flag ^ s.flag, "Xor"),
    "tilde": (lambda s: ~s.flag, "Not"),
    "fraction": (lambda s: s.x + 0.5, "0.5"),
    "fraction_of_sizes": (lambda s: s.x > s.cfg.n / 4, "0.5", "`//`"),
    "sum_of_truth_values": (lambda s: s.flag + 1, "If(it, 1, 0)"),
    "negated_truth_value": (lambda s: -s.flag, "If(it, 1, 0)"),
    "ordered_truth_values": (lambda s: s.flag < True, "If(it, 1, 0)"),
    "truth_value_equals_number": (lambda s: s.flag == 1, "truth value compared with a number"),
    "number_equals_truth_value": (lambda s: s.x == True, "compared with a number"),  # noqa: E712
    "number_equals_text": (lambda s: s.status == "free", "'free'"),
    "number_equals_none": (lambda s: s.x == None, "None"),  # noqa: E711
    "not_of_a_number": (lambda s: Not(s.x), "Not takes a truth value"),
    "and_of_a_number": (lambda s: And(s.flag, s.x), "And takes a truth value"),
    "or_of_a_number": (lambda s: Or(s.flag, 1), "Or takes a truth value"),
    "or_of_a_view": (lambda s: Or(s.votes), "Or takes a truth value"),
    "implies_a_number": (lambda s: Implies(s.flag, s.x), "takes a truth value"),
    "xor_of_a_number": (lambda s: Xor(s.flag, s.x), "takes a truth value"),
    "if_on_a_number": (lambda s: If(s.x, 1, 2), "If takes a truth value"),
    "if_between_sorts": (lambda s: If(s.flag, 1, s.flag), "between a truth value and a number"),
    "if_between_views": (lambda s: If(s.flag, s.core[0], s.core[1]), "both must be scalars"),
    "sum_of_truths": (lambda s: Sum([s.flag]), "count"),
    "count_of_numbers": (lambda s: count(CORE, lambda c: s.core[c].age), "truth value"),
    "forall_of_numbers": (lambda s: forall(CORE, lambda c: s.core[c].age), "truth value"),
    "exists_over_a_range": (lambda s: exists(range(3), lambda _: s.flag), "an Index"),
    "forall_over_a_size": (lambda s: forall(3, lambda _: s.flag), "an Index"),
}


@pytest.mark.parametrize("name", ON_TERMS)
def test_an_operator_on_the_wrong_kind_of_value_is_refused(name):
    function, *words = ON_TERMS[name]
    of(function, BadValue, *words)


def test_a_constant_of_the_sort_is_not_divided_by_floor():
    of(lambda s: [c // 2 for c in CORE], BadValue, "`//`")


Z3S_OWN = {
    "And": lambda s: z3.And(s.flag, s.flag),
    "Or": lambda s: z3.Or(s.flag, s.x == 1),
    "Not": lambda s: z3.Not(s.flag),
    "Implies": lambda s: z3.Implies(s.flag, s.flag),
    "If": lambda s: z3.If(s.flag, 1, 2),
    "Int": lambda s: s.x + z3.Int("x"),
    "Bool": lambda s: And(s.flag, z3.Bool("flag")),
    "required": lambda s: s.require(z3.BoolVal(True), "Error"),
    "assigned": lambda s: setattr(s, "x", z3.IntVal(1)),
}


@pytest.mark.parametrize("name", Z3S_OWN)
def test_z3s_own_connectives_are_refused_with_where_ours_are(name):
    of(Z3S_OWN[name], ModelError, "model.language")


def test_a_term_beyond_63_bits_is_refused():
    big = 2**40

    def body(s):
        s.x = (s.x * big) * big

    of(body, ModelError, "63 bits")


# names

MISSPELT = {
    "variable": (lambda s: s.flga, "did you mean 'flag'"),
    "assigned_variable": (lambda s: setattr(s, "stauts", 1), "did you mean 'status'"),
    "field": (lambda s: s.core[0].stats, "did you mean 'status'"),
    "assigned_field": (lambda s: setattr(s.core[0], "aeg", 1), "did you mean 'age'"),
    "field_of_a_dict": (lambda s: s.core.__setitem__(0, dict(agee=1)), "did you mean 'age'"),
    "field_of_an_entry": (lambda s: s.queue.any(cor=1), "did you mean 'core'"),
    "field_of_a_pushed_entry": (lambda s: s.queue.push(corr=1), "did you mean 'core'"),
    "field_of_a_scalar": (lambda s: s.x.age, "single value"),
    "field_of_a_plain_entry": (lambda s: s.line.any(age=1), "single value"),
    "assigned_field_of_a_scalar": (lambda s: setattr(s.x, "age", 1), "single value"),
    "index_forgotten": (lambda s: s.core.age, "[i].age"),
    "assigned_index_forgotten": (lambda s: setattr(s.core, "age", 1), "[i].age"),
    "method_of_a_queue": (lambda s: s.queue.append(core=1), "there is all, any, count"),
    "method_of_a_set": (lambda s: s.votes.add(1), "there is size"),
    "effect": (lambda s: s.requier(s.flag, "Error"), "no state variable 'requier'"),
    "configuration": (lambda s: setattr(s, "cfg", 1), "no state variable 'cfg'"),
    "member": (lambda _: STATUS["bussy"], "did you mean 'busy'"),
}


@pytest.mark.parametrize("name", MISSPELT)
def test_a_misspelt_name_is_refused_with_what_there_is(name):
    function, *words = MISSPELT[name]
    of(function, UnknownName, *words)


def test_a_slip_of_python_is_told_with_the_authors_line():
    of(lambda s: undefined_name, ModelError, "NameError", "undefined_name")  # noqa: F821
    of(lambda s: s.require(), ModelError, "TypeError", "missing")
    of(lambda s: TABLE[7], ModelError, "IndexError")
    of(lambda s: abs(s.x), ModelError, "TypeError", "abs()")
    of(lambda s: 1 / s.cfg.none, ModelError, "ZeroDivisionError")


# assignments

WRONG_TYPE = {
    "truth_to_number": (lambda s: setattr(s, "x", s.flag), "If(it, 1, 0)"),
    "python_truth_to_number": (lambda s: setattr(s, "x", True), "If(it, 1, 0)"),
    "number_to_truth": (lambda s: setattr(s, "flag", s.x), "truth value"),
    "one_to_truth": (lambda s: setattr(s, "flag", 1), "truth value"),
    "text_to_enum": (lambda s: setattr(s, "status", "free"), "free|busy"),
    "fraction_to_number": (lambda s: setattr(s, "x", 1.0), "1.0"),
    "none_to_number": (lambda s: setattr(s, "x", None), "None"),
    "number_to_record": (lambda s: s.core.__setitem__(0, 1), "dict(status=..., age=...)"),
    "number_to_field": (lambda s: setattr(s.core[0], "status", s.flag), "free|busy"),
    "dict_to_number": (lambda s: setattr(s, "x", {}), "0..3"),
    "list_to_set": (lambda s: setattr(s, "votes", [1]), "index.set"),
    "set_of_strangers": (lambda s: setattr(s, "votes", {7}), "index.set"),
    "set_of_another_sort": (lambda s: setattr(s, "votes", s.voters), "set of thread"),
    "union_with_another_sort": (lambda s: s.votes | s.voters, "set of thread"),
    "list_too_short": (lambda s: setattr(s, "core", [{}]), "core ->"),
    "queue_to_array": (lambda s: setattr(s, "core", s.line), "core ->"),
    "list_too_long": (lambda s: setattr(s, "line", [1, 2, 3]), "at most 2"),
    "queue_of_another_type": (lambda s: setattr(s, "line", s.queue), "queue of at most 2"),
    "record_of_another_shape": (lambda s: s.core.__setitem__(0, s.queue[0]), "status"),
    "pushed_scalar": (lambda s: s.queue.push(1), "dict(core=..., age=...)"),
    "pushed_nothing": (lambda s: s.line.push(), "0..3"),
    "pushed_twice": (lambda s: s.queue.push(dict(core=1), age=1), "not both"),
    "compared_records": (lambda s: s.core[0] == FREE, "record"),
    "compared_sets": (lambda s: s.votes == 3, "set"),
    "test_that_is_none": (lambda s: s.line.any(3), "function of the entry"),
    "set_index": (lambda s: CORE.set(lambda c: s.core[c].age), "set membership"),
}


@pytest.mark.parametrize("name", WRONG_TYPE)
def test_a_value_of_the_wrong_type_is_refused(name):
    function, *words = WRONG_TYPE[name]
    of(function, BadValue, *words)


INDEX = {
    "text": lambda s: s.core["a"],
    "truth": lambda s: s.core[s.flag],
    "python_truth": lambda s: s.core[True],
    "fraction": lambda s: s.core[0.5],
    "slice": lambda s: s.core[0:1],
    "view": lambda s: s.core[s.votes],
}


@pytest.mark.parametrize("name", INDEX)
def test_an_index_is_a_number(name):
    of(INDEX[name], BadValue)


def test_a_value_that_is_not_part_of_the_state_cannot_be_changed():
    def taken(s):
        entry = s.queue.take(core=1)
        entry.age = 1

    def chosen(s, c):
        c[0] = True

    def computed(s):
        (s.votes | s.votes)[0] = True

    of(taken, ModelError, "cannot be changed")
    of(computed, ModelError, "cannot be changed")
    of(lambda s: setattr(s.queue, "len", 1), ModelError, "len")
    with pytest.raises(ModelError, match="cannot be changed"):
        system(STORAGE, Action(chosen, c=Set(CORE)))
    with pytest.raises(ModelError, match="cannot be changed"):
        system(STORAGE, Action(lambda s, c: c.push(1), c=Seq(Nat(1), 1)))

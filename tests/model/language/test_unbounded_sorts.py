"""Sorts without a size: what they mean, and what is refused and how."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import z3

from model.language import (
    Action,
    And,
    Array,
    Bool,
    If,
    Index,
    ModelError,
    Nat,
    Not,
    Record,
    Seq,
    Set,
    System,
    Xor,
    count,
    exists,
    forall,
    parameter,
)
from model.language.sorts import at_size, constants, named_apart
from model.language.terms import Term
from properties.kinds import Property


def start(_s: Any) -> None:
    """Nothing."""


# sorts without a size: what they mean


CFG = SimpleNamespace(
    core=Index("core", parameter("cores")), validator=Index("validator", parameter("validators", 1))
)


def acting(body: Any, cfg: Any = CFG, **choices: Any) -> System:
    storage = dict(
        flag=Bool,
        on=Set(cfg.core),
        age=Array(cfg.core, Nat()),
        cell=Array(cfg.core, Record(some=Bool, votes=Set(cfg.validator))),
        judge=cfg.validator,
    )
    return System("acting", cfg, storage, start, [Action(body, **choices)])


def shown(system: System, sizes: dict[str, int]) -> dict[str, str]:
    """The updates of the one action by leaf, with finitely many members."""
    with at_size(sizes):
        (action,) = system.actions
        own = system.transitions[0].choices
        state = [leaf.scalar() for leaf in system.leaves]
        taken = system.step(action, state, own, trust=True)
    return {
        leaf.name: " ".join(str(z3.simplify(update)).split())
        for leaf, update in zip(system.leaves, taken.updates, strict=True)
    }


def test_a_leaf_over_sorts_is_a_function_of_their_members() -> None:
    def idle(s: Any) -> None:
        s.flag = True

    leaves = {leaf.name: leaf for leaf in acting(idle).leaves}
    assert list(leaves) == [
        "flag",
        "on[core]",
        "age[core]",
        "cell[core].some",
        "cell[core].votes[validator]",
        "judge",
    ]
    assert leaves["cell[core].votes[validator]"].var.decl().arity() == 2


def test_a_write_to_one_entry_leaves_the_others() -> None:
    def mark(s: Any, core: Any) -> None:
        s.age[core] = s.age[core] + 1

    updates = shown(acting(mark, core=CFG.core), {})
    assert updates["age[core]"] == "If(core == ?0, 1 + age[core](core), age[core](?0))"
    assert updates["on[core]"] == "on[core](?0)"


def test_a_loop_over_all_writes_every_entry_from_its_own() -> None:
    def age_all(s: Any) -> None:
        for c in s.each(s.cfg.core):
            with s.when(s.on[c]):
                s.age[c] = s.age[c] + 1

    updates = shown(acting(age_all), {})
    assert updates["age[core]"] == "If(on[core](?0), 1 + age[core](?0), age[core](?0))"


def test_a_check_in_a_loop_is_one_of_all_members_and_what_is_undefined_of_some() -> None:
    def check_all(s: Any) -> None:
        for c in s.each(s.cfg.core):
            s.require(s.on[c], "NotOn")
            s.undefined(s.age[c] > 3, "old")
            s.within(s.age[c] < 9, "age")

    (taken,) = acting(check_all).transitions
    assert z3.is_quantifier(taken.checks[0].holds)
    assert taken.checks[0].holds.is_forall()
    assert taken.undefined[0].reached.is_exists()
    assert taken.limits[0].broken.is_exists()


def test_division_by_an_entry_is_undefined_where_some_entry_is_zero() -> None:
    def divide(s: Any) -> None:
        for c in s.each(s.cfg.core):
            s.age[c] = 7 / s.age[c]

    (taken,) = acting(divide).transitions
    (gap,) = taken.undefined
    assert gap.what == "an assignment to age: a division by zero or no such entry"
    assert gap.reached.is_exists()


def test_an_index_that_may_be_no_member_is_undefined_there() -> None:
    def write(s: Any, at: Any) -> None:
        s.on[at] = True

    (taken,) = acting(write, at=Nat()).transitions
    assert [u.what for u in taken.undefined] == ["on has no such entry"]
    (known,) = acting(lambda_named("write", "core"), core=CFG.core).transitions
    assert known.undefined == ()


def lambda_named(name: str, choice: str) -> Any:
    """An action that writes to the entry of its choice."""

    def write(s: Any, **chosen: Any) -> None:
        s.on[chosen[choice]] = True

    write.__name__ = name
    return write


def test_an_entry_that_is_read_and_may_be_no_member_is_undefined_there() -> None:
    def read(s: Any, at: Any) -> None:
        s.flag = s.on[at]

    (taken,) = acting(read, at=Nat()).transitions
    (gap,) = taken.undefined
    assert equivalent(gap.reached, z3.Int("at") >= z3.Int("cores"))


def equivalent(a: Any, b: Any) -> bool:
    """For natural numbers `at` and `cores`."""
    solver = z3.Solver()
    solver.add(a != b, z3.Int("at") >= 0, z3.Int("cores") >= 0)
    return bool(solver.check() == z3.unsat)


def test_quantifiers_are_over_the_members_and_nothing_else() -> None:
    def ask(s: Any, at: Any) -> None:
        s.require(exists(s.cfg.core, lambda c: c == at), "NoMember")
        s.require(forall(s.cfg.core, lambda c: c < at), "Member")

    (taken,) = acting(ask, at=Nat()).transitions
    one, all_of = (check.holds for check in taken.checks)
    assert equivalent(one, z3.Int("at") < z3.Int("cores"))
    assert equivalent(all_of, z3.Int("at") >= z3.Int("cores"))


def test_a_member_that_leaves_its_sort_is_a_limit() -> None:
    def move(s: Any) -> None:
        s.judge = s.judge + 1

    (taken,) = acting(move).transitions
    assert [limit.name for limit in taken.limits] == ["judge"]


def test_sets_are_compared_and_joined_member_by_member() -> None:
    def join(s: Any, core: Any) -> None:
        votes = s.cell[core].votes
        evens = s.cfg.validator.set(lambda v: v % 2 == 0)
        s.flag = And(
            votes <= (votes | evens), votes == (votes & votes), Not(votes != (votes | votes))
        )
        s.cell[core].votes = votes - evens

    updates = shown(acting(join, core=CFG.core), {"cores": 2, "validators": 3})
    assert updates["flag"] == "True"
    assert updates["cell[core].votes[validator]"].startswith("If(core == ?1, And(")


def test_quantifiers_with_sizes_go_through_the_members() -> None:
    def ask(s: Any) -> None:
        s.flag = Xor(forall(s.cfg.core, lambda c: s.on[c]), exists(s.cfg.core, lambda c: s.on[c]))

    system = acting(ask)
    assert "ForAll" in shown(system, {})["flag"]
    assert not z3.is_quantifier(system.transitions[0].updates[0])
    flat = shown(system, {"cores": 2})["flag"]
    assert "ForAll" not in flat
    assert "on[core](0)" in flat
    assert "on[core](1)" in flat


def test_names_of_quantified_members_are_kept_apart() -> None:
    def nest(s: Any) -> None:
        none = forall(s.cfg.core, lambda c: Not(s.on[c]))
        cores = s.cfg.core
        s.flag = forall(cores, lambda c: exists(cores, lambda d: And(s.on[c], s.on[d], none)))

    expr = named_apart(acting(nest).transitions[0].updates[0])
    solver = z3.Solver()
    solver.add(expr)
    text = solver.to_smt2()
    assert [text.count(f"(?core{i} Int)") for i in range(4)] == [1, 1, 1, 0]
    assert set(constants([expr])) == {"cores", "on[core]"}


def test_an_empty_set_is_assigned_as_ever() -> None:
    def clear(s: Any, core: Any) -> None:
        s.on = set()
        s.cell[core] = {}

    updates = shown(acting(clear, core=CFG.core), {})
    assert updates["on[core]"] == "False"


# sorts without a size: what is refused


def ordered(s: Any) -> None:
    for c in s.cfg.core:
        s.on[c] = True


def sized(s: Any) -> None:
    s.flag = s.on.size() > 3


def counted(s: Any) -> None:
    s.flag = count(s.cfg.core, lambda c: s.on[c]) > 3


def long(s: Any) -> None:
    s.flag = len(s.cfg.core) > 3


def elsewhere(s: Any) -> None:
    for _ in s.each(s.cfg.core):
        s.on[s.judge] = True


def everywhere(s: Any) -> None:
    for _ in s.each(s.cfg.core):
        s.flag = True


def neighbours(s: Any) -> None:
    for c in s.each(s.cfg.core):
        s.age[c] = If(c == 0, 0, s.age[c - 1])


def whole(s: Any) -> None:
    for c in s.each(s.cfg.core):
        s.on[c] = forall(s.cfg.core, lambda d: s.on[d])


def leaking(s: Any) -> None:
    last = None
    for c in s.each(s.cfg.core):
        last = s.on[c]
    s.flag = last


def left_early(s: Any) -> None:
    for c in s.each(s.cfg.core):
        s.on[c] = True
        break


def listed(s: Any) -> None:
    s.age = [1, 2]


def some_members(s: Any) -> None:
    s.on = {1, 2}


def stranger(s: Any) -> None:
    s.flag = s.judge == parameter("unheard_of")


def told(s: Any) -> None:
    s.flag = bool(s.on[0])


REFUSED = {
    ordered: "an ordered loop over core, a sort without a size; write `for x in s.each",
    sized: "a size over core, a sort without a size; state it with a quorum that is assumed",
    counted: "count over core, a sort without a size; state it with a quorum that is assumed",
    long: r"len\(\) over core, a sort without a size; write the number itself",
    elsewhere: "'on' is written at another entry than the body's own core",
    everywhere: "'flag' is written at another entry than the body's own core",
    neighbours: "'age' is read at an entry that another core may write",
    whole: "'on' is read at an entry that another core may write",
    leaking: "a member of core is used outside the loop or quantifier it belongs to",
    left_early: "an `each` loop was left early",
    listed: r"\[1, 2\] where a core -> 0\.\. is expected",
    some_members: r"where a set of core is expected; write index\.set",
    stranger: "'unheard_of' is no parameter of the configuration",
    told: "on the symbolic term",
}


@pytest.mark.parametrize("body", REFUSED, ids=lambda body: body.__name__)
def test_what_a_sort_without_a_size_cannot_do_is_refused(body: Any) -> None:
    with pytest.raises(ModelError, match=REFUSED[body]) as refusal:
        acting(body)
    assert "test_unbounded_sorts.py" in str(refusal.value)


def test_a_queue_needs_a_capacity() -> None:
    with pytest.raises(ModelError, match="a queue without a capacity; give it a number"):
        Seq(Nat(1), parameter("places"))  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [-1, Term(z3.Int("n"), (-1, 5)), Term(z3.Bool("b"), None)])
def test_a_size_is_a_number_that_is_never_negative(number: Any) -> None:
    with pytest.raises(ModelError, match="write Index"):
        Index("core", number)


def test_a_parameter_and_a_variable_have_different_names() -> None:
    cfg = SimpleNamespace(total=parameter("total"))
    with pytest.raises(ModelError, match="the parameter 'total' is also a state variable"):
        System("numbers", cfg, dict(total=Nat()), start, [Action(start_again)])


def start_again(s: Any) -> None:
    s.total = 0


def test_a_parameter_and_a_choice_have_different_names() -> None:
    with pytest.raises(ModelError, match="the choice 'cores' of write is also a parameter"):
        acting(lambda_named("write", "cores"), cores=CFG.core)


def test_a_parameter_has_one_range() -> None:
    cfg = SimpleNamespace(a=parameter("n"), b=parameter("n", 1))
    with pytest.raises(ModelError, match="'n' is declared with two ranges"):
        System("numbers", cfg, dict(total=Nat()), start, [Action(start_again)])


@pytest.mark.parametrize("arguments", [("a b",), ("n", 0.5), (3,)])
def test_a_parameter_needs_a_name_and_a_least_value(arguments: Any) -> None:
    with pytest.raises(ModelError, match="write parameter"):
        parameter(*arguments)


def test_plain_values_cannot_run_a_sort_without_a_size() -> None:
    system = acting(ordered_not)
    with pytest.raises(ModelError, match=r"on\[core\] is unbounded: only"):
        system.run(system.transitions[0], system.zero, ())


def ordered_not(s: Any) -> None:
    for c in s.each(s.cfg.core):
        s.on[c] = True


def test_a_member_does_not_outlive_a_quantifier_in_a_property() -> None:
    kept: list[Any] = []

    def body(s: Any) -> Any:
        exists(s.cfg.core, lambda c: kept.append(s.on[c]) or s.on[c])
        return kept[0]

    system = acting(ordered_not)
    leak = Property("invariant", "leak", "", "A leak.", body)
    with pytest.raises(ModelError, match="leak: a member of core is used outside"):
        system.truth_of(leak, [leaf.scalar() for leaf in system.leaves])


@pytest.mark.parametrize(
    "other",
    [Index("core", parameter("cores")), Index("core", parameter("others")), Index("core", 3)],
)
def test_sorts_are_the_same_by_name_and_number_of_members(other: Index) -> None:
    assert CFG.core.same(other) == (str(other.n) == str(CFG.core.n))

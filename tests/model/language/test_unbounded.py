"""Numbers without bound: what they mean, and which engines refuse them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import z3

from checker.explicit.explore import explore
from checker.smt.unroll import Unrolling
from model.language import (
    Action,
    Bool,
    EvaluationError,
    Int,
    Max,
    Min,
    ModelError,
    Nat,
    System,
    parameter,
)
from model.language import interval as iv
from model.language import system as systems
from model.language.plain import UNDEFINED, Num
from model.language.terms import Term
from properties.kinds import invariant

ENDS = (-math.inf, -7, -2, -1, 0, 1, 3, 8, math.inf)
INTERVALS = [(a, b) for a, b in itertools.product(ENDS, ENDS) if a <= b and a < math.inf > -b]
FAR = 40


def inside(bounds: Any) -> list[int]:
    """Some numbers of an interval, its ends among them."""
    low, high = max(bounds[0], -FAR), min(bounds[1], FAR)
    return sorted({low, high, (low + high) // 2, *(n for n in (-1, 0, 1) if low <= n <= high)})


# intervals


OPERATORS: dict[str, tuple[Any, Callable[[int, int], int]]] = {
    "add": (iv.add, lambda x, y: x + y),
    "multiply": (iv.multiply, lambda x, y: x * y),
    "union": (iv.union, lambda x, _y: x),
    "larger": (iv.larger, max),
    "divide": (iv.divide, lambda x, y: iv.euclidean(x, y)[0]),
    "modulo": (iv.modulo, lambda x, y: iv.euclidean(x, y)[1]),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_infinite_intervals_contain_every_result(name: str) -> None:
    bounds, exact = OPERATORS[name]
    for a, b in itertools.product(INTERVALS, INTERVALS):
        low, high = bounds(a, b)
        assert low <= high  # never NaN, which is in no order
        for x, y in itertools.product(inside(a), inside(b)):
            if y or name not in {"divide", "modulo"}:
                assert low <= exact(x, y) <= high


def test_quotients_by_ever_larger_numbers_are_exact() -> None:
    assert iv.divide((-3, -3), (2, math.inf)) == (-2, -1)
    assert iv.divide((-3, -3), (-math.inf, -2)) == (1, 2)
    assert iv.divide((5, 9), (2, math.inf)) == (0, 4)


def test_large_numbers_meet_infinity_exactly() -> None:
    huge = 10**400
    assert iv.add((huge, math.inf), (huge, huge)) == (2 * huge, math.inf)
    assert iv.multiply((-huge, huge), (0, math.inf)) == (-math.inf, math.inf)
    assert iv.multiply((0, 0), (-math.inf, math.inf)) == (0, 0)


# numbers without bound


def start(_s: Any) -> None:
    """Nothing."""


def numbers(**kinds: Any) -> System:
    def grow(s: Any, by: Any) -> None:
        s.total = s.total + by

    by = kinds.pop("by", Nat(3))
    return System("numbers", None, dict(total=Nat(), **kinds), start, [Action(grow, by=by)])


def test_bounded_terms_may_not_leave_63_bits_and_unbounded_ones_may() -> None:
    bounded = Term(z3.Int("x"), (0, 2**40))
    with pytest.raises(ModelError, match="a term may leave 63 bits"):
        _ = bounded * bounded
    unbounded = Term(z3.Int("x"), (0, math.inf))
    assert (unbounded * unbounded * 2**50 * 2**50).range == (0, math.inf)


def test_a_number_without_bound_has_no_limit_above() -> None:
    (taken,) = numbers().transitions
    assert taken.limits == ()
    assert [str(u) for u in taken.updates] == ["total + by"]


def test_a_number_without_bound_has_its_limit_below() -> None:
    def sink(s: Any) -> None:
        s.total = s.total - 1

    system = System("sinking", None, dict(total=Nat()), start, [Action(sink)])
    (limit,) = system.transitions[0].limits
    solver = z3.Solver()
    solver.add(limit.broken != (z3.Int("total") <= 0), z3.Int("total") >= 0)
    assert solver.check() == z3.unsat


def test_plain_values_of_any_size_run() -> None:
    system = numbers()
    assert system.run(system.transitions[0], (10**30,), (2,)).state == (10**30 + 2,)
    assert system.decode((10**30,)) == {"total": 10**30}
    assert system.encode({"total": 10**30}) == (10**30,)


@pytest.mark.parametrize("kind", [Nat(), Int(), Int(high=3), Int(low=-2)])
def test_a_type_without_bound_names_its_ends(kind: Int) -> None:
    assert str(kind) in {"0..", "an integer", "..3", "-2.."}
    assert int(kind.zero()) == 0


def test_the_zero_is_the_nearest_number_to_nothing() -> None:
    assert Int(low=5).zero() == 5
    assert Int(high=-5).zero() == -5


@pytest.mark.parametrize("ends", [(math.inf, 3), (0, -math.inf), (0.5, 3), (True, 3)])
def test_other_ends_are_refused(ends: Any) -> None:
    with pytest.raises(ModelError, match="the bounds are integers, low first"):
        Int(*ends)


ONLY = "only `parascope prove --engine parametric` can settle it; give it a bound for this engine"


@pytest.mark.parametrize(
    ("name", "engine"),
    [
        ("total", lambda system: explore(system, [])),
        ("total", Unrolling),
        ("total", lambda system: system.leaves[0].hi),
    ],
)
def test_a_finite_engine_refuses_a_number_without_bound(name: str, engine: Any) -> None:
    with pytest.raises(ModelError) as refusal:
        engine(numbers())
    assert str(refusal.value) == f"{name} is unbounded: {ONLY}"
    assert refusal.value.exit_code == 150


def test_a_finite_engine_refuses_a_choice_without_bound() -> None:
    def pick(s: Any, any_number: Any) -> None:
        s.flag = any_number > 3

    system = System("picking", None, dict(flag=Bool), start, [Action(pick, any_number=Nat())])
    with pytest.raises(ModelError, match="any_number is unbounded: only"):
        explore(system, [])
    with pytest.raises(ModelError, match=r"0\.\. is unbounded: only"):
        list(system.choices(system.transitions[0]))


def test_a_finite_engine_refuses_a_parameter() -> None:
    def follow(s: Any) -> None:
        s.flag = s.cfg.period > 3

    cfg = SimpleNamespace(period=parameter("period"))
    with pytest.raises(ModelError, match="period is unbounded: only"):
        explore(System("following", cfg, dict(flag=Bool), start, [Action(follow)]), [])


def test_a_solver_that_cannot_tell_is_no_proof_of_a_value(monkeypatch: Any) -> None:
    monkeypatch.setattr(systems, "_PATIENCE", 1)

    @invariant("")
    def no_three_cubes_sum_to_114(s: Any) -> Any:
        """A division by what may be zero."""
        cubes = s.x * s.x * s.x + s.y * s.y * s.y + s.z * s.z * s.z
        return 1 / (cubes - 114) < 2

    system = numbers(x=Int(), y=Int(), z=Int())
    with pytest.raises(EvaluationError, match=r"declared ranges \(z3 cannot tell: .+\); guard it"):
        system.term(no_three_cubes_sum_to_114)


# Max and Min


def test_the_larger_and_the_smaller_of_plain_numbers_stay_plain() -> None:
    for a, b in itertools.product(range(-3, 4), repeat=2):
        assert (Max(a, b), Min(a, b)) == (max(a, b), min(a, b))
        assert type(Max(a, b)) is type(Min(a, b)) is Num
    assert Max(UNDEFINED, 1) is UNDEFINED is Min(1, UNDEFINED)


def test_the_larger_and_the_smaller_of_terms() -> None:
    x, y = Term(z3.Int("x"), (0, 9)), Term(z3.Int("y"), (3, math.inf))
    assert (Max(x, y).range, Min(x, y).range) == ((3, math.inf), (0, 9))
    for a, b in itertools.product(range(10), range(3, 12)):
        values = (x.expr, z3.IntVal(a)), (y.expr, z3.IntVal(b))
        found = [z3.simplify(z3.substitute(m(x, y).expr, *values)) for m in (Max, Min)]
        assert [n.as_long() for n in found] == [max(a, b), min(a, b)]

"""The engine for theorems: what it proves is true, what it refutes falls by the least numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.finite import holds, tried
from checker.smt.theorem import prove
from checker.verdict import Word
from model.language import And, Bool, If, Implies, Index, Int, Nat, Or, Set, forall
from properties.theorem import Claim, assumption, measure, of_system, theorem

SECONDS = 20.0


@assumption()
def few_faults(n, f):
    """Fewer than a third are faulty."""
    return 3 * f < n


@assumption()
def somebody(n):
    """There is somebody."""
    return n > 0


OVER = dict(n=Nat(), f=Nat(), a=Nat(), b=Nat())


@theorem("§1.10.3", item=8, subject="toy", over=OVER, given=[somebody, few_faults])
def large_quorums_meet(n, f, a, b):
    """Two sets of more than two thirds share more members than are faulty."""
    return Implies(And(3 * a > 2 * n, 3 * b > 2 * n), a + b - n > f)


def test_a_true_claim_is_proved_from_the_assumptions_it_needs():
    proof = prove(large_quorums_meet, SECONDS)
    assert proof.word is Word.PROVED
    assert proof.core == ("few_faults",)
    assert proof.agreed


def test_without_a_premise_the_least_numbers_refute_it():
    proof = prove(replace(large_quorums_meet, given=(somebody,)), SECONDS)
    assert proof.word is Word.VIOLATED
    assert proof.counterexample is not None
    least = min(sum(v for v in c.values()) for c in _refuting(large_quorums_meet))
    assert sum(proof.counterexample.values()) == least
    assert proof.agreed


def _refuting(claim: Claim, most: int = 4):
    for n in range(1, most):
        for f in range(most):
            for a in range(most):
                for b in range(most):
                    numbers = dict(n=n, f=f, a=a, b=b)
                    if not holds(claim, numbers):
                        yield numbers


def test_a_counterexample_beyond_the_small_numbers_is_found_and_least():
    @theorem("§1.10.3", item=8, subject="toy", over=dict(x=Nat(), y=Int()), small=3)
    def small_products(x, y):
        """No square is 49 more than nothing."""
        return Or(x * x != 49, y + 5 != 0)

    proof = prove(small_products, SECONDS)
    assert proof.word is Word.VIOLATED
    assert proof.counterexample == dict(x=7, y=-5)
    assert "smallest counterexample: x = 7, y = -5" in proof.remarks


def test_what_has_no_value_is_not_proved():
    @theorem("§1.10.3", item=8, subject="toy", over=dict(x=Nat(), y=Nat()))
    def quotients_are_small(x, y):
        """A quotient is at most what was divided."""
        return x / y <= x

    proof = prove(quotients_are_small, SECONDS)
    assert proof.word is Word.VIOLATED
    assert proof.counterexample == dict(x=0, y=0)
    guarded = replace(quotients_are_small, function=lambda x, y: If(y > 0, x / y <= x, True))
    assert prove(guarded, SECONDS).word is Word.PROVED


def test_a_premise_without_a_value_does_not_hold():
    @assumption()
    def a_share_is_one(x, y):
        """x over y is 1."""
        return x / y == 1

    @theorem("§1.10.3", item=8, subject="toy", over=dict(x=Nat(), y=Nat()), given=[a_share_is_one])
    def the_divisor_is_positive(y):
        """The divisor is positive."""
        return y > 0

    assert prove(the_divisor_is_positive, SECONDS).word is Word.PROVED


def test_contradicting_premises_are_an_error():
    @assumption()
    def nobody(n):
        """There is nobody."""
        return n == 0

    proof = prove(replace(large_quorums_meet, given=(somebody, nobody)), SECONDS)
    assert proof.word is Word.ERROR
    assert "satisfies the premises" in proof.detail


def test_a_case_that_never_occurs_is_vacuous():
    never = replace(large_quorums_meet, function=lambda n, a: Implies(And(a > n, a < n), a == 7))
    assert prove(never, SECONDS).word is Word.VACUOUS


def test_a_wrong_step_proves_nothing():
    def no_one_is_faulty(f):
        """Nobody is faulty."""
        return f == 0

    @theorem(
        "§1.10.3", item=8, subject="toy", over=OVER, given=[few_faults], steps=[no_one_is_faulty]
    )
    def quorums_meet_by_a_wrong_step(n, f, a, b):
        """Two sets of more than two thirds share more members than are faulty."""
        return Implies(And(3 * a > 2 * n, 3 * b > 2 * n), a + b - n > f)

    proof = prove(quorums_meet_by_a_wrong_step, SECONDS)
    assert proof.word is Word.UNDETERMINED
    assert "no_one_is_faulty" in proof.detail


def test_a_hard_query_is_undetermined_and_says_why():
    @theorem("§1.10.3", item=8, subject="toy", over=dict(x=Nat(), y=Nat(), z=Nat()), small=2)
    def no_sum_of_cubes(x, y, z):
        """No cube is the sum of two cubes of positive numbers."""
        x, y = x + 1, y + 1
        return x * x * x + y * y * y != z * z * z

    proof = prove(no_sum_of_cubes, 0.5, second=False)
    assert proof.word is Word.UNDETERMINED
    assert proof.detail.startswith("solver")


def _quorums(n: int):
    validator = Index("validator", n)

    def meet(a, b):
        both = a & b
        return Implies(And(3 * a.size() > 2 * n, 3 * b.size() > 2 * n), 3 * both.size() > n)

    return dict(a=Set(validator), b=Set(validator)), meet


def test_the_sets_that_are_counted_are_tried():
    proof = prove(replace(large_quorums_meet, concrete=_quorums, checked=3), SECONDS)
    assert proof.text == "proved(abstract counts, checked n<=3)"


def test_sets_that_contradict_the_counts_are_an_error():
    def disjoint(n: int):
        validator = Index("validator", n)
        return dict(a=Set(validator)), lambda a: forall(validator, lambda v: a[v])

    proof = prove(replace(large_quorums_meet, concrete=disjoint), SECONDS)
    assert proof.word is Word.ERROR
    assert "refuted on sets" in proof.detail


def test_truth_values_are_numbers_too():
    @theorem("§1.10.3", item=8, subject="toy", over=dict(p=Bool, n=Nat()))
    def a_choice_is_made(p, n):
        """Either way the number is what it was."""
        return If(p, n, n) == n

    assert prove(a_choice_is_made, SECONDS).word is Word.PROVED
    wrong = replace(a_choice_is_made, function=lambda p: p)
    assert prove(wrong, SECONDS).counterexample == dict(p=False, n=0)


def test_a_measure_is_counted_as_well():
    from fractions import Fraction

    @measure(
        "§1.9.3",
        item=19,
        subject="toy",
        counted=lambda n: Fraction(sum(1 for i in range(n) if i % 2), n),
        table=[dict(n=3)],
        small=[dict(n=1), dict(n=2), dict(n=5)],
    )
    def odd_ones(n):
        """The share of odd numbers below n."""
        return Fraction(n // 2, n)

    assert prove(odd_ones).text == "measured(1/3)"
    wrong = replace(odd_ones, formula=lambda n: Fraction(n + 1, 2 * n))
    assert prove(wrong).word is Word.ERROR


def test_finite_cases_leave_out_the_largest_numbers_when_there_are_too_many():
    many = dict.fromkeys("uvwxyz", Nat())

    @theorem("§1.10.3", item=8, subject="toy", over=many, small=50)
    def sums_are_natural(u, v, w, x, y, z):
        """A sum of natural numbers is one."""
        return u + v + w + x + y + z >= 0

    found = tried(sums_are_natural)
    assert found.holds
    assert 1_000 < found.cases <= 300_000


def test_names_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="asks for 'm'"):
        theorem("§1.10.3", item=8, subject="toy", over=OVER)(_asks_for_m)


def _asks_for_m(m):
    """A sentence."""
    return m > 0


def test_only_invariants_and_steps_are_proved_by_induction():
    from properties.kinds import reachable

    @reachable("§1.10.3")
    def goal(s):
        """A goal."""
        return s.x > 0

    with pytest.raises(ValueError, match="reachable"):
        of_system("t", item=1, subject="toy", system=lambda _: None, goal=goal, small=[{}])

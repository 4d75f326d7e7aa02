"""Obligations: what z3 and cvc5 answer, what they need, and the text that carries them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.smt import obligations
from checker.smt.canonical import NotStandard
from checker.smt.certificate import body, obligations_digest, question
from checker.smt.obligations import Obligation, Part, minimal_core, second_opinion, settle

ROOT = Path(__file__).resolve().parents[3]
X, Y, Z = z3.Ints("x y z")
P, Q = z3.Bools("p q")
A, B = z3.BitVecs("a b", 5)
F = z3.Function("f", z3.IntSort(), z3.IntSort())
I = z3.Int("i")  # noqa: E741 - bound below


def obligation(*terms, expected="unsat"):
    parts = tuple(Part(f"given {i}", term) for i, term in enumerate(terms))
    return Obligation("an obligation", "claim", parts, expected)


# z3


def test_a_core_has_the_labels_that_contradict():
    answer = settle(obligation(X > Y, X > 7, Y > X), 10)
    assert (answer.status, answer.core) == ("unsat", ("given 0", "given 2"))


def test_a_model_satisfies_every_part():
    asked = obligation(X * Y == 6, X > 1, Y > 1, expected="sat")
    answer = settle(asked, 10)
    assert answer.status == "sat"
    assert all(z3.is_true(answer.model.eval(p.term)) for p in asked.parts)


@pytest.mark.parametrize(
    "terms",
    [
        [z3.ULT(A, 3), z3.UGT(A, 5)],
        [z3.ForAll([I], F(I) > I), F(3) < 2],
        [X * Y == 6, X > 2, Y > 2],
        [X % 3 + 3 * (X / 3) != X],
        [z3.Not(z3.Implies(z3.And(P, Q), P))],
    ],
)
def test_both_solvers_refute(terms):
    asked = obligation(*terms)
    assert settle(asked, 20).status == "unsat"
    assert second_opinion(asked, 20).status == "unsat"


def test_no_answer_is_unknown_with_a_reason():
    cubes = obligation(X * X * X + Y * Y * Y == Z * Z * Z, X > 0, Y > 0)
    for answer in (settle(cubes, 0.4), second_opinion(cubes, 0.4)):
        assert answer.status == "unknown"
        assert answer.reason


def test_an_interrupt_that_z3_swallows_is_raised():
    with pytest.raises(KeyboardInterrupt):
        obligations.why("interrupted from keyboard")


def test_a_minimal_core_has_nothing_superfluous():
    asked = obligation(X > 0, Y > 0, X > Y, Y > X + 1, Z == 1)
    assert minimal_core(asked, lambda _label: True, 10) == ("given 2", "given 3")
    kept = minimal_core(asked, lambda label: label != "given 4", 10)
    assert kept == ("given 2", "given 3", "given 4")


def test_what_is_satisfiable_has_no_core():
    assert minimal_core(obligation(X > 0), lambda _label: True, 10) == ()


# the text


@pytest.mark.parametrize(
    "term",
    [
        z3.BVMulNoOverflow(A, B, signed=True),
        z3.BVMulNoOverflow(A, B, signed=False),
        z3.BVMulNoUnderflow(A, B),
        z3.simplify(z3.UDiv(A, B)) > A,
        z3.simplify(A / B) > z3.simplify(z3.SRem(A, B)),
        z3.Concat(A, B, A) == z3.ZeroExt(5, z3.SignExt(5, A)),
        z3.Extract(3, 1, A) == z3.Extract(2, 0, z3.RepeatBitVec(2, B)),
        A + B + A - B == ~(A ^ B),
        z3.AtMost(P, Q, P, 1),
        z3.AtLeast(P, Q, 1),
        z3.PbLe([(P, 2), (Q, -3)], -1),
        z3.PbEq([(P, 2), (Q, 3)], 3),
        z3.Distinct(X, Y, Z),
        z3.Xor(P, Q),
        z3.If(P, X, -Y) >= -3,
        X / Y + X % Z == 3,
        z3.ForAll([I], z3.Implies(F(I) > X, z3.Exists([X], z3.And(F(X) > I, F(X) + F(X) > F(I))))),
    ],
    ids=lambda term: term.sexpr()[:30],
)
def test_the_text_means_what_the_term_means(term):
    """z3 reads it back as an equivalent condition."""
    solver = z3.Solver()
    solver.from_string(question(obligation(term)).script)
    again = z3.And(solver.assertions())
    other = z3.Solver()
    other.set("timeout", 20_000)
    other.add(z3.Xor(again, term))
    assert other.check() == z3.unsat


@pytest.mark.parametrize(
    "term",
    [
        z3.Real("r") > 0,
        z3.Store(z3.Array("m", z3.IntSort(), z3.IntSort()), 1, 2)[X] == 3,
        z3.BV2Int(A) > X,
        z3.Lambda([I], I + 1)[X] == 3,
        X**Y == 3,
    ],
    ids=lambda term: term.sexpr()[:20],
)
def test_what_the_standard_has_no_words_for_is_refused(term):
    with pytest.raises(NotStandard):
        question(obligation(term))


@pytest.mark.parametrize(
    ("terms", "logic"),
    [
        ([X > 3 * Y], "QF_LIA"),
        ([X % 3 > Y], "QF_LIA"),
        ([X * Y > 3], "QF_NIA"),
        ([3 % X > 3], "QF_NIA"),
        ([F(X) > 3], "QF_UFLIA"),
        ([z3.ForAll([I], F(I) > 0)], "UFLIA"),
        ([z3.ULT(A, B)], "QF_BV"),
        ([P], "QF_UF"),
        ([z3.ULT(A, B), X > 3], "ALL"),
    ],
)
def test_the_logic_is_the_narrowest(terms, logic):
    assert question(obligation(*terms)).script.startswith(f"(set-logic {logic})\n")


def test_odd_names_stay_apart():
    names = ["x", "and", "|", "\\", "A[0].kind@0", "\u00a7", "", "?1", "let", "a b", "bv3", "x!"]
    terms = [z3.Int(name) == i for i, name in enumerate(names)]
    terms += [z3.Bool("x"), z3.ForAll([z3.Int("x")], F(z3.Int("x")) == z3.Int("x"))]
    asked = obligation(*terms, expected="sat")
    assert second_opinion(asked, 2).status in {"sat", "unknown"}
    solver = z3.Solver()
    solver.from_string(question(asked).script)
    assert len(solver.assertions()) == len(terms)
    assert solver.check() == z3.sat
    assert settle(asked, 10).status == "sat"


def test_labels_are_unique_and_come_back():
    twice = Obligation("n", "claim", (Part("model", X > 0), Part("model", X < 0)), "unsat")
    assert question(twice).labels == ("model", "model")
    assert second_opinion(twice, 10).status == "unsat"


def test_deep_terms_are_neither_deep_nor_long_in_text():
    term = X
    for i in range(3000):
        term = z3.If(term > i, term - Y, term + term)
    text = body([obligation(term == Z, term != Z)])
    assert max(map(len, text.splitlines())) < 3000
    assert len(text) < 500_000


NOISE = """
import sys, z3
kept = [z3.simplify(z3.Bool(f"n{i}") == (z3.Int("m") > i)) for i in range(int(sys.argv[1]))]
kept += [z3.Int(n) for n in reversed("xyz" * int(sys.argv[2]))]
from checker.smt.certificate import obligations_digest
from checker.smt.obligations import Obligation, Part
x, y, z = (z3.Int(n) for n in "xyz")
term = z3.simplify(z3.Or(x == y, z == x, z3.And(y == z, x + z == y + 1), z3.Not(x > z)))
print(obligations_digest([Obligation("n", "claim", (Part("a", term), Part("b", y == x)), "unsat")]))
"""


def test_the_text_is_the_same_in_every_process():
    digests = set()
    for noise in (["0", "0"], ["7", "0"], ["500", "1"]):
        command = [sys.executable, "-c", NOISE, *noise]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        digests.add(done.stdout)
    assert len(digests) == 1


def test_another_formula_has_another_digest():
    one, other = obligation(3 * X < Y), obligation(3 * X <= Y)
    assert obligations_digest([one]) != obligations_digest([other])
    assert obligations_digest([obligation(X < Y)]) != obligations_digest([obligation(Y < X)])


# two solvers on random obligations


def integers(draw, depth, *, products):
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from([X, Y, Z, z3.IntVal(draw(st.integers(-4, 4)))]))
    left = integers(draw, depth - 1, products=products)
    right = integers(draw, depth - 1, products=products)
    number = draw(st.integers(1, 4))
    made = [left + right, left - right, number * left, left % number, left / -number]
    made += [left * right, left % right, z3.If(left > right, left, right)] if products else []
    return draw(st.sampled_from(made))


def bits(draw, depth):
    if depth == 0:
        return draw(st.sampled_from([A, B, z3.BitVecVal(draw(st.integers(0, 31)), 5)]))
    left, right = bits(draw, depth - 1), bits(draw, depth - 1)
    made = [left + right, left * right, left - right, left & right, left | right, ~left]
    made += [z3.UDiv(left, right), z3.URem(left, right), left / right, z3.SRem(left, right)]
    made += [left % right, left << right, left >> right, z3.LShR(left, right)]
    return draw(st.sampled_from(made))


@st.composite
def conditions(draw, theory):
    if theory == "BV":
        left, right = bits(draw, 2), bits(draw, 2)
        made = [left == right, z3.ULT(left, right), left <= right]
        return z3.simplify(draw(st.sampled_from(made)))
    if theory == "UF":
        inner = integers(draw, 1, products=False)
        bound = draw(st.sampled_from([F(I) > I, F(I) == F(I + 1), z3.Implies(I > X, F(I) < Y)]))
        quantified = draw(st.sampled_from([z3.ForAll([I], bound), z3.Exists([I], bound)]))
        return draw(st.sampled_from([F(inner) > X, F(Y) == inner, quantified, z3.Not(quantified)]))
    left = integers(draw, 2, products=theory == "NIA")
    right = integers(draw, 2, products=theory == "NIA")
    return draw(st.sampled_from([left == right, left < right, left >= right, left != right]))


SETTLED: dict[str, set[str]] = {}


@pytest.mark.parametrize("theory", ["LIA", "NIA", "BV", "UF"])
def test_two_solvers_never_contradict(theory):
    SETTLED[theory] = set()

    @settings(max_examples=40)
    @given(st.lists(conditions(theory), min_size=2, max_size=7))
    def compare(terms):
        asked = obligation(*terms)
        first, second = settle(asked, 0.3), second_opinion(asked, 0.3)
        assert second.status in {"sat", "unsat", "unknown"}, second.reason
        if "unknown" not in {first.status, second.status}:
            assert first.status == second.status
            SETTLED[theory].add(first.status)

    compare()
    assert SETTLED[theory] == {"sat", "unsat"}  # it compared answers of both kinds

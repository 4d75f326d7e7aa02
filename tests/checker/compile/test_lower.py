"""Every operator of the lowering against z3's own evaluation, on random values."""

from __future__ import annotations

import random

import numpy as np
import pytest
import z3

from checker.compile import emit
from checker.compile.convert import Converter
from checker.compile.errors import CompileError
from checker.compile.lower import lower
from checker.compile.nodes import Graph
from checker.explicit import graph
from checker.explicit.engine import Engine
from checker.explicit.levels import PAD
from tests.checker.compile import toy

X, Y, Z = z3.Ints("x y z")
A, B = z3.Bools("a b")
LEAVES = (
    toy.Leaf("x", -9, 23),
    toy.Leaf("y", -7, 6),
    toy.Leaf("z", 0, 200),
    toy.Leaf("a", 0, 1, boolean=True),
    toy.Leaf("b", 0, 1, boolean=True),
)

INTEGERS = {
    "add": X + Y + Z + 3,
    "sub": X - Y - Z,
    "sub flat": z3.IntVal(4) - X,
    "minus": -X + 2,
    "mul": X * Y,
    "mul constants": X * -3 + 5 * Z,
    "product of three": X * Y * Z,
    "ite": z3.If(X < Y, Z, X - 5),
    "nested ite": z3.If(A, z3.If(B, X, Y), z3.If(X > 3, Z, z3.IntVal(-4))),
    **{f"div {n}": X / n for n in (1, 2, 3, 4, 7, 10, -1, -2, -3, -8, 1000)},
    **{f"mod {n}": X % n for n in (1, 2, 3, 4, 7, 10, 1000)},
    "div large": (X * 1000003 + Z * 77777) / 12347,
    "mod large": (X * 1000003 - Z * 77777) % 12347,
    "mod huge": (X * 10**15 + Z) % (10**12 + 39),
    "div huge": (X * 10**15 + Z) / (10**12 + 39),
    "div by variable": z3.If(Y != 0, X / Y, 99),
    "mod by variable": z3.If(Y != 0, X % Y, 99),
    "div by large variable": z3.If(Y != 0, (X * 10**12) / (Y * 10**9 + 1), 99),
    "mod by large variable": (X * 10**12) % (Y * 10**9 + 1),
    "dividend of one sign": z3.If(Y != 0, Z / Y + 10 * (Z % Y), 0),
    "sum of bits": z3.Sum([z3.If(c, 1, 0) for c in (A, B, X > 3, Y == Z)]),
}

BOOLEANS = {
    "and": z3.And(A, X < 3, Y >= 0),
    "or": z3.Or(A, X < 3, z3.Not(B)),
    "not": z3.Not(z3.And(A, B)),
    "implies": z3.Implies(A, X > Y),
    "xor": z3.Xor(A, X > Y),
    "iff": (X > Y) == A,
    "iff constants": z3.And(z3.BoolVal(True) == A, z3.BoolVal(False) == B),
    "distinct": z3.Distinct(X, Y, Z, z3.IntVal(3)),
    "distinct two": X != Y,
    "eq": X == Y + 3,
    "le": X <= Y,
    "lt": X < Z,
    "ge": X >= Y,
    "gt": Z > X * Y,
    "ite": z3.If(A, B, X < 2),
    "ite constant": z3.If(A, z3.BoolVal(True), B),
    "ite compared": z3.If(A, z3.IntVal(1), z3.If(B, z3.IntVal(2), X)) == 2,
    "complement": z3.Or(A, z3.Not(A)),
    "decided by ranges": z3.And(X < 24, Z > -1, z3.Or(Y > 6, B)),
}


def states(count, seed):
    rng = random.Random(seed)
    edge = [(x.lo, x.hi) for x in LEAVES]
    found = [tuple(rng.choice(e) for e in edge) for _ in range(count // 4)]
    found += [tuple(rng.randint(x.lo, x.hi) for x in LEAVES) for _ in range(count - len(found))]
    return found


def compiled(term, given, lanes):
    """Values of a term in the given states, by compiled code."""
    node = Converter(Graph(), {x.name: g for x, g in zip(LEAVES, leaf_nodes(), strict=True)}).node(
        term, "test"
    )
    result = toy.Leaf("r", node.lo, node.hi, boolean=node.boolean)
    leaves = (*LEAVES, result)
    system = toy.Toy(leaves, (toy.action(leaves, "go", {"r": term}),), toy.start(leaves))
    engine = Engine(system, [], lanes=lanes)
    packed = [engine.layout.pack((*s, node.lo)) for s in given]
    array = np.zeros((engine.layout.words, len(packed) + PAD), np.uint64)
    array[:, : len(packed)] = np.array(packed, np.uint64).T
    engine.place_source(array)
    assert graph.expand(engine.walk, engine.functions, 0, 0, len(packed)) == len(packed)
    assert engine.walk[graph.FILLED] == len(packed)
    values = engine.layout.unpack_array(engine.out[:, : len(packed)])
    assert [tuple(v[:-1]) for v in values.tolist()] == given
    return values[:, -1].tolist()


def leaf_nodes():
    nodes = Graph()
    return [nodes.variable("leaf", i, x) for i, x in enumerate(LEAVES)]


def by_z3(term, given):
    result = []
    for state in given:
        pairs = [(x.var, x.constant(v)) for x, v in zip(LEAVES, state, strict=True)]
        result.append(toy.number(z3.substitute(term, *pairs)))
    return result


@pytest.mark.parametrize("lanes", [1, 8])
@pytest.mark.parametrize("name", [*INTEGERS, *(f"bool {n}" for n in BOOLEANS)])
def test_compiled_values_are_those_of_z3(name, lanes):
    term = BOOLEANS[name[5:]] if name.startswith("bool ") else INTEGERS[name]
    given = states(60, name)
    assert compiled(term, given, lanes) == by_z3(term, given)


def random_term(rng, depth, *, boolean):
    if depth == 0 or rng.random() < 0.1:
        return rng.choice([A, B] if boolean else [X, Y, Z, z3.IntVal(rng.randint(-9, 9))])

    def sub(kind):
        return random_term(rng, depth - 1, boolean=kind)

    if boolean:
        return rng.choice(
            [
                lambda: z3.And(sub(True), sub(True)),
                lambda: z3.Or(sub(True), sub(True), sub(True)),
                lambda: z3.Not(sub(True)),
                lambda: z3.Xor(sub(True), sub(True)),
                lambda: sub(False) <= sub(False),
                lambda: sub(False) == sub(False),
                lambda: z3.If(sub(True), sub(True), sub(True)),
                lambda: sub(True) == sub(True),
            ]
        )()
    return rng.choice(
        [
            lambda: sub(False) + sub(False),
            lambda: sub(False) - sub(False),
            lambda: -sub(False),
            lambda: z3.If(sub(True), sub(False), sub(False)),
            lambda: sub(False) * rng.randint(-4, 4),
            lambda: sub(False) / rng.choice([-5, -2, 2, 3, 6]),
            lambda: sub(False) % rng.choice([2, 3, 8]),
            lambda: sub(False) % (sub(False) % 5 + 1),
        ]
    )()


@pytest.mark.parametrize("seed", range(12))
def test_random_terms_have_the_values_of_z3(seed):
    rng = random.Random(seed)
    term = random_term(rng, 5, boolean=bool(seed % 2))
    given = states(40, seed)
    assert compiled(term, given, 8 if seed % 3 else 1) == by_z3(term, given)


def broken(monkeypatch, old, new):
    """Plant a fault: one instruction is emitted as another."""
    original = emit.Emitter.op

    def op(self, text):
        return original(self, text.replace(old, new))

    monkeypatch.setattr(emit.Emitter, "op", op)


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("icmp sle", "icmp ule", "bool le"),  # a signed comparison made unsigned
        ("shl i64", "lshr i64", "add"),  # a shift the wrong way
        ("and i64", "or i64", "mul"),  # a dropped mask
        ("mul i64 %v", "add i64 %v", "product of three"),
    ],
)
def test_planted_faults_are_caught(monkeypatch, old, new, name):
    term = BOOLEANS[name[5:]] if name.startswith("bool ") else INTEGERS[name]
    given = states(60, name)
    broken(monkeypatch, old, new)
    with pytest.raises(AssertionError):
        assert compiled(term, given, 1) == by_z3(term, given)


def test_an_intermediate_beyond_63_bits_is_refused_with_its_place():
    leaves = (toy.Leaf("x", 0, 1 << 40),)
    update = (X * X * 1000) % 7
    system = toy.Toy(leaves, (toy.action(leaves, "square", {"x": update}),), toy.start(leaves))
    with pytest.raises(CompileError, match=r"square, update.*beyond signed 63 bits"):
        lower(system)


def test_an_unknown_operator_is_refused():
    leaves = (toy.Leaf("x", 0, 5),)
    update = z3.ToInt(z3.ToReal(X) / 2)
    system = toy.Toy(leaves, (toy.action(leaves, "halve", {"x": update}),), toy.start(leaves))
    with pytest.raises(CompileError, match=r"halve, update of x: the operator"):
        lower(system)


def test_an_unknown_variable_is_refused():
    leaves = (toy.Leaf("x", 0, 5),)
    system = toy.Toy(leaves, (toy.action(leaves, "go", {"x": Y}),), toy.start(leaves))
    with pytest.raises(CompileError, match="'y' is neither"):
        lower(system)


def test_choices_of_two_actions_do_not_mix():
    """Choice 0 of one action may have another range than choice 0 of the next."""
    leaves = (toy.Leaf("x", 0, 9),)
    small, large = toy.Leaf("c", 0, 1), toy.Leaf("c", 0, 9)
    system = toy.Toy(
        leaves,
        (
            toy.action(leaves, "small", {"x": small.var}, choices=(small,)),
            toy.action(leaves, "large", {"x": large.var}, choices=(large,)),
        ),
        toy.start(leaves),
    )
    engine = Engine(system, [], lanes=1)
    array = np.zeros((1, PAD), np.uint64)
    engine.place_source(array)
    graph.expand(engine.walk, engine.functions, 1, 0, 1)
    assert sorted(engine.out[0, : engine.walk[graph.FILLED]].tolist()) == list(range(10))


@pytest.mark.parametrize("arm", ["then", "else"])
def test_long_chains_of_conditionals(arm):
    chain = z3.IntVal(0)
    for i in range(1, 700):
        cond = i == X * 31 + Y + Z
        chain = (
            z3.If(cond, z3.IntVal(i % 7), chain)
            if arm == "else"
            else (z3.If(z3.Not(cond), chain, z3.IntVal(i % 7)))
        )
    given = states(24, arm)
    for term in (chain, chain == 3):
        assert compiled(term, given, 8) == by_z3(term, given)

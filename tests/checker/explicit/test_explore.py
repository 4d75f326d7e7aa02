"""The engine against a plain Python search: counts, depths, findings, canonical traces."""

from __future__ import annotations

import random

import numpy as np
import pytest
import z3

from checker.compile.errors import InternalError
from checker.explicit.explore import Budget, Options, explore
from tests.checker.compile import toy
from tests.checker.explicit import naive

OPTIONS = [
    Options(lanes=1),
    Options(lanes=8),
    Options(lanes=8, block=8, room=16, table=1, slice=1),
    Options(lanes=1, block=3, room=1, table=1, threshold=0),
]


def build(seed):
    """A random system over a few small variables."""
    rng = random.Random(seed)
    leaves = (
        toy.Leaf("x", -2, 5),
        toy.Leaf("y", 0, rng.choice([3, 9])),
        *toy.bools("p", "q"),
        toy.Leaf("k", 4, 6),
    )
    x, y, k = (z3.Int(n) for n in "xyk")
    p, q = z3.Bools("p q")
    c, d = toy.Leaf("c", 0, rng.randint(1, 3)), toy.Leaf("d", 0, 1, boolean=True)
    e = toy.Leaf("e", -1, 2)
    tests = [x < y, p, z3.Not(q), x + y < 6, z3.Or(p, x > 0), y != 2, z3.Xor(p, q), k < 6]
    values = {
        "x": [x + 1, x - 1, z3.If(p, y, x), (x + c.var) % 6, -x, z3.If(d.var, x, c.var)],
        "y": [y + c.var, (y * 3 + c.var) % 4, z3.If(q, y / 2, y), z3.If(d.var, c.var, y)],
        "p": [z3.Not(p), d.var, x == y, z3.And(p, z3.Not(q))],
        "q": [z3.Or(q, d.var), p, z3.Not(d.var)],
        "k": [z3.If(k < 6, k + 1, z3.IntVal(4)), z3.IntVal(5)],
    }
    low = {leaf.name: leaf for leaf in leaves}
    actions = []
    for number in range(rng.randint(2, 4)):
        names = rng.sample(list(values), rng.randint(1, 3))
        changes = {n: rng.choice(values[n]) for n in names}
        limits = tuple(
            toy.Limit(n, z3.Or(changes[n] < low[n].lo, changes[n] > low[n].hi))
            for n in names
            if not low[n].boolean
        )
        undefined = (toy.Undefined("odd", z3.And(x == 5, y == 3)),) if rng.random() < 0.3 else ()
        choices = (c, d, e) if number % 2 else (d, c)
        domain = (c.var != 1,) if rng.random() < 0.3 else ()
        if number % 2:
            domain = (*domain, z3.Or(e.var > 0, d.var))
        checks = rng.sample(tests, rng.randint(0, 2)) + ([c.var <= y] if rng.random() < 0.5 else [])
        actions.append(
            toy.action(
                leaves,
                f"a{number}",
                changes,
                checks=checks,
                choices=choices,
                domain=domain,
                limits=limits,
                undefined=undefined,
            )
        )
    begin = toy.start(leaves, {"k": 4}, changes={"x": c.var, "p": d.var}, choices=(c, d))
    cuts = frozenset({"x", "y", "k"}) if seed % 3 else frozenset({"k"})
    properties = [
        toy.Prop("invariant", "not_both", z3.Not(z3.And(p, q, x == y))),
        toy.Prop("invariant", "small", x + y < 9),
        toy.Prop("reachable", "far", z3.And(x == 3, y == 1)),
        toy.Prop("step", "x_moves_slowly", z3.Int("x'") - x <= 2),
        toy.Prop("step", "p_stays", z3.Implies(p, z3.Or(z3.Bool("p'"), q))),
        toy.DEADLOCK_FREE,
    ]
    return toy.Toy(leaves, tuple(actions), begin, cuts), properties


def order(system):
    from checker.compile.layout import build_layout

    return build_layout(system.leaves).pack


def ends(system, name):
    """What the last step of a trace for this name must be, if it has one."""
    if name == "well_defined":
        return lambda _, x: bool(x.undefined)
    if name.startswith("limit: "):
        return lambda _, x: x.limit == name[7:]
    return None


@pytest.mark.parametrize("seed", range(24))
def test_random_systems_agree_with_a_plain_search(seed):
    system, properties = build(seed)
    ref = naive.search(system, properties)
    results = [explore(system, properties, options=o) for o in OPTIONS[: 2 + seed % 3]]
    for result in results:
        compare(system, properties, ref, result)
    assert all(r.findings == results[0].findings for r in results)
    assert all(r.limit == results[0].limit for r in results)


def compare(system, properties, ref, result):
    limits = sorted(n for n in ref.found if n.startswith("limit: "))
    assert bool(result.stopped) == bool(limits)
    assert result.stopped in ("", *limits)
    assert result.per_depth == [len(level) for level in ref.levels]
    assert (result.states, result.steps) == (ref.states, sum(ref.steps.values()))
    assert result.per_action == ref.steps
    assert set(result.cuts_hit) == ref.cuts
    assert set(result.findings) == {n for n in ref.found if not n.startswith("limit: ")}
    for name, finding in result.findings.items():
        prop = next((p for p in properties if p.name == name), None)
        check_trace(system, ref, name, prop, finding.trace)
    if limits:
        check_trace(system, ref, result.stopped, None, result.limit)


def check_trace(system, ref, name, prop, trace):
    depth, sources = ref.found[name]
    accepts = ends(system, name)
    if prop is not None and prop.kind == "step":

        def accepts(s, x):
            return x.state is not None and not system.holds(prop, s, x.state)

    states, steps, last = naive.canonical(system, ref, depth, sources, order(system), accepts)
    shown = [(s.action, s.choices) for s in trace.steps]
    if prop is not None and prop.kind == "step":
        assert list(trace.states[:-1]) == states
        assert shown[1:] == [*steps, last]
    else:
        assert list(trace.states) == states
        assert shown[1:] == steps
        assert (trace.final and (trace.final.action, trace.final.choices)) == last
    assert trace.length == len(states) - 1 + (last is not None)


def counter(width, **more):
    """All Booleans can be set one by one: 2^width states."""
    leaves = toy.bools(*(f"b{i}" for i in range(width)))
    yes = z3.BoolVal(True)
    actions = tuple(toy.action(leaves, f"set{i}", {f"b{i}": yes}) for i in range(width))
    return toy.Toy(leaves, actions, toy.start(leaves), **more)


@pytest.mark.parametrize("width", [1, 10, 14])
@pytest.mark.parametrize("lanes", [1, 8])
def test_a_cube_has_all_its_corners(width, lanes):
    result = explore(counter(width), [], options=Options(lanes=lanes, table=1))
    assert (result.states, result.steps) == (2**width, 2**width * width)
    assert result.depth == width


@pytest.mark.parametrize("width", [62, 63, 64, 65, 127, 128, 200])
@pytest.mark.parametrize("lanes", [1, 8])
def test_all_ones_is_a_state_like_any_other(width, lanes):
    """Each Boolean needs the one before, so there are width + 1 states, the last all true."""
    leaves = toy.bools(*(f"b{i}" for i in range(width)))
    actions = tuple(
        toy.action(
            leaves,
            f"set{i}",
            {f"b{i}": z3.BoolVal(True)},
            checks=[z3.Bool(f"b{i - 1}")] if i else [],
        )
        for i in range(width)
    )
    system = toy.Toy(leaves, actions, toy.start(leaves))
    full = toy.Prop("reachable", "all_true", z3.And([x.var for x in leaves]))
    result = explore(system, [full], options=Options(lanes=lanes))
    assert (result.states, result.depth) == (width + 1, width)
    assert result.steps == sum(range(1, width + 1)) + width
    assert result.findings["all_true"].trace.states[-1] == (1,) * width


def wide_counter(bits, pad):
    """A counter over `bits` Booleans spread between constant ones, so that states are wide."""
    names = [f"b{i}" for i in range(bits)]
    padding = [toy.Leaf(f"pad{i}", 0, 2**50) for i in range(pad)]
    mixed = []
    for i, name in enumerate(names):
        mixed += [*toy.bools(name), *padding[i : i + 1]]
    mixed += padding[bits:]
    leaves = tuple(mixed)
    changes = [
        {n: z3.BoolVal(True)} | ({f"pad{i}": z3.IntVal(2**50 - i)} if i < pad else {})
        for i, n in enumerate(names)
    ]
    actions = tuple(toy.action(leaves, f"set{i}", c) for i, c in enumerate(changes))
    return toy.Toy(leaves, actions, toy.start(leaves))


@pytest.mark.parametrize("pad", [1, 2, 5, 12])
@pytest.mark.parametrize("options", OPTIONS)
def test_states_of_several_words(pad, options):
    result = explore(wide_counter(12, pad), [], options=options)
    assert result.words == pad + (pad == 0) or result.words > 1 or pad == 1
    assert (result.states, result.steps) == (2**12, 2**12 * 12)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("bits", [16, 45])
def test_tables_that_overflow_and_grow_keep_the_counts(options, bits):
    """45 key bits in a table of one bucket: 64-bit slots; 16 bits: the quotient table grows."""
    leaves = (*toy.bools(*(f"b{i}" for i in range(13))), toy.Leaf("far", 0, 2 ** (bits - 13) - 1))
    actions = tuple(toy.action(leaves, f"set{i}", {f"b{i}": z3.BoolVal(True)}) for i in range(13))
    system = toy.Toy(leaves, actions, toy.start(leaves))
    result = explore(system, [], options=options)
    assert (result.states, result.steps) == (2**13, 2**13 * 13)


def test_memory_budget_ends_the_search_undetermined():
    result = explore(counter(20), [], budget=Budget(memory=4 << 20), options=Options(table=1))
    assert result.stopped == "memory"
    assert result.states < 2**20
    assert result.peak_memory <= 4 << 20


def test_states_budget_and_depth_budget():
    assert explore(counter(16), [], budget=Budget(states=1000)).stopped == "states"
    result = explore(counter(10), [], budget=Budget(depth=3))
    assert (result.stopped, result.depth, result.checked_depth) == ("depth", 3, 3)
    assert result.per_depth == [1, 10, 45, 120]


def test_the_last_level_under_a_depth_bound_is_tested():
    broken = toy.Prop("invariant", "not_three", z3.Not(z3.And(*z3.Bools("b0 b1 b2"))))
    result = explore(counter(10), [broken], budget=Budget(depth=3))
    assert result.findings["not_three"].depth == 3
    assert not explore(counter(10), [broken], budget=Budget(depth=2)).findings


def test_seconds_budget():
    options = Options(slice=1, block=8)
    result = explore(counter(20), [], budget=Budget(seconds=1e-4), options=options)
    assert result.stopped == "seconds"


def test_stop_at_first_finishes_the_level():
    broken = toy.Prop("invariant", "not_two", z3.Not(z3.And(*z3.Bools("b0 b1"))))
    result = explore(counter(10), [broken], stop_at_first=True)
    assert result.stopped == "first"
    assert result.findings["not_two"].depth == 2
    assert result.checked_depth == 2


def test_traces_without_kept_levels():
    system, properties = build(4)
    kept = explore(system, properties)
    dropped = explore(system, properties, keep_levels=False)
    assert dropped.findings == kept.findings
    assert kept.findings


def test_an_update_outside_its_range_without_a_limit_is_an_internal_error():
    leaves = (toy.Leaf("x", 0, 5),)
    system = toy.Toy(leaves, (toy.action(leaves, "up", {"x": z3.Int("x") + 1}),), toy.start(leaves))
    with pytest.raises(InternalError, match="leaves the range"):
        explore(system, [])


def test_an_initial_state_that_is_undefined_or_beyond_a_limit():
    leaves = (toy.Leaf("x", 0, 5),)
    c = toy.Leaf("c", 0, 9)
    stay = toy.action(leaves, "stay", {})
    limit = toy.Limit("x", c.var > 5)
    begin = toy.start(leaves, changes={"x": c.var}, choices=(c,), limits=(limit,))
    result = explore(toy.Toy(leaves, (stay,), begin), [])
    assert result.stopped == "limit: x"
    assert result.limit.states == ()
    assert result.limit.final.choices == (6,)
    odd = toy.Undefined("odd", c.var == 3)
    begin = toy.start(leaves, changes={"x": c.var % 2}, choices=(c,), undefined=(odd,))
    result = explore(toy.Toy(leaves, (stay,), begin), [])
    assert result.findings["well_defined"].trace.final.choices == (3,)
    assert result.states == 2


def test_progress_is_told():
    told = []
    explore(counter(12), [], progress=lambda phase, counts: told.append((phase, counts)))
    assert told[0][0] == "compiling"
    assert any(phase == "searching" and counts["states"] for phase, counts in told)


def recovery():
    """x counts up to 6; from 5 on there is no way back to 0; p only delays."""
    leaves = (toy.Leaf("x", 0, 6), *toy.bools("p"))
    x, p = z3.Int("x"), z3.Bool("p")
    actions = (
        toy.action(leaves, "up", {"x": x + 1}, checks=[x < 6]),
        toy.action(leaves, "back", {"x": z3.IntVal(0)}, checks=[x < 5, p]),
        toy.action(leaves, "flip", {"p": z3.Not(p)}),
    )
    return toy.Toy(leaves, actions, toy.start(leaves))


@pytest.mark.parametrize("options", OPTIONS)
def test_recoverable_goals(options):
    zero = toy.Prop("recoverable", "back_to_zero", z3.Int("x") == 0)
    delayed = toy.Prop("recoverable", "p_again", z3.Bool("p"))
    result = explore(recovery(), [zero, delayed], options=options)
    assert set(result.findings) == {"back_to_zero"}
    trace = result.findings["back_to_zero"].trace
    assert trace.states[-1] == (5, 0)
    assert trace.length == 5
    assert not result.undecided


def test_recoverable_is_undecided_when_the_search_is_not_complete():
    zero = toy.Prop("recoverable", "back_to_zero", z3.Int("x") == 0)
    result = explore(recovery(), [zero], budget=Budget(depth=2))
    assert result.undecided == {"back_to_zero": "depth"}


def test_many_choices_are_looped_and_solved():
    """12 Boolean choices: 4096 steps a state; the trace's choices come from the solver."""
    leaves = (toy.Leaf("n", 0, 12), toy.Leaf("last", 0, 1, boolean=True))
    choices = toy.bools(*(f"c{i}" for i in range(12)))
    total = z3.Sum([z3.If(c.var, 1, 0) for c in choices])
    go = toy.action(
        leaves,
        "go",
        {"n": total, "last": choices[11].var},
        choices=choices,
        checks=[z3.Implies(choices[0].var, choices[5].var), z3.Int("n") < 3],
    )
    goal = toy.Prop("reachable", "seven", z3.And(z3.Int("n") == 7, z3.Bool("last")))
    system = toy.Toy(leaves, (go,), toy.start(leaves))
    for lanes in (1, 8):
        result = explore(system, [goal], options=Options(lanes=lanes))
        assert result.states == 1 + sum(1 for _ in reachable_sums())
        step = result.findings["seven"].trace.steps[1]
        assert step.choices == (0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1)


def reachable_sums():
    """(n, last) of all choices that pass the check, without the start."""
    found = set()
    for bits in range(1 << 12):
        c = [bits >> i & 1 for i in range(12)]
        if not c[0] or c[5]:
            found.add((sum(c), c[11]))
    return found - {(0, 0)}


def test_the_array_of_states_unpacks_like_single_states():
    from checker.compile.layout import build_layout

    layout = build_layout(
        (toy.Leaf("x", -3, 9), *toy.bools("p"), toy.Leaf("k", 4, 4), toy.Leaf("w", 0, 2**61))
    )
    states = [(-3, 0, 4, 5), (9, 1, 4, 2**61), (0, 1, 4, 0)]
    words = np.array([layout.pack(s) for s in states], np.uint64).T
    assert [tuple(r) for r in layout.unpack_array(words).tolist()] == states
    assert [layout.unpack(layout.pack(s)) for s in states] == states

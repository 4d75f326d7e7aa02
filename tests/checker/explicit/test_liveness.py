"""Fair components and loops on random graphs, budgets, and that a lasso is always the same."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from checker.explicit import fair, findings, lassos
from checker.explicit.budget import Budget, Meter
from checker.explicit.explore import Options, explore
from checker.replay import replay
from model.language import Array, Index, Nat
from properties.kinds import Property
from tests.agreement import naive_liveness
from tests.agreement.cases import made
from tests.agreement.corpus import CORPUS

GRAPHS = 800
ACTIONS = ("a", "b", "c", "d")


@dataclass
class Net:
    """A graph as the engine has it, with states that are their own names."""

    size: int
    offsets: Any
    targets: Any
    labels: Any
    states: Any
    engine: Any = field(
        default_factory=lambda: SimpleNamespace(program=SimpleNamespace(actions=ACTIONS))
    )


def drawn(rng: random.Random) -> tuple[Net, dict[int, set[tuple[str, int]]]]:
    """A random graph, sparse or dense, in both forms."""
    size = rng.randint(1, 12)
    names = rng.sample(range(100), size)
    moves = {
        i: {
            (rng.choice(ACTIONS), rng.randrange(size))
            for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 5]))
        }
        for i in range(size)
    }
    rows = [sorted((ACTIONS.index(a), t) for a, t in moves[i]) for i in range(size)]
    offsets = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    targets = np.array([t for row in rows for _, t in row], np.int32)
    labels = np.array([a for row in rows for a, _ in row], np.uint8)
    states = np.array([names], np.uint64)
    return Net(size, offsets, targets, labels, states), moves


def kinds(rng: random.Random) -> dict[str, str]:
    found = {a: rng.choice(["", "", "weak", "strong"]) for a in ACTIONS}
    return {a: kind for a, kind in found.items() if kind}


def plain(net: Net, moves: Any) -> naive_liveness.Steps:
    steps = {(i,): frozenset((a, (t,)) for a, t in moves[i]) for i in range(net.size)}
    nothing: dict[Any, frozenset[str]] = {s: frozenset() for s in steps}
    return naive_liveness.Steps(frozenset(), steps, nothing, frozenset())


def is_fair(loop: tuple[lassos.Move, ...], moves: Any, fairness: dict[str, str]) -> bool:
    """Whether a loop is one, and fair; from the definition."""
    closes = all(m.target == loop[(i + 1) % len(loop)].source for i, m in enumerate(loop))
    real = all((ACTIONS[m.action], m.target) in moves[m.source] for m in loop)
    taken = {ACTIONS[m.action] for m in loop if m.source != m.target}
    able = [{a for a, t in moves[m.source] if t != m.source} for m in loop]
    weak = all(
        a in taken or not all(a in can for can in able) for a, k in fairness.items() if k == "weak"
    )
    strong = all(
        a in taken or not any(a in can for can in able)
        for a, k in fairness.items()
        if k == "strong"
    )
    return closes and real and weak and strong


def test_random_graphs_have_the_same_fair_components_and_their_loops_are_fair():
    rng, loops = random.Random(8), 0
    for number in range(GRAPHS):
        net, moves = drawn(rng)
        fairness = kinds(rng)
        region = np.array([rng.random() < 0.9 for _ in range(net.size)])
        rules = fair.rules(net, fairness, cuts=False)
        component = fair.fair_components(net, region, rules, Meter(Budget()))
        weak = {a for a, kind in fairness.items() if kind == "weak"}
        strong = {a for a, kind in fairness.items() if kind == "strong"}
        inside = [(int(i),) for i in np.flatnonzero(region)]
        wanted = naive_liveness._fair(inside, plain(net, moves), weak, strong)
        seen = {
            frozenset((int(i),) for i in np.flatnonzero(component == c))
            for c in set(component.tolist()) - {-1}
        }
        assert seen == {frozenset(part) for part in wanted}, number
        for start in np.flatnonzero(component != -1):
            part = component == component[start]
            loop = lassos.Looper(net, rules, part, int(start)).loop()
            assert loop[0].source == start
            assert is_fair(loop, moves, fairness), (number, loop)
            assert all(part[m.source] for m in loop)
            loops += 1
    assert loops > GRAPHS  # most graphs have some


def test_steps_between_the_same_states_count_once():
    # two states to and fro by every action, and many times each: the library needs simple graphs
    rows = [[1, 0, 1, 1, 0], [0, 1, 0]]
    targets = np.array([t for row in rows for t in row], np.int32)
    labels = np.array([0, 1, 1, 0, 2, 0, 1, 1], np.uint8)
    net = Net(2, np.array([0, 5, 8]), targets, labels, np.array([[3, 1]], np.uint64))
    rules = fair.rules(net, {"a": "weak"}, cuts=False)
    component = fair.fair_components(net, np.ones(2, np.bool_), rules, Meter(Budget()))
    assert component.tolist() == [0, 0]


def test_distances_begin_where_and_when_they_are_told():
    rng = random.Random(9)
    for _ in range(300):
        net, moves = drawn(rng)
        allowed = np.array([rng.random() < 0.8 for _ in range(net.size)])
        start = sorted(rng.sample(range(net.size), rng.randint(1, net.size)))
        start = [i for i in start if allowed[i]]
        begins = sorted(rng.randint(0, 4) for _ in start)
        found = lassos.distances(
            net, allowed, np.array(start, np.int32), np.array(begins, np.int32)
        )
        best = dict.fromkeys(range(net.size), 10**6)
        best |= dict(zip(start, begins, strict=True))
        for _ in range(net.size):
            for i, row in moves.items():
                for _, t in row:
                    if allowed[t] and allowed[i]:
                        best[t] = min(best[t], best[i] + 1)
        assert found.tolist() == [best[i] if best[i] < 10**6 else -1 for i in range(net.size)]


@pytest.mark.parametrize("name", ["what_is_left_of_a_component", "for_every_member_of_a_sort"])
def test_a_lasso_does_not_depend_on_how_the_search_went(name):
    (case,) = [c for c in CORPUS if c.name == name]
    shapes = [Options(), Options(lanes=1), Options(block=16, room=64, table=16)]
    runs = [explore(*case.build(), options=shape).findings for shape in shapes]
    traces = [{n: f.trace for n, f in found.items()} for found in runs]
    assert traces[0] == traces[1] == traces[2]
    assert traces[0]


def counting(most: int) -> tuple[Any, Property]:
    """A counter that goes round, and the promise that zero comes again."""

    def up(s):
        s.x = (s.x + 1) % most

    system, _ = made(dict(x=Nat(most)), up)
    prop = Property("leads_to", "again", "", "Zero comes again.", lambda s: (s.x > 0, s.x == 0))
    return system, prop


@pytest.mark.parametrize(
    ("budget", "reason"),
    [
        (Budget(states=10), "states"),
        (Budget(depth=5), "depth"),
        (Budget(memory=40 << 20), "memory"),
    ],
)
def test_a_budget_leaves_a_promise_open(budget, reason):
    system, prop = counting(300_000 if reason == "memory" else 1000)
    x = explore(system, [prop], budget=budget)
    assert x.findings == {}
    assert x.undecided == {"again": reason}


def test_memory_for_the_components_counts(monkeypatch):
    system, prop = counting(1000)
    monkeypatch.setattr(fair, "BYTES", 1 << 40)
    x = explore(system, [prop], budget=Budget(memory=1 << 30))
    assert x.undecided == {"again": "memory"}
    assert x.stopped == ""


def test_levels_that_were_dropped_leave_a_promise_open():
    system, prop = counting(10)
    assert explore(system, [prop], keep_levels=False).undecided == {"again": "levels were not kept"}


def test_too_many_fair_actions_are_said_to_be_too_many(monkeypatch):
    monkeypatch.setattr(fair, "MOST", 0)
    system, prop = counting(10)
    x = explore(system, [replace(prop, fair=("up",))])
    assert "too large: 1 fair actions" in x.undecided["again"]


def test_one_graph_serves_goals_and_promises(monkeypatch):
    built = []
    right = findings.build_graph
    monkeypatch.setattr(findings, "build_graph", lambda *a, **k: built.append(1) or right(*a, **k))
    system, prop = counting(10)
    back = Property("recoverable", "back", "", "Back.", lambda s: s.x == 0)
    goal = Property("reachable", "goal", "", "Goal.", lambda s: s.x == 5)
    explore(system, [goal])
    assert built == []
    told = []
    explore(system, [prop, back, goal], progress=lambda phase, counts: told.append((phase, counts)))
    assert built == [1]
    phases = dict(told)
    assert phases["building the graph"] == {"states": 10}
    assert phases["finding fair components"] == {"states": 10, "steps": 10}


def test_a_long_stem_and_a_state_of_several_words():
    many = Index("many", 40)

    def up(s):
        s.require(s.x < 20, "Top")
        s.x = s.x + 1
        s.far[39] = s.x

    def turn(s):
        s.require(s.x == 20, "NotYet")
        s.far[0] = 7 - s.far[0]

    system, _ = made(dict(x=Nat(20), far=Array(many, Nat(31))), up, turn)
    prop = Property(
        "leads_to", "never", "", "Never.", lambda s: (s.x == 20, s.far[0] == 3), fair=("turn",)
    )
    finding = explore(system, [prop]).findings["never"]
    assert (finding.trace.loop, finding.depth) == (20, 22)
    assert replay(finding.trace, system, prop).fair == ("turn: taken in step 21",)

"""Bounded checking of promises: the same runs are found, and no other."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from checker import lasso
from checker.smt import loops
from checker.smt.bmc import BOUNDED, EXHAUSTED, VIOLATED, UnsoundRun, bmc
from model.language import Action, And, Array, Bool, If, Index, Nat, Not, Or, System
from properties.kinds import leads_to
from tests.checker.smt.systems import nothing

TWO = Index("two", 2)
CFG = SimpleNamespace(two=TWO)


def up(s):
    s.require(s.x < 3, "Top")
    s.x = s.x + 1


def wrap(s):
    s.require(s.x == 3, "NotYet")
    s.x = 0


def flip(s):
    s.y = Not(s.y)


def idle(s):
    pass


def up_if(s):
    s.require(And(s.y, s.x < 3), "Shut")
    s.x = s.x + 1


def move(s, c):
    s.require(And(c != 2, s.y), "Shut")
    s.x = c


def system(*actions):
    table = [a if isinstance(a, Action) else Action(a) for a in actions]
    return System("loops", CFG, dict(x=Nat(3), y=Bool), nothing, table)


def promise(premise, goal, **fairness):
    def function(s):
        return s.x == premise, s.x == goal

    function.__name__, function.__doc__ = "promise", "A sentence."
    return leads_to("§1", **fairness)(function)


def ask(model, prop, depth=6):
    result = bmc(model, [prop], depth)
    outcome = result.outcomes[prop.name]
    shape = None if outcome.trace is None else (outcome.depth, outcome.trace.loop)
    return outcome.status, shape


MOVE = Action(move, c=Nat(3))

LASSOS = {
    "a loop of something else": ((up, wrap, flip), promise(1, 0), (3, 1)),
    "an idle loop after the last fair step": ((up, wrap, idle), promise(1, 0, fair=["up"]), (4, 3)),
    "weak fairness where it is possible now and then": (
        (up_if, flip, wrap),
        promise(1, 2, fair=["up_if"]),
        (4, 2),
    ),
    "a choice that keeps away from the goal": (
        (MOVE, flip),
        promise(1, 2, strong=["move"]),
        (3, 1),
    ),
    "a fair action that can be avoided": ((MOVE, flip), promise(0, 3, fair=["move"]), (2, 0)),
    "a run that ends": ((up,), promise(1, 0, fair=["up"]), (3, None)),
}


@pytest.mark.parametrize("name", LASSOS)
def test_a_shortest_run_that_breaks_the_promise_is_found(name):
    actions, prop, shape = LASSOS[name]
    assert ask(system(*actions), prop) == (VIOLATED, shape)


KEPT = {
    "weak fairness": ((up, wrap, flip), promise(1, 0, fair=["up", "wrap"])),
    "strong fairness": ((up_if, flip, wrap), promise(1, 2, strong=["up_if"])),
    "strong fairness to a choice": ((MOVE, flip), promise(0, 0, strong=["move"])),
}


@pytest.mark.parametrize("name", KEPT)
def test_a_promise_that_is_kept_is_only_bounded(name):
    actions, prop = KEPT[name]
    assert ask(system(*actions), prop) == (BOUNDED, None)


def test_if_all_runs_end_the_promise_is_settled():
    assert ask(system(up), promise(1, 2, fair=["up"])) == (EXHAUSTED, None)
    assert ask(system(up), promise(1, 2), 3) == (EXHAUSTED, None)
    assert ask(system(up), promise(1, 2), 2) == (BOUNDED, None)


def test_one_member_of_a_sort_suffices():
    def serve(s, i):
        s.done[i] = Or(s.done[i], True)

    def clear(s):
        s.done[0] = False

    model = System(
        "each", CFG, dict(done=Array(TWO, Bool)), nothing, [Action(serve, i=TWO), Action(clear)]
    )

    def served(s, i):
        """Everyone is served."""
        return Not(s.done[i]), s.done[i]

    prop = leads_to("§1", each="two", strong=["serve"])(served)
    status, (length, loop) = ask(model, prop)
    assert (status, length, loop) == (VIOLATED, 2, 0)


def test_a_step_past_a_limit_counts_as_possible():
    def over(s):
        s.x = If(s.y, 0, s.x + 4)

    prop = promise(0, 1, fair=["over"])
    model = System(
        "over", CFG, dict(x=Nat(3), y=Bool), nothing, [Action(over), Action(idle)], ["x"]
    )
    assert ask(model, prop)[0] == BOUNDED


def test_shortest_wins_over_earlier_found(monkeypatch):
    prop = promise(1, 0)
    both = ask(system(up, wrap, flip, idle), prop)
    assert both == (VIOLATED, (2, 1))
    assert ask(system(idle, flip, wrap, up), prop) == both


@pytest.mark.parametrize("fault", ["_fair", "mistaken"])
def test_a_loop_that_is_not_fair_does_not_replay(monkeypatch, fault):
    """Without fairness in the formula, or without the instances, replay refuses the loop."""
    if fault == "_fair":
        monkeypatch.setattr(loops.Loops, "_fair", lambda *_: loops.z3.BoolVal(val=True))
    else:
        monkeypatch.setattr(loops.Loops, "mistaken", lambda *_: [])
    actions, prop = KEPT["weak fairness"]
    with pytest.raises(UnsoundRun, match="not fair"):
        ask(system(*actions), prop)


def test_an_action_possible_with_some_choice_only_is_possible():
    def rare(s, c):
        s.require(c == 3, "NotThree")
        s.x = c

    model = system(Action(rare, c=Nat(3)), flip)
    assert ask(model, promise(0, 3, fair=["rare"])) == (BOUNDED, None)
    assert lasso.fairness(model, promise(0, 3, fair=["rare"])) == {"rare": "weak"}

"""What fairness asks of a loop, where a promise is open, and what such a sentence may name."""

from __future__ import annotations

import pytest

from checker import lasso
from checker.replay import TraceRefused, replay
from checker.trace import Step, Trace
from model.language import Action, Array, Bool, Index, Nat, Not, System
from model.language.errors import ModelError
from properties.kinds import Property, leads_to

ITEM = Index("item", 2)


class Cfg:
    item = ITEM


def begin(s):
    pass


def up(s):
    """§2.5.5: from 0 or 1 one up, at most to 2."""
    s.require(s.x < 3, "Top")
    s.x = s.x + 1


def down(s):
    s.require(s.x > 0, "Bottom")
    s.x = s.x - 1


def touch(s, item):
    s.done[item] = s.x > 0


def rest(s):
    pass


def system(cuts=("x",), **fair: str) -> System:
    table = [
        Action(up, fair=fair.get("up", "")),
        Action(down, fair=fair.get("down", "")),
        Action(touch, item=ITEM, fair=fair.get("touch", "")),
        Action(rest, fair=fair.get("rest", "")),
    ]
    return System("s", Cfg(), dict(x=Nat(2), done=Array(ITEM, Bool)), begin, table, list(cuts))


def promise(function=lambda s: (s.x == 0, s.x == 2), **more) -> Property:
    return Property("leads_to", "soon", "", "It comes.", function, **more)


def run(on: System, *script: tuple[str, int] | str, loop=None, closing: str = "") -> Trace:
    """A trace of actions, each with at most one choice."""
    states, steps, here = [], [], on.zero
    for part in ("begin", *script):
        name, *choices = (part,) if isinstance(part, str) else part
        here = on.run(on.transition(name), here, tuple(choices)).state
        assert here is not None
        states.append(here)
        steps.append(Step(name, tuple(choices)))
    final = Step(closing) if closing else None
    named = dict(property="soon", kind="leads_to", token="", sentence="", engine="explicit")
    where = dict(system="s", instance="", amendments="", variant="")
    return Trace(**where, **named, states=tuple(states), steps=tuple(steps), loop=loop, final=final)


def told(trace: Trace, on: System, prop: Property) -> tuple[str, ...]:
    return replay(trace, on, prop).fair


def refused(trace: Trace, on: System, prop: Property, match: str) -> None:
    with pytest.raises(TraceRefused, match=match):
        replay(trace, on, prop)


def test_a_weakly_fair_action_may_be_impossible_somewhere():
    on, prop = system(), promise(fair=("down",))
    assert told(run(on, "up", loop=0, closing="down"), on, prop) == ("down: taken in step 2",)
    assert told(run(on, loop=0, closing="rest"), on, prop) == ("down: impossible in state 0",)


def test_a_weakly_fair_action_does_not_wait_for_ever():
    on = system()
    refused(run(on, loop=0, closing="rest"), on, promise(fair=("up",)), "up is possible in every")


def test_a_strongly_fair_action_is_not_passed_over():
    on = system()
    loop = run(on, "up", loop=0, closing="down")
    assert told(loop, on, promise(fair=("touch",))) == ("touch: impossible in state 0",)
    refused(loop, on, promise(strong=("touch",)), "touch is possible again and again")
    still = run(on, loop=0, closing="rest")
    every = ("touch: impossible in every state of the loop",)
    assert told(still, on, promise(strong=("touch",))) == every


def test_the_stronger_of_two_declarations_counts():
    on = system(up="weak", down="strong")
    prop = promise(fair=("down", "touch"), strong=("up",))
    kinds = {"up": "strong", "down": "strong", "touch": "weak"}
    assert lasso.fairness(on, prop) == kinds


def test_a_step_that_changes_nothing_is_neither_possible_nor_taken():
    on = system()
    loop = run(on, loop=0, closing="rest")
    assert told(loop, on, promise(fair=("rest",))) == ("rest: impossible in state 0",)


def test_a_step_past_a_limit_is_possible():
    on = system()
    prop = promise(lambda s: (s.x == 2, s.x == 0), fair=("up",))
    refused(run(on, "up", "up", loop=2, closing="rest"), on, prop, "up is possible in every")


def test_a_promise_is_open_for_one_member():
    on = system()
    prop = promise(lambda s, item: (Not(s.done[item]), s.done[item]), each="item")
    trace = run(on, "up", ("touch", 0), loop=2, closing="rest")
    assert lasso.waiting(trace, on, prop) == lasso.Waiting(0, "item 1")
    both = run(on, "up", ("touch", 0), ("touch", 1), loop=3, closing="rest")
    assert lasso.waiting(both, on, prop) is None


def test_a_premise_that_was_answered_is_open_again():
    on = system()
    trace = run(on, "up", "up", "down", "down", loop=4, closing="rest")
    assert lasso.waiting(trace, on, promise()) == lasso.Waiting(4, "")


def test_a_goal_inside_the_loop_keeps_the_promise():
    on = system()
    refused(run(on, "up", "up", "down", loop=1, closing="rest"), on, promise(), "holds on this run")
    refused(run(on, "up", "up", loop=1, closing="down"), on, promise(), "holds on this run")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (dict(fair=("upp",)), "no action 'upp'.*'up'"),
        (dict(strong=("item",)), "no action 'item'"),
        (dict(each="items"), "no sort 'items'.*'item'"),
        (dict(function=lambda s: s.x == 0), "write `return premise, goal`"),
        (dict(function=lambda s: (s.y == 0, True)), "y"),
    ],
)
def test_a_sentence_about_what_does_not_exist_is_refused(more, message):
    with pytest.raises(ModelError, match=message):
        lasso.check(system(), promise(**more))


def test_the_decorator_keeps_both_kinds_of_fairness():
    @leads_to("§2.5.5", each="item", fair=["up"], strong=["down"])
    def it_comes(s, item):
        """It comes."""
        return s.done[item], s.x == 0

    assert (it_comes.fair, it_comes.strong, it_comes.each) == (("up",), ("down",), "item")

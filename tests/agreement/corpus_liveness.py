"""Promises: what fairness asks, where a run may end, what a cut leaves open."""

from __future__ import annotations

from typing import Any

from model.language import Action, And, Array, Bool, If, Nat, Not, Or
from tests.agreement.cases import TWO, case, idle, made


def moves(fair: str = "", **table: dict[int, int]) -> list[Action]:
    """Actions on `x`, each from some of its values to another: name={from: to}."""

    def one(name: str, pairs: dict[int, int]) -> Action:
        def step(s: Any) -> None:
            s.assume(Or([s.x == a for a in pairs]))
            value = 0
            for a, b in pairs.items():
                value = If(s.x == a, b, value)
            s.x = value

        step.__name__ = name
        return Action(step, fair=fair)

    return [one(name, pairs) for name, pairs in table.items()]


def soon(premise: int, goal: int, **fairness: Any) -> Any:
    """From one value of `x` to another."""
    return lambda s: (s.x == premise, s.x == goal), fairness


@case(3, 4, 2, hopes="VIOLATED 0", weak="holds", later="VIOLATED 0", strong="holds", back="holds")
def an_idle_loop_is_unfair():
    return made(
        dict(x=Nat(2)),
        *moves(on={0: 1, 1: 2}, wait={0: 0, 2: 2}),
        leads_to=dict(
            hopes=soon(0, 2),
            weak=soon(0, 2, fair=("on",)),
            later=soon(0, 2, fair=("wait",)),
            strong=soon(0, 2, strong=("on",)),
            back=soon(2, 2),
        ),
    )


@case(3, 4, 2, none="VIOLATED 0", weak="VIOLATED 0", strong="holds", both="holds")
def possible_only_now_and_then():
    return made(
        dict(x=Nat(2)),
        *moves(turn={0: 1, 1: 0}, leave={1: 2}, stay={2: 2}),
        leads_to=dict(
            none=soon(0, 2),
            weak=soon(0, 2, fair=("leave", "turn")),
            strong=soon(0, 2, strong=("leave",), fair=("turn",)),
            both=soon(0, 2, strong=("leave",), fair=("leave", "turn")),
        ),
    )


@case(3, 2, 2, deadlock_free="VIOLATED 2", last="VIOLATED 2", there="holds", gone="VIOLATED 2")
def a_run_that_ends_keeps_no_promise():
    return made(
        dict(x=Nat(2)),
        *moves(on={0: 1, 1: 2}),
        leads_to=dict(
            last=soon(2, 0, fair=("on",)),
            there=soon(0, 2),
            gone=soon(0, 7, strong=("on",)),
        ),
    )


@case(2, 3, 1, weak="VIOLATED 0", strong="VIOLATED 0", other="holds")
def a_step_that_changes_nothing_is_not_taken():
    return made(
        dict(x=Nat(1)),
        *moves(on={0: 1}, hold={0: 0, 1: 1}),
        leads_to=dict(
            weak=soon(0, 1, fair=("hold",)),
            strong=soon(0, 1, strong=("hold",)),
            other=soon(0, 1, fair=("on",)),
        ),
    )


@case(2, 6, 1, weak="holds", strong="holds", none="VIOLATED 0")
def a_fair_action_that_could_move_and_does_not():
    def act(s, c):
        s.x = If(And(c > 0, s.x == 0), c - 1, s.x)

    return made(
        dict(x=Nat(1)),
        Action(act, c=Nat(2)),
        leads_to=dict(
            weak=soon(0, 1, fair=("act",)), strong=soon(0, 1, strong=("act",)), none=soon(0, 1)
        ),
    )


@case(5, 9, 3, one="VIOLATED 2", two="VIOLATED 2", starved="holds", weak="VIOLATED 1")
def what_is_left_of_a_component():
    # 1 and 2 and 3 to and fro; out of 1 and of 3, so that a run which stays must avoid the ends
    ways = dict(enter={0: 1}, up={1: 2, 2: 3}, down={2: 1, 3: 2}, spin={2: 2}, rest={4: 4})
    return made(
        dict(x=Nat(4)),
        *moves(**ways, out={1: 4}, leave={3: 4}),
        leads_to=dict(
            one=soon(1, 4, strong=("out",)),
            two=soon(1, 4, strong=("out", "leave")),
            starved=soon(1, 4, strong=("out", "leave"), fair=("up",)),
            weak=soon(1, 4, fair=("out", "leave", "up", "down")),
        ),
    )


@case(4, 5, 3, kept="VIOLATED 2", home="holds", once="holds")
def a_promise_that_is_kept_the_first_time_only():
    def asked(s):
        return Or(s.x == 0, s.x == 2), s.x == 1

    return made(
        dict(x=Nat(3)),
        *moves(on={0: 1, 1: 2}, off={2: 3, 3: 2}, home={3: 0}),
        leads_to=dict(
            kept=(asked, dict(fair=("on", "off", "home"))),
            home=(asked, dict(strong=("home",))),
            once=soon(0, 2),
        ),
    )


@case(4, 16, 2, each_one="VIOLATED 0", second="VIOLATED 1", some="holds")
def for_every_member_of_a_sort():
    def serve(s, c):
        s.done[c] = True

    def clear(s, c):
        s.done[c] = False

    return made(
        dict(done=Array(TWO, Bool)),
        Action(serve, c=TWO),
        Action(clear, c=TWO),
        leads_to=dict(
            each_one=(lambda s, c: (Not(s.done[c]), s.done[c]), dict(each="two", fair=("serve",))),
            second=(
                lambda s, c: (And(s.done[c], c == 1), Not(s.done[c])),
                dict(each="two", fair=("clear",)),
            ),
            some=(lambda s: (True, Or(s.done[0], s.done[1])), dict(fair=("serve",))),
        ),
    )


@case(
    3,
    5,
    2,
    deadlock_free="holds(cut: x)",
    well_defined="holds(cut: x)",
    there="undetermined(cut: x)",
    past="undetermined(cut: x)",
    strong="undetermined(cut: x)",
    idle="VIOLATED 2",
    never="undetermined(cut: x)",
)
def an_action_that_is_cut_is_possible():
    def up(s):
        s.x = s.x + 1

    return made(
        dict(x=Nat(2)),
        up,
        idle,
        cuts=["x"],
        leads_to=dict(
            there=soon(0, 2, fair=("up",)),
            past=soon(2, 0, fair=("up",)),
            strong=soon(2, 0, strong=("up",)),
            idle=soon(2, 0),
            never=soon(9, 0),
        ),
    )


@case(
    3,
    2,
    2,
    deadlock_free="holds(cut: x)",
    well_defined="holds(cut: x)",
    stops="undetermined(cut: x)",
)
def a_run_does_not_end_at_a_cut():
    def up(s):
        s.x = s.x + 1

    return made(dict(x=Nat(2)), up, cuts=["x"], leads_to=dict(stops=soon(2, 0)))


@case(
    3,
    2,
    2,
    deadlock_free="undetermined(limit: x)",
    well_defined="undetermined(limit: x)",
    there="undetermined(limit: x)",
)
def a_promise_beyond_a_limit():
    def up(s):
        s.x = s.x + 1

    return made(dict(x=Nat(2)), up, leads_to=dict(there=soon(0, 1)))


@case(2, 1, 1, well_defined="VIOLATED 2", there="holds")
def a_run_does_not_end_where_the_text_does():
    def on(s):
        s.undefined(s.x == 1, "one")
        s.x = 1

    return made(dict(x=Nat(2)), on, leads_to=dict(there=soon(0, 2)))


@case(3, 5, 2, plain="VIOLATED 0", other="holds")
def fairness_that_actions_declare():
    return made(
        dict(x=Nat(2)),
        *moves(turn={0: 1, 1: 0}, stay={2: 2}),
        *moves(fair="weak", leave={1: 2}),
        *moves(fair="strong", back={2: 0}),
        leads_to=dict(plain=soon(0, 2), other=soon(2, 0)),
    )

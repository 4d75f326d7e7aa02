"""Cases about numbers, their ranges, and conditions on them."""

from __future__ import annotations

from typing import Any

from model.language import Action, And, Array, Bool, Enum, If, Implies, Int, Nat, Not, Or, Xor
from tests.agreement.cases import THREE, TWO, case, counted, made

FREE, BUSY, DOWN = STATUS = Enum("free busy down")


@case(4, 4, 3, small="holds", grows="VIOLATED 4", three="reached 3", comes_back="holds")
def a_counter_with_wrap():
    def up(s):
        s.x = (s.x + 1) % 4

    return made(
        dict(x=Nat(3)),
        up,
        invariant=dict(small=lambda s: s.x < 4),
        step=dict(grows=lambda a, b: a.x < b.x),
        reachable=dict(three=lambda s: s.x == 3),
        recoverable=dict(comes_back=lambda s: s.x == 0),
    )


@case(
    4,
    3,
    3,
    small="undetermined(limit: x)",
    three="reached 3",
    four="undetermined(limit: x)",
    deadlock_free="undetermined(limit: x)",
    well_defined="undetermined(limit: x)",
)
def a_counter_that_leaves_its_range():
    def up(s):
        s.x = s.x + 1

    return made(
        dict(x=Nat(3)),
        up,
        invariant=dict(small=lambda s: s.x < 4),
        reachable=dict(three=lambda s: s.x == 3, four=lambda s: s.x == 4),
    )


@case(
    4,
    3,
    3,
    small="holds(cut: x)",
    three="reached 3",
    four="undetermined(cut: x)",
    back="undetermined(cut: x)",
    deadlock_free="holds(cut: x)",
    well_defined="holds(cut: x)",
)
def a_counter_that_is_cut():
    def up(s):
        s.x = s.x + 1

    return made(
        dict(x=Nat(3)),
        up,
        invariant=dict(small=lambda s: s.x < 4),
        reachable=dict(three=lambda s: s.x == 3, four=lambda s: s.x == 4),
        recoverable=dict(back=lambda s: s.x == 0),
        cuts=["x"],
    )


@case(4, 3, 3, three="VIOLATED 3", back="VIOLATED 1", deadlock_free="VIOLATED 3")
def a_counter_that_ends():
    def up(s):
        s.require(s.x < 3, "AtTheTop")
        s.x = s.x + 1

    return made(
        dict(x=Nat(3)),
        up,
        invariant=dict(three=lambda s: s.x != 3),
        recoverable=dict(back=lambda s: s.x == 0),
    )


@case(
    9,
    43,
    4,
    euclid="holds(cut: low)",
    rest="holds(cut: low)",
    low="reached 2",
    deadlock_free="holds(cut: low)",
    well_defined="holds(cut: low)",
)
def negative_integers():
    def step(s, c):
        s.x = s.x + (s.x - 5) % 3 - (c - 7) / 2 + c * s.x / -3 - 4
        s.within(s.x >= -4, "low")
        s.x = If(s.x > 4, -4, If(s.x < -4, 4, s.x))

    return made(
        dict(x=Int(-4, 4)),
        Action(step, c=Int(-2, 2)),
        invariant=dict(
            euclid=lambda s: s.x == 3 * (s.x / 3) + s.x % 3,
            rest=lambda s: And(s.x % -3 >= 0, (s.x - s.x - 7) / -2 == 4),
        ),
        reachable=dict(low=lambda s: s.x == -4),
        cuts=["low"],
    )


@case(5, 4, 4, positive="VIOLATED 4", well_defined="VIOLATED 5")
def a_division_by_zero():
    def down(s):
        s.y = 12 / s.x
        s.x = s.x - 1

    def begin(s):
        s.x = 4

    return made(
        dict(x=Nat(4), y=Nat(12)), down, init=begin, invariant=dict(positive=lambda s: s.x > 0)
    )


@case(13, 38, 12, guarded="holds", seven="UNREACHED")
def a_division_behind_a_guard():
    def step(s, c):
        s.require(Or(c == 0, And(c > 0, s.x % c == 0)), "Divides")
        s.x = If(c == 0, (s.x + 1) % 13, s.x / c)

    return made(
        dict(x=Nat(12)),
        Action(step, c=Int(-2, 3)),
        invariant=dict(guarded=lambda s: Implies(s.x != 0, 12 / s.x >= 1)),
        reachable=dict(seven=lambda s: And(s.x > 0, 12 / s.x == 7)),
    )


@case(31, 30, 4, equal="holds", far="UNREACHED", deadlock_free="VIOLATED 4")
def large_numbers_in_several_words():
    big = 2**40

    def turn(s, c):
        old = s.at[0]
        s.at = [s.at[1], s.at[2], (old * 3 + c) % big]
        s.low = -s.at[2]

    def begin(s):
        s.at = [big - 1, big - 2, big - 3]
        s.within(s.at[1] > 7, "seven")

    return made(
        dict(at=Array(THREE, Nat(big - 1)), low=Int(-big, 0), t=Nat(4)),
        Action(counted(turn, 4), c=TWO),
        init=begin,
        invariant=dict(equal=lambda s: Implies(s.t > 0, s.low + s.at[2] == 0)),
        reachable=dict(far=lambda s: s.at[0] == big // 2),
    )


@case(6, 6, 5, busy="VIOLATED 4", moves="holds", again="reached 5")
def an_enumeration_in_a_cycle():
    def turn(s):
        s.a = If(s.a == FREE, BUSY, If(s.a == BUSY, DOWN, FREE))
        s.b = Xor(s.b, s.a == FREE)

    return made(
        dict(a=STATUS, b=Bool),
        turn,
        invariant=dict(busy=lambda s: Or(s.a != BUSY, Not(s.b))),
        step=dict(moves=lambda a, b: a.a != b.a),
        reachable=dict(again=lambda s: And(s.a == DOWN, s.b)),
    )


@case(4, 3, 3, ends="holds", deadlock_free="VIOLATED 3")
def fields_at_the_ends_of_their_ranges():
    def swap(s):
        s.require(s.t < 3, "Over")
        s.t = s.t + 1
        old = s.a
        s.a = -1 - s.b
        s.b = -1 - old
        s.c = 7 - s.c

    return made(
        dict(a=Int(-8, 7), b=Int(-8, 7), c=Nat(7), t=Nat(3)),
        swap,
        init=lowest,
        invariant=dict(ends=lambda s: And(Or(s.a == 7, s.a == -8), s.a == s.b)),
    )


@case(5, 10, 3, low="holds", seven="reached 3")
def nested_when():
    def step(s, up):
        with s.when(up):
            with s.when(s.x > 1):
                s.y = True
                with s.when(s.y):
                    s.x = 0
            with s.when(Not(s.y)):
                s.x = s.x + 1
        with s.when(Not(up)):
            s.y = s.x == 2

    return made(
        dict(x=Nat(3), y=Bool),
        Action(step, up=Bool),
        invariant=dict(low=lambda s: s.x < 3),
        reachable=dict(seven=lambda s: And(s.y, s.x == 2)),
    )


def lowest(s: Any) -> None:
    """Begin at the ends of the ranges."""
    s.a = -8
    s.b = -8
    s.c = 7

"""Cases about starts, ends, checks, limits and goals."""

from __future__ import annotations

from model.language import Action, And, Bool, If, Int, Nat, Or, Set
from tests.agreement.cases import TWO, case, idle, made


@case(10, 9, 1, chosen="holds", other="VIOLATED 0", four="UNREACHED", deadlock_free="VIOLATED 0")
def initial_choices():
    def begin(s, c, m):
        s.assume(c != 1)
        s.require(Or(c == 0, m[0]), "NoMember")
        s.x = c
        s.a = m

    def up(s):
        s.require(s.x + s.a.size() < 5, "Full")
        with s.when(s.a[s.x % 2]):
            s.x = s.x + 1

    return made(
        dict(x=Nat(4), a=Set(TWO)),
        up,
        init=Action(begin, c=Nat(3), m=Set(TWO)),
        invariant=dict(chosen=lambda s: Or(s.x != 1, s.a[0]), other=lambda s: s.x < 3),
        reachable=dict(four=lambda s: s.x == 4),
    )


@case(0, 0, 0, never="holds", goal="UNREACHED")
def no_initial_state():
    def begin(s, c):
        s.assume(c > 0)
        s.require(c == 0, "Zero")

    return made(
        dict(x=Nat(1)),
        idle,
        init=Action(begin, c=Nat(1)),
        invariant=dict(never=lambda s: s.x == 1),
        reachable=dict(goal=lambda s: s.x == 0),
    )


@case(2, 2, 0, well_defined="VIOLATED 0")
def undefined_at_the_start():
    def begin(s, c):
        s.x = 2 / c

    return made(dict(x=Nat(2)), idle, init=Action(begin, c=Nat(2)))


@case(2, 0, 0, deadlock_free="undetermined(limit: x)", well_defined="undetermined(limit: x)")
def beyond_the_limit_at_the_start():
    def begin(s, c):
        s.x = c * 2

    return made(dict(x=Nat(3)), idle, init=Action(begin, c=Nat(2)))


@case(
    4, 16, 1, even="holds", odd="UNREACHED", six="reached 1", odd_again="VIOLATED 0", home="holds"
)
def unreachable_goals():
    def step(s, c):
        s.x = (s.x + 2 * c) % 8

    return made(
        dict(x=Nat(7)),
        Action(step, c=Nat(3)),
        invariant=dict(even=lambda s: s.x % 2 == 0),
        reachable=dict(odd=lambda s: s.x % 2 == 1, six=lambda s: s.x == 6),
        recoverable=dict(odd_again=lambda s: s.x == 7, home=lambda s: s.x == 0),
    )


@case(17, 33, 4, ten="VIOLATED 1", leaf="holds")
def a_goal_out_of_reach_for_some():
    def step(s, left):
        s.require(s.x < 8, "Done")
        s.x = 2 * s.x + If(left, 1, 2)

    return made(
        dict(x=Nat(16)),
        Action(step, left=Bool),
        idle,
        recoverable=dict(ten=lambda s: s.x == 10, leaf=lambda s: s.x >= 8),
    )


@case(3, 7, 2, small="holds", slow="holds")
def refused_by_the_first_check():
    def step(s, c):
        s.assume(Or(c > 0, s.x > 1))
        s.require(c <= s.x + 1, "TooLarge")
        with s.when(s.x > 0):
            s.require(Or(c == 0, s.x % 2 == 1), "Even")
        s.x = c

    return made(
        dict(x=Nat(4)),
        Action(step, c=Nat(4)),
        idle,
        invariant=dict(small=lambda s: s.x < 3),
        step=dict(slow=lambda a, b: b.x <= a.x + 1),
    )


@case(3, 6, 1, deadlock_free="holds(cut: sum)", well_defined="VIOLATED 2")
def cut_and_undefined_at_once():
    def step(s, c):
        s.within(s.x + c < 3, "sum")
        s.undefined(And(s.x == 2, c == 2), "two and two")
        s.x = c

    return made(dict(x=Nat(2)), Action(step, c=Nat(2)), cuts=["sum"])


@case(
    4,
    4,
    2,
    sum_="undetermined(limit: x)",
    deadlock_free="undetermined(limit: x)",
    well_defined="undetermined(limit: x)",
)
def two_limits_at_one_depth():
    def high(s):
        s.x = s.x + 2

    def low(s):
        s.y = s.y - 1
        s.within(s.y > -2, "floor")

    return made(
        dict(x=Nat(3), y=Int(-3, 0)), high, low, invariant=dict(sum_=lambda s: s.x + s.y > -2)
    )

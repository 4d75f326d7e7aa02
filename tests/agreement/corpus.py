"""Hand-made systems of under twelve lines, each for one thing that an engine can get wrong.

Every case says what must come out, in literal figures: states, steps, depth, and the verdict
on each property by name (with the length of its trace, where there is one).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from model.language import (
    Action,
    And,
    Array,
    Bool,
    Enum,
    If,
    Implies,
    Index,
    Int,
    Nat,
    Not,
    Or,
    Record,
    Seq,
    Set,
    System,
    Xor,
    count,
    exists,
    forall,
)
from properties.kinds import KINDS, Property
from tests.agreement.naive import BUILTINS

TWO, THREE, EIGHT, NINE = (Index(f"sort{n}", n) for n in (2, 3, 8, 9))
FREE, BUSY, DOWN = STATUS = Enum("free busy down")
CFG = SimpleNamespace(two=TWO, three=THREE)


@dataclass(frozen=True)
class Case:
    """A system, its properties and what is expected of it.

    `verdicts` has a word for each property, the built-in ones too; a length follows the
    word where a trace shows it ("VIOLATED 3").
    """

    name: str
    build: Callable[[], tuple[System, tuple[Property, ...]]]
    states: int
    steps: int
    depth: int
    verdicts: dict[str, str]


CORPUS: list[Case] = []


def case(states: int, steps: int, depth: int, **verdicts: str) -> Callable[[Any], Any]:
    """Enter a function that makes a system into the corpus."""
    usual = dict(deadlock_free="holds", well_defined="holds")

    def enter(build: Any) -> Any:
        CORPUS.append(Case(build.__name__, build, states, steps, depth, {**usual, **verdicts}))
        return build

    return enter


def made(storage: dict[str, Any], *actions: Any, **more: Any) -> tuple[System, tuple[Any, ...]]:
    """A system and its properties; `invariant=dict(name=function)` and so on declare these."""
    properties = [
        Property(kind, name, "", f"{name.replace('_', ' ')}.", function)
        for kind in KINDS
        for name, function in more.get(kind, {}).items()
    ]
    table = [a if isinstance(a, Action) else Action(a) for a in actions]
    init = more.get("init", start)
    system = System("tiny", CFG, storage, init, table, more.get("cuts", ()))
    return system, (*properties, *BUILTINS)


def start(s: Any) -> None:
    """Begin in the all-zero state."""


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
    7,
    6,
    2,
    room="undetermined(limit: q)",
    two="reached 2",
    deadlock_free="undetermined(limit: q)",
    well_defined="undetermined(limit: q)",
)
def a_queue_that_overflows():
    def push(s, v):
        s.q.push(v)

    return made(
        dict(q=Seq(Nat(1), 2)),
        Action(push, v=TWO),
        invariant=dict(room=lambda s: s.q.len <= 2),
        reachable=dict(two=lambda s: s.q.count(lambda e: e == 1) == 2),
    )


@case(
    7,
    12,
    2,
    room="holds(cut: q)",
    sorted_="VIOLATED 2",
    two="reached 2",
    empties="holds(cut: q)",
    deadlock_free="holds(cut: q)",
    well_defined="holds(cut: q)",
)
def a_queue_that_is_cut_and_taken_from():
    def push(s, v):
        s.q.push(v)

    def take(s):
        s.require(s.q.len > 0, "Empty")
        s.q.take()

    return made(
        dict(q=Seq(Nat(1), 2)),
        Action(push, v=TWO),
        take,
        invariant=dict(
            room=lambda s: s.q.len <= 2,
            sorted_=lambda s: Implies(s.q.len == 2, s.q[0] <= s.q[1]),
        ),
        reachable=dict(two=lambda s: s.q.count(lambda e: e == 1) == 2),
        recoverable=dict(empties=lambda s: s.q.len == 0),
        cuts=["q"],
    )


@case(1, 0, 0, well_defined="VIOLATED 1")
def a_queue_without_a_match():
    def take(s):
        s.x = s.q.take(lambda e: e == 1)

    return made(dict(q=Seq(Nat(1), 2), x=Nat(1)), take)


@case(15, 80, 3, order="VIOLATED 2", oldest="holds", full="reached 3")
def a_queue_with_a_middle():
    def push(s, v):
        s.require(s.q.len < 3, "Full")
        s.q.push(v)

    def push_front(s, v):
        s.require(s.q.len < 3, "Full")
        s.q.push_front(v)

    def take(s, v):
        s.require(s.q.any(lambda e: e == v), "None")
        s.q.take(lambda e: e == v)

    def keep(s, v):
        s.q.retain(lambda e: e != v)

    return made(
        dict(q=Seq(Nat(1), 3)),
        *[Action(f, v=TWO) for f in (push, push_front, take, keep)],
        invariant=dict(
            order=lambda s: Implies(s.q.len > 1, s.q[0] <= s.q[1]),
            oldest=lambda s: s.q.all(lambda e: e <= 1),
        ),
        reachable=dict(full=lambda s: s.q.len == 3),
    )


@case(8, 24, 3, some="VIOLATED 0", size="holds", step_="holds", every="reached 3")
def a_set_and_its_quantifiers():
    def toggle(s, i):
        s.a[i] = Not(s.a[i])

    return made(
        dict(a=Set(THREE)),
        Action(toggle, i=THREE),
        invariant=dict(
            some=lambda s: exists(THREE, lambda i: s.a[i]),
            size=lambda s: s.a.size() == count(THREE, lambda i: s.a[i]),
        ),
        step=dict(step_=lambda a, b: ((a.a | b.a) - (a.a & b.a)).size() == 1),
        reachable=dict(every=lambda s: forall(THREE, lambda i: s.a[i])),
    )


@case(10, 40, 3, part="VIOLATED 1", lost="VIOLATED 3", all_="reached 1")
def set_operations_with_a_set_as_choice():
    def assign(s, c):
        s.b = s.a - c
        s.a = (s.a & c) | TWO.set(lambda i: Not(s.b[i]))
        s.b = s.b | c

    return made(
        dict(a=Set(TWO), b=Set(TWO)),
        Action(assign, c=Set(TWO)),
        invariant=dict(part=lambda s: s.a <= s.b, lost=lambda s: Or(s.a >= s.b, s.a <= s.b)),
        reachable=dict(all_=lambda s: And(s.a == {0, 1}, s.b == {0, 1})),
    )


@case(9, 9, 8, others="holds", seen="holds", last="reached 8")
def a_symbolic_index():
    def up(s):
        s.at[s.k] = (s.at[s.k] + 1) % 3
        with s.when(s.at[s.k] == 0):
            s.k = (s.k + 1) % 3
        s.seen = s.at[s.at[s.k]] + s.at[0]

    return made(
        dict(k=THREE, at=Array(THREE, Nat(2)), seen=Nat(4)),
        up,
        invariant=dict(others=lambda s: s.at[(s.k + 1) % 3] == 0, seen=lambda s: s.seen < 4),
        reachable=dict(last=lambda s: And(s.k == 2, s.at[s.k] == 2)),
    )


@case(3, 2, 2, well_defined="VIOLATED 3")
def an_index_that_leaves_the_array():
    def up(s):
        s.k = s.k + 1
        s.x = s.at[s.k - 1]

    return made(dict(k=Nat(5), x=Bool, at=Set(TWO)), up)


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


@case(4, 8, 2, even="VIOLATED 1")
def an_ordered_loop_against_each():
    def ordered(s):
        for i in THREE:
            with s.when(s.at[i] == s.at[(i + 2) % 3]):
                s.at[i] = 1 - s.at[i]

    def at_once(s):
        for i in s.each(THREE):
            s.at[i] = 1 - s.at[i]

    return made(
        dict(at=Array(THREE, Nat(1))),
        ordered,
        at_once,
        invariant=dict(even=lambda s: count(THREE, lambda i: s.at[i] == 1) % 2 == 0),
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


@case(512, 4608, 9, bound="holds", top="reached 9")
def a_set_with_nine_members():
    def flip(s, i):
        s.a[i] = Not(s.a[i])

    return made(
        dict(a=Set(NINE)),
        Action(flip, i=NINE),
        invariant=dict(bound=lambda s: s.a.size() <= 9),
        reachable=dict(top=lambda s: s.a.size() == 9),
    )


def _bits(n: int) -> Any:
    """All `n` Booleans become true one after another, and then all false."""
    wide = Index("bit", n)

    def push(s):
        s.require(Not(s.a[n - 1]), "Full")
        for i in reversed(wide):
            s.a[i] = s.a[i - 1] if i else True

    def clear(s):
        s.require(s.a[n - 1], "NotFull")
        s.a = set()

    def prefix(s):
        return forall(wide, lambda i: Or(Not(s.a[i]), s.a[max(i - 1, 0)]))

    return made(
        dict(a=Set(wide)),
        push,
        clear,
        invariant=dict(prefix=prefix),
        reachable=dict(full=lambda s: forall(wide, lambda i: s.a[i])),
        recoverable=dict(empties=lambda s: s.a.size() == 0),
    )


@case(64, 64, 63, prefix="holds", full="reached 63", empties="holds")
def sixty_three_booleans():
    return _bits(63)


@case(65, 65, 64, prefix="holds", full="reached 64", empties="holds")
def sixty_four_booleans():
    return _bits(64)


@case(66, 66, 65, prefix="holds", full="reached 65", empties="holds")
def sixty_five_booleans():
    return _bits(65)


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


@case(15, 140, 1, copied="holds", three="VIOLATED 1", twice="reached 1")
def a_queue_as_a_choice():
    def assign(s, c):
        s.require(c.len != s.q.len, "SameLength")
        s.q = c

    return made(
        dict(q=Seq(Nat(1), 3)),
        Action(assign, c=Seq(Nat(1), 3)),
        invariant=dict(
            copied=lambda s: s.q.count(lambda e: e == 0) <= s.q.len,
            three=lambda s: s.q.count(lambda e: e == 1) < 3,
        ),
        reachable=dict(twice=lambda s: And(s.q.len == 2, s.q[0] == 1, s.q[1] == 1)),
    )


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


@case(351, 1154, 9, blank="VIOLATED 3", retried="reached 4", empty="VIOLATED 3")
def records_nested_in_arrays():
    claim = Record(thread=TWO, retries=Nat(1))
    core = Record(status=STATUS, claim=claim, votes=Set(TWO))

    def back(s, c, t):
        core = s.core[c]
        s.require(core.status == FREE, "Occupied")
        s.core[c] = dict(status=BUSY, claim=dict(thread=t))

    def vote(s, c, v):
        s.require(And(s.core[c].status == BUSY, Not(s.core[c].votes[v])), "NoVote")
        s.core[c].votes[v] = True
        with s.when(s.core[c].votes.size() == 2):
            s.core[1 - c].claim = s.core[c].claim
            s.core[c] = {}

    def fail(s, c):
        with s.when(s.core[c].status == BUSY):
            s.core[c].claim.retries = 1
            s.core[c].status = DOWN

    def free_is_blank(s):
        blank = dict(status=FREE)
        return forall(TWO, lambda c: Implies(s.core[c].status == FREE, s.core[c] == blank))

    return made(
        dict(core=Array(TWO, core)),
        Action(back, c=TWO, t=TWO),
        Action(vote, c=TWO, v=TWO),
        Action(fail, c=TWO),
        invariant=dict(blank=free_is_blank),
        reachable=dict(retried=lambda s: And(s.core[0].claim.retries == 1, s.core[1].votes[0])),
        recoverable=dict(empty=lambda s: s.core[0] == s.core[1]),
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


@case(26, 932, 9, odd="holds", up="holds", four="reached 5")
def a_set_choice_with_hundreds_of_values():
    def assign(s, c):
        s.require(c.size() == s.n, "Size")
        s.x = count(EIGHT, lambda i: And(c[i], i % 2 == 1))
        s.n = (s.n + 1) % 9

    return made(
        dict(n=Nat(8), x=Nat(4)),
        Action(assign, c=Set(EIGHT)),
        invariant=dict(odd=lambda s: Implies(s.n > 0, s.x <= s.n - 1)),
        step=dict(up=lambda a, b: Implies(a.n < 8, b.n == a.n + 1)),
        reachable=dict(four=lambda s: And(s.n == 5, s.x == 4)),
    )


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


def counted(function: Any, most: int) -> Any:
    """The body, at most so often: `t` counts."""

    def step(s: Any, **chosen: Any) -> None:
        s.require(s.t < most, "Over")
        s.t = s.t + 1
        function(s, **chosen)

    step.__name__ = function.__name__
    return step


def idle(s: Any) -> None:
    """Change nothing."""


def lowest(s: Any) -> None:
    """Begin at the ends of the ranges."""
    s.a = -8
    s.b = -8
    s.c = 7

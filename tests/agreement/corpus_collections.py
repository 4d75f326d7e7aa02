"""Cases about arrays, sets, queues and records."""

from __future__ import annotations

from typing import Any

from model.language import (
    Action,
    And,
    Array,
    Bool,
    Enum,
    Implies,
    Index,
    Nat,
    Not,
    Or,
    Record,
    Seq,
    Set,
    count,
    exists,
    forall,
)
from tests.agreement.cases import EIGHT, NINE, THREE, TWO, case, made

FREE, BUSY, DOWN = STATUS = Enum("free busy down")


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


@case(61, 100, 6, oldest_first="holds", deadlock_free="VIOLATED 6")
def the_first_match_is_taken():
    entry = Record(of=TWO, at=Nat(2))

    def push(s, v):
        s.require(s.t < 3, "Over")
        s.q.push(of=v, at=s.t)
        s.t = s.t + 1

    def take(s, v):
        s.require(s.q.any(of=v), "None")
        s.seen = dict(of=v, at=s.q.take(of=v).at)

    def oldest_first(s):
        return s.q.all(lambda e: Or(e.of != s.seen.of, e.at > s.seen.at, s.seen.at == 0))

    return made(
        dict(q=Seq(entry, 3), t=Nat(3), seen=entry),
        Action(push, v=TWO),
        Action(take, v=TWO),
        invariant=dict(oldest_first=oldest_first),
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

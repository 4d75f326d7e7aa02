"""The life of one accepted claim on a parathread, for any retries, any queue and any patience.

An abstraction of the system *scheduler*, as amended.  Of all claims one is left, with how many
are before it on its core and what that core does meanwhile; the rest of the host is the
environment, which decides what is backed and what becomes available, when sessions change and
what becomes of the queue then.

`limits` are any numbers, chosen once: `retries` is the configuration's parathread_retries;
`claims` how many there are at most, scheduling_lookahead * parathread_cores of the
largest configuration; `turn` in how many blocks an occupied core is free again, which is the
subject of the system *core_clock*.
"""

from collections.abc import Mapping

from .config import Config, Rules
from .language import Action, And, Bool, Enum, If, Min, Nat, Not, Or, Record, State, System

IDLE, OPEN, CLOSED = PHASE = Enum("idle open closed")  # between blocks; begun; inherent done
GONE, QUEUED, SCHEDULED, PENDING = PLACE = Enum("gone queued scheduled pending")  # of the claim
FREE, ASSIGNED, OCCUPIED = OTHER = Enum("free assigned occupied")  # its core, by another claim

LIMITS = "retries", "claims", "turn"
PRUNED = "retries-pruned-at-finalization"


def storage(sizes: Mapping[str, int] | None, *, counted: bool):
    """`ahead` are the queued claims before it on its core; `age` that of its core's occupant.

    With counters: the blocks begun since the claim was accepted, and its setbacks; and the most
    blocks that a wait and a setback take, which follow from the limits.  In a finite
    instance blocks stop counting, beyond all that they are compared with.
    """
    number = {name: Nat(sizes[name] + 1) if sizes else Nat() for name in LIMITS}
    blocks = Nat(sizes["blocks"]) if sizes else Nat()
    counters = dict(
        costs=Record(wait=blocks, setback=blocks),
        blocks=blocks,
        setbacks=Nat(sizes["setbacks"]) if sizes else Nat(),
    )
    return dict(
        limits=limits(sizes),
        phase=PHASE,
        place=PLACE,
        retries=number["retries"],
        ahead=number["claims"],
        other=OTHER,
        age=number["turn"],
        **(counters if counted else {}),
    )


def limits(sizes: Mapping[str, int] | None):
    """The numbers a life depends on; `sizes` are the largest of a finite instance."""
    return Record(**{name: Nat(sizes[name]) if sizes else Nat() for name in LIMITS})


def genesis(s: State, chosen):
    """There is no claim yet."""
    s.limits = chosen
    if _counts(s):
        s.costs.setback = chosen.claims * chosen.turn  # a turn of each
        with s.when(chosen.claims > 0):  # a block, and a turn of each other
            s.costs.wait = 1 + (chosen.claims - 1) * chosen.turn


def accept(s: State, front, core, since):
    """§2.5.5/add_parathread_claim: the claim enters the queue behind others, below the limit."""
    s.assume(And(s.place == GONE, s.phase != IDLE))
    s.assume(front + If(core == FREE, 0, 1) < s.limits.claims)
    s.assume(If(core == OCCUPIED, since + If(s.phase == OPEN, 0, 1) <= s.limits.turn, since == 0))
    s.place = QUEUED
    s.ahead, s.other, s.age = front, core, since


def session_change(s: State, moved, behind, dropped):
    """§2.5.5/session-change: cores are cleared, and perhaps given other claims.

    A claim whose candidate was pending returns to the back of the queue; one that was queued keeps
    its place, unless claims are reassigned (§2.5.5/session-change.12).
    """
    s.assume(s.phase == IDLE)
    s.assume(behind < s.limits.claims)
    returns = And(s.place != GONE, Or(moved, s.place == PENDING))
    with s.when(s.place != GONE):
        s.other, s.age = FREE, 0
    with s.when(returns):
        _set_back(s, behind)
    with s.when(dropped):  # its parathread or the last core is no more
        _leave(s)


def begin_block(s: State):
    """§2.5.5/initialization.1: a free core takes the first claim queued for it."""
    s.assume(s.phase == IDLE)
    with s.when(_occupied(s)):
        s.age = s.age + 1
    if _counts(s):
        with s.when(s.place != GONE):
            _count(s, "blocks")
    _take(s)
    s.phase = OPEN


def inherent(s: State, freed, late, behind, backed):
    """§2.5.7/inclusion: an occupied core is freed or not; what is scheduled is backed or not.

    No core stays occupied for more than `turn` blocks.  A claim whose candidate became available
    has done its work; one whose candidate is late returns (§2.5.5/description.6.4).
    """
    s.assume(s.phase == OPEN)
    s.assume(Or(freed, Not(_occupied(s)), s.age < s.limits.turn))
    s.assume(behind < s.limits.claims)
    own, others = And(freed, s.place == PENDING), And(freed, s.other == OCCUPIED)
    with s.when(others):
        s.other, s.age = FREE, 0
    with s.when(And(own, late)):
        _set_back(s, behind)
    with s.when(And(own, Not(late))):
        _leave(s)
    _take(s)
    with s.when(And(backed, s.other == ASSIGNED)):
        s.other = OCCUPIED
    with s.when(And(backed, s.place == SCHEDULED)):
        s.place = PENDING
    s.phase = CLOSED


def end_block(s: State, behind):
    """§2.5.5/finalization.1: a scheduled claim returns to the back with one retry more, or not."""
    s.assume(s.phase == CLOSED)
    s.assume(behind < s.limits.claims)
    pruned = s.cfg.amended(PRUNED)
    spent = And(pruned, s.retries >= s.limits.retries)
    unbacked = s.place == SCHEDULED
    with s.when(And(unbacked, Not(spent))):
        s.place, s.ahead = QUEUED, behind
        # without an end they saturate, as the scheduler's do
        s.retries = (s.retries if pruned else Min(s.retries, s.limits.retries)) + 1
    with s.when(And(unbacked, spent)):
        _leave(s)
    with s.when(s.other == ASSIGNED):
        s.other = FREE
    s.phase = IDLE


def _occupied(s):
    return Or(s.place == PENDING, s.other == OCCUPIED)


def _take(s):
    """§2.5.5/schedule.3: a free core takes the first entry that was assigned to it."""
    free = And(s.place == QUEUED, s.other == FREE)
    with s.when(And(free, s.ahead == 0)):
        s.place = SCHEDULED
    with s.when(And(free, s.ahead > 0)):
        s.other, s.ahead = ASSIGNED, s.ahead - 1


def _set_back(s, behind):
    """Back to the queue, retries unchanged: not an attempt, but the wait begins anew."""
    s.place, s.ahead, s.age = QUEUED, behind, 0
    if _counts(s):
        if s.cfg.sizes:  # the environment of a finite instance is not more hostile than that
            s.assume(s.setbacks < s.cfg.sizes["setbacks"])
        _count(s, "setbacks")


def _leave(s):
    s.place, s.retries, s.ahead, s.other, s.age = GONE, 0, 0, FREE, 0
    if _counts(s):
        s.blocks, s.setbacks = 0, 0


def _counts(s):
    return s.cfg.counted


def _count(s, name):
    more = getattr(s, name) + 1
    setattr(s, name, Min(more, s.cfg.sizes[name]) if s.cfg.sizes else more)


def system(
    sizes: Mapping[str, int] | None, *, counted: bool = False, pruned: bool = True
) -> System:
    """Lives of claims; `sizes` are the largest limits, None for any.

    Without `pruned` claims return for ever, as §2.5.5/finalization.1 is written.
    """
    rules = Rules(frozenset({PRUNED} if pruned else ()), frozenset({PRUNED}))
    kinds = storage(sizes, counted=counted)
    behind = kinds["ahead"]
    return System(
        "claim_life",
        Config(sizes or {}, rules, {}, dict(counted=counted)),
        kinds,
        Action(genesis, chosen=limits(sizes)),
        [
            Action(accept, actor="collator", front=behind, core=OTHER, since=kinds["age"]),
            Action(session_change, actor="runtime", moved=Bool, behind=behind, dropped=Bool),
            Action(begin_block, actor="runtime"),
            Action(inherent, actor="author", freed=Bool, late=Bool, behind=behind, backed=Bool),
            Action(end_block, actor="runtime", behind=behind),
        ],
    )

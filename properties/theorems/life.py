"""How long an accepted claim can stay.

Between two attempts it waits for at most claims - 1 others on its core, each for a turn; every
attempt that is not backed costs a retry; an attempt that fails in availability costs none, so that
no number of blocks is enough unless such setbacks are counted.  A setback is that, or a
session that ends while its candidate is pending, or one that gives the claims other cores.

In members of the configuration: claims is scheduling_lookahead * parathread_cores, and a turn the
bound of `timing`: max(period, 1) + max(0, group_rotation_frequency - window).
"""

from dataclasses import replace
from functools import partial

from model.claim_life import (
    ASSIGNED,
    FREE,
    GONE,
    IDLE,
    OCCUPIED,
    OPEN,
    PENDING,
    QUEUED,
    SCHEDULED,
    system,
)
from model.language import And, If, Implies, Or
from properties.kinds import invariant, step
from properties.theorem import Abstraction, assumption, of_system

from .timeouts import longest


@assumption("§2.5.5/description.5.4")
def a_turn_takes_a_block(s):
    """turn > 0: an occupied core is not free again within the block that occupies it."""
    return s.limits.turn > 0


# how many blocks a claim has left


def queue_wait(s):
    """In how many blocks at most those before a queued claim will have had their turns."""
    turn = s.limits.turn
    others = s.ahead * turn
    occupied = others + turn - s.age
    return If(s.other == OCCUPIED, occupied, others + If(s.other == ASSIGNED, turn, 1))


def blocks_left(s):
    """In how many blocks at most this attempt of a claim is over."""
    turn = s.limits.turn
    own = If(s.place == PENDING, turn - s.age, turn)
    return If(s.place == QUEUED, queue_wait(s), 0) + own


def longest_wait(limits):
    """The most blocks between two attempts: one, and a turn of every other claim."""
    return 1 + (limits.claims - 1) * limits.turn


def setback_cost(limits):
    """The most blocks that a setback costs: a turn of every claim, its own lost one included."""
    return limits.claims * limits.turn


def taken(s, retries):
    """The most blocks that so many retries take, the first attempt, a turn, and all setbacks."""
    return (retries + 1) * s.costs.wait + s.limits.turn + s.setbacks * s.costs.setback


# invariants of a life


@invariant("§2.5.5/storage.ParathreadClaimIndex")
def a_claim_is_in_one_place(s):
    """A claim is before no more claims than there are; what is gone has left nothing; and while it
    is scheduled or pending its core has no other.
    """
    count = s.ahead + If(s.other == FREE, 0, 1)
    nothing = And(s.ahead == 0, s.other == FREE, s.retries == 0, s.age == 0)
    return And(
        Implies(s.place == GONE, nothing),
        Implies(Or(s.place == SCHEDULED, s.place == PENDING), And(s.ahead == 0, s.other == FREE)),
        Implies(s.place != GONE, count < s.limits.claims),
        Implies(Or(s.place == SCHEDULED, s.other == ASSIGNED), s.phase != IDLE),
    )


@invariant("§2.5.5/description.5.4")
def occupants_are_not_older_than_a_turn(s):
    """The occupant of the claim's core is younger than a turn, or in its last block."""
    occupied = Or(s.place == PENDING, s.other == OCCUPIED)
    oldest = s.limits.turn - If(s.phase == OPEN, 0, 1)
    return If(occupied, s.age <= oldest, s.age == 0)


@invariant("§2.5.5/description.8.3")
def retries_stay_within_the_limit(s):
    """A claim has failed at most parathread_retries times."""
    return s.retries <= s.limits.retries


@invariant("§2.5.5/description.6.3")
def waits_are_within_the_limit(s):
    """Those before a claim on its core have their turns within turns of all claims but itself."""
    others = s.ahead * s.limits.turn
    most = (s.limits.claims - 1) * s.limits.turn
    return Implies(s.place != GONE, And(others >= 0, others <= most))


LEMMAS = (
    a_claim_is_in_one_place,
    occupants_are_not_older_than_a_turn,
    retries_stay_within_the_limit,
    waits_are_within_the_limit,
)


# the theorems


def _one_retry(before, after):
    """Whether retries grow one by one, and not beyond the limit."""
    limit = after.limits.retries
    more = And(after.retries == before.retries + 1, after.retries <= limit)
    return Or(after.retries == before.retries, more)


def _setback(before, after):
    """Whether the claim lost its turn in availability, or its place in the queue."""
    lost = And(before.place == PENDING, Or(after.place != PENDING, after.age < before.age))
    session = And(before.phase == IDLE, after.phase == IDLE)
    return Or(lost, And(session, after.ahead > before.ahead))


@step("§2.5.5/description.6.3")
def nearer_its_end(before, after):
    """Every block leaves an attempt one block less; only a retry, which costs the longest wait, and
    a setback, which costs a turn of each claim, begin another.
    """
    passed = If(And(before.phase == IDLE, after.phase == OPEN), 1, 0)
    lives = And(before.place != GONE, after.place != GONE)
    retry = If(after.retries > before.retries, longest_wait(before.limits), 0)
    setback = If(_setback(before, after), setback_cost(before.limits), 0)
    left = blocks_left(before) + retry + setback
    return Implies(lives, And(blocks_left(after) + passed <= left, _one_retry(before, after)))


@invariant("§2.5.5/storage.ParathreadClaimIndex")
def nothing_is_counted_of_what_is_gone(s):
    """Blocks and setbacks are counted from the acceptance of a claim."""
    return Implies(s.place == GONE, And(s.blocks == 0, s.setbacks == 0))


@invariant("§2.5.5/description.6.3")
def costs_follow_from_the_limits(s):
    """A wait takes 1 + (claims - 1) turn blocks at most, a setback claims turn."""
    costs, limits = s.costs, s.limits
    return Implies(
        limits.claims > 0,
        And(costs.wait == longest_wait(limits), costs.setback == setback_cost(limits)),
    )


@invariant("§2.5.5/description.8.3")
def attempts_left_take_time(s):
    """The attempts that a claim has left take a natural number of blocks."""
    return (s.limits.retries - s.retries) * s.costs.wait >= 0


@invariant("§2.5.5/description.6.3")
def blocks_are_accounted_for(s):
    """The blocks a claim has stayed and those of this attempt are within those of its attempts."""
    return Implies(s.place != GONE, s.blocks + blocks_left(s) <= taken(s, s.retries))


COUNTED = (
    *LEMMAS,
    nothing_is_counted_of_what_is_gone,
    costs_follow_from_the_limits,
    attempts_left_take_time,
    blocks_are_accounted_for,
)


def _between_blocks(s):
    """Whether no block is open and the claim is still there."""
    return And(s.place != GONE, s.phase == IDLE)


@invariant("§2.5.5/description.6.3", lemmas=COUNTED)
def leaves_within_the_bound(s):
    """A claim leaves within (retries + 1) (1 + (claims - 1) turn) + turn + setbacks claims turn
    blocks: between blocks, one that is still there has stayed fewer.
    """
    return Implies(_between_blocks(s), s.blocks < taken(s, s.limits.retries))


@invariant("§2.5.5/description.6.3", lemmas=COUNTED)
def leaves_whatever_sets_it_back(s):
    """A claim leaves within (retries + 1) (1 + (claims - 1) turn) + turn blocks, however often its
    candidates fail in availability.
    """
    at_most = taken(s, s.limits.retries) - s.setbacks * s.costs.setback
    return Implies(_between_blocks(s), s.blocks < at_most)


@invariant("§2.5.5/description.6.3", lemmas=COUNTED)
def leaves_a_block_earlier(s):
    """A claim leaves a block before the bound."""
    return Implies(_between_blocks(s), s.blocks + 1 < taken(s, s.limits.retries))


def claim_of_scheduler(system, state):
    """Of a state of the scheduler what a life knows: the claim on parathread 0."""
    phases = dict(open="open", closed="closed")  # every other phase lies between blocks
    cfg = system.cfg
    chain, thread = cfg.chain_availability_period, cfg.thread_availability_period
    chosen = dict(
        retries=cfg.parathread_retries,
        claims=cfg.scheduling_lookahead * cfg.max_parathread_cores,
        turn=int(longest(thread, max(chain, thread), cfg.group_rotation_frequency)),
    )
    gone = dict(place="gone", retries=0, ahead=0, other="free", age=0)
    phase = phases.get(state["phase"], "idle")
    return dict(limits=chosen, phase=phase, **gone) | _claim(state)


def _claim(state):
    queue = state["ParathreadQueue"]["queue"]
    for place, entry in enumerate(queue):
        if entry["thread"] == 0:
            ahead = sum(earlier["core"] == entry["core"] for earlier in queue[:place])
            other, age = _other(state, entry["core"])
            return dict(place="queued", retries=entry["retries"], ahead=ahead, other=other, age=age)
    first = state["parachains"]
    for core, scheduled in enumerate(state["Scheduled"]):
        if core >= first and scheduled["some"] and scheduled["thread"] == 0:
            return dict(place="scheduled", retries=scheduled["retries"])
    for core, entry in enumerate(state["AvailabilityCores"]):
        if entry["kind"] == "parathread" and entry["thread"] == 0:
            age = state["pending"][core]["age"]
            return dict(place="pending", retries=entry["retries"], age=age)
    return {}


def _other(state, core):
    if state["Scheduled"][core]["some"]:
        return "assigned", 0
    if state["AvailabilityCores"][core]["kind"] == "parathread":
        return "occupied", state["pending"][core]["age"]
    return "free", 0


TINY = dict(retries=0, claims=1, turn=1, blocks=6, setbacks=2)
SMALL = dict(retries=1, claims=2, turn=2, blocks=20, setbacks=2)


def _life(name, goal, *, counted=True, pruned=True, **more):
    return of_system(
        name,
        item=13,
        subject="scheduler",
        system=partial(system, counted=counted, pruned=pruned),
        goal=goal,
        given=[a_turn_takes_a_block],
        small=[TINY, SMALL],
        **more,
    )


every_block_brings_a_claim_nearer_its_end = _life(
    "every_block_brings_a_claim_nearer_its_end",
    replace(nearer_its_end, lemmas=LEMMAS),
    counted=False,
    abstracts=Abstraction("scheduler", "tiny", claim_of_scheduler),
)
every_claim_leaves_within_the_bound = _life(
    "every_claim_leaves_within_the_bound",
    leaves_within_the_bound,
    through="every_block_brings_a_claim_nearer_its_end",
)
every_claim_leaves_a_block_earlier = _life(
    "every_claim_leaves_a_block_earlier", leaves_a_block_earlier
)
every_claim_leaves_whatever_sets_it_back = _life(
    "every_claim_leaves_whatever_sets_it_back", leaves_whatever_sets_it_back
)
every_claim_leaves_as_written = _life(
    "every_claim_leaves_as_written", leaves_within_the_bound, pruned=False
)

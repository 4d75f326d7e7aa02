"""What the claim index says, for any number of parathreads and of cores.

The index is to hold exactly the parathreads with a claim, each parathread is to have one claim at
most, and a core is to be occupied exactly while a candidate of its para is pending.
"""

from dataclasses import replace
from functools import partial

from model.claim_index import AS_WRITTEN, has_claim, system
from model.language import And, Implies, Not, Or, exists, forall
from model.scheduler import NONE, PARACHAIN, PARATHREAD
from properties.kinds import invariant
from properties.theorem import Abstraction, of_system


def is_on(s, c, t):
    """Whether a claim of a parathread is on a core: scheduled there, or on its way to inclusion."""
    scheduled = And(s.scheduled[c].some, c >= s.parachains, s.scheduled[c].thread == t)
    return Or(scheduled, has_claim(s, c, t))


@invariant("§2.5.5/storage.AvailabilityCores.3")
def cores_have_one_use(s):
    """A core is not scheduled and occupied at once, and occupied as its place says."""

    def one(c):
        kind = s.occupied[c].kind
        return And(
            Implies(s.scheduled[c].some, kind == NONE),
            Implies(kind == PARACHAIN, c < s.parachains),
            Implies(kind == PARATHREAD, c >= s.parachains),
        )

    return forall(s.cfg.core, one)


@invariant("§2.5.5/storage.ParathreadClaimIndex")
def claims_are_in_one_place(s):
    """A claim is in the queue once, or on one core, and no parathread has two."""
    cores = s.cfg.core

    def one(t):
        once = forall(
            cores,
            lambda c: forall(cores, lambda d: Implies(And(is_on(s, c, t), is_on(s, d, t)), c == d)),
        )
        queued = Implies(s.queued[t] > 0, forall(cores, lambda c: Not(is_on(s, c, t))))
        return And(s.queued[t] <= 1, queued, once)

    return forall(s.cfg.thread, one)


@invariant("§2.5.5/storage.ParathreadClaimIndex")
def index_is_of_claims(s):
    """The index holds exactly the parathreads that have a claim, queued or on a core."""
    return forall(
        s.cfg.thread,
        lambda t: s.index[t] == Or(s.queued[t] > 0, exists(s.cfg.core, lambda c: is_on(s, c, t))),
    )


@invariant("§2.5.6/storage.PendingAvailability")
def occupied_while_pending(s):
    """A core is occupied exactly while a candidate is pending on it, of the same para."""

    def same(c):
        pending, occupant = s.pending[c], s.occupied[c]
        return And(
            (occupant.kind != NONE) == pending.some,
            Implies(pending.some, occupant.thread == pending.thread),
        )

    return forall(s.cfg.core, same)


LEMMAS = [cores_have_one_use, claims_are_in_one_place, index_is_of_claims, occupied_while_pending]


def claims_of_scheduler(system, state):
    """The abstract state of a state of the scheduler: each claim where it is, and the index.

    A parachain's core is scheduled for no parathread.
    """
    queue = [entry["thread"] for entry in state["ParathreadQueue"]["queue"]]
    chains = state["parachains"]
    scheduled = [
        dict(some=core["some"], thread=core["thread"] if c >= chains else 0)
        for c, core in enumerate(state["Scheduled"])
    ]
    cores = state["AvailabilityCores"]
    return dict(
        parachains=chains,
        index=state["ParathreadClaimIndex"],
        queued=[queue.count(t) for t in range(system.cfg.thread.n)],
        scheduled=scheduled,
        occupied=[dict(kind=core["kind"], thread=core["thread"]) for core in cores],
        pending=[dict(some=one["some"], thread=one["thread"]) for one in state["pending"]],
    )


SMALL = (
    dict(cores=1, threads=2),
    dict(cores=3, threads=1),
    dict(cores=2, threads=2),  # those of the scheduler's instance
)
SCHEDULER = Abstraction("scheduler", "tiny", claims_of_scheduler)


def _claims(name, goal, *, written=False):
    """A theorem about the repaired text, an abstraction of the scheduler, or about the text."""
    others = tuple(lemma for lemma in LEMMAS if lemma.name != goal.name)
    note = NOTE if written else ""
    return of_system(
        name,
        item=14,
        subject="scheduler",
        system=partial(system, **AS_WRITTEN) if written else system,
        goal=replace(goal, sentence=goal.sentence + note, lemmas=others),
        small=SMALL,
        abstracts=None if written else SCHEDULER,
    )


NOTE = " Nothing clears the entry of a returned core, and its claim leaves the index, as written."

the_index_holds_exactly_what_is_claimed = _claims(
    "the_index_holds_exactly_what_is_claimed", index_is_of_claims
)
the_index_holds_exactly_what_is_claimed_as_written = _claims(
    "the_index_holds_exactly_what_is_claimed_as_written", index_is_of_claims, written=True
)
a_parathread_has_at_most_one_claim = _claims(
    "a_parathread_has_at_most_one_claim", claims_are_in_one_place
)
a_parathread_has_at_most_one_claim_as_written = _claims(
    "a_parathread_has_at_most_one_claim_as_written", claims_are_in_one_place, written=True
)
a_core_is_occupied_exactly_while_pending = _claims(
    "a_core_is_occupied_exactly_while_pending", occupied_while_pending
)
a_core_is_occupied_exactly_while_pending_as_written = _claims(
    "a_core_is_occupied_exactly_while_pending_as_written", occupied_while_pending, written=True
)

"""What is true of the scheduler as amended besides what §2.5.5 promises: lemmas of proofs.

Together they are inductive, and what the section promises of claims and cores follows from them
or is inductive beside them.  Of the text as written several are false, and proofs fail.
"""

from model.language import And, If, Implies, Max, Not, Or, forall
from model.scheduler import NONE, PARACHAIN, PARATHREAD, cores, group_on
from model.scheduler_system import CHANGED, CLOSED, ENDING, IDLE, NO, OPEN

from .kinds import invariant
from .scheduler_words import claims


@invariant("§2.5.5/session-change.6")
def a_group_for_each_core_that_exists(s):
    """There are as many groups as cores, no more than there can be, and all members are in one."""
    return And(
        s.groups == cores(s),
        cores(s) <= s.cfg.core.n,
        forall(s.cfg.validator, lambda v: Or(s.ValidatorGroups[v] < s.groups, s.groups == 0)),
    )


@invariant("§2.5.5/description.9")
def work_is_for_cores_that_exist(s):
    """What is scheduled or occupied is a core of the session, parachains before parathreads."""
    return forall(
        s.cfg.core,
        lambda c: And(
            Implies(s.Scheduled[c].some, c < cores(s)),
            Implies(s.AvailabilityCores[c].kind == PARACHAIN, c < s.parachains),
            Implies(
                s.AvailabilityCores[c].kind == PARATHREAD, And(c >= s.parachains, c < cores(s))
            ),
        ),
    )


@invariant("§2.5.6/storage.PendingAvailability")
def occupied_while_pending(s):
    """A core is occupied exactly while a candidate of its para is pending; nothing else waits
    for it.
    """
    return forall(
        s.cfg.core,
        lambda c: And(
            (s.AvailabilityCores[c].kind != NONE) == s.pending[c].some,
            s.pending[c].thread == s.AvailabilityCores[c].thread,
            Not(And(s.pending[c].some, s.Scheduled[c].some)),
        ),
    )


@invariant("§2.5.5/storage.ParathreadClaimIndex")
def one_claim_exactly_while_indexed(s):
    """A parathread has one claim while it is in the index, and none otherwise."""
    return forall(
        s.cfg.thread,
        lambda t: And(claims(s, t) <= 1, s.ParathreadClaimIndex[t] == (claims(s, t) == 1)),
    )


@invariant("§2.5.5/storage.QueuedParathread.core")
def queued_claims_can_be_served(s):
    """A queued claim waits for a parathread core of the session, and so does the next one."""
    return And(
        s.ParathreadQueue.queue.all(lambda e: And(e.core >= s.parachains, e.core < cores(s))),
        Or(s.parathread_cores == 0, s.ParathreadQueue.next_core < s.parathread_cores),
    )


@invariant("§2.5.5/description.8.3")
def no_claim_has_more_than_its_retries(s):
    """No claim, queued, scheduled or on an occupied core, is beyond its retries."""
    limit = s.cfg.parathread_retries
    return And(
        s.ParathreadQueue.queue.all(lambda e: e.retries <= limit),
        forall(
            s.cfg.core,
            lambda c: And(s.Scheduled[c].retries <= limit, s.AvailabilityCores[c].retries <= limit),
        ),
    )


@invariant("§2.5.5/storage.ParathreadClaim")
def all_claims_are_of_live_parathreads(s):
    """Every claim is on a parathread that is registered."""
    live = s.parathreads
    return And(
        s.ParathreadQueue.queue.all(lambda e: live[e.thread]),
        forall(
            s.cfg.core,
            lambda c: And(
                Implies(And(s.Scheduled[c].some, c >= s.parachains), live[s.Scheduled[c].thread]),
                Implies(
                    s.AvailabilityCores[c].kind == PARATHREAD,
                    live[s.AvailabilityCores[c].thread],
                ),
            ),
        ),
    )


@invariant("§2.5.5/finalization.1")
def scheduled_only_within_a_block(s):
    """Between blocks nothing is scheduled and nothing was just returned."""
    inside = Or(s.phase == OPEN, s.phase == CLOSED)
    return And(
        forall(
            s.cfg.core,
            lambda c: And(
                Implies(s.Scheduled[c].some, And(inside, s.Scheduled[c].group == _group(s, c))),
                Implies(s.returned[c] != NO, s.phase == CLOSED),
            ),
        ),
        Implies(inside, s.block < s.cfg.session_length),
        Implies(s.phase == CHANGED, s.block == 0),
        Implies(s.phase == ENDING, s.block > 0),
        Implies(s.phase == IDLE, s.block < s.cfg.session_length),
    )


def _group(s, c):
    return If(cores(s) > 0, group_on(s, c), 0)


@invariant("§2.5.5/add_parathread_claim.2")
def claims_within_limit(s):
    """There are no more claims than the limit allows, or than the session began with."""
    limit = s.cfg.scheduling_lookahead * s.parathread_cores
    claimed = s.ParathreadClaimIndex.size()
    return Or(claimed <= limit, claimed <= s.claims_at_start)


@invariant("§2.5.5/description.5.4")
def waiting_since_the_last_window(s):
    """What is pending waits at most its period, and on until the next rotation if its window has
    passed.
    """
    cfg = s.cfg
    frequency = cfg.group_rotation_frequency
    window = max(cfg.chain_availability_period, cfg.thread_availability_period)
    closed = s.phase == CLOSED
    ended = If(closed, s.block, If(s.block > 0, s.block - 1, 0)) % frequency
    missed = If(ended >= window, ended - window + 1, 0)

    def in_time(c):
        period = If(c < s.parachains, cfg.chain_availability_period, cfg.thread_availability_period)
        waited = s.pending[c].age - If(s.phase == OPEN, 1, 0)
        return Implies(s.pending[c].some, waited <= Max(period - 1, 0) + missed)

    return And(
        forall(cfg.core, in_time),
        Implies(s.phase == CHANGED, forall(cfg.core, lambda c: Not(s.pending[c].some))),
        Implies(Not(closed), Or(s.block > 0, forall(cfg.core, lambda c: Not(s.pending[c].some)))),
    )


STRENGTHENING = (
    a_group_for_each_core_that_exists,
    work_is_for_cores_that_exist,
    occupied_while_pending,
    one_claim_exactly_while_indexed,
    queued_claims_can_be_served,
    no_claim_has_more_than_its_retries,
    all_claims_are_of_live_parathreads,
    scheduled_only_within_a_block,
    claims_within_limit,
    waiting_since_the_last_window,
)

"""What §2.5.5 promises about claims on parathreads, and what must be possible."""

from model.language import And, Implies, Not, Or, exists, forall
from model.scheduler import PARATHREAD, cores
from model.scheduler_system import CHANGED, CLOSED, CONCLUDED, OPEN, TIMED_OUT

from .kinds import invariant, reachable, recoverable, step
from .scheduler_lemmas import STRENGTHENING
from .scheduler_words import (
    between_blocks,
    claims,
    parathread_cores,
    parathread_cores_some,
    session_changes,
)

# claims


@invariant("§2.5.5/storage.ParathreadClaimIndex", lemmas=STRENGTHENING)
def indexed_exactly_while_claimed(s):
    """Between blocks the index holds exactly the parathreads that have a claim.

    A claim enters it with §2.5.5/add_parathread_claim.5, and leaves it with what serves it
    (§2.5.5/schedule.2) or prunes it (§2.5.5/session-change.11).
    """
    return Implies(
        between_blocks(s),
        forall(s.cfg.thread, lambda t: s.ParathreadClaimIndex[t] == (claims(s, t) > 0)),
    )


@invariant("§2.5.5/storage.ParathreadClaimIndex", lemmas=STRENGTHENING)
def at_most_one_claim_for_each_parathread(s):
    """Only one claim on a parathread is queued, scheduled or on an occupied core.

    Parathreads work by claims (§2.5.5/description.6.1); who has won one
    (§2.5.5/description.6.2) finds it refused while another is there
    (§2.5.5/add_parathread_claim.1).
    """
    return forall(s.cfg.thread, lambda t: claims(s, t) <= 1)


@invariant("§2.5.5/add_parathread_claim.2", lemmas=STRENGTHENING)
def queue_within_limit(s):
    """The queue never outgrows scheduling_lookahead * parathread_cores within a session.

    Claims that the session began with, under another limit, may stay in
    §2.5.5/storage.ParathreadQueue.queue.
    """
    limit = s.cfg.scheduling_lookahead * s.parathread_cores
    queued = s.ParathreadQueue.queue.len
    return Or(queued <= limit, queued <= s.claims_at_start)


@invariant("§2.5.5/storage.QueuedParathread.core", lemmas=STRENGTHENING)
def queued_claims_have_a_parathread_core(s):
    """Every queued claim is assigned to a parathread core of the session.

    Of §2.5.5/storage.QueuedParathread.claim it is the core beside it.
    """
    return s.ParathreadQueue.queue.all(
        lambda entry: And(entry.core >= s.parachains, entry.core < cores(s))
    )


@invariant("§2.5.5/storage.ParathreadQueue.next_core", lemmas=STRENGTHENING)
def next_core_is_a_parathread_core(s):
    """The next claim's core exists, if there is any parathread core.

    It goes on modulo their number (§2.5.5/add_parathread_claim.4).
    """
    return Or(s.parathread_cores == 0, s.ParathreadQueue.next_core < s.parathread_cores)


@invariant("§2.5.5/storage.ParathreadClaim", lemmas=STRENGTHENING)
def claims_are_on_live_parathreads(s):
    """Every queued or scheduled claim is on a parathread that is registered."""
    return And(
        s.ParathreadQueue.queue.all(lambda entry: s.parathreads[entry.thread]),
        parathread_cores(
            s, lambda c: Implies(s.Scheduled[c].some, s.parathreads[s.Scheduled[c].thread])
        ),
    )


@invariant("§2.5.5/description.8.3", lemmas=STRENGTHENING)
def no_claim_is_tried_beyond_its_retries(s):
    """A scheduled claim has failed at most parathread_retries times before.

    So counts §2.5.5/storage.ParathreadEntry.retries, which a claim keeps with it
    (§2.5.5/storage.ParathreadEntry.claim), and prunes §2.5.5/session-change.10.
    """
    limit = s.cfg.parathread_retries
    return parathread_cores(s, lambda c: s.Scheduled[c].retries <= limit)


@step("§2.5.5/description.6.3", lemmas=STRENGTHENING)
def a_claim_gets_its_attempts(before, after):
    """A claim leaves only when served, out of retries, or without a para or a core to serve it."""
    limit = before.cfg.parathread_retries

    def served(t):
        return exists(
            before.cfg.core,
            lambda c: And(
                after.returned[c] == CONCLUDED,
                before.AvailabilityCores[c].kind == PARATHREAD,
                before.AvailabilityCores[c].thread == t,
            ),
        )

    def spent(t):
        scheduled = exists(
            before.cfg.core,
            lambda c: And(
                before.Scheduled[c].some,
                before.Scheduled[c].thread == t,
                before.Scheduled[c].retries >= limit,
            ),
        )
        queued = before.ParathreadQueue.queue.any(
            lambda entry: And(entry.thread == t, entry.retries > limit)
        )
        occupied = exists(
            before.cfg.core,
            lambda c: And(
                before.AvailabilityCores[c].kind == PARATHREAD,
                before.AvailabilityCores[c].thread == t,
                before.AvailabilityCores[c].retries > limit,
            ),
        )
        return Or(scheduled, queued, occupied)

    def without_place(t):
        return Or(Not(after.parathreads[t]), after.parathread_cores == 0)

    return forall(
        before.cfg.thread,
        lambda t: Implies(
            And(before.ParathreadClaimIndex[t], Not(after.ParathreadClaimIndex[t])),
            Or(served(t), spent(t), without_place(t)),
        ),
    )


@step("§2.5.5/description.6.4", lemmas=STRENGTHENING)
def an_availability_failure_is_not_charged(before, after):
    """A claim whose candidate times out is kept, with as many retries as before."""

    def kept(entry):
        queued = after.ParathreadQueue.queue.any(thread=entry.thread, retries=entry.retries)
        scheduled = exists(
            after.cfg.core,
            lambda c: And(
                after.Scheduled[c].some,
                after.Scheduled[c].thread == entry.thread,
                after.Scheduled[c].retries == entry.retries,
            ),
        )
        occupied = exists(
            after.cfg.core,
            lambda c: And(
                after.pending[c].some,
                after.AvailabilityCores[c].thread == entry.thread,
                after.AvailabilityCores[c].retries == entry.retries,
            ),
        )
        return Or(queued, scheduled, occupied)

    return Implies(
        And(before.phase == OPEN, after.phase == CLOSED),
        forall(
            before.cfg.core,
            lambda c: Implies(
                And(
                    after.returned[c] == TIMED_OUT,
                    before.AvailabilityCores[c].kind == PARATHREAD,
                ),
                kept(before.AvailabilityCores[c]),
            ),
        ),
    )


@step("§2.5.5/description.6.5", lemmas=STRENGTHENING)
def a_claim_runs_on_the_core_it_was_given(before, after):
    """A queued claim is scheduled on the core it was assigned to in advance.

    Whichever entry §2.5.5/schedule.3 takes.
    """
    return parathread_cores(
        after,
        lambda c: Implies(
            And(after.Scheduled[c].some, Not(before.Scheduled[c].some)),
            before.ParathreadQueue.queue.all(
                lambda entry: Or(entry.thread != after.Scheduled[c].thread, entry.core == c)
            ),
        ),
    )


@step("§2.5.5/session-change.13", lemmas=STRENGTHENING)
def claims_are_balanced_when_cores_change(before, after):
    """When the number of parathread cores changes, claims are spread evenly over them.

    That is when §2.5.5/session-change.12 gives them new cores.
    """
    queue = after.ParathreadQueue.queue
    changed = And(session_changes(before, after), before.parathread_cores != after.parathread_cores)
    return Implies(
        changed,
        parathread_cores(
            after,
            lambda c: parathread_cores(
                after, lambda d: queue.count(core=c) <= queue.count(core=d) + 1
            ),
        ),
    )


@recoverable("§2.5.5/storage.ParathreadClaimIndex")
def no_parathread_is_locked_out(s):
    """From every state there is a way to one in which every parathread can be claimed."""
    return And(s.ParathreadClaimIndex.size() == 0, s.parathread_cores > 0)


# what must be possible


@reachable("§2.5.5/description.7.3")
def a_freed_core_is_backed_in_the_same_block(s):
    """A core is freed by an available candidate and occupied by the next one in one block."""
    return exists(s.cfg.core, lambda c: And(s.returned[c] == CONCLUDED, s.pending[c].some))


@reachable("§2.5.5/description.8.3")
def a_claim_is_retried(s):
    """A claim is scheduled for another attempt.

    The one before came to no candidate (§2.5.5/description.8.1).
    """
    return parathread_cores_some(s, lambda c: s.Scheduled[c].retries > 0)


@reachable("§2.5.5/session-change.2.2")
def a_claim_survives_a_session_change(s):
    """A session begins with a claim in the queue."""
    begins = Or(between_blocks(s), s.phase == CHANGED)
    return And(s.block == 0, begins, s.ParathreadQueue.queue.len > 0)


@reachable("§2.5.5/task.2")
def all_cores_are_occupied(s):
    """There are cores, and every one is occupied."""
    return And(
        cores(s) > 1,
        forall(s.cfg.core, lambda c: Or(c >= cores(s), s.pending[c].some)),
    )

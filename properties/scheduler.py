"""What §2.5.5 promises about groups, cores and claims.

The sentences are the section's goals and promises, and claims about the runtime that concern it.
"""

from model.language import And, If, Implies, Not, Or, count, exists, forall
from model.scheduler import NONE, PARACHAIN, PARATHREAD, cores, group_on, group_size
from model.scheduler_system import CHANGED, CLOSED, CONCLUDED, ENDING, IDLE, OPEN, TIMED_OUT

from .kinds import invariant, reachable, recoverable, step


def between_blocks(s):
    return Or(s.phase == IDLE, s.phase == ENDING)


def session_changes(before, after):
    """Whether the step is a session change."""
    return Or(
        And(before.phase == IDLE, after.phase == CHANGED),
        And(before.phase == ENDING, after.phase == IDLE),
    )


def parathread_cores(s, body):
    """Whether the body is true of every parathread core."""
    return forall(s.cfg.core, lambda c: Implies(And(c >= s.parachains, c < cores(s)), body(c)))


def claims(s, t):
    """How many claims of a parathread there are: queued, scheduled or on an occupied core."""
    scheduled = count(
        s.cfg.core,
        lambda c: And(c >= s.parachains, s.Scheduled[c].some, s.Scheduled[c].thread == t),
    )
    occupied = count(
        s.cfg.core,
        lambda c: And(
            s.AvailabilityCores[c].kind == PARATHREAD,
            s.AvailabilityCores[c].thread == t,
            Not(s.Scheduled[c].some),
        ),
    )
    return s.ParathreadQueue.queue.count(thread=t) + scheduled + occupied


# validator groups


@invariant("§2.5.5/storage.ValidatorGroups")
def one_group_for_each_core(s):
    """There are as many validator groups as availability cores."""
    return s.groups == cores(s)


@invariant("§2.5.5/session-change.9")
def group_sizes_differ_by_at_most_one(s):
    """The validators are spread over the groups as evenly as possible."""
    smallest = s.validators / If(s.groups == 0, 1, s.groups)
    return forall(
        s.cfg.group,
        lambda g: Implies(
            g < s.groups,
            Or(group_size(s, g) == smallest, group_size(s, g) == smallest + 1),
        ),
    )


@invariant("§2.5.5/goal.4.2")
def every_core_has_a_validator(s):
    """With at least as many validators as cores, the group on every core has a member."""
    return Implies(
        s.validators >= cores(s),
        forall(
            s.cfg.core,
            lambda c: If(c < cores(s), group_size(s, _group_on(s, c)) > 0, True),
        ),
    )


def _group_on(s, c):
    return If(cores(s) > 0, group_on(s, c), 0)


@invariant("§2.5.5/description.4.2")
def scheduled_cores_have_their_group(s):
    """A scheduled core is assigned the group i with (i + k) % n equal to it, and that group exists."""
    rotations = s.block / s.cfg.group_rotation_frequency
    n = If(cores(s) > 0, cores(s), 1)
    return forall(
        s.cfg.core,
        lambda c: Implies(
            s.Scheduled[c].some,
            And(s.Scheduled[c].group < s.groups, (s.Scheduled[c].group + rotations) % n == c),
        ),
    )


@step("§2.5.5/description.3.3")
def groups_change_only_with_the_session(before, after):
    """No validator moves to another group while a session lasts."""
    same = And(
        before.groups == after.groups,
        before.ValidatorGroups == after.ValidatorGroups,
    )
    return Or(session_changes(before, after), same)


@step("§2.5.5/description.3.4")
def rotation_gives_every_core_another_group(before, after):
    """At a rotation every core gets another group, if there is more than one."""
    frequency = before.cfg.group_rotation_frequency
    rotates = And(
        Not(session_changes(before, after)),
        before.block / frequency != after.block / frequency,
        cores(before) > 1,
    )
    return Implies(
        rotates,
        forall(
            before.cfg.core,
            lambda c: Or(c >= cores(before), _group_on(before, c) != _group_on(after, c)),
        ),
    )


@step("§2.5.5/goal.1")
def assignments_are_known_a_block_ahead(before, after):
    """Which validators serve which core in a block can be read from the state after the one before."""

    def serves(s, v, c):
        return And(v < s.validators, c < cores(s), s.ValidatorGroups[v] == _group_on(s, c))

    cfg = before.cfg
    return Implies(
        And(before.phase == IDLE, after.phase != IDLE),
        forall(
            cfg.validator,
            lambda v: forall(cfg.core, lambda c: serves(before, v, c) == serves(after, v, c)),
        ),
    )


# availability cores


@invariant("§2.5.6/storage.PendingAvailability")
def occupied_exactly_while_pending(s):
    """Between blocks a core is occupied exactly while a candidate of its para is pending on it."""
    return Implies(
        between_blocks(s),
        forall(
            s.cfg.core,
            lambda c: And(
                (s.AvailabilityCores[c].kind != NONE) == s.pending[c].some,
                Implies(s.pending[c].some, s.pending[c].thread == s.AvailabilityCores[c].thread),
            ),
        ),
    )


@invariant("§2.5.5/goal.2")
def a_pending_para_is_not_assigned(s):
    """No core is scheduled for a para that has a candidate pending availability."""
    return forall(
        s.cfg.core,
        lambda c: Implies(
            s.pending[c].some,
            And(
                Not(s.Scheduled[c].some),
                forall(
                    s.cfg.core,
                    lambda d: Not(
                        And(
                            c >= s.parachains,
                            d >= s.parachains,
                            s.Scheduled[d].some,
                            s.Scheduled[d].thread == s.pending[c].thread,
                        )
                    ),
                ),
            ),
        ),
    )


@invariant("§2.5.5/core_para")
def core_para_has_one_answer(s):
    """No core is scheduled for one para and occupied by another."""
    return forall(
        s.cfg.core,
        lambda c: Not(
            And(
                s.Scheduled[c].some,
                s.AvailabilityCores[c].kind == PARATHREAD,
                s.AvailabilityCores[c].thread != s.Scheduled[c].thread,
            )
        ),
    )


@invariant("§2.5.5/storage.AvailabilityCores.3")
def parachains_come_first(s):
    """The i'th parachain has the i'th core, parathreads have the rest, and no other core is in use."""
    return forall(
        s.cfg.core,
        lambda c: And(
            Implies(s.AvailabilityCores[c].kind == PARACHAIN, c < s.parachains),
            Implies(s.AvailabilityCores[c].kind == PARATHREAD, c >= s.parachains),
            Implies(Or(s.AvailabilityCores[c].kind != NONE, s.Scheduled[c].some), c < cores(s)),
        ),
    )


@invariant("§2.5.5/description.5.4")
def a_core_is_freed_in_time(s):
    """No candidate stays pending longer than its availability period and one rotation."""
    cfg = s.cfg
    longest = max(
        cfg.chain_availability_period,
        cfg.thread_availability_period,
        cfg.group_rotation_frequency,
    )
    return forall(cfg.core, lambda c: s.pending[c].age <= longest)


@step("§2.5.5/initialization.1")
def free_cores_get_work(before, after):
    """A block begins with every free core scheduled for which there is work."""

    def has_work(c):
        return Or(c < after.parachains, after.ParathreadQueue.queue.any(core=c))

    begins = And(Or(before.phase == IDLE, before.phase == CHANGED), after.phase == OPEN)
    idle = lambda c: And(  # noqa: E731 - reads as a definition
        c < cores(after), Not(after.pending[c].some), Not(after.Scheduled[c].some)
    )
    return Implies(begins, forall(after.cfg.core, lambda c: Implies(idle(c), Not(has_work(c)))))


# claims


@invariant("§2.5.5/storage.ParathreadClaimIndex")
def indexed_exactly_while_claimed(s):
    """Between blocks the index holds exactly the parathreads that have a claim."""
    return Implies(
        between_blocks(s),
        forall(s.cfg.thread, lambda t: s.ParathreadClaimIndex[t] == (claims(s, t) > 0)),
    )


@invariant("§2.5.5/storage.ParathreadClaimIndex", lemmas=[indexed_exactly_while_claimed])
def at_most_one_claim_for_each_parathread(s):
    """Only one claim on a parathread is queued, scheduled or on an occupied core."""
    return forall(s.cfg.thread, lambda t: claims(s, t) <= 1)


@invariant("§2.5.5/add_parathread_claim.2")
def queue_within_limit(s):
    """The queue never outgrows scheduling_lookahead * parathread_cores within a session.

    Claims that the session began with, under another limit, may stay.
    """
    limit = s.cfg.scheduling_lookahead * s.parathread_cores
    queued = s.ParathreadQueue.queue.len
    return Or(queued <= limit, queued <= s.claims_at_start)


@invariant("§2.5.5/storage.QueuedParathread.core")
def queued_claims_have_a_parathread_core(s):
    """Every queued claim is assigned to a parathread core of the session."""
    return s.ParathreadQueue.queue.all(
        lambda entry: And(entry.core >= s.parachains, entry.core < cores(s))
    )


@invariant("§2.5.5/storage.ParathreadQueue.next_core")
def next_core_is_a_parathread_core(s):
    """The next claim's core exists, if there is any parathread core."""
    return Or(s.parathread_cores == 0, s.ParathreadQueue.next_core < s.parathread_cores)


@invariant("§2.5.5/storage.ParathreadClaim")
def claims_are_on_live_parathreads(s):
    """Every queued or scheduled claim is on a parathread that is registered."""
    return And(
        s.ParathreadQueue.queue.all(lambda entry: s.parathreads[entry.thread]),
        parathread_cores(
            s, lambda c: Implies(s.Scheduled[c].some, s.parathreads[s.Scheduled[c].thread])
        ),
    )


@invariant("§2.5.5/description.8.3")
def no_claim_is_tried_beyond_its_retries(s):
    """A scheduled claim has failed at most parathread_retries times before."""
    limit = s.cfg.parathread_retries
    return parathread_cores(s, lambda c: s.Scheduled[c].retries <= limit)


@step("§2.5.5/description.6.3")
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


@step("§2.5.5/description.6.4")
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


@step("§2.5.5/description.6.5")
def a_claim_runs_on_the_core_it_was_given(before, after):
    """A queued claim is scheduled on the core it was assigned to in advance."""
    return parathread_cores(
        after,
        lambda c: Implies(
            And(after.Scheduled[c].some, Not(before.Scheduled[c].some)),
            before.ParathreadQueue.queue.all(
                lambda entry: Or(entry.thread != after.Scheduled[c].thread, entry.core == c)
            ),
        ),
    )


@step("§2.5.5/session-change.13")
def claims_are_balanced_when_cores_change(before, after):
    """When the number of parathread cores changes, claims are spread evenly over them."""
    queue = after.ParathreadQueue.queue
    changed = And(
        session_changes(before, after), before.parathread_cores != after.parathread_cores
    )
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
    """A claim is scheduled for another attempt."""
    return parathread_cores_some(s, lambda c: s.Scheduled[c].retries > 0)


def parathread_cores_some(s, body):
    """Whether the body is true of some scheduled parathread core."""
    return exists(s.cfg.core, lambda c: And(c >= s.parachains, s.Scheduled[c].some, body(c)))


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

"""What §2.5.5 promises about groups and cores, and with them about claims.

The sentences are the section's goals and promises, and claims about the runtime that concern it.
"""

from model.language import And, If, Implies, Not, Or, forall
from model.scheduler import NONE, PARACHAIN, PARATHREAD, cores, group_on, group_size
from model.scheduler_system import CHANGED, CLOSED, IDLE, OPEN

from .kinds import invariant, step
from .scheduler_lemmas import STRENGTHENING
from .scheduler_words import between_blocks, session_changes

# validator groups


@invariant("§2.5.5/storage.ValidatorGroups", lemmas=STRENGTHENING)
def one_group_for_each_core(s):
    """There are as many validator groups as availability cores.

    Groups and cores are counted apart (§2.5.5/session-change.4), from the configuration in force
    (§2.5.5/session-change.3), which changes nowhere else (§2.5.5/session-change.0.1).
    """
    return s.groups == cores(s)


@invariant("§2.5.5/session-change.9", lemmas=STRENGTHENING)
def group_sizes_differ_by_at_most_one(s):
    """The validators are spread over the groups as evenly as possible.

    Whatever the shuffle (§2.5.5/session-change.5), and if the numbers do not divide
    (§2.5.5/session-change.7).
    """
    smallest = s.validators / If(s.groups == 0, 1, s.groups)
    return forall(
        s.cfg.group,
        lambda g: Implies(
            g < s.groups,
            Or(group_size(s, g) == smallest, group_size(s, g) == smallest + 1),
        ),
    )


@invariant("§2.5.5/goal.4.2", lemmas=STRENGTHENING)
def every_core_has_a_validator(s):
    """With at least as many validators as cores, the group on every core has a member.

    The first task (§2.5.5/task.1), by the members that §2.5.5/group_validators gives.
    """
    return Implies(
        s.validators >= cores(s),
        forall(
            s.cfg.core,
            lambda c: If(c < cores(s), group_size(s, _group_on(s, c)) > 0, True),
        ),
    )


def _group_on(s, c):
    return If(cores(s) > 0, group_on(s, c), 0)


@invariant("§2.5.5/description.4.2", lemmas=STRENGTHENING)
def scheduled_cores_have_their_group(s):
    """A scheduled core is assigned the group i with (i + k) % n equal to it, and that group
    exists.

    Cores for paras and groups for cores are what the module is for (§2.5.1/module.4).
    That is §2.5.5/storage.CoreAssignment.core and §2.5.5/storage.CoreAssignment.group_idx, in the
    order of cores (§2.5.5/storage.Scheduled.3), counted from §2.5.5/session-change.1.
    """
    rotations = s.block / s.cfg.group_rotation_frequency
    n = If(cores(s) > 0, cores(s), 1)
    return forall(
        s.cfg.core,
        lambda c: Implies(
            s.Scheduled[c].some,
            And(s.Scheduled[c].group < s.groups, (s.Scheduled[c].group + rotations) % n == c),
        ),
    )


def serves(s, v, c):
    """Whether a validator is in the group on a core."""
    return And(v < s.validators, c < cores(s), s.ValidatorGroups[v] == _group_on(s, c))


@step("§2.5.5/description.3.3", lemmas=STRENGTHENING)
def groups_change_only_with_the_session(before, after):
    """No validator moves to another group while a session lasts."""
    same = And(
        before.groups == after.groups,
        before.ValidatorGroups == after.ValidatorGroups,
    )
    return Or(session_changes(before, after), same)


@step("§2.5.5/description.3.4", lemmas=STRENGTHENING)
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


@step("§2.5.5/goal.3", lemmas=STRENGTHENING)
def assignments_are_not_gameable(before, after):
    """What collators and authors do changes neither who serves a core nor the core a claim gets.

    Only a session change and the end of a block change who serves which core; the core of a new
    claim follows from the claims before it (§2.5.5/add_parathread_claim.3), whoever makes it.
    """
    cfg, queue = before.cfg, after.ParathreadQueue.queue
    their_step = And(Or(before.phase == OPEN, before.phase == CLOSED), Not(between_blocks(after)))
    turn = before.parachains + before.ParathreadQueue.next_core
    same = forall(
        cfg.validator,
        lambda v: forall(cfg.core, lambda c: serves(before, v, c) == serves(after, v, c)),
    )
    in_turn = forall(
        cfg.thread,
        lambda t: Or(
            before.ParathreadClaimIndex[t],
            before.ParathreadQueue.queue.any(thread=t),
            queue.all(lambda entry: Or(entry.thread != t, entry.core == turn)),
        ),
    )
    return Implies(their_step, And(same, in_turn))


@step("§2.5.5/goal.1", lemmas=STRENGTHENING)
def assignments_are_known_a_block_ahead(before, after):
    """Which validators serve which core in a block can be read from the state after the one
    before.
    """
    cfg = before.cfg
    return Implies(
        And(before.phase == IDLE, after.phase != IDLE),
        forall(
            cfg.validator,
            lambda v: forall(cfg.core, lambda c: serves(before, v, c) == serves(after, v, c)),
        ),
    )


# availability cores


@invariant("§2.5.6/storage.PendingAvailability", lemmas=STRENGTHENING)
def occupied_exactly_while_pending(s):
    """Between blocks a core is occupied exactly while a candidate of its para is pending on it.

    At a session change inclusion drops all candidates (§2.5.5/session-change.0.2) and every entry
    is cleared (§2.5.5/session-change.2.1): no core stays occupied (§2.5.5/session-change.0.3).
    """
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


@invariant("§2.5.5/goal.2", lemmas=STRENGTHENING)
def a_pending_para_is_not_assigned(s):
    """No core is scheduled for a para that has a candidate pending availability.

    What §2.5.5/scheduled gives is what may be backed: none of it by a para that is pending.
    """
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


@invariant("§2.5.5/core_para", lemmas=STRENGTHENING)
def core_para_has_one_answer(s):
    """No core is scheduled for one para and occupied by another.

    Hence §2.5.5/storage.CoreAssignment.para_id and the occupant never compete: what becomes
    occupied was scheduled (§2.5.5/occupied.1) and is no longer (§2.5.5/occupied.3), and what was
    not backed is wiped (§2.5.5/storage.Scheduled.2).
    """
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


@invariant("§2.5.5/storage.AvailabilityCores.3", lemmas=STRENGTHENING)
def parachains_come_first(s):
    """The i'th parachain has the i'th core, parathreads have the rest, and no other core is in
    use.

    By the occupant's kind, §2.5.5/storage.CoreOccupied.Parachain or
    §2.5.5/storage.CoreOccupied.Parathread.
    """
    return forall(
        s.cfg.core,
        lambda c: And(
            Implies(s.AvailabilityCores[c].kind == PARACHAIN, c < s.parachains),
            Implies(s.AvailabilityCores[c].kind == PARATHREAD, c >= s.parachains),
            Implies(Or(s.AvailabilityCores[c].kind != NONE, s.Scheduled[c].some), c < cores(s)),
        ),
    )


@invariant("§2.5.5/description.5.4", lemmas=STRENGTHENING)
def a_core_is_freed_in_time(s):
    """No candidate stays pending longer than its availability period and one rotation.

    Counted from the block that the predicate is given
    (§2.5.5/availability_timeout_predicate.2).
    """
    cfg = s.cfg
    longest = max(
        cfg.chain_availability_period,
        cfg.thread_availability_period,
        cfg.group_rotation_frequency,
    )
    return forall(cfg.core, lambda c: s.pending[c].age <= longest)


@step("§2.5.5/initialization.1", lemmas=STRENGTHENING)
def free_cores_get_work(before, after):
    """A block begins with every free core scheduled for which there is work.

    That is what high throughput (§2.5.5/goal.4.1) asks of the scheduler: what is free is about to
    be occupied (§2.5.5/storage.Scheduled.1).
    """

    def has_work(c):
        return Or(c < after.parachains, after.ParathreadQueue.queue.any(core=c))

    begins = And(Or(before.phase == IDLE, before.phase == CHANGED), after.phase == OPEN)
    idle = lambda c: And(  # noqa: E731 - reads as a definition
        c < cores(after), Not(after.pending[c].some), Not(after.Scheduled[c].some)
    )
    return Implies(begins, forall(after.cfg.core, lambda c: Implies(idle(c), Not(has_work(c)))))


# claims, and what must be possible: in the order of their file, which is that of reports
from .scheduler_claims import (  # noqa: E402, F401  # isort: skip
    indexed_exactly_while_claimed,
    at_most_one_claim_for_each_parathread,
    queue_within_limit,
    queued_claims_have_a_parathread_core,
    next_core_is_a_parathread_core,
    claims_are_on_live_parathreads,
    no_claim_is_tried_beyond_its_retries,
    a_claim_gets_its_attempts,
    an_availability_failure_is_not_charged,
    a_claim_runs_on_the_core_it_was_given,
    claims_are_balanced_when_cores_change,
    no_parathread_is_locked_out,
    a_freed_core_is_backed_in_the_same_block,
    a_claim_is_retried,
    a_claim_survives_a_session_change,
    all_cores_are_occupied,
)
from .scheduler_liveness import (  # noqa: E402, F401  # isort: skip
    a_queued_claim_gets_a_core,
    an_occupied_core_is_freed,
    a_parachain_core_is_offered,
)

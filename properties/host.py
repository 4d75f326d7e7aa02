"""What the modules promise each other, and an author, over the whole of §2.5.

They are promises of one section that another one keeps, and claims that speak of several modules.
"""

from model import inclusion, paras, validity
from model.host import outside
from model.host_system import BACKING, OPEN, REFUSED, VOTING
from model.language import And, If, Implies, Not, Or, exists, forall
from model.scheduler import NONE, cores

from .host_words import (
    between_blocks,
    group_of,
    is_the_parachain_on,
    members_on,
    pending_on,
    session_changes,
)
from .kinds import invariant, step
from .scheduler_words import claims

# what an author is promised


@invariant("§2.5.1/description.5")
def honest_data_is_never_refused(s):
    """No check of the inherent refuses what is valid for the state behind the parent."""
    return And(Not(s.refused), s.phase != REFUSED)


@invariant("§2.5.5/goal.1")
def a_block_uses_what_its_parent_shows(s):
    """Validators, cores and who serves which core are, in a block, those that the state behind its
    parent shows.
    """
    cfg = s.cfg

    def serves(v, c):
        return And(v < s.validators, c < cores(s), s.ValidatorGroups[v] == group_of(s, c))

    same_duty = forall(
        cfg.core,
        lambda c: forall(cfg.validator, lambda v: s.shown.on_duty[c][v] == serves(v, c)),
    )
    same = And(s.shown.cores == cores(s), s.shown.validators == s.validators, same_duty)
    return Or(between_blocks(s), And(same, Not(s.shown.outdated)))


@invariant("§2.5.5/description.6.3")
def a_scheduled_claim_was_known(s):
    """No claim is scheduled in the block that brought it, when nobody could have prepared for
    it.
    """
    return forall(
        s.cfg.core,
        lambda c: Implies(
            And(s.Scheduled[c].some, c >= s.parachains), Not(s.claimed[s.Scheduled[c].thread])
        ),
    )


# the order of the modules


@invariant("§2.5.2/storage.HasInitialized")
def initialized_exactly_within_a_block(s):
    """The modules count as initialized from the beginning of a block until its end."""
    open_ = Or(s.phase == OPEN, s.phase == VOTING, s.phase == BACKING, s.phase == REFUSED)
    return s.HasInitialized == open_


@step("§2.5.7/description.1.2")
def every_block_has_the_inherent(before, after):
    """No block ends in which the entry-point has not run."""
    ends = And(before.phase == OPEN, between_blocks(after))
    return Implies(ends, And(before.Included, Not(after.Included)))


@step("§2.5.3/description.1.3")
def configuration_changes_as_asked(before, after):
    """The configuration changes with the session and only then, to what was asked for."""
    pending = before.PendingConfiguration
    asked = If(
        pending.some,
        after.Configuration == pending.members,
        after.Configuration == before.Configuration,
    )
    taken = And(asked, Not(after.PendingConfiguration.some))
    same = after.Configuration == before.Configuration
    return If(session_changes(before, after), taken, same)


@step("§2.5.4/description.1.2")
def paras_change_as_scheduled(before, after):
    """The registered paras change with the session and only then, by those scheduled to go and to
    come.
    """

    def live(s, p):
        return s.ValidationCode[p].some

    def then(p):
        stays = And(live(before, p), Not(before.OutgoingParas[p]))
        return live(after, p) == Or(stays, before.UpcomingParas[p])

    asked = forall(before.cfg.para, then)
    same = forall(before.cfg.para, lambda p: live(after, p) == live(before, p))
    return If(session_changes(before, after), asked, same)


@step("§2.5.5/session-change.0.2")
def a_session_begins_with_nothing_under_way(before, after):
    """Behind a session change nothing is pending, no core is occupied or scheduled."""
    cfg = before.cfg
    nothing = And(
        forall(cfg.para, lambda p: Not(after.PendingAvailability[p].some)),
        forall(
            cfg.core,
            lambda c: And(after.AvailabilityCores[c].kind == NONE, Not(after.Scheduled[c].some)),
        ),
    )
    return Implies(session_changes(before, after), nothing)


# scheduler and paras


@invariant("§2.5.5/session-change.4")
def cores_agree_with_registration(s):
    """There is a core for each registered parachain and each parathread core of the configuration,
    and a group for each core.
    """
    return And(
        s.parachains == s.Parachains.size(),
        s.parathread_cores == s.Configuration.parathread_cores,
        s.groups == cores(s),
    )


@invariant("§2.5.5/storage.AvailabilityCores.3")
def every_parachain_has_its_own_core(s):
    """What is pending of a parachain is on its core, what is pending of a parathread on none of
    those.
    """
    return forall(
        s.cfg.para,
        lambda p: forall(
            s.cfg.core,
            lambda c: Implies(
                pending_on(s, p, c),
                If(c < s.parachains, is_the_parachain_on(s, p, c), Not(s.Parachains[p])),
            ),
        ),
    )


@invariant("§2.5.6/storage.PendingAvailability")
def pending_paras_are_registered(s):
    """A candidate is pending only of a para that is registered."""
    return forall(
        s.cfg.para,
        lambda p: Implies(s.PendingAvailability[p].some, s.Heads[p].some),
    )


@invariant("§2.5.5/storage.ParathreadClaim")
def claims_are_on_registered_parathreads(s):
    """Queued, scheduled and occupying claims are on paras that are registered, as parathreads."""

    def is_thread(p):
        return And(s.Heads[p].some, Not(s.Parachains[p]))

    return forall(s.cfg.para, lambda p: Implies(claims(s, p) > 0, is_thread(p)))


@invariant("§2.5.5/storage.ParathreadClaimIndex")
def indexed_exactly_while_claimed(s):
    """The index holds exactly the paras with a claim in the queue or on a core, and each has
    one.
    """
    return forall(
        s.cfg.para,
        lambda p: And(claims(s, p) <= 1, s.ParathreadClaimIndex[p] == (claims(s, p) == 1)),
    )


@invariant("§2.5.5/storage.QueuedParathread.core")
def queued_claims_have_a_parathread_core(s):
    """Every queued claim names a parathread core of this session."""
    return s.ParathreadQueue.queue.all(
        lambda entry: And(entry.core >= s.parachains, entry.core < cores(s))
    )


@invariant("§2.5.5/description.8.3")
def no_claim_is_tried_beyond_its_retries(s):
    """No claim is queued or on a core that has failed more often than it may be retried."""
    limit = s.cfg.parathread_retries
    return And(
        s.ParathreadQueue.queue.all(lambda entry: entry.retries <= limit),
        forall(
            s.cfg.core,
            lambda c: And(s.Scheduled[c].retries <= limit, s.AvailabilityCores[c].retries <= limit),
        ),
    )


@step("§2.5.5/description.6.3")
def a_claim_leaves_only_when_used(before, after):
    """A claim leaves by inclusion, with its last retry, or when a session has no place for it."""
    cfg = before.cfg

    def spent(p):
        last = cfg.parathread_retries
        return exists(
            cfg.core,
            lambda c: And(
                before.Scheduled[c].some,
                before.Scheduled[c].thread == p,
                before.Scheduled[c].retries >= last,
            ),
        )

    def rightly(p):
        no_place = Or(Not(after.parathreads[p]), after.parathread_cores == 0)
        ends = And(before.phase == OPEN, between_blocks(after), spent(p))
        return Or(after.included[p], ends, And(session_changes(before, after), no_place))

    return forall(
        cfg.para,
        lambda p: Implies(
            And(before.ParathreadClaimIndex[p], Not(after.ParathreadClaimIndex[p])), rightly(p)
        ),
    )


@invariant("§2.5.5/goal.4.2")
def a_scheduled_core_has_backers(s):
    """With at least as many validators as cores, the group of a scheduled core exists and has a
    member.
    """
    enough = s.validators >= cores(s)
    return forall(
        s.cfg.core,
        lambda c: Implies(
            And(s.Scheduled[c].some, enough),
            And(s.Scheduled[c].group < s.groups, members_on(s, c) > 0),
        ),
    )


# inclusion and scheduler


@invariant("§2.5.5/storage.AvailabilityCores")
def occupied_exactly_while_pending(s):
    """Between blocks a core is occupied exactly if one candidate is pending on it, of the core's
    para.
    """

    def is_held(p, c):
        thread = s.AvailabilityCores[c].thread
        of_para = If(c < s.parachains, is_the_parachain_on(s, p, c), thread == p)
        return And(pending_on(s, p, c), of_para)

    def agrees(c):
        occupied = s.AvailabilityCores[c].kind != NONE
        some = exists(s.cfg.para, lambda p: pending_on(s, p, c))
        held = exists(s.cfg.para, lambda p: is_held(p, c))
        alone = forall(
            s.cfg.para,
            lambda p: forall(
                s.cfg.para,
                lambda q: Not(And(q < p, pending_on(s, p, c), pending_on(s, q, c))),
            ),
        )
        return And(occupied == some, some == held, alone)

    return Implies(between_blocks(s), forall(s.cfg.core, agrees))


@invariant("§2.5.5/goal.2")
def a_pending_para_is_not_scheduled(s):
    """No core is scheduled for a para with a candidate that was pending before this block."""
    return forall(
        s.cfg.para,
        lambda p: Implies(
            And(s.PendingAvailability[p].some, Not(s.backed[p])),
            Not(inclusion.is_scheduled(s, p, outside())),
        ),
    )


@invariant("§2.5.6/storage.CandidatePendingAvailability.availability_votes")
def votes_are_of_validators_of_the_session(s):
    """Nobody but a validator of the session has voted for what is pending."""
    return forall(
        s.cfg.para,
        lambda p: forall(
            s.cfg.validator,
            lambda v: Implies(s.PendingAvailability[p].availability_votes[v], v < s.validators),
        ),
    )


@step("§2.5.6/process_bitfields.5.2")
def a_candidate_leaves_by_votes_or_by_time(before, after):
    """The inherent includes exactly the candidates with more than two thirds of the votes, and
    drops others only when their time is over.
    """
    cfg = before.cfg
    frees = And(before.phase == VOTING, after.phase == BACKING)

    def right(p):
        pending = before.PendingAvailability[p]
        enough = 3 * pending.availability_votes.size() > 2 * before.validators
        period = If(
            pending.core < before.parachains,
            cfg.chain_availability_period,
            cfg.thread_availability_period,
        )
        return And(
            after.included[p] == And(pending.some, enough),
            Implies(after.dropped[p], pending.backed_in_number >= period),
        )

    return Implies(frees, forall(cfg.para, right))


@invariant("§2.5.5/description.5.4")
def a_core_is_freed_in_time(s):
    """Behind a block no candidate has been pending for its availability period and a rotation."""
    cfg = s.cfg
    longest = max(
        cfg.chain_availability_period,
        cfg.thread_availability_period,
        cfg.group_rotation_frequency,
    )
    return Implies(
        between_blocks(s),
        forall(cfg.para, lambda p: s.PendingAvailability[p].backed_in_number < longest),
    )


@invariant("§2.5.6/enact_candidate.1")
def candidates_are_of_the_session(s):
    """What is backed in a block was made on a state that shows the session of the block."""
    return Implies(exists(s.cfg.para, lambda p: s.backed[p]), Not(s.shown.outdated))


# validity and the others


@invariant("§2.5.4/storage.PastCodePruning.2")
def lookups_give_the_code_of_the_candidate(s):
    """For the whole acceptance period of a candidate, the lookup at its relay parent gives the code
    it was validated with.
    """
    found = paras.code_at(s, s.watched.para, s.watched.relay_parent)
    asked = And(s.case.kind == validity.LOCAL, Not(validity.acceptance_over(s, s.case)))
    return Implies(asked, And(found.some, found.code == s.watched.code))


@step("§2.5.8/local-disputes.2")
def disputes_begin_in_the_acceptance_period(before, after):
    """A dispute begins only on a candidate that is included and in its acceptance period."""
    begins = And(Not(validity.disputed(before, before.case)), validity.disputed(after, after.case))
    in_time = before.case.age <= before.cfg.acceptance_period
    return Implies(begins, And(before.case.kind == validity.LOCAL, in_time))


@step("§2.5.8/local-disputes.4.2")
def a_candidate_is_judged_by_its_session(before, after):
    """As long as a candidate is watched, its validators are those of the session it was included
    in.
    """
    watched = And(before.case.kind == validity.LOCAL, after.case.kind == validity.LOCAL)
    begins = And(before.case.kind != validity.LOCAL, after.case.kind == validity.LOCAL)
    return And(
        Implies(watched, after.case.validators == before.case.validators),
        Implies(begins, after.case.validators == before.validators),
    )


# what must be possible: in the order of their file, which is that of reports
from .host_goals import (  # noqa: E402, F401  # isort: skip
    a_valid_block_can_follow,
    a_parathread_candidate_is_included,
    a_code_upgrade_is_applied,
    a_candidate_of_the_session_before_is_open,
    a_para_comes_back,
    a_candidate_times_out,
    a_second_attempt_is_backed,
    a_freed_core_is_backed_in_the_same_block,
    a_dispute_is_decided,
    a_core_can_wait_for_an_empty_group,
)

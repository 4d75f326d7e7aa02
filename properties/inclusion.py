"""What §2.5.6 and §2.5.7 promise about bitfields, candidates and the entry-point.

And what other sections promise that rests on them: §1.7, §2.3, and claims about the runtime.
"""

from model.inclusion_system import BITFIELDS, CANDIDATES, ENDING, IDLE, OLDEST_PARENT, OPEN, OTHER
from model.language import And, Implies, Not, Or, count, exists, forall

from .kinds import invariant, reachable, recoverable, step


def between_blocks(s):
    """Whether no block is being built."""
    return Or(s.phase == IDLE, s.phase == ENDING)


def each_pending(s, body):
    """Whether the body is true of every candidate that is pending."""
    return forall(
        s.cfg.para,
        lambda p: Implies(s.PendingAvailability[p].some, body(s.PendingAvailability[p])),
    )


def votes(s, p):
    """How many votes a para's candidate has."""
    return s.PendingAvailability[p].availability_votes.size()


def enacted(before, after, p):
    """Whether the step enacts a para's candidate: it notes another head of the para."""
    return And(after.noted[p], Not(before.noted[p]))


def settles(before, after):
    """Whether the step counts the votes of a block, and times out."""
    return And(before.phase == BITFIELDS, after.phase == CANDIDATES)


def is_gone(before, after, p):
    """Whether a para has no candidate pending any more."""
    return And(before.PendingAvailability[p].some, Not(after.PendingAvailability[p].some))


def is_backed(before, after, p):
    """Whether the step backs a candidate of a para."""
    return And(
        before.phase == CANDIDATES,
        after.phase == CANDIDATES,
        after.backed[p],
        Not(before.backed[p]),
    )


def changes_session(before, after):
    """Whether the step is a session change."""
    return And(between_blocks(before), after.phase == IDLE)


# votes


@invariant("§1.7/bit.1")
def votes_count_for_their_candidate(s):
    """A vote counts only for the candidate that it was cast for.

    That is the one to which the core lookup leads (§2.5.6/process_bitfields.4.1), in the block for
    which it was signed (§2.5.6/process_bitfields.3).
    """
    return forall(s.cfg.para, lambda p: forall(s.cfg.validator, lambda v: Not(s.stray[p][v])))


@invariant("§2.5.6/process_bitfields.4.2")
def honest_votes_are_counted(s):
    """No bitfield of an honest validator is disregarded that votes for what is pending.

    It has a bit for every core (§2.5.6/storage.AvailabilityBitfield.bitfield), so that one of them
    can spoil the others.
    """
    return Not(s.lost_vote)


@invariant("§2.5.6/session-change.1")
def votes_are_of_the_session(s):
    """Who has voted for what is pending is a validator of the session."""
    return each_pending(
        s,
        lambda of: forall(
            s.cfg.validator, lambda v: Implies(of.availability_votes[v], v < s.validators)
        ),
    )


@step("§2.5.6/process_bitfields.2")
def bitfields_are_of_different_validators(before, after):
    """Of the bitfields of one call each is of another validator."""
    one_more = And(before.given <= after.given, after.given.size() == before.given.size() + 1)
    takes = And(before.phase == BITFIELDS, after.phase == BITFIELDS)
    return Implies(takes, one_more)


@step("§2.5.6/process_bitfields.5.1")
def votes_are_not_withdrawn(before, after):
    """A vote that was counted stays for as long as its candidate is pending."""

    def stay(p):
        one, other = before.PendingAvailability[p], after.PendingAvailability[p]
        return Implies(
            And(one.some, other.some, other.backed_in_number >= one.backed_in_number),
            one.availability_votes <= other.availability_votes,
        )

    return forall(before.cfg.para, stay)


@step("§1.7/description.2.1")
def enacted_by_two_thirds(before, after):
    """A candidate is enacted only if more than two thirds of the validators have voted for it.

    A faulty validator votes for what it likes; an honest one only for what it was asked about.
    """
    validator = before.cfg.validator

    def for_it(p):
        given = before.PendingAvailability[p].availability_votes
        return count(validator, lambda v: And(given[v], Not(before.stray[p][v])))

    return forall(
        before.cfg.para,
        lambda p: Implies(enacted(before, after, p), 3 * for_it(p) > 2 * before.validators),
    )


@invariant("§2.5.6/process_bitfields.5.2")
def what_the_honest_vote_for_is_enacted(s):
    """When a block is over, nothing is pending that the honest validators, or more than two thirds
    of all, have voted for; there are more than two thirds honest ones.
    """
    enough = 3 * (s.validators - s.cfg.faulty) > 2 * s.validators

    def waits(of):
        honest = forall(
            s.cfg.validator,
            lambda v: Or(v < s.cfg.faulty, v >= s.validators, of.availability_votes[v]),
        )
        many = 3 * of.availability_votes.size() > 2 * s.validators
        return Not(Or(And(enough, honest), many))

    return Implies(between_blocks(s), each_pending(s, waits))


@step("§2.3/inclusion-pipeline.7")
def enacted_in_a_later_block(before, after):
    """A candidate is made available in blocks that follow the one that backed it.

    That is §2.5.6/storage.CandidatePendingAvailability.backed_in_number.
    """
    return forall(
        before.cfg.para,
        lambda p: Implies(
            enacted(before, after, p), before.PendingAvailability[p].backed_in_number > 0
        ),
    )


# heads


@step("§2.3/lifecycle.6")
def heads_change_only_by_inclusion(before, after):
    """The head of a para changes only when a candidate of it, backed and available, goes.

    No routine but §2.5.6/enact_candidate.2 notes one.
    """
    return forall(
        before.cfg.para,
        lambda p: Implies(
            enacted(before, after, p),
            And(
                settles(before, after),
                is_gone(before, after, p),
                3 * votes(before, p) > 2 * before.validators,
            ),
        ),
    )


@step("§2.3/description.6.3")
def heads_extend_heads(before, after):
    """Whatever becomes the head of a para extends the head before it."""
    return forall(
        before.cfg.para,
        lambda p: Implies(enacted(before, after, p), before.PendingAvailability[p].receipt.on_head),
    )


@step("§2.3/description.6.1")
def what_is_available_is_included(before, after):
    """When a block's votes are counted, every available candidate gives its para a head.

    It is enacted by §2.5.6/process_bitfields.6.
    """
    many = lambda p: 3 * votes(before, p) > 2 * before.validators  # noqa: E731 - a definition
    return Implies(
        settles(before, after),
        forall(
            before.cfg.para,
            lambda p: Implies(And(before.PendingAvailability[p].some, many(p)), after.noted[p]),
        ),
    )


# cores


@invariant("§2.5.6/storage.CandidatePendingAvailability.core")
def occupied_exactly_while_pending(s):
    """Between blocks a core is occupied exactly if one candidate, of its para, is pending on it."""

    def on(c):
        core = s.AvailabilityCores[c]
        here = lambda p: And(  # noqa: E731 - reads as a definition
            s.PendingAvailability[p].some, s.PendingAvailability[p].core == c
        )
        return forall(s.cfg.para, lambda p: here(p) == And(core.some, core.para == p))

    return Implies(between_blocks(s), forall(s.cfg.core, on))


@step("§2.5.6/process_bitfields.8")
def freed_cores_are_those_of_what_goes(before, after):
    """A core is freed exactly when its candidate goes: enacted, timed out, or with the session.

    Cores of available candidates (§2.5.7/inclusion.1) and those of §2.5.6/collect_pending.2
    (§2.5.7/inclusion.2) are freed alike.
    """
    return forall(
        before.cfg.para,
        lambda p: forall(
            before.cfg.core,
            lambda c: Implies(
                And(before.AvailabilityCores[c].some, before.AvailabilityCores[c].para == p),
                is_gone(before, after, p) == Not(after.AvailabilityCores[c].some),
            ),
        ),
    )


@step("§2.5.6/collect_pending.1")
def nothing_times_out_early(before, after):
    """A candidate goes without being available only after its period, or with the session."""
    return forall(
        before.cfg.para,
        lambda p: Implies(
            And(is_gone(before, after, p), Not(enacted(before, after, p))),
            Or(
                changes_session(before, after),
                before.PendingAvailability[p].backed_in_number >= before.cfg.availability_period,
            ),
        ),
    )


@step("§2.5.7/inclusion.5")
def scheduled_cores_become_occupied(before, after):
    """A core becomes occupied only if it was scheduled for the para, which has been backed.

    Candidates are held against what is scheduled (§2.5.7/inclusion.4, §2.5.6/process_candidates.1);
    no other cores are returned (§2.5.6/process_candidates.5).
    """

    def becomes(c):
        core = after.AvailabilityCores[c]
        scheduled = And(before.Scheduled[c].some, before.Scheduled[c].para == core.para)
        return Implies(
            And(core.some, Not(before.AvailabilityCores[c].some)),
            And(scheduled, before.backed[core.para]),
        )

    return forall(before.cfg.core, becomes)


# candidates


@step("§2.5.6/process_candidates.4")
def new_candidates_have_no_votes(before, after):
    """A candidate becomes pending without votes."""
    return forall(
        before.cfg.para, lambda p: Implies(is_backed(before, after, p), votes(after, p) == 0)
    )


@invariant("§2.3/description.6.2")
def every_candidate_has_a_backer(s):
    """No candidate is backed that no validator has signed.

    The author is nobody: data authenticates itself (§2.5.7/description.1.3).
    """
    return Not(s.unsigned)


@invariant("§2.3/inclusion-pipeline.5.1")
def one_candidate_for_each_para(s):
    """A block notes at most one candidate of a para: they ascend (§2.5.6/process_candidates.1)."""
    return Not(s.lost_candidate)


@invariant("§2.5.5/description.6.2")
def claims_are_used_by_their_collators(s):
    """What is pending was made, by its receipt, by the collator whose claim it uses."""
    # §2.5.6/storage.CandidatePendingAvailability.receipt
    return each_pending(s, lambda of: And(of.receipt.of_claimant, of.receipt.collated))


@step("§2.5.6/enact_candidate.1")
def relay_parents_are_of_the_session(before, after):
    """The relay parent of what is backed, and so of what is enacted, lies in the session."""
    return forall(
        before.cfg.para,
        lambda p: Implies(
            is_backed(before, after, p),
            after.PendingAvailability[p].relay_parent_number <= after.session_blocks,
        ),
    )


@step("§2.5.6/session-change.1")
def nothing_outlasts_the_session(before, after):
    """After a session change nothing is pending and no core is occupied."""
    free = forall(before.cfg.core, lambda c: Not(after.AvailabilityCores[c].some))
    return Implies(
        changes_session(before, after), And(free, each_pending(after, lambda _of: False))
    )


# the entry-point


@step("§2.5.7/description.1.2")
def the_inherent_runs_exactly_once(before, after):
    """The entry-point runs exactly once in every block."""
    ends = And(before.phase == OPEN, between_blocks(after))
    return Implies(ends, before.runs == 1)


@invariant("§2.5.7/storage.Included")
def the_mark_is_of_this_block(s):
    """The mark is set exactly if the entry-point has run in this block.

    It sets the mark (§2.5.7/inclusion.6), and the block's end takes it (§2.5.7/finalization.1).
    """
    return Implies(s.phase != CANDIDATES, s.Included == And(s.phase == OPEN, s.runs > 0))


@recoverable("§2.5.7/description.1.4")
def every_block_can_be_completed(s):
    """Whatever validators send or withhold, a block that is being built can be completed.

    What fails a check would make it invalid (§2.5.6/routines.1), and can be left out: the correct
    number of bitfields (§2.5.6/process_bitfields.1) is one that the author can come to.
    """
    return between_blocks(s)


# what must be possible


@reachable("§2.5.5/description.7.3")
def a_freed_core_is_backed_in_the_same_block(s):
    """A candidate is backed on a core in the block that frees it.

    Freed cores are scheduled in between (§2.5.7/inclusion.3).
    """
    return And(
        s.phase == OPEN,
        s.runs == 1,
        exists(s.cfg.para, lambda p: And(s.noted[p], s.PendingAvailability[p].some)),
    )


@reachable("§2.3/failure.4")
def a_candidate_is_discarded(s):
    """A candidate is discarded because it was not available in time."""
    settled = And(s.phase == CANDIDATES, s.session_blocks == OLDEST_PARENT)
    nobody = forall(s.cfg.para, lambda p: Not(s.noted[p]))
    return And(settled, nobody, exists(s.cfg.core, lambda c: s.behind[c] == OTHER))


@reachable("§2.5.5/goal.4.1")
def all_cores_are_occupied(s):
    """All cores are occupied."""
    return And(between_blocks(s), forall(s.cfg.core, lambda c: s.AvailabilityCores[c].some))


@recoverable("§2.5.6/description.1")
def every_para_can_be_included(s):
    """Whatever has happened, every para can have a block included next (§2.5.1/module.5)."""
    return forall(s.cfg.para, lambda p: s.noted[p])

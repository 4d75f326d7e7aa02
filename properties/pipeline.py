"""What §2.3 promises of a candidate's path, of approval, and of what rejection does."""

from model.language import And, If, Implies, Not, Or, forall
from model.pipeline import (
    ACCEPTED,
    DISCARDED,
    FREE,
    INCLUDED,
    INVALIDATED,
    MOVES,
    PENDING,
    REJECTED,
    SETTLED,
    UNBACKED,
    UNPROPAGATED,
    UNSELECTED,
    at,
    is_accepted,
    is_candidate,
    is_disputed,
    is_in,
)

from .kinds import invariant, step
from .pipeline_goals import (  # noqa: F401 - properties of this system
    a_block_is_found_valid_after_all,
    a_candidate_can_be_accepted,
    a_candidate_can_be_discarded,
    a_candidate_can_be_rejected,
    a_candidate_can_be_seconded_and_not_backable,
    a_candidate_can_fail_to_be_backed,
    a_candidate_can_fail_to_be_propagated,
    a_candidate_can_fail_to_be_selected,
    a_child_is_included_before_its_parent_is_approved,
    a_child_of_a_disputed_block_is_included,
    a_para_can_go_on,
    an_escalation_can_fail_a_block,
    approval_ends,
    inclusion_concludes,
    many_blocks_await_approval,
    rivals_can_both_be_backable,
)
from .pipeline_words import (
    STANDING,
    becomes,
    checked,
    child,
    has_child,
    has_parent,
    leaves,
    pending_of,
)

# the inclusion pipeline


@step("§2.3/lifecycle")
def candidates_move_only_along_the_lifecycle(before, after):
    """A candidate goes from stage to stage of its lifecycle, and fails in no other than the four
    ways before it is included.

    What is put forward was produced (§2.3/inclusion-pipeline.2, §2.3/inclusion-pipeline.3,
    §2.3/lifecycle.1), what is noted was backable (§2.3/lifecycle.4).
    """

    def moves(c):
        was, now = before.candidates[c].stage, after.candidates[c].stage
        allowed = Or([And(was == one, now == other) for one, other in MOVES])
        return Or(was == now, now == FREE, allowed)

    return forall(before.cfg.candidate, moves)


@invariant("§2.3/description.7.2")
def one_candidate_pending_per_para(s):
    """No candidate of a para is noted while another is pending availability."""
    return forall(s.cfg.para, lambda p: pending_of(s, p) <= 1)


@step("§2.3/inclusion-pipeline.5.1")
def one_candidate_noted_per_para_and_block(before, after):
    """A relay block notes at most one candidate of a para."""
    noted = lambda c: And(becomes(before, after, c, PENDING), before.noted[before.cfg.para_of(c)])  # noqa: E731
    return forall(before.cfg.candidate, lambda c: Not(noted(c)))


@step("§2.3/inclusion-pipeline.6")
def backed_and_pending_are_one_moment(before, after):
    """A candidate is pending availability from the moment in which it is noted, and so backed.

    The stages §2.3/lifecycle.4 and §2.3/lifecycle.5 are never apart.
    """

    def noted(p):
        return And(after.noted[p], Not(before.noted[p]))

    return forall(
        before.cfg.candidate,
        lambda c: Implies(becomes(before, after, c, PENDING), noted(before.cfg.para_of(c))),
    )


@step("§2.3/inclusion-pipeline.7")
def availability_is_shown_in_later_blocks(before, after):
    """A candidate is included in a relay block after the one that notes it.

    Only what was pending is (§2.3/inclusion-pipeline.8).
    """
    return forall(
        before.cfg.candidate,
        lambda c: Implies(
            becomes(before, after, c, INCLUDED, ACCEPTED),
            And(is_in(before, c, PENDING), before.candidates[c].age > 0),
        ),
    )


@invariant("§2.3/failure.4")
def no_candidate_is_pending_beyond_the_timeout(s):
    """No candidate waits for availability longer than the timeout."""
    timeout = s.cfg.availability_timeout
    return forall(
        s.cfg.candidate, lambda c: Implies(is_in(s, c, PENDING), s.candidates[c].age <= timeout)
    )


@step("§1.1/description.6")
def what_is_discarded_is_not_included(before, after):
    """A candidate whose data was not available in time is out: alternatives take its place."""
    return forall(
        before.cfg.candidate,
        lambda c: Implies(leaves(before, after, c, DISCARDED), is_in(after, c, FREE)),
    )


@step("§1.2/def-1")
def an_included_block_extends_the_head(before, after):
    """A block is included as the next one of its para."""
    return forall(
        before.cfg.candidate,
        lambda c: Implies(
            And(is_in(before, c, PENDING), is_in(after, c, INCLUDED)),
            before.candidates[c].parent == before.head[before.cfg.para_of(c)],
        ),
    )


@invariant("§1.1/description.5.2")
def the_head_is_the_last_block_that_stands(s):
    """The head of a para is the newest of its blocks that have happened on this fork."""
    return forall(
        s.cfg.candidate,
        lambda c: Implies(
            is_in(s, c, *STANDING),
            Not(has_child(s, c, *STANDING)) == (s.head[s.cfg.para_of(c)] == at(c)),
        ),
    )


@step("§2.3/description.6.3")
def a_child_follows_its_included_parent(before, after):
    """A candidate is noted only when its parent is included."""
    return forall(
        before.cfg.candidate,
        lambda c: Implies(
            becomes(before, after, c, PENDING),
            Or(before.candidates[c].parent == SETTLED, has_parent(before, c, *STANDING)),
        ),
    )


@invariant("§2.3/failure")
def whatever_fails_was_a_candidate(s):
    """What fails to be included, in any of the four ways, is a candidate."""
    failures = UNPROPAGATED, UNBACKED, UNSELECTED, DISCARDED
    return forall(
        s.cfg.candidate,
        lambda c: Implies(is_in(s, c, *failures), is_candidate(s, s.candidates[c].stage)),
    )


# approval


@step("§2.3/approval-process.5")
def what_is_accepted_stays_accepted(before, after):
    """The approval process has one end: an accepted block is never disputed or rejected."""
    return forall(
        before.cfg.candidate,
        lambda c: Implies(is_accepted(before, c), Or(is_accepted(after, c), is_in(after, c, FREE))),
    )


@step("§2.3/description.6.5")
def what_is_approved_was_checked(before, after):
    """A block is approved only after a secondary check of it."""
    return forall(
        before.cfg.candidate,
        lambda c: Implies(
            becomes(before, after, c, ACCEPTED), Or(checked(before, c), is_disputed(before, c))
        ),
    )


@step("§2.3/approval-process.4.1")
def results_come_while_approval_is_pending(before, after):
    """Secondary checkers check what is pending approval, and nothing else.

    So say §2.3/approval-process.2 and §2.3/approval-process.3, and of disputes
    §2.5.8/local-disputes.2.
    """

    def reported(s, c):
        return If(s.candidates[c].reported_valid, 1, 0) + If(s.candidates[c].reported_invalid, 1, 0)

    return forall(
        before.cfg.candidate,
        lambda c: Implies(reported(after, c) > reported(before, c), is_in(before, c, INCLUDED)),
    )


@step("§2.3/approval-process.1")
def approval_takes_the_whole_window(before, after):
    """A block is approved or rejected only when the secondary checking window has passed."""
    window = before.cfg.secondary_checking_window
    return forall(
        before.cfg.candidate,
        lambda c: Implies(
            becomes(before, after, c, ACCEPTED, REJECTED), before.candidates[c].age >= window
        ),
    )


@step("§2.3/approval-process.4.2")
def contradiction_extends_the_window(before, after):
    """While results contradict, the end of the approval process is put off."""
    longer = before.cfg.secondary_checking_window + before.cfg.extension
    return forall(
        before.cfg.candidate,
        lambda c: Implies(
            And(becomes(before, after, c, ACCEPTED, REJECTED), is_disputed(before, c)),
            before.candidates[c].age >= longer,
        ),
    )


@invariant("§2.5.8/local-disputes.3")
def what_is_disputed_is_available(s):
    """What all validators have to fetch and check has been made available."""
    kept = INCLUDED, ACCEPTED, INVALIDATED
    return forall(s.cfg.candidate, lambda c: Implies(is_disputed(s, c), is_in(s, c, *kept)))


@invariant("§1.1/description.8")
def a_negative_statement_leads_to_a_dispute(s):
    """An included block that a validator called invalid, at any time, is disputed."""
    return forall(
        s.cfg.candidate,
        lambda c: Implies(
            And(
                is_in(s, c, INCLUDED), Or(s.candidates[c].denied, s.candidates[c].reported_invalid)
            ),
            is_disputed(s, c),
        ),
    )


@step("§2.3/description.3.3")
def a_negative_statement_is_no_veto(before, after):
    """No block is rejected that was not disputed before."""
    return forall(
        before.cfg.candidate,
        lambda c: Implies(becomes(before, after, c, REJECTED), is_disputed(before, c)),
    )


# rejection and slashing


@invariant("§2.3/description.6.8")
def nothing_stands_on_a_rejected_block(s):
    """A block that fails approval takes its descendants with it: none is pending or included."""
    fallen = REJECTED, INVALIDATED
    live = PENDING, INCLUDED, ACCEPTED
    return forall(
        s.cfg.candidate, lambda c: Not(And(is_in(s, c, *live), has_parent(s, c, *fallen)))
    )


@step("§2.3/description.1")
def only_descendants_are_invalidated(before, after):
    """What is invalidated descends from what is rejected; other paras are not touched."""
    falls = lambda c: becomes(before, after, c, REJECTED, INVALIDATED)  # noqa: E731
    return forall(
        before.cfg.candidate,
        lambda c: Implies(
            becomes(before, after, c, INVALIDATED),
            Or([And(child(before, c, d), falls(d)) for d in before.cfg.candidate]),
        ),
    )


@step("§2.3/description.6.9")
def nobody_is_slashed_for_an_ancestor(before, after):
    """Backers are slashed for the block they backed, when it was itself found invalid."""

    def slashed(c):
        was, now = before.candidates[c].slashed.backers, after.candidates[c].slashed.backers
        return And(now, Not(was))

    return forall(
        before.cfg.candidate,
        lambda c: Implies(slashed(c), Or(is_in(after, c, REJECTED), is_disputed(before, c))),
    )


@step("§2.3/description.3.4")
def backers_of_a_rejected_block_are_slashed(before, after):
    """Whoever signed for a block that is rejected is slashed: that is at stake (§2.3/actor.1)."""
    return forall(
        before.cfg.candidate,
        lambda c: Implies(becomes(before, after, c, REJECTED), after.candidates[c].slashed.backers),
    )


@step("§2.5.8/description.1.3")
def those_on_the_wrong_side_are_slashed(before, after):
    """When a dispute ends, all who reported the other result are slashed."""

    def wrong_side(c):
        was, slashed = before.candidates[c], after.candidates[c].slashed
        return If(
            is_in(after, c, REJECTED),
            Implies(was.reported_valid, slashed.supporters),
            slashed.opponents,
        )

    return forall(
        before.cfg.candidate,
        lambda c: Implies(
            And(is_disputed(before, c), becomes(before, after, c, ACCEPTED, REJECTED)),
            wrong_side(c),
        ),
    )


@step("§2.3/description.3.3")
def every_dispute_is_settled(before, after):
    """A dispute ends with those on one of its sides being slashed."""

    def somebody(c):
        slashed = after.candidates[c].slashed
        return Or(slashed.backers, slashed.opponents)

    return forall(
        before.cfg.candidate,
        lambda c: Implies(And(is_disputed(before, c), Not(is_disputed(after, c))), somebody(c)),
    )

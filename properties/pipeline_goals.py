"""What §2.3 says can happen, and what it says will: stages, failures, ends."""

from model.language import And, Not, exists, forall
from model.pipeline import (
    ACCEPTED,
    BACKABLE,
    DISCARDED,
    INCLUDED,
    PENDING,
    REJECTED,
    SECONDED,
    SETTLED,
    UNBACKED,
    UNPROPAGATED,
    UNSELECTED,
    is_disputed,
    is_in,
)

from .kinds import leads_to, reachable, recoverable
from .pipeline_words import checked, child, has_parent

BLOCKS = ("include", "discard", "conclude", "next_block")


def _some(s, *stages):
    return exists(s.cfg.candidate, lambda c: is_in(s, c, *stages))


@reachable("§2.3/lifecycle.2")
def a_candidate_can_be_seconded_and_not_backable(s):
    """A candidate has been put forward to other validators, and waits for them."""
    return _some(s, SECONDED)


@reachable("§2.3/lifecycle.7")
def a_candidate_can_be_accepted(s):
    """A candidate goes the whole way."""
    return _some(s, ACCEPTED)


@reachable("§2.3/approval-process.5")
def a_candidate_can_be_rejected(s):
    """A block that was included is rejected."""
    return _some(s, REJECTED)


@reachable("§2.3/failure.1")
def a_candidate_can_fail_to_be_propagated(s):
    """First failure: the collator reaches no validator."""
    return _some(s, UNPROPAGATED)


@reachable("§2.3/failure.2")
def a_candidate_can_fail_to_be_backed(s):
    """Second failure: the validators do not back it."""
    return _some(s, UNBACKED)


@reachable("§2.3/failure.3")
def a_candidate_can_fail_to_be_selected(s):
    """Third failure: no author selects it."""
    return _some(s, UNSELECTED)


@reachable("§2.3/failure.4")
def a_candidate_can_be_discarded(s):
    """Fourth failure: it is not available in time."""
    return _some(s, DISCARDED)


@reachable("§2.3/description.6.3")
def a_child_is_included_before_its_parent_is_approved(s):
    """The host accepts a child of a block that still awaits approval, and goes on with it."""
    return exists(s.cfg.candidate, lambda c: And(is_in(s, c, INCLUDED), has_parent(s, c, INCLUDED)))


@reachable("§2.3/description.10")
def rivals_can_both_be_backable(s):
    """Two candidates on one parent are worked on until both are backable."""
    return exists(
        s.cfg.candidate,
        lambda c: exists(s.cfg.candidate, lambda d: _rivals(s, c, d)),
    )


def _rivals(s, c, d):
    """Whether two candidates of a para are backable on one parent."""
    one, other = s.candidates[c], s.candidates[d]
    same = c != d and s.cfg.para_of(c) == s.cfg.para_of(d)
    return And(same, one.parent == other.parent, is_in(s, c, BACKABLE), is_in(s, d, BACKABLE))


@reachable("§2.3/description.6.4")
def a_child_of_a_disputed_block_is_included(s):
    """Inclusion is tentative: even on a block in dispute another one is included."""
    return exists(
        s.cfg.candidate,
        lambda c: And(
            is_in(s, c, INCLUDED),
            exists(s.cfg.candidate, lambda d: And(child(s, c, d), is_disputed(s, d))),
        ),
    )


@reachable("§2.3/description.7.3")
def many_blocks_await_approval(s):
    """The approval process runs for all blocks there is room for, at once."""
    return forall(s.cfg.candidate, lambda c: is_in(s, c, INCLUDED))


@reachable("§2.3/approval-process.4.2")
def a_block_is_found_valid_after_all(s):
    """An escalation ends in favour of the block, and those who disputed it are slashed."""
    return exists(
        s.cfg.candidate, lambda c: And(is_in(s, c, ACCEPTED), s.candidates[c].slashed.opponents)
    )


@reachable("§2.3/description.6.7")
def an_escalation_can_fail_a_block(s):
    """A bad block is found out, though its backers and some of its checkers said it was valid.

    Who colludes does not get away with it (§1.1/description.7).
    """
    return exists(
        s.cfg.candidate, lambda c: And(is_in(s, c, REJECTED), s.candidates[c].slashed.supporters)
    )


@recoverable("§2.3/description.1")
def a_para_can_go_on(s):
    """Whatever has happened, a way is left to extend a para by one more block, again and again."""
    return exists(
        s.cfg.candidate,
        lambda c: And(
            is_in(s, c, INCLUDED), s.candidates[c].age == 0, s.candidates[c].parent == SETTLED
        ),
    )


@leads_to("§2.3/description.7.2", each="candidate", fair=BLOCKS)
def inclusion_concludes(s, c):
    """A candidate that is pending availability is included, or fails."""
    return is_in(s, c, PENDING), Not(is_in(s, c, PENDING))


@leads_to("§2.3/approval-process.5", each="candidate", fair=BLOCKS)
def approval_ends(s, c):
    """The oldest block that awaits approval is approved or rejected, once it has been checked."""
    oldest = Not(has_parent(s, c, INCLUDED))
    return And(is_in(s, c, INCLUDED), checked(s, c), oldest), Not(is_in(s, c, INCLUDED))

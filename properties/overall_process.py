"""What §1.3's figure has in common with §1.4.1 and with the lifecycle of §2.3."""

from model.backing import is_backable, is_proposal
from model.language import And, Implies, Not, Or, exists, forall
from model.overall_process import (
    BROADCAST,
    ENDS,
    GENERATED,
    INVALID,
    RECEIVED,
    SIGNED,
    VALID,
    WAITING,
    attestations,
    attests,
    ended,
    stage,
)
from model.pipeline import BACKABLE, FREE, MOVES

from .kinds import invariant, leads_to, reachable, step


def _all(s, condition):
    return And(s.made, forall(s.cfg.validator, condition))


@invariant("§2.3/inclusion-pipeline.4")
def what_the_group_finds_valid_is_backable(s):
    """When the whole group is through and nobody found the block invalid, it is backable."""
    agreed = _all(s, lambda v: And(ended(s, v), s.place[v] != BROADCAST))
    return Implies(agreed, is_backable(attestations(s), s.cfg.group))


@step("§1.4.1/description.2.1")
def who_finds_it_valid_attests_it(before, after):
    """A validator that found the block valid ends by attesting so: its own receipt, or a peer's."""
    return forall(
        before.cfg.validator,
        lambda v: Implies(
            And(before.place[v] == VALID, after.place[v] != VALID), attests(after, v)
        ),
    )


@step("§1.3/figure.4")
def only_a_receipt_that_was_seen_is_signed(before, after):
    """A validator signs a peer's receipt that it has seen, of a block that it found valid."""
    return forall(
        before.cfg.validator,
        lambda v: Implies(
            And(before.place[v] != SIGNED, after.place[v] == SIGNED),
            And(before.place[v] == VALID, before.seen[v]),
        ),
    )


@step("§1.4.1/description.2.2")
def who_finds_it_invalid_says_so(before, after):
    """A validator that found the block invalid ends by broadcasting that, and signs nothing.

    So says the figure, too (§1.3/figure.6).
    """
    return forall(
        before.cfg.validator,
        lambda v: Implies(
            And(before.place[v] == INVALID, after.place[v] != INVALID),
            after.place[v] == BROADCAST,
        ),
    )


@invariant("§1.4.1/description.1")
def every_end_follows_a_run(s):
    """Nobody announces anything of a block that no collator has made (§1.3/figure.1).

    What a collator makes validators can check, and nothing else (§2.3/actor.2).
    """
    return Or(s.made, forall(s.cfg.validator, lambda v: s.place[v] == WAITING))


@step("§1.3/figure.3")
def only_what_was_sent_is_run(before, after):
    """A validator runs only what a collator has sent to it, and that is a block that was made.

    Blocks come with their proofs (§1.3/figure.2, §2.3/description.3.1).
    """

    def in_turn(v):
        was, now = before.place[v], after.place[v]
        runs = And(was != now, Or(now == VALID, now == INVALID))
        arrives = And(was != now, now == RECEIVED)
        return And(
            Implies(runs, was == RECEIVED), Implies(arrives, And(before.made, was == WAITING))
        )

    return forall(before.cfg.validator, in_turn)


@step("§2.3/lifecycle")
def the_figure_follows_the_lifecycle(before, after):
    """The figure takes a candidate along the lifecycle and never back, until the next block."""
    was, now = stage(before), stage(after)
    return Or(was == now, now == FREE, Or([And(was == one, now == other) for one, other in MOVES]))


@step("§1.3/figure")
def an_end_is_an_end(before, after):
    """A validator at an end of the figure stays there until the next block."""
    return Implies(
        after.made,
        forall(
            before.cfg.validator,
            lambda v: Implies(ended(before, v), before.place[v] == after.place[v]),
        ),
    )


@reachable("§2.3/lifecycle.3")
def a_candidate_can_be_backable(s):
    """The figure can make a candidate backable."""
    return stage(s) == BACKABLE


@reachable("§1.4.2/def-7")
def a_candidate_can_be_proposed(s):
    """The figure can bring two thirds of the group to sign a receipt."""
    return And(s.made, is_proposal(attestations(s), s.cfg.group))


@reachable("§1.3/figure.5")
def everybody_can_make_a_receipt(s):
    """Validators that are through before they hear of each other all make a receipt."""
    return _all(s, lambda v: s.place[v] == GENERATED)


@reachable("§1.4.3/description.1.2")
def validators_can_disagree(s):
    """One finds the block valid and another does not; the figure ends there."""
    return And(
        _all(s, lambda v: ended(s, v)),
        exists(s.cfg.validator, lambda v: s.place[v] == BROADCAST),
        exists(s.cfg.validator, lambda v: s.place[v] != BROADCAST),
    )


@leads_to("§1.3/figure", each="validator")
def the_process_ends(s, v):
    """Every validator that the block is sent to reaches one of the three ends."""
    return And(s.made, s.place[v] != WAITING, Not(ended(s, v))), Or(
        [s.place[v] == end for end in ENDS]
    )

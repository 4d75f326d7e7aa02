"""Who is slashed, charged or penalised after a dispute, and who never is."""

from model.disputes import INVALID, VALID
from model.language import And, Implies, Not, Or
from model.slashing import against_it, for_it, silent
from model.validity import REMOTE, is_won

from .disputes_words import concluded, concludes, one_side_is_wrong, unavailable
from .kinds import invariant, step

# slashing


@invariant("§1.10.3/outcome")
def no_honest_validator_is_slashed(s):
    """Nobody loses its stake for having attested to what the candidate is.

    For all sizes: theorems `chapter_1_slashes_no_honest_validator` and
    `chapter_2_slashes_no_honest_voter`.
    """
    slashed_for, slashed_against = s.case.slashed_for > 0, s.case.slashed_against > 0
    wrongly = Or(And(s.valid, slashed_for), And(Not(s.valid), slashed_against))
    return Implies(s.right > 0, Not(wrongly))


@step("§2.5.8/local-disputes.5.2")
def the_wrong_side_is_slashed(before, after):
    """With the verdict all those on the wrong side are slashed, on either outcome.

    That is who attested to invalidity (§1.10.3/outcome.1) or to validity (§1.10.3/outcome.2.3).
    Chapter 1 waits for that (§1.10.3/outcome.3.2), at most until the dispute closes.
    """
    waits = after.cfg.variant("dispute_rule") == "thirds"
    due = And(Not(before.case.ended), after.case.ended) if waits else concludes(before, after)
    return Implies(due, _all_slashed(after))


def _all_slashed(s):
    case = s.case
    return And(
        Implies(case.outcome == INVALID, case.slashed_for == for_it(case)),
        Implies(case.outcome == VALID, case.slashed_against == against_it(case)),
    )


@invariant("§2.5.8/local-disputes.5.3")
def late_votes_on_the_wrong_side_are_slashed(s):
    """Evidence of misbehaviour that comes after the verdict is slashed like what came before."""
    return Implies(s.case.ended, _all_slashed(s))


@invariant("§2.5.8/description.1.3")
def only_the_wrong_side_is_slashed(s):
    """Nobody is slashed for a statement that the outcome does not contradict.

    So nobody at all where both sides are large (§1.10.3/outcome.3.1).
    A remote dispute whose block was awaited in vain has no outcome (§2.5.8/remote-disputes.8.1).
    """
    case = s.case
    return And(
        Implies(case.slashed_for > 0, case.outcome == INVALID),
        Implies(case.slashed_against > 0, Or(case.outcome == VALID, unavailable(s))),
    )


@invariant("§2.3/description.3.3")
def who_attested_both_ways_is_slashed(s):
    """Whoever said both is on the wrong side, whichever that is."""
    slashed = Or(s.case.slashed_for >= s.case.both, s.case.slashed_against >= s.case.both)
    return Implies(And(s.case.ended, one_side_is_wrong(s)), slashed)


@step("§2.3/description.3.3")
def a_false_alarm_costs_somebody(before, after):
    """A dispute does not close on a valid candidate without anybody losing stake for it."""
    closes = And(Not(before.case.ended), after.case.ended, after.case.outcome == VALID)
    return Implies(closes, after.case.slashed_against > 0)


@invariant("§2.3/description.3.4")
def who_finds_an_invalid_block_is_rewarded(s):
    """When a dispute closes that found the block invalid, who disputed it first has a bounty."""
    return Implies(And(s.case.ended, s.case.outcome == INVALID), s.case.bounty)


@invariant("§2.3/description.3.4")
def there_is_no_bounty_for_a_false_alarm(s):
    """A bounty is paid only where somebody signed for an invalid block, and is slashed for it."""
    return Implies(s.case.bounty, s.case.slashed_for > 0)


# fees


@invariant("§2.5.9/description.3.2")
def nobody_who_votes_in_time_pays_for_silence(s):
    """Whoever votes before the dispute closes is not penalised for not having voted."""
    return Implies(s.case.fee_silent > 0, s.case.fee_silent <= silent(s.case))


@invariant("§2.5.9/description.3.1")
def who_is_silent_to_the_end_pays(s):
    """When a dispute closes that either side has won, all that did not vote are penalised."""
    return Implies(And(s.case.ended, concluded(s)), s.case.fee_silent >= silent(s.case))


@invariant("§2.5.9/description.3.1")
def silence_is_free_without_a_supermajority(s):
    """Nobody is penalised for silence unless either side has a supermajority."""
    return Implies(s.case.fee_silent > 0, is_won(s, s.case))


@invariant("§2.5.9/description.2.2")
def the_distraction_fee_is_for_remote_disputes_that_nobody_wins(s):
    """Only voters for a block pay for distraction, in a remote dispute without a supermajority."""
    lost = And(s.case.kind == REMOTE, s.case.ended, Not(is_won(s, s.case)))
    return And(s.case.fee_for <= for_it(s.case), Implies(s.case.fee_for > 0, lost))


@invariant("§2.5.9/description.2.2")
def no_honest_validator_pays_for_distraction(s):
    """A validator that rightly vouched for a block is not charged for having wasted time."""
    return Implies(s.case.fee_for > 0, Not(And(s.valid, s.right > 0)))


@invariant("§2.5.9/description.2.2")
def who_vouches_for_what_is_withheld_pays(s):
    """All that claimed a block valid pay if it does not become available for the dispute."""
    return Implies(unavailable(s), s.case.fee_for == for_it(s.case))


@invariant("§2.5.8/remote-disputes.8.1")
def who_disputes_what_is_unavailable_is_slashed(s):
    """All that disputed a block are slashed if it does not become available for the dispute."""
    return Implies(unavailable(s), s.case.slashed_against == against_it(s.case))

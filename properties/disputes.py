"""What chapters 1 and 2 promise about disputes: verdicts, and that there is one.

Of any number of validators many of these are theorems, in `theorems/disputes`, `theorems/slashing`
and `theorems/quorums`, about the same functions; here they are asked of every order of events.
Who pays is in `disputes_payments`, what begins a dispute in `disputes_triggers`.
"""

from model.disputes import INVALID, OPEN, VALID, outcome, settled, verdict
from model.language import And, Implies, Not, Or
from model.slashing import against_it, for_it
from model.validity import acceptance_over, accepted, disputed, votes

from .disputes_words import begins, concluded, included, rejected
from .kinds import invariant, leads_to, reachable, recoverable, step

# verdicts


@invariant("§1.10.1/description.2")
def no_valid_candidate_is_found_invalid(s):
    """A valid candidate is never found invalid.

    For all sizes: theorem `an_outcome_is_the_truth`.
    """
    return Implies(s.valid, Not(rejected(s)))


@invariant("§1.10.1/invalid")
def no_invalid_candidate_is_found_valid(s):
    """An invalid candidate is never found valid."""
    return Implies(Not(s.valid), s.case.outcome != VALID)


@invariant("§1.10.3/outcome.2.1")
def no_disputed_invalid_candidate_is_accepted(s):
    """An invalid candidate that somebody disputed is never accepted."""
    return Implies(And(Not(s.valid), disputed(s, s.case)), Not(accepted(s, s.case)))


@step("§1.10.3/outcome")
def an_outcome_never_changes(before, after):
    """A dispute that has an outcome keeps it, whatever votes come late.

    For all sizes: theorem `an_outcome_never_changes` and its kin.
    """
    return Implies(concluded(before), after.case.outcome == before.case.outcome)


@invariant("§1.10.3/outcome")
def the_outcome_is_that_of_the_votes(s):
    """Two honest nodes that saw the same votes in another order have the same outcome."""
    came_to = verdict(s.cfg.variant("dispute_rule"), *votes(s, s.case), s.case.validators)
    open_now = And(disputed(s, s.case), Not(s.case.awaited), Not(s.case.ended))
    return Implies(open_now, s.case.outcome == came_to)


@invariant("§2.5.9/description.1")
def chapter_1_finds_what_chapter_2_concludes(s):
    """Whatever a dispute comes to is the outcome of an escalation with the same votes.

    For all sizes: theorem `what_chapter_2_concludes_chapter_1_has_found`.
    """
    found = outcome(*votes(s, s.case), s.case.validators)
    return Implies(concluded(s), s.case.outcome == found)


@invariant("§1.10.3/description.2.2")
def a_verdict_waits_for_two_thirds(s):
    """There is no outcome before more than two thirds of the validators have attested."""
    attested = s.case.valid + s.case.invalid + s.case.both
    return Implies(concluded(s), settled(attested, s.case.validators))


@step("§1.8/description.1.4")
def no_attestation_is_taken_back(before, after):
    """Who has attested to validity or to invalidity stays on that side.

    Primary attestations and secondary ones (§1.8/description.1.1) count alike, from when they are
    in a relay block (§1.8/description.1.3).
    """
    return And(
        for_it(before.case) <= for_it(after.case),
        against_it(before.case) <= against_it(after.case),
    )


@invariant("§2.5.8/local-disputes.4.2")
def only_the_sessions_validators_attest(s):
    """Nobody has attested but the validators of the session in which it was included.

    Of a remote dispute that, too, is what decides (§2.5.8/remote-disputes.7).
    """
    attested = s.case.valid + s.case.invalid + s.case.both
    return attested - s.right <= s.faulty


@step("§2.5.8/local-disputes.2")
def disputes_begin_in_the_acceptance_period(before, after):
    """A dispute on this chain begins while the candidate is in its acceptance period."""
    return Implies(begins(before, after), Not(acceptance_over(before, before.case)))


@step("§2.5.9/description.3.2")
def late_votes_have_their_time(before, after):
    """A dispute with an outcome closes only after its open period, so that late votes come in."""
    closes = And(concluded(before), Not(before.case.ended), after.case.ended)
    return Implies(closes, before.case.since >= before.cfg.dispute_open_period)


@invariant("§2.5.8/remote-disputes.10.2")
def a_concluded_dispute_is_closed_in_time(s):
    """After its outcome a dispute stays open for the set number of blocks, and no longer."""
    return Implies(s.case.since > s.cfg.dispute_open_period, s.case.ended)


# what follows for the chain


@step("§2.3/approval-process.5")
def what_is_accepted_stays_accepted(before, after):
    """In the end a block is approved: no candidate is accepted and later not (§2.3/lifecycle.7).

    Second checks and disputes are over then (§2.5.1/module.6).
    """
    return Implies(accepted(before, before.case), accepted(after, after.case))


@invariant("§1.10.3/outcome.2.2")
def no_honest_author_builds_on_an_invalid_block(s):
    """Once the candidate is found invalid no honest author builds on a chain that executed it."""
    return Not(s.misled)


@invariant("§2.5.8/description.1.3")
def a_fork_is_left_only_for_an_invalid_block(s):
    """The chain is rolled back only if the block is deemed invalid."""
    return Implies(s.case.abandoned, And(included(s), rejected(s)))


@invariant("§2.5.8/local-disputes.5.3")
def a_fork_with_an_invalid_block_is_left(s):
    """When a dispute closes that found the block invalid, the fork is signalled to be left."""
    return Implies(And(s.case.ended, included(s), rejected(s)), s.case.abandoned)


@step("§1.10.3/description.2.1")
def no_grandpa_vote_before_the_dispute_is_resolved(before, after):
    """Honest validators do not vote for a chain while a dispute about its candidate is open."""
    finalizes = And(Not(before.finalized), after.finalized)
    return Implies(finalizes, Or(Not(disputed(before, before.case)), concluded(before)))


@step("§1.10.3/outcome.2.2")
def no_grandpa_vote_for_what_is_found_invalid(before, after):
    """Honest validators never vote for a chain whose candidate was found invalid."""
    return Implies(And(Not(before.finalized), after.finalized), Not(rejected(before)))


@invariant("§2.5.8/description.1.3")
def no_finalized_block_is_rolled_back(s):
    """A fork that is to be abandoned was not finalized with the block that is to go."""
    return Not(And(s.finalized, s.case.abandoned))


# what comes in the end

HONEST = ("check", "end_availability", "next_block")


@leads_to("§2.5.8/description.1.2", fair=HONEST)
def a_dispute_concludes(s):
    """A report escalates until the block is determined to be valid or invalid.

    Unless it does not become available, honest validators that have to check it do so; then a
    remote one concludes like a local one (§2.5.8/remote-disputes.10.1).  As written they cannot all
    attest: who was not assigned has no VRF to put into it (§1.8/description.1.2).
    """
    return disputed(s, s.case), Or(concluded(s), And(s.case.ended, s.case.awaited))


@leads_to("§2.3/approval-process.5", fair=HONEST)
def a_valid_candidate_is_accepted(s):
    """A valid candidate that is included is accepted in the end, disputed or not."""
    return And(s.valid, included(s)), accepted(s, s.case)


@leads_to("§2.5.8/description.1.3", fair=HONEST)
def a_disputed_invalid_block_is_rolled_back(s):
    """An invalid candidate that was disputed leads to the signal to leave this fork."""
    return And(Not(s.valid), included(s), disputed(s, s.case)), s.case.abandoned


@recoverable("§1.10.3/outcome.1")
def a_valid_candidate_can_be_finalized(s):
    """Whatever is said about a valid candidate, the chain with it can still be finalized."""
    return Or(Not(s.valid), Not(included(s)), s.finalized)


# what must be possible


@reachable("§1.1/description.9.3")
def a_checked_candidate_is_challenged(s):
    """A challenge comes after enough checks (§1.1/description.9.2).

    The acceptance period that an included candidate enters goes on (§2.5.8/description.1.1).
    """
    return And(included(s), disputed(s, s.case), for_it(s.case) >= s.cfg.checks)


@reachable("§2.5.8/local-disputes.4.1")
def a_candidate_of_the_session_before_is_found_invalid(s):
    """A dispute concludes in the session after that of the candidate.

    Its validators' duty goes on till then (§2.5.8/local-disputes.4.3).
    """
    return And(included(s), s.case.sessions == 1, s.case.outcome == INVALID, s.case.since == 0)


@reachable("§2.5.8/local-disputes.2")
def a_dispute_outlasts_the_acceptance_period(s):
    """A dispute that began on the last day concludes after the acceptance period."""
    late = acceptance_over(s, s.case)
    return And(included(s), late, s.case.outcome != OPEN, s.case.since == 0)


@reachable("§1.10.3/outcome")
def chapter_1_decides_before_chapter_2(s):
    """More than two thirds attested, so chapter 1 has its outcome; neither side has two thirds.

    So the chapters differ in when, if not in what; theorem `both_chapters_come_to_the_same`.
    """
    found = outcome(*votes(s, s.case), s.case.validators)
    return And(disputed(s, s.case), Not(s.case.awaited), s.case.outcome == OPEN, found != OPEN)


# what begins a dispute, and who pays: in the order of their files, which is that of reports
from .disputes_payments import (  # noqa: E402, F401  # isort: skip
    no_honest_validator_is_slashed,
    the_wrong_side_is_slashed,
    late_votes_on_the_wrong_side_are_slashed,
    only_the_wrong_side_is_slashed,
    who_attested_both_ways_is_slashed,
    a_false_alarm_costs_somebody,
    who_finds_an_invalid_block_is_rewarded,
    there_is_no_bounty_for_a_false_alarm,
    nobody_who_votes_in_time_pays_for_silence,
    who_is_silent_to_the_end_pays,
    silence_is_free_without_a_supermajority,
    the_distraction_fee_is_for_remote_disputes_that_nobody_wins,
    no_honest_validator_pays_for_distraction,
    who_vouches_for_what_is_withheld_pays,
    who_disputes_what_is_unavailable_is_slashed,
)
from .disputes_triggers import (  # noqa: E402, F401  # isort: skip
    a_statement_against_leads_to_a_dispute,
    a_statement_against_is_no_veto,
    attestations_both_ways_are_announced,
    a_report_is_announced,
    a_report_is_an_attestation_both_ways,
    an_announcement_without_attestations,
    an_announcement_without_a_report,
    an_announcement_without_a_disagreement,
    a_disagreement_without_attestations,
    a_disagreement_without_a_report,
    a_contradiction_without_a_disagreement,
    a_contradiction_without_a_report,
    a_report_without_a_disagreement,
)

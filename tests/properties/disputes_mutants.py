"""Systems in which properties of disputes fail."""

from __future__ import annotations

from types import ModuleType

from model import disputes_system, slashing, validity
from tests.properties.mutation import Faulty
from tests.properties.planting import Fault


def Mutant(  # noqa: N802 - a mutant of the disputes, in the words of the table
    fails: tuple[str, ...],
    fault: Fault | None = None,
    *,
    without: str = "",
    **variants: str,
) -> Faulty:
    """Disputes with one fault, one amendment less or another variant."""
    return Faulty("disputes", fails, fault, without, {}, "tiny", variants)


def _in(module: ModuleType, routine: str, old: str, new: str) -> Fault:
    return Fault(module, routine, old, new)


MUTANTS: dict[str, Faulty] = {
    # verdicts
    "two thirds and 2f + 1 more are needed": Mutant(
        (
            "a_dispute_concludes",
            "a_valid_candidate_is_accepted",
            "a_disputed_invalid_block_is_rolled_back",
            "a_valid_candidate_can_be_finalized",
            "a_candidate_of_the_session_before_is_found_invalid",
            "a_dispute_outlasts_the_acceptance_period",
        ),
        dispute_rule="sum",
    ),
    "chapter 1 decides among too many faulty ones": Mutant(
        (
            "no_valid_candidate_is_found_invalid",
            "no_invalid_candidate_is_found_valid",
            "no_disputed_invalid_candidate_is_accepted",
            "an_outcome_never_changes",
            "what_is_accepted_stays_accepted",
            "no_finalized_block_is_rolled_back",
            "a_valid_candidate_is_accepted",
            "a_disputed_invalid_block_is_rolled_back",
            "a_valid_candidate_can_be_finalized",
            "chapter_1_decides_before_chapter_2",
            "no_honest_validator_is_slashed",
            "who_is_silent_to_the_end_pays",
            "no_honest_validator_pays_for_distraction",
        ),
        _in(disputes_system, "genesis", "3 * bad < n if", "2 * bad < n if"),
        dispute_rule="thirds",
    ),
    "nobody is faulty": Mutant(
        (
            "a_checked_candidate_is_challenged",
            "a_candidate_of_the_session_before_is_found_invalid",
            "a_dispute_outlasts_the_acceptance_period",
            "chapter_1_decides_before_chapter_2",
            "a_statement_against_is_no_veto",
            "an_announcement_without_attestations",
            "an_announcement_without_a_report",
            "an_announcement_without_a_disagreement",
            "a_disagreement_without_attestations",
            "a_disagreement_without_a_report",
            "a_contradiction_without_a_disagreement",
            "a_contradiction_without_a_report",
            "a_report_without_a_disagreement",
        ),
        _in(disputes_system, "genesis", "3 * bad < n if", "bad == 0 if"),
    ),
    "an attestation is taken back": Mutant(
        (
            "the_outcome_is_that_of_the_votes",
            "chapter_1_finds_what_chapter_2_concludes",
            "a_verdict_waits_for_two_thirds",
            "no_attestation_is_taken_back",
            "a_dispute_concludes",
            "a_disputed_invalid_block_is_rolled_back",
            "a_false_alarm_costs_somebody",
            "who_is_silent_to_the_end_pays",
            "a_statement_against_leads_to_a_dispute",
            "late_votes_have_their_time",
        ),
        _in(validity, "note", "case.invalid - 1, case.both + 1", "case.invalid - 1, case.both"),
    ),
    "a statement with other keys counts": Mutant(
        (
            "no_valid_candidate_is_found_invalid",
            "no_invalid_candidate_is_found_valid",
            "no_disputed_invalid_candidate_is_accepted",
            "the_outcome_is_that_of_the_votes",
            "chapter_1_finds_what_chapter_2_concludes",
            "only_the_sessions_validators_attest",
            "a_dispute_concludes",
            "a_valid_candidate_is_accepted",
            "a_disputed_invalid_block_is_rolled_back",
            "a_valid_candidate_can_be_finalized",
            "no_honest_validator_is_slashed",
        ),
        _in(validity, "attest", "s.require(own_keys,", "s.require(True,"),
    ),
    # the course of a dispute
    "disputes begin at any time": Mutant(
        (
            "disputes_begin_in_the_acceptance_period",
            "what_is_accepted_stays_accepted",
            "no_finalized_block_is_rolled_back",
        ),
        _in(validity, "attest", "Not(acceptance_over(s, case)))", "True)"),
    ),
    "a dispute about a valid block stays open": Mutant(
        ("a_concluded_dispute_is_closed_in_time",),
        _in(
            validity,
            "initialization",
            "case.since > s.cfg.dispute_open_period",
            "And(case.outcome == INVALID, case.since > s.cfg.dispute_open_period)",
        ),
    ),
    "duty ends a session later": Mutant(
        (
            "late_votes_have_their_time",
            "a_dispute_concludes",
            "a_valid_candidate_is_accepted",
            "a_disputed_invalid_block_is_rolled_back",
            "a_valid_candidate_can_be_finalized",
            "no_honest_validator_is_slashed",
            "no_honest_validator_pays_for_distraction",
        ),
        without="duty-until-closed",
    ),
    "sessions do not change": Mutant(
        ("a_candidate_of_the_session_before_is_found_invalid",),
        _in(validity, "session_change", "Min(case.sessions + 1, 2)", "case.sessions"),
    ),
    # what follows for the chain
    "disputed is accepted": Mutant(
        ("no_disputed_invalid_candidate_is_accepted",),
        _in(validity, "accepted", "Not(disputed(s, case))", "True"),
    ),
    "the signal comes late": Mutant(
        ("no_honest_author_builds_on_an_invalid_block",),
        without="abandon-at-conclusion",
    ),
    "every dispute ends the fork": Mutant(
        (
            "a_fork_is_left_only_for_an_invalid_block",
            "no_finalized_block_is_rolled_back",
        ),
        without="abandon-only-invalid",
    ),
    "no dispute ends the fork": Mutant(
        (
            "no_honest_author_builds_on_an_invalid_block",
            "a_fork_with_an_invalid_block_is_left",
            "a_disputed_invalid_block_is_rolled_back",
        ),
        _in(validity, "abandon", "Or(case.outcome == INVALID, ", "And(case.outcome == INVALID, "),
    ),
    "GRANDPA goes on during a dispute": Mutant(
        (
            "no_grandpa_vote_before_the_dispute_is_resolved",
            "no_finalized_block_is_rolled_back",
            "a_valid_candidate_can_be_finalized",
        ),
        _in(disputes_system, "may_finalize", "Not(unresolved), ", ""),
        without="finality-after-acceptance",
    ),
    "GRANDPA votes for an invalid block": Mutant(
        (
            "no_grandpa_vote_for_what_is_found_invalid",
            "no_finalized_block_is_rolled_back",
            "a_valid_candidate_can_be_finalized",
        ),
        _in(disputes_system, "may_finalize", "Not(rejected), ", ""),
        without="finality-after-acceptance",
    ),
    # what begins it
    "early statements are lost": Mutant(
        ("a_statement_against_leads_to_a_dispute",),
        without="early-statements-count",
    ),
    "collators dispute": Mutant(
        (
            "a_dispute_concludes",
            "a_valid_candidate_is_accepted",
            "a_disputed_invalid_block_is_rolled_back",
            "a_false_alarm_costs_somebody",
            "a_report_is_announced",
            "a_report_is_an_attestation_both_ways",
        ),
        without="only-validators-dispute",
    ),
    "a statement against is a veto": Mutant(
        ("a_statement_against_is_no_veto",),
        _in(
            disputes_system,
            "include",
            "s.case.kind == UNKNOWN",
            "s.case.kind == UNKNOWN, s.spoke == NOBODY",
        ),
    ),
    "nobody speaks before the inclusion": Mutant(
        (
            "a_statement_against_is_no_veto",
            "an_announcement_without_attestations",
            "an_announcement_without_a_report",
            "a_disagreement_without_attestations",
            "a_disagreement_without_a_report",
            "a_contradiction_without_a_report",
        ),
        _in(disputes_system, "announce", "s.spoke == NOBODY, ", "s.spoke != NOBODY, "),
    ),
    "backers did not attest": Mutant(
        (
            "chapter_1_finds_what_chapter_2_concludes",
            "no_attestation_is_taken_back",
            "a_dispute_concludes",
            "a_valid_candidate_is_accepted",
            "there_is_no_bounty_for_a_false_alarm",
            "a_report_is_an_attestation_both_ways",
        ),
        _in(validity, "note_included", "case.valid = backers", "case.valid = 0"),
    ),
    "what is on chain is not announced": Mutant(
        (
            "attestations_both_ways_are_announced",
            "a_report_is_announced",
        ),
        _in(
            disputes_system,
            "announced",
            "Or(s.spoke != NOBODY, against_it(s.case) > 0)",
            "s.spoke != NOBODY",
        ),
    ),
    "backers disagree with themselves": Mutant(
        (
            "an_announcement_without_a_disagreement",
            "a_contradiction_without_a_disagreement",
            "a_report_without_a_disagreement",
        ),
        _in(disputes_system, "group_disagrees", ", s.spoke != NOBODY, s.of_group", ""),
    ),
    "only included candidates have attestations": Mutant(
        ("a_contradiction_without_a_report",),
        _in(
            disputes_system,
            "attested_both_ways",
            "for_it(s.case) > 0",
            "s.case.kind == LOCAL, for_it(s.case) > 0",
        ),
    ),
    # who pays
    "the right side is slashed": Mutant(
        (
            "no_honest_validator_is_slashed",
            "the_wrong_side_is_slashed",
            "late_votes_on_the_wrong_side_are_slashed",
            "only_the_wrong_side_is_slashed",
            "who_attested_both_ways_is_slashed",
            "there_is_no_bounty_for_a_false_alarm",
        ),
        _in(slashing, "slash_wrong_side", "case.outcome == INVALID", "case.outcome == VALID"),
    ),
    "who attested both ways is spared": Mutant(
        (
            "the_wrong_side_is_slashed",
            "late_votes_on_the_wrong_side_are_slashed",
            "who_attested_both_ways_is_slashed",
            "a_false_alarm_costs_somebody",
        ),
        _in(slashing, "slash_wrong_side", "= against_it(case)", "= case.invalid"),
    ),
    "late votes may be spared": Mutant(
        (
            "late_votes_on_the_wrong_side_are_slashed",
            "who_attested_both_ways_is_slashed",
        ),
        without="late-votes-slashed",
    ),
    "nobody is rewarded": Mutant(
        ("who_finds_an_invalid_block_is_rewarded",),
        without="finder-rewarded",
    ),
    "silence is penalised with the verdict": Mutant(
        ("nobody_who_votes_in_time_pays_for_silence",),
        without="silence-counted-at-closing",
    ),
    "silence always costs": Mutant(
        (
            "nobody_who_votes_in_time_pays_for_silence",
            "silence_is_free_without_a_supermajority",
        ),
        _in(
            validity,
            "attest",
            "note(s, case, stance, against)",
            "slashing.penalise_silence(case, True)\n    note(s, case, stance, against)",
        ),
    ),
    "distraction costs the winners": Mutant(
        (
            "the_distraction_fee_is_for_remote_disputes_that_nobody_wins",
            "no_honest_validator_pays_for_distraction",
        ),
        _in(slashing, "charge_distraction", "If(won, 0, for_it(case))", "for_it(case)"),
    ),
    "only disputers pay for what is unavailable": Mutant(
        ("who_vouches_for_what_is_withheld_pays",),
        unavailable_dispute="disputers",
    ),
    "only voters for it pay for what is unavailable": Mutant(
        ("who_disputes_what_is_unavailable_is_slashed",),
        unavailable_dispute="voters_for",
    ),
}

"""Hosts in which properties of §2.5 fail: faults in what binds the modules, and in the modules.

Sizes are the smallest at which the failure shows.
"""

from __future__ import annotations

from collections.abc import Mapping

from model import (
    configuration,
    host,
    host_system,
    inclusion,
    inclusion_inherent,
    initializer,
    paras,
    scheduler,
    validity,
)
from tests.properties.mutation import Faulty
from tests.properties.planting import Fault

TINY: Mapping[str, int] = {}
SMALL: Mapping[str, int] = {"max_validators": 1}  # what does not concern votes needs no second


def Mutant(  # noqa: N802 - a mutant of the host, in the words of the table
    fails: tuple[str, ...],
    fault: Fault | None = None,
    *,
    without: str = "",
    sizes: Mapping[str, int] = SMALL,
) -> Faulty:
    """A host with one fault, or one repair less."""
    return Faulty("host", fails, fault, without, sizes)


MUTANTS: dict[str, Faulty] = {
    "a session changes at the start of a block": Mutant(
        (
            "a_block_uses_what_its_parent_shows",
            "a_code_upgrade_is_applied",
            "a_parathread_candidate_is_included",
            "a_valid_block_can_follow",
            "deadlock_free",
            "honest_data_is_never_refused",
        ),
        without="session-change-at-block-end",
    ),
    "bitfields are for another number of cores": Mutant(
        (
            "a_candidate_of_the_session_before_is_open",
            "a_code_upgrade_is_applied",
            "a_dispute_is_decided",
            "a_freed_core_is_backed_in_the_same_block",
            "a_parathread_candidate_is_included",
            "a_valid_block_can_follow",
            "deadlock_free",
            "honest_data_is_never_refused",
        ),
        Fault(host, "bitfield", "s.shown.cores == cores(s)", "s.shown.cores == cores(s) + 1"),
    ),
    "blocks do not end": Mutant(
        (
            "a_candidate_of_the_session_before_is_open",
            "a_candidate_times_out",
            "a_code_upgrade_is_applied",
            "a_core_can_wait_for_an_empty_group",
            "a_dispute_is_decided",
            "a_freed_core_is_backed_in_the_same_block",
            "a_para_comes_back",
            "a_parathread_candidate_is_included",
            "a_second_attempt_is_backed",
            "deadlock_free",
        ),
        Fault(host_system, "end_block", "s.phase == OPEN", "False"),
    ),
    "a block ends without the inherent": Mutant(
        (
            "a_candidate_of_the_session_before_is_open",
            "a_candidate_times_out",
            "a_code_upgrade_is_applied",
            "a_core_is_freed_in_time",
            "a_dispute_is_decided",
            "a_freed_core_is_backed_in_the_same_block",
            "a_parathread_candidate_is_included",
            "a_second_attempt_is_backed",
            "every_block_has_the_inherent",
        ),
        without="inherent-is-finalized",
    ),
    "nobody notes that the modules are initialized": Mutant(
        ("initialized_exactly_within_a_block",),
        Fault(initializer, "initialization", "s.HasInitialized = True", "pass"),
    ),
    "the configuration changes at once": Mutant(
        ("configuration_changes_as_asked", "cores_agree_with_registration"),
        Fault(
            configuration, "update_configuration", "pending.some = True", "change(s.Configuration)"
        ),
    ),
    "the scheduler is told of the old configuration": Mutant(
        ("cores_agree_with_registration",),
        Fault(host, "on_new_session", "notification.new_config", "notification.prev_config"),
    ),
    "paras that go stay": Mutant(
        ("paras_change_as_scheduled",),
        Fault(paras, "_clean_up", "s.Heads[para], s.ValidationCode[para] = {}, {}", "pass"),
    ),
    "candidates stay pending over a session change": Mutant(
        (
            "a_pending_para_is_not_scheduled",
            "a_session_begins_with_nothing_under_way",
            "every_parachain_has_its_own_core",
            "occupied_exactly_while_pending",
            "pending_paras_are_registered",
        ),
        Fault(inclusion, "on_new_session", "s.PendingAvailability[p] = {}", "pass"),
    ),
    "core 0 is everybody's": Mutant(
        (
            "a_pending_para_is_not_scheduled",
            "every_parachain_has_its_own_core",
            "occupied_exactly_while_pending",
        ),
        Fault(inclusion, "back", "core=core,", "core=0,"),
    ),
    "a returned core keeps its entry": Mutant(
        (
            "a_scheduled_claim_was_known",
            "indexed_exactly_while_claimed",
            "occupied_exactly_while_pending",
        ),
        without="freed-core-cleared",
    ),
    "claims on paras that go are kept": Mutant(
        (
            "a_valid_block_can_follow",
            "claims_are_on_registered_parathreads",
            "pending_paras_are_registered",
            "well_defined",
        ),
        without="deregistered-claims-pruned",
    ),
    "claims are taken on any para": Mutant(
        (
            "a_pending_para_is_not_scheduled",
            "claims_are_on_registered_parathreads",
            "pending_paras_are_registered",
        ),
        without="claim-names-live-parathread",
    ),
    "claims stay where the cores were": Mutant(
        ("queued_claims_have_a_parathread_core",), without="claims-move-with-cores"
    ),
    "claims are retried without end": Mutant(
        ("a_claim_leaves_only_when_used", "no_claim_is_tried_beyond_its_retries"),
        without="retries-pruned-at-finalization",
    ),
    "an index entry goes with the first attempt": Mutant(
        (
            "a_claim_leaves_only_when_used",
            "a_scheduled_claim_was_known",
            "indexed_exactly_while_claimed",
        ),
        Fault(scheduler, "on_finalize", "with s.when(spent):", "with s.when(retries > 0):"),
    ),
    "code is looked up by the block that expected it": Mutant(
        ("lookups_give_the_code_of_the_candidate",), without="lookup-by-last-parent"
    ),
    "past code goes too soon": Mutant(
        ("lookups_give_the_code_of_the_candidate",), without="past-code-covers-acceptance-period"
    ),
    "everybody is in the first group": Mutant(
        ("a_scheduled_core_has_backers",),
        Fault(scheduler, "group_of_place", "small, larger = ", "return 0; small, larger = "),
        sizes=TINY,
    ),
    "signatures for another session count": Mutant(
        (
            "a_block_uses_what_its_parent_shows",
            "a_valid_block_can_follow",
            "candidates_are_of_the_session",
            "deadlock_free",
            "honest_data_is_never_refused",
            "lookups_give_the_code_of_the_candidate",
        ),
        Fault(host, "candidate", "If(s.shown.outdated, 0, members.size())", "members.size()"),
        without="session-change-at-block-end",
    ),
    "votes are noted in the last place": Mutant(
        ("votes_are_of_validators_of_the_session",),
        Fault(
            inclusion,
            "note_bitfield",
            "availability_votes[v]",
            "availability_votes[s.cfg.validator.n - 1]",
        ),
        sizes=TINY,
    ),
    "claims come before the inherent": Mutant(
        ("a_scheduled_claim_was_known",), without="inherent-comes-first"
    ),
    "half of the votes make a candidate available": Mutant(
        ("a_candidate_leaves_by_votes_or_by_time",),
        Fault(
            inclusion,
            "is_available",
            "available(pending.availability_votes.size(), s.validators)",
            "2 * pending.availability_votes.size() >= s.validators",
        ),
        sizes=TINY,
    ),
    "nobody's votes are needed": Mutant(
        ("a_candidate_leaves_by_votes_or_by_time", "a_candidate_times_out"),
        Fault(
            inclusion,
            "is_available",
            "available(pending.availability_votes.size(), s.validators)",
            "True",
        ),
    ),
    "acceptance periods do not end": Mutant(
        ("disputes_begin_in_the_acceptance_period", "lookups_give_the_code_of_the_candidate"),
        Fault(validity, "acceptance_over", "case.age > s.cfg.acceptance_period", "False"),
    ),
    "the next session judges": Mutant(
        ("a_candidate_is_judged_by_its_session", "a_candidate_of_the_session_before_is_open"),
        Fault(
            host,
            "_judge_another_session",
            "validity.session_change(s, s.case)",
            "s.case.validators = _notification.validators",
        ),
        sizes=TINY,
    ),
    "a session's candidates go with it": Mutant(
        ("a_candidate_of_the_session_before_is_open",),
        Fault(host, "_judge_another_session", "validity.session_change(s, s.case)", "s.case = {}"),
    ),
    "a para comes once": Mutant(
        ("a_para_comes_back",),
        Fault(host_system, "register", "_count_call(s)", "s.assume(s.calls < 1)"),
    ),
    "there are enough validators": Mutant(
        ("a_core_can_wait_for_an_empty_group",),
        Fault(host_system, "_notified", "session.validators > 0", "session.validators > 1"),
        sizes=TINY,
    ),
    "candidates do not time out": Mutant(
        ("a_candidate_times_out", "a_core_is_freed_in_time"),
        Fault(scheduler, "availability_timeout", "And(window, age >= period)", "False"),
    ),
    "a candidate does not come from a claim": Mutant(
        ("a_parathread_candidate_is_included", "a_second_attempt_is_backed"),
        Fault(host_system, "add_claim", "_assume_entry(s, CLAIMS)", "s.assume(False)"),
    ),
    "no upgrade is announced": Mutant(
        ("a_code_upgrade_is_applied",),
        Fault(host_system, "candidate", "is_about(s, CODE)", "False"),
    ),
    "nobody disputes": Mutant(
        ("a_dispute_is_decided",),
        Fault(host_system, "attest", "_assume_entry(s, DISPUTES)", "s.assume(False)"),
    ),
    "a freed core waits for the next block": Mutant(
        ("a_freed_core_is_backed_in_the_same_block", "occupied_exactly_while_pending"),
        Fault(
            inclusion_inherent,
            "free_and_schedule",
            "scheduler.schedule(s, concluded, timed_out)",
            "s.AvailabilityCores",
        ),
    ),
}

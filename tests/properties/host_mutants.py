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
    initializer,
    paras,
)
from tests.properties.mutation import Faulty
from tests.properties.planting import Fault

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
        ("a_block_uses_what_its_parent_shows", "deadlock_free", "honest_data_is_never_refused"),
        without="session-change-at-block-end",
    ),
    "bitfields are for another number of cores": Mutant(
        (
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
            "a_candidate_times_out",
            "a_code_upgrade_is_applied",
            "a_dispute_is_decided",
            "a_parathread_candidate_is_included",
            "a_second_attempt_is_backed",
            "deadlock_free",
        ),
        Fault(host_system, "end_block", "s.phase == OPEN", "False"),
    ),
    "a block ends without the inherent": Mutant(
        ("a_core_is_freed_in_time", "every_block_has_the_inherent"), without="inherent-is-finalized"
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
        sizes=SMALL,
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
        ("claims_are_on_registered_parathreads", "pending_paras_are_registered", "well_defined"),
        without="deregistered-claims-pruned",
    ),
    "claims stay where the cores were": Mutant(
        ("queued_claims_have_a_parathread_core",), without="claims-move-with-cores"
    ),
}

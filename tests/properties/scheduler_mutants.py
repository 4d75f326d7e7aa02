"""Systems in which properties of §2.5.5 fail.

Sizes are the smallest at which the failure shows.
"""

from __future__ import annotations

from collections.abc import Mapping

from model import scheduler, scheduler_system
from tests.properties.mutation import Faulty, watched
from tests.properties.planting import Fault

WATCHED = watched("scheduler")
CLAIMS = {"max_validators": 1}  # what concerns claims does not need two validators
GROUPS = {"threads": 1}  # nor what concerns groups two parathreads


def Mutant(  # noqa: N802 - a mutant of the scheduler, in the words of the table
    fails: tuple[str, ...],
    fault: Fault | None = None,
    *,
    without: str = "",
    sizes: Mapping[str, int] = CLAIMS,
    instance: str = "tiny",
    variants: Mapping[str, str] | None = None,
) -> Faulty:
    """A scheduler with one fault, one repair less or another variant."""
    return Faulty("scheduler", fails, fault, without, sizes, instance, variants or {})


def _model(routine: str, old: str, new: str) -> Fault:
    return Fault(scheduler, routine, old, new)


def _block(routine: str, old: str, new: str) -> Fault:
    return Fault(scheduler_system, routine, old, new)


_NEXT_GROUP = """for v in s.cfg.validator:
        with s.when(And(s.groups > 0, v < s.validators)):
            s.ValidatorGroups[v] = (s.ValidatorGroups[v] + 1) % If(s.groups > 0, s.groups, 1)
    """

_RETURN = "_return_claim(s, c, s.AvailabilityCores[c], s.AvailabilityCores[c].retries)"

MUTANTS: dict[str, Faulty] = {
    # groups
    "groups are counted by parathreads": Mutant(
        (
            "one_group_for_each_core",
            "every_core_has_a_validator",
            "scheduled_cores_have_their_group",
        ),
        without="groups-per-core",
        sizes=GROUPS,
    ),
    "all validators are in one group": Mutant(
        ("group_sizes_differ_by_at_most_one", "every_core_has_a_validator"),
        _model("_form_groups", "] = group", "] = 0"),
        sizes=GROUPS,
    ),
    "groups do not rotate": Mutant(
        ("scheduled_cores_have_their_group", "rotation_gives_every_core_another_group"),
        _model("group_on", "(core - rotations)", "core"),
        sizes=GROUPS,
    ),
    "a block ends with other groups": Mutant(
        ("groups_change_only_with_the_session",),
        _block("end_block", "s.phase = ", _NEXT_GROUP + "s.phase = "),
        sizes=GROUPS,
    ),
    "a session changes at the start of a block": Mutant(
        ("assignments_are_known_a_block_ahead",), without="session-change-at-block-end"
    ),
    "a session never ends": Mutant(
        (
            "deadlock_free",
            "no_parathread_is_locked_out",
            "a_claim_survives_a_session_change",
            "a_queued_claim_gets_a_core",
            "an_occupied_core_is_freed",
            "a_parachain_core_is_offered",
        ),
        _block("end_block", "Implies(last, _changes_late(s.cfg))", "Not(last)"),
    ),
    # cores
    "a returned core keeps its entry": Mutant(
        (
            "assignments_are_not_gameable",
            "occupied_exactly_while_pending",
            "a_pending_para_is_not_assigned",
            "core_para_has_one_answer",
            "indexed_exactly_while_claimed",
            "at_most_one_claim_for_each_parathread",
            "queue_within_limit",
            "a_claim_runs_on_the_core_it_was_given",
        ),
        without="freed-core-cleared",
    ),
    "an occupied core is scheduled again": Mutant(
        (
            "a_pending_para_is_not_assigned",
            "core_para_has_one_answer",
            "indexed_exactly_while_claimed",
            "no_parathread_is_locked_out",
        ),
        _model("schedule", "s.AvailabilityCores[c].kind == NONE", "True"),
    ),
    "a scheduled core becomes occupied by nobody": Mutant(
        (
            "occupied_exactly_while_pending",
            "a_pending_para_is_not_assigned",
            "indexed_exactly_while_claimed",
            "no_parathread_is_locked_out",
            "a_queued_claim_gets_a_core",
        ),
        _model("occupied", "If(c < s.parachains, PARACHAIN, PARATHREAD)", "NONE"),
    ),
    "the first parathread core is taken for a parachain's": Mutant(
        (
            "parachains_come_first",
            "indexed_exactly_while_claimed",
            "no_parathread_is_locked_out",
            "a_queued_claim_gets_a_core",
        ),
        _model("occupied", "c < s.parachains", "c <= s.parachains"),
    ),
    "cores time out early in a rotation only": Mutant(
        ("a_core_is_freed_in_time", "all_cores_are_occupied"),  # of one core not all are more
        instance="timeouts",
        sizes={},
        variants={"timeout_rule": "prose"},
    ),
    "a parachain's core is never scheduled": Mutant(
        ("free_cores_get_work", "a_parachain_core_is_offered"),
        _model("_assign", "c < s.parachains", "False"),
    ),
    "nothing times out, and a session keeps what is pending": Mutant(
        (
            "occupied_exactly_while_pending",
            "a_pending_para_is_not_assigned",
            "a_core_is_freed_in_time",
            "indexed_exactly_while_claimed",
            "no_parathread_is_locked_out",
            "an_occupied_core_is_freed",
        ),
        _block("_new_session", "s.pending[c] = {}", "pass"),
        variants={"timeout_rule": "prose"},
    ),
    "only the first parathread core takes claims": Mutant(
        (
            "free_cores_get_work",
            "all_cores_are_occupied",
            "a_queued_claim_gets_a_core",
        ),
        _model("_assign", "And(c >= s.parachains,", "And(c >= s.parachains, c == 0,"),
    ),
    "a returned core waits for the next block": Mutant(
        ("a_freed_core_is_backed_in_the_same_block",),
        _model(
            "schedule",
            "Or(concluded[c], timed_out[c], idle)",
            "And(idle, Not(concluded[c]), Not(timed_out[c]))",
        ),
    ),
    # claims
    "an occupied core forgets its parathread": Mutant(
        (
            "occupied_exactly_while_pending",
            "a_pending_para_is_not_assigned",
            "indexed_exactly_while_claimed",
            "at_most_one_claim_for_each_parathread",
            "claims_are_on_live_parathreads",
            "a_claim_runs_on_the_core_it_was_given",
            "no_parathread_is_locked_out",
            "a_queued_claim_gets_a_core",
        ),
        _model("occupied", "thread=scheduled.thread", "thread=0"),
    ),
    "a session change loses the claims on cores": Mutant(
        ("indexed_exactly_while_claimed", "no_parathread_is_locked_out"),
        _model("on_new_session", _RETURN, "pass"),
    ),
    "a session change drops all claims": Mutant(
        (
            "a_claim_gets_its_attempts",
            "a_claim_survives_a_session_change",
            "a_queued_claim_gets_a_core",
        ),
        _model("_prune", "Or(entry.retries > s.cfg.parathread_retries, gone, stranded)", "True"),
    ),
    "one claim too many is accepted": Mutant(
        ("queue_within_limit", "well_defined"),  # also of no core, and there is no next one
        _model("add_parathread_claim", "Index.size() < limit", "Index.size() <= limit"),
    ),
    "a collator chooses the core of its claim": Mutant(
        ("assignments_are_not_gameable",),
        _model(
            "add_parathread_claim",
            "core = queue.next_core + s.parachains",
            "core = If(thread < s.parathread_cores, thread, 0) + s.parachains",
        ),
    ),
    "any claim is taken": Mutant(
        ("a_claim_runs_on_the_core_it_was_given",), without="claim-taken-by-its-core"
    ),
    "claims stay where the cores were": Mutant(
        (
            "queued_claims_have_a_parathread_core",
            "a_queued_claim_gets_a_core",
        ),
        without="claims-move-with-cores",
    ),
    "the next core stays where the cores were": Mutant(
        (
            "queued_claims_have_a_parathread_core",
            "next_core_is_a_parathread_core",
            "a_queued_claim_gets_a_core",
        ),
        without="next-core-restarts",
    ),
    "all claims are dealt to one core": Mutant(
        ("claims_are_balanced_when_cores_change",),
        _model("_reassign", "place % s.parathread_cores", "0"),
    ),
    "a timed-out claim is dropped": Mutant(
        ("a_claim_gets_its_attempts", "an_availability_failure_is_not_charged"),
        without="timed-out-claim-returns",
    ),
    "a timed-out claim is charged a retry": Mutant(
        (
            "no_claim_is_tried_beyond_its_retries",
            "an_availability_failure_is_not_charged",
            "a_queued_claim_gets_a_core",
        ),
        _model(
            "_release",
            "entry, entry.retries)",
            "entry, If(entry.retries < 2, entry.retries + 1, 2))",
        ),
    ),
    "a failed attempt is not counted": Mutant(
        ("a_claim_is_retried",),
        _model(
            "on_finalize",
            "_return_claim(s, c, scheduled, retries)",
            "_return_claim(s, c, scheduled, scheduled.retries)",
        ),
    ),
}

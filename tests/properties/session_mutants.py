"""Systems in which properties of §2.5.1 to §2.5.3 fail."""

from __future__ import annotations

from collections.abc import Mapping

from model import (
    configuration,
    inclusion_inherent,
    initializer,
    session_modules,
    session_system,
)
from tests.properties.mutation import Faulty, watched
from tests.properties.planting import Fault

WATCHED = watched("session")


def Mutant(  # noqa: N802 - a mutant of the system, in the words of the table
    fails: tuple[str, ...],
    fault: Fault | None = None,
    *,
    without: str = "",
    instance: str = "tiny",
    variants: Mapping[str, str] | None = None,
) -> Faulty:
    """A system with one fault, one amendment less or another variant."""
    return Faulty("session", fails, fault, without, {}, instance, variants or {})


def _option(order: str) -> dict[str, str]:
    return {"session_order": order}


MUTANTS: dict[str, Faulty] = {
    # the configuration
    "updates start from the configuration in use": Mutant(
        ("accepted_updates_apply_with_the_next_session", "what_governance_set_is_pending"),
        Fault(
            configuration,
            "update_configuration",
            "with s.when(Not(pending.some)):",
            "with s.when(True):",
        ),
    ),
    "an update counts at once": Mutant(
        (
            "modules_work_under_one_configuration",
            "cores_are_those_of_the_configuration",
            "the_configuration_stays_for_the_session",
            "two_members_wait_together",
        ),
        Fault(
            configuration,
            "update_configuration",
            "change(pending.members)",
            "change(configuration(s)); change(pending.members)",
        ),
    ),
    "anybody sets members": Mutant(
        (
            "accepted_updates_apply_with_the_next_session",
            "what_governance_set_is_pending",
            "a_block_can_always_be_finished",
            "a_session_that_ends_is_followed_by_the_next",
            "well_defined",
        ),
        Fault(configuration, "entry_point", 's.require(origin == GOVERNANCE, "BadOrigin")', "pass"),
    ),
    "what is pending is forgotten": Mutant(
        ("accepted_updates_apply_with_the_next_session",),
        Fault(
            configuration,
            "session_change",
            "s.Configuration = s.PendingConfiguration.members",
            "pass",
        ),
    ),
    "what is pending is not reset": Mutant(
        ("what_governance_set_is_pending",),
        Fault(configuration, "session_change", "s.PendingConfiguration = {}", "pass"),
    ),
    "modules are told of the configuration before": Mutant(
        (
            "modules_work_under_one_configuration",
            "claims_move_when_parathread_cores_do",
        ),
        Fault(initializer, "notification", "new_config=held(s)", "new_config=prev_config"),
    ),
    "the notification has the new configuration twice": Mutant(
        ("claims_move_when_parathread_cores_do",),
        Fault(initializer, "notification", "prev_config=prev_config", "prev_config=held(s)"),
    ),
    "the configuration changes after the modules": Mutant(
        ("cores_are_those_of_the_configuration",),
        Fault(
            session_modules,
            "scheduler_on_new_session",
            "in_use.parathread_cores",
            "notification.prev_config.parathread_cores",
        ),
    ),
    # validators
    "the set after the next comes next": Mutant(
        (
            "assignments_are_of_the_session_in_force",
            "groups_follow_from_the_session",
            "modules_know_the_validators",
            "the_queued_set_is_the_next",
        ),
        Fault(
            session_modules,
            "begin_session",
            "= s.queued, queued, random_seed",
            "= queued, queued, random_seed",
        ),
    ),
    "modules are told of the set after the next": Mutant(
        (
            "assignments_are_of_the_session_in_force",
            "groups_follow_from_the_session",
            "modules_know_the_validators",
        ),
        Fault(session_system, "_forward", "validators=s.queued", "validators=queued"),
    ),
    "validators join within a session": Mutant(
        (
            "assignments_are_of_the_session_in_force",
            "groups_follow_from_the_session",
            "modules_know_the_validators",
            "the_queued_set_is_the_next",
        ),
        Fault(
            session_system,
            "end_block",
            "s.due, s.stage = ends, IDLE",
            "s.due, s.stage, s.validators = ends, IDLE, s.queued",
        ),
    ),
    "groups are not formed anew": Mutant(
        (
            "assignments_are_of_the_session_in_force",
            "groups_follow_from_the_session",
        ),
        Fault(session_modules, "scheduler_on_new_session", "s.formed = ", "_ = "),
    ),
    "groups are formed without the seed": Mutant(
        (
            "assignments_are_of_the_session_in_force",
            "groups_follow_from_the_session",
        ),
        Fault(
            session_modules,
            "scheduler_on_new_session",
            "random_seed=notification.random_seed",
            "random_seed=0",
        ),
        instance="seeds",
    ),
    "parachains come at once": Mutant(
        (
            "cores_are_those_of_the_configuration",
            "parachains_change_with_the_session",
        ),
        Fault(
            session_modules,
            "schedule_para_initialize",
            "s.upcoming = s.upcoming + 1",
            "s.parachains = s.upcoming = s.upcoming + 1",
        ),
    ),
    "what is scheduled stays": Mutant(
        (
            "assignments_are_of_the_session_in_force",
            "nothing_is_scheduled_between_blocks",
        ),
        Fault(session_modules, "unschedule", "s.Scheduled = False", "pass"),
    ),
    # order
    "paras come after the scheduler": Mutant(
        ("cores_are_those_of_the_configuration",),
        Fault(initializer, "forward", "for name in TOLD:", "for name in reversed(TOLD):"),
    ),
    "modules are initialized in another order": Mutant(
        ("modules_are_initialized_in_order",),
        Fault(initializer, "initialization", "for name in ORDER:", "for name in reversed(ORDER):"),
    ),
    "modules are finalized in the order of initialization": Mutant(
        ("modules_are_finalized_in_reverse",),
        Fault(initializer, "finalization", "reversed(ORDER)", "ORDER"),
    ),
    "the flag is never set": Mutant(
        (
            "the_flag_says_whether_modules_are_initialized",
            "a_block_can_always_be_finished",
            "a_session_that_ends_is_followed_by_the_next",
        ),
        Fault(initializer, "initialization", "s.HasInitialized = True", "pass"),
    ),
    "the flag is never cleared": Mutant(
        (
            "the_flag_says_whether_modules_are_initialized",
            "nothing_is_scheduled_between_blocks",
            "entry_points_run_while_modules_are_initialized",
            "a_notification_is_never_fatal",
            "a_block_can_always_be_finished",
            "a_session_that_ends_is_followed_by_the_next",
        ),
        Fault(initializer, "finalization", "s.HasInitialized = False", "pass"),
    ),
    "validity is left out": Mutant(
        (
            "modules_work_under_one_configuration",
            "modules_know_the_validators",
        ),
        Fault(initializer, "tell", "_call(", "None if name == 'validity' else _call("),
    ),
    "the inherent is not asked for": Mutant(
        ("every_block_carries_the_inherent",),
        Fault(inclusion_inherent, "finalization", 's.require(s.Included, "Unrecoverable")', "pass"),
    ),
    # rivals and amendments
    "sessions change where the notification comes": Mutant(
        (
            "the_state_shows_who_serves_next",
            "a_notification_is_never_fatal",
            "a_block_can_always_be_finished",
            "a_session_that_ends_is_followed_by_the_next",
        ),
        without="session-change-at-block-end",
    ),
    "the inherent runs at any point": Mutant(
        (
            "assignments_are_of_the_session_in_force",
            "nothing_is_scheduled_between_blocks",
            "entry_points_run_while_modules_are_initialized",
        ),
        without="inclusion-needs-initialization",
    ),
    "other modules schedule": Mutant(
        (
            "assignments_are_of_the_session_in_force",
            "nothing_is_scheduled_between_blocks",
        ),
        without="schedule-semi-private",
    ),
    "rotations may take no blocks": Mutant(
        (
            "well_defined",
            "a_block_can_always_be_finished",
            "a_session_that_ends_is_followed_by_the_next",
        ),
        without="rotations-take-blocks",
    ),
    "other modules call in between two turns": Mutant(
        (
            "modules_work_under_one_configuration",
            "cores_are_those_of_the_configuration",
            "modules_know_the_validators",
            "groups_follow_from_the_session",
            "assignments_are_of_the_session_in_force",
            "nothing_is_scheduled_between_blocks",
            "entry_points_run_while_modules_are_initialized",
        ),
        without="initializer-undivided",
    ),
    "no module is told of the first session": Mutant(
        (
            "modules_work_under_one_configuration",
            "cores_are_those_of_the_configuration",
            "modules_know_the_validators",
            "groups_follow_from_the_session",
        ),
        without="genesis-begins-session",
    ),
    "nobody finalizes the inherent": Mutant(
        ("every_block_carries_the_inherent",), without="inherent-is-finalized"
    ),
    "option 1": Mutant(
        (
            "well_defined",
            "the_state_shows_who_serves_next",
            "the_flag_says_whether_modules_are_initialized",
            "initialization_is_not_repeated",
            "nothing_is_scheduled_between_blocks",
            "sessions_change_while_no_module_is_initialized",
            "entry_points_run_while_modules_are_initialized",
            "a_block_can_always_be_finished",
            "a_session_that_ends_is_followed_by_the_next",
        ),
        variants=_option("initialize_first"),
    ),
    "option 3": Mutant(
        (
            "well_defined",
            "the_state_shows_who_serves_next",
            "initialization_is_not_repeated",
            "sessions_change_while_no_module_is_initialized",
            "a_block_can_always_be_finished",
            "a_session_that_ends_is_followed_by_the_next",
        ),
        variants=_option("both"),
    ),
    "the soft version of option 2": Mutant(
        (
            "assignments_are_of_the_session_in_force",
            "the_state_shows_who_serves_next",
            "sessions_change_while_no_module_is_initialized",
        ),
        variants=_option("soft"),
    ),
    "no session ends": Mutant(
        (
            "a_block_can_always_be_finished",
            "a_session_that_ends_is_followed_by_the_next",
        ),
        Fault(session_system, "session_change", "s.due > 0", "False"),
    ),
    "no block begins": Mutant(
        (
            "deadlock_free",
            "two_members_wait_together",
            "a_session_that_ends_is_followed_by_the_next",
        ),
        Fault(session_system, "begin_block", "s.stage == IDLE", "False"),
    ),
}

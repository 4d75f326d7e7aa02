"""Systems in which properties of §2.5.4 fail."""

from __future__ import annotations

from collections.abc import Mapping

from model import inclusion, paras, paras_system, past_code
from tests.properties.mutation import Faulty
from tests.properties.planting import Fault

HEADS = {"heads": 2}  # what concerns heads needs two of them


def Mutant(  # noqa: N802 - a mutant of paras, in the words of the table
    fails: tuple[str, ...],
    fault: Fault | None = None,
    *,
    without: str = "",
    sizes: Mapping[str, int] | None = None,
) -> Faulty:
    """Paras with one fault or one repair less."""
    return Faulty("paras", fails, fault, without, sizes or {})


def _paras(routine: str, old: str, new: str) -> Fault:
    return Fault(paras, routine, old, new)


def _past(routine: str, old: str, new: str) -> Fault:
    return Fault(past_code, routine, old, new)


def _block(routine: str, old: str, new: str) -> Fault:
    return Fault(paras_system, routine, old, new)


MUTANTS: dict[str, Faulty] = {
    # who is registered
    "a para comes in when it is scheduled": Mutant(
        (
            "registered_paras_change_only_with_the_session",
            "the_last_call_decides",
            "upcoming_paras_have_their_arguments",
            "lookups_give_the_code_of_the_candidate",
            "code_changes_only_by_upgrade",
            "replaced_code_becomes_past_code",
            "a_para_can_go_and_come_in_at_once",
            "registration_is_recorded_within_a_session",
        ),
        _paras(
            "schedule_para_initialize",
            "s.UpcomingParas[para] = True",
            "s.Heads[para] = s.ValidationCode[para] = dict(some=True)",
        ),
    ),
    "a para that is to come in again does not go": Mutant(
        (
            "a_para_starts_with_its_arguments",
            "lookups_give_the_code_of_the_candidate",
            "replaced_code_becomes_past_code",
        ),
        _paras(
            "on_new_session",
            "s.OutgoingParas[para])",
            "And(s.OutgoingParas[para], Not(s.UpcomingParas[para])))",
        ),
    ),
    "a para that goes stays listed": Mutant(
        (
            "parachains_follow_the_registrations",
            "parachains_are_live",
        ),
        _paras("_clean_up", "s.Parachains[para] = False", "pass"),
    ),
    "a head outlives its para": Mutant(
        ("a_live_para_has_head_and_code",),
        _paras(
            "_clean_up",
            "s.Heads[para], s.ValidationCode[para] = {}, {}",
            "s.ValidationCode[para] = {}",
        ),
    ),
    "a plan outlives its para": Mutant(
        (
            "a_para_starts_with_its_arguments",
            "a_planned_upgrade_has_code_and_para",
            "upgrades_keep_their_distance",
            "pruned_code_is_not_found",
        ),
        _paras("_clean_up", "s.FutureCodeUpgrades[para], s.FutureCode[para] = {}, {}", "pass"),
    ),
    "arguments stay when their para came in": Mutant(
        ("upcoming_paras_have_their_arguments",),
        _paras(
            "_forget_upcoming",
            "s.UpcomingParas[para], s.UpcomingParasGenesis[para] = False, {}",
            "s.UpcomingParas[para] = False",
        ),
    ),
    "a head is lost with the next block": Mutant(
        ("heads_change_only_by_inclusion",),
        _block(
            "begin_block",
            "paras.on_initialize(s)",
            "s.Heads[0].head = 0\n    paras.on_initialize(s)",
        ),
        sizes=HEADS,
    ),
    "no para goes": Mutant(
        (
            "live_paras_follow_the_lists",
            "the_last_call_decides",
            "parachains_follow_the_registrations",
            "a_para_starts_with_its_arguments",
            "lookups_give_the_code_of_the_candidate",
            "replaced_code_becomes_past_code",
            "a_lookup_gives_code_of_a_time_without_the_para",
            "a_para_that_is_gone_is_remembered",
            "code_of_a_dead_para_is_kept",
            "an_upgrade_and_a_removal_in_one_block",
            "a_para_can_be_gone_for_good",
        ),
        _paras("on_new_session", "s.when(s.OutgoingParas[para])", "s.when(False)"),
    ),
    "a live para starts anew": Mutant(
        (
            "the_last_call_decides",
            "what_came_in_is_not_upcoming",
            "a_para_starts_with_its_arguments",
            "lookups_give_the_code_of_the_candidate",
            "code_changes_only_by_upgrade",
            "replaced_code_becomes_past_code",
        ),
        without="initialize-only-unregistered",
    ),
    "registrations happen again": Mutant(
        (
            "the_last_call_decides",
            "what_came_in_is_not_upcoming",
            "what_went_is_not_outgoing",
            "a_para_starts_with_its_arguments",
            "lookups_give_the_code_of_the_candidate",
            "code_changes_only_by_upgrade",
            "replaced_code_becomes_past_code",
            "a_para_can_be_live",
        ),
        without="registrations-happen-once",
    ),
    "the code of nothing is kept": Mutant(
        (
            "a_para_can_be_live",
            "well_defined",
        ),
        without="cleanup-passes-over-dead",
    ),
    "a para comes in though it was to go": Mutant(
        ("the_last_call_decides",), without="cleanup-cancels-upcoming"
    ),
    "a session changes at the start of a block": Mutant(
        (
            "nothing_is_enacted_across_a_session",
            "lookups_give_the_code_of_the_candidate",
            "an_upgrade_and_a_removal_in_one_block",
        ),
        without="session-change-at-block-end",
    ),
    # upgrades
    "an upgrade applies up to its time": Mutant(
        (
            "lookups_give_the_code_of_the_candidate",
            "lookups_foresee_the_next_code",
            "upgrades_wait_for_their_time",
            "past_code_is_kept_under_its_number",
            "past_code_is_looked_up",
            "an_upgrade_waits_beyond_its_time",
        ),
        without="upgrade-applies-from-expected",
    ),
    "an upgrade applies a block late": Mutant(
        ("due_upgrades_are_applied",),
        _paras("is_upgraded_by", "number >= planned.block", "number > planned.block"),
    ),
    "an upgrade never applies": Mutant(
        (
            "due_upgrades_are_applied",
            "past_code_is_looked_up",
            "an_upgrade_and_a_removal_in_one_block",
        ),
        _paras("is_upgraded_by", "number >= planned.block", "number > 2"),
    ),
    "another upgrade takes the place of one that waits": Mutant(
        (
            "no_accepted_upgrade_is_lost",
            "upgrades_keep_their_distance",
        ),
        without="no-upgrade-while-one-waits",
    ),
    "upgrades follow at once": Mutant(
        ("upgrades_keep_their_distance",),
        Fault(inclusion, "check_upgrade", "Implies(done.some, ", "Implies(False, "),
    ),
    # past code
    "code is pruned when it is replaced": Mutant(
        (
            "lookups_give_the_code_of_the_candidate",
            "past_code_stays_for_the_acceptance_period",
            "a_lookup_gives_code_of_a_time_without_the_para",
            "code_of_a_dead_para_is_kept",
        ),
        without="past-code-covers-acceptance-period",
    ),
    "code is pruned a block late": Mutant(
        ("past_code_goes_after_the_acceptance_period",),
        _past("is_over", "s.cfg.acceptance_period < 0", "s.cfg.acceptance_period < -1"),
        sizes={"past_codes": 4},
    ),
    "the latest code is to be pruned first": Mutant(
        ("the_pruning_list_ascends",),
        _past("note_past_code", "PastCodePruning.push(", "PastCodePruning.push_front("),
    ),
    "code is to be pruned twice": Mutant(
        (
            "what_is_to_be_pruned_is_listed",
            "a_lookup_gives_code_of_a_time_without_the_para",
            "code_of_a_dead_para_is_kept",
        ),
        _past(
            "note_past_code",
            "s.PastCodePruning.push(para=para, block=0)",
            "for _ in range(2):\n        s.PastCodePruning.push(para=para, block=0)",
        ),
        sizes={"past_codes": 4, "acceptance_period": 0},
    ),
    "the planned code is kept for the replaced one": Mutant(
        (
            "lookups_give_the_code_of_the_candidate",
            "replaced_code_becomes_past_code",
        ),
        _past("note_past_code", "code=s.ValidationCode[para].code", "code=s.FutureCode[para].code"),
    ),
    "what was pruned is forgotten with the next": Mutant(
        ("last_pruned_rises",), _past("_note_pruned", "some=True", "some=Not(last.some)")
    ),
    "codes replaced in one block have one place": Mutant(
        (
            "lookups_give_the_code_of_the_candidate",
            "past_code_is_kept_under_its_number",
        ),
        without="past-code-key",
    ),
    "what was pruned is noted by its activation": Mutant(
        (
            "lookups_give_the_code_of_the_candidate",
            "pruned_code_is_not_found",
        ),
        without="last-pruned-number",
    ),
    # lookups
    "lookups go by the expected time": Mutant(
        (
            "lookups_give_the_code_of_the_candidate",
            "a_block_on_this_one_uses_the_code_in_force",
        ),
        without="lookup-by-last-parent",
    ),
    "an intermediate block is not considered": Mutant(
        ("lookups_foresee_the_next_code",),
        _paras("code_at", "if assume_intermediate is None:", "if True:"),
    ),
    "a dead para has its last code": Mutant(
        ("a_block_on_this_one_uses_the_code_in_force",),
        _paras("code_at", "Found(is_live(s, para), ", "Found(True, "),
    ),
}

"""What §2.5.4 promises: who is registered, which code is in force, what becomes of old code.

The sentences are the section's goals, promises and remarks on its storage, and claims about the
runtime that concern it.
"""

from model.language import And, If, Implies, Not, Or
from model.paras import code_at, is_live
from model.paras_system import MARKED

from .kinds import invariant, step
from .paras_words import every_para, is_enacted, session_changes

# who is registered


@step("§2.5.4/description.1.2")
def registered_paras_change_only_with_the_session(before, after):
    """Which paras are live, and which of them are parachains, changes at session changes only.

    So bitfields keep their length within a session (§2.5.4/description.1.3).
    """
    same = every_para(
        before,
        lambda p: And(
            is_live(before, p) == is_live(after, p), before.Parachains[p] == after.Parachains[p]
        ),
    )
    return Or(session_changes(before, after), same)


@step("§2.5.4/session-change.2")
def live_paras_follow_the_lists(before, after):
    """After a session change live is what was live, without those to go out and with those to
    come in.
    """
    return Implies(
        session_changes(before, after),
        every_para(
            before,
            lambda p: (
                is_live(after, p)
                == Or(
                    before.UpcomingParas[p], And(is_live(before, p), Not(before.OutgoingParas[p]))
                )
            ),
        ),
    )


@step("§2.5.4/schedule_para_cleanup")
def the_last_call_decides(before, after):
    """After a session change a para is live exactly if the last call for it asked for that."""
    return Implies(
        session_changes(before, after),
        every_para(before, lambda p: is_live(after, p) == after.wanted[p]),
    )


@step("§2.5.4/session-change.3")
def parachains_follow_the_registrations(before, after):
    """A para that comes in is listed as a parachain exactly if its arguments say so; one that
    goes is not listed.
    """

    def follows(p):
        comes_in = And(
            before.UpcomingParas[p],
            after.Parachains[p] == before.UpcomingParasGenesis[p].args.parachain,
        )
        goes = And(before.OutgoingParas[p], Not(after.Parachains[p]))
        stays = And(Not(before.OutgoingParas[p]), before.Parachains[p] == after.Parachains[p])
        return If(before.UpcomingParas[p], comes_in, Or(goes, stays))

    return Implies(session_changes(before, after), every_para(before, follows))


@invariant("§2.5.4/storage.Parachains")
def parachains_are_live(s):
    """Every parachain of the list is live."""
    return every_para(s, lambda p: Implies(s.Parachains[p], is_live(s, p)))


@invariant("§2.5.4/storage.Heads")
def a_live_para_has_head_and_code(s):
    """A para has a head exactly if it has code, and so both or neither (§2.5.1/module.3).

    Registered and live are one (§2.5.4/storage.ValidationCode).
    """
    return every_para(s, lambda p: s.Heads[p].some == s.ValidationCode[p].some)


@invariant("§2.5.4/storage.UpcomingParas")
def upcoming_paras_have_their_arguments(s):
    """A para is about to come in exactly if there are arguments for it.

    §2.5.4/storage.UpcomingParasGenesis is the map that the sentence speaks of.
    """
    return every_para(s, lambda p: s.UpcomingParas[p] == s.UpcomingParasGenesis[p].some)


@invariant("§2.5.4/storage.UpcomingParas")
def what_came_in_is_not_upcoming(s):
    """No para that is live and stays is still about to come in."""
    return every_para(
        s, lambda p: Not(And(s.UpcomingParas[p], is_live(s, p), Not(s.OutgoingParas[p])))
    )


@step("§2.5.4/storage.OutgoingParas")
def what_went_is_not_outgoing(before, after):
    """After a session change nothing is left to clean up."""
    return Implies(
        session_changes(before, after), every_para(before, lambda p: Not(after.OutgoingParas[p]))
    )


@step("§2.5.4/note_new_head.1")
def heads_change_only_by_inclusion(before, after):
    """The head of a para that stays live changes only when a candidate of it is enacted."""

    def same(p):
        stays = And(is_live(before, p), is_live(after, p))
        new = And(session_changes(before, after), before.OutgoingParas[p])
        kept = before.Heads[p].head == after.Heads[p].head
        return Implies(stays, Or(kept, new, is_enacted(before, after, p)))

    return every_para(before, same)


@step("§2.5.4/storage.ParaGenesisArgs")
def a_para_starts_with_its_arguments(before, after):
    """A para that comes in has the head and the code of its arguments, and nothing planned."""

    def starts(p):
        args = before.UpcomingParasGenesis[p].args
        return And(
            after.Heads[p].head == args.genesis_head,
            after.ValidationCode[p].code == args.validation_code,
            Not(after.FutureCodeUpgrades[p].some),
        )

    comes_in = lambda p: And(before.UpcomingParas[p], is_live(after, p))  # noqa: E731 - a definition
    return Implies(
        session_changes(before, after),
        every_para(before, lambda p: Implies(comes_in(p), starts(p))),
    )


@invariant("§2.5.6/enact_candidate.1")
def nothing_is_enacted_across_a_session(s):
    """No candidate is pending that was made on a block of another session.

    The text is to be safe as long as that is so.
    """
    return Not(And(s.first, Or([s.pending[p].some for p in s.cfg.para])))


# which code is in force


@invariant("§2.5.4/validation_code_at.1")
def lookups_give_the_code_of_the_candidate(s):
    """In the acceptance period of a candidate, the lookup at its relay parent gives the code that
    it was validated with.

    That is what the times of a replacement are for (§2.5.4/storage.ParaPastCodeMeta.upgrade_times).
    """
    found = code_at(s, s.watched.para, s.watched.relay_parent)
    return Implies(s.watched.some, And(found.some, found.code == MARKED))


@step("§2.5.4/validation_code_at.2")
def lookups_foresee_the_next_code(before, after):
    """The lookup with a pending candidate as intermediate block gives the code that is in force
    once that is enacted.

    The candidate's relay parent is before the current block (§2.5.4/validation_code_at.3).
    """

    def foreseen(p):
        found = code_at(before, p, 0, -before.pending[p].relay_parent_age)
        return And(found.some, found.code == after.ValidationCode[p].code)

    return every_para(before, lambda p: Implies(is_enacted(before, after, p), foreseen(p)))


@invariant("§2.5.4/storage.UseCodeAt.Current")
def a_block_on_this_one_uses_the_code_in_force(s):
    """The lookup at the current height gives the code in force, and none for a para that is not
    live.
    """

    def current(p):
        found, code = code_at(s, p, 0), s.ValidationCode[p]
        return And(found.some == code.some, Implies(found.some, found.code == code.code))

    return every_para(s, current)


# upgrades, past code, what must be possible: in the order of their file, which is that of reports
from .paras_code import (  # noqa: E402, F401  # isort: skip
    upgrades_wait_for_their_time,
    due_upgrades_are_applied,
    no_accepted_upgrade_is_lost,
    a_planned_upgrade_has_code_and_para,
    upgrades_keep_their_distance,
    code_changes_only_by_upgrade,
    replaced_code_becomes_past_code,
    past_code_stays_for_the_acceptance_period,
    past_code_goes_after_the_acceptance_period,
    past_code_is_kept_under_its_number,
    what_is_to_be_pruned_is_listed,
    the_pruning_list_ascends,
    last_pruned_rises,
    pruned_code_is_not_found,
    a_para_can_go_and_come_in_at_once,
    registration_is_recorded_within_a_session,
    a_lookup_gives_code_of_a_time_without_the_para,
    a_para_that_is_gone_is_remembered,
    past_code_is_looked_up,
    code_of_a_dead_para_is_kept,
    an_upgrade_waits_beyond_its_time,
    an_upgrade_and_a_removal_in_one_block,
    a_para_can_be_live,
    a_para_can_be_gone_for_good,
)

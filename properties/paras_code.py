"""What §2.5.4 promises of upgrades and of past code, and what must be possible."""

from model.language import And, If, Implies, Max, Not, Or, Sum, exists
from model.paras import code_at, is_live
from model.paras_system import MARKED
from model.past_code import past_code_key, serves_up_to

from .kinds import invariant, reachable, recoverable, step
from .paras_words import (
    every_para,
    every_replacement,
    is_enacted,
    is_replaced,
    keeps,
    latest,
    replacements,
    session_changes,
)

# upgrades


@step("§2.5.4/storage.ReplacementTimes.expected_at")
def upgrades_wait_for_their_time(before, after):
    """A candidate brings an upgrade into force only if its relay parent has at least the expected
    number.

    §2.5.4/schedule_code_upgrade says the opposite.
    """

    def waited(p):
        parent = -before.pending[p].relay_parent_age
        return latest(after, p, lambda times: times.expected_at <= parent)

    def applied(p):
        return And(is_enacted(before, after, p), is_replaced(before, after, p))

    return every_para(before, lambda p: Implies(applied(p), waited(p)))


@step("§2.5.4/storage.FutureCodeUpgrades")
def due_upgrades_are_applied(before, after):
    """The first candidate that is enacted with a relay parent of at least the expected number
    applies the upgrade.

    It does so by the number it is enacted with (§2.5.4/note_new_head.2).
    """

    def due(p):
        planned = after.FutureCodeUpgrades[p]
        return And(planned.some, planned.block <= -before.pending[p].relay_parent_age)

    return every_para(before, lambda p: Implies(is_enacted(before, after, p), Not(due(p))))


def _owed(s, p):
    return If(s.FutureCodeUpgrades[p].some, 1, 0)


@step("§2.5.6/enact_candidate.1")
def no_accepted_upgrade_is_lost(before, after):
    """An announced upgrade is planned until it is applied, or its para goes."""

    def kept(p):
        announced = If(before.pending[p].receipt.upgrade, 1, 0)
        applied = replacements(after, p) - replacements(before, p)
        all_of_them = _owed(before, p) + announced == _owed(after, p) + applied
        goes = And(session_changes(before, after), before.OutgoingParas[p])
        planned = Or(goes, _owed(before, p) <= _owed(after, p))
        return If(is_enacted(before, after, p), all_of_them, planned)

    return every_para(before, kept)


@invariant("§2.5.4/storage.FutureCode")
def a_planned_upgrade_has_code_and_para(s):
    """There is planned code exactly if there is a time for it, and only of a live para.

    The plan of a para that goes is gone with it (§2.5.4/session-change.1.1).
    """

    def whole(p):
        planned = s.FutureCodeUpgrades[p].some
        return And(planned == s.FutureCode[p].some, Implies(planned, is_live(s, p)))

    return every_para(s, whole)


@invariant("§2.5.6/process_candidates.2")
def upgrades_keep_their_distance(s):
    """A planned upgrade is expected at least the upgrade frequency away from those that were
    applied.
    """
    frequency = s.cfg.validation_upgrade_frequency

    def apart(p, times):
        planned = s.FutureCodeUpgrades[p].block
        return Max(planned - times.expected_at, times.expected_at - planned) >= frequency

    return every_para(
        s,
        lambda p: Implies(
            s.FutureCodeUpgrades[p].some,
            every_replacement(s, p, lambda times: apart(p, times)),
        ),
    )


@step("§2.5.4/description.2")
def code_changes_only_by_upgrade(before, after):
    """The code of a para that stays live changes only to the planned code, when a candidate of it
    is enacted.
    """

    def same(p):
        stays = And(is_live(before, p), is_live(after, p))
        new = And(session_changes(before, after), before.OutgoingParas[p])
        kept = before.ValidationCode[p].code == after.ValidationCode[p].code
        return Implies(stays, Or(kept, new, is_enacted(before, after, p)))

    return every_para(before, same)


# past code


@step("§2.5.4/session-change.1.2")
def replaced_code_becomes_past_code(before, after):
    """The code of a para that is upgraded or goes is kept, as replaced in this block."""

    def noted(p):
        code = before.ValidationCode[p].code
        return latest(
            after, p, lambda times: And(times.activated_at == 0, keeps(after, p, times, code))
        )

    def outdated(p):
        return Or(
            Not(is_live(after, p)),
            is_replaced(before, after, p),
            before.ValidationCode[p].code != after.ValidationCode[p].code,
        )

    return every_para(
        before,
        lambda p: Implies(
            And(is_live(before, p), outdated(p)), And(replacements(after, p) > 0, noted(p))
        ),
    )


@step("§2.5.4/session-change.1.3")
def past_code_stays_for_the_acceptance_period(before, after):
    """Code that was replaced, or whose para was removed, is known for an acceptance period.

    Replacements are known in their order, so that what is pruned are the first.
    """

    def stays(p):
        times = before.PastCodeMeta[p].upgrade_times
        gone = times.len - replacements(after, p)
        over = [
            Implies(
                And(k < times.len, k < gone),
                times[k].activated_at + before.cfg.acceptance_period <= 0,
            )
            for k in range(before.cfg.past_codes)
        ]
        return And(over)

    return every_para(before, stays)


@invariant("§2.5.4/initialization.1")
def past_code_goes_after_the_acceptance_period(s):
    """In a block that has begun, no code is kept whose acceptance period is over."""
    period = s.cfg.acceptance_period
    return Implies(
        Not(s.changed),
        every_para(
            s, lambda p: every_replacement(s, p, lambda times: times.activated_at + period >= 0)
        ),
    )


@invariant("§2.5.4/storage.PastCode")
def past_code_is_kept_under_its_number(s):
    """For every known replacement there is one past code under its number, and no other."""

    def kept(p):
        every = every_replacement(
            s, p, lambda times: s.PastCode[p].any(block=past_code_key(s, times))
        )
        return And(every, s.PastCode[p].len == replacements(s, p))

    return every_para(s, kept)


@invariant("§2.5.4/storage.PastCodePruning.1")
def what_is_to_be_pruned_is_listed(s):
    """For every known replacement the list of what to prune has an entry with its block, and no
    other.
    """

    def listed(p):
        return every_replacement(
            s, p, lambda times: s.PastCodePruning.any(para=p, block=times.activated_at)
        )

    known = Sum([replacements(s, p) for p in s.cfg.para])
    return And(every_para(s, listed), s.PastCodePruning.len == known)


@invariant("§2.5.4/storage.PastCodePruning.3")
def the_pruning_list_ascends(s):
    """The list of what to prune is sorted by block."""
    entries = s.PastCodePruning
    places = range(s.cfg.para.n * s.cfg.past_codes - 1)
    return And(
        [Implies(k + 1 < entries.len, entries[k].block <= entries[k + 1].block) for k in places]
    )


@step("§2.5.4/storage.ParaPastCodeMeta.last_pruned")
def last_pruned_rises(before, after):
    """The highest pruned replacement never falls back, by more than the block that passed."""

    def rises(p):
        old, new = before.PastCodeMeta[p].last_pruned, after.PastCodeMeta[p].last_pruned
        return Implies(old.some, And(new.some, new.block >= old.block - 1))

    return every_para(before, rises)


@invariant("§2.5.4/validation_code_at.4")
def pruned_code_is_not_found(s):
    """A lookup at the number of the highest pruned replacement gives none, and one at that of a
    kept replacement gives a code.

    Of numbers at the limit it is not known which is the higher: nobody looks that far back.
    """

    def none(p):
        last = s.PastCodeMeta[p].last_pruned
        return Implies(last.some, Not(code_at(s, p, last.block).some))

    def found(p):
        def at_its_number(times):
            number = serves_up_to(s, times)
            return Or(number == -s.cfg.oldest, code_at(s, p, number).some)

        return every_replacement(s, p, at_its_number)

    return every_para(s, lambda p: And(none(p), found(p)))


# what must be possible


@reachable("§2.5.4/schedule_para_initialize")
def a_para_can_go_and_come_in_at_once(s):
    """A live para is to go out, and to come in again, at the next session change."""
    return exists(s.cfg.para, lambda p: And(is_live(s, p), s.OutgoingParas[p], s.UpcomingParas[p]))


@reachable("§2.5.4/storage.UpcomingParas")
def registration_is_recorded_within_a_session(s):
    """Within a session a para is about to come in, that the last session change did not list."""
    return exists(s.cfg.para, lambda p: And(Not(s.changed), s.UpcomingParas[p]))


@reachable("§2.5.4/validation_code_at.1")
def a_lookup_gives_code_of_a_time_without_the_para(s):
    """For a block behind which a para was gone, the lookup gives the code that it has since it
    came back.
    """

    def gone_a_block_ago(p):
        times = s.PastCodeMeta[p].upgrade_times
        left = latest(s, p, lambda last: And(last.activated_at == -1, last.expected_at == -1))
        return And(s.changed, is_live(s, p), times.len > 0, left, code_at(s, p, -1).some)

    return exists(s.cfg.para, gone_a_block_ago)


@reachable("§2.5.4/storage.PastCodeMeta")
def a_para_that_is_gone_is_remembered(s):
    """Of a para that is gone, and whose code is pruned, the highest replacement is still known."""

    def remembered(p):
        return And(Not(is_live(s, p)), s.PastCode[p].len == 0, s.PastCodeMeta[p].last_pruned.some)

    return exists(s.cfg.para, remembered)


@reachable("§2.5.4/storage.UseCodeAt.ReplacedAt")
def past_code_is_looked_up(s):
    """A candidate is accepted whose code was upgraded since: its lookup gives past code."""
    code, upgrades = s.ValidationCode[s.watched.para], s.PastCodeMeta[s.watched.para].upgrade_times
    upgraded = upgrades.any(lambda times: times.expected_at < times.activated_at)
    return And(s.watched.some, code.some, code.code != MARKED, upgraded)


@reachable("§2.5.4/storage.PastCodeMeta")
def code_of_a_dead_para_is_kept(s):
    """The code of a para that is gone is kept in a block that has begun."""
    return exists(
        s.cfg.para,
        lambda p: And(Not(s.changed), Not(is_live(s, p)), s.PastCode[p].len > 0),
    )


@reachable("§2.5.4/storage.FutureCodeUpgrades")
def an_upgrade_waits_beyond_its_time(s):
    """An upgrade is still planned at a block after the expected one."""
    return exists(
        s.cfg.para,
        lambda p: And(s.FutureCodeUpgrades[p].some, s.FutureCodeUpgrades[p].block < 0),
    )


@reachable("§2.5.4/storage.PastCodePruning.3")
def an_upgrade_and_a_removal_in_one_block(s):
    """Two codes of one para are replaced in one block: there are several entries for a para."""
    entries = s.PastCodePruning
    return exists(s.cfg.para, lambda p: entries.count(para=p, block=0) == 2)


@recoverable("§2.5.4/schedule_para_initialize")
def a_para_can_be_live(s):
    """A para can always come in and stay."""
    return every_para(s, lambda p: And(is_live(s, p), Not(s.OutgoingParas[p])))


@recoverable("§2.5.4/schedule_para_cleanup")
def a_para_can_be_gone_for_good(s):
    """A para can always go, and its code with it."""
    gone = lambda p: And(Not(is_live(s, p)), s.PastCode[p].len == 0)  # noqa: E731 - a definition
    return every_para(s, gone)

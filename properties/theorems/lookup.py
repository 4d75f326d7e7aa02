"""Past code, for any heights: what a lookup gives, how long past code stays, when upgrades apply.

A candidate made on relay block r is validated with the code in force behind the para's
blocks before it.  Secondary checkers look that code up by r for as long as its acceptance period
lasts.  Each sentence that the text breaks is stated twice: of the text's rule, and of one
that keeps it.
"""

from dataclasses import replace
from functools import partial

from model.language import And, Implies, Not, forall
from model.lookup import REPAIRED, foreseen, system, validation_code_at
from properties.kinds import invariant, step
from properties.theorem import assumption, of_system

# lemmas: what the repaired rules keep true of replacements, candidates and pruning


@invariant("§2.5.4/storage.ReplacementTimes")
def replacements_are_in_order(s):
    """Past codes served one after the other, and went out of force one after the other."""
    times, codes = s.upgrade_times, s.cfg.generation

    def behind(k):
        before_now = And(times[k].last_parent < s.now, times[k].activated_at <= s.now)
        return And(
            before_now,
            forall(codes, lambda j: Implies(j < k, times[j].last_parent < times[k].last_parent)),
        )

    return forall(codes, lambda k: Implies(k < s.code, behind(k)))


@invariant("§2.5.4/storage.ParaPastCodeMeta.last_pruned")
def only_what_is_over_is_pruned(s):
    """Pruned codes are past codes that went out of force an acceptance period ago or earlier."""
    times = s.upgrade_times
    return And(
        s.pruned <= s.code,
        forall(
            s.cfg.generation,
            lambda k: Implies(
                k < s.pruned, times[k].activated_at + s.cfg.acceptance_period < s.now
            ),
        ),
    )


@invariant("§2.5.6/storage.CandidatePendingAvailability.relay_parent_number")
def the_pending_candidate_has_the_code_in_force(s):
    """A pending candidate is of a live para, was made behind all that came before, and has its
    code.
    """
    parent = s.pending.relay_parent
    return Implies(
        s.pending.some,
        And(
            s.live,
            parent < s.now,
            s.used[parent] == s.code,
            forall(
                s.cfg.generation,
                lambda k: Implies(k < s.code, s.upgrade_times[k].last_parent < parent),
            ),
            forall(s.cfg.height, lambda r: Implies(s.included_at[r] > 0, r < parent)),
        ),
    )


@invariant("§2.5.4/storage.ReplacementTimes.activated_at")
def included_candidates_lie_between_replacements(s):
    """An included candidate was made behind the last replacement before its code, and included
    before the end of its code.
    """
    times, codes = s.upgrade_times, s.cfg.generation

    def between(r):
        code, block = s.used[r], s.included_at[r]
        ended = And(r <= times[code].last_parent, block <= times[code].activated_at)
        return And(
            r < block,
            block <= s.now,
            code <= s.code,
            forall(codes, lambda k: Implies(k < code, times[k].last_parent < r)),
            Implies(code < s.code, ended),
            Implies(code == s.code, s.live),
        )

    return forall(s.cfg.height, lambda r: Implies(s.included_at[r] > 0, between(r)))


HISTORY = [
    replacements_are_in_order,
    the_pending_candidate_has_the_code_in_force,
    included_candidates_lie_between_replacements,
]


# what is promised


@invariant("§2.5.4/validation_code_at.1", lemmas=[*HISTORY, only_what_is_over_is_pruned])
def lookups_give_the_code_in_force(s):
    """Within its acceptance period, the lookup at an included candidate's relay parent gives the
    code that it was validated with.
    """

    def accepting(r):
        block = s.included_at[r]
        return And(block > 0, s.now <= block + s.cfg.acceptance_period)

    return forall(
        s.cfg.height, lambda r: Implies(accepting(r), validation_code_at(s, r, s.used[r]))
    )


@invariant("§2.5.4/validation_code_at.4", lemmas=HISTORY)
def lookups_never_give_another_code(s):
    """The lookup at an included candidate's relay parent gives its code or, when that is pruned,
    none.
    """

    def nothing_else(r):
        return forall(
            s.cfg.generation, lambda k: Implies(validation_code_at(s, r, k), k == s.used[r])
        )

    return forall(s.cfg.height, lambda r: Implies(s.included_at[r] > 0, nothing_else(r)))


@invariant("§2.5.4/session-change.1.3", lemmas=[only_what_is_over_is_pruned])
def past_code_stays(s):
    """Code that was replaced, or whose para was de-registered, stays for an acceptance period."""
    times = s.upgrade_times

    def accepting(k):
        return And(k < s.code, s.now <= times[k].activated_at + s.cfg.acceptance_period)

    return forall(s.cfg.generation, lambda k: Implies(accepting(k), k >= s.pruned))


@invariant("§2.5.4/storage.ReplacementTimes.expected_at")
def upgrades_wait_for_their_time(s):
    """A code is replaced only by a block whose relay parent has at least the expected number."""
    times = s.upgrade_times
    return forall(
        s.cfg.generation,
        lambda k: Implies(k < s.code, times[k].expected_at <= times[k].last_parent),
    )


def is_enacted(before, after):
    """Whether the step enacts the candidate that was pending before."""
    return And(before.pending.some, after.included_at[before.pending.relay_parent] > 0)


@invariant("§2.5.6/process_candidates.4")
def what_is_pending_is_not_included(s):
    """A pending candidate is not included yet."""
    parent = s.pending.relay_parent
    return Implies(s.pending.some, And(parent < s.now, s.included_at[parent] == 0))


@invariant("§2.5.4/storage.ReplacementTimes.activated_at")
def candidates_are_included_after_their_parent(s):
    """A candidate is included in a later block than the one it was made on."""
    return forall(
        s.cfg.height,
        lambda r: Implies(
            s.included_at[r] > 0, And(r < s.included_at[r], s.included_at[r] <= s.now)
        ),
    )


ENACTED_ONCE = (what_is_pending_is_not_included, candidates_are_included_after_their_parent)


@step("§2.5.4/storage.FutureCodeUpgrades")
def upgrades_apply_when_due(before, after):
    """The first block of the para made on a relay block at or after the expected time brings the
    planned code into force.
    """
    due = before.pending.relay_parent >= before.planned.expected_at
    return Implies(
        And(before.planned.some, due, is_enacted(before, after)), after.code > before.code
    )


@step("§2.5.4/validation_code_at.2")
def lookups_foresee_the_code(before, after):
    """A candidate backed in the block that includes the one before it has the code that a lookup
    gives which assumes that one included.
    """
    reused = And(
        is_enacted(before, after), after.pending.some, after.pending.relay_parent == before.now
    )
    expected = foreseen(before, before.pending.relay_parent)
    return Implies(reused, after.used[before.now] == expected)


@invariant("§2.5.6/process_candidates.2")
def announced_upgrades_keep_their_distance(s):
    """An upgrade in a pending candidate is a whole upgrade frequency behind the planned one."""
    announced = s.pending.relay_parent + s.cfg.upgrade_delay
    return Implies(
        And(s.pending.some, s.pending.upgrade, s.planned.some),
        announced >= s.planned.expected_at + s.cfg.upgrade_frequency,
    )


@step("§2.5.6/process_candidates.2")
def no_planned_upgrade_is_lost(before, after):
    """A planned upgrade stays planned until it replaces the code, or the para goes."""
    stays = And(after.planned.some, after.planned.expected_at == before.planned.expected_at)
    return Implies(And(before.planned.some, Not(stays)), after.code > before.code)


@assumption("§2.5.6/process_candidates.2")
def upgrades_are_rarer_than_their_delay(s):
    """The upgrade frequency is at least the upgrade delay."""
    return s.cfg.upgrade_frequency >= s.cfg.upgrade_delay


SMALL = (
    dict(blocks=7, codes=5, acceptance_period=1, upgrade_delay=1, upgrade_frequency=1),
    dict(blocks=7, codes=5, acceptance_period=2, upgrade_delay=2, upgrade_frequency=0),
)


RARE = (
    SMALL[0],
    dict(blocks=7, codes=5, acceptance_period=1, upgrade_delay=1, upgrade_frequency=2),
)


def _paras(name, goal, *, note="", lemmas=(), given=(), small=SMALL, **variants):
    """A theorem about the repaired rules, but for the variants given."""
    return of_system(
        name,
        item=17,
        subject="paras",
        system=partial(system, **{**REPAIRED, **variants}),
        goal=replace(goal, sentence=f"{goal.sentence}{note}", lemmas=(*goal.lemmas, *lemmas)),
        given=given,
        small=small,
    )


a_lookup_gives_the_code_in_force = _paras(
    "a_lookup_gives_the_code_in_force", lookups_give_the_code_in_force
)
a_lookup_gives_the_code_in_force_or_none = _paras(
    "a_lookup_gives_the_code_in_force_or_none", lookups_never_give_another_code
)
a_lookup_by_expected_time_gives_the_code_in_force = _paras(
    "a_lookup_by_expected_time_gives_the_code_in_force",
    lookups_give_the_code_in_force,
    note=" It finds past code by its expected time, as the text means it to.",
    key="expected_at",
)
a_lookup_by_actual_time_gives_the_code_in_force = _paras(
    "a_lookup_by_actual_time_gives_the_code_in_force",
    lookups_give_the_code_in_force,
    note=" It finds past code by the block in which it was replaced.",
    key="activated_at",
)
past_code_stays_for_the_acceptance_period = _paras(
    "past_code_stays_for_the_acceptance_period", past_code_stays
)
past_code_stays_by_the_pruning_rule = _paras(
    "past_code_stays_by_the_pruning_rule",
    past_code_stays,
    note=" It is pruned when the block of its replacement is not after now, as the text has it.",
    kept="not_at_all",
)
an_upgrade_waits_for_its_time = _paras(
    "an_upgrade_waits_for_its_time", upgrades_wait_for_their_time
)
an_upgrade_until_its_time_waits_for_it = _paras(
    "an_upgrade_until_its_time_waits_for_it",
    upgrades_wait_for_their_time,
    note=" It applies up to its expected time, as schedule_code_upgrade has it.",
    applied="until",
)
an_upgrade_is_applied_when_due = _paras(
    "an_upgrade_is_applied_when_due", upgrades_apply_when_due, lemmas=ENACTED_ONCE
)
an_upgrade_until_its_time_is_applied_when_due = _paras(
    "an_upgrade_until_its_time_is_applied_when_due",
    upgrades_apply_when_due,
    note=" It applies up to its expected time, as schedule_code_upgrade has it.",
    applied="until",
)
a_lookup_foresees_the_next_code = _paras(
    "a_lookup_foresees_the_next_code", lookups_foresee_the_code, lemmas=ENACTED_ONCE
)
a_lookup_foresees_the_next_code_in_the_order_of_the_text = _paras(
    "a_lookup_foresees_the_next_code_in_the_order_of_the_text",
    lookups_foresee_the_code,
    note=" An announced upgrade is planned before the planned one is applied, as the text has it.",
    enacted="upgrade_first",
)
no_accepted_upgrade_is_lost = _paras(
    "no_accepted_upgrade_is_lost",
    no_planned_upgrade_is_lost,
    lemmas=[announced_upgrades_keep_their_distance],
    given=[upgrades_are_rarer_than_their_delay],
    small=RARE,
)
no_accepted_upgrade_is_lost_in_the_order_of_the_text = _paras(
    "no_accepted_upgrade_is_lost_in_the_order_of_the_text",
    no_planned_upgrade_is_lost,
    note=" An announced upgrade is planned before the planned one is applied, as the text has it.",
    given=[upgrades_are_rarer_than_their_delay],
    small=RARE,
    enacted="upgrade_first",
)

"""What §2.5.1 to §2.5.3 promise about sessions, their configuration and the order of modules.

An invariant is asked at every point at which other code of the runtime can call in
(§2.5.1/description.2.2, §2.5.1/description.3.1).
"""

from model.language import And, If, Implies, Not, Or, forall
from model.session_points import BEGUN, IDLE, OPEN, is_notified
from model.session_system import MEMBERS

from .kinds import invariant, leads_to, reachable, recoverable, step
from .session_words import (
    ALL,
    changes_at_once,
    changes_session,
    initialized,
    same_members,
    untouched,
)

# one configuration


@invariant("§2.5.2/initialization.6")
def modules_work_under_one_configuration(s):
    """Every module was told of the configuration that is in use.

    With the notification it came, as §2.5.1/session-change-notification.new_config.
    """
    return forall(s.cfg.told, lambda m: same_members(s.heard[m].new_config, s.Configuration))


@invariant("§2.5.3/description.1.4")
def cores_are_those_of_the_configuration(s):
    """There are as many cores as there are parachains and configured parathread cores.

    The scheduler counts when it is told, with the configuration that it finds
    (§2.5.3/configuration): paras have been told before it (§2.5.2/session-change.2).
    """
    return s.cores == s.parachains + s.Configuration.parathread_cores


@step("§2.5.3/description.1.3")
def the_configuration_stays_for_the_session(before, after):
    """The configuration in use changes only with the session.

    §2.5.3/storage.Configuration, by §2.5.1/description.10.2.
    """
    same = same_members(before.Configuration, after.Configuration)
    return Or(changes_session(before, after), same)


@step("§2.5.3/description.1.2")
def accepted_updates_apply_with_the_next_session(before, after):
    """A session's configuration is that of the one before, with exactly those members changed
    that governance set.

    So updates race with nothing (§2.5.1/module.2): what is pending comes into use
    (§2.5.3/session-change.1), with the changes (§2.5.3/update_configuration.2) that calls made,
    each of its own member (§2.5.3/entry-points.3).
    """

    def member(name):
        asked, used = getattr(before.asked, name), getattr(before.Configuration, name)
        return getattr(after.Configuration, name) == If(asked.some, asked.value, used)

    return Implies(changes_at_once(before, after), And([member(name) for name in MEMBERS]))


@invariant("§2.5.3/entry-points.2")
def what_governance_set_is_pending(s):
    """Pending is the configuration in use with the members that governance set, and nothing is
    where it set none.

    Governance is who sets them (§2.5.1/description.3.2).  §2.5.3/storage.PendingConfiguration has
    what an update stores (§2.5.3/update_configuration.3), until the session changes
    (§2.5.3/session-change.2).
    """
    pending, asked = s.PendingConfiguration, [getattr(s.asked, name) for name in MEMBERS]

    def member(name):
        one, used = getattr(s.asked, name), getattr(s.Configuration, name)
        return getattr(pending.members, name) == If(one.some, one.value, used)

    wanted = Implies(pending.some, And([member(name) for name in MEMBERS]))
    return And(pending.some == Or([one.some for one in asked]), wanted)


@reachable("§2.5.3/update_configuration.1")
def two_members_wait_together(s):
    """Two members were set in one session, and one of them to another value.

    Each by an entry-point of its own (§2.5.3/entry-points.1).
    """
    asked = [getattr(s.asked, name).some for name in MEMBERS]
    return And(*asked, Not(same_members(s.PendingConfiguration.members, s.Configuration)))


@step("§2.5.5/session-change.12")
def claims_move_when_parathread_cores_do(before, after):
    """The two configurations of a notification differ in parathread cores exactly where the
    sessions do.

    They are the old one and the new one (§2.5.1/description.10.3): of the old one only
    §2.5.1/session-change-notification.prev_config tells.
    """
    was, is_ = before.Configuration.parathread_cores, after.Configuration.parathread_cores
    return Implies(changes_at_once(before, after), after.rebalanced == (was != is_))


# one validator set


@step("§2.5.1/description.8.2")
def the_queued_set_is_the_next(before, after):
    """A session's validators are those that were queued before, and none join or leave later.

    Every session has a set of its own (§2.5.1/description.8.1), and its change names the set after
    it (§2.5.1/description.4.3).
    """
    begins = after.due < before.due
    same = And(after.validators == before.validators, after.queued == before.queued)
    return If(begins, after.validators == before.queued, same)


@invariant("§2.5.1/description.8.3")
def modules_know_the_validators(s):
    """Every module was told of the validators that are in force.

    By §2.5.1/session-change-notification.validators.
    """
    return forall(s.cfg.told, lambda m: s.heard[m].validators == s.validators)


@invariant("§2.5.5/session-change.8")
def groups_follow_from_the_session(s):
    """The groups were formed from the validators in force and the session's seed.

    The seed is §2.5.1/session-change-notification.random_seed.
    """
    return And(s.formed.validators == s.validators, s.formed.random_seed == s.seed)


@invariant("§2.5.1/description.8.6")
def assignments_are_of_the_session_in_force(s):
    """What is scheduled was computed from the validators in force and the session's seed."""
    assigned = s.assigned
    own = And(assigned.validators == s.validators, assigned.random_seed == s.seed)
    return Implies(s.Scheduled, own)


@invariant("§2.5.1/description.5")
def the_state_shows_who_serves_next(s):
    """The groups and cores of a block are those which the state behind its parent shows."""
    shown, formed = s.shown, s.formed
    groups = And(shown.validators == formed.validators, shown.random_seed == formed.random_seed)
    return Implies(Or(s.stage == BEGUN, s.stage == OPEN), And(groups, shown.cores == s.cores))


@step("§2.5.4/description.1.2")
def parachains_change_with_the_session(before, after):
    """The registered parachains change only with the session.

    Registration may call for it at any point (§2.5.1/description.6).
    """
    return Or(changes_session(before, after), before.parachains == after.parachains)


# one order


@invariant("§2.5.2/storage.HasInitialized")
def the_flag_says_whether_modules_are_initialized(s):
    """HasInitialized is set exactly from the last module's initialization
    (§2.5.2/initialization.7) to the last one's finalization.
    """
    return s.HasInitialized == And(s.initialized.len == ALL, s.finalized.len < ALL)


@invariant("§2.5.2/description.1.1")
def modules_are_initialized_in_order(s):
    """Configuration is initialized first, then paras, scheduler, inclusion, validity.

    The initializer orders them (§2.5.1/module.1), and they leave it to that
    (§2.5.1/description.7.2).
    """
    # §2.5.2/initialization.1, §2.5.2/initialization.2, §2.5.2/initialization.3,
    # §2.5.2/initialization.4, §2.5.2/initialization.5
    places = [If(s.initialized.len > at, s.initialized[at] == at, True) for at in range(ALL)]
    return And(places)


@invariant("§2.5.2/finalization.1")
def modules_are_finalized_in_reverse(s):
    """Validity is finalized first, then inclusion, scheduler, paras, configuration."""
    last = ALL - 1
    places = [If(s.finalized.len > at, s.finalized[at] == last - at, True) for at in range(ALL)]
    return And(places)


@invariant("§2.5.1/description.9")
def initialization_is_not_repeated(s):
    """In no block is a module initialized twice.

    By §2.5.1/option.1 and §2.5.1/option.3 some are.
    """
    return s.rounds <= 1


@step("§2.5.1/option.2")
def sessions_change_while_no_module_is_initialized(before, after):
    """A session begins before the first module of a block is initialized, or after the last one
    is finalized.

    Before is better, says §2.5.1/description.8.5.
    """
    return Implies(after.due < before.due, untouched(before))


@step("§2.5.7/description.2")
def entry_points_run_while_modules_are_initialized(before, after):
    """The inherent runs when all modules have been initialized, and none has been finalized."""
    return Implies(And(Not(before.Included), after.Included), initialized(before))


@step("§2.5.7/description.1.2")
def every_block_carries_the_inherent(before, after):
    """No module is finalized in a block in which the inherent has not run."""
    return Implies(And(before.finalized.len == 0, after.finalized.len > 0), before.Included)


@invariant("§2.5.5/storage.Scheduled")
def nothing_is_scheduled_between_blocks(s):
    """What was scheduled is gone when a block is over."""
    return Implies(s.stage == IDLE, Not(s.Scheduled))


# progress


@invariant("§2.5.1/description.8.4")
def a_notification_is_never_fatal(s):
    """Wherever in a block notifications come, none is refused.

    Their place is nothing to rely on (§2.5.1/description.2.1), and in the wrong one they are fatal
    (§2.5.1/description.10.1).
    """
    refused = And(s.cfg.variant("session_order") == "brick", s.HasInitialized)
    return Implies(And(s.due > 0, is_notified(s)), Not(refused))


@recoverable("§2.5.1/description.7.1")
def a_block_can_always_be_finished(s):
    """Whatever comes in a block, it can be brought to its end."""
    return s.stage == IDLE


@leads_to("§2.5.2/description.1.2")
def a_session_that_ends_is_followed_by_the_next(s):
    """Once a session is to end in a block, the next one begins.

    When sessions end is decided outside (§2.5.1/description.4.2).
    """
    return s.due > 0, s.due == 0

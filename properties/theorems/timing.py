"""When an occupied core is free again: the three statements of the timeout rule.

A core that is occupied in block b is free again in the first block that is at least its
availability period later and in which the rule lets timeouts fire at all: in the first `window`
blocks after a rotation.  How wide that window is is all that tells the three statements apart.
"""

from model.core_clock import CLOSED, MEMBERS, OPEN, RULES
from model.language import And, If, Implies, Max, Or
from properties.kinds import invariant
from properties.theorem import Abstraction, assumption, of_system

from .timeouts import longest, window

# the words of a state of the clock


def period_of(s):
    """The availability period of the core, by its kind (§2.5.5/description.5.5)."""
    members = s.configuration
    chain, thread = members.chain_availability_period, members.thread_availability_period
    return If(s.parachains > 0, chain, thread)


def window_of(s):
    """The window of the rule that a clock follows."""
    members = s.configuration
    return window(
        s.cfg.variant("timeout_rule"),
        members.chain_availability_period,
        members.thread_availability_period,
        period_of(s),
        members.group_rotation_frequency,
    )


def longest_of(s):
    """The bound of the rule that a clock follows."""
    return longest(period_of(s), window_of(s), s.configuration.group_rotation_frequency)


def blocks_seen(s):
    """For how many blocks the candidate on the core has stayed there, the open one not counted."""
    return If(s.phase == OPEN, s.age - 1, s.age)


# what is assumed of a configuration


@assumption("§2.5.5/description.4.1")
def groups_rotate(s):
    """group_rotation_frequency > 0: there are intervals at which groups rotate."""
    return s.configuration.group_rotation_frequency > 0


@assumption("§2.5.5/description.5.5")
def there_is_a_period(s):
    """One of the two availability periods is positive."""
    members = s.configuration
    return Or(members.chain_availability_period > 0, members.thread_availability_period > 0)


@assumption("§2.5.5/description.5.6")
def periods_exceed_one(s):
    """Both availability periods are at least two blocks."""
    members = s.configuration
    return And(members.chain_availability_period > 1, members.thread_availability_period > 1)


# invariants of the clock, for every configuration


@invariant("§2.5.5/storage.AvailabilityCores.2")
def free_cores_have_no_age(s):
    """A core has an age only while it is occupied, and one block at least once another begins."""
    waits = Implies(s.phase == OPEN, s.age > 0)
    return If(s.occupied, waits, s.age == 0)


@invariant("§2.5.5/description.5.6")
def late_cores_wait_outside_the_window(s):
    """A core that has been occupied beyond its period has since then seen no block of a window."""
    frequency = s.configuration.group_rotation_frequency
    earlier = If(s.since_rotation == 0, frequency, s.since_rotation) - 1
    last = If(s.phase == CLOSED, s.since_rotation, earlier)  # where the last inherent was
    overdue = blocks_seen(s) - Max(period_of(s), 1)
    waited = Implies(And(s.occupied, overdue >= 0), overdue <= last - window_of(s))
    return And(s.since_rotation < frequency, waited)


@invariant(
    "§2.5.5/description.5.4", lemmas=[free_cores_have_no_age, late_cores_wait_outside_the_window]
)
def occupied_no_longer_than_the_bound(s):
    """An occupied core is free again after max(period, 1) + max(0, frequency - window) blocks."""
    return Implies(s.occupied, blocks_seen(s) < longest_of(s))


@invariant(
    "§2.5.5/description.5.4", lemmas=[free_cores_have_no_age, late_cores_wait_outside_the_window]
)
def occupied_no_longer_than_timeout_or_rotation(s):
    """A core occupied at block b is free again by block b + max(t, G), or when the session ends.

    A claim about the runtime: t is the core's availability period, G the rotation frequency.
    """
    members = s.configuration
    most = Max(period_of(s), members.group_rotation_frequency)
    return Implies(s.occupied, blocks_seen(s) < most)


def core_of_scheduler(system, state):
    """Of a state of the scheduler what the clock knows: core 0 and the time since a rotation."""
    cfg, pending = system.cfg, state["pending"][0]
    phases = dict(open="open", closed="closed")  # every other phase lies between blocks
    return dict(
        configuration={name: getattr(cfg, name) for name in MEMBERS},
        phase=phases.get(state["phase"], "idle"),
        parachains=state["parachains"],
        since_rotation=state["block"] % cfg.group_rotation_frequency,
        occupied=pending["some"],
        age=pending["age"],
    )


TINY, SMALL = (dict(zip(MEMBERS, sizes, strict=True)) for sizes in ((2, 2, 2), (3, 3, 4)))


def _timing(name, rule, goal, given):
    """The theorem of one rule; its clock is related to the scheduler under the same rule."""
    return of_system(
        f"{name}_by_the_{rule}",
        item=12,
        subject="scheduler",
        system=RULES[rule],
        goal=goal,
        given=given,
        small=[TINY, SMALL],
        abstracts=Abstraction(
            "scheduler", "timeouts", core_of_scheduler, variants=dict(timeout_rule=rule)
        ),
    )


def _in_time(rule, given):
    return _timing("a_core_is_free_in_time", rule, occupied_no_longer_than_the_bound, given)


def _by_timeout_or_rotation(rule, given):
    goal = occupied_no_longer_than_timeout_or_rotation
    return _timing("free_by_timeout_or_rotation", rule, goal, given)


in_time_by_the_predicate = _in_time("predicate", [groups_rotate, there_is_a_period])
in_time_by_the_prose = _in_time("prose", [groups_rotate, periods_exceed_one])
in_time_by_the_algorithm = _in_time("algorithm", [groups_rotate])
claim_by_the_predicate = _by_timeout_or_rotation("predicate", [groups_rotate, there_is_a_period])
claim_by_the_prose = _by_timeout_or_rotation("prose", [groups_rotate, periods_exceed_one])
claim_by_the_algorithm = _by_timeout_or_rotation("algorithm", [groups_rotate])

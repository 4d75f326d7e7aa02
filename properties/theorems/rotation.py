"""Theorems about rotation (§2.5.5/description.4): which group serves which core, for all sizes.

The text gives the core of a group, (i + k) % n; the model schedules by the group of a core,
(c - k) % n.  Both are the model's own functions here, and so is the number of groups.
"""

from functools import partial
from types import SimpleNamespace

from model.language import And, Implies, Nat
from model.scheduler import core_of, group_on, groups_wanted, rotations_so_far
from properties.theorem import assumption, theorem

from .division import divides_as, grows

SIZES = dict(frequency=Nat(), n=Nat(), parachains=Nat())
rotating = partial(theorem, item=1, subject="scheduler")


def at(block, frequency, n, parachains):
    """What rotation reads of a state with n cores, one for each parachain and the rest shared."""
    cfg = SimpleNamespace(group_rotation_frequency=frequency)
    return SimpleNamespace(
        block=block, parachains=parachains, parathread_cores=n - parachains, cfg=cfg
    )


def groups_as_written(n, parachains, threads):
    """How many groups the text wants, without an amendment."""
    s = SimpleNamespace(
        parachains=parachains,
        parathreads=SimpleNamespace(size=lambda: threads),
        parathread_cores=n - parachains,
        cfg=SimpleNamespace(amended=lambda _amendment: False),
    )
    return groups_wanted(s)


@assumption("§2.5.5/description.4.1")
def rotations_take_time(frequency):
    """A group stays on a core for at least one block."""
    return frequency > 0


@assumption("§2.5.5/session-change.4")
def the_core_exists(core, n):
    """The core is one of n."""
    return core < n


@assumption("§2.5.5/storage.ValidatorGroups")
def the_group_has_a_core(group, n):
    """There is one group for each of n cores."""
    return group < n


@assumption("§2.5.5/session-change.4")
def there_is_a_core(n):
    """There is at least one core."""
    return n > 0


@assumption("§2.5.5/session-change.4")
def every_parachain_has_a_core(n, parachains):
    """One core for each parachain is among the n."""
    return parachains <= n


# one group on each core, one core for each group


def a_core_turns(block, core, frequency, n, parachains):
    """Whole turns of a core are no shorter than one."""
    s = at(block, frequency, n, parachains)
    turns = (core - rotations_so_far(s)) / n
    return grows(n, (core - n * turns) / n + turns)


def a_core_less_whole_turns(block, core, frequency, n, parachains):
    """A core, less whole turns, is that core."""
    s = at(block, frequency, n, parachains)
    turns = (core - rotations_so_far(s)) / n
    return divides_as(core - n * turns, n, -turns, core)


@rotating(
    "§2.5.5/schedule.4",
    over=dict(block=Nat(), core=Nat(), **SIZES),
    given=[rotations_take_time, the_core_exists],
    steps=[a_core_turns, a_core_less_whole_turns],
    small=4,
)
def the_group_on_a_core_serves_that_core(block, core, frequency, n, parachains):
    """At every block every core has a group, and it is one that the text sends there."""
    s = at(block, frequency, n, parachains)
    group = group_on(s, core)
    return And(group >= 0, group < n, core_of(s, group) == core)


def a_group_turns(block, group, frequency, n, parachains):
    """Whole turns of a group are no shorter than one."""
    s = at(block, frequency, n, parachains)
    turns = (group + rotations_so_far(s)) / n
    return grows(n, (group - n * turns) / n + turns)


def a_group_less_whole_turns(block, group, frequency, n, parachains):
    """A group, less whole turns, is that group."""
    s = at(block, frequency, n, parachains)
    turns = (group + rotations_so_far(s)) / n
    return divides_as(group - n * turns, n, -turns, group)


@rotating(
    "§2.5.5/description.4.2",
    over=dict(block=Nat(), group=Nat(), **SIZES),
    given=[rotations_take_time, the_group_has_a_core],
    steps=[a_group_turns, a_group_less_whole_turns],
    small=4,
)
def the_core_of_a_group_has_that_group(block, group, frequency, n, parachains):
    """At every block every group has a core, and that core no other group."""
    s = at(block, frequency, n, parachains)
    core = core_of(s, group)
    return And(core >= 0, core < n, group_on(s, core) == group)


@rotating(
    "§2.5.5/schedule.4",
    over=dict(block=Nat(), core=Nat(), **SIZES),
    given=[the_core_exists],
    small=4,
)
def every_core_has_a_group_whatever_the_frequency(block, core, frequency, n, parachains):
    """Every core has a group at every block, for any rotation frequency in the configuration."""
    s = at(block, frequency, n, parachains)
    return And(group_on(s, core) >= 0, group_on(s, core) < n)


# groups as the text counts them


@rotating(
    "§2.5.5/session-change.6",
    over=dict(block=Nat(), core=Nat(), threads=Nat(), **SIZES),
    given=[rotations_take_time, the_core_exists, every_parachain_has_a_core],
    small=3,
)
def every_core_has_one_of_the_groups_as_written(block, core, threads, frequency, n, parachains):
    """The group on a core is one that the session has, with groups counted as written."""
    s = at(block, frequency, n, parachains)
    return group_on(s, core) < groups_as_written(n, parachains, threads)


@rotating(
    "§2.5.5/session-change.6",
    over=dict(block=Nat(), group=Nat(), other=Nat(), threads=Nat(), **SIZES),
    given=[rotations_take_time, there_is_a_core, every_parachain_has_a_core],
    small=2,
)
def no_two_groups_as_written_share_a_core(block, group, other, threads, frequency, n, parachains):
    """Two groups that the session has never serve one core, with groups counted as written."""
    s = at(block, frequency, n, parachains)
    both = And(group < other, other < groups_as_written(n, parachains, threads))
    return Implies(both, core_of(s, group) != core_of(s, other))


def a_turn_more_is_a_turn(block, frequency, n):
    """One whole turn more is no less than one."""
    k = block / frequency
    return grows(n, (n + k) / n - (k / n + 1))


def a_turn_more_ends_alike(block, frequency, n):
    """One whole turn more ends on the same core."""
    k = block / frequency
    return divides_as(n + k, n, k / n + 1, k % n)


def two_groups_differ_by_turns(block, group, threads, frequency, n, parachains):
    """Whole turns between a group and the first that is missing are no shorter than one."""
    k, missing = block / frequency, groups_as_written(n, parachains, threads)
    return grows(n, (missing + k) / n - (group + k) / n)


@rotating(
    "§2.5.5/session-change.6",
    over=dict(block=Nat(), group=Nat(), threads=Nat(), **SIZES),
    given=[rotations_take_time, there_is_a_core],
    steps=[a_turn_more_is_a_turn, a_turn_more_ends_alike, two_groups_differ_by_turns],
    small=3,
)
def other_counts_share_cores_or_leave_one_out(block, group, threads, frequency, n, parachains):
    """More parathreads than parachains, and two groups share a core; fewer, and one has none."""
    s = at(block, frequency, n, parachains)
    groups = groups_as_written(n, parachains, threads)
    shared = And(n < groups, core_of(s, 0) == core_of(s, n))
    missed = And(groups < n, Implies(group < groups, core_of(s, group) != core_of(s, groups)))
    return And(
        Implies(threads > parachains, shared),
        Implies(threads < parachains, missed),
    )

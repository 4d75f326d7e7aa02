"""Theorems about rotation in time (§2.5.5/description.4.1): when a core gets another group.

Blocks are counted from the session's start.
"""

from model.language import And, If, Nat, Or
from model.scheduler import core_of, group_on, rotations_so_far
from properties.theorem import assumption

from .division import grows
from .rotation import SIZES, at, rotating, rotations_take_time, the_core_exists


def _behind(block, core, frequency, n, parachains):
    """How far a core lies behind the rotations so far."""
    return core - rotations_so_far(at(block, frequency, n, parachains))


def rotations_take_their_time(block, frequency):
    """Whole rotations between two blocks are no shorter than one."""
    grown = (block + 1) / frequency - block / frequency
    return And(grows(frequency, grown), grows(frequency, grown - 1))


def a_block_begins_one_rotation_or_none(block, frequency):
    """From a block to the next there is one rotation more, or none."""
    begins = (block + 1) % frequency == 0
    return (block + 1) / frequency == block / frequency + If(begins, 1, 0)


def a_block_takes_a_turn_or_none(block, core, frequency, n, parachains):
    """Whole turns of a core between two blocks are no shorter than one."""
    behind = _behind(block, core, frequency, n, parachains)
    following = _behind(block + 1, core, frequency, n, parachains)
    grown = following / n - behind / n
    return And(grows(n, grown), grows(n, grown + 1))


def a_rotation_goes_one_group_back(block, core, frequency, n, parachains):
    """The group before comes as a rotation begins, and the last is before the first."""
    behind = _behind(block, core, frequency, n, parachains)
    following = _behind(block + 1, core, frequency, n, parachains)
    before = If(behind % n == 0, n - 1, behind % n - 1)
    return following % n == If((block + 1) % frequency == 0, before, behind % n)


@rotating(
    "§2.5.5/description.4.1",
    over=dict(block=Nat(), core=Nat(), **SIZES),
    given=[rotations_take_time, the_core_exists],
    steps=[
        rotations_take_their_time,
        a_block_begins_one_rotation_or_none,
        a_block_takes_a_turn_or_none,
        a_rotation_goes_one_group_back,
    ],
    small=4,
)
def cores_get_another_group_exactly_as_rotations_begin(block, core, frequency, n, parachains):
    """The next block has another group on a core if, and only if, a rotation begins with it and
    there are two cores at least.
    """
    now = at(block, frequency, n, parachains)
    following = at(block + 1, frequency, n, parachains)
    changed = group_on(following, core) != group_on(now, core)
    return changed == And((block + 1) % frequency == 0, n > 1)


def _turns(block, later, core, frequency, n, parachains):
    """How far a core lies behind at two blocks, and the whole turns lost between them."""
    one = _behind(block, core, frequency, n, parachains)
    two = _behind(later, core, frequency, n, parachains)
    return one, two, (one - two) / n - (one / n - two / n)


def turns_between_blocks(block, later, core, frequency, n, parachains):
    """Whole turns between the groups of two blocks are no shorter than one."""
    _, _, turns = _turns(block, later, core, frequency, n, parachains)
    return grows(n, turns)


def groups_differ_by_turns(block, later, core, frequency, n, parachains):
    """Two groups differ by the rest of the rotations between them, but for whole turns."""
    one, two, turns = _turns(block, later, core, frequency, n, parachains)
    return one % n - two % n == (one - two) % n + n * turns


def no_turns_or_no_less_than_one(block, later, core, frequency, n, parachains):
    """Two groups are the same exactly if the rotations between them leave no rest."""
    one, two, _ = _turns(block, later, core, frequency, n, parachains)
    return (one % n == two % n) == ((one - two) % n == 0)


@rotating(
    "§2.5.5/description.4.3",
    over=dict(block=Nat(), later=Nat(), core=Nat(), **SIZES),
    given=[rotations_take_time, the_core_exists],
    steps=[turns_between_blocks, groups_differ_by_turns, no_turns_or_no_less_than_one],
    small=3,
)
def a_core_has_its_group_again_exactly_after_whole_turns(
    block, later, core, frequency, n, parachains
):
    """Two blocks have the same group on a core if, and only if, the rotations between them are a
    multiple of the number of cores.
    """
    one, two = (at(b, frequency, n, parachains) for b in (block, later))
    between = rotations_so_far(two) - rotations_so_far(one)
    return (group_on(one, core) == group_on(two, core)) == (between % n == 0)


def _arrival(block, core, group, frequency, n, parachains):
    """How many rotations a group is away from a core, and the block by which they have passed."""
    s = at(block, frequency, n, parachains)
    wait = (core - core_of(s, group)) % n
    return s, wait, block + frequency * wait


def the_wait_takes_its_time(block, core, group, frequency, n, parachains):
    """Whole rotations more than the wait are no shorter than one."""
    s, wait, later = _arrival(block, core, group, frequency, n, parachains)
    return grows(frequency, later / frequency - rotations_so_far(s) - wait)


def the_wait_is_so_many_rotations(block, core, group, frequency, n, parachains):
    """After the wait as many rotations have passed."""
    s, wait, later = _arrival(block, core, group, frequency, n, parachains)
    return later / frequency == rotations_so_far(s) + wait


def _overrun(block, core, group, frequency, n, parachains):
    """The group's core when the wait is over, and the whole turns that the wait may overrun."""
    s, _, later = _arrival(block, core, group, frequency, n, parachains)
    reached, arrived = (
        group + rotations_so_far(at(b, frequency, n, parachains)) for b in (block, later)
    )
    return arrived % n, arrived / n - reached / n + (core - core_of(s, group)) / n


def the_wait_turns(block, core, group, frequency, n, parachains):
    """Whole turns overrun are no shorter than one."""
    _, overrun = _overrun(block, core, group, frequency, n, parachains)
    return grows(n, overrun)


def the_wait_ends_at_the_core(block, core, group, frequency, n, parachains):
    """But for whole turns, the wait ends at the core."""
    reached, overrun = _overrun(block, core, group, frequency, n, parachains)
    return reached == core - n * overrun


@rotating(
    "§2.5.5/description.4.1",
    over=dict(block=Nat(), core=Nat(), group=Nat(), **SIZES),
    given=[rotations_take_time, the_core_exists],
    steps=[
        the_wait_takes_its_time,
        the_wait_is_so_many_rotations,
        the_wait_turns,
        the_wait_ends_at_the_core,
    ],
    small=3,
)
def every_group_reaches_every_core_within_one_turn(block, core, group, frequency, n, parachains):
    """From any block on, every group serves every core before n rotations have passed."""
    _, wait, later = _arrival(block, core, group, frequency, n, parachains)
    arrived = at(later, frequency, n, parachains)
    return And(wait >= 0, wait < n, core_of(arrived, group) == core)


# does every group leave its core


@assumption("§2.5.5/storage.SessionStartBlock.1")
def the_session_has_a_block(length):
    """A session is at least one block long."""
    return length > 0


@assumption("§2.5.5/storage.SessionStartBlock.1")
def the_block_is_in_the_session(block, length):
    """The block is one of the session's."""
    return block < length


@rotating(
    "§2.5.5/description.3.4",
    over=dict(length=Nat(), core=Nat(), **SIZES),
    given=[rotations_take_time, the_core_exists, the_session_has_a_block],
    small=4,
)
def no_group_keeps_a_core_for_a_session(length, core, frequency, n, parachains):
    """The group on a core at a session's start is replaced within the session."""
    first, rotated = (at(b, frequency, n, parachains) for b in (0, frequency))
    return And(frequency < length, group_on(rotated, core) != group_on(first, core))


def no_rotation_before_the_first(block, frequency):
    """Whole rotations at the first blocks are no shorter than one."""
    return And(
        grows(frequency, block / frequency),
        grows(frequency, 0 / frequency),
        grows(frequency, frequency / frequency - 1),
    )


def first_turns(core, n):
    """Whole turns at the first blocks are no shorter than one."""
    return And(
        grows(n, core / n),
        grows(n, (core - 1) / n),
        grows(n, (core - 1) / n + 1),
    )


@rotating(
    "§2.5.5/description.3.4",
    over=dict(length=Nat(), block=Nat(), core=Nat(), **SIZES),
    given=[rotations_take_time, the_core_exists, the_block_is_in_the_session],
    steps=[no_rotation_before_the_first, first_turns],
    small=3,
)
def a_group_keeps_its_core_exactly_in_short_sessions(length, block, core, frequency, n, parachains):
    """A group keeps its core for a session if, and only if, it is the only one or the session is
    no longer than one rotation.
    """
    first, rotated, now = (at(b, frequency, n, parachains) for b in (0, frequency, block))
    short = Or(n == 1, length <= frequency)
    kept = group_on(now, core) == group_on(first, core)
    return If(short, kept, group_on(rotated, core) != group_on(first, core))

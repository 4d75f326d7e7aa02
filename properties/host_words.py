"""What several properties of the host speak of."""

from model import host
from model.host_system import CHANGED, ENDING, IDLE
from model.language import And, If, Or, count
from model.scheduler import cores, group_on


def between_blocks(s):
    """Whether no block is open and no session change is under way."""
    return Or(s.phase == IDLE, s.phase == ENDING)


def session_changes(before, after):
    """Whether the step is a session change."""
    return Or(
        And(before.phase == IDLE, after.phase == CHANGED),
        And(before.phase == ENDING, after.phase == IDLE),
    )


def pending_on(s, p, c):
    """Whether a candidate of p is pending, and has that core."""
    return And(s.PendingAvailability[p].some, s.PendingAvailability[p].core == c)


def group_of(s, c):
    """The group on a core; without cores there is none, and no core that is asked about."""
    return If(cores(s) > 0, group_on(s, c), 0)


def members_on(s, c):
    """How many validators serve a core."""
    group = group_of(s, c)
    return count(s.cfg.validator, lambda v: And(v < s.validators, s.ValidatorGroups[v] == group))


def is_the_parachain_on(s, p, c):
    """Whether p is the c-th parachain."""
    return And(s.Parachains[p], host.parachain_on(s, c) == p)

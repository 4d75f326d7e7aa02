"""What several properties of disputes speak of."""

from model.disputes import INVALID, OPEN, SPLIT, VALID
from model.language import And, Not, Or
from model.validity import LOCAL, REMOTE, disputed


def concluded(s):
    """Whether the dispute has an outcome."""
    return s.case.outcome != OPEN


def one_side_is_wrong(s):
    """Whether the outcome says that one side is wrong."""
    return Or(s.case.outcome == VALID, s.case.outcome == INVALID)


def rejected(s):
    """Whether the candidate was found invalid."""
    return Or(s.case.outcome == INVALID, s.case.outcome == SPLIT)


def included(s):
    """Whether the candidate is part of this chain."""
    return s.case.kind == LOCAL


def unavailable(s):
    """Whether the block of a remote dispute was awaited in vain."""
    return And(s.case.kind == REMOTE, s.case.ended, s.case.awaited)


def begins(before, after):
    """Whether the step begins a dispute on this chain."""
    return And(included(after), Not(disputed(before, before.case)), disputed(after, after.case))


def concludes(before, after):
    """Whether the step brings the outcome."""
    return And(Not(concluded(before)), concluded(after))

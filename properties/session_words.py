"""Words for the properties of §2.5.1 to §2.5.3."""

from model.initializer import ORDER
from model.language import And, Not, Or
from model.session_points import telling
from model.session_system import MEMBERS

ALL = len(ORDER)


def changes_session(before, after):
    """Whether a step begins a session, or tells a module that has yet to hear of one."""
    return Or(after.due < before.due, telling(before))


def changes_at_once(before, after):
    """Whether a step begins a session, and all modules know."""
    return And(after.due < before.due, Not(telling(after)))


def same_members(one, other):
    """Whether two configurations agree: in the members of a §2.5.3/description.2."""
    return And([getattr(one, name) == getattr(other, name) for name in MEMBERS])


def initialized(s):
    """Whether all modules have been initialized in this block, and none has been finalized."""
    return And(s.initialized.len == ALL, s.finalized.len == 0)


def untouched(s):
    """Whether no module has been initialized in this block, or all have been finalized again."""
    return Or(s.initialized.len == 0, s.finalized.len == ALL)

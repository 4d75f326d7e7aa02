"""Words in which the properties of §2.3 are said."""

from model.language import And, If, Not, Or, Sum, exists
from model.pipeline import ACCEPTED, INCLUDED, PENDING, at, is_in

STANDING = (INCLUDED, ACCEPTED)


def becomes(before, after, c, *stages):
    """Whether a step brings a candidate to one of these stages."""
    return And(Not(is_in(before, c, *stages)), is_in(after, c, *stages))


def leaves(before, after, c, stage):
    """Whether a step takes a candidate from a stage."""
    return And(is_in(before, c, stage), Not(is_in(after, c, stage)))


def pending_of(s, p):
    """How many candidates of a para are pending availability."""
    mine = [c for c in s.cfg.candidate if s.cfg.para_of(c) == p]
    return Sum([If(is_in(s, c, PENDING), 1, 0) for c in mine])


def has_child(s, c, *stages):
    """Whether a candidate at one of these stages has this one as its parent."""
    return exists(s.cfg.candidate, lambda d: And(is_in(s, d, *stages), child(s, d, c)))


def child(s, d, c):
    """Whether a candidate has the other as its parent."""
    return s.candidates[d].parent == at(c)


def has_parent(s, d, *stages):
    """Whether the parent of a candidate is at one of these stages."""
    return exists(s.cfg.candidate, lambda c: And(child(s, d, c), is_in(s, c, *stages)))


def checked(s, c):
    """Whether a secondary checker has reported on a block."""
    return Or(s.candidates[c].reported_valid, s.candidates[c].reported_invalid)

"""Whether two statements of the timeout rule remove the same candidates, at the same block."""

from model.language import And, Implies, Not

from .kinds import invariant, reachable, recoverable


@invariant("§2.5.5/availability_timeout_predicate.3")
def what_the_one_removes_the_other_has_removed(s):
    """When the first of two rules removes a candidate, the second removes it or has done so."""
    return Implies(s.one, s.other)


@reachable("§2.5.5/description.5.6")
def the_one_removes_a_candidate(s):
    """The first of two rules removes a candidate."""
    return s.one


@reachable("§1.7.1/alg-10.4.2")
def the_other_removes_a_candidate(s):
    """The second of two rules removes a candidate."""
    return s.other


@invariant("§2.5.5/description.5.4")
def both_rules_remove_in_time(s):
    """No candidate waits beyond its availability period and one rotation for either rule."""
    cfg = s.cfg
    longest = max(
        cfg.chain_availability_period,
        cfg.thread_availability_period,
        cfg.group_rotation_frequency,
    )
    return Implies(s.age > longest, And(s.one, s.other))


@recoverable("§2.5.5/description.5.4")
def a_core_can_be_free(s):
    """Whatever has happened, the core can be free again."""
    return Not(s.waits)

"""What is true of the benchmark *corepipe*; it models no text, so there are no citations."""

from model.language import And, Implies, Not, exists, forall

from .kinds import invariant, reachable, step


@invariant("")
def free_cores_are_blank(s):
    """A free core has age 0 and no votes."""
    blank = lambda core: And(core.age == 0, core.votes.size() == 0)  # noqa: E731
    return forall(s.cfg.core, lambda c: Implies(Not(s.core[c].occ), blank(s.core[c])))


@invariant("")
def age_is_bounded(s):
    """No candidate waits longer than the timeout and one rotation period."""
    return forall(s.cfg.core, lambda c: s.core[c].age <= s.cfg.timeout + s.cfg.rotation)


@step("")
def votes_stay_until_a_block_ends(before, after):
    """While time stands still, no vote is lost."""
    lost = lambda c: Not(before.core[c].votes <= after.core[c].votes)  # noqa: E731
    return Implies(before.t == after.t, Not(exists(before.cfg.core, lost)))


@reachable("")
def a_candidate_outlasts_the_timeout(s):
    """Some candidate is older than the timeout: its core is freed later in the rotation period."""
    return exists(s.cfg.core, lambda c: s.core[c].age > s.cfg.timeout)

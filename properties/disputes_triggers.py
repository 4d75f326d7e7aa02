"""What begins a dispute: the four sentences on it, each against each.

§1.1/description.8   an announcement of invalidity, in any phase
§1.4.3/description.1.2   a disagreement among the parachain's validators
§1.10.3/description.1   attestations both ways, for any candidate receipt
§2.5.8/description.1.2   a report against a candidate that is included

Of twelve ordered pairs, four follow and eight do not: where one is without the other is a goal, and
its trace tells the two apart.  That a disagreement is announced needs no property: who disagrees
says that it is invalid.
"""

from model.disputes_system import (
    NOBODY,
    announced,
    attested_both_ways,
    group_disagrees,
    reported,
)
from model.language import And, Implies, Not
from model.validity import disputed

from .disputes_words import included
from .kinds import invariant, reachable


@invariant("§2.3/description.3.3")
def a_statement_against_leads_to_a_dispute(s):
    """A candidate that somebody spoke against is disputed, once it is included."""
    return Implies(And(included(s), s.spoke != NOBODY), disputed(s, s.case))


@reachable("§2.3/description.3.3")
def a_statement_against_is_no_veto(s):
    """A candidate is included although somebody spoke against it."""
    return And(included(s), s.spoke != NOBODY)


# what follows


@invariant("§1.1/description.8")
def attestations_both_ways_are_announced(s):
    """Where there are attestations both ways, some validator has announced invalidity."""
    return Implies(attested_both_ways(s), announced(s))


@invariant("§1.1/description.8")
def a_report_is_announced(s):
    """Where an included candidate is reported, some validator has announced invalidity."""
    return Implies(reported(s), announced(s))


@invariant("§1.10.3/description.1")
def a_report_is_an_attestation_both_ways(s):
    """A report against an included candidate contradicts those who backed it."""
    return Implies(reported(s), attested_both_ways(s))


# what does not


@reachable("§1.10.3/description.1")
def an_announcement_without_attestations(s):
    """Invalidity is announced, and there are no attestations both ways."""
    return And(announced(s), Not(attested_both_ways(s)))


@reachable("§2.5.8/description.1.2")
def an_announcement_without_a_report(s):
    """Invalidity is announced, and nothing that is included here is reported."""
    return And(announced(s), Not(reported(s)))


@reachable("§1.4.3/description.1.2")
def an_announcement_without_a_disagreement(s):
    """Invalidity is announced, and not by one of the parachain's validators."""
    return And(announced(s), Not(group_disagrees(s)))


@reachable("§1.10.3/description.1")
def a_disagreement_without_attestations(s):
    """The parachain's validators disagree, and the chain has attestations one way only."""
    return And(group_disagrees(s), Not(attested_both_ways(s)))


@reachable("§2.5.8/description.1.2")
def a_disagreement_without_a_report(s):
    """The parachain's validators disagree about a candidate that is not included."""
    return And(group_disagrees(s), Not(reported(s)))


@reachable("§1.4.3/description.1.2")
def a_contradiction_without_a_disagreement(s):
    """There are attestations both ways, and no disagreement among the parachain's validators."""
    return And(attested_both_ways(s), Not(group_disagrees(s)))


@reachable("§2.5.8/description.1.2")
def a_contradiction_without_a_report(s):
    """There are attestations both ways about a candidate that is not included on this chain."""
    return And(attested_both_ways(s), Not(reported(s)))


@reachable("§1.4.3/description.1.2")
def a_report_without_a_disagreement(s):
    """An included candidate is reported by validators that are none of the parachain's."""
    return And(reported(s), Not(group_disagrees(s)))

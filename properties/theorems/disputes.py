"""Theorems on disputes: what comes of a vote, and whether both chapters agree on it.

`right` and `wrong` count those who attest to what the block is and to the contrary; `good` says
which of the two that is.  The honest are taken to attest truthfully wherever that is assumed by
name.  A validator that attests both ways is on both sides.
"""

from model.disputes import (
    INVALID,
    OPEN,
    SPLIT,
    VALID,
    conclusion,
    found_invalid,
    found_split,
    found_valid,
    outcome,
    settled,
)
from model.language import And, Array, Bool, Enum, If, Implies, Index, Not, Or, Set, count, forall
from properties.theorem import assumption, theorem

from .quorums import fewer_than_a_third_are_faulty, naturals


@assumption("§1.10.3/outcome")
def every_attestation_is_for_or_against(valid, invalid, attested):
    """Everyone who attested is on one side or on both."""
    return attested <= valid + invalid


@assumption()
def nobody_attests_both_ways(n, valid, invalid):
    """Nobody attests both ways: the two sides together are no more than the validators."""
    return valid + invalid <= n


@assumption()
def nobody_ever_attests_both_ways(n, later_valid, later_invalid):
    """Nobody attests both ways, late votes included."""
    return later_valid + later_invalid <= n


@assumption("§2.5.9/description.3.2")
def sides_only_grow(valid, invalid, later_valid, later_invalid):
    """Late votes join what there is: no attestation is taken back."""
    return And(valid <= later_valid, invalid <= later_invalid)


@assumption("§2.5.9/description.3.2")
def attestations_only_grow(attested, later_attested):
    """Late votes join what there is: who has attested stays counted."""
    return attested <= later_attested


@assumption("§1.10.1/description.2")
def only_the_faulty_attest_falsely(f, wrong):
    """Honest validators attest truthfully: at most f attest to what is not so."""
    return wrong <= f


@assumption("§1.10.3/description.1")
def every_honest_validator_attests(n, f, right):
    """Every honest validator fetches and checks the block and attests to what it is, in time."""
    return n - f <= right


# the outcome


def _two_sides(claim):
    """Everyone for, against, both or neither: the claim about (for, against, attested, n)."""

    def concrete(n):
        def body(supporters, opponents):
            attested = (supporters | opponents).size()
            return claim(supporters.size(), opponents.size(), attested, n)

        return dict.fromkeys(("supporters", "opponents"), Set(Index("validator", n))), body

    return concrete


@theorem(
    "§1.10.3/outcome",
    item=5,
    subject="disputes",
    over=naturals("n valid invalid attested"),
    given=[every_attestation_is_for_or_against],
    small=9,
    concrete=_two_sides(lambda v, i, a, n: Implies(settled(a, n), outcome(v, i, a, n) != OPEN)),
    checked=6,
)
def a_settled_vote_has_an_outcome(n, valid, invalid, attested):
    """Once more than 2n/3 have attested, one of the three outcomes applies."""
    return Implies(
        settled(attested, n),
        Or(
            found_valid(valid, invalid, n),
            found_invalid(valid, invalid, n),
            found_split(valid, invalid, n),
        ),
    )


@theorem("§1.10.3/outcome", item=5, subject="disputes", over=naturals("n valid invalid"), small=9)
def a_vote_has_at_most_one_outcome(n, valid, invalid):
    """No two of the three outcomes apply to the same votes, even if some attest both ways."""
    first, second = found_valid(valid, invalid, n), found_invalid(valid, invalid, n)
    third = found_split(valid, invalid, n)
    return Not(Or(And(first, second), And(first, third), And(second, third)))


WHEN = Enum("never early late")
"""When a validator attests to one side."""


def _over_time(claim, *, both_ways):
    """The claim about the outcome before and after late votes, of real attestations."""

    def concrete(n):
        validator = Index("validator", n)
        never, early, _late = WHEN

        def result(supports, opposes, is_in):
            valid = count(validator, lambda v: is_in(supports[v]))
            invalid = count(validator, lambda v: is_in(opposes[v]))
            attested = count(validator, lambda v: Or(is_in(supports[v]), is_in(opposes[v])))
            return outcome(valid, invalid, attested, n)

        def body(supports, opposes):
            once = forall(validator, lambda v: Or(supports[v] == never, opposes[v] == never))
            before = result(supports, opposes, lambda when: when == early)
            after = result(supports, opposes, lambda when: when != never)
            return Implies(Or(both_ways, once), claim(before, after))

        return dict.fromkeys(("supports", "opposes"), Array(validator, WHEN)), body

    return concrete


@theorem(
    "§1.10.3/outcome",
    item=5,
    subject="disputes",
    over=naturals("n valid invalid later_valid later_invalid"),
    given=[nobody_ever_attests_both_ways, sides_only_grow],
    small=6,
    concrete=_over_time(lambda before, after: Or(before == OPEN, before == after), both_ways=False),
    checked=4,
)
def an_outcome_never_changes(n, valid, invalid, later_valid, later_invalid):
    """An outcome once reached stays what it is, whatever late votes come."""
    before = outcome(valid, invalid, valid + invalid, n)
    after = outcome(later_valid, later_invalid, later_valid + later_invalid, n)
    return Or(before == OPEN, before == after)


@theorem(
    "§1.10.3/outcome.3.2",
    item=5,
    subject="disputes",
    over=naturals("n valid invalid attested later_valid later_invalid later_attested"),
    given=[sides_only_grow, attestations_only_grow],
    small=3,
    concrete=_over_time(
        lambda before, after: Or(before == OPEN, before == after, after == SPLIT), both_ways=True
    ),
    checked=4,
)
def an_outcome_changes_only_to_a_split(
    n, valid, invalid, attested, later_valid, later_invalid, later_attested
):
    """Late votes can turn an outcome only into that with two large sides, which then stays."""
    before = outcome(valid, invalid, attested, n)
    after = outcome(later_valid, later_invalid, later_attested, n)
    return Or(before == OPEN, before == after, after == SPLIT)


def with_faults(claim):
    """Real attestations, only the faulty ones wrong: the claim about (n, right, wrong, faulty)."""

    def concrete(n):
        def body(right, wrong, faulty, good):
            given = And(3 * faulty.size() < n, wrong <= faulty)
            return Implies(given, claim(n, right, wrong, faulty, good))

        sets = dict.fromkeys(("right", "wrong", "faulty"), Set(Index("validator", n)))
        return dict(sets, good=Bool), body

    return concrete


def found(n, right, wrong, attested, good):
    """The outcome where `right` attest to what the block is."""
    return outcome(If(good, right, wrong), If(good, wrong, right), attested, n)


def _is_true(n, right, wrong, _faulty, good):
    came_to = found(n, right.size(), wrong.size(), (right | wrong).size(), good)
    return Or(came_to == OPEN, came_to == If(good, VALID, INVALID))


@theorem(
    "§1.10.3/outcome",
    item=5,
    subject="disputes",
    over=dict(naturals("n f right wrong attested"), good=Bool),
    given=[fewer_than_a_third_are_faulty, only_the_faulty_attest_falsely],
    small=5,
    concrete=with_faults(_is_true),
    checked=4,
)
def an_outcome_is_the_truth(n, right, wrong, attested, good):
    """A good block is only found valid and a bad one only invalid, however late one looks."""
    came_to = found(n, right, wrong, attested, good)
    return Or(came_to == OPEN, came_to == If(good, VALID, INVALID))


# both chapters


@theorem(
    "§2.5.9/description.1",
    item=6,
    subject="disputes",
    over=naturals("n valid invalid"),
    given=[nobody_attests_both_ways],
    small=9,
)
def both_chapters_come_to_the_same(n, valid, invalid):
    """The escalation of chapter 1 and the dispute of chapter 2 end alike for the same votes."""
    return outcome(valid, invalid, valid + invalid, n) == conclusion(valid, invalid, n)


@theorem(
    "§2.5.9/description.1",
    item=6,
    subject="disputes",
    over=naturals("n valid invalid"),
    given=[nobody_attests_both_ways],
    small=9,
    concrete=_two_sides(
        lambda v, i, a, n: Implies(
            And(a == v + i, conclusion(v, i, n) != OPEN),
            outcome(v, i, a, n) == conclusion(v, i, n),
        )
    ),
    checked=6,
)
def what_chapter_2_concludes_chapter_1_has_found(n, valid, invalid):
    """A dispute that chapter 2 has concluded has the same outcome by chapter 1."""
    concluded = conclusion(valid, invalid, n)
    return Or(concluded == OPEN, outcome(valid, invalid, valid + invalid, n) == concluded)


@theorem(
    "§2.5.9/description.1",
    item=6,
    subject="disputes",
    over=dict(naturals("n f right wrong"), good=Bool),
    given=[
        fewer_than_a_third_are_faulty,
        only_the_faulty_attest_falsely,
        every_honest_validator_attests,
    ],
    small=9,
)
def both_chapters_find_the_truth_once_all_the_honest_attested(n, right, wrong, good):
    """Once every honest validator has attested, both chapters have found what the block is."""
    truth = If(good, VALID, INVALID)
    valid, invalid = If(good, right, wrong), If(good, wrong, right)
    return And(outcome(valid, invalid, right, n) == truth, conclusion(valid, invalid, n) == truth)

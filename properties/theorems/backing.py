"""Theorems about the votes of a group (§1.4.2, §2.3): what its two thresholds take, for all sizes.

An empty group is a group here.  Where counts stand for sets of members, the finite instances
try the sets.
"""

from functools import partial

from model.backing import is_backable, is_proposal
from model.language import And, If, Implies, Index, Nat, Not, Or, Set, exists
from properties.theorem import assumption, theorem

voted = partial(theorem, item=10, subject="backing")


def naturals(names):
    """Unbounded natural numbers of these names."""
    return {name: Nat() for name in names.split()}


# two thirds and a majority


@assumption()
def the_group_has_a_member(size):
    """The group is not empty."""
    return size > 0


@voted("§1.4.2/description.1", over=naturals("size votes"))
def what_is_included_is_backable(size, votes):
    """A receipt that a block producer may include is backable."""
    return Implies(is_proposal(votes, size), is_backable(votes, size))


@voted(
    "§1.4.2/description.1",
    over=naturals("size votes"),
    given=[the_group_has_a_member],
    small=12,
)
def what_a_nonempty_group_proposes_is_backable(size, votes):
    """A receipt of a group with members that a producer may include is backable."""
    return Implies(is_proposal(votes, size), is_backable(votes, size))


@voted("§2.3/inclusion-pipeline.4", over=naturals("size votes"))
def what_is_backable_may_be_included(size, votes):
    """A block producer may include what is backable."""
    return Implies(is_backable(votes, size), is_proposal(votes, size))


@voted("§2.3/lifecycle.3", over=naturals("size votes"), small=12)
def the_thresholds_are_one_exactly_in_groups_of_1_2_3_4_and_6(size, votes):
    """Two thirds and a majority are the same votes if, and only if, the group has one, two, three,
    four or six members.
    """
    same = [is_proposal(v, size) == is_backable(v, size) for v in (votes, 0, size / 2 + 1)]
    alike = Or([size == k for k in (1, 2, 3, 4, 6)])
    return If(alike, same[0], Not(And(same[1], same[2])))


@voted("§1.4.2/def-7", over=naturals("size votes"))
def a_proposal_has_a_signature(size, votes):
    """No receipt is a proposal without a signature."""
    return Implies(is_proposal(votes, size), votes >= 1)


@voted("§2.3/lifecycle.3", over=naturals("size votes"), small=12)
def what_is_backable_has_a_vote(size, votes):
    """No candidate is backable without a vote."""
    return Implies(is_backable(votes, size), votes >= 1)


# two candidates of one group


@assumption()
def both_are_of_the_group(size, first, second, shared):
    """Two sets of the group's members share at least what exceeds its size."""
    return And(first <= size, second <= size, shared >= first + second - size)


def _two_sets(threshold):
    """That two sets of n members which reach a threshold have a common member."""

    def over(n):
        member = Index("validator", n)

        def body(first, second):
            enough = And(threshold(first.size(), n), threshold(second.size(), n))
            return Implies(enough, exists(member, lambda v: And(first[v], second[v])))

        return dict(first=Set(member), second=Set(member)), body

    return over


@voted(
    "§2.3/lifecycle.3",
    over=naturals("size first second shared"),
    given=[both_are_of_the_group],
    concrete=_two_sets(is_backable),
    checked=5,
)
def two_backable_candidates_share_a_backer(size, first, second, shared):
    """Two candidates that one group makes backable have a backer in common."""
    return Implies(And(is_backable(first, size), is_backable(second, size)), shared >= 1)


@voted(
    "§1.4.2/def-7",
    over=naturals("size first second shared"),
    given=[both_are_of_the_group],
)
def two_proposals_share_a_signer(size, first, second, shared):
    """Two proposals of one group have a signer in common."""
    return Implies(And(is_proposal(first, size), is_proposal(second, size)), shared >= 1)


@assumption()
def fewer_than_a_third_of_the_group_are_faulty(size, faulty):
    """Fewer than a third of the group's members are faulty."""
    return 3 * faulty < size


@voted(
    "§2.3/lifecycle.3",
    over=naturals("size first second shared faulty"),
    given=[both_are_of_the_group, fewer_than_a_third_of_the_group_are_faulty],
    small=5,
)
def two_backable_candidates_share_an_honest_backer(size, first, second, shared, faulty):
    """Two candidates that one group makes backable have an honest backer in common."""
    return Implies(And(is_backable(first, size), is_backable(second, size)), shared > faulty)


@voted(
    "§2.3/lifecycle.3",
    over=naturals("size first second shared faulty"),
    given=[both_are_of_the_group],
    small=5,
)
def majorities_share_an_honest_member_exactly_with_no_or_one_faulty(
    size, first, second, shared, faulty
):
    """Two majorities of a group share an honest member if, and only if, no member is faulty, or one
    is and the size is even.
    """
    both = And(is_backable(first, size), is_backable(second, size))
    least = size / 2 + 1
    refuted = And(is_backable(least, size), least + least - size <= faulty)
    honest = Or(faulty == 0, And(faulty == 1, size % 2 == 0))
    return If(honest, Implies(both, shared > faulty), refuted)


# the faulty members of a group


@assumption("§2.3/description.6.6")
def fewer_than_a_third_of_all_are_faulty(validators, all_faulty):
    """Fewer than a third of all validators are faulty."""
    return 3 * all_faulty < validators


@assumption("§2.5.5/session-change.9")
def the_group_is_of_the_validators(validators, all_faulty, size, faulty):
    """The group is some of the validators, its faulty members some of the faulty."""
    return And(size <= validators, faulty <= all_faulty, faulty <= size)


@voted(
    "§2.3/description.6.5",
    over=naturals("validators all_faulty size faulty"),
    given=[fewer_than_a_third_of_all_are_faulty, the_group_is_of_the_validators],
    small=5,
)
def what_is_backable_has_an_honest_backer(size, faulty):
    """The faulty members of a group are too few to make a candidate backable."""
    return Not(is_backable(faulty, size))


def _honest_voter(threshold, few):
    """That the faulty of n members reach a threshold, or votes that do have an honest one."""

    def over(n):
        member = Index("validator", n)

        def body(votes, faulty):
            honest = exists(member, lambda v: And(votes[v], Not(faulty[v])))
            enough = Implies(threshold(votes.size(), n), honest)
            return If(few(faulty.size(), n), enough, threshold(faulty.size(), n))

        return dict(votes=Set(member), faulty=Set(member)), body

    return over


@voted(
    "§2.3/lifecycle.3",
    over=naturals("size faulty votes"),
    concrete=_honest_voter(is_backable, lambda faulty, size: 2 * faulty <= size),
    checked=5,
)
def every_majority_has_an_honest_member_exactly_up_to_half_faulty(size, faulty, votes):
    """Every majority of a group has an honest member if, and only if, at most half are faulty."""
    enough = Implies(is_backable(votes, size), votes > faulty)
    return If(2 * faulty <= size, enough, is_backable(faulty, size))


@voted(
    "§1.4.2/def-7",
    over=naturals("size faulty votes"),
    concrete=_honest_voter(is_proposal, lambda faulty, size: 3 * faulty < 2 * size),
    checked=5,
)
def every_proposal_has_an_honest_signer_exactly_below_two_thirds_faulty(size, faulty, votes):
    """Every proposal of a group has an honest signer if, and only if, fewer than two thirds are
    faulty.
    """
    enough = Implies(is_proposal(votes, size), votes > faulty)
    return If(3 * faulty < 2 * size, enough, is_proposal(faulty, size))


@voted(
    "§2.3/failure.2",
    over=naturals("size faulty"),
    small=12,
)
def the_honest_can_back_exactly_below_half_faulty(size, faulty):
    """The honest members make a candidate backable alone if, and only if, fewer than half are
    faulty.
    """
    return is_backable(size - faulty, size) == (2 * faulty < size)


@voted(
    "§2.3/failure.2",
    over=naturals("size faulty"),
    small=12,
)
def the_honest_can_propose_exactly_up_to_a_third_faulty(size, faulty):
    """The honest members make a proposal alone if, and only if, at most a third are faulty."""
    return is_proposal(size - faulty, size) == (3 * faulty <= size)

"""Theorems about drawn groups (§2.5.5/session-change.8): how many of a group may be faulty.

A group is cut from a shuffled list, so it is a draw from all validators, none likelier than
another.  What can be drawn is a claim for all sizes; how often, an exact fraction.
"""

from fractions import Fraction
from functools import partial
from itertools import combinations
from math import comb

from model.availability import most_faulty
from model.backing import is_backable, is_proposal
from model.language import And, Implies, Max, Min
from model.language.plain import Num
from model.scheduler import group_of_place, members_of
from properties.theorem import assumption, measure, theorem

from .backing import naturals
from .division import grows

drawn = partial(theorem, "§2.3/description.6.5", item=19, subject="backing")


# what can be drawn


@assumption("§2.5.5/session-change.9")
def the_group_is_drawn(validators, faulty, size, inside):
    """`inside` members of the group are faulty, the others not, and all are validators."""
    return _possible(validators, faulty, size, inside)


def _possible(validators, faulty, size, inside):
    return And(inside <= size, inside <= faulty, size - inside <= validators - faulty)


def _exactly(threshold, condition):
    """That a draw reaches the threshold only under the condition, and under it one does."""

    def body(validators, faulty, size, inside):
        worst = Min(faulty, size)
        reached = And(_possible(validators, faulty, size, worst), threshold(worst, size))
        return And(
            Implies(threshold(inside, size), condition(faulty, size)),
            Implies(condition(faulty, size), reached),
        )

    return body


@drawn(over=naturals("validators faulty size inside"), given=[the_group_is_drawn], small=5)
def a_dishonest_majority_can_be_drawn_exactly_if_there_are_enough(validators, faulty, size, inside):
    """Some draw makes a majority of a group faulty if, and only if, the group has members and more
    than half as many validators are faulty.
    """
    enough = _exactly(is_backable, lambda faulty, size: And(size > 0, 2 * faulty > size))
    return enough(validators, faulty, size, inside)


@drawn(over=naturals("validators faulty size inside"), given=[the_group_is_drawn], small=5)
def dishonest_two_thirds_can_be_drawn_exactly_if_there_are_enough(validators, faulty, size, inside):
    """Some draw makes two thirds of a group faulty if, and only if, so many validators are."""
    enough = _exactly(is_proposal, lambda faulty, size: 3 * faulty >= 2 * size)
    return enough(validators, faulty, size, inside)


@drawn(over=naturals("validators faulty size inside"), given=[the_group_is_drawn], small=5)
def a_dishonest_group_can_be_drawn_exactly_if_there_are_enough(validators, faulty, size, inside):
    """Some draw makes a whole group faulty if, and only if, so many validators are."""
    enough = _exactly(_whole, lambda faulty, size: faulty >= size)
    return enough(validators, faulty, size, inside)


def _whole(inside, size):
    """Whether all of a group are."""
    return inside == size


@drawn(over=naturals("validators faulty size inside"), given=[the_group_is_drawn], small=5)
def every_draw_has_a_dishonest_majority_exactly_if_too_few_are_honest(
    validators, faulty, size, inside
):
    """Every draw makes a majority of a group faulty if, and only if, the group has members and
    fewer than half as many validators are honest.
    """
    best = Max(size - (validators - faulty), 0)
    certain = And(size > 0, 2 * (validators - faulty) < size)
    return And(
        Implies(certain, is_backable(inside, size)),
        Implies(is_backable(best, size), certain),
        _possible(validators, faulty, size, best),
    )


# groups of all validators


@assumption("§2.5.5/session-change.9")
def no_group_is_empty(validators, groups):
    """There are as many validators as groups, or more."""
    return groups <= validators


@assumption()
def there_are_two_groups(groups):
    """There are at least two groups."""
    return groups >= 2


@assumption()
def there_are_three_groups(groups):
    """There are at least three groups."""
    return groups >= 3


@assumption()
def there_are_13_validators(validators):
    """There are at least 13 validators."""
    return validators >= 13


@assumption()
def there_are_7_validators(validators):
    """There are at least seven validators."""
    return validators >= 7


def two_groups_are_all_or_fewer(validators, groups):
    """Two of the smallest groups have no more members than all groups."""
    return (groups - 2) * (validators / groups) >= 0


def three_groups_are_all_or_fewer(validators, groups):
    """Three of the smallest groups have no more members than all groups."""
    return (groups - 3) * (validators / groups) >= 0


def the_smallest_has_a_member(validators, groups):
    """The smallest group has a member."""
    return And(grows(groups, validators / groups), validators / groups >= 1)


def _worst(validators, groups):
    """The size of the last group, and how many of it can be faulty of fewer than a third."""
    size = members_of(validators, groups, groups - 1)
    return size, Min(most_faulty(validators), size)


@drawn(
    over=naturals("validators groups"),
    given=[there_are_13_validators, there_are_two_groups, no_group_is_empty],
    steps=[the_smallest_has_a_member, two_groups_are_all_or_fewer],
    small=16,
)
def of_13_validators_in_two_groups_one_can_be_outvoted(validators, groups):
    """From 13 validators in two groups on, fewer than a third of all can be a majority of the last
    group.
    """
    size, faulty = _worst(validators, groups)
    return is_backable(faulty, size)


@drawn(
    over=naturals("validators groups"),
    given=[there_are_7_validators, there_are_three_groups],
    steps=[three_groups_are_all_or_fewer],
    small=16,
)
def of_7_validators_in_three_groups_one_can_propose_alone(validators, groups):
    """From seven validators in three groups on, fewer than a third of all can be two thirds of the
    last group, empty or not.
    """
    size, faulty = _worst(validators, groups)
    return is_proposal(faulty, size)


# how often


def _share(validators, faulty, size, threshold):
    """The proportion of draws whose faulty members reach a threshold."""
    fewest = max(0, size - (validators - faulty))
    ways = sum(
        comb(faulty, k) * comb(validators - faulty, size - k)
        for k in range(fewest, min(faulty, size) + 1)
        if threshold(Num(k), Num(size))
    )
    return Fraction(ways, comb(validators, size))


def _counted(validators, faulty, size, threshold):
    """The same, of all draws; the first validators are the faulty ones."""
    draws = list(combinations(range(validators), size))
    bad = [d for d in draws if threshold(Num(sum(v < faulty for v in d)), Num(size))]
    return Fraction(len(bad), len(draws))


SIZES = ((100, 33, 5), (100, 33, 3), (100, 33, 10), (100, 33, 20), (1000, 333, 5), (1000, 333, 10))
TABLE = [dict(validators=n, faulty=b, size=g) for n, b, g in SIZES]
SMALL = [
    dict(validators=n, faulty=b, size=g)
    for n in range(9)
    for b in range(n + 1)
    for g in range(n + 1)
]
often = partial(
    measure, "§2.3/description.6.5", item=19, subject="backing", table=TABLE, small=SMALL
)


@often(counted=partial(_counted, threshold=is_backable))
def draws_with_a_dishonest_majority(validators, faulty, size):
    """The proportion of draws of a group in which more than half are faulty."""
    return _share(validators, faulty, size, is_backable)


@often(counted=partial(_counted, threshold=is_proposal))
def draws_with_dishonest_two_thirds(validators, faulty, size):
    """The proportion of draws of a group in which at least two thirds are faulty."""
    return _share(validators, faulty, size, is_proposal)


@often(counted=partial(_counted, threshold=_whole))
def draws_of_a_dishonest_group(validators, faulty, size):
    """The proportion of draws of a group in which all are faulty."""
    return _share(validators, faulty, size, _whole)


# how often in a session


def _some_group(validators, faulty, groups, threshold):
    """The proportion of shuffles in which the faulty of some group reach a threshold.

    Faulty validators are dealt to one group after the other: `ways` has for each number dealt so
    far the ways in which no group has too many.
    """
    ways = {0: 1}
    for group in range(groups):
        size = int(members_of(Num(validators), Num(groups), Num(group)))
        few = [k for k in range(size + 1) if not threshold(Num(k), Num(size))]
        dealt: dict[int, int] = {}
        for before, number in ways.items():
            for k in few:
                dealt[before + k] = dealt.get(before + k, 0) + number * comb(size, k)
        ways = dealt
    return 1 - Fraction(ways.get(faulty, 0), comb(validators, faulty))


def _counted_places(validators, faulty, groups, threshold):
    """The same, of all sets of places on which the shuffle can put the faulty validators."""
    group_of = [int(group_of_place(validators, Num(groups), Num(p))) for p in range(validators)]
    sizes = [group_of.count(g) for g in range(groups)]
    dealt = list(combinations(range(validators), faulty))
    bad = 0
    for places in dealt:
        inside = [group_of[p] for p in places]
        bad += any(threshold(Num(inside.count(g)), Num(sizes[g])) for g in range(groups))
    return Fraction(bad, len(dealt))


in_a_session = partial(
    measure,
    "§2.3/description.6.5",
    item=19,
    subject="backing",
    table=[
        dict(validators=n, faulty=b, groups=g)
        for n, b, g in ((30, 9, 6), (30, 9, 3), (10, 3, 2), (60, 19, 3), (100, 33, 5))
    ],
    small=[
        dict(validators=n, faulty=b, groups=g)
        for n in range(8)
        for b in range(n + 1)
        for g in range(1, n + 2)
    ],
)


@in_a_session(counted=partial(_counted_places, threshold=is_backable))
def shuffles_with_a_dishonest_majority_in_some_group(validators, faulty, groups):
    """The proportion of shuffles that make more than half of some group faulty."""
    return _some_group(validators, faulty, groups, is_backable)


@in_a_session(counted=partial(_counted_places, threshold=is_proposal))
def shuffles_with_dishonest_two_thirds_in_some_group(validators, faulty, groups):
    """The proportion of shuffles that make at least two thirds of some group faulty."""
    return _some_group(validators, faulty, groups, is_proposal)

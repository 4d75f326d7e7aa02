"""Theorems about the groups that a session forms (§2.5.5/session-change.9), for all sizes.

The text says how many members each group is to have; the model says in which group each place of
the shuffled list is.  Sums over all groups are stated as telescopes: a group begins where the
ones before it end.
"""

from functools import partial
from types import SimpleNamespace

from model.language import And, Array, If, Implies, Index, Min, Nat
from model.scheduler import group_of_place, group_size, is_permutation, members_of
from properties.theorem import assumption, theorem

from .division import at_least, at_most, grows

NUMBERS = dict(validators=Nat(), groups=Nat())
fair = partial(theorem, "§2.5.5/session-change.9", item=2, subject="scheduler")


@assumption("§2.5.5/session-change.6")
def there_is_a_group(groups):
    """There is at least one group."""
    return groups > 0


@assumption("§2.5.5/session-change.8")
def the_place_is_taken(place, validators):
    """The place is one of those of the shuffled validators."""
    return place < validators


@assumption("§2.5.5/session-change.9")
def the_group_is_formed(group, groups):
    """The group is one of those that are formed."""
    return group < groups


def start(validators, groups, group):
    """How many validators are in the groups before one."""
    return group * (validators / groups) + Min(group, validators % groups)


# sizes


def counted_in_lists(n):
    """Sizes counted in the groups that real lists of n validators are cut into."""
    validator, group = Index("validator", n), Index("group", 4)

    def body(groups, group, shuffled=()):
        formed = dict.fromkeys(validator, 0)
        formed |= {shuffled[p]: group_of_place(n, groups, p) for p in validator}
        cfg = SimpleNamespace(validator=validator)
        s = SimpleNamespace(cfg=cfg, validators=n, ValidatorGroups=formed)
        cut = And(group < groups, is_permutation(s, shuffled, n))
        return Implies(cut, group_size(s, group) == members_of(n, groups, group))

    lists = dict(shuffled=Array(validator, validator)) if n else {}
    return dict(groups=Nat(4), group=group, **lists), body


@fair(
    over=dict(group=Nat(), **NUMBERS),
    given=[the_group_is_formed],
    concrete=counted_in_lists,
    checked=4,
)
def sizes_sum_to_the_validators(validators, groups, group):
    """Each group begins where the ones before it end, the first at the first validator, and
    after the last group no validator is left.
    """
    begin = partial(start, validators, groups)
    size = members_of(validators, groups, group)
    return And(begin(0) == 0, begin(group + 1) == begin(group) + size, begin(groups) == validators)


@fair(
    over=dict(group=Nat(), other=Nat(), **NUMBERS),
    given=[there_is_a_group],
)
def sizes_differ_by_at_most_one(validators, groups, group, other):
    """Of two groups the earlier has as many members as the later, or one more."""
    more = members_of(validators, groups, group) - members_of(validators, groups, other)
    return Implies(group <= other, And(more >= 0, more <= 1))


@fair(
    over=dict(group=Nat(), **NUMBERS),
    given=[the_group_is_formed],
)
def every_group_has_a_member(validators, groups, group):
    """Every group has a member."""
    return members_of(validators, groups, group) > 0


def a_quotient_counts(validators, groups):
    """Where there are as many validators as groups, each group gets one."""
    return And(grows(groups, validators / groups), grows(groups, validators / groups - 1))


@fair(
    over=dict(group=Nat(), **NUMBERS),
    given=[the_group_is_formed],
    steps=[a_quotient_counts],
)
def the_groups_beyond_the_validators_are_empty(validators, groups, group):
    """A group is empty if, and only if, its number is not below the number of validators."""
    return (members_of(validators, groups, group) == 0) == (group >= validators)


def one_more_is_a_turn_or_none(validators, groups):
    """With one validator more the quotient grows by one or not at all."""
    grown = (validators + 1) / groups - validators / groups
    return And(grows(groups, grown), grows(groups, grown - 1))


def one_more_is_the_next_rest(validators, groups):
    """With one validator more the rest grows by one, or starts again from none."""
    rest = validators % groups + 1
    return (validators + 1) % groups == If(rest == groups, 0, rest)


@fair(
    over=dict(group=Nat(), **NUMBERS),
    given=[the_group_is_formed],
    steps=[one_more_is_a_turn_or_none, one_more_is_the_next_rest],
)
def one_more_validator_enlarges_one_group(validators, groups, group):
    """One validator more makes one group larger by one, and no other group larger or smaller."""
    grown = members_of(validators + 1, groups, group) - members_of(validators, groups, group)
    return grown == If(group == validators % groups, 1, 0)


# places


@fair(over=dict(place=Nat(), **NUMBERS), given=[the_place_is_taken])
def every_place_has_a_group_whatever_their_number(place, validators, groups):
    """Every shuffled validator gets a group, however many groups there are to be."""
    group = group_of_place(validators, groups, place)
    return And(group >= 0, group < groups)


def _cut(place, validators, groups):
    """Size and number of the larger groups, the size of the others, and where these begin."""
    small, larger = validators / groups, validators % groups
    return small + 1, larger, small, place - larger * (small + 1)


def a_larger_group_is_a_step(place, validators, groups):
    """The larger groups have a member at least."""
    large, larger, _, _ = _cut(place, validators, groups)
    return grows(large, larger - place / large)


def a_smaller_group_is_a_step(place, validators, groups):
    """So have the smaller groups, where a place is behind the larger ones."""
    _, larger, small, run = _cut(place, validators, groups)
    behind = run >= 0
    return Implies(behind, And(small >= 1, grows(small, groups - larger - run / small)))


@fair(
    over=dict(place=Nat(), **NUMBERS),
    given=[there_is_a_group, the_place_is_taken],
    steps=[a_larger_group_is_a_step, a_smaller_group_is_a_step],
)
def every_place_has_a_group(place, validators, groups):
    """Every shuffled validator is in one of the groups, where there is any."""
    group = group_of_place(validators, groups, place)
    return And(group >= 0, group < groups)


def the_place_lies_in_its_group(place, validators, groups):
    """A place is behind the start of its group and before the start of the next."""
    begin = partial(start, validators, groups)
    own = group_of_place(validators, groups, place)
    return And(begin(own) <= place, place < begin(own + 1))


def starts_ascend(place, group, validators, groups):
    """The groups between a group and a later one of a place have members, or none."""
    own, small = group_of_place(validators, groups, place), validators / groups
    return Implies(own > group, (own - group - 1) * small >= 0)


def starts_ascend_from_the_place(place, group, validators, groups):
    """And those between the group of a place and a later one."""
    own, small = group_of_place(validators, groups, place), validators / groups
    return Implies(group > own, (group - own - 1) * small >= 0)


@fair(
    over=dict(place=Nat(), group=Nat(), **NUMBERS),
    given=[the_place_is_taken, the_group_is_formed],
    steps=[
        starts_ascend,
        starts_ascend_from_the_place,
        a_larger_group_is_a_step,
        a_smaller_group_is_a_step,
        the_place_lies_in_its_group,
    ],
    small=5,
)
def the_places_of_a_group_are_a_run_of_its_size(place, group, validators, groups):
    """A group has the places from its start on, as many as it is to have, and no others."""
    first = start(validators, groups, group)
    behind = first + members_of(validators, groups, group)
    own = group_of_place(validators, groups, place)
    return (own == group) == And(first <= place, place < behind)


@assumption("§2.5.5/session-change.8")
def the_next_place_is_taken(place, validators):
    """The place is not the last of the shuffled validators."""
    return place + 1 < validators


def _onward(place, validators, groups):
    """Larger and smaller groups between a place and the next, where both are among those."""
    large, _, small, run = _cut(place, validators, groups)
    return (place + 1) / large - place / large, (run + 1) / small - run / small


def two_larger_groups_are_two(place, validators, groups):
    """Two larger groups have twice the places of one."""
    onward, _ = _onward(place, validators, groups)
    return at_least(validators / groups + 1, onward, 2)


def one_larger_group_back_is_one(place, validators, groups):
    """One larger group back has the places of one."""
    onward, _ = _onward(place, validators, groups)
    return at_most(validators / groups + 1, onward, -1)


def the_next_place_is_one_larger_group_on_or_none(place, validators, groups):
    """The next place is one larger group on or none."""
    onward, _ = _onward(place, validators, groups)
    return And(onward >= 0, onward <= 1)


def no_larger_group_has_no_place(place, validators, groups):
    """No larger groups have no places."""
    large, larger, _, _ = _cut(place, validators, groups)
    return at_most(large, larger - place / large, 0)


def one_larger_group_left_is_one(place, validators, groups):
    """One larger group after that of a place has the places of one."""
    large, larger, _, _ = _cut(place, validators, groups)
    return at_least(large, larger - 1 - place / large, 1)


def the_next_place_may_need_smaller_groups(place, validators, groups):
    """If the next place is behind the larger groups, the smaller ones have a member at least."""
    _, _, small, run = _cut(place, validators, groups)
    return Implies(run >= -1, small >= 1)


def two_smaller_groups_are_two(place, validators, groups):
    """Two smaller groups have twice the places of one."""
    _, _, small, run = _cut(place, validators, groups)
    return Implies(run >= -1, at_least(small, _onward(place, validators, groups)[1], 2))


def one_smaller_group_back_is_one(place, validators, groups):
    """One smaller group back has the places of one."""
    _, _, small, run = _cut(place, validators, groups)
    return Implies(run >= -1, at_most(small, _onward(place, validators, groups)[1], -1))


def the_next_place_is_one_smaller_group_on_or_none(place, validators, groups):
    """The next place is one smaller group on or none."""
    run, onward = _cut(place, validators, groups)[3], _onward(place, validators, groups)[1]
    return Implies(run >= -1, And(onward >= 0, onward <= 1))


@fair(
    over=dict(place=Nat(), **NUMBERS),
    given=[there_is_a_group, the_next_place_is_taken],
    steps=[
        two_larger_groups_are_two,
        one_larger_group_back_is_one,
        the_next_place_is_one_larger_group_on_or_none,
        no_larger_group_has_no_place,
        one_larger_group_left_is_one,
        the_next_place_may_need_smaller_groups,
        two_smaller_groups_are_two,
        one_smaller_group_back_is_one,
        the_next_place_is_one_smaller_group_on_or_none,
    ],
)
def no_group_is_skipped(place, validators, groups):
    """The first place is in the first group, and the place after another is in the same group or
    in the next.
    """
    own = partial(group_of_place, validators, groups)
    onward = own(place + 1) - own(place)
    return And(own(0) == 0, onward >= 0, onward <= 1)

"""Theorems on who is slashed, charged or penalised after a dispute.

`right` and `wrong` are as in `disputes`.  Where nothing else is said, as many as possible of those
on either side attest that way only, so that `right + wrong` have attested: a vote that is not
settled slashes nobody.
"""

from model.disputes import (
    charges_distraction,
    penalises_silence,
    slashes_those_against,
    slashes_those_for,
    supermajority,
)
from model.language import And, Bool, If, Implies, Min, Not
from properties.theorem import assumption, theorem

from .disputes import (
    every_honest_validator_attests,
    found,
    only_the_faulty_attest_falsely,
    with_faults,
)
from .quorums import fewer_than_a_third_are_faulty, naturals

SIDES = dict(naturals("n f right wrong"), good=Bool)


@assumption()
def at_most_a_third_are_faulty(n, f):
    """At most a third of the validators are faulty: 3f <= n."""
    return 3 * f <= n


@assumption()
def most_are_honest(n, f):
    """More than half of the validators are honest: 2f < n."""
    return 2 * f < n


@assumption()
def the_silent_are_on_neither_side(n, right, wrong, silent):
    """The honest validators that have not voted yet are on neither side."""
    return And(right + silent <= n, wrong + silent <= n)


# chapter 1


def _slashed(n, right, wrong, attested, good):
    """Whether those who attested to what the block is are slashed."""
    came_to = found(n, right, wrong, attested, good)
    return If(good, slashes_those_for(came_to), slashes_those_against(came_to))


def _no_honest_slashed(n, right, wrong, faulty, good):
    slashed = _slashed(n, right.size(), wrong.size(), (right | wrong).size(), good)
    return Implies(slashed, right <= faulty)


@theorem(
    "§1.10.3/outcome",
    item=7,
    subject="disputes",
    over=SIDES,
    given=[fewer_than_a_third_are_faulty, only_the_faulty_attest_falsely],
    small=8,
    concrete=with_faults(_no_honest_slashed),
    checked=4,
)
def chapter_1_slashes_no_honest_validator(n, right, wrong, good):
    """An escalation never slashes those who attested to what the block is."""
    return Not(_slashed(n, right, wrong, right + wrong, good))


@theorem(
    "§1.10.3/outcome",
    item=7,
    subject="disputes",
    over=SIDES,
    given=[most_are_honest, only_the_faulty_attest_falsely],
    small=8,
)
def chapter_1_slashes_no_honest_validator_while_most_are_honest(n, right, wrong, good):
    """An honest majority is enough for an escalation to slash nobody honest."""
    return Not(_slashed(n, right, wrong, right + wrong, good))


@theorem(
    "§1.10.3/outcome",
    item=7,
    subject="disputes",
    over=SIDES,
    given=[only_the_faulty_attest_falsely],
    small=8,
)
def chapter_1_slashes_no_honest_validator_exactly_up_to_3f_is_n_plus_1(n, f, right, wrong, good):
    """An escalation can slash an honest validator, if there is one, exactly where 3f > n + 1.

    So exactly a third is still safe.  Beyond, the f faulty ones attest falsely while a third of
    all, honest, have attested truthfully.
    """
    few = Min(n / 3, n - f)
    victims = And(few >= 1, _slashed(n, few, f, few + f, good))
    return And(
        Implies(3 * f <= n + 1, Not(_slashed(n, right, wrong, right + wrong, good))),
        Implies(And(3 * f > n + 1, f < n), victims),
    )


# chapter 2


@theorem(
    "§2.5.8/description.1.3",
    item=7,
    subject="disputes",
    over=naturals("n f wrong"),
    given=[fewer_than_a_third_are_faulty, only_the_faulty_attest_falsely],
    small=12,
    concrete=with_faults(lambda n, _right, wrong, *_: Not(supermajority(wrong.size(), n))),
    checked=4,
)
def chapter_2_slashes_no_honest_voter(n, wrong):
    """No supermajority attests falsely, so that nobody truthful is on the losing side."""
    return Not(supermajority(wrong, n))


@theorem(
    "§2.5.9/description.2.2",
    item=7,
    subject="disputes",
    over=naturals("n f right wrong"),
    given=[fewer_than_a_third_are_faulty, only_the_faulty_attest_falsely],
    small=8,
)
def no_honest_validator_pays_the_distraction_fee(n, right, wrong):
    """A validator that rightly votes for a good block is not charged for distraction."""
    return Implies(right >= 1, Not(charges_distraction(right, wrong, n)))


@theorem(
    "§2.5.9/description.3.1",
    item=7,
    subject="disputes",
    over=naturals("n f right wrong silent"),
    given=[
        fewer_than_a_third_are_faulty,
        only_the_faulty_attest_falsely,
        the_silent_are_on_neither_side,
    ],
    small=5,
)
def no_honest_validator_pays_for_silence(n, right, wrong, silent):
    """When a supermajority penalises those who have not voted, every honest one has voted."""
    return Implies(penalises_silence(right, wrong, n), silent == 0)


def _unpunished(n, right, wrong):
    """Whether those who attest truthfully to a good block neither lose nor pay."""
    fee = And(right >= 1, charges_distraction(right, wrong, n))
    return And(Not(supermajority(wrong, n)), Not(fee))


def _all_attest(n, right, wrong, faulty, _good):
    honest_silent = n - (right | faulty).size()
    return Implies(honest_silent == 0, _unpunished(n, right.size(), wrong.size()))


@theorem(
    "§2.5.9/description.2.2",
    item=7,
    subject="disputes",
    over=naturals("n f right wrong"),
    given=[
        fewer_than_a_third_are_faulty,
        only_the_faulty_attest_falsely,
        every_honest_validator_attests,
    ],
    small=8,
    concrete=with_faults(_all_attest),
    checked=4,
)
def where_all_the_honest_attest_none_of_them_is_punished(n, right, wrong):
    """Where every honest validator attests in time, none is slashed, charged or penalised."""
    return _unpunished(n, right, wrong)


@theorem(
    "§2.5.9/description.2.2",
    item=7,
    subject="disputes",
    over=naturals("n f right wrong"),
    given=[
        at_most_a_third_are_faulty,
        only_the_faulty_attest_falsely,
        every_honest_validator_attests,
    ],
    small=8,
)
def where_a_third_is_faulty_none_of_the_honest_is_punished(n, right, wrong):
    """Even where exactly a third is faulty, none of the honest is slashed, charged or penalised."""
    return _unpunished(n, right, wrong)

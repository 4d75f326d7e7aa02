"""Theorems on thresholds: when they are the same, and what two quorums share.

The faulty are what is not honest: `f` is an upper bound of their number, any with 3f < n unless
`f_is_the_largest` is assumed.  Counts stand for sets of validators, which the finite instances try.
"""

from model.availability import available, most_faulty, noted_available
from model.disputes import settled, supermajority, supermajority_in_f
from model.language import And, Implies, Index, Nat, Not, Set, exists
from properties.theorem import assumption, theorem


def naturals(names):
    """Unbounded natural numbers of these names."""
    return {name: Nat() for name in names.split()}


@assumption()
def fewer_than_a_third_are_faulty(n, f):
    """Fewer than a third of the validators are faulty: 3f < n."""
    return 3 * f < n


@assumption("§1.10/reconstruction.1")
def f_is_the_largest(n, f):
    """f is the largest number that is fewer than a third of the validators."""
    return f == most_faulty(n)


@assumption()
def n_is_three_f_plus_one(n, f):
    """There are 3f + 1 validators."""
    return n == 3 * f + 1


@assumption()
def there_is_a_validator(n):
    """There is a validator."""
    return n >= 1


# one threshold or two


@theorem(
    "§1.7.1/alg-10.4.1",
    item=9,
    subject="availability",
    over=naturals("n f votes"),
    given=[f_is_the_largest],
    small=12,
)
def more_than_two_thirds_is_all_but_f(n, f, votes):
    """Votes are more than two thirds of n exactly when they are at least n - f."""
    return available(votes, n) == (votes >= n - f)


@theorem(
    "§1.7.1/alg-10.4.1",
    item=9,
    subject="availability",
    over=naturals("n f votes"),
    given=[fewer_than_a_third_are_faulty],
    small=12,
)
def more_than_two_thirds_is_all_but_f_for_every_f(n, f, votes):
    """Whatever f is below a third, more than two thirds of n is at least n - f."""
    return available(votes, n) == (votes >= n - f)


@theorem(
    "§2.5.9/description.1",
    item=9,
    subject="disputes",
    over=naturals("n f votes"),
    given=[there_is_a_validator, f_is_the_largest],
    small=12,
)
def a_supermajority_is_two_f_plus_one(n, f, votes):
    """The goal of a dispute is one number: more than two thirds of n is 2f + 1."""
    return supermajority(votes, n) == supermajority_in_f(votes, f)


@theorem(
    "§2.5.9/description.1",
    item=9,
    subject="disputes",
    over=naturals("n f votes"),
    given=[n_is_three_f_plus_one],
    small=12,
)
def a_supermajority_is_two_f_plus_one_of_three_f_plus_one(n, f, votes):
    """Where n = 3f + 1, more than two thirds of n is 2f + 1."""
    return supermajority(votes, n) == supermajority_in_f(votes, f)


@theorem(
    "§1.7.1/def-12",
    item=9,
    subject="availability",
    over=naturals("n votes"),
    given=[there_is_a_validator],
    small=12,
)
def the_definition_of_available_is_the_algorithm(n, votes):
    """Two thirds, as definition 12 has it, are reached exactly when algorithm 10 finds more."""
    return noted_available(votes, n) == available(votes, n)


@theorem("§1.7.1/def-12", item=9, subject="availability", over=naturals("n votes"), small=12)
def the_definition_of_available_is_the_algorithm_unless_three_divides_n(n, votes):
    """Definition 12 and algorithm 10 agree for every n that three does not divide."""
    return Implies(n % 3 != 0, noted_available(votes, n) == available(votes, n))


# what two quorums share


@assumption("§2.5.8/remote-disputes.6")
def the_quorums_are_of_the_same_validators(n, first, second, shared):
    """Both quorums are sets of the same n validators, so that they share what exceeds n."""
    return first + second <= n + shared


def _meeting(is_quorum, may_be=lambda n, f: 3 * f < n):
    """Two sets and the faulty ones: two quorums have an honest member in common."""

    def concrete(n):
        validator = Index("validator", n)

        def body(first, second, faulty, f):
            given = And(may_be(n, f), faulty.size() <= f)
            both = And(is_quorum(first.size(), n, f), is_quorum(second.size(), n, f))
            honest = exists(validator, lambda v: And(first[v], second[v], Not(faulty[v])))
            return Implies(And(given, both), honest)

        return dict(dict.fromkeys(("first", "second", "faulty"), Set(validator)), f=Nat(1)), body

    return concrete


def _meet(token, subject, is_quorum, *more):
    return theorem(
        token,
        item=8,
        subject=subject,
        over=naturals("n f first second shared"),
        given=[*(more or [fewer_than_a_third_are_faulty]), the_quorums_are_of_the_same_validators],
        concrete=_meeting(is_quorum, more[0].function if more else lambda n, f: 3 * f < n),
        checked=4,
    )


@_meet("§1.10.3/description.2.2", "disputes", lambda votes, n, _f: settled(votes, n))
def two_quorums_of_more_than_two_thirds_share_an_honest_validator(n, f, first, second, shared):
    """Any two sets of more than two thirds share more validators than are faulty."""
    return Implies(And(settled(first, n), settled(second, n)), shared > f)


@_meet("§1.7.1/def-12", "availability", lambda votes, n, _f: noted_available(votes, n))
def two_quorums_of_at_least_two_thirds_share_an_honest_validator(n, f, first, second, shared):
    """Any two sets of at least two thirds share more validators than are faulty."""
    return Implies(And(noted_available(first, n), noted_available(second, n)), shared > f)


@_meet(
    "§2.5.9/description.1",
    "disputes",
    lambda votes, _n, f: supermajority_in_f(votes, f),
    f_is_the_largest,
)
def two_quorums_of_two_f_plus_one_share_an_honest_validator(f, first, second, shared):
    """Any two sets of 2f + 1 share more validators than are faulty."""
    return Implies(And(supermajority_in_f(first, f), supermajority_in_f(second, f)), shared > f)


@_meet(
    "§2.5.9/description.1",
    "disputes",
    lambda votes, _n, f: supermajority_in_f(votes, f),
    n_is_three_f_plus_one,
)
def two_quorums_of_two_f_plus_one_of_three_f_plus_one_share_an_honest_validator(
    f, first, second, shared
):
    """Where n = 3f + 1, any two sets of 2f + 1 share more validators than are faulty."""
    return Implies(And(supermajority_in_f(first, f), supermajority_in_f(second, f)), shared > f)


@_meet("§1.7/description.1", "availability", lambda votes, n, f: votes >= n - f)
def two_quorums_of_all_but_f_share_an_honest_validator(n, f, first, second, shared):
    """Any two sets of n - f share more validators than are faulty."""
    return Implies(And(first >= n - f, second >= n - f), shared > f)

"""Theorems on second checks: whether an honest validator is among those that are wanted.

A check is worth something where one honest validator makes it.  The text wants the parachain's
validators and two more, plus what fishermen pay for; any of them may be faulty.
"""

from model.approval import v_check, v_default
from model.language import And, If, Implies, Index, Nat, Not, Set, exists
from properties.theorem import assumption, theorem

from .quorums import fewer_than_a_third_are_faulty, naturals


@assumption("§1.9.4/description.1.3")
def the_parachain_has_a_validator(n, group):
    """The parachain has a validator, and no other than those there are."""
    return And(group >= 1, group <= n)


@assumption()
def a_group_is_at_most_a_third(n, group):
    """There are at least three parachains or cores: a group is at most a third of n."""
    return 3 * group <= n


@assumption("§1.9.4/description.1.4")
def stake_counts(factor):
    """A report's stake weighs at least one check for each unit."""
    return factor >= 1


@theorem(
    "§1.9.4/description.1.3",
    item=11,
    subject="approval",
    over=naturals("n f group"),
    given=[fewer_than_a_third_are_faulty, the_parachain_has_a_validator],
    small=12,
)
def an_honest_validator_is_among_the_default_checkers(f, group):
    """#VDefault checks are more than there are faulty validators."""
    return v_default(group) > f


def _honest_checker(n):
    """Checkers and faulty ones as sets; `wanted` checks make a third of all validators."""
    validator = Index("validator", n)

    def body(checkers, faulty, wanted):
        given = And(3 * faulty.size() < n, 3 * wanted >= n, checkers.size() >= wanted)
        return Implies(given, exists(validator, lambda v: And(checkers[v], Not(faulty[v]))))

    return dict(dict.fromkeys(("checkers", "faulty"), Set(validator)), wanted=Nat(n)), body


@theorem(
    "§1.9.4/description.1.3",
    item=11,
    subject="approval",
    over=naturals("n f group extra"),
    given=[fewer_than_a_third_are_faulty],
    small=9,
    concrete=_honest_checker,
    checked=5,
)
def the_default_checkers_assure_an_honest_one_exactly_from_a_third(n, f, group, extra):
    """#VDefault checks exceed every f below a third exactly if they are a third of n or more.

    So no constant serves all n.  With fewer checks, as many as there are may all be faulty.
    """
    checks = worst = v_default(group, extra)
    failing = And(fewer_than_a_third_are_faulty.function(n, worst), Not(checks > worst))
    return If(3 * checks >= n, checks > f, failing)


@theorem(
    "§1.9.4/description.1.4",
    item=11,
    subject="approval",
    over=naturals("f group factor stake"),
    given=[stake_counts],
    small=6,
)
def stake_brings_an_honest_checker(f, group, factor, stake):
    """#VCheck exceeds f once the reporting stake and #VDefault together do."""
    return Implies(v_default(group) + stake > f, v_check(group, factor, stake) > f)


@theorem(
    "§1.9.4/description.4.1",
    item=11,
    subject="approval",
    over=naturals("group factor stake more"),
    small=8,
)
def a_report_never_lowers_the_wanted_checks(group, factor, stake, more):
    """More reporting stake never makes #VCheck smaller."""
    return v_check(group, factor, stake + more) >= v_check(group, factor, stake)


@theorem(
    "§1.9.4/description.1.1",
    item=11,
    subject="approval",
    over=naturals("n f group factor stake"),
    given=[
        fewer_than_a_third_are_faulty,
        the_parachain_has_a_validator,
        a_group_is_at_most_a_third,
    ],
    small=6,
)
def the_honest_can_make_all_the_wanted_checks(n, f, group, factor, stake):
    """There are as many honest validators as #VCheck wants, whatever is reported."""
    return v_check(group, factor, stake) <= n - f


@theorem(
    "§1.9.4/description.1.1",
    item=11,
    subject="approval",
    over=naturals("n f group"),
    given=[
        fewer_than_a_third_are_faulty,
        the_parachain_has_a_validator,
        a_group_is_at_most_a_third,
    ],
    small=12,
)
def the_honest_can_make_the_default_checks(n, f, group):
    """Without reports there are as many honest validators as #VDefault wants."""
    return v_default(group) <= n - f

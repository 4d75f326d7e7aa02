"""§1.10.3 Invalidity Escalation, and §2.5.8 and §2.5.9 on the same votes.

Read beside the sections.  `valid` and `invalid` are how many of `n` validators attest to the one
and to the other, `attested` how many attest at all; who attests both ways is in each of them.
The two chapters count differently: the first waits for attestations in total and looks at the
larger of two sides, the second waits until one side has a supermajority.
"""

from .availability import most_faulty, pieces_awaited
from .language import And, Enum, If, Not, Or

OPEN, VALID, INVALID, SPLIT = OUTCOME = Enum("open valid invalid split")
"""What a vote came to.  Split counts as invalid, but nobody is slashed (§1.10.3/outcome.3.1)."""

# chapter 1


def settled(attested, n):
    """§1.10.3/description.2.2: more than 2n/3 have attested, so that the outcome is read."""
    return 3 * attested > 2 * n


def found_valid(valid, invalid, n):
    """§1.10.3/outcome.1: more than n/3 attest to validity, at most n/3 to invalidity."""
    return And(3 * valid > n, 3 * invalid <= n)


def found_invalid(valid, invalid, n):
    """§1.10.3/outcome.2.1: more than n/3 attest to invalidity, at most n/3 to validity."""
    return And(3 * invalid > n, 3 * valid <= n)


def found_split(valid, invalid, n):
    """§1.10.3/outcome.3.1: more than n/3 attest each way."""
    return And(3 * valid > n, 3 * invalid > n)


def outcome(valid, invalid, attested, n):
    """§1.10.3/outcome: open before the vote is settled, and where none of the three applies."""
    found = If(found_split(valid, invalid, n), SPLIT, OPEN)
    found = If(found_invalid(valid, invalid, n), INVALID, found)
    found = If(found_valid(valid, invalid, n), VALID, found)
    return If(settled(attested, n), found, OPEN)


def slashes_those_against(result):
    """§1.10.3/outcome.1: found valid, those who attested to invalidity are slashed."""
    return result == VALID


def slashes_those_for(result):
    """§1.10.3/outcome.2.3: found invalid, those who attested to validity are slashed."""
    return result == INVALID


# chapter 2


def supermajority(votes, n):
    """§2.5.9/description.1, as a fraction: more than two thirds of the validators."""
    return 3 * votes > 2 * n


def supermajority_in_f(votes, f):
    """§2.5.9/description.1, as a number: 2f + 1."""
    return votes >= pieces_awaited(f)


def has_supermajority(rule, votes, n):
    """§2.5.9/description.1 by each way to read its figures: the variant `dispute_rule`.

    More than two thirds; 2f + 1 for the largest f below a third; two thirds at least; and, to the
    letter, two thirds and 2f + 1 more, for which no number of validators is enough.
    """
    return {
        "supermajority": 3 * votes > 2 * n,
        "two_f_plus_one": votes >= pieces_awaited(most_faulty(n)),
        "two_thirds": 3 * votes >= 2 * n,
        "sum": 3 * votes >= 2 * n + 3 * pieces_awaited(most_faulty(n)),
        "thirds": 3 * votes > 2 * n,
    }[rule]


def verdict(rule, valid, invalid, attested, n):
    """What the votes come to: by chapter 1 with `rule` thirds, else by a supermajority."""
    if rule == "thirds":
        return outcome(valid, invalid, attested, n)
    for_it, against = has_supermajority(rule, valid, n), has_supermajority(rule, invalid, n)
    one = If(for_it, VALID, If(against, INVALID, OPEN))
    return If(And(for_it, against), SPLIT, one)


def conclusion(valid, invalid, n):
    """§2.5.8/local-disputes.5.2, §2.5.8/remote-disputes.10.1: the side with a supermajority.

    Those on the other side are slashed (§2.5.8/description.1.3).  Both can have one where
    validators vote both ways: split.
    """
    one = If(supermajority(valid, n), VALID, If(supermajority(invalid, n), INVALID, OPEN))
    return If(And(supermajority(valid, n), supermajority(invalid, n)), SPLIT, one)


def charges_distraction(valid, invalid, n):
    """§2.5.9/description.2.2: those for the block pay a fee, as neither side has two thirds."""
    return Not(Or(supermajority(valid, n), supermajority(invalid, n)))


def penalises_silence(valid, invalid, n):
    """§2.5.9/description.3.1: those who did not vote pay, as one side has a supermajority."""
    return Or(supermajority(valid, n), supermajority(invalid, n))

"""Theorems on availability: how many pieces of a block those who voted for it assure.

Of the validators that announced a piece up to f are faulty and send nothing.  The coder's own
parameter (§1.5/def-8) is open; algorithm 15 asks for more than 2f pieces.
"""

from model.availability import (
    available,
    can_reconstruct,
    most_faulty,
    noted_available,
    pieces_awaited,
)
from model.language import And, If, Implies, Index, Nat, Not, Or, Set, count, forall
from properties.theorem import assumption, theorem

from .quorums import (
    f_is_the_largest,
    fewer_than_a_third_are_faulty,
    naturals,
    there_is_a_validator,
)


@assumption()
def at_most_f_announcements_are_faulty(f, announced, honest):
    """Of the validators that announced their piece, at most f are faulty."""
    return announced <= honest + f


@assumption("§1.7/bit.2")
def the_honest_announce_only_what_they_hold(honest, held):
    """An honest validator that announced its piece holds it."""
    return honest <= held


@assumption("§1.10/retrieval.3")
def the_honest_send_what_they_hold(held, pieces):
    """Every piece that an honest validator holds reaches the checker."""
    return held <= pieces


@assumption("§1.7/description.1")
def every_honest_validator_votes(n, f, votes):
    """Every honest validator gets its piece and votes for it."""
    return n - f <= votes


HOLDERS = [
    fewer_than_a_third_are_faulty,
    at_most_f_announcements_are_faulty,
    the_honest_announce_only_what_they_hold,
    the_honest_send_what_they_hold,
]


def _pieces(enough):
    """Who announced, who holds a piece, who is faulty: what the honest send is enough."""

    def concrete(n):
        validator = Index("validator", n)

        def body(announced, holding, faulty):
            truthful = forall(
                validator, lambda v: Implies(And(announced[v], Not(faulty[v])), holding[v])
            )
            pieces = count(validator, lambda v: And(holding[v], Not(faulty[v])))
            given = And(3 * faulty.size() < n, truthful)
            return Implies(given, enough(announced.size(), pieces, n, faulty.size()))

        return dict.fromkeys(("announced", "holding", "faulty"), Set(validator)), body

    return concrete


@theorem(
    "§1.10/alg-15",
    item=3,
    subject="availability",
    over=naturals("n f announced honest held pieces"),
    given=HOLDERS,
    small=4,
    concrete=_pieces(
        lambda votes, pieces, n, f: Implies(available(votes, n), can_reconstruct(pieces, f))
    ),
    checked=4,
)
def an_available_block_can_be_reconstructed(n, f, announced, pieces):
    """Of a block that more than two thirds announced a checker gets more than 2f pieces."""
    return Implies(available(announced, n), can_reconstruct(pieces, f))


@theorem(
    "§1.10/reconstruction.1",
    item=3,
    subject="availability",
    over=naturals("n f announced honest held pieces"),
    given=HOLDERS,
    small=4,
    concrete=_pieces(lambda votes, pieces, n, f: Implies(noted_available(votes, n), pieces > f)),
    checked=4,
)
def an_available_block_has_f_plus_one_pieces(n, f, announced, pieces):
    """Of a block that even just two thirds announced a checker gets at least f + 1 pieces."""
    return Implies(noted_available(announced, n), pieces >= f + 1)


def _least(n):
    """The least number that is more than two thirds of n."""
    return 2 * n / 3 + 1


def _worst(claim):
    """Only the honest among those who announced hold a piece: the claim about them all."""

    def concrete(n):
        def body(announced, faulty, k):
            return claim(n, announced, faulty, (announced - faulty).size(), k)

        return dict(
            dict.fromkeys(("announced", "faulty"), Set(Index("validator", n))), k=Nat(n)
        ), body

    return concrete


def _two_ninths(n, announced, faulty, pieces, _k):
    enough = can_reconstruct(pieces, faulty.size())
    worst = And(faulty <= announced, announced.size() == _least(n))
    return If(
        9 * faulty.size() <= 2 * n,
        Implies(available(announced.size(), n), enough),
        Implies(worst, And(available(announced.size(), n), Not(enough))),
    )


@theorem(
    "§1.10/alg-15",
    item=3,
    subject="availability",
    over=naturals("n f announced"),
    given=[there_is_a_validator],
    small=18,
    concrete=_worst(_two_ninths),
    checked=5,
)
def every_quorum_assures_more_than_2f_pieces_exactly_up_to_two_ninths(n, f, announced):
    """More than 2f honest validators are in every set of more than two thirds iff 9f <= 2n.

    In the worst case all f faulty ones announced.  Otherwise the least such set has too few.
    """
    assured = Implies(available(announced, n), can_reconstruct(announced - f, f))
    least = _least(n)
    failing = And(available(least, n), least <= n, Not(can_reconstruct(least - f, f)))
    return And(Implies(9 * f <= 2 * n, assured), Implies(9 * f > 2 * n, failing))


def _most_pieces(n, announced, faulty, pieces, k):
    f = most_faulty(n)
    worst = And(faulty <= announced, faulty.size() == f, announced.size() == n - f)
    assured = Implies(And(faulty.size() <= f, available(announced.size(), n)), pieces >= k)
    failing = Implies(worst, And(available(announced.size(), n), pieces < k))
    return Implies(n >= 1, If(k <= n - 2 * f, assured, failing))


@theorem(
    "§1.5/def-8",
    item=3,
    subject="availability",
    over=naturals("n f k announced"),
    given=[f_is_the_largest],
    small=12,
    concrete=_worst(_most_pieces),
    checked=5,
)
def the_most_pieces_that_every_quorum_assures_are_n_minus_2f(n, f, k, announced):
    """A code that needs k pieces is served by every set of more than two thirds iff k <= n - 2f."""
    assured = Implies(available(announced, n), announced - f >= k)
    failing = And(available(n - f, n), (n - f) - f < k)
    return And(Implies(k <= n - 2 * f, assured), Implies(k > n - 2 * f, failing))


@theorem(
    "§1.10/reconstruction.1",
    item=3,
    subject="availability",
    over=naturals("n f votes"),
    given=[fewer_than_a_third_are_faulty, every_honest_validator_votes],
    small=12,
)
def where_all_the_honest_hold_their_pieces_there_are_enough(f, votes):
    """If every honest validator holds its piece, the pieces that are awaited are there."""
    return votes >= pieces_awaited(f)


def _all_vote(n):
    validator = Index("validator", n)

    def body(votes, faulty):
        honest = forall(validator, lambda v: Or(faulty[v], votes[v]))
        return Implies(And(3 * faulty.size() < n, honest), available(votes.size(), n))

    return dict.fromkeys(("votes", "faulty"), Set(validator)), body


@theorem(
    "§1.7.1/alg-10.4.1",
    item=3,
    subject="availability",
    over=naturals("n f votes"),
    given=[fewer_than_a_third_are_faulty, every_honest_validator_votes],
    small=12,
    concrete=_all_vote,
    checked=5,
)
def the_honest_alone_make_a_block_available(n, votes):
    """If every honest validator votes, more than two thirds do."""
    return available(votes, n)

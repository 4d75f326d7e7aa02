"""What §1.4 and §2.3 promise: who may call a candidate backable, and what that is worth."""

from model.backing import (
    CURRENT,
    VALID,
    backable,
    disagree,
    has_receipt,
    is_enough,
    is_honest_member,
    is_member,
    is_taken,
    proposal,
    signers,
)
from model.language import And, Implies, Not, Or, exists, forall

from .kinds import invariant, reachable, recoverable, step


def _every_pool(s, body):
    """Whether the body is true of every candidate, with every pool of statements."""
    return forall(s.cfg.candidate, lambda c: forall(s.cfg.pool, lambda p: body(c, p)))


def _every_honest(s, body):
    """Whether the body is true of every honest member."""
    return forall(s.cfg.validator, lambda v: Implies(is_honest_member(s, v), body(v)))


def _is_noted(before, after):
    """Whether the step puts a candidate on chain."""
    return And(Not(before.backed.some), after.backed.some)


def _worth_noting(before, after, body):
    """Whether the body is true of the candidate that the step puts on chain, if it does."""
    its = lambda c: And(_is_noted(before, after), after.backed.candidate == c)  # noqa: E731
    return forall(before.cfg.candidate, lambda c: Implies(its(c), body(c)))


# who may call a candidate backable


@invariant("§2.3/lifecycle.3")
def whoever_backs_and_whoever_checks_agree(s):
    """What is backable, what a block producer may include, and what the chain accepts are one."""

    def same(c):
        enough = is_enough(s.cfg, signers(s, c, CURRENT).size(), s.members)
        return And(backable(s, c, CURRENT) == enough, proposal(s, c, CURRENT) == enough)

    return forall(s.cfg.candidate, lambda c: Implies(has_receipt(s, c, CURRENT), same(c)))


@invariant("§1.4.2/description.1")
def an_honest_author_builds_a_valid_block(s):
    """Whatever proposal an honest block producer may include, the chain accepts it."""

    def accepted(c, p):
        enough = is_enough(s.cfg, signers(s, c, p).size(), s.members)
        return Implies(And(has_receipt(s, c, p), proposal(s, c, p)), And(is_taken(s, p), enough))

    return Implies(Not(s.backed.some), _every_pool(s, accepted))


@invariant("§1.4.2/alg-7")
def an_honest_author_includes_what_it_can(s):
    """No block of an honest producer is without a candidate while there is a proposal."""
    return Not(s.passed_over)


@step("§2.3/description.7.2")
def one_candidate_at_a_time(before, after):
    """No other candidate is backed before the pending one is settled.

    With that there is one in a block at most (§2.3/inclusion-pipeline.5.1).
    """
    same = before.backed.candidate == after.backed.candidate
    return Implies(And(before.backed.some, after.backed.some), same)


# what the backing is worth


@invariant("§2.3/inclusion-pipeline.4")
def every_backed_candidate_has_a_backer(s):
    """Every backed candidate has at least one backer."""
    return Implies(s.backed.some, s.backed.backers.size() > 0)


@invariant("§2.3/description.6.2")
def a_majority_of_the_group_backs(s):
    """A backed candidate has been backed by a majority of its group."""
    return Implies(s.backed.some, 2 * s.backed.backers.size() > s.members)


@invariant("§1.4.2/def-7")
def only_the_group_backs(s):
    """Every backer is a validator of the parachain, to which it was assigned.

    So §2.3/inclusion-pipeline.1; and primary attestations are theirs (§1.8/description.1.2).
    """
    return forall(s.cfg.validator, lambda v: Implies(s.backed.backers[v], is_member(s, v)))


@step("§2.5.6/process_candidates.3")
def every_backer_has_signed(before, after):
    """Every backer of a candidate has signed for that candidate.

    It is these statements that let a block be noted (§2.3/description.3.2).
    """

    def signed(c):
        said = lambda v: exists(before.cfg.pool, lambda p: before.signed[c][p][v])  # noqa: E731
        return forall(before.cfg.validator, lambda v: Implies(after.backed.backers[v], said(v)))

    return _worth_noting(before, after, signed)


@step("§1.4/alg-1")
def an_honest_backer_vouches_for_the_block(before, after):
    """A block with an honest backer is valid in the state of the block before that notes it.

    That is what the primary check of the group (§1.4/description.1) is for: the extra data is that
    of the relay parent (§1.4/alg-1.1).
    """

    def vouched(c):
        return _every_honest(
            after, lambda v: Implies(after.backed.backers[v], before.block[c][CURRENT] == VALID)
        )

    return _worth_noting(before, after, vouched)


@step("§2.3/description.6.5")
def only_a_dishonest_majority_backs_the_invalid(before, after):
    """Unless most of its group is faulty, what is backed is valid."""
    return _worth_noting(
        before,
        after,
        lambda c: Implies(2 * before.faulty <= before.members, before.block[c][CURRENT] == VALID),
    )


# statements


@step("§1.4/alg-2.2")
def the_honest_sign_only_what_is_valid(before, after):
    """An honest validator signs only a block that is valid with the extra data it validated with.

    Its extra data is that of a relay parent (§1.2/def-4, §1.4/alg-1.2) and names the code that is
    executed (§1.4/alg-2.1, §1.4/alg-2.3), which must not fail (§1.4/alg-2.4); the blob of
    definition 5 (§1.2/def-5) holds the block together with it.  To check is a validator's part
    (§2.3/actor.1).
    """

    def is_new(v, c):
        return And(after.signed[c][CURRENT][v], Not(before.signed[c][CURRENT][v]))

    def valid(c):
        return exists(before.cfg.parent, lambda q: before.block[c][q] == VALID)

    return forall(
        before.cfg.candidate,
        lambda c: _every_honest(before, lambda v: Implies(is_new(v, c), valid(c))),
    )


@step("§1.4/alg-2.5")
def the_honest_reject_only_what_is_not_valid(before, after):
    """An honest validator speaks against no block that is valid with all it can validate it with.

    Whatever executes from the claimed root is a success.
    """

    def is_new(v, c):
        return And(after.against[c][v], Not(before.against[c][v]))

    def faulty(c):
        return exists(before.cfg.parent, lambda q: before.block[c][q] != VALID)

    return forall(
        before.cfg.candidate,
        lambda c: _every_honest(before, lambda v: Implies(is_new(v, c), faulty(c))),
    )


@invariant("§2.3/description.3.3")
def honest_validators_do_not_contradict_each_other(s):
    """Of one thing no honest validator says that it is valid and another that it is not.

    Whoever is on the wrong side of a dispute is slashed, so that one of them would be.
    """

    def nobody(said):
        return _every_honest(s, lambda v: Not(said[v]))

    return forall(s.cfg.candidate, lambda c: Or(nobody(s.signed[c][CURRENT]), nobody(s.against[c])))


@invariant("§2.3/lifecycle.2")
def what_is_seconded_is_put_to_all(s):
    """Once an honest validator has signed for a candidate, all members of its group have it."""
    everybody = lambda c: forall(  # noqa: E731
        s.cfg.validator, lambda w: Implies(is_member(s, w), s.held[c][w])
    )
    return _every_pool(
        s, lambda c, p: _every_honest(s, lambda v: Implies(s.signed[c][p][v], everybody(c)))
    )


@invariant("§2.3/failure.1")
def the_honest_speak_of_what_they_have(s):
    """An honest validator says nothing about a candidate that no one put to it.

    It announces what it found (§1.4.1/description.1), valid (§1.4.1/description.2.1) or not
    (§1.4.1/description.2.2), once it has the block (§2.3/inclusion-pipeline.3).
    """
    said = lambda v, c: Or(s.signed[c][CURRENT][v], s.against[c][v])  # noqa: E731
    return forall(
        s.cfg.candidate, lambda c: _every_honest(s, lambda v: Implies(said(v, c), s.held[c][v]))
    )


@invariant("§1.4.3/description.1.2")
def a_disagreement_becomes_a_dispute(s):
    """Where members disagree, and an honest one of them sees it, there is a dispute.

    A statement against a candidate leads to one (§2.3/description.3.3).  Members know what their
    peers have said (§1.4.3/description.1.1); algorithm 8 says nothing (§1.4.3/alg-8).
    """
    seen = exists(s.cfg.validator, lambda v: is_honest_member(s, v))
    return forall(s.cfg.candidate, lambda c: Implies(And(seen, disagree(s, c)), s.disputed[c]))


@step("§1.4.3/description.1")
def a_dispute_has_two_sides(before, after):
    """A dispute begins only where members have spoken for and against one candidate."""

    def sides(c):
        begins = And(after.disputed[c], Not(before.disputed[c]))
        return Implies(begins, disagree(after, c))

    return forall(before.cfg.candidate, sides)


# what must be possible


@reachable("§2.3/description.3.3")
def a_negative_statement_is_no_veto(s):
    """A candidate is backed although a member of its group says that it is invalid."""
    c = s.backed.candidate
    against = exists(s.cfg.validator, lambda v: And(is_member(s, v), s.against[c][v]))
    return And(s.backed.some, s.backed.backers <= signers(s, c, CURRENT), against)


@reachable("§2.3/lifecycle.2")
def a_candidate_is_seconded_before_it_is_backable(s):
    """A candidate is put forward by an honest group and does not have enough statements yet."""
    some = lambda c: signers(s, c, CURRENT).size() > 0  # noqa: E731
    waits = lambda c: And(some(c), Not(backable(s, c, CURRENT)))  # noqa: E731
    return And(s.faulty == 0, exists(s.cfg.candidate, waits))


@reachable("§2.3/inclusion-pipeline.4")
def a_group_of_one_backs(s):
    """A group of a single, honest validator has a candidate backed."""
    return And(s.backed.some, s.members == 1, s.faulty == 0)


@reachable("§2.3/inclusion-pipeline.5.2")
def a_large_group_backs_without_all_of_it(s):
    """The largest honest group has a candidate backed before every member has signed."""
    largest = And(s.members == s.cfg.max_validators, s.faulty == 0)
    return And(s.backed.some, largest, s.backed.backers.size() < s.members)


@recoverable("§2.3/description.1")
def an_honest_majority_can_go_on_backing(s):
    """A group with an honest majority can always bring another candidate onto the chain."""
    return Or(s.backed.some, 2 * (s.members - s.faulty) <= s.members)

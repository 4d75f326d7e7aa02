"""§1.4 Primary Validation, and of §2.3 what makes a candidate seconded, backable and backed.

Read beside the sections, in their order: validation, its announcement, inclusion on the relay
chain, disagreement.  The bodies of algorithms 3 to 8 are left open; each routine does what the
sentences around it ask for.  The validators of a parachain are the group on its core, which may be
empty; the text does not speak of that, and what such a group decides follows from the words.

`parent` is the relay parent that a validator works at: CURRENT, the parent of the relay block
that is being built, or BEFORE, an earlier one, for whoever lags behind.  Receipts of one block are
kept in one pool, or in one for each relay parent once they name it.
"""

from .language import And, Enum, Not, Or, exists

CURRENT, BEFORE = 0, 1

# executes well; would, but from another root than the extra data claims; does not
VALID, WRONG_ROOT, INVALID = BLOCK = Enum("valid wrong_root invalid")

READINGS = {  # amendment that settles it -> the flag of the other reading
    "root-mismatch-fails": "root_goes_unheeded",
    "backable-candidate-included": "author_may_pass",
    "disagreement-goes-on-chain": "disagreement_stays_private",
}


def reads(s, amendment):
    """Whether this run takes the reading that the amendment rules out."""
    return False if s.cfg.amended(amendment) else getattr(s.reading, READINGS[amendment])


# thresholds


def is_proposal(signatures, size):
    """§1.4.2/def-7: at least two thirds of the parachain's validators signed the receipt."""
    return 3 * signatures >= 2 * size


def is_backable(statements, size):
    """§2.3/lifecycle.3: a majority of the assigned validators attests; more than half.

    So says also §2.3/description.6.2 of what is available.
    """
    return 2 * statements > size


def is_enough(cfg, statements, size):
    """§2.5.6/process_candidates.3, which has no number: the variant `backing_threshold`."""
    rule = {"majority": is_backable, "two_thirds": is_proposal}[cfg.variant("backing_threshold")]
    return rule(statements, size)


# validators and their statements


def is_member(s, v):
    """§2.3/inclusion-pipeline.1: whether a validator is assigned to the parachain."""
    return v < s.members


def is_honest_member(s, v):
    """Whether it is, and follows the protocol: the faulty members come first."""
    return And(v >= s.faulty, is_member(s, v))


def signers(s, c, pool):
    """§2.3/inclusion-pipeline.4: the members whose statement for a candidate is known."""
    return s.cfg.validator.set(lambda v: And(is_member(s, v), s.signed[c][pool][v]))


def backable(s, c, pool):
    """§2.3/lifecycle.3, or as amended by the one number of the chain."""
    votes = signers(s, c, pool).size()
    if s.cfg.amended("one-backing-threshold"):
        return is_enough(s.cfg, votes, s.members)
    return is_backable(votes, s.members)


def proposal(s, c, pool):
    """§1.4.2/def-7: whether a receipt with its signatures is a proposal, for the next block."""
    votes = signers(s, c, pool).size()
    lapsed = And(s.cfg.amended("proposals-lapse"), pool != CURRENT)
    if s.cfg.amended("one-backing-threshold"):
        return And(Not(lapsed), is_enough(s.cfg, votes, s.members))
    return And(Not(lapsed), is_proposal(votes, s.members))


def has_receipt(s, c, pool):
    """Whether anybody made a receipt: there is no proposal without (§1.4.2/def-7)."""
    return s.signed[c][pool].size() > 0


# §1.4 validation


def validate_block(s, block):
    """§1.4/alg-2: whether the block is found valid, with the extra data of one relay parent.

    A block comes with its witness (§1.2/def-2, §1.2/def-3).  The code follows from the extra data
    (§1.4/alg-2.1), so what the execution gives is part of `block` (§1.4/alg-2.3, §1.4/alg-2.4,
    §1.4/alg-2.5, §1.3/figure.3).  That the witness starts from the root that the extra data claims
    is checked (§1.4/alg-2.2); what follows if it does not, the text does not say.
    """
    unheeded = reads(s, "root-mismatch-fails")
    return Or(block == VALID, And(block == WRONG_ROOT, unheeded))


def primary_validation(s, c, parent):
    """§1.4/alg-1: validate with the extra data in the state of the relay parent.

    That state is another for every parent (§1.2/description.2.2, §1.2/description.2.3).  To check
    blocks is a validator's part (§2.3/actor.1).
    """
    read_there = s.block[c][parent]  # §1.4/alg-1.1
    return validate_block(s, read_there)  # §1.4/alg-1.2


# §1.4.1 announcement


def primary_validation_announcement(s, v, c, parent):
    """§1.4.1/alg-3: a receipt of one's own or a peer's, or the failure (§1.4.1/description.1).

    A receipt (§1.4.1/def-6) is the same whoever makes it, so that sending one (§1.4.1/alg-4,
    §1.3/figure.5) and confirming a peer's (§1.4.1/alg-5, §1.3/figure.4) both add a signature.
    """
    valid = primary_validation(s, c, parent)
    with s.when(valid):
        sign_receipt(s, v, c)
    with s.when(Not(valid)):
        announce_primary_validation_failure(s, v, c)


def sign_receipt(s, v, c):
    """§1.4.1/description.2.1; with it the block is put forward to all members: seconded.

    §2.3/lifecycle.2.
    """
    s.signed[c][CURRENT][v] = True
    for w in s.each(s.cfg.validator):
        with s.when(is_member(s, w)):
            s.held[c][w] = True
    keep_track(s, c)


def announce_primary_validation_failure(s, v, c):
    """§1.4.1/alg-6, §1.4.1/description.2.2, §1.3/figure.6: the failure is broadcast."""
    s.against[c][v] = True
    keep_track(s, c)


# §1.4.2 inclusion on the relay chain


def include_parachain_proposal(s, c, pool, bits):
    """§1.4.2/alg-7: a block producer puts a candidate with its backing into its block.

    An honest one takes only what it calls a proposal, with all signatures it knows.  Another one
    tries what it likes.
    """
    seen = And(has_receipt(s, c, pool), proposal(s, c, pool), bits == signers(s, c, pool))
    s.assume(Or(Not(s.honest_author), seen))
    process_candidates(s, c, pool, bits)


def process_candidates(s, c, pool, bits):
    """§2.5.6/process_candidates, as far as it speaks of one para and of backing."""
    # §2.5.6/process_candidates.1: the core of a pending candidate is not scheduled
    s.require(Not(s.backed.some), "CandidateNotScheduled")
    s.require(is_taken(s, pool), "CandidateOfAnotherBlock")
    # §2.5.6/process_candidates.3
    s.require(bits <= signers(s, c, pool), "BadBackingSignature")
    s.require(is_enough(s.cfg, bits.size(), s.members), "NotEnoughBacking")
    s.backed = dict(some=True, candidate=c, backers=bits)  # §2.3/lifecycle.4


def is_taken(s, pool):
    """Whether the chain takes statements of that relay parent: as amended, of its parent only."""
    return Or(pool == CURRENT, Not(s.cfg.amended("candidate-on-parent")))


def passed_over(s):
    """§1.4.2/description.1: the block has no candidate, and there is a proposal."""
    there = lambda c, p: And(has_receipt(s, c, p), proposal(s, c, p))  # noqa: E731
    some = exists(s.cfg.candidate, lambda c: exists(s.cfg.pool, lambda p: there(c, p)))
    return And(Not(s.backed.some), some)


# §1.4.3 disagreement


def disagree(s, c):
    """§1.4.3/description.1.2: members say that a block is valid, and that it is not."""
    members = lambda said: exists(  # noqa: E731
        s.cfg.validator, lambda v: And(is_member(s, v), said[v])
    )
    return And(members(s.signed[c][CURRENT]), members(s.against[c]))


def is_contested(s, c):
    """What starts a dispute: the variant `escalation`.

    "disagreement" is §1.4.3/description.1.2, "announcement" §1.1/description.8: any validator's
    announcement that the block is invalid.
    """
    announced = s.against[c].size() > 0
    return {"disagreement": disagree(s, c), "announcement": announced}[s.cfg.variant("escalation")]


def keep_track(s, c):
    """§1.4.3/description.1.1: members know each other's statements, and act where they differ."""
    honest = exists(s.cfg.validator, lambda v: is_honest_member(s, v))
    with s.when(And(is_contested(s, c), honest)):
        primary_validation_disagreement(s, c)


def primary_validation_disagreement(s, c):
    """§1.4.3/alg-8: both sides' statements go on the relay chain, which is a dispute.

    §1.1/description.9.1, §2.3/description.3.3.  The algorithm itself says nothing.
    """
    with s.when(Not(reads(s, "disagreement-goes-on-chain"))):
        s.disputed[c] = True

"""§1.5 to §1.7 and §1.10 Availability: who has to vote, how many pieces are enough, what they give.

Read beside the sections.  The text counts votes in thirds of the validators and pieces in f, of
which it never says what it is; each statement stands here as it is written.  A parachain has one
status, one candidate and one block number (§1.7/description.3); last votes and their mask are those
of `signature_processing`.

Of the coder is modelled what §1.5/def-8 says of it: any k pieces give the blob.  A piece is the one
that the receipt's root commits to, or `bogus`; a blob is coded as it should, or the root commits to
no code at all (§1.5/alg-9 is open, and so are messages: §1.6/def-10, §1.7/def-11).
"""

from . import signature_processing as signatures
from .language import And, Enum, If, Implies, Not, Or, count

NO_CANDIDATE, TO_BE_DETERMINED, UNAVAILABLE, AVAILABLE = STATUS = Enum(
    # §1.7/status.1, §1.7/status.2, §1.7/status.3, §1.7/status.4
    "no_candidate to_be_determined unavailable available"
)
NONE, GENUINE, BOGUS = PIECE = Enum("none genuine bogus")

# what a receipt stands for: a valid block; one that the code rejects; one that is valid only with
# extra data that is not the relay chain's; pieces that are no code
SOUND, INVALID, FORGED, NO_CODE = WORTH = Enum("sound invalid forged no_code")
UNCHECKED, VALID, FAILURE, REJECTED = VERDICT = Enum("unchecked valid failure rejected")

PARA = 0  # the one parachain: each has a bit, a status and a count of its own

READINGS = {  # amendment that settles it -> the flag of the other reading
    "code-needs-f-plus-one": "code_needs_two_f_plus_one",
    "receipt-claims-erasure-root": "pieces_are_uncommitted",
    "mask-covers-candidate-block": "mask_starts_later",
}


def reads(s, amendment):
    """Whether this run takes the reading that the amendment rules out."""
    return False if s.cfg.amended(amendment) else getattr(s.reading, READINGS[amendment])


# thresholds


def available(votes, n):
    """§1.7.1/alg-10.4.1: the votes are more than two thirds of the validators.

    So say also §1.1/description.5.1, §1.7/description.2.1 and §2.5.6/process_bitfields.5.2.
    """
    return 3 * votes > 2 * n


def noted_available(votes, n):
    """§1.7.1/def-12: two thirds of the validators voted; at least, where they do not divide."""
    return 3 * votes >= 2 * n


def most_faulty(n):
    """The largest f that is fewer than a third of n; the text has f without saying so."""
    return (n - 1) / 3


def pieces_awaited(f):
    """§1.10/reconstruction.1: the pieces after which a checker rebuilds the code."""
    return 2 * f + 1


def can_reconstruct(pieces, f):
    """§1.10/alg-15: more than 2f pieces are given."""
    return pieces > 2 * f


def code_needs(s):
    """§1.5/def-8: the number k of the code, which the text leaves open."""
    f = most_faulty(s.validators)
    return If(reads(s, "code-needs-f-plus-one"), pieces_awaited(f), f + 1)


def pieces_wanted(s):
    """§1.10/reconstruction.1: how many pieces a checker waits for."""
    if s.cfg.amended("needed-pieces-suffice"):
        return code_needs(s)
    return pieces_awaited(most_faulty(s.validators))


# validators and their pieces


def is_honest(s, v):
    """Whether a validator exists and follows the protocol: the faulty ones come first."""
    return And(v >= s.faulty, v < s.validators)


def holders(s, piece):
    """How many honest validators hold such a piece."""
    return count(s.cfg.validator, lambda v: And(is_honest(s, v), s.piece[v] == piece))


def receive_piece(s, v, piece):
    """§1.6/description.1.2: a validator gets its piece, or what somebody says is its piece.

    It can tell if the receipt claims a root, with which §1.5/def-9 has a proof for each piece.
    What it keeps for later checks is outside the chain (§2.3/description.4, §2.3/actor.1).
    """
    s.require(
        Or(piece == GENUINE, reads(s, "receipt-claims-erasure-root")),
        "ProofMismatch",
    )
    s.piece[v] = piece


# §1.7 votes


def is_pending_at(s, block):
    """§1.7/bit.1: whether the candidate's status was to be determined in the state of a block."""
    return And(s.status == TO_BE_DETERMINED, s.pending[PARA].backed_in <= block)


def is_truthful(s, v, bit, block):
    """§1.7/bit: the bit of an honest validator is set if, and only if, both hold.

    A vote may come later than it was signed, so that one without the bit may have been signed
    before the piece came; but not after one with it.  Of an earlier candidate, which is gone,
    nothing is known any more.
    """
    earlier = And(block < s.now, Not(is_pending_at(s, block)))
    both = And(is_pending_at(s, block), s.piece[v] != NONE)  # §1.7/bit.1, §1.7/bit.2
    had_it = And(both, has_voted(s, v))
    return Or(earlier, And(Implies(bit, both), Implies(had_it, bit)))


def has_voted(s, v):
    """Whether the last vote of a validator is one for the candidate that is pending."""
    last, pending = s.last[v], s.pending[PARA]
    return And(pending.some, last.some, s.bits[v][PARA], last.block >= pending.backed_in)


# §1.7.1 processing


def in_mask(s, block):
    """§1.7.1/alg-10.2.1: whether there is a mask for a block: one of the last t.

    They end with the parent of the block that is built, or with that block itself, for which nobody
    can have voted.
    """
    later = reads(s, "mask-covers-candidate-block")
    return If(later, block + s.cfg.timeout > s.now + 1, block + s.cfg.timeout > s.now)


def counted(s, v):
    """§1.7.1/alg-10.3: whether the validator's bit adds to the count (§1.7.1/alg-10.3.1)."""
    return And(v < s.validators, signatures.counts(s, v, PARA), in_mask(s, s.last[v].block))


def votes(s):
    """§1.7.1/alg-10.3.0: the parachain's entry in the vector of counts."""
    return count(s.cfg.validator, lambda v: counted(s, v))


def is_timed_out(s):
    """§1.7.1/alg-10.4.2: the candidate is at least t blocks old in the block that is built."""
    return s.now + 1 - s.pending[PARA].backed_in >= s.cfg.timeout


def decide(s):
    """§1.7.1/alg-10.4: the count and the age decide on a candidate; see §1.1/description.6.

    Too few votes when the time is over: unavailable (§1.7.1/description.2).
    """
    enough = available(votes(s), s.validators)
    with s.when(s.status == TO_BE_DETERMINED):
        s.status = If(enough, AVAILABLE, If(is_timed_out(s), UNAVAILABLE, TO_BE_DETERMINED))


def marks_available(s):
    """§1.7.1/description.1: whether a node marks the block as available, by definition 12.

    That it is unavailable (§1.7.1/def-13) it announces to nobody (§1.7.1/description.3).
    """
    if s.cfg.amended("available-means-more"):
        return available(votes(s), s.validators)
    return noted_available(votes(s), s.validators)


def act_and_clear(s):
    """§1.7.1/alg-10.5.1: act on what is available, discard what is not; no candidate is left."""
    with s.when(Or(s.status == AVAILABLE, s.status == UNAVAILABLE)):
        s.status, s.pending[PARA] = NO_CANDIDATE, {}
        for v in s.each(s.cfg.validator):
            s.piece[v] = NONE


def accept(s, block):
    """§1.7.1/alg-10.5.2: a receipt comes on chain where there is no candidate, in this block."""
    s.require(s.status == NO_CANDIDATE, "CandidatePending")
    s.status, s.pending[PARA] = TO_BE_DETERMINED, dict(some=True, backed_in=block)


# §1.10 the check


def genuine_among(s, bogus):
    """§1.10/reconstruction.1: how many pieces are genuine when enough have come.

    As amended those that are not under the receipt's root are no pieces.
    """
    dropped = s.cfg.amended("proofs-before-decoding")
    return pieces_wanted(s) - (0 if dropped else bogus)


def reconstruct(s, bogus, worth):
    """§1.10/alg-15: what becomes of the pieces: whether decoding or proofs fail.

    As written all pieces are decoded (§1.10/alg-15.1), encoded again (§1.10/alg-15.6) and then
    compared (§1.10/alg-15.7): one bogus piece fails either there (§1.10/alg-15.3) or here
    (§1.10/alg-15.8).
    """
    spoilt = And(bogus > 0, Not(s.cfg.amended("proofs-before-decoding")))
    return Not(Or(spoilt, worth == NO_CODE))


def revalidate(s, worth):
    """§1.10.1/alg-16: whether the block is declared valid (§1.10.1/description.2).

    The code is run with the extra data in the blob (§1.10.1/invalid.2, §1.10.1/invalid.3).
    """
    chains = s.cfg.amended("extra-data-is-the-chains")
    return Or(worth == SOUND, And(worth == FORGED, Not(chains)))


def approval_check(s, bogus, worth):
    """§1.10.1/description.1, §1.10.1/invalid: what an honest checker announces."""
    rebuilt = reconstruct(s, bogus, worth)
    found = If(revalidate(s, worth), VALID, REJECTED)
    s.checked = dict(verdict=If(rebuilt, found, FAILURE), worth=worth)

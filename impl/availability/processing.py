"""§1.7.1 Processing on-chain availability data: algorithm 10, step by step.

A vote that fails a check of step 1 changes nothing and does no harm to the block, for the step
stores a vote "if" it is in order; it is returned with the reason.  A proposal that fails a check
makes the block that includes it invalid.

The last t blocks are the t blocks before the one that is executed.  A candidate still pending then
was included in one of them, so the window leaves out no vote that could count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from impl.availability.errors import (
    CandidatePending,
    NoSuchVoter,
    NotInThisChain,
    NotLater,
    NotNextBlock,
    ParaNotRegistered,
    RelayParentNotInChain,
    WrongBitfieldLength,
)
from impl.availability.storage import (
    AvailabilityContext,
    AvailabilityStatus,
    AvailabilityStorage,
    LastVote,
    ParachainRecord,
)
from impl.availability.votes import AvailabilityVote, verify_vote
from impl.crypto.errors import Refused
from impl.primitives import BlockNumber
from impl.validation.block import compute_header_hash
from impl.validation.errors import NotAccepted
from impl.validation.proposal import ParachainBlockProposal, verify_proposal
from impl.validation.receipt import CandidateReceipt


@dataclass(frozen=True, slots=True)
class RefusedVote:
    """A vote that was not stored, and why."""

    vote: AvailabilityVote
    error: NotAccepted | Refused


@dataclass(frozen=True, slots=True)
class AvailableBlock:
    """§1.7.1/def-12: a block whose receipt was voted available."""

    receipt: CandidateReceipt
    """The receipt."""

    votes: int
    """How many validators voted for it."""

    validators: int
    """How many there are."""


@dataclass(frozen=True, slots=True)
class UnavailableBlock:
    """§1.7.1/def-13: a block whose receipt was not voted available in t blocks.

    §1.7.1/description.2.
    """

    receipt: CandidateReceipt
    """The receipt."""

    votes: int
    """How many validators voted for it."""

    validators: int
    """How many there are."""


@dataclass(frozen=True, slots=True)
class BlockOutcome:
    """What algorithm 10 did in one block."""

    storage: AvailabilityStorage
    """The storage after it."""

    refused: tuple[RefusedVote, ...]
    """The votes that were not stored."""

    available: tuple[AvailableBlock, ...]
    """The blocks acted on."""

    unavailable: tuple[UnavailableBlock, ...]
    """The blocks discarded."""

    included: tuple[CandidateReceipt, ...]
    """The receipts that became candidates."""


def relay_chain_signature_processing(
    storage: AvailabilityStorage,
    context: AvailabilityContext,
    votes: Iterable[AvailabilityVote],
    proposals: Sequence[ParachainBlockProposal] = (),
) -> BlockOutcome:
    """§1.7.1/alg-10: process the votes and the new receipts of one relay-chain block.

    §1.7/description.5: the votes are in that block.
    """
    storage, refused = update_last_votes(storage, context, votes)
    masks = compute_bitmasks(storage, context)
    counts = compute_counts(storage.last_votes, masks, len(storage.paras))
    storage = set_statuses(storage, context, counts)
    available, unavailable = get_decided(storage, counts)
    storage = act_and_clear(storage)
    for proposal in proposals:
        storage = accept_proposal(storage, context, proposal)
    included = tuple(each.receipt for each in proposals)
    return BlockOutcome(storage, refused, available, unavailable, included)


# ---- step 1


def update_last_votes(
    storage: AvailabilityStorage, context: AvailabilityContext, votes: Iterable[AvailabilityVote]
) -> tuple[AvailabilityStorage, tuple[RefusedVote, ...]]:
    """Store each vote that is in order, and return those that are not. §1.7.1/alg-10.1."""
    last_votes = list(storage.last_votes)
    refused = []
    for vote in votes:
        try:
            number = check_vote(storage.paras, last_votes, context, vote)
        except (NotAccepted, Refused) as error:
            refused.append(RefusedVote(vote, error))
        else:
            last_votes[vote.validator] = LastVote(vote.bitfield.bits, number)  # alg-10.1.3
    return replace(storage, last_votes=tuple(last_votes)), tuple(refused)


def check_vote(
    paras: Sequence[int],
    last_votes: Sequence[LastVote | None],
    context: AvailabilityContext,
    vote: AvailabilityVote,
) -> BlockNumber:
    """Return the number of the block a vote is for, if the vote is in order."""
    if not 0 <= vote.validator < min(len(last_votes), len(context.keys)):
        raise NoSuchVoter(vote.validator, len(last_votes))
    if vote.bitfield.length != len(paras):
        raise WrongBitfieldLength(vote.bitfield.length, len(paras))
    # alg-10.1.2; what is cheap comes before the signature
    number = context.ancestors.get(vote.block_hash)
    if number is None:
        raise NotInThisChain(vote.block_hash)
    last = last_votes[vote.validator]
    if last is not None and number <= last.block_number:
        raise NotLater(vote.validator, number, last.block_number)
    verify_vote(vote, context.keys[vote.validator], context=context.signing)
    return number


# ---- steps 2 and 3


def compute_bitmasks(
    storage: AvailabilityStorage, context: AvailabilityContext
) -> dict[BlockNumber, int]:
    """Return the mask for each of the last t blocks, by number. §1.7.1/alg-10.2."""
    since = max(0, context.block_number - context.timeout)
    pending = [
        (1 << index, record.block_number)
        for index, record in enumerate(storage.records)
        if record.status is AvailabilityStatus.TO_BE_DETERMINED and record.block_number is not None
    ]
    return {
        BlockNumber(number): sum(bit for bit, included in pending if included <= number)
        for number in range(since, context.block_number)
    }


def compute_counts(
    last_votes: Sequence[LastVote | None], masks: Mapping[BlockNumber, int], parachains: int
) -> tuple[int, ...]:
    """Return how many validators have each parachain's candidate. §1.7.1/alg-10.3.

    The bits in both bitfield and mask, a row of bytes for each validator, added by columns.
    """
    width = (parachains + 7) // 8
    rows = [
        (vote.bits & masks[vote.block_number]).to_bytes(width, "little")
        for vote in last_votes
        if vote is not None and vote.block_number in masks
    ]
    packed = np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(len(rows), width)
    bits = np.unpackbits(packed, axis=1, count=parachains, bitorder="little")
    return tuple(bits.sum(axis=0, dtype=np.int64).tolist())


# ---- step 4


def is_available(votes: int, validators: int) -> bool:
    """Tell whether these are more than two thirds.

    §1.7.1/alg-10.4.1, §1.7/description.2.1, §1.1/description.5.1.
    """
    return 3 * votes > 2 * validators


def set_statuses(
    storage: AvailabilityStorage, context: AvailabilityContext, counts: Sequence[int]
) -> AvailabilityStorage:
    """Decide on the candidates that are available or too old. §1.7.1/alg-10.4."""
    validators = len(storage.last_votes)
    records = []
    for record, votes in zip(storage.records, counts, strict=True):
        status = record.status
        if status is AvailabilityStatus.TO_BE_DETERMINED and record.block_number is not None:
            if is_available(votes, validators):
                status = AvailabilityStatus.AVAILABLE
            elif context.block_number - record.block_number >= context.timeout:
                status = AvailabilityStatus.UNAVAILABLE
        records.append(replace(record, status=status))
    return replace(storage, records=tuple(records))


def get_decided(
    storage: AvailabilityStorage, counts: Sequence[int]
) -> tuple[tuple[AvailableBlock, ...], tuple[UnavailableBlock, ...]]:
    """Return the blocks that step 4 has decided on, available and unavailable ones."""
    validators = len(storage.last_votes)
    available, unavailable = [], []
    for record, votes in zip(storage.records, counts, strict=True):
        if record.receipt is None:
            continue
        if record.status is AvailabilityStatus.AVAILABLE:
            available.append(AvailableBlock(record.receipt, votes, validators))
        elif record.status is AvailabilityStatus.UNAVAILABLE:
            unavailable.append(UnavailableBlock(record.receipt, votes, validators))
    return tuple(available), tuple(unavailable)


# ---- step 5


def act_and_clear(storage: AvailabilityStorage) -> AvailabilityStorage:
    """Make available blocks the heads of their parachains; clear what is decided.

    §1.7.1/alg-10.5.1, §1.1/description.5.2.  A discarded one leaves its parent as the head, which
    can get another child: §1.1/description.6.
    """
    heads, records = list(storage.heads), list(storage.records)
    for index, record in enumerate(storage.records):
        if record.status is AvailabilityStatus.AVAILABLE and record.receipt is not None:
            heads[index] = record.receipt.header
        if record.status in {AvailabilityStatus.AVAILABLE, AvailabilityStatus.UNAVAILABLE}:
            records[index] = ParachainRecord()
    return replace(storage, heads=tuple(heads), records=tuple(records))


def accept_proposal(
    storage: AvailabilityStorage, context: AvailabilityContext, proposal: ParachainBlockProposal
) -> AvailabilityStorage:
    """Take a receipt as its parachain's candidate. §1.7.1/alg-10.5.2."""
    receipt = proposal.receipt
    record = storage.get_record(receipt.para)
    if record.status is not AvailabilityStatus.NO_CANDIDATE:
        raise CandidatePending(receipt.para, record.status.value)
    if receipt.relay_parent not in context.ancestors:
        raise RelayParentNotInChain(receipt.relay_parent)
    index = storage.get_index(receipt.para)
    head = compute_header_hash(storage.heads[index])
    if receipt.header.parent_hash != head:
        raise NotNextBlock(receipt.para, receipt.header.parent_hash, head)
    group = context.groups.get(receipt.para)
    if group is None:
        raise ParaNotRegistered(receipt.para)
    verify_proposal(proposal, group)
    records = list(storage.records)
    records[index] = ParachainRecord(
        AvailabilityStatus.TO_BE_DETERMINED, receipt, context.block_number
    )
    return replace(storage, records=tuple(records))

"""Chains of availability: seven validators, three parachains, a timeout of four blocks."""

from __future__ import annotations

from dataclasses import replace

from impl.availability.storage import (
    AvailabilityContext,
    AvailabilityStatus,
    AvailabilityStorage,
    ParachainRecord,
)
from impl.availability.votes import Bitfield, sign_vote
from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, ParaId
from impl.validation.announcement import send_pov_candidate_receipt
from impl.validation.block import compute_header_hash
from impl.validation.proposal import compute_proposal
from impl.validation.receipt import CandidateReceipt
from tests.impl.validation import cases
from tests.impl.validation.cases import GENESIS, KEYS, PAIRS

TIMEOUT = 4
PARAS = (ParaId(5), ParaId(7), ParaId(9))
GROUPS = FrozenMap(
    {
        PARAS[0]: cases.GROUP,
        PARAS[1]: cases.group(PARAS[1], 5),
        PARAS[2]: cases.OTHER_GROUP,
    }
)
START = AvailabilityStorage.genesis(FrozenMap(dict.fromkeys(PARAS, GENESIS.header)), len(KEYS))


def block_hash(number: int) -> bytes:
    return bytes([number + 1]) * 32


def context(number: int, **changes) -> AvailabilityContext:
    ancestors = FrozenMap({block_hash(each): BlockNumber(each) for each in range(number)})
    given = AvailabilityContext(BlockNumber(number), ancestors, KEYS, TIMEOUT, GROUPS)
    return replace(given, **changes)


def receipt(para: int, *, parent=GENESIS.header, mark: int = 0) -> CandidateReceipt:
    """A receipt of a child of `parent`; `mark` tells its children apart."""
    header = replace(
        parent,
        parent_hash=compute_header_hash(parent),
        number=parent.number + 1,
        body_hash=bytes([mark]) * 32,
    )
    return replace(cases.RECEIPT, para=ParaId(para), header=header, relay_parent=block_hash(0))


def proposal(of: CandidateReceipt):
    group = GROUPS[of.para]
    messages = [
        send_pov_candidate_receipt(cases.validator(each, group), of) for each in group.members
    ]
    return compute_proposal(of, messages)


def pending(included: dict[int, int], storage: AvailabilityStorage = START) -> AvailabilityStorage:
    """The storage with a pending candidate for each parachain: its block number is given."""
    records = tuple(
        ParachainRecord(
            AvailabilityStatus.TO_BE_DETERMINED, receipt(para), BlockNumber(included[para])
        )
        if para in included
        else ParachainRecord()
        for para in storage.paras
    )
    return replace(storage, records=records)


def vote(validator: int, bits: int, number: int, *, length: int = len(PARAS)):
    """Validator's vote for the block of this number."""
    return sign_vote(validator, Bitfield(length, bits), block_hash(number), PAIRS[validator])


def votes(validators, bits: int, number: int):
    return [vote(each, bits, number) for each in validators]

"""From a collator's block to the head of its parachain, with every message as bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from impl.availability.distribution import (
    PieceHoldings,
    compute_messages,
    encode_message,
    receive_piece,
)
from impl.availability.erasure import compute_erasure_code, decode_available_data
from impl.availability.processing import relay_chain_signature_processing
from impl.availability.storage import AvailabilityStatus, AvailabilityStorage
from impl.availability.votes import VOTE, compute_bitfield, decode_vote, sign_vote
from impl.crypto.encoding import encode
from impl.crypto.erasure import reconstruct
from impl.crypto.errors import TooFewPieces
from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber
from impl.validation.announcement import primary_validation_announcement
from impl.validation.block import AvailableData, PoVBlock
from impl.validation.counter_chain import Count, Send, collate
from impl.validation.disagreement import PrimaryRecord, receive_statement
from impl.validation.primary import (
    ParaEntry,
    RelayBlockState,
    primary_validation,
    validate_block,
)
from impl.validation.proposal import compute_proposal, include_parachain_proposal
from impl.validation.receipt import compute_receipt, compute_receipt_hash
from impl.validation.statements import STATEMENT
from tests.impl.availability import worlds
from tests.impl.validation import cases
from tests.impl.validation.cases import CODE, GENESIS, GROUP, HOST, KEYS, PAIRS, PARA, STEPS

ERASURE = compute_erasure_code(len(KEYS), "f+1")


def relay_state(number, storage):
    head = storage.heads[storage.get_index(PARA)]
    return RelayBlockState(
        worlds.block_hash(number), BlockNumber(number), FrozenMap({PARA: ParaEntry(head, CODE)})
    )


def back(relay, block, witness):
    """All members validate and announce; each hears what was said before."""
    record = PrimaryRecord(GROUP, relay.block_hash)
    pov = PoVBlock(block, witness)
    for index in GROUP.members:
        validated = primary_validation(PARA, block, witness, relay, HOST)
        statement = primary_validation_announcement(
            cases.validator(index), pov, validated, ERASURE, record.get_receipts()
        )
        record = receive_statement(record, encode(STATEMENT, statement))
    messages = record.get_receipts()
    proposal = compute_proposal(messages[0].receipt, messages)
    data = AvailableData(block, witness, validated.extra)
    return include_parachain_proposal((), proposal, GROUP), data


def distribute(holdings, storage, receipt, data):
    pieces = compute_messages(receipt, data, ERASURE)
    return [
        receive_piece(each, encode_message(piece, ERASURE), storage.get_pending())
        for each, piece in zip(holdings, pieces, strict=True)
    ]


def cast(holdings, storage, number):
    bits = [compute_bitfield(storage, each) for each in holdings]
    signed = [
        sign_vote(each.validator, field, worlds.block_hash(number), PAIRS[each.validator])
        for each, field in zip(holdings, bits, strict=True)
    ]
    return [decode_vote(encode(VOTE, each)) for each in signed]


def test_blocks_of_a_parachain_are_validated_kept_available_and_acted_on():
    storage = AvailabilityStorage.genesis(FrozenMap({PARA: GENESIS.header}), len(KEYS))
    state, now = GENESIS, 1
    holdings = [PieceHoldings(index, ERASURE) for index in range(len(KEYS))]
    for amount in (7, 8, 9):
        block, witness, state = collate(
            state, [Count(3, amount), Send(1, cases.OTHER, b"x")], STEPS
        )
        proposals, data = back(relay_state(now - 1, storage), block, witness)
        outcome = relay_chain_signature_processing(storage, worlds.context(now), [], proposals)
        receipt = proposals[0].receipt
        assert outcome.included == (receipt,)
        holdings = distribute(holdings, outcome.storage, receipt, data)
        ballots = cast(holdings, outcome.storage, now)
        some = relay_chain_signature_processing(
            outcome.storage, worlds.context(now + 1), ballots[:4]
        )
        assert some.available == ()
        rest = relay_chain_signature_processing(some.storage, worlds.context(now + 2), ballots[4:5])
        assert [each.receipt for each in rest.available] == [receipt]
        storage, now = rest.storage, now + 3
        assert storage.heads == (block.header,) == (state.header,)
        assert storage.records[0].status is AvailabilityStatus.NO_CANDIDATE
    assert state.values[3] == 24


def test_who_has_enough_pieces_can_check_the_block_again():
    storage = AvailabilityStorage.genesis(FrozenMap({PARA: GENESIS.header}), len(KEYS))
    relay = relay_state(0, storage)
    proposals, data = back(relay, cases.BLOCK, cases.WITNESS)
    receipt = proposals[0].receipt
    storage = relay_chain_signature_processing(storage, worlds.context(1), [], proposals).storage
    holdings = distribute(
        [PieceHoldings(index, ERASURE) for index in range(len(KEYS))], storage, receipt, data
    )
    pieces = [each.pieces[compute_receipt_hash(receipt)] for each in holdings]
    blob = decode_available_data(reconstruct(ERASURE, receipt.erasure_root, pieces[2:5]))
    assert blob == data
    result = validate_block(blob.block, blob.witness, blob.extra, relay, HOST)
    again = compute_receipt(relay.block_hash, blob, result, receipt.erasure_root)
    assert again == receipt
    with pytest.raises(TooFewPieces):
        reconstruct(ERASURE, receipt.erasure_root, pieces[:2])


def test_a_receipt_that_promises_another_state_does_not_stand_a_second_check():
    relay = relay_state(0, AvailabilityStorage.genesis(FrozenMap({PARA: GENESIS.header}), 7))
    proposals, data = back(relay, cases.BLOCK, cases.WITNESS)
    receipt = proposals[0].receipt
    lie = replace(receipt, header=replace(receipt.header, state_root=bytes(32)))
    result = validate_block(data.block, data.witness, data.extra, relay, HOST)
    assert compute_receipt(relay.block_hash, data, result, lie.erasure_root) != lie

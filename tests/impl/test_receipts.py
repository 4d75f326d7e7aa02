"""Receipts and statements: what has no value, what is signed by whom, and for what."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.crypto.encoding import decode, encode
from impl.crypto.errors import (
    BadSignature,
    NoSuchRecord,
    Refused,
    TooLong,
    TrailingBytes,
    UnknownTag,
)
from impl.crypto.keys import KeyPair
from impl.crypto.signing import SigningContext
from impl.errors import BadValue
from impl.receipts import (
    BACKED_CANDIDATE,
    RECEIPT,
    AbridgedCandidateReceipt,
    BackedCandidate,
    CandidateDescriptor,
    compute_head_hash,
    decode_backed,
    sign_collation,
    verify_collation,
)
from impl.rules import Rules
from impl.statements import (
    KIND,
    SIGNED_BITFIELD,
    SIGNED_STATEMENT,
    VALIDITY_VOTE,
    RemoteAvailabilityVote,
    SignedAvailabilityBitfield,
    SignedStatement,
    StatementKind,
    ValidityVote,
    bitfield_payload,
    decode_bitfield,
    decode_statement,
    sign_availability,
    sign_bitfield,
    sign_statement,
    signing_context,
    verify_availability,
    verify_bitfield,
    verify_statement,
)

ALICE, BOB = KeyPair(b"\1" * 32), KeyPair(b"\2" * 32)
HASH, ZERO = b"\3" * 32, bytes(64)
CONTEXT = SigningContext(3, HASH)
DESCRIPTOR = CandidateDescriptor(1, HASH, ALICE.public, bytes(32), bytes(32), bytes(32))
RECEIPT_OF_ALICE = AbridgedCandidateReceipt(
    DESCRIPTOR, sign_collation(DESCRIPTOR, ALICE), b"head", bytes(32)
)


# ---- what is no value

GOOD = {
    CandidateDescriptor: DESCRIPTOR,
    AbridgedCandidateReceipt: RECEIPT_OF_ALICE,
    BackedCandidate: BackedCandidate(RECEIPT_OF_ALICE, (), ()),
    SignedStatement: SignedStatement(HASH, 3, 0, StatementKind.VALID, ZERO),
    ValidityVote: ValidityVote(StatementKind.SECONDED, ZERO),
    SignedAvailabilityBitfield: SignedAvailabilityBitfield(0, (True,), HASH, ZERO),
    RemoteAvailabilityVote: RemoteAvailabilityVote(HASH, 3, 0, ZERO),
}
OPTIONAL_OR_NESTED = {"candidate", "descriptor", "new_validation_code"}


@pytest.mark.parametrize(
    ("kind", "member"),
    [
        (kind, member.name)
        for kind in GOOD
        for member in fields(kind)
        if member.name not in OPTIONAL_OR_NESTED
    ],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_no_member_takes_just_anything(kind, member):
    with pytest.raises(BadValue):
        replace(GOOD[kind], **{member: "x"})


def test_what_is_nearly_a_value_is_none():
    with pytest.raises(BadValue, match="statement for the candidate"):
        ValidityVote(StatementKind.INVALID, ZERO)
    with pytest.raises(BadValue, match="tuple of Booleans"):
        SignedAvailabilityBitfield(0, (1, 0), HASH, ZERO)
    with pytest.raises(BadValue, match="byte string"):
        replace(RECEIPT_OF_ALICE, new_validation_code="code")
    with pytest.raises(BadValue, match="a StatementKind"):
        encode(KIND, 1)


# ---- encodings


def test_every_message_survives_the_way_there_and_back():
    vote = ValidityVote(StatementKind.SECONDED, ZERO)
    backed = BackedCandidate(RECEIPT_OF_ALICE, (vote,), (True, False))
    assert decode_backed(encode(BACKED_CANDIDATE, backed)) == backed
    bitfield = GOOD[SignedAvailabilityBitfield]
    assert decode_bitfield(encode(SIGNED_BITFIELD, bitfield)) == bitfield
    statement = GOOD[SignedStatement]
    assert decode_statement(encode(SIGNED_STATEMENT, statement)) == statement


def test_what_is_no_message_is_refused_by_name():
    with pytest.raises(UnknownTag):
        decode(KIND, b"\0")
    with pytest.raises(NoSuchRecord):
        decode(VALIDITY_VOTE, b"\3" + ZERO)
    with pytest.raises(TrailingBytes):
        decode_backed(encode(BACKED_CANDIDATE, GOOD[BackedCandidate]) + b"\0")
    with pytest.raises(TooLong):
        decode_statement(encode(SIGNED_STATEMENT, GOOD[SignedStatement]) + b"\0")


@given(st.binary(max_size=300))
def test_noise_is_refused(noise):
    for codec_decode in (decode_backed, decode_bitfield, decode_statement):
        try:
            codec_decode(noise)
        except Refused:
            continue


def test_every_member_of_a_receipt_changes_its_hash():
    twins = [
        RECEIPT_OF_ALICE,
        replace(RECEIPT_OF_ALICE, collator_signature=ZERO),
        replace(RECEIPT_OF_ALICE, head_data=b"other"),
        replace(RECEIPT_OF_ALICE, erasure_root=HASH),
        replace(RECEIPT_OF_ALICE, new_validation_code=b""),
        replace(RECEIPT_OF_ALICE, descriptor=replace(DESCRIPTOR, para_id=2)),
        replace(RECEIPT_OF_ALICE, descriptor=replace(DESCRIPTOR, relay_parent=bytes(32))),
        replace(RECEIPT_OF_ALICE, descriptor=replace(DESCRIPTOR, pov_hash=HASH)),
        replace(RECEIPT_OF_ALICE, descriptor=replace(DESCRIPTOR, parent_head=HASH)),
        replace(RECEIPT_OF_ALICE, descriptor=replace(DESCRIPTOR, validation_code_hash=HASH)),
    ]
    assert len({each.hash() for each in twins}) == len(twins)
    assert RECEIPT_OF_ALICE.para_id == 1
    assert len(encode(RECEIPT, RECEIPT_OF_ALICE)) == len(encode(RECEIPT, twins[1]))
    assert compute_head_hash(b"a") != compute_head_hash(b"b")


# ---- signatures


def test_a_collation_is_signed_by_the_collator_it_names():
    verify_collation(RECEIPT_OF_ALICE)
    for change in ({"collator": BOB.public}, {"pov_hash": HASH}):
        forged = replace(RECEIPT_OF_ALICE, descriptor=replace(DESCRIPTOR, **change))
        with pytest.raises(BadSignature):
            verify_collation(forged)


@pytest.mark.parametrize("context", [None, CONTEXT])
def test_a_statement_says_one_thing_about_one_candidate(context):
    signature = sign_statement(StatementKind.VALID, HASH, context, ALICE)
    verify_statement(StatementKind.VALID, HASH, signature, context, ALICE.public)
    for kind, subject, within, public in [
        (StatementKind.INVALID, HASH, context, ALICE.public),
        (StatementKind.SECONDED, HASH, context, ALICE.public),
        (StatementKind.VALID, bytes(32), context, ALICE.public),
        (StatementKind.VALID, HASH, SigningContext(4, HASH), ALICE.public),
        (StatementKind.VALID, HASH, SigningContext(3, bytes(32)), ALICE.public),
        (StatementKind.VALID, HASH, context, BOB.public),
    ]:
        with pytest.raises(BadSignature):
            verify_statement(kind, subject, signature, within, public)


def test_the_context_of_a_signature_is_an_amendment():
    assert signing_context(Rules.as_written(), 3, HASH) is None
    assert signing_context(Rules.as_amended(), 3, HASH) == CONTEXT


def test_a_bitfield_is_signed_with_its_block():
    bitfield = sign_bitfield(0, [True, False], HASH, CONTEXT, ALICE)
    verify_bitfield(bitfield, CONTEXT, ALICE.public)
    for forged in (
        replace(bitfield, bits=(True, True)),
        replace(bitfield, bits=(True, False, False)),
        replace(bitfield, signed_for=bytes(32)),
    ):
        with pytest.raises(BadSignature):
            verify_bitfield(forged, CONTEXT, ALICE.public)
    assert bitfield_payload([True], HASH) != bitfield_payload([True, False], HASH)


def test_a_signature_for_one_purpose_is_none_for_another():
    signature = sign_availability(HASH, CONTEXT, ALICE)
    verify_availability(RemoteAvailabilityVote(HASH, 3, 0, signature), CONTEXT, ALICE.public)
    with pytest.raises(BadSignature):
        verify_statement(StatementKind.VALID, HASH, signature, CONTEXT, ALICE.public)
    statement = sign_statement(StatementKind.VALID, HASH, CONTEXT, ALICE)
    with pytest.raises(BadSignature):
        verify_availability(RemoteAvailabilityVote(HASH, 3, 0, statement), CONTEXT, ALICE.public)

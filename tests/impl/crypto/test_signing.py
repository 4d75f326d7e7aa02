"""Signatures: for one key, one purpose, one context and one payload."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl import bindings
from nacl.exceptions import BadSignatureError

from impl.crypto import errors, group
from impl.crypto.encoding import decode, encode
from impl.crypto.keys import KeyPair
from impl.crypto.signing import (
    STATEMENT_PREFIX,
    Signed,
    SigningContext,
    compute_statement,
    signed,
    signed_codec,
    verify,
)
from impl.errors import BadValue
from tests.impl.crypto import curve

KEYS = [KeyPair(bytes((number,)) * 32) for number in range(4)]
CONTEXTS = [None, *(SigningContext(s, bytes((h,)) * 32) for s in (0, 1) for h in (0, 1))]
PURPOSES = ["bitfield", "statement", "dispute"]

key = st.sampled_from(KEYS)
context = st.sampled_from(CONTEXTS)
purpose = st.sampled_from(PURPOSES)
payload = st.binary(max_size=40)


def test_a_statement_is_prefix_purpose_context_and_payload():
    bare = compute_statement("ab", b"xyz", None)
    assert bare == STATEMENT_PREFIX + b"\2\0\0\0ab" + b"\0" + b"\3\0\0\0xyz"
    full = compute_statement("ab", b"xyz", SigningContext(258, b"h" * 32))
    context = b"\1" + b"\2\1\0\0" + b"h" * 32
    assert full == STATEMENT_PREFIX + b"\2\0\0\0ab" + context + b"\3\0\0\0xyz"


@settings(max_examples=1000)
@given(st.tuples(purpose, payload, context), st.tuples(purpose, payload, context))
def test_no_two_statements_are_the_same_bytes(first, second):
    assert (compute_statement(*first) == compute_statement(*second)) == (first == second)


def test_no_statement_is_as_short_as_a_point():
    # otherwise a signature could use the nonce of a proof of randomness, and give the key away
    assert len(STATEMENT_PREFIX) > group.POINT_BYTES


@settings(max_examples=300)
@given(purpose, payload, context, key)
def test_what_is_signed_is_verified(purpose, payload, context, key):
    message = signed(purpose, payload, context, key)
    assert verify(message, purpose, context, key.public) == payload
    again = decode(signed_codec(100), encode(signed_codec(100), message))
    assert again == message == signed(purpose, payload, context, key)


@settings(max_examples=1000)
@given(
    st.tuples(purpose, payload, context, key),
    st.sampled_from(["purpose", "payload", "context", "key"]),
    st.data(),
)
def test_a_signature_is_not_replayed(real, part, data):
    purpose_, payload_, context_, key_ = real
    message = signed(*real)
    if part == "purpose":
        purpose_ = data.draw(purpose.filter(lambda other: other != purpose_))
    elif part == "payload":
        other = data.draw(payload.filter(lambda other: other != payload_))
        message = Signed(other, message.signature)
    elif part == "context":
        context_ = data.draw(context.filter(lambda other: other != context_))
    else:
        key_ = data.draw(key.filter(lambda other: other != key_))
    with pytest.raises(errors.BadSignature) as caught:
        verify(message, purpose_, context_, key_.public)
    assert (caught.value.purpose, caught.value.public) == (purpose_, key_.public)


REASONS = (
    errors.BadSignature,
    errors.ScalarNotReduced,
    errors.PointNotCanonical,
    errors.NotOnCurve,
    errors.MixedOrder,
    errors.SmallOrder,
)


@settings(max_examples=1000)
@given(payload, context, st.integers(0, 511), st.booleans())
def test_a_flipped_bit_of_the_signature_or_of_the_key_is_refused(payload, context, bit, of_key):
    key = KEYS[0]
    message = signed("bitfield", payload, context, key)
    public = key.public
    if of_key:
        public = flip(public, bit % 256)
    else:
        message = Signed(payload, flip(message.signature, bit))
    with pytest.raises(REASONS):
        verify(message, "bitfield", context, public)


@settings(max_examples=500)
@given(payload, st.binary(min_size=64, max_size=64))
def test_invented_signatures_are_refused(payload, signature):
    with pytest.raises(REASONS):
        verify(Signed(payload, signature), "bitfield", None, KEYS[0].public)


@settings(max_examples=500)
@given(payload.filter(bool), context, st.data())
def test_parts_of_a_message_are_refused(payload, context, data):
    message = signed("bitfield", payload, context, KEYS[0])
    whole = encode(signed_codec(100), message)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(errors.Truncated):
        decode(signed_codec(100), whole[:cut])
    short = data.draw(st.integers(0, 63))
    with pytest.raises(errors.WrongLength):
        verify(Signed(payload, message.signature[:short]), "bitfield", context, KEYS[0].public)
    with pytest.raises(errors.BadSignature):
        verify(Signed(payload[:-1], message.signature), "bitfield", context, KEYS[0].public)


def flip(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


# ---- signatures that some implementations accept


def crafted(public, commitment, scalar_of):
    """A signature with a chosen point; `scalar_of` gives its scalar from the challenge."""
    statement = compute_statement("bitfield", b"", None)
    digest = hashlib.sha512(commitment + public + statement).digest()
    scalar = scalar_of(int.from_bytes(digest, "little") % curve.ORDER)
    return Signed(b"", commitment + group.encode_scalar(scalar % curve.ORDER))


def is_accepted_by_libsodium(message, public):
    statement = compute_statement("bitfield", message.payload, None)
    try:
        bindings.crypto_sign_open(message.signature + statement, public)
    except BadSignatureError:
        return False
    return True


def test_a_second_scalar_for_the_same_signature_is_refused():
    message = signed("bitfield", b"", None, KEYS[0])
    scalar = int.from_bytes(message.signature[32:], "little") + curve.ORDER
    forged = Signed(b"", message.signature[:32] + group.encode_scalar(scalar))
    with pytest.raises(errors.ScalarNotReduced) as caught:
        verify(forged, "bitfield", None, KEYS[0].public)
    assert caught.value.scalar == scalar


@pytest.mark.parametrize("point", curve.SMALL)
def test_a_key_of_small_order_that_fits_anything_is_refused(point):
    public = curve.pack(point)
    forged = crafted(public, curve.pack(curve.BASE), lambda _: 1)
    with pytest.raises(errors.SmallOrder, match="the public key"):
        verify(forged, "bitfield", None, public)


@pytest.mark.parametrize("point", curve.SMALL[1:])
def test_a_key_of_mixed_order_is_refused_although_libsodium_accepts_every_eighth_signature(point):
    scalar, _ = KEYS[0].expand()
    public = curve.pack(curve.add(curve.unpack(KEYS[0].public), point))
    accepted = 0
    for nonce in range(1, 100):
        commitment = group.multiply_base(nonce)
        forged = crafted(public, commitment, lambda c, nonce=nonce: nonce + c * scalar)
        accepted += is_accepted_by_libsodium(forged, public)
        with pytest.raises(errors.MixedOrder, match="the public key"):
            verify(forged, "bitfield", None, public)
    assert 0 < accepted < 99


@pytest.mark.parametrize(
    ("point", "reason"),
    [(point, errors.SmallOrder) for point in curve.SMALL]
    + [(curve.add(curve.BASE, point), errors.MixedOrder) for point in curve.SMALL[1:]],
)
def test_a_commitment_outside_the_prime_group_is_refused(point, reason):
    # the equation holds for eight times both sides, which is all that some verifiers look at
    scalar, _ = KEYS[0].expand()
    free = 0 if point in curve.SMALL else 1
    forged = crafted(KEYS[0].public, curve.pack(point), lambda c: free + c * scalar)
    with pytest.raises(reason, match="the signature's point"):
        verify(forged, "bitfield", None, KEYS[0].public)


@pytest.mark.parametrize("data", curve.NOT_CANONICAL[::7], ids=bytes.hex)
def test_a_second_encoding_of_key_or_commitment_is_refused(data):
    message = signed("bitfield", b"", None, KEYS[0])
    with pytest.raises(errors.PointNotCanonical, match="the public key"):
        verify(message, "bitfield", None, data)
    forged = Signed(b"", data + message.signature[32:])
    with pytest.raises(errors.PointNotCanonical, match="the signature's point"):
        verify(forged, "bitfield", None, KEYS[0].public)


# ---- mistakes of the caller


@pytest.mark.parametrize("purpose", ["", "büro", b"bitfield", "x" * 65])
def test_a_purpose_is_a_short_name(purpose):
    with pytest.raises(BadValue):
        signed(purpose, b"", None, KEYS[0])


def test_contexts_and_seeds_have_their_lengths():
    for session, parent in ((-1, bytes(32)), (1 << 32, bytes(32)), (0, bytes(31)), (0, "x" * 32)):
        with pytest.raises(BadValue):
            SigningContext(session, parent)
    with pytest.raises(BadValue, match="seed must be 32 bytes long"):
        KeyPair(b"short")


def test_a_key_pair_hides_its_secret_and_compares_by_it():
    assert KEYS[1].seed.hex() not in repr(KEYS[1])
    assert repr(KEYS[1].seed) not in repr(KEYS[1])
    assert KeyPair(b"\1" * 32) == KEYS[1] != KEYS[2]
    assert group.multiply_base(KEYS[1].expand()[0]) == KEYS[1].public


def test_a_signature_is_bytes():
    with pytest.raises(BadValue):
        verify(Signed(b"", "x" * 64), "bitfield", None, KEYS[0].public)

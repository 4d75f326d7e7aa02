"""Proofs of randomness: the RFC's vectors, and nothing but what a key has proved."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.crypto import errors, group
from impl.crypto.keys import KeyPair
from impl.crypto.vrf import (
    ELL2,
    PROOF_BYTES,
    TAI,
    compute_output,
    decode_proof,
    evaluate,
    first_point,
    prove,
    verify,
)
from impl.errors import BadValue
from tests.impl.crypto import curve

DATA = Path(__file__).parent / "data" / "rfc9381-ecvrf-edwards25519.json"
VECTORS = json.loads(DATA.read_text(encoding="utf-8"))["vectors"]
SUITES = {suite.number.hex(): suite for suite in (TAI, ELL2)}

KEYS = [KeyPair(bytes((number,)) * 32) for number in range(4)]
key = st.sampled_from(KEYS)
suite = st.sampled_from([TAI, ELL2])
alpha = st.binary(max_size=40)


def little(number):
    return number.to_bytes(32, "little").hex()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["rfc_example"]))
def test_every_value_of_the_rfc_is_met(vector):
    suite = SUITES[vector["suite_string"]]
    assert suite.name == vector["suite"]
    key, alpha = KeyPair(bytes.fromhex(vector["sk"])), bytes.fromhex(vector["alpha"])
    found = evaluate(key, alpha, suite=suite)
    scalar, prefix = key.expand()
    digest = hashlib.sha512(prefix + found.curve_point.point).hexdigest()
    assert {
        "pk": key.public.hex(),
        "x": little(scalar),
        "H": found.curve_point.point.hex(),
        "ctr": found.curve_point.counter,
        "k_string": digest,
        "k": little(found.nonce),
        "U": found.u.hex(),
        "V": found.v.hex(),
        "pi": found.proof.hex(),
        "beta": found.output.hex(),
    } == {
        "ctr": None,
        "k_string": digest,
        **{name: vector[name] for name in vector if name in FIELDS},
    }
    assert verify(key.public, alpha, found.proof, suite=suite) == found.output
    assert compute_output(found.proof, suite=suite) == found.output
    assert prove(key, alpha, suite=suite) == (found.proof, found.output)


FIELDS = {"pk", "x", "H", "ctr", "k_string", "k", "U", "V", "pi", "beta"}


def test_the_vectors_have_all_their_fields():
    tai, ell2 = VECTORS[:3], VECTORS[3:]
    assert [len(FIELDS & set(vector)) for vector in tai + ell2] == [10] * 3 + [8] * 3
    assert [vector["ctr"] for vector in tai] == [0, 1, 0]


@settings(max_examples=300)
@given(key, alpha, suite)
def test_what_is_proved_is_verified(key, alpha, suite):
    proof, output = prove(key, alpha, suite=suite)
    assert len(proof) == PROOF_BYTES
    assert verify(key.public, alpha, proof, suite=suite) == output
    assert output == compute_output(proof, suite=suite)
    group.require_point("H", evaluate(key, alpha, suite=suite).curve_point.point)


@settings(max_examples=300)
@given(st.tuples(key, alpha), st.tuples(key, alpha))
def test_outputs_differ_when_key_or_input_do(first, second):
    one, two = (prove(*each)[1] for each in (first, second))
    assert (one == two) == (first == second)


@settings(max_examples=500)
@given(st.tuples(key, alpha, suite), st.tuples(key, alpha, suite))
def test_a_proof_is_none_for_another_key_input_or_suite(real, other):
    proof, _ = prove(*real[:2], suite=real[2])
    key, alpha, suite = other
    if real == other:
        return
    with pytest.raises(errors.BadVrfProof) as caught:
        verify(key.public, alpha, proof, suite=suite)
    assert (caught.value.public, caught.value.alpha) == (key.public, alpha)


REASONS = (
    errors.BadVrfProof,
    errors.ScalarNotReduced,
    errors.PointNotCanonical,
    errors.NotOnCurve,
    errors.MixedOrder,
    errors.SmallOrder,
)


@settings(max_examples=1000)
@given(key, alpha, suite, st.integers(0, 8 * (PROOF_BYTES + 32) - 1))
def test_a_flipped_bit_of_proof_or_key_is_refused(key, alpha, suite, bit):
    proof, _ = prove(key, alpha, suite=suite)
    changed = bytearray(proof + key.public)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(REASONS):
        verify(bytes(changed[PROOF_BYTES:]), alpha, bytes(changed[:PROOF_BYTES]), suite=suite)


@settings(max_examples=500)
@given(key, alpha, st.binary(min_size=PROOF_BYTES, max_size=PROOF_BYTES))
def test_invented_proofs_are_refused(key, alpha, proof):
    with pytest.raises(REASONS):
        verify(key.public, alpha, proof)


@pytest.mark.parametrize("length", [0, 1, 79, 81, 160])
def test_proofs_have_one_length(length):
    with pytest.raises(errors.WrongLength) as caught:
        verify(KEYS[0].public, b"", bytes(length))
    assert (caught.value.expected, caught.value.got) == (80, length)


@settings(max_examples=100)
@given(key, alpha, st.integers(0, PROOF_BYTES - 1), st.binary(min_size=1, max_size=9))
def test_parts_and_extensions_of_a_proof_are_refused(key, alpha, cut, more):
    proof, _ = prove(key, alpha)
    for changed in (proof[:cut], proof + more):
        with pytest.raises(errors.WrongLength):
            verify(key.public, alpha, changed)


def test_a_second_scalar_for_the_same_proof_is_refused():
    proof, _ = prove(KEYS[0], b"")
    scalar = int.from_bytes(proof[48:], "little") + curve.ORDER
    with pytest.raises(errors.ScalarNotReduced):
        verify(KEYS[0].public, b"", proof[:48] + group.encode_scalar(scalar))


@pytest.mark.parametrize("point", curve.SMALL)
@pytest.mark.parametrize("suite", [TAI, ELL2])
def test_a_key_of_small_order_is_refused(point, suite):
    proof, _ = prove(KEYS[0], b"", suite=suite)
    with pytest.raises(errors.SmallOrder, match="the public key"):
        verify(curve.pack(point), b"", proof, suite=suite)
    with pytest.raises(errors.SmallOrder, match="the proof's gamma"):
        verify(KEYS[0].public, b"", curve.pack(point) + proof[32:], suite=suite)


@pytest.mark.parametrize("data", [*curve.NOT_CANONICAL[::7], curve.OFF_CURVE], ids=bytes.hex)
def test_bytes_that_are_no_point_are_refused(data):
    reason = errors.NotOnCurve if data == curve.OFF_CURVE else errors.PointNotCanonical
    proof, _ = prove(KEYS[0], b"")
    with pytest.raises(reason, match="the public key"):
        verify(data, b"", proof)
    with pytest.raises(reason, match="the proof's gamma"):
        verify(KEYS[0].public, b"", data + proof[32:])


def test_a_gamma_of_mixed_order_which_the_rfc_accepts_is_refused():
    """The one difference from the RFC: the output is the same, so uniqueness is not at stake."""
    key = KEYS[0]
    honest = evaluate(key, b"")
    point, (scalar, _) = honest.curve_point.point, key.expand()
    gamma = group.add(honest.proof[:32], curve.pack(curve.EIGHTH))
    for nonce in range(1, 100):
        u, v = group.multiply_base(nonce), group.multiply(nonce, point)
        transcript = TAI.number + b"\x02" + key.public + point + gamma + u + v + b"\x00"
        challenge = int.from_bytes(hashlib.sha512(transcript).digest()[:16], "little")
        if challenge % 8 == 0:
            break
    response = (nonce + challenge * scalar) % curve.ORDER
    # the RFC's equation, by formulas that take any point
    again = curve.add(
        curve.multiply(response, curve.unpack(point)),
        negated(curve.multiply(challenge, curve.unpack(gamma))),
    )
    assert curve.pack(again) == v
    assert group.clear_cofactor(gamma) == group.clear_cofactor(honest.proof[:32])
    proof = gamma + challenge.to_bytes(16, "little") + group.encode_scalar(response)
    with pytest.raises(errors.MixedOrder, match="the proof's gamma"):
        verify(key.public, b"", proof)


def negated(point):
    return -point[0] % curve.PRIME, point[1]


def test_zero_as_challenge_or_response_is_computed_with_and_refused():
    gamma = prove(KEYS[0], b"")[0][:32]
    for challenge, response in ((0, 0), (0, 5), (5, 0)):
        proof = gamma + challenge.to_bytes(16, "little") + group.encode_scalar(response)
        assert decode_proof(proof).response == response
        with pytest.raises(errors.BadVrfProof):
            verify(KEYS[0].public, b"", proof)


def test_hashes_that_are_no_point_or_vanish_are_passed_over():
    base = curve.pack(curve.BASE)
    useless = [curve.OFF_CURVE, curve.NOT_CANONICAL[0], *map(curve.pack, curve.SMALL)]
    found = first_point([*useless, base])
    assert (found.counter, found.point) == (10, group.multiply_base(8))
    with pytest.raises(errors.NoCurvePoint) as caught:
        first_point(useless)
    assert caught.value.tried == 10


def test_inputs_and_proofs_are_bytes():
    proof, _ = prove(KEYS[0], b"")
    for call in (
        lambda: prove(KEYS[0], "alpha"),
        lambda: verify(KEYS[0].public, "alpha", proof),
        lambda: verify(KEYS[0].public, b"", "x" * PROOF_BYTES),
    ):
        with pytest.raises(BadValue):
            call()

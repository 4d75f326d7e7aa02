"""Verifiable randomness: ECVRF of RFC 9381 over edwards25519 with SHA-512.

§1.9.2/alg-11 asks for a proof and an output from a header hash under a session key, and leaves
the function to a citation.  This is a stand-in: Polkadot itself uses schnorrkel's function over
ristretto255, with the same interface and other bytes.  Two suites of the RFC are here, by how an
input becomes a point: TAI, which tries hashes until one is, and ELL2, which maps one.

Verification is strict: key and gamma must be of prime order.  The RFC refuses only keys of small
order, so it accepts a gamma with a part of small order whose challenge happens to be a multiple
of eight.  The output is the same in both readings, so neither gives a key two outputs for one
input; but which proofs are valid differs, and this one needs no arithmetic beyond libsodium's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from impl.crypto import group
from impl.crypto.elligator import hash_to_point
from impl.crypto.errors import BadVrfProof, NoCurvePoint, WrongLength
from impl.crypto.group import POINT_BYTES, SCALAR_BYTES
from impl.crypto.keys import KeyPair
from impl.primitives import require_bytes

CHALLENGE_BYTES = 16
PROOF_BYTES = POINT_BYTES + CHALLENGE_BYTES + SCALAR_BYTES
OUTPUT_BYTES = 64

TAI_NUMBER, ELL2_NUMBER = b"\x03", b"\x04"
"""What the RFC calls the suite string."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The point that an input becomes; for TAI also which attempt it was, from 0."""

    point: bytes
    counter: int | None


@dataclass(frozen=True, slots=True)
class Suite:
    """One of the RFC's suites: its name, its number, and how key and input become a point."""

    name: str
    number: bytes
    encode_to_curve: Callable[[bytes, bytes], CurvePoint]


# ---- from an input to a point, RFC section 5.4.1


def _try_and_increment(public: bytes, alpha: bytes) -> CurvePoint:
    start = hashlib.sha512(TAI_NUMBER + b"\x01" + public + alpha)

    def attempt(counter: int) -> bytes:
        state = start.copy()
        state.update(bytes((counter, 0)))
        return state.digest()[:POINT_BYTES]

    return first_point(map(attempt, range(256)))


def first_point(candidates: Iterable[bytes]) -> CurvePoint:
    """Return eight times the first candidate that is a point, unless that is the identity.

    The RFC stops after 256 candidates, half of which are points.
    """
    tried = 0
    for candidate in candidates:
        if group.is_canonical(candidate) and group.is_on_curve(candidate):
            point = group.clear_cofactor(candidate)
            if point != group.IDENTITY:
                return CurvePoint(point, tried)
        tried += 1
    raise NoCurvePoint(tried)


def _map_to_curve(public: bytes, alpha: bytes) -> CurvePoint:
    domain = b"ECVRF_edwards25519_XMD:SHA-512_ELL2_NU_" + ELL2_NUMBER
    return CurvePoint(hash_to_point(public + alpha, domain), None)


TAI = Suite("ECVRF-EDWARDS25519-SHA512-TAI", TAI_NUMBER, _try_and_increment)
"""Tries hashes with a counter until one is a point: its time depends on the input."""

ELL2 = Suite("ECVRF-EDWARDS25519-SHA512-ELL2", ELL2_NUMBER, _map_to_curve)
"""Maps one hash to a point by Elligator 2, RFC 9380."""


# ---- proofs


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof taken apart."""

    gamma: bytes
    challenge: bytes
    response: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that is computed on the way to a proof.  `nonce` is secret."""

    curve_point: CurvePoint
    nonce: int
    u: bytes
    v: bytes
    proof: bytes
    output: bytes


def prove(key: KeyPair, alpha: bytes, *, suite: Suite = TAI) -> tuple[bytes, bytes]:
    """Return proof and output for the input `alpha`. §1.9.2/alg-11.1, §1.9.2/alg-11.2."""
    evaluation = evaluate(key, alpha, suite=suite)
    return evaluation.proof, evaluation.output


def evaluate(key: KeyPair, alpha: bytes, *, suite: Suite = TAI) -> Evaluation:
    """Compute a proof, RFC section 5.1, and keep the intermediate values."""
    require_bytes("alpha", alpha)
    scalar, prefix = key.expand()
    curve_point = suite.encode_to_curve(key.public, alpha)
    point = curve_point.point
    gamma = group.multiply(scalar, point)
    nonce = int.from_bytes(hashlib.sha512(prefix + point).digest(), "little") % group.ORDER
    u, v = group.multiply_base(nonce), group.multiply(nonce, point)
    challenge = _challenge(suite, key.public, point, gamma, u, v)
    response = (nonce + int.from_bytes(challenge, "little") * scalar) % group.ORDER
    proof = gamma + challenge + group.encode_scalar(response)
    return Evaluation(curve_point, nonce, u, v, proof, _output(suite, gamma))


def verify(public: bytes, alpha: bytes, proof: bytes, *, suite: Suite = TAI) -> bytes:
    """Return the output that `proof` shows to be that of `public` for `alpha`, RFC section 5.3."""
    require_bytes("alpha", alpha)
    parts = decode_proof(proof)
    group.require_point("the public key", public)
    point = suite.encode_to_curve(public, alpha).point
    challenge = int.from_bytes(parts.challenge, "little")
    u = group.subtract(group.multiply_base(parts.response), group.multiply(challenge, public))
    v = group.subtract(
        group.multiply(parts.response, point), group.multiply(challenge, parts.gamma)
    )
    if _challenge(suite, public, point, parts.gamma, u, v) != parts.challenge:
        raise BadVrfProof(public, alpha)
    return _output(suite, parts.gamma)


def compute_output(proof: bytes, *, suite: Suite = TAI) -> bytes:
    """Return the output that belongs to a proof, RFC section 5.2.  It proves nothing by itself."""
    return _output(suite, decode_proof(proof).gamma)


def decode_proof(proof: bytes) -> Proof:
    """Take a proof apart, RFC section 5.4.4, and refuse what is no canonical encoding of one."""
    require_bytes("proof", proof)
    if len(proof) != PROOF_BYTES:
        raise WrongLength("proof", PROOF_BYTES, len(proof))
    gamma, rest = proof[:POINT_BYTES], proof[POINT_BYTES:]
    challenge, response = rest[:CHALLENGE_BYTES], rest[CHALLENGE_BYTES:]
    scalar = group.decode_scalar("the proof's scalar", response)
    group.require_point("the proof's gamma", gamma)
    return Proof(gamma, challenge, scalar)


def _challenge(suite: Suite, *points: bytes) -> bytes:
    digest = hashlib.sha512(suite.number + b"\x02" + b"".join(points) + b"\x00").digest()
    return digest[:CHALLENGE_BYTES]


def _output(suite: Suite, gamma: bytes) -> bytes:
    point = group.clear_cofactor(gamma)
    return hashlib.sha512(suite.number + b"\x03" + point + b"\x00").digest()

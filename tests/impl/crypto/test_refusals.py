"""Every reason to refuse, alone: what is accepted, and the one change that makes it refused."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from impl.crypto import erasure, errors, merkle, signing, vrf
from impl.crypto.encoding import U8, U16, bits, blob, decode, optional, record
from impl.crypto.group import encode_scalar
from impl.crypto.keys import KeyPair
from impl.crypto.reed_solomon import ErasureCode
from impl.errors import BadValue, CheckFailed, HostError, InvalidInput
from tests.impl.crypto import curve

KEY = KeyPair(bytes(32))
PUBLIC = KEY.public
SIGNED = signing.signed("bitfield", b"payload", None, KEY)
PROOF, _ = vrf.prove(KEY, b"alpha")
CODE = ErasureCode(2, 4)
ROOT, PIECES = erasure.erasure_encode(CODE, b"some blob")
DATA = {piece.index: piece.data for piece in PIECES}


@dataclass(frozen=True)
class Even:
    """A record that refuses some values of its member."""

    number: int

    def __post_init__(self) -> None:
        if self.number % 2:
            raise BadValue("number", "even", self.number)


EVEN = record(Even, number=U8)


def is_signed(public=PUBLIC, scalar=None, message=SIGNED):
    if scalar is not None:
        signature = message.signature[:32] + encode_scalar(scalar)
        message = replace(message, signature=signature)
    return signing.verify(message, "bitfield", None, public)


def is_proved(alpha=b"alpha", proof=PROOF):
    return vrf.verify(PUBLIC, alpha, proof)


def is_leaf(index=1, data=DATA[1], proof=PIECES[1].proof):
    return merkle.verify(ROOT, index, 4, data, proof)


def committed(rows, code=CODE):
    """Reconstruction from the first pieces under a root that is over `rows`."""
    tree = merkle.MerkleTree.over(rows)
    pieces = [erasure.ErasurePiece(n, row, tree.prove(n)) for n, row in enumerate(rows)]
    return erasure.reconstruct(code, tree.root, pieces[:2])


def row(*symbols):
    return b"".join(symbol.to_bytes(2, "little") for symbol in symbols)


S = int.from_bytes(SIGNED.signature[32:], "little")
ROWS = list(DATA.values())

CASES: list[tuple[type[errors.Refused], Callable[[Any], Any], Any, Any]] = [
    # class, function, accepted, refused
    (errors.WrongLength, lambda p: is_proved(proof=p), PROOF, PROOF + b"\0"),
    (errors.Truncated, lambda d: decode(U16, d), b"ab", b"a"),
    (errors.TrailingBytes, lambda d: decode(optional(U8), d), b"\1\2", b"\0\2"),
    (errors.TooLong, lambda d: decode(blob(1), d), b"\1\0\0\0a", b"\2\0\0\0a"),
    (errors.UnknownTag, lambda d: decode(optional(U8), d), b"\1\2", b"\2\2"),
    (errors.PaddingNotZero, lambda d: decode(bits(8), d), b"\4\0\0\0\x0f", b"\4\0\0\0\x1f"),
    (errors.NoSuchRecord, lambda d: decode(EVEN, d), b"\2", b"\3"),
    (errors.ScalarNotReduced, lambda s: is_signed(scalar=s), S, S + curve.ORDER),
    (errors.PointNotCanonical, is_signed, PUBLIC, curve.NOT_CANONICAL[-1]),
    (errors.NotOnCurve, is_signed, PUBLIC, curve.OFF_CURVE),
    (errors.SmallOrder, is_signed, PUBLIC, curve.pack(curve.SMALL[0])),
    (errors.MixedOrder, is_signed, PUBLIC, curve.MIXED),
    (errors.BadSignature, is_signed, PUBLIC, KeyPair(b"\1" * 32).public),
    (errors.BadVrfProof, is_proved, b"alpha", b"other"),
    (
        errors.NoCurvePoint,
        vrf.first_point,
        [curve.OFF_CURVE, PUBLIC],
        [curve.OFF_CURVE],
    ),
    (errors.NoSuchPiece, CODE.decode, DATA, {**DATA, 4: DATA[0]}),
    (
        errors.RepeatedPiece,
        lambda pieces: erasure.reconstruct(CODE, ROOT, pieces),
        PIECES[:2],
        [*PIECES[:2], PIECES[0]],
    ),
    (errors.TooFewPieces, CODE.decode, {0: DATA[0], 3: DATA[3]}, {0: DATA[0]}),
    (errors.UnequalPieces, CODE.decode, DATA, {**DATA, 3: DATA[3] + b"\0\0"}),
    (errors.NotSymbols, CODE.decode, DATA, {n: piece + b"\0" for n, piece in DATA.items()}),
    (
        errors.WrongBlobLength,
        CODE.decode,
        {0: row(1, 0, 7), 1: row(0, 0, 0)},
        {0: row(5, 0, 7), 1: row(0, 0, 0)},
    ),
    (errors.WrongProofLength, lambda p: is_leaf(proof=p), PIECES[1].proof, PIECES[1].proof[:1]),
    (errors.ProofMismatch, lambda d: is_leaf(data=d), DATA[1], DATA[1][:-1] + b"?"),
    (errors.Undecodable, committed, ROWS, [b"\xff" + ROWS[0][1:], *ROWS[1:]]),
    (errors.RootMismatch, committed, ROWS, [*ROWS[:3], ROWS[3][:-1] + b"?"]),
]


def leaves(cls):
    below = cls.__subclasses__()
    return [leaf for each in below for leaf in leaves(each)] if below else [cls]


def test_every_reason_has_its_case():
    reasons = [leaf for leaf in leaves(errors.Refused) if leaf.__module__ == errors.__name__]
    assert [case[0] for case in CASES] == reasons


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_one_change_is_refused_for_this_reason(case):
    reason, function, accepted, refused = case
    function(accepted)
    with pytest.raises(errors.Refused) as caught:
        function(refused)
    assert type(caught.value) is reason


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_a_reason_says_its_values_and_survives_pickling(case):
    _, function, _, refused = case
    with pytest.raises(errors.Refused) as caught:
        function(refused)
    error = caught.value
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - own bytes
    assert type(twin) is type(error)
    assert (str(twin), vars(twin)) == (str(error), vars(error))
    assert "\n" not in str(error)
    said = str(error)
    for value in vars(error).values():
        shown = value.hex() if isinstance(value, bytes) else str(value)
        if isinstance(error, errors.ScalarNotReduced) and isinstance(value, int):
            shown = hex(value)
        if isinstance(value, tuple):
            shown = str(list(value))
        assert shown in said


def test_a_refusal_is_no_failed_check_and_no_mistake_of_the_caller():
    assert issubclass(errors.Refused, HostError)
    assert not issubclass(errors.Refused, (CheckFailed, InvalidInput))

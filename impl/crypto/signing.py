"""Signatures: Ed25519 over a payload together with what it is meant for.

What is signed is a statement: the purpose (which kind of message this is), the context if there
is one, and the payload.  A signature for one purpose is none for another.  The text signs the
payload alone: a bitfield with a block hash in §1.7/description.4, and nothing that names the
session or the chain's head in §1.8/description.1.2.  Whether a context is included is therefore
the caller's choice, by the amendments in force; without it a statement can be replayed.

The verifier says what purpose and context it expects: nothing of them is taken from the sender.

Verification is strict: the scalar is reduced, and both points are canonical and of prime order.
libsodium alone accepts keys with a part of small order, whose signatures are valid or not
depending on whether an implementation multiplies the equation by the cofactor.
"""

from __future__ import annotations

from dataclasses import dataclass

from nacl import bindings
from nacl.exceptions import BadSignatureError

from impl.crypto.encoding import (
    HASH,
    LENGTH_LIMIT,
    U32,
    Codec,
    blob,
    encode,
    fixed,
    optional,
    record,
)
from impl.crypto.errors import BadSignature, WrongLength
from impl.crypto.group import POINT_BYTES, decode_scalar, require_point
from impl.crypto.keys import KeyPair
from impl.errors import BadValue
from impl.primitives import require_bytes, require_u32

SIGNATURE_BYTES = 64
"""A point and a scalar."""

STATEMENT_PREFIX = b"parascope: signed statement, form 1\n"
"""Begins everything signed; longer than a point, see `KeyPair`."""

PURPOSE_LIMIT = 64
"""Greatest length of a purpose."""


@dataclass(frozen=True, slots=True)
class SigningContext:
    """Where a statement counts: one session, on top of one relay-chain block."""

    session: int
    relay_parent: bytes

    def __post_init__(self) -> None:
        """Refuse what is no session index and no hash."""
        require_u32("session", self.session)
        require_bytes("relay_parent", self.relay_parent, length=32)


@dataclass(frozen=True, slots=True)
class Signed:
    """A payload with a signature, as it travels.  Believe it only after `verify`."""

    payload: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class _Statement:
    purpose: bytes
    context: SigningContext | None
    payload: bytes


CONTEXT: Codec[SigningContext] = record(SigningContext, session=U32, relay_parent=HASH)
"""How a context is encoded."""

_STATEMENT: Codec[_Statement] = record(
    _Statement, purpose=blob(PURPOSE_LIMIT), context=optional(CONTEXT), payload=blob()
)


def signed_codec(limit: int = LENGTH_LIMIT) -> Codec[Signed]:
    """Return the codec of signed payloads of at most `limit` bytes."""
    return record(Signed, payload=blob(limit), signature=fixed(SIGNATURE_BYTES))


def signed(purpose: str, payload: bytes, context: SigningContext | None, key: KeyPair) -> Signed:
    """Sign `payload` for `purpose` in `context`, or in none."""
    statement = compute_statement(purpose, payload, context)
    signature = bindings.crypto_sign(statement, key.secret)[:SIGNATURE_BYTES]
    return Signed(payload, signature)


def verify(message: Signed, purpose: str, context: SigningContext | None, public: bytes) -> bytes:
    """Return the payload, which `public` has signed for this purpose in this context."""
    statement = compute_statement(purpose, message.payload, context)
    signature = message.signature
    require_bytes("signature", signature)
    if len(signature) != SIGNATURE_BYTES:
        raise WrongLength("signature", SIGNATURE_BYTES, len(signature))
    decode_scalar("the signature's scalar", signature[POINT_BYTES:])
    require_point("the public key", public)
    require_point("the signature's point", signature[:POINT_BYTES])
    try:
        bindings.crypto_sign_open(signature + statement, public)
    except BadSignatureError as error:
        raise BadSignature(purpose, public) from error
    return message.payload


def compute_statement(purpose: str, payload: bytes, context: SigningContext | None) -> bytes:
    """Return the bytes that are signed: prefix, purpose, context, payload."""
    if not isinstance(purpose, str) or not purpose or not purpose.isascii():
        raise BadValue("purpose", "a name in ASCII", purpose)
    return STATEMENT_PREFIX + encode(_STATEMENT, _Statement(purpose.encode(), context, payload))

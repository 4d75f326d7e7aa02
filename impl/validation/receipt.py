"""§1.4.1: the candidate receipt, and the names of what it is about.

The definition is left open.  Each field is asked for by another sentence; they are listed in
docs/impl/readings-availability.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from impl.crypto.encoding import HASH, U32, Codec, blob, encode, record
from impl.crypto.merkle import MerkleTree
from impl.primitives import ParaId, require_bytes, require_u32
from impl.validation.block import (
    HASH_BYTES,
    HEADER,
    AvailableData,
    ParachainHeader,
    compute_hash,
    compute_pov_hash,
)

PAYLOAD_LIMIT = 1 << 16
"""Greatest length of one message to another parachain."""

NO_MESSAGES = bytes(HASH_BYTES)
"""The message root of a block that sends none; no list of messages hashes to it."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One of the messages M that a block sends: §1.4/alg-2.5."""

    recipient: ParaId
    """The parachain it goes to."""

    payload: bytes
    """What it says."""

    def __post_init__(self) -> None:
        """Refuse what is no para and no payload."""
        require_u32("recipient", self.recipient)
        require_bytes("payload", self.payload)


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """What executing a valid block gives: header and messages. §1.4/alg-2.5."""

    header: ParachainHeader
    """The new header data."""

    messages: tuple[OutgoingMessage, ...]
    """The outgoing messages, in order."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Names a blob before there is a receipt: the relay parent fixes the extra validation data."""

    para: ParaId
    """The parachain."""

    relay_parent: bytes
    """Hash of the relay-chain block at which it was validated."""

    pov_hash: bytes
    """Hash of block and witness."""

    def __post_init__(self) -> None:
        """Refuse what is no para and no hash."""
        require_u32("para", self.para)
        for name in ("relay_parent", "pov_hash"):
            require_bytes(name, getattr(self, name), length=HASH_BYTES)


@dataclass(frozen=True, slots=True)
class CandidateReceipt:
    """§1.4.1/def-6: the proposal to take a block as its parachain's next one."""

    para: ParaId
    """The parachain."""

    relay_parent: bytes
    """Hash of the relay-chain block whose state gave the extra data: §1.2/description.2.3."""

    header: ParachainHeader
    """The parachain's header, with the new state root."""

    message_root: bytes
    """Merkle root of the outgoing messages."""

    pov_hash: bytes
    """Hash of block and witness."""

    erasure_root: bytes
    """Merkle root of the coded pieces of the blob."""

    def __post_init__(self) -> None:
        """Refuse what is no para and no hash."""
        require_u32("para", self.para)
        for name in ("relay_parent", "message_root", "pov_hash", "erasure_root"):
            require_bytes(name, getattr(self, name), length=HASH_BYTES)

    @property
    def subject(self) -> Subject:
        """The blob that the receipt is about."""
        return Subject(self.para, self.relay_parent, self.pov_hash)


MESSAGE: Codec[OutgoingMessage] = record(
    OutgoingMessage, recipient=U32, payload=blob(PAYLOAD_LIMIT)
)
SUBJECT: Codec[Subject] = record(Subject, para=U32, relay_parent=HASH, pov_hash=HASH)
RECEIPT: Codec[CandidateReceipt] = record(
    CandidateReceipt,
    para=U32,
    relay_parent=HASH,
    header=HEADER,
    message_root=HASH,
    pov_hash=HASH,
    erasure_root=HASH,
)


def compute_receipt_hash(receipt: CandidateReceipt) -> bytes:
    """Return what identifies a receipt: §1.10.1/description.2."""
    return compute_hash(b"rcpt", encode(RECEIPT, receipt))


def compute_message_root(messages: Sequence[OutgoingMessage]) -> bytes:
    """Return the Merkle root of the messages of a block: §1.1/description.2."""
    if not messages:
        return NO_MESSAGES
    return MerkleTree.over([encode(MESSAGE, message) for message in messages]).root


def compute_receipt(
    relay_parent: bytes, data: AvailableData, result: ValidationResult, erasure_root: bytes
) -> CandidateReceipt:
    """Return the receipt of a blob whose validation gave `result`."""
    return CandidateReceipt(
        para=data.extra.para,
        relay_parent=relay_parent,
        header=result.header,
        message_root=compute_message_root(result.messages),
        pov_hash=compute_pov_hash(data.pov),
        erasure_root=erasure_root,
    )

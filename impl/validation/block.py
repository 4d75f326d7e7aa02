"""§1.2 Preliminaries: a parachain's block, its witness, and what they are checked against.

The text gives the tuples and leaves their inside to the parachain.  Here the inside of a body and
of a witness is opaque bytes: only the parachain's validation function reads them.  Open are what
every validator compares: the header with its state root, and the root a witness begins with.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from impl.crypto.encoding import HASH, U32, Codec, blob, encode, record
from impl.primitives import BlockNumber, ParaId, require_bytes, require_u32

HASH_BYTES = 32
"""Length of a hash and of a root."""

BODY_LIMIT = WITNESS_LIMIT = 5 << 20
"""Greatest length of a body, of a witness; together the 10 MB of §2.3/description.4."""


def compute_hash(kind: bytes, data: bytes) -> bytes:
    """Return BLAKE2b of `data`, under a personalisation for each `kind` of hashed thing."""
    return hashlib.blake2b(data, digest_size=HASH_BYTES, person=b"parascope " + kind).digest()


@dataclass(frozen=True, slots=True)
class ParachainHeader:
    """H(B), with the state root that §1.2/def-2 speaks of: the head data of a parachain."""

    parent_hash: bytes
    """Hash of the header of the block before."""

    number: int
    """Height in the parachain."""

    state_root: bytes
    """Root of the parachain's state after the block."""

    body_hash: bytes
    """Hash of the block's body."""

    def __post_init__(self) -> None:
        """Refuse what is no hash and no height."""
        for name in ("parent_hash", "state_root", "body_hash"):
            require_bytes(name, getattr(self, name), length=HASH_BYTES)
        require_u32("number", self.number)


@dataclass(frozen=True, slots=True)
class ParachainBlock:
    """§1.2/def-1: B, a block of a parachain that is to become its next one."""

    header: ParachainHeader
    """H(B)."""

    body: bytes
    """What the parachain's runtime executes."""

    def __post_init__(self) -> None:
        """Refuse what is no body."""
        require_bytes("body", self.body)


@dataclass(frozen=True, slots=True)
class WitnessProof:
    """§1.2/def-2: what the runtime read from outside while it executed B, with proofs."""

    initial_root: bytes
    """State root before the block, to which all proofs lead."""

    proofs: bytes
    """The data read, each with its proof, in the parachain's own encoding."""

    def __post_init__(self) -> None:
        """Refuse what is no root and no witness."""
        require_bytes("initial_root", self.initial_root, length=HASH_BYTES)
        require_bytes("proofs", self.proofs)


@dataclass(frozen=True, slots=True)
class PoVBlock:
    """§1.2/def-3: a block together with its witness: what a collator sends. §1.3/figure.2."""

    block: ParachainBlock
    """B."""

    witness: WitnessProof
    """The witness of B."""


@dataclass(frozen=True, slots=True)
class ExtraValidationData:
    """§1.2/def-4: what validation needs from the relay chain's state besides the block."""

    para: ParaId
    """The parachain."""

    parent_header: ParachainHeader
    """Header of the parachain's last block: §1.2/description.2.1."""

    code_hash: bytes
    """Names the runtime code: §1.4/alg-2.1."""

    relay_parent_number: BlockNumber
    """Height of the relay-chain block in whose state all this was found."""

    def __post_init__(self) -> None:
        """Refuse what is no para, no hash and no height."""
        require_u32("para", self.para)
        require_bytes("code_hash", self.code_hash, length=HASH_BYTES)
        require_u32("relay_parent_number", self.relay_parent_number)


@dataclass(frozen=True, slots=True)
class AvailableData:
    """§1.2/def-5: the blob that is coded and kept available; §1.2/description.3 has its name."""

    block: ParachainBlock
    """B."""

    witness: WitnessProof
    """The witness of B."""

    extra: ExtraValidationData
    """Kept since the relay chain's state may have moved on: §1.2/description.2.4."""

    @property
    def pov(self) -> PoVBlock:
        """The part of it that a collator sends."""
        return PoVBlock(self.block, self.witness)


HEADER: Codec[ParachainHeader] = record(
    ParachainHeader, parent_hash=HASH, number=U32, state_root=HASH, body_hash=HASH
)
BLOCK: Codec[ParachainBlock] = record(ParachainBlock, header=HEADER, body=blob(BODY_LIMIT))
WITNESS: Codec[WitnessProof] = record(WitnessProof, initial_root=HASH, proofs=blob(WITNESS_LIMIT))
POV: Codec[PoVBlock] = record(PoVBlock, block=BLOCK, witness=WITNESS)
EXTRA: Codec[ExtraValidationData] = record(
    ExtraValidationData, para=U32, parent_header=HEADER, code_hash=HASH, relay_parent_number=U32
)
AVAILABLE_DATA: Codec[AvailableData] = record(
    AvailableData, block=BLOCK, witness=WITNESS, extra=EXTRA
)


def compute_header_hash(header: ParachainHeader) -> bytes:
    """Return what a child names as its parent."""
    return compute_hash(b"header", encode(HEADER, header))


def compute_body_hash(body: bytes) -> bytes:
    """Return what a header says of its body."""
    return compute_hash(b"body", body)


def compute_pov_hash(pov: PoVBlock) -> bytes:
    """Return what names a block together with its witness."""
    return compute_hash(b"pov", encode(POV, pov))


def compute_code_hash(code: bytes) -> bytes:
    """Return what names a runtime code."""
    return compute_hash(b"code", code)

"""§1.7: what the relay chain stores for each parachain and each validator.

Besides the three items of the text there is the head of each parachain: what acting on a block
changes (§1.1/description.5.2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from impl.availability.errors import ParaNotRegistered
from impl.crypto.signing import SigningContext
from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, ParaId, require_bytes, require_tuple, require_u32
from impl.validation.block import HASH_BYTES, ParachainHeader
from impl.validation.receipt import CandidateReceipt, compute_receipt_hash
from impl.validation.statements import ParachainValidators


class AvailabilityStatus(Enum):
    """The four values of the availability status. §1.7/status."""

    NO_CANDIDATE = "no candidate"  # §1.7/status.1
    TO_BE_DETERMINED = "to be determined"  # §1.7/status.2
    UNAVAILABLE = "unavailable"  # §1.7/status.3
    AVAILABLE = "available"  # §1.7/status.4


@dataclass(frozen=True, slots=True)
class ParachainRecord:
    """What is stored for a parachain. §1.7/description.3."""

    status: AvailabilityStatus = AvailabilityStatus.NO_CANDIDATE
    """Of the candidate."""

    receipt: CandidateReceipt | None = None
    """Of the candidate, if there is one."""

    block_number: BlockNumber | None = None
    """Number of the relay-chain block that the receipt was included in."""

    def __post_init__(self) -> None:
        """Refuse a candidate with status "no candidate", and a status without candidate."""
        has_none = self.status is AvailabilityStatus.NO_CANDIDATE
        if has_none != (self.receipt is None) or has_none != (self.block_number is None):
            raise BadValue("status", "that of the candidate, if there is one", self.status.value)


@dataclass(frozen=True, slots=True)
class LastVote:
    """The last vote of a validator. §1.7.1/alg-10.1.1."""

    bits: int
    """Bit i is for the i-th parachain."""

    block_number: BlockNumber
    """Number of the block the vote is for."""


@dataclass(frozen=True, slots=True)
class AvailabilityStorage:
    """Everything about availability in the state of one relay-chain block."""

    paras: tuple[ParaId, ...]
    """The parachains, ascending; bit i is for paras[i]."""

    heads: tuple[ParachainHeader, ...]
    """Header of each parachain's last block."""

    records: tuple[ParachainRecord, ...]
    """The candidate of each parachain."""

    last_votes: tuple[LastVote | None, ...]
    """The last vote of each validator, None if it has not voted."""

    def __post_init__(self) -> None:
        """Refuse lists that do not fit together."""
        for name in ("paras", "heads", "records", "last_votes"):
            require_tuple(name, getattr(self, name))
        if list(self.paras) != sorted(set(self.paras)):
            raise BadValue("paras", "strictly ascending", self.paras)
        for name in ("heads", "records"):
            if len(getattr(self, name)) != len(self.paras):
                raise BadValue(name, f"one for each of {len(self.paras)}", getattr(self, name))

    @classmethod
    def genesis(
        cls, heads: FrozenMap[ParaId, ParachainHeader], validators: int
    ) -> AvailabilityStorage:
        """Return the state without candidates and votes."""
        empty = (ParachainRecord(),) * len(heads)
        return cls(tuple(heads), tuple(heads.values()), empty, (None,) * validators)

    def get_index(self, para: ParaId) -> int:
        """Return which bit is the parachain's."""
        if para not in self.paras:
            raise ParaNotRegistered(para)
        return self.paras.index(para)

    def get_record(self, para: ParaId) -> ParachainRecord:
        """Return what is stored for a parachain."""
        return self.records[self.get_index(para)]

    def get_pending(self) -> FrozenMap[bytes, CandidateReceipt]:
        """Return the receipts whose availability is to be determined, by hash."""
        return FrozenMap(
            (compute_receipt_hash(record.receipt), record.receipt)
            for record in self.records
            if record.status is AvailabilityStatus.TO_BE_DETERMINED and record.receipt is not None
        )


@dataclass(frozen=True, slots=True)
class AvailabilityContext:
    """What processing a block sees outside its own storage."""

    block_number: BlockNumber
    """Number of the block that is executed."""

    ancestors: FrozenMap[bytes, BlockNumber]
    """The blocks of this chain before it: hash to number."""

    keys: tuple[bytes, ...]
    """Public keys of the validators."""

    timeout: int
    """t, in blocks."""

    groups: FrozenMap[ParaId, ParachainValidators] = field(default_factory=FrozenMap)
    """The validators assigned to each parachain."""

    signing: SigningContext | None = None
    """What votes sign besides bitfield and block hash; the text has nothing more."""

    def __post_init__(self) -> None:
        """Refuse what is no number, no timeout and no key, and ancestors that come later."""
        require_u32("block_number", self.block_number)
        require_u32("timeout", self.timeout, at_least=1)
        for key in self.keys:
            require_bytes("a key", key, length=HASH_BYTES)
        for number in self.ancestors.values():
            if number >= self.block_number:
                raise BadValue("ancestors", f"below block {self.block_number}", number)

"""What approval reads and does not own: the relay-chain blocks, the session, the parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from impl.availability.erasure import compute_erasure_code, compute_faulty
from impl.crypto.reed_solomon import ErasureCode
from impl.crypto.signing import SigningContext
from impl.crypto.vrf import OUTPUT_BYTES
from impl.errors import BadValue
from impl.primitives import (
    BlockNumber,
    ParaId,
    SessionIndex,
    ValidatorId,
    ValidatorIndex,
    require_bytes,
    require_tuple,
    require_u32,
)
from impl.rules import Rules
from impl.validation.block import HASH_BYTES
from impl.validation.errors import NoSuchValidator
from impl.validation.receipt import CandidateReceipt, compute_receipt_hash


@dataclass(frozen=True, slots=True)
class ExecutedCandidate:
    """A candidate that a relay-chain block found available and acted on. §1.7.1/def-12."""

    receipt: CandidateReceipt
    """Its receipt."""

    parachain_validators: tuple[ValidatorIndex, ...]
    """Those who were assigned to its parachain."""

    receipt_hash: bytes = field(init=False)
    """What names it in every message."""

    def __post_init__(self) -> None:
        """Refuse validators that are not strictly ascending."""
        require_ascending("parachain_validators", self.parachain_validators)
        object.__setattr__(self, "receipt_hash", compute_receipt_hash(self.receipt))

    @property
    def para(self) -> ParaId:
        """The parachain."""
        return self.receipt.para


@dataclass(frozen=True, slots=True)
class RelayBlock:
    """A relay-chain block as far as approval reads it."""

    block_hash: bytes
    """Hash of the block."""

    parent_hash: bytes
    """Hash of its parent."""

    number: BlockNumber
    """Its height, also the time at which its candidates are acted on."""

    author: ValidatorIndex
    """Who made it."""

    vrf_output: bytes
    """Output of the VRF with which its author won the slot. §1.9.1/description.1.3."""

    executed: tuple[ExecutedCandidate, ...] = ()
    """What it acted on, in ascending order of parachains. §1.9.3/description.1."""

    def __post_init__(self) -> None:
        """Refuse wrong lengths, and two candidates of one parachain."""
        for name in ("block_hash", "parent_hash"):
            require_bytes(name, getattr(self, name), length=HASH_BYTES)
        require_u32("number", self.number)
        require_u32("author", self.author)
        require_bytes("vrf_output", self.vrf_output, length=OUTPUT_BYTES)
        require_tuple("executed", self.executed)
        require_ascending("executed", tuple(each.para for each in self.executed))

    def get_candidate(self, para: ParaId) -> ExecutedCandidate | None:
        """Return the candidate of a parachain, None if none was acted on here."""
        return next((each for each in self.executed if each.para == para), None)


@dataclass(frozen=True, slots=True)
class ApprovalParameters:
    """The constants that the text leaves to be chosen."""

    extra_checks: int = 2
    """Added to the parachain's validators for #VDefault. §1.9.4/description.1.3."""

    fishermen_factor: Fraction = Fraction(0)
    """c_f: checks for each unit of the reporters' stake. §1.9.4/description.1.4."""

    delay_step: Fraction = Fraction(1)
    """Blocks to wait for each unit by which an output is too large. §1.9.4/description.3."""

    fishing_period: int = 100
    """Blocks after acting in which checks are still made. §1.9.4/description.4.2."""

    slash_delay: int = 10
    """Blocks between an outcome and the slashing. §1.10.3/outcome.3.2."""

    def __post_init__(self) -> None:
        """Refuse what is negative."""
        for name in ("extra_checks", "fishing_period", "slash_delay"):
            require_u32(name, getattr(self, name))
        for name in ("fishermen_factor", "delay_step"):
            value = getattr(self, name)
            if not isinstance(value, Fraction) or value < 0:
                raise BadValue(name, "a fraction that is not negative", value)


@dataclass(frozen=True, slots=True)
class ApprovalContext:
    """The session, the parameters and the text in force."""

    validators: tuple[ValidatorId, ...]
    """Keys of the session's validators; a `ValidatorIndex` counts in this list."""

    rules: Rules
    """The text in force."""

    pieces_needed: str
    """How many pieces recover a blob: an option of `impl.availability.erasure`."""

    session_index: SessionIndex
    """Number of the session."""

    parameters: ApprovalParameters = field(default_factory=ApprovalParameters)
    """The constants in force."""

    def __post_init__(self) -> None:
        """Refuse a session without validators."""
        require_tuple("validators", self.validators)
        if not self.validators:
            raise BadValue("validators", "at least one key", self.validators)
        require_u32("session_index", self.session_index)

    @property
    def faulty(self) -> int:
        """f: the greatest number of faulty validators, fewer than a third of all."""
        return compute_faulty(len(self.validators))

    @property
    def code(self) -> ErasureCode:
        """The code of a blob."""
        return compute_erasure_code(len(self.validators), self.pieces_needed)

    def get_key(self, validator: ValidatorIndex) -> ValidatorId:
        """Return the key of a validator."""
        if not 0 <= validator < len(self.validators):
            raise NoSuchValidator(validator, len(self.validators))
        return self.validators[validator]

    def get_signing_context(self, relay_block: bytes) -> SigningContext | None:
        """Return what a signature is bound to: nothing, unless the text is amended.

        The text signs what a message says and nothing else (§1.8/description.1.2).
        """
        if self.rules.amended("attestations-name-their-context"):
            return SigningContext(self.session_index, relay_block)
        return None


def require_ascending(name: str, values: tuple[int, ...]) -> None:
    """Raise `BadValue` unless `values` is a tuple of strictly ascending indices."""
    require_tuple(name, values)
    for value in values:
        require_u32(name, value)
    if any(left >= right for left, right in pairwise(values)):
        raise BadValue(name, "strictly ascending", values)

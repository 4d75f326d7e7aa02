"""§1.4 Primary Validation: algorithms 1 and 2, for whatever a parachain's code computes.

Code is bytes in the relay chain's state; what executes them is a `ValidationFunction`, found by a
`CodeHost`.  Step 2 of algorithm 2 has a consequence only in what it is for, so a witness that
begins elsewhere fails like a failed execution.  Step 1 has none: without the code there is no
verdict, and `CodeNotInState` is raised, not returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, ParaId, require_bytes, require_u32
from impl.validation.block import (
    HASH_BYTES,
    ExtraValidationData,
    ParachainBlock,
    ParachainHeader,
    WitnessProof,
    compute_code_hash,
)
from impl.validation.errors import (
    CodeNotExecutable,
    CodeNotInState,
    InitialRootMismatch,
    InvalidBlock,
    NoSuchPara,
)
from impl.validation.receipt import ValidationResult


class ValidationFunction(Protocol):
    """Runtime code that can be called: R of §1.2/def-1."""

    def __call__(
        self, block: ParachainBlock, witness: WitnessProof, extra: ExtraValidationData
    ) -> ValidationResult:
        """Execute the block over the witness; raise `ExecutionFailed` if it is not valid."""


class CodeHost(Protocol):
    """Makes code executable."""

    def load(self, code: bytes) -> ValidationFunction | None:
        """Return the function that `code` is, None if it is none."""


class RelayState(Protocol):
    """What validation reads in the state of one relay-chain block."""

    @property
    def block_hash(self) -> bytes:
        """Hash of the block."""

    def get_extra_validation_data(self, para: ParaId) -> ExtraValidationData | None:
        """Return the extra validation data of a parachain, None if there is no such."""

    def get_code(self, code_hash: bytes) -> bytes | None:
        """Return the code of this hash, None if there is none."""


@dataclass(frozen=True, slots=True)
class ParaEntry:
    """What the relay chain stores of a parachain for its validation."""

    head: ParachainHeader
    """Header of its last block."""

    code: bytes
    """Its runtime code."""


@dataclass(frozen=True, slots=True)
class RelayBlockState:
    """The part of a relay-chain block's state that validation reads: a `RelayState`."""

    block_hash: bytes
    """Hash of the block."""

    number: BlockNumber
    """Its height."""

    paras: FrozenMap[ParaId, ParaEntry] = field(default_factory=FrozenMap)
    """The parachains."""

    def __post_init__(self) -> None:
        """Refuse what is no hash and no height."""
        require_bytes("block_hash", self.block_hash, length=HASH_BYTES)
        require_u32("number", self.number)

    def get_extra_validation_data(self, para: ParaId) -> ExtraValidationData | None:
        """Pair the parachain's head with its code and the block's height. §1.2/description.2.2."""
        entry = self.paras.get(para)
        if entry is None:
            return None
        return ExtraValidationData(para, entry.head, compute_code_hash(entry.code), self.number)

    def get_code(self, code_hash: bytes) -> bytes | None:
        """Search the parachains."""
        codes = (entry.code for entry in self.paras.values())
        return next((code for code in codes if compute_code_hash(code) == code_hash), None)


@dataclass(frozen=True, slots=True)
class KnownCode:
    """A `CodeHost` that knows its functions by their code."""

    functions: Mapping[bytes, ValidationFunction]
    """Code to function."""

    def load(self, code: bytes) -> ValidationFunction | None:
        """Look the code up."""
        return self.functions.get(code)


@dataclass(frozen=True, slots=True)
class Failure:
    """Validation failed: the block is not valid."""

    error: InvalidBlock
    """Why."""


ValidationOutcome = ValidationResult | Failure
"""Success with header and messages, or failure."""


@dataclass(frozen=True, slots=True)
class Validated:
    """What a validator knows after algorithm 1: enough to announce the result."""

    relay_parent: bytes
    """Hash of the relay-chain block whose state was used."""

    extra: ExtraValidationData
    """What was read there."""

    outcome: ValidationOutcome
    """What algorithm 2 returned."""


def primary_validation(
    para: ParaId,
    block: ParachainBlock,
    witness: WitnessProof,
    relay_parent: RelayState,
    host: CodeHost,
) -> Validated:
    """§1.4/alg-1: validate a block against the state of the relay parent."""
    # §1.4/alg-1.1
    extra = relay_parent.get_extra_validation_data(para)
    if extra is None:
        raise NoSuchPara(para, relay_parent.block_hash)
    # §1.4/alg-1.2
    outcome = validate_block(block, witness, extra, relay_parent, host)
    return Validated(relay_parent.block_hash, extra, outcome)


def validate_block(
    block: ParachainBlock,
    witness: WitnessProof,
    extra: ExtraValidationData,
    state: RelayState,
    host: CodeHost,
) -> ValidationOutcome:
    """§1.4/alg-2: execute the code that `extra` names on the block, over the witness."""
    # §1.4/alg-2.1
    code = state.get_code(extra.code_hash)
    if code is None:
        raise CodeNotInState(extra.code_hash)
    function = host.load(code)
    if function is None:
        raise CodeNotExecutable(extra.code_hash)
    try:
        # §1.4/alg-2.2
        claimed = extra.parent_header.state_root
        if witness.initial_root != claimed:
            raise InitialRootMismatch(claimed, witness.initial_root)
        # §1.4/alg-2.3, §1.3/figure.3
        result = function(block, witness, extra)
    except InvalidBlock as error:
        return Failure(error)  # §1.4/alg-2.4
    if not isinstance(result, ValidationResult):
        raise BadValue("what a validation function returns", "a ValidationResult", result)
    return result  # §1.4/alg-2.5

"""Seven validators, two parachains, a relay-chain block that acted on a block of each."""

from __future__ import annotations

import hashlib
from fractions import Fraction

from hypothesis import strategies as st

from impl.approval.checks import CandidateChecks
from impl.approval.context import (
    ApprovalContext,
    ApprovalParameters,
    ExecutedCandidate,
    RelayBlock,
)
from impl.availability.erasure import erasure_encode
from impl.primitives import BlockNumber, SessionIndex, ValidatorIndex
from impl.rules import Rules
from impl.validation.block import AvailableData
from impl.validation.primary import primary_validation
from impl.validation.receipt import compute_receipt
from tests.impl.validation.cases import (
    BLOCK,
    DATA,
    ERASURE,
    HOST,
    KEYS,
    OTHER,
    PAIRS,
    PARA,
    RECEIPT,
    RELAY_PARENT,
    STATE,
    STRANGER,
    WITNESS,
    defined_in,
    flipped,
)

__all__ = [
    "ERASURE",
    "HOST",
    "KEYS",
    "OTHER",
    "PAIRS",
    "PARA",
    "RELAY_PARENT",
    "STATE",
    "STRANGER",
    "defined_in",
    "flipped",
]

READINGS = {"attestations-both-ways": "both", "late-votes-slashed": "spared"}
WRITTEN = Rules.as_written(READINGS)
AMENDED = Rules.as_amended()
ALGORITHM = Rules.as_amended(variants={"approval_vrf": "algorithm"})

PARAMETERS = ApprovalParameters(
    fishermen_factor=Fraction(1, 10), delay_step=Fraction(2), fishing_period=40, slash_delay=5
)


def context(rules: Rules = AMENDED, **changes: object) -> ApprovalContext:
    parameters = changes.pop("parameters", PARAMETERS)
    return ApprovalContext(KEYS, rules, "f+1", SessionIndex(3), parameters=parameters, **changes)


CONTEXT = context()
PLAIN = context(WRITTEN)

CODED = erasure_encode(DATA, ERASURE)
OTHER_EXTRA = STATE.get_extra_validation_data(OTHER)
OTHER_DATA = AvailableData(BLOCK, WITNESS, OTHER_EXTRA)
OTHER_CODED = erasure_encode(OTHER_DATA, ERASURE)
OTHER_RECEIPT = compute_receipt(
    RELAY_PARENT,
    OTHER_DATA,
    primary_validation(OTHER, BLOCK, WITNESS, STATE, HOST).outcome,
    OTHER_CODED.root,
)


def indices(*values: int) -> tuple[ValidatorIndex, ...]:
    return tuple(map(ValidatorIndex, values))


CANDIDATE = ExecutedCandidate(RECEIPT, indices(1, 2, 4))
OTHER_CANDIDATE = ExecutedCandidate(OTHER_RECEIPT, indices(0, 3, 6))


def digest(*parts: object) -> bytes:
    return hashlib.sha512(repr(parts).encode()).digest()


def relay_block(name: object, parent: bytes = RELAY_PARENT, **changes: object) -> RelayBlock:
    members = {
        "block_hash": digest("hash", name)[:32],
        "parent_hash": parent,
        "number": BlockNumber(20),
        "author": ValidatorIndex(0),
        "vrf_output": digest("slot", name),
        "executed": (CANDIDATE, OTHER_CANDIDATE),
    }
    return RelayBlock(**{**members, **changes})


BLOCK_A = relay_block("a")
BLOCK_B = relay_block("b")
TWIN = relay_block("twin", vrf_output=BLOCK_A.vrf_output)
EMPTY = relay_block("empty", executed=())


def checks(candidate: ExecutedCandidate = CANDIDATE, **changes: object) -> CandidateChecks:
    return CandidateChecks(candidate, BLOCK_A.number, PARAMETERS, **changes)


validators = st.integers(0, 6)

"""§1.9.2 VRF computation: what a validator proves about its own randomness.

The text names three inputs.  Validators sign the VRF output of the relay-chain block
(§1.9.1/description.1.3).  Algorithm 11 takes the hash of a header instead, together with
"randomness", once for every parachain, and the text calls that incorrect.  For extra checks the
input is the relay chain's output followed by the index of a parachain (§1.9.4/description.2).
Which of the first two is used is the variant `approval_vrf`; of the algorithm it is the header of
the parachain's block, with the relay chain's output as randomness.

Every input begins with the name of its stage, so that a proof of one stage is none of another.
An output is a number: its 64 bytes, the lowest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from impl.approval.context import ExecutedCandidate, RelayBlock
from impl.approval.errors import NotExecuted, WrongVrfInput
from impl.crypto import vrf
from impl.crypto.encoding import BOOLEAN, U8, U32, Codec, Reader, encode, fixed, optional, record
from impl.crypto.keys import KeyPair
from impl.errors import BadValue
from impl.primitives import ParaId, ValidatorId, require_bytes, require_u32
from impl.rules import Rules
from impl.validation.block import HASH_BYTES, compute_header_hash

OUTPUT_LIMIT = 1 << 8 * vrf.OUTPUT_BYTES
"""All outputs are below."""


class Stage(Enum):
    """Which of the two assignments a proof belongs to."""

    ONE_SHOT = 0
    """§1.9.3."""

    EXTRA = 1
    """§1.9.4."""


PREFIX = {
    Stage.ONE_SHOT: b"parascope: one-shot assignment\n",
    Stage.EXTRA: b"parascope: extra assignment\n",
}
"""What an input begins with."""


@dataclass(frozen=True, slots=True)
class VrfClaim:
    """A proof, and which input it is for, as far as the relay-chain block does not tell."""

    stage: Stage
    """The assignment."""

    para: ParaId | None
    """The parachain in the input: none where one output serves all of them."""

    with_hash: bool
    """Whether the hash of the relay-chain block is in the input. §1.9.5/description.1.2."""

    proof: bytes
    """The proof."""

    def __post_init__(self) -> None:
        """Refuse what is no para and no proof."""
        if self.para is not None:
            require_u32("para", self.para)
        require_bytes("proof", self.proof, length=vrf.PROOF_BYTES)


@dataclass(frozen=True, slots=True)
class ProvenVrf:
    """A proof together with its output."""

    claim: VrfClaim
    """The proof."""

    output: bytes
    """The output, which the proof determines."""


def _read_stage(reader: Reader) -> Stage:
    return Stage(reader.tag((0, 1)))


_STAGE: Codec[Stage] = Codec(1, 1, lambda stage, sink: U8.write(stage.value, sink), _read_stage)

VRF_CLAIM: Codec[VrfClaim] = record(
    VrfClaim, stage=_STAGE, para=optional(U32), with_hash=BOOLEAN, proof=fixed(vrf.PROOF_BYTES)
)
"""How a proof travels."""


def vrf_for_approval(block_hash: bytes, randomness: bytes, key: KeyPair) -> tuple[bytes, bytes]:
    """§1.9.2/alg-11: prove the header hash of a block under a session key with randomness.

    The randomness stands beside the key in the text; here it is a part of the input, as a key
    with other randomness would have to be published.
    """
    # alg-11.1, alg-11.2
    return vrf.prove(key, _algorithm_input(block_hash, randomness))


def _algorithm_input(block_hash: bytes, randomness: bytes) -> bytes:
    require_bytes("block_hash", block_hash, length=HASH_BYTES)
    require_bytes("randomness", randomness)
    return PREFIX[Stage.ONE_SHOT] + block_hash + randomness


def compute_randomness(block: RelayBlock, *, with_hash: bool) -> bytes:
    """Return the relay chain's share of an input: its output, after an equivocation also the hash.

    §1.9.1/description.1.3, §1.9.5/description.1.2.
    """
    return block.vrf_output + block.block_hash if with_hash else block.vrf_output


def get_candidate(block: RelayBlock, para: ParaId) -> ExecutedCandidate:
    """Return the candidate of a parachain that the block acted on."""
    candidate = block.get_candidate(para)
    if candidate is None:
        raise NotExecuted(para, block.block_hash)
    return candidate


def compute_input(
    block: RelayBlock, stage: Stage, para: ParaId | None, rules: Rules, *, with_hash: bool
) -> bytes:
    """Return what is proven; `para` is None exactly where the input names no parachain."""
    if (para is not None) != names_para(stage, rules):
        raise BadValue("para", "None where the input names no parachain", para)
    randomness = compute_randomness(block, with_hash=with_hash)
    if para is None:
        return PREFIX[stage] + randomness
    candidate = get_candidate(block, para)
    if stage is Stage.EXTRA:
        return PREFIX[stage] + randomness + encode(U32, para)
    return _algorithm_input(compute_header_hash(candidate.receipt.header), randomness)


def names_para(stage: Stage, rules: Rules) -> bool:
    """Tell whether there is an output for each parachain, not one for all."""
    return stage is Stage.EXTRA or rules.variant("approval_vrf") == "algorithm"


def prove_stage(
    block: RelayBlock,
    stage: Stage,
    para: ParaId | None,
    key: KeyPair,
    rules: Rules,
    *,
    with_hash: bool = False,
) -> ProvenVrf:
    """Prove the input of a stage."""
    if stage is Stage.ONE_SHOT and para is not None and names_para(stage, rules):
        header_hash = compute_header_hash(get_candidate(block, para).receipt.header)
        randomness = compute_randomness(block, with_hash=with_hash)
        proof, output = vrf_for_approval(header_hash, randomness, key)
    else:
        alpha = compute_input(block, stage, para, rules, with_hash=with_hash)
        proof, output = vrf.prove(key, alpha)
    return ProvenVrf(VrfClaim(stage, para, with_hash, proof), output)


def verify_claim(block: RelayBlock, claim: VrfClaim, public: ValidatorId, rules: Rules) -> bytes:
    """Return the output that the claim proves for the key; refuse what proves none."""
    if (claim.para is not None) != names_para(claim.stage, rules):
        raise WrongVrfInput(claim.para, None)
    alpha = compute_input(block, claim.stage, claim.para, rules, with_hash=claim.with_hash)
    return vrf.verify(public, alpha, claim.proof)


def compute_number(output: bytes) -> int:
    """Return an output as a number."""
    require_bytes("output", output, length=vrf.OUTPUT_BYTES)
    return int.from_bytes(output, "little")

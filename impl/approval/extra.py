"""§1.9.4 Extra Approval Checker Assignment: how many checks, who makes them, and when.

An output is compared with #VCheck - #VDefault, a number of validators.  As written the output is
the number of 64 bytes that the VRF gives, beside which no such difference is ever large.  As
amended (`output-scaled-to-validators`) it is scaled to the number of validators: then so many of
them are expected to check at once as reports ask for.  Small enough means below; the wait is
`delay_step` blocks for each unit that the output is above.  Nothing is rounded but the block at
which a wait ends.
"""

from __future__ import annotations

import math
from fractions import Fraction

from impl.approval.context import ApprovalContext, ApprovalParameters, RelayBlock
from impl.approval.one_shot import Assignment
from impl.approval.vrf import OUTPUT_LIMIT, Stage, compute_number, prove_stage
from impl.crypto.keys import KeyPair
from impl.primitives import BlockNumber, require_u32
from impl.rules import Rules


def compute_v_default(parachain_validators: int, parameters: ApprovalParameters) -> int:
    """Return #VDefault: the parachain's validators plus a constant. §1.9.4/description.1.3."""
    require_u32("parachain_validators", parachain_validators)
    return parachain_validators + parameters.extra_checks


def compute_v_check(v_default: int, stake: int, parameters: ApprovalParameters) -> Fraction:
    """Return #VCheck for the total stake of those who reported. §1.9.4/description.1.4."""
    return v_default + parameters.fishermen_factor * stake


def compute_position(output: bytes, context: ApprovalContext) -> Fraction:
    """Return what is compared with #VCheck - #VDefault: the output, as amended its share of n."""
    number = Fraction(compute_number(output))
    if context.rules.amended("output-scaled-to-validators"):
        return number * len(context.validators) / OUTPUT_LIMIT
    return number


def is_small_enough(position: Fraction, v_default: int, v_check: Fraction) -> bool:
    """Tell whether the block is to be checked immediately. §1.9.4/description.3."""
    return position < v_check - v_default


def compute_due(
    acted_at: BlockNumber,
    position: Fraction,
    v_default: int,
    v_check: Fraction,
    parameters: ApprovalParameters,
) -> int:
    """Return the block at which the wait of an output is over. §1.9.4/description.3."""
    if is_small_enough(position, v_default, v_check):
        return acted_at
    difference = position - (v_check - v_default)
    return acted_at + math.ceil(difference * parameters.delay_step)


def extra_assignment(
    block: RelayBlock, key: KeyPair, rules: Rules, *, with_hash: bool = False
) -> tuple[Assignment, ...]:
    """§1.9.4/alg-13: prove an output for every block that this relay-chain block acted on.

    Whether and when a block is checked because of it depends on what is seen later: `decide`.
    """
    return tuple(
        Assignment(
            each.para,
            prove_stage(block, Stage.EXTRA, each.para, key, rules, with_hash=with_hash),
        )
        for each in block.executed
    )

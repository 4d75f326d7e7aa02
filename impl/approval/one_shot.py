"""§1.9.3 One-Shot Approval Checker Assignment: every validator gets the block its output names.

The text takes the output modulo the number of blocks.  Without a block that is undefined; as
amended (`no-block-no-check`) nobody is assigned then.  With the variant `algorithm` there is an
output for each parachain, and a validator checks every block that one of them names.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.approval.context import RelayBlock
from impl.approval.vrf import ProvenVrf, Stage, compute_number, names_para, prove_stage
from impl.crypto.keys import KeyPair
from impl.errors import Undefined
from impl.primitives import ParaId
from impl.rules import Rules


@dataclass(frozen=True, slots=True)
class Assignment:
    """A block that a validator's output assigns to it."""

    para: ParaId
    """The parachain whose block is to be checked."""

    proven: ProvenVrf
    """Why."""


def compute_assigned_para(block: RelayBlock, output: bytes) -> ParaId:
    """Return the parachain whose block an output names. §1.9.3/description.1."""
    count = len(block.executed)
    if count == 0:
        raise Undefined("an output modulo no blocks", "§1.9.3/description.1")
    return block.executed[compute_number(output) % count].para


def one_shot_assignment(
    block: RelayBlock, key: KeyPair, rules: Rules, *, with_hash: bool = False
) -> tuple[Assignment, ...]:
    """§1.9.3/alg-12: assign the owner of the key to blocks that this relay-chain block acted on.

    One with the output of §1.9.1, at least one with those of algorithm 11, no block twice.
    """
    if not block.executed:
        if rules.amended("no-block-no-check"):
            return ()
        raise Undefined("an output modulo no blocks", "§1.9.3/description.1")
    of_each = names_para(Stage.ONE_SHOT, rules)
    sources = [each.para for each in block.executed] if of_each else [None]
    assigned: dict[ParaId, Assignment] = {}
    for source in sources:
        proven = prove_stage(block, Stage.ONE_SHOT, source, key, rules, with_hash=with_hash)
        para = compute_assigned_para(block, proven.output)
        assigned.setdefault(para, Assignment(para, proven))
    return tuple(assigned[para] for para in sorted(assigned))

"""The voting rule of §1.10.3, asked about a chain whose candidates are approved up to a block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from impl.approval.context import ExecutedCandidate, RelayBlock
from impl.approval.finality import FinalityView, RelayTree, get_vote
from impl.crypto.vrf import OUTPUT_BYTES
from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, ParaId, ValidatorIndex
from impl.validation.block import ParachainHeader
from impl.validation.receipt import NO_MESSAGES, CandidateReceipt

from .values import Json
from .world import World, block_hash

BASE, CURRENT = "base", "current"


def voting_rule(world: World, args: Mapping[str, Any], expect: Mapping[str, Any]) -> Json:
    """Return the block to vote for.  §1.10.3/description.2.1.

    `current` is the head of the best chain.  The block after `approved` executed a candidate that
    nobody has approved; without `approved` the first block after the last finalized one did.  The
    file may call a block by its number, or one of its two ends by name.
    """
    approved, current = args["approved"], args["current"]
    base = max(min(current if approved is None else approved, current) - 1, 0)
    first = base + 1 if approved is None else approved + 1
    world.spend(current - base, "current")
    blocks = [_block(number, executed=number == first) for number in range(base, current + 1)]
    tree = RelayTree(FrozenMap({each.block_hash: each for each in blocks}), block_hash(base))
    vote = tree.get(get_vote(FinalityView(tree), block_hash(current))).number
    names = [name for name, number in ((BASE, base), (CURRENT, current)) if number == vote]
    wanted = expect.get("vote")
    if wanted in names:
        return {"vote": wanted}
    return {"vote": vote if isinstance(wanted, int) or not names else names[0]}


def _block(number: int, *, executed: bool) -> RelayBlock:
    """One block of the chain, with or without a candidate."""
    name, parent = block_hash(number), block_hash(number - 1)
    return RelayBlock(
        block_hash=name,
        parent_hash=parent,
        number=BlockNumber(number),
        author=ValidatorIndex(0),
        vrf_output=bytes(OUTPUT_BYTES),
        executed=(ExecutedCandidate(_receipt(parent), (ValidatorIndex(0),)),) if executed else (),
    )


def _receipt(relay_parent: bytes) -> CandidateReceipt:
    header = ParachainHeader(
        parent_hash=bytes(32), number=0, state_root=bytes(32), body_hash=bytes(32)
    )
    return CandidateReceipt(
        ParaId(0), relay_parent, header, NO_MESSAGES, pov_hash=bytes(32), erasure_root=bytes(32)
    )

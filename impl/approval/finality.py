"""§1.10.3: for which relay-chain block to vote in GRANDPA, and on which none is to be built.

A vote for a block is one for its whole chain.  It is allowed if every candidate executed after the
last finalized block is approved, with no vote of §1.10.3 open about it and none lost.  A candidate
is approved by #VCheck checks (§1.1/description.9.2), or by the first outcome, after which the text
lets us vote again.  Which block to vote for is not said: here the highest of the best chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from impl.approval.checks import CandidateChecks
from impl.approval.context import ExecutedCandidate, RelayBlock
from impl.approval.errors import BlockKnown
from impl.approval.escalation import Escalation, Outcome
from impl.approval.voting_errors import (
    FoundInvalid,
    NotAChild,
    NotOnFinalizedChain,
    NotYetApproved,
    NotYetResolved,
    UnknownBlock,
    VoteForbidden,
)
from impl.approval.watch import Place
from impl.frozen_map import FrozenMap


@dataclass(frozen=True, slots=True)
class RelayTree:
    """The relay-chain blocks from the last finalized one on."""

    blocks: FrozenMap[bytes, RelayBlock]
    """By hash."""

    finalized: bytes
    """The last finalized one."""

    @classmethod
    def from_root(cls, root: RelayBlock) -> RelayTree:
        """Begin with a finalized block."""
        return cls(FrozenMap({root.block_hash: root}), root.block_hash)

    def get(self, block_hash: bytes) -> RelayBlock:
        """Return a block."""
        block = self.blocks.get(block_hash)
        if block is None:
            raise UnknownBlock(block_hash)
        return block

    def get_chain(self, head: bytes) -> tuple[RelayBlock, ...]:
        """Return the blocks after the finalized one up to `head`, in order."""
        chain: list[RelayBlock] = []
        block = self.get(head)
        floor = self.blocks[self.finalized].number
        while block.block_hash != self.finalized:
            if block.number <= floor:
                raise NotOnFinalizedChain(head, self.finalized)
            chain.append(block)
            block = self.get(block.parent_hash)
        return tuple(reversed(chain))


def process_block(tree: RelayTree, block: RelayBlock) -> RelayTree:
    """Add a block to its parent."""
    if block.block_hash in tree.blocks:
        raise BlockKnown(block.block_hash)
    parent = tree.get(block.parent_hash)
    if block.number != parent.number + 1:
        raise NotAChild(block.number, parent.number)
    return replace(tree, blocks=tree.blocks.set(block.block_hash, block))


def process_finalized(tree: RelayTree, block_hash: bytes) -> RelayTree:
    """Note that a descendant of the finalized block is finalized."""
    tree.get_chain(block_hash)
    return replace(tree, finalized=block_hash)


@dataclass(frozen=True, slots=True)
class FinalityView:
    """What a voter knows."""

    tree: RelayTree
    """The relay chain's forks."""

    records: Mapping[Place, CandidateChecks] = field(default_factory=dict)
    """The checks of what each relay-chain block acted on."""

    escalations: Mapping[bytes, Escalation] = field(default_factory=dict)
    """The attestations, by hash of the receipt."""

    def require_resolved(self, block: RelayBlock, candidate: ExecutedCandidate) -> None:
        """Raise what stands against a vote for a block that executed a candidate."""
        receipt_hash = candidate.receipt_hash
        escalation = self.escalations.get(receipt_hash)
        self.require_not_invalid(candidate)
        if escalation is not None and escalation.is_unresolved:
            raise NotYetResolved(receipt_hash)
        if escalation is not None and escalation.outcome is Outcome.VALID:
            return
        record = self.records.get((block.block_hash, candidate.para))
        if record is None:
            raise NotYetApproved(receipt_hash, 0, None)
        if not record.is_approved:
            raise NotYetApproved(receipt_hash, len(record.checks), record.v_check)

    def require_not_invalid(self, candidate: ExecutedCandidate) -> None:
        """Raise `FoundInvalid` for a candidate that lost its vote."""
        escalation = self.escalations.get(candidate.receipt_hash)
        if escalation is not None and escalation.is_found_invalid:
            raise FoundInvalid(candidate.receipt_hash)


def require_votable(view: FinalityView, head: bytes) -> None:
    """Raise what stands against a GRANDPA vote for a chain. §1.10.3/description.2.1."""
    for block in view.tree.get_chain(head):
        for candidate in block.executed:
            view.require_resolved(block, candidate)


def require_buildable(view: FinalityView, parent: bytes) -> None:
    """Raise what stands against building on a block. §1.10.3/outcome.2.2."""
    for block in view.tree.get_chain(parent):
        for candidate in block.executed:
            view.require_not_invalid(candidate)


def get_vote(view: FinalityView, best: bytes) -> bytes:
    """Return the block to vote for: the highest of this chain that may be voted for.

    The last finalized block if nothing after it may be.
    """
    vote = view.tree.finalized
    for block in view.tree.get_chain(best):
        try:
            for candidate in block.executed:
                view.require_resolved(block, candidate)
        except VoteForbidden:
            break
        vote = block.block_hash
    return vote

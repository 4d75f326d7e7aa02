"""§2.5.6 The Inclusion Module: what a backed candidate is checked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from impl.crypto.errors import Refused
from impl.errors import Undefined
from impl.primitives import BlockNumber, CoreIndex, ValidatorIndex
from impl.receipts import (
    AbridgedCandidateReceipt,
    BackedCandidate,
    compute_head_hash,
    verify_collation,
)
from impl.rules import Rules
from impl.runtime.inclusion_errors import (
    BadBackingSignature,
    BadCollatorSignature,
    Blacklisted,
    CandidateNotScheduled,
    CandidateOfAnotherBlock,
    CandidatesNotAscending,
    NoSuchGroup,
    NotEnoughBacking,
    NotOnCurrentHead,
    ParaStillPending,
    PrematureUpgrade,
    UpgradeWaiting,
    WrongBackingSize,
    WrongCollator,
    WrongVoteCount,
)
from impl.runtime.inclusion_storage import InclusionContext, InclusionStorage, get_block_number
from impl.runtime.past_code import ParaPastCodeMeta
from impl.runtime.scheduler_storage import CoreAssignment
from impl.statements import signing_context, verify_statement


@dataclass(frozen=True, slots=True)
class CheckedCandidate:
    """A candidate that passed all checks."""

    receipt: AbridgedCandidateReceipt
    """The receipt."""

    core: CoreIndex
    """The core it goes to."""

    relay_parent_number: BlockNumber
    """Number of the block it was made on."""

    backers: tuple[ValidatorIndex, ...]
    """Who signed for it, ascending."""


def check_candidates(
    storage: InclusionStorage,
    context: InclusionContext,
    candidates: Sequence[BackedCandidate],
    scheduled: Sequence[CoreAssignment],
) -> list[CheckedCandidate]:
    """Check all candidates of a block. §2.5.6/process_candidates.1, .2, .3."""
    receipts = [backed.candidate for backed in candidates]
    order = [receipt.para_id for receipt in receipts]
    waiting = {assignment.para_id: assignment for assignment in reversed(scheduled)}
    # process_candidates.1
    for para in order:
        if para not in waiting:
            raise CandidateNotScheduled(para, tuple(sorted(waiting)))
    strictly = context.runtime.rules.amended("candidates-ascend-strictly")
    pairs = pairwise(order)
    if any(first > second or (strictly and first == second) for first, second in pairs):
        raise CandidatesNotAscending(tuple(order))
    assignments = [waiting[para] for para in order]
    for receipt, assignment in zip(receipts, assignments, strict=True):
        _check_place(storage, context, receipt, assignment)
    # process_candidates.2
    numbers = [_relay_parent_number(storage, context, receipt) for receipt in receipts]
    for receipt, number in zip(receipts, numbers, strict=True):
        if receipt.new_validation_code is not None:
            check_upgrade(context, receipt, number)
    # process_candidates.3
    groups = [
        _check_backing(context, backed, assignment)
        for backed, assignment in zip(candidates, assignments, strict=True)
    ]
    return [
        CheckedCandidate(receipt, assignment.core, number, backers)
        for receipt, assignment, number, backers in zip(
            receipts, assignments, numbers, groups, strict=True
        )
    ]


def _check_place(
    storage: InclusionStorage,
    context: InclusionContext,
    receipt: AbridgedCandidateReceipt,
    assignment: CoreAssignment,
) -> None:
    """Check that the candidate is one that may come next on this core.

    As written the para alone has to match.
    """
    rules, para, descriptor = context.runtime.rules, receipt.para_id, receipt.descriptor
    pending = storage.pending_availability.get(para)
    if pending is not None:  # §2.3/description.7.2
        raise ParaStillPending(para, pending.core)
    if context.blacklist and receipt.hash() in context.blacklist:  # §2.5.8/local-disputes.5.3
        raise Blacklisted(para, receipt.hash())
    parent = context.runtime.parent_hash
    # §2.5.6/storage.CandidatePendingAvailability.relay_parent_number
    if rules.amended("candidate-on-parent") and descriptor.relay_parent != parent:
        raise CandidateOfAnotherBlock(para, descriptor.relay_parent, parent)
    if rules.amended("candidate-extends-head"):  # §2.5.6/process_candidates.1
        head = compute_head_hash(context.paras.heads.get(para, b""))
        if descriptor.parent_head != head:
            raise NotOnCurrentHead(para, descriptor.parent_head, head)
    if (
        rules.amended("candidate-of-claimant")  # §2.5.6/process_candidates.1
        and assignment.collator is not None
        and descriptor.collator != assignment.collator
    ):
        raise WrongCollator(para, assignment.collator, descriptor.collator)


def _relay_parent_number(
    storage: InclusionStorage, context: InclusionContext, receipt: AbridgedCandidateReceipt
) -> BlockNumber:
    relay_parent = receipt.descriptor.relay_parent
    number = get_block_number(storage, context.runtime, relay_parent)
    if number is None:
        what = f"the number of block {relay_parent.hex()}, which is none of this chain"
        raise Undefined(what, "§2.5.6/storage.CandidatePendingAvailability.relay_parent_number")
    return number


def check_upgrade(
    context: InclusionContext, receipt: AbridgedCandidateReceipt, relay_parent_number: BlockNumber
) -> None:
    """Check the distance of an announced upgrade from others. §2.5.6/process_candidates.2.

    As written only a planned one counts, and a new one far enough from it takes its place.
    """
    para, configuration = receipt.para_id, context.runtime.configuration
    frequency = configuration.validation_upgrade_frequency
    expected_at = relay_parent_number + configuration.validation_upgrade_delay
    planned_at = context.paras.future_code_upgrades.get(para)
    others = [] if planned_at is None else [planned_at]
    # §2.5.6/process_candidates.2
    if context.runtime.rules.amended("no-upgrade-while-one-waits"):
        if planned_at is not None:
            raise UpgradeWaiting(para, planned_at)
        meta = context.paras.past_code_meta.get(para, ParaPastCodeMeta())
        others = [times.expected_at for times in meta.upgrade_times]
        others += [] if meta.last_pruned is None else [meta.last_pruned]
    for other in others:
        if abs(expected_at - other) < frequency:
            raise PrematureUpgrade(para, expected_at, other, frequency)


# ---- backing


def compute_backing_threshold(rules: Rules, members: int) -> int:
    """Return how many of a group have to sign.

    §2.5.6/process_candidates.3 gives no number.  The variant `backing_threshold` chooses between
    more than half (§2.3/lifecycle.3) and at least two thirds (§1.4.2/def-7); of a group without
    members the second asks for nothing.
    """
    if rules.variant("backing_threshold") == "two_thirds":
        return -(-2 * members // 3)
    return members // 2 + 1


def _check_backing(
    context: InclusionContext, backed: BackedCandidate, assignment: CoreAssignment
) -> tuple[ValidatorIndex, ...]:
    """Check signatures and bitfield; return who signed. §2.5.6/process_candidates.3."""
    receipt, runtime = backed.candidate, context.runtime
    para, bits, votes = receipt.para_id, backed.validator_indices, backed.validity_votes
    if runtime.rules.amended("collator-signs-candidate"):  # §2.5.6/process_candidates.3
        try:
            verify_collation(receipt)
        except Refused as cause:
            raise BadCollatorSignature(para, cause) from cause
    group = context.group_validators(assignment.group_idx)
    if group is None:
        raise NoSuchGroup(para, assignment.group_idx)
    if len(bits) != len(group):
        raise WrongBackingSize(para, len(bits), len(group))
    signers = [member for member, bit in zip(group, bits, strict=True) if bit]
    if len(votes) != len(signers):
        raise WrongVoteCount(para, len(votes), len(signers))
    needed = compute_backing_threshold(runtime.rules, len(group))
    if len(signers) < needed:
        raise NotEnoughBacking(para, len(signers), needed)
    parent = receipt.descriptor.relay_parent
    signed_in = signing_context(runtime.rules, runtime.session_index, parent)
    candidate_hash = receipt.hash()
    for member, vote in zip(signers, votes, strict=True):
        try:
            key = runtime.validators[member]
            verify_statement(vote.kind, candidate_hash, vote.signature, signed_in, key)
        except Refused as cause:
            raise BadBackingSignature(para, member, cause) from cause
    return tuple(sorted(signers))

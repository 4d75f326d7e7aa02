"""§2.5.6 The Inclusion Module: votes for what is pending, and candidates that become pending.

The order is the text's.  Every routine takes the storage and what it sees of the other modules, and
returns the new storage with its result.  Behind each amendment stands its id, with the token of
the sentence it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from impl.crypto.errors import Refused
from impl.frozen_map import FrozenMap
from impl.primitives import BlockNumber, CoreIndex
from impl.receipts import AbridgedCandidateReceipt, BackedCandidate
from impl.runtime import paras
from impl.runtime.context import RuntimeContext
from impl.runtime.inclusion_backing import check_candidates
from impl.runtime.inclusion_errors import (
    BadBitfieldSignature,
    BitfieldOfAnotherBlock,
    BitfieldOfUnknownBlock,
    BitfieldsNotAscending,
    DuplicateBitfield,
    NoKeyForBitfield,
    WrongBitfieldCount,
    WrongBitfieldSize,
)
from impl.runtime.inclusion_storage import (
    AvailabilityBitfield,
    CandidatePendingAvailability,
    CoreLookup,
    InclusionContext,
    InclusionStorage,
    get_block_number,
)
from impl.runtime.paras_storage import ParasStorage
from impl.runtime.scheduler_storage import CoreAssignment, SessionChangeNotification
from impl.statements import SignedAvailabilityBitfield, signing_context, verify_bitfield

__all__ = [
    "BitfieldsProcessed",
    "collect_pending",
    "compute_availability_threshold",
    "enact_available",
    "enact_candidate",
    "finalization",
    "get_pending_on",
    "initialization",
    "note_bitfields",
    "process_bitfields",
    "process_candidates",
    "session_change",
]

# ---- session change


def session_change(
    storage: InclusionStorage, context: RuntimeContext, notification: SessionChangeNotification
) -> InclusionStorage:
    """Drop the candidates pending availability and all bitfields. §2.5.6/session-change."""
    del context, notification
    return replace(storage, pending_availability=FrozenMap(), bitfields=FrozenMap())


# ---- initialization, finalization


def initialization(storage: InclusionStorage, context: RuntimeContext) -> InclusionStorage:
    """Begin a block: the text has nothing to do here.

    As written a candidate may be made on any block of this chain, so their numbers are kept.
    """
    rules = context.rules
    parent_only = rules.amended("candidate-on-parent") and rules.amended("bitfields-of-parent")
    if parent_only or context.now == 0:
        return storage
    ancestry = storage.ancestry.set(context.parent_hash, BlockNumber(context.now - 1))
    return replace(storage, ancestry=ancestry)


def finalization(storage: InclusionStorage, context: RuntimeContext) -> InclusionStorage:
    """End a block: nothing to do."""
    del context
    return storage


# ---- process_bitfields


@dataclass(frozen=True, slots=True)
class BitfieldsProcessed:
    """What `process_bitfields` returns, and did to other modules."""

    freed: tuple[CoreIndex, ...]
    """Cores whose candidates became available, ascending. §2.5.6/process_bitfields.8."""

    included: tuple[CandidatePendingAvailability, ...]
    """Those candidates, with their votes, by core; a blacklisted one is not included.

    A remark between §2.5.6/process_bitfields.6 and §2.5.6/process_bitfields.8 has them passed on
    to the validity module.
    """

    paras: ParasStorage
    """The storage of §2.5.4 after `enact_candidate`."""


def process_bitfields(
    storage: InclusionStorage,
    context: InclusionContext,
    bitfields: Sequence[SignedAvailabilityBitfield],
    core_lookup: CoreLookup,
) -> tuple[InclusionStorage, BitfieldsProcessed]:
    """Count votes, and enact what has enough of them. §2.5.6/process_bitfields.

    As written a bitfield with a bit for a free core is disregarded altogether, stored included.  A
    core is free here if no candidate is pending on it: a scheduled one is, too.
    """
    storage = note_bitfields(storage, context, bitfields, core_lookup)
    return enact_available(storage, context, core_lookup)


def note_bitfields(
    storage: InclusionStorage,
    context: InclusionContext,
    bitfields: Sequence[SignedAvailabilityBitfield],
    core_lookup: CoreLookup,
) -> InclusionStorage:
    """Check all bitfields and count their votes. §2.5.6/process_bitfields.1 to .5.1."""
    _check_bitfields(storage, context, bitfields)
    pending = get_pending_on(storage, context.core_count, core_lookup)
    regarded = [each for each in bitfields if _is_regarded(each, pending)]  # process_bitfields.4.2
    return _note_votes(storage, context, regarded, pending)


def enact_available(
    storage: InclusionStorage, context: InclusionContext, core_lookup: CoreLookup
) -> tuple[InclusionStorage, BitfieldsProcessed]:
    """Enact what has enough votes, and free its cores. §2.5.6/process_bitfields.5.2 to .8."""
    pending = get_pending_on(storage, context.core_count, core_lookup)
    # process_bitfields.5.2
    needed = compute_availability_threshold(len(context.runtime.validators))
    entries = [storage.pending_availability[each.para_id] for each in pending.values()]
    available = [each for each in entries if sum(each.availability_votes) >= needed]
    available.sort(key=lambda each: each.core)
    # process_bitfields.6
    included, paras_storage = [], context.paras
    for candidate in available:
        # §2.5.8/local-disputes.5.3
        if context.blacklist and candidate.receipt.hash() in context.blacklist:
            continue
        number, receipt = candidate.relay_parent_number, candidate.receipt
        paras_storage = enact_candidate(paras_storage, context.runtime, number, receipt)
        included.append(candidate)
    storage = _without(storage, available)
    # process_bitfields.8
    freed = tuple(candidate.core for candidate in available)
    return storage, BitfieldsProcessed(freed, tuple(included), paras_storage)


def compute_availability_threshold(validators: int) -> int:
    """Return the least number of votes above two thirds. §2.5.6/process_bitfields.5.2."""
    return 2 * validators // 3 + 1


def get_pending_on(
    storage: InclusionStorage, core_count: int, core_lookup: CoreLookup
) -> dict[CoreIndex, CandidatePendingAvailability]:
    """Return the pending candidate of each core that has one. §2.5.6/process_bitfields.4.1."""
    found = {}
    for core in map(CoreIndex, range(core_count)):
        para = core_lookup(core)
        candidate = None if para is None else storage.pending_availability.get(para)
        if candidate is not None and candidate.core == core:
            found[core] = candidate
    return found


def _check_bitfields(
    storage: InclusionStorage,
    context: InclusionContext,
    bitfields: Sequence[SignedAvailabilityBitfield],
) -> None:
    rules, validators = context.runtime.rules, context.runtime.validators
    count, most = len(bitfields), len(validators)
    # process_bitfields.1
    exactly = rules.reading("bitfield-count") == "exactly"  # §2.5.6/process_bitfields.1
    if count > most or (exactly and count < most):
        raise WrongBitfieldCount(count, f"{'exactly' if exactly else 'at most'} {most}")
    for bitfield in bitfields:
        if len(bitfield.bits) != context.core_count:
            raise WrongBitfieldSize(bitfield.validator, len(bitfield.bits), context.core_count)
    # process_bitfields.2
    order = [bitfield.validator for bitfield in bitfields]
    seen: set[int] = set()
    for validator in order:
        if validator in seen:
            raise DuplicateBitfield(validator)
        seen.add(validator)
    if rules.amended("bitfields-ascending") and any(  # §2.5.6/process_bitfields.2
        first > second for first, second in pairwise(order)
    ):
        raise BitfieldsNotAscending(tuple(order))
    # process_bitfields.3
    for bitfield in bitfields:
        _check_signature(storage, context, bitfield)


def _check_signature(
    storage: InclusionStorage, context: InclusionContext, bitfield: SignedAvailabilityBitfield
) -> None:
    """Check who signed, and for which block: §1.7/description.4 signs that, too."""
    runtime, validator = context.runtime, bitfield.validator
    if validator >= len(runtime.validators):
        raise NoKeyForBitfield(validator, len(runtime.validators))
    if runtime.rules.amended("bitfields-of-parent"):  # §2.5.6/process_bitfields.3
        if bitfield.signed_for != runtime.parent_hash:
            raise BitfieldOfAnotherBlock(validator, bitfield.signed_for, runtime.parent_hash)
    elif get_block_number(storage, runtime, bitfield.signed_for) is None:
        raise BitfieldOfUnknownBlock(validator, bitfield.signed_for)
    signed_in = signing_context(runtime.rules, runtime.session_index, bitfield.signed_for)
    try:
        verify_bitfield(bitfield, signed_in, runtime.validators[validator])
    except Refused as cause:
        raise BadBitfieldSignature(validator, cause) from cause


def _is_regarded(
    bitfield: SignedAvailabilityBitfield, pending: dict[CoreIndex, CandidatePendingAvailability]
) -> bool:
    return all(core in pending for core, bit in enumerate(bitfield.bits) if bit)


def _note_votes(
    storage: InclusionStorage,
    context: InclusionContext,
    bitfields: Sequence[SignedAvailabilityBitfield],
    pending: dict[CoreIndex, CandidatePendingAvailability],
) -> InclusionStorage:
    """Set the bits, and keep the latest bitfields. §2.5.6/process_bitfields.5.1."""
    votes = {core: list(candidate.availability_votes) for core, candidate in pending.items()}
    for bitfield in bitfields:
        for core, bit in enumerate(bitfield.bits):
            if bit:
                votes[CoreIndex(core)][bitfield.validator] = True
    voted = {
        candidate.para_id: replace(candidate, availability_votes=tuple(votes[core]))
        for core, candidate in pending.items()
    }
    latest = {
        bitfield.validator: AvailabilityBitfield(bitfield.bits, context.runtime.now)
        for bitfield in bitfields
    }
    return replace(
        storage,
        bitfields=storage.bitfields.update(latest),
        pending_availability=storage.pending_availability.update(voted),
    )


# ---- process_candidates


def process_candidates(
    storage: InclusionStorage,
    context: InclusionContext,
    candidates: Sequence[BackedCandidate],
    scheduled: Sequence[CoreAssignment],
) -> tuple[InclusionStorage, tuple[CoreIndex, ...]]:
    """Let backed candidates become pending; return their cores, ascending.

    §2.5.6/process_candidates.
    """
    # process_candidates.1, .2, .3
    checked = check_candidates(storage, context, candidates, scheduled)
    # process_candidates.4
    blank = (False,) * len(context.runtime.validators)
    added = {
        each.receipt.para_id: CandidatePendingAvailability(
            core=each.core,
            receipt=each.receipt,
            availability_votes=blank,
            relay_parent_number=each.relay_parent_number,
            backed_in_number=context.runtime.now,
            backers=each.backers,
        )
        for each in checked
    }
    storage = replace(storage, pending_availability=storage.pending_availability.update(added))
    # process_candidates.5
    return storage, tuple(sorted({each.core for each in checked}))


# ---- enact_candidate, collect_pending


def enact_candidate(
    storage: ParasStorage,
    context: RuntimeContext,
    relay_parent_number: BlockNumber,
    receipt: AbridgedCandidateReceipt,
) -> ParasStorage:
    """Let an available candidate take effect on its para. §2.5.6/enact_candidate.

    Everything that changes is §2.5.4's: upgrade before head, so that the new head may bring an
    upgrade into force that it announces itself.
    """
    para, code = receipt.para_id, receipt.new_validation_code
    # enact_candidate.1
    if code is not None:
        delay = context.configuration.validation_upgrade_delay
        expected_at = BlockNumber(relay_parent_number + delay)
        storage = paras.schedule_code_upgrade(storage, context, para, code, expected_at)
    # enact_candidate.2
    return paras.note_new_head(storage, context, para, receipt.head_data, relay_parent_number)


def collect_pending(
    storage: InclusionStorage, predicate: Callable[[CoreIndex, BlockNumber], bool]
) -> tuple[InclusionStorage, tuple[CoreIndex, ...]]:
    """Drop what waited too long; return the cores, ascending. §2.5.6/collect_pending.

    The block since which a candidate waits is the one that backed it.
    """
    late = [
        candidate
        for candidate in storage.pending_availability.values()
        if predicate(candidate.core, candidate.backed_in_number)
    ]
    return _without(storage, late), tuple(sorted(candidate.core for candidate in late))


def _without(
    storage: InclusionStorage, candidates: Iterable[CandidatePendingAvailability]
) -> InclusionStorage:
    gone = [candidate.para_id for candidate in candidates]
    return replace(storage, pending_availability=storage.pending_availability.without(*gone))

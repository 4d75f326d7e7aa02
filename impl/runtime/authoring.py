"""What an honest author puts into the mandatory entry-point, by the runtime APIs alone.

The author is handed what the network brought, good and bad; what it takes must make no block
invalid (§2.5.1/description.5).
"""

from __future__ import annotations

from collections.abc import Iterable

from impl.crypto.errors import Refused
from impl.primitives import ParaId, ValidatorIndex
from impl.receipts import BackedCandidate
from impl.runtime.api import RuntimeApi
from impl.statements import SignedAvailabilityBitfield, verify_bitfield

Inherent = tuple[tuple[SignedAvailabilityBitfield, ...], tuple[BackedCandidate, ...]]
"""Bitfields and backed candidates. §2.5.7/inclusion."""


def build_inherent(
    api: RuntimeApi,
    bitfields: Iterable[SignedAvailabilityBitfield],
    candidates: Iterable[BackedCandidate],
) -> Inherent:
    """Return arguments for §2.5.7/inclusion: of each kind all that can be taken.

    Of a validator's bitfields, and of a para's candidates, the first one that is good.
    """
    taken = select_bitfields(api, bitfields)
    upcoming = api.upcoming(taken)
    wanted = {assignment.para_id for assignment in upcoming.assignments}
    chosen: dict[ParaId, BackedCandidate] = {}
    for candidate in candidates:
        para = candidate.candidate.para_id
        if para in wanted and para not in chosen and upcoming.accepts(candidate):
            chosen[para] = candidate
    # §2.5.6/process_candidates.1
    return taken, tuple(chosen[para] for para in sorted(chosen))


def select_bitfields(
    api: RuntimeApi, bitfields: Iterable[SignedAvailabilityBitfield]
) -> tuple[SignedAvailabilityBitfield, ...]:
    """Return good bitfields made on the parent, one per validator, ascending."""
    chosen: dict[ValidatorIndex, SignedAvailabilityBitfield] = {}
    for bitfield in bitfields:
        if bitfield.validator not in chosen and is_good(api, bitfield):
            chosen[bitfield.validator] = bitfield
    return tuple(chosen[validator] for validator in sorted(chosen))


def is_good(api: RuntimeApi, bitfield: SignedAvailabilityBitfield) -> bool:
    """Tell whether a bitfield passes §2.5.6/process_bitfields.1, .3 on this parent."""
    if bitfield.validator >= len(api.validators) or bitfield.signed_for != api.parent_hash:
        return False
    if len(bitfield.bits) != api.core_count:
        return False
    try:
        context = api.get_signing_context(api.parent_hash)
        verify_bitfield(bitfield, context, api.validators[bitfield.validator])
    except Refused:
        return False
    return True

"""§1.7.1: what a node remembers of decided blocks.

Unavailability is not announced; it is kept for the GRANDPA vote (§1.7.1/description.3).
"""

from __future__ import annotations

from impl.availability.processing import BlockOutcome
from impl.availability.storage import AvailabilityStatus
from impl.frozen_map import FrozenMap
from impl.validation.receipt import compute_receipt_hash

Marks = FrozenMap[bytes, AvailabilityStatus]
"""Hash of a receipt to what was decided: available or unavailable."""


def mark_blocks(marks: Marks, outcome: BlockOutcome) -> Marks:
    """Mark what one relay-chain block has decided. §1.7.1/description.1."""
    decided = {
        compute_receipt_hash(each.receipt): AvailabilityStatus.AVAILABLE
        for each in outcome.available
    }
    for each in outcome.unavailable:
        decided[compute_receipt_hash(each.receipt)] = AvailabilityStatus.UNAVAILABLE
    return marks.update(decided)

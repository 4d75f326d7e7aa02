"""Algorithm 10 by its words: loops over validators and parachains, no bit operations."""

from __future__ import annotations

from impl.availability.storage import AvailabilityStatus

PENDING = AvailabilityStatus.TO_BE_DETERMINED


def counts(storage, now: int, timeout: int) -> tuple[int, ...]:
    """Steps 2 and 3, asking for every bit by itself."""
    found = [0] * len(storage.paras)
    for last in storage.last_votes:
        if last is None or not now - timeout <= last.block_number < now:
            continue
        for index, record in enumerate(storage.records):
            relevant = record.status is PENDING and record.block_number <= last.block_number
            if relevant and last.bits // 2**index % 2 == 1:
                found[index] += 1
    return tuple(found)


def decide(storage, found, now: int, timeout: int) -> list[AvailabilityStatus]:
    """Step 4, in fractions."""
    decided = []
    for record, count in zip(storage.records, found, strict=True):
        status = record.status
        if status is PENDING:
            if count / len(storage.last_votes) > 2 / 3 + 1e-12:
                status = AvailabilityStatus.AVAILABLE
            elif record.block_number + timeout <= now:
                status = AvailabilityStatus.UNAVAILABLE
        decided.append(status)
    return decided

"""§1.10.2: collators' reports of invalid and of unavailable blocks, as transactions.

Both definitions are left open.  A report names its candidate and its reporter, whose stake decides
how many more checks it asks for (§1.9.4/description.1.4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from impl.crypto import signing
from impl.crypto.encoding import HASH, Codec, choice, decode, encode, record
from impl.crypto.keys import KeyPair
from impl.crypto.signing import Signed, SigningContext
from impl.validation.attestations import (
    AttestationContext,
    AttestationStorage,
    Reported,
    ReportKind,
)
from impl.validation.errors import AlreadyReported, NoStake
from impl.validation.statements import SIGNATURE

PURPOSES = {
    ReportKind.INVALIDITY: "collator report: invalid",
    ReportKind.UNAVAILABILITY: "collator report: unavailable",
}
"""What the signatures are for."""


@dataclass(frozen=True, slots=True)
class CollatorInvalidityTransaction:
    """§1.10.2/def-19: a collator says that a candidate's block is invalid."""

    collator: bytes
    """Its public key."""

    receipt_hash: bytes
    """The candidate."""

    signature: bytes
    """Over the hash of the receipt."""


@dataclass(frozen=True, slots=True)
class CollatorUnavailabilityTransaction:
    """§1.10.2/def-20: a collator says that a candidate's block cannot be obtained."""

    collator: bytes
    """Its public key."""

    receipt_hash: bytes
    """The candidate."""

    signature: bytes
    """Over the hash of the receipt."""


CollatorReport = CollatorInvalidityTransaction | CollatorUnavailabilityTransaction
"""A report of either kind."""

REPORT: Codec[CollatorReport] = choice(
    {
        tag: (kind, record(kind, collator=HASH, receipt_hash=HASH, signature=SIGNATURE))
        for tag, kind in enumerate(
            (CollatorInvalidityTransaction, CollatorUnavailabilityTransaction)
        )
    }
)


def get_kind(report: CollatorReport) -> ReportKind:
    """Return what a report is about."""
    if isinstance(report, CollatorInvalidityTransaction):
        return ReportKind.INVALIDITY
    return ReportKind.UNAVAILABILITY


def sign_report(
    kind: ReportKind, receipt_hash: bytes, key: KeyPair, *, context: SigningContext | None = None
) -> CollatorReport:
    """Report a candidate."""
    payload = encode(HASH, receipt_hash)
    signature = signing.signed(PURPOSES[kind], payload, context, key).signature
    if kind is ReportKind.INVALIDITY:
        return CollatorInvalidityTransaction(key.public, receipt_hash, signature)
    return CollatorUnavailabilityTransaction(key.public, receipt_hash, signature)


def receive_report(
    storage: AttestationStorage, context: AttestationContext, data: bytes
) -> AttestationStorage:
    """Decode, check and store a report."""
    return process_report(storage, context, decode(REPORT, data))


def process_report(
    storage: AttestationStorage, context: AttestationContext, report: CollatorReport
) -> AttestationStorage:
    """Check and store a report. §1.10.2/description.3."""
    candidate = storage.get_candidate(report.receipt_hash)
    if context.stakes.get(report.collator, 0) == 0:
        raise NoStake(report.collator)
    kind = get_kind(report)
    message = Signed(encode(HASH, report.receipt_hash), report.signature)
    signing.verify(message, PURPOSES[kind], context.signing, report.collator)
    reported = Reported(report.collator, kind)
    if reported in candidate.reports:
        raise AlreadyReported(report.collator, report.receipt_hash)
    changed = replace(candidate, reports=candidate.reports | {reported})
    return storage.with_candidate(report.receipt_hash, changed)


def compute_reported_stake(
    storage: AttestationStorage, context: AttestationContext, receipt_hash: bytes
) -> int:
    """Return what all who reported a candidate have at stake together. §1.9.4/description.1.4."""
    candidate = storage.get_candidate(receipt_hash)
    reporters = {each.collator for each in candidate.reports}
    return sum(context.stakes.get(each, 0) for each in reporters)

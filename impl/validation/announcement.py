"""§1.4.1 Primary validity announcement: algorithms 3 to 6, all left open by the text.

Their content is that of §1.4.1/description.2 and of figure 1.1: on success a receipt, a peer's if
one has been seen and an own one otherwise; on failure a broadcast of that.  What is returned is the
message to send.
"""

from __future__ import annotations

from collections.abc import Iterable

from impl.availability.erasure import compute_erasure_root
from impl.crypto.reed_solomon import ErasureCode
from impl.validation.block import AvailableData, PoVBlock, compute_pov_hash
from impl.validation.errors import ReceiptMismatch, WrongPara
from impl.validation.primary import Failure, Validated
from impl.validation.receipt import (
    CandidateReceipt,
    Subject,
    compute_receipt,
    compute_receipt_hash,
)
from impl.validation.statements import (
    FailureMessage,
    ParachainValidator,
    ReceiptMessage,
    Statement,
    sign_failure,
    sign_receipt,
    verify_statement,
)


def primary_validation_announcement(
    validator: ParachainValidator,
    pov: PoVBlock,
    validated: Validated,
    code: ErasureCode,
    seen: Iterable[ReceiptMessage] = (),
) -> Statement:
    """§1.4.1/alg-3: announce what algorithm 1 found. §1.4.1/description.1.

    `seen` are the receipts of peers.  One that is equal to our own is confirmed; one that differs
    is no reason to keep silent: our own goes out, and algorithm 8 has something to do.
    """
    if validated.extra.para != validator.group.para:
        raise WrongPara(validated.extra.para, validator.group.para)
    if isinstance(validated.outcome, Failure):
        subject = Subject(validated.extra.para, validated.relay_parent, compute_pov_hash(pov))
        return announce_primary_validation_failure(validator, subject)
    data = AvailableData(pov.block, pov.witness, validated.extra)
    root = compute_erasure_root(data, code)
    own = compute_receipt(validated.relay_parent, data, validated.outcome, root)
    for message in seen:
        if message.receipt == own:
            return confirm_candidate_receipt(validator, message, own)
    return send_pov_candidate_receipt(validator, own)


def send_pov_candidate_receipt(
    validator: ParachainValidator, receipt: CandidateReceipt
) -> ReceiptMessage:
    """§1.4.1/alg-4: sign a receipt of one's own, for peers and the relay chain. §1.3/figure.5."""
    signature = sign_receipt(compute_receipt_hash(receipt), validator.key, validator.group.context)
    return ReceiptMessage(validator.index, receipt, signature)


def confirm_candidate_receipt(
    validator: ParachainValidator, message: ReceiptMessage, own: CandidateReceipt
) -> ReceiptMessage:
    """§1.4.1/alg-5: sign the receipt of a peer, if one's own is the same. §1.3/figure.4."""
    verify_statement(message, validator.group)
    if message.receipt != own:
        raise ReceiptMismatch(compute_receipt_hash(message.receipt), compute_receipt_hash(own))
    return send_pov_candidate_receipt(validator, message.receipt)


def announce_primary_validation_failure(
    validator: ParachainValidator, subject: Subject
) -> FailureMessage:
    """§1.4.1/alg-6: sign that a block is invalid, to be broadcast. §1.3/figure.6."""
    signature = sign_failure(subject, validator.key, validator.group.context)
    return FailureMessage(validator.index, subject, signature)

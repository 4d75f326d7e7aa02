"""§1.4.2 Inclusion of candidate receipt on the relay chain: definition 7 and algorithm 7.

At least two thirds of the parachain's validators, as the definition says: of three validators two
are enough, where a majority or more than two thirds is asked for elsewhere.  Of no validators, no
signature is two thirds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from impl.crypto.encoding import U32, Codec, listing, record
from impl.primitives import ValidatorIndex
from impl.validation.errors import (
    AlreadyProposed,
    SignersNotSorted,
    TooFewSignatures,
    WrongPara,
)
from impl.validation.receipt import RECEIPT, CandidateReceipt, compute_receipt_hash
from impl.validation.statements import (
    SIGNATURE,
    ParachainValidators,
    ReceiptMessage,
    verify_receipt_signature,
)

SIGNERS_LIMIT = 1 << 12
"""Most signatures that a proposal may carry."""


@dataclass(frozen=True, slots=True)
class ValiditySignature:
    """The signature of one validator under a receipt."""

    validator: ValidatorIndex
    signature: bytes


@dataclass(frozen=True, slots=True)
class ParachainBlockProposal:
    """§1.4.2/def-7: a receipt with the signatures of its parachain's validators."""

    receipt: CandidateReceipt
    """The receipt."""

    signatures: tuple[ValiditySignature, ...]
    """Of different validators, in ascending order."""


PROPOSAL: Codec[ParachainBlockProposal] = record(
    ParachainBlockProposal,
    receipt=RECEIPT,
    signatures=listing(
        record(ValiditySignature, validator=U32, signature=SIGNATURE), SIGNERS_LIMIT
    ),
)


def compute_proposal(
    receipt: CandidateReceipt, messages: Iterable[ReceiptMessage]
) -> ParachainBlockProposal:
    """Collect the signatures under a receipt from the announcements seen."""
    signatures = {each.validator: each.signature for each in messages if each.receipt == receipt}
    ordered = sorted(signatures.items())
    return ParachainBlockProposal(receipt, tuple(ValiditySignature(*each) for each in ordered))


def is_proposal_supported(signatures: int, validators: int) -> bool:
    """Tell whether these are at least two thirds. §1.4.2/def-7."""
    return 3 * signatures >= 2 * validators


def verify_proposal(proposal: ParachainBlockProposal, group: ParachainValidators) -> None:
    """Refuse what is no proposal by the validators of its parachain. §1.4.2/def-7."""
    receipt = proposal.receipt
    if receipt.para != group.para:
        raise WrongPara(receipt.para, group.para)
    signers = tuple(each.validator for each in proposal.signatures)
    if list(signers) != sorted(set(signers)):
        raise SignersNotSorted(signers)
    if not is_proposal_supported(len(signers), len(group.members)):
        raise TooFewSignatures(len(signers), len(group.members))
    receipt_hash = compute_receipt_hash(receipt)
    for each in proposal.signatures:
        public = group.get_key(each.validator)
        verify_receipt_signature(receipt_hash, each.signature, public, group.context)


def include_parachain_proposal(
    included: tuple[ParachainBlockProposal, ...],
    proposal: ParachainBlockProposal,
    group: ParachainValidators,
) -> tuple[ParachainBlockProposal, ...]:
    """§1.4.2/alg-7: add a proposal to those of the block that is being produced.

    A producer "may/should" do so (§1.4.2/description.1): who calls this has decided.
    A block has one at most for a parachain, in order of their ids, since the relay chain takes a
    receipt only where there is no candidate (§1.7.1/alg-10.5.2).
    """
    verify_proposal(proposal, group)
    para = proposal.receipt.para
    if any(each.receipt.para == para for each in included):
        raise AlreadyProposed(para)
    return tuple(sorted((*included, proposal), key=lambda each: each.receipt.para))

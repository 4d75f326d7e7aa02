"""§1.4.2: a proposal has signatures of at least two thirds of its parachain's validators."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.crypto.encoding import decode, encode
from impl.crypto.errors import BadSignature, Refused, TrailingBytes, Truncated
from impl.validation.announcement import send_pov_candidate_receipt
from impl.validation.errors import (
    AlreadyProposed,
    NotAccepted,
    NotAParachainValidator,
    SignersNotSorted,
    TooFewSignatures,
    WrongPara,
)
from impl.validation.proposal import (
    PROPOSAL,
    ParachainBlockProposal,
    ValiditySignature,
    compute_proposal,
    include_parachain_proposal,
    is_proposal_supported,
    verify_proposal,
)
from tests.impl.validation import cases
from tests.impl.validation.cases import GROUP, OTHER_GROUP, RECEIPT, validator

MESSAGES = tuple(send_pov_candidate_receipt(validator(each), RECEIPT) for each in (4, 1, 2))
PROPOSAL_OF_ALL = compute_proposal(RECEIPT, MESSAGES)
ENOUGH = compute_proposal(RECEIPT, MESSAGES[:2])

OTHER_RECEIPT = replace(RECEIPT, para=cases.OTHER)
OTHER_PROPOSAL = compute_proposal(
    OTHER_RECEIPT,
    [send_pov_candidate_receipt(validator(each, OTHER_GROUP), OTHER_RECEIPT) for each in (0, 3, 6)],
)


def test_signatures_are_collected_in_order():
    assert [each.validator for each in PROPOSAL_OF_ALL.signatures] == [1, 2, 4]
    verify_proposal(PROPOSAL_OF_ALL, GROUP)


def test_signatures_under_another_receipt_are_left_out():
    stray = send_pov_candidate_receipt(validator(4), cases.FALSE_RECEIPT)
    assert compute_proposal(RECEIPT, [*MESSAGES[1:], stray]).signatures == (
        compute_proposal(RECEIPT, MESSAGES[1:]).signatures
    )


@pytest.mark.parametrize(
    ("validators", "fewest"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (9, 6)]
)
def test_exactly_two_thirds_are_enough(validators, fewest):
    enough = [n for n in range(validators + 1) if is_proposal_supported(n, validators)]
    assert min(enough) == fewest


def test_two_of_three_are_enough_and_one_is_not():
    verify_proposal(ENOUGH, GROUP)
    with pytest.raises(TooFewSignatures, match="1 signatures of 3 validators") as caught:
        verify_proposal(compute_proposal(RECEIPT, MESSAGES[:1]), GROUP)
    assert str(caught.value).endswith(" §1.4.2/def-7")


def test_without_validators_no_signature_is_wanted():
    nobody = replace(GROUP, members=(), keys=())
    verify_proposal(ParachainBlockProposal(RECEIPT, ()), nobody)


def test_nobody_counts_twice():
    once, again = ENOUGH.signatures
    for signers in ((once, once), (again, once), (once, once, again)):
        with pytest.raises(SignersNotSorted):
            verify_proposal(replace(ENOUGH, signatures=signers), GROUP)


def test_a_signature_of_somebody_else_is_refused():
    stranger = ValiditySignature(3, ENOUGH.signatures[1].signature)
    with pytest.raises(NotAParachainValidator):
        verify_proposal(replace(ENOUGH, signatures=(ENOUGH.signatures[0], stranger)), GROUP)


def test_one_forged_signature_is_enough_to_refuse():
    forged = (*PROPOSAL_OF_ALL.signatures[:2], ValiditySignature(4, MESSAGES[1].signature))
    with pytest.raises(BadSignature):
        verify_proposal(replace(PROPOSAL_OF_ALL, signatures=forged), GROUP)


def test_signatures_do_not_move_to_another_receipt():
    with pytest.raises(BadSignature):
        verify_proposal(replace(ENOUGH, receipt=cases.FALSE_RECEIPT), GROUP)


def test_a_proposal_is_for_its_own_parachain():
    with pytest.raises(WrongPara):
        verify_proposal(ENOUGH, OTHER_GROUP)


@given(st.data())
def test_a_damaged_proposal_is_refused(draw):
    data = encode(PROPOSAL, ENOUGH)
    assert decode(PROPOSAL, data) == ENOUGH
    with pytest.raises(Truncated):
        decode(PROPOSAL, data[: draw.draw(st.integers(0, len(data) - 1))])
    with pytest.raises(TrailingBytes):
        decode(PROPOSAL, data + b"\0")
    damaged = cases.flipped(data, draw.draw(st.integers(0, 8 * len(data) - 1)))
    with pytest.raises((Refused, NotAccepted)):
        verify_proposal(decode(PROPOSAL, damaged), GROUP)


# ---- algorithm 7


def test_a_block_includes_one_proposal_for_each_parachain_in_order():
    included = include_parachain_proposal((), OTHER_PROPOSAL, OTHER_GROUP)
    included = include_parachain_proposal(included, ENOUGH, GROUP)
    assert [each.receipt.para for each in included] == [cases.PARA, cases.OTHER]
    with pytest.raises(AlreadyProposed, match="already has a proposal for parachain 5"):
        include_parachain_proposal(included, PROPOSAL_OF_ALL, GROUP)


def test_what_is_no_proposal_is_not_included():
    with pytest.raises(TooFewSignatures):
        include_parachain_proposal((), compute_proposal(RECEIPT, []), GROUP)

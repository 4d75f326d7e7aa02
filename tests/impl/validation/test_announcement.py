"""§1.4.1: what a validator announces, and what its peers accept of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.availability.erasure import erasure_encode
from impl.crypto.encoding import decode, encode
from impl.crypto.errors import BadSignature, Refused, TooLong, TrailingBytes, Truncated
from impl.errors import BadValue
from impl.validation.announcement import (
    announce_primary_validation_failure,
    confirm_candidate_receipt,
    primary_validation_announcement,
    send_pov_candidate_receipt,
)
from impl.validation.block import WitnessProof, compute_pov_hash
from impl.validation.errors import NotAParachainValidator, ReceiptMismatch, WrongPara
from impl.validation.primary import primary_validation
from impl.validation.receipt import (
    RECEIPT,
    CandidateReceipt,
    Subject,
    compute_message_root,
    compute_receipt_hash,
)
from impl.validation.statements import (
    STATEMENT,
    FailureMessage,
    ParachainValidator,
    ParachainValidators,
    ReceiptMessage,
    decode_statement,
    verify_statement,
)
from tests.impl.validation import cases
from tests.impl.validation.cases import (
    BLOCK,
    ERASURE,
    GROUP,
    HOST,
    PARA,
    POV,
    STATE,
    VALIDATED,
    WITNESS,
    validator,
)

SENT = send_pov_candidate_receipt(validator(1), cases.RECEIPT)
FAILED = announce_primary_validation_failure(validator(1), cases.RECEIPT.subject)


def announce(index, *seen, validated=VALIDATED):
    return primary_validation_announcement(validator(index), POV, validated, ERASURE, seen)


# ---- algorithms 3 to 6


def test_the_first_to_succeed_sends_a_receipt():
    message = announce(1)
    assert message == SENT
    verify_statement(message, GROUP)


def test_the_receipt_holds_what_validation_gave():
    receipt = announce(1).receipt
    assert receipt == CandidateReceipt(
        para=PARA,
        relay_parent=cases.RELAY_PARENT,
        header=BLOCK.header,
        message_root=compute_message_root(VALIDATED.outcome.messages),
        pov_hash=compute_pov_hash(POV),
        erasure_root=erasure_encode(cases.DATA, ERASURE).root,
    )
    assert decode(RECEIPT, encode(RECEIPT, receipt)) == receipt


def test_the_others_confirm_it():
    message = announce(2, SENT)
    assert (message.validator, message.receipt) == (2, SENT.receipt)
    verify_statement(message, GROUP)


def test_a_receipt_that_differs_is_not_confirmed():
    wrong = send_pov_candidate_receipt(validator(1), cases.FALSE_RECEIPT)
    assert announce(2, wrong).receipt == cases.RECEIPT
    with pytest.raises(ReceiptMismatch) as caught:
        confirm_candidate_receipt(validator(2), wrong, cases.RECEIPT)
    assert caught.value.own == cases.RECEIPT_HASH


def test_a_forged_receipt_is_not_confirmed():
    with pytest.raises(BadSignature):
        announce(2, replace(SENT, validator=4))


def test_failure_is_announced():
    witness = WitnessProof(bytes(32), WITNESS.proofs)
    validated = primary_validation(PARA, BLOCK, witness, STATE, HOST)
    message = primary_validation_announcement(
        validator(2), replace(POV, witness=witness), validated, ERASURE, [SENT]
    )
    assert isinstance(message, FailureMessage)
    assert message.subject == Subject(
        PARA, STATE.block_hash, compute_pov_hash(replace(POV, witness=witness))
    )
    verify_statement(message, GROUP)


def test_a_validator_announces_blocks_of_its_own_parachain_only():
    other = primary_validation(cases.OTHER, BLOCK, WITNESS, STATE, HOST)
    with pytest.raises(WrongPara, match="parachain 9 is no business of parachain 5"):
        announce(1, validated=other)


# ---- statements on arrival


@pytest.mark.parametrize("message", [SENT, FAILED], ids=["receipt", "failure"])
def test_a_statement_travels(message):
    assert decode_statement(encode(STATEMENT, message), GROUP) == message


@pytest.mark.parametrize("message", [SENT, FAILED], ids=["receipt", "failure"])
def test_a_statement_of_somebody_else_is_refused(message):
    with pytest.raises(NotAParachainValidator, match="validator 3 is not assigned to parachain 5"):
        verify_statement(replace(message, validator=3), GROUP)
    with pytest.raises(BadSignature):
        verify_statement(replace(message, validator=2), GROUP)


@pytest.mark.parametrize("message", [SENT, FAILED], ids=["receipt", "failure"])
def test_a_statement_about_another_parachain_is_refused(message):
    with pytest.raises(WrongPara):
        verify_statement(message, cases.group(6))


def test_a_statement_cannot_be_turned_round():
    with pytest.raises(BadSignature):
        verify_statement(replace(SENT, signature=FAILED.signature), GROUP)
    with pytest.raises(BadSignature):
        verify_statement(replace(FAILED, signature=SENT.signature), GROUP)


def test_a_context_keeps_a_statement_from_another_session():
    here = cases.group(context=cases.CONTEXT)
    message = send_pov_candidate_receipt(validator(1, here), cases.RECEIPT)
    verify_statement(message, here)
    for other in (None, replace(cases.CONTEXT, session=4)):
        with pytest.raises(BadSignature):
            verify_statement(message, replace(here, context=other))


@given(st.data())
def test_a_damaged_statement_is_refused(draw):
    data = encode(STATEMENT, draw.draw(st.sampled_from([SENT, FAILED])))
    cut = draw.draw(st.integers(0, len(data) - 1))
    with pytest.raises(Truncated):
        decode_statement(data[:cut], GROUP)
    with pytest.raises((TrailingBytes, TooLong)):
        decode_statement(data + b"\0", GROUP)
    with pytest.raises((Refused, NotAParachainValidator, WrongPara)):
        decode_statement(cases.flipped(data, draw.draw(st.integers(0, 8 * len(data) - 1))), GROUP)


# ---- who is who


@pytest.mark.parametrize(
    "make",
    [
        lambda: ParachainValidators(PARA, (2, 1), GROUP.keys[:2]),
        lambda: ParachainValidators(PARA, (1, 1), GROUP.keys[:2]),
        lambda: ParachainValidators(PARA, [1, 2], GROUP.keys[:2]),
        lambda: ParachainValidators(PARA, (1, 2), list(GROUP.keys[:2])),
        lambda: ParachainValidators(PARA, (1, 2), GROUP.keys),
        lambda: ParachainValidators(PARA, (-1,), GROUP.keys[:1]),
        lambda: ParachainValidators(-1, (1,), GROUP.keys[:1]),
        lambda: ParachainValidators(PARA, (1,), (b"",)),
        lambda: ParachainValidator(1, cases.PAIRS[2], GROUP),
        lambda: Subject(-1, bytes(32), bytes(32)),
        lambda: Subject(PARA, b"", bytes(32)),
        lambda: replace(cases.RECEIPT, para=-1),
        lambda: replace(cases.RECEIPT, erasure_root=b""),
    ],
)
def test_what_is_no_value_is_refused(make):
    with pytest.raises(BadValue):
        make()


def test_a_validator_belongs_to_its_group():
    with pytest.raises(NotAParachainValidator):
        ParachainValidator(3, cases.PAIRS[3], GROUP)


def test_receipts_that_differ_hash_differently():
    changes = {
        "para": 6,
        "relay_parent": bytes(32),
        "header": cases.GENESIS.header,
        "message_root": bytes(32),
        "pov_hash": bytes(32),
        "erasure_root": bytes(32),
    }
    hashes = {compute_receipt_hash(replace(cases.RECEIPT, **{k: v})) for k, v in changes.items()}
    assert len(hashes | {cases.RECEIPT_HASH}) == len(changes) + 1


def test_a_receipt_message_names_its_subject():
    assert isinstance(SENT, ReceiptMessage)
    assert SENT.subject == FAILED.subject == cases.RECEIPT.subject

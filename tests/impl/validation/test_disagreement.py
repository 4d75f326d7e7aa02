"""§1.4.3: statements of peers are kept, and contradictions lead to algorithm 8."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.crypto import group
from impl.crypto.encoding import encode
from impl.crypto.errors import BadSignature
from impl.crypto.signing import compute_statement
from impl.errors import BadValue, HostError
from impl.validation.announcement import (
    announce_primary_validation_failure,
    send_pov_candidate_receipt,
)
from impl.validation.disagreement import (
    STATEMENTS_PER_VALIDATOR,
    PrimaryRecord,
    get_equivocators,
    is_disputed,
    primary_validation_disagreement,
    process_statement,
    receive_statement,
)
from impl.validation.errors import StatementKnown, TooManyStatements, WrongRelayParent
from impl.validation.statements import PRIMARY_VALID, STATEMENT
from tests.impl.validation import cases
from tests.impl.validation.cases import GROUP, RECEIPT, validator

EMPTY = PrimaryRecord(GROUP, cases.RELAY_PARENT)
SUBJECT = RECEIPT.subject


def valid(index, receipt=RECEIPT):
    return send_pov_candidate_receipt(validator(index), receipt)


def failed(index, subject=SUBJECT):
    return announce_primary_validation_failure(validator(index), subject)


def record(*statements):
    result = EMPTY
    for each in statements:
        result = process_statement(result, each)
    return result


def test_statements_are_kept_in_order_of_arrival():
    said = (valid(2), failed(1), valid(4))
    kept = record(*said)
    assert kept.statements == kept.get_about(SUBJECT) == said
    assert kept.get_receipts() == (said[0], said[2])
    assert EMPTY.statements == ()


def test_statements_arrive_as_bytes():
    assert receive_statement(EMPTY, encode(STATEMENT, valid(1))) == record(valid(1))


def test_agreement_is_no_disagreement():
    assert primary_validation_disagreement(record(valid(1), valid(2)), SUBJECT) is None
    assert primary_validation_disagreement(record(failed(1), failed(2)), SUBJECT) is None
    assert primary_validation_disagreement(EMPTY, SUBJECT) is None


def test_attestations_both_ways_are_published_and_the_silent_validate():
    kept = record(valid(1), failed(4))
    found = primary_validation_disagreement(kept, SUBJECT)
    assert found.publish == kept.statements
    assert found.must_validate == (2,)


def test_two_receipts_for_one_blob_are_a_disagreement():
    kept = record(valid(1), valid(2, cases.FALSE_RECEIPT))
    assert is_disputed(kept, SUBJECT)
    assert primary_validation_disagreement(kept, SUBJECT).must_validate == (4,)


def test_two_blobs_are_none():
    other = replace(RECEIPT, pov_hash=bytes(32))
    kept = record(valid(1), failed(2, other.subject))
    assert not is_disputed(kept, SUBJECT)
    assert not is_disputed(kept, other.subject)


def test_who_says_both_things_is_known():
    kept = record(valid(1), valid(2), failed(1))
    assert get_equivocators(kept, SUBJECT) == (1,)
    assert is_disputed(kept, SUBJECT)


def test_a_replay_is_refused():
    with pytest.raises(StatementKnown, match="validator 1 has already said this"):
        process_statement(record(valid(1)), valid(1))
    with pytest.raises(StatementKnown):
        process_statement(record(failed(1)), failed(1))


def test_the_same_under_another_signature_is_no_other_statement():
    """Who has the key can sign one message in many ways."""
    key, first = cases.PAIRS[1], valid(1)
    scalar, _ = key.expand()
    message = compute_statement(PRIMARY_VALID, cases.RECEIPT_HASH, None)
    nonce = group.multiply_base(7)
    digest = hashlib.sha512(nonce + key.public + message).digest()
    response = (7 + int.from_bytes(digest, "little") * scalar) % group.ORDER
    second = replace(first, signature=nonce + group.encode_scalar(response))
    assert second.signature != first.signature
    assert process_statement(EMPTY, second).statements == (second,)
    with pytest.raises(StatementKnown):
        process_statement(record(first), second)


def test_a_statement_about_another_relay_parent_is_refused():
    with pytest.raises(WrongRelayParent):
        process_statement(EMPTY, valid(1, replace(RECEIPT, relay_parent=bytes(32))))


def test_one_validator_cannot_fill_the_record():
    receipts = [replace(RECEIPT, pov_hash=bytes([n]) * 32) for n in range(6)]
    full = record(*(valid(1, each) for each in receipts[:STATEMENTS_PER_VALIDATOR]))
    with pytest.raises(TooManyStatements, match="validator 1 has made 4 statements"):
        process_statement(full, valid(1, receipts[-1]))
    assert len(process_statement(full, valid(2, receipts[-1])).statements) == 5


def test_a_forged_statement_is_refused():
    with pytest.raises(BadSignature):
        process_statement(EMPTY, replace(valid(1), signature=failed(1).signature))


def test_a_record_is_about_a_block():
    with pytest.raises(BadValue):
        PrimaryRecord(GROUP, b"")


@given(st.lists(st.tuples(st.sampled_from([1, 2, 4]), st.booleans(), st.booleans()), max_size=8))
def test_nothing_is_stored_on_refusal(said):
    kept = EMPTY
    for index, is_valid, is_forged in said:
        statement = valid(index) if is_valid else failed(index)
        if is_forged:
            statement = replace(statement, signature=cases.FORGED)
        known = any(each == statement for each in kept.statements)
        before = kept.statements
        try:
            kept = process_statement(kept, statement)
        except HostError:
            assert known or is_forged
            assert kept.statements == before
        else:
            assert kept.statements == (*before, statement)
            assert not known
            assert not is_forged

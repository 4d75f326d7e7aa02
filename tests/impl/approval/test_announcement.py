"""A checker announces its proof; nobody else can. §1.10/description.1.1."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.approval import errors
from impl.approval.announcement import (
    ANNOUNCEMENT,
    AnnouncementStorage,
    announce,
    process_announcement,
    receive_announcement,
)
from impl.approval.equivocation import equivocated_assignment, ordinary_assignment
from impl.crypto.encoding import encode
from impl.crypto.errors import BadSignature, BadVrfProof, Refused
from impl.errors import HostError
from impl.validation.errors import NoSuchValidator
from tests.impl.approval.cases import (
    AMENDED,
    BLOCK_A,
    BLOCK_B,
    CONTEXT,
    OTHER,
    PAIRS,
    PARA,
    PLAIN,
    STRANGER,
    TWIN,
    flipped,
    validators,
)

NOTHING = AnnouncementStorage()


def made(validator=0, ctx=CONTEXT, block=BLOCK_A, key=None, number=0):
    key = key or PAIRS[validator]
    own = ordinary_assignment(block, key, ctx.rules)
    assignment = (*own.extra, *own.one_shot)[number]
    return announce(validator, block, assignment, key, ctx)


MADE = {
    (validator, number): made(validator, number=number)
    for validator in range(7)
    for number in range(3)
}


@given(validators, st.integers(0, 2))
@settings(max_examples=21)
def test_an_announcement_is_stored(validator, number):
    announcement = MADE[validator, number]
    data = encode(ANNOUNCEMENT, announcement)
    storage = receive_announcement(NOTHING, data, BLOCK_A, CONTEXT)
    assert list(storage.announced.values()) == [announcement]
    assert storage.get_checkers(BLOCK_A.block_hash, announcement.para) == {validator}
    assert storage.get_checkers(BLOCK_B.block_hash, announcement.para) == frozenset()
    with pytest.raises(errors.AlreadyAnnounced):
        receive_announcement(storage, data, BLOCK_A, CONTEXT)


def test_all_announcements_of_all_validators_fit():
    storage = NOTHING
    for announcement in MADE.values():
        storage = process_announcement(storage, announcement, BLOCK_A, CONTEXT)
    assert len(storage.announced) == 21
    assert storage.get_checkers(BLOCK_A.block_hash, PARA) == frozenset(range(7))


def test_after_an_equivocation_there_are_twice_as_many():
    own = equivocated_assignment(BLOCK_A, TWIN, PAIRS[0], AMENDED)
    storage = NOTHING
    for assignment in (*own.one_shot, *own.extra):
        announcement = announce(0, BLOCK_A, assignment, PAIRS[0], CONTEXT)
        if assignment.proven.claim.with_hash:
            with pytest.raises(errors.NotEquivocated):
                process_announcement(storage, announcement, BLOCK_A, CONTEXT)
        storage = process_announcement(storage, announcement, BLOCK_A, CONTEXT, equivocated=True)
    assert len(storage.announced) == 6


def test_another_relay_block_is_none_of_its_business():
    with pytest.raises(errors.WrongRelayBlock) as caught:
        process_announcement(NOTHING, made(), BLOCK_B, CONTEXT)
    assert (caught.value.got, caught.value.expected) == (
        BLOCK_A.block_hash,
        BLOCK_B.block_hash,
    )


def test_a_validator_that_there_is_not_announces_nothing():
    with pytest.raises(NoSuchValidator):
        process_announcement(NOTHING, replace(made(), validator=7), BLOCK_A, CONTEXT)


def test_a_strangers_key_does_not_sign_for_a_validator():
    with pytest.raises(BadSignature):
        process_announcement(NOTHING, made(key=STRANGER), BLOCK_A, CONTEXT)


def test_a_proof_for_another_block_is_refused_although_signed():
    wrong = ordinary_assignment(BLOCK_B, PAIRS[0], AMENDED).extra[0]
    announcement = announce(0, BLOCK_A, wrong, PAIRS[0], CONTEXT)
    with pytest.raises(BadVrfProof):
        process_announcement(NOTHING, announcement, BLOCK_A, CONTEXT)


def test_a_change_of_parachain_breaks_the_signature():
    with pytest.raises(BadSignature):
        process_announcement(NOTHING, replace(made(), para=OTHER), BLOCK_A, CONTEXT)


def test_only_as_amended_the_session_is_signed():
    later = replace(CONTEXT, session_index=4)
    with pytest.raises(BadSignature):
        process_announcement(NOTHING, made(), BLOCK_A, later)
    plain = replace(PLAIN, session_index=4)
    assert process_announcement(NOTHING, made(ctx=PLAIN), BLOCK_A, plain).announced


@given(st.integers(0, 8 * 195))
@settings(max_examples=200)
def test_a_flipped_bit_stores_nothing(bit):
    data = encode(ANNOUNCEMENT, MADE[0, 0])
    with pytest.raises((Refused, HostError)) as caught:
        receive_announcement(NOTHING, flipped(data, bit % (8 * len(data))), BLOCK_A, CONTEXT)
    assert isinstance(caught.value, Refused | errors.NotAccepted)
    assert AnnouncementStorage() == NOTHING


@given(st.data())
@settings(max_examples=60)
def test_a_truncated_announcement_stores_nothing(data):
    whole = encode(ANNOUNCEMENT, MADE[0, 0])
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(Refused):
        receive_announcement(NOTHING, whole[:cut], BLOCK_A, CONTEXT)

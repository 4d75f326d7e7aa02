"""§2.5.6/process_bitfields: what is refused, what is counted, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from impl.crypto.encoding import encode
from impl.crypto.errors import BadSignature, Refused
from impl.errors import MissingReading
from impl.frozen_map import FrozenMap
from impl.rules import Rules
from impl.runtime import inclusion
from impl.runtime.inclusion import compute_availability_threshold, process_bitfields
from impl.runtime.inclusion_errors import (
    BadBitfieldSignature,
    BitfieldOfAnotherBlock,
    BitfieldOfUnknownBlock,
    BitfieldsNotAscending,
    DuplicateBitfield,
    NoKeyForBitfield,
    WrongBitfieldCount,
    WrongBitfieldSize,
)
from impl.runtime.inclusion_storage import AvailabilityBitfield, InclusionStorage
from impl.statements import SIGNED_BITFIELD, decode_bitfield
from tests.impl.runtime.cases import AMENDED, WRITTEN, notify, written
from tests.impl.runtime.inclusion_cases import (
    NOW,
    OTHER,
    PARAS,
    PARENT,
    PUBLIC,
    at,
    key,
    lookup,
    pending,
    receipt,
    runtime_at,
    stored,
    votes_of,
)


def process(storage, *bitfields, rules=AMENDED, core_lookup=lookup, **context):
    return process_bitfields(storage, at(rules=rules, **context), bitfields, core_lookup)


# ---- counting


@pytest.mark.parametrize(
    ("validators", "needed"), [(0, 1), (1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 5), (300, 201)]
)
def test_available_is_more_than_two_thirds(validators, needed):
    assert compute_availability_threshold(validators) == needed
    assert 3 * needed > 2 * validators >= 3 * (needed - 1)


def test_votes_are_kept_until_there_are_enough():
    storage, result = process(stored(pending(1, 0, votes=[0])), *map(votes_of, (1, 2, 3)))
    assert storage.pending_availability[1].availability_votes == (True,) * 4 + (False,) * 2
    assert (result.freed, result.included, result.paras) == ((), (), PARAS)
    storage, result = process(storage, votes_of(5))
    assert result.freed == (0,)
    assert not storage.pending_availability
    assert [each.para_id for each in result.included] == [1]
    assert result.paras.heads[1] == b"new head"
    assert result.paras.heads[2] == b"h2"


def test_a_vote_counts_once_however_often_it_comes():
    storage = stored(pending(1, 0))
    for _ in range(6):
        storage, result = process(storage, votes_of(0))
        assert result.freed == ()
    assert sum(storage.pending_availability[1].availability_votes) == 1


def test_freed_cores_ascend():
    two = receipt(2)
    storage = stored(pending(1, 1, range(5)), pending(2, 0, range(5), candidate=two))
    _, result = process(storage, core_lookup={0: 2, 1: 1}.get)
    assert result.freed == (0, 1)
    assert [each.para_id for each in result.included] == [2, 1]


def test_the_latest_bitfield_of_each_validator_is_kept():
    storage, _ = process(stored(pending()), votes_of(0, "000"), votes_of(1, "100"))
    assert storage.bitfields == FrozenMap(
        {
            0: AvailabilityBitfield((False,) * 3, NOW),
            1: AvailabilityBitfield((True, False, False), NOW),
        }
    )
    storage, _ = process(storage, votes_of(0, "100"))
    assert storage.bitfields[0].bitfield == (True, False, False)


@pytest.mark.parametrize("bits", ["110", "101", "011", "111"])
def test_a_bitfield_with_a_bit_for_a_free_core_is_disregarded_altogether(bits):
    before = stored(pending(1, 0))
    storage, _ = process(before, votes_of(0, bits), votes_of(1))
    assert sum(storage.pending_availability[1].availability_votes) == 1
    assert list(storage.bitfields) == [1]


def test_a_core_is_free_if_its_para_is_pending_elsewhere():
    storage, _ = process(stored(pending(1, 1)), votes_of(0, "100"))
    assert not any(storage.pending_availability[1].availability_votes)


def test_a_blacklisted_candidate_is_dropped_and_not_enacted():
    candidate = pending(1, 0, range(6))
    storage, result = process(stored(candidate), blacklist=[candidate.receipt.hash()])
    assert (result.freed, result.included, result.paras) == ((0,), (), PARAS)
    assert not storage.pending_availability


def test_an_enacted_upgrade_is_planned_from_the_relay_parent():
    candidate = pending(1, 0, range(6), since=6, candidate=receipt(code=b"next"))
    _, result = process(stored(candidate), validation_upgrade_delay=4)
    assert result.paras.future_code == FrozenMap({1: b"next"})
    assert result.paras.future_code_upgrades == FrozenMap({1: 5 + 4})
    assert result.paras.validation_code[1] == b"c1"


# ---- what is refused


REFUSED = {
    WrongBitfieldCount: [votes_of(index) for index in (0, 1, 2, 3, 4, 5, 0)],
    WrongBitfieldSize: [votes_of(0), votes_of(1, "10")],
    DuplicateBitfield: [votes_of(2), votes_of(2, "000")],
    BitfieldsNotAscending: [votes_of(2), votes_of(1)],
    NoKeyForBitfield: [votes_of(6)],
    BitfieldOfAnotherBlock: [votes_of(0, signed_for=OTHER)],
    BadBitfieldSignature: [votes_of(0), replace(votes_of(1), signature=votes_of(2).signature)],
}


@pytest.mark.parametrize("error", REFUSED, ids=lambda each: each.__name__)
def test_each_check_refuses_by_its_own_name(error):
    with pytest.raises(error) as caught:
        process(stored(pending()), *REFUSED[error])
    assert type(caught.value) is error
    assert str(caught.value).endswith(error.token)


def test_a_bitfield_that_is_too_long_is_refused_as_well():
    with pytest.raises(WrongBitfieldSize, match="validator 0 sent 4 bits for 3 cores"):
        process(stored(pending()), votes_of(0, "1000"))


@pytest.mark.parametrize(
    "forged",
    [
        votes_of(0, by=key("stranger")),
        votes_of(0, session=2),
        votes_of(0, rules=WRITTEN),
        replace(votes_of(0), bits=(False, True, False)),
        replace(votes_of(0), signature=bytes(64)),
    ],
    ids=["other key", "other session", "no context", "other bits", "no signature"],
)
def test_a_forged_bitfield_is_refused_and_nothing_is_stored(forged):
    before = stored(pending())
    with pytest.raises(BadBitfieldSignature) as caught:
        process(before, forged, votes_of(1))
    assert isinstance(caught.value.cause, Refused)
    assert before == stored(pending())


def test_every_flipped_bit_and_every_cut_is_refused_by_name():
    data = encode(SIGNED_BITFIELD, votes_of(0))
    refused = (Refused, BadBitfieldSignature, NoKeyForBitfield, BitfieldOfAnotherBlock)
    for place in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises((*refused, WrongBitfieldSize)):
            process(stored(pending()), decode_bitfield(bytes(flipped)))
    for length in range(len(data)):
        with pytest.raises(Refused):
            decode_bitfield(data[:length])
    assert decode_bitfield(data) == votes_of(0)


# ---- the text as written


def test_as_written_a_bitfield_may_be_made_on_any_block_of_this_chain():
    old = votes_of(0, rules=WRITTEN, signed_for=OTHER)
    known = stored(pending(), ancestry=FrozenMap({OTHER: 6}))
    storage, _ = process(known, old, rules=WRITTEN)
    assert storage.pending_availability[1].availability_votes[0]
    with pytest.raises(BitfieldOfUnknownBlock, match="not of this chain") as caught:
        process(stored(pending()), old, rules=WRITTEN)
    assert str(caught.value).endswith("§1.7.1/alg-10.1.2")
    with pytest.raises(BitfieldOfAnotherBlock):
        process(known, old, rules=written("bitfields-of-parent"))


def test_as_written_the_parent_is_a_block_of_this_chain():
    storage, _ = process(stored(pending()), votes_of(0, rules=WRITTEN), rules=WRITTEN)
    assert storage.pending_availability[1].availability_votes[0]


def test_as_written_a_bitfield_is_good_in_another_session():
    field = votes_of(0, rules=WRITTEN, session=2)
    process(stored(pending()), field, rules=WRITTEN)
    with pytest.raises(BadBitfieldSignature) as caught:
        process(stored(pending()), field, rules=written("signatures-name-session"))
    assert isinstance(caught.value.cause, BadSignature)


def test_as_written_the_order_does_not_matter():
    fields = [votes_of(index, rules=WRITTEN) for index in (3, 1, 2)]
    one, _ = process(stored(pending()), *fields, rules=WRITTEN)
    two, _ = process(stored(pending()), *sorted(fields, key=lambda f: f.validator), rules=WRITTEN)
    assert one == two


def test_how_many_bitfields_are_correct_is_a_reading():
    exactly = written(bitfield_count="exactly")
    fields = [votes_of(index, rules=exactly) for index in range(6)]
    process(stored(pending()), *fields, rules=exactly)
    with pytest.raises(WrongBitfieldCount, match="5 bitfields, there must be exactly 6"):
        process(stored(pending()), *fields[:5], rules=exactly)
    with pytest.raises(MissingReading):
        process(stored(pending()), rules=Rules.as_written())


# ---- the rest of the module


def test_a_session_change_clears_candidates_and_bitfields():
    before = stored(pending(), bitfields=FrozenMap({0: AvailabilityBitfield((), 1)}))
    assert inclusion.session_change(before, runtime_at(), notify()) == InclusionStorage()


def test_collecting_drops_what_the_predicate_names_since_it_was_backed():
    asked = []
    storage = stored(pending(1, 1, since=3), pending(2, 0, since=5, candidate=receipt(2)))

    def predicate(core, since):
        asked.append((core, since))
        return since == 3

    after, freed = inclusion.collect_pending(storage, predicate)
    assert (list(after.pending_availability), freed) == ([2], (1,))
    assert sorted(asked) == [(0, 5), (1, 3)]
    assert inclusion.collect_pending(storage, lambda *_: True)[1] == (0, 1)


def test_earlier_blocks_are_remembered_only_where_they_matter():
    empty = InclusionStorage()
    assert inclusion.initialization(empty, runtime_at()) == empty
    after = inclusion.initialization(empty, runtime_at(rules=WRITTEN))
    assert after.ancestry == FrozenMap({PARENT: NOW - 1})
    assert inclusion.initialization(empty, runtime_at(0, WRITTEN)) == empty
    assert inclusion.finalization(after, runtime_at()) is after


def test_without_validators_nothing_becomes_available():
    storage = stored(replace(pending(), availability_votes=()))
    after, result = process(storage, validators=())
    assert (after, result.freed) == (storage, ())
    assert len(PUBLIC) == 6

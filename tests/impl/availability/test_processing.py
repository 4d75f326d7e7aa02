"""§1.7.1: algorithm 10, step by step and in chains of blocks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from impl.availability.errors import (
    CandidatePending,
    NoSuchVoter,
    NotInThisChain,
    NotLater,
    NotNextBlock,
    ParaNotRegistered,
    RelayParentNotInChain,
    WrongBitfieldLength,
)
from impl.availability.marks import Marks, mark_blocks
from impl.availability.processing import (
    AvailableBlock,
    UnavailableBlock,
    accept_proposal,
    compute_bitmasks,
    compute_counts,
    is_available,
    relay_chain_signature_processing,
    set_statuses,
    update_last_votes,
)
from impl.availability.storage import (
    AvailabilityContext,
    AvailabilityStatus,
    AvailabilityStorage,
    LastVote,
    ParachainRecord,
)
from impl.crypto.errors import BadSignature
from impl.errors import BadValue
from impl.frozen_map import FrozenMap
from impl.validation.errors import TooFewSignatures
from impl.validation.receipt import compute_receipt_hash
from tests.impl.availability import worlds
from tests.impl.availability.worlds import (
    PARAS,
    START,
    TIMEOUT,
    block_hash,
    context,
    pending,
    proposal,
    receipt,
    vote,
    votes,
)
from tests.impl.validation import cases
from tests.impl.validation.cases import GENESIS, KEYS

NO_CANDIDATE, TO_BE_DETERMINED, UNAVAILABLE, AVAILABLE = AvailabilityStatus


def statuses(storage):
    return [record.status for record in storage.records]


# ---- step 1


def test_a_vote_replaces_the_last_one():
    storage, refused = update_last_votes(START, context(3), [vote(2, 0b011, 1)])
    assert storage.last_votes[2] == LastVote(0b011, 1)
    assert refused == ()
    storage, refused = update_last_votes(storage, context(3), [vote(2, 0b100, 2)])
    assert storage.last_votes[2] == LastVote(0b100, 2)
    assert [each for each in storage.last_votes if each] == [LastVote(0b100, 2)]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (replace(vote(2, 1, 2), validator=7), NoSuchVoter),
        (replace(vote(2, 1, 2), validator=-1), NoSuchVoter),
        (vote(2, 1, 2, length=4), WrongBitfieldLength),
        (vote(2, 1, 2, length=2), WrongBitfieldLength),
        (vote(2, 1, 9), NotInThisChain),
        (vote(2, 1, 3), NotInThisChain),
        (vote(2, 1, 1), NotLater),
        (vote(2, 1, 0), NotLater),
        (replace(vote(2, 1, 2), validator=3), BadSignature),
        (replace(vote(2, 1, 2), signature=vote(2, 2, 2).signature), BadSignature),
    ],
)
def test_each_fault_alone_is_refused_by_its_name(bad, error):
    before, _ = update_last_votes(START, context(3), [vote(2, 0, 1)])
    storage, [refused] = update_last_votes(before, context(3), [bad])
    assert storage == before
    assert type(refused.error) is error
    assert refused.vote == bad


def test_a_vote_with_a_fault_does_not_stop_the_others():
    given = [vote(0, 1, 2), vote(1, 1, 9), vote(2, 1, 2), vote(2, 2, 2)]
    storage, refused = update_last_votes(START, context(3), given)
    assert storage.last_votes[:3] == (LastVote(1, 2), None, LastVote(1, 2))
    assert [type(each.error) for each in refused] == [NotInThisChain, NotLater]
    assert str(refused[1].error) == (
        "validator 2 votes for block 2, its last vote is for block 2 §1.7.1/alg-10.1.2"
    )


def test_a_vote_for_a_block_of_a_fork_is_refused():
    fork = FrozenMap({block_hash(0): 0, bytes(32): 1})
    _, [refused] = update_last_votes(START, context(2, ancestors=fork), [vote(0, 1, 1)])
    assert isinstance(refused.error, NotInThisChain)


def test_a_vote_signed_for_a_session_counts_there_only():
    _, [refused] = update_last_votes(START, context(2, signing=cases.CONTEXT), [vote(0, 1, 1)])
    assert isinstance(refused.error, BadSignature)


# ---- steps 2 and 3


def test_a_mask_has_the_pending_candidates_that_were_there():
    storage = pending({5: 3, 9: 5})
    assert compute_bitmasks(storage, context(7)) == {3: 0b001, 4: 0b001, 5: 0b101, 6: 0b101}


def test_there_is_a_mask_for_each_of_the_last_t_blocks():
    assert list(compute_bitmasks(START, context(2))) == [0, 1]
    assert list(compute_bitmasks(START, context(9))) == [5, 6, 7, 8]
    assert set(compute_bitmasks(START, context(9)).values()) == {0}


def test_a_bit_counts_if_it_is_in_vote_and_mask():
    storage = pending({5: 3, 9: 5})
    given = (LastVote(0b111, 6), LastVote(0b111, 4), LastVote(0b100, 5), LastVote(0b111, 2), None)
    assert compute_counts(given, compute_bitmasks(storage, context(7)), 3) == (2, 0, 2)


def test_without_votes_or_parachains_there_is_nothing_to_count():
    assert compute_counts((None, None), {0: 7}, 3) == (0, 0, 0)
    assert compute_counts((LastVote(0, 0),), {0: 0}, 0) == ()


# ---- step 4


@pytest.mark.parametrize(
    ("validators", "fewest"), [(1, 1), (2, 2), (3, 3), (4, 3), (6, 5), (7, 5), (1000, 667)]
)
def test_more_than_two_thirds_are_wanted(validators, fewest):
    assert min(n for n in range(validators + 1) if is_available(n, validators)) == fewest


def test_of_no_validators_nothing_is_available():
    assert not is_available(0, 0)


@pytest.mark.parametrize(
    ("count", "age", "status"),
    [
        (5, 1, AVAILABLE),
        (5, TIMEOUT, AVAILABLE),
        (4, TIMEOUT - 1, TO_BE_DETERMINED),
        (4, TIMEOUT, UNAVAILABLE),
        (0, TIMEOUT + 1, UNAVAILABLE),
    ],
)
def test_a_candidate_is_available_or_too_old(count, age, status):
    storage = pending({5: 3})
    decided = set_statuses(storage, context(3 + age), (count, 7, 7))
    assert statuses(decided) == [status, NO_CANDIDATE, NO_CANDIDATE]


# ---- step 5


def test_a_proposal_becomes_the_candidate():
    storage = accept_proposal(START, context(3), proposal(receipt(7)))
    assert storage.get_record(7) == ParachainRecord(TO_BE_DETERMINED, receipt(7), 3)
    assert list(storage.get_pending()) == [compute_receipt_hash(receipt(7))]


@pytest.mark.parametrize(
    ("storage", "now", "offered", "error"),
    [
        (pending({7: 2}), context(3), proposal(receipt(7)), CandidatePending),
        (START, context(3, ancestors=FrozenMap()), proposal(receipt(7)), RelayParentNotInChain),
        (START, context(3), proposal(receipt(7, parent=receipt(7).header)), NotNextBlock),
        (
            START,
            context(3),
            replace(proposal(receipt(7)), receipt=replace(receipt(7), para=6)),
            ParaNotRegistered,
        ),
        (START, context(3, groups=FrozenMap()), proposal(receipt(7)), ParaNotRegistered),
        (START, context(3), replace(proposal(receipt(7)), signatures=()), TooFewSignatures),
    ],
)
def test_each_fault_of_a_proposal_is_refused_by_its_name(storage, now, offered, error):
    with pytest.raises(error):
        accept_proposal(storage, now, offered)


def test_two_candidates_of_a_parachain_in_a_block_are_refused():
    both = [proposal(receipt(7, mark=mark)) for mark in (1, 2)]
    with pytest.raises(CandidatePending, match="has a candidate: to be determined"):
        relay_chain_signature_processing(START, context(3), [], both)


# ---- whole blocks


def test_a_candidate_becomes_available_and_is_acted_on():
    first = relay_chain_signature_processing(START, context(3), [], [proposal(receipt(7))])
    assert first.included == (receipt(7),)
    four = relay_chain_signature_processing(first.storage, context(4), votes(range(4), 0b010, 3))
    assert statuses(four.storage) == [NO_CANDIDATE, TO_BE_DETERMINED, NO_CANDIDATE]
    five = relay_chain_signature_processing(four.storage, context(5), votes([6], 0b010, 4))
    assert five.available == (AvailableBlock(receipt(7), 5, 7),)
    assert five.unavailable == ()
    assert statuses(five.storage) == [NO_CANDIDATE] * 3
    assert five.storage.heads == (GENESIS.header, receipt(7).header, GENESIS.header)


def test_a_candidate_times_out_and_another_child_is_allowed():
    storage = relay_chain_signature_processing(
        START, context(3), [], [proposal(receipt(7, mark=1))]
    ).storage
    for number in range(4, 3 + TIMEOUT):
        outcome = relay_chain_signature_processing(
            storage, context(number), votes([0], 0b010, number - 1)
        )
        assert outcome.unavailable == ()
        storage = outcome.storage
    last = relay_chain_signature_processing(
        storage, context(3 + TIMEOUT), [], [proposal(receipt(7, mark=2))]
    )
    assert last.unavailable == (UnavailableBlock(receipt(7, mark=1), 1, 7),)
    assert last.storage.heads == START.heads
    assert last.storage.get_record(7) == ParachainRecord(
        TO_BE_DETERMINED, receipt(7, mark=2), 3 + TIMEOUT
    )


def test_votes_for_a_candidate_do_not_count_for_its_successor():
    storage = pending({7: 3})
    outcome = relay_chain_signature_processing(storage, context(4), votes(range(5), 0b010, 3))
    child = receipt(7, parent=receipt(7).header)
    after = relay_chain_signature_processing(outcome.storage, context(5), [], [proposal(child)])
    later = relay_chain_signature_processing(after.storage, context(6), votes([5, 6], 0b010, 5))
    assert later.available == ()
    counts = compute_counts(
        later.storage.last_votes, compute_bitmasks(later.storage, context(6)), 3
    )
    assert counts == (0, 2, 0)


def test_a_vote_in_the_last_moment_counts():
    storage = pending({7: 3})
    now = context(3 + TIMEOUT)
    outcome = relay_chain_signature_processing(storage, now, votes(range(5), 0b010, 3))
    assert len(outcome.available) == 1


def test_a_node_marks_what_was_decided():
    storage = pending({5: 1, 7: 3})
    outcome = relay_chain_signature_processing(storage, context(5), votes(range(5), 0b010, 4))
    marks = mark_blocks(Marks(), outcome)
    assert marks == Marks(
        {
            compute_receipt_hash(receipt(5)): UNAVAILABLE,
            compute_receipt_hash(receipt(7)): AVAILABLE,
        }
    )
    quiet = relay_chain_signature_processing(outcome.storage, context(6), [])
    assert mark_blocks(marks, quiet) == marks


# ---- what is no state


@pytest.mark.parametrize(
    "make",
    [
        lambda: ParachainRecord(TO_BE_DETERMINED),
        lambda: ParachainRecord(NO_CANDIDATE, receipt(5), 1),
        lambda: ParachainRecord(NO_CANDIDATE, None, 1),
        lambda: replace(START, paras=(7, 5, 9)),
        lambda: replace(START, paras=[5, 7, 9]),
        lambda: replace(START, heads=START.heads[:2]),
        lambda: replace(START, records=START.records[:2]),
        lambda: context(3, timeout=0),
        lambda: context(3, keys=(b"",)),
        lambda: context(3, ancestors=FrozenMap({block_hash(3): 3})),
        lambda: AvailabilityContext(-1, FrozenMap(), KEYS, TIMEOUT),
    ],
)
def test_what_is_no_value_is_refused(make):
    with pytest.raises(BadValue):
        make()


def test_an_unknown_parachain_has_no_record():
    with pytest.raises(ParaNotRegistered, match="parachain 6 is unknown"):
        START.get_record(6)
    assert AvailabilityStorage.genesis(FrozenMap(), 0).paras == ()
    assert worlds.START.paras == PARAS

"""Counting by bit operations equals counting one by one, at the size the text names, too."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from impl.availability.processing import (
    compute_bitmasks,
    compute_counts,
    relay_chain_signature_processing,
    set_statuses,
)
from impl.availability.storage import (
    AvailabilityContext,
    AvailabilityStatus,
    AvailabilityStorage,
    LastVote,
    ParachainRecord,
)
from impl.errors import HostError
from impl.frozen_map import FrozenMap
from tests.impl.availability import naive, worlds
from tests.impl.validation import cases
from tests.impl.validation.cases import GENESIS, RECEIPT

PENDING = AvailabilityStatus.TO_BE_DETERMINED


def storage_of(included, last_votes):
    """A state with a candidate where a block number is given, and these last votes."""
    records = tuple(
        ParachainRecord() if number is None else ParachainRecord(PENDING, RECEIPT, number)
        for number in included
    )
    count = len(included)
    return AvailabilityStorage(
        tuple(range(count)), (GENESIS.header,) * count, records, tuple(last_votes)
    )


def context(now, timeout):
    return AvailabilityContext(now, FrozenMap(), (), timeout)


def agree(storage, now, timeout):
    masks = compute_bitmasks(storage, context(now, timeout))
    found = compute_counts(storage.last_votes, masks, len(storage.paras))
    assert found == naive.counts(storage, now, timeout)
    decided = set_statuses(storage, context(now, timeout), found)
    assert [each.status for each in decided.records] == naive.decide(storage, found, now, timeout)
    return found


NUMBERS = st.integers(0, 12)


@st.composite
def states(draw):
    included = draw(st.lists(st.none() | NUMBERS, max_size=20))
    bits = st.integers(0, (1 << len(included)) - 1)
    voted = st.none() | st.builds(LastVote, bits, NUMBERS)
    return storage_of(included, draw(st.lists(voted, min_size=1, max_size=20)))


@given(states(), st.integers(1, 14), st.integers(1, 6))
def test_counts_and_statuses_are_those_of_the_loops(storage, now, timeout):
    agree(storage, now, timeout)


def test_a_thousand_validators_and_a_hundred_parachains(rng):
    included = [None if each < 3 else int(each) for each in rng.integers(0, 12, 100)]
    voted = [
        LastVote(int.from_bytes(rng.bytes(13), "little") & (1 << 100) - 1, int(number))
        for number in rng.integers(0, 12, 1000)
    ]
    found = agree(storage_of(included, voted), 12, 6)
    assert len(found) == 100
    assert max(found) > 200


def test_the_window_leaves_out_no_vote_that_counts(rng):
    """Of a candidate that is still pending, no vote can be older than t blocks."""
    for _ in range(200):
        now, timeout = int(rng.integers(1, 12)), int(rng.integers(1, 6))
        oldest = max(0, now - timeout)
        included = [int(each) for each in rng.integers(oldest, now, 5)]
        voted = [LastVote(int(rng.integers(32)), int(each)) for each in rng.integers(0, now, 9)]
        storage = storage_of(included, voted)
        every_block = compute_bitmasks(storage, context(now, now))
        window = compute_bitmasks(storage, context(now, timeout))
        assert compute_counts(voted, window, 5) == compute_counts(voted, every_block, 5)


# ---- chains of random blocks


BALLOT = st.tuples(
    st.integers(0, 6),  # who
    st.integers(0, 7),  # bits
    st.integers(0, 3),  # how many blocks ago
    st.booleans(),  # forged
)
EVERYBODY = [(who, 7, 0, False) for who in range(7)]
EVENTS = st.tuples(
    st.lists(BALLOT, max_size=9) | st.just(EVERYBODY), st.sets(st.sampled_from(worlds.PARAS))
)


@given(st.lists(EVENTS, max_size=7))
def test_a_chain_keeps_its_promises(blocks):
    """Statuses and counts as the loops have them; nothing of what is refused is stored."""
    storage, mark = worlds.START, 0
    for number, (ballots, proposed) in enumerate(blocks, 1):
        proposals = []
        for para in sorted(proposed):
            mark += 1
            head = storage.heads[worlds.PARAS.index(para)]
            proposals.append(worlds.proposal(worlds.receipt(para, parent=head, mark=mark)))
        cast = [
            (worlds.vote(who, bits, max(0, number - 1 - ago)), max(0, number - 1 - ago), is_forged)
            for who, bits, ago, is_forged in ballots
        ]
        storage = step(storage, number, cast, proposals)
        for record in storage.records:
            assert record.status in {AvailabilityStatus.NO_CANDIDATE, PENDING}
            assert record.block_number is None or number - record.block_number < worlds.TIMEOUT


def step(storage, number, cast, proposals):
    """One block, compared with the loops; proposals are left out if the block refuses them."""
    last, given_votes = list(storage.last_votes), []
    for vote, block, is_forged in cast:
        given_votes.append(replace(vote, signature=cases.FORGED) if is_forged else vote)
        stored = last[vote.validator]
        if not is_forged and (stored is None or stored.block_number < block):
            last[vote.validator] = LastVote(vote.bitfield.bits, block)
    before = replace(storage, last_votes=tuple(last))
    found = naive.counts(before, number, worlds.TIMEOUT)
    wanted = naive.decide(before, found, number, worlds.TIMEOUT)
    now = worlds.context(number)
    try:
        outcome = relay_chain_signature_processing(storage, now, given_votes, proposals)
    except HostError:
        outcome = relay_chain_signature_processing(storage, now, given_votes)
    assert outcome.storage.last_votes == tuple(last)
    for status, blocks in (
        (AvailabilityStatus.AVAILABLE, outcome.available),
        (AvailabilityStatus.UNAVAILABLE, outcome.unavailable),
    ):
        assert [each.receipt for each in blocks] == [
            record.receipt
            for record, decided in zip(storage.records, wanted, strict=True)
            if decided is status
        ]
    return outcome.storage
